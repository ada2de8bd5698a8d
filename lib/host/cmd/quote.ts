/**
 * The one place where text becomes part of a command line for cmd.exe.
 *
 * cmd.exe first expands %…%, then honours quotes and ^, then runs; the program it starts splits its command line
 * by the rules of the C runtime. Two places take our text: the command that SSH hands to `cmd.exe /c`, where a
 * percent sign cannot be escaped at all, and a batch file, where it is doubled.
 */
import { cut, visible } from "../../text";

/** Where the quoted text is used. */
export type QuoteFor = "exec" | "batch";

/** Characters at which cmd.exe would split or interpret an unquoted text. */
const metacharacters = /[()%!^"<>&|]/g;

/**
 * Quotes one argument of a program, so that cmd.exe and then the C runtime give the program exactly `value`.
 * @throws Error naming the character that cannot be carried, and what to do.
 */
export function quoteArgument(value: string, where: QuoteFor = "exec"): string {
  refuseUncarriable(value, where, "the argument");
  const forProgram = quoteForRuntime(value);
  if (!value.includes('"')) return where === "batch" ? forProgram.replaceAll("%", "%%") : forProgram;
  // A quote inside would switch cmd's own quoting off and on again. So cmd's quoting is not used: a caret escapes every
  // character that is special to cmd, quotes included.
  const escaped = forProgram.replace(metacharacters, (c) => (c === "%" ? c : `^${c}`));
  return where === "batch" ? escaped.replaceAll("%", "%%") : escaped;
}

/**
 * Quotes a file, folder or registry path for cmd's own commands and for programs.
 * @throws Error naming the character that cannot be carried, and what to do.
 */
export function quotePath(path: string, where: QuoteFor = "exec"): string {
  refuseUncarriable(path, where, "the path");
  const forbidden = /["<>|?*]/.exec(path)?.[0];
  if (forbidden !== undefined)
    throw new Error(`the path ${show(path)} contains ${forbidden}, which Windows paths cannot have.`);
  if (path === "") throw new Error("the path is empty.");
  // A backslash before the closing quote would make the C runtime read on behind it.
  if (path.endsWith("\\"))
    throw new Error(`the path ${show(path)} ends with a backslash: write it without, or with a file name.`);
  return `"${where === "batch" ? path.replaceAll("%", "%%") : path}"`;
}

/** The C runtime's rule: backslashes count only before a quote, where each is doubled. */
function quoteForRuntime(value: string): string {
  const inside = value.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1");
  return `"${inside}"`;
}

function refuseUncarriable(value: string, where: QuoteFor, what: string): void {
  const control = [...value].find((c) => c < " " || c === "\x7f");
  if (control !== undefined)
    throw new Error(`${what} ${show(value)} contains ${nameOf(control)}, which no command line can carry.`);
  const foreign = /[^\x20-\x7e]/.exec(value)?.[0];
  if (foreign !== undefined) {
    throw new Error(
      `${what} ${show(value)} contains ${show(foreign)}, which depends on the code page of the computer. ` +
        `Use a name of ASCII characters.`,
    );
  }
  if (where !== "exec") return;
  const expanded = /[%!]/.exec(value)?.[0];
  if (expanded !== undefined) {
    throw new Error(
      `${what} ${show(value)} contains ${expanded}, which cmd.exe may expand and which cannot be escaped on ` +
        `a command line. Use a name without it.`,
    );
  }
}

function nameOf(control: string): string {
  const names: { readonly [c: string]: string } = {
    "\r": "a carriage return",
    "\n": "a line feed",
    "\0": "a NUL",
  };
  return names[control] ?? "a control character";
}

/** The value for a message: quoted, with control characters visible, cut at 100 characters. */
function show(value: string): string {
  return visible(JSON.stringify(cut(value, 100)));
}
