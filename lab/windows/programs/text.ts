/** Text filters of the simulated Windows: findstr, find and more. They work on bytes, as the real ones do. */
import type { CodePage } from "../codepage";
import { FileError, resolvePath } from "../files";
import { windowsVersions } from "../versions";
import { type Program, type ProgramContext, readAll } from "./program";

/** One byte, one character, so that no code page changes what passes through. */
const bytes = "latin1";

/** Lines without their ends; a last line without an end counts. */
function splitLines(content: Buffer): readonly string[] {
  const lines = content.toString(bytes).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function put(context: ProgramContext, lines: readonly string[]): void {
  context.process.check();
  context.stdout.write(Buffer.from(lines.map((line) => `${line}\r\n`).join(""), bytes));
}

/** Content of a named file, or null after telling that it cannot be opened. */
function open(context: ProgramContext, path: string, refusal: string): Buffer | null {
  try {
    return context.computer.files.read(resolvePath(context.folder, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    context.printError(`${refusal}\n`);
    return null;
  }
}

interface Search {
  /** Whether a line matches; `$` and what stands for it finds the end only where the line has one. */
  readonly matches: (line: string, ended: boolean) => boolean;
  readonly inverted: boolean;
  readonly numbered: boolean;
  readonly files: readonly string[];
}

/**
 * findstr's expressions: `.`, `*`, `^`, `$`, classes and `\x`; everything else is literal. Vista's findstr reads the
 * escapes of an expression on its command line twice. Two backslashes become one, which then escapes what follows it;
 * in a class they are a backslash everywhere (FINDSTR article, Stack Overflow 8844868). That Server 2008 is like Vista,
 * whose code it shares, is unverified.
 */
function expression(pattern: string, twice: boolean, lineEnd: string): string {
  const once = twice
    ? pattern.replace(/\[[^\]]*\]|\\\\/g, (part) => (part === "\\\\" ? "\\" : part))
    : pattern;
  return once.replace(/\\(.)|(\[[^\]]*\])|([.*^$])|([\s\S])/g, (_all, escaped, set, meta, literal) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    if (meta === "$") return lineEnd;
    return set ?? meta ?? literal.replace(/[+?{}()|\]\\/]/g, "\\$&");
  });
}

