/** Why a run of Setup failed: the known failures that its report shows, the cause before what follows from it. Pure. */
import { failedPhases } from "./console";
import type { Key, KnownFailure, Thing } from "./failures/knownFailure";
import { knownFailures } from "./failures/table";
import { asciiLower, partsOf } from "./message";
import type { FailedRule, SetupError, SetupReport } from "./report";

/** One cause. */
export interface Cause {
  /** What is known of it; null where only Setup's own words say what happened. */
  readonly failure: KnownFailure | null;
  /** What it is about: an object, a service, a file; null where nothing names it. */
  readonly thing: string | null;
  /** The texts of Setup that it is made of. */
  readonly parts: readonly string[];
  /** The rules that say so. */
  readonly rules: readonly FailedRule[];
  /** Setup's own words, without script and stack, each once; of rules, their texts. */
  readonly words: readonly string[];
}

/** Why a run failed. */
export interface Explanation {
  /** The cause that decides first; never empty. */
  readonly causes: readonly Cause[];
  /** Rules that failed because of it: they judge what could not be read. */
  readonly inItsWake: readonly FailedRule[];
  /** Rules that failed, all of them. */
  readonly failedRules: number;
}

/**
 * Explains a run by its log, and by its console where it was run from here.
 * @returns null where neither names an error or a rule
 */
export function explain(log: SetupReport | null, console: SetupReport | null): Explanation | null {
  const rules = distinctRules([...(log?.failedRules ?? []), ...(console?.failedRules ?? [])]);
  // Work that failed came after a check that was passed in the end.
  if (rules.length > 0 && (log?.work ?? null) === null) return explainRules(rules);
  const errors = decidingErrors(log, console);
  const warnings = errors.length > 0 ? [] : (log?.warnings ?? []);
  const found = failureOf(errors, warnings);
  const isNamed = (log?.errors.length ?? 0) + (console?.errors.length ?? 0) > 0;
  const words = distinct([
    // What shows the failure says most of it.
    ...(isNamed ? [found?.in ?? noError, ...errors].map(({ message }) => message) : []),
    ...phasesOf(console, isNamed),
    ...(found === null ? [] : warningsOf(found.known, warnings)),
  ]);
  if (found === null)
    return words.length === 0
      ? null
      : whole({ failure: null, thing: null, parts: [], rules: [], words: withTask(words, errors) });
  const thing = thingOf(found.known, [found.in, ...errors]);
  return whole({ failure: found.known, ...thing, rules: [], words });
}

/** Characters of an error that says too little by itself, e.g. "Access is denied". */
const tooShort = 60;

/** A short error with the name of the task that met it. */
function withTask(words: readonly string[], errors: readonly SetupError[]): readonly string[] {
  const [word = "", ...others] = words;
  const task = errors.map(taskOf).find((name) => name !== null);
  return others.length > 0 || word.length > tooShort || task === undefined
    ? words
    : [`${word.replace(/\.$/, "")} (in ${task})`];
}

const begun = /^Beginning processing ([A-Za-z]{2,20}-[A-Za-z]{2,60})/;

/** The task that was at work before an error. */
function taskOf({ before }: SetupError): string | null {
  return begun.exec(before.findLast((line) => begun.test(line)) ?? "")?.[1] ?? null;
}

function whole(cause: Cause): Explanation {
  return { causes: [cause], inItsWake: [], failedRules: 0 };
}

