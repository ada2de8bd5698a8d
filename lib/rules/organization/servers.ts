/** What several rules need to know of servers: their roles, and which of them are upgraded. */
import {
  type Build,
  type ExchangeServerFacts,
  type Fact,
  type ForestFacts,
  known,
  type Role,
} from "../../facts";
import { inSameLine, type Release } from "../../releases";
import type { Case } from "../case";
import { buildVerdict } from "../state";
import { type DirectoryServer, doublesText, nameOf, serverNamed, serversIn } from "./serverObjects";

/** Server roles of the computer, without the management tools, which every role includes. */
export function serverRoles(c: Case): Fact<readonly Role[]> {
  const { roles } = c.facts.computer;
  if (!roles.known) return roles;
  const own = roles.value.map(({ role }) => role).filter((role) => role !== "Management Tools");
  return known(own, roles.source);
}

/** Whether the program or the registry shows an Edge Transport server, which never has another role. */
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

export { nameOf };

/**
 * Whether another server with a role is upgraded or, in preview, planned before this step. A text tells why that is not
 * known.
 */
export function upgradedBefore(c: Case): Fact<(role: Role) => boolean | string> {
  const { servers } = c.facts.forest;
  if (!servers.known) return servers;
  const index = indexOf(servers.value, c.target);
  const own = serverNamed(servers.value, c.computer);
  const isOther = (server: DirectoryServer) => server !== own;
  const planned = plannedServers(c).filter(isOther);
  const carries = (role: Role) => (server: DirectoryServer) =>
    truthOf(server, ({ roles }) => roles?.includes(role) ?? null);
  return known((role) => {
    if (planned.some((server) => carries(role)(server) === true)) return true;
    if (index.upgraded.get(role)?.some(isOther)) return true;
    const open =
      planned.find((server) => carries(role)(server) === null) ??
      index.unseen.find((server) => isOther(server) && isUpgradedWith(server, role, c.target) === null);
    return open === undefined ? false : whyUnseen(open);
  }, servers.source);
}

/** Servers that are not upgraded yet. There may be thousands, so messages name the first ones and give the number. */
export interface PendingServers {
  readonly count: number;
  readonly named: readonly ExchangeServerFacts[];
  /** True if `after` contains each of them. */
  readonly planned: boolean;
  /** The reason if there may be more: the directory does not show enough of a server; null if there is none. */
  readonly unseen: string | null;
  /** A server that may face the Internet, too, because none of its virtual directories shows; null if there is none. */
  readonly silent: ExchangeServerFacts | null;
}

/** Highest number of servers that a message names. */
const mostNamed = 5;

/**
 * A group of Client Access servers. `facing`: servers that face the Internet, because the program says so or, if it does not
 * declare them, because they have an external URL that could be read. `unsaid`: servers that the program does not declare.
 */
export type ClientAccessGroup = "all" | "facing" | "unsaid";

/** The other Client Access servers that are neither upgraded nor, in preview, planned before this step. */
export function clientAccessPending(c: Case, which: ClientAccessGroup = "all"): Fact<PendingServers> {
  const { servers } = c.facts.forest;
  if (!servers.known) return servers;
  const index = indexOf(servers.value, c.target);
  const pending = pendingOf(c, index, which);
  const { isPast, ...left } = leftOf(c, servers.value, [pending]);
  const doubtful = index.unseen.filter((server) => !pending.has(server));
  const isMeant = doubtful.length === 0 ? () => false : mayBeMeant(c, which);
  const open = doubtful.find(
    (server) => !isPast(server) && isPending(server, c.target) !== false && isMeant(server),
  );
  const unseen = open === undefined ? null : whyUnseen(open);
  const silent = which === "facing" ? silentPending(c, index, isPast) : null;
  return known({ ...left, unseen, silent }, servers.source);
}

/** Pending servers without this one and, in preview, without those planned before it. */
interface Left extends Pick<PendingServers, "count" | "named" | "planned"> {
  /** True for this server, and for those planned before it. */
  readonly isPast: (server: DirectoryServer) => boolean;
}

/**
 * Subtracts the known servers from the sets' sizes, so that sets of thousands are not walked.
 * @param sets no server is in two of them
 */
export function leftOf(
  c: Case,
  objects: readonly ExchangeServerFacts[],
  sets: readonly ReadonlySet<DirectoryServer>[],
): Left {
  const own = serverNamed(objects, c.computer);
  const after = new Set(
    c.after.flatMap((fqdn) => serverNamed(objects, fqdn) ?? []).filter((server) => server !== own),
  );
  const isIn = (server: DirectoryServer) => sets.some((set) => set.has(server));
  const isPast = (server: DirectoryServer) => server === own || (!c.apply && after.has(server));
  const planned = [...after].filter(isIn).length;
  const others = sets.reduce((sum, { size }) => sum + size, 0) - (own !== undefined && isIn(own) ? 1 : 0);
  const count = c.apply ? others : others - planned;
  const named: ExchangeServerFacts[] = [];
  for (const set of sets)
    for (const server of set) {
      if (named.length === Math.min(mostNamed, count)) break;
      if (!isPast(server)) named.push(server.objects[0]);
    }
  return { isPast, count, named, planned: c.apply && planned === count };
}

