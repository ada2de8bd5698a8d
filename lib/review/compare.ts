/** What changed between two reviews: typed differences, and their text. Pure. */

import { windowText } from "../plan/changeWindow";
import { placesText } from "../rules/sharedFindings";
import { clusterDifferences } from "./compareClusters";
import { changes, type Difference, news, type StepReference } from "./differences";
import { groupBy } from "./order";
import type { Review, ReviewRefusal, ReviewStep } from "./review";
import { sharedByComputers } from "./shared";
import { refusedNames, refusedText } from "./summary";
import { periodsOf } from "./timeline";

/** The result of a comparison. */
export interface Comparison {
  readonly schemaVersion: 1;
  /** When the reviews were made, ISO 8601. Different times are not a difference. */
  readonly before: { readonly madeAt: string };
  readonly after: { readonly madeAt: string };
  readonly equal: boolean;
  /** Differences of the reviews first, then those of their steps in order. */
  readonly differences: readonly Difference[];
}

/**
 * Compares two reviews. Two steps are the same if kind, computer and domains are: a renamed resource is a changed step.
 * Two findings are the same if rule, level, verdict and first line are. A step that was done as planned is not a
 * difference.
 */
export function compareReviews(earlier: Review, after: Review): Comparison {
  const before = asPlanned(earlier, after);
  const old = keyed(before.steps);
  const now = keyed(after.steps);
  const differences = [
    ...reviewDifferences(
      before,
      after,
      before.steps.every((step) => earlier.steps.includes(step)),
    ),
    ...refusedDifferences(before, after),
    ...[...old].filter(([key]) => !now.has(key)).map(([, step]) => appeared("step-removed", step)),
    ...[...now].flatMap(([key, step]) => {
      const was = old.get(key);
      return was === undefined
        ? [appeared("step-added", step), ...news(referenceTo(step), undefined, step)]
        : stepDifferences(was, step);
    }),
    ...moves(before.steps, after.steps),
    ...clusterDifferences(earlier, after),
  ];
  return {
    schemaVersion: 1,
    before: { madeAt: before.madeAt },
    after: { madeAt: after.madeAt },
    equal: differences.length === 0,
    differences: ofOneCause(differences),
  };
}

/** The earlier review, with the steps that were done since then marked as done. */
function asPlanned(before: Review, after: Review): Review {
  const now = keyed(after.steps);
  const keys = new Map([...keyed(before.steps)].map(([key, step]) => [step, key]));
  const steps = before.steps.map((step) => {
    const later = now.get(keys.get(step) ?? "");
    if (step.progress !== "pending" || later?.progress !== "done") return step;
    const { starts: _, ends: __, begun: ___, ...rest } = step;
    return { ...rest, progress: later.progress, now: later.now, findings: later.findings };
  });
  return { ...before, steps };
}

/** Merges differences about findings of one cause, on however many computers, into one. */
function ofOneCause(differences: readonly Difference[]): readonly Difference[] {
  const causes = groupBy(differences, (one) =>
    (one.kind === "finding-new" || one.kind === "finding-gone") && one.finding.cause !== undefined
      ? JSON.stringify([one.kind, one.finding.rule, one.finding.cause.problem, one.finding.cause.fix])
      : one,
  );
  return [...causes.values()].flatMap((group) => {
    const [first] = group;
    if (group.length === 1 || first === undefined || !("finding" in first)) return group;
    const found = group.flatMap((one) =>
      "finding" in one ? [{ computer: one.step.computer, findings: [one.finding] }] : [],
    );
    return sharedByComputers(found).map(({ finding, computers }) => ({
      ...first,
      step: { name: null, step: "several steps", computer: placesText(computers) },
      finding,
    }));
  });
}

/** @param comparesTime false if steps were done meanwhile: the rest then takes less time, as planned */
function reviewDifferences(before: Review, after: Review, comparesTime: boolean): readonly Difference[] {
  const fields = ["forest", "version", "incomplete"] as const;
  const own = fields.map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
  // Reviews of 0.1.0 do not contain these.
  const places = (["project", "stack"] as const).flatMap((field) =>
    before[field] === undefined || after[field] === undefined
      ? []
      : [{ field, before: before[field], after: after[field] }],
  );
  return [
    ...own,
    ...places,
    ...(comparesTime
      ? [{ field: "expected time" as const, before: expectedText(before), after: expectedText(after) }]
      : []),
  ]
    .filter((pair) => pair.before !== pair.after)
    .map((pair) => ({ kind: "review-changed", ...pair }));
}

/** Compares refused steps only by their refusal: they have nothing else. */
function refusedDifferences(
  { refused: old = [] }: Review,
  { refused: now = [] }: Review,
): readonly Difference[] {
  const key = ({ name, finding }: ReviewRefusal) => JSON.stringify([name, finding.summary]);
  const { added, gone } = changes(old, now, key);
  const difference =
    (kind: "finding-new" | "finding-gone") =>
    ({ name, kind: step, computer, finding }: ReviewRefusal): Difference => ({
      kind,
      step: { name, step: refusedNames[step], computer: computer ?? "its computer" },
      finding: { ...finding, summary: refusedText({ name, kind: step, computer, finding }) },
    });
  return [...added.map(difference("finding-new")), ...gone.map(difference("finding-gone"))];
}

/** How long the remaining steps are expected to take, separately for each window. */
function expectedText(review: Review): string {
  if (!tellsTime(review)) return notTold;
  const minutes = periodsOf(review).map((period) => `${period.minutes} min`);
  return minutes.length === 0 ? "none" : minutes.join(", ");
}

