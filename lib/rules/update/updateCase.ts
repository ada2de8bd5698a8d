/** What the rules judge of a security update. */
import type { Build, Fact } from "../../facts";
import type { Case } from "../case";

/** A security update of one computer, with everything that is known about it. */
export interface UpdateCase {
  /** The computer, the account and the way to run it, as those of a server's step to the update's cumulative update. */
  readonly step: Case;
  /** Number of its article: `KB5074993`. */
  readonly kb: string;
  /** The build that ExSetup.exe shows after it. */
  readonly build: Build;
  /** Path of its .msp on the computer. */
  readonly file: string;
  /** The build that ExSetup.exe shows now; null where Exchange is not installed. */
  readonly installed: Fact<Build | null>;
  /** Whether the file is there. */
  readonly fileThere: Fact<boolean>;
}

/**
 * - `absent`: Exchange is not installed.
 * - `pending`: older than the update.
 * - `done`: it is the update's build.
 * - `above`: newer.
 * - `unknown`: it could not be read.
 */
export type UpdateProgress = "absent" | "pending" | "done" | "above" | "unknown";
