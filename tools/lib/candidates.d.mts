export interface Candidate<T> {
  readonly name: string;
  readonly find: () => T | Promise<T>;
  readonly slow?: boolean;
}
export function firstThatWorks<T>(request: {
  readonly wanted: string;
  readonly candidates: readonly Candidate<T>[];
  readonly remedy: string;
  readonly log: (line: string) => void;
}): Promise<T>;
