/**
 * How cmd.exe and the C runtime read a command line, written from the facts alone (Microsoft's page on cmd; the rules of
 * public practice on expansion, quotes and carets; the C runtime's rules on backslashes and quotes). It knows no program
 * and no file: it only tells which commands a line is, and which arguments each program gets.
 */

/** What a line stands in, and the variables that are defined there. */
export interface CmdContext {
  readonly where: "exec" | "batch";
  readonly variables: { readonly [name: string]: string };
  /** True where the registry or /v:on has switched delayed expansion on. @default false */
  readonly delayedExpansion?: boolean;
}

/** The commands of a line, in their order, each as the text that a program's command line would be. */
export interface CmdReading {
  readonly commands: readonly string[];
  /** Files that the line reads or writes by a redirection. */
  readonly redirections: readonly string[];
}

/** The line as Win32-OpenSSH hands it over without a pty: one pair of quotes around it, which cmd strips. */
export function overSsh(command: string): string {
  const handed = `"${command}"`;
  return handed.slice(1, handed.lastIndexOf('"'));
}

/** Reads a line in cmd's phases: percent signs, then quotes and carets and operators, then exclamation marks. */
export function readLine(line: string, context: CmdContext): CmdReading {
  const [first = ""] = line.split(/[\r\n]/);
  const { commands, redirections } = split(expandPercent(first, context));
  return {
    commands: commands.map((text) =>
      context.delayedExpansion === true ? expandDelayed(text, context) : text,
    ),
    redirections,
  };
}

function variable(name: string, { variables }: CmdContext): string | undefined {
  const found = Object.keys(variables).find((each) => each.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : variables[found];
}

/** First phase. Quotes and carets do not count. */
function expandPercent(line: string, context: CmdContext): string {
  let out = "";
  for (let at = 0; at < line.length; at++) {
    if (line[at] !== "%") {
      out += line[at];
      continue;
    }
    if (context.where === "batch") {
      if (line[at + 1] === "%") {
        out += "%";
        at++;
        continue;
      }
      // %0 to %9, %* and %~…: none is given to the batch file.
      const argument = /^%(?:\*|~?[a-z$:]*\d)/i.exec(line.slice(at))?.[0];
      if (argument !== undefined) {
        at += argument.length - 1;
        continue;
      }
    }
    const end = line.indexOf("%", at + 1);
    const name = end < 0 ? undefined : line.slice(at + 1, end).split(":")[0];
    const value = name === undefined || name === "" ? undefined : variable(name, context);
    if (value !== undefined) {
      out += value;
      at = end;
    } else if (context.where === "exec") out += "%";
    else if (end >= 0) at = end;
  }
  return out;
}

/**
 * Second phase: quotes toggle, a caret outside of them makes the next character an ordinary one. What follows < or > is
 * the name of a file, up to a blank outside of quotes; a digit that stands alone before it is a handle.
 */
function split(line: string): CmdReading {
  const commands: string[] = [];
  const redirections: string[] = [];
  let text = "";
  /** The name of a file that is being read, once an operator has been. */
  let file: string | undefined;
  let quoted = false;
  let depth = 0;
  const endOfFile = () => {
    if (file !== undefined) redirections.push(file);
    file = undefined;
  };
  const endOfCommand = () => {
    endOfFile();
    if (text.trim() !== "") commands.push(text.trim());
    text = "";
  };
  const put = (character: string) => {
    if (file === undefined) text += character;
    else file += character;
  };
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === '"') quoted = !quoted;
    if (quoted || character === '"') put(character);
    else if (character === "^") put(line[++at] ?? "");
    else if (character === "<" || character === ">") {
      endOfFile();
      text = text.replace(/(^|[\s"])\d$/, "$1");
      if (line[at + 1] === ">") at++;
      const handle = /^&\d/.exec(line.slice(at + 1));
      if (handle === null) file = "";
      else at += handle[0].length;
    } else if (character === "&" || character === "|") endOfCommand();
    else if (character === "(" && text.trim() === "") depth++;
    else if (character === ")" && depth > 0) {
      depth--;
      endOfCommand();
    } else if (character === " " && file === "") continue;
    else if (character === " ") {
      endOfFile();
      put(character);
    } else put(character);
  }
  endOfCommand();
  return { commands, redirections };
}

/** Third phase, where it is switched on: !name! is replaced, and a line with an exclamation mark loses its carets. */
function expandDelayed(text: string, context: CmdContext): string {
  if (!text.includes("!")) return text;
  return text
    .replaceAll(/\^(.)/g, "$1")
    .replaceAll(/!([^!]*)!/g, (_, name: string) => variable(name, context) ?? "")
    .replaceAll("!", "");
}

/**
 * Arguments as the C runtime takes them from a command line, the program's own name left out. 2n backslashes before a
 * quote are n backslashes and a quote that opens or closes; 2n+1 are n backslashes and a quote that is one.
 */
export function argumentsOf(commandLine: string): readonly string[] {
  // The name: up to the next quote when it begins with one, else up to a blank; backslashes are ordinary in it.
  let at = commandLine.startsWith('"')
    ? commandLine.indexOf('"', 1) + 1
    : (/^[^ \t]*/.exec(commandLine)?.[0].length ?? 0);
  const found: string[] = [];
  while (at < commandLine.length) {
    while (commandLine[at] === " " || commandLine[at] === "\t") at++;
    if (at >= commandLine.length) break;
    let value = "";
    let quoted = false;
    for (; at < commandLine.length; at++) {
      let backslashes = 0;
      for (; commandLine[at] === "\\"; at++) backslashes++;
      const character = commandLine[at];
      if (character !== '"') {
        value += "\\".repeat(backslashes);
        if (character === undefined || (!quoted && (character === " " || character === "\t"))) break;
        value += character;
        continue;
      }
      value += "\\".repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) value += '"';
      else quoted = !quoted;
    }
    found.push(value);
  }
  return found;
}
