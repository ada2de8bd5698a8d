/** What a campaign drives: somebody's stack with the campaign's steps, whoever makes the calls. */
import type { StepKind } from "../../lib/model";
import type { Levels, Recorded } from "./history";

export interface Stack {
  readonly name: string;
  readonly steps: readonly StepKind[];
  /** What was said to people, and what the processes wrote. */
  readonly said: readonly string[];
  /** Why the last `up` failed; null when it did not. */
  readonly failure: string | null;
  /** True when every step is in the state. */
  readonly isComplete: boolean;
  /** One `up`; never fails, since a failure is what {@link failure} then tells. */
  up(): Promise<void>;
  /** What the state has of every step. */
  recorded(): readonly Recorded[];
  /** Processes of the provider that work now. */
  providerIds(): readonly number[];
  /** Ends the engine as SIGKILL does: what it has started is on its own. */
  killEngine(): void;
  /** Tells the engine to stop, as Ctrl-C does. */
  interrupt(): void;
  close(): Promise<void>;
}

/** Arguments of every step: so little time that a campaign is over in seconds. */
export const hasty = { timeouts: { facts: 6, reboot: 0.2 }, replication: { minutes: 0.05 } } as const;

/** A second dial is the Link's business here: it has its own patience. */
export const singleDial = { dialErrorLimit: 1, perDialTimeout: 4 } as const;

/** Waivers of a server's step under Windows Server 2008, where only there a task can be registered for one run. */
export const onNewWindows = {
  waive: {
    D5: "this Windows was there before Exchange",
    P1: "exadmin is a local administrator: looked at on the server",
  },
} as const;

/** The recorded levels by the keys of the world: a server's roles are those of its computer. */
export function worldKeys(step: string, server: string, levels: Levels): Levels {
  if (step !== "server") return levels;
  return Object.fromEntries(Object.entries(levels).map(([key, value]) => [`${server} ${key}`, value]));
}
