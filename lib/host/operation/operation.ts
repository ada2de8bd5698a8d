/**
 * Runs Exchange Setup on a computer as an operation. An operation has an identity, and lives on the computer and not in
 * this process. A later run (a second `up`, a restarted engine, a new connection) finds it and follows it. Setup never
 * runs twice at once, and not at all if the caller's own look shows the result.
 */
import { hostname, userInfo } from "node:os";
import { reasonOf } from "../../text";
import { quotePath } from "../cmd/quote";
import { launchModes, removeLeftovers } from "../launch/modes";
import { OperationFolder } from "../site/attempts";
import { Link, type OpenSession, pause } from "../site/link";
import { ComputerLock, plain, takeLock } from "../site/lock";
import { findBase, type OperationPlace } from "../site/place";
import { type Around, heldComputer } from "./held";
import { waitForOperator } from "./manual";
import {
  defaultTimeoutMs,
  defaultTiming,
  type OperationTiming,
  type SetupOptions,
  type SetupOutcome,
} from "./options";
import { startOrFollow } from "./start";
import { requireName, workOf } from "./work";

/** Milliseconds to wait until the lock is given back, when the work is over or was told to stop. */
const releaseMs = 5000;
/** Number of tries to get the lock for cleaning up, which is not worth a longer wait. */
const discardTries = 5;

/**
 * Brings an operation to its end: finds it done, follows a running one, or starts Setup and follows that.
 *
 *
 * @param open makes a connection that is the operation's own; it is called again when the connection is lost. Not
 * called in `manual` mode.
 *
 * @param around what is done before and after Setup under the same lock @default nothing
 *
 * @throws OperationRefused if somebody else's Setup or lock is there, or the run mode is not available;
 * OperationAborted; Unreachable and the other errors of a connection; HostError if the time is over, the computer's
 * disk does not take our files, or a scheduled task does not start.
 */
export async function runSetup(
  open: OpenSession,
  options: SetupOptions,
  around?: Around,
): Promise<SetupOutcome> {
  requireName(options.operation);
  const timing = { ...defaultTiming, ...options.timing };
  if (launchModes[options.mode] === "operator")
    return waitForOperator(options, timing.manualPollMs, options.timeoutMs ?? defaultTimeoutMs);

  const link = linkOf(open, options, timing);
  try {
    const place = await findBase(link);
    const lock = lockOf(link, place.base, options.owner, timing);
    const work = await workOf({ link, place, lock }, options, timing);
    try {
      if (around === undefined) return await startOrFollow(work);
      const computer = heldComputer(work, open);
      const outcome = await startOrFollow(work, (wasTried) => around.before(computer, wasTried));
      await around.after(computer, outcome);
      return outcome;
    } finally {
      await pause(releaseMs, undefined, lock.release());
    }
  } finally {
    link.close();
  }
}

/**
 * Removes what an operation has left on its computer: its folder, its own task, the lock. Only call it after the result
 * is proven. The folder is renamed first, so that an interrupted removal leaves nothing that looks like an attempt. The
 * computer was there a moment ago, so a failed connection is retried for a while. Never throws: leftovers do no harm.
 *
 *
 * @returns what could not be removed and why, or null
 */
export async function discardOperation(
  open: OpenSession,
  options: Pick<SetupOptions, "operation" | "owner" | "signal" | "onProgress" | "timing">,
): Promise<string | null> {
  requireName(options.operation);
  const timing = { ...defaultTiming, ...options.timing };
  const reconnectMs = Math.min(timing.reconnectMs, timing.discardMs);
  const link = linkOf(open, options, { ...timing, reconnectMs }, true);
  try {
    const place = await findBase(link);
    const base = await link.askOne(`if exist ${quotePath(place.base)} (echo yes) else (echo no)`);
    if (!base.text.startsWith("yes")) return null;
    const lock = lockOf(link, place.base, options.owner, timing);
    try {
      return await discardFiles({ link, place, lock, ...options, pollMs: timing.pollMs });
    } finally {
      await pause(releaseMs, undefined, lock.release());
    }
  } catch (error) {
    return `what the operation left on the computer was not removed: ${reasonOf(error)}`;
  } finally {
    link.close();
  }
}

async function discardFiles(parts: {
  readonly link: Link;
  readonly place: OperationPlace;
  readonly lock: ComputerLock;
  readonly operation: string;
  readonly pollMs: number;
}): Promise<string | null> {
  const { link, place, lock, operation, pollMs } = parts;
  const folder = OperationFolder.at(link, place.base, operation);
  let tries = 0;
  await takeLock(lock, { pollMs, signal: link.signal }, async () =>
    ++tries < discardTries ? null : "in use",
  );
  const { held } = lock;
  const newest = (await folder.newest())?.state.kind;
  if (newest === "running") return `${folder.path} was left: Setup still runs there`;
  // Another operation may hold the lock for hours. A run that is about to start this operation again has prepared an
  // attempt.
  if (!held && newest === "prepared") return `${folder.path} was left: another run is at work there`;
  const left = await removeLeftovers({ link, place, folder, operation });
  if (left !== null) return left;
  if (!(await folder.remove(place.base)))
    return `${folder.path} was left: a file in it is open, or access is denied`;
  if (held) await lock.remove();
  return null;
}

function linkOf(
  open: OpenSession,
  options: Pick<SetupOptions, "signal" | "onProgress">,
  timing: OperationTiming,
  awaitFirst = false,
): Link {
  return new Link(open, {
    awaitFirst,
    reconnectMs: timing.reconnectMs,
    retryMs: timing.retryMs,
    signal: options.signal,
    onProgress: (text) => options.onProgress?.(text),
  });
}

function lockOf(link: Link, base: string, named: string | undefined, timing: OperationTiming): ComputerLock {
  const owner = plain(named ?? `${userInfo().username} on ${hostname()} (process ${process.pid})`);
  return new ComputerLock(link, base, { beatMs: timing.beatMs, ttlMs: timing.lockTtlMs, owner });
}
