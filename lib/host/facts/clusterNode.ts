/**
 * A Windows cluster as one of its nodes shows it. States are Windows' numbers, from WMI. Owners are from `cluster group`,
 * where only the names of groups and nodes are looked for: every other word is localised.
 */
import { type Fact, known, unknown } from "../../facts";
import {
  type ClusterGroupReading,
  type ClusterGroupState,
  type ClusterNodeFacts,
  type ClusterReading,
  clusterGroupStates,
} from "../../facts/clusterNode";
import { cutLine, listed } from "../../text";
import { failureOf, type Part, type Parts, regQuery, runParts } from "../cmd/commands";
import { parseWmicValues } from "../cmd/listings";
import { dataOf, findKey, parseRegistry } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { HostSession } from "../transport/session";
import { wmic } from "./media";
import { Listings, presencesOf } from "./presence";

/** Of Windows' CLUSTER_NODE_STATE: the node takes part in the cluster. */
const nodeUp = 0;

const source = "the cluster (root\\mscluster, cluster.exe group)";

/** What of the node is asked. */
export interface ClusterQuestions {
  /** The release's Exchange key. */
  readonly registryKey: string;
  /** Names of keys below it that a clustered mailbox server has. */
  readonly clusterKeys: readonly string[];
}

/**
 * Reads the cluster, and what an unfinished /UpgradeCMS has left.
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export async function readClusterNode(
  session: HostSession,
  { registryKey, clusterKeys }: ClusterQuestions,
): Promise<ClusterNodeFacts> {
  const keys = clusterKeys.map((name) => `${registryKey}\\${name}`);
  const parts = await runParts<string>(session, {
    nodes: listing("MSCluster_Node"),
    groups: listing("MSCluster_ResourceGroup"),
    owners: "%SystemRoot%\\System32\\cluster.exe group <nul 2>&1",
    ...Object.fromEntries(keys.map((key) => [key, `${regQuery(key)} 2>&1`])),
  });
  return { cluster: clusterIn(parts), unfinished: await unfinishedIn(session, keys, parts, registryKey) };
}

function listing(className: string): string {
  return `${wmic} /namespace:\\\\root\\mscluster path ${className} get Name,State /value <nul 2>&1`;
}

/** The cluster from what wmic and cluster.exe have printed. */
export function clusterIn({ nodes, groups, owners }: Parts<string>): Fact<ClusterReading> {
  if (nodes === undefined || groups === undefined || owners === undefined)
    return unknown("it was not asked", source);
  const nodeStates = statesIn(nodes, "node");
  const groupStates = statesIn(groups, "group");
  for (const states of [nodeStates, groupStates])
    if (typeof states === "string") return unknown(states, source);
  if (typeof nodeStates === "string" || typeof groupStates === "string") return unknown("", source);
  if (!owners.ok) return unknown(`cluster.exe: ${failureOf(owners)}`, source);
  const read: ClusterGroupReading[] = [];
  for (const [name, state] of groupStates) {
    const owner = ownerOf(name, [...nodeStates.keys()], owners.text);
    if (owner === null) return unknown(`cluster.exe shows no owner of the group ${name}`, source);
    read.push({ name, state: groupState(state), owner });
  }
  return known(
    {
      nodes: Object.fromEntries(
        [...nodeStates].map(([name, state]) => [name.toLowerCase(), state === nodeUp]),
      ),
      groups: read,
    },
    source,
  );
}

/** Numbers of states by name, or why they are not known. */
function statesIn(part: Part, what: string): ReadonlyMap<string, number> | string {
  if (!part.ok) return `wmic: ${failureOf(part)}`;
  const names = parseWmicValues(part.text, "Name").map((name) => name.replaceAll("&amp;", "&"));
  const states = parseWmicValues(part.text, "State").map((state) =>
    /^-?\d+$/.test(state) ? Number(state) : null,
  );
  const said = () => cutLine(linesOf(part.text).join(" "), 120).replace(/\.$/, "");
  if (names.length === 0) return `wmic lists no ${what} of a cluster${said() === "" ? "" : `: ${said()}`}`;
  const found = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const state = states[at];
    if (name === "" || state === undefined || state === null || states.length !== names.length)
      return `wmic does not list the name and the state of each ${what}: ${said()}`;
    found.set(name, state);
  }
  return found.size === names.length ? found : `wmic lists a ${what} twice: ${listed(names)}`;
}

function groupState(number: number): ClusterGroupState {
  return clusterGroupStates[number] ?? "Unknown";
}

/** The node that stands behind the group's name in its line; null if none does, or several lines differ. */
function ownerOf(group: string, nodes: readonly string[], text: string): string | null {
  const owners = linesOf(text).flatMap((line) => {
    const trimmed = line.trim();
    if (!trimmed.toLowerCase().startsWith(`${group.toLowerCase()} `)) return [];
    const [next = ""] = trimmed.slice(group.length).trim().split(/\s+/);
    return nodes.filter((node) => node.toLowerCase() === next.toLowerCase());
  });
  const [owner, ...others] = owners;
  return owner !== undefined && others.every((other) => other === owner) ? owner : null;
}

/** A watermark, or an action, below one of the keys. An absent key has left nothing. */
async function unfinishedIn(
  session: HostSession,
  keys: readonly string[],
  parts: Parts<string>,
  registryKey: string,
): Promise<Fact<readonly string[]>> {
  const open = keys.filter((key) => parts[key]?.ok !== true);
  const presences = await presencesOf(session, open, new Listings());
  const left: string[] = [];
  for (const key of keys) {
    const part = parts[key];
    if (part?.ok !== true) {
      if (presences.get(key) === "absent") continue;
      return unknown(part === undefined ? "it was not asked" : failureOf(part), key);
    }
    const found = findKey(parseRegistry(part.text), key);
    for (const name of ["Watermark", "Action"]) {
      const data = dataOf(found, name);
      if (data !== null) left.push(`${name} ${data} in ${key}`);
    }
  }
  return known(left, registryKey);
}
