/** Lists what could not be read of an organization, each reason once. Pure. */
import { type Fact, type ForestFacts, unknown } from "../facts";
import type {
  DiscoveredOrganization,
  DiscoveredServer,
  NotRead,
  UnreachableServer,
} from "./discoveredOrganization";

/** Lists what is unknown: about the forest first, then about its domains, then about the servers. */
export function notReadOf(
  found: Omit<DiscoveredOrganization, "notRead">,
  unreadControllers: ForestFacts["unreadControllers"],
): readonly NotRead[] {
  const { domains, servers, unreachable } = found;
  const forest = [
    about("the forest root domain", found.forest),
    about("the schema level", found.schema),
    about("the organization", found.organization),
    about("the schema master", found.schemaMaster),
    about("the domains", domains),
    about("the servers", servers),
  ];
  const ofDomains = (domains.known ? domains.value : []).flatMap(({ name, level, controller }) => [
    about("the level of a domain", level, name),
    about("a domain controller of a domain", controller, name),
  ]);
  return grouped([
    ...forest,
    ...ofDomains,
    // A preparation waits for each of these domain controllers (R11).
    ...(unreadControllers.known ? unreadControllers.value : []).map(({ host, why }) =>
      about("a domain controller", unknown(why, unreadControllers.source), host),
    ),
    ...(servers.known ? servers.value : []).flatMap((server) => ofServer(server)),
    // For a server that is not upgraded, only its DNS name is needed.
    ...unreachable.flatMap(({ name, fqdn }) => [about("the DNS name of a server", fqdn, name)]),
  ]);
}

function ofServer(server: DiscoveredServer | UnreachableServer): readonly (NotRead | null)[] {
  const { name, edge } = server;
  return [
    about("which object is a server's", server.object, name),
    about("the DNS name of a server", server.fqdn, name),
    about("the roles of a server", server.roles, name),
    about("the release of a server", server.version, name),
    edge ? null : about("the domain of a server", server.domain, name),
    edge ? null : about("the site of a server", server.site, name),
    server.dag === undefined ? null : about("the database availability group of a server", server.dag, name),
    server.internetFacing && about("whether a server faces the Internet", server.internetFacing, name),
  ];
}

function about(what: string, fact: Fact<unknown>, of?: string): NotRead | null {
  if (fact.known) return null;
  return { what, of: of === undefined ? [] : [of], why: fact.why, source: fact.source };
}

/** Thousands of servers may be hidden for one reason, which the text gives once. */
function grouped(all: readonly (NotRead | null)[]): readonly NotRead[] {
  const groups = new Map<string, NotRead & { of: string[] }>();
  for (const each of all) {
    if (each === null) continue;
    const key = JSON.stringify([each.what, each.why]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...each, of: [...each.of] });
    else group.of.push(...each.of);
  }
  return [...groups.values()];
}
