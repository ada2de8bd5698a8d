/** What each Samba domain controller of an organization is loaded with. Pure. */
import type { HiddenRule } from "../../lab/directory/access";
import { childDn, dnKey, domainDn, isWithin, parentDn } from "../../lab/directory/dn";
import { directoryEntries } from "../../lab/directory/entries";
import type { Entry, Values } from "../../lab/directory/entry";
import { type DirectoryNames, directoryNames } from "../../lab/directory/names";
import { hostName, nestedGroups, principalsOf, releaseOf } from "../../lab/directory/principals";
import { domainSid } from "../../lab/directory/sid";
import type { Organization } from "../../lab/organization";
import { readRegisteredGroup } from "../../lib/directory/accounts";
import { exchangeSchema } from "./exchange-schema";

/** Password of every domain's Administrator. */
export const administratorPassword = "Lab-Administrator-1";

/** One domain controller that runs: the schema master for the root, the first one of every other domain. */
export interface RunningController {
  /** FQDN. */
  readonly name: string;
  readonly domain: string;
  readonly site: string;
}

/** JSON that domain-controller.py takes, but for the path of the configuration. */
export interface LoadRequest {
  readonly realm: string;
  readonly domain: string;
  readonly host: string;
  readonly site: string;
  readonly domainSid: string;
  readonly rootDn: string;
  readonly domainDn: string;
  readonly configurationDn: string;
  readonly schemaDn: string;
  /** NTDS Settings of the schema master. */
  readonly schemaMaster: string;
  readonly administratorPassword: string;
  readonly schema: readonly (readonly LoadEntry[])[];
  readonly entries: readonly LoadEntry[];
  readonly links: readonly {
    readonly dn: string;
    readonly attribute: string;
    readonly values: readonly string[];
  }[];
  /** Attributes that are set anew on objects that Samba makes by itself; without values they are removed. */
  readonly replaced: readonly LoadEntry[];
  readonly access: readonly { readonly dn: string; readonly ace: string }[];
  readonly passwords: readonly { readonly dn: string; readonly password: string }[];
}

interface LoadEntry {
  readonly dn: string;
  readonly attributes: { readonly [name: string]: readonly (string | { readonly base64: string })[] };
}

export interface LoadOptions {
  /**
   * As in the lab: an attribute that an account cannot see is denied to it; an entry that nobody can see is left out,
   * with all below it. An entry is hidden from one account by not letting it list the parent's children: its siblings
   * are hidden along.
   */
  readonly hidden?: readonly HiddenRule[];
  /**
   * Accounts (`NETBIOS\name`) that every domain's controller knows by their `name@domain`, password included. They
   * stand in for the trust between the domains, which separate Samba domains do not have.
   */
  readonly trusted?: readonly string[];
}

/** The domain controllers to run. @throws Error when the schema master is not in the forest root domain. */
export function runningControllers(organization: Organization): readonly RunningController[] {
  const { domainControllers, domains, schemaMaster, root } = organization;
  return domains.map(({ name }) => {
    const own = domainControllers.filter((controller) => controller.domain === name);
    const chosen = name === root ? own.find((controller) => controller.name === schemaMaster) : own[0];
    if (chosen === undefined) {
      throw new Error(
        name === root
          ? `Samba's schema master is a domain controller of ${root}, and ${schemaMaster} is none; name one`
          : `${name} has no domain controller; add one to "domainControllers"`,
      );
    }
    return chosen;
  });
}

/** Links, which are set once every entry is there. */
const linkAttributes: readonly string[] = [
  "member",
  "otherWellKnownObjects",
  "serverReference",
  "hasMasterNCs",
  "msExchMDBAvailabilityGroupLink",
  "homeMDB",
];

/** Further names for what hasMasterNCs says, a name that Samba's schema refuses, and what Samba sets itself: left out. */
const unneeded: readonly string[] = ["msDS-HasMasterNCs", "msDS-HasDomainNCs", "trustParent", "whenCreated"];

