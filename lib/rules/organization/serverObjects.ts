/** The directory objects of a server. */
import type { ExchangeServerFacts, Fact, ForestFacts, SetAsideFacts } from "../../facts";

/**
 * A server as the directory shows it. If it has several objects, nothing tells to which one Setup writes, so only what
 * is the same in all of them is known.
 */
export interface DirectoryServer {
  readonly objects: readonly [ExchangeServerFacts, ...ExchangeServerFacts[]];
}

/** The servers of an organization, found by the name that a server's objects share. */
export interface DirectoryServers {
  readonly all: readonly DirectoryServer[];
  /** By FQDN in lower case. */
  readonly byFqdn: ReadonlyMap<string, DirectoryServer>;
  /** Servers whose objects have no FQDN, by host name in lower case. */
  readonly byHost: ReadonlyMap<string, DirectoryServer>;
}

/** Facts never change, so the index of names stays valid while they exist: thousands of servers are looked up. */
const named = new WeakMap<readonly ExchangeServerFacts[], DirectoryServers>();

/**
 * Groups objects by server. Servers with the same host name in two domains are two; objects with the same FQDN are one
 * server.
 */
export function serversIn(objects: readonly ExchangeServerFacts[]): DirectoryServers {
  const known = named.get(objects) ?? nameAll(objects);
  named.set(objects, known);
  return known;
}

/** A server by its FQDN; undefined if the directory shows none. */
export function serverNamed(
  objects: readonly ExchangeServerFacts[],
  fqdn: string,
): DirectoryServer | undefined {
  const { byFqdn, byHost } = serversIn(objects);
  return byFqdn.get(fqdn) ?? byHost.get(fqdn.split(".")[0] ?? fqdn);
}

/** The object of a server; undefined if the directory shows none, or several. */
export function objectOf(
  objects: readonly ExchangeServerFacts[],
  fqdn: string,
): ExchangeServerFacts | undefined {
  const [first, ...others] = serverNamed(objects, fqdn)?.objects ?? [];
  return others.length === 0 ? first : undefined;
}

/** Why the object of a server is not known: it has several. null if it has one, or none. */
export function whyDoubles(objects: readonly ExchangeServerFacts[], fqdn: string): string | null {
  const server = serverNamed(objects, fqdn);
  return server === undefined || server.objects.length === 1 ? null : doublesText(server);
}

/** The forest with these objects in the place of all that a server has there. */
export function withObjects(
  forest: ForestFacts,
  fqdn: string,
  {
    servers,
    setAside,
  }: { readonly servers: readonly ExchangeServerFacts[]; readonly setAside: readonly SetAsideFacts[] },
): ForestFacts {
  const host = fqdn.split(".")[0] ?? fqdn;
  const isOwn = (object: Pick<ExchangeServerFacts, "fqdn" | "name">) =>
    object.fqdn === null ? object.name.toLowerCase() === host : object.fqdn === fqdn;
  const replaced = <T extends Pick<ExchangeServerFacts, "fqdn" | "name">>(
    all: Fact<readonly T[]>,
    own: readonly T[],
  ): Fact<readonly T[]> => {
    if (!all.known) return all;
    const others = all.value.filter((each) => !isOwn(each));
    const first = all.value.findIndex(isOwn);
    return { ...all, value: others.toSpliced(first < 0 ? others.length : first, 0, ...own.filter(isOwn)) };
  };
  return {
    ...forest,
    servers: replaced(forest.servers, servers),
    setAside: replaced(forest.setAside, setAside),
  };
}

/** The name of a server in messages: its FQDN if the directory contains it. */
export function nameOf({ fqdn, name }: ExchangeServerFacts): string {
  return fqdn ?? name;
}

/** Tells that a server has several objects, and which. */
export function doublesText({ objects }: DirectoryServer): string {
  const [first] = objects;
  return `the directory shows ${objects.length} objects of ${nameOf(first)}: ${objects.map(describeObject).join("; ")}`;
}

/** An object by its DN, with its creation time: of two objects, the older one is not always the obsolete one. */
export function describeObject({ dn, created }: Pick<ExchangeServerFacts, "dn" | "created">): string {
  return created === null ? dn : `${dn}, created ${created}`;
}

/** How a program declares a server gone. */
export const nameGone = "name it in `gone`, with the reason";

/** The way out if an obsolete object blocks the step. */
export const removeGone = `where such a server is gone for good, remove its object (ADSI Edit, connected to Configuration), or ${nameGone}`;

/** Servers before 2007 have no part in an upgrade, nor do objects that they have left. */
const firstMajor = 8;

function nameAll(objects: readonly ExchangeServerFacts[]): DirectoryServers {
  const byFqdn = grouped(objects.filter(({ fqdn }) => fqdn !== null));
  const byHost = grouped(objects.filter(({ fqdn }) => fqdn === null));
  return { all: [...byFqdn.values(), ...byHost.values()], byFqdn, byHost };
}

function grouped(objects: readonly ExchangeServerFacts[]): ReadonlyMap<string, DirectoryServer> {
  const groups = new Map<string, DirectoryServer>();
  for (const object of objects) {
    const name = nameOf(object).toLowerCase();
    const others = groups.get(name);
    groups.set(name, { objects: others === undefined ? [object] : [...others.objects, object] });
  }
  for (const [
    name,
    {
      objects: [first, ...others],
    },
  ] of groups) {
    if (others.length === 0) continue;
    // An object that a server of 2003 left in another administrative group does not count beside a later one.
    const [own = first, ...more] = [first, ...others]
      .filter(({ build }) => build === null || build.major >= firstMajor)
      .sort((a, b) => (a.dn < b.dn ? -1 : Number(a.dn > b.dn)));
    groups.set(name, { objects: [own, ...more] });
  }
  return groups;
}
