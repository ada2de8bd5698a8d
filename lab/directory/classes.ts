/** Object classes: their superclasses, and the class that objectCategory names. */

interface ObjectClass {
  /** The class and its superclasses, `top` first, as objectClass lists them. */
  readonly chain: readonly string[];
  /** CN of the class that objectCategory points to, in the schema partition. */
  readonly category: string;
}

function subclass(category: string, ...chain: string[]): ObjectClass {
  return { chain: ["top", ...chain], category };
}

/**
 * The classes that the lab's entries have, by the names that LDAP uses. Those of Active Directory are as MS-ADSC gives
 * them; the superclasses of the msExch classes are unverified, but for msExchExchangeServer (server).
 */
export const objectClasses: Readonly<Record<string, ObjectClass>> = {
  attributeSchema: subclass("Attribute-Schema", "attributeSchema"),
  builtinDomain: subclass("Builtin-Domain", "builtinDomain"),
  classSchema: subclass("Class-Schema", "classSchema"),
  computer: subclass("Computer", "person", "organizationalPerson", "user", "computer"),
  configuration: subclass("Configuration", "configuration"),
  container: subclass("Container", "container"),
  crossRef: subclass("Cross-Ref", "crossRef"),
  crossRefContainer: subclass("Cross-Ref-Container", "crossRefContainer"),
  dMD: subclass("DMD", "dMD"),
  domainDNS: subclass("Domain-DNS", "domain", "domainDNS"),
  group: subclass("Group", "group"),
  nTDSDSA: subclass("NTDS-DSA", "applicationSettings", "nTDSDSA"),
  nTDSSiteSettings: subclass("NTDS-Site-Settings", "applicationSiteSettings", "nTDSSiteSettings"),
  organizationalUnit: subclass("Organizational-Unit", "organizationalUnit"),
  person: subclass("Person", "person"),
  server: subclass("Server", "server"),
  serversContainer: subclass("Servers-Container", "serversContainer"),
  site: subclass("Site", "site"),
  sitesContainer: subclass("Sites-Container", "sitesContainer"),
  user: subclass("Person", "person", "organizationalPerson", "user"),
  msExchAdminGroup: subclass("ms-Exch-Admin-Group", "msExchAdminGroup"),
  msExchAdminGroupContainer: subclass("ms-Exch-Admin-Group-Container", "msExchAdminGroupContainer"),
  msExchConfigurationContainer: subclass(
    "ms-Exch-Configuration-Container",
    "container",
    "msExchConfigurationContainer",
  ),
  msExchContainer: subclass("ms-Exch-Container", "container", "msExchContainer"),
  msExchECPVirtualDirectory: subclass(
    "ms-Exch-ECP-Virtual-Directory",
    "msExchVirtualDirectory",
    "msExchECPVirtualDirectory",
  ),
  msExchExchangeServer: subclass("ms-Exch-Exchange-Server", "server", "msExchExchangeServer"),
  // Public scripts leave both out of a search for servers; their own superclasses are unverified.
  msExchClientAccessArray: subclass(
    "ms-Exch-Client-Access-Array",
    "server",
    "msExchExchangeServer",
    "msExchClientAccessArray",
  ),
  msExchExchangeTransportServer: subclass(
    "ms-Exch-Exchange-Transport-Server",
    "server",
    "msExchExchangeServer",
    "msExchExchangeTransportServer",
  ),
  // Public scripts find the group by this class, in the container of this name.
  msExchFedSharingRelationship: subclass("ms-Exch-Fed-Sharing-Relationship", "msExchFedSharingRelationship"),
  msExchMDBAvailabilityGroup: subclass("ms-Exch-MDB-Availability-Group", "msExchMDBAvailabilityGroup"),
  msExchMDBAvailabilityGroupContainer: subclass(
    "ms-Exch-MDB-Availability-Group-Container",
    "msExchMDBAvailabilityGroupContainer",
  ),
  msExchOrganizationContainer: subclass(
    "ms-Exch-Organization-Container",
    "container",
    "msExchOrganizationContainer",
  ),
  msExchMobileVirtualDirectory: subclass(
    "ms-Exch-Mobile-Virtual-Directory",
    "msExchVirtualDirectory",
    "msExchMobileVirtualDirectory",
  ),
  msExchOWAVirtualDirectory: subclass(
    "ms-Exch-OWA-Virtual-Directory",
    "msExchVirtualDirectory",
    "msExchOWAVirtualDirectory",
  ),
  msExchPFTree: subclass("ms-Exch-PF-Tree", "msExchPFTree"),
  msExchPublicFolderTreeContainer: subclass(
    "ms-Exch-Public-Folder-Tree-Container",
    "container",
    "msExchPublicFolderTreeContainer",
  ),
  msExchProtocolCfgHTTPContainer: subclass(
    "ms-Exch-Protocol-Cfg-HTTP-Container",
    "container",
    "msExchProtocolCfgHTTPContainer",
  ),
  msExchProtocolsContainer: subclass("ms-Exch-Protocols-Container", "container", "msExchProtocolsContainer"),
  msExchServersContainer: subclass("ms-Exch-Servers-Container", "container", "msExchServersContainer"),
  msExchSystemObjectsContainer: subclass(
    "ms-Exch-System-Objects-Container",
    "container",
    "msExchSystemObjectsContainer",
  ),
  msExchWebServicesVirtualDirectory: subclass(
    "ms-Exch-Web-Services-Virtual-Directory",
    "msExchVirtualDirectory",
    "msExchWebServicesVirtualDirectory",
  ),
};

const byLowerCase = new Map(Object.entries(objectClasses).map(([name, each]) => [name.toLowerCase(), each]));

/** A class by name, without regard to case; undefined for a class that the lab does not know. */
export function objectClass(name: string): ObjectClass | undefined {
  return byLowerCase.get(name.toLowerCase());
}
