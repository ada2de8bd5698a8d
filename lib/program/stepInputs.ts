/**
 * What a provider gets of a step's arguments. The step's own resource and the gates make their inputs of the same, so that a
 * gate judges every argument that the step has; one that is forgotten here does not compile.
 */
import { type StepArgs, withSecrets } from "./args";

/** An input for each argument but those that become others: resources that come before, and commands. */
export type InputsOf<T, Other extends keyof T> = { readonly [Name in Exclude<keyof T, Other>]-?: unknown };

/** Inputs of any step. */
export function stepInputs(args: StepArgs): { readonly [name: string]: unknown } {
  const inputs: InputsOf<StepArgs, "commands"> = {
    computer: withSecrets(args.computer),
    account: args.account && withSecrets(args.account),
    run: args.run,
    taskName: args.taskName,
    timeouts: args.timeouts,
    changeWindow: args.changeWindow,
    replication: args.replication,
    setup: args.setup,
    waive: args.waive,
    gone: args.gone,
  };
  return withoutUndefined(inputs);
}

/** Those arguments that the program gives: the SDK makes an output, of several promises, of every name it is handed. */
export function withoutUndefined<T extends object>(
  args: T,
): { readonly [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as unknown as T;
}
