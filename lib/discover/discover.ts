/** Turns the facts of a forest into an organization: what an upgrade has to know about it. Pure. */
import { type ExchangeServerFacts, type Fact, type ForestFacts, known, unknown } from "../facts";
import {
  compareReleases,
  describeLevel,
  describeUnreachable,
  explainUnreachable,
  formatBuild,
  judgeLevel,
  type LevelAttribute,
  type Release,
  releaseOfBuild,
  releases,
  transition,
} from "../releases";
import { domainOf } from "../rules/case";
import { groupOf } from "../rules/organization/availabilityGroup";
import { type DirectoryServer, doublesText, nameOf, serversIn } from "../rules/organization/serverObjects";
import type {
  DiscoveredDomain,
  DiscoveredLevel,
  DiscoveredOrganization,
  DiscoveredSchemaMaster,
  DiscoveredServer,
  DiscoveryFacts,
  UnreachableServer,
} from "./discoveredOrganization";
import { internetFacing } from "./internetFacing";
import { notReadOf } from "./notRead";
import { describeOutOfReach } from "./outOfReach";
import { shortNames } from "./shortNames";

/** Release to which the organization is upgraded: Exchange 2007 or later. */
export interface DiscoveryOptions {
  readonly target: Release;
}

/** Compares the directory's facts about the organization with the target. Equal facts give an equal answer. */
export function discover(facts: DiscoveryFacts, { target }: DiscoveryOptions): DiscoveredOrganization {
  const { forest } = facts;
  const servers = serversOf(facts, target);
  const found: Omit<DiscoveredOrganization, "notRead"> = {
    target: target.name,
    forest: forest.root,
    schema: mapped(forest.schema, (value) => levelOf("schema", value, target)),
    organization: mapped(forest.organization, (organization) =>
      organization === null
        ? null
        : { name: organization.name, level: levelOf("organization", organization.level, target) },
    ),
    schemaMaster: mapped(forest.schemaMaster, ({ name, domain, site }) => ({ name, domain, site })),
    domains: mapped(forest.domains, (domains) =>
      domains.map(({ name, netbios }) => domainFrom(facts, target, name, netbios, servers)),
    ),
    servers: mapped(servers, (all) =>
      all.filter((server) => "standing" in server).filter(({ nodes }) => nodes === undefined),
    ),
    clustered: servers.known
      ? servers.value.filter((server) => "standing" in server).filter(({ nodes }) => nodes !== undefined)
      : [],
    unreachable: servers.known ? servers.value.filter((server) => "why" in server) : [],
    setAside: forest.setAside.known ? forest.setAside.value : [],
  };
  return { ...found, notRead: notReadOf(found, forest.unreadControllers) };
}

/**
 * The preparations that remain: none if every level is at the target or above it; null if a level could not be read.
 */
export function isPrepared({ schema, organization, domains }: DiscoveredOrganization): boolean | null {
  const levels: readonly Fact<DiscoveredLevel | null>[] = [
    schema,
    mapped(organization, (each) => each?.level ?? null),
    ...(domains.known ? domains.value.filter(isDomainToPrepare).map(({ level }) => level) : [domains]),
  ];
  const isDone = (level: DiscoveredLevel | null): boolean =>
    level !== null && (level.standing === "at" || level.standing === "above");
  if (levels.some((level) => level.known && !isDone(level.value))) return false;
  return levels.every((level) => level.known) ? true : null;
}

/** True for a domain that was prepared before or contains Exchange servers: every release prepares it. */
export function isDomainToPrepare({ level, servers }: DiscoveredDomain): boolean {
  return !level.known || level.value.value !== null || servers.length > 0;
}

function mapped<T, R>(fact: Fact<T>, change: (value: T) => R): Fact<R> {
  return fact.known ? known(change(fact.value), fact.source) : fact;
}

function levelOf(attribute: LevelAttribute, value: number | null, target: Release): DiscoveredLevel {
  const release = value === null ? null : describeLevel(attribute, value);
  return { value, release, standing: judgeLevel(attribute, value, target) };
}

