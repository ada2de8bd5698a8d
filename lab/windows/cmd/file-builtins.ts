/** cmd.exe's internal commands for files and folders. */
import { baseName, FileError, fileErrorNumbers, matchesWildcard, parentOf } from "../files";
import type { Builtin, ShellState } from "./shell-state";
import { NotSimulated } from "./signals";
import { type Handles, isNul, outputOf } from "./streams";
import { splitOperands } from "./words";

/** Runs `body`; a refused operation becomes Windows' sentence on the error output and a return code. */
function guarded(
  shell: ShellState,
  handles: Handles,
  body: () => number,
  told: (error: FileError) => { text?: string; code?: number } = () => ({}),
): number {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const { text = error.message, code = 1 } = told(error);
    shell.write(handles, 2, `${text}\n`);
    return code;
  }
}

function syntaxError(shell: ShellState, handles: Handles): number {
  shell.write(handles, 2, "The syntax of the command is incorrect.\n");
  return 1;
}

/** Files and folders that a path with wildcards names; the path itself when it has none. */
function named(shell: ShellState, path: string, kind: "file" | "folder"): readonly string[] {
  return shell.computer
    .matches(shell.resolve(path))
    .filter((full) => shell.computer.files.kind(full) === kind);
}

const type: Builtin = (shell, rest, handles) => {
  const { operands } = splitOperands(rest);
  if (operands.length === 0) return syntaxError(shell, handles);
  let worst = 0;
  for (const operand of operands) {
    if (isNul(operand)) continue;
    const code = guarded(shell, handles, () => {
      const files = /[*?]/.test(operand) ? named(shell, operand, "file") : [shell.resolve(operand)];
      if (files.length === 0) throw new FileError("fileNotFound", operand);
      for (const file of files) {
        const content = shell.computer.files.read(file);
        if (operands.length > 1 || files.length > 1) shell.write(handles, 2, `\n${operand}\n\n\n`);
        outputOf(handles, 1).write(content);
      }
      return 0;
    });
    worst = Math.max(worst, code);
  }
  return worst;
};

const mkdir: Builtin = (shell, rest, handles) => {
  const { operands } = splitOperands(rest);
  if (operands.length === 0) return syntaxError(shell, handles);
  const codes = operands.map((operand) =>
    guarded(
      shell,
      handles,
      () => {
        shell.computer.files.makeFolder(shell.writable(operand));
        return 0;
      },
      (error) =>
        error.code === "alreadyExists" ? { text: `A subdirectory or file ${operand} already exists.` } : {},
    ),
  );
  return Math.max(...codes);
};

const rmdir: Builtin = (shell, rest, handles) => {
  const { switches, operands } = splitOperands(rest);
  if (operands.length === 0) return syntaxError(shell, handles);
  let last = 0;
  for (const operand of operands) {
    last = guarded(
      shell,
      handles,
      () => {
        shell.computer.files.removeFolder(shell.writable(operand), switches.includes("/s"));
        return 0;
      },
      (error) => ({ code: fileErrorNumbers[error.code] }),
    );
  }
  return last;
};

const ren: Builtin = (shell, rest, handles) => {
  const { operands } = splitOperands(rest);
  const [from, to] = operands;
  if (from === undefined || to === undefined || operands.length > 2 || /[\\:]/.test(to))
    return syntaxError(shell, handles);
  if (/[*?]/.test(from + to)) throw new NotSimulated("wildcards in ren");
  return guarded(
    shell,
    handles,
    () => {
      const source = shell.writable(from);
      shell.computer.files.move(source, `${parentOf(source).replace(/\\$/, "")}\\${to}`);
      return 0;
    },
    (error) =>
      error.code === "alreadyExists"
        ? { text: "A duplicate file name exists, or the file\ncannot be found." }
        : {},
  );
};

/** The target of move and copy: a folder takes the file under its own name. */
function targetOf(shell: ShellState, source: string, to: string): string {
  const full = shell.writable(to);
  return shell.computer.files.kind(full) === "folder"
    ? `${full.replace(/\\$/, "")}\\${baseName(source)}`
    : full;
}

/**
 * `/y` is what makes move and copy replace a file. Without it cmd.exe asks, and at the end of the input it
 * takes that for a no; in a batch file it does not ask.
 */
function mayReplace(shell: ShellState, switches: readonly string[]): boolean {
  return shell.batch !== null || (switches.includes("/y") && !switches.includes("/-y"));
}

const move: Builtin = (shell, rest, handles) => {
  const { switches, operands } = splitOperands(rest);
  const [from, to] = operands;
  if (from === undefined || to === undefined || operands.length > 2) return syntaxError(shell, handles);
  return guarded(shell, handles, () => {
    const { files } = shell.computer;
    const plain = !/[*?]/.test(from);
    const sources = plain ? [shell.writable(from)] : named(shell, from, "file");
    if (sources.length === 0 || (plain && files.kind(sources[0] ?? "") === null))
      throw new FileError("fileNotFound", from);
    for (const source of sources) {
      const target = targetOf(shell, source, to);
      const folder = files.kind(source) === "folder";
      files.move(shell.writable(source), target, mayReplace(shell, switches));
      shell.write(handles, 1, `        1 ${folder ? "dir" : "file"}(s) moved.\n`);
    }
    return 0;
  });
};