function readSearch(args: readonly string[], page: CodePage, build: number): Search | null {
  const literals: string[] = [];
  const operands: string[] = [];
  const flags = new Set<string>();
  for (const arg of args) {
    const option = /^\/(c:)?([\s\S]*)$/i.exec(arg);
    if (!option) operands.push(arg);
    else if (option[1]) literals.push(option[2] ?? "");
    else for (const flag of (option[2] ?? "").toLowerCase()) flags.add(flag);
  }
  if ([...flags].some((flag) => !"vbneixlr".includes(flag))) return null;
  const words = literals.length === 0 ? (operands.shift()?.split(" ").filter(Boolean) ?? []) : [];
  if (literals.length + words.length === 0) return null;
  // Words are expressions unless /l is given; /c: strings are literal unless /r is.
  const asExpression = flags.has("r") || (literals.length === 0 && !flags.has("l"));
  const texts = [...literals, ...words].map((text) => page.encode(text).toString(bytes));
  const pattern = (lineEnd: string): RegExp => {
    const sources = texts.map((each) =>
      asExpression
        ? expression(each, build >= 6000 && build <= 6003, lineEnd)
        : each.replace(/\\(["\\])/g, "$1").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"),
    );
    const anchored = sources.map((source) => {
      if (flags.has("x")) return `^${source}${lineEnd}`;
      if (flags.has("b")) return `^${source}`;
      return flags.has("e") ? `${source}${lineEnd}` : source;
    });
    return new RegExp(anchored.join("|"), flags.has("i") ? "i" : "");
  };
  const [withEnd, without] = [pattern("$"), pattern("(?!)")];
  return {
    matches: (line, ended) => (ended ? withEnd : without).test(line),
    inverted: flags.has("v"),
    numbered: flags.has("n"),
    files: operands,
  };
}

/** Lines with their ends; that of the last one may be empty. */
function linesWithEnds(content: Buffer): readonly { readonly text: string; readonly end: string }[] {
  return [...content.toString(bytes).matchAll(/([^\n]*?)(\r?\n|$)/g)]
    .map(([, text = "", end = ""]) => ({ text, end }))
    .filter(({ text, end }) => text !== "" || end !== "");
}

/**
 * findstr.exe: exit code 0 when a line was found, 1 when none was, 2 for wrong arguments. Lines keep their ends; a last line
 * without one gets one where the input was redirected, not where the file was named (Wine, programs/findstr/tests, on Windows).
 */
export const findstr: Program = async (context) => {
  const { windows } = context.computer;
  const codePage = context.process.codePage;
  const search = readSearch(context.args, codePage, windowsVersions[windows].build);
  if (!search) {
    context.printError("FINDSTR: Bad command line\n");
    return 2;
  }
  const inputs: { prefix: string; content: Buffer }[] = [];
  if (search.files.length === 0) inputs.push({ prefix: "", content: await readAll(context.stdin) });
  for (const file of search.files) {
    const content = open(context, file, `FINDSTR: Cannot open ${file}`);
    if (content) inputs.push({ prefix: search.files.length > 1 ? `${file}:` : "", content });
  }
  let found = false;
  const missingEnd = search.files.length === 0 ? "\r\n" : "";
  for (const { prefix, content } of inputs) {
    const lines = linesWithEnds(content).flatMap(({ text, end }, index) =>
      search.matches(text, end !== "") === search.inverted
        ? []
        : [`${prefix}${search.numbered ? `${index + 1}:` : ""}${text}${end || missingEnd}`],
    );
    found ||= lines.length > 0;
    context.process.check();
    if (lines.length > 0) context.stdout.write(Buffer.from(lines.join(""), bytes));
  }
  return found ? 0 : 1;
};

/** find.exe: `find [/v] [/c] [/i] [/n] "text" [file]`. An empty text is in no line, so /v takes all. */
export const find: Program = async (context) => {
  const options = context.args.filter((arg) => /^\/[vcni]$/i.test(arg)).map((arg) => arg.toLowerCase());
  const [text, ...files] = context.args.filter((arg) => !/^\/[vcni]$/i.test(arg));
  if (text === undefined || !context.commandLine.includes('"')) {
    context.printError("FIND: Parameter format not correct\n");
    return 2;
  }
  const fold = (line: string): string => (options.includes("/i") ? line.toLowerCase() : line);
  const inverted = options.includes("/v");
  let found = false;
  const report = (content: Buffer, file?: string): void => {
    const hits = splitLines(content).flatMap((line, index) => {
      const has = text !== "" && fold(line).includes(fold(text));
      return has === inverted ? [] : [options.includes("/n") ? `[${index + 1}]${line}` : line];
    });
    found ||= hits.length > 0;
    if (options.includes("/c"))
      put(
        context,
        file === undefined ? [`${hits.length}`] : ["", `---------- ${file.toUpperCase()}: ${hits.length}`],
      );
    else put(context, file === undefined ? hits : ["", `---------- ${file.toUpperCase()}`, ...hits]);
  };
  if (files.length === 0) report(await readAll(context.stdin));
  for (const file of files) {
    const content = open(context, file, `File not found - ${file.toUpperCase()}`);
    if (content) report(content, file);
  }
  return found ? 0 : 1;
};

/**
 * more.com with its output redirected: `more [+N] [file]` prints from line N on and never pauses. Of an absent file it prints
 * a message, and its exit code is 0; an empty line follows what comes from a pipe (Wine, programs/cmd/tests/test_builtins.cmd, on Windows).
 */
export const more: Program = async (context) => {
  const start = context.args.find((arg) => /^\+\d+$/.test(arg));
  const file = context.args.find((arg) => !/^[+/]/.test(arg));
  const content =
    file === undefined ? await readAll(context.stdin) : open(context, file, `Cannot access file ${file}`);
  if (!content) return 0;
  const lines = splitLines(content).slice(Number(start?.slice(1) ?? 0));
  put(context, file === undefined ? [...lines, ""] : lines);
  return 0;
};
