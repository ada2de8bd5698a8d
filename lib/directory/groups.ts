/**
 * The groups that grant permissions, found by their SIDs and by otherWellKnownObjects, since names can be changed and
 * translated.
 */
import { type Entry, EqualityFilter, OrFilter } from "ldapts";
import { type DirectoryGroup, type Fact, type GroupFacts, type GroupName, known, unknown } from "../facts";
import type { wellKnownGuids } from "../releases";
import { otherWellKnownObjectsSearch, readRegisteredGroup, readSid } from "./accounts";
import type { Search } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { dnsNameOf } from "./dn";
import type { DomainHeads } from "./domains";
import { text, texts } from "./entry";
import { exchangeDn } from "./exchange";
import { DirectoryFailure } from "./failure";
import { searchIfThere } from "./searchFacts";
import { sidToBytes } from "./sid";

/** RIDs of well-known groups ([MS-DTYP] 2.4.2.4). */
const rids = { domainAdmins: 512, schemaAdmins: 518, enterpriseAdmins: 519 } as const;

/** Reads the groups. A group that cannot be read does not affect the others. */
export async function readGroups(
  servers: Servers,
  topology: Topology,
  heads: DomainHeads,
  source: string,
): Promise<Fact<GroupFacts>> {
  const { dse, domains } = topology;
  if (!domains.known) return domains;
  const root = dnsNameOf(dse.rootDn);
  const registered = readRegistrations(servers, topology);
  const [sids, organizationAdministrators, delegatedSetup] = await Promise.all([
    Promise.all([...heads].map(async ([name, head]) => [name, sidOfHead(await head)] as const)),
    orWhy(readRegistered(servers, topology, registered, "organizationAdministrators")),
    orWhy(readRegistered(servers, topology, registered, "delegatedSetup")),
  ]);
  const domainSids = new Map(sids.flatMap(([name, sid]) => (sid.known ? [[name, sid.value] as const] : [])));
  const rootSid =
    sids.find(([name]) => name === root)?.[1] ?? unknown("the forest root domain was not read", root);
  const objects = await Promise.all(
    [...domainSids].map(([name, sid]) => readObjects(servers, topology, name, sid, name === root)),
  );
  const ofRoot = (rid: number): string | null => (rootSid.known ? `${rootSid.value}-${rid}` : null);
  const found = { organizationAdministrators, delegatedSetup };
  return known(
    {
      schemaAdmins: ofRoot(rids.schemaAdmins),
      enterpriseAdmins: ofRoot(rids.enterpriseAdmins),
      domainAdmins: Object.fromEntries(
        [...domainSids].map(([name, sid]) => [name, `${sid}-${rids.domainAdmins}`]),
      ),
      organizationAdministrators: sidOf(organizationAdministrators),
      delegatedSetup: sidOf(delegatedSetup),
      objects: Object.fromEntries(
        [...objects.flat(), organizationAdministrators, delegatedSetup]
          .filter((group) => typeof group === "object" && group !== null)
          .map(({ sid, name, dn }) => [sid, { name, dn }]),
      ),
      unread: {
        ...(rootSid.known ? {} : { schemaAdmins: rootSid.why, enterpriseAdmins: rootSid.why }),
        ...Object.fromEntries(Object.entries(found).filter(([, group]) => typeof group === "string")),
      } as GroupFacts["unread"],
    },
    source,
  );
}

function sidOf(group: DirectoryGroup | string | null): string | null {
  return typeof group === "object" && group !== null ? group.sid : null;
}

function sidOfHead(head: Fact<Entry | undefined>): Fact<string> {
  if (!head.known) return head;
  const sid = readSid(head.value);
  return sid === null
    ? unknown(`this account cannot see objectSid of ${head.source}`, head.source)
    : known(sid, head.source);
}

