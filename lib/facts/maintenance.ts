/**
 * Facts about maintenance from a server's own management shell and its cluster, read in one run of one script. Names of
 * states are those of Exchange's and Windows' enumerations, which are the same in every language.
 */
import type { ServiceReading } from "./server";

/**
 * Of Exchange's ServiceState. `Draining` accepts no new work and finishes what it has, so it is not out of service yet.
 */
export const componentStates = ["Active", "Inactive", "Draining"] as const;

/** One of {@link componentStates}. */
export type ComponentState = (typeof componentStates)[number];

/**
 * Requesters of a component's state. Each has a state of its own, which only it can clear; the lowest one takes effect.
 */
export const stateRequesters = ["HealthAPI", "Maintenance", "Sidelined", "Functional", "Deployment"] as const;

/** One of {@link stateRequesters}. */
export type StateRequester = (typeof stateRequesters)[number];

/** A component of a server, of Exchange 2013 and later. */
export interface ComponentReading {
  /** The effective state, of all requesters and of ServerWideOffline. */
  readonly state: ComponentState;
  /** The state of each requester that has set one. */
  readonly requesters: { readonly [requester in StateRequester]?: ComponentState };
}

/** Of Exchange's DatabaseCopyAutoActivationPolicyType. */
export const activationPolicies = ["Unrestricted", "IntrasiteOnly", "Blocked"] as const;

/** One of {@link activationPolicies}. */
export type ActivationPolicy = (typeof activationPolicies)[number];

/** Settings of a server with the Mailbox role. */
export interface MailboxServerReading {
  /** DatabaseCopyAutoActivationPolicy. */
  readonly activationPolicy: ActivationPolicy;
  /** DatabaseCopyActivationDisabledAndMoveNow; null in releases that have none (2010). */
  readonly activationDisabledAndMoveNow: boolean | null;
  /** Name of its database availability group; null outside of one. */
  readonly availabilityGroup: string | null;
}

/** A copy of a mailbox database on this server. */
export interface DatabaseCopyReading {
  readonly database: string;
  /** Of Exchange's CopyStatus: `Mounted`, `Mounting`, `Dismounted`, `Dismounting`, `Healthy`, `Suspended`, `Failed`, … */
  readonly status: string;
  /** Of Exchange's ReplicationType: `Remote`; `None` for the only copy, which cannot move. */
  readonly replication: "Remote" | "None";
  /** Copies of the database on all servers, this one included. */
  readonly copies: number;
  /** True if this copy is the active one: mounted, or to be mounted. */
  readonly active: boolean;
  /** True if somebody has suspended this copy for activation: Exchange's own maintenance scripts resume it. */
  readonly activationSuspended: boolean;
  /** Log files still to be copied and to be replayed; null if Exchange does not tell. */
  readonly copyQueue: number | null;
  readonly replayQueue: number | null;
}

/** Of Windows' ClusterNodeState. */
export const clusterNodeStates = ["Up", "Down", "Paused", "Joining", "Unknown"] as const;

/** One of {@link clusterNodeStates}. */
export type ClusterNodeState = (typeof clusterNodeStates)[number];

/** This server as a member of a database availability group. */
export interface ClusterNodeReading {
  readonly state: ClusterNodeState;
  /** True if it is the group's primary active manager. */
  readonly primaryActiveManager: boolean;
  /** Names of all members of the group, this server included, sorted. */
  readonly members: readonly string[];
}

/** A transport queue of this server. */
export interface QueueReading {
  /** Exchange's name, e.g. `EX1\Submission`, `EX1\Shadow\7`. */
  readonly identity: string;
  /**
   * By QueueType, or DeliveryType for `shadow`: copies of messages that another server delivers, which stay. `poison`
   * contains messages that Exchange has set aside, which cannot be redirected.
   */
  readonly kind: "submission" | "delivery" | "unreachable" | "poison" | "shadow";
  readonly messages: number;
}

/** Another server to which this one's messages may be redirected. */
export interface RedirectTargetReading {
  readonly fqdn: string;
  /** True for a member of the same database availability group; else a server of the same Active Directory site. */
  readonly sameGroup: boolean;
  /** Effective state of its HubTransport; null if it was not read ({@link unread}), and for 2010, which has none. */
  readonly hubTransport: ComponentState | null;
  /** Its activation policy; null if it was not read, and without the Mailbox role. */
  readonly activationPolicy: ActivationPolicy | null;
  /** Why something of it was not read, in one sentence without a final full stop; null if everything was. */
  readonly unread: string | null;
}

/** The values of the facts, by name. */
export interface MaintenanceReadings {
  /** By name, e.g. `HubTransport`, `ServerWideOffline`; null if the release has no component states (2010). */
  readonly components: { readonly [component: string]: ComponentReading } | null;
  /** Null without the Mailbox role. */
  readonly mailboxServer: MailboxServerReading | null;
  /** Null without the Mailbox role; empty without databases. */
  readonly copies: readonly DatabaseCopyReading[] | null;
  /** Null outside a database availability group. */
  readonly clusterNode: ClusterNodeReading | null;
  /** Null if the server has no transport. */
  readonly queues: readonly QueueReading[] | null;
  /** Calls that Unified Messaging handles; null if the release or the server has no Unified Messaging. */
  readonly activeCalls: number | null;
  /** The services that were read, by name; null for a missing one. */
  readonly services: { readonly [name: string]: ServiceReading | null };
  /** Sorted. Members of the group; without any that has transport, and outside a group, servers of the site. */
  readonly redirectTargets: readonly RedirectTargetReading[];
}
