/** Every judged rule on its table of cases: the verdict, and the whole text of what it says. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stepKinds } from "../../lib/model";
import { offered } from "../../lib/releases";
import { evaluate } from "../../lib/rules/evaluate";
import { renderFinding } from "../../lib/rules/finding";
import { ruleIds } from "../../lib/rules/ids";
import { rules, wordsOf } from "../../lib/rules/table";
import { releaseNamed } from "./builder";
import { cases } from "./cases";
import type { CaseTable, JudgedRule } from "./cases/case";

const tables = Object.entries(cases) as readonly (readonly [JudgedRule, CaseTable])[];

for (const [id, table] of tables) {
  describe(`${id}: ${wordsOf(id, releaseNamed("2007 SP1")).title}`, () => {
    for (const { name, of, says } of table) {
      it(`${says.verdict === "unknown" ? "not verified" : says.verdict}: ${name}`, () => {
        const { enforced } = rules[id];
        // The rule itself is asked, too: a step with nothing left to do is judged by few rules.
        assert.equal(enforced.by === "judge" && enforced.judge(of).verdict, says.verdict);
        const found = evaluate(of).filter((finding) => finding.rule === id);
        assert.deepEqual(
          found.map((finding) => finding.verdict.verdict),
          says.verdict === "ok" ? [] : [says.verdict],
        );
        assert.deepEqual(found.map(renderFinding), says.verdict === "ok" ? [] : [says.text]);
      });
    }
  });
}

describe("the tables of cases", () => {
  it("cover every rule that is judged", () => {
    const judged = ruleIds.filter((id) => rules[id].enforced.by === "judge");
    assert.deepEqual(
      tables.map(([id]) => id).sort(),
      judged.toSorted(),
      "each judged rule has a table in tests/rules/cases, and each table a judged rule",
    );
  });

  it("hold what passes, what fails and what cannot be judged", () => {
    for (const [id, table] of tables) {
      const verdicts = new Set(table.map((c) => c.says.verdict));
      // How a connection proves itself, and what is answered to Setup, stands in the program: that can always be judged.
      // The update of the schema master's Windows is not in the directory: a person looks at it, and says so.
      const possible =
        id === "R5" || id === "R14" || id === "R70"
          ? ["fails", "ok"]
          : id === "R16"
            ? ["ok", "unknown"]
            : ["fails", "ok", "unknown"];
      assert.deepEqual([...verdicts].sort(), possible, id);
    }
  });

  it("fail in a way that can be waived for those rules alone that say when", () => {
    const waivable = tables.filter(([id, table]) =>
      table.some(({ of }) =>
        evaluate(of).some(({ rule, verdict }) => rule === id && "waivable" in verdict && verdict.waivable),
      ),
    );
    assert.deepEqual(
      waivable.map(([id]) => id).sort(),
      // A security update is judged by no case: its own tests hold R83.
      ruleIds
        .filter((id) => rules[id].enforced.by === "judge" && rules[id].waivableFailure !== undefined)
        .sort(),
    );
  });

  it("are each refused through the real engine, too, word for word", () => {
    // The page shows what one of the engine's tests compares with.
    const files = readdirSync(resolve("tests/engine")).map((name) => join("tests/engine", name));
    const texts = [...files, "docs/whole-organization.md"].map((file) => readFileSync(resolve(file), "utf8"));
    // A rule that is about no target that is offered cannot be met.
    const met = tables.filter(([id]) =>
      offered.some((name) =>
        stepKinds.some((step) => rules[id].appliesTo({ step, target: releaseNamed(name) })),
      ),
    );
    const missing = met.filter(
      ([id]) => !texts.some((text) => new RegExp(`\\b${id} \\((must|should)\\), `).test(text)),
    );
    assert.deepEqual(
      missing.map(([id]) => id),
      [],
    );
  });

  it("recommend where the document does, D6 and the part of D3 that is about other roles, a conflict copy (R12), what Setup of later releases lets pass, and what support has not seen it stop at", () => {
    const recommending = tables.filter(([, table]) =>
      table.some(({ says }) => says.verdict !== "ok" && /^\S+ \(should\)/.test(says.text)),
    );
    assert.deepEqual(
      recommending.map(([id]) => id),
      [
        ...["D3", "D4", "D5", "D6", "R7", "R12", "R15", "R17", "R18", "R19", "R23", "R30"],
        ...["R31", "R32", "R33", "R34", "R35", "R36", "R37", "R38", "R39", "R40", "R42"],
        ...["R46", "R47", "R51", "R53", "R56", "R57", "R58"],
      ],
    );
  });

  it("cover every kind of step that a rule is about, in preview and right before Setup", () => {
    for (const [id, table] of tables) {
      const steps = new Set(table.map((c) => c.of.step));
      assert.deepEqual(
        stepKinds.filter(
          (step) => rules[id].appliesTo({ step, target: releaseNamed("2007 SP1") }) && !steps.has(step),
        ),
        [],
        id,
      );
    }
    const applied = tables.filter(([, table]) => table.some((c) => c.of.apply)).map(([id]) => id);
    assert.deepEqual(
      tables.map(([id]) => id).filter((id) => !applied.includes(id)),
      [],
      "a rule that is only tried in preview",
    );
  });
});
