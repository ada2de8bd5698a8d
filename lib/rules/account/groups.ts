/**
 * The groups that rules require of an account, and their names in messages: a renamed group appears under its name in
 * the directory.
 */
import type { GroupFacts } from "../../facts";
import { permissionsOf, type Release } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";

/** A group that a rule requires. */
export interface JudgedGroup {
  /** Its default name: `Domain Admins`. */
  readonly usual: string;
  /** DNS name of its domain, if each domain has such a group. */
  readonly domain?: string;
  /** Null if the group could not be found. */
  readonly sid: string | null;
  /** Why the group could not be found. */
  readonly why: string;
}

type Forest = "schemaAdmins" | "enterpriseAdmins";

const ofForest: Readonly<Record<Forest, string>> = {
  schemaAdmins: "Schema Admins",
  enterpriseAdmins: "Enterprise Admins",
};

/** A group of the forest root domain. */
export function forestGroup(groups: GroupFacts, which: Forest): JudgedGroup {
  return { usual: ofForest[which], sid: groups[which], why: groups.unread[which] ?? "it was not read" };
}

/** Domain Admins of a domain. */
export function domainAdmins(groups: GroupFacts, domain: string): JudgedGroup {
  const sid = groups.domainAdmins[domain] ?? null;
  return { usual: "Domain Admins", domain, sid, why: `the SID of ${domain} could not be read` };
}

/** A group that Exchange has registered in otherWellKnownObjects. */
export function registeredGroup(
  c: Case,
  groups: GroupFacts,
  which: "organizationAdministrators" | "delegatedSetup",
): JudgedGroup {
  const permissions = permissionsOf(c.target.product);
  const usual =
    which === "delegatedSetup"
      ? (permissions.server?.name ?? "Delegated Setup")
      : permissions.organization.name;
  const unread = groups.unread[which];
  return {
    usual,
    sid: groups[which],
    why:
      unread === undefined
        ? `otherWellKnownObjects does not lead to ${usual}: it has no entry, or one whose group is deleted or not shown`
        : `otherWellKnownObjects leads to ${usual}, which could not be read: ${unread}`,
  };
}

/** A group's name in messages: `Schema Admins`, or for a renamed group `CONTOSO\Schema-Admins (Schema Admins)`. */
export function groupName(groups: GroupFacts, { usual, domain, sid }: JudgedGroup): string {
  const common = domain === undefined ? usual : `${usual} of ${domain}`;
  const name = sid === null ? null : (groups.objects[sid]?.name ?? null);
  const own = name?.slice(name.indexOf("\\") + 1);
  return name === null || own?.toLowerCase() === usual.toLowerCase() ? common : `${name} (${common})`;
}

/** The group that was judged: name, DN and SID. */
export function describeGroup(groups: GroupFacts, group: JudgedGroup): string {
  const { sid } = group;
  const object = sid === null ? undefined : groups.objects[sid];
  if (sid === null) return `${group.usual}, which could not be found`;
  if (object === undefined) return `${group.usual} (${sid}, whose object does not show)`;
  return `${object.name ?? group.usual} (${object.dn}, ${sid})`;
}

/** The groups that were judged: name, DN and SID of each. */
export function describeGroups(groups: GroupFacts, judged: readonly JudgedGroup[]): string {
  return `judged by ${listed(judged.map((group) => describeGroup(groups, group)))}`;
}

/**
 * The name of the group that administers the organization, for what a rule needs: the directory's name, if it could be
 * read.
 */
export function organizationGroupName(c: Case): string {
  const { groups } = c.facts.forest;
  return groups.known
    ? groupName(groups.value, registeredGroup(c, groups.value, "organizationAdministrators"))
    : permissionsOf(c.target.product).organization.name;
}

/** The target's default name of the group that administers its organization. */
export function organizationAdministratorsOf({ product }: Release): string {
  return permissionsOf(product).organization.name;
}

/** The target's default name of the group that may upgrade later servers. */
export function serverAdministratorsOf({ product }: Release): string {
  const { organization, server } = permissionsOf(product);
  return (server ?? organization).name;
}
