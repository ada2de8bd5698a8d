/**
 * Runs Exchange Setup on a computer as an operation: something with an identity, that lives on the computer and not
 * in this process. Whoever comes later (a second run, a restarted engine, a new connection) finds it and follows it;
 * Setup never runs twice at once, and not at all where the caller's own look says that it is done.
 */
import { hostname, userInfo } from "node:os";
import {
  type Attempt,
  cannotWrite,
  OperationFolder,
  prepareBase,
  refuseForeignSetup,
  runningProcesses,
} from "./attempts";
import { ConnectionLost, HostError, OperationAborted, OutputTooLarge, reasonOf } from "./errors";
import { Link, type OpenSession, pause, unlessAborted } from "./link";
import { ComputerLock, plain } from "./lock";
import { quotePath } from "./quote";
import { notRunCode, type SetupCommand, setupScript } from "./script";
import { failureReason, parseConsole, parseSetupLog } from "./setuplog";

/** What to run, and how. */
export interface SetupOptions {
  /** Identity of the operation on its computer: step and target, e.g. `domain-emea.contoso.com-2007-SP1`. */
  readonly operation: string;
  /** Setup's program on the computer, and its arguments. */
  readonly command: SetupCommand;
  /** `direct`: our script in an SSH session; `manual`: an operator runs Setup, and we wait until it is done. */
  readonly mode: "direct" | "manual";
  /** Image name of the process that does Setup's work, e.g. `exsetup.exe`. */
  readonly process: string;
  /** Setup's log; `%SystemDrive%` at its beginning stands for the computer's system drive. */
  readonly logFile: string;
  /**
   * The caller's own look at the result, in directory and registry. True: done. Throws when it cannot know: then
   * nothing is started.
   */
  readonly isDone: () => Promise<boolean>;
  /**
   * Asked right before Setup is started (in `manual` mode: before an operator is told to), when nothing runs and nothing
   * is done. Throws when it must not be started now. @default nothing is asked
   */
  readonly mayStart?: () => Promise<void>;
  /** Told what happens, one short text at a time: phases of Setup, waiting, reconnecting. @default nothing */
  readonly onProgress?: (text: string) => void;
  /** Milliseconds for everything, waiting for others included. @default 4 hours */
  readonly timeoutMs?: number;
  /** Stops following within seconds and gives the lock back; Setup goes on. @default never */
  readonly signal?: AbortSignal;
  /** Who we are, for others who have to wait. @default user, host and process */
  readonly owner?: string;
  /** What an operator is to do in `manual` mode, told as progress. @default the command line */
  readonly instruction?: string;
  readonly timing?: Partial<OperationTiming>;
}

/** Intervals in milliseconds. */
export interface OperationTiming {
  /** Between two looks at a running Setup. @default 2000 */
  readonly pollMs: number;
  /** Between two looks of the caller in `manual` mode. @default 15000 */
  readonly manualPollMs: number;
  /** Between two signs of life of the lock's owner. @default 5000 */
  readonly beatMs: number;
  /** Without a sign of life, after which a lock is taken over. @default 30000 */
  readonly lockTtlMs: number;
  /** Without a connection, before giving up: a restart must fit. @default 15 minutes */
  readonly reconnectMs: number;
  /** Between two tries to connect. @default 2000 */
  readonly retryMs: number;
}

const defaultTiming: OperationTiming = {
  pollMs: 2000,
  manualPollMs: 15_000,
  beatMs: 5000,
  lockTtlMs: 30_000,
  reconnectMs: 15 * 60_000,
  retryMs: 2000,
};
const defaultTimeoutMs = 4 * 3_600_000;
/** Tries to start a prepared script before it counts as impossible. */
const maxLaunches = 3;
/** Wait for the lock to be given back when the work is over or was told to stop. */
const releaseMs = 5000;
/** Wait for the sign that a script which was started has begun. */
const startMs = 15_000;

/** How an operation ended. Whether it succeeded is `done`, by the caller's own look. */
export interface SetupOutcome {
  readonly done: boolean;
  /** True when nothing was started or followed, because it was done already. */
  readonly alreadyDone: boolean;
  /** True when another run had started Setup and this one only followed it. */
  readonly attached: boolean;
  /** Number of the attempt; null where none was made or followed. */
  readonly attempt: number | null;
  /** Setup's exit code; null when there is none (interrupted, by hand, already done). Proves nothing by itself. */
  readonly exitCode: number | null;
  /** Why Setup failed, in its own words where it left any; null when `done`. */
  readonly reason: string | null;
  /**
   * True when Setup itself says that it succeeded: exit code 0, and no word of failure. That proves nothing; but where
   * the result is not there, the domain controller that was asked may only be behind.
   */
  readonly endedWell: boolean;
}

