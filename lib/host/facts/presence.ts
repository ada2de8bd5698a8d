/**
 * Whether an unreadable registry key exists. `reg query` exits with 1 for an absent key and for a refused one, and its
 * message is localised. But a key that can be listed names its subkeys, readable or not. So the nearest listable key
 * above decides.
 */
import { type Part, regQuery, runPartsAtOnce } from "../cmd/commands";
import { canonicalKey, listsSubkey, parentKey, parseRegistry } from "../cmd/registry";
import type { HostSession } from "../transport/session";

/** `unknown` also if a key above exists and cannot be listed. */
export type Presence = "present" | "absent" | "unknown";

/** Outputs of `reg query` (without `/s`) by key. */
export class Listings {
  readonly #parts = new Map<string, Part>();

  set(key: string, part: Part): void {
    this.#parts.set(canonicalKey(key), part);
  }

  has(key: string): boolean {
    return this.#parts.has(canonicalKey(key));
  }

  /** Whether the key exists; null if a listing is missing that may decide it. */
  presenceOf(key: string): Presence | null {
    let child = key;
    for (const parent of keysAbove(key)) {
      const part = this.#parts.get(canonicalKey(parent));
      if (part === undefined) return null;
      const listing = parseRegistry(part.text);
      // Successful output without any key is not a listing: it decides nothing.
      if (part.ok && (listing.length > 0 || part.text.trim() === "")) {
        if (!listsSubkey(listing, child)) return "absent";
        return child === key ? "present" : "unknown";
      }
      child = parent;
    }
    return "unknown";
  }
}

/**
 * Presence of each key, by its path as given. One round trip for all keys that `listings` leave open; none if they
 * decide all.
 *
 * @throws as HostSession.run
 */
export async function presencesOf(
  session: HostSession,

  keys: readonly string[],
  listings: Listings,
): Promise<ReadonlyMap<string, Presence>> {
  const open = keys.filter((key) => listings.presenceOf(key) === null);
  const missing = [...new Set(open.flatMap(keysAbove))].filter((key) => !listings.has(key));
  if (missing.length > 0) {
    const commands = Object.fromEntries(missing.map((key) => [key, regQuery(key)]));
    for (const [key, part] of Object.entries(await runPartsAtOnce(session, commands)))
      listings.set(key, part);
  }
  return new Map(keys.map((key) => [key, listings.presenceOf(key) ?? "unknown"]));
}

/** Keys above, the nearest first, without the hives: their direct subkeys are never in question. */
function keysAbove(key: string): readonly string[] {
  const above: string[] = [];
  for (let parent = parentKey(key); parent !== null; parent = parentKey(parent)) above.push(parent);
  return above.slice(0, -1);
}