/** The rules in groups, each under what is known of it, in the order of the table; those of which nothing is known last. */
function explainRules(rules: readonly FailedRule[]): Explanation {
  const groups = new Map<KnownFailure, FailedRule[]>();
  const unknown: FailedRule[] = [];
  for (const rule of rules) {
    // The name decides; a text is compared for names that no release of this table has.
    const failure =
      knownFailures.find((each) => namesRule(each, rule)) ??
      knownFailures.find((each) => quotesRule(each, rule));
    if (failure === undefined) unknown.push(rule);
    else groups.set(failure, [...(groups.get(failure) ?? []), rule]);
  }
  const known = knownFailures.flatMap((failure) => {
    const group = groups.get(failure);
    return group === undefined ? [] : [{ failure, group }];
  });
  const wake = new Set(
    known.flatMap(({ failure }) => failure.inItsWake ?? []).map((name) => name.toLowerCase()),
  );
  const isCause = (rule: FailedRule) => !wake.has(rule.name.toLowerCase());
  const causes = known.flatMap(({ failure, group }): readonly Cause[] => {
    const own = group.filter(isCause);
    if (own.length === 0) return [];
    const words = failure.misleads === true ? [] : distinct(own.map(({ message }) => message));
    return [{ failure, ...thingOfRules(failure, own), rules: own, words }];
  });
  const others = unknown.map((rule) => ({
    ...noThing,
    failure: null,
    rules: [rule],
    words: distinct([rule.message]),
  }));
  return {
    causes: [...causes, ...others],
    inItsWake: rules.filter((rule) => !isCause(rule)),
    failedRules: rules.length,
  };
}

/** An alternative names the rule, and may ask for words of its text. */
function namesRule({ anyOf }: KnownFailure, { name, message }: FailedRule): boolean {
  const has = ({ in: place, text }: Key) =>
    place === "rule" ? sameText(name, text) : place === "error" && contains(message, text);
  return anyOf.some((keys) => keys.some((key) => key.in === "rule") && keys.every(has));
}

function quotesRule({ anyOf }: KnownFailure, { message }: FailedRule): boolean {
  return anyOf.some((keys) =>
    keys.every(({ in: place, text }) => place === "error" && contains(message, text)),
  );
}

/** The errors that decided: those of the log, else of the console, else what stands beneath its failed phases. */
function decidingErrors(log: SetupReport | null, console: SetupReport | null): readonly SetupError[] {
  const beneath = console === null ? [] : failedPhases(console).filter(({ said }) => said !== "");
  const found = [
    log?.deciding ?? [],
    console?.deciding ?? [],
    beneath.map(({ said }) => ({ ...partsOf(said), before: [] })),
  ];
  return found.find((errors) => errors.length > 0) ?? [];
}

/** What the console says of phases that failed; what stands beneath is the same where errors are named. */
function phasesOf(console: SetupReport | null, isNamed: boolean): readonly string[] {
  if (console === null) return [];
  return failedPhases(console).map(({ name, status, said }) => {
    const { message } = partsOf(said);
    return message === "" || isNamed ? `${name}: ${status}` : `${name}: ${status}: ${message}`;
  });
}

interface Found {
  readonly known: KnownFailure;
  /** The error that shows it; for a warning, none. */
  readonly in: SetupError;
}

const noError: SetupError = { message: "", stack: "", script: "", before: [] };

/** The first known failure that one of the errors shows, or the warnings of a run without errors. */
function failureOf(errors: readonly SetupError[], warnings: readonly string[]): Found | null {
  const shown = errors.length > 0 ? [] : warnings;
  // What the first alternative shows says most.
  for (const known of knownFailures)
    for (const keys of known.anyOf)
      for (const error of errors.length > 0 ? errors : [noError])
        if (shows(keys, error, shown)) return { known, in: error };
  return null;
}

/** True where an error, or the warnings, have all keys of an alternative. */
export function shows(keys: readonly Key[], error: SetupError, warnings: readonly string[]): boolean {
  return keys.every((key) => hasKey(key, error, warnings));
}

function hasKey({ in: place, text }: Key, error: SetupError, warnings: readonly string[]): boolean {
  switch (place) {
    case "rule":
      return false;
    case "error":
      return contains(error.message, text);
    case "stack":
      return contains(error.stack, text);
    case "script":
      return contains(error.script, text);
    case "before":
      return error.before.some((line) => contains(line, text));
    case "detail":
      return contains(error.detail ?? "", text);
    case "warning":
      return warnings.some((line) => contains(line, text));
  }
}