/** Everything that one domain controller is made from. */
export function loadRequest(
  organization: Organization,
  controller: RunningController,
  options: LoadOptions,
): LoadRequest {
  const names = directoryNames(organization);
  const domain = organization.domains.find(({ name }) => name === controller.domain);
  if (domain === undefined) throw new Error(`"${controller.domain}" is not a domain of the organization`);
  const leftOut = (options.hidden ?? [])
    .filter(({ attribute, from }) => attribute === undefined && from === undefined)
    .map(({ dn }) => dnKey(dn));
  const isLeftOut = (dn: string): boolean => leftOut.some((each) => isWithin(dnKey(dn), each));
  const held = directoryEntries(organization)
    .filter((context) => context.kind === "configuration" || context.dnsRoot === controller.domain)
    .filter((context) => context.kind !== "schema")
    .flatMap((context) => context.entries)
    .filter(({ dn }) => !isLeftOut(dn));
  const trusted = trustedAccounts(organization, controller, options.trusted ?? []);
  const master = organization.domainControllers.find(({ name }) => name === organization.schemaMaster);
  return {
    realm: domain.name,
    domain: domain.netbios,
    host: hostName(controller.name).toLowerCase(),
    site: controller.site,
    domainSid: domainSid(domain.name),
    rootDn: names.root,
    domainDn: names.domain(domain.name),
    configurationDn: names.configuration,
    schemaDn: names.schema,
    schemaMaster: names.settings(master ?? controller),
    administratorPassword,
    schema: isLeftOut(names.schemaVersion)
      ? []
      : exchangeSchema(names.schema, releaseOf(organization).schema).map((batch) => batch.map(loadEntry)),
    entries: [...held.map(withoutLinks), ...trusted.map(({ entry }) => entry)].map(loadEntry),
    links: [
      ...held.flatMap(linksOf).filter(({ dn }) => dn !== names.settings(controller)),
      ...trusted.flatMap(({ entry, groups }) =>
        groups.map((dn) => ({ dn, attribute: "member", values: [entry.dn] })),
      ),
    ],
    replaced: held.flatMap(replacedIn),
    access: [...setupAccess(organization, names), ...hiddenAccess(organization, options.hidden ?? [])],
    passwords: [
      ...organization.accounts
        .filter((account) => account.domain === domain.name)
        .map(({ name, password }) => ({ dn: accountDn(name, domain.name), password })),
      ...trusted.map(({ entry, password }) => ({ dn: entry.dn, password })),
    ],
  };
}

function accountDn(name: string, domain: string): string {
  return childDn(name, `CN=Users,${domainDn(domain)}`);
}

interface TrustedAccount {
  readonly entry: Entry;
  readonly password: string;
  readonly groups: readonly string[];
}

/** An Enterprise Admin is an Administrator of every domain; other accounts of other domains have no rights here. */
function trustedAccounts(
  organization: Organization,
  controller: RunningController,
  trusted: readonly string[],
): readonly TrustedAccount[] {
  const principals = principalsOf(organization);
  return principals
    .filter(({ name, domain }) => trusted.includes(name) && domain !== controller.domain)
    .map(({ name, samAccountName, domain }) => {
      const account = organization.accounts.find(
        (each) => each.name === samAccountName && each.domain === domain,
      );
      if (account === undefined) throw new Error(`${name} is no account of the organization`);
      const local = name.toLowerCase().split("\\").reverse().join("-");
      const isEnterpriseAdmin = nestedGroups(principals, name).some((group) => group.sid.endsWith("-519"));
      return {
        entry: {
          dn: accountDn(local, controller.domain),
          attributes: {
            objectClass: ["top", "person", "organizationalPerson", "user"],
            sAMAccountName: [local],
            userPrincipalName: [`${samAccountName}@${domain}`],
          },
        },
        password: account.password,
        groups: isEnterpriseAdmin ? [`CN=Administrators,CN=Builtin,${domainDn(controller.domain)}`] : [],
      };
    });
}

