/**
 * Restarts a computer over SSH. What proves it is another time of shutdown in the registry, written when Windows goes
 * down in order; never a line that was dropped, and never that somebody answers again. Another one, and not a later one:
 * the computer's clock may have been set back meanwhile.
 */

import { hostname, userInfo } from "node:os";
import { cutLine } from "../cut";
import { prepareBase } from "./attempts";
import { type Part, regQueryValue, sshServer } from "./commands";
import { ConnectionLost, HostError, OperationRefused, Unreachable } from "./errors";
import { processesText, runningProcesses } from "./foreign";
import { Link, type OpenSession, pause } from "./link";
import { ComputerLock, plain } from "./lock";
import { defaultTiming, type OperationTiming } from "./options";
import { dataOf, findKey, parseRegistry } from "./registry";

/** Where Windows writes when it was last shut down (ShutdownTime, a FILETIME). */
const shutdownKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows";

/** How a computer is restarted. */
export interface RestartOptions {
  /** Image name of the process that does Setup's work: while it runs, nothing is restarted. */
  readonly process: string;
  /** Image names of other processes that show that a Setup is open. @default none */
  readonly otherProcesses?: readonly string[];
  /** Milliseconds until the computer must have come back. */
  readonly timeoutMs: number;
  /**
   * Asked when the computer is ours and no Setup runs there: false when a restart is not required any more, because
   * somebody else, whom this one had to wait for, has made it. @default it is required
   */
  readonly isRequired?: () => Promise<boolean>;
  /** @default nothing */
  readonly onProgress?: (text: string) => void;
  /** Stops waiting; the computer restarts all the same. @default never */
  readonly signal?: AbortSignal;
  readonly timing?: Partial<RestartTiming>;
}

/** Intervals in milliseconds: `pollMs` is between two looks, and between two tries to connect. The lock is that of the operations. */
export type RestartTiming = Pick<OperationTiming, "pollMs" | "beatMs" | "lockTtlMs">;

/** Wait for the lock to be given back. */
const releaseMs = 5_000;

/**
 * Restarts the computer and waits until it is proven to have come back.
 * @returns false when a restart was not required any more, and none was made
 * @throws OperationRefused when a Setup runs there or somebody else acts there; HostError when it could not be proven,
 *   was refused, or did not come back in time; the errors of a connection
 */
export async function restartComputer(open: OpenSession, options: RestartOptions): Promise<boolean> {
  const timing = { ...defaultTiming, ...options.timing };
  const { timeoutMs, signal } = options;
  const link = new Link(open, {
    // Windows that is down is waited for below; this is for a line that drops.
    reconnectMs: Math.min(timing.pollMs, timeoutMs),
    retryMs: timing.pollMs,
    signal,
    onProgress: (text) => options.onProgress?.(text),
  });
  try {
    const { base } = await prepareBase(link);
    const owner = plain(`${userInfo().username} on ${hostname()} (process ${process.pid}, restarting)`);
    const lock = new ComputerLock(link, base, { beatMs: timing.beatMs, ttlMs: timing.lockTtlMs, owner });
    const deadline = performance.now() + timeoutMs;
    try {
      await takeLock(lock, deadline, timing.pollMs, signal);
      await refuseWhileSetupRuns(link, [options.process, ...(options.otherProcesses ?? [])]);
      let before: bigint;
      do {
        before = await readShutdownTime(link);
        if ((await options.isRequired?.()) === false) return false;
        // Where it went down while it was asked about, what was said is of the time before.
      } while ((await readShutdownTime(link)) !== before);
      await goDown(link);
      options.onProgress?.("restarting; waiting until it has come back");
      await comeBack(link, before, deadline, timing.pollMs, options);
      return true;
    } finally {
      await pause(releaseMs, undefined, lock.release());
    }
  } finally {
    link.close();
  }
}

async function takeLock(
  lock: ComputerLock,
  deadline: number,
  pollMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    const state = await lock.acquire();
    if (state.held) return;
    if (performance.now() > deadline)
      throw new OperationRefused(
        `another run of this program holds the computer (${state.owner ?? "it did not say who"}), so it is not restarted`,
      );
    await pause(pollMs, signal);
  }
}

async function refuseWhileSetupRuns(link: Link, images: readonly string[]): Promise<void> {
  const processes = await runningProcesses(link, images);
  if (!processes.known)
    throw new OperationRefused(
      `whether ${images.join(" or ")} runs on the computer is not known (${processes.why}), so it is not restarted`,
    );
  if (processes.value.length > 0)
    throw new OperationRefused(
      `${processesText(processes.value, { one: "runs there", many: "run there" })}, so it is not restarted`,
    );
}

/** When Windows was last shut down, in units of 100 ns since 1601. */
async function readShutdownTime(link: Link): Promise<bigint> {
  const part = await link.askOne(`${regQueryValue(sshServer, shutdownKey, "ShutdownTime")} 2>&1`);
  const time = shutdownTimeOf(part);
  if (time === undefined)
    throw new HostError(
      `the value ShutdownTime of ${shutdownKey} cannot be read, so a restart could not be proven: it is not restarted`,
    );
  return time;
}

/** The FILETIME in the output of `reg query`; undefined when there is none to be read. */
export function shutdownTimeOf(part: Pick<Part, "text">): bigint | undefined {
  const data = dataOf(findKey(parseRegistry(part.text), shutdownKey), "ShutdownTime")?.trim() ?? "";
  if (!/^[0-9a-f]{16}$/i.test(data)) return undefined;
  return Buffer.from(data, "hex").readBigUInt64LE();
}

async function goDown(link: Link): Promise<void> {
  try {
    const { shutdown } = await link.once({ shutdown: "shutdown /r /t 0 2>&1" });
    if (shutdown.ok) return;
    const said = cutLine(shutdown.text, 160);
    throw new HostError(
      `it refused to restart: ${said === "" ? "shutdown failed and printed nothing" : said}`,
    );
  } catch (error) {
    // Windows may have been quicker than the answer; the time of shutdown tells.
    if (!(error instanceof ConnectionLost)) throw error;
  }
}

async function comeBack(
  link: Link,
  before: bigint,
  deadline: number,
  pollMs: number,
  { timeoutMs, signal }: RestartOptions,
): Promise<void> {
  for (;;) {
    let last = "it answers, and has not been shut down since";
    try {
      const part = await link.askOne(`${regQueryValue(sshServer, shutdownKey, "ShutdownTime")} 2>&1`);
      const now = shutdownTimeOf(part);
      if (now !== undefined && now !== before) return;
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof ConnectionLost)) throw error;
      last = "it does not answer";
    }
    const left = deadline - performance.now();
    if (left <= 0)
      throw new HostError(
        `it was told to restart and has not come back after ${minutes(timeoutMs)}: ${last}`,
      );
    await pause(Math.min(pollMs, left), signal);
    link.check();
  }
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} min`;
}
