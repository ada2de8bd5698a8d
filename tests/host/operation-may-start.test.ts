/** When an operation asks whether Setup may be started: right before it, and never for what runs or is done. */
import assert from "node:assert/strict";
import { type Bench, startBench, until } from "./operation-support";

describe("Setup operation that may not start", function () {
  this.timeout(20_000);
  let bench: Bench;
  let asked: number;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.host.stop());
  beforeEach(() => {
    bench.reset();
    asked = 0;
  });

  const refuse = async () => {
    asked += 1;
    throw new Error("not now");
  };

  it("prepares and starts nothing, and gives the lock back", async () => {
    await assert.rejects(bench.run({ mayStart: refuse }), { message: "not now" });
    assert.equal(asked, 1);
    assert.equal(bench.setup.runs, 0);
    assert.equal(bench.lock(), "free");
    assert.deepEqual(bench.journal(), []);
    assert.equal((await bench.run()).done, true);
  });

  it("tells no operator to begin", async () => {
    bench.progress.splice(0);
    await assert.rejects(bench.run({ mode: "manual", mayStart: refuse }), { message: "not now" });
    assert.deepEqual(bench.progress, []);
  });

  it("is not asked where it is done", async () => {
    bench.setup.done = true;
    for (const mode of ["direct", "manual"] as const)
      assert.equal((await bench.run({ mode, mayStart: refuse })).alreadyDone, true);
    assert.equal(asked, 0);
  });

  it("is not asked where a run is followed", async () => {
    bench.setup.hold = true;
    const first = bench.run();
    await until(() => bench.setup.runs === 1, "Setup runs");
    const second = bench.run({ mayStart: refuse });
    await until(() => bench.progress.some((text) => text.startsWith("following Setup")), "it is followed");
    bench.setup.hold = false;
    const [one, other] = await Promise.all([first, second]);
    assert.deepEqual([one.done, other.done, other.attached, asked], [true, true, true, 0]);
    assert.equal(bench.setup.runs, 1);
  });

  it("starts nothing where somebody else's Setup has come to its end in what was done before", async () => {
    const outcomes: boolean[] = [];
    const outcome = await bench.run({}, undefined, {
      before: async () => {
        bench.setup.done = true;
      },
      after: async (_computer, { alreadyDone }) => void outcomes.push(alreadyDone),
    });
    assert.deepEqual(
      [outcome.done, outcome.alreadyDone, bench.setup.runs, outcomes],
      [true, true, 0, [true]],
    );
    assert.deepEqual(bench.journal(), []);
    assert.equal(bench.lock(), "free");
  });
});
