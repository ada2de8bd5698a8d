/** What is left out beside its cause is never the last word: over all pairs of rules, verdicts and waivers. */
import assert from "node:assert/strict";
import { known } from "../../lib/facts";
import type { Case } from "../../lib/rules/case";
import { blocking, broken, findingOf, waive } from "../../lib/rules/evaluate";
import type { Verdict } from "../../lib/rules/finding";
import type { RuleId } from "../../lib/rules/ids";
import { causesAmong } from "../../lib/rules/oneCause";
import { rules } from "../../lib/rules/table";
import { aCase } from "./builder";

const texts = { needed: "needed", where: "where", fix: "fix" };
const broke = { ...texts, verdict: "fails", problem: "problem", found: "found" } as const;
const verdicts: readonly Exclude<Verdict, { verdict: "ok" }>[] = [
  broke,
  { ...broke, level: "should" },
  { ...broke, waivable: true },
  { ...texts, verdict: "unknown", why: "why" },
];

const cases: readonly Case[] = [
  aCase({ declared: { roles: null, site: null, dag: "DAG1" } }),
  aCase({ account: "CONTOSO\\ghost", found: known(null, "contoso.com") }),
];

describe("findings that are left out beside their cause", () => {
  it("never leave a step without a refusal that no waiver accepts, for every two rules", () => {
    const ids = Object.keys(rules) as RuleId[];
    let leftOut = 0;
    const look = (c: Case, one: RuleId, other: RuleId) => {
      for (const first of verdicts)
        for (const second of verdicts) {
          const all = [findingOf(one, c, first), findingOf(other, c, second)];
          const told = causesAmong(all, c);
          if (told.length === all.length) continue;
          leftOut++;
          const { remaining } = waive(told, { [one]: "a reason", [other]: "a reason" });
          const what = `${one} ${JSON.stringify(first)}, ${other} ${JSON.stringify(second)}`;
          assert.ok(broken(remaining).length > 0, what);
          assert.ok(blocking(waive(told, undefined).remaining).length > 0, what);
        }
    };
    for (const c of cases)
      for (const one of ids) for (const other of ids) if (one !== other) look(c, one, other);
    assert.ok(leftOut > 1_000, `${leftOut} left out`);
  });
});
