/** The rules that a plan's steps are judged by, with their titles, since ids alone tell a reviewer little. Pure. */
import { findRelease } from "../releases";
import { type RuleId, ruleIds } from "../rules/ids";
import { wordsOf } from "../rules/table";
import type { Review } from "./review";

/** A rule, and its title for the first target that it is judged for. */
export interface TitledRule {
  readonly rule: RuleId;
  /** Null if only the program defines the target release. */
  readonly title: string | null;
}

/** The rules of all steps, each once, in the order of docs/rules.md. */
export function titledRules({ steps }: Review): readonly TitledRule[] {
  const targets = new Map<string, Set<string>>();
  for (const { plan, target } of steps)
    for (const rule of plan.rules.split(", "))
      targets.set(rule, (targets.get(rule) ?? new Set<string>()).add(target));
  return ruleIds.flatMap((rule) => {
    const named = targets.get(rule);
    if (named === undefined) return [];
    const release = [...named].map((name) => findRelease(name)).find((each) => each !== undefined);
    return [{ rule, title: release === undefined ? null : wordsOf(rule, release).title }];
  });
}
