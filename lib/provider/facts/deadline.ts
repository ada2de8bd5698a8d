/** The time in which the facts of a step must be there. */
import { afterAwake } from "../../awake";
import { messageOf } from "../../wire/answers";

/** Something was not there in time. */
export class DeadlinePassed extends Error {
  constructor(readonly seconds: number) {
    super(`no answer within ${seconds} s`);
  }
}

export type Limit = ReturnType<typeof deadline>;

/** A limiter: each promise it is given ends by the deadline; one that is late or fails, with a value for the reason. */
export function deadline(seconds: number) {
  let end: () => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    end = afterAwake(seconds * 1_000, () => reject(new DeadlinePassed(seconds)));
  });
  const limit = <T>(work: Promise<T>, unread: (why: string, error: unknown) => T): Promise<T> =>
    Promise.race([work, over]).catch((error: unknown) => unread(messageOf(error), error));
  return Object.assign(limit, { end: () => end() });
}
