/**
 * What Setup says about a run, in ExchangeSetup.log and on its console. Pure. It is for progress and for messages:
 * whether a run succeeded is decided by the directory and the registry.
 */

import { consolePhases, logMarks, setupSentences } from "../../releases";
import { cut, cutLine, oneLine } from "../../text";
import { linesOf } from "../transport/decode";

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
  /** What stands beneath it, on one line: why it failed, or a warning; "" where nothing does. */
  readonly said: string;
}

/** `[time] [level] text`: the time's form depends on release and locale, so it is not read. */
const logLine = /^\[[^\]]*\] \[(\d+)\] ?(.*)$/;
const failedRule = /Failed \[Rule:([^\][]+)\](?: \[Message:(.*?)\]?$)?/;
const lastLineCount = 8;
/** Characters of a cause that are quoted. */
const longestCause = 400;
/** Characters of what stands beneath a phase that are kept. */
const longestSaid = 600;
/** Characters of a status: what is longer is no status. */
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
  const lines = linesOf(text.replaceAll("\b", "")).flatMap((line) => line.split("\r"));
  return report(
    lines.map((line) => line.trim()).filter((line) => line !== ""),
    phasesOf(lines),
  );
}

/** The phases, each with the lines beneath it: those that are indented deeper, and those that go on with them. */
function phasesOf(lines: readonly string[]): readonly Phase[] {
  const phases: Phase[] = [];
  let indent = 0;
  let isBeneath = false;
  let afterBlank = false;
  for (const line of lines) {
    const last = phases.at(-1);
    const own = line.search(/\S/);
    const deeper = last !== undefined && last.status !== "" && own > indent;
    const phase = phaseOf(line, deeper);
    if (phase !== null) {
      if (last?.name === phase.name && last.status === "") phases[phases.length - 1] = phase;
      else phases.push(phase);
      indent = own;
      isBeneath = phase.status !== "";
    } else if (last !== undefined && own >= 0 && isBeneath) {
      // A sentence at the left margin is Setup's own again, unless a text of several lines goes on with it.
      isBeneath = deeper || (last.said !== "" && !afterBlank && !isSetups(line));
      if (isBeneath) phases[phases.length - 1] = { ...last, said: join(last.said, line) };
    }
    afterBlank = own < 0;
  }
  return phases;
}

function join(before: string, line: string): string {
  return cutLine(`${before} ${line}`, longestSaid);
}

/** A heading, or how the run ended. */
function isSetups(line: string): boolean {
  return [consolePhases.headings, setupSentences.success, setupSentences.failure].some((all) =>
    says(line, all),
  );
}

/**
 * A name, and behind dots (2007, 2010) or behind blanks (2013 and later) perhaps a status. A line that stands deeper than the
 * phase before it is a text beneath that, in which a path or a sentence may be shortened by three dots.
 */
function phaseOf(line: string, deeper: boolean): Phase | null {
  const text = line.trim();
  const dots = text.search(deeper ? /(?<!^)\.{4}/ : /(?<!^)\.{3}/);
  const end = dots >= 0 ? dots : /^\s/.test(line) ? text.search(/\s{8}/) : -1;
  if (end < 0) return null;
  const status = text.slice(end).replace(/^[\s.\d%]+/, "");
  if (status.length > longestStatus) return null;
  return { name: text.slice(0, end).trimEnd(), status, said: "" };
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
  const said = [
    ...rules.map(({ name, message }) =>
      message === "" ? `rule ${name} failed` : `rule ${name} failed: ${message}`,
    ),
    ...errors,
    ...failedPhases(console).map(({ name, status, said }) =>
      // Where rules or errors were named, what stands beneath is the same.
      said === "" || rules.length + errors.length > 0 ? `${name}: ${status}` : `${name}: ${status}: ${said}`,
    ),
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

/**
 * The phases that failed, by their status. Where none is in English, the last one counts, if something stands beneath it and
 * Setup does not say that it succeeded: what failed was the end of the run.
 */
function failedPhases(console: SetupReport | null): readonly Phase[] {
  if (console === null) return [];
  const failed = console.phases.filter(({ status }) => /^FAILED$/i.test(status));
  if (failed.length > 0 || console.succeeded === true) return failed;
  const last = console.phases.at(-1);
  return last === undefined || last.said === "" || /^COMPLETED$/i.test(last.status) ? [] : [last];
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
    const text = oneLine(line.replaceAll("[ERROR]", "").replaceAll("[REQUIRED]", ""));
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
