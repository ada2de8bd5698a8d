/**
 * What serialized providers call: the module path and these six functions are recorded in users' states and must
 * never change. Every answer is plain JSON, every failure a plain Error, and neither holds a secret.
 */
import type { ProviderKind } from "./model";
import type { Call, Outs } from "./provider/call";
import { codedError } from "./provider/errorCodes";
import { handlers } from "./provider/handlers";
import { Run } from "./provider/memory/run";
import { notifier } from "./provider/notices";
import { answer, type CheckAnswer, type DiffAnswer } from "./wire/answers";
import { engineGone, resourceLog } from "./wire/engine";
import { secretsOf } from "./wire/secrets";
import { type Props, unknownValue } from "./wire/values";

let current: { readonly signal: AbortSignal; readonly run: Run } | undefined;

/** One run of `pulumi`: the engine starts this process for it, or attaches itself, which gives another signal. */
function present(): { readonly signal: AbortSignal; readonly run: Run } {
  const signal = engineGone();
  if (current?.signal !== signal) {
    void current?.run.close();
    current = { signal, run: new Run() };
  }
  return current;
}

/** Judges new inputs and adds the step's plan to them. */
export function check(kind: ProviderKind, olds: Props, news: Props): Promise<CheckAnswer> {
  return serve([news], (call) => handlers[kind].check(call, olds, news));
}

/** Tells whether anything has to be done. */
export function diff(kind: ProviderKind, olds: Props, news: Props): Promise<DiffAnswer> {
  return serve([news, olds], async (call) => {
    const answer = await handlers[kind].diff(call, olds, news);
    // A state of the resource plugin contains no provider text, without which the SDK could neither read nor delete it.
    const isFromPlugin = news.__provider !== undefined && olds.__provider === undefined;
    return isFromPlugin ? { ...answer, changes: true } : answer;
  });
}

/** Brings a step to its target, or finds it there. */
export function create(kind: ProviderKind, inputs: Props): Promise<{ id: string; outs: Outs }> {
  return serve([inputs], (call) => telling(call, () => handlers[kind].create(call, inputs)));
}

/** Reads a step's present levels. */
export function read(kind: ProviderKind, id: string, props: Props): Promise<{ id: string; props: Outs }> {
  // After `pulumi state rename` or `pulumi stack rename` the recorded URN is outdated, and the SDK passes no other. So
  // lines appear under the stack, and name the computer.
  return serve([{ ...props, __urn: "" }], (call) => handlers[kind].read(call, id, props));
}

/** Records a change, or brings a step to its new target. */
export function update(kind: ProviderKind, olds: Props, news: Props): Promise<{ outs: Outs }> {
  return serve([news, olds], (call) => telling(call, () => handlers[kind].update(call, olds, news)));
}

/**
 * Touches nothing, since nothing of an upgrade can be undone (D9), and says so once. The engine removes the resource from its state.
 * It does not call this for a resource that it retains.
 */
export async function remove(_kind: ProviderKind, _id: string, _props: Props): Promise<void> {
  const { told } = present().run;
  if (told.forgotten) return;
  told.forgotten = true;
  await resourceLog("", []).info(forgottenText);
}

const forgottenText =
  "only Pulumi's state forgets this upgrade: no server was touched, and nothing in Active Directory is undone (D9). To finish the " +
  "upgrade, run pulumi up with the same program: it adopts what is at its target, and runs Setup for the rest";

/** @param all inputs, and the state if there is one: the first identify the resource, and all contain secrets */
function serve<T>(all: readonly [Props, ...Props[]], work: (call: Call) => Promise<T>): Promise<T> {
  const [{ __urn, __stage, __gated }] = all;
  const urn = typeof __urn === "string" ? __urn : undefined;
  const secrets = secretsOf({ ...all });
  const preview = __stage === unknownValue;
  const log = resourceLog(urn, secrets);
  const { signal, run } = present();
  const call = {
    urn,
    preview,
    gated: __gated === true,
    run,
    log,
    notify: preview ? () => undefined : notifier(run.webhook, all[0], { secrets, log }),
    signal,
  };
  return answer(secrets, () =>
    work(call).catch((error: unknown) => {
      throw codedError(error);
    }),
  );
}

/** What acts: the webhook hears how it fails, and the engine, which may end this process then, gets the answer after that. */
async function telling<T>({ notify, run: { webhook } }: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    notify("failed", codedError(error).message);
    throw error;
  } finally {
    await webhook.settled();
  }
}
