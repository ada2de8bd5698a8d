/**
 * How a scheduled task is told to start an attempt, and how the run waits for the first sign: run modes `task` and
 * `scheduled`.
 */
import type { Leave } from "../../logons";
import { pause } from "../site/link";
import type { Launch } from "../site/lock";
import { HostError } from "../transport/errors";
import type { RunResult } from "../transport/session";
import { type Beginning, type LaunchSite, maxLaunches } from "./launcher";

/** A task to start. */
export interface TaskStart {
  /** Requests the start; run in one line with a beat of the lock, and perhaps again. */
  readonly command: string;
  /** The command's standard input, if it has one. */
  readonly stdin?: string;
  /** The account whose password the command passes to Windows, which then logs it on; absent if it passes none. */
  readonly account?: { readonly name: string; readonly password: string };
  /** True if the command's output tells that Windows refused the account's password. */
  refusedPassword?(said: RunResult | null): boolean;
  /** Why the script did not begin, once it cannot begin any more. */
  notStarted(said: RunResult | null): Promise<HostError>;
}

/**
 * Lets a task start the attempt. A request is never repeated: with a wrong password every start is a failed logon, and
 * those lock an account. Only if it is not known whether Windows got the request, it is sent again.
 */
export async function startTask(site: LaunchSite, attempt: number, task: TaskStart): Promise<Beginning> {
  const leave = await leaveToLogOn(site, task);
  if (typeof leave !== "function") return { outcome: "not begun", error: leave };
  try {
    return await ask(site, attempt, task, leave);
  } finally {
    leave("withdrawn");
  }
}

/** Waits until the password of the task's account may be sent; tells why not if it was refused elsewhere. */
async function leaveToLogOn({ link }: LaunchSite, { account }: TaskStart): Promise<Leave | HostError> {
  if (account === undefined) return () => undefined;
  const { name: place, logons, logonPlaces: carriedBy } = await link.session();
  const { name: user, password } = account;
  const leave = await logons.mayLogOn({ user, password, place, carriedBy });
  return typeof leave === "function" ? leave : new HostError(`Setup was not run: ${leave.why}`);
}

async function ask(site: LaunchSite, attempt: number, task: TaskStart, leave: Leave): Promise<Beginning> {
  const { lock, folder, link, pollMs } = site;
  for (let asked = 0; lock.held; ) {
    site.requireTime("Setup could not be started");
    const launch = await lock.launch(task.command, task.stdin);
    if (launch.outcome === "refused") {
      await pause(pollMs, link.signal);
      continue;
    }
    asked++;
    if (await hasBegun(site, attempt, launch)) {
      leave("accepted");
      return { outcome: "begun" };
    }
    const said = await saidBy(launch, pollMs);
    if (said === null && asked < maxLaunches) continue;
    if (!lock.held) break;
    // If Windows starts the task late, it must find nothing to start.
    if (!(await folder.giveUp(attempt))) return { outcome: "begun" };
    if (task.refusedPassword?.(said) === true) leave("refused");
    const error = await task.notStarted(said);
    await folder.note(`attempt ${attempt} not started by its task`);
    return { outcome: "not begun", error };
  }
  return { outcome: "lost the lock" };
}

/** Whether the requested task has begun the attempt within its time; a refused one has not. */
async function hasBegun(
  { folder, link, pollMs, taskStartMs }: LaunchSite,
  attempt: number,
  launch: Launch,
): Promise<boolean> {
  let refused = false;
  if (launch.outcome === "begun")
    void launch.ended.then((said) => {
      refused = said !== null && said.exitCode !== 0;
    });
  const giveUp = performance.now() + taskStartMs;
  for (let over = false; ; ) {
    const { state } = await folder.probe(attempt);
    if (state.kind !== "prepared") return true;
    if (over) return false;
    over = refused || performance.now() > giveUp;
    if (!over) await pause(Math.min(pollMs, 1000), link.signal);
  }
}

/** What a launch printed; null if its connection was cut, or it has not ended yet. */
async function saidBy(launch: Launch, ms: number): Promise<RunResult | null> {
  if (launch.outcome !== "begun") return null;
  return Promise.race([launch.ended, pause(ms).then(() => null)]);
}