/** Why the external URLs of an object are not known, though those of others may be; null if they are. */
export function whyUnseenUrls(c: Case, { dn }: ExchangeServerFacts): string | null {
  const { unseenUrls } = c.facts.forest;
  return unseenUrls.known ? (byDnIn(unseenUrls.value).get(dn.toLowerCase()) ?? null) : null;
}

/** The first pending server that the program does not declare and whose external URLs could not be read. */
function silentPending(
  c: Case,
  index: Index,
  isPast: (server: DirectoryServer) => boolean,
): ExchangeServerFacts | null {
  const { unseenUrls } = c.facts.forest;
  if (!unseenUrls.known || byDnIn(unseenUrls.value).size === 0) return null;
  const declared = declaredServers(c);
  const isSilent = (server: DirectoryServer) =>
    !declared.has(server) && !isPast(server) && whyUnseenUrls(c, server.objects[0]) !== null;
  return [...index.pending].find(isSilent)?.objects[0] ?? null;
}

/** Whether a server of which too little could be read may belong to the group. */
function mayBeMeant(c: Case, which: ClientAccessGroup): (server: DirectoryServer) => boolean {
  if (which === "all") return () => true;
  const { externalUrls } = c.facts.forest;
  const declared = declaredServers(c);
  if (which === "unsaid") return (server) => !declared.has(server);
  const byUrl = ({ objects }: DirectoryServer) =>
    !externalUrls.known ||
    objects.some(
      (object) => externalUrlsOf(object, externalUrls.value).length > 0 || whyUnseenUrls(c, object) !== null,
    );
  return (server) => declared.get(server) ?? byUrl(server);
}

function pendingOf(c: Case, index: Index, which: ClientAccessGroup): ReadonlySet<DirectoryServer> {
  if (which === "all") return index.pending;
  const { externalUrls } = c.facts.forest;
  const declared = declaredServers(c);
  const byUrl =
    which === "facing" && externalUrls.known ? facingPending(index, externalUrls.value) : noServers;
  if (declared.size === 0) return which === "facing" ? byUrl : index.pending;
  const isMeant = (server: DirectoryServer) =>
    which === "facing" ? (declared.get(server) ?? byUrl.has(server)) : !declared.has(server);
  return new Set([...index.pending].filter(isMeant));
}

const noServers: ReadonlySet<DirectoryServer> = new Set();

/** The program's declarations about servers that the directory shows. */
export function declaredServers(c: Case): ReadonlyMap<DirectoryServer, boolean> {
  const declared = new Map<DirectoryServer, boolean>();
  const { servers } = c.facts.forest;
  if (!servers.known) return declared;
  for (const [fqdn, facing] of c.declaredFacing) {
    const server = serverNamed(servers.value, fqdn);
    if (server !== undefined) declared.set(server, facing);
  }
  return declared;
}

/** Whether the program declares that another server faces the Internet; undefined if it does not declare it. */
export function declaredFacing(c: Case, object: ExchangeServerFacts): boolean | undefined {
  const { servers } = c.facts.forest;
  const server = servers.known ? serverNamed(servers.value, nameOf(object).toLowerCase()) : undefined;
  return server === undefined ? undefined : declaredServers(c).get(server);
}

/** What the directory shows of a computer's server; undefined if it shows none. */
export function directoryServer(c: Case, fqdn: string): DirectoryServer | undefined {
  const { servers } = c.facts.forest;
  return servers.known ? serverNamed(servers.value, fqdn) : undefined;
}

/** External URLs of a Client Access server, by its object. */
export function externalUrlsOf({ dn }: ExchangeServerFacts, urls: ExternalUrls): readonly string[] {
  return byDnIn(urls).get(dn.toLowerCase()) ?? [];
}

type ExternalUrls = Extract<ForestFacts["externalUrls"], { readonly known: true }>["value"];

/** Facts never change, so the index by DN stays valid while they exist. */
const byDn = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** Values by DN, with the DNs in lower case. */
function byDnIn<T>(told: { readonly [dn: string]: T }): ReadonlyMap<string, T> {
  const all = byDn.get(told) ?? new Map(Object.entries(told).map(([dn, each]) => [dn.toLowerCase(), each]));
  byDn.set(told, all);
  return all as ReadonlyMap<string, T>;
}

/** Pending servers that certainly face the Internet: all of a server's objects do. */
function facingPending(index: Index, urls: ExternalUrls): ReadonlySet<DirectoryServer> {
  const isFacing = ({ objects }: DirectoryServer) =>
    objects.every((object) => externalUrlsOf(object, urls).length > 0);
  const facing = index.facing.get(urls) ?? new Set([...index.pending].filter(isFacing));
  index.facing.set(urls, facing);
  return facing;
}

