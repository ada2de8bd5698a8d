/**
 * The change window: when a step may be started, and whether its expected duration fits into what is left. Pure: the
 * caller passes the current time. The Temporal library resolves time zones with their gaps and overlaps.
 */

import type { StepKind } from "../model";
import { durations } from "../releases";
import { ok, type Verdict } from "../rules/finding";
import type { ProgramPlace } from "../rules/program/argumentTexts";
import { type ExpectedPart, startRefused } from "../rules/program/startWindow";

/** When steps may be started, in local time. */
export interface ChangeWindow {
  /** First minute, e.g. `2026-12-05T22:00`. */
  readonly start: string;
  /** End, which is no longer part of it. */
  readonly end: string;
  /** IANA name, e.g. `Europe/Berlin`. @default "UTC" */
  readonly timeZone?: string | undefined;
}

/** A window on the time line, in milliseconds since 1970 UTC. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

const minuteMs = 60_000;
const localForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/** The library takes a good part of a start, and most programs give no window, so it is loaded on the first use. */
function temporal(): typeof import("@js-temporal/polyfill") {
  return require("@js-temporal/polyfill");
}

/** Lists what is wrong with a window as an argument, and in which part of it. Empty for a usable window. */
export function windowProblems(window: ChangeWindow): readonly (readonly [keyof ChangeWindow, string])[] {
  const zone = window.timeZone ?? "UTC";
  if (!isZone(zone))
    return [["timeZone", `"${zone}" is no time zone; give an IANA name such as "Europe/Berlin"`]];
  const problems = (["start", "end"] as const).flatMap((name) => {
    const problem = timeProblem(window[name], zone);
    return problem === null ? [] : [[name, problem] as const];
  });
  if (problems.length > 0) return problems;
  const { from, until } = spanOf(window);
  return until > from ? [] : [["end", "is not after its start"]];
}

function isZone(zone: string): boolean {
  const { Temporal } = temporal();
  try {
    // Temporal would also accept an offset such as +02:00, which is wrong for half of the year.
    return (
      /^[A-Za-z]/.test(zone) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone) !== null
    );
  } catch {
    return false;
  }
}

/** Refuses a local time that the clocks skip or show twice: which moment the program means could only be guessed. */
function timeProblem(text: string, zone: string): string | null {
  const { Temporal } = temporal();
  const form = 'is not a local date and time such as "2026-12-05T22:00"';
  if (!localForm.test(text)) return form;
  let local: InstanceType<typeof Temporal.PlainDateTime>;
  try {
    local = Temporal.PlainDateTime.from(text);
  } catch {
    return form;
  }
  const earlier = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = local.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return null;
  const utc = [earlier, later].map((t) => t.toInstant().toString({ smallestUnit: "minute" }));
  return earlier.toPlainDateTime().equals(local)
    ? `${text} comes twice in ${zone}, at ${utc.join(" and ")}; give the window in UTC, or another time`
    : `${text} does not exist in ${zone}, where the clocks skip it; give another time`;
}

/** The window on the time line. @throws RangeError for one that {@link windowProblems} refuses */
export function spanOf(window: ChangeWindow): Span {
  const { Temporal } = temporal();
  const at = (text: string) =>
    Temporal.PlainDateTime.from(text).toZonedDateTime(window.timeZone ?? "UTC", { disambiguation: "reject" })
      .epochMilliseconds;
  return { from: at(window.start), until: at(window.end) };
}

/** Whether a moment is before, inside or after a window, and whether a step that is started then fits into it. */
export type WindowState =
  | { readonly kind: "before" | "over" }
  /** Inside; `left` in whole minutes, rounded down. */
  | { readonly kind: "open"; readonly left: number; readonly fits: boolean };

/**
 * Tells whether a moment is before, inside or after the window.
 * @param now milliseconds since 1970 UTC
 * @param expected minutes that the step is expected to take
 */
export function windowStateAt(window: ChangeWindow, now: number, expected: number): WindowState {
  const { from, until } = spanOf(window);
  if (now < from) return { kind: "before" };
  if (now >= until) return { kind: "over" };
  return {
    kind: "open",
    left: Math.floor((until - now) / minuteMs),
    fits: now + expected * minuteMs <= until,
  };
}

/**
 * R10: a step is started inside the window only, and only when its expected duration fits into what is left.
 * @param expected minutes, the restart included
 * @param parts what these minutes are for
 */
export function mayStartIn(
  window: ChangeWindow,
  now: number,
  expected: number,
  parts: readonly ExpectedPart[] = [{ minutes: expected, what: "Setup", argument: "timeouts.expected" }],
  place: ProgramPlace | null = null,
): Verdict {
  const state = windowStateAt(window, now, expected);
  if (state.kind === "open" && state.fits) return ok;
  return startRefused({
    state: state.kind,
    left: state.kind === "open" ? state.left : 0,
    expected,
    parts,
    now: `${localTime(window, now)} (${window.timeZone ?? "UTC"})`,
    window: windowText(window),
    place,
  });
}

/** `2026-12-05 22:00 to 2026-12-06 06:00 (Europe/Berlin)`. */
export function windowText(window: ChangeWindow): string {
  const [start, end] = [window.start, window.end].map((text) => text.replace("T", " "));
  return `${start} to ${end} (${window.timeZone ?? "UTC"})`;
}

/** Length of a window in whole minutes. */
export function minutesOf(window: ChangeWindow): number {
  const { from, until } = spanOf(window);
  return Math.floor((until - from) / minuteMs);
}

/** A moment in the zone of a window: `2026-12-06 00:30`. @param time milliseconds since 1970 UTC */
export function localTime({ timeZone = "UTC" }: Pick<ChangeWindow, "timeZone">, time: number): string {
  const { Temporal } = temporal();
  const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({ smallestUnit: "minute" }).replace("T", " ");
}

/**
 * Minutes that a step is expected to take, without replication of the directory. The defaults are the vendor's
 * estimates for later products ({@link durations}). No source gives any for 2007, so they are unverified there.
 */
export function expectedMinutes(
  step: StepKind,
  how: { readonly edge?: boolean; readonly byFirstServer?: boolean; readonly given?: number | undefined },
): number {
  if (how.given !== undefined) return how.given;
  if (step !== "server") return durations.directory.minutes;
  if (how.edge === true) return durations["edge server"].minutes;
  return durations.server.minutes + (how.byFirstServer === true ? durations.directory.minutes : 0);
}
