import type { Candidate } from "./lib/candidates.mjs";

export interface PulumiInstallation {
  /** The program itself, as an absolute path. */
  readonly command: string;
  /** The folder whose `bin/` holds it, as `PulumiCommand.get({ root })` wants it. */
  readonly root: string;
  /** Without a leading "v": `3.259.0`. */
  readonly version: string;
  /** How it was found, in words. */
  readonly how: string;
}
export const MINIMUM_VERSION: string;
export interface SearchOptions {
  readonly log?: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}
export function findPulumi(options?: SearchOptions): Promise<PulumiInstallation>;
export function search(options?: SearchOptions): {
  readonly wanted: string;
  readonly candidates: readonly Candidate<PulumiInstallation>[];
  readonly remedy: string;
  readonly log: (line: string) => void;
};
