/** Building entries. */
import { objectClass } from "./classes";
import { parseDn } from "./dn";
import type { Entry, Values } from "./entry";

/**
 * An entry of a class the lab knows, with its naming attribute and the class's superclasses.
 * @throws Error for an unknown class: a mistake in the lab.
 */
export function object(
  dn: string,
  className: string,
  attributes: { readonly [name: string]: Values },
): Entry {
  const known = objectClass(className);
  const [first] = parseDn(dn);
  if (known === undefined || first === undefined) throw new Error(`"${dn}" has no known class or no name`);
  return {
    dn,
    attributes: { objectClass: known.chain, [first.type.toLowerCase()]: [first.value], ...attributes },
  };
}

/** Leaves out attributes without values: the directory has none such. */
export function present(attributes: { readonly [name: string]: Values }): {
  readonly [name: string]: Values;
} {
  return Object.fromEntries(Object.entries(attributes).filter(([, values]) => values.length > 0));
}
