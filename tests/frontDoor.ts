/** A front door for tests: the provider's handlers, called as the engine does, with a run that tests can begin anew. */
import type { GateKind, StepKind } from "../lib/model";
import type { Call } from "../lib/provider/call";
import { handlers } from "../lib/provider/handlers";
import { Run } from "../lib/provider/memory/run";
import type { ResourceLog } from "../lib/wire/engine";
import { type Props, unknownValue } from "../lib/wire/values";

let present = new Run();

/** The run that calls are a part of. */
export function presentRun(): Run {
  return present;
}

/** Ends the run, with its sessions and all that it has learned, and begins another. */
export async function beginRun(): Promise<void> {
  const ended = present;
  present = new Run();
  await ended.close();
}

/** A call about a resource with these inputs. */
export function callOf({ __urn, __stage, __gated }: Props, log: ResourceLog, run = present): Call {
  return {
    urn: typeof __urn === "string" ? __urn : undefined,
    preview: __stage === unknownValue,
    gated: __gated === true,
    run,
    log,
    notify: () => undefined,
    signal: new AbortController().signal,
  };
}

const silent: ResourceLog = {
  info: async () => undefined,
  warn: async () => undefined,
  progress: async () => undefined,
};

export const check = (kind: StepKind, olds: Props, news: Props, log: ResourceLog) =>
  handlers[kind].check(callOf(news, log), olds, news);
export const diff = (kind: StepKind, olds: Props, news: Props) =>
  handlers[kind].diff(callOf(news, silent), olds, news);
export const create = (kind: StepKind, inputs: Props, log: ResourceLog) =>
  handlers[kind].create(callOf(inputs, log), inputs);
export const read = (kind: StepKind, id: string, props: Props, log: ResourceLog) =>
  handlers[kind].read(callOf(props, log), id, props);
export const update = (kind: StepKind, olds: Props, news: Props, log: ResourceLog) =>
  handlers[kind].update(callOf(news, log), olds, news);

export const checkGate = (kind: GateKind, olds: Props, news: Props, log: ResourceLog) =>
  handlers[kind].check(callOf(news, log), olds, news);
export const diffGate = (kind: GateKind, olds: Props, news: Props) =>
  handlers[kind].diff(callOf(news, silent), olds, news);

/** What the state gets of a gate that is created or, where `olds` are given, updated. */
export async function createGate(kind: GateKind, inputs: Props, log: ResourceLog, olds?: Props) {
  const call = callOf(inputs, log);
  const answer =
    olds === undefined
      ? await handlers[kind].create(call, inputs)
      : await handlers[kind].update(call, olds, inputs);
  return answer.outs;
}
