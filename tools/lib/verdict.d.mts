export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
export interface Unavailable {
  readonly name: string;
  readonly why: string;
}
export function isCI(env: NodeJS.ProcessEnv): boolean;
export function verdict(run: {
  readonly counts: Counts | undefined;
  readonly mochaExit: number;
  readonly unavailable: readonly Unavailable[];
  readonly ci: boolean;
  readonly left?: readonly string[];
  readonly others?: readonly string[];
}): { readonly line: string | undefined; readonly reasons: readonly string[] };
