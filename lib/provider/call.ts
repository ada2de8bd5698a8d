/** A call of the engine in the form that every handler receives, from the dynamic provider and the plugin alike. */
import type { KeptSession } from "../host";
import type { CheckAnswer, DiffAnswer } from "../wire/answers";
import type { ResourceLog } from "../wire/engine";
import type { Props } from "../wire/values";
import type { Run } from "./memory/run";
import type { Notify } from "./notices";

/** The context of a call, besides inputs and state. */
export interface Call {
  /** URN of the resource; undefined if the engine does not pass it. */
  readonly urn: string | undefined;
  /** True in preview, which starts nothing. */
  readonly preview: boolean;
  /** True if the gates of an organization refuse for all steps: a step's check then only warns. */
  readonly gated: boolean;
  /** What this run of the provider has learned so far. */
  readonly run: Run;
  /** Writes log lines under the resource. */
  readonly log: ResourceLog;
  /** Tells the webhook, if the run has one. Does nothing in preview. */
  readonly notify: Notify;
  /**
   * Aborted when the caller is gone. A serialized provider receives no cancellation: for it, the engine's end aborts.
   */
  readonly signal: AbortSignal;
  /**
   * The session with the computer of the step that this call brings to its target. @default each piece of work makes a
   * connection of its own
   */
  readonly kept?: KeptSession;
}

/** The outputs that the state records. */
export type Outs = Record<string, unknown>;

/** What the engine can ask of a resource. Delete is missing: nothing of an upgrade can be undone (D9). */
export interface Handler {
  /** Judges new inputs and adds the plan to them. */
  check(call: Call, olds: Props, news: Props): Promise<CheckAnswer>;
  /** Tells whether anything has to be done. */
  diff(call: Call, olds: Props, news: Props): Promise<DiffAnswer>;
  /** Brings the resource to its target, or finds it there. */
  create(call: Call, inputs: Props): Promise<{ id: string; outs: Outs }>;
  /** Reads the present state of the directory and the computer. */
  read(call: Call, id: string, props: Props): Promise<{ id: string; props: Outs }>;
  /** Records a change, or brings it to its new target. */
  update(call: Call, olds: Props, news: Props): Promise<{ outs: Outs }>;
}
