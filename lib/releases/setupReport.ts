/** What Setup says about itself on the console and in its log, and how long it takes. */
import { citations, type Evidenced } from "./evidence";

/**
 * Sentences that end a run, in both spellings. Setup is localised, so they serve progress and messages only. Whether a
 * run succeeded is read from the directory and the registry.
 */
export const setupSentences = {
  success: [
    "The Exchange Server setup operation completed successfully.",
    "The Microsoft Exchange Server setup operation completed successfully.",
    // What Setup's own script writes at the end of a server's run; the wizard (2013 and later) says nothing else.
    "Server state has been set to Active.",
  ],
  failure: [
    "The Exchange Server setup operation didn't complete.",
    "The Exchange Server Setup operation did not complete.",
    "Exchange Server setup encountered an error.",
    "Setup is stopping now because of one or more critical errors.",
  ],
} as const;

/** Marks in ExchangeSetup.log, to which later runs append. Every release writes those in brackets untranslated. */
export const logMarks = {
  /** A line with this text starts a run; the product's name and "Setup" follow. Unverified for 2007 and 2010. */
  start: "Starting Microsoft Exchange ",
  /** The last line of a run that was not cut off. */
  end: "End of Setup",
  /** A rule of the prerequisite check that failed; its name follows, then `] [Message:…]`. */
  failedRule: "Failed [Rule:",
  /** The text of such a rule once more. */
  required: "[REQUIRED]",
  /** The text of one that only warns, in both spellings of Setup. */
  recommended: /^\[RECOMM?ENDED\]/,
  /** One of the last lines of a run (2013 and later), with 0 or 1. Source: public logs; the wizard ends with 0 in each case. */
  result: /^CurrentResult setupbase\.maincore:\d{1,5}: (\d{1,9})$/,
  error: "[ERROR]",
  /** In front of the message of an exception that Setup did not expect: in a warning, and on the console without a mark. Source: public logs and consoles. */
  crash: "a Watson dump is being generated: ",
  warning: "[WARNING]",
  /** Follows the errors that ended a piece of work, with its name (2013 and later). */
  reference: "[ERROR-REFERENCE]",
  /**
   * Enclose the script of a failed task, often of many lines, in an error line whose reason follows it (2010 and
   * later).
   */
  script: { begin: "$error.Clear()", after: " was run: " },
} as const;

/** Phases that Setup of 2007 SP1 prints, in order; each line ends with COMPLETED or FAILED. */
export const consolePhases = {
  headings: [
    "Performing Microsoft Exchange Server Prerequisite Check",
    "Configuring Microsoft Exchange Server",
  ],
  directory: ["Organization Preparation"],
  server: [
    "Preparing Setup",
    "Removing Exchange Files",
    "Preparing Files",
    "Copying Exchange files",
    "Hub Transport Server Role",
    "Client Access server role",
    "Mailbox Server Role",
    "Exchange Management Tools",
    "Finalizing Setup",
  ],
  outcomes: ["COMPLETED", "FAILED"],
  source: citations.setupRun,
} as const;

/** The kinds of a Setup run, as far as their durations differ. */
export type SetupWork = "directory" | "server" | "edge server";

/** How long a run is expected to take. */
export interface Duration extends Evidenced {
  /** Minutes of an ordinary run, without replication of the directory; no upper limit. */
  readonly minutes: number;
  readonly note: string;
}

/** Expected durations. They are the documentation's estimates for later products; no source gives any for 2007. */
export const durations: Readonly<Record<SetupWork, Duration>> = {
  directory: {
    minutes: 15,
    note: "10 to 15 minutes or more, without replication",
    evidence: "documented",
    source: citations.documentation,
  },
  server: {
    minutes: 60,
    note: "failed upgrades took 2 to 105 minutes in sample logs; 2007 SP1 is said to take hours at times (msxfaq)",
    evidence: "documented",
    source: citations.documentation,
  },
  "edge server": {
    minutes: 40,
    note: "less than other servers",
    evidence: "documented",
    source: citations.documentation,
  },
};
