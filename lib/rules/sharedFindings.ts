/**
 * Merges findings that have one cause: one unreadable fact leaves many rules of many computers open, but one correction
 * removes it.
 */
import { type Cause, notTried } from "../cause";
import { counted, listedUpTo, renderProblem } from "../text";
import { type Finding, renderFinding, stepNames } from "./finding";

/** Findings that one correction removes. */
export interface SharedFinding {
  readonly findings: readonly [Finding, ...Finding[]];
  /** FQDNs, each once. */
  readonly computers: readonly string[];
  readonly level: "must" | "should";
  /** The code of the cause, else the rules: `XU-LOGON`, `D4, P9`. */
  readonly id: string;
  readonly cause: Cause | undefined;
}

/**
 * Merges findings that one correction removes: those of one cause, rules of a step that could not be judged for the
 * same reason, and findings of several computers in the same words. They keep the order of their first occurrences.
 */
export function shareFindings(findings: readonly Finding[]): readonly SharedFinding[] {
  const ofSteps = groupsBy(findings, reasonOf);
  return groupsBy(ofSteps, wordsOfGroup).map((groups) => {
    const all = groups.flat() as unknown as readonly [Finding, ...Finding[]];
    const cause = causeOf(all[0]);
    return {
      findings: all,
      computers: [...new Set(all.map(({ computer }) => computer))],
      level: all.some(({ level }) => level === "must") ? "must" : "should",
      id: cause?.code ?? rulesOf(all).join(", "),
      cause,
    };
  });
}

/** The texts of many findings, one for each correction. */
export function renderFindings(findings: readonly Finding[]): readonly string[] {
  return shareFindings(findings).map(renderShared);
}

/** The text of what findings have in common; for a single finding, its own text. */
export function renderShared({ findings, computers, level, id, cause }: SharedFinding): string {
  const [first, ...others] = findings;
  if (cause !== undefined)
    return causeText({
      causes: findings.flatMap((f) => causeOf(f) ?? []),
      computers,
      level,
      rules: rulesOf(findings),
    });
  if (others.length === 0) return renderFinding(first);
  const steps = new Set(findings.map(({ step }) => step));
  const step = steps.size === 1 ? `${stepNames[first.step]} ` : "";
  const what =
    first.verdict.verdict === "fails" ? first.verdict.problem : `not verified: ${first.verdict.why}`;
  const ofAll = (text: string, computer: string) => (computers.length > 1 ? ofEach(text, computer) : text);
  const each = (text: (f: Finding) => string) => [
    ...new Set(findings.map((f) => ofAll(text(f), f.computer))),
  ];
  const { found } = first.verdict;
  return renderProblem({
    summary: `${id} (${level}), ${step}on ${placesText(computers)}: ${ofAll(what, first.computer)}`,
    on: computers.length > 1 ? computers : undefined,
    found: found === undefined ? undefined : ofAll(found, first.computer),
    needed: rulesOf(findings).length === 1 ? each((f) => f.verdict.needed) : undefined,
    where: each((f) => f.verdict.where),
    fix: each((f) => f.verdict.fix),
    rule:
      rulesOf(findings).length === 1
        ? each(({ rule, title, source }) => `${rule}, ${title} (${source})`)
        : notJudgedText(rulesOf(findings)),
    code: null,
  });
}

/**
 * A text about one computer as it is said of several in a list: their names after "on" and "of" become "each of them", and the
 * computer's own arguments `servers[…]`. A key in the program counts as the computer's if it is its name.
 */
export function ofEach(text: string, computer: string): string {
  const names = [computer, computer.split(".")[0] ?? computer].map((name) =>
    name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
  );
  const [fqdn, host] = names;
  return text
    .replace(new RegExp(`\\b(on|of) ${fqdn}(?![\\w-]|\\.\\w)`, "gi"), "$1 each of them")
    .replace(new RegExp(`\\bservers(?:\\["(?:${names.join("|")})"\\]|\\.${host}\\b)`, "gi"), "servers[…]");
}

/** A cause, with the rules and computers that it keeps from being judged. */
export interface CauseSeen {
  /** Causes with the same code, problem and fix. */
  readonly causes: readonly Cause[];
  /** FQDNs. */
  readonly computers: readonly string[];
  readonly level: "must" | "should";
  /** Empty if the step is refused before any rule is judged. */
  readonly rules: readonly string[];
}

/** Highest number of things of one kind in a list on which nobody has to act one by one. */
const most = 3;

/**
 * The text of a cause. It tells the problem and the correction once, whatever number of rules it keeps from being
 * judged.
 */
