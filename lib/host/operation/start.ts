/** Brings an operation to its end: attaches to what runs, finds it done, or starts an attempt and follows that. */
import { setupScript } from "../site/attemptScript";
import { type Attempt, cannotWrite } from "../site/attempts";
import { refuseForeignSetup, refuseGrowingLog, runningProcesses } from "../site/foreign";
import { takeLock } from "../site/lock";
import { OperationRefused } from "../transport/errors";
import { attach, follow } from "./follow";
import { commandLine, notRun, type SetupOutcome } from "./options";
import { exitCodeOf, finish, hasEndedSince, isDone } from "./outcome";
import { clearStart, type Work } from "./work";

/**
 * Works on the operation until it has an outcome.
 * @param before called under the lock, right before an attempt is started @default nothing is done
 */
export async function startOrFollow(work: Work, before?: () => Promise<void>): Promise<SetupOutcome> {
  const { lock, folder, link } = work;
  const first = await folder.newest();
  const wait = new Waiting(work);
  for (;;) {
    const met = await takeLock(lock, { pollMs: work.pollMs, signal: link.signal }, async (owner) => {
      // The owner may be gone while its Setup goes on: that needs no lock to be followed.
      const newest = await folder.newest();
      if (newest?.state.kind === "running") return attach(work, newest.number);
      if (newest !== null && hasEndedSince(first, newest)) return finish(work, newest, true);
      wait.tell(owner);
      return null;
    });
    const outcome = met ?? (await underLock(work, first, before));
    if (outcome !== null) return outcome;
  }
}

/** What to do as the lock's owner; null when the situation has changed and is to be looked at anew. */
async function underLock(
  work: Work,
  first: Attempt | null,
  before: (() => Promise<void>) | undefined,
): Promise<SetupOutcome | null> {
  const { options, link, lock, folder, launcher, log, timing } = work;
  // A level can be there before Setup is through: a running one is followed to its end first.
  const newest = await folder.newest();
  if (newest?.state.kind === "running") return attach(work, newest.number);
  // Before the result: somebody else's Setup that ends between the two looks is seen in the second.
  const images = options.other?.foreign ?? [options.process, ...(options.otherProcesses ?? [])];
  const processes = await runningProcesses(link, [...new Set([options.process, ...images])]);
  // Our script was killed and Setup was not: it is followed to its end like any other.
  const atWork = processes.known && processes.value.some(({ image }) => image === options.process);
  if (newest?.state.kind === "interrupted" && atWork) return attach(work, newest.number);
  if (await isDone(work, newest)) {
    await clearStart(work);
    const attempt =
      newest === null
        ? {}
        : {
            attempt: newest.number,
            exitCode: exitCodeOf(newest),
            shutdownBefore: await folder.shutdownBefore(newest.number),
          };
    return { ...notRun, ...attempt, done: true, alreadyDone: true };
  }
  // While we waited for the lock, its owner's Setup has failed: that is our result too, not a reason to try again.
  if (newest !== null && hasEndedSince(first, newest)) return finish(work, newest, true);
  const isForeign = ({ image }: { readonly image: string }) => images.includes(image);
  refuseForeignSetup(
    processes.known ? { ...processes, value: processes.value.filter(isForeign) } : processes,
    images,
  );
  await refuseGrowingLog(link, log, timing.quietMs);
  await options.mayStart?.();

  try {
    await launcher.check();
  } catch (error) {
    // While this process slept another run may have done it all, and cleared what the check needs.
    if (error instanceof OperationRefused && !(await lock.confirm())) return null;
    await clearStart(work);
    throw error;
  }
  if (before !== undefined) {
    await before();
    // That may have taken an hour, in which somebody else may have taken the computer.
    if (!(await lock.confirm())) return null;
  }
  const number = await prepare(work, newest);
  if (number === null) return null;
  // All of that has taken its time, in which somebody else may have started one.
  refuseForeignSetup(await runningProcesses(link, images), images);
  return begin(work, number);
}

/**
 * Puts the script of the next attempt into place, or finds it there.
 * @returns its number, or null when an attempt that was thought not to have started has started meanwhile
 */
async function prepare({ options, folder, log }: Work, newest: Attempt | null): Promise<number | null> {
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

/** Starts the attempt that is prepared, and follows it; null when somebody else has taken the lock meanwhile. */
async function begin(work: Work, number: number): Promise<SetupOutcome | null> {
  const beginning = await work.launcher.begin(number);
  switch (beginning.outcome) {
    case "begun":
      await work.folder.note(`attempt ${number} started`);
      return follow(work, number, false, beginning.ended);
    case "lost the lock":
      return null;
    case "not begun":
      await clearStart(work);
      throw beginning.error;
  }
}

/** Says once for each owner that the computer is waited for, as long as there is time. */
class Waiting {
  readonly #work: Work;
  #waitedFor: string | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  tell(owner: string | null): void {
    const name = owner ?? "another run of this program";
    if (this.#waitedFor !== name)
      this.#work.options.onProgress?.(`waiting for the computer, which is in use by ${name}`);
    this.#waitedFor = name;
    this.#work.requireTime(
      `another run of this program holds the computer (${owner ?? "it did not say who"})`,
    );
  }
}
