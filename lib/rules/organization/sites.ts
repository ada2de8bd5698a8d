/**
 * What D3 needs to know of Active Directory sites for targets of 2013 and later: which face the Internet, and which of
 * their servers are not upgraded. It is computed once for an organization, since thousands of servers are judged by it.
 */
import { type ExchangeServerFacts, type Fact, type ForestFacts, known } from "../../facts";
import { inSameLine, type Release } from "../../releases";
import type { Case } from "../case";
import { type DirectoryServer, nameOf, serversIn } from "./serverObjects";
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
  /** Why any site may: a server that faces the Internet, or may, does not show its site; null if there is none. */
  readonly anywhere: string | null;
  /** Whether the server itself faces the Internet, by the program's word or its external URLs. */
  readonly itself: boolean;
}

/** The key of servers whose site does not show. */
const hiddenSite = "";

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
  const itself = c.internetFacing ?? (own !== undefined && hasUrl(byUrl, own));
  const isAnywhere = facing.delete(hiddenSite);
  for (const [site, servers] of byUrl.open) {
    if (facing.has(site)) continue;
    for (const [server, why] of servers)
      if (isSilent(server)) {
        open.set(site, why);
        break;
      }
  }
  const isOpenAnywhere = open.delete(hiddenSite);
  const hidden =
    isAnywhere || isOpenAnywhere ? objects.find((object) => siteOf(object) === hiddenSite) : undefined;
  return { facing, open, anywhere: hidden === undefined ? null : whySiteUnseen(hidden), itself };
}

function hasUrl({ facing }: Urls, server: DirectoryServer): boolean {
  return server.objects.some((object) => facing.get(siteOf(object) ?? hiddenSite)?.has(server) === true);
}

/** Why it is not known in which site a server is. */
export function whySiteUnseen(object: ExchangeServerFacts): string {
  return `the directory does not show the site (msExchServerSite) of ${nameOf(object)}`;
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
  return roles?.includes("Edge Transport") === true ? null : (siteKey(site) ?? hiddenSite);
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

/** Those of {@link serversPending} whose objects are all in these sites. */
export function pendingInSites(c: Case, sites: ReadonlySet<string>): Fact<PendingServers> {
  return pendingAmong(
    c,
    ({ bySite }) => [...sites].map((site) => bySite.get(site) ?? noServers),
    ({ objects }) => sites.size > 0 && objects.some((object) => mayBeIn(object, sites)),
  );
}

/** Those of {@link serversPending} that are in other sites than this one. */
export function pendingElsewhere(c: Case, site: string | null): Fact<PendingServers> {
  return pendingAmong(
    c,
    ({ bySite }) => [...bySite].flatMap(([key, servers]) => (key === site ? [] : [servers])),
    ({ objects }) => objects.some((object) => object.site === null || siteKey(object.site) !== site),
  );
}

/** Those of {@link serversPending} in a site, null for all, that have the Mailbox role. */
export function pendingMailboxServers(c: Case, site: string | null): Fact<PendingServers> {
  return pendingAmong(
    c,
    ({ mailboxBySite }) =>
      site === null ? [...mailboxBySite.values()] : [mailboxBySite.get(site) ?? noServers],
    ({ objects }) =>
      objects.some(
        (object) =>
          (site === null || mayBeIn(object, new Set([site]))) && object.roles?.includes("Mailbox") !== false,
      ),
  );
}

function mayBeIn({ site }: ExchangeServerFacts, sites: ReadonlySet<string>): boolean {
  const key = siteKey(site);
  return key === null || sites.has(key);
}

/**
 * @param setsOf the pending servers that are certainly in question, no server in two sets
 * @param mayBeMeant whether a server may be in question, of which too little shows to tell
 */
function pendingAmong(
  c: Case,
  setsOf: (pending: Pending) => readonly ReadonlySet<DirectoryServer>[],
  mayBeMeant: (server: DirectoryServer) => boolean,
): Fact<PendingServers> {
  const { servers } = c.facts.forest;
  if (!servers.known) return servers;
  const pending = pendingOf(servers.value, c.target);
  const sets = setsOf(pending);
  const { isPast, ...left } = leftOf(c, servers.value, sets);
  const isOpen = (server: DirectoryServer) => !isPast(server) && mayBeMeant(server);
  const open = pending.unseen.find(isOpen);
  const scattered = sets.some((set) => set === pending.all) ? undefined : pending.scattered.find(isOpen);
  const unseen = open === undefined ? whyScattered(scattered) : whyUnseen(open);
  return known({ ...left, unseen, silent: null }, servers.source);
}

function whyScattered(server: DirectoryServer | undefined): string | null {
  if (server === undefined) return null;
  return server.objects.length > 1 ? whyUnseen(server) : whySiteUnseen(server.objects[0]);
}

/** Servers that are known not to be upgraded, without Edge Transport, and those of which that is not known. */
interface Pending {
  readonly all: ReadonlySet<DirectoryServer>;
  /** Servers whose objects are all in one site. */
  readonly bySite: ReadonlyMap<string, ReadonlySet<DirectoryServer>>;
  /** Those of {@link bySite} with the Mailbox role. */
  readonly mailboxBySite: ReadonlyMap<string, ReadonlySet<DirectoryServer>>;
  /** Those of {@link all} whose objects are in several sites, or in no readable one. */
  readonly scattered: readonly DirectoryServer[];
  /** Servers that may be pending, and of which too little shows, or their objects differ. */
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
    const answers = objects.map((object) => isNotUpgraded(object, target));
    if (answers.every((answer) => answer === false)) continue;
    if (!answers.every((answer) => answer === true)) {
      unseen.push(server);
      continue;
    }
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

/** Whether an object is that of a server that has to be upgraded yet; null if too little of it shows. */
function isNotUpgraded({ build, roles }: ExchangeServerFacts, target: Release): boolean | null {
  if (roles?.includes("Edge Transport") === true) return false;
  if (build !== null && (!inSameLine(build, target.build) || isAtLeast(build, target))) return false;
  return build === null || roles === null ? null : true;
}

function some<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  for (const item of items) if (holds(item)) return true;
  return false;
}
