/** The organization of the contract: what the directory code can meet, and more servers than fit into one page. */
import { directoryNames, type HiddenRule } from "../../lab/directory";
import type { LabAccount, LabComputer, Organization } from "../../lab/organization";

const root = "contoso.test";
const child = "emea.contoso.test";

/** More than MaxPageSize, which is 1000. */
export const manyServers = 1100;

/** Those, and the four that have names of their own. */
export const allServers = manyServers + 4;

function account(name: string, memberOf: readonly string[] = [], domain = root): LabAccount {
  return { name, domain, password: `Contract-${name}-1`, memberOf };
}

function server(name: string, site: string, roles: LabComputer["roles"], release = "2007 RTM"): LabComputer {
  // Without a domain, so that a thousand servers do not need a thousand computer accounts.
  return { name, domain: null, site, windows: "2003", roles, release, media: {}, administrators: [] };
}

export const organization: Organization = {
  root,
  domains: [
    { name: root, netbios: "CONTOSO" },
    { name: child, netbios: "EMEA", functionalLevel: 0, mixed: true },
  ],
  sites: ["Hub", "Paris", "Oslo"],
  domainControllers: [
    { name: `dc1.${root}`, domain: root, site: "Hub" },
    {
      name: `dc2.${root}`,
      domain: root,
      site: "Paris",
      globalCatalog: false,
      operatingSystem: { version: "5.0 (2195)", servicePack: "Servicepack 4" },
    },
    {
      name: `emea-dc2.${child}`,
      domain: child,
      site: "Oslo",
      operatingSystem: { version: "6.0 (6003)", servicePack: null },
    },
    // Before emea-dc2 by name and never there: whoever asks the child domain must go on to the next one.
    { name: `emea-dc1.${child}`, domain: child, site: "Oslo", operatingSystem: null },
  ],
  leftControllers: [{ name: `dc9.${root}`, domain: root, site: "Oslo" }],
  schemaMaster: `dc1.${root}`,
  organizationName: "Contoso Contract",
  release: "2007 RTM",
  groups: [
    { name: "Third", domain: root, memberOf: ["CONTOSO\\Schema Admins"] },
    { name: "Second", domain: root, memberOf: ["CONTOSO\\Third"] },
    { name: "First", domain: root, memberOf: ["CONTOSO\\Second"] },
    { name: "Circle A", domain: root, memberOf: ["CONTOSO\\Circle B"] },
    { name: "Circle B", domain: root, memberOf: ["CONTOSO\\Circle A"] },
    { name: "Emea Team", domain: child, memberOf: ["EMEA\\Domain Admins"] },
  ],
  accounts: [
    account("reader"),
    account("blind"),
    account("stranger"),
    account("nested", ["CONTOSO\\First"]),
    account("round", ["CONTOSO\\Circle A"]),
    account("plain"),
    account("forest-admin", ["CONTOSO\\Enterprise Admins"]),
    account("exchange-admin", ["CONTOSO\\Exchange Organization Administrators"]),
    account("Lee (Ops)"),
    account("emea-admin", ["EMEA\\Emea Team"], child),
  ],
  computers: [
    {
      ...server("all.contoso.test", "Hub", [
        "Client Access",
        "Hub Transport",
        "Mailbox",
        "Unified Messaging",
      ]),
      externalUrl: "https://mail.contoso.test/owa",
    },
    {
      ...server("new.contoso.test", "Oslo", ["Mailbox", "Management Tools"], "2007 SP1"),
      serverAdministrators: ["CONTOSO\\Third"],
    },
    { ...server("cas-bare.contoso.test", "Hub", ["Client Access"]), virtualDirectories: false },
    server("cas-seen.contoso.test", "Hub", ["Client Access"]),
    ...Array.from({ length: manyServers }, (_, index) =>
      server(`mbx${String(index).padStart(4, "0")}.contoso.test`, "Paris", ["Mailbox"]),
    ),
  ],
};

export const names = directoryNames(organization);

/** Container of a server's virtual directories. */
export function http(host: string): string {
  return `CN=HTTP,CN=Protocols,${names.server(`${host}.${root}`)}`;
}

/** What two accounts may not see: attributes, one domain controller, one server's virtual directories and another's permissions that `blind` does not see, and an object that `stranger` does not. */
export const hidden: readonly HiddenRule[] = [
  { dn: names.schemaVersion, attribute: "rangeUpper", from: "CONTOSO\\blind" },
  { dn: names.organization, attribute: "objectVersion", from: "CONTOSO\\blind" },
  { dn: names.systemObjects(root), attribute: "objectVersion", from: "CONTOSO\\blind" },
  { dn: names.root, attribute: "nTMixedDomain", from: "CONTOSO\\blind" },
  { dn: `CN=DC2,OU=Domain Controllers,${names.root}`, attribute: "dNSHostName", from: "CONTOSO\\blind" },
  { dn: names.server("new.contoso.test"), attribute: "nTSecurityDescriptor", from: "CONTOSO\\blind" },
  { dn: names.server("all.contoso.test"), attribute: "serialNumber", from: "CONTOSO\\blind" },
  { dn: names.server("all.contoso.test"), attribute: "msExchCurrentServerRoles", from: "CONTOSO\\blind" },
  {
    dn: names.controller({ name: `emea-dc1.${child}`, site: "Oslo" }),
    attribute: "dNSHostName",
    from: "CONTOSO\\blind",
  },
  { dn: `CN=owa (Default Web Site),${http("cas-seen")}`, from: "CONTOSO\\blind" },
  { dn: `CN=nested,CN=Users,${names.root}`, attribute: "tokenGroups", from: "CONTOSO\\blind" },
  { dn: names.schemaVersion, from: "CONTOSO\\stranger" },
];

/** Accounts of the root domain that the child domain knows, in a directory where that needs saying. */
export const trusted: readonly string[] = [
  "CONTOSO\\reader",
  "CONTOSO\\forest-admin",
  "BARE\\reader",
  "FABRIKAM\\reader",
];

/** A forest of one domain in which nothing of Exchange has ever been prepared. */
export const bare: Organization = {
  root: "bare.test",
  domains: [{ name: "bare.test", netbios: "BARE" }],
  sites: ["Only"],
  domainControllers: [{ name: "dc1.bare.test", domain: "bare.test", site: "Only" }],
  schemaMaster: "dc1.bare.test",
  organizationName: "None",
  release: "2007 RTM",
  groups: [],
  accounts: [account("reader", [], "bare.test")],
  computers: [],
};

const bareNames = directoryNames(bare);

/** What the lab's entries hold of Exchange. */
export const nothingOfExchange: readonly HiddenRule[] = [
  { dn: bareNames.schemaVersion },
  { dn: bareNames.exchange },
  { dn: bareNames.systemObjects("bare.test") },
  { dn: bareNames.securityGroups },
];

/** Password of an account of the contract's organizations. */
export function passwordOf(name: string): string {
  return `Contract-${name}-1`;
}
