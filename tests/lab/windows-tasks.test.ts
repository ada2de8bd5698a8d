import assert from "node:assert/strict";
import {
  probeInput,
  registerCommand,
  registerInput,
  registerScript,
} from "../../lib/host/launch/registerScript";
import {
  connect,
  eventually,
  exec,
  localPassword,
  localUser,
  makeComputer,
  run,
  startComputer,
} from "./windows-support";

const script = "C:\\Windows\\work.cmd";
const create = (more = "") =>
  `schtasks /create /tn Work /tr "${script}" /sc once /st 00:00 /ru ${localUser} /rp ${localPassword}${more}`;

describe("simulated Task Scheduler", () => {
  it("runs a task as its own account, as a batch logon with the full token only where it is asked for", async () => {
    const computer = makeComputer();
    computer.files.write(script, "@whoami /groups /fo csv /nh >%~dp0who.txt\r\n");
    for (const [more, sids] of [
      ["", ["S-1-16-8192"]],
      [" /rl highest /f", ["S-1-16-12288"]],
    ] as const) {
      assert.equal((await run(computer, create(more))).code, 0);
      assert.equal((await run(computer, "schtasks /run /tn Work")).code, 0);
      await eventually("the task runs", () => computer.tasks.list()[0]?.lastRun !== null);
      await eventually("the task ends", () => !computer.tasks.isRunning("Work"));
      const who =
        computer.files.kind("C:\\Windows\\who.txt") === null
          ? ""
          : computer.files.read("C:\\Windows\\who.txt").toString();
      // A filtered token may not write there, which is its point.
      if (more === "") assert.equal(who, "");
      else for (const sid of [...sids, "S-1-5-3"]) assert.ok(who.includes(`"${sid}"`), who);
    }
  });

  it("keeps the task's process when the session that started it dies, and loses it with the computer", async () => {
    const host = await startComputer();
    host.files.write(script, "@ping -n 60 127.0.0.1 >nul\r\n");
    const client = await connect(host);
    assert.equal((await exec(client, create())).code, 0);
    assert.equal((await exec(client, "schtasks /run /tn Work")).code, 0);
    const pings = () => host.computer.processes.named("ping.exe").length;
    await eventually("it runs", () => pings() === 1);
    host.dropConnections();
    assert.equal((await exec(await connect(host), "schtasks /delete /tn Work /f")).code, 0);
    assert.equal(pings(), 1);
    host.reboot();
    assert.equal(pings(), 0);
    await host.stop();
  });

  it("ends what a task runs, and ignores a second start", async () => {
    const computer = makeComputer();
    computer.files.write(script, "@echo x>>C:\\Windows\\count.txt\r\n@ping -n 60 127.0.0.1 >nul\r\n");
    await run(computer, create(" /rl highest"));
    await run(computer, "schtasks /run /tn Work");
    await run(computer, "schtasks /run /tn Work");
    await eventually("it runs", () => computer.processes.named("ping.exe").length === 1);
    assert.equal(computer.files.read("C:\\Windows\\count.txt").toString(), "x\r\n");
    await run(computer, "schtasks /end /tn Work");
    await eventually("it has ended", () => !computer.tasks.isRunning("Work"));
    assert.equal(computer.tasks.list()[0]?.lastResult, 0x41306);
  });

  for (const [windows, row] of [
    ["2003", '"EDGE1","Work","Nicht zutreffend","Bereit","Nie","0",'],
    ["2008", '"EDGE1","\\Work","Nicht zutreffend","Bereit","Interaktiv/Hintergrund","Nicht zutreffend","1",'],
    ["2016", '"EDGE1","\\Work","Nicht zutreffend","Bereit","Interaktiv/Hintergrund","Nicht zutreffend","1",'],
    [
      "2019",
      '"EDGE1","\\Work","Nicht zutreffend","Bereit","Interaktiv/Hintergrund","11/30/1999 12:00:00 AM","267011",',
    ],
  ] as const)
    it(`lists tasks that never ran in the layout of Windows Server ${windows}, in its language`, async () => {
      const computer = makeComputer({ windows });
      computer.taskLanguage = "de";
      await run(computer, create());
      const { stdout } = await run(computer, "schtasks /query /fo csv /v /nh");
      assert.ok(stdout.startsWith(row), stdout);
    });

  for (const [what, command] of [
    ["/rl", create(" /rl highest")],
    ["/xml", "schtasks /create /tn Work /xml C:\\x.xml /ru x /rp y"],
    ["/tn", "schtasks /query /tn Work /fo csv /v /nh"],
  ] as const)
    it(`refuses ${what} on Windows Server 2003`, async () => {
      const { code, stderr } = await run(makeComputer({ windows: "2003" }), command);
      assert.deepEqual([code, stderr], [1, `ERROR: Invalid argument/option - '${what}'.\r\n`]);
    });

  it("refuses a wrong password from 2008 on, and finds it on 2003 when the task runs", async () => {
    const wrong = create().replace(localPassword, "wrong");
    assert.deepEqual(
      (await run(makeComputer(), wrong)).stderr,
      "ERROR: The user name or password is incorrect.\r\n",
    );
    const old = makeComputer({ windows: "2003" });
    assert.equal((await run(old, wrong)).code, 0);
    assert.equal((await run(old, "schtasks /run /tn Work")).code, 0);
    await eventually("it is logged", () => old.files.kind("C:\\WINDOWS\\SchedLgU.txt") === "file");
    assert.match(old.files.read("C:\\WINDOWS\\SchedLgU.txt").toString(), /0x8007052e/);
  });

  it("registers and starts no task with a password where Windows may not store one", async () => {
    const computer = makeComputer();
    assert.equal((await run(computer, create())).code, 0);
    computer.registry.set("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableDomainCreds", 1);
    assert.equal(
      (await run(computer, `${create()} /f`)).stderr,
      "ERROR: A specified logon session does not exist. It may already have been terminated.\r\n",
    );
    await run(computer, "schtasks /run /tn Work");
    await eventually("it is refused", () => computer.tasks.list()[0]?.lastResult === 0x80070520);
  });

  it("refuses a command that is too long, an absent task, and who is no administrator", async () => {
    const computer = makeComputer();
    const long = await run(computer, create().replace(script, `C:\\${"x".repeat(260)}`));
    assert.equal(
      long.stderr,
      "ERROR: The value for /TR option should not be more than 261 character(s).\r\n",
    );
    for (const verb of ["run", "delete /f", "end"])
      assert.equal((await run(computer, `schtasks /${verb} /tn Work`)).code, 1);
    assert.equal(
      (await run(computer, create(), { account: "guest" })).stderr,
      "ERROR: Access is denied.\r\n",
    );
  });

  it("asks for a password at the console, and takes XML without an encoding", async () => {
    const computer = makeComputer();
    const xml = (first: string) => `${first}<Command>${script}</Command>`;
    computer.files.write("C:\\good.xml", xml('<?xml version="1.0"?>'));
    computer.files.write("C:\\bad.xml", xml('<?xml version="1.0" encoding="UTF-16"?>'));
    const from = (file: string) => `schtasks /create /tn Work /xml ${file} /ru ${localUser} /rp *`;
    const stdin = `${localPassword}\r\n`;
    assert.equal((await run(computer, from("C:\\bad.xml"), { stdin })).code, 1);
    const { stdout } = await run(computer, from("C:\\good.xml"), { stdin });
    assert.match(stdout, /^Please enter the run as password for Administrator: SUCCESS/);
    assert.equal(computer.tasks.list()[0]?.password, localPassword);
  });
});

