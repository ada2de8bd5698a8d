/** cmd.exe started as a program: `cmd [/d] [/q] [/s] /c "command"`. */
import { Shell } from "../cmd/shell";
import type { Handles, Stream } from "../cmd/streams";
import type { Program } from "./program";

/**
 * Removes the quotes of the text after /c, by the rules of `cmd /?`. They stay if there are exactly two, without
 * special characters between them, around the name of an executable file that contains a blank. Else the first and the
 * last are removed.
 */
export function stripQuotes(text: string, isExecutable: (name: string) => boolean, always = false): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('"')) return trimmed;
  const inner = /^"([^"]*)"$/.exec(trimmed)?.[1];
  const keep = inner !== undefined && /\s/.test(inner) && !/[&<>()@^|]/.test(inner) && isExecutable(inner);
  if (keep && !always) return trimmed;
  const last = trimmed.lastIndexOf('"');
  return last === 0 ? trimmed.slice(1) : trimmed.slice(1, last) + trimmed.slice(last + 1);
}

/** cmd.exe. Only /c is simulated: a shell that waits for input has no use here. */
export const cmd: Program = async (context) => {
  const match = /^((?:\s*\/[dqs])*)\s*\/c(.*)$/is.exec(context.commandLine);
  if (!match) {
    context.printError('The lab simulates "cmd /c" with /d, /q and /s.\n');
    return 1;
  }
  const { computer, logon, process } = context;
  const { environment } = computer.environmentOf(logon);
  const shell = new Shell(computer, process, logon, environment, context.folder);
  const command = stripQuotes(
    match[2] ?? "",
    (name) => computer.files.program(shell.resolve(name)) !== undefined,
    /\/s/i.test(match[1] ?? ""),
  );
  const handles: Handles = new Map<number, Stream>([
    [0, { input: context.stdin }],
    [1, { output: context.stdout }],
    [2, { output: context.stderr }],
  ]);
  return shell.runCommandLine(command, handles);
};
