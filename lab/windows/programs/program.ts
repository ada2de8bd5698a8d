/**
 * What a program of the simulated Windows is: a function that runs in a process and answers an exit code. It sees its computer by
 * an interface, since the computer is made of programs.
 */
import type { LabComputer, Organization } from "../../organization";
import type { SimulatedCluster } from "../cluster";
import type { Environment } from "../cmd/environment";
import type { CodePage } from "../codepage";
import type { WindowsFiles } from "../files";
import type { Logon } from "../logon";
import type { Process, ProcessTable } from "../processes";
import type { WindowsRegistry } from "../registry";
import type { TaskLanguage, TaskScheduler } from "../tasks";

/** Where a program reads: the next bytes, or null at the end of the input. */
export interface Input {
  read(): Promise<Buffer | null>;
}

/** Where a program writes. Bytes for a reader that has gone are dropped. */
export interface Output {
  write(data: Buffer): void;
}

/** How a restart goes; it may be changed at any time. */
export interface RestartBehaviour {
  /** Milliseconds for which nobody answers. @default 50 */
  bootMs?: number;
  /** `shutdown` answers, and nothing happens but that connections break: a line that is dropped proves nothing. */
  ignored?: boolean;
  /** Windows goes down and does not come back. */
  staysDown?: boolean;
  /** What waited for the restart still waits for one afterwards. */
  keepsPending?: boolean;
  /** `shutdown` refuses with this Win32 error, whatever it is told, as where the account lacks the right (5). */
  refuses?: number;
}

/** The computer, as its programs see it and change it. */
export interface Computer {
  /** PowerShell's language mode. */
  readonly languageMode: string;
  readonly spec: LabComputer;
  readonly organization: Organization;
  /** FQDN. */
  readonly name: string;
  readonly netbios: string;
  readonly windows: LabComputer["windows"];
  readonly systemRoot: string;
  readonly codePage: CodePage;
  readonly files: WindowsFiles<Program>;
  readonly registry: WindowsRegistry;
  readonly processes: ProcessTable;
  readonly tasks: TaskScheduler;
  /** Language of the words that schtasks prints. */
  readonly taskLanguage: TaskLanguage;
  /** False where the feature VBScript is not installed, as may be from Windows Server 2025 on. */
  readonly hasVbScript: boolean;
  /** Free bytes of each drive. */
  readonly freeBytes: number;
  /** Services that run, by name in lower case. */
  readonly runningServices: Set<string>;
  /** Services that were started and stopped by command, oldest first: `stop RemoteRegistry`. */
  readonly serviceLog: string[];
  /** Access control lists of folders that do not inherit theirs, in SDDL, by path in lower case. For icacls only. */
  readonly accessLists: Map<string, string>;
  /** True from the moment at which Windows was told to go down. */
  goingDown: boolean;
  /** True while a restart that somebody has scheduled is to come. */
  readonly scheduledRestart: boolean;
  /** Accounts with a session at the console or over Remote Desktop, disconnected ones too. */
  readonly loggedOn: readonly string[];
  readonly restartBehaviour: RestartBehaviour;
  /** The cluster that the computer is a node of; null for none. */
  readonly cluster: SimulatedCluster | null;
  /** What the computer's clock shows. */
  now(): Date;
  /** Throws "Access is denied." where this account may not write. */
  requireWrite(path: string, logon: Logon): void;
  /** What a path names: itself if it is there, or with wildcards in the last name everything that fits. */
  matches(path: string): readonly string[];
  /** What `if exist` finds. A folder that can be listed has at least itself in it, the root of a drive has not. */
  exists(path: string): boolean;
  /** Environment of a new session of this account. The profile folder is made. */
  environmentOf(logon: Logon): { environment: Environment; folder: string };
  /** Starts a program as a process that inherits its parent's open files, and answers its exit code. */
  startProgram(start: ProgramStart): Promise<number>;
  /** A restart in order, as `shutdown /r` makes it: with its time in the registry, and nothing pending afterwards. */
  restart(): void;
}

/** What a program is started with. */
export interface ProgramStart {
  readonly program: Program;
  readonly file: string;
  readonly parent: Process | undefined;
  readonly logon: Logon;
  readonly commandLine: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What a running program sees. */
export interface ProgramContext {
  readonly computer: Computer;
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
