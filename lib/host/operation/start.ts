/**
 * Brings an operation to its end: attaches to a running attempt, finds the work done, or starts an attempt and follows
 * it.
 */
import { setupScript } from "../site/attemptScript";
import { type Attempt, cannotWrite } from "../site/attempts";
import { processCommands, processesIn, refuseForeignSetup, refuseGrowingLog } from "../site/foreign";
import { takeLock } from "../site/lock";
import { OperationRefused } from "../transport/errors";
import { attach, follow } from "./follow";
import { commandLine, notRun, type SetupOutcome } from "./options";
import { exitCodeOf, finish, hasEndedSince, isDone } from "./outcome";
import { clearStart, type Work } from "./work";

/** Called under the lock, right before an attempt is started. It is told whether an earlier one has run. */
type BeforeStart = (wasTried: boolean) => Promise<void>;

/**
 * Works on the operation until it has an outcome.
 * @param before @default nothing is done
 */
export async function startOrFollow(work: Work, before?: BeforeStart): Promise<SetupOutcome> {
  const { lock, folder, link } = work;
  const first = await folder.newestIn(work.listing);
  const wait = new Waiting(work);
  for (;;) {
    const met = await takeLock(lock, { pollMs: work.pollMs, signal: link.signal }, async (owner) => {
      // The owner may be gone while its Setup goes on: following it needs no lock.
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

/** Decides as the lock's owner; null if the situation has changed, and the caller must look anew. */
async function underLock(
  work: Work,
  first: Attempt | null,
  before: BeforeStart | undefined,
): Promise<SetupOutcome | null> {
  const { options, link, lock, folder, launcher, log, timing } = work;
  // The directory can show a level before Setup has finished, so a running Setup is first followed to its end.
  const images = options.other?.foreign ?? [options.process, ...(options.otherProcesses ?? [])];
  const all = [...new Set([options.process, ...images])];
  const parts = await link.ask<string>({ listing: folder.listing, ...processCommands(all) });
  // Read before the result: if somebody else's Setup ends between the two looks, the second one shows its result.
  const processes = processesIn(parts, all);
  const newest = await folder.newestIn(parts.listing?.text ?? "");
  if (newest?.state.kind === "running") return attach(work, newest.number);
  // Our script was killed but Setup was not: it is followed to its end like any other.
  const atWork = processes.known && processes.value.some(({ image }) => image === options.process);
  if (newest?.state.kind === "interrupted" && atWork) return attach(work, newest.number);
  if (await isDone(work, newest)) return alreadyDone(work, newest);
  // While this run waited for the lock, its owner's Setup has failed: that is this run's result, too, and no reason to
  // try again.
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
    // While this process was suspended, another run may have done everything, and removed the files that the check
    // needs.
    if (error instanceof OperationRefused && !(await lock.confirm())) return null;
    await clearStart(work);
    throw error;
  }
  if (before !== undefined) {
    await before((await folder.lastRun(newest)) !== null);
    // That may have taken an hour, in which somebody else may have taken the computer, or run a whole Setup.
    if (!(await lock.confirm())) return null;
    if (await isDone(work, newest)) return alreadyDone(work, newest);
  }
  const number = await prepare(work, newest);
  if (number === null) return null;
  // All of that has taken time, in which somebody else may have started a Setup.
  const last = await link.ask<string>({
    note: folder.noting(`attempt ${number} prepared: ${commandLine(options.command)}`),
    ...processCommands(images),
  });
  if (last.note?.ok !== true) throw cannotWrite(folder.journal);
  refuseForeignSetup(processesIn(last, images), images);
  return begin(work, number);
}

/** The outcome where no Setup is needed, with what the newest attempt has left of its own. */
async function alreadyDone(work: Work, newest: Attempt | null): Promise<SetupOutcome> {
  await clearStart(work);
  const attempt =
    newest === null
      ? {}
      : {
          attempt: newest.number,
          exitCode: exitCodeOf(newest),
          shutdownBefore: await work.folder.shutdownBefore(newest.number),
        };
  return { ...notRun, ...attempt, done: true, alreadyDone: true };
}

/**
 * Puts the script of the next attempt into place, or finds it there.
 *
 * @returns its number, or null if an attempt that seemed not to have started has started meanwhile
 */
async function prepare({ options, folder, log }: Work, newest: Attempt | null): Promise<number | null> {
  const script = setupScript(options.command, log.path);
  let number = newest?.number ?? 1;
  if (newest !== null && newest.state.kind !== "prepared") number++;
  while (!(await folder.prepare(number, script))) {
    // A run that is gone has prepared another command line there. It must never start any more.
    if (!(await folder.invalidate(number))) return null;
    number++;
  }
  return number;
}

/** Starts the prepared attempt, and follows it; null if somebody else has taken the lock meanwhile. */
async function begin(work: Work, number: number): Promise<SetupOutcome | null> {
  const beginning = await work.launcher.begin(number);
  work.lock.startIsKnown();
  switch (beginning.outcome) {
    case "begun":
      return follow(work, number, {
        attached: false,
        ended: beginning.ended,
        event: `attempt ${number} started`,
      });
    case "lost the lock":
      return null;
    case "not begun":
      await clearStart(work);
      throw beginning.error;
  }
}

/** Tells once for each owner that this run waits for the computer, as long as there is time. */
class Waiting {
  readonly #work: Work;
  #waitedFor: string | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  tell(owner: string | null): void {
    const name = owner ?? "another run of this program";
    if (this.#waitedFor !== name) {
      const { onProgress, onWait } = this.#work.options;
      const text = `waiting for the computer, which is in use by ${name}`;
      onProgress?.(text);
      onWait?.(text);
    }
    this.#waitedFor = name;
    this.#work.requireTime(
      `another run of this program holds the computer (${owner ?? "it did not say who"})`,
    );
  }
}
