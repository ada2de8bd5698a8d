/**
 * What support knows of directories at which Setup stops, made in an organization's entries. Each is described by
 * Microsoft: CSS-Exchange (Setup/SetupAssist and SetupLogReviewer), KB 948214, KB 2961741 and KB 5005319.
 */
import type { LabFlaw, Organization } from "../organization";
import { object } from "./build";
import { childDn, dnKey, isWithin, parentDn } from "./dn";
import type { Entry, NamingContext } from "./entry";
import { exchangeGroupsOf } from "./exchange-groups";
import type { DirectoryNames } from "./names";
import { principalsOf, releaseOf } from "./principals";
import { accessRights, aceFlags, securityDescriptor } from "./security-descriptor";
import { domainSid, wellKnownRids } from "./sid";

/** GUID that the lab puts into names which a directory makes up. */
const guid = "0b1f63a4-5f0e-4c53-9d0d-6f2f5f0e7c11";

/** The right to change permissions (MS-DTYP 2.4.3). */
const writeDac = 0x40000;

/** groupType of a global security group, and of a universal distribution group. */
const wrongTypes = { global: "-2147483646", distribution: "8" } as const;

type Change = (entries: readonly Entry[]) => readonly Entry[];

/** The partitions with the flaws of the organization. @throws Error for a flaw of something that is not there */
export function withFlaws(
  contexts: readonly NamingContext[],
  organization: Organization,
  names: DirectoryNames,
): readonly NamingContext[] {
  const { flaws = [] } = organization;
  return flaws.reduce<readonly NamingContext[]>((all, flaw) => {
    return changesOf(flaw, organization, names).reduce<readonly NamingContext[]>(
      (before, { within, change }) =>
        before.map((context) =>
          dnKey(context.dn) === dnKey(within) ? { ...context, entries: change(context.entries) } : context,
        ),
      all,
    );
  }, contexts);
}

interface Located {
  /** DN of the partition. */
  readonly within: string;
  readonly change: Change;
}

function changesOf(flaw: LabFlaw, organization: Organization, names: DirectoryNames): readonly Located[] {
  const change = changeOf(flaw, organization, names);
  if (flaw.kind !== "moved unit") return [change];
  // A directory lets what names an object follow it.
  const follow = registration(names, (values) =>
    values.map((value) => value.replace(names.securityGroups, flaw.to)),
  );
  return [change, follow];
}

function changeOf(flaw: LabFlaw, organization: Organization, names: DirectoryNames): Located {
  switch (flaw.kind) {
    case "deleted group": {
      const deleted = `CN=${flaw.group}\\0ADEL:${guid},CN=Deleted Objects,${names.root}`;
      return registration(names, (values) => [
        ...values.filter((value) => !value.endsWith(`:${groupDn(names, flaw.group)}`)),
        `B:32:${guidOf(organization, flaw.group)}:${deleted}`,
      ]);
    }
    case "unregistered group":
      return registration(names, (values) =>
        values.filter((value) => !value.endsWith(`:${groupDn(names, flaw.group)}`)),
      );
    case "malformed registration":
      return registration(names, (values) => [...values, flaw.value]);
    case "wrong group type":
      return at(names.root, groupDn(names, flaw.group), { groupType: [wrongTypes[flaw.type]] });
    case "mail-enabled group":
      return at(names.root, groupDn(names, flaw.group), { mailNickname: [flaw.group.replaceAll(" ", "")] });
    case "moved unit":
      return { within: names.root, change: (entries) => moved(entries, names.securityGroups, flaw.to) };
    case "duplicate schema name":
      return duplicateName(names);
    case "further system objects": {
      const dn = `CN=Further Exchange System Objects,${names.domain(flaw.domain)}`;
      const entry = object(dn, "msExchSystemObjectsContainer", { objectVersion: [flaw.level] });
      return { within: names.domain(flaw.domain), change: (entries) => [...entries, entry] };
    }
    case "renamed computers container": {
      const dn = names.domain(flaw.domain);
      return { within: dn, change: (entries) => moved(entries, `CN=Computers,${dn}`, `CN=Machines,${dn}`) };
    }
    case "stray read-only controller": {
      const domain = names.domain(flaw.domain);
      const unit = object(`OU=Branches,${domain}`, "organizationalUnit", {});
      const entry = object(childDn(flaw.host, unit.dn), "computer", {
        primaryGroupID: ["521"],
        dNSHostName: [`${flaw.host}.${flaw.domain}`.toLowerCase()],
      });
      return { within: domain, change: (entries) => [...entries, unit, entry] };
    }
    case "denied permissions":
      return denial(flaw, organization, names);
    case "hierarchies without a tree": {
      const dn = childDn("Folder Hierarchies", names.administrativeGroup);
      const entry = object(dn, "msExchPublicFolderTreeContainer", {});
      return { within: names.configuration, change: (entries) => [...entries, entry] };
    }
    case "further ActiveSync": {
      const http = `CN=HTTP,CN=Protocols,${names.server(flaw.server)}`;
      const made = ["Default Web Site", "Phones"].map((site) =>
        object(`CN=Microsoft-Server-ActiveSync (${site}),${http}`, "msExchMobileVirtualDirectory", {
          msExchMetabasePath: [`IIS://${flaw.server}/W3SVC/1/ROOT/Microsoft-Server-ActiveSync`],
        }),
      );
      return { within: names.configuration, change: (entries) => [...entries, ...made] };
    }
    case "relationship without URI": {
      const entry = object(`CN=${flaw.name},${names.organization}`, "msExchFedSharingRelationship", {});
      return { within: names.configuration, change: (entries) => [...entries, entry] };
    }
    case "system mailbox":
      return {
        within: names.root,
        change: (entries) =>
          entries.map((entry) =>
            isSystemMailbox(entry)
              ? { ...entry, attributes: withoutAttribute(entry.attributes, flaw.lacks) }
              : entry,
          ),
      };
    case "second user of its name":
      return {
        within: names.root,
        change: (entries) => [...entries, ...entries.filter(isSystemMailbox).slice(0, 1).map(namesake)],
      };
  }
}

