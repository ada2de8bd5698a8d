/** Waits until the level that a preparation has written has reached the domain controllers (R11). */

import { unknown } from "../../facts";
import type { Case } from "../../rules/case";
import { waive } from "../../rules/evaluate";
import { type Finding, renderFinding, type Verdict } from "../../rules/finding";
import { replicationFinding } from "../../rules/handlerFindings";
import {
  type AwaitedControllers,
  type AwaitedLevel,
  awaitedLevels,
  type HeldReading,
  hasLevel,
  lagTexts,
  namedControllers,
  reachable,
  replicated,
  unreadControllers,
} from "../../rules/organization/replication";
import { stepState } from "../../rules/state";
import { withCode } from "../../text";
import type { ResourceLog } from "../../wire/engine";
import type { Call } from "../call";
import type { Run } from "../memory/run";
import { aboutOf, type Step } from "../step/step";

/** Minutes for the directory to show what Setup did, unless the program says otherwise. */
const defaultReplicationMinutes = 15;

/** Milliseconds between two looks: the first interval, and the longest. */
const firstIntervalMs = 1_000;
const longestIntervalMs = 15_000;

/** Names in one line of progress. */
const namesTold = 3;

/** Minutes that a step waits for the directory. */
export function replicationMinutes({ inputs }: Step): number {
  return inputs.replication?.minutes ?? inputs.timeouts?.replication ?? defaultReplicationMinutes;
}

/** The domain controllers that the step waits for; null if it waits for none. */
function awaitedControllers(step: Step): AwaitedControllers | null {
  const among = step.inputs.replication?.domainControllers ?? "all";
  return step.kind === "server" || among === "none" ? null : among;
}

/**
 * Asks every domain controller that the step will wait for, in preview and right before Setup, if Setup has work to do.
 * @returns a finding (R11) if one cannot be read, or if the program names one wrongly
 */
export async function unseenFindings(run: Run, step: Step, c: Case): Promise<readonly Finding[]> {
  const among = awaitedControllers(step);
  const state = stepState(c);
  if (among === null || !state.known || state.value.progress !== "pending") return [];
  const named = namedControllers(c, among);
  if (named.verdict !== "ok") return [replicationFinding(aboutOf(step), named)];
  const awaited = awaitedLevels(c, among);
  const verdict = awaited.known
    ? reachable(c, await readingsOf(run, step, awaited.value))
    : unreadControllers(step, awaited.why);
  return verdict.verdict === "ok" ? [] : [replicationFinding(aboutOf(step), verdict)];
}

/**
 * Domain controllers that show a preparation's result while the one that is read does not: the result is written and
 * replicates. Empty if no domain controller shows a part of the result. The schema master, on which Setup writes, is
 * always asked.
 */
export async function shownElsewhere(run: Run, step: Step, now: Case): Promise<readonly string[]> {
  if (step.kind === "server") return [];
  const among = awaitedControllers(step) ?? [];
  const { schemaMaster } = now.facts.forest;
  const master = schemaMaster.known ? [schemaMaster.value.name] : [];
  const awaited = awaitedLevels(now, among === "all" ? among : [...among, ...master]);
  if (!awaited.known) return [];
  const readings = await readingsOf(run, step, awaited.value);
  const shown = readings.filter((r) => hasLevel(now, r));
  const isShown = ({ attribute, domain }: AwaitedLevel) =>
    shown.some((r) => r.attribute === attribute && r.domain === domain);
  return readings.every(isShown) ? [...new Set(shown.map(({ controller }) => controller))] : [];
}

/** @throws Error with R11 if the level could not be seen to arrive, unless that is waived */
export async function refuseUnseen(step: Step, before: Case, { run, log }: Call): Promise<void> {
  for (const { verdict } of await unseenFindings(run, step, before)) await acceptOrThrow(step, verdict, log);
}

/** The limits of the wait. */
export interface Patience {
  /** `performance.now()` when the wait for the directory began. */
  readonly since: number;
  /**
   * True if Setup has just run. A domain controller that cannot be reached is then tried again, as it may be
   * restarting.
   */
  readonly ran: boolean;
}

/**
 * Waits until each domain controller has the level, or until the time is over. If R11 is waived, it does not wait for domain
 * controllers that cannot be read.
 *
 * @param now the step, proven on the domain controller that is read
 * @returns how many domain controllers have the level
 * @throws Error with R11: one lacks the level, or could not be read and nobody has waived that
 */
