/**
 * The inputs that a provider gets from a step's arguments. The step's own resource and the gates use the same function,
 * so that a gate judges every argument of the step. An argument that is missing here does not compile.
 */
import { type StepArgs, withSecrets } from "./args";

/** An input for each argument, except those that are passed in another form: preceding resources, and commands. */
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

/** The arguments without undefined ones: the SDK would make an output, of several promises, for each name. */
export function withoutUndefined<T extends object>(
  args: T,
): { readonly [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as unknown as T;
}
