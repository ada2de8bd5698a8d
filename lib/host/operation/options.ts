/** What an operation is told and what it answers, whatever the run mode. */
import type { RunMode, SetupCause, SetupFailure } from "../../model";
import type { SetupCommand } from "../site/attemptScript";

/** What to run, and how. */
export interface SetupOptions {
  /** Identity of the operation on its computer: step and target, e.g. `domain-emea.contoso.com-2007-SP1`. */
  readonly operation: string;
  /** Setup's program on the computer, and its arguments. */
  readonly command: SetupCommand;
  /**
   * `task`: a task that an administrator has registered runs our fixed script; `scheduled`: a task that is registered for
   * this run and removed; `direct`: our script in an SSH session; `manual`: an operator runs Setup, and we wait.
   */
  readonly mode: RunMode;
  /** Name of the registered task, in mode `task`. @default "ExchangeUpgrade" */
  readonly taskName?: string;
  /** Who runs Setup, in mode `scheduled` with the password; in mode `task` for messages. */
  readonly account?: { readonly name: string; readonly password?: string };
  /** Image name of the process that does Setup's work, e.g. `exsetup.exe`. */
  readonly process: string;
  /** Image names of other processes that show that a Setup is open, e.g. its wizard. @default none */
  readonly otherProcesses?: readonly string[];
  /** Setup's log; `%SystemDrive%` or `%SystemRoot%` at its beginning stands for the computer's system drive, or folder of Windows. */
  readonly logFile: string;
  /** What runs where it is not Setup. @default Setup runs */
  readonly other?: OtherProgram;
  /**
   * Looks for Setup's result in directory and registry:
   * - true: both show it, so the step is done;
   * - false: the computer does not show it, so Setup is run;
   * - `behind`: only the computer shows it. If the newest attempt ended badly, Setup stopped before its end and is run again (D2);
   *   otherwise the domain controller that was asked is taken to be behind, and the step is done.
   * Throws if it cannot know; then Setup is not started.
   */
  readonly isDone: () => Promise<boolean | "behind">;
  /**
   * Called right before Setup is started (in `manual` mode, before the operator is told to start it), if no Setup runs and the
   * step is not done. Throws if Setup must not be started now. @default Setup may always be started
   */
  readonly mayStart?: () => Promise<void>;
  /** Receives short texts on progress: phases and log lines of Setup, waiting, reconnecting. @default the texts are dropped */
  readonly onProgress?: (text: string) => void;
  /** Told once, whole, what an operator has to do, when nothing of it was done before. @default nothing */
  readonly onInstruction?: (text: string) => void;
  /** Told when the Setup that is followed was started, by somebody else's clock, in milliseconds since 1970 UTC. @default nothing */
  readonly onFollow?: (startedAt: number) => void;
  /** Milliseconds for everything, waiting for others included. @default 4 hours */
  readonly timeoutMs?: number;
  /** Stops following within seconds and gives the lock back; Setup goes on. @default never */
  readonly signal?: AbortSignal;
  /** Who we are, for others who have to wait. @default user, host and process */
  readonly owner?: string;
  /** What an operator is to do in `manual` mode, told as progress. @default the command line */
  readonly instruction?: string;
  readonly timing?: Partial<OperationTiming>;
}

/** A program that is run as an operation in the place of Setup. */
export interface OtherProgram {
  /** How messages call it. */
  readonly name: string;
  /** The switch before the path of its log, which it is told on its command line. */
  readonly logSwitch: string;
  /** Image names that show that somebody else's is at work, in the place of `process` and `otherProcesses`. */
  readonly foreign: readonly string[];
  /** Exit codes with which it has done its work. */
  readonly goodCodes: readonly number[];
  /** What is known of its other exit codes. */
  readonly answers: { readonly [code: number]: SetupCause };
}

/** Intervals in milliseconds. */
export interface OperationTiming {
  /** Between two looks at a running Setup; up to five times that of a long one whose end is told by itself. @default 2000 */
  readonly pollMs: number;
  /** Between two looks at the log of a running Setup. @default 15000 */
  readonly logMs: number;
  /** For which a log that no run has closed must not grow before Setup is started. @default 3000 */
  readonly quietMs: number;
  /** Between two looks of the caller in `manual` mode. @default 15000 */
  readonly manualPollMs: number;
  /** Between two signs of life of the lock's owner. @default 5000 */
  readonly beatMs: number;
  /** Without a sign of life, after which a lock is taken over. @default 30000 */
  readonly lockTtlMs: number;
  /** Without a connection, before giving up: a restart must fit. @default 15 minutes */
  readonly reconnectMs: number;
  /** For the removal of what an operation has left, to reach the computer once more. @default 2 minutes */
  readonly discardMs: number;
  /** Between two tries to connect. @default 2000 */
  readonly retryMs: number;
  /** From the start of a scheduled task to the first sign of its script, before it counts as not started. @default 60000 */
  readonly taskStartMs: number;
}

export const defaultTiming: OperationTiming = {
  pollMs: 2000,
  logMs: 15_000,
  quietMs: 3000,
  manualPollMs: 15_000,
  beatMs: 5000,
  lockTtlMs: 30_000,
  reconnectMs: 15 * 60_000,
  discardMs: 2 * 60_000,
  retryMs: 2000,
  taskStartMs: 60_000,
};
export const defaultTimeoutMs = 4 * 3_600_000;

/** How an operation ended. Whether it succeeded is `done`, by the caller's own look. */
export interface SetupOutcome {
  readonly done: boolean;
  /** True when nothing was started or followed, because it was done already. */
  readonly alreadyDone: boolean;
  /** True when another run had started Setup and this one only followed it. */
  readonly attached: boolean;
  /** Number of the attempt, also of one that had ended before; null where none was made. */
  readonly attempt: number | null;
  /** Setup's exit code; null when there is none (interrupted, by hand, already done). Proves nothing by itself. */
  readonly exitCode: number | null;
  /** Why it is not done, in Setup's own words where it left any; null when `done`. */
  readonly reason: string | null;
  /** The attempt that failed, in parts. @default none did */
  readonly failure?: SetupFailure;
  /**
   * True when Setup itself says that it succeeded: exit code 0, and no word of failure. That proves nothing; but where
   * the result is not there, the domain controller that was asked may only be behind.
   */
  readonly endedWell: boolean;
  /**
   * When Windows was last shut down before the attempt began, in units of 100 ns since 1601: another time now means that it has
   * been restarted since. Null where no attempt has written it down.
   */
  readonly shutdownBefore: bigint | null;
}

/** The part of an outcome that is the same wherever nothing was run from here, unless an earlier run left an attempt. */
export const notRun = {
  attached: false,
  attempt: null,
  exitCode: null,
  reason: null,
  endedWell: true,
  shutdownBefore: null,
} as const;

/** The command line as people read it. */
export function commandLine(command: SetupCommand): string {
  return [command.program, ...command.args].join(" ");
}
