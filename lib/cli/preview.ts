/** Runs `pulumi preview` in a project, with the variables that make the provider write what it finds. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isCompleteReport, parseReport, progressOf, type Report } from "../review/assemble";
import { FormatError } from "../review/format";
import type { RefusedLine } from "../review/review";
import { counted } from "../text";
import { CliError, exitCodes } from "./exit";
import { packageVersion } from "./files";
import { errorText, isThrown, pulumiErrors, tells } from "./pulumiErrors";
import { mayColour, note, progressBar, Status } from "./terminal";

/** Options of a command that runs a preview. */
export interface PreviewOptions {
  readonly stack?: string;
  readonly cwd: string;
  /** Shows what Pulumi prints while it prints it. */
  readonly verbose?: boolean;
}

/** Variables that the provider reads; each names a file by its absolute path. */
export interface ProviderFiles {
  /** The snapshot that facts are taken from, instead of live ones. */
  readonly EXCHANGE_UPGRADE_FACTS?: string;
  /** The snapshot that is written. */
  readonly EXCHANGE_UPGRADE_RECORD_FACTS?: string;
}

/** The result of a preview. */
export interface Previewed {
  readonly report: Report;
  /** How Pulumi failed, in words; null where it succeeded. */
  readonly failure: string | null;
  /** True when the report says that every step has its line. */
  readonly complete: boolean;
  /** False when the program threw an error that the report does not tell. */
  readonly isExplained: boolean;
  /** Shows the errors that Pulumi has printed, where they were not shown before. */
  readonly show: () => void;
}

/** Runs the preview to its end. Pulumi's own output is kept, for when it fails; if it is shown, it goes to standard error. */
export async function runPreview(
  { stack, cwd, verbose = false }: PreviewOptions,
  operands: readonly string[],
  files: ProviderFiles,
): Promise<Previewed> {
  const folder = projectFolder(cwd);
  const temporary = mkdtempSync(join(tmpdir(), "exchange-upgrade-"));
  const reportPath = join(temporary, "report.jsonl");
  // Made here, so that nobody but us can read it.
  closeSync(openSync(reportPath, "wx", 0o600));
  const args = [
    // Its dots would stand where the line with the progress is.
    ...["preview", "--non-interactive", "--suppress-progress"],
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...(mayColour() ? ["--color", "always"] : []),
    ...operands,
  ];
  note(`Running pulumi preview in ${folder}`);
  const kept: Buffer[] = [];
  let refusals: Report["refused"] = [];
  const errorsPrinted = () => pulumiErrors(Buffer.concat(kept).toString("utf8"));
  const show = () => {
    const errors = errorsPrinted();
    const printed = kept.splice(0);
    if (verbose || printed.length === 0) return;
    if (errors === null) process.stderr.write(Buffer.concat(printed));
    else
      note(
        [
          ...refusals.map(({ refused }) => refused.finding.text),
          ...errors.map((each) => errorText(each, folder)),
        ].join("\n"),
      );
  };
  const hear = (chunk: Buffer, status: Status) => {
    if (verbose) status.pass(chunk);
    kept.push(chunk);
  };
  try {
    // The engine's check does not tell the resource plugin of a preview.
    const environment = { ...files, EXCHANGE_UPGRADE_REPORT: reportPath, EXCHANGE_UPGRADE_PREVIEW: "true" };
    const progress = () => progressText(readFileSync(reportPath, "utf8"));
    const ended = await runPulumi(args, folder, environment, { progress, hear }).catch((error: unknown) => {
      show();
      throw error;
    });
    const text = readFileSync(reportPath, "utf8");
    const report = readReport(text);
    // Null where Pulumi tells its errors in another form, such as that of --json: a refusal then counts as one of them.
    const errors = ended === null ? [] : errorsPrinted();
    const isTold = ({ refused: { kind, finding } }: RefusedLine) =>
      kind !== "program" || errors === null || errors.some((error) => tells(error, finding.summary));
    // What a program has caught, and gone on, refuses nothing; where it fails after it, both are shown.
    refusals = report.refused.filter((line) => !isTold(line));
    const refused = report.refused.filter(isTold);
    const isThrownBeside = (errors ?? []).some(
      (error) => isThrown(error) && !refused.some((line) => tells(error, line.refused.finding.summary)),
    );
    return {
      report: { ...report, refused },
      failure: ended,
      complete: isCompleteReport(text),
      isExplained: !isThrownBeside,
      show,
    };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Why there is nothing to answer: the preview told of no step. @param failure as {@link Previewed.failure} */
export function noReport(failure: string | null): string {
  if (failure !== null) return `${failure} before any step was checked; its own words are above`;
  return (
    "the preview checked no step of an Exchange upgrade; is this the right project and stack, and does its program use " +
    `pulumi-exchange-upgrade ${packageVersion()} or later?`
  );
}

/** What is said where there is no Pulumi CLI. */
export const noPulumi =
  "pulumi is not on the PATH; install the Pulumi CLI (https://www.pulumi.com/docs/install/)";

/** The folder that --cwd names. */
export function projectFolder(cwd: string): string {
  const folder = resolve(cwd);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CliError("XU-USAGE", `--cwd ${cwd}: there is no folder ${folder}`, exitCodes.usage);
  }
  return folder;
}

/** Progress of a preview. The number of steps is known once the gate before all steps reads. */
export function progressText(report: string): string {
  const { read, checked, all } = progressOf(report);
  if (all === null) return checked === 0 ? "started" : `${counted(checked, "step")} checked`;
  return read < all && checked === 0
    ? `${progressBar(read, all)} read what ${read} of ${all} steps need`
    : `${progressBar(checked, all)} checked ${checked} of ${all} steps`;
}

function readReport(text: string): Report {
  try {
    return parseReport(text);
  } catch (error) {
    if (error instanceof FormatError) throw new CliError("XU-PREVIEW", error.message);
    throw error;
  }
}

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs Pulumi; answers how it failed, or null. A signal ends it, is waited for, and then ends this command. */
async function runPulumi(
  args: readonly string[],
  cwd: string,
  files: object,
  {
    progress,
    hear,
  }: { readonly progress: () => string; readonly hear: (chunk: Buffer, status: Status) => void },
): Promise<string | null> {
  const status = new Status(() => `pulumi preview: ${progress()}`);
  let signalled: (typeof forwarded)[number] | undefined;
  const child = spawn("pulumi", args, {
    cwd,
    env: { ...process.env, ...files },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const onSignal = (signal: (typeof forwarded)[number]) => {
    signalled = signal;
    // At a terminal Ctrl-C goes to both, and Pulumi takes a second one as "stop at once".
    if (!(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, onSignal);
  try {
    child.stdout.on("data", (chunk: Buffer) => hear(chunk, status));
    child.stderr.on("data", (chunk: Buffer) => hear(chunk, status));
    const failure = await ended(child);
    if (signalled !== undefined)
      throw new CliError("XU-PULUMI", `ended by ${signalled}`, 128 + constants.signals[signalled]);
    return failure;
  } finally {
    for (const signal of forwarded) process.off(signal, onSignal);
    status.stop();
  }
}

function ended(child: ChildProcess): Promise<string | null> {
  return new Promise((done, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new CliError("XU-PULUMI", noPulumi)
          : new CliError("XU-PULUMI", `pulumi could not be started: ${error.message}`),
      ),
    );
    child.once("close", (code, signal) => {
      if (code === 0) done(null);
      else
        done(
          code === null
            ? `pulumi preview was ended by ${signal}`
            : `pulumi preview ended with exit code ${code}`,
        );
    });
  });
}
