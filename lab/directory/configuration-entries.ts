/** The configuration partition: partitions, sites with their domain controllers, and the Exchange organization. */
import type { Organization } from "../organization";
import { object, present } from "./build";
import { childDn } from "./dn";
import type { Entry } from "./entry";
import { exchangeEntries } from "./exchange-entries";
import type { DirectoryNames } from "./names";
import { hostName, schemaMasterOf } from "./principals";

/** Bits of systemFlags of a crossRef: a partition of the forest, and a domain (MS-ADTS 6.1.1.2.1.1.4). */
const crossRefFlags = { partition: 1, domain: 2, notToGlobalCatalog: 4 } as const;

/** Functional level of forest and domains that do not say: Windows Server 2003. */
const windowsServer2003 = 2;

/** msDS-Behavior-Version of a functional level: Windows 2000 did not know the attribute, and leaves it out. */
export function behaviorVersion(level: number = windowsServer2003): readonly string[] {
  return level === 0 ? [] : [String(level)];
}

/**
 * Entries of the configuration partition.
 * @throws Error when a computer names a site or a release that does not exist.
 */
export function configurationEntries(organization: Organization, names: DirectoryNames): readonly Entry[] {
  return [
    object(names.configuration, "configuration", {}),
    ...partitions(organization, names),
    object(names.sites, "sitesContainer", {}),
    ...organization.sites.flatMap((site) => siteEntries(organization, names, site)),
    object(names.services, "container", {}),
    ...exchangeEntries(organization, names),
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
