/** The circumstances of a look at a security update, or at a clustered mailbox server. */
export interface Look {
  /** True in create and update, where only facts count. */
  readonly apply: boolean;
  /** True in preview, which may run from a facts snapshot. */
  readonly preview: boolean;
  /** True if the state has the resource at its target. */
  readonly recorded: boolean;
  /** Arguments that are not known yet. */
  readonly unknown: readonly string[];
}

/** The look for which only facts count. */
export const onFacts: Look = { apply: true, preview: false, recorded: false, unknown: [] };
