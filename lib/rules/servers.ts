/** What several rules ask of servers: their roles, and which of them have been upgraded. */
import { type ExchangeServerFacts, type Fact, type ForestFacts, known, type Role } from "../facts";
import { inSameLine, type Release } from "../releases";
import type { Case } from "./case";
import { objectOf } from "./serverObjects";
import { buildVerdict } from "./state";

/** Server roles of the computer; the management tools, which every role brings along, are none. */
export function serverRoles(c: Case): Fact<readonly Role[]> {
  const { roles } = c.facts.computer;
  if (!roles.known) return roles;
  const own = roles.value.map(({ role }) => role).filter((role) => role !== "Management Tools");
  return known(own, roles.source);
}

/** An Edge Transport server: the program or its own registry says so. It never carries another server role. */
export function isEdge(c: Case): boolean {
  const { roles } = c.facts.computer;
  return c.planned?.edge === true || (roles.known && roles.value.some((r) => r.role === "Edge Transport"));
}

/** A computer that is known to have the management tools and no server role. */
export function isToolsOnly(c: Case): boolean {
  const { roles } = c.facts.computer;
  return (
    roles.known && roles.value.length > 0 && roles.value.every(({ role }) => role === "Management Tools")
  );
}

/** How messages name a server: its FQDN where the directory has it. */
export function nameOf(server: ExchangeServerFacts): string {
  return server.fqdn ?? server.name;
}

/**
 * Whether another server with a role has been upgraded, or, in preview, is planned to be upgraded before this step. A text
 * where that cannot be told says why.
 */
export function upgradedBefore(c: Case): Fact<(role: Role) => boolean | string> {
  const { servers } = c.facts.forest;
  if (!servers.known) return servers;
  const index = indexOf(servers.value, c.target);
  const own = find(index, c.computer);
  const isOther = (server: ExchangeServerFacts) => server !== own;
  const planned = plannedServers(c, index).filter(isOther);
  const roles = new Set(planned.flatMap((server) => server.roles ?? []));
  const hidden = planned.find((server) => server.roles === null);
  return known((role) => {
    if (roles.has(role) || index.upgraded.get(role)?.some(isOther)) return true;
    const mayHaveIt = (s: ExchangeServerFacts) =>
      s.roles?.includes(role) ?? (s.build === null || isAtLeast(s, c.target));
    const open = hidden ?? index.unseen.find((s) => isOther(s) && mayHaveIt(s));
    return open === undefined ? false : whyUnseen(open);
  }, servers.source);
}

/** Servers out of what may be thousands: how many they are, and the first few, by which messages name them. */
export interface Some {
  readonly count: number;
  readonly few: readonly ExchangeServerFacts[];
  /** True when each of them is in `after`. */
  readonly planned: boolean;
  /** Why there may be more: a server of which the directory does not show enough; null when there is none. */
  readonly unseen: string | null;
  /** Of those that face the Internet: one that may be another, since none of its virtual directories shows; null when none is. */
  readonly silent: ExchangeServerFacts | null;
}

/** How many servers a message names. */
const most = 5;

/**
 * Which Client Access servers are meant. `all`; `facing`: those that face the Internet, because the program says so or,
 * where it says nothing, because they have an external URL that could be read; `unsaid`: those of which it says nothing.
 */
export type Which = "all" | "facing" | "unsaid";

/** The other Client Access servers that are neither upgraded nor, in preview, planned to be upgraded before this step. */
export function clientAccessPending(c: Case, which: Which = "all"): Fact<Some> {
  const { servers } = c.facts.forest;
  if (!servers.known) return servers;
  const index = indexOf(servers.value, c.target);
  const pending = pendingOf(c, index, which);
  const own = find(index, c.computer);
  const after = new Set(c.after.flatMap((fqdn) => find(index, fqdn) ?? []).filter((s) => s !== own));
  const planned = [...after].filter((server) => pending.has(server)).length;
  const gone = (server: ExchangeServerFacts) => server === own || (!c.apply && after.has(server));
  const count = pending.size - (own !== undefined && pending.has(own) ? 1 : 0) - (c.apply ? 0 : planned);
  const few: ExchangeServerFacts[] = [];
  for (const server of pending) {
    if (few.length === Math.min(most, count)) break;
    if (!gone(server)) few.push(server);
  }
  const mayBeOne = (s: ExchangeServerFacts) =>
    !gone(s) && (s.roles?.includes("Client Access") ?? !isAtLeast(s, c.target));
  const isMeant = index.unseen.length === 0 ? () => false : mayBeMeant(c, index, which);
  const open = index.unseen.find((s) => mayBeOne(s) && isMeant(s));
  const unseen = open === undefined ? null : whyUnseen(open);
  const silent = which === "facing" ? silentPending(c, index, gone) : null;
  return known({ count, few, planned: c.apply && planned === count, unseen, silent }, servers.source);
}

