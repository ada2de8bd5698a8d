/** The table of rules: all of the document, each with what a reader needs. */
import assert from "node:assert/strict";
import { stepKinds } from "../../lib/model";
import { type RuleId, ruleIds, rules } from "../../lib/rules/table";

describe("the table of rules", () => {
  it("has every rule of the document and our own, in order", () => {
    const numbered = (letter: string, last: number) =>
      Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);
    const own = [...numbered("R", 13)];
    assert.deepEqual(ruleIds, [...numbered("D", 15), ...numbered("P", 10), ...own]);
  });

  for (const id of ruleIds) {
    it(`${id} says what it is about, where it is from and how it is kept`, () => {
      const { title, source, steps, enforced } = rules[id];
      const text = enforced.by === "construction" ? enforced.how : "judged from facts";
      for (const part of [title, source, text]) assert.match(part, /^\S.*[^\s.]$/);
      assert.ok(steps.length > 0);
      assert.deepEqual(
        steps,
        stepKinds.filter((step) => steps.includes(step)),
        "steps in their order, each once",
      );
    });
  }

  it("has titles by which rules can be told apart", () => {
    const titles = ruleIds.map((id) => rules[id].title);
    assert.equal(new Set(titles).size, titles.length);
  });

  it("judges from facts whatever facts can show", () => {
    assert.deepEqual(kept("judge"), [
      ...["D1", "D3", "D4", "D5", "D6", "D7", "D9", "D10", "D15"],
      ...["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"],
      ...["R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R12", "R13"],
    ]);
  });

  it("says of the rest how it holds", () => {
    assert.deepEqual(kept("construction"), [
      "D2",
      "D8",
      "D11",
      "D12",
      "D13",
      "D14",
      "P10",
      "R1",
      "R10",
      "R11",
    ]);
  });

  it("has an answer to every rule: judged or built, and nothing else", () => {
    assert.equal(kept("judge").length + kept("construction").length, ruleIds.length);
  });

  it("holds two rules against a step with nothing left to do: never back, and the right computer", () => {
    assert.deepEqual(
      ruleIds.filter((id) => rules[id].whenDone === true),
      ["D9", "D10"],
    );
  });

  it("recommends only what the document recommends", () => {
    assert.deepEqual(
      ruleIds.filter((id) => rules[id].level === "should"),
      ["D6"],
    );
  });
});

function kept(by: "judge" | "construction"): readonly RuleId[] {
  return ruleIds.filter((id) => rules[id].enforced.by === by);
}
