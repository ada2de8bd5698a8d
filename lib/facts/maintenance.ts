/**
 * What a server's own management shell and its cluster say of maintenance, read in one run of one script. Names of states are those
 * of Exchange's and Windows' enumerations, which are the same in every language.
 */
import type { ServiceReading } from "./server";

/** Of Exchange's ServiceState. `Draining` takes no new work and finishes what it has: it is not yet out of service. */
export const componentStates = ["Active", "Inactive", "Draining"] as const;

/** One of {@link componentStates}. */
export type ComponentState = (typeof componentStates)[number];

/** Who may ask for a component's state. Each keeps its own; the lowest counts, and only who has set one clears it. */
export const stateRequesters = ["HealthAPI", "Maintenance", "Sidelined", "Functional", "Deployment"] as const;

/** One of {@link stateRequesters}. */
export type StateRequester = (typeof stateRequesters)[number];

/** A component of a server, of Exchange 2013 and later. */
export interface ComponentReading {
  /** What counts: of all requesters, and of ServerWideOffline. */
  readonly state: ComponentState;
  /** What each requester has asked for, as far as it has asked for anything. */
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
  /** True where this copy is the active one: whether it is mounted, or is to be. */
  readonly active: boolean;
  /** True where somebody has suspended this copy for activation: Exchange's own maintenance scripts resume it. */
  readonly activationSuspended: boolean;
  /** Log files still to be copied and to be replayed; null where Exchange does not say. */
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
  /** True where it is the group's primary active manager. */
  readonly primaryActiveManager: boolean;
  /** Names of all members of the group, this server included, sorted. */
  readonly members: readonly string[];
}

/** A transport queue of this server. */
export interface QueueReading {
  /** As Exchange names it, e.g. `EX1\Submission`, `EX1\Shadow\7`. */
  readonly identity: string;
  /**
   * By QueueType, or DeliveryType for `shadow`: copies of messages that another server delivers, which stay. `poison` keeps
   * messages that Exchange has set aside, which nobody redirects.
   */
  readonly kind: "submission" | "delivery" | "unreachable" | "poison" | "shadow";
  readonly messages: number;
}

/** Another server to which this one's messages may be redirected. */
export interface RedirectTargetReading {
  readonly fqdn: string;
  /** True for a member of the same database availability group; else a server of the same Active Directory site. */
  readonly sameGroup: boolean;
  /** Effective state of its HubTransport; null where it was not read ({@link unread}), and for 2010, which has none. */
  readonly hubTransport: ComponentState | null;
  /** Its activation policy; null where it was not read, and without the Mailbox role. */
  readonly activationPolicy: ActivationPolicy | null;
  /** Why something of it was not read, in one sentence without a final full stop; null where all was. */
  readonly unread: string | null;
}

/** The facts by name, as they are once they have been read. */
export interface MaintenanceReadings {
  /** By name, e.g. `HubTransport`, `ServerWideOffline`; null where the release has no component states (2010). */
  readonly components: { readonly [component: string]: ComponentReading } | null;
  /** Null without the Mailbox role. */
  readonly mailboxServer: MailboxServerReading | null;
  /** Null without the Mailbox role; empty for no database. */
  readonly copies: readonly DatabaseCopyReading[] | null;
  /** Null outside of a database availability group. */
  readonly clusterNode: ClusterNodeReading | null;
  /** Null where the server has no transport. */
  readonly queues: readonly QueueReading[] | null;
  /** Calls that Unified Messaging has; null where the release or the server has none of it. */
  readonly activeCalls: number | null;
  /** The services that were asked about, by name; null for one that is not there. */
  readonly services: { readonly [name: string]: ServiceReading | null };
  /** Sorted. Those of the group; where it has none with transport, and outside of a group, those of the site. */
  readonly redirectTargets: readonly RedirectTargetReading[];
}