describe("simulated cscript", () => {
  const task = { name: "Own", account: localUser, password: localPassword, script };
  const path = "C:\\register.vbs";
  const withScript = (text = registerScript) => {
    const computer = makeComputer();
    computer.files.write(path, text);
    return computer;
  };

  it("does what the one script does that it knows: answers, and registers a task", async () => {
    const computer = withScript();
    const command = registerCommand(`"${path}"`);
    assert.deepEqual(await run(computer, command, { stdin: probeInput }), {
      stdout: "eu1 probe 0\r\n",
      stderr: "",
      code: 0,
    });
    const done = await run(computer, command, { stdin: registerInput(task) });
    assert.deepEqual([done.stdout, done.code], ["eu1 register 0\r\n", 0]);
    assert.deepEqual(
      computer.tasks.list().map(({ name, account, highest }) => [name, account, highest]),
      [["Own", localUser, true]],
    );
    const wrong = await run(computer, command, { stdin: registerInput({ ...task, password: "wrong" }) });
    assert.deepEqual([wrong.stdout, wrong.code], ["eu1 register -2147023570\r\n", 1]);
  });

  it("registers nothing when the input is cut off anywhere", async () => {
    const computer = withScript();
    const whole = registerInput(task);
    for (let length = 0; length < whole.length - 2; length += 7)
      await run(computer, registerCommand(path), { stdin: whole.slice(0, length) });
    assert.deepEqual(computer.tasks.list(), []);
  });

  it("knows no other script, and none without VBScript", async () => {
    const other = await run(withScript('WScript.Echo "x"'), registerCommand(path));
    assert.match(other.stdout, /The lab simulates one script/);
    const computer = withScript();
    computer.hasVbScript = false;
    const { stdout, code } = await run(computer, registerCommand(path));
    assert.deepEqual(
      [stdout, code],
      [`CScript Error: Can't find script engine "VBScript" for script "${path}".\r\n`, 1],
    );
  });
});

describe("simulated set /p", () => {
  it("reads one line of a file, and keeps the variable where there is none", async () => {
    const computer = makeComputer();
    computer.files.write("C:\\in.txt", "first line\r\nsecond\r\n");
    computer.files.write("C:\\empty.txt", "");
    computer.files.write(
      "C:\\b.cmd",
      "@set x=old\r\n@set /p x=<C:\\empty.txt\r\n@echo %x%\r\n@set /p x=<C:\\in.txt\r\n@echo %x%\r\n",
    );
    assert.equal((await run(computer, "C:\\b.cmd")).stdout, "old\r\nfirst line\r\n");
  });
});
