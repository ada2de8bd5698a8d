/**
 * The outcome of an attempt: the caller's own look at the result, and what Setup and its files tell about a failure.
 */

import type { SetupFailure } from "../../model";
import {
  explain,
  failedPhases,
  knownCause,
  lastWords,
  parseConsole,
  parseSetupLog,
  type SetupReport,
  wordsText,
} from "../../setupLog";
import { reasonOf } from "../../text";
import { neverStartedCode, notRunCode } from "../site/attemptScript";
import type { Attempt } from "../site/attempts";
import { unlessAborted } from "../site/link";
import { HostError, OperationAborted } from "../transport/errors";
import { withDetails } from "./details";
import type { SetupOutcome } from "./options";
import { clearStart, type Work } from "./work";

/** Errorlevel of cmd.exe for a program whose folder or drive does not exist; Setup could also exit with it. */
const pathNotFound = 3;

/** Cleans up after an attempt that is over, and looks at its result. */
export async function finish(work: Work, attempt: Attempt, attached: boolean): Promise<SetupOutcome> {
  const { folder } = work;
  await clearStart(work);
  const exitCode = exitCodeOf(attempt);
  const shutdownBefore = await folder.shutdownBefore(
    attempt.number,
    `attempt ${attempt.number} ${attempt.state.kind === "exited" ? `exited ${exitCode ?? "without a code"}` : "interrupted"}`,
  );
  const done = await isDone(work, attempt).catch(async (error: unknown) => {
    if (error instanceof OperationAborted) throw error;
    // Setup's own words must not be lost because the result cannot be read.
    const { reason, endedWell } = await failureOf(work, attempt);
    throw new HostError(`${reasonOf(error)}. ${endedWell ? "Setup itself ended with exit code 0" : reason}`);
  });
  const result = { alreadyDone: false, attached, attempt: attempt.number, exitCode, shutdownBefore };
  if (done) {
    await folder.note(`attempt ${attempt.number} verified`);
    return { ...result, done, reason: null, endedWell: true };
  }
  return { ...result, done, ...(await failureOf(work, attempt)) };
}

/**
 * The outcome of an attempt whose files another run has removed: that run has proven the result, while this caller's
 * domain controller may still be behind.
 */
export async function removedByAnother({ options }: Work, number: number): Promise<SetupOutcome> {
  const done = (await unlessAborted(options.isDone(), options.signal)) !== false;
  const reason = done ? null : "another run of this program has seen the result, and has removed its files";
  return {
    done,
    alreadyDone: false,
    attached: true,
    attempt: number,
    exitCode: null,
    reason,
    endedWell: true,
    shutdownBefore: null,
  };
}

/**
 * The caller's look at the result. A result that the directory does not show is not done if our last run ended badly.
 */
export async function isDone(work: Work, newest: Attempt | null): Promise<boolean> {
  const { options } = work;
  const seen = await unlessAborted(options.isDone(), options.signal);
  if (seen !== "behind") return seen;
  const last = await work.folder.lastStarted(newest);
  return last === null || !(await hasEndedBadly(work, last));
}

/** The exit code of an attempt, if it left one. */
export function exitCodeOf({ state }: Attempt): number | null {
  return state.kind === "exited" ? state.code : null;
}

/** True if an attempt that was not over at the first look is over now. */
export function hasEndedSince(before: Attempt | null, now: Attempt): boolean {
  const over = (attempt: Attempt) => attempt.state.kind === "exited" || attempt.state.kind === "interrupted";
  return over(now) && (before === null || before.number < now.number || !over(before));
}

/** True if an attempt is over and failed: by the last words of Setup since it began, else by its exit code. */
async function hasEndedBadly(work: Work, { number, state, output }: Attempt): Promise<boolean> {
  if (state.kind === "prepared" || state.kind === "running") return false;
  const succeeded = (await logOf(work, number))?.succeeded ?? parseConsole(output).succeeded;
  if (succeeded !== null) return !succeeded;
  return state.kind === "interrupted" || !isGood(work.options, state.code);
}

/** Whether an exit code means success. */
function isGood({ other }: Work["options"], code: number | null | undefined): boolean {
  return (other?.goodCodes ?? [0]).includes(code ?? -1);
}

/** The last run since an attempt began, from Setup's log; null if the log cannot be read or contains nothing of it. */
async function logOf({ options, folder, log }: Work, attempt: number): Promise<SetupReport | null> {
  // The log of another program is only for people.
  if (options.other !== undefined) return null;
  const lines = await log.lines();
  const own = lines === null ? null : await log.behind(await folder.logLinesBefore(attempt), lines);
  return own === null ? null : parseSetupLog(own);
}

async function failureOf(
  work: Work,
  attempt: Attempt,
): Promise<Required<Pick<SetupOutcome, "reason" | "failure" | "endedWell">>> {
  const { options, folder, log } = work;
  const report = await withDetails(work, await logOf(work, attempt.number));
  const console = parseConsole(attempt.output);
  const explanation = explain(report, console);
  const said = explanation === null ? lastWords(report, console) : wordsText(explanation);
  const code = attempt.state.kind === "exited" ? attempt.state.code : undefined;
  const answer = options.other?.answers[code ?? -1];
  const cause = answer ?? (explanation === null ? null : knownCause(explanation));
  const isSilent = report === null && console.phases.length === 0;
  const { how, why } = endOf(code, options.command.program, isSilent);
  const phase = failedPhases(console)[0] ?? console.phases.at(-1);
  const failure: SetupFailure = {
    how,
    why,
    said,
    ...(cause === null ? {} : { cause }),
    phase: phase?.name ?? null,
    attempt: attempt.number,
    log: log.path,
    output: folder.scriptOf(attempt.number).replace(/[^\\]+$/, "out.txt"),
  };
  return {
    reason: `${endText(how, options.other?.name)}${why === null ? "" : `: ${why}`}${said === null ? "" : `. It says: ${said}`}. Its log is ${failure.log}, its output ${failure.output}.`,
    failure,
    endedWell: isGood(options, code) && report?.succeeded !== false && console.succeeded !== false,
  };
}

function endText(how: string, what = "Setup"): string {
  return /^exit code/.test(how) ? `${what} ended with ${how}` : `${what} was ${how}`;
}

/**
 * How an attempt ended, in a word or two, and what that means.
 * @param code undefined without one, null for one that is not a number
 */
function endOf(
  code: number | null | undefined,
  program: string,
  isSilent: boolean,
): Pick<SetupFailure, "how" | "why"> {
  if (code === undefined)
    return {
      how: "interrupted",
      why: "it no longer runs and left no exit code (the computer was restarted, the process was ended, or the disk is full)",
    };
  const notRun = (why: string) => ({ how: "not run", why });
  if (code === notRunCode) return notRun("its output could not be written (is the disk full?)");
  if (code === neverStartedCode) return notRun("the scheduled task did not start it");
  if (code === 9009) return notRun(`${program} is not there or cannot be run`);
  if (code === pathNotFound && isSilent) return notRun(`the folder or the drive of ${program} is not there`);
  if (code === 0) return { how: "exit code 0", why: "the result is not there" };
  return { how: `exit code ${code ?? "unknown"}`, why: null };
}
