/**
 * Asks a step's computer something beside its facts, over a connection of its own, within the same time limit as facts.
 */
import { type HostSession, openSession } from "../../host";
import type { Logons } from "../../logons";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { DeadlinePassed, deadline } from "./deadline";
import { defaultFactsSeconds } from "./gather";

/**
 * The computer's answer. If it does not answer, or not in time, `unread` makes the result of the reason.
 * @param ask asks over the session; its second argument is the time limit in seconds
 * @param late the reason if the time is over
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
