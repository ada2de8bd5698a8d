/** Forecasts when the steps of an upgrade run, if each starts as soon as all that it waits for has ended. Pure. */

/** A step, or something that steps only wait for: a wave, or a server that is not part of the run. */
export interface ForecastStep {
  /** Key by which other steps name this one in `after`. */
  readonly key: string;
  /** Minutes that it is expected to take; 0 if there is nothing to do. */
  readonly minutes: number;
  /** Keys of the steps that must end first. A key that no step has is ignored. */
  readonly after: readonly string[];
}

/** When a step is expected to run, in minutes after the first one starts. */
export interface Slot {
  readonly starts: number;
  readonly ends: number;
}

/** Sorts mbx2 before mbx10, as people do. */
const counting = new Intl.Collator("en", { numeric: true });

/**
 * Gives each step its slot, by key: a step starts at the end of the longest path that leads to it. If more steps are
 * ready than may run at once, the one that was ready first starts first, and of equal ones the first by key. A circle,
 * which no program can write, is broken at its first step.
 *
 * @param parallel how many steps may run at once, 1 or more
 */
export function forecastOf(
  steps: readonly ForecastStep[],
  parallel = Number.POSITIVE_INFINITY,
): ReadonlyMap<string, Slot> {
  const waiting = new Map(steps.map((step) => [step.key, step]));
  const before = new Map(
    [...waiting.values()].map(({ key, after }) => [key, new Set(after.filter((name) => waiting.has(name)))]),
  );
  const followers = new Map<string, string[]>(steps.map(({ key }) => [key, []]));
  for (const [key, names] of before) for (const name of names) followers.get(name)?.push(key);
  const slots = new Map<string, Slot>();
  /** Steps that may start, but for which no place is free yet. */
  const line: ForecastStep[] = [];
  /** Ends of the running steps, by key. */
  const running = new Map<string, number>();

  /** Keys of the steps whose last open predecessor was this one. */
  const freedBy = (ended: string): readonly string[] =>
    (followers.get(ended) ?? []).filter((key) => {
      const names = before.get(key);
      names?.delete(ended);
      return names?.size === 0;
    });
  const start = (keys: readonly string[], now: number): void => {
    const fresh: ForecastStep[] = [];
    const open = [...keys];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      const step = waiting.get(key);
      if (step === undefined) continue;
      waiting.delete(key);
      if (step.minutes > 0) {
        fresh.push(step);
        continue;
      }
      // A step that takes no time needs no place, so others may start in the same minute.
      slots.set(key, { starts: now, ends: now });
      open.push(...freedBy(key));
    }
    line.push(...fresh.sort((a, b) => counting.compare(a.key, b.key)));
    for (const { key, minutes } of line.splice(0, Math.max(1, parallel) - running.size)) {
      // Programs may give fractions of a minute, and sums of these have long decimal forms.
      const ends = Math.round((now + minutes) * 100) / 100;
      slots.set(key, { starts: now, ends });
      running.set(key, ends);
    }
  };

  let now = 0;
  start(
    [...before].filter(([, names]) => names.size === 0).map(([key]) => key),
    now,
  );
  while (waiting.size + running.size > 0) {
    if (running.size === 0) {
      start([...waiting.keys()].slice(0, 1), now);
      continue;
    }
    now = Math.min(...running.values());
    const ended = [...running].filter(([, ends]) => ends <= now).map(([key]) => key);
    for (const key of ended) running.delete(key);
    start(ended.flatMap(freedBy), now);
  }
  return slots;
}
