/** A domain partition: its principals, and what Setup /PrepareAD and /PrepareDomain leave in it. */
import type { LabDomain, LabDomainController, Organization } from "../organization";
import { object, present } from "./build";
import { behaviorVersion } from "./configuration-entries";
import type { Entry } from "./entry";
import { exchangeGroupsOu } from "./exchange-groups";
import type { DirectoryNames } from "./names";
import { type GroupScope, type Principal, principalsOf, releaseOf } from "./principals";
import { domainSid, sidToBytes, wellKnownRids } from "./sid";
import { systemMailboxEntries } from "./system-mailboxes";

/** groupType of a security group (MS-ADTS 2.2.12), as the signed integer that the directory stores. */
const groupTypes: Readonly<Record<GroupScope, number>> = {
  global: -2147483646,
  "domain local": -2147483644,
  universal: -2147483640,
};

/** groupType of the groups in CN=Builtin: domain local, and made by the system. */
const builtinGroupType = -2147483643;

/** userAccountControl (MS-ADTS 2.2.16): an account, a member computer, a domain controller. */
const accountControl = { user: 512, member: 4096, controller: 532480 } as const;

/** Entries of one domain. Links between principals are in `member` of the groups. */
export function domainEntries(
  organization: Organization,
  names: DirectoryNames,
  { name, functionalLevel, mixed = false }: LabDomain,
): readonly Entry[] {
  const dn = names.domain(name);
  const principals = principalsOf(organization);
  const members = membersByGroup(principals);
  const release = releaseOf(organization);
  const head = object(dn, "domainDNS", {
    objectSid: [sidToBytes(domainSid(name))],
    ...present({ "msDS-Behavior-Version": behaviorVersion(functionalLevel) }),
    nTMixedDomain: [mixed ? "1" : "0"],
  });
  return [
    head,
    object(`CN=Builtin,${dn}`, "builtinDomain", {}),
    object(`CN=Computers,${dn}`, "container", {}),
    object(`OU=Domain Controllers,${dn}`, "organizationalUnit", {}),
    object(`CN=Users,${dn}`, "container", {}),
    object(
      names.systemObjects(name),
      "msExchSystemObjectsContainer",
      present({ objectVersion: release.domain === null ? [] : [String(release.domain)] }),
    ),
    ...(name === organization.root ? [object(`OU=${exchangeGroupsOu},${dn}`, "organizationalUnit", {})] : []),
    ...(name === organization.root ? systemMailboxEntries(organization, names) : []),
    ...principals
      .filter((principal) => principal.domain === name)
      .map((principal) =>
        principalEntry(
          principal,
          members.get(principal.name.toLowerCase()) ?? [],
          organization.domainControllers.find((each) => each.name.toLowerCase() === principal.fqdn),
        ),
      ),
  ];
}

/** DNs of the direct members of every group, by the group's name in lower case. */
function membersByGroup(principals: readonly Principal[]): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const { dn, memberOf } of principals) {
    for (const group of memberOf) {
      const known = members.get(group.toLowerCase());
      if (known === undefined) members.set(group.toLowerCase(), [dn]);
      else known.push(dn);
    }
  }
  return members;
}

/** Windows Server 2003 R2 shows itself in the same way. */
const windowsServer2003 = { version: "5.2 (3790)", servicePack: "Service Pack 2" } as const;

function operatingSystem({
  operatingSystem: system = windowsServer2003,
}: LabDomainController): ReturnType<typeof present> {
  if (system === null) return {};
  const { version, servicePack } = system;
  return present({
    operatingSystemVersion: [version],
    operatingSystemServicePack: servicePack === null ? [] : [servicePack],
  });
}

function principalEntry(
  principal: Principal,
  members: readonly string[],
  controller: LabDomainController | undefined,
): Entry {
  const common = { objectSid: [sidToBytes(principal.sid)], sAMAccountName: [principal.samAccountName] };
  switch (principal.kind) {
    case "group": {
      const type = principal.dn.includes(",CN=Builtin,")
        ? builtinGroupType
        : groupTypes[principal.scope ?? "global"];
      return object(
        principal.dn,
        "group",
        present({ ...common, groupType: [String(type)], member: members }),
      );
    }
    case "user":
      return object(principal.dn, "user", {
        ...common,
        userPrincipalName: [`${principal.samAccountName}@${principal.domain}`],
        primaryGroupID: [String(wellKnownRids["Domain Users"])],
        userAccountControl: [String(accountControl.user)],
      });
    case "computer":
      return object(principal.dn, "computer", {
        ...common,
        ...(controller === undefined ? {} : operatingSystem(controller)),
        dNSHostName: [principal.fqdn ?? ""],
        primaryGroupID: [
          String(wellKnownRids[controller === undefined ? "Domain Computers" : "Domain Controllers"]),
        ],
        userAccountControl: [
          String(controller === undefined ? accountControl.member : accountControl.controller),
        ],
      });
  }
}
