/**
 * What is to be done next in the upgrade of a clustered mailbox server, from what is seen of it. Pure, and without a memory: each
 * run takes it up where it stands, whoever did the last step.
 *
 * Two things must never happen. Setup on a node that owns the clustered mailbox server, or another group. And the last node new while the
 * clustered mailbox server is old: it then does not start, and /UpgradeCMS refuses. So no other node is upgraded between the
 * first one and /UpgradeCMS.
 */
import type { Fact } from "../../facts";
import type { ClusterGroupState } from "../../facts/clusterNode";
import { listed } from "../../text";

/** How an object or a node stands to the target. `unfinished`: Setup has begun there, and not ended. */
export type Standing = "old" | "unfinished" | "new" | "above";

/** What is seen of a node. */
export interface NodeSeen {
  /** FQDN. */
  readonly name: string;
  readonly standing: Fact<Standing>;
  /** Whether Windows waits for a restart. */
  readonly restart: Fact<boolean>;
  /** What an unfinished /UpgradeCMS has left there; empty for nothing. */
  readonly unfinished: Fact<readonly string[]>;
}

/** What is seen of the cluster. */
export interface GroupsSeen {
  /** FQDN of the node that owns the clustered mailbox server. */
  readonly owner: string;
  readonly state: ClusterGroupState;
  /** FQDNs of the nodes that are up. */
  readonly up: ReadonlySet<string>;
  /** The other groups by the FQDN of their owner. */
  readonly groups: { readonly [node: string]: readonly string[] };
  /** Names of the other clustered mailbox servers that the cluster hosts. */
  readonly others: readonly string[];
}

/** Everything that decides what is next. */
export interface ClusterSeen {
  /** The server object of the clustered mailbox server. */
  readonly cms: Fact<Exclude<Standing, "unfinished">>;
  /** In the program's order: two or more. */
  readonly nodes: readonly NodeSeen[];
  readonly cluster: Fact<GroupsSeen>;
}

/** Something to do. `node` is where it is done, or where the clustered mailbox server goes. */
export type ClusterStep =
  | {
      readonly action: "move groups";
      readonly node: string;
      readonly to: string;
      readonly groups: readonly string[];
    }
  | { readonly action: "upgrade node"; readonly node: string; readonly again: boolean }
  | { readonly action: "restart node"; readonly node: string; readonly why: "pending" | "not up" }
  /** `aside`: the clustered mailbox server leaves a node on which Setup or a restart is due. */
  | { readonly action: "move"; readonly node: string; readonly aside: boolean }
  | { readonly action: "stop" | "upgrade CMS" | "start"; readonly node: string };

export type Next =
  | { readonly kind: "done" }
  | { readonly kind: "step"; readonly step: ClusterStep }
  /** Every node is new and the clustered mailbox server is old. `owner` is the node that owns it; null if that is not known. */
  | { readonly kind: "broken"; readonly owner: string | null }
  /** All is upgraded, and a part of its group is online. Which of its resources are meant to be is not known. */
  | { readonly kind: "partial"; readonly owner: string }
  | { readonly kind: "above"; readonly what: readonly string[] }
  /** An installation of the clustered mailbox server has not finished, and no node is upgraded. */
  | { readonly kind: "leftover"; readonly node: string; readonly left: readonly string[] }
  /** What could not be read, or does not fit together. */
  | {
      readonly kind: "unknown";
      readonly why: string;
      readonly where: string;
      /** What to do, if it is no matter of answers or of the program. */
      readonly fix?: string;
    };

interface Known {
  readonly name: string;
  readonly standing: Standing;
  readonly restart: Fact<boolean>;
  readonly unfinished: readonly string[];
}

/** What is next. What cannot be known is never taken for done, or for allowed. */
export function nextStep({ cms, nodes, cluster }: ClusterSeen): Next {
  const above = [
    ...(cms.known && cms.value === "above" ? ["the clustered mailbox server"] : []),
    ...nodes.flatMap(({ name, standing }) => (standing.known && standing.value === "above" ? [name] : [])),
  ];
  if (above.length > 0) return { kind: "above", what: above };
  const read: Known[] = [];
  for (const { name, standing, restart, unfinished } of nodes) {
    if (!standing.known) return { kind: "unknown", why: standing.why, where: name };
    if (!unfinished.known) return { kind: "unknown", why: unfinished.why, where: name };
    read.push({ name, standing: standing.value, restart, unfinished: unfinished.value });
  }
  if (!cms.known) return { kind: "unknown", why: cms.why, where: "the directory" };
  const rest = read.filter(({ standing }) => standing !== "new");
  // This needs no answer of the cluster, which may be down just because of it.
  if (cms.value === "old" && rest.length === 0) {
    const holder = cluster.known ? read.find(({ name }) => name === cluster.value.owner) : undefined;
    return { kind: "broken", owner: holder?.name ?? null };
  }
  if (!cluster.known) return { kind: "unknown", why: cluster.why, where: "the cluster" };
  const owner = read.find(({ name }) => name === cluster.value.owner);
  if (owner === undefined)
    return {
      kind: "unknown",
      why: `${cluster.value.owner}, which owns it, is no node of the program`,
      where: "the cluster",
    };
  const { state, others } = cluster.value;
  if (others.length > 0 && (cms.value === "old" || rest.length > 0))
    return {
      kind: "unknown",
      why: `the cluster also hosts ${listed(others)}, and no source has the order for several clustered mailbox servers`,
      where: "the cluster",
      fix: "decide the order, and upgrade them by hand, each before the last node is upgraded; then run pulumi up again: it proves the result",
    };
  // What it will be, or is, decides whether it is stopped, moved or started.
  if (state === "Pending" || state === "Unknown")
    return {
      kind: "unknown",
      why: state === "Pending" ? "its group is between two states" : "its group has a state without a name",
      where: "the cluster",
      fix: "wait until its group is Online or Offline, then run pulumi up again; if it does not get there, read the event log of the node that owns it",
    };
  const seen = {
    groups: cluster.value,
    owner,
    fresh: read.filter(({ standing }) => standing === "new"),
    rest,
  };
  return cms.value === "old" ? whileOld(seen) : whileNew(seen);
}

