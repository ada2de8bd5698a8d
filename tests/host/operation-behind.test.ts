/** Results that only a part of the world shows, and somebody else's Setup between two looks. */
import assert from "node:assert/strict";
import { OperationRefused } from "../../lib/host";
import { type Bench, logFile, startBench, until } from "./operation-support";

const started = "[1/1/2026 1:00:00 AM] [0] Starting Microsoft Exchange 2007 Setup";
const succeeded =
  "[1/1/2026 1:05:00 AM] [0] The Microsoft Exchange Server setup operation completed successfully.";
const failed =
  "[1/1/2026 1:05:00 AM] [0] The Exchange Server Setup operation did not complete. For more information, visit http://support.microsoft.com and enter the Error ID.";

describe("Setup operation whose result the directory does not show", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.host.stop());

  /** The computer shows the result as soon as Setup has run, the directory only when a run has ended well. */
  const halfShown = async () => {
    if (bench.setup.done) return true;
    return bench.setup.runs > 0 ? ("behind" as const) : false;
  };
  const behind = async () => (bench.setup.runs > 0 ? ("behind" as const) : false);

  it("should run Setup again where it failed, and say so until it has succeeded", async () => {
    bench.setup.exitCode = 1;
    const first = await bench.run({ isDone: halfShown });
    assert.deepEqual([first.done, first.exitCode, first.endedWell], [false, 1, false]);
    bench.setup.exitCode = 0;
    const second = await bench.run({ isDone: halfShown });
    assert.deepEqual([second.done, second.alreadyDone, second.attempt], [true, false, 2]);
    assert.equal(bench.setup.runs, 2);
  });

  it("should run Setup again where it failed also after an attempt that a full disk kept from starting", async () => {
    bench.setup.exitCode = 1;
    assert.equal((await bench.run({ isDone: halfShown })).done, false);
    bench.setup.exitCode = 0;
    const { files } = bench.host;
    // Enough for the lock, and not for a script.
    files.room = 200;
    await assert.rejects(bench.run({ isDone: halfShown }), /cannot be written.*Nothing was started/);
    files.room = Number.POSITIVE_INFINITY;
    const last = await bench.run({ isDone: halfShown });
    assert.deepEqual([last.done, last.alreadyDone, last.attempt], [true, false, 2]);
    assert.equal(bench.setup.runs, 2);
  });

  it("should run Setup again where it was interrupted", async () => {
    bench.setup.hold = true;
    const first = bench.run({ isDone: halfShown });
    await until(() => bench.setup.runs === 1, "Setup runs");
    bench.host.reboot();
    assert.equal((await first).done, false);
    bench.setup.hold = false;
    assert.equal((await bench.run({ isDone: halfShown })).done, true);
    assert.equal(bench.setup.runs, 2);
  });

  it("should not run Setup again where it ended well: a domain controller is behind", async () => {
    for (const alreadyDone of [false, true]) {
      const outcome = await bench.run({ isDone: behind });
      assert.deepEqual([outcome.done, outcome.alreadyDone], [true, alreadyDone]);
    }
    assert.equal(bench.setup.runs, 1);
  });

  it("should not run Setup again where its own words say that it succeeded, whatever its exit code", async () => {
    bench.setup.exitCode = 3010;
    bench.setup.logLines = [started, succeeded];
    for (const alreadyDone of [false, true]) {
      const outcome = await bench.run({ isDone: behind });
      assert.deepEqual([outcome.done, outcome.alreadyDone], [true, alreadyDone]);
    }
    assert.equal(bench.setup.runs, 1);
  });

  it("should run Setup again where its own words say that it failed, whatever its exit code", async () => {
    bench.setup.logLines = [started, failed];
    const first = await bench.run({ isDone: behind });
    assert.deepEqual([first.done, first.exitCode, first.endedWell], [false, 0, false]);
    bench.setup.logLines = [started, succeeded];
    assert.equal((await bench.run({ isDone: behind })).attempt, 2);
    assert.equal(bench.setup.runs, 2);
  });

  it("should not run Setup again where somebody has repaired by hand what a run of ours left", async () => {
    bench.setup.exitCode = 1;
    assert.equal((await bench.run({ isDone: behind })).done, false);
    bench.host.files.append(logFile, `${started}\r\n${succeeded}\r\n`);
    assert.equal((await bench.run({ isDone: behind })).alreadyDone, true);
    assert.equal(bench.setup.runs, 1);
  });

  it("should adopt what somebody else has done where there was no run of ours", async () => {
    const outcome = await bench.run({ isDone: async () => "behind" });
    assert.deepEqual([outcome.done, outcome.alreadyDone, bench.setup.runs], [true, true, 0]);
  });
});

describe("Setup operation beside somebody else's Setup", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.host.stop());

  const start = () => bench.host.computer.processes.start("ExSetup.exe");

  it("should not repeat one that ends between the two looks, at the processes and at the result", async () => {
    const foreign = start();
    const isDone = async () => {
      const was = bench.setup.done;
      foreign.end(0);
      bench.setup.done = true;
      return was;
    };
    await assert.rejects(bench.run({ isDone }), OperationRefused);
    assert.equal((await bench.run({ isDone })).alreadyDone, true);
    assert.equal(bench.setup.runs, 0);
  });

  it("should see one that begins while a start is prepared", async () => {
    const foreign: { pid?: number } = {};
    const mayStart = async () => {
      foreign.pid = start().pid;
    };
    await assert.rejects(bench.run({ mayStart }), (error: Error) => {
      assert.ok(error instanceof OperationRefused);
      assert.equal(
        error.message,
        `exsetup.exe already runs on the computer (process ${foreign.pid}) and was not started by this operation. ` +
          "Let it finish, or end it there, then run pulumi up again.",
      );
      return true;
    });
    assert.deepEqual([bench.setup.runs, bench.lock()], [0, "free"]);
  });
});
