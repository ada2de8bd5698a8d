/**
 * What a resource waits for, as its provider is told of it. The engine makes a step also where `--exclude` has left out what
 * comes before it; the SDK then hands on the program's own inputs for outputs, so that only what a check has added tells.
 */
import * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "../wire/values";

/** A resource that others wait for. */
interface Awaited {
  readonly name: string;
  /** Whether it was made, in this run or an earlier one, as the program has it now. */
  readonly isMade: () => pulumi.Output<boolean>;
}

const awaited = new WeakMap<object, Awaited>();

/** Lets others wait for `resource`. @param isMade asked where somebody does; true by its id, unless more is to be said */
export function setAwaited(
  resource: pulumi.CustomResource,
  name: string,
  isMade = () => resource.id.apply((id: string | undefined) => id !== undefined && id !== ""),
): void {
  awaited.set(resource, { name, isMade });
}

/**
 * Inputs that name what a resource waits for (`__waitsFor`), and in `up` say what of it is there (`__made`). In preview they
 * say that nobody knows yet: a saved plan takes it as it comes.
 */
export function awaitedInputs(earlier: readonly (object | undefined)[]): pulumi.Inputs {
  const found = new Map(
    earlier.flatMap((each) => {
      const one = each === undefined ? undefined : awaited.get(each);
      return one === undefined ? [] : [[one.name, one] as const];
    }),
  );
  if (found.size === 0) return {};
  const made = [...found.values()].map(({ name, isMade }) => [name, isMade()] as const);
  return {
    __waitsFor: [...found.keys()],
    // What is not known is left out of the object by the engine, as is what is not there.
    __made: pulumi.runtime.isDryRun()
      ? pulumi.all(made.map(([, value]) => value)).apply(() => unknownValue)
      : Object.fromEntries(made.map(([name, value]) => [name, value.apply((is) => (is ? true : undefined))])),
  };
}
