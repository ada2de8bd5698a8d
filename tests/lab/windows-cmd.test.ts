import assert from "node:assert/strict";
import type { SimulatedComputer } from "../../lab/windows/computer";
import { type Case, commandLines, files, sharing } from "./cmd-lines";
import { batch, eventually, makeComputer, run } from "./windows-support";

async function check(computer: SimulatedComputer, { command, stdout, stderr, code }: Case): Promise<void> {
  const outcome = await run(computer, command);
  assert.deepEqual(outcome, { stdout, stderr: stderr ?? "", code: code ?? 0 });
}

describe("simulated cmd.exe", () => {
  describe("a command line", () => {
    const computer = makeComputer();
    for (const each of commandLines) it(each.title, () => check(computer, each));
  });

  describe("files", () => {
    const computer = makeComputer();
    for (const each of files) it(each.title, () => check(computer, each));

    it("lets an ordinary account write its profile, and not the Windows folder", async () => {
      const guest = { account: "guest" };
      assert.deepEqual(await run(computer, "md C:\\Windows\\x", guest), {
        stdout: "",
        stderr: "Access is denied.\r\n",
        code: 1,
      });
      assert.deepEqual(await run(computer, "echo a>x.txt& type x.txt", guest), {
        stdout: "a\r\n",
        stderr: "",
        code: 0,
      });
    });
  });

  describe("a redirection", () => {
    it("locks its file for writing while the command lives, and lets it be read", async () => {
      const computer = makeComputer();
      const holder = run(computer, '(echo held& ping -n 60 127.0.0.1) >"C:\\lock.txt"');
      await eventually("the lock", () => computer.processes.named("ping.exe").length === 1);
      assert.deepEqual(await run(computer, 'echo mine>>"C:\\lock.txt"'), {
        stdout: "",
        stderr: sharing,
        code: 1,
      });
      assert.deepEqual(await run(computer, 'ver >nul 9>>"C:\\lock.txt"'), {
        stdout: "",
        stderr: sharing,
        code: 1,
      });
      assert.match((await run(computer, "type C:\\lock.txt")).stdout, /^held\r\n/);
      assert.deepEqual(await run(computer, "ren C:\\lock.txt other.txt"), {
        stdout: "",
        stderr: sharing,
        code: 1,
      });
      assert.equal((await run(computer, "rd /s /q C:\\lock.txt")).code, 267);
      computer.processes.killAll();
      await holder;
      assert.deepEqual(await run(computer, 'echo mine>>"C:\\lock.txt"'), { stdout: "", stderr: "", code: 0 });
    });

    it("refuses to rename a folder in which a file is open", async () => {
      const computer = makeComputer();
      const holder = run(computer, 'md C:\\work& ping -n 60 127.0.0.1 >"C:\\work\\alive"');
      await eventually("the lock", () => computer.processes.named("ping.exe").length === 1);
      assert.deepEqual(await run(computer, "ren C:\\work gone"), {
        stdout: "",
        stderr: "Access is denied.\r\n",
        code: 1,
      });
      computer.processes.killAll();
      await holder;
      assert.equal((await run(computer, "ren C:\\work gone")).code, 0);
    });

    it("keeps a file open in a child that outlives its cmd.exe", async () => {
      const computer = makeComputer();
      const holder = run(computer, 'ping -n 60 127.0.0.1 9>"C:\\alive" >nul');
      await eventually("the child", () => computer.processes.named("ping.exe").length === 1);
      const [shell] = computer.processes.named("cmd.exe");
      const [child] = computer.processes.named("ping.exe");
      assert.ok(shell && child);
      computer.processes.kill(shell.pid);
      assert.equal((await holder).code, 1);
      assert.equal((await run(computer, "ver >nul 9>>C:\\alive")).code, 1);
      computer.processes.kill(child.pid);
      assert.equal((await run(computer, "ver >nul 9>>C:\\alive")).code, 0);
    });
  });

  describe("a batch file", () => {
    it("expands arguments, %%, its own folder, and undefined variables to nothing", async () => {
      const computer = makeComputer();
      batch(
        computer,
        "D:\\scripts\\show.cmd",
        "@echo off",
        "echo [%1][%~1][%2][%nosuch%] 100%%",
        "echo %~dp0 %~nx0",
      );
      const outcome = await run(computer, 'D:\\scripts\\show.cmd "a b" c');
      assert.equal(outcome.stdout, '["a b"][a b][c][] 100%\r\nD:\\scripts\\ show.cmd\r\n');
    });

    it("shows its commands until echo is off", async () => {
      const computer = makeComputer();
      batch(computer, "C:\\loud.cmd", "echo a", "@echo b");
      assert.equal(
        (await run(computer, "C:\\loud.cmd")).stdout,
        "\r\nC:\\Users\\Administrator>echo a \r\na\r\nb\r\n",
      );
    });

    it("sees the errorlevel of the line before", async () => {
      const computer = makeComputer();
      batch(computer, "C:\\code.cmd", "@echo off", "cmd /c exit 5", "echo %errorlevel%", "exit /b 6");
      assert.deepEqual(await run(computer, "C:\\code.cmd"), { stdout: "5\r\n", stderr: "", code: 6 });
    });

    it("writes an exit code only with the redirection in front", async () => {
      const computer = makeComputer();
      batch(computer, "C:\\e.cmd", "@echo off", "cmd /c exit 3", '>"%~dp0exit.txt" echo %errorlevel%');
      await run(computer, "C:\\e.cmd");
      assert.equal(computer.files.read("C:\\exit.txt").toString(), "3\r\n");
    });

    it("calls a subroutine with the file's own %~dp0, and holds a lock meanwhile", async () => {
      const computer = makeComputer();
      batch(
        computer,
        "C:\\op\\run.cmd",
        "@echo off",
        'mkdir "%~dp0started" 2>nul || exit /b 199',
        'call :main one 9>"%~dp0alive"',
        "exit /b %errorlevel%",
        ":main",
        "echo %0 %1 %~dp0",
        'echo again>>"%~dp0alive"',
        "exit /b 7",
      );
      assert.deepEqual(await run(computer, "C:\\op\\run.cmd"), {
        stdout: ":main one C:\\op\\\r\n",
        stderr: sharing,
        code: 7,
      });
      assert.equal((await run(computer, "ver >nul 9>>C:\\op\\alive")).code, 0);
      assert.equal((await run(computer, "C:\\op\\run.cmd")).code, 199);
    });

    it("reads blocks over several lines, expanded as a whole", async () => {
      const computer = makeComputer();
      batch(
        computer,
        "C:\\block.cmd",
        "@echo off",
        "set X=before",
        "if exist C:\\Windows (",
        "  set X=after",
        "  echo %X%",
        ") else (",
        "  echo no",
        ")",
        "echo %X%",
      );
      assert.equal((await run(computer, "C:\\block.cmd")).stdout, "before\r\nafter\r\n");
    });

    it("goes to labels, and to its end", async () => {
      const computer = makeComputer();
      batch(
        computer,
        "C:\\go.cmd",
        "@echo off",
        "goto there",
        "echo no",
        ":there",
        "echo yes",
        "goto :eof",
        "echo no",
      );
      assert.deepEqual(await run(computer, "C:\\go.cmd"), { stdout: "yes\r\n", stderr: "", code: 0 });
    });

    it("undoes at its end what it set after setlocal", async () => {
      const computer = makeComputer();
      batch(computer, "C:\\set.cmd", "@echo off", "setlocal", "set X=inner", "cd /d C:\\Windows");
      const outcome = await run(computer, "set X=outer& call C:\\set.cmd& call echo %^X%& cd");
      assert.equal(outcome.stdout, "outer\r\nC:\\Users\\Administrator\r\n");
    });

    it("does not come back from a batch file that was not called", async () => {
      const computer = makeComputer();
      batch(computer, "C:\\inner.cmd", "@echo inner");
      batch(computer, "C:\\outer.cmd", "@echo off", "C:\\inner.cmd", "echo not reached");
      assert.equal((await run(computer, "C:\\outer.cmd")).stdout, "inner\r\n");
      batch(computer, "C:\\caller.cmd", "@echo off", "call C:\\inner.cmd", "echo reached");
      assert.equal((await run(computer, "C:\\caller.cmd")).stdout, "inner\r\nreached\r\n");
    });

    it("tells an unknown command with 9009", async () => {
      const computer = makeComputer();
      batch(computer, "C:\\u.cmd", "@echo off", "nosuch 2>nul", "echo %errorlevel%");
      assert.equal((await run(computer, "C:\\u.cmd")).stdout, "9009\r\n");
    });

    it("tells a program in a folder that is not there with 3, and ends where it was to be called", async () => {
      const computer = makeComputer();
      const missing = "C:\\none\\x.exe";
      batch(
        computer,
        "C:\\u.cmd",
        "@echo off",
        `${missing} 2>nul`,
        "echo %errorlevel%",
        "C:\\x.exe 2>nul",
        "echo %errorlevel%",
      );
      assert.equal((await run(computer, "C:\\u.cmd")).stdout, "3\r\n9009\r\n");
      batch(computer, "C:\\c.cmd", "@echo off", `call ${missing}`, "echo not reached");
      const { stdout, stderr } = await run(computer, "C:\\c.cmd");
      assert.deepEqual([stdout, stderr], ["", "The system cannot find the path specified.\r\n"]);
    });

    it("keeps the errorlevel through echo, and clears it by ver", async () => {
      const computer = makeComputer();
      batch(
        computer,
        "C:\\k.cmd",
        "@echo off",
        "cmd /c exit 4",
        "echo %errorlevel%",
        "echo %errorlevel%",
        "ver >nul",
        "echo %errorlevel%",
      );
      assert.equal((await run(computer, "C:\\k.cmd")).stdout, "4\r\n4\r\n0\r\n");
    });
  });
});
