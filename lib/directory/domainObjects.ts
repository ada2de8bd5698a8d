/** The objects of a domain partition that matter to /PrepareAD and /PrepareDomain, in one search. */
import type { Entry } from "ldapts";
import { type AccessEntry, type Fact, known, unknown } from "../facts";
import type { DomainObjectFacts } from "../facts/health";
import type { Search } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { byDn, dnKey, nameOf, parentKey, shownDn } from "./dn";
import { hasClass, integer, octets, text } from "./entry";
import { accessOf } from "./exchange";
import { readableObjects } from "./readable";

const systemObjectsClass = "msExchSystemObjectsContainer";
const computersName = "Computers";

/** Primary group of read-only domain controllers ([MS-DTYP] 2.4.2.4). */
const readOnlyControllers = "521";

/** Every part of the filter is indexed. A class that the schema does not know matches nothing. */
function objectsSearch(domainDn: string): Search {
  return {
    base: domainDn,
    scope: "sub",
    filter:
      `(|(objectCategory=${systemObjectsClass})(objectCategory=domainDNS)` +
      `(&(cn=${computersName})(objectCategory=container))(cn=AdminSDHolder)(primaryGroupID=${readOnlyControllers}))`,
    attributes: ["objectClass", "objectVersion", "primaryGroupID", "nTSecurityDescriptor"],
    binary: ["nTSecurityDescriptor"],
    accessListOnly: true,
  };
}

/** Reads them in the domain itself. @throws DirectoryFailure */
export async function readDomainObjects(
  servers: Servers,
  topology: Topology,
  name: string,
): Promise<Fact<DomainObjectFacts>> {
  const { domains } = topology;
  if (!domains.known) return domains;
  const domain = domains.value.find((candidate) => candidate.name === name);
  if (domain === undefined) return unknown(`the forest has no domain ${name}`, domains.source);
  return servers.inEachDomain(topology, name, async (server, controller) => {
    const entries = await server.search(objectsSearch(domain.dn));
    const below = dnKey(domain.dn);
    const computers = entries.some(
      ({ dn }) => parentKey(dn) === below && nameOf(dn).toLowerCase() === computersName.toLowerCase(),
    );
    const isReadable = async (): Promise<boolean> =>
      (await readableObjects(server, { base: domain.dn, attributes: [] })).has(below);
    return known(
      {
        systemObjects: entries
          .filter((entry) => hasClass(entry, systemObjectsClass))
          .map((entry) => ({ dn: shownDn(entry.dn), level: integer(entry, "objectVersion") }))
          .sort(byDn),
        computers: computers ? "there" : (await isReadable()) ? "absent" : "unseen",
        strayReadOnly: entries
          .filter((entry) => text(entry, "primaryGroupID") === readOnlyControllers)
          .filter((entry) => parentKey(entry.dn) !== dnKey(`OU=Domain Controllers,${domain.dn}`))
          .map((entry) => shownDn(entry.dn))
          .sort(),
        access: Object.fromEntries(
          entries
            .filter(
              (entry) =>
                hasClass(entry, systemObjectsClass) ||
                dnKey(entry.dn) === below ||
                dnKey(entry.dn) === dnKey(`CN=AdminSDHolder,CN=System,${domain.dn}`),
            )
            .flatMap(accessListOf),
        ),
      },
      `${domain.dn} on ${controller}`,
    );
  });
}

/** The access control list of an object that has a readable one, by DN. */
export function accessListOf(entry: Entry): readonly (readonly [string, readonly AccessEntry[]])[] {
  const access = accessOf(octets(entry, "nTSecurityDescriptor")[0]);
  return access === null ? [] : [[shownDn(entry.dn), access]];
}
