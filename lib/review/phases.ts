/** The phases of steps within their time, against the change window. Pure. */
import { minutesOf } from "../plan/changeWindow";
import type { Phase } from "../plan/phases";
import { listed } from "../text";
import type { Review, ReviewStep } from "./review";
import { isDue, localClock, type Period, periodsOf, timesOf } from "./timeline";

/** A phase with its place on the timeline, as {@link ReviewStep.starts}. */
export interface TimedPhase {
  readonly what: Phase["what"];
  readonly support: Phase["support"];
  readonly starts: number;
  readonly ends: number;
}

/**
 * The phases of a step that has several with minutes; none for other steps, and where the minutes of the phases are not
 * those of the step.
 */
export function timedPhases({ phases = [], starts, ends }: ReviewStep): readonly TimedPhase[] {
  if (starts === undefined || ends === undefined) return [];
  let at = starts;
  const timed = phases.flatMap(({ what, minutes, support }): TimedPhase[] => {
    if (minutes === null || minutes === 0) return [];
    const from = at;
    at += minutes;
    return [{ what, support, starts: from, ends: at }];
  });
  return timed.length > 1 && Math.abs(at - ends) < 0.001 ? timed : [];
}

/** `enter maintenance 0 to 15, Setup 15 to 75, leave maintenance 75 to 85 min, then prove`; empty without several phases. */
export function phasesText(step: ReviewStep): string {
  const timed = timedPhases(step);
  if (timed.length === 0) return "";
  return `${timed.map(({ what, starts, ends }) => `${what} ${starts} to ${ends}`).join(", ")} min${proofText(step)}`;
}

function proofText({ phases = [] }: ReviewStep): string {
  return phases.some(({ what }) => what === "prove") ? ", then prove" : "";
}

/**
 * When the phases of each step begin, and where the change window ends among them:
 * `22:00 enter maintenance, 22:15 Setup, 23:00 THE WINDOW ENDS, 23:15 leave maintenance, 23:25 prove`.
 */
export function phaseTimes(review: Review): ReadonlyMap<ReviewStep, string> {
  return new Map(
    periodsOf(review).flatMap((period) => {
      const time = timesOf(period, review.madeAt);
      const room = localClock(period, review.madeAt) === null ? null : roomOf(period);
      return period.steps.flatMap((step) => {
        const timed = timedPhases(step);
        if (timed.length === 0) return [];
        const begins = [
          ...timed.map(({ what, starts }) => ({ what: what as string, at: starts })),
          ...(proofText(step) === "" ? [] : [{ what: "prove", at: step.ends }]),
        ];
        if (room !== null && room > step.starts && room < step.ends) {
          const next = begins.findIndex(({ at }) => at >= room);
          begins.splice(next < 0 ? begins.length : next, 0, { what: "THE WINDOW ENDS", at: room });
        }
        return [[step, begins.map(({ what, at }) => `${time(at)} ${what}`).join(", ")] as const];
      });
    }),
  );
}

/** Minutes in a period's window; null without one. */
export function roomOf({ window }: Period): number | null {
  return window === null ? null : minutesOf(window);
}

/** The arguments that say the minutes of a phase. */
const said: { readonly [what in Phase["what"]]: string } = {
  "enter maintenance": "maintenance.expected",
  Setup: "timeouts.expected",
  "security update": "securityUpdate.expected",
  restart: "timeouts.reboot",
  "leave maintenance": "maintenance.expected",
  prove: "",
};

/**
 * Which minutes on the timeline nobody has told, and what sets them; null if there are none. The minutes of steps with
 * one phase are among them.
 */
export function unverifiedText({ steps }: Review): string | null {
  const phases = steps
    .filter((step) => isDue(step) && step.starts !== undefined)
    .flatMap(({ phases: own = [] }) => own)
    .filter(({ minutes, support }) => minutes !== null && minutes > 0 && support === "unverified");
  if (phases.length === 0) return null;
  const each = new Set(phases.map(({ what, minutes }) => `${what} (${minutes} min)`));
  const settings = new Set(phases.map(({ what }) => said[what]));
  return `Minutes without a source: ${listed([...each])}. Set what you have measured: ${listed([...settings])}`;
}