function isSystemMailbox({ dn }: Entry): boolean {
  return /^CN=SystemMailbox\{/i.test(dn);
}

function namesake({ dn, attributes }: Entry): Entry {
  const { userPrincipalName = [] } = attributes;
  return object(`CN=Namesake,${parentDn(dn)}`, "user", { userPrincipalName });
}

function withoutAttribute(attributes: Entry["attributes"], name: string): Entry["attributes"] {
  return Object.fromEntries(Object.entries(attributes).filter(([each]) => each !== name));
}

function groupDn(names: DirectoryNames, group: string): string {
  return childDn(group, names.securityGroups);
}

function guidOf(organization: Organization, group: string): string {
  const found = exchangeGroupsOf(releaseOf(organization)).find(({ name }) => name === group);
  if (found === undefined) throw new Error(`"${group}" is none of the organization's Exchange groups`);
  return found.guid;
}

/** The attributes of an entry with others. */
function at(within: string, dn: string, attributes: Entry["attributes"]): Located {
  return {
    within,
    change: (entries) => {
      if (!entries.some((entry) => dnKey(entry.dn) === dnKey(dn)))
        throw new Error(`the organization has no "${dn}" that could be flawed`);
      return entries.map((entry) =>
        dnKey(entry.dn) === dnKey(dn)
          ? { ...entry, attributes: { ...entry.attributes, ...attributes } }
          : entry,
      );
    },
  };
}

/** Other values of otherWellKnownObjects of the Exchange container. */
function registration(
  names: DirectoryNames,
  change: (values: readonly string[]) => readonly string[],
): Located {
  return {
    within: names.configuration,
    change: (entries) =>
      entries.map((entry) => {
        if (dnKey(entry.dn) !== dnKey(names.exchange)) return entry;
        const values = (entry.attributes.otherWellKnownObjects ?? []).map(String);
        return {
          ...entry,
          attributes: { ...entry.attributes, otherWellKnownObjects: [...change(values)] },
        };
      }),
  };
}

/** Entries where an object, and what lies below it, has another DN. */
function moved(entries: readonly Entry[], from: string, to: string): readonly Entry[] {
  return entries.map((entry) =>
    isWithin(dnKey(entry.dn), dnKey(from))
      ? {
          dn: `${entry.dn.slice(0, entry.dn.length - from.length)}${to}`,
          attributes:
            dnKey(entry.dn) === dnKey(from)
              ? object(to, from.startsWith("OU=") ? "organizationalUnit" : "container", {}).attributes
              : entry.attributes,
        }
      : entry,
  );
}

/** What KB 948214 shows: the attribute's name, and mayContain of the class that has it. */
function duplicateName(names: DirectoryNames): Located {
  const duplicate = `DUP-msExchResourcePropertySchema-${guid}`;
  const property = dnKey(childDn("ms-Exch-Resource-Property-Schema", names.schema));
  const ofClass = dnKey(childDn("ms-Exch-Resource-Schema", names.schema));
  return {
    within: names.schema,
    change: (entries) =>
      entries.map((entry) => {
        const key = dnKey(entry.dn);
        const changed =
          key === property
            ? { lDAPDisplayName: [duplicate] }
            : key === ofClass
              ? { mayContain: [duplicate] }
              : {};
        return { ...entry, attributes: { ...entry.attributes, ...changed } };
      }),
  };
}

function denial(
  { to, of, domain }: Extract<LabFlaw, { readonly kind: "denied permissions" }>,
  organization: Organization,
  names: DirectoryNames,
): Located {
  const trustee = principalsOf(organization).find(({ name }) => name.toLowerCase() === to.toLowerCase())?.sid;
  if (trustee === undefined) throw new Error(`the organization has no "${to}" that could be denied anything`);
  const enterpriseAdmins = `${domainSid(organization.root)}-${wellKnownRids["Enterprise Admins"]}`;
  const descriptor = securityDescriptor(enterpriseAdmins, [
    { trustee, allow: false, mask: writeDac, flags: 0 },
    { trustee: "S-1-5-11", allow: true, mask: accessRights.read, flags: aceFlags.containerInherit },
    { trustee: enterpriseAdmins, allow: true, mask: accessRights.full, flags: aceFlags.containerInherit },
  ]);
  const dn = of === "domain" ? names.domain(domain) : names.systemObjects(domain);
  return at(names.domain(domain), dn, { nTSecurityDescriptor: [descriptor] });
}
