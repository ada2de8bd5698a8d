/** Every rule, by its id; the entries are beside the code that judges them. */
import type { JudgedKind } from "../model";
import { keptFor, type Release } from "../releases";
import { accountRules } from "./account/accountRules";
import { clusterRules } from "./cluster/clusterRules";
import { computerRules } from "./computer/computerRules";
import { type RuleId, ruleIds } from "./ids";
import { maintenanceRules } from "./maintenance/maintenanceRules";
import { healthRules } from "./organization/healthRules";
import { organizationRules } from "./organization/organizationRules";
import { programRules } from "./program/programRules";
import { type Rule, sourceText } from "./rule";

/** The table. A rule that is missing here does not compile. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  ...accountRules,
  ...computerRules,
  ...maintenanceRules,
  ...clusterRules,
  ...organizationRules,
  ...healthRules,
  ...programRules,
};

/** The rules that apply to a step to a target, or to its security update, in the table's order. */
export function rulesFor({
  step,
  target,
}: {
  readonly step: JudgedKind;
  readonly target: Release;
}): readonly RuleId[] {
  const ofTarget = applicable(target);
  const known = ofTarget.get(step);
  if (known !== undefined) return known;
  const held = ruleIds.filter((id) => rules[id].appliesTo({ step, target }));
  ofTarget.set(step, held);
  return held;
}

const applicable = keptFor((_: Release) => new Map<JudgedKind, readonly RuleId[]>());

/** Title and source of a rule for a target, as findings and docs/rules.md print them. */
export function wordsOf(id: RuleId, target: Release): Words {
  const ofTarget = words(target);
  const known = ofTarget.get(id);
  if (known !== undefined) return known;
  const made = { title: rules[id].title(target), source: sourceText(rules[id], target) };
  ofTarget.set(id, made);
  return made;
}

interface Words {
  readonly title: string;
  readonly source: string;
}

/** Thousands of servers have the same findings. */
const words = keptFor((_: Release) => new Map<RuleId, Words>());
