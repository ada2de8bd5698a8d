/** One run of this program at work on an operation: attaches to what runs, or starts it, and follows it to its end. */
import { type Leave, mayLogOn } from "../../logons";
import { durationText, reasonOf } from "../../text";
import type { Launcher, LaunchSite } from "../launch/launcher";
import { removeLeftovers } from "../launch/modes";
import { neverStartedCode, notRunCode, setupScript } from "../site/attemptScript";
import { type Attempt, cannotWrite } from "../site/attempts";
import { refuseForeignSetup, refuseGrowingLog, runningProcesses } from "../site/foreign";
import { pause, unlessAborted } from "../site/link";
import type { ComputerLock, Launch } from "../site/lock";
import type { SetupLogFile } from "../site/logfile";
import { LogTail } from "../site/logtail";
import { failureReason, parseConsole, parseSetupLog, type SetupReport } from "../site/setuplog";
import { HostError, OperationAborted, OperationRefused } from "../transport/errors";
import type { RunResult } from "../transport/session";
import {
  commandLine,
  defaultTimeoutMs,
  notRun,
  type OperationTiming,
  type SetupOptions,
  type SetupOutcome,
} from "./options";

/** Tries to start a prepared script before it counts as impossible. */
const maxLaunches = 3;
/** Errorlevel of cmd.exe for a program whose folder or drive is not there; Setup could end with it, too. */
const pathNotFound = 3;
/** Wait for the sign that a script which was started has begun. */
const startMs = 15_000;

interface Parts extends LaunchSite {
  readonly options: SetupOptions;
  readonly timing: OperationTiming;
  readonly deadline: number;
  readonly lock: ComputerLock;
  readonly log: SetupLogFile;
  readonly launcher: Launcher;
}

