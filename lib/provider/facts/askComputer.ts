/** A question to a step's computer beside its facts: over a connection of its own, in the time that facts have. */
import { type HostSession, openSession } from "../../host";
import type { Logons } from "../../logons";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { DeadlinePassed, deadline } from "./deadline";
import { defaultFactsSeconds } from "./gather";

/**
 * What the computer answers; what `unread` makes of the reason where it does not in time, or not at all.
 * @param ask the question. It has `seconds` for its answer
 * @param late what is said where the time is over
 */
export async function askComputer<T>(
  step: Step,
  logons: Logons,
  ask: (session: HostSession, seconds: number) => Promise<T>,
  { unread, late }: { readonly unread: (why: string) => T; readonly late: (seconds: number) => string },
): Promise<T> {
  const seconds = step.inputs.timeouts?.facts ?? defaultFactsSeconds;
  const limit = deadline(seconds);
  const answer = async (): Promise<T> => {
    const session = await openSession(connectionOptions(step), logons);
    try {
      return await ask(session, seconds);
    } finally {
      session.close();
    }
  };
  try {
    return await limit(answer(), (why, error) =>
      unread(error instanceof DeadlinePassed ? late(seconds) : why),
    );
  } finally {
    limit.end();
  }
}
