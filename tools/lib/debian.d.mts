import type { Unavailable } from "./verdict.mjs";

export interface Need {
  readonly name: string;
  readonly packages: readonly string[];
  readonly programs: readonly string[];
}
export const NEEDS: readonly Need[];
export function provide(
  needs: readonly Need[],
  options: {
    readonly log: (line: string) => void;
    readonly env?: NodeJS.ProcessEnv;
    readonly policy?: string;
    readonly mayInstall?: boolean;
  },
): Promise<Unavailable[]>;
export function withServicesHeldBack<T>(path: string, work: () => T | Promise<T>): Promise<T>;