function domainFrom(
  facts: DiscoveryFacts,
  target: Release,
  name: string,
  netbios: string,
  servers: Fact<readonly AnyServer[]>,
): DiscoveredDomain {
  const level =
    facts.domainLevels[name] ?? unknown("it was not asked", `Microsoft Exchange System Objects in ${name}`);
  const all = servers.known ? servers.value : [];
  return {
    name,
    netbios,
    level: mapped(level, (value) => levelOf("domain", value, target)),
    controller: controllerOf(facts.forest, name),
    servers: all.filter(({ domain }) => domain.known && domain.value === name).map((server) => server.name),
  };
}

function controllerOf(
  { domainControllers, unreadControllers, schemaMaster }: ForestFacts,
  domain: string,
): Fact<string> {
  if (!domainControllers.known) return domainControllers;
  const names = domainControllers.value.filter((each) => each.domain === domain).map(({ name }) => name);
  const master: DiscoveredSchemaMaster | null = schemaMaster.known ? schemaMaster.value : null;
  const first = names.find((name) => name === master?.name) ?? [...names].sort()[0];
  if (first !== undefined) return known(first, domainControllers.source);
  const open = (unreadControllers.known ? unreadControllers.value : []).find(
    (each) => (each.domain ?? domain) === domain,
  );
  return unknown(
    open?.why ?? `this account cannot see any writable domain controller of ${domain}`,
    domainControllers.source,
  );
}

type AnyServer = DiscoveredServer | UnreachableServer;

function serversOf(facts: DiscoveryFacts, target: Release): Fact<readonly AnyServer[]> {
  const { servers, organization } = facts.forest;
  const hasOrganization = !organization.known || organization.value !== null;
  if (servers.known && servers.value.length === 0 && hasOrganization)
    return unknown("this account cannot see any Exchange server of the organization", servers.source);
  return mapped(servers, (all) => {
    // The first object names a server with several, so sorting makes the choice independent of the directory's order.
    const objects = [...all].sort(
      (a, b) => order(a.name, b.name) || order(a.dn, b.dn) || order(JSON.stringify(a), JSON.stringify(b)),
    );
    const sorted = serversIn(objects).all;
    const keys = shortNames(sorted.map(({ objects: [first] }) => first));
    const facing = internetFacing(facts);
    return sorted
      .map((server, at) => {
        const from = (object: ExchangeServerFacts) =>
          serverFrom(facts, target, object, keys[at] ?? "", facing, servers.source);
        const [object, ...others] = server.objects;
        return onlyWhatAgrees(server, [from(object), ...others.map(from)], servers.source);
      })
      .sort((a, b) => order(a.key, b.key));
  });
}

/** A server with several objects: a value on which they disagree is not known. */
function onlyWhatAgrees(
  server: DirectoryServer,
  seen: readonly [AnyServer, ...AnyServer[]],
  source: string,
): AnyServer {
  const [first, ...others] = seen;
  if (others.length === 0) return first;
  const differs = unknown("its objects in the directory do not show the same", source);
  const shown = (fact: Fact<unknown> | null) => JSON.stringify(fact?.known === true ? fact.value : null);
  const agreed = <T extends Fact<unknown> | null>(of: (one: AnyServer) => T): T | typeof differs =>
    others.every((other) => shown(of(other)) === shown(of(first))) ? of(first) : differs;
  const merged = {
    object: unknown(doublesText(server), source),
    domain: agreed((one) => one.domain),
    site: agreed((one) => one.site),
    roles: agreed((one) => one.roles),
    version: agreed((one) => one.version),
    edge: seen.some(({ edge }) => edge),
    internetFacing: agreed((one) => one.internetFacing),
  };
  if (merged.version.known) return { ...first, ...merged };
  const { key, name, fqdn } = first;
  return { key, name, fqdn, ...merged, standing: "unknown" };
}

