/** What the rules judge about a security update. */
import type { Build, Fact } from "../../facts";
import type { Release } from "../../releases";
import type { Case } from "../case";
import { argument } from "../program/argumentTexts";

/** A security update of one computer, with all that is known about it. */
export interface UpdateCase {
  /**
   * The computer, the account and the way to run it, in the form of a server's step to the update's cumulative update.
   */
  readonly step: Case;
  /** Number of its article: `KB5074993`. */
  readonly kb: string;
  /** The build of ExSetup.exe after the update. */
  readonly build: Build;
  /** Path of its .msp on the computer. */
  readonly file: string;
  /** The build of ExSetup.exe now; null if Exchange is not installed. */
  readonly installed: Fact<Build | null>;
  /** Whether the file exists. */
  readonly fileThere: Fact<boolean>;
  /**
   * Release to which a step before the update upgrades this computer, in preview; null if none does, and right before the update,
   * when only facts count.
   */
  readonly planned: Release | null;
  /** True for the update of a server's upgrade, which has its arguments in `securityUpdate` of the step. */
  readonly isOfStep: boolean;
}

/** An argument of the update in backquotes, as the program writes it. */
export function updateArgument(
  { step, isOfStep }: Pick<UpdateCase, "step" | "isOfStep">,
  name: "file" | "kb" | "build",
): string {
  return argument(step, isOfStep ? `securityUpdate.${name}` : name);
}

/**
 * - `absent`: Exchange is not installed.
 * - `pending`: older than the update.
 * - `done`: it is the update's build.
 * - `above`: newer.
 * - `unknown`: it could not be read.
 */
export type UpdateProgress = "absent" | "pending" | "done" | "above" | "unknown";
