/** What Exchange keeps in Active Directory: levels, the organization, its servers. */
import type { Entry } from "ldapts";
import {
  type AccessEntry,
  type Build,
  type ExchangeServerFacts,
  type Fact,
  known,
  type Role,
  unknown,
  type VirtualDirectoryFacts,
} from "../facts";
import { completeBuild, decodeVersionNumber, parseSerialNumber } from "../releases";
import type { Search } from "./client";
import { nameOf, parseDn } from "./dn";
import { integer, octets, text, texts } from "./entry";
import { readAccessEntries } from "./securityDescriptor";

/** Where Exchange keeps its configuration. */
export function exchangeDn(configurationDn: string): string {
  return `CN=Microsoft Exchange,CN=Services,${configurationDn}`;
}

/** The attribute whose rangeUpper is the version of the Exchange schema. */
export function schemaVersionSearch(schemaDn: string): Search {
  return { base: `CN=ms-Exch-Schema-Version-Pt,${schemaDn}`, attributes: ["rangeUpper"] };
}

/** Schema level. The object always carries rangeUpper, so an object without it hides it from this account. */
export function readSchemaVersion(entry: Entry | undefined, source: string): Fact<number | null> {
  return entry === undefined ? known(null, source) : level(entry, "rangeUpper", source);
}

/** The Exchange organization: the one child of that class under CN=Microsoft Exchange. */
export function organizationSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "one",
    filter: "(objectClass=msExchOrganizationContainer)",
    attributes: ["cn", "objectVersion"],
  };
}

/** The organization and its level; null when the forest has none. */
export function readOrganization(
  entries: readonly Entry[],
  source: string,
): Fact<{ readonly name: string; readonly level: number | null } | null> {
  const [organization, ...others] = entries;
  if (organization === undefined) {
    return known(null, source);
  }
  if (others.length > 0) {
    const names = entries.map((entry) => nameOf(entry.dn).replace("\n", " ")).join(", ");
    return unknown(
      `a forest holds one Exchange organization, and this one shows ${entries.length}: ${names}`,
      source,
    );
  }
  const objectVersion = level(organization, "objectVersion", source);
  return objectVersion.known
    ? known({ name: nameOf(organization.dn), level: objectVersion.value }, objectVersion.source)
    : objectVersion;
}

const systemObjects = "Microsoft Exchange System Objects";

/** Microsoft Exchange System Objects of a domain, with the conflict copies that replication may have left. */
export function systemObjectsSearch(domainDn: string): Search {
  return {
    base: domainDn,
    scope: "one",
    filter: `(cn=${systemObjects}*)`,
    attributes: ["cn", "objectVersion"],
  };
}

/** Domain level: objectVersion of Microsoft Exchange System Objects; null when the domain was never prepared. */
export function readDomainLevel(entries: readonly Entry[], source: string): Fact<number | null> {
  // A conflict copy keeps the name and adds LF and CNF: with a GUID ([MS-ADTS] 3.1.1.1.6).
  const containers = entries.filter((entry) => {
    const [name, mark] = nameOf(entry.dn).split("\n");
    return (
      name?.toLowerCase() === systemObjects.toLowerCase() && (mark === undefined || mark.startsWith("CNF:"))
    );
  });
  const [container, ...others] = containers;
  if (container === undefined) {
    return known(null, source);
  }
  if (others.length > 0) {
    return unknown(
      `the domain holds ${containers.length} containers named ${systemObjects}, left by a replication conflict; ` +
        "move what is needed into one and delete the others",
      source,
    );
  }
  return level(container, "objectVersion", source);
}

/** Every Exchange server of the organization, in one search. */
export function serversSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: "(objectClass=msExchExchangeServer)",
    attributes: [
      "cn",
      "networkAddress",
      "msExchCurrentServerRoles",
      "serialNumber",
      "versionNumber",
      "msExchServerSite",
    ],
  };
}

/** Bits of msExchCurrentServerRoles (TechNet bb123496). Later products set further ones, which are not judged. */
const roleBits: readonly (readonly [number, Role])[] = [
  [4, "Client Access"],
  [32, "Hub Transport"],
  [2, "Mailbox"],
  [16, "Unified Messaging"],
  [64, "Edge Transport"],
];

/** Servers by name. */
export function readServers(entries: readonly Entry[], source: string): Fact<readonly ExchangeServerFacts[]> {
  const servers = entries.map(readServer);
  return known(
    servers.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
    source,
  );
}

function readServer(entry: Entry): ExchangeServerFacts {
  const bits = integer(entry, "msExchCurrentServerRoles");
  const serialNumber = text(entry, "serialNumber");
  const site = text(entry, "msExchServerSite");
  const address = texts(entry, "networkAddress").find((value) => /^ncacn_ip_tcp:./i.test(value));
  return {
    name: nameOf(entry.dn),
    fqdn: address?.slice("ncacn_ip_tcp:".length).replace(/\.$/, "").toLowerCase() ?? null,
    roles: bits === null ? null : roleBits.filter(([bit]) => (bits & bit) !== 0).map(([, role]) => role),
    build: buildOf(serialNumber, integer(entry, "versionNumber")),
    serialNumber,
    site: site === null ? null : nameOf(site),
  };
}

