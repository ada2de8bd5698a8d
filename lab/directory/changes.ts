/** Changes to the attributes of one entry, with the refusals of Active Directory. Pure. */
import { isInteger, octetsOf, rulesOf, type Value } from "./attributes";
import { objectClass } from "./classes";
import { attributeRefused } from "./errors";
import { equals } from "./filter";
import type { Change } from "./requests";

/** An attribute with its name as the schema spells it. */
export interface StoredAttribute {
  readonly name: string;
  readonly values: readonly Value[];
}

/** Attributes of an entry by name in lower case. */
export type Attributes = ReadonlyMap<string, StoredAttribute>;

/** Attributes from names and values. */
export function toAttributes(
  given: Iterable<readonly [string, readonly Value[]]>,
): Map<string, StoredAttribute> {
  return new Map([...given].map(([name, values]) => [name.toLowerCase(), { name, values }]));
}

/**
 * The attributes of a new entry. Superclasses are put in, as the directory does when only the class itself is given.
 * @throws DirectoryError objectClassViolation without a class, or over an attribute.
 */
export function newAttributes(
  given: Iterable<readonly [string, readonly Value[]]>,
): Map<string, StoredAttribute> {
  const attributes = toAttributes(given);
  for (const { name, values } of attributes.values()) checkValues(name, values);
  const classes = attributes.get("objectclass")?.values.map(String) ?? [];
  if (classes.length === 0) throw attributeRefused("objectClassViolation", "objectClass");
  attributes.set("objectclass", { name: "objectClass", values: withSuperclasses(classes) });
  return attributes;
}

function withSuperclasses(classes: readonly string[]): string[] {
  const chains = classes.map((name) => objectClass(name)?.chain ?? [name]);
  const longest = chains.reduce((longer, chain) => (chain.length > longer.length ? chain : longer), []);
  return [...new Set(["top", ...chains.flat().filter((name) => !longest.includes(name)), ...longest])];
}

/**
 * The attributes after one change.
 * @throws DirectoryError over the attribute: a value that is there already or is not there, a wrong syntax, a second
 *   value where one is allowed, or an attribute that only the directory sets.
 */
export function changed(attributes: Attributes, change: Change): Attributes {
  const key = change.attribute.toLowerCase();
  const name = attributes.get(key)?.name ?? change.attribute;
  const values = valuesAfter(name, attributes.get(key)?.values ?? [], change);
  checkValues(name, values);
  const after = new Map(attributes);
  if (values.length === 0) after.delete(key);
  else after.set(key, { name, values });
  return after;
}

function valuesAfter(name: string, before: readonly Value[], change: Change): readonly Value[] {
  const isIn = (values: readonly Value[], value: Value): boolean =>
    values.some((each) => equals(name, each, octetsOf(value)));
  switch (change.operation) {
    case "replace":
      return change.values;
    case "add":
      if (change.values.some((value) => isIn(before, value))) {
        throw attributeRefused("attributeOrValueExists", name);
      }
      return [...before, ...change.values];
    case "delete":
      if (before.length === 0 || !change.values.every((value) => isIn(before, value))) {
        throw attributeRefused("noSuchAttribute", name);
      }
      return change.values.length === 0 ? [] : before.filter((value) => !isIn(change.values, value));
  }
}

function checkValues(name: string, values: readonly Value[]): void {
  const { syntax, single, system } = rulesOf(name);
  if (system === true) throw attributeRefused("unwillingToPerform", name);
  if (single === true && values.length > 1) throw attributeRefused("constraintViolation", name);
  if (syntax === "integer" && !values.every(isInteger))
    throw attributeRefused("invalidAttributeSyntax", name);
}
