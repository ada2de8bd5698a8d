/** The batch file that runs Setup for one attempt, and the names of the files that it leaves. */
import { quoteArgument, quotePath } from "../cmd/quote";
import { shutdownTimeCommand } from "./shutdownTime";

/** Setup's program and its arguments. */
export interface SetupCommand {
  /** Full path, e.g. `D:\SP1\Setup.com`. */
  readonly program: string;
  /** e.g. `/mode:upgrade`. */
  readonly args: readonly string[];
}

/** Names inside an attempt's folder. */
export const attemptFiles = {
  script: "run.cmd",
  /** A folder that the script makes before it starts Setup; making it twice fails, so nothing starts twice. */
  started: "started",
  /** Open for writing as long as the script or Setup lives; the operating system closes it with them. */
  alive: "alive",
  output: "out.txt",
  exitCode: "exit.txt",
  /** Number of lines that Setup's log had before the run. */
  logBefore: "log-before.txt",
  /** When Windows was last shut down before the run, as `reg query` prints it. */
  shutdownBefore: "shutdown-before.txt",
} as const;

/**
 * Exit code in exit.txt if the line with Setup in it did not run at all, because out.txt could not be written. It
 * differs from Setup's own exit codes and from cmd's (9009: no such program).
 */
export const notRunCode = 9020;

/**
 * Exit code that this program writes for an attempt that its scheduled task did not start: by then it cannot start any
 * more.
 */
export const neverStartedCode = 9021;

/**
 * Text of run.cmd: ASCII, CRLF. It needs no arguments and no environment, finds its folder by itself, and may be
 * started any number of times: only the first one runs Setup.
 *
 * - `alive` is opened before `started` is made, so whoever sees `started` without an exit code can tell a living
 *   run from a dead one by trying to open `alive`.
 * - An administrator may have switched delayed expansion on for every cmd.exe (HKLM\SOFTWARE\Microsoft\Command
 *   Processor, DelayedExpansion), which would take exclamation marks out of arguments: here it is off.
 * - The exit code is taken on a line of its own: cmd.exe expands a line before it runs it. A redirection that fails
 *   leaves the errorlevel as it was, hence the code that is set before Setup.
 * - exit.txt appears complete or not at all: it is written under another name first.
 *
 * @throws Error when the program or an argument cannot be written into a batch file.
 */
export function setupScript(command: SetupCommand, logFile: string): string {
  const own = (name: string) => `"%~dp0${name}"`;
  const setup = [quotePath(command.program, "batch"), ...command.args.map(batchArgument)].join(" ");
  return [
    "@echo off",
    "setlocal disabledelayedexpansion",
    `call :main 9>${own(attemptFiles.alive)} || exit /b 198`,
    "exit /b 0",
    "",
    ":main",
    `mkdir ${own(attemptFiles.started)} 2>nul || exit /b 199`,
    `find /c /v "" <${quotePath(logFile, "batch")} >${own(attemptFiles.logBefore)} 2>nul`,
    `${shutdownTimeCommand} >${own(attemptFiles.shutdownBefore)} 2>nul`,
    "call :not-run",
    `${setup} <nul >${own(attemptFiles.output)} 2>&1`,
    `>${own("exit.tmp")} echo %errorlevel%`,
    `move /y ${own("exit.tmp")} ${own(attemptFiles.exitCode)} >nul`,
    "exit /b 0",
    "",
    ":not-run",
    `exit /b ${notRunCode}`,
    "",
  ].join("\r\n");
}

/** Switches of Setup that need no quotes get none: the log then shows them as people write them. */
function batchArgument(value: string): string {
  return /^[A-Za-z0-9/:.*_-]+$/.test(value) ? value : quoteArgument(value, "batch");
}