/** serialNumber tells the whole build; versionNumber, which has no revision, where it does not. */
function buildOf(serialNumber: string | null, versionNumber: number | null): Build | null {
  const build = serialNumber === null ? undefined : parseSerialNumber(serialNumber);
  if (build !== undefined) return build;
  const number = versionNumber === null ? undefined : decodeVersionNumber(versionNumber);
  return number === undefined ? null : completeBuild(number);
}

/**
 * Everything that has an external URL, and every virtual directory: msExchMetabasePath is always set, so that
 * virtual directories without a URL are told from those that cannot be seen.
 */
export function externalUrlsSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: "(|(msExchExternalHostName=*)(msExchMetabasePath=*))",
    attributes: ["msExchExternalHostName"],
  };
}

/** External URLs, sorted, by CN of the server above. */
export function readExternalUrls(entries: readonly Entry[]): {
  readonly [server: string]: readonly string[];
} {
  const urls = new Map<string, Set<string>>();
  for (const entry of entries) {
    const server = serverAbove(entry.dn);
    const own = texts(entry, "msExchExternalHostName");
    if (server !== null && own.length > 0) {
      urls.set(server, new Set([...(urls.get(server) ?? []), ...own]));
    }
  }
  return Object.fromEntries([...urls].map(([server, all]) => [server, [...all].sort()]));
}

/**
 * CNs of the Client Access servers, and of those that may be some, below which {@link externalUrlsSearch} finds nothing. Servers
 * before 2007 have no roles.
 */
export function withoutVirtualDirectories(
  entries: readonly Entry[],
  servers: readonly ExchangeServerFacts[],
): readonly string[] {
  const shown = new Set(entries.map(({ dn }) => serverAbove(dn)?.toLowerCase()));
  const mayBeOne = ({ roles, build }: ExchangeServerFacts): boolean =>
    roles?.includes("Client Access") ?? (build === null || build.major >= 8);
  return servers
    .filter((server) => mayBeOne(server) && !shown.has(server.name.toLowerCase()))
    .map(({ name }) => name);
}

/** The containers that hold the virtual directories, one below each Client Access server. */
export function virtualDirectoryContainersSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: "(objectClass=msExchProtocolCfgHTTPContainer)",
    attributes: [],
  };
}

/** What {@link externalUrlsSearch} finds below servers, by server and then by name. */
export function readVirtualDirectories(entries: readonly Entry[]): readonly VirtualDirectoryFacts[] {
  const found = entries.flatMap((entry): VirtualDirectoryFacts[] => {
    const server = serverAbove(entry.dn);
    const externalUrls = [...texts(entry, "msExchExternalHostName")].sort();
    return server === null ? [] : [{ server, name: nameOf(entry.dn), externalUrls }];
  });
  const key = ({ server, name, externalUrls }: VirtualDirectoryFacts) =>
    JSON.stringify([server, name, externalUrls]);
  return found.sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}

/** CN of the server object that an object lies below: the child of CN=Servers of an administrative group. */
export function serverAbove(dn: string): string | null {
  const names = parseDn(dn).map(({ value }) => value.toLowerCase());
  const servers = names.findIndex(
    (name, at) => name === "servers" && names[at + 2] === "administrative groups",
  );
  return servers > 0 ? (parseDn(dn)[servers - 1]?.value ?? null) : null;
}

/** Permissions on every Exchange server object, in one search. */
export function serverAccessSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: "(objectClass=msExchExchangeServer)",
    attributes: ["nTSecurityDescriptor"],
    binary: ["nTSecurityDescriptor"],
    accessListOnly: true,
  };
}

/** Access control entries by CN of the server; a server whose list did not come, or not whole, is left out. */
export function readServerAccess(entries: readonly Entry[]): {
  readonly [server: string]: readonly AccessEntry[];
} {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const access = accessOf(octets(entry, "nTSecurityDescriptor")[0]);
      return access === null ? [] : [[nameOf(entry.dn), access] as const];
    }),
  );
}

function accessOf(descriptor: Buffer | undefined): readonly AccessEntry[] | null {
  try {
    return descriptor === undefined ? null : readAccessEntries(descriptor);
  } catch {
    return null;
  }
}

function level(entry: Entry, attribute: string, source: string): Fact<number | null> {
  const value = integer(entry, attribute);
  return value === null
    ? unknown(
        `this account cannot see ${attribute} of ${entry.dn}, which is always set; let it read the object`,
        source,
      )
    : known(value, source);
}
