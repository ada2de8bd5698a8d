/** The configuration partition: partitions, sites with their domain controllers, and the Exchange organization. */
import type { Build, Role } from "../../lib/facts";
import { compareProducts, encodeVersionNumber, formatSerialNumber } from "../../lib/releases";
import type { LabComputer, LabServerObject, Organization } from "../organization";
import { object, present } from "./build";
import { childDn } from "./dn";
import type { Entry } from "./entries";
import { exchangeGroupsOf } from "./exchange-groups";
import type { DirectoryNames } from "./names";
import { hostName, isExchangeServer, releaseNamed, releaseOf, schemaMasterOf } from "./principals";
import { serverDescriptors } from "./server-descriptors";

/** Bits of systemFlags of a crossRef: a partition of the forest, and a domain (MS-ADTS 6.1.1.2.1.1.4). */
const crossRefFlags = { partition: 1, domain: 2, notToGlobalCatalog: 4 } as const;

/** Functional level of forest and domains that do not say: Windows Server 2003. */
const windowsServer2003 = 2;

/** msDS-Behavior-Version of a functional level: Windows 2000 did not know the attribute, and leaves it out. */
export function behaviorVersion(level: number = windowsServer2003): readonly string[] {
  return level === 0 ? [] : [String(level)];
}

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
 * Entries of the configuration partition. Every Exchange server in an Active Directory site has an object: a computer
 * with only the management tools has none, and an Edge Transport server only once it has been subscribed to a site.
 * @throws Error when a computer names a site or a release that does not exist.
 */
export function configurationEntries(organization: Organization, names: DirectoryNames): readonly Entry[] {
  return [
    object(names.configuration, "configuration", {}),
    ...partitions(organization, names),
    object(names.sites, "sitesContainer", {}),
    ...organization.sites.flatMap((site) => siteEntries(organization, names, site)),
    object(names.services, "container", {}),
    ...exchange(organization, names),
  ];
}

function partitions(organization: Organization, names: DirectoryNames): Entry[] {
  const { partition, domain, notToGlobalCatalog } = crossRefFlags;
  const crossRef = (cn: string, nCName: string, dnsRoot: string, flags: number, more = {}): Entry =>
    object(childDn(cn, names.partitions), "crossRef", {
      nCName: [nCName],
      dnsRoot: [dnsRoot],
      systemFlags: [String(flags)],
      ...more,
    });
  const { root } = organization;
  return [
    object(
      names.partitions,
      "crossRefContainer",
      present({
        // The domain naming master, which every forest has; here it is the schema master too.
        fSMORoleOwner: [names.settings(schemaMasterOf(organization))],
        "msDS-Behavior-Version": behaviorVersion(organization.functionalLevel),
      }),
    ),
    crossRef("Enterprise Configuration", names.configuration, root, partition),
    crossRef("Enterprise Schema", names.schema, root, partition),
    ...organization.domains.map(({ name, netbios, functionalLevel }) =>
      crossRef(netbios, names.domain(name), name, partition | domain, {
        nETBIOSName: [netbios],
        ...present({ "msDS-Behavior-Version": behaviorVersion(functionalLevel) }),
        ...(name === root ? {} : { trustParent: [childDn(netbiosOfRoot(organization), names.partitions)] }),
      }),
    ),
    // A zone of DNS is a partition but no domain: only systemFlags tells the two apart.
    crossRef(
      "ForestDnsZones",
      `DC=ForestDnsZones,${names.root}`,
      `ForestDnsZones.${root}`,
      partition | notToGlobalCatalog,
    ),
  ];
}

function netbiosOfRoot(organization: Organization): string {
  const root = organization.domains.find(({ name }) => name === organization.root);
  if (root === undefined) {
    throw new Error(`the forest root "${organization.root}" is none of the organization's domains; add it`);
  }
  return root.netbios;
}