/** False for a review of a version that did not write windows and minutes. */
function tellsTime({ steps }: Review): boolean {
  return steps.every(({ minutes }) => minutes !== undefined);
}

/** The steps by their identity; a second step with the same identity gets a key of its own. */
function keyed(steps: readonly ReviewStep[]): ReadonlyMap<string, ReviewStep> {
  const groups = groupBy(steps, ({ kind, computer, domains }) =>
    JSON.stringify([kind, computer.toLowerCase(), [...domains].sort()]),
  );
  return new Map(
    [...groups].flatMap(([key, same]) => same.map((step, at) => [`${key} ${at}`, step] as const)),
  );
}

function referenceTo({ name, plan, computer }: ReviewStep): StepReference {
  return { name, step: plan.step, computer };
}

function appeared(kind: "step-added" | "step-removed", step: ReviewStep): Difference {
  return { kind, step: referenceTo(step), command: step.plan.command };
}

function stepDifferences(before: ReviewStep, after: ReviewStep): readonly Difference[] {
  const old = fieldsOf(before);
  const step = referenceTo(after);
  const changed = [...fieldsOf(after)].flatMap(([field, value]): readonly Difference[] => {
    const was = old.get(field) ?? "";
    // If one review lacks the value, nobody can know that it changed.
    return was === value || [was, value].includes(notTold)
      ? []
      : [{ kind: "step-changed", step, field, before: was, after: value }];
  });
  return [...changed, ...news(step, before, after)];
}

const notTold = "not told";

/** Every compared field as text. The order of roles and of predecessors does not count. */
function fieldsOf(step: ReviewStep): ReadonlyMap<string, string> {
  // A wave's title only changes with its name. The expected start and end follow from all other fields.
  const { plan, findings: _, waived: __, waveTitle: ___, starts: ____, ends: _____, ...timed } = step;
  // Minutes, restart, maintenance and update tell already which phases there are.
  const { phases: ________, ...rest } = timed;
  // The current state tells already that a Setup has begun. Where the program sets the window does not matter.
  const { changeWindow, minutes, reboot, begun: ______, windowPlace: _______, way, ...others } = rest;
  const { commandsBefore = [], commandsAfter = [], gone = [], ...told } = plan;
  const { maintenance = notTold, securityUpdate = notTold, ...texts } = told;
  const times = [
    ["changeWindow", changeWindow && windowText(changeWindow)],
    ["minutes", minutes === undefined ? undefined : String(minutes)],
    ["reboot", reboot],
  ] as const;
  const own = Object.entries(others).map(([field, value]) => [field, textOf(value)] as const);
  return new Map([
    ...own,
    ...times.map(([field, value]) => [field, value === undefined ? notTold : (value ?? "none")] as const),
    // A review has no word for SSH, nor for a step without a connection, which run "manual" may be.
    ["way", way ?? "SSH or none"],
    ...Object.entries(texts).map(([field, value]) => [`plan.${field}`, value] as const),
    ["plan.gone", gone.join("; ") || "none"],
    ["plan.maintenance", maintenance],
    ["plan.securityUpdate", securityUpdate],
    // The order of commands counts.
    ["plan.commandsBefore", commandsBefore.join("; ") || "none"],
    ["plan.commandsAfter", commandsAfter.join("; ") || "none"],
  ]);
}

function textOf(value: string | null | readonly string[]): string {
  if (value === null) return "none";
  if (typeof value === "string") return value;
  return value.length === 0 ? "none" : [...value].sort().join(", ");
}

/** The fewest moved steps that explain the new order: all steps but the longest run that kept theirs. */
function moves(before: readonly ReviewStep[], after: readonly ReviewStep[]): readonly Difference[] {
  const places = new Map([...positions(before)].map(([key, at]) => [key, at]));
  const common = [...positions(after)].flatMap(([key, at]) => {
    const was = places.get(key);
    const step = after[at];
    return was === undefined || step === undefined ? [] : [{ was, at, step }];
  });
  const kept = new Set(longestRise(common.map(({ was }) => was)));
  return common
    .filter((_, index) => !kept.has(index))
    .map(({ was, at, step }) => ({
      kind: "step-moved",
      step: referenceTo(step),
      before: was + 1,
      after: at + 1,
    }));
}

/** Position of each step, by key. */
function positions(steps: readonly ReviewStep[]): ReadonlyMap<string, number> {
  const at = new Map(steps.map((step, index) => [step, index]));
  return new Map(
    [...keyed(steps)].map(([key, step]) => [key, at.get(step) ?? 0] as const).sort(([, a], [, b]) => a - b),
  );
}

/** Indices of a longest increasing subsequence. */
function longestRise(values: readonly number[]): readonly number[] {
  const length: number[] = [];
  const previous: (number | undefined)[] = [];
  let best: number | undefined;
  for (const [index, value] of values.entries()) {
    length[index] = 1;
    for (let earlier = 0; earlier < index; earlier++) {
      const longer = (length[earlier] ?? 0) + 1;
      if ((values[earlier] ?? 0) >= value || longer <= (length[index] ?? 0)) continue;
      length[index] = longer;
      previous[index] = earlier;
    }
    if (best === undefined || (length[index] ?? 0) > (length[best] ?? 0)) best = index;
  }
  const rise: number[] = [];
  for (let at = best; at !== undefined; at = previous[at]) rise.unshift(at);
  return rise;
}
