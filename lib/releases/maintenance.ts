/** How a server is taken out of service and put back, by product: the order of Microsoft's steps, as data. */
import { citations, type Evidenced } from "./evidence";
import type { Product } from "./products";

/** One step on the way out of service. */
export type EnterMeasure =
  /** The transport takes no new messages, and delivers what it has. */
  | "drain transport"
  /** Only then does the transport heed its new state. */
  | "restart transport"
  /** Unified Messaging takes no new calls. */
  | "drain calls"
  /** The group's own script moves active databases, blocks their way back and, from 2016 on, pauses the cluster node. */
  | "start group maintenance"
  | "redirect messages"
  | "suspend node"
  /** A node that is paused keeps it. */
  | "move active manager"
  | "move databases"
  | "block activation"
  /** Every component but those that watch the server. */
  | "go offline";

/** One step on the way back. */
export type LeaveMeasure =
  | "go online"
  | "take calls"
  | "stop group maintenance"
  | "resume node"
  | "let databases stay"
  | "restore activation"
  /** The script resumes every copy. */
  | "suspend copies"
  | "take messages"
  | "restart transport"
  | "start services";

/** How a product's server is taken out of service, and what shows that it is. */
export interface Maintenance extends Evidenced {
  /** Measures in their order; those of `group` are left out for a server outside of a database availability group. */
  readonly enter: readonly EnterMeasure[];
  readonly leave: readonly LeaveMeasure[];
  /** True where servers have component states, each by requester. */
  readonly componentStates: boolean;
  /** True where Mailbox servers have Unified Messaging. */
  readonly unifiedMessaging: boolean;
  /** True where the group's script pauses the cluster node only if it is told to. */
  readonly pauseClusterNode: boolean;
  /** True where a member of a group is the only kind of server that can be taken out of service. */
  readonly groupsOnly: boolean;
}

/** Measures that only a member of a database availability group needs. */
export const groupMeasures: ReadonlySet<EnterMeasure | LeaveMeasure> = new Set<EnterMeasure | LeaveMeasure>([
  "start group maintenance",
  "suspend node",
  "move active manager",
  "move databases",
  "block activation",
  "stop group maintenance",
  "resume node",
  "let databases stay",
  "restore activation",
  "suspend copies",
]);

/** Component that counts for all others, and those that go on watching a server which is out of service. */
export const wholeServer = "ServerWideOffline";
export const transportComponent = "HubTransport";
export const callRouter = "UMCallRouter";
/** Set by the group's scripts. */
export const availabilityComponent = "HighAvailability";
export const watchingComponents: readonly string[] = ["Monitoring", "RecoveryActionsEnabled"];

/** Components that Setup sets to Inactive when an upgrade begins, for the requester Functional. */
export const setupsComponents: readonly string[] = [...watchingComponents, wholeServer];

/** Services that stop when their component is Inactive, and that nothing starts again. */
export const stoppedServices: readonly string[] = [
  "MSExchangeImap4",
  "MSExchangeIMAP4BE",
  "MSExchangePop3",
  "MSExchangePOP3BE",
];

const source = `${citations.updateTopic}; ${citations.documentation}, managing database availability groups; ${citations.exchangeDsc}`;

const since2016 = (unifiedMessaging: boolean): Maintenance => ({
  enter: [
    "drain transport",
    "restart transport",
    ...(unifiedMessaging ? (["drain calls"] as const) : []),
    "start group maintenance",
    "redirect messages",
    "go offline",
  ],
  leave: [
    "go online",
    ...(unifiedMessaging ? (["take calls"] as const) : []),
    "stop group maintenance",
    "restore activation",
    "suspend copies",
    "take messages",
    "restart transport",
    "start services",
  ],
  componentStates: true,
  unifiedMessaging,
  pauseClusterNode: true,
  groupsOnly: false,
  evidence: "documented",
  source,
});

const of2013: Maintenance = {
  enter: [
    "drain transport",
    "restart transport",
    "drain calls",
    "redirect messages",
    "suspend node",
    "move active manager",
    "move databases",
    "block activation",
    "go offline",
  ],
  leave: [
    "go online",
    "take calls",
    "resume node",
    "let databases stay",
    "restore activation",
    "take messages",
    "restart transport",
    "start services",
  ],
  componentStates: true,
  unifiedMessaging: true,
  pauseClusterNode: false,
  groupsOnly: false,
  evidence: "documented",
  source: `${citations.documentation}, Exchange 2013, managing database availability groups`,
};

const of2010: Maintenance = {
  enter: ["start group maintenance"],
  leave: ["stop group maintenance", "restore activation", "suspend copies"],
  componentStates: false,
  unifiedMessaging: false,
  pauseClusterNode: false,
  groupsOnly: true,
  evidence: "documented",
  source: `${citations.documentation}, Exchange 2010, the scripts for maintenance of group members`,
};

const byProduct: Readonly<Record<Product, Maintenance | "none">> = {
  "2000": "none",
  "2003": "none",
  "2007": "none",
  "2010": of2010,
  "2013": of2013,
  "2016": since2016(true),
  "2019": since2016(false),
  SE: since2016(false),
};

/**
 * The same with a member's databases that have no other copy: the group's script refuses to go on while one has a mailbox, so the
 * cmdlets that it uses are run one by one. Those of 2010 are others, and no source gives their order: there the script stays.
 */
export function withSingleCopies(maintenance: Maintenance): Maintenance {
  const byScript = maintenance.enter.includes("start group maintenance");
  if (!byScript || !maintenance.componentStates) return maintenance;
  const parts: readonly EnterMeasure[] = [
    "suspend node",
    "move active manager",
    "move databases",
    "block activation",
  ];
  const back: readonly LeaveMeasure[] = ["resume node", "let databases stay"];
  return {
    ...maintenance,
    enter: maintenance.enter.flatMap((each) => (each === "start group maintenance" ? parts : [each])),
    leave: maintenance.leave.flatMap((each) => (each === "stop group maintenance" ? back : [each])),
  };
}

/** How a product's server is taken out of service; `none` for products that have no such state. */
export function maintenanceOf(product: Product): Maintenance | "none" {
  return byProduct[product];
}

/** Minutes that entering and leaving are expected to take. Unverified: no source was found. */
export const maintenanceMinutes = { enter: 15, leave: 10 } as const;

/** Minutes that are waited until a server is seen to be out of service, and back. Unverified: no source was found. */
export const maintenancePatience = 60;
