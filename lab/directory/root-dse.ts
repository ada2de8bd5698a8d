/** The rootDSE of a domain controller: the one entry that anybody may read. */
import type { Organization } from "../organization";
import type { StoredAttribute } from "./changes";
import { behaviorVersion } from "./configuration-entries";
import type { DirectoryNames } from "./names";
import { hostName } from "./principals";

/** Controls that the lab's domain controllers act on. */
export const supportedControls = {
  /** Paged results, RFC 2696. */
  pagedResults: "1.2.840.113556.1.4.319",
  /** LDAP_SERVER_DOMAIN_SCOPE_OID: no references to other partitions. */
  domainScope: "1.2.840.113556.1.4.1339",
  /** LDAP_SERVER_SD_FLAGS_OID: which parts of a security descriptor are meant. */
  descriptorParts: "1.2.840.113556.1.4.801",
} as const;

/** Extended operations that the lab's domain controllers answer. */
export const supportedExtensions = {
  startTls: "1.3.6.1.4.1.1466.20037",
  whoAmI: "1.3.6.1.4.1.4203.1.11.3",
} as const;

/** Capabilities: Active Directory, of Windows Server 2003, with integrity (MS-ADTS 3.1.1.3.4.3). */
const capabilities = ["1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670", "1.2.840.113556.1.4.1791"];

interface Controller {
  readonly fqdn: string;
  readonly domain: string;
  readonly site: string;
}

/** Attributes of the rootDSE of one domain controller, the time in generalized form. */
export function rootDse(
  organization: Organization,
  names: DirectoryNames,
  { fqdn, domain, site }: Controller,
): readonly StoredAttribute[] {
  const controller = { name: fqdn, site };
  const own = organization.domains.find(({ name }) => name === domain);
  const attributes: { readonly [name: string]: readonly string[] } = {
    currentTime: [
      new Date()
        .toISOString()
        .replace(/[-:T]|\.\d+/g, "")
        .replace("Z", ".0Z"),
    ],
    subschemaSubentry: [`CN=Aggregate,${names.schema}`],
    dsServiceName: [names.settings(controller)],
    namingContexts: [names.domain(domain), names.configuration, names.schema],
    defaultNamingContext: [names.domain(domain)],
    schemaNamingContext: [names.schema],
    configurationNamingContext: [names.configuration],
    rootDomainNamingContext: [names.domain(organization.root)],
    supportedControl: Object.values(supportedControls),
    supportedExtension: Object.values(supportedExtensions),
    supportedLDAPVersion: ["3"],
    supportedCapabilities: capabilities,
    dnsHostName: [fqdn],
    ldapServiceName: [`${organization.root}:${hostName(fqdn).toLowerCase()}$@${domain.toUpperCase()}`],
    serverName: [names.controller(controller)],
    isSynchronized: [organization.unsynchronized?.includes(fqdn) === true ? "FALSE" : "TRUE"],
    isGlobalCatalogReady: ["TRUE"],
    domainFunctionality: [String(own?.functionalLevel ?? 2)],
    forestFunctionality: [String(organization.functionalLevel ?? 2)],
    domainControllerFunctionality: behaviorVersion(),
  };
  return Object.entries(attributes).map(([name, values]) => ({ name, values }));
}
