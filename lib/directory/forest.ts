/** Reading the forest: which searches give which facts. */
import type { Entry } from "ldapts";
import {
  type AccessEntry,
  type DomainFacts,
  type ExchangeServerFacts,
  type Fact,
  type ForestFacts,
  known,
  type SetAsideFacts,
  unknown,
  type VirtualDirectoryFacts,
} from "../facts";
import { groupsSearch, hasSilentGroup, readAvailabilityGroups } from "./availabilityGroups";
import type { Search, Server } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { dnsNameOf } from "./dn";
import { readAllWindows, readDomainHeads, readFunctionalLevels } from "./domains";
import { text } from "./entry";
import {
  exchangeDn,
  externalUrlsSearch,
  organizationSearch,
  readExternalUrls,
  readOrganization,
  readSchemaVersion,
  readServerAccess,
  readServers,
  readVirtualDirectories,
  schemaVersionSearch,
  serverAbove,
  serverAccessSearch,
  serverObjectsSearch,
  serversSearch,
  virtualDirectoryContainersSearch,
  withoutVirtualDirectories,
} from "./exchange";
import { DirectoryFailure } from "./failure";
import { readGroups } from "./groups";
import { nothingReadable, readableObjects } from "./readable";
import { readForestLevel } from "./requirements";
import { factOf, searchIfThere } from "./searchFacts";
import {
  type Controllers,
  partitionsSearch,
  readControllers,
  readDomains,
  readRoleOwner,
  readRootDse,
  readSites,
  rootDseSearch,
  sitesSearch,
  withoutKey,
} from "./topology";

/** Reads domains, sites and domain controllers in three searches. @throws DirectoryFailure without the root DSE */
export async function readTopology(server: Server): Promise<Topology> {
  const [entry] = await server.search(rootDseSearch);
  const dse = readRootDse(entry);
  if (dse === null) {
    throw new DirectoryFailure(`${server.label} does not name its forest in the root DSE`, "answer");
  }
  const on = `on ${dse.server || server.label}`;
  const partitions = partitionsSearch(dse.configurationDn);
  const sites = sitesSearch(dse.configurationDn);
  const [partitionEntries, siteEntries] = await Promise.all([
    factOf(`${partitions.base} ${on}`, async (source) => known(await server.search(partitions), source)),
    factOf(`${sites.base} ${on}`, async (source) => known(await server.search(sites), source)),
  ]);
  const domains = partitionEntries.known
    ? readDomains(partitionEntries.value, dse.rootDn, partitionEntries.source)
    : partitionEntries;
  const found = !siteEntries.known
    ? { named: siteEntries, unread: [] }
    : !domains.known
      ? { named: domains, unread: [] }
      : await controllersOf(server, sites, siteEntries.value, domains.value, siteEntries.source);
  return {
    dse,
    domains,
    functionalLevel: partitionEntries.known
      ? readForestLevel(partitionEntries.value, `msDS-Behavior-Version of ${partitionEntries.source}`)
      : partitionEntries,
    sites: siteEntries.known ? readSites(siteEntries.value, siteEntries.source) : siteEntries,
    controllers: found.named,
    unread: found.unread,
  };
}

/** If an attribute of a domain controller is missing, two more searches tell whether it is absent or hidden. */
async function controllersOf(
  server: Server,
  sites: Search,
  entries: readonly Entry[],
  domains: readonly DomainFacts[],
  source: string,
): Promise<Controllers> {
  const found = readControllers(entries, domains, nothingReadable, source);
  if (found.unread.length === 0) return found;
  return readControllers(entries, domains, await readableObjects(server, sites), source);
}

/** Reads all facts in parallel. */
export async function forestFacts(servers: Servers, topology: Topology): Promise<ForestFacts> {
  const { dse, domains, sites, controllers } = topology;
  const server = servers.first;
  const on = `on ${dse.server || server.label}`;
  const heads = readDomainHeads(servers, topology);
  const [
    schema,
    organization,
    schemaMaster,
    serverEntries,
    urlEntries,
    groups,
    domainFunctionalLevels,
    domainControllerWindows,
  ] = await Promise.all([
    factOf(`rangeUpper of ${schemaVersionSearch(dse.schemaDn).base} ${on}`, async (source) =>
      readSchemaVersion((await searchIfThere(server, schemaVersionSearch(dse.schemaDn)))[0], source),
    ),
    factOf(
      `objectVersion of the organization under ${exchangeDn(dse.configurationDn)} ${on}`,
      async (source) =>
        readOrganization(await searchIfThere(server, organizationSearch(dse.configurationDn)), source),
    ),
    factOf(`fSMORoleOwner of ${dse.schemaDn} ${on}`, async (source) => {
      const [schemaHead] = await server.search({ base: dse.schemaDn, attributes: ["fSMORoleOwner"] });
      const owner = schemaHead === undefined ? null : text(schemaHead, "fSMORoleOwner");
      return readRoleOwner(owner, { named: controllers, unread: topology.unread }, source);
    }),
    factOf(`servers under ${exchangeDn(dse.configurationDn)} ${on}`, async (source) =>
      known(await searchIfThere(server, serversSearch(dse.configurationDn)), source),
    ),
    factOf(`msExchExternalHostName under ${exchangeDn(dse.configurationDn)} ${on}`, async (source) =>
      known(await searchIfThere(server, externalUrlsSearch(dse.configurationDn)), source),
    ),
    factOf(`objectSid of the domains and otherWellKnownObjects ${on}`, (source) =>
      readGroups(servers, topology, heads, source),
    ),
    readFunctionalLevels(heads),
    readAllWindows(servers, topology),
  ]);
  const objects = serverEntries.known
    ? readServers(serverEntries.value, serverEntries.source)
    : { servers: serverEntries, setAside: serverEntries };
  const found = serverEntries.known ? serverEntries.value : [];
  const readableGroups = hasSilentGroup(found)
    ? await readableObjects(server, groupsSearch(exchangeDn(dse.configurationDn)))
    : nothingReadable;
  return {
    root: known(dnsNameOf(dse.rootDn), `rootDomainNamingContext of the root DSE ${on}`),
    schema: seenSchema(schema, organization, dse.schemaDn),
    organization,
    schemaMaster,
    domains,
    sites,
    domainControllers: controllers.known
      ? known(controllers.value.map(withoutKey), controllers.source)
      : controllers,
    unreadControllers: controllers.known
      ? known(topology.unread.map(withoutKey), controllers.source)
      : controllers,
    ...objects,
    availabilityGroups: serverEntries.known
      ? known(readAvailabilityGroups(serverEntries.value, readableGroups), serverEntries.source)
      : serverEntries,
    groups,
    functionalLevel: topology.functionalLevel,
    domainFunctionalLevels,
    domainControllerWindows,
    externalUrls: urlEntries.known
      ? known(readExternalUrls(urlEntries.value), urlEntries.source)
      : urlEntries,
    unseenUrls: await unseenUrls(server, dse.configurationDn, urlEntries, objects.servers),
  };
}

