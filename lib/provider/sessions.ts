/** Sessions with the computer of a step. */
import { type HostSession, KeptSession, openSession } from "../host";
import type { Call } from "./call";
import { connectionOptions } from "./step/connectionOptions";
import type { Step } from "./step/step";

/** Opens sessions with the computer of a call's step: the one that the call keeps, else a new one each time. */
export function sessionsOf(step: Step, { run, kept }: Call): () => Promise<HostSession> {
  return kept === undefined
    ? async () => openSession(connectionOptions(step), run.logons)
    : () => kept.open();
}

/** Does work with a call that keeps a session with the step's computer, which is closed afterwards. */
export async function keepingSession<T>(
  step: Step,
  call: Call,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const kept = new KeptSession(sessionsOf(step, call));
  try {
    return await work({ ...call, kept });
  } finally {
    kept.end();
  }
}
