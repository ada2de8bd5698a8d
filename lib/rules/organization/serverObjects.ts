/** Which objects in the directory a server has. */
import type { ExchangeServerFacts } from "../../facts";

/**
 * A server as the directory shows it. Nothing tells which of several objects is the one that Setup writes to, so that only
 * what holds for all of them is known of such a server.
 */
export interface DirectoryServer {
  readonly objects: readonly [ExchangeServerFacts, ...ExchangeServerFacts[]];
}

/** The servers of an organization, and what their objects have in common: a name. */
export interface DirectoryServers {
  readonly all: readonly DirectoryServer[];
  /** By FQDN in lower case. */
  readonly byFqdn: ReadonlyMap<string, DirectoryServer>;
  /** By host name in lower case those whose objects do not say their FQDN. */
  readonly byHost: ReadonlyMap<string, DirectoryServer>;
}

/** Facts are never changed, so the names hold as long as they are there: thousands of servers are looked up. */
const named = new WeakMap<readonly ExchangeServerFacts[], DirectoryServers>();

/** Servers of one short name in two domains are two; objects of one FQDN are one server's. */
export function serversIn(objects: readonly ExchangeServerFacts[]): DirectoryServers {
  const known = named.get(objects) ?? nameAll(objects);
  named.set(objects, known);
  return known;
}

/** A server by its FQDN; undefined where the directory shows none. */
export function serverNamed(
  objects: readonly ExchangeServerFacts[],
  fqdn: string,
): DirectoryServer | undefined {
  const { byFqdn, byHost } = serversIn(objects);
  return byFqdn.get(fqdn) ?? byHost.get(fqdn.split(".")[0] ?? fqdn);
}

/** The object of a server; undefined where the directory shows none, or several. */
export function objectOf(
  objects: readonly ExchangeServerFacts[],
  fqdn: string,
): ExchangeServerFacts | undefined {
  const [first, ...others] = serverNamed(objects, fqdn)?.objects ?? [];
  return others.length === 0 ? first : undefined;
}

/** Why the object of a server is not known: it has several. null where it has one, or none. */
export function whyDoubles(objects: readonly ExchangeServerFacts[], fqdn: string): string | null {
  const server = serverNamed(objects, fqdn);
  return server === undefined || server.objects.length === 1 ? null : doublesText(server);
}

/** How messages name a server: its FQDN where the directory has it. */
export function nameOf({ fqdn, name }: ExchangeServerFacts): string {
  return fqdn ?? name;
}

/** That a server has several objects, and which. */
export function doublesText({ objects }: DirectoryServer): string {
  const [first] = objects;
  return `the directory shows ${objects.length} objects of ${nameOf(first)}: ${objects.map(describeObject).join("; ")}`;
}

/** An object by its DN, with when it was made: of two the older one is not always the one that is left over. */
export function describeObject({ dn, created }: Pick<ExchangeServerFacts, "dn" | "created">): string {
  return created === null ? dn : `${dn}, created ${created}`;
}

/** How a program says that a server is gone. */
export const nameGone = "name it in `gone`, with the reason";

/** The way out where an object that nobody needs any more is in the way. */
export const removeGone = `where such a server is gone for good, remove its object (ADSI Edit, connected to Configuration), or ${nameGone}`;

/** Releases before 2007 have no place in an upgrade, nor have objects that their servers have left behind. */
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
    // An object that a server of 2003 has left in another administrative group stands for nothing beside a later one.
    const [own = first, ...more] = [first, ...others]
      .filter(({ build }) => build === null || build.major >= firstMajor)
      .sort((a, b) => (a.dn < b.dn ? -1 : Number(a.dn > b.dn)));
    groups.set(name, { objects: [own, ...more] });
  }
  return groups;
}
