import assert from "node:assert/strict";
import type { SimulatedComputer } from "../../lab/windows/computer";
import { batch, eventually, makeComputer, run } from "./windows-support";

/** A command line and what it prints; `null` in place of a stream means that it is not looked at. */
interface Case {
  readonly title: string;
  readonly command: string;
  readonly stdout: string;
  readonly stderr?: string;
  readonly code?: number;
}

const sharing = "The process cannot access the file because it is being used by another process.\r\n";

const commandLines: readonly Case[] = [
  { title: "prints to the end of the line", command: "echo one two", stdout: "one two\r\n" },
  { title: "keeps quotes in what it prints", command: 'echo "a  b"', stdout: '"a  b"\r\n' },
  { title: "runs one after the other with &", command: "echo a& echo b", stdout: "a\r\nb\r\n" },
  { title: "keeps the blank before & in what it prints", command: "echo a & echo b", stdout: "a \r\nb\r\n" },
  { title: "takes & in quotes literally", command: 'echo "a & b"', stdout: '"a & b"\r\n' },
  { title: "takes & after a caret literally", command: "echo a ^& b", stdout: "a & b\r\n" },
  { title: "takes a caret in quotes literally", command: 'echo "a ^& b"', stdout: '"a ^& b"\r\n' },
  { title: "runs after && only on success", command: "exit /b 0 && echo no& echo no", stdout: "" },
  {
    title: "runs after || only on failure",
    command: "md C:\\Windows 2>nul || echo failed",
    stdout: "failed\r\n",
  },
  {
    title: "skips what follows && after a failure",
    command: "md C:\\Windows 2>nul && echo no",
    stdout: "",
    code: 1,
  },
  {
    title: "binds && closer than ||, and || closer than &",
    command: "ver >nul || echo x && echo y& echo z",
    stdout: "z\r\n",
  },
  {
    title: "expands errorlevel before the line runs",
    command: "exit /b 0& echo never",
    stdout: "",
  },
  {
    title: "shows the errorlevel of the past on one line",
    command: "md C:\\Windows 2>nul & echo %errorlevel%",
    stdout: "0\r\n",
  },
  {
    title: "shows the present errorlevel through call",
    command: "md C:\\Windows 2>nul & call echo %^errorlevel%",
    stdout: "1\r\n",
  },
  { title: "leaves an undefined variable as it stands", command: "echo %nosuch%", stdout: "%nosuch%\r\n" },
  { title: "takes %% for two percent signs", command: "echo 100%%", stdout: "100%%\r\n" },
  { title: "expands in quotes too", command: 'echo "%SystemDrive%"', stdout: '"C:"\r\n' },
  { title: "knows the computer's name", command: "echo %COMPUTERNAME%", stdout: "EDGE1\r\n" },
  { title: "takes a part of a value", command: "echo %SystemRoot:~0,2%", stdout: "C:\r\n" },
  { title: "replaces in a value", command: "echo %SystemRoot:Windows=X%", stdout: "C:\\X\r\n" },
  { title: "groups with parentheses", command: "(echo a& echo b)", stdout: "a\r\nb\r\n" },
  { title: "prints a closing parenthesis outside a group", command: "echo a)", stdout: "a)\r\n" },
  {
    title: "redirects a digit's handle",
    command: "echo 1>C:\\d.txt& type C:\\d.txt",
    stdout: "ECHO is on.\r\n",
  },
  {
    title: "takes a digit inside a word for text",
    command: "echo a1>C:\\e.txt& type C:\\e.txt",
    stdout: "a1\r\n",
  },
  { title: "redirects from the front", command: ">C:\\f.txt echo 5& type C:\\f.txt", stdout: "5\r\n" },
  {
    title: "appends",
    command: "echo 1x>C:\\g.txt& echo 2x>>C:\\g.txt& type C:\\g.txt",
    stdout: "1x\r\n2x\r\n",
  },
  {
    title: "joins errors to the output",
    command: "type C:\\none 2>&1",
    stdout: "The system cannot find the file specified.\r\n",
    code: 1,
  },
  { title: "throws errors away", command: "type C:\\none 2>nul", stdout: "", code: 1 },
  {
    title: "reads input from a file",
    command: 'echo a>C:\\h.txt& find /c /v "" <C:\\h.txt',
    stdout: "1\r\n",
  },
  { title: "pipes", command: "(echo a& echo b& echo ab) | findstr a", stdout: "a\r\nab\r\n" },
  { title: "answers the pipe's last exit code", command: "echo a| findstr b", stdout: "", code: 1 },
  {
    title: "does not run a command whose redirection fails, and tells by the return code",
    command: "(echo a) >C:\\no\\file && echo good|| echo bad",
    stdout: "bad\r\n",
    stderr: "The system cannot find the path specified.\r\n",
  },
  {
    title: "does not find a program",
    command: "nosuch.exe",
    stdout: "",
    stderr:
      "'nosuch.exe' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    code: 1,
  },
  {
    title: "rejects what is no command",
    command: "& echo a",
    stdout: "",
    stderr: "& was unexpected at this time.\r\n",
    code: 1,
  },
  { title: "compares", command: 'if "a"=="a" (echo same) else (echo other)', stdout: "same\r\n" },
  { title: "compares with case", command: 'if "a"=="A" (echo same) else (echo other)', stdout: "other\r\n" },
  { title: "compares without case", command: 'if /i "a"=="A" echo same', stdout: "same\r\n" },
  { title: "compares numbers", command: "if 10 gtr 9 echo more", stdout: "more\r\n" },
  { title: "negates", command: "if not exist C:\\none echo none", stdout: "none\r\n" },
  { title: "finds folders with exist", command: "if exist C:\\Windows\\ echo there", stdout: "there\r\n" },
  { title: "finds by wildcard with exist", command: "if exist C:\\Win* echo there", stdout: "there\r\n" },
  {
    title: "finds an empty folder's content with exist, since it has itself in it",
    command: "mkdir C:\\empty& if exist C:\\empty\\* echo there",
    stdout: "there\r\n",
  },
  { title: "finds nothing in an empty drive", command: "if not exist D:\\* echo none", stdout: "none\r\n" },
  {
    title: "takes a caret between quotes as it is",
    command: 'mkdir "C:\\a^b"& if exist "C:\\a^b" echo there& echo x>"C:\\a^b\\c^d"& dir /b "C:\\a^b"',
    stdout: "there\r\nc^d\r\n",
  },
  { title: "governs the rest of the line with if", command: "if 1==2 echo a& echo b", stdout: "" },
  { title: "knows errorlevel as a lower bound", command: "if errorlevel 0 echo yes", stdout: "yes\r\n" },
  { title: "ends with a 32-bit code", command: "exit 3010", stdout: "", code: 3010 },
  { title: "ends with a negative code", command: "exit /b -1", stdout: "", code: 0xffffffff },
  { title: "cuts the command at a line feed", command: "echo a\necho b", stdout: "a\r\n" },
  { title: "sets and shows variables", command: "set X=1& call echo %^X%", stdout: "1\r\n" },
  { title: "changes folder", command: "cd /d C:\\Windows& cd", stdout: "C:\\Windows\r\n" },
  { title: "starts in the profile", command: "cd", stdout: "C:\\Users\\Administrator\r\n" },
  {
    title: "runs a program by its quoted path",
    command: '"C:\\Windows\\system32\\hostname.exe"',
    stdout: "edge1\r\n",
  },
  {
    title: "runs a command in a further cmd",
    command: 'cmd /d /c "echo a& exit 7"',
    stdout: "a\r\n",
    code: 7,
  },
  {
    title: "sets errorlevel 1 for call without a blank, and 0 with one",
    command: "(call)|| echo one& (call )&& echo zero",
    stdout: "one\r\nzero\r\n",
  },
  {
    title: "does for each word what stands behind an at sign, and goes on behind it",
    command: "(for %a in (1 two) do @(echo a%a& echo %ab))& echo %OS%",
    stdout: "a1\r\n1b\r\natwo\r\ntwob\r\nWindows_NT\r\n",
  },
  {
    title: "says what it does not simulate",
    command: "for %a in (1 2) do echo %a",
    stdout: "",
    stderr: "The lab does not simulate for.\r\n",
    code: 50,
  },
];

