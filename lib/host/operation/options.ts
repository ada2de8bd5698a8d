/** Options and outcome of an operation, for every run mode. */
import type { RunMode, SetupCause, SetupFailure } from "../../model";
import type { SetupCommand } from "../site/attemptScript";

/** What to run, and how. */
export interface SetupOptions {
  /** Identity of the operation on its computer: step and target, e.g. `domain-emea.contoso.com-2007-SP1`. */
  readonly operation: string;
  /** Setup's program on the computer, and its arguments. */
  readonly command: SetupCommand;
  /**
   * `task`: a task that an administrator has registered runs our fixed script. `scheduled`: a task that is registered
   * for this run and then removed. `direct`: our script in a session of the connection. `manual`: an operator runs
   * Setup, and this run waits.
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
  /** The program to run instead of Setup. @default Setup runs */
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
  /** Receives, once for each of them, that another run holds the computer. @default nothing */
  readonly onWait?: (text: string) => void;
  /** Receives once, as a whole, what an operator has to do, unless the work was done before. @default nothing */
  readonly onInstruction?: (text: string) => void;
  /**
   * Receives the start of the Setup that is followed, by the starter's clock, in milliseconds since 1970 UTC. @default
   * nothing
   */
  readonly onFollow?: (startedAt: number) => void;
  /** Milliseconds for everything, waiting for others included. @default 4 hours */
  readonly timeoutMs?: number;
  /** Stops following within seconds and releases the lock; Setup goes on. @default never */
  readonly signal?: AbortSignal;
  /** Name of this run, for others who have to wait. @default user, host and process */
  readonly owner?: string;
  /** What an operator has to do in `manual` mode, reported as progress. @default the command line */
  readonly instruction?: string;
  readonly timing?: Partial<OperationTiming>;
}

/** A program that runs as an operation, instead of Setup. */
export interface OtherProgram {
  /** Its name in messages. */
  readonly name: string;
  /** The switch before the path of its log on its command line. */
  readonly logSwitch: string;
  /** Image names that show somebody else's installation at work; they replace `process` and `otherProcesses`. */
  readonly foreign: readonly string[];
  /** Exit codes that mean success. */
  readonly goodCodes: readonly number[];
  /** Meanings of its other exit codes. */
  readonly answers: { readonly [code: number]: SetupCause };
}

/** Intervals in milliseconds. */
export interface OperationTiming {
  /** Between two looks at a running Setup; up to five times that of a long one. @default 2000 */
  readonly pollMs: number;
  /** Between two looks at the log of a running Setup. @default 15000 */
  readonly logMs: number;
  /** Time for which the log must not grow before Setup is started, if no run has closed it. @default 3000 */
  readonly quietMs: number;
  /** Between two looks of the caller in `manual` mode. @default 15000 */
  readonly manualPollMs: number;
  /** Between two signs of life of the lock's owner. @default 5000 */
  readonly beatMs: number;
  /** Time without a sign of life after which a lock is taken over. @default 30000 */
  readonly lockTtlMs: number;
  /** Time without a connection before giving up, long enough for a restart. @default 15 minutes */
  readonly reconnectMs: number;
  /** Time to reach the computer again for removing what an operation has left. @default 2 minutes */
  readonly discardMs: number;
  /** Between two tries to connect. @default 2000 */
  readonly retryMs: number;
  /**
   * Time from the start of a scheduled task to the first sign of its script, after which it counts as not started.
   * @default 60000
   */
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
  /** True if nothing was started or followed, because it was done already. */
  readonly alreadyDone: boolean;
  /** True if another run had started Setup, and this one only followed it. */
  readonly attached: boolean;
  /** Number of the attempt, also of an earlier one; null if there was none. */
  readonly attempt: number | null;
  /** Setup's exit code; null when there is none (interrupted, by hand, already done). Proves nothing by itself. */
  readonly exitCode: number | null;
  /** Why it is not done, if possible in Setup's own words; null if `done`. */
  readonly reason: string | null;
  /** The failed attempt, in parts. @default none failed */
  readonly failure?: SetupFailure;
  /**
   * True if Setup itself reports success: exit code 0, and no word of failure. That proves nothing. But if the result
   * is missing, the domain controller that was read may only be behind.
   */
  readonly endedWell: boolean;
  /**
   * When Windows was last shut down before the attempt began, in units of 100 ns since 1601. Another time now means
   * that it was restarted since. Null if no attempt has recorded it.
   */
  readonly shutdownBefore: bigint | null;
}

/** The part of an outcome that is the same whenever this run started nothing, unless an earlier run left an attempt. */
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