/** The objects of a domain's groups, for their names; empty if they could not be read. */
async function readObjects(
  servers: Servers,
  topology: Topology,
  domain: string,
  domainSid: string,
  isRoot: boolean,
): Promise<readonly DirectoryGroup[]> {
  const dn = topology.domains.known && topology.domains.value.find(({ name }) => name === domain)?.dn;
  const netbios = netbiosOf(topology, domain);
  if (!dn) return [];
  const wanted = isRoot ? Object.values(rids) : [rids.domainAdmins];
  try {
    return await servers.inEachDomain(topology, domain, async (server) =>
      (
        await server.search(
          groupsSearch(
            dn,
            wanted.map((rid) => `${domainSid}-${rid}`),
          ),
        )
      ).flatMap((entry) => groupOf(entry, netbios) ?? []),
    );
  } catch (error) {
    if (error instanceof DirectoryFailure) return [];
    throw error;
  }
}

/** Finds groups of a domain by their SIDs. */
function groupsSearch(base: string, sids: readonly string[]): Search {
  const filters = sids.map((sid) => new EqualityFilter({ attribute: "objectSid", value: sidToBytes(sid) }));
  return {
    base,
    scope: "sub",
    filter: new OrFilter({ filters }),
    attributes: ["sAMAccountName", "objectSid"],
    binary: ["objectSid"],
  };
}

function groupOf(entry: Entry, netbios: string): DirectoryGroup | null {
  const sid = readSid(entry);
  return sid === null ? null : { sid, ...nameOf(entry, netbios) };
}

function nameOf(entry: Entry, netbios: string): GroupName {
  const name = text(entry, "sAMAccountName");
  return { name: name === null ? null : `${netbios}\\${name}`, dn: entry.dn };
}

function netbiosOf({ domains }: Topology, domain: string): string {
  const found = domains.known ? domains.value.find(({ name }) => name === domain) : undefined;
  return found?.netbios ?? domain;
}

/** A value of otherWellKnownObjects, and the DN of the object that holds it. */
export interface Registration {
  readonly container: string;
  readonly value: string;
}

/** Read once with each reading of the forest, of which a topology is the beginning. */
const registrations = new WeakMap<Topology, Promise<readonly Registration[]>>();

/** Groups are registered on the Exchange container or on the configuration partition: sources differ, so both. */
export function readRegistrations(servers: Servers, topology: Topology): Promise<readonly Registration[]> {
  const pending = registrations.get(topology) ?? registrationsIn(servers, topology);
  registrations.set(topology, pending);
  return pending;
}

async function registrationsIn(servers: Servers, { dse }: Topology): Promise<readonly Registration[]> {
  const containers = await Promise.all(
    [exchangeDn(dse.configurationDn), dse.configurationDn].map((dn) =>
      searchIfThere(servers.first, otherWellKnownObjectsSearch(dn)),
    ),
  );
  return containers
    .flat()
    .flatMap((entry) =>
      texts(entry, "otherWellKnownObjects").map((value) => ({ container: entry.dn, value })),
    );
}

/** A registered group; null if no entry names it, or the entry points to a deleted group. */
async function readRegistered(
  servers: Servers,
  topology: Topology,
  registered: ReturnType<typeof readRegistrations>,
  name: keyof typeof wellKnownGuids,
): Promise<DirectoryGroup | null> {
  const dn = readRegisteredGroup(
    (await registered).map(({ value }) => value),
    name,
  );
  if (dn === null) return null;
  const domain = dnsNameOf(dn);
  return servers.inDomain(topology, domain, async (server) => {
    const [entry] = await server.search({
      base: dn,
      attributes: ["sAMAccountName", "objectSid"],
      binary: ["objectSid"],
    });
    const group = entry === undefined ? null : groupOf(entry, netbiosOf(topology, domain));
    if (group === null) throw new DirectoryFailure(`this account cannot see objectSid of ${dn}`, "answer");
    return group;
  });
}

/** If an entry points to no readable object, only that group is unknown: returns why, as a text. */
async function orWhy<T>(reading: Promise<T>): Promise<T | string> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DirectoryFailure) return error.message;
    throw error;
  }
}
