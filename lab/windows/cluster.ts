/**
 * One simulated cluster of Exchange 2007 with its clustered mailbox server, shared by the computers that are its nodes.
 * docs/assumptions.md names the source of each behaviour.
 */
import type { LabCluster } from "../organization";

/** Windows' CLUSTER_GROUP_STATE. */
export const groupStates = { online: 0, offline: 1, failed: 2, partialOnline: 3 } as const;

interface Group {
  /** FQDN of the node that owns it. */
  owner: string;
  state: number;
}

/** Why a cluster or Exchange refuses. */
export class ClusterRefusal extends Error {}

/** A running cluster. */
export class SimulatedCluster {
  readonly groups = new Map<string, Group>();
  /** Nodes that Setup /mode:upgrade has finished on. */
  readonly upgraded = new Set<string>();
  /** Whether Setup /UpgradeCMS has finished. */
  isUpgraded = false;
  /** Nodes on which the Cluster service is stopped. */
  readonly #stopped = new Set<string>();

  /** @param isDown whether Windows of a node is down */
  constructor(
    readonly spec: LabCluster,
    private readonly isDown: (node: string) => boolean,
  ) {
    const [owner] = spec.nodes;
    if (owner === undefined) throw new Error(`The cluster of ${spec.name} has no node.`);
    for (const name of [this.ownGroup, ...(spec.groups ?? ["Cluster Group"])])
      this.groups.set(name, { owner, state: groupStates.online });
  }

  /** The group of the clustered mailbox server: it has the server's name. */
  get ownGroup(): string {
    return (this.spec.name.split(".")[0] ?? "").toUpperCase();
  }

  /** The group of the clustered mailbox server. */
  get own(): Group {
    return this.#group(this.ownGroup);
  }

  /** Every node is newer than the clustered mailbox server: it does not start, and cannot be upgraded. */
  get isBroken(): boolean {
    return !this.isUpgraded && this.spec.nodes.every((node) => this.upgraded.has(node));
  }

  isUp(node: string): boolean {
    return !this.#stopped.has(node) && !this.isDown(node);
  }

  /** `cluster.exe group NAME /move:NODE`. */
  moveGroup(name: string, node: string): void {
    const group = this.#group(name);
    if (!this.isUp(node)) throw new ClusterRefusal(`The node ${node} is not up.`);
    group.owner = node;
  }

  /** Stop-ClusteredMailboxServer: it stays stopped over restarts and moves. */
  stop(): void {
    this.own.state = groupStates.offline;
  }

  /** Move-ClusteredMailboxServer. */
  move(node: string): void {
    if (!this.spec.nodes.includes(node)) throw new ClusterRefusal(`${node} is no redundant machine.`);
    this.moveGroup(this.ownGroup, node);
  }

  /** Start-ClusteredMailboxServer. */
  start(): void {
    if (this.isBroken) {
      this.own.state = groupStates.failed;
      throw new ClusterRefusal("The clustered mailbox server could not be brought online.");
    }
    this.own.state = groupStates.online;
  }

  /** The Cluster service stops, or Windows goes down: another node that is up takes the groups over. */
  leave(node: string): void {
    this.#stopped.add(node);
    const heir = this.spec.nodes.find((each) => each !== node && this.isUp(each));
    for (const group of this.groups.values())
      if (group.owner === node && heir !== undefined) group.owner = heir;
  }

  /** The Cluster service starts, with Windows or by hand. */
  join(node: string): void {
    this.#stopped.delete(node);
  }

  #group(name: string): Group {
    const group = this.groups.get(name);
    if (group === undefined) throw new ClusterRefusal(`The cluster has no group ${name}.`);
    return group;
  }
}
