/**
 * What D3 needs to know of Active Directory sites for targets of 2013 and later: which face the Internet, and which of
 * their servers are not upgraded. It is computed once for an organization, since thousands of servers are judged by it.
 */
import { type ExchangeServerFacts, type Fact, type ForestFacts, known } from "../../facts";
import { inSameLine, type Release } from "../../releases";
import type { Case } from "../case";
import { type DirectoryServer, serversIn } from "./serverObjects";
import {
  declaredServers,
  directoryServer,
  externalUrlsOf,
  indexed,
  isAtLeast,
  leftOf,
  type PendingServers,
  whyUnseen,
  whyUnseenUrls,
} from "./servers";

/** A site's name as a key: names are compared case-insensitively. */
export function siteKey(site: string | null): string | null {
  return site?.toLowerCase() ?? null;
}

/** What is known of sites, by their keys. */
export interface Sites {
  /** Sites with a server that faces the Internet. */
  readonly facing: ReadonlySet<string>;
  /** Sites that may face the Internet, and why that is not known. */
  readonly open: ReadonlyMap<string, string>;
}

/** The sites that face the Internet, by the program's declarations and, for servers without one, by external URLs. */
export function sitesThatFace(c: Case, objects: readonly ExchangeServerFacts[]): Sites {
  const byUrl = urlsOf(c, objects);
  const said = new Map(declaredServers(c));
  const own = directoryServer(c, c.computer);
  if (own !== undefined && c.internetFacing !== null) said.set(own, c.internetFacing);
  const facing = new Set<string>();
  const open = new Map<string, string>();
  const isSilent = (server: DirectoryServer) => !said.has(server);
  for (const [site, servers] of byUrl.facing) if (some(servers, isSilent)) facing.add(site);
  for (const [server, isFacing] of said)
    for (const object of isFacing ? server.objects : []) {
      const site = siteOf(object);
      if (site !== null) facing.add(site);
    }
  for (const [site, servers] of byUrl.open) {
    if (facing.has(site)) continue;
    for (const [server, why] of servers)
      if (isSilent(server)) {
        open.set(site, why);
        break;
      }
  }
  return { facing, open };
}

/** By site, the servers that have external URLs, and those whose URLs could not be read, with the reason. */
interface Urls {
  readonly facing: ReadonlyMap<string, ReadonlySet<DirectoryServer>>;
  readonly open: ReadonlyMap<string, ReadonlyMap<DirectoryServer, string>>;
}

/** Facts never change, so these stay valid while they exist. */
const urls = new WeakMap<ForestFacts, Urls>();

function urlsOf(c: Case, objects: readonly ExchangeServerFacts[]): Urls {
  const { forest } = c.facts;
  const found = urls.get(forest) ?? readUrls(c, objects);
  urls.set(forest, found);
  return found;
}

function readUrls(c: Case, objects: readonly ExchangeServerFacts[]): Urls {
  const { externalUrls } = c.facts.forest;
  const facing = new Map<string, Set<DirectoryServer>>();
  const open = new Map<string, Map<DirectoryServer, string>>();
  for (const server of serversIn(objects).all)
    for (const object of server.objects) {
      const site = siteOf(object);
      if (site === null) continue;
      if (externalUrls.known && externalUrlsOf(object, externalUrls.value).length > 0)
        facing.set(site, (facing.get(site) ?? new Set()).add(server));
      else {
        const why = externalUrls.known ? whyUnseenUrls(c, object) : externalUrls.why;
        if (why !== null) open.set(site, (open.get(site) ?? new Map()).set(server, why));
      }
    }
  return { facing, open };
}

/** The site that an object counts for; null for Edge Transport. */
function siteOf({ site, roles }: ExchangeServerFacts): string | null {
  return roles?.includes("Edge Transport") === true ? null : siteKey(site);
}

/**
 * The other servers of the upgrade, without Edge Transport, that are known to be neither upgraded nor, in preview,
 * planned before this step.
 */
export function serversPending(c: Case): Fact<PendingServers> {
  return pendingAmong(
    c,
    ({ all }) => [all],
    () => true,
  );
}

