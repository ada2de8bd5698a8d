/** What Exchange keeps in Active Directory: levels, the organization, its servers. */
import { AndFilter, type Entry, EqualityFilter, type Filter, OrFilter, SubstringFilter } from "ldapts";
import {
  type AccessEntry,
  type Build,
  type ExchangeServerFacts,
  type Fact,
  known,
  type Role,
  type SetAsideFacts,
  unknown,
  type VirtualDirectoryFacts,
} from "../facts";
import { completeBuild, decodeVersionNumber, parseSerialNumber } from "../releases";
import { groupBackLink, groupClass, groupLink } from "./availabilityGroups";
import type { Search } from "./client";
import { ancestor, byDn, isConflictCopy, nameOf, parseDn, printable, shownDn, withoutConflict } from "./dn";
import { hasClass, integer, octets, text, texts, time } from "./entry";
import { readAccessEntries } from "./securityDescriptor";

/** Attributes of a clustered mailbox server of 2007 (docs/assumptions.md). */
const storageType = "msExchClusterStorageType";
const redundantMachines = "msExchServerRedundantMachines";

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
    const copies = entries.filter(({ dn }) => isConflictCopy(dn)).map(({ dn }) => shownDn(dn));
    return unknown(
      `a forest holds one Exchange organization, and this one shows ${entries.length}: ` +
        `${entries.map(({ dn }) => shownDn(dn)).join("; ")}` +
        (copies.length === 0 ? "" : `; delete what conflicts have left: ${copies.join("; ")}`),
      source,
    );
  }
  const objectVersion = level(organization, "objectVersion", source);
  return objectVersion.known
    ? known({ name: printable(nameOf(organization.dn)), level: objectVersion.value }, objectVersion.source)
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
  const containers = entries.filter(
    ({ dn }) => withoutConflict(nameOf(dn)).toLowerCase() === systemObjects.toLowerCase(),
  );
  const [container, ...others] = containers;
  if (container === undefined) {
    return known(null, source);
  }
  if (others.length > 0) {
    return unknown(
      `the domain holds ${containers.length} containers named ${systemObjects}, left by a replication conflict: ` +
        `${containers.map(({ dn }) => shownDn(dn)).join("; ")}; move what is needed into one and delete the others`,
      source,
    );
  }
  return level(container, "objectVersion", source);
}

/**
 * Every Exchange server of the organization and every database availability group, in one search. It also finds objects
 * of derived classes, which their objectClass tells apart. A filter that excluded a class would match nothing if the
 * schema did not know the class.
 */
export function serversSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: `(|(objectClass=msExchExchangeServer)(objectClass=${groupClass}))`,
    attributes: [
      "objectClass",
      "cn",
      "whenCreated",
      "networkAddress",
      "msExchCurrentServerRoles",
      "serialNumber",
      "versionNumber",
      "msExchServerSite",
      storageType,
      redundantMachines,
      groupLink,
      groupBackLink,
    ],
  };
}

/**
 * The objects of one server, and what replication has left of them. Names that only begin alike are found, too.
 * @param fqdn in lower case
 */
