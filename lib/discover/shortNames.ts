/** Short names of servers: they become part of the names of resources. */
import type { ExchangeServerFacts } from "../facts";

/** Active Directory allows 64 characters in a common name. */
const longest = 63;

/**
 * A unique short name for each server, in the given order. It is the name of its object in lower case, reduced to
 * letters a to z, digits, hyphens and underscores. Servers with the same one get their FQDN instead, and then a number.
 */
export function shortNames(servers: readonly ExchangeServerFacts[]): readonly string[] {
  const plain = servers.map(({ name }) => clean(name));
  const count = countOf(plain);
  const wanted = servers.map(({ fqdn }, at) => {
    const own = plain[at] ?? "";
    return count.get(own) === 1 || fqdn === null ? own : clean(fqdn);
  });
  const times = countOf(wanted);
  const taken = new Set([...times].filter(([, count]) => count === 1).map(([name]) => name));
  return wanted.map((name) => {
    if (times.get(name) === 1) return name;
    let number = 1;
    while (taken.has(`${name}-${number}`)) number += 1;
    const chosen = `${name}-${number}`;
    taken.add(chosen);
    return chosen;
  });
}

function clean(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .slice(0, longest)
    .replace(/^[-_]+|[-_]+$/g, "");
  // JavaScript moves keys of digits alone to the front of an object, and every object has a constructor.
  const isPlain = /[a-z]/.test(words) && words !== "constructor";
  return isPlain ? words : `server${words === "" ? "" : `-${words}`}`;
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return count;
}