/** The part of an outcome that is the same wherever nothing was run from here. */
const notRun = { attached: false, attempt: null, exitCode: null, reason: null, endedWell: true } as const;

/**
 * Brings an operation to its end: finds it done, follows a running one, or starts Setup and follows that.
 *
 * @param open makes a connection that is the operation's own; it is called again when the connection is lost. Not
 *   called in `manual` mode.
 * @throws OperationRefused (somebody else's Setup or lock), OperationAborted, Unreachable and the other errors of a
 *   connection, HostError when the time is over or the computer's disk does not take our files.
 */
export async function runSetup(open: OpenSession, options: SetupOptions): Promise<SetupOutcome> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(options.operation) || /\.$/.test(options.operation))
    throw new Error(
      `the operation's name ${JSON.stringify(options.operation)} cannot be the name of a folder`,
    );
  const timing = { ...defaultTiming, ...options.timing };
  const deadline = Date.now() + (options.timeoutMs ?? defaultTimeoutMs);
  if (options.mode === "manual") return waitForOperator(options, timing, deadline);

  const link = new Link(open, {
    reconnectMs: timing.reconnectMs,
    retryMs: timing.retryMs,
    signal: options.signal,
    onProgress: (text) => options.onProgress?.(text),
  });
  try {
    const { base, systemDrive } = await prepareBase(link);
    const folder = await OperationFolder.open(link, base, options.operation);
    const owner = plain(options.owner ?? `${userInfo().username} on ${hostname()} (process ${process.pid})`);
    const lock = new ComputerLock(link, base, { beatMs: timing.beatMs, ttlMs: timing.lockTtlMs, owner });
    const logFile = options.logFile.replace(/^%SystemDrive%/i, systemDrive);
    const operation = new DirectOperation({ options, timing, deadline, link, lock, folder, logFile });
    try {
      return await operation.run();
    } finally {
      await pause(releaseMs, undefined, lock.release());
    }
  } finally {
    link.close();
  }
}

async function waitForOperator(
  options: SetupOptions,
  timing: OperationTiming,
  deadline: number,
): Promise<SetupOutcome> {
  if (await unlessAborted(options.isDone(), options.signal))
    return { ...notRun, done: true, alreadyDone: true };
  await options.mayStart?.();
  const what = options.instruction ?? `run ${commandLine(options.command)} there`;
  options.onProgress?.(`waiting for an operator: ${what}`);
  while (Date.now() < deadline) {
    await pause(timing.manualPollMs, options.signal);
    // The wizard restarts servers, and domain controllers are patched: one look that fails ends no long wait.
    const done = await unlessAborted(options.isDone(), options.signal).catch((error: unknown) => {
      if (error instanceof OperationAborted) throw error;
      options.onProgress?.(`waiting for an operator; the last look failed: ${reasonOf(error)}`);
      return false;
    });
    if (done) return { ...notRun, done, alreadyDone: false };
  }
  throw new HostError(
    `the operator's part is not done after ${minutes(options.timeoutMs ?? defaultTimeoutMs)}: ${what}. ` +
      `Then run pulumi up again: it goes on from there.`,
  );
}

