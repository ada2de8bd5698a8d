/**
 * Looks at an operation on its computer, without a lock and without a trace: for a user who watches another run's work.
 */
import { parseConsole } from "../../setupLog";
import { attemptFiles } from "../site/attemptScript";
import { OperationFolder } from "../site/attempts";
import { Link } from "../site/link";
import { findBase } from "../site/place";
import type { HostSession } from "../transport/session";

/** The newest attempt of an operation. */
export interface OperationNow {
  /**
   * `prepared`: Setup was not started yet. `exited`: it ended, with `code`. `interrupted`: it ended without an exit
   * code.
   */
  readonly state: "prepared" | "running" | "exited" | "interrupted";
  /** Exit code; null if Setup has not ended, or left none. */
  readonly code: number | null;
  /** Milliseconds since 1970 UTC, by the clock of the run that started it; null if its journal does not tell. */
  readonly startedAt: number | null;
  /** What Setup printed last: `Mailbox Role: 45%`; null if it has printed nothing yet. */
  readonly phase: string | null;
  /** Path of Setup's console output. */
  readonly output: string;
}

/** The operation's newest attempt; null if the computer has none. @param session stays open */
export async function lookAtOperation(session: HostSession, operation: string): Promise<OperationNow | null> {
  const link = Link.over(session);
  const { base } = await findBase(link);
  const folder = OperationFolder.at(link, base, operation);
  const newest = await folder.newest();
  if (newest === null) return null;
  const { number, state, output } = newest;
  const last = parseConsole(output).phases.at(-1);
  return {
    state: state.kind,
    code: state.kind === "exited" ? state.code : null,
    startedAt: await folder.startOf(number),
    phase: last === undefined ? null : last.status === "" ? last.name : `${last.name}: ${last.status}`,
    output: `${folder.path}\\${number}\\${attemptFiles.output}`,
  };
}
