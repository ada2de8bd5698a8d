/** When the steps of a plan are expected to run, and the findings of R10 on their change windows. Pure. */

import { type ChangeWindow, localTime, minutesOf, spanOf, windowText } from "../plan/changeWindow";
import { forecastOf, type Slot } from "../plan/forecast";
import { type OutlookOptions, outlookOf, type WindowStep, windowFindings } from "../plan/outlook";
import { renderFinding } from "../rules/finding";
import { type InOrder, inOrder, isCluster } from "./clusters";
import { groupBy, type Predecessors, predecessorsOf, stagesOf } from "./order";
import type { Review, ReviewCluster, ReviewStep } from "./review";

/** True for a step that runs, or that may have to run because its state could not be read. */
export function isDue({ progress }: ReviewStep): boolean {
  return progress === "pending" || progress === "unknown";
}

/**
 * The steps with their expected starts and ends, and with the findings on their windows. Steps without known minutes
 * stay unchanged.
 * @param options `now` is when the review was made: whether a window is over is judged for that time
 * @param clusters nobody knows how long they take; what waits for one comes after what the cluster waits for
 */
export function withTimeline(
  steps: readonly ReviewStep[],
  options: OutlookOptions,
  clusters: readonly ReviewCluster[] = [],
): readonly ReviewStep[] {
  if (steps.some(({ minutes }) => minutes === undefined)) return steps;
  const keys = new Map(steps.map((step, at) => [step, `${step.computer} ${step.kind} ${at}`]));
  const keyOf = (step: ReviewStep) => keys.get(step) ?? "";
  const before = predecessorsOf<InOrder>([...steps, ...inOrder(clusters)]);
  const planned = steps.map(
    (step): WindowStep => ({
      key: keyOf(step),
      kind: step.kind,
      computer: step.computer,
      minutes: isDue(step) ? (step.minutes ?? 0) : 0,
      after: stepsBefore(step, before).map(keyOf),
      window: step.changeWindow ?? null,
      place: step.windowPlace ?? null,
    }),
  );
  const slots = slotsOf(steps, planned, options);
  const findings = windowFindings(planned, options);
  return steps.map((step) => {
    const finding = findings.get(keyOf(step));
    const text = finding === undefined ? "" : renderFinding(finding);
    return {
      ...step,
      ...(isDue(step) ? slots.get(keyOf(step)) : {}),
      ...(finding === undefined
        ? {}
        : {
            findings: [
              ...step.findings,
              {
                rule: finding.rule,
                level: finding.level,
                verdict: finding.verdict.verdict,
                summary: text.split("\n")[0] ?? "",
                text,
              },
            ],
          }),
    };
  });
}