function siteEntries(organization: Organization, names: DirectoryNames, site: string): Entry[] {
  const dn = names.site(site);
  const isHere = (each: { readonly site: string }): boolean => each.site === site;
  const left = new Set(organization.leftControllers?.filter(isHere));
  const controllers = [...organization.domainControllers.filter(isHere), ...left];
  return [
    object(dn, "site", {}),
    object(`CN=NTDS Site Settings,${dn}`, "nTDSSiteSettings", {}),
    object(`CN=Servers,${dn}`, "serversContainer", {}),
    ...controllers.flatMap((controller) => {
      const domain = names.domain(controller.domain);
      const partitionsHeld = [domain, names.configuration, names.schema];
      return [
        object(
          names.controller(controller),
          "server",
          left.has(controller)
            ? {}
            : {
                dNSHostName: [controller.name],
                serverReference: [childDn(hostName(controller.name), `OU=Domain Controllers,${domain}`)],
              },
        ),
        object(names.settings(controller), "nTDSDSA", {
          hasMasterNCs: partitionsHeld,
          "msDS-HasMasterNCs": partitionsHeld,
          "msDS-HasDomainNCs": [domain],
          // Windows Server 2003 and later, whatever the level of the domain.
          "msDS-Behavior-Version": behaviorVersion(),
          // 1: a global catalog. Others have the attribute only when they have been one.
          ...(controller.globalCatalog === false ? {} : { options: ["1"] }),
        }),
      ];
    }),
  ];
}

function exchange(organization: Organization, names: DirectoryNames): Entry[] {
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
      present({ objectVersion: level, legacyExchangeDN: [`/o=${organization.organizationName}`] }),
    ),
    object(names.administrativeGroups, "msExchAdminGroupContainer", {}),
    object(names.administrativeGroup, "msExchAdminGroup", {
      legacyExchangeDN: [legacyAdministrativeGroup(organization)],
    }),
    object(names.servers, "msExchServersContainer", {}),
    ...organization.computers
      .filter((computer) => isExchangeServer(computer) && computer.site !== null)
      .flatMap((computer) => serverEntries(organization, names, computer, descriptorOf(computer))),
    ...furtherObjects(organization, names),
  ];
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
  return [
    object(firstGroup, "msExchAdminGroup", {}),
    object(firstServers, "msExchServersContainer", {}),
    ...serverObjects.flatMap((each): Entry[] => {
      const build = each.release === null ? null : releaseNamed(each.release).build;
      const bits = each.roles.map((role) => roleBits[role]).reduce((all, bit) => all | bit, 0);
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

/** When the servers' Setup made their objects: soon after the release of 2007 RTM. */
const serversMade = "20070601080000.0Z";

function serverEntries(
  organization: Organization,
  names: DirectoryNames,
  computer: LabComputer,
  descriptor: Buffer,
): Entry[] {
  const { site } = computer;
  if (site === null || !organization.sites.includes(site)) {
    throw new Error(
      `${computer.name} is in the site "${site}", which the organization lacks; add it to "sites"`,
    );
  }
  const host = hostName(computer.name);
  const release = releaseNamed(computer.release ?? organization.release);
  const build = shownBuilds[release.name] ?? release.build;
  const before2007 = compareProducts(release.product, "2007") < 0;
  const dn = names.server(computer.name);
  return [
    object(dn, "msExchExchangeServer", {
      serialNumber: [
        before2007
          ? `Version ${build.major}.${build.minor} (Build ${build.build}.${build.revision})`
          : formatSerialNumber(build),
      ],
      versionNumber: [String(encodeVersionNumber(build))],
      // 2003 and earlier have neither, and their builds are shown as they are (a transcript: "Version 6.5 (Build 7638.2: Service Pack 2)").
      ...(before2007
        ? {}
        : {
            msExchCurrentServerRoles: [
              String(computer.roles.map((role) => roleBits[role]).reduce((all, bit) => all | bit, 0)),
            ],
            msExchServerSite: [names.site(site)],
          }),
      networkAddress: [
        ...["ncacn_vns_spp", "netbios", "ncacn_np", "ncacn_spx"].map((protocol) => `${protocol}:${host}`),
        `ncacn_ip_tcp:${computer.name}`,
        `ncalrpc:${host}`,
      ],
      legacyExchangeDN: [`${legacyAdministrativeGroup(organization)}/cn=Configuration/cn=Servers/cn=${host}`],
      nTSecurityDescriptor: [descriptor],
      whenCreated: [serversMade],
    }),
    ...(computer.roles.includes("Client Access")
      ? outlookWebAccess(dn, computer.name, computer.externalUrl, computer.virtualDirectories)
      : []),
  ];
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
