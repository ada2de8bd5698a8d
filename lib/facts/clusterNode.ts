/** Facts about a Windows cluster, as one of its nodes shows them, and about Setup's unfinished work on the node. */
import type { Fact } from "../facts";

/** Of Windows' CLUSTER_GROUP_STATE, by number. */
export const clusterGroupStates = ["Online", "Offline", "Failed", "PartialOnline", "Pending"] as const;

/** One of {@link clusterGroupStates}; `Unknown` for any other number. */
export type ClusterGroupState = (typeof clusterGroupStates)[number] | "Unknown";

/** A group of a cluster. That of a clustered mailbox server has its name. */
export interface ClusterGroupReading {
  readonly name: string;
  readonly state: ClusterGroupState;
  /** Name of the node that owns it, also while it is offline. */
  readonly owner: string;
}

/** What a node knows of its cluster. Names of nodes are host names. */
export interface ClusterReading {
  /** Nodes by name in lower case; true for one that is up. */
  readonly nodes: { readonly [name: string]: boolean };
  readonly groups: readonly ClusterGroupReading[];
}

/** What is read of one node besides the facts that every computer has. */
export interface ClusterNodeFacts {
  readonly cluster: Fact<ClusterReading>;
  /** What an unfinished Setup /UpgradeCMS has left on this node, in words; empty for none. */
  readonly unfinished: Fact<readonly string[]>;
}

/** The facts of a node that could not be read at all. */
export function unreadClusterNode(fact: Fact<never>): ClusterNodeFacts {
  return { cluster: fact, unfinished: fact };
}
