/**
 * What a run's directory has answered, each question asked once for all who wait for it. How old an answer may be, is said here and
 * nowhere else:
 *
 * - Right before Setup, and for the proof after it, its reading begins after somebody has asked for it ({@link Answers.anew}): the own
 *   object, its access list, the account with its groups, and levels.
 * - What the directory shows of other servers, and of the forest around them, is right before a server's Setup at most
 *   {@link othersMs} old. What this run's own Setup has changed since is in it.
 * - A check of a preview takes what the preview has read, however long ago that was: a preview shows one moment.
 * - A check of `pulumi up`, which a look of the step's own create follows, takes what is at most {@link keptMs} old.
 */

import { now } from "../memory/clock";
import type { GatherOptions } from "./gatherOptions";

/** Milliseconds for which an answer is good enough for whoever does not need it anew, outside of a preview. */
export const keptMs = 60_000;

/**
 * Milliseconds for which a reading of the whole forest serves the starts of many servers. What somebody else changes in them is
 * missed as it would be right after the look: Setup begins some seconds later, and takes minutes.
 */
export const othersMs = 5_000;

/** Milliseconds that a question waits for the same one that is under way, so as to be asked once for all who wait. */
const sharedMs = 2_000;

/** How a question is asked: anew, or with what was answered before. */
export type Ask = <T>(question: string, read: () => Promise<T>) => Promise<T>;

/** How the questions of one look are asked. */
export function askerOf(answers: Answers, { anew, preview }: GatherOptions): Ask {
  return (question, read) =>
    anew === true
      ? answers.anew(question, read)
      : answers.kept(question, read, preview === true ? undefined : keptMs);
}

/** An answer, or what is under way to be one. */
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
   * The last answer, asked for where there is none.
   * @param most milliseconds that it may be old
   */
  kept<T>(question: string, ask: () => Promise<T>, most = Number.POSITIVE_INFINITY): Promise<T> {
    const last = this.#last.get(question);
    // A clock that was set back says nothing of an age.
    if (last !== undefined && Math.abs(now() - last.since) <= most) return last.answer as Promise<T>;
    return this.#ask(question, ask);
  }

  /**
   * An answer whose reading begins after this call. Whoever calls while the question is under way shares the next reading with all
   * who do: a hundred creates at once make a few readings.
   */
  anew<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const running = this.#running.get(question);
    if (running === undefined) return this.#ask(question, ask);
    const shared = this.#next.get(question) ?? this.#after(running, question, ask);
    this.#next.set(question, shared);
    return shared as Promise<T>;
  }

  /** Puts an answer into the place of the last one, of which it is made: as old as that is. */
  amend<T>(question: string, change: (answer: T) => T): void {
    const last = this.#last.get(question);
    if (last === undefined) return;
    const answer = (last.answer as Promise<T>).then(change);
    answer.catch(() => undefined);
    this.#last.set(question, { since: last.since, answer });
  }

  /** Forgets what was answered; what is under way goes on for those who wait for it. */
  forget(): void {
    this.#last.clear();
  }

  /** A directory that is slow keeps nobody waiting for long: who waits asks beside the one who has asked. */
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
