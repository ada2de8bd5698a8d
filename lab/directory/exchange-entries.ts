/** The Exchange organization in the configuration partition: its container, its servers and what belongs to them. */
import type { Build, Role } from "../../lib/facts";
import { compareProducts, encodeVersionNumber, formatSerialNumber } from "../../lib/releases";
import type { LabCluster, LabComputer, LabServerObject, Organization } from "../organization";
import { modernLineOf, modernRoleBits, productId } from "../product-lines";
import type { LabRelease } from "../release-table";
import { object, present } from "./build";
import { childDn } from "./dn";
import type { Entry } from "./entry";
import { exchangeGroupsOf } from "./exchange-groups";
import {
  availabilityGroupEntries,
  availabilityGroupLink,
  belowModernServer,
  edgeSubscriptionEntries,
} from "./modern-entries";
import type { DirectoryNames } from "./names";
import { hostName, isExchangeServer, releaseNamed, releaseOf } from "./principals";
import { serverDescriptors } from "./server-descriptors";

/** Bits of msExchCurrentServerRoles (TechNet bb123496). */
const roleBits: Readonly<Record<Role, number>> = {
  Mailbox: 2,
  "Client Access": 4,
  "Unified Messaging": 16,
  "Hub Transport": 32,
  "Edge Transport": 64,
  "Management Tools": 0,
};

/**
 * Entries of the Exchange organization. Every server in an Active Directory site has an object: a computer with only the
 * management tools has none, and an Edge Transport server only once it has been subscribed to a site.
 * @throws Error when something names a site, a server or a release that does not exist.
 */
export function exchangeEntries(organization: Organization, names: DirectoryNames): readonly Entry[] {
  const release = releaseOf(organization);
  const level = release.organization === null ? [] : [String(release.organization)];
  const descriptorOf = serverDescriptors(organization);
  return [
    object(
      names.exchange,
      "msExchConfigurationContainer",
      present({
        otherWellKnownObjects: exchangeGroupsOf(release).map(
          ({ guid, name }) => `B:32:${guid}:${childDn(name, names.securityGroups)}`,
        ),
      }),
    ),
    object(
      names.organization,
      "msExchOrganizationContainer",
      present({
        objectVersion: level,
        legacyExchangeDN: [`/o=${organization.organizationName}`],
        // Seen on organizations of 2019 and SE (a Microsoft Q&A thread, question 5611221).
        msExchProductId: modernLineOf(release) === null ? [] : [productId(release.build)],
      }),
    ),
    object(names.administrativeGroups, "msExchAdminGroupContainer", {}),
    object(names.administrativeGroup, "msExchAdminGroup", {
      legacyExchangeDN: [legacyAdministrativeGroup(organization)],
    }),
    ...availabilityGroupEntries(organization, names),
    object(names.servers, "msExchServersContainer", {}),
    ...organization.computers
      .filter((computer) => isExchangeServer(computer) && computer.site !== null)
      .filter(({ name }) => clusterOf(organization, name) === undefined)
      .flatMap((computer) => serverEntries(organization, names, computer, descriptorOf(computer))),
    ...(organization.clusters ?? []).flatMap((cluster) => {
      const server = clusteredServer(organization, cluster);
      return serverEntries(organization, names, server, descriptorOf(server), clusterAttributes(cluster));
    }),
    ...edgeSubscriptionEntries(organization, names, (name) => versionOf(releaseNamed(name))),
    ...furtherObjects(organization, names),
  ];
}

/** The cluster that a computer is a node of. */
function clusterOf({ clusters = [] }: Organization, fqdn: string): LabCluster | undefined {
  return clusters.find(({ nodes }) => nodes.includes(fqdn));
}

/** A clustered mailbox server in the form of a computer: it has an object, and its nodes have none (docs/assumptions.md). */
function clusteredServer({ computers }: Organization, { name, nodes }: LabCluster): LabComputer {
  const node = computers.find((computer) => computer.name === nodes[0]);
  if (node === undefined) throw new Error(`the organization has no computer for the first node of ${name}`);
  return { ...node, name, roles: ["Mailbox"] };
}

/** Numbers of the storage: InMage's discovery and a script of Splunk read 1 for CCR and 2 for SCC. */
function clusterAttributes({ storage, nodes }: LabCluster) {
  return {
    msExchClusterStorageType: [storage === "CCR" ? "1" : "2"],
    msExchServerRedundantMachines: nodes.map(hostName),
  };
}

/** Bit of msExchCurrentServerRoles of an object that was made ahead (ServerRole.ProvisionedServer). Unverified. */
const provisionedBit = 4096;

/** The administrative group that Exchange 2000 makes first. */
const firstGroupName = "First Administrative Group";

/** GUID in the name of a conflict copy: that of the object, which the lab makes up. */
const conflictGuid = "0b1f63a4-5f0e-4c53-9d0d-6f2f5f0e7c11";

