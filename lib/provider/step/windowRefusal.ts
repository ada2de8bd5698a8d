/** A step's change window: asked right before Setup is started. What is foretold of it, memory/foretoldWindows.ts knows. */
import { expectedMinutes, mayStartIn, standingIn } from "../../plan/changeWindow";
import type { Case } from "../../rules/case";
import type { About } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import { changeWindowFinding } from "../../rules/handlerFindings";
import { mayPrepareForest } from "../../rules/organization/firstServer";
import { now } from "../memory/clock";
import { maintenanceReserve } from "./maintenance";
import { aboutOf, type Step } from "./step";

/** Minutes for a restarted computer to come back, unless the program says otherwise. Unverified: no source was found. */
const defaultRestartMinutes = 30;

/** Minutes that a restarted computer has to come back. */
export function restartMinutes({ inputs }: Step): number {
  return inputs.timeouts?.reboot ?? defaultRestartMinutes;
}

/** Minutes of a window that are kept for a restart: it is made inside the window only. 0 where the program allows none. */
export function reservedMinutes(step: Step): number {
  return step.kind === "server" && step.inputs.reboot === "ifRequired" ? restartMinutes(step) : 0;
}

/**
 * Minutes that Setup is expected to take: as the program says, else the default of the step's kind; more where this server
 * prepares the forest, or may have to.
 */
export function expectedOf(step: Step, c: Case): number {
  return expectedMinutes(step.kind, {
    edge: step.prepared?.edge === true,
    byFirstServer: mayPrepareForest(c),
    given: step.inputs.timeouts?.expected,
  });
}

/** Minutes that a window must hold: those of Setup, and those that are kept for a restart and for maintenance. */
export function neededMinutes(step: Step, c: Case): number {
  return expectedOf(step, c) + reservedMinutes(step) + maintenanceReserve(step);
}

/**
 * What R10 says when the clock is outside the window, or the step does not fit into what is left; null when it may start.
 * To be asked when nothing runs and nothing is done, right before the step is started: what runs is followed, and what is
 * done is adopted, at any time.
 * @param about what the finding names @default the step
 */
export function windowRefusal(step: Step, c: Case, about: About = aboutOf(step)): string | null {
  const window = step.inputs.changeWindow;
  if (window === undefined) return null;
  const verdict = mayStartIn(window, now(), neededMinutes(step, c), reservedMinutes(step), step.place);
  if (verdict.verdict === "ok") return null;
  return renderFinding(changeWindowFinding(about, verdict));
}

/** False when the step has a window, and this moment is outside it. */
export function isInWindow(step: Step): boolean {
  const window = step.inputs.changeWindow;
  return window === undefined || standingIn(window, now(), 0).kind === "open";
}
