/** `exchange-upgrade facts`: reads what a plan is judged on, and keeps it in a file. */
import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import type { Command } from "commander";
import { counted, visibleLine } from "../text";
import { type GlobalOptions, type Outcome, runs, teaches, withPreviewOptions } from "./command";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { besides, readText, writable } from "./files";
import { type PreviewOptions, runPreview } from "./preview";
import { countComputers, readSnapshot, type SnapshotCounts } from "./snapshotCounts";
import { note } from "./terminal";

interface FactsOptions extends GlobalOptions, PreviewOptions {
  readonly out: string;
  readonly strict?: boolean;
}

export function register(program: Command): void {
  const command = withPreviewOptions(program.command("facts"))
    .summary("read the facts that a plan is judged on into a file")
    .description(
      "Runs `pulumi preview` and keeps what it read of the directory and the computers, for `exchange-upgrade plan --facts`: so a " +
        "pipeline without a connection can make the plan. The file names your servers, accounts and groups; it holds no password.",
    )
    .requiredOption("-o, --out <file>", "where they are written; replaced as a whole, readable by you alone")
    .option("--strict", "exit with 4 where a computer could not be read")
    .action(runs(facts));
  teaches(command, {
    where:
      "in the folder of a Pulumi project, on a machine that reaches a domain controller and the computers",
    credentials:
      "those of `pulumi preview`: the backend's, and the readers that the program names (`directory`, `connection`)",
    codes: {
      0: "written",
      1: "nothing was written",
      2: "the command line is wrong",
      3: "written, but the preview ended with an error: computers that it did not come to are missing",
      4: "with --strict: written, but a computer could not be read, or only in part",
    },
    examples: ["facts --stack prod --out facts.json", "plan --facts facts.json --out plan.html"],
  });
}

async function facts(options: FactsOptions, operands: readonly string[]): Promise<Outcome> {
  const out = writable(options.out);
  const fresh = besides(out);
  try {
    const preview = await runPreview(options, operands, { EXCHANGE_UPGRADE_RECORD_FACTS: fresh });
    const { failure } = preview;
    if (preview.failure !== null) preview.show();
    if (!existsSync(fresh)) throw new CliError("XU-PREVIEW", nothingWritten(failure));
    const counts = countComputers(readSnapshot(readText(fresh), `${options.out}, as the provider wrote it,`));
    chmodSync(fresh, 0o600);
    renameSync(fresh, out);
    noteCounts(out, counts, failure);
    return {
      exitCode: exitCodeOf(counts, failure, options.strict === true),
      result: {
        out,
        computers: counts,
        ...(failure === null ? {} : { incomplete: failure }),
      },
    };
  } finally {
    rmSync(fresh, { force: true });
  }
}

function nothingWritten(failure: string | null): string {
  return failure === null
    ? "the preview wrote no facts; does the program of this stack use this version of pulumi-exchange-upgrade?"
    : `${failure} before any fact was written; its own words are above`;
}

function noteCounts(out: string, { read, partly, unread }: SnapshotCounts, failure: string | null): void {
  note(`Written: ${out}`);
  note(`${counted(read.length, "computer")} read, ${partly.length} in part, ${unread.length} not at all`);
  if (partly.length > 0) note(`  in part: ${visibleLine(partly.join(", "))}`);
  if (unread.length > 0) note(`  not at all: ${visibleLine(unread.join(", "))}`);
  if (failure !== null) note(`${failure}: computers that it did not come to are missing`);
}

function exitCodeOf({ partly, unread }: SnapshotCounts, failure: string | null, strict: boolean): ExitCode {
  if (failure !== null) return exitCodes.no;
  return strict && partly.length + unread.length > 0 ? exitCodes.unclear : exitCodes.ok;
}
