/** cmd.exe's internal commands that steer and speak; those for files are in file-builtins.ts. */
import { windowsVersions } from "../versions";
import { fileBuiltins } from "./file-builtins";
import type { Builtin, ShellState } from "./shell-state";
import { ExitBatch, ExitShell, Goto, NotSimulated } from "./signals";
import { type Handles, inputOf } from "./streams";
import { splitBatchArguments, splitCommand, splitOperands } from "./words";

/** Commands that leave the errorlevel as it was when they succeed (found by experiment on Windows 10, see docs). */
const keeping = new Set(
  "echo call exit goto if pause popd rd rmdir rem title cls endlocal shift start".split(" "),
);

/** These clear it in a file with the extension .cmd, and nowhere else. */
const keepingOutsideCmd = new Set(["set", "path", "prompt"]);

/** True when a success of this internal command leaves the errorlevel as it was. */
export function keepsErrorlevel(name: string, batchFile: string | undefined): boolean {
  if (keepingOutsideCmd.has(name)) return batchFile === undefined || !/\.cmd$/i.test(batchFile);
  return keeping.has(name);
}

const echo: Builtin = (shell, rest, handles) => {
  const text = rest.slice(1);
  const word = text.trim().toLowerCase();
  if (rest.trim() === "") shell.write(handles, 1, `ECHO is ${shell.echo ? "on" : "off"}.\n`);
  else if (/^\s/.test(rest) && (word === "on" || word === "off")) shell.echo = word === "on";
  else shell.write(handles, 1, `${text}\n`);
  return 0;
};

const call: Builtin = async (shell, rest, handles) => {
  if (rest.trim() === "") {
    shell.errorlevel = rest === "" ? 1 : 0;
    return shell.errorlevel;
  }
  const text = shell.expand(rest.trim());
  if (text.startsWith(":")) {
    const [label = "", ...args] = splitBatchArguments(text);
    return shell.callLabel(label, args, handles);
  }
  const { name, rest: remaining } = splitCommand(text);
  const builtin = builtins.get(name.toLowerCase());
  if (!builtin) return shell.external(name, remaining, handles, true);
  const code = await builtin(shell, remaining, handles);
  shell.errorlevel = code | 0;
  return code;
};

const exit: Builtin = (shell, rest) => {
  const { switches, operands } = splitOperands(rest);
  const given = operands[0];
  if (given !== undefined) shell.errorlevel = Number.parseInt(given, 10) | 0;
  const code = shell.errorlevel >>> 0;
  if (switches.includes("/b") && shell.batch) throw new ExitBatch(code);
  throw new ExitShell(code);
};

const goto: Builtin = (shell, rest) => {
  if (!shell.batch) return 1;
  throw new Goto(
    rest
      .trim()
      .replace(/^:(?!eof)/i, "")
      .split(/[\s]/)[0] ?? "",
  );
};

/** `set /p name=prompt`: one line of the input; at its end the variable stays as it is, and the return code is 1. */
async function prompt(shell: ShellState, text: string, handles: Handles): Promise<number> {
  const cut = text.indexOf("=");
  if (cut <= 0) return 1;
  shell.write(handles, 1, text.slice(cut + 1));
  let line = "";
  while (!line.includes("\n")) {
    const part = await inputOf(handles, 0).read();
    if (part === null) break;
    line += shell.codePage.decode(part);
  }
  const value = line.split(/\r?\n/)[0] ?? "";
  if (value === "") return 1;
  shell.environment.set(text.slice(0, cut), value);
  return 0;
}

const set: Builtin = (shell, rest, handles) => {
  const text = rest.trim();
  if (/^\/a/i.test(text)) throw new NotSimulated("set /a");
  if (/^\/p/i.test(text)) return prompt(shell, text.slice(2).trim(), handles);
  const quoted = /^"([^"]*)"?/.exec(text);
  const assignment = quoted ? (quoted[1] ?? "") : rest.replace(/^\s+/, "");
  const cut = assignment.indexOf("=");
  if (cut === 0) {
    shell.write(handles, 2, "The syntax of the command is incorrect.\n");
    return 1;
  }
  if (cut > 0) {
    shell.environment.set(assignment.slice(0, cut), assignment.slice(cut + 1));
    return 0;
  }
  const prefix = assignment.trim().toLowerCase();
  const found = shell.environment.entries().filter(([name]) => name.toLowerCase().startsWith(prefix));
  for (const [name, value] of found) shell.write(handles, 1, `${name}=${value}\n`);
  if (found.length > 0) return 0;
  shell.write(handles, 2, `Environment variable ${assignment.trim()} not defined\n`);
  return 1;
};

const cd: Builtin = (shell, rest, handles) => {
  const path = rest.replace(/^\s*\/d(?=\s|$)/i, "").trim();
  if (path === "") {
    shell.write(handles, 1, `${shell.folder}\n`);
    return 0;
  }
  const full = shell.resolve(path);
  if (shell.computer.files.kind(full) !== "folder") {
    shell.write(handles, 2, "The system cannot find the path specified.\n");
    return 1;
  }
  const sameDrive = full.slice(0, 2).toUpperCase() === shell.folder.slice(0, 2).toUpperCase();
  if (sameDrive || /^\s*\/d(?=\s|$)/i.test(rest)) shell.folder = shell.computer.files.spelling(full);
  return 0;
};

const setlocal: Builtin = (shell, rest) => {
  if (/enabledelayedexpansion/i.test(rest)) throw new NotSimulated("delayed expansion");
  shell.saved.push({ environment: shell.environment, folder: shell.folder });
  shell.environment = shell.environment.copy();
  return 0;
};

const ver: Builtin = (shell, _rest, handles) => {
  shell.write(
    handles,
    1,
    `\nMicrosoft Windows [Version ${windowsVersions[shell.computer.windows].version}]\n`,
  );
  return 0;
};

const notSimulated =
  (feature: string): Builtin =>
  () => {
    throw new NotSimulated(feature);
  };

/** All internal commands by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["echo", echo],
  ["call", call],
  ["exit", exit],
  ["goto", goto],
  ["set", set],
  ["cd", cd],
  ["chdir", cd],
  ["ver", ver],
  ["setlocal", setlocal],
  [
    "endlocal",
    (shell) => {
      shell.restore();
      return 0;
    },
  ],
  ["title", () => 0],
  ["cls", () => 0],
  ["for", notSimulated("for")],
  ["start", notSimulated("start")],
  ["pushd", notSimulated("pushd")],
  ["popd", notSimulated("popd")],
  ["pause", notSimulated("pause")],
  ["shift", notSimulated("shift")],
  ["mklink", notSimulated("mklink")],
  ...fileBuiltins,
]);
