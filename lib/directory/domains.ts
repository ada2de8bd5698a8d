/** What is read in each domain, on one of its own domain controllers. */
import type { Entry } from "ldapts";
import { type DomainControllerWindows, type Fact, type FunctionalLevel, known, unknown } from "../facts";
import { objectSidSearch, readSid } from "./accounts";
import type { Servers, Topology } from "./directoryServers";
import { readDomainLevel, systemObjectsSearch } from "./exchange";
import {
  controllerComputersSearch,
  domainHeadSearch,
  readDomainFunctionalLevel,
  readWindows,
} from "./requirements";
import { factOf } from "./searchFacts";

/** Level of one domain, read in that domain. @throws DirectoryFailure */
export async function readDomainLevelIn(
  servers: Servers,
  topology: Topology,
  name: string,
): Promise<Fact<number | null>> {
  const { domains } = topology;
  const objects = `objectVersion of CN=Microsoft Exchange System Objects`;
  if (!domains.known) {
    return domains;
  }
  const domain = domains.value.find((candidate) => candidate.name === name);
  if (domain === undefined) {
    const names = domains.value.map((candidate) => candidate.name).join(", ");
    return unknown(`the forest has no domain ${name}; it has ${names}`, domains.source);
  }
  return servers.inDomain(topology, name, async (server, controller) => {
    const entries = await server.search(systemObjectsSearch(domain.dn));
    return readDomainLevel(entries, `${objects},${domain.dn} on ${controller}`);
  });
}

/** SID of a domain; null if it could not be read. @throws DirectoryFailure */
export async function readDomainSid(
  servers: Servers,
  topology: Topology,
  domain: string,
): Promise<string | null> {
  const found =
    topology.domains.known && topology.domains.value.find((candidate) => candidate.name === domain);
  if (!found) {
    return null;
  }
  return servers.inEachDomain(topology, domain, async (server) =>
    readSid((await server.search(objectSidSearch(found.dn)))[0]),
  );
}

/** Heads of the domains by DNS name. Each is read once, in its own domain, for all that it contains. */
export type DomainHeads = ReadonlyMap<string, Promise<Fact<Entry | undefined>>>;

/** Reads the head of every domain; a failed reading is an unknown fact. */
export function readDomainHeads(servers: Servers, topology: Topology): DomainHeads {
  const domains = topology.domains.known ? topology.domains.value : [];
  return new Map(
    domains.map(({ name, dn }) => [
      name,
      factOf(dn, () =>
        servers.inEachDomain(topology, name, async (server, controller) => {
          const [entry] = await server.search(domainHeadSearch(dn));
          return known(entry, `${dn} on ${controller}`);
        }),
      ),
    ]),
  );
}

/** Functional levels by DNS name of the domain. */
export async function readFunctionalLevels(heads: DomainHeads): Promise<{
  readonly [domain: string]: Fact<FunctionalLevel>;
}> {
  const levels = [...heads].map(async ([name, pending]) => {
    const head = await pending;
    const source = `msDS-Behavior-Version and nTMixedDomain of ${head.source}`;
    return [name, head.known ? readDomainFunctionalLevel(head.value, source) : unknown(head.why, source)];
  });
  return Object.fromEntries(await Promise.all(levels));
}

/** Windows of every domain controller, from one search in each domain. */
export async function readAllWindows(
  servers: Servers,
  topology: Topology,
): Promise<{ readonly [fqdn: string]: Fact<DomainControllerWindows | null> }> {
  const { domains, controllers } = topology;
  if (!domains.known || !controllers.known) {
    return {};
  }
  const windows = domains.value.map(async ({ name, dn }) => {
    const attribute = `operatingSystemVersion of the domain controllers in ${dn}`;
    const computers = await factOf(attribute, () =>
      servers.inEachDomain(topology, name, async (server, controller) =>
        known(await server.search(controllerComputersSearch(dn)), `${attribute} on ${controller}`),
      ),
    );
    return controllers.value
      .filter(({ domain }) => domain === name)
      .map((controller) => [
        controller.name,
        computers.known ? readWindows(computers.value, controller.name, computers.source) : computers,
      ]);
  });
  return Object.fromEntries((await Promise.all(windows)).flat());
}
