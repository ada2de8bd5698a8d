/**
 * What Setup says about a run, in ExchangeSetup.log and on its console. Pure. It is for progress and for messages:
 * whether a run succeeded is decided by the directory and the registry.
 */
import { cut, cutLine } from "../cut";
import { logMarks, setupSentences } from "../releases";
import { linesOf } from "./decode";

/** What the last run in a log, or the console output of a run, says. */
export interface SetupReport {
  /** The product that the run named at its start, e.g. "Microsoft Exchange Server 2019"; null when it did not. */
  readonly product: string | null;
  /** True or false when Setup said how it ended, else null. */
  readonly succeeded: boolean | null;
  /** Readiness rules that failed. */
  readonly failedRules: readonly FailedRule[];
  /** Error lines in their order, without repetitions. */
  readonly errors: readonly string[];
  /** Phases of the console output; empty for a log. */
  readonly phases: readonly Phase[];
  /** The last lines of the run, time stamps removed: for a run that names no error. */
  readonly lastLines: readonly string[];
}

/** A readiness rule that Setup says failed. */
export interface FailedRule {
  /** e.g. `RebootPending`. */
  readonly name: string;
  /** What Setup says about it; empty when it says nothing. */
  readonly message: string;
}

/** A step that Setup prints while it works, e.g. `Copying Exchange files ......... COMPLETED`. */
export interface Phase {
  readonly name: string;
  /** The word behind the dots, e.g. COMPLETED or FAILED (localised), or "" while the step runs. */
  readonly status: string;
}

/** `[time] [level] text`: the time's form depends on release and locale, so it is not read. */
const logLine = /^\[[^\]]*\] \[(\d+)\] ?(.*)$/;
const failedRule = /Failed \[Rule:([^\][]+)\](?: \[Message:(.*?)\]?$)?/;
const lastLineCount = 8;
/** Characters of a cause that are quoted. */
const longestCause = 400;
/** Characters of a status behind blanks: what is longer is no status. */
const longestStatus = 31;

/**
 * Reads the last run in a log, or in a part of one: every run appends to it.
 * @returns null when it says nothing
 */
export function parseSetupLog(text: string): SetupReport | null {
  const entries = linesOf(text).map((line) => {
    const said = saidIn(line);
    return { text: (said ?? line).trim(), begins: said !== null };
  });
  const start = entries.findLastIndex(({ text }) => isStart(text));
  const run = start < 0 ? entries : entries.slice(start);
  if (run.every(({ text }) => text === "")) return null;
  return report(joinContinuations(run), []);
}

/** The last line of a log that says something, without its time stamp, for progress; null where there is none. */
export function lastLineOf(text: string): string | null {
  const said = linesOf(text).flatMap((line) => saidIn(line)?.trim() ?? []);
  const last = said.findLast((line) => line !== "" && !isOrnament(line));
  return last === undefined ? null : cutLine(last, 120);
}

/** What a line of the log says behind its time stamp; null for a line that goes on with the one before it. */
function saidIn(line: string): string | null {
  return logLine.exec(line)?.[2] ?? null;
}

function isOrnament(line: string): boolean {
  return /^[*\s]+$/.test(line);
}

/** A run starts with this; services of Exchange are started in the same words. */
function isStart(line: string): boolean {
  return line.startsWith(logMarks.start) && /\bSetup\b/.test(line);
}

/** Reads the console output of one run. */
export function parseConsole(text: string): SetupReport {
  // Progress may be redrawn in place, with carriage returns and backspaces.
  const lines = linesOf(text.replaceAll("\b", ""))
    .flatMap((line) => line.split("\r"))
    .filter((line) => line.trim() !== "");
  const phases: Phase[] = [];
  for (const line of lines) {
    const phase = phaseOf(line);
    if (phase === null) continue;
    const last = phases.at(-1);
    if (last?.name === phase.name && last.status === "") phases[phases.length - 1] = phase;
    else phases.push(phase);
  }
  return report(
    lines.map((line) => line.trim()),
    phases,
  );
}

