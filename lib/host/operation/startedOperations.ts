/** The operations on a computer that have run their program, and of whose result nobody has removed the files. */
import { quotePath } from "../cmd/quote";
import { OperationFolder } from "../site/attempts";
import { Link } from "../site/link";
import { findBase } from "../site/place";
import { linesOf } from "../transport/decode";
import type { HostSession } from "../transport/session";

/** An operation whose program has run, or runs. Its files are there until its result is proven. */
export interface StartedOperation {
  readonly name: string;
  /** Its folder on the computer. */
  readonly folder: string;
  /** Of the last attempt that has run the program. `interrupted`: it ended without an exit code. */
  readonly state: "running" | "exited" | "interrupted";
  /** Exit code of that attempt; null if it left none. */
  readonly code: number | null;
}

/** The operations below the folder of all operations, whoever has started them. */
export async function startedOperations(link: Link, base: string): Promise<readonly StartedOperation[]> {
  const listing = await link.askOne(`dir /b /ad ${quotePath(base)} 2>nul`);
  const all: StartedOperation[] = [];
  for (const name of linesOf(listing.text)) {
    const folder = OperationFolder.at(link, base, name);
    const last = await folder.lastRun(await folder.newest());
    if (last === null || last.state.kind === "prepared") continue;
    const code = last.state.kind === "exited" ? last.state.code : null;
    all.push({ name, folder: folder.path, state: last.state.kind, code });
  }
  return all;
}

/** The same without a lock and without a trace. @param session stays open */
export async function lookAtOperations(session: HostSession): Promise<readonly StartedOperation[]> {
  const link = Link.over(session);
  const { base } = await findBase(link);
  return startedOperations(link, base);
}
