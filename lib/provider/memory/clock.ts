/** The clock of the machine that runs Pulumi: it decides about change windows and counts what people are told. */

let read = (): number => Date.now();

/** Milliseconds since 1970 UTC. */
export function now(): number {
  return read();
}

/** Lets tests say what time it is; without a clock the machine's own counts again. */
export function useClock(clock?: () => number): void {
  read = clock ?? (() => Date.now());
}
