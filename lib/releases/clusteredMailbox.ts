/**
 * How a clustered mailbox server of Exchange 2007 is upgraded: the commands in their order, each with its support. The full topics of
 * Microsoft could not be read; what has no source stays the decision of a person.
 */
import type { Evidenced } from "./evidence";

/** Kinds of clusters by msExchClusterStorageType. */
const storages: { readonly [number: number]: "CCR" | "SCC" } = { 1: "CCR", 2: "SCC" };

/** The kind of a cluster: cluster continuous replication, or a single copy cluster; null for a number that is not known. */
export function clusterStorage(number: number | null): "CCR" | "SCC" | null {
  return number === null ? null : (storages[number] ?? null);
}

/** What is done in the upgrade of a clustered mailbox server, in its order. */
export type ClusterAction =
  | "move groups"
  | "upgrade node"
  | "restart node"
  | "stop"
  | "move"
  | "upgrade CMS"
  | "start";

const twoPractitioners =
  "enowconsulting.com, October 2009, and siliconexus.com, August 2010 (two reports of a CCR upgrade)";

/** The support for each action. */
export const clusterActionEvidence: Readonly<Record<ClusterAction, Evidenced>> = {
  "move groups": {
    evidence: "documented",
    source: "Microsoft TechNet bb885043, on update rollups of clustered mailbox servers",
  },
  "upgrade node": {
    evidence: "documented",
    source: "Microsoft TechNet bb676559 and bb691226 (upgrading clustered mailbox servers to SP1 or SP2)",
  },
  "restart node": { evidence: "practice", source: twoPractitioners },
  stop: { evidence: "practice", source: "enowconsulting.com, October 2009 (report of a CCR upgrade)" },
  move: { evidence: "practice", source: "enowconsulting.com, October 2009 (report of a CCR upgrade)" },
  "upgrade CMS": { evidence: "practice", source: twoPractitioners },
  start: { evidence: "practice", source: "siliconexus.com, August 2010 (report of a CCR upgrade)" },
};

/** Setup's switch, without a value, that upgrades the clustered mailbox server on the node that owns it. */
export const upgradeCms = "/UpgradeCMS";

/** What the commands name. Names of nodes are host names. */
export interface ClusterCommandNames {
  /** Host name of the clustered mailbox server. */
  readonly cms: string;
  /** Name of the target. */
  readonly target: string;
}

/** `cluster.exe group "Cluster Group" /move:NODE1`. */
export function moveGroupCommand(group: string, node: string): string {
  return `cluster.exe group "${group}" /move:${node}`;
}

export function stopCommand({ cms, target }: ClusterCommandNames): string {
  return `Stop-ClusteredMailboxServer ${cms} -StopReason "Upgrade to ${target}" -Confirm:$false`;
}

export function moveCommand({ cms, target }: ClusterCommandNames, node: string): string {
  return `Move-ClusteredMailboxServer ${cms} -TargetMachine ${node} -MoveComment "Upgrade to ${target}" -Confirm:$false`;
}

export function startCommand({ cms }: ClusterCommandNames): string {
  return `Start-ClusteredMailboxServer ${cms}`;
}
