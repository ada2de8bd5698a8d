import assert from "node:assert/strict";
import { HostError, OperationAborted, OperationRefused } from "../../lib/host";
import { firstTaskScript, taskScript } from "../../lib/host/launch/taskScript";
import {
  type Bench,
  base,
  impatient,
  logFile,
  operation,
  password,
  readText,
  startBench,
  startedWith,
  until,
} from "./operation-support";
import { registerTask, registrationFor } from "./task-support";

const administrator = { user: "Administrator", password };
const accountPassword = "Task-secret-1";

describe("Setup operation, run mode task", () => {
  for (const windows of ["2003", "2008 R2"] as const)
    describe(`on the simulated Windows Server ${windows}`, () => {
      let bench: Bench;
      const run: Bench["run"] = (changes, open) =>
        bench.run({ mode: "task", account: { name: "setup" }, ...changes }, open);

      beforeEach(async () => {
        bench = await startBench(windows, accountPassword);
        const said = await registerTask(
          bench.host,
          registrationFor(windows, "setup"),
          administrator,
          accountPassword,
        );
        assert.equal(said.code, 0, said.text);
      });
      afterEach(async () => {
        await bench.host.stop();
      });

      it("should have the task run Setup once, as the task's account", async () => {
        const outcome = await run();
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
        assert.deepEqual(bench.setup.accounts, ["edge1\\setup"]);
        assert.deepEqual(bench.journal(), [
          "attempt 1 prepared: D:\\SP1\\Setup.com /mode:upgrade",
          "attempt 1 started",
          "attempt 1 exited 0",
          "attempt 1 verified",
        ]);
        assert.deepEqual(names(bench, base), [
          ...xmlOf(windows),
          "lock",
          "owner.txt",
          "run-next.cmd",
          operation,
        ]);
        assert.equal(bench.lock(), "free");
      });

      it("should leave nothing but what the administrator has put there, once the result is proven", async () => {
        await run();
        assert.equal(await bench.discard(), null);
        assert.deepEqual(names(bench, base), [...xmlOf(windows), "run-next.cmd"]);
        assert.equal(bench.host.computer.tasks.list().length, 1);
      });

      it("should tell why Setup failed, keep its files, and run it again the next time", async () => {
        bench.setup.exitCode = 1;
        const outcome = await run();
        assert.equal(
          outcome.reason,
          "Setup ended with exit code 1. It says: its last lines are: Configuring Microsoft Exchange Server / Copying " +
            `Exchange files ......... COMPLETED / Edge Transport Server Role ......... COMPLETED. Its log is ${logFile}, ` +
            `its output ${bench.base}\\${operation}\\1\\out.txt.`,
        );
        bench.setup.exitCode = 0;
        const again = await run();
        assert.deepEqual([again.done, again.attempt, bench.setup.runs], [true, 2, 2]);
      });

      it("should follow over a new connection, and attach a second run, of whatever mode", async () => {
        bench.setup.hold = true;
        const first = run();
        await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
        bench.host.dropConnections();
        const second = bench.run({ mode: "direct" });
        await until(() => bench.journal().includes("attempt 1 attached"), "the second run follows");
        bench.setup.hold = false;
        assert.deepEqual(
          (await Promise.all([first, second])).map(({ done, attached }) => [done, attached]),
          [
            [true, false],
            [true, true],
          ],
        );
        assert.equal(bench.setup.runs, 1);
      });

      it("should let five runs at once run Setup once", async () => {
        const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => run()));
        assert.deepEqual(
          outcomes.map(({ done }) => done),
          [true, true, true, true, true],
        );
        assert.equal(bench.setup.runs, 1);
      });

      it("should run nothing when somebody starts the task by hand, before, between or after", async () => {
        const { tasks } = bench.host.computer;
        const byHand = async (lastResult: number) => {
          const before = tasks.list()[0]?.lastRun;
          tasks.run("ExchangeUpgrade");
          await until(
            () => tasks.list()[0]?.lastRun !== before && !tasks.isRunning("ExchangeUpgrade"),
            "the task has run",
          );
          assert.equal(tasks.list()[0]?.lastResult, lastResult);
        };
        await byHand(191);
        await run();
        await byHand(191);
        bench.host.files.write(`${base}\\next.txt`, `${operation}\\1\r\n`);
        await byHand(198);
        bench.host.files.write(`${base}\\next.txt`, "..\\..\\evil\\1\r\n");
        await byHand(193);
        bench.host.files.write(`${base}\\next.txt`, `${operation}\\1\r\n&evil\r\n`);
        await byHand(193);
        bench.host.files.write(`${base}\\next.txt`, "other\\7\r\n");
        await byHand(194);
        assert.equal(bench.setup.runs, 1);
        assert.deepEqual(
          names(bench, base).filter((name) => /next\.txt|claim/.test(name)),
          [],
        );
      });

      it("should run Setup once when the task is started twice at the same time", async () => {
        bench.host.computer.tasks.faults.startDelayMs = 20;
        const registration = registrationFor(windows, "setup", "Second");
        await registerTask(bench.host, registration, administrator, accountPassword);
        const running = run();
        await until(() => bench.host.files.kind(`${base}\\next.txt`) === "file", "it is prepared");
        bench.host.computer.tasks.run("Second");
        assert.equal((await running).done, true);
        await until(() => !bench.host.computer.tasks.isRunning("Second"), "the second task has ended");
        assert.equal(bench.setup.runs, 1);
      });

      it("should tell an interrupted Setup after a restart, which ends the task too", async () => {
        bench.setup.hold = true;
        const running = run();
        await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
        bench.host.reboot();
        const outcome = await running;
        assert.match(outcome.reason ?? "", /^Setup was interrupted: it no longer runs and left no exit code/);
        bench.setup.hold = false;
        const again = await run();
        assert.deepEqual([again.done, again.attempt], [true, 2]);
      });

      it("should refuse where the task is not registered, before anything is prepared", async () => {
        bench.host.computer.tasks.remove("ExchangeUpgrade");
        const said =
          windows === "2003" ? "" : " (schtasks: ERROR: The system cannot find the file specified)";
        await rejects(
          run(),
          OperationRefused,
          'Setup was not started: there is no scheduled task "ExchangeUpgrade" that the account of the connection can ' +
            `see${said}. Register it once on the computer, as an administrator: \`exchange-upgrade task\` says how. Or use ` +
            'run: "scheduled", "manual", or "direct" over SSH.',
        );
        assert.deepEqual(names(bench, `${base}\\${operation}`), []);
        assert.equal(bench.lock(), "free");
      });

      it("should refuse a script that is absent or of another version", async () => {
        const script = `${base}\\run-next.cmd`;
        const { root } = bench;
        const wayOut =
          "Register it once on the computer, as an administrator: `exchange-upgrade task` says how. Or use run: " +
          '"scheduled", "manual", or "direct" over SSH.';
        bench.host.files.write(script, readText(bench.host, script).replace("version 2", "version 9"));
        await rejects(
          run(),
          OperationRefused,
          `Setup was not started: ${root}\\ExchangeUpgrade\\run-next.cmd is not version 2 of the script that the scheduled ` +
            `task runs. ${wayOut}`,
        );
        bench.host.files.remove(script);
        await rejects(
          run(),
          OperationRefused,
          `Setup was not started: ${root}\\ExchangeUpgrade\\run-next.cmd is not there; needed is version 2 of the script ` +
            `that the scheduled task runs. ${wayOut}`,
        );
        assert.equal(bench.setup.runs, 0);
      });

      it("should refuse a folder in which others than administrators can write, and say what it could not see", async () => {
        const { accessLists, systemRoot, files } = bench.host.computer;
        accessLists.set(
          base.toLowerCase(),
          "D:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)(A;CI;LC;;;AU)(A;OICI;FR;;;WD)",
        );
        await rejects(
          run(),
          OperationRefused,
          `Setup was not started: in ${bench.base}, whose scripts the scheduled task runs as setup, not only administrators ` +
            "can write, but also BU, AU (in SDDL, by icacls). Leave it to administrators and the system: `exchange-upgrade " +
            "task` shows the command. Look at what is in it, then run pulumi up again.",
        );
        assert.equal(bench.setup.runs, 0);
        files.remove(`${systemRoot}\\system32\\icacls.exe`);
        assert.equal((await run()).done, true);
        assert.ok(
          bench.progress.some((text) =>
            text.startsWith(
              `not verified: that only administrators can write in ${bench.base}: the command failed: `,
            ),
          ),
          bench.progress.join("\n"),
        );
      });

      it("should say so when the task does not start, and make sure that it does not start later", async () => {
        const { tasks } = bench.host.computer;
        tasks.faults.noBatchRight = ["setup"];
        const result =
          windows === "2003"
            ? "It has never run"
            : "Its last result is 0x80070569 (the account lacks the right to log on as a batch job)";
        const log =
          windows === "2003"
            ? "%windir%\\SchedLgU.txt"
            : "the event log Microsoft-Windows-TaskScheduler/Operational";
        await rejects(
          run({ timing: impatient }),
          HostError,
          'Setup was not run: the scheduled task "ExchangeUpgrade" was started, and its script did not begin within 0.4 s. ' +
            `${result}. Look on the computer at ${log}, at whether the task is enabled and runs ` +
            `${bench.root}\\ExchangeUpgrade\\run-next.cmd as setup with its present password, and at that account's right to log on as a batch ` +
            "job. Then run pulumi up again.",
        );
        if (windows === "2003") assert.match(readText(bench.host, "C:\\WINDOWS\\SchedLgU.txt"), /0x80070569/);
        assert.equal(readText(bench.host, `${base}\\${operation}\\1\\exit.txt`).trim(), "9021");
        assert.equal(bench.host.files.kind(`${base}\\next.txt`), null);
        delete tasks.faults.noBatchRight;
        tasks.run("ExchangeUpgrade");
        await until(() => tasks.list()[0]?.lastResult === 191, "the task has found nothing");
        assert.equal(bench.setup.runs, 0);
        const again = await run();
        assert.deepEqual([again.done, again.attempt, bench.setup.runs], [true, 2, 1]);
      });

      it("should say so when the task cannot be started at all", async () => {
        const [task] = bench.host.computer.tasks.list();
        if (task) task.enabled = false;
        await assert.rejects(run(), (error: Error) => {
          assert.match(
            error.message,
            /^Setup was not run: the scheduled task "ExchangeUpgrade" could not be started \(schtasks: ERROR: The scheduled task is disabled\)\. /,
          );
          return true;
        });
        assert.equal(bench.setup.runs, 0);
      });

      it("should keep the lock when its engine goes before the task has begun", async () => {
        bench.host.computer.tasks.faults.startDelayMs = 300;
        const gone = new AbortController();
        const first = run({ signal: gone.signal });
        await until(() => bench.host.files.kind(`${base}\\next.txt`) !== null, "the task is told to start");
        gone.abort();
        await assert.rejects(first, OperationAborted);
        const owner = bench.lock();
        assert.match(owner ?? "", /^owner-/);
        assert.equal(bench.setup.runs, 0);
        const second = await run();
        assert.deepEqual([second.done, second.attempt, bench.setup.runs], [true, 1, 1]);
        assert.equal(bench.lock(), "free");
      });

      it("should follow a task that starts late but in time", async () => {
        bench.host.computer.tasks.faults.startDelayMs = 150;
        assert.equal((await run()).done, true);
        assert.equal(bench.setup.runs, 1);
      });
    });

  it("should go on with the script of version 1, but on Windows Server 2008, whose findstr cannot read it", async () => {
    for (const windows of ["2003", "2008", "2008 R2", "2025"] as const) {
      const bench = await startBench(windows, accountPassword);
      await registerTask(bench.host, registrationFor(windows, "setup"), administrator, accountPassword);
      const script = `${bench.base}\\run-next.cmd`;
      bench.host.files.write(script, firstTaskScript);
      const run = () => bench.run({ mode: "task", account: { name: "setup" } });
      if (windows === "2008")
        await rejects(
          run(),
          OperationRefused,
          `Setup was not started: ${script} is version 1 of the script that the scheduled task runs, which cannot read on Windows ` +
            "Server 2008 what it is to run; needed is version 2. The task itself may stay. Register it once on the computer, as " +
            'an administrator: `exchange-upgrade task` says how. Or use run: "scheduled", "manual", or "direct" over SSH.',
        );
      else assert.equal((await run()).done, true, windows);
      // That is why.
      bench.host.files.write(`${bench.base}\\next.txt`, `${operation}\\9\r\n`);
      bench.host.computer.tasks.run("ExchangeUpgrade");
      const code = windows === "2008" ? 193 : 194;
      await until(() => bench.host.computer.tasks.list()[0]?.lastResult === code, `${windows}: ${code}`);
      if (windows === "2008") {
        bench.host.files.write(script, taskScript);
        assert.equal((await run()).done, true);
      }
      await bench.host.stop();
    }
  });

  it("should have a task that was registered from XML run Setup with its full token", async () => {
    const bench = await startBench("2016", accountPassword);
    const registration = registrationFor("2016", "EDGE1\\setup");
    const said = await registerTask(
      bench.host,
      registration,
      administrator,
      accountPassword,
      "createFromXml",
    );
    assert.equal(said.code, 0, said.text);
    assert.equal((await bench.run({ mode: "task" })).done, true);
    assert.deepEqual(bench.setup.accounts, ["edge1\\setup"]);
    await bench.host.stop();
  });

  it("should refuse a name that cannot be that of a task", async () => {
    const bench = await startBench("2003", accountPassword);
    await assert.rejects(bench.run({ mode: "task", taskName: 'x" & del' }), {
      message:
        '"x\\" & del" cannot be the name of a task: use letters, digits, blanks, dots, hyphens and underscores of ASCII, ' +
        "at most 100",
    });
    await bench.host.stop();
  });
});

function names(bench: Bench, folder: string): readonly string[] {
  return bench.host.files.list(folder).map(({ name }) => name);
}

/** The registration for 2008 puts an XML file beside the script. */
function xmlOf(windows: string): readonly string[] {
  return windows === "2003" ? [] : ["ExchangeUpgrade.xml"];
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
