/** Where things are in an organization's directory. */
import type { Organization } from "../organization";
import { childDn, domainDn } from "./dn";
import { exchangeGroupsOu } from "./exchange-groups";
import { hostName } from "./principals";

/** Distinguished names of the places that the lab and the simulated Setup refer to. */
export interface DirectoryNames {
  /** The forest root domain. */
  readonly root: string;
  readonly configuration: string;
  readonly schema: string;
  /** CN=ms-Exch-Schema-Version-Pt, whose rangeUpper is the schema level. */
  readonly schemaVersion: string;
  readonly partitions: string;
  readonly sites: string;
  readonly services: string;
  /** CN=Microsoft Exchange,CN=Services, which has otherWellKnownObjects. */
  readonly exchange: string;
  /** The organization container, whose objectVersion is the organization level. */
  readonly organization: string;
  readonly administrativeGroups: string;
  /** The administrative group of all servers since 2007. */
  readonly administrativeGroup: string;
  /** CN=Servers of {@link administrativeGroup}. */
  readonly servers: string;
  /** CN=Database Availability Groups of {@link administrativeGroup}. */
  readonly availabilityGroups: string;
  /** OU=Microsoft Exchange Security Groups of the forest root domain. */
  readonly securityGroups: string;
  domain(domain: string): string;
  /** CN=Microsoft Exchange System Objects of a domain, whose objectVersion is the domain level. */
  systemObjects(domain: string): string;
  site(site: string): string;
  /** Server object of a domain controller, in its site. */
  controller(controller: { readonly name: string; readonly site: string }): string;
  /** NTDS Settings of a domain controller: what fSMORoleOwner points to. */
  settings(controller: { readonly name: string; readonly site: string }): string;
  /** Server object of an Exchange server. */
  server(fqdn: string): string;
}

/** CN of the administrative group that Exchange 2007 and later put every server in. */
const administrativeGroupName = "Exchange Administrative Group (FYDIBOHF23SPDLT)";

/** The names of an organization's directory. */
export function directoryNames(organization: Organization): DirectoryNames {
  const root = domainDn(organization.root);
  const configuration = `CN=Configuration,${root}`;
  const schema = `CN=Schema,${configuration}`;
  const sites = `CN=Sites,${configuration}`;
  const services = `CN=Services,${configuration}`;
  const exchange = `CN=Microsoft Exchange,${services}`;
  const container = childDn(organization.organizationName, exchange);
  const administrativeGroups = `CN=Administrative Groups,${container}`;
  const administrativeGroup = childDn(administrativeGroupName, administrativeGroups);
  const servers = `CN=Servers,${administrativeGroup}`;
  const controller: DirectoryNames["controller"] = ({ name, site }) =>
    `${childDn(hostName(name), `CN=Servers,${childDn(site, sites)}`)}`;
  return {
    root,
    configuration,
    schema,
    schemaVersion: `CN=ms-Exch-Schema-Version-Pt,${schema}`,
    partitions: `CN=Partitions,${configuration}`,
    sites,
    services,
    exchange,
    organization: container,
    administrativeGroups,
    administrativeGroup,
    servers,
    availabilityGroups: `CN=Database Availability Groups,${administrativeGroup}`,
    securityGroups: `OU=${exchangeGroupsOu},${root}`,
    domain: domainDn,
    systemObjects: (domain) => `CN=Microsoft Exchange System Objects,${domainDn(domain)}`,
    site: (site) => childDn(site, sites),
    controller,
    settings: (each) => `CN=NTDS Settings,${controller(each)}`,
    server: (fqdn) => childDn(hostName(fqdn), servers),
  };
}
