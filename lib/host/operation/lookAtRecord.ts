/** Looks at what is kept on a computer of its state before maintenance, without a lock and without a trace. */
import { OperationFolder } from "../site/attempts";
import { Link } from "../site/link";
import { findBase } from "../site/place";
import type { HostSession } from "../transport/session";
import { recordFile, recordFolder } from "./held";

/** The text that `HeldComputer.keep` wrote last, null if there is none; and its folder. @param session stays open */
export async function lookAtRecord(
  session: HostSession,
): Promise<{ readonly text: string | null; readonly folder: string }> {
  const link = Link.over(session);
  const { base } = await findBase(link);
  const record = OperationFolder.at(link, base, recordFolder);
  return { text: await record.read(recordFile), folder: record.path };
}
