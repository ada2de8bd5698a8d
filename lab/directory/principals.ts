/**
 * Users, groups and computers of an organization with their SIDs and memberships. Pure, so that the simulated
 * computers see the same SIDs and the same nested groups as the directory.
 */

import type { LabComputer, LabDomainController, Organization } from "../organization";
import { type LabRelease, labRelease } from "../release-table";
import { childDn, domainDn } from "./dn";
import { exchangeGroupsOf, exchangeGroupsOu } from "./exchange-groups";
import { builtinSids, domainSid, wellKnownRids } from "./sid";

/** Where a group counts: in a token of any domain, or only in its own domain. */
export type GroupScope = "global" | "universal" | "domain local";

/** A user, group or computer of a domain. */
export interface Principal {
  readonly kind: "user" | "group" | "computer";
  /** `NETBIOS\sAMAccountName`: `CONTOSO\exadmin`, `CONTOSO\DC1$`. Unique in the forest. */
  readonly name: string;
  readonly samAccountName: string;
  /** DNS name of its domain. */
  readonly domain: string;
  readonly dn: string;
  /** SID as text. The built-in groups have the same one in every domain. */
  readonly sid: string;
  /** Null for users and computers. */
  readonly scope: GroupScope | null;
  /** Names of the groups it is a direct member of, its primary group left out. */
  readonly memberOf: readonly string[];
  /** Name of its primary group; null for groups. */
  readonly primaryGroup: string | null;
  /** FQDN; null for users and groups. */
  readonly fqdn: string | null;
}

/** First RID of what is made after the domain, as on real domains of one domain controller (unverified, and arbitrary). */
const firstRid = 1103;

/** The group that Setup makes in every prepared domain, in CN=Microsoft Exchange System Objects. */
export const installDomainServers = "Exchange Install Domain Servers";

/**
 * A release of the release table.
 * @throws Error for a name that the table does not have.
 */
export function releaseNamed(name: string): LabRelease {
  const release = labRelease(name);
  if (release === undefined) {
    throw new Error(
      `the release "${name}" of the organization is not in the release table; write it as the table does, e.g. "2007 RTM"`,
    );
  }
  return release;
}

/**
 * The release that the organization's directory starts with.
 * @throws Error for a name that the release table does not have.
 */
export function releaseOf(organization: Organization): LabRelease {
  return releaseNamed(organization.release);
}

/**
 * The domain controller that holds the schema master role.
 * @throws Error when it is none of the organization's domain controllers.
 */
export function schemaMasterOf(organization: Organization): LabDomainController {
  const { domainControllers, schemaMaster } = organization;
  const master = domainControllers.find(({ name }) => name === schemaMaster);
  if (master === undefined) {
    throw new Error(
      `the organization's schema master "${schemaMaster}" is none of its domain controllers; name one of ${domainControllers.map(({ name }) => name).join(", ")}`,
    );
  }
  return master;
}

/** Host name in capitals, the CN of a computer: `cas-lon.contoso.com` to `CAS-LON`. */
export function hostName(fqdn: string): string {
  return (fqdn.split(".")[0] ?? fqdn).toUpperCase();
}

/** True for a computer whose roles make it an Exchange server; the management tools alone do not. */
export function isExchangeServer(computer: LabComputer): boolean {
  return computer.roles.some((role) => role !== "Management Tools");
}

/**
 * Every principal of the organization's domains, groups first.
 * @throws Error when a name, a domain or a group that the data refers to does not exist.
 */
export function principalsOf(organization: Organization): readonly Principal[] {
  const { accounts, groups, computers, domainControllers } = organization;
  for (const { domain } of [...accounts, ...groups, ...computers, ...domainControllers]) {
    if (domain !== null) netbiosOf(organization, domain);
  }
  const principals = organization.domains.flatMap(({ name }) => domainPrincipals(organization, name));
  const byName = new Map(principals.map((principal) => [principal.name.toLowerCase(), principal]));
  if (byName.size !== principals.length) throw new Error("two principals of the organization share a name");
  for (const { name, memberOf } of principals) {
    const missing = memberOf.find((group) => byName.get(group.toLowerCase())?.kind !== "group");
    if (missing !== undefined) {
      throw new Error(
        `${name} is to be a member of ${missing}, which is no group of the organization; name a well-known group or add it to "groups"`,
      );
    }
  }
  return principals;
}

/**
 * The groups that a principal belongs to, nested ones and its primary group included. Groups that count only in another
 * domain are left out, as in a logon to a computer of `domain` (by default the principal's own).
 */
