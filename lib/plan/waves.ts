/** The order of an organization's servers: waves, and within a wave who takes turns. Pure. */
import type { Role } from "../facts";
import { isModern, type Product } from "../releases";

/** What the order is made from. */
export interface WaveServer {
  /** Name by which the order speaks of it. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Active Directory site; null where it has none (Edge Transport). */
  readonly site: string | null;
  readonly internetFacing: boolean;
  /** Name of its database availability group. @default none */
  readonly dag?: string;
}

/** How the order may be chosen. */
export interface WaveOptions {
  /** Product of the target, which decides the waves. @default "2007" */
  readonly product?: Product;
  /** How many servers of one role in one site are upgraded at once; of a database availability group it is always one. @default 1 */
  readonly atOnce?: number;
  /** Where Edge Transport stands: sources differ. @default "afterMailbox" of 2007 and 2010, "last" of later products */
  readonly edge?: "first" | "afterMailbox" | "last";
}

/** Servers between two barriers: each wave waits for the whole wave before it. */
export interface Wave {
  readonly name: WaveName;
  readonly servers: readonly WaveTurn[];
  /** How many of its servers can be upgraded at the same time. */
  readonly width: number;
}

/** A server in its wave. */
export interface WaveTurn {
  readonly name: string;
  /** Servers of the same wave that it waits for, since they share a role and a site with it, or a database availability group. */
  readonly after: readonly string[];
}

/** The waves, by what is upgraded in them. */
export type WaveName =
  | "Client Access that faces the Internet"
  | "other Client Access"
  | "Hub Transport and Unified Messaging"
  | "Mailbox"
  | "sites that face the Internet"
  | "Client Access of sites that face the Internet"
  | "other sites"
  | "Client Access of other sites"
  | "Edge Transport"
  | "management tools";

/**
 * The document's order (D3), and that of 2010: Client Access first, and of it what faces the Internet; then the roles that carry mail,
 * then Mailbox. The management tools come last, since new ones administer what is upgraded.
 */
const byRole: readonly WaveName[] = [
  "Client Access that faces the Internet",
  "other Client Access",
  "Hub Transport and Unified Messaging",
  "Mailbox",
  "management tools",
];

/**
 * The order from 2013 on (practical365.com; frankysweb.de): sites that face the Internet, then the others. In a site of 2013 the
 * servers with the Mailbox role come before those that have Client Access alone; later products have no such servers.
 */
const bySite: readonly WaveName[] = [
  "sites that face the Internet",
  "Client Access of sites that face the Internet",
  "other sites",
  "Client Access of other sites",
  "management tools",
];

/**
 * The waves of an organization, those without a server left out. A server with several roles stands in the earliest wave
 * that one of them belongs to. Waits within a wave are as many as servers, their roles and their groups at most.
 */
export function wavesOf(servers: readonly WaveServer[], options: WaveOptions = {}): readonly Wave[] {
  const waveOf = isModern(options.product ?? "2007") ? siteWaves(servers) : roleWave;
  return orderOf(options).flatMap((name) => {
    const own = servers.filter((server) => waveOf(server) === name);
    return own.length === 0 ? [] : [waveFrom(name, own, servers, options.atOnce ?? 1)];
  });
}

function orderOf({ product = "2007", edge }: WaveOptions): readonly WaveName[] {
  const inOrder = isModern(product) ? bySite : byRole;
  const place = edge ?? (isModern(product) ? "last" : "afterMailbox");
  if (place === "first") return ["Edge Transport", ...inOrder];
  if (place === "last") return [...inOrder, "Edge Transport"];
  return inOrder.flatMap((name) => (name === "management tools" ? ["Edge Transport", name] : [name]));
}

/** The wave of a server of 2007 or 2010. */
function roleWave({ roles, internetFacing }: WaveServer): WaveName {
  if (roles.includes("Edge Transport")) return "Edge Transport";
  if (roles.includes("Client Access"))
    return internetFacing ? "Client Access that faces the Internet" : "other Client Access";
  if (roles.includes("Hub Transport") || roles.includes("Unified Messaging"))
    return "Hub Transport and Unified Messaging";
  return roles.includes("Mailbox") ? "Mailbox" : "management tools";
}

/** The waves of servers of 2013 and later: a site faces the Internet as soon as one of its servers does. */
function siteWaves(servers: readonly WaveServer[]): (server: WaveServer) => WaveName {
  const siteOf = ({ site }: WaveServer) => site?.toLowerCase() ?? null;
  const facing = new Set(servers.filter(({ internetFacing }) => internetFacing).map(siteOf));
  return (server) => {
    const { roles } = server;
    if (roles.includes("Edge Transport")) return "Edge Transport";
    if (roles.every((role) => role === "Management Tools")) return "management tools";
    const first = facing.has(siteOf(server));
    if (roles.includes("Client Access") && !roles.includes("Mailbox"))
      return first ? "Client Access of sites that face the Internet" : "Client Access of other sites";
    return first ? "sites that face the Internet" : "other sites";
  };
}

function waveFrom(
  name: WaveName,
  own: readonly WaveServer[],
  all: readonly WaveServer[],
  atOnce: number,
): Wave {
  const inAll = sizes(all);
  // By role and site, and by database availability group, the servers so far: each waits for the one that started as many places
  // before it.
  const lines = new Map<string, string[]>();
  const servers = own.map((server) => {
    const after = new Set<string>();
    const wait = (group: string, lane: number) => {
      const line = lines.get(group) ?? [];
      lines.set(group, line);
      const earlier = line[line.length - lane];
      if (earlier !== undefined) after.add(earlier);
      line.push(server.name);
    };
    for (const group of groupsOf(server))
      wait(group, Math.max(1, Math.min(atOnce, (inAll.get(group) ?? 1) - 1)));
    if (server.dag !== undefined) wait(`dag ${server.dag.toLowerCase()}`, 1);
    return { name: server.name, after: [...after] };
  });
  return { name, servers, width: servers.filter((s) => s.after.length === 0).length };
}

/** Where a server leaves a gap while it is upgraded: each of its roles in its site. The tools alone leave none. */
function groupsOf({ roles, site }: WaveServer): readonly string[] {
  return roles.filter((role) => role !== "Management Tools").map((role) => JSON.stringify([site, role]));
}

function sizes(servers: readonly WaveServer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const group of servers.flatMap(groupsOf)) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}
