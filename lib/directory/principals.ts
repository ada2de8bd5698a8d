/** Finds an account or a group by the name that a computer's local group lists. */
import { EqualityFilter } from "ldapts";
import { type Fact, known, type PrincipalFacts, unknown } from "../facts";
import { domainNamed, readSid } from "./accounts";
import type { Servers, Topology } from "./directoryServers";
import { integer, text } from "./entry";

/** Bit of groupType: a domain-local group ([MS-ADTS] 2.2.12). */
const domainLocalGroup = 0x4;

/** Finds `DOMAIN\name`, of whatever class. @throws DirectoryFailure when its domain cannot be asked */
export async function findPrincipal(
  servers: Servers,
  topology: Topology,
  fullName: string,
): Promise<Fact<PrincipalFacts | null>> {
  const source = `account or group ${fullName}`;
  const at = fullName.indexOf("\\");
  const name = fullName.slice(at + 1);
  if (at <= 0 || name === "") return unknown(`"${fullName}" is not of the form DOMAIN\\name`, source);
  if (!topology.domains.known) return topology.domains;
  const domain = domainNamed(fullName.slice(0, at), topology.domains.value);
  if (domain === undefined) return known(null, source);
  return servers.inEachDomain(topology, domain.name, async (server, controller) => {
    const [entry, ...others] = await server.search({
      base: domain.dn,
      scope: "sub",
      filter: new EqualityFilter({ attribute: "sAMAccountName", value: name }),
      attributes: ["sAMAccountName", "objectSid", "groupType"],
      binary: ["objectSid"],
    });
    const on = `${source} in ${domain.name} on ${controller}`;
    // The directory regards letters with and without accents as equal, and a console may replace them.
    if (entry === undefined || text(entry, "sAMAccountName")?.toLowerCase() !== name.toLowerCase())
      return known(null, on);
    const sid = readSid(entry);
    if (others.length > 0) return unknown(`${others.length + 1} objects have this name`, on);
    if (sid === null) return unknown(`the reading account cannot see objectSid of ${entry.dn}`, on);
    const domainLocal = ((integer(entry, "groupType") ?? 0) & domainLocalGroup) !== 0;
    return known({ sid, domain: domain.name, domainLocal }, on);
  });
}