/** Why nothing is known of a server's external URLs, though those of others may be; null where that is not so. */
export function whyUnseenUrls(c: Case, name: string): string | null {
  const { unseenUrls } = c.facts.forest;
  return unseenUrls.known ? (byNameIn(unseenUrls.value).get(name.toLowerCase()) ?? null) : null;
}

/** The first pending server that the program says nothing of and whose external URLs do not show. */
function silentPending(
  c: Case,
  index: Index,
  gone: (server: ExchangeServerFacts) => boolean,
): ExchangeServerFacts | null {
  const { unseenUrls } = c.facts.forest;
  if (!unseenUrls.known || byNameIn(unseenUrls.value).size === 0) return null;
  const declared = declaredServers(c, index);
  const isSilent = (server: ExchangeServerFacts) =>
    !declared.has(server) && !gone(server) && whyUnseenUrls(c, server.name) !== null;
  return [...index.pending].find(isSilent) ?? null;
}

/** Whether a server of which not enough is seen may be one of those that are meant. */
function mayBeMeant(c: Case, index: Index, which: Which): (server: ExchangeServerFacts) => boolean {
  if (which === "all") return () => true;
  const { externalUrls } = c.facts.forest;
  const declared = declaredServers(c, index);
  if (which === "unsaid") return (server) => !declared.has(server);
  const byUrl = ({ name }: ExchangeServerFacts) =>
    !externalUrls.known ||
    externalUrlsOf(name, externalUrls.value).length > 0 ||
    whyUnseenUrls(c, name) !== null;
  return (server) => declared.get(server) ?? byUrl(server);
}

function pendingOf(c: Case, index: Index, which: Which): ReadonlySet<ExchangeServerFacts> {
  if (which === "all") return index.pending;
  const { externalUrls } = c.facts.forest;
  const declared = declaredServers(c, index);
  const byUrl = which === "facing" && externalUrls.known ? facingPending(index, externalUrls.value) : nothing;
  if (declared.size === 0) return which === "facing" ? byUrl : index.pending;
  const isMeant = (server: ExchangeServerFacts) =>
    which === "facing" ? (declared.get(server) ?? byUrl.has(server)) : !declared.has(server);
  return new Set([...index.pending].filter(isMeant));
}

const nothing: ReadonlySet<ExchangeServerFacts> = new Set();

/** What the program says of the servers that the directory shows. */
function declaredServers(c: Case, index: Index): ReadonlyMap<ExchangeServerFacts, boolean> {
  const declared = new Map<ExchangeServerFacts, boolean>();
  for (const [fqdn, facing] of c.declaredFacing) {
    const server = find(index, fqdn);
    if (server !== undefined) declared.set(server, facing);
  }
  return declared;
}

/** Whether the program says that another server faces the Internet; undefined where it says nothing. */
export function declaredFacing(c: Case, server: ExchangeServerFacts): boolean | undefined {
  const { servers } = c.facts.forest;
  return servers.known ? declaredServers(c, indexOf(servers.value, c.target)).get(server) : undefined;
}

/** The server object of a computer; undefined where the directory shows none. */
export function serverObject(c: Case, fqdn: string): ExchangeServerFacts | undefined {
  const { servers } = c.facts.forest;
  return servers.known ? objectOf(servers.value, fqdn) : undefined;
}

/** External URLs of a Client Access server, by the name of its object. */
export function externalUrlsOf(name: string, urls: ExternalUrls): readonly string[] {
  return byNameIn(urls).get(name.toLowerCase()) ?? [];
}

type ExternalUrls = Extract<ForestFacts["externalUrls"], { readonly known: true }>["value"];

