/**
 * The order of a plan as inline SVG: a picture per stage from top to bottom, a card per step, an arrow to the next
 * stage.
 */

import { counted, visibleLine } from "../text";
import { type InOrder, isCluster, progressIn, stagesWithClusters } from "./clusters";
import { type Html, html, none } from "./htmlText";
import type { Stage } from "./order";
import type { Review, ReviewStep } from "./review";
import { severities, severityOf } from "./summary";
import { fitted, widthOf, wrapped } from "./svgText";

/** The layout of the graph in pixels, for one width of the page. */
interface Layout {
  readonly name: "wide" | "medium" | "narrow";
  readonly width: number;
  readonly columns: number;
  /** Width of the stage's title beside the cards; 0 if the title stands above them. */
  readonly side: number;
  /** Height of a card. A low card has one line. */
  readonly card: number;
}

/** The page shows one of these: an SVG scales as a whole, and its texts would be too small on a phone. */
const layouts: readonly Layout[] = [
  { name: "wide", width: 1040, columns: 4, side: 230, card: 50 },
  { name: "medium", width: 640, columns: 2, side: 190, card: 50 },
  { name: "narrow", width: 330, columns: 1, side: 0, card: 32 },
];

const padding = 12;
const gap = 8;
/** Height of a title above the cards, with the line that tells what is done. */
const titleHeight = (lines: number) => 33 + lines * 19;
const between = 26;
/** Rows of cards in one picture. */
const mostRows = 14;

/** The graphs in all layouts; the page's style shows the one that fits. */
export function graphOf(review: Review): Html {
  const stages = stagesWithClusters(review);
  if (stages.length === 0) return none;
  const pictures = (layout: Layout) =>
    stages.flatMap((stage, at) => partsOf(stage, layout).map((_, part) => svgOf(stages, at, part, layout)));
  return html`${layouts.map((layout) => html`<div class="graph ${layout.name}">\n${pictures(layout)}\n</div>`)}`;
}

/** Splits the steps of a stage into parts that each fit on a sheet of paper. */
function partsOf({ steps }: Stage<InOrder>, { columns }: Layout): readonly (readonly InOrder[])[] {
  const most = columns * mostRows;
  return Array.from({ length: Math.ceil(steps.length / most) }, (_, part) =>
    steps.slice(part * most, (part + 1) * most),
  );
}

/**
 * Draws a part of a stage; the first part includes the arrow to the stage. Each part is a picture, so that paper breaks
 * between them.
 */
function svgOf(stages: readonly Stage<InOrder>[], at: number, part: number, layout: Layout): Html {
  const whole = stages[at];
  if (whole === undefined) return none;
  const stage = { ...whole, steps: partsOf(whole, layout)[part] ?? [] };
  const { width } = layout;
  const first = part === 0;
  const top = !first ? gap : at === 0 ? 0 : between;
  const title = first ? titleOf(stage, at, layout) : [`${at + 1}. continued`];
  const height = stageHeight(stage.steps.length, title.length, layout);
  const id = `${layout.name}-${at + 1}${first ? "" : `-${part + 1}`}`;
  const toHere = first && stage.waitsFor.includes(at - 1) ? arrow(width / 2, 0, top) : none;
  return html`<svg viewBox="-1 -1 ${width + 2} ${top + height + 2}" width="${width}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${at + 1}. ${visibleLine(stage.title)}${first ? "" : ", continued"}</title>
<desc id="${id}-desc">${describe(stages, stage)}</desc>
${toHere}<rect class="stage" x="0" y="${top}" width="${width}" height="${height}" rx="8"/>
${first ? titleOfStage(whole, at, top, title, layout) : titleLine("stage-title", title[0] ?? "", top + 24)}
${cardsOf(stage, top, title.length, layout)}
</svg>`;
}

/** A stage in words, for readers who cannot see it. */
function describe(stages: readonly Stage<InOrder>[], { steps, waitsFor }: Stage<InOrder>): string {
  const before = waitsFor.map((index) => `${index + 1}. ${visibleLine(stages[index]?.title ?? "")}`);
  const after = before.length === 0 ? "" : `, after ${before.join(" and ")}`;
  return `${counted(steps.length, "step")}${after}: ${steps.map(describeStep).join("; ")}`;
}

function stageHeight(steps: number, titleLines: number, { columns, side, card }: Layout): number {
  const rows = Math.ceil(steps / columns);
  const cards = rows * card + (rows - 1) * gap + padding;
  return side === 0 ? titleHeight(titleLines) + cards : Math.max(padding + cards, titleHeight(titleLines));
}

/** Width of a title in pixels. */
function roomOf({ width, side }: Layout): number {
  return (side === 0 ? width - padding : side) - padding;
}

function titleOf({ title }: Stage<InOrder>, at: number, layout: Layout): readonly string[] {
  return wrapped(`${at + 1}. ${visibleLine(title)}`, roomOf(layout), 15);
}

