/**
 * Time limits that count only the time in which this process was awake. Node.js runs due timers before it reads
 * sockets. So after a process or its machine was suspended, a plain timer would report an answer as missing that has
 * long arrived.
 */

/** Ticks of a limit. A suspended process misses at most one of them, however long it was suspended. */
const ticks = 10;

/** Ticks after which a limit ends in any case, on a machine that is late with every one of them. */
const mostTicks = 2 * ticks;

/**
 * Calls `expired` once, after `ms` milliseconds in which this process was awake; never for 0, which means no limit. The
 * last tick must be on time, so that the process first reads what arrived while it was suspended.
 *
 * @returns a function that ends the limit
 */
export function afterAwake(ms: number, expired: () => void): () => void {
  if (ms <= 0) return () => undefined;
  const interval = ms / ticks;
  let counted = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const isLate = now - last > 2 * interval + allowanceMs;
    last = now;
    counted += 1;
    if (counted < ticks || (isLate && counted < mostTicks)) return;
    clearInterval(timer);
    expired();
  }, interval);
  return () => clearInterval(timer);
}

/** A timer may be this late by itself. */
const allowanceMs = 5;
