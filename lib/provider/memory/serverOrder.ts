/**
 * The order among servers, as the steps of a run have given it. The engine checks a step after those that it waits for, and
 * the readiness gate notes all of them first.
 */

/** The servers and waves before each server and wave. */
export class ServerOrder {
  /** For each FQDN of a server: the FQDNs and waves right before it. For the name of a wave: its servers. */
  readonly #before = new Map<string, readonly string[]>();

  /** All servers before a server or a wave, waves resolved into their servers. Emptied when a step gives another order. */
  #resolved = new Map<string, ReadonlySet<string>>();

  /** Notes what comes right before a server, or which servers a wave has. */
  note(name: string, earlier: readonly string[]): void {
    const same = this.#before.get(name);
    if (same !== undefined && same.length === earlier.length && same.every((each, i) => each === earlier[i]))
      return;
    this.#before.set(name, earlier);
    this.#resolved = new Map();
  }

  /** The servers and waves right before a server, or the servers of a wave. */
  rightBefore(name: string): readonly string[] {
    return this.#before.get(name) ?? [];
  }

  /** FQDNs of the given servers, of the given waves' servers, and of all servers that are planned before them. */
  allBefore(names: readonly string[]): ReadonlySet<string> {
    const [only, ...others] = names;
    // Many servers wait for one wave: they share its resolved set.
    if (only !== undefined && others.length === 0) return this.#withEarlier(only);
    return new Set(names.flatMap((name) => [...this.#withEarlier(name)]));
  }

  /** True if steps have noted both servers and no order between them. */
  isUnordered(one: string, other: string): boolean {
    const isBefore = (earlier: string, later: string) =>
      this.rightBefore(later).some((name) => this.#withEarlier(name).has(earlier));
    const areNoted = this.#before.has(one) && this.#before.has(other);
    return areNoted && !isBefore(one, other) && !isBefore(other, one);
  }

  /** The servers and waves right before each server and wave that a step has noted. */
  get noted(): ReadonlyMap<string, readonly string[]> {
    return this.#before;
  }

  #withEarlier(name: string): ReadonlySet<string> {
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const all = new Set<string>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === "" || all.has(next)) continue;
      all.add(next);
      open.push(...this.rightBefore(next));
    }
    const servers = new Set([...all].filter((each) => !isWave(each)));
    this.#resolved.set(name, servers);
    return servers;
  }
}

/** A wave's name without the prefix; a server's FQDN as it is. */
export function withoutWave(name: string): string {
  return isWave(name) ? name.slice("wave ".length) : name;
}

/** True for the form in which ExchangeWave names itself; an FQDN has no space. */
function isWave(name: string): boolean {
  return name.startsWith("wave ");
}
