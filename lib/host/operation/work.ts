/** What a run of this program uses while it works on an operation. */
import { durationText, reasonOf } from "../../text";
import type { Launcher, LaunchSite } from "../launch/launcher";
import { launchModes, removeLeftovers } from "../launch/modes";
import { OperationFolder } from "../site/attempts";
import { SetupLogFile } from "../site/logfile";
import { HostError, OperationAborted } from "../transport/errors";
import { defaultTimeoutMs, type OperationTiming, type SetupOptions } from "./options";

/** An operation on its computer, with the lock, Setup's log, and the way to start an attempt. */
export interface Work extends LaunchSite {
  readonly options: SetupOptions;
  readonly timing: OperationTiming;
  readonly log: SetupLogFile;
  readonly launcher: Launcher;
  /** The operation's folder as it was listed at first. */
  readonly listing: string;
}

/**
 * The work on an operation. Another operation on the same computer can share its link, place and lock.
 *
 * @throws HostError if the computer's disk does not take our files; Error for `manual` mode, which runs nothing there
 */
export async function workOf(
  { link, place, lock }: Pick<Work, "link" | "place" | "lock">,
  options: SetupOptions,
  timing: OperationTiming,
): Promise<Work> {
  requireName(options.operation);
  const mode = launchModes[options.mode];
  if (mode === "operator") throw new Error("an operator runs Setup: there is nothing to start");
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadline = performance.now() + timeoutMs;
  const { folder, listing } = await OperationFolder.open(link, place.base, options.operation);
  const log = new SetupLogFile(
    link,
    options.logFile.replace(/^%SystemDrive%/i, place.systemDrive).replace(/^%SystemRoot%/i, place.systemRoot),
  );
  const site: LaunchSite = {
    link,
    place,
    folder,
    lock,
    operation: options.operation,
    pollMs: timing.pollMs,
    taskStartMs: timing.taskStartMs,
    tell: (text) => options.onProgress?.(text),
    requireTime: (state) => {
      if (performance.now() < deadline) return;
      throw new HostError(
        `the time for Setup is over (${durationText(timeoutMs)}): ${state}. Run pulumi up again: it follows.`,
      );
    },
  };
  const { taskName, account } = options;
  return {
    ...site,
    options: { ...options, command: commandWithLog(options, log.path) },
    timing,
    log,
    listing,
    launcher: mode.launcher(site, { taskName, account }),
  };
}

/** @throws Error for a name that cannot be the name of a folder */
export function requireName(operation: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(operation) && !/\.$/.test(operation)) return;
  throw new Error(`the operation's name ${JSON.stringify(operation)} cannot be the name of a folder`);
}

/** The command, with the path of the log for a program that needs it as an argument. */
function commandWithLog({ command, other }: SetupOptions, log: string): SetupOptions["command"] {
  return other === undefined ? command : { ...command, args: [...command.args, other.logSwitch, log] };
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
