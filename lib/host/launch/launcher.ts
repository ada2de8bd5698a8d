/** How a prepared attempt is started on its computer, once the lock is ours. Which way a run mode takes: modes.ts. */
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
  /** Milliseconds in which a task that was started must have begun. */
  readonly taskStartMs: number;
  /** Told what is not verified. */
  readonly tell: (text: string) => void;
  /** @throws HostError, with that state, when the time for everything is over */
  readonly requireTime: (state: string) => void;
}

/** What the ways to start an attempt need to know besides the site. */
export interface LaunchOptions {
  /** Name of the task that an administrator has registered. @default "ExchangeUpgrade" */
  readonly taskName?: string | undefined;
  /** Who runs Setup; the password only where Windows is given it. */
  readonly account?: { readonly name: string; readonly password?: string } | undefined;
}

/** What came of starting an attempt. */
export type Beginning =
  /** Its script has begun; `ended` settles when the script is over, where that is known. */
  | { readonly outcome: "begun"; readonly ended?: Promise<unknown> | undefined }
  /** Somebody else has taken the lock: the situation is to be looked at anew. */
  | { readonly outcome: "lost the lock" }
  /** It has not begun, and is not tried again. */
  | { readonly outcome: "not begun"; readonly error: HostError };

/** One way to start an attempt. */
export interface Launcher {
  /** @throws OperationRefused, with the way out, where this way is not to be had; called before anything is prepared */
  check(): Promise<void>;
  /** Starts the attempt's script under the lock, and waits for its first sign. */
  begin(attempt: number): Promise<Beginning>;
  /** Takes away what only a start needs; called under the lock, and more than once. */
  clear(): Promise<void>;
}

/** Times that a start is tried before it counts as impossible. */
export const maxLaunches = 3;
