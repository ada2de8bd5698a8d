/** The newest line of a running Setup's log, for progress. */

import { lastLineOf } from "../../setupLog";
import type { SetupLogFile } from "./logfile";

/** Number of last lines in which to look for a telling one. */
const tailLines = 20;
/** A log with more lines is not read: to find its end, the busy computer would have to read all of it. */
const longest = 300_000;
/** Time for one look; a slower computer is left alone. */
const lookMs = 20_000;

/** Looks at the log now and then, as long as that is cheap. */
export class LogTail {
  readonly #log: SetupLogFile;
  readonly #linesBefore: () => Promise<number>;
  readonly #everyMs: number;
  #next: number;
  #first: number | undefined;
  #total = 0;
  #last: string | null = null;
  #over = false;

  /** @param linesBefore how many lines the log had before the run */
  constructor(log: SetupLogFile, linesBefore: () => Promise<number>, everyMs: number) {
    this.#log = log;
    this.#linesBefore = linesBefore;
    this.#everyMs = everyMs;
    this.#next = performance.now() + everyMs;
  }

  /** A line that was not reported yet; null if there is none, or if it is too early for a look. */
  async look(): Promise<string | null> {
    if (this.#over || performance.now() < this.#next) return null;
    const began = performance.now();
    const line = await this.#newest();
    const now = performance.now();
    if (now - began >= lookMs) this.#over = true;
    this.#next = now + this.#everyMs;
    if (line === this.#last) return null;
    this.#last = line;
    return line;
  }

  async #newest(): Promise<string | null> {
    const total = await this.#log.lines(lookMs);
    if (total === null || total === this.#total) return this.#last;
    this.#total = total;
    if (total > longest) {
      this.#over = true;
      return null;
    }
    this.#first ??= await this.#linesBefore();
    const text = await this.#log.behind(this.#first, total, { most: tailLines, timeoutMs: lookMs });
    return text === null ? this.#last : lastLineOf(text);
  }
}