export function nestedGroups(
  principals: readonly Principal[],
  name: string,
  domain?: string,
): readonly Principal[] {
  const byName = new Map(principals.map((principal) => [principal.name.toLowerCase(), principal]));
  const start = byName.get(name.toLowerCase());
  if (start === undefined) return [];
  const place = (domain ?? start.domain).toLowerCase();
  const found = new Set<Principal>();
  const visit = (principal: Principal): void => {
    for (const group of [principal.primaryGroup, ...principal.memberOf]) {
      const next = group === null ? undefined : byName.get(group.toLowerCase());
      const counts = next !== undefined && (next.scope !== "domain local" || next.domain === place);
      if (!counts || found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(start);
  return [...found];
}

function domainPrincipals(organization: Organization, domain: string): Principal[] {
  const context = { organization, domain, netbios: netbiosOf(organization, domain), sid: domainSid(domain) };
  const made = [...madeGroups(context), ...domainAccounts(context), ...domainComputers(context)];
  return [
    ...wellKnownGroups(context),
    ...made.map((principal, index) => ({ ...principal, sid: `${context.sid}-${firstRid + index}` })),
  ];
}

interface Context {
  readonly organization: Organization;
  readonly domain: string;
  readonly netbios: string;
  readonly sid: string;
}

type WithoutSid = Omit<Principal, "sid">;

/**
 * NetBIOS name of a domain.
 * @throws Error for a domain that the organization does not have.
 */
export function netbiosOf(organization: Organization, domain: string): string {
  const found = organization.domains.find(({ name }) => name === domain);
  if (found === undefined) {
    throw new Error(`"${domain}" is not a domain of the organization; add it to "domains"`);
  }
  return found.netbios;
}

function group(
  { domain, netbios }: Context,
  name: string,
  scope: GroupScope,
  memberOf: readonly string[],
  container: string,
): WithoutSid {
  return {
    kind: "group",
    name: `${netbios}\\${name}`,
    samAccountName: name,
    domain,
    dn: childDn(name, `${container},${domainDn(domain)}`),
    scope,
    memberOf,
    primaryGroup: null,
    fqdn: null,
  };
}

function wellKnownGroups(context: Context): Principal[] {
  const { organization, domain, netbios, sid } = context;
  const administrators = `${netbios}\\Administrators`;
  const wellKnown = (
    name: keyof typeof wellKnownRids,
    scope: GroupScope,
    memberOf: readonly string[],
  ): Principal => ({
    ...group(context, name, scope, memberOf, "CN=Users"),
    sid: `${sid}-${wellKnownRids[name]}`,
  });
  const ofRoot = [
    wellKnown("Schema Admins", "universal", []),
    wellKnown(
      "Enterprise Admins",
      "universal",
      organization.domains.map((each) => `${each.netbios}\\Administrators`),
    ),
  ];
  return [
    {
      ...group(context, "Administrators", "domain local", [], "CN=Builtin"),
      sid: builtinSids.administrators,
    },
    { ...group(context, "Users", "domain local", [], "CN=Builtin"), sid: builtinSids.users },
    wellKnown("Domain Admins", "global", [administrators]),
    wellKnown("Domain Users", "global", [`${netbios}\\Users`]),
    wellKnown("Domain Computers", "global", []),
    wellKnown("Domain Controllers", "global", []),
    ...(domain === organization.root ? ofRoot : []),
  ];
}

function madeGroups(context: Context): WithoutSid[] {
  const { organization, domain } = context;
  const release = releaseOf(organization);
  const exchangeServers = `${netbiosOf(organization, organization.root)}\\Exchange Servers`;
  const securityGroups = domain === organization.root ? exchangeGroupsOf(release) : [];
  return [
    ...securityGroups.map(({ name }) => group(context, name, "universal", [], `OU=${exchangeGroupsOu}`)),
    ...(exchangeGroupsOf(release).length === 0
      ? []
      : [
          group(
            context,
            installDomainServers,
            "global",
            [exchangeServers],
            "CN=Microsoft Exchange System Objects",
          ),
        ]),
    ...organization.groups
      .filter((each) => each.domain === domain)
      .map(({ name, memberOf }) => group(context, name, "global", memberOf, "CN=Users")),
  ];
}

function domainAccounts({ organization, domain, netbios }: Context): WithoutSid[] {
  return organization.accounts
    .filter((account) => account.domain === domain)
    .map(({ name, memberOf }) => ({
      kind: "user",
      name: `${netbios}\\${name}`,
      samAccountName: name,
      domain,
      dn: childDn(name, `CN=Users,${domainDn(domain)}`),
      scope: null,
      memberOf,
      primaryGroup: `${netbios}\\Domain Users`,
      fqdn: null,
    }));
}

function domainComputers({ organization, domain, netbios }: Context): WithoutSid[] {
  const controllers = organization.domainControllers.filter((each) => each.domain === domain);
  const isController = new Set(controllers.map(({ name }) => name));
  const members = organization.computers.filter(
    (each) => each.domain === domain && !isController.has(each.name),
  );
  const rootNetbios = netbiosOf(organization, organization.root);
  const serverGroups = [`${rootNetbios}\\Exchange Servers`, `${netbios}\\${installDomainServers}`];
  const computer = (fqdn: string, controller: boolean, memberOf: readonly string[]): WithoutSid => ({
    kind: "computer",
    name: `${netbios}\\${hostName(fqdn)}$`,
    samAccountName: `${hostName(fqdn)}$`,
    domain,
    dn: childDn(
      hostName(fqdn),
      `${controller ? "OU=Domain Controllers" : "CN=Computers"},${domainDn(domain)}`,
    ),
    scope: null,
    memberOf,
    primaryGroup: `${netbios}\\${controller ? "Domain Controllers" : "Domain Computers"}`,
    fqdn: fqdn.toLowerCase(),
  });
  const hasGroups = exchangeGroupsOf(releaseOf(organization)).length > 0;
  return [
    ...controllers.map(({ name }) => computer(name, true, [])),
    ...members.map((each) =>
      computer(each.name, false, hasGroups && isExchangeServer(each) ? serverGroups : []),
    ),
  ];
}
