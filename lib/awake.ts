/**
 * Time limits that count only the time in which this process was awake. Node.js runs timers that are due before it reads sockets: after a
 * process, or its machine, stood still, a plain timer would report as missing an answer that has long arrived.
 */

/** Ticks of a limit. A process that stood still misses no more than one of them, however long it stood. */
const ticks = 10;

/** Ticks after which a limit is over in any case, on a machine that is late with every one of them. */
const mostTicks = 2 * ticks;

/**
 * Calls `expired` once, after `ms` milliseconds in which this process was awake; never for 0, which is no limit. The last tick has to come in time, so that what arrived
 * while the process stood still is read first.
 * @returns ends the limit
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

/** By so much a timer may be late of itself. */
const allowanceMs = 5;
