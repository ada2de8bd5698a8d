/**
 * Tells a resource's provider what the resource waits for. The engine also runs a step whose predecessors `--exclude`
 * has left out. The SDK then passes the program's own inputs as outputs, so only what a check has added shows that a
 * predecessor exists.
 */
import * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "../wire/values";

/** A resource that others wait for. */
interface Awaited {
  readonly name: string;
  /** Whether it was created, in this run or an earlier one, as the program has it now. */
  readonly isMade: () => pulumi.Output<boolean>;
}

const awaited = new WeakMap<object, Awaited>();

/** Lets others wait for `resource`. @param isMade is called if somebody waits @default true once it has an id */
export function setAwaited(
  resource: pulumi.CustomResource,
  name: string,
  isMade = () => resource.id.apply((id: string | undefined) => id !== undefined && id !== ""),
): void {
  awaited.set(resource, { name, isMade });
}

/**
 * Inputs that name what a resource waits for (`__waitsFor`), and in `up` which of these exist (`__made`). In preview
 * `__made` is unknown, so that a saved plan accepts any value.
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
    // The engine removes unknown and absent values from the object.
    __made: pulumi.runtime.isDryRun()
      ? pulumi.all(made.map(([, value]) => value)).apply(() => unknownValue)
      : Object.fromEntries(made.map(([name, value]) => [name, value.apply((is) => (is ? true : undefined))])),
  };
}
