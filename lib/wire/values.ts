/**
 * Values on the way to Pulumi's provider process: plain JSON, in which a sentinel string stands for a value that is not
 * known yet, at any depth and whatever its type.
 */

/** The engine's sentinel for a value that is not known yet (`rpc.unknownValue` of the SDK). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A JSON object as the engine hands it over. */
export type Props = { readonly [key: string]: unknown };

/** True when `value` is the sentinel itself. */
export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

/** True when `value` is the sentinel or holds it at any depth. */
export function hasUnknown(value: unknown): boolean {
  return unknownPaths(value).length > 0;
}

/** Paths of all sentinels in `value`, each as its keys from the outside in. */
export function unknownPaths(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (isUnknown(value)) return [at];
  if (Array.isArray(value)) return value.flatMap((item, i) => unknownPaths(item, [...at, String(i)]));
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, item]) => unknownPaths(item, [...at, key]));
  return [];
}

/** True for a JSON object (not null, not an array). */
export function isRecord(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The properties without the engine's and our own bookkeeping (`__provider`, `__urn`, …).
 * @param added keys that check and create have added, which are left out, too
 */
export function withoutBookkeeping(props: Props, added: readonly string[] = []): Props {
  return Object.fromEntries(
    Object.entries(props).filter(([key]) => !isBookkeeping(key) && !added.includes(key)),
  );
}

/** What {@link withoutBookkeeping} leaves out by its name. */
export function bookkeepingOf(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => isBookkeeping(key)));
}

function isBookkeeping(key: string): boolean {
  return key.startsWith("__");
}

/**
 * A copy that is plain JSON: what a provider may answer. `undefined`, functions and the like vanish, as with
 * `JSON.stringify`. Half a surrogate pair, which gRPC refuses, becomes U+FFFD.
 *
 * @throws TypeError for a bigint or a cycle, which would be our own defect.
 */
export function plainJson<T>(value: T): T {
  return wellFormed(JSON.parse(JSON.stringify(value))) as T;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]),
  );
}

/** Deep equality of JSON values; an absent key equals a key whose value is undefined. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameJson(a[key], b[key]));
}
