/** `exchange-upgrade plan`: the plan of a stack, for review. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { ReportLine, Review } from "../plan/review";
import { assembleReview } from "../plan/review/assemble";
import { type Comparison, compareReviews } from "../plan/review/compare";
import { comparisonText } from "../plan/review/compare-text";
import { summaryOf } from "../plan/review/summary";
import { formatOption, type GlobalOptions, type Outcome, runs, teaches, withPreviewOptions } from "./command";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { packageVersion, readReview, readText } from "./files";
import { type Previewed, type PreviewOptions, runPreview } from "./preview";
import {
  deliver,
  destinationOf,
  noteSummary,
  type RenderOptions,
  renderReview,
  reviewFormats,
} from "./rendering";
import { readSnapshot } from "./snapshot";
import { note } from "./terminal";

interface PlanOptions extends GlobalOptions, PreviewOptions, RenderOptions {
  readonly compare?: string;
  readonly facts?: string;
  readonly strict?: boolean;
}

export function register(program: Command): void {
  const command = withPreviewOptions(program.command("plan"))
    .summary("write the plan of a stack, for review")
    .description(
      "Runs `pulumi preview`, and writes every step with its computer, command line, account, groups and levels, in an order in " +
        "which they may run, with everything that stands in their way. Changes nothing.",
    )
    .addOption(formatOption(reviewFormats, "; else by the name of --out, else markdown"))
    .option("-o, --out <file>", "where it is written; replaced as a whole (default: standard output)")
    .option("--compare <review.json>", "also say what changed since this review")
    .option(
      "--facts <facts.json>",
      "judge on facts that `exchange-upgrade facts` has written, without any connection",
    )
    .option("--strict", "exit with 4 where something is not verified or not as recommended")
    .action(runs(plan));
  teaches(command, {
    where:
      "in the folder of a Pulumi project, on a machine that reaches a domain controller and the computers; with --facts, anywhere",
    credentials:
      "those of `pulumi preview`: the backend's, and the readers that the program names (`directory`, `connection`). No right to change anything.",
    codes: {
      0: "nothing stands in the way",
      1: "the tool failed, or Pulumi did and no finding says why",
      2: "the command line is wrong",
      3: "a finding refuses: a must that fails",
      4: "with --strict: nothing refuses, but something is not verified or not as recommended",
    },
    examples: [
      "plan --stack prod --out plan.html",
      "plan --stack prod --out plan.json && exchange-upgrade render plan.json > comment.md",
      "plan --compare plan.json --strict",
      "plan --facts facts.json -- --diff",
    ],
  });
}

async function plan(options: PlanOptions, operands: readonly string[]): Promise<Outcome> {
  const { format, out } = destinationOf(options);
  const earlier = options.compare === undefined ? undefined : readReview(options.compare);
  const facts = options.facts === undefined ? {} : { EXCHANGE_UPGRADE_FACTS: snapshotPath(options.facts) };
  const review = reviewOf(await runPreview(options, operands, facts));
  const comparison = earlier === undefined ? undefined : compareReviews(earlier, review);
  const exitCode = exitCodeOf(review, options.strict === true);
  const delivered = deliverPlan(review, comparison, { format, out }, options.json === true);
  noteSummary(review);
  if (comparison !== undefined) note(comparisonText(comparison).trimEnd());
  return {
    exitCode,
    result: { summary: summaryOf(review), out, review, ...(comparison === undefined ? {} : { comparison }) },
    ...delivered,
  };
}

function deliverPlan(
  review: Review,
  comparison: Comparison | undefined,
  { format, out }: ReturnType<typeof destinationOf>,
  json: boolean,
): { readonly text?: string } {
  if (json && out === null) return {};
  return deliver(renderReview(review, format, comparison), out);
}

function snapshotPath(file: string): string {
  const path = resolve(file);
  if (!existsSync(path))
    throw new CliError(
      `--facts ${file}: there is no file ${path}; write it with: exchange-upgrade facts`,
      exitCodes.usage,
    );
  // What cannot be used is said before a preview, once.
  readSnapshot(readText(path), `--facts ${file}`);
  return path;
}

/** The review that a preview has made. A failed preview may have stopped before it came to every step. */
function reviewOf({ lines, failure, complete }: Previewed): Review {
  if (lines.length === 0) throw new CliError(noReport(failure));
  // Where every step has its line, a finding that refuses is all that made the preview fail.
  const whole = failure === null || (complete && isRefused(lines));
  const incomplete = whole ? undefined : incompleteText(lines, failure);
  return assembleReview(lines, { version: packageVersion(), incomplete });
}

function noReport(failure: string | null): string {
  if (failure !== null) return `${failure} before any step was checked; its own words are above`;
  return (
    "the preview checked no step of an Exchange upgrade; is this the right project and stack, and does its program use " +
    `pulumi-exchange-upgrade ${packageVersion()} or later?`
  );
}

function isRefused(lines: readonly ReportLine[]): boolean {
  return lines.some(({ step }) =>
    step.findings.some(({ level, verdict }) => level === "must" && verdict === "fails"),
  );
}

function incompleteText(lines: readonly ReportLine[], failure: string): string {
  return isRefused(lines)
    ? `${failure}, as it does where a finding refuses; it may have stopped before it came to every step`
    : `${failure}, and no finding says why; its own words tell`;
}

/** What a review means for a pipeline. */
export function exitCodeOf(review: Review, strict: boolean): ExitCode {
  const { verdict } = summaryOf(review);
  if (verdict === "refused") return exitCodes.no;
  if (review.incomplete !== undefined) return exitCodes.error;
  return strict && verdict === "attention" ? exitCodes.unclear : exitCodes.ok;
}