/** Facts are never changed, so what is told of servers by their names holds as long as they are there. */
const byName = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** What is told of servers, by their names in lower case. */
function byNameIn<T>(told: { readonly [server: string]: T }): ReadonlyMap<string, T> {
  const all =
    byName.get(told) ?? new Map(Object.entries(told).map(([name, each]) => [name.toLowerCase(), each]));
  byName.set(told, all);
  return all as ReadonlyMap<string, T>;
}

function facingPending(index: Index, urls: ExternalUrls): ReadonlySet<ExchangeServerFacts> {
  const facing =
    index.facing.get(urls) ??
    new Set([...index.pending].filter((server) => externalUrlsOf(server.name, urls).length > 0));
  index.facing.set(urls, facing);
  return facing;
}

/** The servers that are planned to be upgraded before this step; none right before Setup, where only facts count. */
function plannedServers(c: Case, index: Index): readonly ExchangeServerFacts[] {
  if (c.apply) return [];
  const planned = c.after.filter((fqdn) => fqdn !== c.computer).flatMap((fqdn) => find(index, fqdn) ?? []);
  return planned.filter((server) => mayBeOf(c.target, server));
}

function find(index: Index, fqdn: string): ExchangeServerFacts | undefined {
  return objectOf(index.servers, fqdn);
}

/** What is the same for every server of an organization, so that thousands of them are judged at once. */
interface Index {
  readonly servers: readonly ExchangeServerFacts[];
  /** Upgraded servers by role. */
  readonly upgraded: ReadonlyMap<Role, readonly ExchangeServerFacts[]>;
  /** Client Access servers that are not upgraded. */
  readonly pending: ReadonlySet<ExchangeServerFacts>;
  /** Servers whose roles or version the directory does not show, and which may be of the target's products. */
  readonly unseen: readonly ExchangeServerFacts[];
  /** Those of the pending ones that face the Internet, by the external URLs that say so. */
  readonly facing: WeakMap<ExternalUrls, ReadonlySet<ExchangeServerFacts>>;
}

/** Facts are never changed, so an index holds as long as they are there. */
const indexes = new WeakMap<readonly ExchangeServerFacts[], Map<Release, Index>>();

function indexOf(servers: readonly ExchangeServerFacts[], target: Release): Index {
  const ofServers = indexes.get(servers) ?? new Map<Release, Index>();
  indexes.set(servers, ofServers);
  const index = ofServers.get(target) ?? newIndex(servers, target);
  ofServers.set(target, index);
  return index;
}

function newIndex(servers: readonly ExchangeServerFacts[], target: Release): Index {
  const upgraded = new Map<Role, ExchangeServerFacts[]>();
  const pending = new Set<ExchangeServerFacts>();
  const unseen: ExchangeServerFacts[] = [];
  for (const server of servers.filter((each) => mayBeOf(target, each))) {
    if (server.roles === null || server.build === null) {
      unseen.push(server);
      continue;
    }
    const done = isAtLeast(server, target);
    if (!done && server.roles.includes("Client Access")) pending.add(server);
    for (const role of done ? server.roles : []) {
      upgraded.set(role, [...(upgraded.get(role)?.slice(0, 1) ?? []), server]);
    }
  }
  return {
    servers,
    upgraded,
    pending,
    unseen,
    facing: new WeakMap(),
  };
}

/** Whether a server can be upgraded in place to the target, or has been: one of another product is no part of an upgrade. */
function mayBeOf(target: Release, { build }: ExchangeServerFacts): boolean {
  return build === null || inSameLine(build, target.build);
}

function isAtLeast(server: ExchangeServerFacts, target: Release): boolean {
  if (server.build === null) return false;
  const verdict = buildVerdict(server.build, target);
  return verdict === "at" || verdict === "above";
}

/** Every server from 2007 on has both attributes, so that one without them is one that this reader may not see in full. */
function whyUnseen(server: ExchangeServerFacts): string {
  const { serialNumber } = server;
  if (server.roles === null)
    return `the directory does not show msExchCurrentServerRoles of ${nameOf(server)}`;
  return serialNumber === null
    ? `the directory does not show serialNumber of ${nameOf(server)}`
    : `serialNumber of ${nameOf(server)} is of no known form: ${serialNumber}`;
}