/** One run of this program at work on an operation that is started from here. */
export class RunningOperation {
  readonly #parts: Parts;
  #waitedFor: string | undefined;
  #phasesTold = 0;
  #phase: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run(): Promise<SetupOutcome> {
    const { link, lock, folder, timing, options } = this.#parts;
    const before = await folder.newest();
    for (;;) {
      link.check();
      const state = await lock.acquire();
      if (state.held) {
        const outcome = await this.#underLock(before);
        if (outcome !== null) return outcome;
        continue;
      }
      // The owner may be gone while its Setup goes on: that needs no lock to be followed.
      const newest = await folder.newest();
      if (newest?.state.kind === "running") return this.#follow(newest.number, true);
      if (newest !== null && hasEndedSince(before, newest)) return this.#finish(newest, true);
      this.#tellWaiting(state.owner);
      this.#checkDeadline(
        `another run of this program holds the computer (${state.owner ?? "it did not say who"})`,
      );
      await pause(timing.pollMs, options.signal);
    }
  }

  /** What to do as the lock's owner; null when the situation has changed and is to be looked at anew. */
  async #underLock(before: Attempt | null): Promise<SetupOutcome | null> {
    const { options, link, folder, launcher, log, timing } = this.#parts;
    // A level can be there before Setup is through: a running one is followed to its end first.
    const newest = await folder.newest();
    if (newest?.state.kind === "running") return this.#follow(newest.number, true);
    // Before the result: somebody else's Setup that ends between the two looks is seen in the second.
    const images = [options.process, ...(options.otherProcesses ?? [])];
    const processes = await runningProcesses(link, images);
    // Our script was killed and Setup was not: it is followed to its end like any other.
    const atWork = processes.known && processes.value.some(({ image }) => image === options.process);
    if (newest?.state.kind === "interrupted" && atWork) return this.#follow(newest.number, true);
    if (await this.#isDone(newest)) {
      await this.#clear();
      const attempt = newest === null ? {} : { attempt: newest.number, exitCode: exitCodeOf(newest) };
      return { ...notRun, ...attempt, done: true, alreadyDone: true };
    }
    // While we waited for the lock, its owner's Setup has failed: that is our result too, not a reason to try again.
    if (newest !== null && hasEndedSince(before, newest)) return this.#finish(newest, true);
    refuseForeignSetup(processes, images);
    await refuseGrowingLog(link, log, timing.quietMs);
    await options.mayStart?.();

    try {
      await launcher.check();
    } catch (error) {
      // While this process slept another run may have done it all, and cleared what the check needs.
      if (error instanceof OperationRefused && !(await this.#parts.lock.confirm())) return null;
      await this.#clear();
      throw error;
    }
    const number = await this.#prepare(newest);
    if (number === null) return null;
    // All of that has taken its time, in which somebody else may have started one.
    refuseForeignSetup(await runningProcesses(link, images), images);
    return launcher.lasts ? this.#startDirectly(number) : this.#startByTask(number);
  }

  async #startDirectly(number: number): Promise<SetupOutcome | null> {
    const { options, lock, folder, timing, launcher } = this.#parts;
    for (let launches = 0; launches < maxLaunches && lock.held; ) {
      const launch = await lock.launch(launcher.start(number).command);
      if (launch.outcome === "begun") launches++;
      else {
        this.#checkDeadline("Setup could not be started");
        await pause(timing.pollMs, options.signal);
      }
      const ended = launch.outcome === "begun" ? launch.ended : undefined;
      if (await this.#hasStarted(number, ended)) {
        await folder.note(`attempt ${number} started`);
        return this.#follow(number, false, ended);
      }
    }
    if (!lock.held) return null;
    throw await launcher.notStarted(number, null);
  }

  /**
   * Has a task start the attempt. Once it was asked for it is not asked again: with a wrong password every start is a
   * failed logon, and those lock an account. Only where it is not known whether it was asked for, it is.
   */
  async #startByTask(number: number): Promise<SetupOutcome | null> {
    const leave = await this.#leaveToLogOn();
    try {
      return await this.#askTask(number, leave);
    } finally {
      leave("withdrawn");
    }
  }

  /** Waits until the password of the task's account may be sent. @throws HostError where it was refused elsewhere */
  async #leaveToLogOn(): Promise<Leave> {
    const { launcher, link } = this.#parts;
    const { account } = launcher;
    if (account === undefined) return () => undefined;
    const place = (await link.session()).name;
    const leave = await mayLogOn({ user: account.name, password: account.password, place });
    if (typeof leave === "function") return leave;
    await this.#clear();
    throw new HostError(`Setup was not run: ${leave.why}`);
  }

  async #askTask(number: number, leave: Leave): Promise<SetupOutcome | null> {
    const { lock, folder, launcher, timing, options } = this.#parts;
    const { command, stdin } = launcher.start(number);
    for (let asked = 0; lock.held; ) {
      this.#checkDeadline("Setup could not be started");
      const launch = await lock.launch(command, stdin);
      if (launch.outcome === "refused") {
        await pause(timing.pollMs, options.signal);
        continue;
      }
      asked++;
      if (await this.#hasStartedByTask(number, launch)) {
        leave("accepted");
        return this.#followTask(number);
      }
      const said = await saidBy(launch, timing.pollMs);
      if (said === null && asked < maxLaunches) continue;
      if (!lock.held) break;
      // A task that Windows starts late must find nothing to start.
      if (!(await folder.giveUp(number))) return this.#followTask(number);
      if (launcher.refusedPassword?.(said) === true) leave("refused");
      const error = await launcher.notStarted(number, said);
      await folder.note(`attempt ${number} not started by its task`);
      await this.#clear();
      throw error;
    }
    return null;
  }

  async #followTask(number: number): Promise<SetupOutcome> {
    await this.#parts.folder.note(`attempt ${number} started`);
    return this.#follow(number, false);
  }

  /** Whether a task that was asked for has begun the attempt, within the time for it; one that was refused has not. */
  async #hasStartedByTask(number: number, launch: Launch): Promise<boolean> {
    const { folder, timing, options } = this.#parts;
    let refused = false;
    if (launch.outcome === "begun")
      void launch.ended.then((said) => {
        refused = said !== null && said.exitCode !== 0;
      });
    const giveUp = performance.now() + timing.taskStartMs;
    for (let over = false; ; ) {
      const { state } = await folder.probe(number);
      if (state.kind !== "prepared") return true;
      if (over) return false;
      over = refused || performance.now() > giveUp;
      if (!over) await pause(Math.min(timing.pollMs, 1000), options.signal);
    }
  }

  /**
   * Puts the script of the next attempt into place, or finds it there.
   * @returns its number, or null when an attempt that was thought not to have started has started meanwhile
   */
  async #prepare(newest: Attempt | null): Promise<number | null> {
    const { options, folder, log } = this.#parts;
    const script = setupScript(options.command, log.path);
    let number = newest?.number ?? 1;
    if (newest !== null && newest.state.kind !== "prepared") number++;
    while (!(await folder.prepare(number, script))) {
      // Another command line is prepared there, by a run that has gone. It must never start any more.
      if (!(await folder.invalidate(number))) return null;
      number++;
    }
    const recorded = await folder.note(`attempt ${number} prepared: ${commandLine(options.command)}`);
    if (!recorded) throw cannotWrite(folder.journal);
    return number;
  }

  /**
   * Whether an attempt's script has begun. One that is known to run is waited for until its channel ends; of another,
   * starting it once more does no harm.
   */
  async #hasStarted(number: number, ended: Promise<unknown> | undefined): Promise<boolean> {
    const { folder, timing, options } = this.#parts;
    const giveUp = performance.now() + (ended === undefined ? 0 : startMs);
    for (let over = false; ; ) {
      const { state } = await folder.probe(number);
      if (state.kind !== "prepared") return true;
      if (over || performance.now() > giveUp) return false;
      // When its channel has ended the script has begun or it never will: one more look tells.
      over = await Promise.race([
        pause(Math.min(timing.pollMs, 250), options.signal).then(() => false),
        ...(ended === undefined ? [] : [ended.then(() => true)]),
      ]);
    }
  }

  /** Follows a running attempt to its end, with or without the lock. */
  async #follow(number: number, attached: boolean, ended?: Promise<unknown>): Promise<SetupOutcome> {
    const { folder, link, lock, log, timing, options } = this.#parts;
    if (attached) {
      options.onProgress?.(`following Setup, which another run has started (attempt ${number})`);
      await folder.note(`attempt ${number} attached`);
      const startedAt = await folder.startOf(number);
      if (startedAt !== null) options.onFollow?.(startedAt);
    }
    const tail = new LogTail(log, () => folder.logLinesBefore(number), timing.logMs);
    let wake = ended;
    // Once its channel has ended it wakes nobody any more.
    void ended?.then(() => {
      wake = undefined;
    });
    for (;;) {
      if (!lock.held) await lock.acquire();
      const attempt = await folder.probe(number);
      this.#tellPhases(attempt);
      if (attempt.state.kind === "exited") return this.#finish(attempt, attached);
      if (attempt.state.kind === "interrupted") {
        const processes = await runningProcesses(link, [options.process]);
        if (processes.known && processes.value.length === 0) return this.#finish(attempt, attached);
      }
      // Its files are gone: only a proven result has them taken away, by the run that this one has followed.
      if (attempt.state.kind === "prepared") return this.#followedToItsRemoval(number);
      const line = await tail.look();
      if (line !== null) this.#tellLogLine(line);
      this.#checkDeadline(`Setup still runs (attempt ${number}) and goes on`);
      await pause(timing.pollMs, options.signal, wake);
    }
  }

  /** Another run has proven the result; the caller's own directory may still be behind. */
  async #followedToItsRemoval(number: number): Promise<SetupOutcome> {
    const { options } = this.#parts;
    const done = (await unlessAborted(options.isDone(), options.signal)) !== false;
    const reason = done ? null : "another run of this program has seen the result, and has removed its files";
    return {
      done,
      alreadyDone: false,
      attached: true,
      attempt: number,
      exitCode: null,
      reason,
      endedWell: true,
    };
  }

  /** Takes away what only a start needed, where the lock is ours: who holds it otherwise does so, now or later. */
  async #clear(): Promise<void> {
    const { lock, launcher, tell } = this.#parts;
    if (!lock.held) return;
    try {
      await launcher.clear();
      const left = await removeLeftovers(this.#parts);
      if (left !== null) tell(left);
    } catch (error) {
      if (error instanceof OperationAborted) throw error;
      tell(`what was made to start Setup was not removed: ${reasonOf(error)}. The next run removes it`);
    }
  }

  async #finish(attempt: Attempt, attached: boolean): Promise<SetupOutcome> {
    const { folder } = this.#parts;
    await this.#clear();
    const exitCode = exitCodeOf(attempt);
    await folder.note(
      `attempt ${attempt.number} ${attempt.state.kind === "exited" ? `exited ${exitCode ?? "without a code"}` : "interrupted"}`,
    );
    const done = await this.#isDone(attempt).catch(async (error: unknown) => {
      if (error instanceof OperationAborted) throw error;
      // What Setup says must not be lost because the result cannot be looked at.
      const { reason, endedWell } = await this.#failure(attempt);
      throw new HostError(
        `${reasonOf(error)}. ${endedWell ? "Setup itself ended with exit code 0" : reason}`,
      );
    });
    const result = { alreadyDone: false, attached, attempt: attempt.number, exitCode };
    if (done) {
      await folder.note(`attempt ${attempt.number} verified`);
      return { ...result, done, reason: null, endedWell: true };
    }
    return { ...result, done, ...(await this.#failure(attempt)) };
  }

  /** The caller's look at the result. What the directory does not show is not done where the last run of ours ended badly. */
  async #isDone(newest: Attempt | null): Promise<boolean> {
    const { options } = this.#parts;
    const seen = await unlessAborted(options.isDone(), options.signal);
    if (seen !== "behind") return seen;
    const last = await this.#lastStarted(newest);
    return last === null || !(await this.#hasEndedBadly(last));
  }

  /** The newest attempt that was started: one that was only prepared, on a full disk, says nothing of those before it. */
  async #lastStarted(newest: Attempt | null): Promise<Attempt | null> {
    let attempt = newest;
    while (attempt?.state.kind === "prepared")
      attempt = attempt.number > 1 ? await this.#parts.folder.probe(attempt.number - 1) : null;
    return attempt;
  }

  /** True when an attempt is over and did not succeed: by the last words of Setup since it began, else by its exit code. */
  async #hasEndedBadly({ number, state, output }: Attempt): Promise<boolean> {
    if (state.kind === "prepared" || state.kind === "running") return false;
    const succeeded = (await this.#logOf(number))?.succeeded ?? parseConsole(output).succeeded;
    if (succeeded !== null) return !succeeded;
    return state.kind === "interrupted" || state.code !== 0;
  }

  /** What Setup's log says of its last run since an attempt began; null when it cannot be read or says nothing. */
  async #logOf(attempt: number): Promise<SetupReport | null> {
    const { folder, log } = this.#parts;
    const lines = await log.lines();
    const own = lines === null ? null : await log.behind(await folder.logLinesBefore(attempt), lines);
    return own === null ? null : parseSetupLog(own);
  }

  async #failure(attempt: Attempt): Promise<Pick<SetupOutcome, "reason" | "endedWell">> {
    const { options, folder, log } = this.#parts;
    const report = await this.#logOf(attempt.number);
    const console = parseConsole(attempt.output);
    const said = failureReason(report, console);
    const code = attempt.state.kind === "exited" ? attempt.state.code : undefined;
    const how =
      code === undefined
        ? "Setup was interrupted: it no longer runs and left no exit code (the computer was restarted, the process " +
          "was ended, or the disk is full)"
        : code === notRunCode
          ? "Setup was not run, because its output could not be written (is the disk full?)"
          : code === neverStartedCode
            ? "Setup was not run, because the scheduled task did not start it"
            : code === 9009
              ? `Setup was not run: ${options.command.program} is not there or cannot be run`
              : code === pathNotFound && report === null && console.phases.length === 0
                ? `Setup was not run: the folder or the drive of ${options.command.program} is not there`
                : code === 0
                  ? "Setup ended with exit code 0, but the result is not there"
                  : `Setup ended with exit code ${code ?? "unknown"}`;
    const where = `Its log is ${log.path}, its output ${folder.scriptOf(attempt.number).replace(/[^\\]+$/, "out.txt")}.`;
    return {
      reason: `${how}${said === null ? "" : `. It says: ${said}`}. ${where}`,
      endedWell: code === 0 && report?.succeeded !== false && console.succeeded !== false,
    };
  }

  #tellPhases(attempt: Attempt): void {
    const { phases } = parseConsole(attempt.output);
    for (const { name, status } of phases.slice(this.#phasesTold)) {
      this.#phase = status === "" ? name : `${name}: ${status}`;
      this.#parts.options.onProgress?.(this.#phase);
    }
    // A phase without a status yet is told again when it has one.
    this.#phasesTold = phases.at(-1)?.status === "" ? phases.length - 1 : phases.length;
  }

  #tellLogLine(line: string): void {
    this.#parts.options.onProgress?.(
      this.#phase === undefined ? `log: ${line}` : `${this.#phase}; log: ${line}`,
    );
  }

  #tellWaiting(owner: string | null): void {
    const name = owner ?? "another run of this program";
    if (this.#waitedFor === name) return;
    this.#waitedFor = name;
    this.#parts.options.onProgress?.(`waiting for the computer, which is in use by ${name}`);
  }

  #checkDeadline(state: string): void {
    if (performance.now() < this.#parts.deadline) return;
    const given = durationText(this.#parts.options.timeoutMs ?? defaultTimeoutMs);
    throw new HostError(`the time for Setup is over (${given}): ${state}. Run pulumi up again: it follows.`);
  }
}

/** What a launch printed; null when its connection was cut, or it has not ended by now. */
async function saidBy(launch: Launch, ms: number): Promise<RunResult | null> {
  if (launch.outcome !== "begun") return null;
  return Promise.race([launch.ended, pause(ms).then(() => null)]);
}

function exitCodeOf({ state }: Attempt): number | null {
  return state.kind === "exited" ? state.code : null;
}

/** True when an attempt that was not over at the first look is over now. */
function hasEndedSince(before: Attempt | null, now: Attempt): boolean {
  const over = (attempt: Attempt) => attempt.state.kind === "exited" || attempt.state.kind === "interrupted";
  return over(now) && (before === null || before.number < now.number || !over(before));
}
