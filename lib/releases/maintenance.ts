/** How a server is taken out of service and put back, by product: the order of Microsoft's steps, as data. */
import { citations, type Evidenced } from "./evidence";
import type { Product } from "./products";

/** One step on the way out of service. */
export type EnterMeasure =
  /** The transport accepts no new messages, and delivers those that it has. */
  | "drain transport"
  /** The transport heeds its new state only after a restart. */
  | "restart transport"
  /** Unified Messaging accepts no new calls. */
  | "drain calls"
  /**
   * The group's own script moves active databases away and blocks their return. From 2016 on it also pauses the cluster
   * node.
   */
  | "start group maintenance"
  | "redirect messages"
  | "suspend node"
  /** A paused node would keep the primary active manager, so it is moved. */
  | "move active manager"
  | "move databases"
  | "block activation"
  /** Sets every component to Inactive, except those that monitor the server. */
  | "go offline";

/** One step on the way back. */
export type LeaveMeasure =
  | "go online"
  | "take calls"
  | "stop group maintenance"
  | "resume node"
  | "let databases stay"
  /** The component that the group's script sets, without the script. */
  | "let copies activate"
  | "restore activation"
  /** The group's script resumes every copy, so this suspends again those that were suspended before. */
  | "suspend copies"
  | "take messages"
  | "restart transport"
  | "start services";

/** How a product's server is taken out of service, and how to see that it is. */
export interface Maintenance extends Evidenced {
  /** Measures in their order. A server outside a database availability group omits those of `group`. */
  readonly enter: readonly EnterMeasure[];
  readonly leave: readonly LeaveMeasure[];
  /** True if servers have component states, each set by a requester. */
  readonly componentStates: boolean;
  /** True if Mailbox servers have Unified Messaging. */
  readonly unifiedMessaging: boolean;
  /** True if the group's script pauses the cluster node only when it is told to. */
  readonly pauseClusterNode: boolean;
  /** True if only members of a group can be taken out of service. */
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
  "let copies activate",
  "restore activation",
  "suspend copies",
]);

/** The component that stands for all others; below it, the components that keep monitoring a server out of service. */
export const wholeServer = "ServerWideOffline";
export const transportComponent = "HubTransport";
export const callRouter = "UMCallRouter";
/** The component that the group's scripts set. */
export const availabilityComponent = "HighAvailability";
export const watchingComponents: readonly string[] = ["Monitoring", "RecoveryActionsEnabled"];

/** Components that Setup sets to Inactive when an upgrade begins, for the requester Functional. */
export const setupsComponents: readonly string[] = [...watchingComponents, wholeServer];

/** The service of transport, without which nobody can read the queues. */
export const transportService = "MSExchangeTransport";

/** Services that stop when their component becomes Inactive, and that nothing starts again. */
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
 * The same for a member with databases that have no other copy. The group's script refuses to continue while such a
 * database has a mailbox, so its cmdlets are run one by one. The cmdlets of 2010 differ, and no source gives their
 * order, so 2010 keeps the script.
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
  // An earlier run may have entered with the script, which sets a component, too.
  const back: readonly LeaveMeasure[] = ["resume node", "let databases stay", "let copies activate"];
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

/** Minutes to wait until a server is out of service, and until it is back. Unverified: no source was found. */
export const maintenancePatience = 60;
