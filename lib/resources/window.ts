/** A step's change window: asked right before Setup is started, and foretold in preview. */
import {
  type ChangeWindow,
  expectedMinutes,
  mayStartIn,
  minutesOf,
  standingIn,
  windowText,
} from "../plan/changeWindow";
import { renderFinding } from "../rules/finding";
import { rules } from "../rules/table";
import { now } from "./clock";
import type { Step } from "./step";

/** Minutes that the step is expected to take: as the program says, else the default of its kind. */
export function expectedOf(step: Step): number {
  return expectedMinutes(step.kind, {
    edge: step.prepared?.edge === true,
    byFirstServer: step.prepared?.byFirstServer === true,
    given: step.inputs.timeouts?.expected,
  });
}

/**
 * What R10 says when the clock is outside the window, or the step does not fit into what is left; null when it may start.
 * To be asked when nothing runs and nothing is done, right before the step is started: what runs is followed, and what is
 * done is adopted, at any time.
 */
export function windowRefusal(step: Step): string | null {
  const window = step.inputs.changeWindow;
  if (window === undefined) return null;
  const verdict = mayStartIn(window, now(), expectedOf(step));
  if (verdict.verdict === "ok") return null;
  const { level, title, source } = rules.R10;
  return renderFinding({
    rule: "R10",
    level,
    title,
    source,
    step: step.kind,
    computer: step.computer,
    verdict,
  });
}

/** False when the step has a window, and this moment is outside it. */
export function isInWindow(step: Step): boolean {
  const window = step.inputs.changeWindow;
  return window === undefined || standingIn(window, now(), 0).kind === "open";
}

/**
 * Minutes from the start of the first step of this run to the expected end of each, by what it brings about. An engine
 * checks every step after those it needs, so these have been said by then.
 */
const ends = new Map<string, number>();

/** Foretells the step's end when it starts right after those before it; one that is not pending takes no time. */
function expectedEnd(step: Step, pending: boolean): number {
  const before = Math.max(0, ...keysBefore(step).map((key) => ends.get(key) ?? 0));
  const end = before + (pending ? expectedOf(step) : 0);
  for (const key of keysOf(step)) ends.set(key, end);
  return end;
}

/** Once a step is finished, those that rest on it wait for it no more. */
export function stepFinished(step: Step): void {
  for (const key of keysOf(step)) ends.delete(key);
}

function keysOf(step: Step): readonly string[] {
  const forest = step.inputs.directory?.url ?? "";
  if (step.kind === "server") return [`server ${step.computer}`];
  if (step.kind === "domain") return step.domains.map((domain) => `${forest} domain ${domain}`);
  return [`${forest} ${step.kind}`];
}

function keysBefore(step: Step): readonly string[] {
  const forest = step.inputs.directory?.url ?? "";
  return [
    ...(step.prepared?.schema === true ? [`${forest} schema`] : []),
    ...(step.prepared?.organization === true ? [`${forest} organization`] : []),
    ...(step.prepared?.domains ?? []).map((domain) => `${forest} domain ${domain}`),
    ...(step.inputs.after ?? []).map((name) => `server ${name.toLowerCase()}`),
  ];
}

/** One line for preview on what the window holds; null for a step without one, or with nothing to do. Never a refusal. */
export function windowLine(step: Step, pending: boolean): string | null {
  const end = expectedEnd(step, pending);
  const window = step.inputs.changeWindow;
  if (window === undefined || !pending) return null;
  return (
    `${step.computer}: change window ${windowText(window)}, ${minutesOf(window)} min: this step is expected to take ` +
    `${expectedOf(step)} min and to end ${end} min after the first one begins; ${outlook(window, end)}`
  );
}

function outlook(window: ChangeWindow, end: number): string {
  const standing = standingIn(window, now(), end);
  if (standing.kind === "over") return "the window is over, so pulumi up would not start it";
  const holds = standing.kind === "open" ? standing.fits : end <= minutesOf(window);
  const left = standing.kind === "open" ? `, of which ${standing.left} min are left,` : "";
  return `the window${left} ${holds ? "holds that" : "does not hold that"}`;
}
