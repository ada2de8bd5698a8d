/** The text of what changed between two reviews. */

import { counted, visibleLine } from "../text";
import type { Comparison } from "./compare";
import type { Difference, StepReference } from "./differences";
import { timeText } from "./summary";

/** A comparison as JSON, indented, with a final line break. */
export function comparisonJson(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

/** `3 differences since the review of 2008-03-14 09:30 UTC` */
export function comparisonTitle({ equal, differences, before }: Comparison): string {
  const count = equal ? "No difference" : counted(differences.length, "difference");
  return `${count} since the review of ${timeText(before.madeAt)}`;
}

/** A comparison for a terminal: one line per difference. */
export function comparisonText(comparison: Comparison): string {
  const lines = comparison.differences.map((one) => {
    const { mark, head, detail } = wordsOf(one);
    return `${mark} ${visibleLine(head)}${detail === "" ? "" : `: ${visibleLine(detail)}`}`;
  });
  return `${[comparisonTitle(comparison), ...lines].join("\n")}\n`;
}

/** The words of a difference in every rendering: `+` added, `-` removed, `~` changed. */
export interface Words {
  readonly mark: "+" | "-" | "~";
  readonly head: string;
  readonly detail: string;
}

export function wordsOf(difference: Difference): Words {
  switch (difference.kind) {
    case "review-changed":
      return { mark: "~", head: difference.field, detail: change(difference.before, difference.after) };
    case "step-added":
      return { mark: "+", head: `step added, ${named(difference.step)}`, detail: difference.command };
    case "step-removed":
      return { mark: "-", head: `step removed, ${named(difference.step)}`, detail: difference.command };
    case "step-changed":
      return {
        mark: "~",
        head: `${difference.field} changed, ${named(difference.step)}`,
        detail: change(difference.before, difference.after),
      };
    case "step-moved":
      return {
        mark: "~",
        head: `order changed, ${named(difference.step)}`,
        detail: `from place ${difference.before} to place ${difference.after}`,
      };
    case "finding-new":
      return { mark: "+", head: "new finding", detail: difference.finding.summary };
    case "finding-gone":
      return { mark: "-", head: "finding gone", detail: difference.finding.summary };
    case "waiver-new":
      return {
        mark: "+",
        head: `${difference.rule} waived, ${named(difference.step)}`,
        detail: difference.reason,
      };
    case "waiver-gone":
      return {
        mark: "-",
        head: `${difference.rule} no longer waived, ${named(difference.step)}`,
        detail: `the reason was: ${difference.reason}`,
      };
  }
}

function named({ step, computer }: StepReference): string {
  return `${step} on ${computer}`;
}

function change(before: string | null, after: string | null): string {
  return `${before ?? "none"} -> ${after ?? "none"}`;
}