function serverFrom(
  facts: DiscoveryFacts,
  target: Release,
  server: ExchangeServerFacts,
  key: string,
  facing: ReturnType<typeof internetFacing>,
  source: string,
): AnyServer {
  const at = `${server.name} in ${source}`;
  const version = versionOf(server, at);
  const edge = server.roles?.includes("Edge Transport") ?? false;
  const seen = {
    key,
    name: server.name,
    object: known(server.dn, at),
    fqdn: seenValue(server.fqdn, "networkAddress with its DNS name (ncacn_ip_tcp)", at),
    domain: domainFact(facts.forest, server, edge, at),
    site: seenValue(server.site, "msExchServerSite", at),
    roles: rolesOf(server, at),
    version,
    edge,
    internetFacing: facing(server, at),
    ...availabilityGroup(facts.forest, server, at),
    ...(server.clustered === undefined ? {} : { nodes: server.clustered.nodes }),
  };
  if (!version.known) return { ...seen, standing: "unknown" };
  const release = releases.find(({ name }) => name === version.value.release);
  if (release === undefined) return { ...seen, standing: "unknown" };
  if (release.name === target.name) return { ...seen, standing: "done" };
  const why = explainUnreachable(release.name, target.name);
  // An Edge Transport server has at least the release of its object.
  if (why === undefined || (edge && mayHaveComeNearer(release, target)))
    return { ...seen, standing: "pending" };
  const { build } = server;
  return {
    ...seen,
    why:
      build === null
        ? describeUnreachable(why)
        : describeOutOfReach(why, { name: server.name, release, build }, target),
  };
}

/**
 * Whether a later release of the same product is the target, or leads to it. The server may have been upgraded to it
 * since its subscription.
 */
function mayHaveComeNearer(shown: Release, target: Release): boolean {
  return releases.some(
    (release) =>
      release.product === shown.product &&
      compareReleases(release, shown) > 0 &&
      (release.name === target.name || transition(release.name, target.name) !== undefined),
  );
}

function versionOf(
  { serialNumber, build }: ExchangeServerFacts,
  source: string,
): DiscoveredServer["version"] {
  if (serialNumber === null) return notSeen("serialNumber", source);
  if (build === null)
    return unknown(`its serialNumber ${JSON.stringify(serialNumber)} has no known form`, source);
  const release = releaseOfBuild(build);
  return release === undefined
    ? unknown(`its build ${formatBuild(build)} belongs to no release that is known here`, source)
    : known({ build: formatBuild(build), release: release.name }, source);
}

function rolesOf({ roles }: ExchangeServerFacts, source: string): DiscoveredServer["roles"] {
  if (roles === null) return notSeen("msExchCurrentServerRoles", source);
  return roles.length > 0
    ? known(roles, source)
    : unknown("its msExchCurrentServerRoles names no role that is known here", source);
}

/** The server's database availability group; nothing for a server that is known to be in none. */
function availabilityGroup(
  forest: ForestFacts,
  server: ExchangeServerFacts,
  source: string,
): Pick<DiscoveredServer, "dag"> {
  const { availabilityGroups } = forest;
  const mayBeMember = server.roles?.includes("Mailbox") ?? true;
  const isOf2007 = server.build !== null && server.build.major < 14;
  if (!mayBeMember || isOf2007) return {};
  if (!availabilityGroups.known) return { dag: availabilityGroups };
  const own = groupOf(forest, nameOf(server).toLowerCase());
  if (own !== undefined) return { dag: known(own.name, source) };
  const hidden = availabilityGroups.value.find(({ unseen }) => unseen !== null)?.unseen ?? null;
  return hidden === null ? {} : { dag: unknown(hidden, source) };
}

/** The directory does not contain a server's domain. Its name does, except in a disjoint namespace. */
function domainFact(
  { domains }: ForestFacts,
  { fqdn, roles }: ExchangeServerFacts,
  edge: boolean,
  source: string,
): DiscoveredServer["domain"] {
  if (edge) return known(null, source);
  if (!domains.known) return domains;
  if (fqdn === null) return unknown("its DNS name could not be read", source);
  const domain = domainOf(
    fqdn,
    domains.value.map(({ name }) => name),
  );
  if (domain !== null) return known(domain, source);
  const edgeToo = roles === null ? ", or it is an Edge Transport server" : "";
  return unknown(
    `its name ${fqdn} ends with no domain of the forest: a disjoint namespace${edgeToo}`,
    source,
  );
}

function seenValue(value: string | null, attribute: string, source: string): Fact<string> {
  return value === null ? notSeen(attribute, source) : known(value, source);
}

function notSeen(attribute: string, source: string) {
  return unknown(`it has no ${attribute}, or this account cannot see it`, source);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
