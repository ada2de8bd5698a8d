/** When the steps are expected to run, as inline SVG: a bar per step with its phases, and where the change window ends. */
import type { Phase } from "../plan/phases";
import { visibleLine } from "../text";
import { type Html, html, none } from "./htmlText";
import { phasesText, roomOf, timedPhases } from "./phases";
import type { Review } from "./review";
import { fitted, widthOf } from "./svgText";
import {
  heldText,
  localClock,
  type Period,
  periodsOf,
  periodText,
  slotText,
  stageTimes,
  type TimedStep,
} from "./timeline";

/** The layout of a picture in pixels, for one width of the page. */
interface Layout {
  readonly name: "wide" | "medium" | "narrow";
  readonly width: number;
  /** Width of the names beside the bars; 0 if the names stand above them. */
  readonly side: number;
  readonly row: number;
  /** Highest number of labels below the bars. */
  readonly ticks: number;
}

const layouts: readonly Layout[] = [
  { name: "wide", width: 1040, side: 270, row: 26, ticks: 9 },
  { name: "medium", width: 640, side: 230, row: 26, ticks: 6 },
  { name: "narrow", width: 330, side: 0, row: 40, ticks: 4 },
];

const head = 24;
const foot = 26;
/** Space for the half of a label that extends to the right of the last line. */
const margin = 24;
const bar = 14;
/** Rows in one picture, so that each fits on a sheet of paper. */
const mostRows = 28;
/** Minutes between two labels. */
const intervals = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1_440, 2_880, 7_200, 14_400, 43_200];

/**
 * The timelines of a review in all layouts; the page's style shows the one that fits. Empty if the review contains no
 * times.
 */
export function timelineOf(review: Review): Html {
  const periods = periodsOf(review);
  if (periods.length === 0) return none;
  return html`${periods.map((period, at) => periodOf(review, period, at))}`;
}

function periodOf(review: Review, period: Period, at: number): Html {
  const pictures = (layout: Layout) =>
    Array.from({ length: Math.ceil(period.steps.length / mostRows) }, (_, part) =>
      svgOf(review, period, { layout, part, id: `time-${layout.name}-${at + 1}-${part + 1}` }),
    );
  const over = isOver(review, period) ? ", which is over" : "";
  const held = heldText(period, review.madeAt);
  const begins = over === "" ? html`\n<p>It begins: ${stageTimes(review, period)}.</p>` : none;
  return html`<p>${periodText(period)}${over}.${held === null ? "" : ` ${held}.`}</p>${begins}
${layouts.map((layout) => html`<div class="graph timeline ${layout.name}">\n${pictures(layout)}\n</div>`)}`;
}

function isOver({ steps }: Review, { window }: Period): boolean {
  return (
    window !== null &&
    steps.some(({ findings }) => findings.some(({ rule, verdict }) => rule === "R10" && verdict === "fails"))
  );
}

interface Picture {
  readonly layout: Layout;
  readonly part: number;
  readonly id: string;
}

function svgOf(review: Review, period: Period, { layout, part, id }: Picture): Html {
  const { width, side, row } = layout;
  const steps = period.steps.slice(part * mostRows, (part + 1) * mostRows);
  const height = head + steps.length * row + foot;
  const room = roomOf(period);
  // A much longer window would shrink the bars to nothing. The text above tells how long it is.
  const shownRoom = room !== null && room <= 2 * period.minutes ? room : null;
  const span = Math.max(period.minutes, shownRoom ?? 0, 1);
  const x = (minutes: number) => round(side + (minutes / span) * (width - side - margin));
  const bottom = height - foot;
  const rows = steps.map((step, at) => rowOf(step, head + at * row, { layout, x, room }));
  return html`<svg viewBox="-1 -1 ${width + 2} ${height + 2}" width="${width}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">Timeline${part === 0 ? "" : ", continued"}</title>
<desc id="${id}-desc">${visibleLine(`${periodText(period)}: ${steps.map(describe).join("; ")}`)}</desc>
${shownRoom === null ? none : lateOf(x(shownRoom), width, bottom)}
${ticksOf(review, period, { layout, span, x, bottom })}
${rows}
${shownRoom === null ? none : endOf(x(shownRoom), layout, bottom)}
</svg>`;
}

function describe(step: TimedStep): string {
  const phases = phasesText(step);
  return `${step.computer}, ${slotText(step)}${phases === "" ? "" : ` (${phases})`}`;
}

