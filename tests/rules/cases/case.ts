/** The form of the tables of cases. */
import type { Case } from "../../../lib/rules/case";
import type { RuleId } from "../../../lib/rules/ids";

/** The rules that the table judges from facts: each has a table of cases. A rule more or less fails a test. */
export type JudgedRule = RuleId &
  (
    | `D${1 | 3 | 4 | 5 | 6 | 7 | 9 | 10 | 15}`
    | `P${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
    | `R${2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 30 | 31 | 32 | 33 | 34 | 35 | 36 | 37 | 38 | 39 | 40 | 41 | 42 | 43 | 44 | 45 | 46 | 47 | 48 | 50 | 51 | 52 | 53 | 54 | 55 | 56 | 57 | 58 | 70}`
  );

/** A case and what its rule says: nothing, or the whole text of its finding. */
export interface RuleCase {
  readonly name: string;
  readonly of: Case;
  readonly says: Says;
}

export type Says =
  | { readonly verdict: "ok" }
  | { readonly verdict: "fails" | "unknown"; readonly text: string };

export const ok: Says = { verdict: "ok" };

/** The rule fails, with a finding of these lines. */
export function fails(...lines: readonly string[]): Says {
  return { verdict: "fails", text: lines.join("\n") };
}

/** The rule cannot be judged, with a finding of these lines. */
export function notVerified(...lines: readonly string[]): Says {
  return { verdict: "unknown", text: lines.join("\n") };
}

export type CaseTable = readonly RuleCase[];
