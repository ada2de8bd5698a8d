/**
 * Lays out expressions of a generated program as this project's formatter would, so that it has nothing left to change.
 */
import { columns, comment, lineWidth, literal, propertyName } from "./literal";

/** An expression. */
export type Code =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Code[] }
  | { readonly kind: "list"; readonly items: readonly Code[] }
  | { readonly kind: "object"; readonly entries: readonly Entry[]; readonly inline: boolean };

/** A property, with the comments above it; a null value prints only the comments. */
export interface Entry {
  readonly name: string;
  readonly value: Code | null;
  readonly comments: readonly string[];
}

/** Makes the code for a value that a person has to fill in. */
export type Placeholder = (what: string) => Code;

/** Code that needs no layout: a name, a number. */
export function plain(text: string): Code {
  return { kind: "plain", text };
}

export function string(text: string): Code {
  return { kind: "string", text };
}

export function call(name: string, ...args: readonly Code[]): Code {
  return { kind: "call", name, args };
}

export function list(items: readonly Code[]): Code {
  return { kind: "list", items };
}

/** An object with each property on a line of its own. */
export function object(entries: readonly Entry[]): Code {
  return { kind: "object", entries, inline: false };
}

/** An object on one line if it fits. */
export function inlineObject(entries: readonly Entry[]): Code {
  return { kind: "object", entries, inline: true };
}

export function entry(name: string, value: Code | null, ...comments: readonly string[]): Entry {
  return { name, value, comments };
}

/**
 * The expression after `before`, which begins its line; `after` follows on the last line. Continuation lines are
 * indented by `indent`.
 */
export function layOut(before: string, code: Code, after: string, indent: number): string {
  const margin = " ".repeat(indent);
  const flat = flatCode(code);
  const fits = flat !== null && indent + columns(before) + columns(flat) + columns(after) <= lineWidth;
  if (fits) return `${margin}${before}${flat}${after}`;
  switch (code.kind) {
    case "plain":
      return `${margin}${before}${code.text}${after}`;
    case "string":
      return breaksBefore(before)
        ? `${margin}${before.trimEnd()}\n${margin}  ${literal(code.text)}${after}`
        : `${margin}${before}${literal(code.text)}${after}`;
    case "call":
      return [
        `${margin}${before}${code.name}(`,
        ...code.args.map((arg) => layOut("", arg, ",", indent + 2)),
        `${margin})${after}`,
      ].join("\n");
    case "list":
      return [
        `${margin}${before}[`,
        ...code.items.map((item) => layOut("", item, ",", indent + 2)),
        `${margin}]${after}`,
      ].join("\n");
    case "object":
      if (breaksBefore(before) && indent + columns(before) + 1 > lineWidth)
        return `${margin}${before.trimEnd()}\n${layOut("", code, after, indent + 2)}`;
      return [
        `${margin}${before}{`,
        ...code.entries.map((each) => layOutEntry(each, indent + 2)),
        `${margin}}${after}`,
      ].join("\n");
  }
}

/**
 * A string moves to a line of its own after an assignment or a property's name, unless the name is as short as the
 * indentation.
 */
function breaksBefore(before: string): boolean {
  if (before.endsWith("= ")) return true;
  return before.endsWith(": ") && columns(before) - 2 >= 5;
}

function layOutEntry({ name, value, comments }: Entry, indent: number): string {
  const margin = " ".repeat(indent);
  const above = comments.flatMap((text) => comment(text, indent)).map((line) => `${margin}${line}`);
  const own = value === null ? [] : [layOut(`${propertyName(name)}: `, value, ",", indent)];
  return [...above, ...own].join("\n");
}

/** The expression on one line; null if it is always laid out on several. */
function flatCode(code: Code): string | null {
  switch (code.kind) {
    case "plain":
      return code.text;
    case "string":
      return literal(code.text);
    case "call": {
      const args = code.args.map(flatCode);
      return args.includes(null) ? null : `${code.name}(${args.join(", ")})`;
    }
    case "list": {
      const items = code.items.map(flatCode);
      return items.includes(null) ? null : `[${items.join(", ")}]`;
    }
    case "object": {
      if (code.entries.length === 0) return "{}";
      if (!code.inline) return null;
      const parts = code.entries.map(({ name, value }) =>
        value === null ? null : [propertyName(name), flatCode(value)],
      );
      if (parts.some((part) => part === null || part[1] === null)) return null;
      return `{ ${parts.map((part) => part?.join(": ")).join(", ")} }`;
    }
  }
}