const copy: Builtin = (shell, rest, handles) => {
  const { switches, operands } = splitOperands(rest);
  const [from, to] = operands;
  if (from === undefined || to === undefined || operands.length > 2) return syntaxError(shell, handles);
  let copied = 0;
  const code = guarded(shell, handles, () => {
    const { files } = shell.computer;
    if (isNul(from)) {
      files.open(shell.writable(to), "write").release();
      copied = 1;
      return 0;
    }
    const sources = named(shell, from, "file");
    if (sources.length === 0) throw new FileError("fileNotFound", from);
    for (const source of sources) {
      const target = targetOf(shell, source, to);
      if (files.kind(target) === "file" && !mayReplace(shell, switches))
        throw new FileError("alreadyExists", target);
      files.copy(source, target);
      copied += 1;
    }
    return 0;
  });
  shell.write(handles, 1, `        ${copied} file(s) copied.\n`);
  return code;
};

/**
 * Only what cannot name a file is a failure: nothing, or a folder that is not there. Files that are absent, open or refused are
 * told, and change nothing of the return code (Wine, programs/cmd/tests/test_builtins.cmd, on Windows; open and refused: public practice).
 */
const del: Builtin = (shell, rest, handles) => {
  const { operands } = splitOperands(rest);
  if (operands.length === 0) return syntaxError(shell, handles);
  let code = 0;
  for (const operand of operands) {
    const full = shell.resolve(operand);
    if (shell.computer.files.kind(parentOf(full)) !== "folder") {
      shell.write(handles, 2, "The system cannot find the path specified.\n");
      code = 1;
      continue;
    }
    const folder = shell.computer.files.kind(full) === "folder";
    const files = named(shell, folder ? `${full}\\*` : operand, "file");
    if (files.length === 0) shell.write(handles, 2, `Could Not Find ${full}\n`);
    for (const file of files) {
      guarded(
        shell,
        handles,
        () => {
          shell.computer.files.remove(shell.writable(file));
          return 0;
        },
        (error) => ({ text: `${file}\n${error.message}` }),
      );
    }
  }
  return code;
};

/**
 * The long listing of one folder, its numbers without separators (Microsoft Learn, dir; the layout: Wine, programs/cmd, directory.c).
 * Dates and sizes of what is in it are any.
 */
const longListing = (shell: ShellState, folder: string, handles: Handles): number =>
  guarded(
    shell,
    handles,
    () => {
      const entries = shell.computer.files.list(folder.replace(/(?<!:)\$/, ""));
      const folders = entries.filter(({ kind }) => kind === "folder").length;
      const count = (number: number, word: string): string => `${String(number).padStart(16)} ${word}`;
      const lines = [
        ` Volume in drive ${folder.slice(0, 1)} has no label.`,
        " Volume Serial Number is 1A2B-3C4D",
        "",
        ` Directory of ${folder}`,
        "",
        ...entries.map(
          ({ kind, name }) =>
            `01/01/2026  09:00 AM    ${(kind === "folder" ? "<DIR>" : "0").padEnd(14)} ${name}`,
        ),
        `${count(entries.length - folders, "File(s)")} ${String(0).padStart(14)} bytes`,
        `${count(folders, "Dir(s)")} ${String(shell.computer.freeBytes).padStart(15)} bytes free`,
      ];
      shell.write(handles, 1, lines.map((line) => `${line}\n`).join(""));
      return 0;
    },
    (error) => (error.code === "fileNotFound" ? { text: "File Not Found" } : {}),
  );

const dir: Builtin = (shell, rest, handles) => {
  const { switches, operands } = splitOperands(rest);
  if (switches.length === 1 && switches[0] === "/-c" && operands.length === 1)
    return longListing(shell, shell.resolve(operands[0] ?? ""), handles);
  if (!switches.includes("/b")) throw new NotSimulated("dir without /b");
  const wanted =
    switches
      .find((each) => each.startsWith("/a"))
      ?.slice(2)
      .replace(":", "") ?? "";
  if (!["", "d", "-d"].includes(wanted)) throw new NotSimulated(`dir /a:${wanted}`);
  const deep = switches.includes("/s");
  const { files } = shell.computer;
  const lines: string[] = [];
  const collect = (folder: string, pattern: string): void => {
    for (const entry of files.list(folder)) {
      const full = `${folder.replace(/\\$/, "")}\\${entry.name}`;
      const fits = wanted === "" || (entry.kind === "folder") === (wanted === "d");
      if (fits && matchesWildcard(entry.name, pattern)) lines.push(deep ? full : entry.name);
      if (deep && entry.kind === "folder") collect(full, pattern);
    }
  };
  const code = guarded(
    shell,
    handles,
    () => {
      for (const operand of operands.length > 0 ? operands : [shell.folder]) {
        const full = shell.resolve(operand);
        const folder = files.kind(full) === "folder";
        collect(folder ? full : parentOf(full), folder ? "*" : baseName(full));
      }
      if (lines.length === 0) throw new FileError("fileNotFound", rest);
      return 0;
    },
    (error) => (error.code === "fileNotFound" ? { text: "File Not Found" } : {}),
  );
  if (code === 0) shell.write(handles, 1, lines.map((line) => `${line}\n`).join(""));
  return code;
};

/** The internal commands for files, by name. */
export const fileBuiltins: readonly (readonly [string, Builtin])[] = [
  ["type", type],
  ["mkdir", mkdir],
  ["md", mkdir],
  ["rmdir", rmdir],
  ["rd", rmdir],
  ["ren", ren],
  ["rename", ren],
  ["move", move],
  ["copy", copy],
  ["del", del],
  ["erase", del],
  ["dir", dir],
];