function titleOfStage(
  stage: Stage<InOrder>,
  at: number,
  top: number,
  lines: readonly string[],
  layout: Layout,
): Html {
  const room = roomOf(layout);
  const shown = lines.map((line, index) => titleLine("stage-title", line, top + 24 + index * 19));
  const others = stage.waitsFor.map((before) => before + 1).join(", ");
  // If no arrow from the box above shows it, words do.
  const after = stage.waitsFor.length === 1 && stage.waitsFor[0] === at - 1 ? "" : ` · after ${others}`;
  const state = `${stateOf(stage.steps)}${others === "" ? (at === 0 ? "" : " · at any time") : after}`;
  return html`${[...shown, titleLine("stage-state", fitted(state, room, 12), top + 23 + lines.length * 19)]}`;
}

function titleLine(look: string, text: string, y: number): Html {
  return html`<text class="${look}" x="${padding}" y="${y}">${text}</text>`;
}

function stateOf(steps: readonly InOrder[]): string {
  const done = steps.filter(({ progress }) => progress === "done" || progress === "above").length;
  return `${done} of ${steps.length} done`;
}

function cardsOf(
  { steps }: Stage<InOrder>,
  top: number,
  titleLines: number,
  { width, columns, side, card }: Layout,
): Html {
  const left = padding + side;
  const firstRow = top + (side === 0 ? titleHeight(titleLines) : padding);
  const cardWidth = (width - left - padding - (columns - 1) * gap) / columns;
  const cards = steps.map((step, index) => {
    const x = left + (index % columns) * (cardWidth + gap);
    const y = firstRow + Math.floor(index / columns) * (card + gap);
    return cardOf(step, { x: round(x), y, width: round(cardWidth), height: card });
  });
  return html`${cards}`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function cardOf(step: InOrder, box: Box): Html {
  const { x, y, width, height } = box;
  const worst = severities.find((severity) =>
    step.findings.some((finding) => severityOf(finding) === severity),
  );
  const look = worst === "refused" || worst === "unverified" ? worst : step.progress;
  return html`<g class="card ${look}"><title>${describeStep(step)}</title>
<rect class="back" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>
<rect class="strip" x="${x}" y="${y}" width="5" height="${height}" rx="2"/>
${height < 50 ? oneLineTexts(step, box) : twoLineTexts(step, box)}
<text class="sign" x="${round(x + width - 9)}" y="${y + 21}" text-anchor="end">${signs[look]}</text></g>`;
}

function twoLineTexts(step: InOrder, { x, y, width }: Box): Html {
  return html`<text class="host" x="${round(x + 12)}" y="${y + 21}">${fitted(hostOf(step), width - 36, 14)}</text>
<text class="what" x="${round(x + 12)}" y="${y + 39}">${fitted(whatOf(step), width - 18, 12)}</text>`;
}

function oneLineTexts(step: InOrder, { x, y, width }: Box): Html {
  const host = fitted(hostOf(step), width - 110, 14);
  const room = width - 52 - widthOf(host, 14);
  return html`<text class="host" x="${round(x + 12)}" y="${y + 21}">${host}</text>
<text class="what" x="${round(x + width - 28)}" y="${y + 21}" text-anchor="end">${fitted(whatOf(step), room, 12)}</text>`;
}

function hostOf({ computer }: Pick<InOrder, "computer">): string {
  return visibleLine(computer).split(".", 1)[0] ?? "";
}

/** Signs in addition to colours, for colour-blind readers and for print. The page explains them. */
export const signs: Readonly<Record<ReviewStep["progress"] | "refused" | "unverified", string>> = {
  refused: "✕",
  unverified: "?",
  pending: "○",
  done: "✓",
  above: "✓",
  absent: "–",
  unknown: "?",
};

function describeStep(step: InOrder): string {
  const findings = step.findings.length === 0 ? "" : `; ${counted(step.findings.length, "finding")}`;
  return visibleLine(`${step.computer}, ${progressIn(step)}${findings}`);
}

const abbreviations: Readonly<Record<ReviewStep["roles"][number], string>> = {
  "Client Access": "CAS",
  "Hub Transport": "HUB",
  Mailbox: "MBX",
  "Unified Messaging": "UM",
  "Edge Transport": "EDGE",
  "Management Tools": "Tools",
};

function whatOf(step: InOrder): string {
  if (isCluster(step)) {
    const what = `cluster of ${step.plan.nodes.map((node) => hostOf({ computer: node })).join(", ")}`;
    return visibleLine(step.progress === "pending" ? `${progressIn(step)} · ${what}` : what);
  }
  // Most servers have the tools beside a role, and the role tells more.
  const servers = step.roles.filter((role) => role !== "Management Tools");
  const shownRoles = new Set(servers.length > 0 ? servers : step.roles);
  const roles = [...shownRoles].map((role) => abbreviations[role]).join(" ");
  const parts =
    step.kind === "server"
      ? [roles, step.site ?? ""]
      : [step.domains.includes("*") ? "all domains" : step.domains.join(", ")];
  const shown = parts.filter((part) => part !== "").join(" · ");
  return visibleLine(shown === "" ? step.plan.account : shown);
}

function arrow(x: number, from: number, to: number): Html {
  const tip = to - 2;
  return html`<path class="arrow" d="M${x} ${from + 1}V${tip - 7}"/><path class="tip" d="M${x - 6} ${tip - 8}h12l-6 8z"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
