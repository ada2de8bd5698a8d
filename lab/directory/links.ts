/** Linked attributes: what one entry says of another one, and the other one shows by itself. */

/** A forward link, and the back link that follows from it. */
export interface LinkPair {
  readonly forward: string;
  readonly back: string;
}

/** The groups of a principal, and the members of a database availability group. */
export const linkPairs: readonly LinkPair[] = [
  { forward: "member", back: "memberOf" },
  { forward: "msExchMDBAvailabilityGroupLink", back: "msExchMDBAvailabilityGroupBL" },
];

/** Who holds a forward link to which entry. */
export class LinkIndex<Holder> {
  readonly #holders = new Map<string, Set<Holder>>();

  /** Those whose `forward` points to the entry with this key, in the order in which they were added. */
  holders(forward: string, target: string): readonly Holder[] {
    return [...(this.#holders.get(`${forward} ${target}`) ?? [])];
  }

  add(forward: string, target: string, holder: Holder): void {
    const key = `${forward} ${target}`;
    const known = this.#holders.get(key);
    if (known === undefined) this.#holders.set(key, new Set([holder]));
    else known.add(holder);
  }

  remove(forward: string, target: string, holder: Holder): void {
    this.#holders.get(`${forward} ${target}`)?.delete(holder);
  }

  clear(): void {
    this.#holders.clear();
  }
}
