/** `exchange-upgrade render`: a review in another format. */
import type { Command } from "commander";
import { compareReviews } from "../review/compare";
import { summaryOf } from "../review/summary";
import { formatOption, type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { deliver, destinationOf, type RenderOptions, renderReview, reviewFormats } from "./deliver";
import { exitCodes } from "./exit";
import { readReview } from "./files";

interface Options extends GlobalOptions, RenderOptions {
  readonly compare?: string;
}

export function register(program: Command): void {
  const command = program
    .command("render")
    .summary("write a review in another format")
    .description(
      "Writes a plan that `exchange-upgrade plan --format json` has written again, as Markdown or as an HTML page.",
    )
    .argument("<review.json>", "the review")
    .addOption(
      formatOption(reviewFormats, "; else by the name of --out, else text at a terminal, markdown elsewhere"),
    )
    .option("-o, --out <file>", "where it is written; replaced as a whole (default: standard output)")
    .option("--compare <review.json>", "also say what changed since this review")
    .option("-v, --verbose", "as text: every step and every finding at length")
    .action(runs(render));
  teaches(command, {
    where: "anywhere; it reads a file",
    credentials: "none",
    codes: {
      0: "written, whatever the review says",
      1: "a file cannot be read or written, or is no review",
      2: "the command line is wrong",
    },
    examples: ["render plan.json --out plan.html", "render plan.json --compare reviewed.json > comment.md"],
  });
}

function render(options: Options, [file = ""]: readonly string[]): Outcome {
  const { format, out } = destinationOf(options);
  const review = readReview(file);
  const comparison =
    options.compare === undefined ? undefined : compareReviews(readReview(options.compare), review);
  const rendered = renderReview(review, format, { comparison, verbose: options.verbose });
  return {
    exitCode: exitCodes.ok,
    result: { summary: summaryOf(review), format, out, ...(out === null ? { rendered } : {}) },
    ...deliver(rendered, out),
  };
}
