/** The groups of Exchange: their registrations, the OU at the root of the forest, and the groups in it. */
import { AndFilter, type Entry, EqualityFilter, type Filter, OrFilter } from "ldapts";
import { type Fact, known } from "../facts";
import type { RegisteredGroupFacts, SecurityGroupFacts } from "../facts/health";
import { publicFolderMailboxesGuid, securityGroupsUnit } from "../releases";
import { readSid } from "./accounts";
import type { Search } from "./client";
import type { Servers, Topology } from "./directoryServers";
import { dnKey, dnsNameOf, isDeleted, nameOf, parentKey, shownDn } from "./dn";
import { hasClass, integer, texts } from "./entry";
import { DirectoryFailure } from "./failure";
import { type Registration, readRegistrations } from "./groups";
import { readableObjects } from "./readable";

const registrationForm = /^B:32:([0-9A-F]{32}):([\s\S]+)$/i;

/** Domains that are asked at the same time. */
const domainsAtOnce = 8;

/** GUID in capitals and DN of a value; null for another form. */
function partsOf(value: string): { readonly guid: string; readonly dn: string } | null {
  const [, guid, dn] = registrationForm.exec(value) ?? [];
  return guid === undefined || dn === undefined ? null : { guid: guid.toUpperCase(), dn };
}

/** Groups by DN, and in the forest root domain the OU with the groups of these names: one search of each domain. */
function groupsSearch(domainDn: string, dns: readonly string[], names: readonly string[]): Search {
  const equal = (attribute: string, value: string): Filter => new EqualityFilter({ attribute, value });
  const all = (...filters: Filter[]): Filter => new AndFilter({ filters });
  const any = (filters: Filter[]): Filter => new OrFilter({ filters });
  return {
    base: domainDn,
    scope: "sub",
    filter: any([
      ...dns.map((dn) => equal("distinguishedName", dn)),
      ...(names.length === 0
        ? []
        : [
            all(equal("objectCategory", "organizationalUnit"), equal("ou", securityGroupsUnit)),
            all(equal("objectCategory", "group"), any(names.map((name) => equal("cn", name)))),
          ]),
    ]),
    attributes: ["objectClass", "groupType", "mailNickname", "proxyAddresses", "objectSid"],
    binary: ["objectSid"],
  };
}

/**
 * What Setup depends on of its groups.
 * @param names that Setup gives to groups which it registers
 *
 * @throws DirectoryFailure
 */
export async function readSecurityGroups(
  servers: Servers,
  topology: Topology,
  names: readonly string[],
): Promise<Fact<SecurityGroupFacts>> {
  const { dse, domains } = topology;
  if (!domains.known) return domains;
  const root = dnsNameOf(dse.rootDn);
  const registrations = await readRegistrations(servers, topology);
  const source = `otherWellKnownObjects and OU=${securityGroupsUnit} on ${dse.server || servers.first.label}`;
  const live = registrations.flatMap(({ value }) => partsOf(value)?.dn ?? []).filter((dn) => !isDeleted(dn));
  const found = new Map<string, Entry>();
  const asked = domains.value.flatMap(({ name, dn }) => {
    const own = live.filter((each) => dnsNameOf(each) === name);
    const isRoot = name === root;
    return own.length === 0 && !isRoot ? [] : [{ name, search: groupsSearch(dn, own, isRoot ? names : []) }];
  });
  for (let first = 0; first < asked.length; first += domainsAtOnce) {
    const answers = asked
      .slice(first, first + domainsAtOnce)
      .map(({ name, search }) => servers.inEachDomain(topology, name, (server) => server.search(search)));
    for (const entry of (await Promise.all(answers)).flat()) found.set(dnKey(entry.dn), entry);
  }
  const rootKey = dnKey(dse.rootDn);
  const units = [...found.values()]
    .filter((entry) => hasClass(entry, "organizationalUnit"))
    .filter(({ dn }) => nameOf(dn).toLowerCase() === securityGroupsUnit.toLowerCase())
    .map(({ dn }) => ({ dn: shownDn(dn), key: dnKey(dn), atRoot: parentKey(dn) === rootKey }));
  const registered = new Set(live.map(dnKey));
  const inUnit = [...found].filter(
    ([key, entry]) =>
      hasClass(entry, "group") &&
      !registered.has(key) &&
      units.some((unit) => unit.atRoot && unit.key === parentKey(entry.dn)),
  );
  return known(
    {
      registered: registrations.map((each) => registeredOf(each, found)),
      units: units.map(({ dn, atRoot }) => ({ dn, atRoot })),
      readable: units.some(({ atRoot }) => atRoot) || (await isReadable(servers, topology, root)),
      unregistered: inUnit.map(([, { dn }]) => shownDn(dn)).sort(),
    },
    source,
  );
}

function registeredOf(
  { container, value }: Registration,
  found: ReadonlyMap<string, Entry>,
): RegisteredGroupFacts {
  const parts = partsOf(value);
  const about = { container, value: shownDn(value), guid: parts?.guid ?? null };
  const nothing = { groupType: null, mailEnabled: false, sid: null };
  if (parts === null) return { ...about, ...nothing, state: "malformed" };
  if (isDeleted(parts.dn)) return { ...about, ...nothing, state: "deleted" };
  const entry = found.get(dnKey(parts.dn));
  if (entry === undefined) return { ...about, ...nothing, state: "unseen" };
  if (parts.guid === publicFolderMailboxesGuid || !hasClass(entry, "group"))
    return { ...about, ...nothing, state: "other" };
  return {
    ...about,
    state: "group",
    groupType: integer(entry, "groupType"),
    mailEnabled: [...texts(entry, "mailNickname"), ...texts(entry, "proxyAddresses")].length > 0,
    sid: readSid(entry),
  };
}

/** Whether the account certainly sees what lies directly below the forest root domain. */
async function isReadable(servers: Servers, topology: Topology, root: string): Promise<boolean> {
  const { rootDn } = topology.dse;
  try {
    return await servers.inEachDomain(topology, root, async (server) =>
      (await readableObjects(server, { base: rootDn, attributes: [] })).has(dnKey(rootDn)),
    );
  } catch (error) {
    if (error instanceof DirectoryFailure) return false;
    throw error;
  }
}
