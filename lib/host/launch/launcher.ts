/** How a prepared attempt is started on its computer, once the lock is ours: one way for each run mode. */

import { quotePath } from "../cmd/quote";
import type { OperationFolder, OperationPlace } from "../site/attempts";
import type { Link } from "../site/link";
import { HostError } from "../transport/errors";
import type { RunResult } from "../transport/session";

/** What is known of the computer and of the operation. */
export interface LaunchSite {
  readonly link: Link;
  readonly place: OperationPlace;
  readonly folder: OperationFolder;
  /** Name of the operation. */
  readonly operation: string;
  /** Told what is not verified. */
  readonly tell: (text: string) => void;
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

/** Run mode `direct`: the script runs in the SSH session itself. */
export function directLauncher({ folder }: LaunchSite): Launcher {
  return {
    check: async () => undefined,
    start: (attempt) => ({ command: quotePath(folder.scriptOf(attempt)) }),
    lasts: true,
    notStarted: async (attempt) =>
      new HostError(
        `${folder.scriptOf(attempt)} was started several times and did not begin: look at what keeps the computer from ` +
          `running it (software restriction policy, virus scanner, full disk)`,
      ),
    clear: async () => undefined,
  };
}
