/** An error message of Setup, taken apart: what it says, the script that failed, and the stack of .NET. Pure. */
import { logMarks } from "../releases";
import { cut, visibleLine } from "../text";

/** The parts of a message, each on one line. */
export interface MessageParts {
  readonly message: string;
  readonly stack: string;
  readonly script: string;
}

/** Parts of a message that are kept of very long ones, in characters. */
const longest = { message: 4_000, stack: 8_000, script: 8_000 } as const;

/** The name of an exception of .NET, which no language changes. */
const exceptionName = /(?:[A-Za-z_][\w`+]{0,80}\.){1,12}[A-Za-z_]\w{0,80}Exception\b/.source;
/** Behind the script in other languages: a quote, some words or none, a colon, and the quote that opens the reason. */
const exceptionAfterScript = new RegExp(`[;})\\w]\\s?" ?[^"]{0,80}: ?"(?=${exceptionName})`);
const otherScriptEnd = /[;})\w] ?" ?(?:\p{L}[\p{L}' ]{0,60})?: ?"/u;
/** The type of an exception in front of its message. */
const exceptionType = /^(?:[A-Za-z_][\w`+]{0,80}\.){1,12}[A-Za-z_]\w{0,80}(?: \(0x[0-9A-Fa-f]{8}\))?: /;
/** A stack frame: `at`, in whatever language, and a method of .NET. */
const frame = /\s\S{1,8} (?:Microsoft|System|Interop|Windows|CallSite)\.[^\s(]{1,300}\(/;

/** Where in a script of PowerShell it was: `At C:\\x.ps1:12 char:3`, in whatever language, or what follows that. */
const position =
  /\s(?:\S{1,12} )?[A-Za-z]:\\[^"<>|*?]{1,260}\.ps1: ?\d{1,6}\b|\s\+ (?:CategoryInfo|FullyQualifiedErrorId)\s?:/;

/** A frame in the last line of a log that was cut off there. */
const cutFrame = /\n\s{1,10}\S{1,8} (?:Microsoft|System|Interop|Windows|CallSite)\.[^\s(]{0,300}$/;

/** The reason behind a script of which the beginning was cut off; null where there is none. @param line on one line */
export function behindScript(line: string): string | null {
  const found = exceptionAfterScript.exec(line);
  return found === null ? null : line.slice(found.index + found[0].length);
}

/** Takes a message apart. Marks of the log are no part of it. */
export function partsOf(raw: string): MessageParts {
  const text = visibleLine(straight(raw.replace(cutFrame, "")));
  const { script, rest } = withoutScript(text);
  const type = exceptionType.exec(rest)?.[0] ?? "";
  const said = rest.slice(type.length);
  const end = firstOf([
    said.indexOf(" ---> "),
    ...[frame, position].map((pattern) => pattern.exec(said)?.index ?? -1),
  ]);
  const message = end < 0 ? said : said.slice(0, end);
  const stack = `${type}${end < 0 ? "" : said.slice(end)}`;
  return {
    message: cut(closed(message), longest.message),
    stack: cut(stack, longest.stack),
    script: cut(script, longest.script),
  };
}

/** Quotes of other languages, and of programs that people write in: forums turn straight ones, and pages write them as entities. */
export function straight(text: string): string {
  return text
    .replace(/<br ?\/?>/gi, " ")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&(?:#0?39|apos);/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f\u300c\u300d]|\u00ab\s?|\s?\u00bb/g, '"')
    .replace(/[\u2018\u2019\u201a\u201b]/g, "'");
}

/** A mark, also where somebody has broken the line inside of it. */
function broken(mark: string): RegExp {
  const characters = [...mark].map((character) => character.replace(/[$.()"\s]/, "\\$&"));
  return new RegExp(characters.join(" ?"), "gi");
}

const scriptBegin = broken(logMarks.script.begin);
const scriptAfter = broken(logMarks.script.after);

function withoutScript(text: string): { readonly script: string; readonly rest: string } {
  const begin = text.search(scriptBegin);
  if (begin < 0) return { script: "", rest: text };
  const body = text.slice(begin);
  const english = [...body.matchAll(scriptAfter)].at(-1);
  if (english !== undefined)
    return {
      script: unquoted(body.slice(0, english.index)),
      rest: body.slice(english.index + english[0].length).replace(/^"/, ""),
    };
  const other = exceptionAfterScript.exec(body) ?? otherScriptEnd.exec(body);
  // A script without an end was cut off: nothing of it is a reason.
  if (other === null) return { script: body, rest: "" };
  return { script: body.slice(0, other.index + 1), rest: body.slice(other.index + other[0].length) };
}

function unquoted(script: string): string {
  return script.replace(/ ?"$/, "");
}

function firstOf(places: readonly number[]): number {
  const found = places.filter((place) => place >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** Without the quote and the full stop that close what Setup quotes, and without a full stop at the end. */
function closed(text: string): string {
  const bare = text.trim();
  const quotes = bare.split('"').length - 1;
  const open = quotes % 2 === 1 ? bare.replace(/"\.?$/, "") : bare;
  return open.replace(/(?<!\.)\.$/, "").trim();
}

/** With small letters where ASCII has capitals: no character changes its place. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
