/**
 * The order among servers, as the steps of a run have given it. The engine checks a step after those that it waits for, and
 * the readiness gate notes all of them first.
 */

/** What comes before each server and wave. */
export class ServerOrder {
  /** By FQDN of a server, or name of a wave: FQDNs and waves right before it. Of a wave they are its servers. */
  readonly #before = new Map<string, readonly string[]>();

  /** Everything before a server or a wave, waves resolved into their servers; kept until a step gives another order. */
  #resolved = new Map<string, ReadonlySet<string>>();

  /** Notes what comes right before a server, or which servers a wave has. */
  note(name: string, earlier: readonly string[]): void {
    const same = this.#before.get(name);
    if (same !== undefined && same.length === earlier.length && same.every((each, i) => each === earlier[i]))
      return;
    this.#before.set(name, earlier);
    this.#resolved = new Map();
  }

  /** What was noted as coming right before a server, or as a wave's servers. */
  rightBefore(name: string): readonly string[] {
    return this.#before.get(name) ?? [];
  }

  /** FQDNs of the servers that are planned before the given ones and waves, with these themselves. */
  allBefore(names: readonly string[]): ReadonlySet<string> {
    const [only, ...others] = names;
    // A wave's servers are the same for each of the many that wait for it.
    if (only !== undefined && others.length === 0) return this.#withEarlier(only);
    return new Set(names.flatMap((name) => [...this.#withEarlier(name)]));
  }

  /** Whether the steps have told of both servers, and of no order between them. */
  isUnordered(one: string, other: string): boolean {
    const isBefore = (earlier: string, later: string) =>
      this.rightBefore(later).some((name) => this.#withEarlier(name).has(earlier));
    const areNoted = this.#before.has(one) && this.#before.has(other);
    return areNoted && !isBefore(one, other) && !isBefore(other, one);
  }

  /** What comes right before each server and wave that the steps have told of. */
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

/** The name of a wave alone; a server's FQDN as it is. */
export function withoutWave(name: string): string {
  return isWave(name) ? name.slice("wave ".length) : name;
}

/** True for what ExchangeWave calls itself; an FQDN has no space. */
function isWave(name: string): boolean {
  return name.startsWith("wave ");
}