interface Seen {
  readonly groups: GroupsSeen;
  readonly owner: Known;
  /** Nodes at the target. */
  readonly fresh: readonly Known[];
  /** The others. */
  readonly rest: readonly Known[];
}

/** The clustered mailbox server is not upgraded. */
function whileOld(seen: Seen): Next {
  const { owner, fresh, rest, groups } = seen;
  const [first] = fresh;
  if (first === undefined) {
    const left = rest.find(({ unfinished }) => unfinished.length > 0);
    if (left !== undefined) return { kind: "leftover", node: left.name, left: left.unfinished };
    return beforeSetup(pickPassive(seen), seen);
  }
  // Now /UpgradeCMS is next, whatever else there is to do on the other nodes.
  const host = hostOf(seen) ?? first;
  // On a node where Setup has not ended it may not start.
  const heir = rest.find(({ name, standing }) => standing === "old" && groups.up.has(name));
  const restart = restartOf(host, groups);
  if (restart !== null) {
    if (restart.kind === "step" && host === owner && heir !== undefined) return aside(heir);
    return restart;
  }
  return upgradeOn(host, seen);
}

/** The new node on which the clustered mailbox server is to be: one that /UpgradeCMS has begun on, its owner, one that is up. */
function hostOf({ fresh, owner, groups }: Seen): Known | undefined {
  return (
    fresh.find(({ unfinished }) => unfinished.length > 0) ??
    fresh.find((node) => node === owner) ??
    fresh.find(({ name }) => groups.up.has(name)) ??
    fresh[0]
  );
}

/** Stopped, moved, upgraded: on a node that is new and up. */
function upgradeOn(host: Known, { groups, owner }: Seen): Next {
  if (groups.state !== "Offline") return step({ action: "stop", node: owner.name });
  if (owner !== host) return step({ action: "move", node: host.name, aside: false });
  return step({ action: "upgrade CMS", node: host.name });
}

/** The clustered mailbox server is upgraded. */
function whileNew(seen: Seen): Next {
  const { owner, fresh, rest, groups } = seen;
  const host = hostOf(seen);
  if (host === undefined)
    return {
      kind: "unknown",
      why: "the clustered mailbox server is upgraded, and no node is",
      where: "the directory",
    };
  if (owner !== host) {
    const restart = restartOf(host, groups);
    if (restart !== null) return restart;
    if (groups.state !== "Offline") return step({ action: "stop", node: owner.name });
    return step({ action: "move", node: host.name, aside: false });
  }
  if (host.unfinished.length > 0) return upgradeOn(host, seen);
  const passive = rest.find(({ standing }) => standing === "unfinished") ?? rest[0];
  if (passive !== undefined) return beforeSetup(passive, seen);
  for (const node of fresh) {
    // The owner is not restarted any more: it would take the clustered mailbox server along.
    const restart = node === owner ? null : restartOf(node, groups);
    if (restart !== null) return restart;
  }
  if (groups.state === "PartialOnline") return { kind: "partial", owner: owner.name };
  return groups.state === "Online" ? { kind: "done" } : step({ action: "start", node: owner.name });
}

/** The node that is upgraded first: one on which Setup has begun, else one that does not own the clustered mailbox server. */
function pickPassive({ rest, owner }: Seen): Known {
  const passive = rest.filter((node) => node !== owner);
  return (
    passive.find(({ standing }) => standing === "unfinished") ??
    rest.find(({ standing }) => standing === "unfinished") ??
    passive[0] ??
    owner
  );
}

/** What comes before Setup on a node, and then Setup. */
function beforeSetup(node: Known, { owner, groups, rest, fresh }: Seen): Next {
  if (node === owner) {
    const heir = [...fresh, ...rest].find((each) => each !== node && groups.up.has(each.name));
    if (heir === undefined)
      return { kind: "unknown", why: `no other node than ${node.name} is up`, where: "the cluster" };
    return aside(heir);
  }
  const owned = groups.groups[node.name] ?? [];
  if (owned.length > 0)
    return step({ action: "move groups", node: node.name, to: owner.name, groups: owned });
  if (!node.restart.known) return { kind: "unknown", why: node.restart.why, where: node.name };
  if (node.restart.value) return step({ action: "restart node", node: node.name, why: "pending" });
  return step({ action: "upgrade node", node: node.name, again: node.standing === "unfinished" });
}

function aside(heir: Known): Next {
  return step({ action: "move", node: heir.name, aside: true });
}

/** The restart that a new node needs; null if it needs none. */
function restartOf(node: Known, groups: GroupsSeen): Next | null {
  if (!node.restart.known) return { kind: "unknown", why: node.restart.why, where: node.name };
  if (node.restart.value) return step({ action: "restart node", node: node.name, why: "pending" });
  return groups.up.has(node.name) ? null : step({ action: "restart node", node: node.name, why: "not up" });
}

function step(each: ClusterStep): Next {
  return { kind: "step", step: each };
}
