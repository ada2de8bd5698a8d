/**
 * Restarts a computer over SSH. What proves it is another time of shutdown in the registry, written when Windows goes
 * down in order; never a line that was dropped, and never that somebody answers again. Another one, and not a later one:
 * the computer's clock may have been set back meanwhile.
 */

import { hostname, userInfo } from "node:os";
import { cutLine, durationText } from "../../text";
import { processesText, runningProcesses } from "../site/foreign";
import { Link, type OpenSession, pause } from "../site/link";
import { ComputerLock, plain, takeLock } from "../site/lock";
import { findBase, prepareBase } from "../site/place";
import { readShutdownTime, shutdownKey } from "../site/shutdownTime";
import {
  AuthenticationFailed,
  ConnectionLost,
  HostError,
  OperationRefused,
  Unreachable,
} from "../transport/errors";
import type { RunResult } from "../transport/session";
import { defaultTiming, type OperationTiming } from "./options";

/** First Windows build in which /f of shutdown.exe means what it says: Windows Vista, and Server 2008. */
const firstForcing = 6000;

/**
 * The command that restarts Windows now, whoever is logged on. Without /f and with no time to wait, Windows refuses as long
 * as anybody is logged on, disconnected sessions too (Microsoft's page of shutdown: /f is implied by a time above 0 alone).
 * In XP and Server 2003 the logic of /f is reversed: there restarting is forced without it (Windows Sysinternals
 * Administrator's Reference, PsShutdown). A build that is not known counts as a later one.
 */
export function restartCommand(build: number | null): string {
  return build !== null && build < firstForcing ? "shutdown /r /t 0" : "shutdown /r /f /t 0";
}

/** Answers of shutdown.exe that say that Windows goes down without this call, now or later (Win32 error codes). */
const goingDown: { readonly [code: number]: string } = {
  1115: "a restart or shutdown that has begun there",
  1190: "a restart or shutdown that somebody else has scheduled there",
};

/** Answers with which it refuses, and what they mean. */
const refusals: { readonly [code: number]: string } = {
  5:
    'the account of the connection may not restart it; over SSH that is the right "Force shutdown from a remote system" ' +
    "(SeRemoteShutdownPrivilege)",
  1191: "others are logged on, and Windows does not log them off",
};

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
   * somebody else, whom this one had to wait for, has made it. Told when Windows was last shut down. @default it is required
   */
  readonly isRequired?: (lastShutdown: bigint) => Promise<boolean>;
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
    const { base, windowsBuild } = await prepareBase(link);
    const owner = plain(`${userInfo().username} on ${hostname()} (process ${process.pid}, restarting)`);
    const lock = new ComputerLock(link, base, { beatMs: timing.beatMs, ttlMs: timing.lockTtlMs, owner });
    const deadline = performance.now() + timeoutMs;
    try {
      await takeLock(lock, { pollMs: timing.pollMs, signal }, async (owner) => {
        if (performance.now() <= deadline) return null;
        throw new OperationRefused(
          `another run of this program holds the computer (${owner ?? "it did not say who"}), so it is not restarted`,
        );
      });
      return await restartIfRequired(link, windowsBuild, deadline, timing.pollMs, options);
    } finally {
      await pause(releaseMs, undefined, lock.release());
    }
  } finally {
    link.close();
  }
}

/**
 * The same for who holds the computer's lock already. The connection is one of its own, for which Windows may be down.
 * @param hold makes sure of the lock
 */
export async function restartHeld(
  open: OpenSession,
  options: RestartOptions,
  hold: () => Promise<unknown>,
): Promise<boolean> {
  const { pollMs } = { ...defaultTiming, ...options.timing };
  const { timeoutMs, signal } = options;
  const link = new Link(open, {
    reconnectMs: Math.min(pollMs, timeoutMs),
    retryMs: pollMs,
    signal,
    onProgress: () => undefined,
  });
  try {
    const { windowsBuild } = await findBase(link);
    await hold();
    return await restartIfRequired(link, windowsBuild, performance.now() + timeoutMs, pollMs, options);
  } finally {
    link.close();
  }
}

