/**
 * The order among servers, as the steps of this process have said it: an engine checks every step after those that it waits
 * for, and the readiness gate tells of all of them first.
 */

/** By FQDN of a server, or name of a wave: FQDNs and waves right before it. Of a wave they are its servers. */
const before = new Map<string, readonly string[]>();

/** Everything before a server or a wave, waves resolved into their servers; kept until one of them says something else. */
let resolved = new Map<string, ReadonlySet<string>>();

/** Notes what comes right before a server, or which servers a wave has. */
export function noteOrder(name: string, earlier: readonly string[]): void {
  const same = before.get(name);
  if (same !== undefined && same.length === earlier.length && same.every((each, i) => each === earlier[i]))
    return;
  before.set(name, earlier);
  resolved = new Map();
}

/** What was noted as coming right before a server, or as a wave's servers. */
export function rightBefore(name: string): readonly string[] {
  return before.get(name) ?? [];
}

/** FQDNs of the servers that are planned before the given ones and waves, with these themselves. */
export function allBefore(names: readonly string[]): ReadonlySet<string> {
  const [only, ...others] = names;
  // A wave's servers are the same for each of the many that wait for it.
  if (only !== undefined && others.length === 0) return withEarlier(only);
  return new Set(names.flatMap((name) => [...withEarlier(name)]));
}

function withEarlier(name: string): ReadonlySet<string> {
  const known = resolved.get(name);
  if (known !== undefined) return known;
  const all = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === "" || all.has(next)) continue;
    all.add(next);
    open.push(...(before.get(next) ?? []));
  }
  const servers = new Set([...all].filter((each) => !isWave(each)));
  resolved.set(name, servers);
  return servers;
}

/** What comes right before each server and wave that the steps have told of. */
export function notedOrder(): ReadonlyMap<string, readonly string[]> {
  return before;
}

/** The name of a wave alone; a server's FQDN as it is. */
export function withoutWave(name: string): string {
  return isWave(name) ? name.slice("wave ".length) : name;
}

/** True for what ExchangeWave calls itself; an FQDN has no space. */
function isWave(name: string): boolean {
  return name.startsWith("wave ");
}