/**
 * What Setup /PrepareAD grants. The classes' default security descriptors let nobody but administrators see the
 * organization (D:S:), so Setup lets authenticated users read it, and gives Exchange Organization Administrators full
 * control of everything below CN=Microsoft Exchange. The entries as such are unverified.
 */
function setupAccess(organization: Organization, names: DirectoryNames): LoadRequest["access"] {
  const administrators = principalsOf(organization).find(({ dn }) =>
    isOrganizationAdministrators(organization, dn),
  );
  return [
    { dn: names.organization, ace: "(A;CI;RPLCLORC;;;AU)" },
    ...(administrators === undefined
      ? []
      : [{ dn: names.exchange, ace: `(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;${administrators.sid})` }]),
  ];
}

function isOrganizationAdministrators(organization: Organization, dn: string): boolean {
  const entry = directoryEntries(organization)
    .flatMap(({ entries }) => entries)
    .find(({ attributes }) => attributes.otherWellKnownObjects !== undefined);
  const registered = entry?.attributes.otherWellKnownObjects?.map(String) ?? [];
  return readRegisteredGroup(registered, "organizationAdministrators") === dn;
}

function hiddenAccess(organization: Organization, hidden: readonly HiddenRule[]): LoadRequest["access"] {
  const principals = principalsOf(organization);
  return hidden.flatMap(({ dn, attribute, from }) => {
    if (attribute === undefined && from === undefined) return [];
    const account = principals.find(({ name }) => name.toLowerCase() === from?.toLowerCase());
    if (from !== undefined && account === undefined)
      throw new Error(`${from} is no account of the organization`);
    const whom = account?.sid ?? "AU";
    if (attribute === undefined) return [{ dn: parentDn(dn) ?? dn, ace: `(D;;LC;;;${whom})` }];
    // Who may read a security descriptor is a right of its own, not one to the attribute.
    const isDescriptor = attribute.toLowerCase() === "ntsecuritydescriptor";
    return [{ dn, ace: isDescriptor ? `(D;;RC;;;${whom})` : `(OD;;RP;{guid:${attribute}};;${whom})` }];
  });
}

/** What Samba sets in its own way, by class: functional levels, its version, the global catalog. */
const ownAttributes: { readonly [className: string]: readonly string[] } = {
  crossRefContainer: ["msDS-Behavior-Version"],
  domainDNS: ["msDS-Behavior-Version", "nTMixedDomain"],
  computer: ["operatingSystemVersion", "operatingSystemServicePack"],
  nTDSDSA: ["options"],
};

function replacedIn({ dn, attributes }: Entry): readonly LoadEntry[] {
  const own = ownAttributes[String(attributes.objectClass?.at(-1))] ?? [];
  const values = own.map((name) => [name, loadValues(attributes[name] ?? [])] as const);
  return own.length === 0 ? [] : [{ dn, attributes: Object.fromEntries(values) }];
}

function withoutLinks(entry: Entry): Entry {
  const attributes = Object.entries(entry.attributes).filter(
    ([name]) => ![...linkAttributes, ...unneeded].includes(name),
  );
  return { dn: entry.dn, attributes: Object.fromEntries(attributes) };
}

function linksOf(entry: Entry): LoadRequest["links"] {
  return Object.entries(entry.attributes)
    .filter(([name]) => linkAttributes.includes(name))
    .map(([attribute, values]) => ({ dn: entry.dn, attribute, values: values.map(String) }));
}

function loadEntry({ dn, attributes }: Entry): LoadEntry {
  const converted = Object.entries(attributes).map(([name, values]) => [name, loadValues(values)] as const);
  return { dn, attributes: Object.fromEntries(converted) };
}

function loadValues(values: Values): readonly (string | { readonly base64: string })[] {
  return values.map((value) => (typeof value === "string" ? value : { base64: value.toString("base64") }));
}
