/**
 * A rule for readers, as the command line tool and docs/rules.md show it: its requirement, the steps that it applies
 * to, who enforces it, and whether it can be waived.
 */
import { type JudgedKind, judgedKinds } from "../model";
import { offered, type Release, releases } from "../releases";
import type { RuleId } from "./ids";
import type { Rule } from "./rule";
import { rules, wordsOf } from "./table";

export interface RuleDescription {
  readonly id: RuleId;
  readonly level: Rule["level"];
  /** The part of a *must* that is only a recommendation; null if there is none. */
  readonly recommended: string | null;
  /** The steps, and security updates, that it judges for any release. */
  readonly steps: readonly JudgedKind[];
  /** Names of the targets that a program can name and to which the rule applies. */
  readonly targets: readonly string[];
  /** Whom or what it judges. */
  readonly judges: string;
  /** For the target that was asked about. */
  readonly title: string;
  readonly keptBy: string;
  readonly source: string;
  readonly waiver: string;
}

const judges: Readonly<Record<Rule["judges"], string>> = {
  account: "the account that runs Setup",
  computer: "the computer",
  organization: "the organization",
  program: "the program",
};

/** Describes a rule. @param target for which the title is written @default the newest target to which it applies */
export function describeRule(id: RuleId, target: Release = newestTargetOf(rules[id])): RuleDescription {
  const rule = rules[id];
  return {
    id,
    level: rule.level,
    recommended: rule.recommended ?? null,
    steps: judgedKinds.filter((step) => releases.some((each) => rule.appliesTo({ step, target: each }))),
    targets: targetsOf(rule).map(({ name }) => name),
    judges: judges[rule.judges],
    keptBy: keptBy(rule),
    waiver: waiverOf(rule),
    ...wordsOf(id, target),
  };
}

/** Whether a rule applies to any step to a target. */
export function holdsFor(id: RuleId, target: Release): boolean {
  return judgedKinds.some((step) => rules[id].appliesTo({ step, target }));
}

function targetsOf(rule: Rule): readonly Release[] {
  return releases.filter(
    (target) => offered.includes(target.name) && judgedKinds.some((step) => rule.appliesTo({ step, target })),
  );
}

function newestTargetOf(rule: Rule): Release {
  const newest = targetsOf(rule).at(-1);
  if (newest === undefined) throw new Error("a rule that holds for no target is no rule");
  return newest;
}

function keptBy(rule: Rule): string {
  const { enforced } = rule;
  if (enforced.by === "judge" || isOfUpdates(rule)) return `judged from ${factsOf(enforced)}`;
  return `by construction: ${factsOf(enforced)}`;
}

function factsOf(enforced: Rule["enforced"]): string {
  return enforced.by === "construction" ? enforced.how : enforced.facts;
}

/** A rule that only judges security updates has no judge of steps. */
function isOfUpdates({ enforced }: Rule): boolean {
  return enforced.by === "handler" && enforced.where === "security update";
}

function waiverOf(rule: Rule): string {
  const { level, recommended, enforced, waivableFailure } = rule;
  if (enforced.by === "construction") return "not needed: the package cannot do otherwise";
  if (enforced.by === "handler" && enforced.where !== "replication" && !isOfUpdates(rule)) return "no";
  if (level === "should") return "yes, with a reason";
  const parts = [
    ...(recommended === undefined ? [] : ["where it is a recommendation"]),
    "where it could not be verified",
    ...(waivableFailure === undefined ? [] : [waivableFailure]),
  ];
  return `with a reason: ${parts.join("; ")}`;
}
