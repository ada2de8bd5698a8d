/** The order of an organization's servers: waves, and within a wave who takes turns. Pure. */
import type { Role } from "../facts";

/** What the order is made from. */
export interface WaveServer {
  /** Name by which the order speaks of it. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Active Directory site; null where it has none (Edge Transport). */
  readonly site: string | null;
  readonly internetFacing: boolean;
}

/** How the order may be chosen. */
export interface WaveOptions {
  /** How many servers of one role in one site are upgraded at once. @default 1 */
  readonly atOnce?: number;
  /** Where Edge Transport stands: sources differ. @default "afterMailbox" */
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
  /** Servers of the same wave that it waits for, since they share a role and a site with it. */
  readonly after: readonly string[];
}

/** The waves, by what is upgraded in them. */
export type WaveName =
  | "Client Access that faces the Internet"
  | "other Client Access"
  | "Hub Transport and Unified Messaging"
  | "Mailbox"
  | "Edge Transport"
  | "management tools";

/**
 * The document's order (D3): Client Access first, and of it what faces the Internet; then the roles that carry mail, then
 * Mailbox. The management tools come last, since new ones administer what is upgraded.
 */
const inOrder: readonly WaveName[] = [
  "Client Access that faces the Internet",
  "other Client Access",
  "Hub Transport and Unified Messaging",
  "Mailbox",
  "management tools",
];

/**
 * The waves of an organization, those without a server left out. A server with several roles stands in the earliest wave
 * that one of them belongs to. Waits within a wave are as many as servers and their roles at most.
 */
export function wavesOf(servers: readonly WaveServer[], options: WaveOptions = {}): readonly Wave[] {
  return orderOf(options).flatMap((name) => {
    const own = servers.filter((server) => waveOf(server) === name);
    return own.length === 0 ? [] : [waveFrom(name, own, servers, options.atOnce ?? 1)];
  });
}

function orderOf({ edge = "afterMailbox" }: WaveOptions): readonly WaveName[] {
  if (edge === "first") return ["Edge Transport", ...inOrder];
  if (edge === "last") return [...inOrder, "Edge Transport"];
  return inOrder.flatMap((name) => (name === "Mailbox" ? [name, "Edge Transport"] : [name]));
}

/** The wave that a server belongs to. */
export function waveOf({ roles, internetFacing }: WaveServer): WaveName {
  if (roles.includes("Edge Transport")) return "Edge Transport";
  if (roles.includes("Client Access"))
    return internetFacing ? "Client Access that faces the Internet" : "other Client Access";
  if (roles.includes("Hub Transport") || roles.includes("Unified Messaging"))
    return "Hub Transport and Unified Messaging";
  return roles.includes("Mailbox") ? "Mailbox" : "management tools";
}

function waveFrom(
  name: WaveName,
  own: readonly WaveServer[],
  all: readonly WaveServer[],
  atOnce: number,
): Wave {
  const inAll = sizes(all);
  // By role and site, the servers so far: each waits for the one that started as many places before it.
  const lines = new Map<string, string[]>();
  const servers = own.map((server) => {
    const after = new Set<string>();
    for (const group of groupsOf(server)) {
      const line = lines.get(group) ?? [];
      lines.set(group, line);
      const lane = Math.max(1, Math.min(atOnce, (inAll.get(group) ?? 1) - 1));
      const earlier = line[line.length - lane];
      if (earlier !== undefined) after.add(earlier);
      line.push(server.name);
    }
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
