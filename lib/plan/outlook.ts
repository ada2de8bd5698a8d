/** What a change window has to hold, and whether it will (R10): foretold for preview and for reviews. Pure. */
import type { StepKind } from "../model";
import type { Finding } from "../rules/finding";
import { changeWindowFinding } from "../rules/handlerFindings";
import type { ProgramPlace } from "../rules/program/argumentTexts";
import { windowTooShort } from "../rules/program/startWindow";
import { type ChangeWindow, mayStartIn, minutesOf, spanOf, standingIn, windowText } from "./changeWindow";
import { type ForecastStep, forecastOf, type Slot } from "./forecast";

/** A step of the forecast that a window may be about. */
export interface WindowStep extends ForecastStep {
  readonly kind: StepKind;
  /** FQDN. */
  readonly computer: string;
  /** null where the program gives none. */
  readonly window: ChangeWindow | null;
  /** Where the step stands in a component, in whose words the finding speaks. @default a resource of its own */
  readonly place?: ProgramPlace | null;
}

/** What the outlook rests on. */
export interface OutlookOptions {
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** How many steps may run at once. @default as many as the order allows */
  readonly parallel?: number | undefined;
  /** False while more steps may come: nothing is then said of how many there are. @default true */
  readonly whole?: boolean;
}

/** How a window stands to the steps that are to run in it. */
export interface Outlook {
  readonly standing: "before" | "open" | "over";
  /** Whole minutes that are left of it, or that it has where it has not begun. */
  readonly room: number;
  /** When its steps are expected to run, in minutes after the first one starts, by key. */
  readonly slots: ReadonlyMap<string, Slot>;
}

/**
 * The outlook of a window. Steps of a window that shares no minute with it belong to another run, and take no time in this
 * one; those without a window may have to run in it.
 */
export function outlookOf(
  window: ChangeWindow,
  steps: readonly (ForecastStep | WindowStep)[],
  { now, parallel }: OutlookOptions,
): Outlook {
  const counted = steps.map((step) => (sharesTime(window, step) ? step : { ...step, minutes: 0 }));
  const standing = standingIn(window, now, 0);
  return {
    standing: standing.kind,
    room: standing.kind === "open" ? standing.left : minutesOf(window),
    slots: forecastOf(counted, parallel),
  };
}

function sharesTime(window: ChangeWindow, step: ForecastStep | WindowStep): boolean {
  if (!("window" in step) || step.window === null) return true;
  if (isSameWindow(window, step.window)) return true;
  const [a, b] = [spanOf(window), spanOf(step.window)];
  return a.from < b.until && b.from < a.until;
}

function isSameWindow(a: ChangeWindow, b: ChangeWindow): boolean {
  return a.start === b.start && a.end === b.end && (a.timeZone ?? "UTC") === (b.timeZone ?? "UTC");
}

/** Steps that have something to do and a window, by the window, in their order. */
export function byWindow(
  steps: readonly (ForecastStep | WindowStep)[],
): ReadonlyMap<string, readonly (WindowStep & { readonly window: ChangeWindow })[]> {
  const groups = new Map<string, (WindowStep & { readonly window: ChangeWindow })[]>();
  for (const step of steps) {
    if (!("window" in step) || step.window === null || step.minutes === 0) continue;
    const text = windowText(step.window);
    const group = groups.get(text) ?? [];
    groups.set(text, group);
    group.push({ ...step, window: step.window });
  }
  return groups;
}

/**
 * What R10 says of the windows: one finding for each that is over, at its first step; and one for each that is expected to be
 * too short, at the first step that is not expected to end in it. A window that has not begun is none.
 * @returns the findings by the key of their step
 */
export function windowFindings(
  steps: readonly (ForecastStep | WindowStep)[],
  options: OutlookOptions,
): ReadonlyMap<string, Finding> {
  return new Map(
    [...byWindow(steps).values()].flatMap((own): readonly (readonly [string, Finding])[] => {
      const [first] = own;
      if (first === undefined) return [];
      const outlook = outlookOf(first.window, steps, options);
      if (outlook.standing === "over") {
        // In the words in which pulumi up refuses.
        const verdict = mayStartIn(first.window, options.now, first.minutes, 0, first.place ?? null);
        return verdict.verdict === "ok" ? [] : [[first.key, changeWindowFinding(aboutOf(first), verdict)]];
      }
      const late = own
        .filter((step) => endOf(step, outlook) > outlook.room)
        .sort((a, b) => endOf(a, outlook) - endOf(b, outlook));
      const [worst] = late;
      return worst === undefined
        ? []
        : [[worst.key, shortFinding(worst, { own, late: late.length }, outlook, options)]];
    }),
  );
}

function endOf({ key }: ForecastStep, { slots }: Outlook): number {
  return slots.get(key)?.ends ?? 0;
}

/** What is foretold of the window that is too short, at the first step that is not expected to end in it. */
function shortFinding(
  step: WindowStep & { readonly window: ChangeWindow },
  { own, late }: { readonly own: readonly WindowStep[]; readonly late: number },
  outlook: Outlook,
  { whole = true }: OutlookOptions,
): Finding {
  const verdict = windowTooShort({
    window: windowText(step.window),
    room: outlook.room,
    open: outlook.standing === "open",
    ends: endOf(step, outlook),
    last: whole ? Math.max(...own.map((each) => endOf(each, outlook))) : endOf(step, outlook),
    late: whole ? { count: late, of: own.length } : null,
    place: step.place ?? null,
  });
  return changeWindowFinding(aboutOf(step), verdict);
}

function aboutOf({ kind, computer }: WindowStep): Pick<Finding, "step" | "computer"> {
  return { step: kind, computer };
}