const files: readonly Case[] = [
  { title: "makes folders above", command: "md C:\\a\\b\\c& dir /b C:\\a", stdout: "b\r\n" },
  {
    title: "refuses to make a folder twice",
    command: "md C:\\a\\b",
    stdout: "",
    stderr: "A subdirectory or file C:\\a\\b already exists.\r\n",
    code: 1,
  },
  {
    title: "refuses to remove a folder with content",
    command: "rd C:\\a",
    stdout: "",
    stderr: "The directory is not empty.\r\n",
    code: 145,
  },
  {
    title: "leaves the errorlevel when rd fails without ||",
    command: "rd C:\\none 2>nul& call echo %^errorlevel%",
    stdout: "0\r\n",
  },
  {
    title: "sets it when || follows",
    command: "rd C:\\none 2>nul|| call echo %^errorlevel%",
    stdout: "2\r\n",
  },
  { title: "renames", command: "ren C:\\a\\b d& dir /b C:\\a", stdout: "d\r\n" },
  {
    title: "refuses to rename to an existing name",
    command: "md C:\\a\\e& ren C:\\a\\d e",
    stdout: "",
    stderr: "A duplicate file name exists, or the file\r\ncannot be found.\r\n",
    code: 1,
  },
  {
    title: "refuses to rename what is not there",
    command: "ren C:\\a\\none x",
    stdout: "",
    stderr: "The system cannot find the file specified.\r\n",
    code: 1,
  },
  {
    title: "refuses a path as new name",
    command: "ren C:\\a\\d C:\\a\\f",
    stdout: "",
    stderr: "The syntax of the command is incorrect.\r\n",
    code: 1,
  },
  { title: "finds names without case", command: "if exist c:\\A\\D echo yes", stdout: "yes\r\n" },
  { title: "keeps the spelling", command: "ren c:\\a\\d Dee& dir /b C:\\A", stdout: "Dee\r\ne\r\n" },
  {
    title: "tells an empty folder like an absent file",
    command: "dir /b C:\\a\\e",
    stdout: "",
    stderr: "File Not Found\r\n",
    code: 1,
  },
  {
    title: "moves over a file",
    command: "echo 1x>C:\\m1& echo 2x>C:\\m2& move /y C:\\m1 C:\\m2 >nul& type C:\\m2",
    stdout: "1x\r\n",
  },
  {
    title: "copies",
    command: "copy /y C:\\m2 C:\\m3& type C:\\m3",
    stdout: "        1 file(s) copied.\r\n1x\r\n",
  },
  {
    title: "deletes, and clears the errorlevel",
    command: "del /q C:\\m3& if not exist C:\\m3 echo gone",
    stdout: "gone\r\n",
  },
  {
    title: "tells what it cannot delete, without a code",
    command: "del /q C:\\m3",
    stdout: "",
    stderr: "Could Not Find C:\\m3\r\n",
    code: 0,
  },
  {
    title: "fails to delete in a folder that is not there, and goes on",
    command:
      "echo 1x>C:\\m4& del /q C:\\none\\x C:\\m4 2>nul& call echo %^errorlevel%& if not exist C:\\m4 echo gone",
    stdout: "1\r\ngone\r\n",
  },
  {
    title: "tells nothing but a message where wildcards find nothing",
    command: "del /q C:\\none*.txt 2>nul& call echo %^errorlevel%",
    stdout: "0\r\n",
  },
  { title: "deletes nothing without a name", command: "del 2>nul& call echo %^errorlevel%", stdout: "1\r\n" },
  {
    title: "removes no folder below one that is not there",
    command: "rd C:\\none\\x 2>nul|| call echo %^errorlevel%",
    stdout: "3\r\n",
  },
  { title: "removes a tree", command: "rd /s /q C:\\a& if not exist C:\\a echo gone", stdout: "gone\r\n" },
  {
    title: "lists only folders or only files",
    command: "md C:\\l\\x& echo 1x>C:\\l\\f& dir /b /ad C:\\l& dir /b /a-d C:\\l",
    stdout: "x\r\nf\r\n",
  },
];

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
