/** Every rule as one entry, by its id; the entries stand beside what they judge. */
import type { Release } from "../releases";
import { accountRules } from "./account/accountRules";
import { computerRules } from "./computer/computerRules";
import type { RuleId } from "./ids";
import { organizationRules } from "./organization/organizationRules";
import { programRules } from "./program/programRules";
import { type Rule, sourceText } from "./rule";

/** The table. A rule that is missing here does not compile. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  ...accountRules,
  ...computerRules,
  ...organizationRules,
  ...programRules,
};

/** What a rule says of itself in findings and in docs/rules.md, in the words of a target. */
export function wordsOf(id: RuleId, target: Release): { readonly title: string; readonly source: string } {
  return { title: rules[id].title(target), source: sourceText(rules[id], target) };
}
