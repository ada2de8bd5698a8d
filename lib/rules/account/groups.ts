/** The groups that rules judge an account by, and how messages name them: as the directory does, whatever they are usually called. */
import type { GroupFacts } from "../../facts";
import { permissionsOf, type Release } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";

/** A group that a rule asks for. */
export interface JudgedGroup {
  /** What it is usually called: `Domain Admins`. */
  readonly usual: string;
  /** DNS name of its domain, where there is one of it in each. */
  readonly domain?: string;
  /** Null where it could not be found. */
  readonly sid: string | null;
  /** Why not. */
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

/** A group that Exchange has registered. */
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

/** How messages name a group: `Schema Admins`, or where it is called otherwise `CONTOSO\Schema-Admins (Schema Admins)`. */
export function groupName(groups: GroupFacts, { usual, domain, sid }: JudgedGroup): string {
  const common = domain === undefined ? usual : `${usual} of ${domain}`;
  const name = sid === null ? null : (groups.objects[sid]?.name ?? null);
  const own = name?.slice(name.indexOf("\\") + 1);
  return name === null || own?.toLowerCase() === usual.toLowerCase() ? common : `${name} (${common})`;
}

/** What was judged: its name, DN and SID. */
export function describeGroup(groups: GroupFacts, group: JudgedGroup): string {
  const { sid } = group;
  const object = sid === null ? undefined : groups.objects[sid];
  if (sid === null) return `${group.usual}, which could not be found`;
  if (object === undefined) return `${group.usual} (${sid}, whose object does not show)`;
  return `${object.name ?? group.usual} (${object.dn}, ${sid})`;
}

/** Several of them. */
export function describeGroups(groups: GroupFacts, judged: readonly JudgedGroup[]): string {
  return `judged by ${listed(judged.map((group) => describeGroup(groups, group)))}`;
}

/** The name of the organization's administrators for what a rule needs: as the directory has it, where it does. */
export function organizationGroupName(c: Case): string {
  const { groups } = c.facts.forest;
  return groups.known
    ? groupName(groups.value, registeredGroup(c, groups.value, "organizationAdministrators"))
    : permissionsOf(c.target.product).organization.name;
}

/** What the target calls those who administer its organization. */
export function organizationAdministratorsOf({ product }: Release): string {
  return permissionsOf(product).organization.name;
}

/** What the target calls those who may upgrade a further server. */
export function serverAdministratorsOf({ product }: Release): string {
  const { organization, server } = permissionsOf(product);
  return (server ?? organization).name;
}