async function restartIfRequired(
  link: Link,
  windowsBuild: number | null,
  deadline: number,
  pollMs: number,
  options: RestartOptions,
): Promise<boolean> {
  await refuseWhileSetupRuns(link, [options.process, ...(options.otherProcesses ?? [])]);
  let before: bigint;
  do {
    before = await requireShutdownTime(link);
    if ((await options.isRequired?.(before)) === false) return false;
    // Where it went down while it was asked about, what was said is of the time before.
  } while ((await requireShutdownTime(link)) !== before);
  const others = await goDown(link, restartCommand(windowsBuild));
  options.onProgress?.(
    others === null
      ? "restarting; waiting until it has come back"
      : `${others}; waiting until it has come back`,
  );
  await comeBack(link, before, others, deadline, pollMs, options);
  return true;
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

async function requireShutdownTime(link: Link): Promise<bigint> {
  const time = await readShutdownTime(link);
  if (time === undefined)
    throw new HostError(
      `the value ShutdownTime of ${shutdownKey} cannot be read, so a restart could not be proven: it is not restarted`,
    );
  return time;
}

/**
 * Tells Windows to restart.
 * @returns what takes it down instead, which somebody else has begun; null where it goes down by this call
 */
async function goDown(link: Link, command: string): Promise<string | null> {
  const result = await link.runOnce(`${command} 2>&1`).catch((error: unknown) => {
    // Windows may have been quicker than the answer; the time of shutdown tells.
    if (error instanceof ConnectionLost) return null;
    throw error;
  });
  if (result === null || result.exitCode === 0) return null;
  const code = answerOf(result);
  const others = goingDown[code];
  // Somebody else's plan is followed and not taken back: who made it may have told people when, or runs off a battery.
  if (others !== undefined) return `${others} (${code})`;
  const said = cutLine(result.stdout, 160);
  const why =
    refusals[code] ?? (said === "" ? "shutdown failed and printed nothing" : said.replace(/\.$/, ""));
  throw new HostError(`it refused to restart (shutdown: ${code}): ${why}`);
}

/** The Win32 error, which shutdown.exe prints behind its sentence, and ends with: not every SSH server keeps all of an exit code. */
export function answerOf({ exitCode, stdout }: Pick<RunResult, "exitCode" | "stdout">): number {
  const printed = /\((\d{1,5})\)\s*$/.exec(stdout)?.[1];
  return printed === undefined ? exitCode : Number(printed);
}

async function comeBack(
  link: Link,
  before: bigint,
  others: string | null,
  deadline: number,
  pollMs: number,
  { timeoutMs, signal }: RestartOptions,
): Promise<void> {
  for (;;) {
    let last = "it answers, and has not been shut down since";
    try {
      const now = await readShutdownTime(link);
      if (now !== undefined && now !== before) return;
    } catch (error) {
      last = whyNotBack(error);
    }
    const left = deadline - performance.now();
    if (left <= 0)
      throw new HostError(
        others === null
          ? `it was told to restart and has not come back after ${durationText(timeoutMs)}: ${last}`
          : `${others} was waited for, and Windows has not come back by it after ${durationText(timeoutMs)}: ${last}. Let it ` +
              "come, or cancel it there (shutdown /a)",
      );
    await pause(Math.min(pollMs, left), signal);
    link.check();
  }
}

/**
 * What is seen of a computer that has not come back yet.
 * @throws the error where waiting helps nobody: a password that was refused is not sent again, whoever refused it
 */
function whyNotBack(error: unknown): string {
  if (error instanceof Unreachable || error instanceof ConnectionLost) return "it does not answer";
  if (error instanceof AuthenticationFailed && error.isOfKey && !error.isOfProxy)
    return `it refuses the logon (${error.tried})`;
  throw error;
}

/**
 * When Windows was last shut down, in units of 100 ns since 1601; undefined where the registry does not say.
 * @throws the errors of a connection
 */
export async function lastShutdown(open: OpenSession, signal?: AbortSignal): Promise<bigint | undefined> {
  const link = new Link(open, {
    reconnectMs: 0,
    retryMs: defaultTiming.retryMs,
    signal,
    onProgress: () => {},
  });
  try {
    return await readShutdownTime(link);
  } finally {
    link.close();
  }
}
