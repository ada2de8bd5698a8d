/** Texts for people: shortening them, removing unprintable characters, and joining them. Pure. */

import type { Code } from "./cause";

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Splits a text into what people see as one character each: a letter with its accents, a flag, a family. */
export function charactersOf(text: string): readonly string[] {
  return [...characters.segment(text)].map(({ segment }) => segment);
}

/**
 * The text, if it has at most `most` UTF-16 code units; else as many whole characters as fit, and an ellipsis. Nothing
 * else in this package shortens a text for people: half a character is no valid text, and gRPC refuses it.
 */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, lastBoundary(text, Math.max(0, most)))}…`;
}

/** {@link oneLine} of the text, {@link cut}. */
export function cutLine(text: string, most: number): string {
  return cut(oneLine(text), most);
}

/** Where the character at this position begins. If it spans the whole text, the start of the code point at its end. */
function lastBoundary(text: string, at: number): number {
  // The text behind that code point does not change where its character begins.
  const begin = characters.segment(text.slice(0, at + 2)).containing(at)?.index ?? 0;
  if (begin > 0) return begin;
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}

/**
 * Control characters, separators of lines and paragraphs that only some programs break at, and characters that turn the
 * direction of writing. Ordinary line breaks and tabs are not included.
 */
const invisible = /(?![\n\t])[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Replaces by U+FFFD what would not be visible, or would move the cursor of a terminal; also half a surrogate pair,
 * which is no valid text. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(invisible, "\uFFFD").toWellFormed();
}

/** The text on one line, without space around it. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** {@link visible} text, on one line. */
export function visibleLine(text: string): string {
  return oneLine(visible(text));
}

/** The message of anything thrown, unchanged. */
export function thrownText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text of anything thrown, on one line. */
export function reasonOf(error: unknown): string {
  // If a name has several addresses, the error has all of their errors and no message of its own.
  if (error instanceof AggregateError && error.message === "" && error.errors.length > 0)
    return reasonOf(error.errors[0]);
  return oneLine(thrownText(error));
}

/** `1 step`, `2 steps`. @param plural where it is not the noun with an s */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** The first names of several: `a, b and 3 more`; if there are no others, as {@link listed}. */
export function listedOf(names: readonly string[], count: number): string {
  return count > names.length ? `${names.join(", ")} and ${count - names.length} more` : listed(names);
}

/** Lists at most `most` names: `a, b and 3 more`. */
export function listedUpTo(most: number, names: readonly string[]): string {
  return listedOf(names.slice(0, most), names.length);
}

/** A text in lines of whole words, those after the first indented. A word that is longer than a line stays whole. */
export function inLines(text: string, columns: number, indent = ""): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines.push(`${lines.pop()} ${word}`);
    else lines.push(lines.length === 0 ? word : `${indent}${word}`);
  }
  return lines;
}

/** Columns of a label and what stands before it, as {@link renderLines} writes them. */
const labelWidth = 10;

/** What a line begins with that others are to go on behind: a label with a colon, or a first column. */
const hanging = /^ *(?:[A-Z.][\w. ]{0,20}: +|\S.{0,20}? {2,})/;

/**
 * A text for a terminal of so many columns: longer lines go on in lines of whole words, below the text behind a label or a first column,
 * else indented. Commands (`  $ …`) stay whole, for people copy them.
 */
export function fitted(text: string, columns: number): string {
  // A list of names is broken for 100 columns already.
  const whole = text.replace(/^ {2}On: +.*(?:(?<=,)\n {10}\S.*)+/gm, (names) =>
    names.replace(/\n {10}/g, " "),
  );
  const lines = whole.split("\n").flatMap((line) => {
    if (line.length <= columns || line.startsWith("  $ ")) return [line];
    const start = hanging.exec(line)?.[0].length ?? indentOf(line);
    // In a narrow terminal a deep indent would leave no room for words.
    return inLines(line, columns, " ".repeat(Math.min(start, Math.floor(columns / 2))));
  });
  return lines.join("\n");
}

/** Where a line goes on that has no label: below itself, if it goes on behind one already, else further in. */
function indentOf(line: string): number {
  const start = line.search(/\S/);
  return start === labelWidth ? start : start + 2;
}

/** A duration in milliseconds, for messages: `15 min`, or `30 s` of less than a minute. */
export function durationText(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} min`;
}

