/**
 * The answers of a run's directory. Each question is asked once for all who wait for it. This file alone says how old
 * an answer may be:
 * - Right before Setup, and for the proof after it, the reading begins after the request ({@link Answers.anew}). This
 *   holds for the step's own object, its access list, the account with its groups, and the levels.
 * - What the directory shows of other servers and of the forest is at most {@link othersMs} old right before a server's
 *   Setup. It contains what this run's own Setup has changed since.
 * - A check in preview takes any answer of the same preview, because a preview shows one moment.
 * - A check in `pulumi up` takes an answer that is at most {@link keptMs} old, because the step's own create looks
 *   again.
 */

import { now } from "../memory/clock";
import type { GatherOptions } from "./gatherOptions";

/** The age, in milliseconds, up to which `pulumi up` uses an answer that it does not need anew. */
export const keptMs = 60_000;

/**
 * The age, in milliseconds, up to which one reading of the whole forest serves the starts of many servers. A change
 * that somebody else makes within it is missed, as it would be right after a look: Setup begins seconds later and takes
 * minutes.
 */
export const othersMs = 5_000;

/** Milliseconds that a request waits for the same question under way, so that the next reading serves all who wait. */
const sharedMs = 2_000;

/** Asks a question anew, or takes an answer that the run has. */
export type Ask = <T>(question: string, read: () => Promise<T>) => Promise<T>;

/** The way in which one look asks its questions. */
export function askerOf(answers: Answers, { anew, preview }: GatherOptions): Ask {
  return (question, read) =>
    anew === true
      ? answers.anew(question, read)
      : answers.kept(question, read, preview === true ? undefined : keptMs);
}

/** An answer, or a question under way, with the time at which it was asked. */
interface Asked {
  readonly since: number;
  readonly answer: Promise<unknown>;
}

/** Answers by their question. */
export class Answers {
  readonly #last = new Map<string, Asked>();
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #next = new Map<string, Promise<unknown>>();

  /**
   * The last answer; asks the question if there is none.
   * @param most the age that the answer may have, in milliseconds
   */
  kept<T>(question: string, ask: () => Promise<T>, most = Number.POSITIVE_INFINITY): Promise<T> {
    const last = this.#last.get(question);
    // After the clock was set back, the age of an answer is unknown.
    if (last !== undefined && Math.abs(now() - last.since) <= most) return last.answer as Promise<T>;
    return this.#ask(question, ask);
  }

  /**
   * An answer whose reading begins after this call. Callers that come while the question is under way share the next
   * reading, so that a hundred creates at once make a few readings.
   */
  anew<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const running = this.#running.get(question);
    if (running === undefined) return this.#ask(question, ask);
    const shared = this.#next.get(question) ?? this.#after(running, question, ask);
    this.#next.set(question, shared);
    return shared as Promise<T>;
  }

  /** Replaces the last answer by one that is made from it and has the same age. */
  amend<T>(question: string, change: (answer: T) => T): void {
    const last = this.#last.get(question);
    if (last === undefined) return;
    const answer = (last.answer as Promise<T>).then(change);
    answer.catch(() => undefined);
    this.#last.set(question, { since: last.since, answer });
  }

  /** Forgets the last answer to one question. */
  drop(question: string): void {
    this.#last.delete(question);
  }

  /** Forgets all answers. A question under way still answers those who wait for it. */
  forget(): void {
    this.#last.clear();
  }

  /**
   * Asks after the question under way has ended; if a slow directory keeps it longer than {@link sharedMs}, asks beside
   * it.
   */
  async #after<T>(running: Promise<unknown>, question: string, ask: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, sharedMs);
    });
    await Promise.race([running.catch(() => undefined), late]);
    clearTimeout(timer);
    this.#next.delete(question);
    return this.#ask(question, ask);
  }

  #ask<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const answer = ask();
    this.#last.set(question, { since: now(), answer });
    this.#running.set(question, answer);
    const end = () => {
      if (this.#running.get(question) === answer) this.#running.delete(question);
    };
    answer.then(end, end);
    return answer;
  }
}