function warningsOf(known: KnownFailure, warnings: readonly string[]): readonly string[] {
  const keys = known.anyOf.flat().filter((key) => key.in === "warning");
  return distinct(warnings.filter((line) => keys.some(({ text }) => contains(line, text))));
}

type Named = Pick<Cause, "thing" | "parts">;

const noThing: Named = { thing: null, parts: [] };

function thingOf({ things }: KnownFailure, errors: readonly SetupError[]): Named {
  for (const thing of things ?? []) {
    const texts = errors.flatMap((error) => textsOf(thing, error));
    const named = texts.map((text) => nameIn(thing, text)).find(({ thing: found }) => found !== null);
    if (named !== undefined) return named;
  }
  return noThing;
}

function textsOf(thing: Thing, { message, before, detail }: SetupError): readonly string[] {
  if (thing.in === "detail") return detail === undefined ? [] : [detail];
  return thing.in === "error" ? [message] : thing.in === "before" ? before.toReversed() : [];
}

/** Rules of one kind may be about several things. */
function thingOfRules({ things }: KnownFailure, rules: readonly FailedRule[]): Named {
  for (const thing of (things ?? []).filter((each) => each.in === "rule")) {
    const named = rules.map(({ message }) => nameIn(thing, message)).filter((each) => each.thing !== null);
    if (named.length > 0)
      return {
        thing: distinct(named.map((each) => each.thing ?? "")).join(", "),
        parts: named.flatMap(({ parts }) => parts),
      };
  }
  return noThing;
}

function nameIn({ marks, words = "{1}" }: Thing, text: string): Named {
  const parts = partsBetween(text, marks);
  if (parts === null || parts.every((part) => part === "")) return noThing;
  const thing = words.replace(/\{(\d)\}/g, (_, number: string) => parts[Number(number) - 1] || "(none)");
  return { thing, parts };
}

/** The texts between marks, in their order; null where a mark is missing. */
function partsBetween(text: string, marks: readonly string[]): readonly string[] | null {
  const small = asciiLower(text);
  const parts: string[] = [];
  let from = 0;
  for (const [index, mark] of marks.entries()) {
    const at = mark === "" ? (index === 0 ? 0 : text.length) : small.indexOf(asciiLower(mark), from);
    if (at < 0) return null;
    if (index > 0) parts.push(text.slice(from, at).replace(/\.$/, "").trim());
    from = at + mark.length;
  }
  return parts;
}

/** A number at an end of the key is no part of a longer one: exit code 3 is not 3010. */
function contains(text: string, key: string): boolean {
  const [all, part] = [asciiLower(text), asciiLower(key)];
  const joins = (a: string | undefined, b: string | undefined) => isDigit(a) && isDigit(b);
  for (let at = all.indexOf(part); at >= 0; at = all.indexOf(part, at + 1)) {
    const end = at + part.length;
    if (!joins(all[at - 1], part[0]) && !joins(part.at(-1), all[end])) return true;
  }
  return false;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Texts that are not empty and no part of another one, in their order. Blanks do not count: who copies a log breaks its lines. */
function distinct(texts: readonly string[]): readonly string[] {
  const unique = new Map<string, string>();
  for (const text of texts) {
    const key = text.replace(/\s+/g, "");
    if (key !== "" && !unique.has(key)) unique.set(key, text);
  }
  const keys = [...unique.keys()];
  return [...unique].flatMap(([key, text]) =>
    keys.some((other) => other !== key && other.includes(key)) ? [] : [text],
  );
}

/** The log comes first: its names have their capitals. */
function distinctRules(rules: readonly FailedRule[]): readonly FailedRule[] {
  const named = new Map<string, FailedRule>();
  for (const rule of rules) {
    const key = rule.name.toLowerCase();
    if (key !== "" && !named.has(key)) named.set(key, rule);
  }
  const told = new Set([...named.values()].map(({ message }) => message));
  const unnamed = new Map(
    rules
      .filter(({ name, message }) => name === "" && !told.has(message))
      .map((rule) => [rule.message, rule]),
  );
  return [...named.values(), ...unnamed.values()];
}