/** A name, and behind three dots or more (2007, 2010) or behind blanks (2013 and later) perhaps a status. */
function phaseOf(line: string): Phase | null {
  const text = line.trim();
  const dots = text.indexOf("...", 1);
  const end = dots >= 0 ? dots : /^\s/.test(line) ? text.search(/\s{8}/) : -1;
  if (end < 0) return null;
  const status = text.slice(end).replace(/^[\s.\d%]+/, "");
  if (dots < 0 && status.length > longestStatus) return null;
  return { name: text.slice(0, end).trimEnd(), status };
}

/**
 * One sentence or two for people on why a run failed, from what its log and its console say, without the last
 * full stop; null when neither says anything.
 */
export function failureReason(log: SetupReport | null, console: SetupReport | null): string | null {
  const rules = [...(log?.failedRules ?? []), ...(console?.failedRules ?? [])];
  // A rule's message stands in an error line once more.
  const told = new Set(rules.map(({ message }) => message));
  const errors = [...(log?.errors ?? []), ...(console?.errors ?? [])].filter((error) => !told.has(error));
  const failed =
    console?.phases.filter((p) => p.status !== "" && console.phases.length > 0 && isFailed(p)) ?? [];
  const said = [
    ...rules.map(({ name, message }) =>
      message === "" ? `rule ${name} failed` : `rule ${name} failed: ${message}`,
    ),
    ...errors,
    ...failed.map(({ name, status }) => `${name}: ${status}`),
  ];
  const unique = [...new Set(said)].slice(0, 6);
  if (unique.length > 0)
    return unique.map((line) => sentence(cut(withoutScript(line), longestCause))).join("; ");
  const last = (log ?? console)?.lastLines ?? [];
  return last.length === 0 ? null : `its last lines are: ${sentence(cut(last.join(" / "), 600))}`;
}

/** A line that is too long, without the script in it, so that the reason behind the script is not what is cut off. */
function withoutScript(line: string): string {
  const { before, after } = logMarks.script;
  const begin = line.indexOf(before);
  const end = line.lastIndexOf(after);
  if (line.length <= longestCause || begin < 0 || end < begin) return line;
  return `${line.slice(0, begin + before.length)}…${line.slice(end)}`;
}

function isFailed(phase: Phase): boolean {
  return /^FAILED$/i.test(phase.status);
}

/** A line without a time stamp goes on with the message before it. */
function joinContinuations(
  entries: readonly { readonly text: string; readonly begins: boolean }[],
): string[] {
  const lines: string[] = [];
  for (const { text, begins } of entries) {
    const last = lines.at(-1);
    if (begins || last === undefined) lines.push(text);
    else if (text !== "") lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
}

function report(lines: readonly string[], phases: readonly Phase[]): SetupReport {
  // By what tells one from another: a log of years has many, and each is met once.
  const failedRules = new Map<string, FailedRule>();
  const errors = new Set<string>();
  let succeeded: boolean | null = null;
  for (const line of lines) {
    const rule = failedRule.exec(line);
    if (rule?.[1] !== undefined) {
      const found = { name: rule[1], message: (rule[2] ?? "").trim() };
      if (!failedRules.has(found.name)) failedRules.set(found.name, found);
      continue;
    }
    if (says(line, setupSentences.success)) succeeded = true;
    if (says(line, setupSentences.failure)) succeeded = false;
    const mark = logMarks.errors.find((each) => line.includes(each));
    if (mark === undefined) continue;
    const text = line.replaceAll("[ERROR]", "").replaceAll("[REQUIRED]", "").replace(/\s+/g, " ").trim();
    if (text !== "") errors.add(text);
  }
  const start = lines.find(isStart);
  return {
    product: start === undefined ? null : start.replace(/^Starting /, "").replace(/ Setup\W*$/, ""),
    succeeded,
    failedRules: [...failedRules.values()],
    errors: [...errors],
    phases,
    lastLines: lines
      .filter((line) => line !== "" && !isOrnament(line))
      .slice(-lastLineCount)
      .map((line) => cut(line, 200)),
  };
}

/** Sentences are compared without case: the spelling of "Setup" differs between releases. */
function says(line: string, sentences: readonly string[]): boolean {
  const text = line.toLowerCase();
  return sentences.some((sentence) => text.includes(sentence.toLowerCase()));
}

function sentence(text: string): string {
  return text.replace(/\.$/, "");
}
