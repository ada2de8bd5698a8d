/** The database availability groups that servers are in by the program, as the steps of a run declare them. */

export class DeclaredGroups {
  readonly #groupOf = new Map<string, string>();
  readonly #members = new Map<string, Set<string>>();

  /** Records the group of a server; undefined removes it. Letter case does not tell two groups apart. */
  declare(fqdn: string, group: string | undefined): void {
    const earlier = this.#groupOf.get(fqdn);
    const key = group?.toLowerCase();
    if (earlier === key) return;
    if (earlier !== undefined) this.#members.get(earlier)?.delete(fqdn);
    if (key === undefined) {
      this.#groupOf.delete(fqdn);
      return;
    }
    this.#groupOf.set(fqdn, key);
    this.#members.set(key, (this.#members.get(key) ?? new Set()).add(fqdn));
  }

  /** FQDNs of the other servers that the program has in the same group. */
  membersBeside(fqdn: string): readonly string[] {
    const group = this.#groupOf.get(fqdn);
    const members = group === undefined ? undefined : this.#members.get(group);
    return [...(members ?? [])].filter((each) => each !== fqdn);
  }
}
