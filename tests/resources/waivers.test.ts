/** What is said of waivers: each step names those that accept nothing. */
import assert from "node:assert/strict";
import { ruleIds } from "../../lib/rules/ids";
import { rules } from "../../lib/rules/table";
import { check } from "../frontDoor";
import { LabSteps } from "./lab-steps";

describe("waivers", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  beforeEach(() => steps.start());
  afterEach(() => steps.stop());

  it("of rules that are kept by construction are named: no rule of them is ever judged", async () => {
    const kept = ruleIds.filter((rule) => rules[rule].enforced.by === "construction");
    assert.ok(kept.includes("D8") && !kept.includes("D3"), kept.join());
    const waive = Object.fromEntries([...kept, "D3"].map((rule) => [rule, "CHG0042"]));
    const { failures } = await check("schema", {}, steps.schema({ waive }), steps.log);
    assert.deepEqual(failures, []);
    assert.deepEqual(
      steps.said.filter((line) => line.includes("XU-WAIVER")),
      kept.map(
        (rule) =>
          `warning dc1.contoso.com: waive.${rule} waives nothing: this rule is kept by construction and never judged [XU-WAIVER]`,
      ),
    );
  });
});
