/** A call of the engine, as every handler gets it, whichever front door it came through. */
import type { CheckAnswer, DiffAnswer } from "../wire/answers";
import type { ResourceLog } from "../wire/engine";
import type { Props } from "../wire/values";
import type { Run } from "./memory/run";

/** What a call brings beside inputs and state. */
export interface Call {
  /** URN of the resource; undefined where the engine does not tell it. */
  readonly urn: string | undefined;
  /** True in preview, where nothing is started. */
  readonly preview: boolean;
  /** True where the gates of an organization refuse for all steps: a step's check then only warns. */
  readonly gated: boolean;
  /** What this run has learned so far. */
  readonly run: Run;
  /** Writes under the resource. */
  readonly log: ResourceLog;
  /** Fires when whoever has called is gone. Serialized providers get no cancellation: theirs fires with the engine's end. */
  readonly signal: AbortSignal;
}

/** What is recorded of a resource. */
export type Outs = Record<string, unknown>;

/** What the engine can ask of a resource. Delete is no part of it: nothing of an upgrade can be taken back (D9). */
export interface Handler {
  /** Judges new inputs and adds what is planned to them. */
  check(call: Call, olds: Props, news: Props): Promise<CheckAnswer>;
  /** Says whether anything has to be done. */
  diff(call: Call, olds: Props, news: Props): Promise<DiffAnswer>;
  /** Brings it to its target, or finds it there. */
  create(call: Call, inputs: Props): Promise<{ id: string; outs: Outs }>;
  /** Reads what is really there. */
  read(call: Call, id: string, props: Props): Promise<{ id: string; props: Outs }>;
  /** Records a change, or brings it to its new target. */
  update(call: Call, olds: Props, news: Props): Promise<{ outs: Outs }>;
}