function commandLine(command: SetupCommand): string {
  return [command.program, ...command.args].join(" ");
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} min`;
}

interface Parts {
  readonly options: SetupOptions;
  readonly timing: OperationTiming;
  readonly deadline: number;
  readonly link: Link;
  readonly lock: ComputerLock;
  readonly folder: OperationFolder;
  readonly logFile: string;
}

/** One run of this program at work on an operation in `direct` mode. */
class DirectOperation {
  readonly #parts: Parts;
  #waitedFor: string | undefined;
  #phasesTold = 0;

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
    const { options, link, lock, folder, timing } = this.#parts;
    // A level can be there before Setup is through: a running one is followed to its end first.
    const newest = await folder.newest();
    if (newest?.state.kind === "running") return this.#follow(newest.number, true);
    if (await unlessAborted(options.isDone(), options.signal))
      return { ...notRun, done: true, alreadyDone: true };
    // While we waited for the lock, its owner's Setup has failed: that is our result too, not a reason to try again.
    if (newest !== null && hasEndedSince(before, newest)) return this.#finish(newest, true);
    const processes = await runningProcesses(link, options.process);
    // Our script was killed and Setup was not: it is followed to its end like any other.
    if (newest?.state.kind === "interrupted" && processes.known && processes.value.length > 0)
      return this.#follow(newest.number, true);
    refuseForeignSetup(processes, options.process);
    await options.mayStart?.();

    const number = await this.#prepare(newest);
    if (number === null) return null;
    for (let launches = 0; launches < maxLaunches && lock.held; ) {
      const launch = await lock.launch(quotePath(folder.scriptOf(number)));
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
    throw new HostError(
      `${folder.scriptOf(number)} was started ${maxLaunches} times and did not begin: look at what keeps the ` +
        `computer from running it (software restriction policy, virus scanner, full disk)`,
    );
  }

  /**
   * Puts the script of the next attempt into place, or finds it there.
   * @returns its number, or null when an attempt that was thought not to have started has started meanwhile
   */
  async #prepare(newest: Attempt | null): Promise<number | null> {
    const { options, folder, logFile } = this.#parts;
    const script = setupScript(options.command, logFile);
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
  async #hasStarted(number: number, ended: Promise<void> | undefined): Promise<boolean> {
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
  async #follow(number: number, attached: boolean, ended?: Promise<void>): Promise<SetupOutcome> {
    const { folder, link, lock, timing, options } = this.#parts;
    if (attached) {
      options.onProgress?.(`following Setup, which another run has started (attempt ${number})`);
      await folder.note(`attempt ${number} attached`);
    }
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
        const processes = await runningProcesses(link, options.process);
        if (processes.known && processes.value.length === 0) return this.#finish(attempt, attached);
      }
      this.#checkDeadline(`Setup still runs (attempt ${number}) and goes on`);
      await pause(timing.pollMs, options.signal, wake);
    }
  }

  async #finish(attempt: Attempt, attached: boolean): Promise<SetupOutcome> {
    const { options, folder } = this.#parts;
    const exitCode = attempt.state.kind === "exited" ? attempt.state.code : null;
    await folder.note(
      `attempt ${attempt.number} ${attempt.state.kind === "exited" ? `exited ${exitCode ?? "without a code"}` : "interrupted"}`,
    );
    const done = await unlessAborted(options.isDone(), options.signal).catch(async (error: unknown) => {
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

  async #failure(attempt: Attempt): Promise<Pick<SetupOutcome, "reason" | "endedWell">> {
    const { options, folder, link, logFile } = this.#parts;
    const log = await link.askOne(`type ${quotePath(logFile)} 2>nul`).catch((error: unknown) => {
      // A log that old servers have gathered for years: the console output has to do.
      if (error instanceof OutputTooLarge || error instanceof ConnectionLost) return { ok: false, text: "" };
      throw error;
    });
    const report = log.ok ? parseSetupLog(log.text, await folder.logLinesBefore(attempt.number)) : null;
    const console = parseConsole(attempt.output);
    const said = failureReason(report, console);
    const code = attempt.state.kind === "exited" ? attempt.state.code : undefined;
    const how =
      code === undefined
        ? "Setup was interrupted: it no longer runs and left no exit code (the computer was restarted, the process " +
          "was ended, or the disk is full)"
        : code === notRunCode
          ? "Setup was not run, because its output could not be written (is the disk full?)"
          : code === 9009
            ? `Setup was not run: ${options.command.program} is not there or cannot be run`
            : code === 0
              ? "Setup ended with exit code 0, but the result is not there"
              : `Setup ended with exit code ${code ?? "unknown"}`;
    const where = `Its log is ${logFile}, its output ${folder.scriptOf(attempt.number).replace(/[^\\]+$/, "out.txt")}.`;
    return {
      reason: `${how}${said === null ? "" : `. It says: ${said}`}. ${where}`,
      endedWell: code === 0 && report?.succeeded !== false && console.succeeded !== false,
    };
  }

  #tellPhases(attempt: Attempt): void {
    const { phases } = parseConsole(attempt.output);
    for (const { name, status } of phases.slice(this.#phasesTold))
      this.#parts.options.onProgress?.(status === "" ? name : `${name}: ${status}`);
    // A phase without a status yet is told again when it has one.
    this.#phasesTold = phases.at(-1)?.status === "" ? phases.length - 1 : phases.length;
  }

  #tellWaiting(owner: string | null): void {
    const name = owner ?? "another run of this program";
    if (this.#waitedFor === name) return;
    this.#waitedFor = name;
    this.#parts.options.onProgress?.(`waiting for the computer, which is in use by ${name}`);
  }

  #checkDeadline(state: string): void {
    if (Date.now() < this.#parts.deadline) return;
    const given = minutes(this.#parts.options.timeoutMs ?? defaultTimeoutMs);
    throw new HostError(`the time for Setup is over (${given}): ${state}. Run pulumi up again: it follows.`);
  }
}

/** True when an attempt that was not over at the first look is over now. */
function hasEndedSince(before: Attempt | null, now: Attempt): boolean {
  const over = (attempt: Attempt) => attempt.state.kind === "exited" || attempt.state.kind === "interrupted";
  return over(now) && (before === null || before.number < now.number || !over(before));
}