export async function awaitReplication(
  step: Step,
  now: Case,
  patience: Patience,
  call: Call,
): Promise<number> {
  const { log } = call;
  const among = awaitedControllers(step);
  if (among === null) return 0;
  await acceptOrThrow(step, namedControllers(now, among), log);
  const awaited = awaitedLevels(now, among);
  if (!awaited.known) {
    await acceptOrThrow(step, unreadControllers(step, awaited.why), log);
    return 0;
  }
  const minutes = replicationMinutes(step);
  const until = patience.since + minutes * 60_000;
  const retry = patience.ran && step.inputs.waive?.R11 === undefined;
  const readings = await waitFor(step, now, awaited.value, { until, retry }, call);
  await acceptOrThrow(step, replicated(now, readings, minutes), log);
  return controllersOf(readings.filter((r) => hasLevel(now, r)));
}

/** The last readings, when nothing awaited is missing any more, or when the time is over. */
async function waitFor(
  step: Step,
  now: Case,
  awaited: readonly AwaitedLevel[],
  { until, retry }: { readonly until: number; readonly retry: boolean },
  { run, log, signal }: Call,
): Promise<readonly HeldReading[]> {
  let arrived: readonly HeldReading[] = [];
  let interval = firstIntervalMs;
  for (;;) {
    const open = awaited.filter((each) => !arrived.some((r) => isSame(r, each)));
    const readings = await readingsOf(run, step, open);
    arrived = [...arrived, ...readings.filter((r) => hasLevel(now, r))];
    const missing = readings.filter((r) => !hasLevel(now, r));
    const worthWaiting = missing.filter(
      ({ level, unread }) => level.known || (retry && unread === undefined),
    );
    const over = performance.now() >= until || signal.aborted;
    if (worthWaiting.length === 0 || over) return [...arrived, ...missing];
    await log.progress(
      `${step.computer}: ${controllersOf(awaited) - controllersOf(missing)} of ${controllersOf(awaited)} domain controllers ` +
        `have the new level; waiting for ${laggingText(missing)}`,
    );
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(interval, Math.max(0, until - performance.now()))),
    );
    interval = Math.min(interval * 2, longestIntervalMs);
  }
}

function isSame(a: AwaitedLevel, b: AwaitedLevel): boolean {
  return a.controller === b.controller && a.attribute === b.attribute && a.domain === b.domain;
}

function controllersOf(levels: readonly AwaitedLevel[]): number {
  return new Set(levels.map(({ controller }) => controller)).size;
}

function laggingText(missing: readonly HeldReading[]): string {
  const texts = lagTexts(missing);
  const more = texts.length - namesTold;
  const names = texts.slice(0, namesTold).join(", ");
  return more > 0 ? `${names} and ${more} more` : names;
}

async function readingsOf(
  run: Run,
  step: Step,
  awaited: readonly AwaitedLevel[],
): Promise<readonly HeldReading[]> {
  const asked = awaited.filter(({ unread }) => unread === undefined);
  const open = awaited.flatMap((each) =>
    each.unread === undefined ? [] : [{ ...each, level: unknown(each.unread, each.controller) }],
  );
  if (asked.length === 0) return open;
  const session = await run.facts.directoryOf(step);
  const levels = await session.heldLevels(asked, step.inputs.timeouts?.facts);
  const answered = asked.flatMap((each, i) => {
    const level = levels[i];
    return level === undefined ? [] : [{ ...each, level }];
  });
  return [...answered, ...open];
}

/**
 * Accepts a verdict that is ok or waived, and names the waivers that took effect. @throws Error with the finding for
 * any other
 */
async function acceptOrThrow(step: Step, verdict: Verdict, log: ResourceLog): Promise<void> {
  if (verdict.verdict === "ok") return;
  const finding = replicationFinding(aboutOf(step), verdict);
  const { accepted, refused } = waive([finding], step.inputs.waive);
  if (refused.length > 0)
    await log.warn(
      withCode(`${step.computer}: waive.R11 does not help: a must that fails cannot be waived`, "XU-WAIVER"),
    );
  const reason = accepted[0]?.reason;
  if (reason === undefined || verdict.verdict !== "unknown") throw new Error(renderFinding(finding));
  await log.info(`${step.computer}: R11 is waived (${reason}): not verified: ${verdict.why}`);
}
