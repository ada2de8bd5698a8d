/** What tests see and steer of Setup: the record of its runs, and the ways in which it fails on demand. */

/** One run of Setup on a computer. */
export interface SetupRun {
  /** FQDN of the computer. */
  readonly computer: string;
  /** Arguments as they were given. */
  readonly commandLine: string;
  /** `domain\name` of who ran it. */
  readonly account: string;
  /** Release on the media. */
  readonly release: string;
  readonly start: Date;
  /** Null while it runs. */
  end: Date | null;
  /** `refused`: it changed nothing; `failed`: it stopped in the middle; `killed`: its process was ended. */
  result: "running" | "completed" | "refused" | "failed" | "killed";
  /** Null while it runs, and when it was killed. */
  exitCode: number | null;
  /** What the command line answered, from 2013 on; null until it was read. */
  answers: SetupAnswers | null;
}

/** What a command line answers of what Setup would decide otherwise. */
export interface SetupAnswers {
  /** Null where the licence switch does not say. */
  readonly diagnosticData: boolean | null;
  /** Null where Setup does nothing about it. */
  readonly extendedProtection: "on" | "off" | "off for front-end EWS" | null;
}

/** A failure on demand. */
export interface SetupFailure {
  /** Phase as Setup prints it, e.g. `Mailbox Server Role` or `Organization Preparation`. */
  readonly phase: string;
  /** How many runs fail there; Infinity for all. @default 1 */
  times?: number;
  /** Reason that Setup prints and logs. @default a Windows Installer error */
  readonly reason?: string;
}

/** Faults of Setup on one computer; they may be changed at any time. */
export interface SetupFaults {
  failures?: SetupFailure[];
  /** Phase in which Setup stays for ever, until its process is ended or this is removed. */
  hangAt?: string;
  /** An upgrade leaves files that only a restart replaces. */
  leavesRestartPending?: boolean;
  /** Services that an update leaves disabled although it succeeds. */
  leavesDisabled?: readonly string[];
  /** Services that an upgrade leaves stopped. */
  leavesStopped?: readonly string[];
  /** Told of every phase: before it has its effect, and after; whatever it does to the computer counts from there on. */
  atPhase?: (phase: string, when: "before" | "after") => void;
  /** Told of every run as it begins, and when its result stands. */
  atRun?: (run: SetupRun) => void;
  /** Exit codes instead of the usual ones. */
  exitCodes?: { success?: number; failure?: number };
}
