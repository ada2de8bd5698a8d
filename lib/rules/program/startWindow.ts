/**
 * The texts of R10: a step is started inside its change window, and fits into what is left of it. The caller reads the
 * clock.
 */
import { listed } from "../../text";
import type { Fails, NotVerified } from "../finding";
import { argument, type ProgramPlace } from "./argumentTexts";

/** A part of the minutes that a step is expected to take. */
export interface ExpectedPart {
  readonly minutes: number;
  /** `Setup`, `a restart`. */
  readonly what: string;
  /** Path of the argument that says how many minutes they are. */
  readonly argument: string;
}

/** A start that the change window does not allow. */
export interface RefusedStart {
  /** `open`: the window has begun, but less than the expected time is left. */
  readonly state: "before" | "over" | "open";
  /** Whole minutes that are left of an open window. */
  readonly left: number;
  /** Minutes that the step is expected to take, and what they are for. */
  readonly expected: number;
  readonly parts: readonly ExpectedPart[];
  /** The current time with its zone, and the window, as texts. */
  readonly now: string;
  readonly window: string;
  readonly place: ProgramPlace | null;
}

/** R10, right before Setup: the step is not started now. */
export function startRefused({ state, left, expected, parts, now, window, place }: RefusedStart): Fails {
  const named = (path: string) => argument({ place }, path);
  const elsewhen = `start it inside a window that holds it: run pulumi up again then, or change ${named("changeWindow")}`;
  return {
    verdict: "fails",
    problem: {
      before: "the change window has not begun",
      over: "the change window is over",
      open: `${minutesText(expected, parts)} are expected, and ${left} min of the change window are left`,
    }[state],
    found: `${now}, by the clock of the machine that runs Pulumi`,
    needed: `a start from ${window}, ${expected} min or more before its end`,
    where: `in the program: ${named("changeWindow")}`,
    fix:
      state === "open"
        ? `${elsewhen}; where the step takes less time, say so in ${listed(parts.map((part) => named(part.argument)))}`
        : elsewhen,
  };
}

/** The forecast for a window that is too short for its steps. */
export interface ShortWindow {
  readonly window: string;
  /** Whole minutes that are left of an open window, or the length of one that has not begun. */
  readonly room: number;
  readonly open: boolean;
  /**
   * Minutes after the start of the first step in which this step is expected to end, and those for the last known one.
   */
  readonly ends: number;
  readonly last: number;
  /** How many of the window's steps end too late, and how many there are; null while more steps may follow. */
  readonly late: { readonly count: number; readonly of: number } | null;
  readonly place: ProgramPlace | null;
}

/**
 * R10 as a forecast. Only the start shows whether the step fits, so it is "not verified": a warning now, a refusal in
 * `pulumi up`.
 */
export function windowTooShort(short: ShortWindow): NotVerified {
  const { window, room, open, ends, last, late, place } = short;
  const named = (path: string) => argument({ place }, path);
  const has = open ? `${room} min of it are left` : `it has ${room} min`;
  return {
    verdict: "unknown",
    why: `the change window is too short: this step is expected to end ${ends} min after the first one starts, and ${has}`,
    found:
      late === null
        ? window
        : `${window}; ${late.count} of its ${late.of} steps ${late.count === 1 ? "is" : "are"} expected to end too late, ` +
          `the last one ${last} min after the first starts`,
    needed: `a window of ${last} min or more`,
    where: `in the program: ${named("changeWindow")}`,
    fix:
      `make the window longer, or give the later steps another one; where steps take less time, say so in ${named("timeouts.expected")}; ` +
      "pulumi up starts what fits, and refuses the rest",
  };
}

/** `60 min`; `90 min (60 for Setup, 30 for a restart)`. */
export function minutesText(expected: number, parts: readonly ExpectedPart[]): string {
  if (parts.length < 2) return `${expected} min`;
  return `${expected} min (${parts.map(({ minutes, what }) => `${minutes} for ${what}`).join(", ")})`;
}