/** The steps that a step waits for, directly or through clustered mailbox servers. */
function stepsBefore(step: ReviewStep, before: Predecessors<InOrder>): readonly ReviewStep[] {
  const found = new Set<ReviewStep>();
  const met = new Set<InOrder>();
  const open = [...(before.get(step) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (met.has(next)) continue;
    met.add(next);
    if (isCluster(next)) open.push(...(before.get(next) ?? []));
    else found.add(next);
  }
  return [...found];
}

/**
 * With one window, the slots of all steps in it. With several, the slots of each window's own steps; steps without a
 * window then get those of a forecast that ignores windows.
 */
function slotsOf(
  steps: readonly ReviewStep[],
  planned: readonly WindowStep[],
  options: OutlookOptions,
): ReadonlyMap<string, Slot> {
  const windows = windowsOf(steps);
  const [only, ...others] = windows.values();
  if (only === undefined) return forecastOf(planned, options.parallel);
  if (others.length === 0) return outlookOf(only, planned, options).slots;
  const each = new Map(
    [...windows].map(([text, window]) => [text, outlookOf(window, planned, options).slots]),
  );
  const all = forecastOf(planned, options.parallel);
  return new Map(
    planned.flatMap(({ key, window }) => {
      const slot = (window === null ? all : each.get(windowText(window)))?.get(key);
      return slot === undefined ? [] : [[key, slot] as const];
    }),
  );
}

function windowsOf(steps: readonly ReviewStep[]): ReadonlyMap<string, ChangeWindow> {
  const windows = steps.filter(isDue).flatMap(({ changeWindow }) => changeWindow ?? []);
  return new Map(windows.map((window) => [windowText(window), window]));
}

/** A step with its place on the timeline. */
export interface TimedStep extends ReviewStep {
  readonly starts: number;
  readonly ends: number;
}

/** Steps that are expected to run one after another: those of a window, or all steps if there is at most one window. */
export interface Period {
  readonly window: ChangeWindow | null;
  /** Sorted by their start. */
  readonly steps: readonly TimedStep[];
  /** Minutes from the start of the first to the end of the last. */
  readonly minutes: number;
}

/** The periods of a plan; none if nothing is to do, or if the review contains no minutes. */
export function periodsOf({ steps }: Review): readonly Period[] {
  const timed = steps
    .filter((step): step is TimedStep => step.starts !== undefined && step.ends !== undefined)
    .sort((a, b) => a.starts - b.starts);
  const windows = windowsOf(timed);
  const [only, ...others] = windows.values();
  const groups =
    others.length === 0
      ? [[only ?? null, timed] as const]
      : [...groupBy(timed, ({ changeWindow }) => (changeWindow == null ? "" : windowText(changeWindow)))].map(
          ([text, own]) => [windows.get(text) ?? null, own] as const,
        );
  return groups
    .filter(([, own]) => own.length > 0)
    .map(([window, own]) => ({ window, steps: own, minutes: Math.max(...own.map(({ ends }) => ends)) }));
}

/** `370 min, in the change window 2026-12-05 22:00 to …, 180 min`. */
export function periodText({ window, minutes, steps }: Period): string {
  const expected = `${steps.length} ${steps.length === 1 ? "step is" : "steps are"} expected to take ${minutes} min`;
  return window === null
    ? `${expected}, at any time`
    : `${expected}, in the change window ${windowText(window)}, ${minutesOf(window)} min`;
}

/** Local time of a moment in a period whose window had not begun when the review was made; else null. */
export function localClock({ window }: Period, madeAt: string): ((minutes: number) => string) | null {
  if (window === null) return null;
  const { from } = spanOf(window);
  if (Date.parse(madeAt) > from) return null;
  return (minutes) => localTime(window, from + minutes * 60_000);
}

/**
 * How to write times of a period: as local time if {@link localClock} knows it, else in minutes after its first step.
 */
export function timesOf(period: Period, madeAt: string): (minutes: number) => string {
  const clock = localClock(period, madeAt);
  if (clock === null) return (minutes) => `+${minutes} min`;
  // A clock time without a date is clear as long as the period is shorter than a day.
  return (minutes) => clock(minutes).slice(period.minutes < 1_440 ? 11 : 5);
}

/** When each step runs: `22:00 to 22:15`, or `0 to 15 min`; a step that is not expected to run has no entry. */
export function stepTimes(review: Review): ReadonlyMap<ReviewStep, string> {
  return new Map(
    periodsOf(review).flatMap((period) => {
      const hasClock = localClock(period, review.madeAt) !== null;
      const time = timesOf(period, review.madeAt);
      return period.steps.map((step) => [
        step,
        hasClock ? `${time(step.starts)} to ${time(step.ends)}` : slotText(step),
      ]);
    }),
  );
}

/** Highest number of stages in one line. */
const mostStages = 12;

/** When the stages of a period begin: `22:00 Schema; 22:15 Active Directory`. */
export function stageTimes({ steps, madeAt }: Review, period: Period): string {
  const time = timesOf(period, madeAt);
  const own = new Map(period.steps.map((step) => [step as ReviewStep, step]));
  const begins = stagesOf(steps).flatMap(({ title, steps: all }) => {
    const starts = all.flatMap((step) => own.get(step)?.starts ?? []);
    return starts.length === 0 ? [] : [{ title, starts: Math.min(...starts) }];
  });
  const shown = begins
    .sort((a, b) => a.starts - b.starts)
    .slice(0, mostStages)
    .map(({ title, starts }) => `${time(starts)} ${title}`);
  const more = begins.length - shown.length;
  return `${shown.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/**
 * Whether a window that has not begun is long enough for its steps. Null for a window that has begun: R10 reports what
 * exceeds the rest of it.
 */
export function heldText(period: Period, madeAt: string): string | null {
  const { window, steps, minutes } = period;
  if (window === null || localClock(period, madeAt) === null) return null;
  const room = minutesOf(window);
  if (minutes <= room) return `The window holds all of them, with ${room - minutes} min to spare`;
  const held = steps.filter(({ ends }) => ends <= room).length;
  return `The window holds ${held} of ${steps.length} steps: ${minutes - room} min are missing`;
}

/** `150 to 210 min`; empty for a step that has no place on the timeline. */
export function slotText({ starts, ends }: ReviewStep): string {
  return starts === undefined || ends === undefined ? "" : `${starts} to ${ends} min`;
}

/** Window, minutes and restart of a step in words; empty if the review does not contain them. */
export function timeTexts({ changeWindow, minutes, reboot, ...step }: ReviewStep): readonly string[] {
  if (minutes === undefined) return [];
  const slot = slotText({ ...step, minutes });
  const { maintenance, securityUpdate } = step.plan;
  return [
    `expected ${minutes} min${slot === "" ? "" : `, ${slot} after the first step starts`}`,
    changeWindow == null ? "at any time" : `change window ${windowText(changeWindow)}`,
    ...(reboot === "ifRequired" ? ["restarted if required"] : []),
    ...(maintenance === undefined ? [] : [`maintenance: ${maintenance}`]),
    ...(securityUpdate === undefined ? [] : [`security update: ${securityUpdate}`]),
  ];
}
