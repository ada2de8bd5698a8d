/** What a server object shows of a clustered mailbox server of Exchange 2007. Its nodes have no objects of their own. */
export interface ClusteredMailboxFacts {
  /** msExchClusterStorageType: 1 cluster continuous replication, 2 single copy cluster; null if it is absent. */
  readonly storage: number | null;
  /** msExchServerRedundantMachines: host names of the nodes as the directory has them, sorted. */
  readonly nodes: readonly string[];
}
