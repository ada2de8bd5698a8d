/** A computer that is ours: what its lock's owner does there before and after the program that it runs. */
import { OperationFolder } from "../site/attempts";
import { type OpenSession, pause, unlessAborted } from "../site/link";
import { takeLock } from "../site/lock";
import type { HostSession } from "../transport/session";
import type { SetupOutcome } from "./options";
import { type RestartOptions, restartHeld } from "./restartComputer";
import type { Work } from "./work";

/** What is found on a computer before it is changed is kept here, below the folder of all operations: it outlives each of them. */
const recordFolder = "maintenance";
const recordFile = "found.json";

/** Work on a computer under the lock of the operation. */
export interface HeldComputer {
  /** Takes the lock where it has been lost, and waits for whoever has it. @returns false when it had been lost */
  hold(): Promise<boolean>;
  /** Works with the living session, made anew where needed; ends at once when the work was told to stop. */
  using<T>(work: (session: HostSession) => Promise<T>): Promise<T>;
  /** Adds a line to the journal of the operation. */
  note(event: string): Promise<void>;
  /** What was written last with {@link keep}, by any operation on this computer; null for nothing. */
  kept(): Promise<string | null>;
  /** Writes text into a file on the computer, entirely or not at all. @throws HostError when the disk does not take it */
  keep(text: string): Promise<void>;
  /** Removes it. @throws HostError when it stays */
  forget(): Promise<void>;
  /** Restarts the computer, as `restartComputer` does, under this lock, and holds it again afterwards. */
  restart(options: RestartOptions): Promise<boolean>;
  /** Waits, and throws when the work was told to stop. */
  pause(ms: number): Promise<void>;
  /** Folder of what {@link keep} has written. */
  readonly recordFolder: string;
}

/** What is done around a run of Setup, under the same lock. In `manual` mode, which has no lock, nothing is. */
export interface Around {
  /** Right before Setup is started, after `mayStart`. Throws where it must not be started. */
  before(computer: HeldComputer): Promise<void>;
  /** With what came of it. Another run may have the lock: whoever changes something takes it first. */
  after(computer: HeldComputer, outcome: SetupOutcome): Promise<void>;
}

/** The computer of an operation, whose lock is held or will be. */
export function heldComputer(work: Work, open: OpenSession): HeldComputer {
  const { link, lock, folder, place, pollMs } = work;
  const hold = async (): Promise<boolean> => {
    const wasHeld = lock.held && (await lock.confirm());
    await takeLock(lock, { pollMs, signal: link.signal }, async (owner) => {
      link.check();
      work.tell(`waiting for the computer, which is in use by ${owner ?? "another run of this program"}`);
      return null;
    });
    return wasHeld;
  };
  const record = OperationFolder.at(link, place.base, recordFolder);
  return {
    hold,
    using: async (work) => {
      link.check();
      return unlessAborted(work(await link.session()), link.signal);
    },
    note: async (event) => void (await folder.note(event)),
    kept: () => record.read(recordFile),
    keep: async (text) => {
      await OperationFolder.open(link, place.base, recordFolder);
      await record.place(recordFile, text);
    },
    forget: async () => {
      if (!(await record.remove(place.base)))
        work.tell(`${record.path} was left: a file in it is open, or access is denied`);
    },
    restart: async (options) => {
      try {
        return await restartHeld(open, options, () => hold());
      } finally {
        if (link.signal?.aborted !== true) await hold();
      }
    },
    pause: async (ms) => {
      await pause(ms, link.signal);
      link.check();
    },
    recordFolder: record.path,
  };
}