function furtherObjects(organization: Organization, names: DirectoryNames): Entry[] {
  const { serverObjects = [] } = organization;
  if (serverObjects.length === 0) return [];
  const firstGroup = childDn(firstGroupName, names.administrativeGroups);
  const firstServers = `CN=Servers,${firstGroup}`;
  const dnOf = ({ kind, server }: LabServerObject): string => {
    const host = hostName(server);
    if (kind === "conflict copy") return childDn(`${host}\nCNF:${conflictGuid}`, names.servers);
    if (kind === "other group") return childDn(host, firstServers);
    return kind === "transport" ? `CN=Frontend,${names.server(server)}` : names.server(server);
  };
  const hasFirstGroup = serverObjects.some(({ kind }) => kind === "other group");
  return [
    ...(hasFirstGroup
      ? [object(firstGroup, "msExchAdminGroup", {}), object(firstServers, "msExchServersContainer", {})]
      : []),
    ...serverObjects.flatMap((each): Entry[] => {
      const build = each.release === null ? null : releaseNamed(each.release).build;
      const bits = classicRoleBits(each.roles);
      const dn = dnOf(each);
      const className = each.kind === "transport" ? "msExchExchangeTransportServer" : "msExchExchangeServer";
      return [
        object(
          dn,
          className,
          present({
            serialNumber: build === null ? [] : [formatSerialNumber(build)],
            msExchCurrentServerRoles: [String(each.kind === "provisioned" ? provisionedBit : bits)],
            msExchServerSite: [names.site(each.site)],
            networkAddress: [`ncacn_ip_tcp:${each.server}`],
            whenCreated: [each.created],
          }),
        ),
        ...(each.roles.includes("Client Access") ? outlookWebAccess(dn, each.server, each.externalUrl) : []),
      ];
    }),
  ];
}

function legacyAdministrativeGroup(organization: Organization): string {
  return `/o=${organization.organizationName}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)`;
}

/** Builds that servers show where they differ from the published one: 2007 RTM, Microsoft KB947168. */
const shownBuilds: { readonly [release: string]: Build } = {
  "2007 RTM": { major: 8, minor: 0, build: 685, revision: 24 },
};

/** When the servers' Setup made their objects: soon after 2007 RTM came out, and for 2013 and later after 2019 CU14. */
const serversMade = { classic: "20070601080000.0Z", modern: "20240315080000.0Z" } as const;

/** What a server of a release shows of its version. */
function versionOf(release: LabRelease): { readonly [name: string]: readonly string[] } {
  const build = shownBuilds[release.name] ?? release.build;
  return {
    serialNumber: [
      // Builds before 2007 are shown as they are (a transcript: "Version 6.5 (Build 7638.2: Service Pack 2)").
      compareProducts(release.product, "2007") < 0
        ? `Version ${build.major}.${build.minor} (Build ${build.build}.${build.revision})`
        : formatSerialNumber(build),
    ],
    versionNumber: [String(encodeVersionNumber(build))],
  };
}

function serverEntries(
  organization: Organization,
  names: DirectoryNames,
  computer: LabComputer,
  descriptor: Buffer,
  more: { readonly [attribute: string]: readonly string[] } = {},
): Entry[] {
  const { site, roles } = computer;
  if (site === null || !organization.sites.includes(site)) {
    throw new Error(
      `${computer.name} is in the site "${site}", which the organization lacks; add it to "sites"`,
    );
  }
  const host = hostName(computer.name);
  const release = releaseNamed(computer.release ?? organization.release);
  const line = modernLineOf(release);
  const dn = names.server(computer.name);
  const bits = line === null ? classicRoleBits(roles) : modernRoleBits(line, roles);
  const shown = {
    ...versionOf(release),
    // 2003 and earlier have neither.
    ...(compareProducts(release.product, "2007") < 0
      ? {}
      : { msExchCurrentServerRoles: [String(bits)], msExchServerSite: [names.site(site)] }),
    networkAddress: [
      ...["ncacn_vns_spp", "netbios", "ncacn_np", "ncacn_spx"].map((protocol) => `${protocol}:${host}`),
      `ncacn_ip_tcp:${computer.name}`,
      `ncalrpc:${host}`,
    ],
  };
  return [
    object(dn, "msExchExchangeServer", {
      ...shown,
      legacyExchangeDN: [`${legacyAdministrativeGroup(organization)}/cn=Configuration/cn=Servers/cn=${host}`],
      ...availabilityGroupLink(organization, names, computer),
      ...more,
      nTSecurityDescriptor: [descriptor],
      whenCreated: [line === null ? serversMade.classic : serversMade.modern],
    }),
    ...(line !== null
      ? belowModernServer(line, computer, dn, shown)
      : roles.includes("Client Access")
        ? outlookWebAccess(dn, computer.name, computer.externalUrl, computer.virtualDirectories)
        : []),
  ];
}

function classicRoleBits(roles: readonly Role[]): number {
  return roles.reduce((bits, role) => bits | roleBits[role], 0);
}

/** The virtual directory whose external URL tells that a Client Access server faces the Internet. */
function outlookWebAccess(
  serverDn: string,
  fqdn: string,
  externalUrl: string | undefined,
  hasDirectories = true,
): Entry[] {
  const protocols = `CN=Protocols,${serverDn}`;
  const http = `CN=HTTP,${protocols}`;
  return [
    object(protocols, "msExchProtocolsContainer", {}),
    object(http, "msExchProtocolCfgHTTPContainer", {}),
    ...(hasDirectories
      ? [
          object(
            `CN=owa (Default Web Site),${http}`,
            "msExchOWAVirtualDirectory",
            present({
              msExchInternalHostName: [`https://${fqdn}/owa`],
              msExchExternalHostName: externalUrl === undefined ? [] : [externalUrl],
              msExchMetabasePath: [`IIS://${fqdn}/W3SVC/1/ROOT/owa`],
            }),
          ),
        ]
      : []),
  ];
}
