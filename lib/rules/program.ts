/**
 * How texts name what the program that was written has: a resource of its own has its arguments at the top, and of a
 * component each step has a place in the component's arguments.
 */
import { z } from "zod";

/** Where a step stands in the arguments of a component. */
export interface ProgramPlace {
  /** Where its own arguments are: `servers["mbx-lon"]`, `preparation.schema`. */
  readonly at: string;
  /** Arguments that it takes from elsewhere in the program, by their own path: `run` from `defaults.run`. */
  readonly elsewhere: { readonly [path: string]: string };
}

const form = z.object({ at: z.string(), elsewhere: z.record(z.string(), z.string()) });

/** A place out of a resource's inputs; null for a resource that belongs to no component, and in states without it. */
export function placeFrom(input: unknown): ProgramPlace | null {
  return form.safeParse(input).data ?? null;
}

/** Arguments that a component has once, for all of its steps. */
const ofAllSteps: readonly string[] = ["target", "directory"];

/** A path as a program reads it: `.name`, and `["mbx-lon"]` for what is no identifier. */
export function members(keys: readonly string[]): string {
  return keys
    .map((key) =>
      /^[A-Za-z_$][\w$]*$/.test(key)
        ? `.${key}`
        : /^\d+$/.test(key)
          ? `[${key}]`
          : `[${JSON.stringify(key)}]`,
    )
    .join("");
}

/** Where an argument of a step stands in the program. @param keys its path in the step's own arguments */
export function argumentPath(place: ProgramPlace | null, keys: readonly string[]): string {
  const [first = "", ...rest] = keys;
  if (place === null || ofAllSteps.includes(first)) return `${first}${members(rest)}`;
  for (let length = keys.length; length > 0; length--) {
    const path = keys.slice(0, length).join(".");
    if (Object.hasOwn(place.elsewhere, path)) return `${place.elsewhere[path]}${members(keys.slice(length))}`;
  }
  return `${place.at}${members(keys)}`;
}

/** What a text needs of the step that it is about. */
interface InProgram {
  readonly place: ProgramPlace | null;
}

/** An argument of the step in backquotes: `account`, or in a component `servers["mbx-lon"].account`. */
export function argument({ place }: InProgram, path: string, value = ""): string {
  return `\`${argumentPath(place, path.split("."))}${value}\``;
}
