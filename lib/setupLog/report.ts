/** What a run of Setup says of itself, in ExchangeSetup.log or on its console. */

/** What the last run in a log, or the console output of a run, says. */
export interface SetupReport {
  /** True where something shows that the text is Setup's: a line of it, a stamp and a level, or a script that failed. */
  readonly isOfSetup: boolean;
  /** Runs that begin in the text; 0 where it is a piece of one. */
  readonly runs: number;
  /** The product that the run named at its start, e.g. "Microsoft Exchange Server 2019"; null when it did not. */
  readonly product: string | null;
  /** Setup's build, e.g. "15.2.1118.7"; null when the run did not name it. */
  readonly version: string | null;
  /** The account; null when the run did not name it. */
  readonly user: string | null;
  /** What Setup was told to do, e.g. "Upgrade" or "prepareschema"; null when the run did not name it. */
  readonly mode: string | null;
  /** The time stamp of its first line, as it is written; null where there is none. */
  readonly began: string | null;
  /** True or false when Setup said how it ended, else null. */
  readonly succeeded: boolean | null;
  /** True when the run came to the last line of every run, whatever became of it. */
  readonly ended: boolean;
  /** Readiness rules that failed, each once. */
  readonly failedRules: readonly FailedRule[];
  /** Errors in their order, each once. */
  readonly errors: readonly SetupError[];
  /** Those of the errors that ended the work, where Setup points at them; else all. */
  readonly deciding: readonly SetupError[];
  /** Setup's name of the piece of work that failed, e.g. `CafeComponent___e1130a…`; null where it gave none. */
  readonly work: string | null;
  /** The last warnings. */
  readonly warnings: readonly string[];
  /** Phases of the console output; empty for a log. */
  readonly phases: readonly Phase[];
  /** The last lines of the run, time stamps removed: for a run that names no error. */
  readonly lastLines: readonly string[];
}

/** A readiness rule that Setup says failed. */
export interface FailedRule {
  /** e.g. `RebootPending`; empty where Setup gave only the text. */
  readonly name: string;
  /** What Setup says about it; empty when it says nothing. */
  readonly message: string;
}

/** An error that Setup names, on one line each. */
export interface SetupError {
  /** The message, without script and stack. */
  readonly message: string;
  /** Types of exceptions, inner messages and stack frames. */
  readonly stack: string;
  /** The script that failed. */
  readonly script: string;
  /** The lines of the log before it, the last one last. */
  readonly before: readonly string[];
  /** What another file on the computer says of it. @default nothing was read */
  readonly detail?: string;
}

/** A step that Setup prints while it works, e.g. `Copying Exchange files ......... COMPLETED`. */
export interface Phase {
  readonly name: string;
  /** The word behind the dots, e.g. COMPLETED or FAILED (localised), or "" while the step runs. */
  readonly status: string;
  /** What stands beneath it, on one line: why it failed, or a warning; "" where nothing does. */
  readonly said: string;
}
