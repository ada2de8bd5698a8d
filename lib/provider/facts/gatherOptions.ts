/** How a step's facts are read. */
import type { HostSession } from "../../host";

/** Options of one reading. */
export interface GatherOptions {
  /** True if the state has the step at its target. A server that the directory shows there, too, is not asked. */
  readonly recorded: boolean;
  /** False to ask no computer. */
  readonly computer: boolean;
  /** Inputs without a value yet (`directory`, `computer.connection`, `account`): nothing is read with them. */
  readonly unknown: readonly string[];
  /** True to ask the computer of a finished step: a Setup that has reached its level may still run. */
  readonly fresh?: boolean;
  /** True in preview, which may run from a facts snapshot. @default false */
  readonly preview?: boolean;
  /** True to read everything now; earlier answers do not count. @default false */
  readonly anew?: boolean;
  /** True to read only the facts that tell whether the step is done. @default false */
  readonly stateOnly?: boolean;
  /** Seconds that are left if many steps are read under one deadline. @default the step's own `timeouts.facts` */
  readonly seconds?: number;
  /**
   * Makes or finds the session with the computer. @default a connection for this reading alone
   */
  readonly session?: SessionSource;
}

/** Where the session for a reading comes from. */
export interface SessionSource {
  open(): Promise<HostSession>;
  /** True if `open` logs on anew, so that others may take the answer. */
  readonly isNew: boolean;
}