export function serverObjectsSearch(configurationDn: string, fqdn: string): Search {
  const begins = (attribute: string, initial: string): Filter => new SubstringFilter({ attribute, initial });
  const named = [begins("cn", fqdn.split(".")[0] ?? fqdn), begins("networkAddress", `ncacn_ip_tcp:${fqdn}`)];
  const isServer = new EqualityFilter({ attribute: "objectClass", value: "msExchExchangeServer" });
  return {
    ...serversSearch(configurationDn),
    filter: new AndFilter({ filters: [isServer, new OrFilter({ filters: named })] }),
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

/**
 * The same from 2013 on, where a Mailbox server has 54: the bits of the roles that it absorbed. The Client Access role
 * has a bit of its own. Unverified: no source gives these numbers.
 */
const modernRoleBits: typeof roleBits = [
  [16384, "Client Access"],
  [2, "Mailbox"],
  [64, "Edge Transport"],
];

/** Major version of 2013 and all later products. */
const firstModern = 15;

/**
 * Bit of an object that was created in advance for a server (/NewProvisionedServer); Setup clears it with the first
 * role. Unverified.
 */
const provisionedBit = 4096;

/**
 * Objects other than servers that the search finds. Two classes are derived from a server's: the transport services
 * that 2013 and later keep below a server (`CN=Frontend`, `CN=Mailbox`), and the Client Access arrays of 2010.
 */
const notServers = ["msExchExchangeTransportServer", "msExchClientAccessArray", groupClass] as const;

/** The servers by name, and the objects that are not servers. */
export function readServers(
  entries: readonly Entry[],
  source: string,
): {
  readonly servers: Fact<readonly ExchangeServerFacts[]>;
  readonly setAside: Fact<readonly SetAsideFacts[]>;
} {
  const servers: ExchangeServerFacts[] = [];
  const setAside: SetAsideFacts[] = [];
  for (const entry of entries) {
    if (notServers.some((name) => hasClass(entry, name))) continue;
    const kind = kindOf(entry);
    if (kind === "server") servers.push(readServer(entry));
    else if (kind !== null) setAside.push({ kind, ...identityOf(entry) });
  }
  return { servers: known(servers.sort(byName), source), setAside: known(setAside.sort(byName), source) };
}

function byName(a: { readonly name: string; readonly dn: string }, b: typeof a): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return byDn(a, b);
}

/** The kind of an object of a server's class; null if it lies where no server does. */
function kindOf(entry: Entry): SetAsideFacts["kind"] | "server" | null {
  if (isConflictCopy(entry.dn)) return "conflict copy";
  if (serverAbove(entry.dn) !== shownDn(entry.dn)) return null;
  const bits = integer(entry, "msExchCurrentServerRoles") ?? 0;
  const hasRole = roleBits.some(([bit]) => (bits & bit) !== 0);
  return (bits & provisionedBit) !== 0 && !hasRole ? "provisioned" : "server";
}

function identityOf(entry: Entry): Pick<ExchangeServerFacts, "dn" | "name" | "fqdn" | "created"> {
  const address = texts(entry, "networkAddress").find((value) => /^ncacn_ip_tcp:./i.test(value));
  return {
    dn: shownDn(entry.dn),
    name: printable(withoutConflict(nameOf(entry.dn))),
    fqdn: address?.slice("ncacn_ip_tcp:".length).replace(/\.$/, "").toLowerCase() ?? null,
    created: time(entry, "whenCreated"),
  };
}

function readServer(entry: Entry): ExchangeServerFacts {
  const bits = integer(entry, "msExchCurrentServerRoles");
  // Values that differ name no build, and the directory gives them in any order.
  const serialNumber = [...new Set(texts(entry, "serialNumber"))].sort().join("; ") || null;
  const site = text(entry, "msExchServerSite");
  const build = buildOf(serialNumber, integer(entry, "versionNumber"));
  const ofProduct = build !== null && build.major >= firstModern ? modernRoleBits : roleBits;
  return {
    ...identityOf(entry),
    roles: bits === null ? null : ofProduct.filter(([bit]) => (bits & bit) !== 0).map(([, role]) => role),
    build,
    serialNumber,
    site: site === null ? null : printable(nameOf(site)),
    ...clusteredIn(entry, build),
  };
}

/** Its cluster. From 2010 on there are database availability groups instead. */
function clusteredIn(entry: Entry, build: Build | null): Pick<ExchangeServerFacts, "clustered"> {
  const storage = integer(entry, storageType);
  const nodes = texts(entry, redundantMachines).map(printable).sort();
  const isClustered = (storage !== null && storage !== 0) || nodes.length > 0;
  if (!isClustered || (build !== null && build.major !== 8)) return {};
  return { clustered: { storage, nodes } };
}

/** serialNumber contains the whole build. Without it, versionNumber does, except for the revision. */
function buildOf(serialNumber: string | null, versionNumber: number | null): Build | null {
  const build = serialNumber === null ? undefined : parseSerialNumber(serialNumber);
  if (build !== undefined) return build;
  const number = versionNumber === null ? undefined : decodeVersionNumber(versionNumber);
  return number === undefined ? null : completeBuild(number);
}

/**
 * Everything with an external URL, and every virtual directory. msExchMetabasePath is always set, so a virtual
 * directory without a URL is found, unless this account cannot see it.
 */
export function externalUrlsSearch(configurationDn: string): Search {
  return {
    base: exchangeDn(configurationDn),
    scope: "sub",
    filter: "(|(msExchExternalHostName=*)(msExchMetabasePath=*))",
    attributes: ["msExchExternalHostName"],
  };
}

/** External URLs, sorted, by DN of the server above; without copies from replication conflicts. */
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
 * The Client Access servers, and possible ones, below which {@link externalUrlsSearch} finds nothing. Servers before
 * 2007 have no roles.
 */
export function withoutVirtualDirectories(
  entries: readonly Entry[],
  servers: readonly ExchangeServerFacts[],
): readonly ExchangeServerFacts[] {
  const shown = new Set(entries.map(({ dn }) => serverAbove(dn)?.toLowerCase()));
  const mayBeOne = ({ roles, build }: ExchangeServerFacts): boolean =>
    roles?.includes("Client Access") ?? (build === null || build.major >= 8);
  return servers.filter((server) => mayBeOne(server) && !shown.has(server.dn.toLowerCase()));
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

/** The virtual directories that {@link externalUrlsSearch} finds, by server and then by name. */
export function readVirtualDirectories(entries: readonly Entry[]): readonly VirtualDirectoryFacts[] {
  const found = entries.flatMap((entry): VirtualDirectoryFacts[] => {
    const server = serverAbove(entry.dn);
    const externalUrls = [...texts(entry, "msExchExternalHostName")].sort();
    return server === null ? [] : [{ server, name: printable(nameOf(entry.dn)), externalUrls }];
  });
  const key = ({ server, name, externalUrls }: VirtualDirectoryFacts) =>
    JSON.stringify([server, name, externalUrls]);
  return found.sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}

/**
 * DN of the server object that an object is or lies below: the child of CN=Servers of an administrative group. null if
 * there is none, and for copies from replication conflicts.
 */
export function serverAbove(dn: string): string | null {
  if (isConflictCopy(dn)) return null;
  const names = parseDn(dn).map(({ value }) => value.toLowerCase());
  const servers = names.findIndex(
    (name, at) => name === "servers" && names[at + 2] === "administrative groups",
  );
  return servers > 0 ? shownDn(ancestor(dn, servers - 1)) : null;
}

/**
 * Permissions on Exchange server objects, in one search.
 * @param dn the one object; null for all
 */
export function serverAccessSearch(configurationDn: string, dn: string | null): Search {
  return {
    base: dn ?? exchangeDn(configurationDn),
    scope: dn === null ? "sub" : "base",
    filter: "(objectClass=msExchExchangeServer)",
    attributes: ["nTSecurityDescriptor"],
    binary: ["nTSecurityDescriptor"],
    accessListOnly: true,
  };
}

/** Access control entries by DN of the server; without servers whose list is missing or incomplete. */
export function readServerAccess(entries: readonly Entry[]): {
  readonly [server: string]: readonly AccessEntry[];
} {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const access = accessOf(octets(entry, "nTSecurityDescriptor")[0]);
      return access === null ? [] : [[shownDn(entry.dn), access] as const];
    }),
  );
}

/** The access control list of a descriptor; null if it is missing or cannot be parsed. */
export function accessOf(descriptor: Buffer | undefined): readonly AccessEntry[] | null {
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
        `this account cannot see ${attribute} of ${shownDn(entry.dn)}, which is always set; let it read the object`,
        source,
      )
    : known(value, source);
}
