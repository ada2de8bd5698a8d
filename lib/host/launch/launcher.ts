/** How a prepared attempt is started on its computer, once the lock is ours: one way for each run mode. */

import type { OperationFolder, OperationPlace } from "../site/attempts";
import type { Link } from "../site/link";
import type { HostError } from "../transport/errors";
import type { RunResult } from "../transport/session";

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
  /** Told what is not verified. */
  readonly tell: (text: string) => void;
}

/** What the ways to start an attempt need to know besides the site. */
export interface LaunchOptions {
  /** Name of the task that an administrator has registered. @default "ExchangeUpgrade" */
  readonly taskName?: string | undefined;
  /** Who runs Setup; the password only where Windows is given it. */
  readonly account?: { readonly name: string; readonly password?: string } | undefined;
  /** Milliseconds in which a task that was started must have begun. */
  readonly startMs: number;
}

/** A command that starts an attempt. */
export interface Start {
  readonly command: string;
  /** Its standard input, where it has one. */
  readonly stdin?: string;
}

/** One way to start an attempt. */
export interface Launcher {
  /** Refuses, with the way out, where this way is not to be had; called before anything is prepared. */
  check(): Promise<void>;
  /** The command, which is run in one line with a beat of the lock; it may be run again. */
  start(attempt: number): Start;
  /**
   * True where the command lasts as long as the attempt's script, so that its end tells that the script is over; false
   * where it only asks somebody else to start the script.
   */
  readonly lasts: boolean;
  /** The account whose password a start gives to Windows, which then logs it on; absent where none is given. */
  readonly account?: { readonly name: string; readonly password: string };
  /** True where the answer to a start says that Windows refused the account's password. */
  refusedPassword?(said: RunResult | null): boolean;
  /** Why the script did not begin, after it was asked for and cannot begin any more. */
  notStarted(attempt: number, said: RunResult | null): Promise<HostError>;
  /** Takes away what only a start needs; called under the lock, and more than once. */
  clear(): Promise<void>;
}
