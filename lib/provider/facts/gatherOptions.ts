/** How a step's facts are read. */

/** Options of one reading. */
export interface GatherOptions {
  /** True when the state has the step at its target: a server that the directory, too, shows there gets no SSH. */
  readonly recorded: boolean;
  /** False when the computer is not asked at all. */
  readonly computer: boolean;
  /** Inputs that are not known yet (`directory`, `computer.connection`, `account`): nothing is read with them. */
  readonly unknown: readonly string[];
  /** True to ask the computer although the step is done: a Setup that reached its level may still run there. */
  readonly fresh?: boolean;
  /** True in preview, which may run from a facts snapshot. @default false */
  readonly preview?: boolean;
  /** True to read the world as it is now: nothing counts that was read before. @default false */
  readonly anew?: boolean;
  /** True to read nothing but what tells whether the step is done. @default false */
  readonly stateOnly?: boolean;
  /** Seconds that are left, where many steps are read under one deadline. @default the step's own `timeouts.facts` */
  readonly seconds?: number;
}
