/** A review for a terminal: what stands in the way, or the steps in a table. Pure. */
import { counted, cut, visible, visibleLine } from "../text";
import { stagesOf } from "./order";
import type { Review, ReviewStep } from "./review";
import {
  findingsByComputer,
  findingsText,
  type Placed,
  progressNames,
  progressText,
  summaryOf,
  verdictText,
} from "./summary";
import { periodsOf, periodText, slotText } from "./timeline";

export interface TextOptions {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Every step also where something stands in the way, and every finding in full. @default false */
  readonly all?: boolean;
}

/**
 * Renders the review. Where `pulumi up` would refuse, it is what stands in the way, since nothing runs before that is mended;
 * else it is the steps, with the first line of each recommendation.
 */
export function reviewText(review: Review, { columns, all = false }: TextOptions): string {
  const placed = findingsByComputer(review).flatMap(({ findings }) => findings);
  const refuses = ({ severity }: Placed) => severity === "refused" || severity === "unverified";
  const inTheWay = placed.filter(refuses);
  const others = placed.filter((each) => !refuses(each));
  const isStopped = inTheWay.length > 0;
  return [
    ...headOf(review),
    ...inTheWay.map(({ finding }) => visible(finding.text)),
    ...(isStopped && !all ? [] : tableOf(review.steps, columns)),
    ...others.map(({ finding }) =>
      all ? visible(finding.text) : `Recommended: ${visibleLine(finding.summary)}`,
    ),
    ...(isStopped && !all ? ["All steps: --verbose, or --out plan.html"] : []),
    "",
  ].join("\n");
}

function headOf(review: Review): readonly string[] {
  const summary = summaryOf(review);
  const { targets } = summary;
  const to = targets.length === 0 ? "" : ` to ${targets.join(", ")}`;
  const forest = review.forest === null ? "" : ` (${visibleLine(review.forest)}${to})`;
  const times = periodsOf(review).map((period) => ` ${periodText(period)}.`);
  return [
    `${verdictText(summary, review.incomplete)}${forest}`,
    `${counted(summary.steps, "step")}: ${progressText(summary)}. Findings: ${findingsText(summary)}.${times.join("")}`,
    ...(review.incomplete === undefined ? [] : [`Steps may be missing: ${visibleLine(review.incomplete)}`]),
  ];
}

/** Columns of the table that are as wide as their longest text; the stage takes what is left. */
const gap = 2;
const narrowestStage = 12;
const widestComputer = 60;

/** One line for each step; the stage stands at its first one. */
function tableOf(steps: readonly ReviewStep[], columns: number): readonly string[] {
  if (steps.length === 0) return [];
  const number = new Map(steps.map((step, at) => [step, at + 1]));
  const rows = stagesOf(steps).flatMap(({ title, steps: own }) =>
    own.map((step, at) => [
      String(number.get(step)),
      at === 0 ? visibleLine(title) : "",
      visibleLine(step.computer),
      slotText(step),
      step.begun === true ? "unfinished" : progressNames[step.progress],
    ]),
  );
  const all = [["", "stage", "computer", "minutes", "progress"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  widths[2] = Math.min(widths[2] ?? 0, widestComputer);
  const others = widths.reduce((sum, width, column) => sum + (column === 1 ? 0 : width + gap), 0);
  widths[1] = Math.min(widths[1] ?? 0, Math.max(narrowestStage, columns - others));
  return all.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const shown = cell.length > width ? cut(cell, width - 1) : cell;
        return column === 0 ? shown.padStart(width) : shown.padEnd(width);
      })
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}
