/** The time limit for reading the facts of a step. */
import { afterAwake } from "../../awake";
import { messageOf } from "../../wire/answers";

/** An answer did not arrive in time. */
export class DeadlinePassed extends Error {
  constructor(readonly seconds: number) {
    super(`no answer within ${seconds} s`);
  }
}

export type Limit = ReturnType<typeof deadline>;

/**
 * Makes a limiter. A promise that it is given is resolved by the deadline: if it fails or is late, with the value that
 * is made of the reason.
 */
export function deadline(seconds: number) {
  let end: () => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    end = afterAwake(seconds * 1_000, () => reject(new DeadlinePassed(seconds)));
  });
  const limit = <T>(work: Promise<T>, unread: (why: string, error: unknown) => T): Promise<T> =>
    Promise.race([work, over]).catch((error: unknown) => unread(messageOf(error), error));
  return Object.assign(limit, { end: () => end() });
}
