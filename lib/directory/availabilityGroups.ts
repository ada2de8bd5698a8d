/** Database availability groups, from the entries that the search for servers finds. */
import type { Entry } from "ldapts";
import type { AvailabilityGroupFacts } from "../facts";
import type { Search } from "./client";
import { byDn, dnKey, isConflictCopy, isDeleted, nameOf, printable, shownDn, withoutConflict } from "./dn";
import { hasClass, text, texts } from "./entry";
import { absentOrHidden, type Readable } from "./readable";

/** Class of a group's object (public scripts find groups by it). */
export const groupClass = "msExchMDBAvailabilityGroup";

/** The attribute of a server that names its group; the group lists its members, too. */
export const groupLink = "msExchMDBAvailabilityGroupLink";
export const groupBackLink = "msExchMDBAvailabilityGroupBL";

/** Finds the groups alone, to read what this account may see of them. */
export function groupsSearch(exchangeDn: string): Search {
  return { base: exchangeDn, scope: "sub", filter: `(objectClass=${groupClass})`, attributes: [] };
}

/** Whether a group lists no member: it has none, or this account may not see the list. */
export function hasSilentGroup(entries: readonly Entry[]): boolean {
  return entries.some((entry) => hasClass(entry, groupClass) && texts(entry, groupBackLink).length === 0);
}

/**
 * The groups by DN, with the members that the group lists or that name the group. A member with a hidden link appears
 * in the group's list, and one that the list hides appears by its link. A member that neither shows is not seen, unless
 * the account may read all of the group.
 */
export function readAvailabilityGroups(
  entries: readonly Entry[],
  readable: Readable,
): readonly AvailabilityGroupFacts[] {
  const groups = new Map<
    string,
    { readonly dn: string; readonly members: Map<string, string>; listed: boolean; seen: boolean }
  >();
  const groupAt = (dn: string) => {
    const key = dnKey(dn);
    const group = groups.get(key) ?? { dn, members: new Map(), listed: false, seen: false };
    groups.set(key, group);
    return group;
  };
  const servers = new Map(entries.map(({ dn }) => [dnKey(dn), shownDn(dn)]));
  for (const entry of entries.filter((each) => hasClass(each, groupClass))) {
    const group = groupAt(entry.dn);
    group.seen = true;
    for (const dn of texts(entry, groupBackLink)) {
      group.listed = true;
      const key = dnKey(dn);
      if (!isDeleted(dn) && !isConflictCopy(dn)) group.members.set(key, servers.get(key) ?? shownDn(dn));
    }
  }
  for (const entry of entries) {
    const link = hasClass(entry, groupClass) || isConflictCopy(entry.dn) ? null : text(entry, groupLink);
    if (link !== null && !isDeleted(link)) groupAt(link).members.set(dnKey(entry.dn), shownDn(entry.dn));
  }
  return [...groups.values()]
    .map(({ dn, members, listed, seen }) => ({
      dn: shownDn(dn),
      name: printable(withoutConflict(nameOf(dn))),
      members: [...members.values()].sort(),
      unseen:
        listed || readable.has(dnKey(dn))
          ? null
          : seen
            ? absentOrHidden(shownDn(dn), groupBackLink, readable)
            : `this account cannot see ${shownDn(dn)}, which a server names as its database availability group`,
    }))
    .sort(byDn);
}
