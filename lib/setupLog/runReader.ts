/** Reads a log line by line, whatever its length, and knows what its last run says. Pure. */
import { logMarks, setupSentences } from "../releases";
import { cut, cutLine, visibleLine } from "../text";
import { type Entry, EntryMaker, LineMender, saidIn } from "./entries";
import { warningRules } from "./failures/warningRules";
import { behindScript, partsOf, straight } from "./message";
import type { FailedRule, SetupError, SetupReport } from "./report";

const lastLineCount = 8;
/** Messages before an error that may name what it is about. */
const beforeCount = 8;
/** Messages after its last error, from which on a run has survived that. */
const survived = 30;
/** Characters of a line that begins a run. */
const longestStart = 200;
/** Characters before the message of an exception that Setup did not expect. */
const longestCrash = 100;
/** Characters of such a message that are kept. */
const longestBefore = 2_000;
/** Messages of a run among which it says who runs it. */
const headLines = 20;
/** Switches of Setup that say what it does, where `/mode` does not. Source: Microsoft Learn, unattended mode in Exchange Setup. */
const otherModes =
  /^(?:prepare\w{1,30}|p[sd]?|pad|(?:add|remove)umlanguagepack|(?:new|remove)provisionedserver|[nr]prs)$/i;
/** Of each kind: a run that repeats itself for hours must not fill the memory. */
const most = { rules: 300, errors: 400, warnings: 20 } as const;

/** What has been read of a run so far. */
interface Run {
  /** The line that began it; null for a piece of a run. */
  start: string | null;
  began: string | null;
  version: string | null;
  user: string | null;
  mode: string | null;
  succeeded: boolean | null;
  ended: boolean;
  readonly rules: Map<string, FailedRule>;
  /** Texts that Setup only recommends to look at. */
  readonly recommended: Set<string>;
  /** A rule's text whose name follows in a web address, or never. */
  required: string | null;
  readonly unnamed: Set<string>;
  readonly errors: Map<string, SetupError>;
  /** Errors since the last message that is none. */
  block: SetupError[];
  deciding: SetupError[];
  work: string | null;
  /** Messages since the last error. */
  since: number;
  readonly warnings: string[];
  readonly before: string[];
  readonly lastLines: string[];
}

function newRun(start: Entry | null): Run {
  return {
    start: start === null ? null : visibleLine(start.text),
    began: start === null || start.stamp === "" ? null : start.stamp,
    version: null,
    user: null,
    mode: null,
    succeeded: null,
    ended: false,
    rules: new Map(),
    recommended: new Set(),
    required: null,
    unnamed: new Set(),
    errors: new Map(),
    block: [],
    deciding: [],
    work: null,
    since: 0,
    warnings: [],
    before: [],
    lastLines: start === null ? [] : [visibleLine(start.text)],
  };
}

/** The report of a run that has said nothing. */
export const nothingSaid: SetupReport = reportOf(newRun(null), 0);

/** A run before the last one of a log. */
export interface EarlierRun {
  readonly report: SetupReport;
  /** Which of the runs in the log it is, the first one 1; 0 for the piece before the first. */
  readonly number: number;
}

/** Takes lines, and reports the last run among them. */
export class RunReader {
  readonly #mender = new LineMender();
  readonly #entries = new EntryMaker();
  #run = newRun(null);
  #runs = 0;
  #earlier: EarlierRun | null = null;
  #said = false;
  #isOfSetup = false;
  /** The messages before this one: a run in another language begins between two lines of stars. */
  #previous: Entry | null = null;
  #isFramed = false;
  #begunBy: Entry | null = null;

  /** Takes the next line, without its end. */
  take(line: string): void {
    for (const each of this.#mender.mend(line)) {
      const entry = this.#entries.take(each);
      if (entry !== null) this.#takeEntry(entry);
    }
  }

  /** Takes a line that is a message by itself, as all that Setup prints. */
  takeMessage(line: string): void {
    this.#takeEntry({ stamp: "", text: line });
  }

