/** A review for a terminal: the obstacles, or the steps in a table. Pure. */
import { counted, cut, fitted, visible, visibleLine } from "../text";
import { clustersTitle, clusterWords, notCounted } from "./clusters";
import { stagesOf } from "./order";
import { phaseTimes, unverifiedText } from "./phases";
import type { Review, ReviewStep } from "./review";
import { titledRules } from "./ruleTitles";
import {
  findingsByComputer,
  findingsText,
  type Placed,
  programText,
  progressNames,
  progressText,
  summaryOf,
  takenForGone,
  verdictText,
} from "./summary";
import { heldText, periodsOf, periodText, stageTimes, stepTimes } from "./timeline";

export interface TextOptions {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Lists every step and every finding in full, even if there are obstacles. @default false */
  readonly all?: boolean;
}

/**
 * Renders the review. If `pulumi up` would refuse, it shows the obstacles, since nothing runs before they are removed.
 * Else it shows the steps, and the first line of each recommendation. Servers that the program takes for gone have a
 * line each, with the reason.
 */
export function reviewText(review: Review, { columns, all = false }: TextOptions): string {
  const placed = findingsByComputer(review).flatMap(({ findings }) => findings);
  const refuses = ({ severity }: Placed) => severity === "refused" || severity === "unverified";
  const inTheWay = placed.filter(refuses);
  const others = placed.filter((each) => !refuses(each));
  const isStopped = inTheWay.length > 0;
  const inColumns = (text: string) => fitted(text, columns);
  return [
    ...headOf(review, !isStopped || all).map(inColumns),
    ...inTheWay.map(({ finding }) => inColumns(visible(finding.text))),
    ...(isStopped && !all ? [] : [...tableOf(review, columns), ...clustersOf(review).map(inColumns)]),
    // Findings rest on it, too, so it is told where pulumi up would refuse.
    ...takenForGone(review).map((text) => inColumns(`Taken for gone: ${visibleLine(text)}`)),
    ...others.map(({ finding }) =>
      inColumns(all ? visible(finding.text) : `Recommended: ${visibleLine(finding.summary)}`),
    ),
    ...(all ? rulesOf(review).map(inColumns) : []),
    ...(isStopped && !all && review.steps.length > 0 ? ["All steps: --verbose, or --out plan.html"] : []),
    "",
  ].join("\n");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function clustersOf({ clusters = [] }: Review): readonly string[] {
  if (clusters.length === 0) return [];
  const rows = clusters.map((each) => {
    const { computer, nodes, progress, detail } = clusterWords(each);
    return visibleLine(`  ${computer} on ${nodes}: ${progress}: ${detail}`);
  });
  return [`${clustersTitle}:`, ...rows];
}

function rulesOf(review: Review): readonly string[] {
  const rules = titledRules(review).map(({ rule, title }) => `  ${rule.padEnd(4)}${title ?? ""}`.trimEnd());
  return rules.length === 0 ? [] : ["Rules that the steps are judged by:", ...rules];
}

/** The lines at the top; without `whole`, only those that a reader needs before correcting something. */
function headOf(review: Review, whole: boolean): readonly string[] {
  const summary = summaryOf(review);
  const { targets } = summary;
  const to = targets.length === 0 ? "" : ` to ${targets.join(", ")}`;
  const forest = review.forest === null ? "" : ` (${visibleLine(review.forest)}${to})`;
  const program = programText(review);
  const times = (whole ? periodsOf(review) : []).flatMap((period) => {
    const held = heldText(period, review.madeAt);
    return [
      `${sentence(periodText(period))}.${held === null ? "" : ` ${held}.`}`,
      `Begins: ${visibleLine(stageTimes(review, period))}`,
    ];
  });
  const notes = [unverifiedText(review), notCounted(review)].flatMap((text) =>
    text === null ? [] : [`${text}.`],
  );
  return [
    `${verdictText(summary, review.incomplete)}${forest}`,
    `${counted(summary.steps, "step")}: ${progressText(summary)}. Findings: ${findingsText(summary)}.`,
    ...times,
    ...(whole ? notes : []),
    ...(program === "" || !whole ? [] : [`Planned from ${visibleLine(program)}`]),
    ...(review.incomplete === undefined ? [] : [`Steps may be missing: ${visibleLine(review.incomplete)}`]),
  ];
}

/** Each column is as wide as its longest text; the stage gets the rest. */
const gap = 2;
const narrowestStage = 12;
const widestComputer = 60;

/**
 * One line per step, which begins with its time if it has one; the first step of a stage shows the stage. A further line
 * has the phases of a step with several.
 */
function tableOf(review: Review, columns: number): readonly string[] {
  const { steps } = review;
  if (steps.length === 0) return [];
  const times = stepTimes(review);
  const phases = phaseTimes(review);
  const number = new Map(steps.map((step, at) => [step, at + 1]));
  const ordered = stagesOf(steps).flatMap(({ title, steps: own }) =>
    own.map((step, at) => ({ step, title: at === 0 ? visibleLine(title) : "" })),
  );
  const rows = ordered.map(({ step, title }) => [
    String(number.get(step)),
    times.get(step) ?? "",
    title,
    visibleLine(step.computer),
    step.begun === true ? "unfinished" : progressNames[step.progress],
  ]);
  const all = [["", "time", "stage", "computer", "progress"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  widths[3] = Math.min(widths[3] ?? 0, widestComputer);
  if (times.size === 0) widths[1] = 0;
  const shown = widths.flatMap((width, column) => (width === 0 ? [] : [column]));
  const others = shown.reduce((sum, column) => sum + (column === 2 ? 0 : (widths[column] ?? 0) + gap), 0);
  widths[2] = Math.min(widths[2] ?? 0, Math.max(narrowestStage, columns - others));
  const below = (step: ReviewStep | undefined): readonly string[] => {
    const own = step === undefined ? undefined : phases.get(step);
    return own === undefined ? [] : [fitted(`${" ".repeat((widths[0] ?? 0) + gap)}${own}`, columns)];
  };
  return all.flatMap((row, at) => [
    shown
      .map((column) => {
        const width = widths[column] ?? 0;
        const cell = row[column] ?? "";
        const text = cell.length > width ? cut(cell, width - 1) : cell;
        return column === 0 ? text.padStart(width) : text.padEnd(width);
      })
      .join(" ".repeat(gap))
      .trimEnd(),
    ...below(ordered[at - 1]?.step),
  ]);
}
