/** Why many facts could not be read at once: one thing to mend, with a code by which people find it. Pure data. */

/** What keeps a computer, a directory or a folder from being read: many facts are unknown for it, and one act mends them all. */
export interface Cause {
  readonly code: CauseCode;
  /** What is wrong, in words that fit one computer and many: two causes of the same code, problem and fix are one. */
  readonly problem: string;
  /** What was seen of this one; null where that says nothing more. */
  readonly found: string | null;
  readonly needed: string;
  /** Arguments of the program that it rests on, by their paths in it. */
  readonly arguments: readonly string[];
  readonly fix: string;
}

/** Codes of causes, each with a section in docs/operators-guide.md. They stay as they are: people search for them. */
export const causeCodes = [
  "XU-HOST-NAME",
  "XU-HOST-UNREACHABLE",
  "XU-HOST-KEY-MISSING",
  "XU-HOST-KEY-WRONG",
  "XU-LOGON",
  "XU-CREDENTIAL",
  "XU-VARIABLE",
  "XU-SSH-ALGORITHMS",
  "XU-SSH-SHELL",
  "XU-TIMEOUT",
  "XU-MEDIA",
  "XU-DIRECTORY-LOGON",
  "XU-DIRECTORY-UNREACHABLE",
] as const;

/** Codes of other messages, likewise: of a Setup that failed. Findings of rules have the rule's id, and arguments their path. */
export const messageCodes = ["XU-SETUP"] as const;

/** One of {@link causeCodes}. */
export type CauseCode = (typeof causeCodes)[number];
