/**
 * What serialized providers call: the module path and these six functions are recorded in users' states and must
 * never change. Every answer is plain JSON, every failure a plain Error, and neither holds a secret.
 */

import type { ProviderKind } from "./model";
import { isGate } from "./model";
import { checkGate, createGate, diffGate } from "./provider/gates/gates";
import * as handler from "./provider/handler";
import { answer, type CheckAnswer, type DiffAnswer } from "./wire/answers";
import { engineGone, type ResourceLog, resourceLog } from "./wire/engine";
import { secretsOf } from "./wire/secrets";
import type { Props } from "./wire/values";

type Outs = Record<string, unknown>;

/** Judges new inputs and adds the step's plan to them. */
export function check(kind: ProviderKind, olds: Props, news: Props): Promise<CheckAnswer> {
  if (isGate(kind)) return call([news], (log) => checkGate(kind, olds, news, log));
  return call([news], (log) => handler.check(kind, olds, news, log));
}

/** Says whether anything has to be done. */
export function diff(kind: ProviderKind, olds: Props, news: Props): Promise<DiffAnswer> {
  if (isGate(kind)) return call([news, olds], async () => diffGate(kind, olds, news));
  return call([news, olds], () => handler.diff(kind, olds, news));
}

/** Brings a step to its target, or finds it there. */
export function create(kind: ProviderKind, inputs: Props): Promise<{ id: string; outs: Outs }> {
  if (isGate(kind))
    return call([inputs], async (log) => ({ id: kind, outs: await createGate(kind, inputs, log) }));
  return call([inputs], (log) => handler.create(kind, inputs, log));
}

/** Reads a step's present levels. */
export function read(kind: ProviderKind, id: string, props: Props): Promise<{ id: string; props: Outs }> {
  if (isGate(kind)) return call([props], async () => ({ id, props: { ...props } }));
  // The recorded name may be an earlier one, after `pulumi state rename` or `pulumi stack rename`, and the SDK hands on no other: what
  // is told stands under the stack, and names the computer.
  return call([{ ...props, __urn: "" }], (log) => handler.read(kind, id, props, log));
}

/** Records a change, or brings a step to its new target. */
export function update(kind: ProviderKind, olds: Props, news: Props): Promise<{ outs: Outs }> {
  if (isGate(kind))
    return call([news, olds], async (log) => ({ outs: await createGate(kind, news, log, olds) }));
  return call([news, olds], (log) => handler.update(kind, olds, news, log));
}

/** Forgets: nothing of an upgrade can be taken back (D9), so nothing is touched. */
export async function remove(_kind: ProviderKind, _id: string, _props: Props): Promise<void> {}

function call<T>(props: readonly Props[], work: (log: ResourceLog) => Promise<T>): Promise<T> {
  engineGone();
  const secrets = secretsOf({ ...props });
  const urn = props[0]?.__urn;
  return answer(secrets, () => work(resourceLog(typeof urn === "string" ? urn : undefined, secrets)));
}
