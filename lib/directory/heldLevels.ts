/** Levels as one domain controller holds them: they tell whether a change has been replicated to it. */
import { type Fact, unknown } from "../facts";
import type { Server } from "./client";
import type { Servers, Topology } from "./directoryServers";
import {
  organizationSearch,
  readDomainLevel,
  readOrganization,
  readSchemaVersion,
  schemaVersionSearch,
  systemObjectsSearch,
} from "./exchange";
import { factOf, searchIfThere } from "./searchFacts";
import { readRootDse, rootDseSearch } from "./topology";

/** A level, and the domain controller on which it is read. */
export interface HeldLevel {
  /** FQDN in lower case. */
  readonly controller: string;
  readonly attribute: "schema" | "organization" | "domain";
  /** DNS name of the domain whose level it is; for attribute `domain` only. */
  readonly domain?: string;
}

/** Domain controllers that are asked at the same time: a forest may have hundreds. */
const atOnce = 8;

/**
 * Reads every level, in the order of the questions. The first domain controller has accepted the password, so it is right. If
 * another one refuses it, this function does not ask that one again, and goes on with the others.
 * @param seconds after which it asks no further domain controller; a silent one takes its whole time limit
 */
export async function readHeldLevels(
  servers: Servers,
  topology: Topology,
  asked: readonly HeldLevel[],
  seconds: number,
): Promise<readonly Fact<number | null>[]> {
  const until = performance.now() + seconds * 1_000;
  const levels = new Map<HeldLevel, Fact<number | null>>();
  const waiting = [...asked];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const late = performance.now() >= until;
      const level = late
        ? unknown(`the ${seconds} s for asking were over before its turn`, next.controller)
        : await readHeldLevel(servers, topology, next);
      levels.set(next, level);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, asked.length) }, work));
  return asked.map((each) => levels.get(each) ?? unknown("it was not asked", each.controller));
}

function readHeldLevel(servers: Servers, topology: Topology, asked: HeldLevel): Promise<Fact<number | null>> {
  const { controller } = asked;
  return factOf(controller, async (source) => {
    const server = servers.named(topology, controller);
    const answering = readRootDse((await server.search(rootDseSearch))[0])?.server ?? "";
    if (answering !== controller) {
      return unknown(
        `${server.label} is ${answering === "" ? "no domain controller that says its name" : answering}; correct the ` +
          `URL of ${controller} in \`directory.domainControllers\`, or its name in DNS`,
        source,
      );
    }
    return levelOn(server, topology, asked);
  });
}

async function levelOn(server: Server, topology: Topology, asked: HeldLevel): Promise<Fact<number | null>> {
  const { controller, attribute, domain } = asked;
  const { dse, domains } = topology;
  switch (attribute) {
    case "schema": {
      const search = schemaVersionSearch(dse.schemaDn);
      const source = `rangeUpper of ${search.base} on ${controller}`;
      return readSchemaVersion((await searchIfThere(server, search))[0], source);
    }
    case "organization": {
      const search = organizationSearch(dse.configurationDn);
      const source = `objectVersion of the organization under ${search.base} on ${controller}`;
      const organization = readOrganization(await searchIfThere(server, search), source);
      return organization.known
        ? { ...organization, value: organization.value?.level ?? null }
        : organization;
    }
    case "domain": {
      if (!domains.known) return domains;
      const found = domains.value.find(({ name }) => name === domain);
      if (found === undefined) return unknown(`the forest has no domain ${domain}`, controller);
      const source = `objectVersion of CN=Microsoft Exchange System Objects,${found.dn} on ${controller}`;
      return readDomainLevel(await server.search(systemObjectsSearch(found.dn)), source);
    }
  }
}
