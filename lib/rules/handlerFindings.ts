/**
 * Findings of rules that the facts of a case cannot decide. The handler of a step asks the clock, the state or the
 * domain controllers, and passes the result to a function of this file.
 */
import { findRelease, offeredText, type Release } from "../releases";
import type { Case } from "./case";
import { operatingSystem } from "./computer/operatingSystem";
import { type About, findingOf } from "./evaluate";
import type { Finding } from "./finding";
import { wayToReplicate } from "./organization/replication";
import { programRules } from "./program/programRules";

/** The step of a finding whose target is not a release, or does not matter to the rule. */
type Step = Pick<Finding, "step" | "computer">;

/** A finding of a rule whose title is the same for every target. */
function ownFinding(rule: "R1" | "R10", { step, computer }: Step, verdict: Finding["verdict"]): Finding {
  const { level, title, source } = programRules[rule];
  return {
    rule,
    level: verdict.level ?? level,
    title: title(),
    source: source().own,
    step,
    computer,
    verdict,
  };
}

/** R1: the target is not a release, or not an offered one. @param target as the program writes it */
export function targetNotOffered(about: Step, target: string): Finding {
  const exists = findRelease(target) !== undefined;
  return ownFinding("R1", about, {
    verdict: "fails",
    problem: `"${target}" ${exists ? "is not offered as a target" : "is no Exchange release that is known"}`,
    found: `target "${target}"`,
    needed: `one of ${offeredText}`,
    where: "in the program: `target`",
    fix: `set \`target\` to a release that is offered${exists ? "" : "; a release that came out later is defined with defineRelease, and passed in `releases`"}`,
  });
}

/** R10: a step's change window refuses. `verdict` comes from `startRefused` or `windowTooShort`. */
export function changeWindowFinding(about: Step, verdict: Finding["verdict"]): Finding {
  return ownFinding("R10", about, verdict);
}

/** R11: the domain controllers do not all have a new level. `verdict` comes from organization/replication.ts. */
export function replicationFinding(about: About, verdict: Finding["verdict"]): Finding {
  return findingOf("R11", about, verdict);
}

/** D5: Windows was upgraded after the upgrade of Exchange, when no step is left that could be refused. */
export function windowsUpgraded(c: Case): Finding | null {
  if (c.step !== "server") return null;
  const verdict = operatingSystem(c);
  return verdict.verdict === "fails" ? findingOf("D5", c, verdict) : null;
}

/** D9: the program's target is older than the target in the state. */
export function belowRecordedTarget(about: About, recorded: Release): Finding {
  return findingOf("D9", about, {
    verdict: "fails",
    problem: `${recorded.name} to ${about.target.name} would be a rollback`,
    found: `target "${about.target.name}" in the program, ${recorded.name} in the state`,
    needed: `${recorded.name} or a later release`,
    where: "in the program: `target`",
    fix: `set \`target\` to "${recorded.name}"; to leave it, remove Exchange from the server`,
  });
}

/** D9: a changed target is below the levels in the state. @param beyond each as `key value` */
export function belowRecordedLevels(about: About, beyond: readonly string[]): Finding {
  return findingOf("D9", about, {
    verdict: "fails",
    problem: `${about.target.name} is below what the state has recorded, and nothing can be taken back`,
    found: `${beyond.join(", ")}, recorded in the state`,
    needed: "the recorded release or a later one",
    where: "in the program: `target`",
    fix: "set `target` to the recorded release; to leave it, remove Exchange from the server",
  });
}

/** What shows that a step has not reached its target. */
export interface NotProven {
  /** The readings that do not show the target. */
  readonly missing: string;
  /** Why Setup has not reached it; null if Setup ran in an earlier run, or if its log gives no reason. */
  readonly reason: string | null;
  /** Domain controllers that show the target, while the one that was read does not. */
  readonly shownOn: readonly string[];
}

/** D13: after Setup, the directory or the registry does not show the target. */
export function notProven(about: About, { missing, reason, shownOn }: NotProven): Finding {
  const { target, computer } = about;
  const seen = reason === null ? missing : `${missing}. ${reason}`;
  const isBehind = shownOn.length > 0;
  return findingOf("D13", about, {
    verdict: "fails",
    problem: reason === null ? `${target.name} cannot be proven` : `not at ${target.name}`,
    found: isBehind
      ? `${seen}; the target on ${shownOn.join(", ")}: the domain controller that is read is behind`
      : seen,
    needed: `everything that the step changes at ${target.name}, without a watermark`,
    where: `in the directory and, for a server, in the registry of ${computer}`,
    fix: isBehind
      ? wayToReplicate
      : "remove the reason, then run pulumi up again, also with the same approved plan: Setup may be run again (D2)",
  });
}