/** The message about a name that is not an argument. @param names the valid names at its place */
export function strayText(key: string, names: readonly string[]): string {
  const near = nearest(key, names);
  return near === undefined ? "is no argument here" : `is no argument here; did you mean \`${near}\`?`;
}

/** The valid name that a misspelled one most likely means; undefined if none is similar. */
function nearest(key: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, edits: editsBetween(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(Math.min(key.length, name.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  return best?.name;
}

/** The number of letters to insert, delete, replace or swap with the next one that turns one text into the other. */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : same;
      row.push(Math.min(same, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}

/** One part of a {@link Problem}; several texts are printed one below the other. */
type Part = string | readonly string[];

/** An obstacle, for the person who has to act. Each part is a sentence or a phrase without a final full stop. */
export interface Problem {
  /** What is wrong; the first line contains nothing else. */
  readonly summary: string;
  /** The affected computers, if they are several. */
  readonly on?: readonly string[] | undefined;
  readonly found?: Part | undefined;
  readonly needed?: Part | undefined;
  readonly where: Part;
  readonly fix: Part;
  /** The rule, and its source. */
  readonly rule?: Part | undefined;
  /** The code that people search for; null if the first line contains the ids of rules, or the code of a cause. */
  readonly code: Code | null;
}

/** The text of a problem, without the absent parts. */
export function renderProblem({ summary, on, found, needed, where, fix, rule, code }: Problem): string {
  return renderLines(summary, [
    ["On", on === undefined ? undefined : namesInLines(on)],
    ["Found", found],
    ["Needed", needed],
    ["Where", where],
    ["Fix", fix],
    ["Rule", rule],
    ["Code", code ?? undefined],
  ]);
}

/**
 * The message with its code: on a line of its own, or at the end of a single line. A message with a code or a rule
 * stays unchanged.
 */
export function withCode(text: string, code: Code): string {
  if (/^(warning: )?XU-[A-Z]|\[XU-[A-Z-]+\]$|^ {2}(Rule|Code): /m.test(text)) return text;
  return text.includes("\n") ? `${text}\n  Code:   ${code}` : `${text} [${code}]`;
}

/** The code that a message has, else the number of its rule; null where it has neither. */
export function codeIn(text: string): string | null {
  const code = /^ {2}Code: +(XU-[A-Z-]+)$|^(?:warning: )?(XU-[A-Z-]+) |\[(XU-[A-Z-]+)\]$/m.exec(text);
  const rule = /^([A-Z]\d+)(?:, [A-Z]\d+)* \(|^ {2}Rule: +([A-Z]\d+),/m.exec(text);
  return code?.slice(1).find((each) => each !== undefined) ?? rule?.[1] ?? rule?.[2] ?? null;
}

/** A first line, and below it the parts by name, without the absent ones. */
export function renderLines(
  summary: string,
  parts: readonly (readonly [name: string, part: Part | undefined])[],
): string {
  const lines = parts.flatMap(([name, part]) =>
    part === undefined || part.length === 0
      ? []
      : [`  ${`${name}:`.padEnd(8)}${[part].flat().join("\n          ")}`],
  );
  return [summary, ...lines].join("\n");
}

/** Columns of a line of names: with its label it fits into a terminal of 100 columns. */
const columnsOfNames = 88;

/** Names with commas, in as many lines as they need. */
function namesInLines(names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 3 <= columnsOfNames)
      lines.push(`${lines.pop()}, ${name}`);
    else lines.push(name);
  }
  return lines.map((line, at) => (at < lines.length - 1 ? `${line},` : line));
}
