/** What a program of the simulated Windows is: a function that runs in a process and answers an exit code. */
import type { SimulatedComputer } from "../computer";
import type { Logon } from "../logon";
import type { Process } from "../processes";

/** Where a program reads: the next bytes, or null at the end of the input. */
export interface Input {
  read(): Promise<Buffer | null>;
}

/** Where a program writes. Bytes for a reader that has gone are dropped. */
export interface Output {
  write(data: Buffer): void;
}

/** What a running program sees. */
export interface ProgramContext {
  readonly computer: SimulatedComputer;
  readonly process: Process;
  readonly logon: Logon;
  /** The arguments as one string, as CreateProcess passes them. */
  readonly commandLine: string;
  /** The arguments split by the rules of the C runtime. */
  readonly args: readonly string[];
  /** The current folder, absolute. */
  readonly folder: string;
  /** Full path of the program's own file. */
  readonly file: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Writes text in the console's code page; `\n` becomes CRLF. */
  print(text: string): void;
  printError(text: string): void;
}

/** Runs to its end and answers the exit code, an unsigned 32-bit number. */
export type Program = (context: ProgramContext) => Promise<number>;

/** All bytes of an input. */
export async function readAll(input: Input): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let part = await input.read(); part !== null; part = await input.read()) parts.push(part);
  return Buffer.concat(parts);
}

/** Splits arguments by the rules of the C runtime: 2n backslashes before a quote are n, 2n+1 also escape it. */
export function splitArguments(commandLine: string): readonly string[] {
  const args: string[] = [];
  let current: string | null = null;
  let quoted = false;
  let position = 0;
  while (position < commandLine.length) {
    const character = commandLine[position] ?? "";
    if (character === "\\") {
      const run = /^\\+/.exec(commandLine.slice(position))?.[0].length ?? 1;
      const quoteFollows = commandLine[position + run] === '"';
      const kept = quoteFollows ? Math.floor(run / 2) : run;
      current = (current ?? "") + "\\".repeat(kept);
      position += run;
      if (quoteFollows && run % 2 === 1) {
        current += '"';
        position += 1;
      }
      continue;
    }
    position += 1;
    if (character === '"') {
      quoted = !quoted;
      current ??= "";
    } else if (!quoted && (character === " " || character === "\t")) {
      if (current !== null) args.push(current);
      current = null;
    } else current = (current ?? "") + character;
  }
  if (current !== null) args.push(current);
  return args;
}
