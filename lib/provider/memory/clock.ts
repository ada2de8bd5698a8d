/** The clock of the machine that runs Pulumi. Change windows and the minutes in messages are counted by it. */

let read = (): number => Date.now();

/** Milliseconds since 1970 UTC. */
export function now(): number {
  return read();
}

/** Replaces the clock in tests; without an argument the machine's own clock is back. */
export function useClock(clock?: () => number): void {
  read = clock ?? (() => Date.now());
}
