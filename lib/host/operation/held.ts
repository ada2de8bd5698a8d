/** A computer whose lock this run holds: what it does there before and after the program that it runs. */
import { OperationFolder } from "../site/attempts";
import { type OpenSession, pause, unlessAborted } from "../site/link";
import { takeLock } from "../site/lock";
import type { HostSession } from "../transport/session";
import type { SetupOptions, SetupOutcome } from "./options";
import { type RestartOptions, restartHeld } from "./restartComputer";
import { startOrFollow } from "./start";
import { type StartedOperation, startedOperations } from "./startedOperations";
import { type Work, workOf } from "./work";

/**
 * The state of a computer before it is changed is kept here, below the folder of all operations, and outlives each of
 * them.
 */
export const recordFolder = "maintenance";
export const recordFile = "found.json";

/** Work on a computer under the lock of the operation. */
export interface HeldComputer {
  /** Takes the lock again if it was lost, and waits for another owner. @returns false if it had been lost */
  hold(): Promise<boolean>;
  /** Works with the living session, or with a new one; ends at once when the work was told to stop. */
  using<T>(work: (session: HostSession) => Promise<T>): Promise<T>;
  /** Adds a line to the journal of the operation. */
  note(event: string): Promise<void>;
  /** The text that {@link keep} wrote last, by any operation on this computer; null if there is none. */
  kept(): Promise<string | null>;
  /** Writes text into a file on the computer, entirely or not at all. @throws HostError if the disk does not take it */
  keep(text: string): Promise<void>;
  /** Removes that file. @throws HostError if it stays */
  forget(): Promise<void>;
  /** The operations on this computer that have run and whose files are still there, whoever has started them. */
  operations(): Promise<readonly StartedOperation[]>;
  /** Restarts the computer, as `restartComputer` does, under this lock, and holds it again afterwards. */
  restart(options: RestartOptions): Promise<boolean>;
  /**
   * Brings another operation to its end under the same lock, as `runSetup` does.
   *
   * @param before called right before a program is started. It is told whether the operation has been tried before.
   */
  run(
    options: Omit<SetupOptions, "timing" | "owner">,
    before: (wasTried: boolean) => Promise<void>,
  ): Promise<SetupOutcome>;
  /** Waits, and throws when the work was told to stop. */
  pause(ms: number): Promise<void>;
  /** Folder of the file that {@link keep} writes. */
  readonly recordFolder: string;
}

/** Work around a run of Setup, under the same lock. `manual` mode has no lock, and does none of it. */
export interface Around {
  /**
   * Called right before Setup is started, after `mayStart`. Throws if Setup must not be started.
   * @param wasTried true if an earlier attempt has run Setup
   */
  before(computer: HeldComputer, wasTried: boolean): Promise<void>;
  /** Called with the outcome. Another run may have the lock by then: take it before any change. */
  after(computer: HeldComputer, outcome: SetupOutcome): Promise<void>;
}

/** The computer of an operation, whose lock this run holds or will hold. */
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
    operations: () => startedOperations(link, place.base),
    restart: async (options) => {
      try {
        return await restartHeld(open, options, () => hold());
      } finally {
        if (link.signal?.aborted !== true) await hold();
      }
    },
    run: async (options, before) => startOrFollow(await workOf(work, options, work.timing), before),
    pause: async (ms) => {
      await pause(ms, link.signal);
      link.check();
    },
    recordFolder: record.path,
  };
}
