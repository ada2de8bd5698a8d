/**
 * Whether the change window lets a step start, asked right before Setup. The forecast for preview is in
 * memory/forecast.ts.
 */
import { expectedMinutes, mayStartIn, windowStateAt } from "../../plan/changeWindow";
import type { Case } from "../../rules/case";
import type { About } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import { changeWindowFinding } from "../../rules/handlerFindings";
import { mayPrepareForest } from "../../rules/organization/firstServer";
import type { ExpectedPart } from "../../rules/program/startWindow";
import { stepState } from "../../rules/state";
import { now } from "../memory/clock";
import { maintenanceReserve } from "./maintenance";
import { aboutOf, type Step, updateMinutes } from "./step";

/** Minutes for a restarted computer to come back, unless the program sets them. Unverified: no source was found. */
const defaultRestartMinutes = 30;

/** Minutes in which a restarted computer must be back. */
export function restartMinutes({ inputs }: Step): number {
  return inputs.timeouts?.reboot ?? defaultRestartMinutes;
}

/**
 * Minutes of a window that are reserved for a restart, which must lie inside it. 0 if the program allows no restart.
 */
export function reservedMinutes(step: Step): number {
  return step.kind === "server" && step.inputs.reboot === "ifRequired" ? restartMinutes(step) : 0;
}

/**
 * Minutes that Setup is expected to take: those of the program, else the default of the step's kind. A server that
 * prepares the forest, or may have to, takes longer.
 */
export function expectedOf(step: Step, c: Case): number {
  return expectedMinutes(step.kind, {
    edge: step.prepared?.edge === true,
    byFirstServer: mayPrepareForest(c),
    given: step.inputs.timeouts?.expected,
  });
}

/** Minutes that the window must have left. */
export function neededMinutes(step: Step, c: Case): number {
  return sumOf(neededParts(step, c));
}

function sumOf(parts: readonly ExpectedPart[]): number {
  return parts.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** The same by what they are for: each program that is still to be run, its restart, and maintenance. */
export function neededParts(step: Step, c: Case): readonly ExpectedPart[] {
  const programs = programsOf(step, c);
  const restart = {
    minutes: reservedMinutes(step) * programs.length,
    what: programs.length > 1 ? "restarts" : "a restart",
    argument: "timeouts.reboot",
  };
  const maintenance = {
    minutes: maintenanceReserve(step),
    what: "maintenance",
    argument: "maintenance.expected",
  };
  return [
    ...programs.map((each) =>
      each === "Setup"
        ? { minutes: expectedOf(step, c), what: "Setup", argument: "timeouts.expected" }
        : { minutes: updateMinutes(step), what: "the update", argument: "securityUpdate.expected" },
    ),
    ...[restart, maintenance].filter(({ minutes }) => minutes > 0),
  ];
}

/** What the step has still to run. If Setup has installed the target, only the update is left. */
export function programsOf({ inputs: { securityUpdate } }: Step, c: Case): readonly ("Setup" | "update")[] {
  if (securityUpdate === undefined || securityUpdate === "none") return ["Setup"];
  const state = stepState(c);
  return state.known && state.value.progress === "done" ? ["update"] : ["Setup", "update"];
}

/**
 * The verdict of R10 if the clock is outside the window, or the step does not fit into what is left; null if it may
 * start. Only call it right before a start: a running Setup is followed, and a finished one adopted, at any time.
 *
 * @param about what the finding names @default the step
 */
export function windowRefusal(step: Step, c: Case, about: About = aboutOf(step)): string | null {
  const window = step.inputs.changeWindow;
  if (window === undefined) return null;
  const parts = neededParts(step, c).map((part) =>
    about.step === "securityUpdate" && part.what === "Setup" ? { ...part, what: "the update" } : part,
  );
  const verdict = mayStartIn(window, now(), sumOf(parts), parts, step.place);
  if (verdict.verdict === "ok") return null;
  return renderFinding(changeWindowFinding(about, verdict));
}

/** False if the step has a window, and this moment is outside it. */
export function isInWindow(step: Step): boolean {
  const window = step.inputs.changeWindow;
  return window === undefined || windowStateAt(window, now(), 0).kind === "open";
}
