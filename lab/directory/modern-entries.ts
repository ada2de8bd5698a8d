/** What Exchange 2013 and later keep in the directory beside a server's own object. */
import type { LabComputer, LabEdgeSubscription, Organization } from "../organization";
import type { ModernLine } from "../product-lines";
import { object, present } from "./build";
import { childDn } from "./dn";
import type { Entry, Values } from "./entry";
import type { DirectoryNames } from "./names";
import { hostName } from "./principals";

type AttributeValues = { readonly [name: string]: Values };

/**
 * The database availability groups, each with the attributes that public scripts read: who is a member is in
 * msExchMDBAvailabilityGroupLink of the servers.
 * @throws Error when a member is no server of the organization, or a member of two groups.
 */
export function availabilityGroupEntries(organization: Organization, names: DirectoryNames): Entry[] {
  const { availabilityGroups = [], computers } = organization;
  if (availabilityGroups.length === 0) return [];
  const members = availabilityGroups.flatMap((group) => group.members);
  const stranger = members.find((member) => !computers.some(({ name }) => name === member));
  if (stranger !== undefined)
    throw new Error(`${stranger} is to be a member of a database availability group; add it to "computers"`);
  const twice = members.find((member, at) => members.indexOf(member) !== at);
  if (twice !== undefined)
    throw new Error(`${twice} is in two database availability groups; take it out of one`);
  return [
    object(names.availabilityGroups, "msExchMDBAvailabilityGroupContainer", {}),
    ...availabilityGroups.map(({ name }) =>
      object(childDn(name, names.availabilityGroups), "msExchMDBAvailabilityGroup", {
        msExchMDBAvailabilityGroupName: [name],
      }),
    ),
  ];
}

/** The link from a server to its database availability group; nothing for a server that is in none. */
export function availabilityGroupLink(
  { availabilityGroups = [] }: Organization,
  names: DirectoryNames,
  { name }: LabComputer,
): AttributeValues {
  const own = availabilityGroups.find(({ members }) => members.includes(name));
  return own === undefined
    ? {}
    : { msExchMDBAvailabilityGroupLink: [childDn(own.name, names.availabilityGroups)] };
}

/**
 * What lies below the object of a server of 2013 and later: its transport services, whose class is derived from the
 * server's, and its virtual directories in both web sites. That the transport services lie in CN=Transport Configuration and repeat the
 * server's own values is memory, unverified; public scripts find them by their class, and leave them out of a search for servers.
 */
export function belowModernServer(
  line: ModernLine,
  computer: LabComputer,
  serverDn: string,
  own: AttributeValues,
): Entry[] {
  const isMailbox = computer.roles.includes("Mailbox");
  const hasFrontEnd = line === "2013" ? computer.roles.includes("Client Access") : isMailbox;
  const services = [...(hasFrontEnd ? ["Frontend"] : []), ...(isMailbox ? ["Mailbox"] : [])];
  if (services.length === 0) return [];
  const container = `CN=Transport Configuration,${serverDn}`;
  return [
    object(container, "msExchContainer", {}),
    ...services.map((name) => object(childDn(name, container), "msExchExchangeTransportServer", own)),
    ...virtualDirectories(computer, serverDn, hasFrontEnd, isMailbox),
  ];
}

const directoryClasses = {
  owa: "msExchOWAVirtualDirectory",
  ecp: "msExchECPVirtualDirectory",
  EWS: "msExchWebServicesVirtualDirectory",
} as const;

/** Clients come to the Default Web Site, and the front end goes on to the Exchange Back End, which has no external URL. */
function virtualDirectories(
  { name: fqdn, externalUrl, virtualDirectories: hasDirectories = true }: LabComputer,
  serverDn: string,
  hasFrontEnd: boolean,
  isMailbox: boolean,
): Entry[] {
  const protocols = `CN=Protocols,${serverDn}`;
  const http = `CN=HTTP,${protocols}`;
  const sites = [
    ...(hasFrontEnd ? [{ site: "Default Web Site", number: 1, external: externalUrl }] : []),
    ...(isMailbox ? [{ site: "Exchange Back End", number: 2, external: undefined }] : []),
  ];
  return [
    object(protocols, "msExchProtocolsContainer", {}),
    object(http, "msExchProtocolCfgHTTPContainer", {}),
    ...(hasDirectories ? sites : []).flatMap(({ site, number, external }) =>
      Object.entries(directoryClasses).map(([directory, className]) =>
        object(
          childDn(`${directory} (${site})`, http),
          className,
          present({
            msExchInternalHostName: number === 1 ? [`https://${fqdn}/${directory}`] : [],
            msExchExternalHostName:
              external === undefined ? [] : [external.replace(/\/owa$/i, `/${directory}`)],
            msExchMetabasePath: [`IIS://${fqdn}/W3SVC/${number}/ROOT/${directory}`],
          }),
        ),
      ),
    ),
  ];
}

/**
 * The objects of subscribed Edge Transport servers. An Edge server has role 64 (TechNet bb123496), lies beside the
 * others, and shows the version that it had when it was subscribed (Microsoft, Edge subscriptions; the page of rule
 * E16E15CoexistenceMinVersionRequirement).
 */
export function edgeSubscriptionEntries(
  { edgeSubscriptions = [], sites }: Organization,
  names: DirectoryNames,
  versionOf: (release: string) => AttributeValues,
): Entry[] {
  return edgeSubscriptions.map(({ server, site, release }: LabEdgeSubscription) => {
    if (!sites.includes(site))
      throw new Error(`${server} is subscribed to the site "${site}", which the organization lacks; add it`);
    return object(names.server(server), "msExchExchangeServer", {
      ...versionOf(release),
      msExchCurrentServerRoles: ["64"],
      msExchServerSite: [names.site(site)],
      networkAddress: [`netbios:${hostName(server)}`, `ncacn_ip_tcp:${server}`],
    });
  });
}
