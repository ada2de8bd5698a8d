/** Foretells, for preview and for reviews, whether a change window is long enough for its steps (R10). Pure. */
import type { StepKind } from "../model";
import type { Finding } from "../rules/finding";
import { changeWindowFinding } from "../rules/handlerFindings";
import type { ProgramPlace } from "../rules/program/argumentTexts";
import { windowTooShort } from "../rules/program/startWindow";
import { type ChangeWindow, mayStartIn, minutesOf, spanOf, windowStateAt, windowText } from "./changeWindow";
import { type ForecastStep, forecastOf, type Slot } from "./forecast";

/** A step of the forecast, with its change window. */
export interface WindowStep extends ForecastStep {
  readonly kind: StepKind;
  /** FQDN. */
  readonly computer: string;
  /** null if the program gives no window. */
  readonly window: ChangeWindow | null;
  /** The component argument that holds the window, so that the finding can name it. @default a resource of its own */
  readonly place?: ProgramPlace | null;
}

/** What the outlook is computed from. */
export interface OutlookOptions {
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** How many steps may run at once. @default as many as the order allows */
  readonly parallel?: number | undefined;
  /** False while more steps may follow: the finding then does not say how many steps there are. @default true */
  readonly whole?: boolean;
}

/** A window, with the steps that are planned for it. */
export interface Outlook {
  readonly standing: "before" | "open" | "over";
  /** Whole minutes that are left of the window, or its length if it has not begun. */
  readonly room: number;
  /** When its steps are expected to run, in minutes after the first one starts, by key. */
  readonly slots: ReadonlyMap<string, Slot>;
}

/**
 * The outlook of a window. A step whose own window never overlaps this one belongs to another run, and takes no time
 * here. A step without a window may have to run in this one, so it counts.
 */
export function outlookOf(
  window: ChangeWindow,
  steps: readonly (ForecastStep | WindowStep)[],
  { now, parallel }: OutlookOptions,
): Outlook {
  const counted = steps.map((step) => (sharesTime(window, step) ? step : { ...step, minutes: 0 }));
  const state = windowStateAt(window, now, 0);
  return {
    standing: state.kind,
    room: state.kind === "open" ? state.left : minutesOf(window),
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

/** Groups the steps that have something to do by their window, in their order. */
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
 * The findings of R10. A window that is over gives one finding, at its first step. A window that is expected to be too
 * short gives one, at the first step that is not expected to end in it. A window that has not begun gives none.
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
        // The same words as those in which pulumi up refuses.
        const verdict = mayStartIn(first.window, options.now, first.minutes, undefined, first.place ?? null);
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

/** The finding on a window that is too short, for the first step that is not expected to end in it. */
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
