/** Ways in which the management shell, the databases, the queues and the cluster of a simulated server misbehave. */

/** Faults of one server; they may be changed at any time. */
export interface ManagementFaults {
  /** Databases whose active copy does not leave this server. */
  stuckDatabases?: readonly string[];
  /** Queues, by what stands behind the server's name, that do not drain. */
  stuckQueues?: readonly string[];
  /** The cluster node is told to pause and stays up. */
  nodeStaysUp?: boolean;
  /** What scripts print instead of an answer, by the script's name. */
  rubbish?: { [script: string]: string };
  /** Cmdlets that fail, by name, with the message. */
  failing?: { [cmdlet: string]: string };
  /** Services that do not come to run when they are started. */
  stuckServices?: readonly string[];
  /** Told of every script: before it has its effect, after it, and never again. It may break the connection or restart the computer. */
  atScript?: (script: string, when: "before" | "after") => void;
}
