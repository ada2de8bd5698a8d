/** Finding an account in the domain that holds it. */
import { type AccountFacts, type DomainFacts, type Fact, known, unknown } from "../facts";
import { accountSearch, domainNamed, parseAccountName, readAccount, tokenGroupsSearch } from "./accounts";
import type { Ask, Servers, Topology } from "./directoryServers";
import { readDomainSid } from "./domains";
import { factOf } from "./searchFacts";
import { domainSidOf, sidToBytes } from "./sid";

type AccountFact = Fact<AccountFacts | null>;

interface Lookup {
  readonly servers: Servers;
  readonly topology: Topology;
  readonly domains: readonly DomainFacts[];
  readonly nameOrSid: string;
}

/** Finds an account by name or SID. @throws DirectoryFailure when the one domain it is in cannot be asked */
export async function findAccount(
  servers: Servers,
  topology: Topology,
  nameOrSid: string,
): Promise<AccountFact> {
  const name = parseAccountName(nameOrSid);
  if (name === null) {
    return unknown(
      `"${nameOrSid}" is no account name; write DOMAIN\\name, name@domain or S-1-5-21-…`,
      `account ${nameOrSid}`,
    );
  }
  if (!topology.domains.known) {
    return topology.domains;
  }
  const lookup: Lookup = { servers, topology, domains: topology.domains.value, nameOrSid };
  switch (name.form) {
    case "domain": {
      const domain = domainNamed(name.domain, lookup.domains);
      return domain === undefined ? none(lookup) : inDomain(lookup, domain, "sAMAccountName", name.name);
    }
    case "principal":
      return byPrincipal(lookup, name.name, name.suffix);
    case "sid":
      return bySid(lookup, name.sid);
  }
}

/** A SID names its domain, so the domains' own SIDs tell where to look. */
async function bySid(lookup: Lookup, sid: string): Promise<AccountFact> {
  const answers = await inEveryDomain(lookup, async (domain): Promise<Fact<DomainFacts | null>> => {
    const domainSid = await readDomainSid(lookup.servers, lookup.topology, domain.name);
    return domainSid === null
      ? unknown(`objectSid of ${domain.dn} cannot be seen`, domain.dn)
      : known(domainSid === domainSidOf(sid) ? domain : null, domain.dn);
  });
  const owner = answers.flatMap((answer) => (answer.known && answer.value !== null ? [answer.value] : []))[0];
  return owner === undefined
    ? noneUnless(lookup, answers)
    : inDomain(lookup, owner, "objectSid", sidToBytes(sid));
}

/**
 * An explicit userPrincipalName wins, whatever domain holds it: forests often give one suffix to all accounts.
 * Else the name is sAMAccountName at the DNS name of its domain.
 */
async function byPrincipal(lookup: Lookup, name: string, suffix: string): Promise<AccountFact> {
  const own = lookup.domains.find((domain) => domain.name === suffix);
  const [answers, implicit] = await Promise.all([
    inEveryDomain(lookup, (domain) => inEachDomain(lookup, domain, "userPrincipalName", lookup.nameOrSid)),
    own === undefined ? none(lookup) : factOf(own.name, () => inDomain(lookup, own, "sAMAccountName", name)),
  ]);
  const explicit = answers.filter((answer) => answer.known && answer.value !== null);
  const [match, ...others] = explicit;
  if (match !== undefined && others.length > 0) {
    return unknown(`${explicit.length} accounts of the forest have this userPrincipalName`, match.source);
  }
  if (match !== undefined) {
    return match;
  }
  return implicit.known && implicit.value === null ? noneUnless(lookup, answers) : implicit;
}

type Attribute = "sAMAccountName" | "userPrincipalName" | "objectSid";

/** Finds the account by one attribute and reads its groups, on one domain controller. */
function inDomain(
  lookup: Lookup,
  domain: DomainFacts,
  attribute: Attribute,
  value: string | Buffer,
): Promise<AccountFact> {
  return lookup.servers.inDomain(lookup.topology, domain.name, asking(lookup, domain, attribute, value));
}

/** The same, for one of many domains. */
function inEachDomain(
  lookup: Lookup,
  domain: DomainFacts,
  attribute: Attribute,
  value: string | Buffer,
): Promise<AccountFact> {
  return lookup.servers.inEachDomain(lookup.topology, domain.name, asking(lookup, domain, attribute, value));
}

function asking(
  lookup: Lookup,
  domain: DomainFacts,
  attribute: Attribute,
  value: string | Buffer,
): Ask<AccountFact> {
  return async (server, controller) => {
    const entries = await server.search(accountSearch(domain, attribute, value));
    const [entry, ...others] = entries;
    if (entry === undefined) {
      return known(null, `account ${lookup.nameOrSid} in ${domain.name} on ${controller}`);
    }
    const source = `tokenGroups of ${entry.dn} on ${controller}`;
    if (others.length > 0) {
      return unknown(
        `${entries.length} accounts of ${domain.name} have the ${attribute} of ${lookup.nameOrSid}`,
        source,
      );
    }
    const [withGroups] = await server.search(tokenGroupsSearch(entry.dn));
    return readAccount(withGroups, domain, source);
  };
}

/** Asks every domain, in parallel; a domain that cannot be asked answers with an unknown fact. */
function inEveryDomain<T>(
  lookup: Lookup,
  ask: (domain: DomainFacts) => Promise<Fact<T>>,
): Promise<readonly Fact<T>[]> {
  return Promise.all(lookup.domains.map((domain) => factOf(domain.name, () => ask(domain))));
}

/** No such account in the forest; unknown if a domain could not answer. */
function noneUnless(lookup: Lookup, answers: readonly Fact<unknown>[]): AccountFact {
  const reasons = answers.flatMap((answer) => (answer.known ? [] : [answer.why]));
  return reasons.length === 0
    ? none(lookup)
    : unknown(reasons.join("; "), `account ${lookup.nameOrSid} in ${namesOf(lookup.domains)}`);
}

function none({ nameOrSid, domains }: Lookup): Fact<null> {
  return known(null, `account ${nameOrSid} in ${namesOf(domains)}`);
}

function namesOf(domains: readonly DomainFacts[]): string {
  return domains.map((domain) => domain.name).join(", ");
}
