/** The order of an organization's servers: their waves, and which servers of a wave wait for each other. Pure. */
import type { Role } from "../facts";
import { isModern, type Product } from "../releases";

/** What the order is made from. */
export interface WaveServer {
  /** Name of the server in the order. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Active Directory site; null for a server without one (Edge Transport). */
  readonly site: string | null;
  readonly internetFacing: boolean;
  /** Name of its database availability group. @default none */
  readonly dag?: string;
}

/** How the order may be chosen. */
export interface WaveOptions {
  /** Product of the target, which decides the waves. @default "2007" */
  readonly product?: Product;
  /**
   * How many servers of one role in one site are upgraded at once. A database availability group always allows one.
   * @default 1
   */
  readonly atOnce?: number;
  /**
   * Position of the Edge Transport servers; sources differ.
   * @default "afterMailbox" for 2007 and 2010, "last" for later products
   */
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
  /**
   * Servers of the same wave that must be upgraded first. They share a role and a site, or a database availability
   * group, with this one.
   */
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
 * The document's order (D3), which 2010 shares. Client Access comes first, and Internet-facing servers before the
 * others; then the roles that carry mail; then Mailbox. The management tools come last, since new ones can administer
 * upgraded servers.
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
 * The waves of an organization, without empty ones. A server with several roles is in the earliest wave of its roles.
 * The number of waits within a wave is at most the number of servers, their roles and their groups.
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
  // The servers so far, by role and site, and by database availability group. With n at once, a server waits for the
  // one n places before it.
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

/** The roles that are missing in a site while the server is upgraded. The management tools alone leave no gap. */
function groupsOf({ roles, site }: WaveServer): readonly string[] {
  return roles.filter((role) => role !== "Management Tools").map((role) => JSON.stringify([site, role]));
}

function sizes(servers: readonly WaveServer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const group of servers.flatMap(groupsOf)) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}
