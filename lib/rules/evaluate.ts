/** Judges a step by all rules at once; a finding does not end the evaluation. */
import type { Case } from "./case";
import { withCause } from "./causes";
import type { Finding } from "./finding";
import type { RuleId } from "./ids";
import { causesAmong } from "./oneCause";
import { stepState } from "./state";
import { rules, rulesFor, wordsOf } from "./table";

/**
 * Every finding on a step, in the table's order. A finished step is only judged by rules with `whenDone`: permissions
 * and places no longer matter to it.
 *
 * @param again true if Setup must be run although the levels are there, since it stopped before its end: all rules
 * judge
 */
export function evaluate(c: Case, again = false): readonly Finding[] {
  const state = stepState(c);
  // A step that the state has at its target is finished, even if the world has moved on or cannot be read today.
  const finished = state.known
    ? state.value.progress === "done" || (c.recorded && state.value.progress === "above")
    : c.recorded;
  const done = finished && !again;
  return rulesFor(c).flatMap((id) => {
    const rule = rules[id];
    if (rule.enforced.by !== "judge") return [];
    if (done && rule.whenDone !== true) return [];
    const verdict = rule.enforced.judge(c);
    if (verdict.verdict === "ok") return [];
    return [findingOf(id, c, withCause(verdict, c.facts))];
  });
}

/** The findings of {@link evaluate} that are causes of their own. */
export function causesOn(c: Case, again = false): readonly Finding[] {
  return causesAmong(evaluate(c, again), c);
}

/** The step that a finding is about. */
export type About = Pick<Finding, "step" | "computer"> & Pick<Case, "target">;

/** The finding that a rule's verdict on a step gives, with the rule's title and source. */
export function findingOf(
  id: RuleId,
  { step, computer, target }: About,
  verdict: Finding["verdict"],
): Finding {
  const level = verdict.level ?? rules[id].level;
  return { rule: id, level, ...wordsOf(id, target), step, computer, verdict };
}

/** The findings that refuse in preview: a *must* is broken. */
export function broken(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((f) => f.level === "must" && f.verdict.verdict === "fails");
}

/** The findings that refuse in create and update: a *must* is broken or could not be judged. */
export function blocking(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((f) => f.level === "must");
}

/** Findings after the program's waivers. */
export interface Waived {
  /** Findings that no waiver accepts. */
  readonly remaining: readonly Finding[];
  /** Findings that a waiver accepts, each with its reason. */
  readonly accepted: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Rules with an ineffective waiver: a broken *must* cannot be waived, unless the verdict allows it. */
  readonly refused: readonly RuleId[];
}

/**
 * Applies waivers, from rule to reason. They accept recommendations, rules that could not be judged, and broken rules
 * that allow it (R7).
 */
export function waive(
  findings: readonly Finding[],
  waivers: { readonly [rule: string]: string } | undefined,
): Waived {
  const remaining: Finding[] = [];
  const accepted: { finding: Finding; reason: string }[] = [];
  const refused: RuleId[] = [];
  for (const finding of findings) {
    const reason = waivers?.[finding.rule];
    const { level, verdict } = finding;
    const waivable = level === "should" || verdict.verdict === "unknown" || verdict.waivable === true;
    if (reason !== undefined && waivable) {
      accepted.push({ finding, reason });
      continue;
    }
    if (reason !== undefined) refused.push(finding.rule);
    remaining.push(finding);
  }
  return { remaining, accepted, refused };
}