/**
 * Client Access servers that show no virtual directory. Setup makes some on each. A server is known to have none only if this
 * account may read all of the container that would hold them, which takes two more searches.
 */
async function unseenUrls(
  server: Server,
  configurationDn: string,
  urls: Fact<readonly Entry[]>,
  servers: ForestFacts["servers"],
): Promise<ForestFacts["unseenUrls"]> {
  if (!urls.known) return urls;
  const bare = servers.known ? withoutVirtualDirectories(urls.value, servers.value) : [];
  const empty = bare.length === 0 ? [] : await readableServers(server, configurationDn);
  const unseen = bare.filter(({ dn }) => !empty.includes(dn.toLowerCase()));
  return known(
    Object.fromEntries(
      unseen.map(({ dn, name }) => [
        dn,
        `no virtual directory of ${name} shows: it has none, or this account cannot see them`,
      ]),
    ),
    urls.source,
  );
}

/** The servers, by DN in lower case, whose container of virtual directories this account may read as a whole. */
async function readableServers(server: Server, configurationDn: string): Promise<readonly string[]> {
  const search = virtualDirectoryContainersSearch(configurationDn);
  const readable = await readableObjects(server, search);
  return [...readable.values()].flatMap((dn) => serverAbove(dn)?.toLowerCase() ?? []);
}

/** If the account sees the organization but not the schema level, the level is hidden, and not absent. */
function seenSchema(
  schema: ForestFacts["schema"],
  organization: ForestFacts["organization"],
  schemaDn: string,
): ForestFacts["schema"] {
  const isHidden = schema.known && schema.value === null && organization.known && organization.value !== null;
  return isHidden
    ? unknown(
        `this account cannot see ${schemaVersionSearch(schemaDn).base}, which every forest with an Exchange ` +
          "organization has; let it read the object",
        schema.source,
      )
    : schema;
}

/** The objects of one server, and what stands for none. @param fqdn in lower case @throws DirectoryFailure */
export async function readServerObjectsOf(
  { first }: Servers,
  { dse }: Topology,
  fqdn: string,
): Promise<Fact<OwnObjects>> {
  const source = `servers under ${exchangeDn(dse.configurationDn)} on ${dse.server || first.label}`;
  const entries = await searchIfThere(first, serverObjectsSearch(dse.configurationDn, fqdn));
  const { servers, setAside } = readServers(entries, source);
  if (!servers.known) return servers;
  return setAside.known ? known({ servers: servers.value, setAside: setAside.value }, source) : setAside;
}

/** What the directory has of one server; what only has a name that begins alike is among it. */
export interface OwnObjects {
  readonly servers: readonly ExchangeServerFacts[];
  readonly setAside: readonly SetAsideFacts[];
}

/** Access control lists of the Exchange servers. @param dn of the one; null for all @throws DirectoryFailure */
export async function readServerAccessOf(
  { first }: Servers,
  { dse }: Topology,
  dn: string | null,
): Promise<Fact<{ readonly [server: string]: readonly AccessEntry[] }>> {
  const entries = await searchIfThere(first, serverAccessSearch(dse.configurationDn, dn));
  const container = exchangeDn(dse.configurationDn);
  return known(
    readServerAccess(entries),
    `nTSecurityDescriptor of the servers under ${container} on ${dse.server || first.label}`,
  );
}

/** Virtual directories of the Exchange servers. @throws DirectoryFailure */
export async function readVirtualDirectoriesOf(
  { first }: Servers,
  { dse }: Topology,
): Promise<Fact<readonly VirtualDirectoryFacts[]>> {
  const entries = await searchIfThere(first, externalUrlsSearch(dse.configurationDn));
  const container = exchangeDn(dse.configurationDn);
  return known(
    readVirtualDirectories(entries),
    `virtual directories under ${container} on ${dse.server || first.label}`,
  );
}