/** Those of {@link serversPending} whose objects are all in these sites, or of which `any` is. */
export function pendingInSites(
  c: Case,
  sites: ReadonlySet<string>,
  which: "all" | "any" = "all",
): Fact<PendingServers> {
  const isIn = ({ site }: ExchangeServerFacts) => sites.has(siteKey(site) ?? "");
  const isMeant = ({ objects }: DirectoryServer) =>
    which === "all" ? objects.every(isIn) : objects.some(isIn);
  return pendingAmong(
    c,
    ({ bySite, scattered }) => [
      ...[...sites].map((site) => bySite.get(site) ?? noServers),
      new Set(scattered.filter(isMeant)),
    ],
    isMeant,
  );
}

/** Those of {@link serversPending} in a site that have the Mailbox role. */
export function pendingMailboxServers(c: Case, site: string): Fact<PendingServers> {
  return pendingAmong(
    c,
    ({ mailboxBySite }) => [mailboxBySite.get(site) ?? noServers],
    ({ objects }) =>
      objects.every((object) => siteKey(object.site) === site && object.roles?.includes("Mailbox") === true),
  );
}

/** @param setsOf the pending servers in question, no server in two sets @param isMeant the same question about one server */
function pendingAmong(
  c: Case,
  setsOf: (pending: Pending) => readonly ReadonlySet<DirectoryServer>[],
  isMeant: (server: DirectoryServer) => boolean,
): Fact<PendingServers> {
  const { servers } = c.facts.forest;
  if (!servers.known) return servers;
  const pending = pendingOf(servers.value, c.target);
  const { isPast, ...left } = leftOf(c, servers.value, setsOf(pending));
  const open = pending.unseen.find((server) => !isPast(server) && isMeant(server));
  const unseen = open === undefined ? null : whyUnseen(open);
  return known({ ...left, unseen, silent: null }, servers.source);
}

/** Servers that are known not to be upgraded, without Edge Transport, and those of which that is not known. */
interface Pending {
  readonly all: ReadonlySet<DirectoryServer>;
  /** Servers whose objects are all in one site. */
  readonly bySite: ReadonlyMap<string, ReadonlySet<DirectoryServer>>;
  /** Those of {@link bySite} with the Mailbox role. */
  readonly mailboxBySite: ReadonlyMap<string, ReadonlySet<DirectoryServer>>;
  /** Servers whose objects are in several sites, or in no readable one. */
  readonly scattered: readonly DirectoryServer[];
  readonly unseen: readonly DirectoryServer[];
}

const noServers: ReadonlySet<DirectoryServer> = new Set();

const pendingOf = indexed(newIndex);

function newIndex(servers: readonly ExchangeServerFacts[], target: Release): Pending {
  const all = new Set<DirectoryServer>();
  const bySite = new Map<string, Set<DirectoryServer>>();
  const mailboxBySite = new Map<string, Set<DirectoryServer>>();
  const scattered: DirectoryServer[] = [];
  const unseen: DirectoryServer[] = [];
  for (const server of serversIn(servers).all) {
    const { objects } = server;
    if (objects.some(({ build, roles }) => build === null || roles === null)) unseen.push(server);
    if (!objects.every((object) => isNotUpgraded(object, target))) continue;
    all.add(server);
    const [site = null, ...others] = new Set(objects.map((object) => siteKey(object.site)));
    if (site === null || others.length > 0) scattered.push(server);
    else {
      bySite.set(site, (bySite.get(site) ?? new Set()).add(server));
      if (objects.every(({ roles }) => roles?.includes("Mailbox") === true))
        mailboxBySite.set(site, (mailboxBySite.get(site) ?? new Set()).add(server));
    }
  }
  return { all, bySite, mailboxBySite, scattered, unseen };
}

function isNotUpgraded({ build, roles }: ExchangeServerFacts, target: Release): boolean {
  return (
    build !== null &&
    inSameLine(build, target.build) &&
    !isAtLeast(build, target) &&
    roles?.includes("Edge Transport") !== true
  );
}

function some<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  for (const item of items) if (holds(item)) return true;
  return false;
}