  /** What the last run says; null where the lines say nothing. */
  end(): SetupReport | null {
    const last = this.#entries.end();
    if (last !== null) this.#takeEntry(last);
    return this.#said ? { ...reportOf(this.#run, this.#runs), isOfSetup: this.#isOfSetup } : null;
  }

  /**
   * The run before the last one: the newest that says how it ended, or what went wrong; where none does, the one just before.
   * Null where there is none.
   */
  get earlier(): EarlierRun | null {
    return this.#earlier;
  }

  #takeEntry(entry: Entry): void {
    const text = straight(entry.text).trim();
    if (text !== "") this.#said = true;
    this.#isOfSetup ||= isOfSetup(entry.stamp, text);
    const previous = this.#previous;
    if (isStart(text)) this.#begin(entry);
    else if (!isFrame(text)) takeMessage(this.#run, text);
    else if (this.#isFramed && previous !== null && previous !== this.#begunBy) this.#begin(previous);
    this.#isFramed = previous !== null && isFrame(previous.text.trim()) && mayBegin(text);
    this.#previous = entry;
  }

  #begin(entry: Entry): void {
    // In another language only the stars behind it show that the line begins a run: it was taken for the last one of the run before.
    if (entry === this.#previous) this.#run.lastLines.pop();
    const report = reportOf(this.#run, this.#runs);
    const isRun = this.#runs > 0 || saysMuch(report);
    if (isRun && (saysMuch(report) || this.#earlier === null || !saysMuch(this.#earlier.report)))
      this.#earlier = { report, number: this.#runs };
    this.#run = newRun(entry);
    this.#begunBy = entry;
    this.#runs++;
  }
}

/** True of a run that says how it ended, or what went wrong. */
function saysMuch({ succeeded, ended, work, failedRules, errors }: SetupReport): boolean {
  return succeeded !== null || ended || work !== null || failedRules.length > 0 || errors.length > 0;
}

/** The last line of a log that says something, without its stamp, for progress; null where there is none. */
export function lastLineOf(text: string): string | null {
  const said = text.split("\n").flatMap((line) => saidIn(line) ?? []);
  const last = said.findLast((line) => line !== "" && !isOrnament(line));
  return last === undefined ? null : cutLine(last, 120);
}

/** Reads the last run in a log, or in a part of one: every run appends to it. @returns null when it says nothing */
export function parseSetupLog(text: string): SetupReport | null {
  const reader = new RunReader();
  for (const line of text.split("\n")) reader.take(line);
  return reader.end();
}

function takeMessage(run: Run, text: string): void {
  const line = visibleLine(text);
  if (line === "" || isOrnament(line)) return;
  push(run.lastLines, cut(line, 200), lastLineCount);
  readFacts(run, line);
  // The wizard checks again when it is told to: only the last check counts.
  if (/^Beginning processing test-SetupPrerequisites$/i.test(line)) {
    run.rules.clear();
    run.unnamed.clear();
  }
  if (readRule(run, line)) return;
  if (says(line, setupSentences.success)) run.succeeded = true;
  if (says(line, setupSentences.failure)) run.succeeded = false;
  const reference = referenceIn(line);
  if (reference !== null) {
    run.work = reference;
    run.deciding = run.block;
    // The wizard lets a run be repeated, and then says nothing of its end.
    run.succeeded &&= null;
    return;
  }
  // A piece may begin inside of a script.
  const isFirst = run.start === null && run.lastLines.length === 1;
  const error = errorIn(text) ?? (isFirst ? behindScript(line) : null);
  if (error !== null) addError(run, error);
  else {
    run.since++;
    if (line.startsWith(logMarks.warning))
      push(run.warnings, line.slice(logMarks.warning.length).trim(), most.warnings);
    else run.block = [];
    push(run.before, cut(line, longestBefore), beforeCount);
  }
}

/** What a run says of itself in its first lines. */
function readFacts(run: Run, line: string): void {
  const result = logMarks.result.exec(line)?.[1];
  if (line === logMarks.end || result !== undefined) run.ended = true;
  // The wizard ends with 0 whatever has become of it.
  if (result !== undefined && result !== "0") run.succeeded = false;
  // In whatever language: a few words, and a build of Exchange.
  run.version ??=
    /^[^:=[\]]{3,60}[:\uff1a] ?((?:8|14|15)\.\d{1,2}\.\d{1,6}(?:\.\d{1,6})?)\b/.exec(line)?.[1] ?? null;
  run.user ??= /^Logged on user: (.{1,100}?)\.?$/.exec(line)?.[1] ?? null;
  // In another language only its place and the form of the name show it.
  if (run.version !== null && run.errors.size === 0 && run.since < headLines)
    run.user ??=
      /^[^:=[\]'"\uff1a]{3,60}[:\uff1a] ?([^\s\\:\uff1a]{1,64}\\[^\\]{1,64}?)[.\u3002]?$/.exec(line)?.[1] ??
      null;
  const parameter = /^[^'=]{1,80}= ?'([^']{1,60})'[^'=]{1,40}= ?'([^']{0,200})'/.exec(line);
  if (parameter === null || run.mode !== null) return;
  const [, name = "", value = ""] = parameter;
  if (/^m(ode)?$/i.test(name)) run.mode = value;
  else if (otherModes.test(name)) run.mode = value === "" ? name : `${name}:${value}`;
}

/** @returns true where the line says of a rule that it failed */
function readRule(run: Run, line: string): boolean {
  const begin = line.indexOf(logMarks.failedRule);
  if (begin >= 0) {
    const rest = line.slice(begin + logMarks.failedRule.length);
    const name = rest.slice(0, Math.max(0, rest.indexOf("]"))).trim();
    const at = rest.indexOf("[Message:");
    const message =
      at < 0
        ? ""
        : rest
            .slice(at + "[Message:".length)
            .replace(/\]$/, "")
            .trim();
    if (name !== "" && !run.rules.has(name) && run.rules.size < most.rules)
      run.rules.set(name, { name, message });
    return true;
  }
  const named = /setupreadiness[.-]([a-z0-9]{3,80})/i.exec(line)?.[1];
  if (named !== undefined) {
    const message = run.required;
    run.required = null;
    const isNew = ![...run.rules.values()].some(
      (rule) => rule.name.toLowerCase() === named.toLowerCase() || rule.message === message,
    );
    if (message !== null) run.unnamed.delete(message);
    if (isNew && message !== null) run.rules.set(named, { name: named, message });
    return true;
  }
  const advised = logMarks.recommended.exec(line)?.[0];
  if (advised !== undefined) run.recommended.add(line.slice(advised.length).trim());
  if (!line.startsWith(logMarks.required)) return false;
  const message = line.slice(logMarks.required.length).trim();
  run.required = message;
  if (message !== "" && run.unnamed.size < most.rules) run.unnamed.add(message);
  return true;
}

/** The name of the work that failed, for which the errors before are the reason. */
function referenceIn(line: string): string | null {
  if (!line.startsWith(logMarks.reference)) return null;
  return /Id=(\S{1,200})/.exec(line)?.[1] ?? "";
}

/** The text of an error; null for another message. */
function errorIn(text: string): string | null {
  const at = text.indexOf(logMarks.error);
  if (at >= 0) return text.slice(at + logMarks.error.length);
  const crash = text.indexOf(logMarks.crash);
  if (crash >= 0 && crash < longestCrash) return text.slice(crash + logMarks.crash.length);
  const record = /^\d{1,3}\.\s{1,3}ErrorRecord: /.exec(text);
  if (record !== null) return text.slice(record[0].length);
  // Copied without marks, in whatever language.
  const isTask =
    text.includes(logMarks.script.begin) && /Exception: |" was run: /.test(text) && !/^Executing/.test(text);
  return isTask ? text : null;
}

function addError(run: Run, text: string): void {
  run.since = 0;
  const parts = partsOf(text);
  const key = parts.message === "" ? parts.stack : parts.message;
  if (key === "") return;
  const known = run.errors.get(key);
  const error = {
    message: parts.message,
    // What Setup says twice it says once with the script and the stack.
    stack: longer(known?.stack, parts.stack),
    script: longer(known?.script, parts.script),
    before: known?.before ?? [...run.before],
  };
  if (known !== undefined || run.errors.size < most.errors) run.errors.set(key, error);
  run.block = [...run.block.filter((each) => each.message !== error.message), error].slice(-most.warnings);
}

function longer(known: string | undefined, found: string): string {
  return known !== undefined && known.length >= found.length ? known : found;
}

function reportOf(run: Run, runs: number): SetupReport {
  const told = new Set([...run.rules.values()].map(({ message }) => message));
  const unnamed = [...run.unnamed].filter((message) => !told.has(message));
  const isCutOff = !run.ended && run.succeeded === null && run.work === null && run.since > survived;
  const errors = isCutOff ? [] : [...run.errors.values()].filter(({ message }) => !told.has(message));
  const failed = [...run.rules.values(), ...unnamed.map((message) => ({ name: "", message }))];
  const refusing = failed.filter((rule) => !isWarning(rule, run.recommended));
  const deciding = run.deciding.map((error) => run.errors.get(error.message) ?? error);
  // A warning stops nothing, where something else does.
  const failedRules = refusing.length > 0 || errors.length > 0 ? refusing : failed;
  return {
    isOfSetup: false,
    runs,
    product: run.start === null ? null : productOf(run.start),
    version: run.version,
    user: run.user,
    mode: run.mode,
    began: run.began,
    succeeded: run.succeeded,
    ended: run.ended,
    failedRules,
    errors,
    deciding: deciding.length > 0 ? deciding : errors,
    work: run.work,
    warnings: run.warnings,
    phases: [],
    lastLines: run.lastLines,
  };
}

/** A rule that warns, by its name or by what Setup writes of it. */
function isWarning({ name, message }: FailedRule, recommended: ReadonlySet<string>): boolean {
  return warningRules.has(name.toLowerCase()) || /Warning$/i.test(name) || recommended.has(message);
}

/** The product in the line that begins a run, in whatever language. */
function productOf(start: string): string | null {
  return /Microsoft Exchange (?:Server )?(?:\d{4}|Subscription Edition)/.exec(start)?.[0] ?? null;
}

/** A run starts with this; services of Exchange are started in the same words. */
function isStart(text: string): boolean {
  const [first = ""] = text.split("\n", 1);
  return first.startsWith(logMarks.start) && first.length < longestStart && /\bSetup\b/.test(first);
}

/** A line that begins a run where it stands between two of stars. */
function mayBegin(text: string): boolean {
  return text !== "" && text !== logMarks.end && !isFrame(text) && !text.includes("\n");
}

/** A date and a time, as some culture of Windows writes them. */
const dated = /\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4}\.? \d{1,2}[:.]\d\d[:.]\d\d/;

/** What only Setup writes; a word like ERROR in brackets is no sign of it. */
function isOfSetup(stamp: string, text: string): boolean {
  return (
    dated.test(stamp) ||
    isStart(text) ||
    [logMarks.failedRule, logMarks.reference, logMarks.script.begin].some((mark) => text.includes(mark)) ||
    [setupSentences.success, setupSentences.failure].some((all) => says(text, all))
  );
}

/** The lines of stars around the first words of a run. */
function isFrame(text: string): boolean {
  return /^\*{40,100}$/.test(text);
}

function isOrnament(line: string): boolean {
  return /^[*\s`]+$/.test(line);
}

function push(list: string[], text: string, size: number): void {
  list.push(text);
  if (list.length > size) list.shift();
}

/** Sentences are compared without case: the spelling of "Setup" differs between releases. */
export function says(line: string, sentences: readonly string[]): boolean {
  const text = line.toLowerCase();
  return sentences.some((sentence) => text.includes(sentence.toLowerCase()));
}
