/** `exchange-upgrade compare`: what changed between two reviews. */
import type { Command } from "commander";
import { type Comparison, compareReviews } from "../review/compare";
import { comparisonJson, comparisonText } from "../review/compareText";
import { comparisonMarkdown } from "../review/markdown";
import { formatOption, type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { exitCodes } from "./exit";
import { readReview } from "./files";

const formats = ["text", "markdown", "json"] as const;

interface CompareOptions extends GlobalOptions {
  readonly format: (typeof formats)[number];
}

export function register(program: Command): void {
  const command = program
    .command("compare")
    .summary("say what changed between two reviews")
    .description(
      "Compares two plans that `exchange-upgrade plan --format json` has written: steps, their order, findings and waivers.",
    )
    .argument("<old.json>", "the earlier review")
    .argument("<new.json>", "the later one")
    .addOption(formatOption(formats).default("text"))
    .action(runs(compare));
  teaches(command, {
    where: "anywhere; it reads two files",
    credentials: "none",
    codes: {
      0: "nothing differs but the time",
      1: "a file cannot be read, or is no review",
      2: "the command line is wrong",
      3: "something differs",
    },
    examples: [
      "compare reviewed.json now.json",
      "compare reviewed.json now.json --format markdown > comment.md",
    ],
  });
}

function compare({ format }: CompareOptions, [before = "", after = ""]: readonly string[]): Outcome {
  const comparison = compareReviews(readReview(before), readReview(after));
  return {
    exitCode: comparison.equal ? exitCodes.ok : exitCodes.no,
    result: { ...comparison },
    text: render(comparison, format),
  };
}

function render(comparison: Comparison, format: CompareOptions["format"]): string {
  switch (format) {
    case "text":
      return comparisonText(comparison);
    case "markdown":
      return comparisonMarkdown(comparison);
    case "json":
      return comparisonJson(comparison);
  }
}
