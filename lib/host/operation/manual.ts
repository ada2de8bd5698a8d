/** Run mode `manual`: an operator runs Setup, and this run waits for the result. */

import { durationText, reasonOf } from "../../text";
import { pause, unlessAborted } from "../site/link";
import { HostError, OperationAborted } from "../transport/errors";
import { commandLine, notRun, type SetupOptions, type SetupOutcome } from "./options";

/** Waits for the operator. @throws HostError once the time is over */
export async function waitForOperator(
  options: SetupOptions,
  pollMs: number,
  timeoutMs: number,
): Promise<SetupOutcome> {
  const deadline = performance.now() + timeoutMs;
  if ((await unlessAborted(options.isDone(), options.signal)) !== false)
    return { ...notRun, done: true, alreadyDone: true };
  await options.mayStart?.();
  const what = options.instruction ?? `run ${commandLine(options.command)} there`;
  options.onInstruction?.(`waiting for an operator: ${what}`);
  options.onProgress?.(`waiting for an operator: ${what}`);
  while (performance.now() < deadline) {
    await pause(pollMs, options.signal);
    // The wizard restarts servers, and domain controllers get patches: one failed look must not end a long wait.
    const done = await unlessAborted(options.isDone(), options.signal).catch((error: unknown) => {
      if (error instanceof OperationAborted) throw error;
      options.onProgress?.(`waiting for an operator; the last look failed: ${reasonOf(error)}`);
      return false;
    });
    if (done !== false) return { ...notRun, done: true, alreadyDone: false };
  }
  throw new HostError(
    `the operator's part is not done after ${durationText(timeoutMs)}: ${what}. Then run pulumi up again: it goes on from ` +
      `there.`,
  );
}
