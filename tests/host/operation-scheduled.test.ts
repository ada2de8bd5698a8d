import assert from "node:assert/strict";
import { HostError, type HostSession, OperationRefused } from "../../lib/host";
import {
  type Bench,
  base,
  impatient,
  media,
  operation,
  startBench,
  startedWith,
  until,
} from "./operation-support";

/** Everything that a command line, a batch file, VBScript or a code page could trip over. */
const secret = 'Täsk "secret" %1 & \u8868!^';
const taskName = `exchange-upgrade-${operation}`;
const account = { name: "EDGE1\\setup", password: secret };
const wayOut =
  'Use run: "task" with a task that an administrator has registered (`exchange-upgrade task` says how), "manual", or "direct" over SSH.';

describe("Setup operation, run mode scheduled", () => {
  let bench: Bench;
  const run: Bench["run"] = (changes, open) => bench.run({ mode: "scheduled", account, ...changes }, open);
  const start = async (...args: Parameters<typeof startBench>) => {
    bench = await startBench(...args);
  };
  const tasks = () => bench.host.computer.tasks.list().map(({ name }) => name);

  beforeEach(() => start("2008 R2", secret));
  afterEach(() => bench.host.stop());

  it("should register a task, have it run Setup once as its account, and remove it", async () => {
    bench.setup.hold = true;
    const running = run();
    await until(() => bench.setup.runs === 1, "Setup runs");
    assert.deepEqual(tasks(), [taskName]);
    bench.setup.hold = false;
    assert.deepEqual(await running, {
      done: true,
      alreadyDone: false,
      attached: false,
      attempt: 1,
      exitCode: 0,
      reason: null,
      endedWell: true,
      shutdownBefore: startedWith,
    });
    assert.deepEqual(bench.setup.accounts, ["edge1\\setup"]);
    assert.deepEqual(tasks(), []);
    assert.equal(await bench.discard(), null);
    assert.equal(bench.host.files.kind(base), null);
  });

  it("should remove the task after a failure too, and keep the log", async () => {
    bench.setup.exitCode = 1;
    const { done, reason } = await run();
    assert.equal(done, false);
    assert.match(reason ?? "", /its output C:\\Windows\\ExchangeUpgrade\\server-2007-SP1\\1\\out\.txt\.$/);
    assert.deepEqual(tasks(), []);
    assert.equal(bench.host.files.kind(`${base}\\${operation}\\1\\out.txt`), "file");
    bench.setup.exitCode = 0;
    assert.deepEqual([(await run()).attempt, bench.setup.runs], [2, 2]);
  });

  it("should follow over a new connection, and leave the task to whoever comes after a killed run", async () => {
    bench.setup.hold = true;
    const gone = new AbortController();
    const first = run({ signal: gone.signal });
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    gone.abort();
    await assert.rejects(first);
    assert.deepEqual(tasks(), [taskName]);
    const second = run({ mode: "direct" });
    await until(() => bench.journal().includes("attempt 1 attached"), "the second run follows");
    bench.host.dropConnections();
    bench.setup.hold = false;
    assert.equal((await second).attached, true);
    assert.deepEqual(tasks(), []);
    assert.equal(bench.setup.runs, 1);
  });

  it("should remove what a killed run has left where the result is there by now", async () => {
    bench.setup.hold = true;
    const gone = new AbortController();
    const first = run({ signal: gone.signal });
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    gone.abort();
    await assert.rejects(first);
    bench.setup.hold = false;
    await until(() => bench.setup.done, "Setup has gone on");
    assert.deepEqual(tasks(), [taskName]);
    assert.equal((await run()).alreadyDone, true);
    assert.deepEqual(tasks(), []);
  });

  it("should let five runs at once run Setup once", async () => {
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => run()));
    assert.deepEqual(
      outcomes.map(({ done }) => done),
      [true, true, true, true, true],
    );
    assert.equal(bench.setup.runs, 1);
    assert.deepEqual(tasks(), []);
  });

  it("should say so when the password is wrong, after one try, and not show it", async () => {
    let registered = 0;
    const { tasks: scheduler } = bench.host.computer;
    const register = scheduler.register.bind(scheduler);
    scheduler.register = async (definition) => {
      registered += 1;
      return register(definition);
    };
    await rejects(
      run({ account: { ...account, password: "Wrong-secret" } }),
      HostError,
      "Setup was not run: no scheduled task could be registered under EDGE1\\setup: 0x8007052e (the account's name or " +
        "password is wrong). Check `account` and its password, then run pulumi up again.",
    );
    assert.equal(registered, 1);
    const place = `127.0.0.1:${bench.host.port}`;
    await rejects(
      run({ account: { ...account, password: "Wrong-secret" } }),
      HostError,
      `Setup was not run: the logon of EDGE1\\setup is not tried on ${place} again, so that the account is not locked: it was ` +
        "refused there in this run, and each refused logon counts. Check user and password, then run it again",
    );
    assert.equal(registered, 1);
    assert.deepEqual([tasks(), bench.setup.runs], [[], 0]);
    assert.deepEqual([(await run()).done, bench.setup.runs], [true, 1]);
  });

  it("should say so where Windows may store no password, and not blame the account", async () => {
    bench.host.registry.set("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableDomainCreds", 1);
    await rejects(
      run(),
      HostError,
      'Setup was not run: no scheduled task could be registered under EDGE1\\setup: 0x80070520 (the policy "Network access: ' +
        'Do not allow storage of passwords and credentials for network authentication" forbids stored passwords). Disable ' +
        'that policy for the upgrade, or use run: "manual", or "direct" over SSH, which store none.',
    );
    assert.deepEqual([tasks(), bench.setup.runs], [[], 0]);
  });

  it("should say so when the account may not log on as a batch job, and remove the task", async () => {
    bench.host.computer.tasks.faults.noBatchRight = ["EDGE1\\setup"];
    await rejects(
      run({ timing: impatient }),
      HostError,
      `Setup was not run: the scheduled task "${taskName}" was registered under EDGE1\\setup and started, and its script ` +
        "did not begin within 0.4 s. Its last result is 0x80070569 (the account lacks the right to log on as a batch job). " +
        "Look on the computer at the event log Microsoft-Windows-TaskScheduler/Operational and at that account's right " +
        "to log on as a batch job. Then run pulumi up again.",
    );
    assert.deepEqual([tasks(), bench.setup.runs], [[], 0]);
  });

  it("should tell of a task that cannot be removed, and how to", async () => {
    bench.host.computer.tasks.faults.keepTasks = true;
    assert.equal((await run()).done, true);
    const left =
      `the scheduled task "${taskName}" could not be removed, and Windows keeps the password of its account with it. ` +
      `Remove it on the computer: schtasks /delete /tn "${taskName}" /f`;
    assert.ok(bench.progress.includes(left), bench.progress.join("\n"));
    assert.equal(await bench.discard(), left);
    bench.host.computer.tasks.faults.keepTasks = false;
    // A scheduler that does not answer is no proof that the task is gone.
    bench.host.computer.tasks.faults.stopped = true;
    assert.equal(await bench.discard(), left);
    bench.host.computer.tasks.faults.stopped = false;
    assert.equal(await bench.discard(), null);
    assert.deepEqual(tasks(), []);
  });

  it("should refuse on Windows Server 2003", async () => {
    await bench.host.stop();
    await start("2003");
    await rejects(
      run(),
      OperationRefused,
      'Setup was not started: run: "scheduled" needs Windows Server 2008 or later, and the build of Windows here is 3790. ' +
        wayOut,
    );
    assert.deepEqual(bench.host.files.list(`${base}\\${operation}`), []);
  });

  it("should refuse where VBScript is not there", async () => {
    await bench.host.stop();
    await start("2025", secret);
    bench.host.computer.hasVbScript = false;
    await rejects(
      run(),
      OperationRefused,
      'Setup was not started: run: "scheduled" registers its task with cscript.exe and VBScript, and here cscript.exe ' +
        `cannot run a VBScript (CScript Error: Can't find script engine "VBScript" for script ` +
        `"C:\\Windows\\ExchangeUpgrade\\${operation}\\register.vbs"). Add the Windows feature VBScript, or choose another way. ` +
        wayOut,
    );
    assert.deepEqual(bench.host.files.list(`${base}\\${operation}`), []);
    assert.deepEqual([tasks(), bench.setup.runs], [[], 0]);
  });

  it("should show the password nowhere: commands, processes, files, journal, progress, output", async () => {
    const seen: string[] = [];
    const { processes, files } = bench.host.computer;
    const startProgram = bench.host.computer.startProgram.bind(bench.host.computer);
    bench.host.computer.startProgram = (start) => {
      seen.push(`${start.file} ${start.commandLine}`);
      return startProgram(start);
    };
    const open = async () => spied(await bench.open(), seen);
    bench.setup.hold = true;
    const running = run({}, open);
    await until(() => bench.setup.runs === 1, "Setup runs");
    seen.push(...processes.list().map(({ image }) => image));
    const texts = filesBelow(files, "C:").concat(filesBelow(files, "D:"));
    bench.setup.hold = false;
    await running;
    texts.push(...filesBelow(files, "C:"), ...seen, ...bench.progress, ...bench.journal());
    assert.ok(seen.some((text) => text.includes("cscript //nologo //e:vbscript")));
    const hex = [...secret].map((c) => c.charCodeAt(0).toString(16).padStart(4, "0")).join("");
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), hex])
      assert.deepEqual(
        texts.filter((text) => text.includes(form)),
        [],
      );
  });

  it("should need an account with a password", async () => {
    await assert.rejects(run({ account: { name: "EDGE1\\setup" } }), {
      message: 'run: "scheduled" needs an account with its password',
    });
  });

  it("should run the command line that it was given", async () => {
    bench.host.files.write(
      "D:\\Exchange SP1\\Setup.com",
      "MZ",
      bench.host.files.program(`${media}\\Setup.com`),
    );
    const outcome = await run({
      command: { program: "D:\\Exchange SP1\\Setup.com", args: ["/PrepareDomain:emea.contoso.com"] },
    });
    assert.equal(outcome.done, true);
  });
});

/** Notes every command that is sent. */
function spied(session: HostSession, seen: string[]): HostSession {
  const exec = session.exec.bind(session);
  session.exec = (command, options) => {
    seen.push(command);
    return exec(command, options);
  };
  return session;
}

/** Names and contents of all files below a folder. */
function filesBelow(files: Bench["host"]["files"], folder: string): string[] {
  return files.list(`${folder}\\`).flatMap(({ name, kind }) => {
    const path = `${folder}\\${name}`;
    if (kind === "folder") return filesBelow(files, path);
    const content = files.read(path);
    return [`${path} ${content.toString("latin1")}`, content.toString("utf8"), content.toString("utf16le")];
  });
}

async function rejects(
  running: Promise<unknown>,
  type: new (...args: never[]) => Error,
  message: string,
): Promise<void> {
  await assert.rejects(running, (error: Error) => {
    assert.equal(error.message, message);
    assert.ok(error instanceof type);
    return true;
  });
}
