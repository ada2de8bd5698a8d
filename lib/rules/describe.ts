/** A rule for readers, as the command line tool and docs/rules.md show it: what it asks, of what, who keeps it, whether it can be waived. */
import { type StepKind, stepKinds } from "../model";
import { offered, type Release, releases } from "../releases";
import type { RuleId } from "./ids";
import type { Rule } from "./rule";
import { rules, wordsOf } from "./table";

export interface RuleDescription {
  readonly id: RuleId;
  readonly level: Rule["level"];
  /** Of a *must*, the part that is only a recommendation; null where there is none. */
  readonly recommended: string | null;
  /** The steps that it judges, for any release. */
  readonly steps: readonly StepKind[];
  /** Names of the targets that a program can name and for which it holds. */
  readonly targets: readonly string[];
  /** Whom or what it judges. */
  readonly judges: string;
  /** In the words of the target that was asked about. */
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

/** Describes a rule. @param target in whose words @default the newest target for which it holds */
export function describeRule(id: RuleId, target: Release = newestTargetOf(rules[id])): RuleDescription {
  const rule = rules[id];
  return {
    id,
    level: rule.level,
    recommended: rule.recommended ?? null,
    steps: stepKinds.filter((step) => releases.some((each) => rule.appliesTo({ step, target: each }))),
    targets: targetsOf(rule).map(({ name }) => name),
    judges: judges[rule.judges],
    keptBy: keptBy(rule),
    waiver: waiverOf(rule),
    ...wordsOf(id, target),
  };
}

/** Whether a rule holds for any step to a target. */
export function holdsFor(id: RuleId, target: Release): boolean {
  return stepKinds.some((step) => rules[id].appliesTo({ step, target }));
}

function targetsOf(rule: Rule): readonly Release[] {
  return releases.filter(
    (target) => offered.includes(target.name) && stepKinds.some((step) => rule.appliesTo({ step, target })),
  );
}

function newestTargetOf(rule: Rule): Release {
  const newest = targetsOf(rule).at(-1);
  if (newest === undefined) throw new Error("a rule that holds for no target is no rule");
  return newest;
}

function keptBy({ enforced }: Rule): string {
  if (enforced.by === "judge") return `judged from ${enforced.facts}`;
  return `by construction: ${enforced.by === "handler" ? enforced.facts : enforced.how}`;
}

function waiverOf({ level, recommended, enforced, waivableFailure }: Rule): string {
  if (enforced.by === "construction") return "not needed: the package cannot do otherwise";
  if (enforced.by === "handler" && enforced.where !== "replication") return "no";
  if (level === "should") return "yes, with a reason";
  const parts = [
    ...(recommended === undefined ? [] : ["where it is a recommendation"]),
    "where it could not be verified",
    ...(waivableFailure === undefined ? [] : [waivableFailure]),
  ];
  return `with a reason: ${parts.join("; ")}`;
}
