/** Follows a running attempt to its end, and reports what Setup does. */

import { parseConsole } from "../../setupLog";
import type { Attempt } from "../site/attempts";
import { runningProcesses } from "../site/foreign";
import { pause } from "../site/link";
import { LogTail } from "../site/logtail";
import type { SetupOptions, SetupOutcome } from "./options";
import { finish, removedByAnother } from "./outcome";
import type { Work } from "./work";

/** Follows an attempt that another run of this program has started. */
export async function attach(work: Work, number: number): Promise<SetupOutcome> {
  const { folder, options } = work;
  options.onProgress?.(`following Setup, which another run has started (attempt ${number})`);
  await folder.note(`attempt ${number} attached`);
  const startedAt = await folder.startOf(number);
  if (startedAt !== null) options.onFollow?.(startedAt);
  return follow(work, number, { attached: true });
}

/** How an attempt came to be followed. */
interface Followed {
  /** True if another run of this program has started it. */
  readonly attached: boolean;
  /** Settles when the attempt's script is over. @default that is not known */
  readonly ended?: Promise<unknown> | undefined;
  /** Added to the journal. @default nothing */
  readonly event?: string;
}

/** Follows an attempt, with or without the lock. */
export async function follow(
  work: Work,
  number: number,
  { attached, ended, event }: Followed,
): Promise<SetupOutcome> {
  const { folder, link, lock, log, timing, options } = work;
  const tail = new LogTail(log, () => folder.logLinesBefore(number), timing.logMs);
  const teller = new Teller(options.onProgress);
  const began = performance.now();
  let wake = ended;
  let toNote = event;
  // Once its channel has ended, it no longer wakes the loop.
  void ended?.then(() => {
    wake = undefined;
  });
  for (;;) {
    if (!lock.held) await lock.acquire();
    const attempt = await folder.probe(number, toNote);
    toNote = undefined;
    teller.tellPhases(attempt);
    if (attempt.state.kind === "exited") return finish(work, attempt, attached);
    if (attempt.state.kind === "interrupted") {
      const processes = await runningProcesses(link, [options.process]);
      if (processes.known && processes.value.length === 0) return finish(work, attempt, attached);
    }
    // Its files are gone: the run that this one follows removes them only after it has proven the result.
    if (attempt.state.kind === "prepared") return removedByAnother(work, number);
    const line = await tail.look();
    if (line !== null) teller.tellLogLine(line);
    work.requireTime(`Setup still runs (attempt ${number}) and goes on`);
    await pause(restBetweenLooks(performance.now() - began, timing.pollMs), options.signal, wake);
  }
}

/**
 * Milliseconds between two looks at a Setup: each look reads all of its output, which grows for an hour. Its end is seen at most a
 * sixtieth of its time too late.
 * @param elapsed milliseconds for which it has been followed
 */
export function restBetweenLooks(elapsed: number, pollMs: number): number {
  return Math.min(Math.max(elapsed / 60, pollMs), 5 * pollMs);
}

/** Tells the phases of a Setup, each once and again with its status, and the lines of its log with the phase. */
class Teller {
  readonly #tell: SetupOptions["onProgress"];
  #phasesTold = 0;
  #phase: string | undefined;

  constructor(tell: SetupOptions["onProgress"]) {
    this.#tell = tell;
  }

  tellPhases(attempt: Attempt): void {
    const { phases } = parseConsole(attempt.output);
    for (const { name, status } of phases.slice(this.#phasesTold)) {
      this.#phase = status === "" ? name : `${name}: ${status}`;
      this.#tell?.(this.#phase);
    }
    // A phase without a status is reported again once it has one.
    this.#phasesTold = phases.at(-1)?.status === "" ? phases.length - 1 : phases.length;
  }

  tellLogLine(line: string): void {
    this.#tell?.(this.#phase === undefined ? `log: ${line}` : `${this.#phase}; log: ${line}`);
  }
}
