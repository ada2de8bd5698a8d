/** What a log says of its last run, for who has only the log: as data and as text. Pure. */

import { parseBuild } from "../releases";
import { releaseOfBuild } from "../releases/bands";
import { counted, visibleLine } from "../text";
import { type Cause, type Explanation, explain } from "./explain";
import { causeText, lastWords, reasonText } from "./reason";
import type { SetupReport } from "./report";
import type { EarlierRun } from "./runReader";

/**
 * How a run ended.
 * - `succeeded`, `failed`: Setup says so, or it names what stopped it.
 * - `unclear`: it came to its end, and says nothing of either.
 * - `unfinished`: it did not come to its end: Setup still runs, was interrupted, or the log was cut off.
 */
export type RunResult = "succeeded" | "failed" | "unclear" | "unfinished";

/** What is said of a log, in the form of `--json`. */
export interface LogAccount extends RunAccount {
  /**
   * Of a last run that did not come to its end, and in which nothing failed: the run before it that says how it ended, or what went
   * wrong; where none does, the one just before. Else null.
   */
  readonly earlier: RunAccount | null;
}

/** What is said of one run. */
export interface RunAccount {
  readonly result: RunResult;
  readonly run: {
    readonly product: string | null;
    readonly version: string | null;
    readonly mode: string | null;
    readonly user: string | null;
    readonly began: string | null;
    /** Which of the runs in the log it is, the first one 1; 0 for the piece before the first. */
    readonly number: number;
    /** Runs that begin in the log; 0 where it is a piece of one. */
    readonly of: number;
    /** Setup's name of the work that failed. */
    readonly work: string | null;
  };
  /** Cause, what to do and Setup's own words, in at most 300 characters; null of a run that did not fail. */
  readonly reason: string | null;
  readonly failedRules: number;
  /** The deciding one first. */
  readonly causes: readonly {
    readonly failure: string | null;
    readonly cause: string;
    readonly action: string | null;
    readonly thing: string | null;
    readonly rules: readonly string[];
    readonly says: readonly string[];
    readonly certainty: string | null;
    readonly releases: string | null;
    readonly source: string | null;
  }[];
  readonly inItsWake: readonly string[];
  readonly lastLines: readonly string[];
}

/**
 * Accounts for the last run of a log.
 * @param console what stands in the text as on Setup's console; null for a log
 * @param earlier the run before it; null where there is none
 */
export function accountOf(
  report: SetupReport,
  console: SetupReport | null = null,
  earlier: EarlierRun | null = null,
): LogAccount {
  const { runs } = report;
  const account = runAccountOf(report, console, runs);
  const hasOnlyBegun = account.result === "unfinished" && account.causes.length === 0;
  if (!hasOnlyBegun || earlier === null) return { ...account, earlier: null };
  const before = runAccountOf(earlier.report, null, earlier.number);
  return { ...account, earlier: { ...before, run: { ...before.run, of: runs } } };
}

function runAccountOf(report: SetupReport, console: SetupReport | null, number: number): RunAccount {
  const explanation = report.succeeded === true ? null : explain(report, console);
  const result = resultOf(report, explanation);
  const { product, version, mode, user, began, work, runs } = report;
  return {
    result,
    run: { product, version, mode, user, began, number, of: runs, work },
    reason:
      result === "succeeded"
        ? null
        : explanation === null
          ? lastWords(report, null)
          : reasonText(explanation),
    failedRules: explanation?.failedRules ?? 0,
    causes: (explanation?.causes ?? []).map(causeData),
    inItsWake: (explanation?.inItsWake ?? []).map(({ name }) => name),
    lastLines: report.lastLines,
  };
}

function resultOf({ succeeded, work, runs, ended }: SetupReport, explanation: Explanation | null): RunResult {
  if (succeeded === true) return "succeeded";
  const named = explanation !== null && (explanation.failedRules > 0 || runs === 0 || ended);
  if (succeeded === false || work !== null || named) return "failed";
  return ended ? "unclear" : "unfinished";
}