export function causeText({ causes, computers, level, rules }: CauseSeen): string {
  const [cause] = causes;
  if (cause === undefined) return "";
  const { code, problem, needed, fix } = cause;
  const found = foundOf(causes, computers);
  const places = placesOf(causes, computers);
  // Each key has to be compared; of other things, a few examples are enough.
  const shown = code.startsWith("XU-HOST-KEY") ? found : found.slice(0, most);
  const more = found.length - shown.length;
  return renderProblem({
    summary: `${code} (${level}), ${placesText(computers)}: ${rules.length === 0 ? "" : "not verified: "}${problem}`,
    on: computers.length > 1 ? computers : undefined,
    found: shown.length === 0 ? undefined : [...shown, ...(more > 0 ? [`and ${more} more like it`] : [])],
    needed,
    // The computers are listed; one of them is example enough.
    where: `in the program: ${listedUpTo(computers.length > 1 ? placesOf([cause], computers).length : most, places)}`,
    fix,
    rule: rules.length === 0 ? undefined : notJudgedText(rules),
    code: null,
  });
}

/**
 * The arguments of causes, each once: several of one holder together, as `connection` (`user`, `password`); and those that each of the
 * listed computers has as one place.
 */
function placesOf(causes: readonly Cause[], computers: readonly string[]): readonly string[] {
  const own = (path: string) =>
    computers.length > 1 ? computers.reduce((text, computer) => ofEach(text, computer), path) : path;
  const holders = new Map<string, Set<string>>();
  for (const path of causes.flatMap((each) => each.arguments).map(own)) {
    const [, holder = "", name = path] = /^(.*)\.(\w+)$/.exec(path) ?? [];
    holders.set(holder, (holders.get(holder) ?? new Set()).add(name));
  }
  return [...holders].map(([holder, names]) => {
    const [name = "", ...others] = names;
    if (others.length > 0 && holder !== "") return `\`${holder}\` (${[...names].join(", ")})`;
    return [name, ...others].map((each) => `\`${holder === "" ? each : `${holder}.${each}`}\``).join(", ");
  });
}

/** What was found, each once. What was not tried is no news beside what was; a single computer is named in the first line. */
function foundOf(causes: readonly Cause[], computers: readonly string[]): readonly string[] {
  const found = [...new Set(causes.flatMap((each) => each.found ?? []))];
  const tried = found.filter((text) => !text.startsWith(notTried));
  const [name] = computers;
  return (tried.length === 0 ? found : tried).map((text) =>
    computers.length === 1 && text.startsWith(`${name}: `) ? text.slice(`${name}: `.length) : text,
  );
}

/** A key that causes share if one correction removes them. */
export function causeKey({ code, problem, fix }: Cause): string {
  return JSON.stringify([code, problem, fix]);
}

/** One short line with the rules that could not be judged: in order, three and more in a row as a span. */
export function notJudgedText(rules: readonly string[]): string {
  const ids = rules.map((rule) => ({ letter: rule.slice(0, 1), number: Number(rule.slice(1)) }));
  ids.sort((a, b) => (a.letter === b.letter ? a.number - b.number : a.letter < b.letter ? -1 : 1));
  const rows: { readonly letter: string; readonly numbers: number[] }[] = [];
  for (const { letter, number } of ids) {
    const last = rows.at(-1);
    if (last?.letter === letter && last.numbers.at(-1) === number - 1) last.numbers.push(number);
    else rows.push({ letter, numbers: [number] });
  }
  const texts = rows.flatMap(({ letter, numbers }) => {
    const [first, ...others] = numbers.map((number) => `${letter}${number}`);
    return others.length < 2 ? [first, ...others] : [`${first}-${others.at(-1)}`];
  });
  return `waiting: ${texts.join(", ")}`;
}

/** The name of one computer, or the number of several. */
export function placesText(computers: readonly string[]): string {
  return computers.length === 1 ? (computers[0] ?? "") : counted(computers.length, "computer");
}

function causeOf({ verdict }: Finding): Cause | undefined {
  return verdict.verdict === "unknown" ? verdict.cause : undefined;
}

function rulesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ rule }) => rule))];
}

/** A key that findings of one step share if they could not be judged for one reason. A broken rule stays alone. */
function reasonOf(finding: Finding): unknown {
  const { step, computer, level, verdict } = finding;
  if (verdict.verdict === "fails") return finding;
  const { cause } = verdict;
  return cause === undefined ? JSON.stringify([step, computer, level, verdict.why]) : causeKey(cause);
}

/** A key that groups of several computers share if their words are the same. */
function wordsOfGroup(group: readonly Finding[]): unknown {
  const [first] = group;
  const cause = first === undefined ? undefined : causeOf(first);
  if (cause !== undefined) return causeKey(cause);
  return JSON.stringify(
    group.map(({ rule, level, step, computer, verdict }) => [
      rule,
      level,
      step,
      Object.entries(verdict).map(([key, value]) => [
        key,
        typeof value === "string" ? ofEach(value, computer) : value,
      ]),
    ]),
  );
}

/** Groups values by a key, in the order in which the keys first occur. */
function groupsBy<T>(values: readonly T[], key: (value: T) => unknown): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<unknown, [T, ...T[]]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return [...groups.values()];
}
