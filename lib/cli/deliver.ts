/** A review in the format that a command asks for, to a file or as the answer. */
import { extname } from "node:path";
import { notCounted } from "../review/clusters";
import type { Comparison } from "../review/compare";
import { comparisonText } from "../review/compareText";
import { reviewJson } from "../review/format";
import { reviewHtml } from "../review/html";
import { reviewMarkdown } from "../review/markdown";
import type { Review } from "../review/review";
import { findingsText, progressText, summaryOf, verdictText } from "../review/summary";
import { reviewText } from "../review/text";
import { periodsOf, periodText } from "../review/timeline";
import { counted, visibleLine } from "../text";
import { writable, writeWhole } from "./files";
import { columnsOfAnswers, isTerminal, note, paint } from "./terminal";

/** Formats of a review. */
export const reviewFormats = ["text", "markdown", "html", "json"] as const;
export type ReviewFormat = (typeof reviewFormats)[number];

/** Where a review goes, and how. */
export interface RenderOptions {
  readonly format?: ReviewFormat;
  readonly out?: string;
  /** Everything, at length. */
  readonly verbose?: boolean;
}

const extensions: Readonly<Record<string, ReviewFormat>> = {
  ".html": "html",
  ".htm": "html",
  ".json": "json",
};

/** Where and how, checked before any work is done. */
export function destinationOf({ format, out }: RenderOptions): {
  readonly format: ReviewFormat;
  readonly out: string | null;
} {
  const byName = out === undefined ? undefined : extensions[extname(out).toLowerCase()];
  const usual = out === undefined && isTerminal() ? "text" : "markdown";
  return { format: format ?? byName ?? usual, out: out === undefined ? null : writable(out) };
}

export function renderReview(
  review: Review,
  format: ReviewFormat,
  {
    comparison,
    verbose,
  }: { readonly comparison?: Comparison | undefined; readonly verbose?: boolean | undefined },
): string {
  switch (format) {
    case "text": {
      const text = reviewText(review, { columns: columnsOfAnswers(), all: verbose === true });
      return comparison === undefined ? text : `${comparisonText(comparison)}${text}`;
    }
    case "markdown":
      return reviewMarkdown(review, { comparison });
    case "html":
      return reviewHtml(review, { comparison });
    case "json":
      return reviewJson(review);
  }
}

/** Writes a rendering to its file and says so; answers what is left for standard output. */
export function deliver(text: string, out: string | null): { readonly text?: string } {
  if (out === null) return { text };
  writeWhole(out, text);
  note(`Written: ${out}`);
  return {};
}

/** The plan in two lines, for people. */
export function noteSummary(review: Review): void {
  const summary = summaryOf(review);
  const styles = { refused: "red", attention: "yellow", clear: "green" } as const;
  note(paint(styles[summary.verdict], verdictText(summary, review.incomplete)));
  note(`${counted(summary.steps, "step")}: ${progressText(summary)}. Findings: ${findingsText(summary)}.`);
  for (const period of periodsOf(review)) note(`${periodText(period)}.`);
  const left = notCounted(review);
  if (left !== null) note(`${left}.`);
  if (review.incomplete !== undefined) note(`Steps may be missing: ${visibleLine(review.incomplete)}`);
}
