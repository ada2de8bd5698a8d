import assert from "node:assert/strict";
import { FileError } from "../../lab/windows/files";
import { AuthenticationFailed, HostError, OperationAborted, OperationRefused } from "../../lib/host";
import { restBetweenLooks } from "../../lib/host/operation/follow";
import {
  type Bench,
  base,
  logFile,
  media,
  operation,
  readText,
  startBench,
  startedWith,
  timing,
  until,
} from "./operation-support";

const log = `Its log is ${logFile}, its output ${base}\\${operation}`;

describe("rest between two looks at a Setup", () => {
  it("grows with the time for which it has been followed, up to five times", () => {
    const minutes = [0, 1, 2, 3, 5, 10, 240];
    const rests = minutes.map((each) => restBetweenLooks(each * 60_000, 2_000));
    assert.deepEqual(rests, [2_000, 2_000, 2_000, 3_000, 5_000, 10_000, 10_000]);
  });
});

describe("Setup operation on the simulated Windows", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench();
  });

  afterEach(async () => {
    await bench.host.stop();
  });

  it("should run Setup once, tell its phases and keep a journal", async () => {
    const outcome = await bench.run();
    assert.deepEqual(outcome, {
      done: true,
      alreadyDone: false,
      attached: false,
      attempt: 1,
      exitCode: 0,
      reason: null,
      endedWell: true,
      shutdownBefore: startedWith,
    });
    assert.equal(bench.setup.runs, 1);
    assert.deepEqual(bench.progress, [
      "Copying Exchange files: COMPLETED",
      "Edge Transport Server Role: COMPLETED",
    ]);
    assert.deepEqual(bench.journal(), [
      "attempt 1 prepared: D:\\SP1\\Setup.com /mode:upgrade",
      "attempt 1 started",
      "attempt 1 exited 0",
      "attempt 1 verified",
    ]);
    assert.equal(bench.lock(), "free");
    assert.deepEqual(
      bench.host.files.list(`${base}\\${operation}\\1`).map(({ name }) => name),
      ["alive", "exit.txt", "out.txt", "run.cmd", "shutdown-before.txt", "started"],
    );
  });

  it("should give up where the computer ends each command that would take its script", async () => {
    let ended = 0;
    const open = async () => {
      const session = await bench.open();
      const exec = session.exec.bind(session);
      session.exec = (command, options) => {
        const other = command.replace(/\(findstr .*?\) 2>&1/, "exit 1");
        if (other !== command) ended++;
        return exec(other, options);
      };
      return session;
    };
    const { name } = await bench.open();
    await assert.rejects(bench.run({}, open), {
      name: "HostError",
      message: `the output of a command on ${name} is incomplete: part sent has no end`,
    });
    assert.deepEqual([ended, bench.setup.runs, bench.lock()], [3, 0, "free"]);
  });

  it("should start nothing where it is done already", async () => {
    bench.setup.done = true;
    const outcome = await bench.run();
    assert.equal(outcome.alreadyDone, true);
    assert.equal(outcome.done, true);
    assert.equal(bench.setup.runs, 0);
    assert.equal(bench.lock(), "free");
  });

  it("should start nothing where the caller cannot know whether it is done", async () => {
    const isDone = () => Promise.reject(new Error("the directory does not answer"));
    await assert.rejects(bench.run({ isDone }), { message: "the directory does not answer" });
    assert.equal(bench.setup.runs, 0);
    assert.equal(bench.lock(), "free");
  });

  it("should attach a second run to the first one's Setup", async () => {
    bench.setup.hold = true;
    const first = bench.run();
    await until(() => bench.setup.runs === 1, "Setup runs");
    const second = bench.run();
    await until(
      () => bench.progress.includes("following Setup, which another run has started (attempt 1)"),
      "the second run follows",
    );
    bench.setup.hold = false;
    assert.deepEqual(
      (await Promise.all([first, second])).map(({ done, attached, exitCode }) => ({
        done,
        attached,
        exitCode,
      })),
      [
        { done: true, attached: false, exitCode: 0 },
        { done: true, attached: true, exitCode: 0 },
      ],
    );
    assert.equal(bench.setup.runs, 1);
  });

  it("should let five runs at once run Setup once", async () => {
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => bench.run()));
    assert.deepEqual(
      outcomes.map(({ done }) => done),
      [true, true, true, true, true],
    );
    assert.equal(bench.setup.runs, 1);
  });

  it("should give a failed Setup to everybody who waited for it, and run it once", async () => {
    bench.setup.hold = true;
    bench.setup.exitCode = 1;
    const first = bench.run();
    await until(() => bench.setup.runs === 1, "Setup runs");
    const second = bench.run();
    await until(() => bench.progress.some((text) => text.startsWith("following")), "the second run follows");
    bench.setup.hold = false;
    const [one, two] = await Promise.all([first, second]);
    assert.deepEqual([one.exitCode, two.exitCode, bench.setup.runs], [1, 1, 1]);
    assert.equal(one.reason, two.reason);
  });

  it("should stop within moments when its engine has gone, give the lock back and leave Setup running", async () => {
    bench.setup.hold = true;
    const gone = new AbortController();
    const first = bench.run({ signal: gone.signal });
    await until(() => bench.journal().includes("attempt 1 started"), "Setup is seen to run");
    gone.abort();
    await assert.rejects(first, (error: Error) => {
      assert.ok(error instanceof OperationAborted);
      assert.equal(
        error.message,
        "stopped, because the run of pulumi that asked for it was cancelled or has gone. A Setup that was started goes on, and the next " +
          "run of pulumi up follows it.",
      );
      return true;
    });
    assert.equal(bench.lock(), "free");
    const second = bench.run();
    await until(() => bench.journal().includes("attempt 1 attached"), "the second run follows");
    bench.setup.hold = false;
    assert.deepEqual(await second, {
      done: true,
      alreadyDone: false,
      attached: true,
      attempt: 1,
      exitCode: 0,
      reason: null,
      endedWell: true,
      shutdownBefore: startedWith,
    });
    assert.equal(bench.setup.runs, 1);
  });

  it("should follow at once the Setup of a run that died, and then own its lock", async () => {
    bench.setup.hold = true;
    const first = bench.run({}, onceThen(bench, new AuthenticationFailed("the account was locked")));
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    bench.host.dropConnections();
    await assert.rejects(first, { message: "the account was locked" });
    const dead = bench.lock();
    assert.match(dead ?? "", /^owner-/);
    const second = bench.run();
    await until(() => bench.journal().includes("attempt 1 attached"), "the second run follows");
    await until(() => bench.lock()?.split(".")[0] !== dead?.split(".")[0], "the second run owns the lock");
    bench.setup.hold = false;
    assert.equal((await second).attached, true);
    assert.equal(bench.setup.runs, 1);
    assert.equal(bench.lock(), "free");
  });

  it("should go on over a new connection when the old one is cut", async () => {
    bench.setup.hold = true;
    const run = bench.run();
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    const name = `127.0.0.1:${bench.host.port}`;
    bench.host.dropConnections();
    await until(() => bench.progress.includes(`connected to ${name} again`), "connected again");
    bench.setup.hold = false;
    const outcome = await run;
    assert.deepEqual([outcome.done, outcome.attached, outcome.exitCode], [true, false, 0]);
    assert.ok(bench.progress.includes(`connection to ${name} lost, connecting again`));
    assert.equal(bench.setup.runs, 1);
  });

  it("should tell an interrupted Setup after a restart, and run it again the next time", async () => {
    bench.setup.hold = true;
    const run = bench.run();
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    bench.host.reboot();
    const { failure, ...outcome } = await run;
    const said =
      "its last lines are: Configuring Microsoft Exchange Server / Copying Exchange files ......... COMPLETED / " +
      "Edge Transport Server Role ......... COMPLETED";
    assert.deepEqual(failure, {
      how: "interrupted",
      why: "it no longer runs and left no exit code (the computer was restarted, the process was ended, or the disk is full)",
      said,
      phase: "Edge Transport Server Role",
      attempt: 1,
      log: "C:\\ExchangeSetupLogs\\ExchangeSetup.log",
      output: "C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt",
    });
    assert.deepEqual(outcome, {
      done: false,
      alreadyDone: false,
      attached: false,
      attempt: 1,
      exitCode: null,
      reason:
        "Setup was interrupted: it no longer runs and left no exit code (the computer was restarted, the process " +
        `was ended, or the disk is full). It says: ${said}. ${log}\\1\\out.txt.`,
      endedWell: false,
      shutdownBefore: startedWith,
    });
    bench.setup.hold = false;
    const again = await bench.run();
    assert.deepEqual([again.done, again.attempt, again.attached], [true, 2, false]);
    assert.equal(bench.setup.mostAtOnce, 1);
  });

  it("should follow Setup to its end when only the script was killed", async () => {
    bench.setup.hold = true;
    const run = bench.run();
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    bench.host.kill("cmd.exe");
    await new Promise((resolve) => setTimeout(resolve, 100));
    bench.setup.hold = false;
    const outcome = await run;
    assert.deepEqual([outcome.done, outcome.exitCode, outcome.attempt], [true, null, 1]);
    assert.equal(bench.setup.runs, 1);
  });

  it("should keep its lock when the cmd.exe of a sign of life was ended", async () => {
    bench.setup.hold = true;
    let ended = 0;
    const beats = /^\(echo eu\S+ ren "[^"]*\\owner-[^"]*" owner-\S+ 2>nul\)/;
    const first = bench.run({}, async () => {
      const session = await bench.open();
      const run = session.run.bind(session);
      session.run = async (command, options) => {
        const result = await run(command, options);
        if (!beats.test(command) || ended === 3) return result;
        ended += 1;
        return { ...result, stdout: "", stdoutBytes: Buffer.alloc(0) };
      };
      return session;
    });
    await until(() => ended === 3, "beats are lost");
    const owner = bench.lock()?.split(".")[0];
    await new Promise((resolve) => setTimeout(resolve, 3 * timing.lockTtlMs));
    const beat = bench.lock();
    assert.equal(beat?.split(".")[0], owner);
    await until(() => bench.lock() !== beat, "the lock's owner gives signs of life");
    bench.setup.hold = false;
    assert.equal((await first).done, true);
  });

  it("should follow a Setup that goes on without its script, although its level is there already", async () => {
    bench.setup.hold = true;
    const first = bench.run({}, onceThen(bench, new AuthenticationFailed("the account was locked")));
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    bench.host.reboot();
    await assert.rejects(first, { message: "the account was locked" });
    // As after a kill of what has Setup's files open: another process of it works on.
    const { pid } = bench.host.computer.processes.start("exsetup.exe");
    bench.setup.done = true;
    const second = bench.run();
    await until(() => bench.journal().includes("attempt 1 attached"), "the second run follows");
    bench.host.computer.processes.kill(pid);
    const { done, attached, alreadyDone } = await second;
    assert.deepEqual({ done, attached, alreadyDone }, { done: true, attached: true, alreadyDone: false });
    assert.equal(bench.setup.runs, 1);
  });

  it("should give Setup's own reason, from this run and not from an earlier one", async () => {
    bench.host.files.append(
      logFile,
      "[01/02/2008 10:00:00.0000] [0] Starting Microsoft Exchange Server 2007 Setup\r\n" +
        "[01/02/2008 10:00:01.0000] [2] [ERROR] An error of last year.\r\n",
    );
    bench.setup.exitCode = 1;
    bench.setup.logLines = [
      "[01/02/2009 10:00:00.0000] [0] Starting Microsoft Exchange Server 2007 Setup",
      "[01/02/2009 10:00:01.0000] [1] Failed [Rule:RebootPending] [Message:A restart is pending.]",
      "[01/02/2009 10:00:02.0000] [0] End of Setup",
    ];
    const outcome = await bench.run();
    assert.equal(
      outcome.reason,
      `Setup ended with exit code 1. It says: rule RebootPending failed: A restart is pending. ${log}\\1\\out.txt.`,
    );
    bench.setup.logLines = [];
    const silent = await bench.run();
    assert.equal(
      silent.reason,
      "Setup ended with exit code 1. It says: its last lines are: Configuring Microsoft Exchange Server / Copying " +
        `Exchange files ......... COMPLETED / Edge Transport Server Role ......... COMPLETED. ${log}\\2\\out.txt.`,
    );
    bench.setup.exitCode = 0;
    assert.deepEqual(await bench.run(), {
      done: true,
      alreadyDone: false,
      attached: false,
      attempt: 3,
      exitCode: 0,
      reason: null,
      endedWell: true,
      shutdownBefore: startedWith,
    });
  });

  it("should not take exit code 0 for success", async () => {
    bench.setup.effective = false;
    bench.setup.consoleLines = [];
    const outcome = await bench.run();
    assert.deepEqual([outcome.done, outcome.exitCode], [false, 0]);
    assert.equal(
      outcome.reason,
      `Setup ended with exit code 0: the result is not there. ${log}\\1\\out.txt.`,
    );
  });

  it("should say why Setup failed by its console, where its log cannot be read", async () => {
    bench.setup.exitCode = 1;
    bench.setup.consoleLines = [
      "Configuring Microsoft Exchange Server",
      "    Copying Exchange files ......... COMPLETED",
      "    Edge Transport Server Role ......... FAILED",
      "     The service MSExchangeTransport could not be stopped.",
      "",
      "The Exchange Server Setup operation did not complete.",
    ];
    const { reason, done } = await bench.run();
    assert.equal(done, false);
    assert.equal(
      reason,
      "Setup ended with exit code 1. It says: Edge Transport Server Role: FAILED: The service MSExchangeTransport could not be " +
        `stopped. ${log}\\1\\out.txt.`,
    );
  });

  it("should say when Setup's program is not there", async () => {
    const outcome = await bench.run({ command: { program: `${media}\\Setup.exe`, args: [] } });
    assert.equal(outcome.exitCode, 9009);
    assert.equal(
      outcome.reason,
      "Setup was not run: D:\\SP1\\Setup.exe is not there or cannot be run. It says: its last lines are: " +
        "'D:\\SP1\\Setup.exe' is not recognized as an internal or external command, / operable program or " +
        `batch file. ${log}\\1\\out.txt.`,
    );
  });

  it("should say when the folder of Setup's program is not there, and not take Setup's own code for that", async () => {
    const outcome = await bench.run({ command: { program: "D:\\SP2\\Setup.com", args: [] } });
    assert.equal(outcome.exitCode, 3);
    assert.equal(
      outcome.reason,
      "Setup was not run: the folder or the drive of D:\\SP2\\Setup.com is not there. It says: its last lines are: " +
        `The system cannot find the path specified. ${log}\\1\\out.txt.`,
    );
    bench.setup.exitCode = 3;
    const { reason } = await bench.run();
    assert.equal(
      reason,
      "Setup ended with exit code 3. It says: its last lines are: Configuring Microsoft Exchange Server / Copying Exchange " +
        `files ......... COMPLETED / Edge Transport Server Role ......... COMPLETED. ${log}\\2\\out.txt.`,
    );
  });

  it("should refuse to start beside somebody else's Setup", async () => {
    const foreign = bench.host.computer.processes.start("ExSetup.exe");
    await assert.rejects(bench.run(), (error: Error) => {
      assert.ok(error instanceof OperationRefused);
      assert.equal(
        error.message,
        `exsetup.exe already runs on the computer (process ${foreign.pid}) and was not started by this operation. ` +
          `Let it finish, or end it there, then run pulumi up again.`,
      );
      return true;
    });
    assert.equal(bench.setup.runs, 0);
    assert.equal(bench.lock(), "free");
  });

  it("should wait for another operation on the same computer, and name its owner when the time is over", async () => {
    bench.setup.hold = true;
    const first = bench.run({ operation: "schema-2007-SP1", owner: "the other team" });
    const waits: string[] = [];
    await until(() => bench.setup.runs === 1, "the other operation runs");
    await assert.rejects(
      bench.run({ timeoutMs: 300, onWait: (text) => void waits.push(text) }),
      (error: Error) => {
        assert.ok(error instanceof HostError);
        assert.match(
          error.message,
          /^the time for Setup is over \(0\.3 s\): another run of this program holds the computer \(the other team since [-0-9T:.]+Z\)\. Run pulumi up again: it follows\.$/,
        );
        return true;
      },
    );
    assert.ok(
      bench.progress.some((text) =>
        /^waiting for the computer, which is in use by the other team since [-0-9T:.]+Z$/.test(text),
      ),
    );
    assert.equal(waits.length, 1, "each run that is waited for is told of once");
    assert.match(waits[0] ?? "", /^waiting for the computer, which is in use by the other team since /);
    bench.setup.hold = false;
    await first;
  });

  it("should say that Setup goes on when the time is over", async () => {
    bench.setup.hold = true;
    await assert.rejects(bench.run({ timeoutMs: 200 }), {
      name: "HostError",
      message:
        "the time for Setup is over (0.2 s): Setup still runs (attempt 1) and goes on. Run pulumi up again: it follows.",
    });
    assert.equal(bench.lock(), "free");
    bench.setup.hold = false;
    await until(() => bench.setup.done, "Setup has gone on");
  });

  it("should use a prepared attempt that was never started", async () => {
    await assert.rejects(bench.run({}, dyingAt(bench, /run\.cmd"\)$/)), { message: "gone" });
    assert.deepEqual(bench.journal(), ["attempt 1 prepared: D:\\SP1\\Setup.com /mode:upgrade"]);
    const outcome = await bench.run();
    assert.deepEqual([outcome.attempt, outcome.done, bench.setup.runs], [1, true, 1]);
  });

  it("should make a prepared attempt with another command line unusable before it makes its own", async () => {
    await assert.rejects(bench.run({}, dyingAt(bench, /run\.cmd"\)$/)), { message: "gone" });
    const outcome = await bench.run({
      command: { program: `${media}\\Setup.com`, args: ["/mode:upgrade", "/DoNotEnableEP"] },
    });
    assert.deepEqual([outcome.attempt, outcome.done, bench.setup.runs], [2, true, 1]);
    const session = await bench.open();
    const late = await session.run(`"${base}\\${operation}\\1\\run.cmd"`);
    assert.equal(late.exitCode, 198);
    assert.equal(bench.setup.runs, 1);
    session.close();
  });

  it("should say what is wrong when the disk is full", async () => {
    await bench.run({ operation: "earlier", isDone: async () => true });
    const { files } = bench.host;
    const open = files.open.bind(files);
    files.open = (path, access) => {
      const handle = open(path, access);
      if (/upload-/.test(path)) handle.write = () => undefined;
      return handle;
    };
    await assert.rejects(bench.run(), (error: Error) => {
      assert.ok(error instanceof HostError);
      assert.match(
        error.message,
        /^C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\upload-[0-9a-f]{12}\.tmp cannot be written: is the disk full, or access denied\? Nothing was started\.$/,
      );
      return true;
    });
    assert.equal(bench.setup.runs, 0);
  });

  it("should say that Setup was not run when its output cannot be written", async () => {
    const { files } = bench.host;
    const open = files.open.bind(files);
    files.open = (path, access) => {
      if (path.endsWith("\\out.txt") && access !== "read") throw new FileError("accessDenied", path);
      return open(path, access);
    };
    const outcome = await bench.run();
    assert.equal(outcome.exitCode, 9020);
    assert.equal(
      outcome.reason,
      `Setup was not run: its output could not be written (is the disk full?). ${log}\\1\\out.txt.`,
    );
    assert.equal(bench.setup.runs, 0);
  });

  it("should refuse an account that is no administrator", async () => {
    await assert.rejects(
      bench.run({}, () => bench.open("guest")),
      {
        name: "HostError",
        message:
          "the folder C:\\WINDOWS\\ExchangeUpgrade cannot be made: Access is denied. The account of the connection " +
          "needs to be an administrator of the computer, and the disk needs room.",
      },
    );
  });

  it("should wait for an operator in manual mode, without a connection", async () => {
    const open = () => Promise.reject(new Error("no connection is needed"));
    let looks = 0;
    const outcome = await bench.run({ mode: "manual", isDone: async () => ++looks > 3 }, open);
    assert.deepEqual(outcome, {
      done: true,
      alreadyDone: false,
      attached: false,
      attempt: null,
      exitCode: null,
      reason: null,
      endedWell: true,
      shutdownBefore: null,
    });
    assert.deepEqual(bench.progress, ["waiting for an operator: run D:\\SP1\\Setup.com /mode:upgrade there"]);
    await assert.rejects(bench.run({ mode: "manual", timeoutMs: 30 }, open), {
      message:
        "the operator's part is not done after 0.03 s: run D:\\SP1\\Setup.com /mode:upgrade there. Then run pulumi up " +
        "again: it goes on from there.",
    });
  });

  it("should refuse a name that cannot be a folder", async () => {
    await assert.rejects(bench.run({ operation: "..\\x" }), {
      message: `the operation's name "..\\\\x" cannot be the name of a folder`,
    });
  });

  it("should leave nothing but its own files", async () => {
    await bench.run();
    assert.deepEqual(
      bench.host.files.list(base).map(({ name }) => name),
      ["lock", "owner.txt", operation],
    );
    assert.match(readText(bench.host, `${base}\\owner.txt`), /^[0-9a-f]{16} the tests since /);
  });
});

/** Connects once; later connections fail with `error`, as for a process that has died. */
function onceThen(bench: Bench, error: Error) {
  let connected = false;
  return async () => {
    if (connected) throw error;
    connected = true;
    return bench.open();
  };
}

/** A process that dies when it is about to send a command that fits. */
function dyingAt(bench: Bench, pattern: RegExp) {
  const open = onceThen(bench, new Error("gone"));
  return async () => {
    const session = await open();
    const exec = session.exec.bind(session);
    session.exec = (command, options) => {
      if (pattern.test(command)) session.close();
      return exec(command, options);
    };
    return session;
  };
}
