/** What a run of this program uses while it works on an operation. */
import { reasonOf } from "../../text";
import type { Launcher, LaunchSite } from "../launch/launcher";
import { removeLeftovers } from "../launch/modes";
import type { SetupLogFile } from "../site/logfile";
import { OperationAborted } from "../transport/errors";
import type { OperationTiming, SetupOptions } from "./options";

/** An operation on its computer, with the lock, Setup's log, and the way to start an attempt. */
export interface Work extends LaunchSite {
  readonly options: SetupOptions;
  readonly timing: OperationTiming;
  readonly log: SetupLogFile;
  readonly launcher: Launcher;
}

/** Removes what only a start needed, if this run holds the lock. Otherwise the lock's owner does it, now or later. */
export async function clearStart(work: Work): Promise<void> {
  if (!work.lock.held) return;
  try {
    await work.launcher.clear();
    const left = await removeLeftovers(work);
    if (left !== null) work.tell(left);
  } catch (error) {
    if (error instanceof OperationAborted) throw error;
    work.tell(`what was made to start Setup was not removed: ${reasonOf(error)}. The next run removes it`);
  }
}
