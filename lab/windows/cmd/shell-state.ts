/** What an internal command of cmd.exe is, and the shell as such a command sees it and changes it. */
import type { CodePage } from "../codepage";
import type { Computer } from "../programs/program";
import type { Environment } from "./environment";
import type { Handles } from "./streams";

/** Runs with the text after the command's name, and answers the return code. */
export type Builtin = (shell: ShellState, rest: string, handles: Handles) => number | Promise<number>;

/** One cmd.exe, for its internal commands. */
export interface ShellState {
  readonly computer: Computer;
  errorlevel: number;
  echo: boolean;
  /** The batch file that is being run; null on a command line. */
  readonly batch: object | null;
  environment: Environment;
  /** The current folder. */
  folder: string;
  /** Environments kept by setlocal. */
  readonly saved: { environment: Environment; folder: string }[];
  /** Code page of its console. */
  readonly codePage: CodePage;
  resolve(path: string): string;
  expand(line: string): string;
  /** Writes text in the console's code page with CRLF line ends. */
  write(handles: Handles, handle: 1 | 2, text: string): void;
  /** `path` made absolute, if this account may write there; throws "Access is denied." otherwise. */
  writable(path: string): string;
  /** Runs a program or a batch file. A batch file that is not called does not come back to its caller. */
  external(name: string, rest: string, handles: Handles, called: boolean): Promise<number>;
  /** `call :label arguments`: the lines after the label, as a batch file of their own. */
  callLabel(label: string, args: readonly string[], handles: Handles): Promise<number>;
  /** Undoes the last setlocal. */
  restore(): void;
}