/** How a phase is drawn. */
export type PhaseLook = "maintenance" | "setup" | "update" | "restart";

/** The look of each phase. The proof has no minutes, and ends the bar. */
export const phaseLooks: { readonly [what in Phase["what"]]: PhaseLook } = {
  "enter maintenance": "maintenance",
  Setup: "setup",
  "security update": "update",
  restart: "restart",
  "leave maintenance": "maintenance",
  prove: "setup",
};

/** What is drawn so, for a legend. */
export const lookNames: { readonly [look in PhaseLook]: string } = {
  maintenance: "enter and leave maintenance",
  setup: "Setup",
  update: "security update",
  restart: "restart",
};

interface Row {
  readonly layout: Layout;
  readonly x: (minutes: number) => number;
  /** Minutes in the window; null without a window. */
  readonly room: number | null;
}

function rowOf(step: TimedStep, y: number, { layout, x, room }: Row): Html {
  const { side, width } = layout;
  const beside = side > 0;
  const phases = timedPhases(step).map((each) => ({ ...each, look: phaseLooks[each.what] }));
  const parts =
    phases.length > 0 ? phases : [{ look: "setup" as const, starts: step.starts, ends: step.ends }];
  const minutes = `${step.starts} to ${step.ends}`;
  const nameRoom = (beside ? side : width) - widthOf(minutes, 12) - 16;
  const host = fitted(nameOf(step), nameRoom, 14);
  const look = room !== null && step.ends > room ? "late" : "fits";
  const top = beside ? y + 6 : y + 21;
  const bars = parts.map((part) => {
    const [from, until] = [x(part.starts), x(part.ends)];
    const late = room !== null && part.ends > room ? " late" : "";
    const length = Math.max(until - from - (phases.length > 0 ? 1 : 0), phases.length > 0 ? 1 : 3);
    return html`<rect class="bar ${part.look}${late}" x="${from}" y="${top}" width="${round(length)}" height="${bar}" rx="${phases.length > 0 ? 1 : 3}"/>`;
  });
  return html`<g class="slot ${look}"><title>${visibleLine(describe(step))}</title>
<text class="host" x="0" y="${y + 17}">${host}</text>
<text class="what" x="${beside ? side - 10 : width}" y="${y + 17}" text-anchor="end">${minutes}</text>
${bars}</g>`;
}

/** The host name. Preparations may share a host, so theirs adds what they prepare. */
function nameOf({ computer, kind }: TimedStep): string {
  const host = visibleLine(computer).split(".", 1)[0] ?? "";
  return kind === "server" ? host : `${host}, ${kind === "organization" ? "AD" : kind}`;
}

/** The area after the end of the window. */
function lateOf(from: number, width: number, bottom: number): Html {
  return html`<rect class="after-window" x="${from}" y="${head}" width="${round(width - from)}" height="${bottom - head}"/>`;
}

function endOf(at: number, { width }: Layout, bottom: number): Html {
  const words = "window ends";
  const left = at + widthOf(words, 12) / 2 + 4 > width ? "end" : "middle";
  return html`<path class="window-end" d="M${at} ${head - 4}V${bottom}"/>
<text class="what late-text" x="${left === "end" ? width : at}" y="14" text-anchor="${left}">${words}</text>`;
}

interface Axis {
  readonly layout: Layout;
  readonly span: number;
  readonly x: (minutes: number) => number;
  readonly bottom: number;
}

/**
 * Lines and labels: local times if the window is known to begin later, else minutes from the start of the first step.
 */
function ticksOf({ madeAt }: Review, period: Period, { layout, span, x, bottom }: Axis): Html {
  const interval = intervals.find((each) => span / each < layout.ticks) ?? span;
  const clock = localClock(period, madeAt);
  const ticks = Array.from({ length: Math.floor(span / interval) + 1 }, (_, at) => at * interval);
  const label = (minutes: number) => (clock === null ? `+${minutes} min` : clock(minutes).slice(11));
  const lines = ticks.map((minutes) => {
    const text = label(minutes);
    // A long label of the last line would reach out of the picture.
    const isCut = x(minutes) + widthOf(text, 12) / 2 > layout.width;
    const [at, anchor] = isCut ? [layout.width, "end"] : [x(minutes), minutes === 0 ? "start" : "middle"];
    return html`<path class="tick" d="M${x(minutes)} ${head}V${bottom}"/>
<text class="what" x="${at}" y="${bottom + 18}" text-anchor="${anchor}">${text}</text>`;
  });
  return html`${lines}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
