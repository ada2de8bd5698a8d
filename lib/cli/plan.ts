/** `exchange-upgrade plan`: the plan of a stack, for review. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { assembleReview, missingSteps, type Report } from "../review/assemble";
import { openClusters } from "../review/clusters";
import { compareReviews } from "../review/compare";
import { comparisonText } from "../review/compareText";
import type { Review } from "../review/review";
import { summaryOf } from "../review/summary";
import { formatOption, type GlobalOptions, type Outcome, runs, teaches, withPreviewOptions } from "./command";
import { commitOf } from "./commit";
import {
  deliver,
  destinationOf,
  noteSummary,
  type RenderOptions,
  renderReview,
  reviewFormats,
} from "./deliver";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { packageVersion, readReview, readText } from "./files";
import { noReport, type Previewed, type PreviewOptions, runPreview } from "./preview";
import { readSnapshot } from "./snapshotCounts";
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
    .addOption(
      formatOption(reviewFormats, "; else by the name of --out, else text at a terminal, markdown elsewhere"),
    )
    .option("-o, --out <file>", "where it is written; replaced as a whole (default: standard output)")
    .option("--compare <review.json>", "also say what changed since this review")
    .option(
      "--facts <facts.json>",
      "judge on facts that `exchange-upgrade facts` has written, without any connection",
    )
    .option(
      "--strict",
      "exit with 4 also where something is not as recommended, or a finished step could not be read",
    )
    .action(runs(plan));
  teaches(command, {
    where:
      "in the folder of a Pulumi project, on a machine that reaches a domain controller and the computers; with --facts, anywhere",
    credentials:
      "those of `pulumi preview`: the backend's, and the readers that the program names (`directory`, `connection`). No right to change anything.",
    codes: {
      0: "every step is ready or done",
      1: "the tool failed, or Pulumi did and no finding says why",
      2: "the command line is wrong",
      3: "a finding refuses: a must that fails, or arguments that cannot be used; the plan is written",
      4: "pulumi up would refuse what is not verified, steps have no plan, or a clustered mailbox server waits for a person or is not known; with --strict also: something is not as recommended",
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
  const previewed = await runPreview(options, operands, facts);
  // Where every step has its line, or the program was refused, the plan says why Pulumi failed.
  const { complete, isExplained, report } = previewed;
  const explains = isExplained && ((complete && isRefused(report)) || isProgramRefused(report));
  if (previewed.failure !== null && !explains) previewed.show();
  const review = reviewOf(previewed, operands, commitOf(resolve(options.cwd)));
  const comparison = earlier === undefined ? undefined : compareReviews(earlier, review);
  const exitCode = exitCodeOf(review, {
    failed: previewed.failure !== null,
    strict: options.strict === true,
  });
  const delivered = deliverPlan(
    review,
    { comparison, verbose: options.verbose },
    { format, out },
    options.json === true,
  );
  // The text says both itself.
  const isSaid = format === "text" && out === null;
  if (!isSaid) noteSummary(review);
  if (!isSaid && comparison !== undefined) note(comparisonText(comparison).trimEnd());
  return {
    exitCode,
    result: { summary: summaryOf(review), out, review, ...(comparison === undefined ? {} : { comparison }) },
    ...delivered,
  };
}

function deliverPlan(
  review: Review,
  how: Parameters<typeof renderReview>[2],
  { format, out }: ReturnType<typeof destinationOf>,
  json: boolean,
): { readonly text?: string } {
  if (json && out === null) return {};
  return deliver(renderReview(review, format, how), out);
}

function snapshotPath(file: string): string {
  const path = resolve(file);
  if (!existsSync(path))
    throw new CliError(
      "XU-USAGE",
      `--facts ${file}: there is no file ${path}; write it with: exchange-upgrade facts`,
      exitCodes.usage,
    );
  // Files that cannot be used are reported before the preview.
  readSnapshot(readText(path), `--facts ${file}`);
  return path;
}

/** The review that a preview has made. A failed preview may have stopped before it came to every step. */
function reviewOf(
  { report, failure, complete, show }: Previewed,
  operands: readonly string[],
  commit: string | undefined,
): Review {
  const { lines, refused, clusters } = report;
  const told = lines.length + refused.length + clusters.length;
  if (told === 0 && (failure !== null || report.names.length === 0)) {
    show();
    throw new CliError("XU-PREVIEW", noReport(failure));
  }
  const missing = missingSteps(report);
  const reasons = [
    ...(missing.length === 0 ? [] : [missingText(missing, failure, operands)]),
    ...(missing.length === 0 && partOption(operands) !== undefined ? [partText(operands)] : []),
    // Where every step has its line, a finding that refuses is all that made the preview fail.
    ...(failure === null || (complete && isRefused(report)) ? [] : [incompleteText(report, failure)]),
  ];
  const incomplete = reasons.length === 0 ? undefined : reasons.join("; ");
  return assembleReview(lines, { version: packageVersion(), commit, incomplete, refused, clusters });
}

const namesTold = 5;

/** Which of the program's steps have no line, and why. */
function missingText(
  missing: readonly string[],
  failure: string | null,
  operands: readonly string[],
): string {
  const names = missing.slice(0, namesTold).join(", ");
  const more = missing.length > namesTold ? ` and ${missing.length - namesTold} more` : "";
  const why =
    partOption(operands) !== undefined
      ? partText(operands)
      : failure === null
        ? "the preview did not check them"
        : "the preview stopped before it came to them";
  return `${missing.length === 1 ? "1 step has" : `${missing.length} steps have`} no plan (${names}${more}): ${why}`;
}

/** Pulumi's options that leave resources out. */
function partOption(operands: readonly string[]): string | undefined {
  return operands.find((operand) => /^(--target|--exclude|-t)(=|$)/.test(operand));
}

function partText(operands: readonly string[]): string {
  return `the preview was asked for a part of the stack (${partOption(operands)?.replace(/=.*/, "")})`;
}

function isRefused({ lines, refused, clusters }: Report): boolean {
  const judged = [...lines.map(({ step }) => step), ...clusters.map(({ cluster }) => cluster)];
  return (
    refused.length > 0 ||
    judged.some(({ findings }) =>
      findings.some(({ level, verdict }) => level === "must" && verdict === "fails"),
    )
  );
}

function isProgramRefused({ refused }: Report): boolean {
  return refused.some((line) => line.refused.kind === "program");
}

function incompleteText(report: Report, failure: string): string {
  if (isProgramRefused(report)) return "the program was refused before it had made every step";
  return isRefused(report)
    ? `${failure}, as it does where a finding refuses; it may have stopped before it came to every step`
    : `${failure}, and no finding says why; its own words tell`;
}

/** The exit code of a review, for a pipeline. @param failed whether Pulumi ended with an error */
function exitCodeOf(review: Review, { failed, strict }: { failed: boolean; strict: boolean }): ExitCode {
  const { verdict, findings, progress } = summaryOf(review);
  if (verdict === "refused") return exitCodes.no;
  if (failed) return exitCodes.error;
  // Steps that pulumi up would refuse, or would not reach. It ends at a clustered mailbox server that is not proven.
  const isOpen = openClusters(review).length > 0;
  if (findings.unverified > 0 || review.incomplete !== undefined || isOpen) return exitCodes.unclear;
  const advised = findings.advice + findings["advice-unverified"] + progress.unknown > 0;
  return strict && advised ? exitCodes.unclear : exitCodes.ok;
}