/** The servers planned before this step; empty right before Setup, where only facts count. */
function plannedServers(c: Case): readonly DirectoryServer[] {
  if (c.apply) return [];
  const planned = c.after
    .filter((fqdn) => fqdn !== c.computer)
    .flatMap((fqdn) => directoryServer(c, fqdn) ?? []);
  return planned.filter(({ objects }) => objects.some((object) => mayBeOf(c.target, object)));
}

/** What is the same for every server of an organization, computed once for thousands of them. */
interface Index {
  /** Upgraded servers by role. */
  readonly upgraded: ReadonlyMap<Role, readonly DirectoryServer[]>;
  /** Client Access servers that are not upgraded. */
  readonly pending: ReadonlySet<DirectoryServer>;
  /**
   * Servers whose roles or version are not known, or that have several objects. They are in {@link pending} if all of
   * their objects are.
   */
  readonly unseen: readonly DirectoryServer[];
  /** The pending servers that face the Internet, by the external URLs that show it. */
  readonly facing: WeakMap<ExternalUrls, ReadonlySet<DirectoryServer>>;
}

const indexOf = indexed(newIndex);

/** Makes a target's index of servers once. Facts never change, so the index stays valid while they exist. */
export function indexed<T>(
  make: (servers: readonly ExchangeServerFacts[], target: Release) => T,
): (servers: readonly ExchangeServerFacts[], target: Release) => T {
  const indexes = new WeakMap<readonly ExchangeServerFacts[], Map<Release, T>>();
  return (servers, target) => {
    const ofServers = indexes.get(servers) ?? new Map<Release, T>();
    indexes.set(servers, ofServers);
    const index = ofServers.get(target) ?? make(servers, target);
    ofServers.set(target, index);
    return index;
  };
}

function newIndex(servers: readonly ExchangeServerFacts[], target: Release): Index {
  const upgraded = new Map<Role, DirectoryServer[]>();
  const pending = new Set<DirectoryServer>();
  const unseen: DirectoryServer[] = [];
  for (const server of serversIn(servers).all) {
    if (!server.objects.some((object) => mayBeOf(target, object))) continue;
    if (isPending(server, target) === true) pending.add(server);
    const roles = new Set(server.objects.flatMap((object) => object.roles ?? []));
    for (const role of roles) {
      if (isUpgradedWith(server, role, target) !== true) continue;
      upgraded.set(role, [...(upgraded.get(role)?.slice(0, 1) ?? []), server]);
    }
    const isSeen = ({ roles, build }: ExchangeServerFacts) => roles !== null && build !== null;
    if (server.objects.length > 1 || !server.objects.every(isSeen)) unseen.push(server);
  }
  return { upgraded, pending, unseen, facing: new WeakMap() };
}

/** The answer for a server; null if it is not known, or differs between its objects. */
function truthOf(
  { objects }: DirectoryServer,
  holds: (object: ExchangeServerFacts) => boolean | null,
): boolean | null {
  const [first, ...others] = objects.map(holds);
  return first !== undefined && others.every((each) => each === first) ? first : null;
}

/** Combines two conditions: one that is known to be false decides. */
function both(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

/** Whether the server is a Client Access server that is not upgraded. */
function isPending(server: DirectoryServer, target: Release): boolean | null {
  return truthOf(server, (object) => {
    if (!mayBeOf(target, object)) return false;
    const { roles, build } = object;
    return both(roles?.includes("Client Access") ?? null, build === null ? null : !isAtLeast(build, target));
  });
}

/** Whether the server has a role and is upgraded. */
function isUpgradedWith(server: DirectoryServer, role: Role, target: Release): boolean | null {
  return truthOf(server, (object) => {
    if (!mayBeOf(target, object)) return false;
    const { roles, build } = object;
    return both(roles?.includes(role) ?? null, build === null ? null : isAtLeast(build, target));
  });
}

/** Whether a server can be upgraded in place to the target, or has been. One of another product cannot. */
function mayBeOf(target: Release, { build }: ExchangeServerFacts): boolean {
  return build === null || inSameLine(build, target.build);
}

export function isAtLeast(build: Build, target: Release): boolean {
  const verdict = buildVerdict(build, target);
  return verdict === "at" || verdict === "above";
}

/**
 * Every server from 2007 on has both attributes, so a server without them is one that this account cannot read
 * completely.
 */
export function whyUnseen(server: DirectoryServer): string {
  if (server.objects.length > 1) return doublesText(server);
  const [object] = server.objects;
  const { serialNumber } = object;
  if (object.roles === null)
    return `the directory does not show msExchCurrentServerRoles of ${nameOf(object)}`;
  return serialNumber === null
    ? `the directory does not show serialNumber of ${nameOf(object)}`
    : `serialNumber of ${nameOf(object)} is of no known form: ${serialNumber}`;
}
