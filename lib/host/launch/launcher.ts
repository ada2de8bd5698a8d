/**
 * How a prepared attempt is started on its computer, once this run owns the lock. modes.ts chooses the way for each run
 * mode.
 */
import type { OperationFolder } from "../site/attempts";
import type { Link } from "../site/link";
import type { ComputerLock } from "../site/lock";
import type { OperationPlace } from "../site/place";
import type { HostError } from "../transport/errors";

/** An operation on its computer. */
export interface OperationSite {
  readonly link: Link;
  readonly place: OperationPlace;
  readonly folder: OperationFolder;
  /** Name of the operation. */
  readonly operation: string;
}

/** Where an operation's attempts are started. */
export interface LaunchSite extends OperationSite {
  readonly lock: ComputerLock;
  /** Milliseconds between two looks. */
  readonly pollMs: number;
  /** Milliseconds in which a started task must have begun. */
  readonly taskStartMs: number;
  /** Receives what could not be verified. */
  readonly tell: (text: string) => void;
  /** @throws HostError, with that state, once the time for everything is over */
  readonly requireTime: (state: string) => void;
}

/** What the ways to start an attempt need besides the site. */
export interface LaunchOptions {
  /** Name of the task that an administrator has registered. @default "ExchangeUpgrade" */
  readonly taskName?: string | undefined;
  /** Who runs Setup; with the password only if Windows must get it. */
  readonly account?: { readonly name: string; readonly password?: string } | undefined;
}

/** The result of starting an attempt. */
export type Beginning =
  /** Its script has begun; `ended` settles when the script is over, if that is known. */
  | { readonly outcome: "begun"; readonly ended?: Promise<unknown> | undefined }
  /** Somebody else has taken the lock: the caller must look at the situation anew. */
  | { readonly outcome: "lost the lock" }
  /** It has not begun, and must not be tried again. */
  | { readonly outcome: "not begun"; readonly error: HostError };

/** One way to start an attempt. */
export interface Launcher {
  /** @throws OperationRefused, with the way out, if this way is not available; called before anything is prepared */
  check(): Promise<void>;
  /** Starts the attempt's script under the lock, and waits for its first sign. */
  begin(attempt: number): Promise<Beginning>;
  /** Removes what only a start needs; called under the lock, and possibly several times. */
  clear(): Promise<void>;
}

/** Number of tries to start before it counts as impossible. */
export const maxLaunches = 3;
