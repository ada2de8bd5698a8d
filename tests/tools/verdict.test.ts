import assert from "node:assert/strict";
import { describe, it } from "mocha";

const verdicts = import("../../tools/lib/verdict.mjs");
const passed = { counts: { passed: 3, failed: 0, skipped: 0 }, mochaExit: 0, unavailable: [], ci: false };
const samba = { name: "samba", why: "not found: samba." };

describe("tools: what makes a test run a failure", () => {
  it("nothing, when tests passed", async () => {
    const { verdict } = await verdicts;
    assert.deepEqual(verdict(passed), { line: "3 passed, 0 failed, 0 skipped", reasons: [] });
    assert.deepEqual(verdict({ ...passed, ci: true }).reasons, []);
  });

  it("a failed test", async () => {
    const { verdict } = await verdicts;
    assert.deepEqual(verdict({ ...passed, counts: { passed: 3, failed: 2, skipped: 0 }, mochaExit: 2 }), {
      line: "3 passed, 2 failed, 0 skipped",
      reasons: ["2 failed; mocha's list is above."],
    });
  });

  it("mocha's own failure after all tests passed", async () => {
    const { verdict } = await verdicts;
    assert.deepEqual(verdict({ ...passed, mochaExit: 7 }).reasons, [
      "mocha ended with exit code 7 although no test failed.",
    ]);
  });

  it("what failed beside the tests, although all of them passed", async () => {
    const { verdict } = await verdicts;
    const others = ["tsc --noEmit ended with exit code 2; its own words are above."];
    assert.deepEqual(verdict({ ...passed, others }), {
      line: "3 passed, 0 failed, 0 skipped",
      reasons: others,
    });
  });

  it("no test at all, or none that was not skipped", async () => {
    const { verdict } = await verdicts;
    const reasons = ["no test ran. Check the spec patterns and -g, and what skips the tests."];
    assert.deepEqual(verdict({ ...passed, counts: { passed: 0, failed: 0, skipped: 0 } }).reasons, reasons);
    assert.deepEqual(verdict({ ...passed, counts: { passed: 0, failed: 0, skipped: 4 } }).reasons, reasons);
  });

  it("a run that did not come to its end, whatever mocha's exit code", async () => {
    const { verdict } = await verdicts;
    assert.deepEqual(verdict({ ...passed, counts: undefined }), {
      line: undefined,
      reasons: ["mocha ended with exit code 0 and without a result; its own words are above."],
    });
  });

  it("a skip in continuous integration only", async () => {
    const { verdict } = await verdicts;
    const run = {
      ...passed,
      counts: { passed: 3, failed: 0, skipped: 1 },
      unavailable: [samba],
    };
    assert.deepEqual(verdict(run).reasons, []);
    assert.deepEqual(verdict({ ...run, ci: true }), {
      line: "3 passed, 0 failed, 1 skipped",
      reasons: [
        "1 skipped, and with CI=true every test has to run.",
        "the samba suites cannot run, and with CI=true they have to: not found: samba.",
      ],
    });
  });

  it("recognises continuous integration by CI's value", async () => {
    const { isCI } = await verdicts;
    assert.deepEqual(
      [{ CI: "true" }, { CI: "1" }, { CI: "false" }, { CI: "" }, {}].map((env) => isCI(env)),
      [true, true, false, false, false],
    );
  });
});