function causeData(cause: Cause): RunAccount["causes"][number] {
  const { failure, thing, rules, words } = cause;
  return {
    failure: failure?.id ?? null,
    cause: failure?.cause ?? causeText(cause),
    action: failure?.action ?? null,
    thing,
    rules: rules.flatMap(({ name }) => (name === "" ? [] : [name])),
    says: words,
    certainty: failure?.certainty ?? null,
    releases: failure?.releases ?? null,
    source: failure?.source ?? null,
  };
}

const results: Readonly<Record<RunResult, string>> = {
  succeeded: "Setup says that it succeeded",
  failed: "failed",
  unclear: "came to its end, and does not say how",
  unfinished: "did not come to its end: Setup still runs, was interrupted, or the log was cut off",
};

/** The account as text, with a line break at its end. */
export function accountText({ earlier, ...last }: LogAccount): string {
  const before = earlier === null ? "" : `\nBefore it:\n${runAccountText(earlier)}`;
  return `${runAccountText(last)}${before}`;
}

function runAccountText(account: RunAccount): string {
  const { result, run, failedRules, causes, inItsWake } = account;
  const [first, ...others] = causes;
  const work = run.work === null || run.work === "" ? "" : `, at ${run.work}`;
  const rows: readonly (readonly [string, string | null])[] = [
    ["Run", runText(run)],
    ["Result", `${results[result]}${result === "failed" ? work : ""}`],
    ...(first === undefined ? [] : causeRows(first)),
    ["Rules", failedRules < 2 ? null : `${counted(failedRules, "rule")} failed${wakeText(inItsWake)}`],
    ...others.flatMap((cause): readonly (readonly [string, string | null])[] => [
      ["Also", nameText(cause)],
      ["Fix", cause.action],
    ]),
    ["Last", first === undefined && result !== "succeeded" ? account.lastLines.slice(-3).join(" / ") : null],
  ];
  return rows
    .filter(([, text]) => text !== null && text !== "")
    .map(([label, text]) => `${`${label}:`.padEnd(9)}${visibleLine(text ?? "")}\n`)
    .join("");
}

function causeRows(cause: RunAccount["causes"][number]): readonly (readonly [string, string | null])[] {
  const { failure, action, says, certainty, releases, source } = cause;
  return [
    ["Cause", nameText(cause)],
    ["Fix", action ?? "look for these words; they are none of the failures that are known here"],
    ["Setup", failure === null || says.length === 0 ? null : says.join("; ")],
    ["Known", failure === null ? null : `${failure}, ${certainty}: ${source} (${releases})`],
  ];
}

function nameText({ failure, cause, thing, rules }: RunAccount["causes"][number]): string {
  // What is not known is called by its rule.
  const named = rules.length === 0 || failure === null ? "" : ` (${rules.join(", ")})`;
  return `${cause}${thing === null ? "" : `: ${thing}`}${named}`;
}

function wakeText(inItsWake: readonly string[]): string {
  return inItsWake.length === 0 ? "" : `, of them in the wake of the first: ${inItsWake.join(", ")}`;
}

function runText({ product, version, mode, user, began, number, of }: RunAccount["run"]): string {
  const build = version === null ? undefined : parseBuild(version);
  const release = build === undefined ? undefined : releaseOfBuild(build)?.name;
  const parts = [
    product ?? "Setup of Exchange",
    version === null ? null : `${version}${release === undefined ? "" : ` (${release})`}`,
    mode,
    user === null ? null : `as ${user}`,
    began === null ? null : `begun ${began}`,
    placeText(number, of),
  ];
  return parts.filter((part) => part !== null && part !== "").join(", ");
}

/** Which run of the log it is; null where it is the only one. */
function placeText(number: number, of: number): string | null {
  if (number === 0) return of === 0 ? "a piece of a log" : "the piece before the first run in the log";
  if (of === 1) return null;
  return number === of ? `the last of ${of} runs in the log` : `run ${number} of ${of} in the log`;
}
