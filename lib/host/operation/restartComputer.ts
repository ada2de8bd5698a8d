/**
 * Restarts a computer over a session with it. The proof is a changed time of shutdown in the registry, which Windows writes when it
 * shuts down in order. A dropped connection proves nothing, and neither does a computer that answers again. The time
 * need not be later: the computer's clock may have been set back meanwhile.
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
 * The command that restarts Windows now, even if somebody is logged on. Without /f and without a delay, Windows refuses
 * while anybody is logged on, disconnected sessions included (Microsoft's page of shutdown: only a delay above 0
 * implies /f). In XP and Server 2003 the logic of /f is reversed: there a restart is forced without it (Windows
 * Sysinternals Administrator's Reference, PsShutdown). An unknown build counts as a later one.
 */
export function restartCommand(build: number | null): string {
  return build !== null && build < firstForcing ? "shutdown /r /t 0" : "shutdown /r /f /t 0";
}

/** Answers of shutdown.exe that mean that Windows shuts down without this call, now or later (Win32 error codes). */
const goingDown: { readonly [code: number]: string } = {
  1115: "a restart or shutdown that has begun there",
  1190: "a restart or shutdown that somebody else has scheduled there",
};

/** Answers of shutdown.exe that refuse, with their meanings. */
const refusals: { readonly [code: number]: string } = {
  5:
    'the account of the connection may not restart it; over the network that is the right "Force shutdown from a remote system" ' +
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
 * Restarts the computer and waits for the proof that it has come back.
 *
 * @returns false if no restart was required any more, and none was made
 *
 * @throws OperationRefused if a Setup runs there or somebody else acts there; HostError if the restart could not be
 * proven, was refused, or took too long; the errors of a connection
 */
export async function restartComputer(open: OpenSession, options: RestartOptions): Promise<boolean> {
  const timing = { ...defaultTiming, ...options.timing };
  const { timeoutMs, signal } = options;
  const link = new Link(open, {
    // The code below waits for a Windows that is down; this only covers a dropped connection.
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
 * The same for a run that holds the computer's lock already. It uses a connection of its own, which Windows may cut.
 *
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
    // If the computer shut down during the question, the answer is older than that.
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
 *
 * @returns the restart that somebody else has begun and that replaces this one; null if this call restarts it
 */
async function goDown(link: Link, command: string): Promise<string | null> {
  const result = await link.runOnce(`${command} 2>&1`).catch((error: unknown) => {
    // Windows may have shut down before it answered; the time of shutdown tells.
    if (error instanceof ConnectionLost) return null;
    throw error;
  });
  if (result === null || result.exitCode === 0) return null;
  const code = answerOf(result);
  const others = goingDown[code];
  // A shutdown that somebody else has planned is awaited, not cancelled: people may expect it at that time, or a UPS
  // may have requested it.
  if (others !== undefined) return `${others} (${code})`;
  const said = cutLine(result.stdout, 160);
  const why =
    refusals[code] ?? (said === "" ? "shutdown failed and printed nothing" : said.replace(/\.$/, ""));
  throw new HostError(`it refused to restart (shutdown: ${code}): ${why}`);
}

/**
 * The Win32 error, which shutdown.exe prints after its sentence and exits with: not every SSH server passes on the
 * whole exit code.
 */
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
 * What is known of a computer that has not come back yet.
 *
 * @throws the error if waiting cannot help: a refused password is not sent again, whoever refused it
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
