/**
 * The state of one simulated organization's servers that maintenance reads: component states, databases and their
 * copies, cluster nodes, queues.
 *
 * Sources, for the whole folder:
 * - Microsoft's scripts StartDagServerMaintenance.ps1 and DagCommonLibrary.ps1 of 2010 to 2019, as public repositories
 *   keep them;
 * - Microsoft, Managed Availability and database availability groups (what StopDagServerMaintenance.ps1 does);
 * - dsccommunity/ExchangeDsc, MaintenanceMode;
 * - captures of Get-ServerComponentState of 2016 and 2019 in microsoft/CSS-Exchange.
 *
 * A comment that says "memory" marks what no source was found for.
 */
import type { Organization } from "../organization";
import type { ManagementFaults } from "./faults";

/** Of a component, as requesters ask for it: the lowest of all counts. */
export type State = "Active" | "Draining" | "Inactive";

export type Policy = "Unrestricted" | "IntrasiteOnly" | "Blocked";

/** Components that have their own state whatever ServerWideOffline says (Microsoft: only these stay Active in maintenance). */
const apart = ["Monitoring", "RecoveryActionsEnabled"];

/** What Setup sets for itself, as the requester Functional (timmcmic, 2014; dsccommunity/ExchangeDsc). */
const setupComponents = ["Monitoring", "RecoveryActionsEnabled", "ServerWideOffline"];

/** In the order of the captures. */
const componentsOf2013 = [
  ...["ServerWideOffline", "HubTransport", "FrontendTransport", "Monitoring", "RecoveryActionsEnabled"],
  ...["AutoDiscoverProxy", "ActiveSyncProxy", "EcpProxy", "EwsProxy", "ImapProxy", "OabProxy", "OwaProxy"],
  ...["PopProxy", "PushNotificationsProxy", "RpsProxy", "RwsProxy", "RpcProxy", "UMCallRouter", "XropProxy"],
  ...["HttpProxyAvailabilityGroup", "ForwardSyncDaemon", "ProvisioningRps", "MapiProxy", "EdgeTransport"],
  ...["HighAvailability", "SharedCache"],
];
const componentsOf2016 = [
  ...componentsOf2013,
  ...["MailboxDeliveryProxy", "RoutingUpdates", "RestProxy", "DefaultProxy", "Lsass", "RoutingService"],
  ...["E4EProxy", "CafeLAMv2", "LogExportProvider"],
];
const componentsOf2019 = componentsOf2016.filter((name) => name !== "UMCallRouter");

/** Components of a product's servers; null before 2013, which has none. 2013's list is that of 2016 without what came later: memory. */
function componentsOf(product: string): readonly string[] | null {
  if (product === "2013") return componentsOf2013;
  if (product === "2016") return componentsOf2016;
  return product === "2019" || product === "SE" ? componentsOf2019 : null;
}

/** One server. */
export interface ManagedServer {
  readonly fqdn: string;
  /** `EX1`. */
  readonly name: string;
  readonly product: string;
  readonly site: string | null;
  readonly isMailbox: boolean;
  readonly isTransport: boolean;
  readonly isEdge: boolean;
  readonly hasMessaging: boolean;
  /** By component and requester; null where the product has no components. */
  readonly requests: Map<string, Map<string, { state: State; ticks: bigint }>> | null;
  policy: Policy;
  /** DatabaseCopyActivationDisabledAndMoveNow; null in 2010. */
  disabled: boolean | null;
  node: "Up" | "Paused";
  /** Messages by what stands behind the server's name in a queue's identity. */
  readonly queues: Map<string, number>;
  calls: number;
  /** State with which its transport was started: a new one counts from the next start on. */
  transport: State;
  /** Looks for which its queues cannot be read: a transport that has just been started needs its time. */
  transportBusy: number;
  redirectedTo: string | null;
}

/** A database and where its copies are. */
export interface ManagedDatabase {
  readonly name: string;
  /** FQDNs, in the order of activation preference. */
  readonly copies: readonly string[];
  /** FQDN of the server with the active copy. */
  active: string;
  mounted: boolean;
  mailboxes: number;
  /** FQDNs of servers whose copy is suspended for activation. */
  readonly suspended: Set<string>;
  /** FQDNs of servers whose copy is not healthy, and how it is. */
  readonly unhealthy: Map<string, string>;
}

/** Times in the form of .NET's DateTime: units of 100 ns. */
let lastTicks = 638_000_000_000_000_000n;
function ticks(): bigint {
  lastTicks += 10_000_000n;
  return lastTicks;
}

const order: readonly State[] = ["Inactive", "Draining", "Active"];
function lowest(states: readonly State[]): State {
  return order.find((state) => states.includes(state)) ?? "Active";
}

/** All that the lab keeps of an organization's maintenance. */
export class Management {
  readonly servers = new Map<string, ManagedServer>();
  readonly databases: readonly ManagedDatabase[];
  /** Primary active manager by the name of the group, as FQDN. */
  readonly managers = new Map<string, string>();
  /** What has happened, oldest first: acts, moves, and what went wrong, each with the server's name in front. */
  readonly events: string[] = [];

  /**
   * @param productOf the product of a release by its name
   * @param isDown whether Windows is down on a computer, by FQDN
   */
  constructor(
    readonly organization: Organization,
    productOf: (release: string) => string,
    private readonly isDown: (fqdn: string) => boolean,
  ) {
    for (const computer of organization.computers) {
      if (computer.release === null || !computer.roles.some((role) => role !== "Management Tools")) continue;
      const product = productOf(computer.release);
      const components = componentsOf(product);
      const isMailbox = computer.roles.includes("Mailbox");
      this.servers.set(computer.name, {
        fqdn: computer.name,
        name: (computer.name.split(".")[0] ?? "").toUpperCase(),
        product,
        site: computer.site,
        isMailbox,
        isTransport: computer.roles.includes("Hub Transport") || (isMailbox && components !== null),
        isEdge: computer.roles.includes("Edge Transport"),
        hasMessaging:
          computer.roles.includes("Unified Messaging") ||
          (isMailbox && (product === "2013" || product === "2016")),
        requests: components && new Map(components.map((name) => [name, new Map()])),
        policy: "Unrestricted",
        disabled: components === null ? null : false,
        node: "Up",
        queues: new Map(Object.entries(computer.queues ?? { Submission: 0 })),
        calls: 0,
        transport: "Active",
        transportBusy: 0,
        redirectedTo: null,
      });
      for (const component of setupComponents) this.request(computer.name, component, "Functional", "Active");
    }
    this.databases = (organization.databases ?? []).map(({ name, copies }) => ({
      name,
      copies,
      active: copies[0] ?? "",
      mounted: true,
      mailboxes: 10,
      suspended: new Set(),
      unhealthy: new Map(),
    }));
    for (const { name, members } of organization.availabilityGroups ?? [])
      this.managers.set(name, members[0] ?? "");
  }

  server(fqdn: string): ManagedServer {
    const found = this.servers.get(fqdn);
    if (found === undefined) throw new Error(`${fqdn} is no Exchange server of the lab.`);
    return found;
  }

  /** The group that a server is a member of, with its members; null outside of one. */
  groupOf(fqdn: string): { readonly name: string; readonly members: readonly string[] } | null {
    return this.organization.availabilityGroups?.find(({ members }) => members.includes(fqdn)) ?? null;
  }

  databasesOn(fqdn: string): readonly ManagedDatabase[] {
    return this.databases.filter(({ copies }) => copies.includes(fqdn));
  }

  /** CopyStatus of a database's copy on a server. */
  statusOf(database: ManagedDatabase, fqdn: string): string {
    if (this.isDown(fqdn)) return "ServiceDown";
    if (database.active === fqdn) return database.mounted ? "Mounted" : "Dismounted";
    return database.unhealthy.get(fqdn) ?? "Healthy";
  }

  note(fqdn: string, text: string): void {
    this.events.push(`${this.server(fqdn).name}: ${text}`);
  }

  /** One requester's state of a component; false where the server has no such component. */
  request(fqdn: string, component: string, requester: string, state: State): boolean {
    const requests = this.server(fqdn).requests?.get(component);
    if (requests === undefined) return false;
    requests.set(requester, { state, ticks: ticks() });
    return true;
  }

  /** What counts: the lowest of all requesters, and Inactive where ServerWideOffline is. */
  effective(fqdn: string, component: string): State {
    const { requests } = this.server(fqdn);
    const own = lowest([...(requests?.get(component)?.values() ?? [])].map(({ state }) => state));
    if (apart.includes(component) || component === "ServerWideOffline") return own;
    return this.effective(fqdn, "ServerWideOffline") === "Inactive" ? "Inactive" : own;
  }

  /** Setup of 2013 and later takes the server out of service, and puts it back; what it is stopped in stays. */
  setup(fqdn: string, state: "Active" | "Inactive"): void {
    if (this.servers.get(fqdn)?.requests == null) return;
    if (state === "Inactive") {
      const active = this.databasesOn(fqdn).filter((each) => each.active === fqdn && each.copies.length > 1);
      this.note(
        fqdn,
        `Setup begins with active copies of: ${active.map(({ name }) => name).join(", ") || "none"}`,
      );
    }
    for (const component of setupComponents) this.request(fqdn, component, "Functional", state);
  }

  /** Servers to which a database may move from the one that has it (what Active Manager looks at; blocked ones count as not there). */
  targetsOf(database: ManagedDatabase): readonly string[] {
    return database.copies.filter(
      (fqdn) =>
        fqdn !== database.active &&
        this.statusOf(database, fqdn) === "Healthy" &&
        !database.suspended.has(fqdn) &&
        this.server(fqdn).policy !== "Blocked" &&
        this.server(fqdn).disabled !== true &&
        this.effective(fqdn, "HighAvailability") === "Active",
    );
  }

  move(database: ManagedDatabase, to: string): void {
    this.note(database.active, `${database.name} moves to ${this.server(to).name}`);
    database.active = to;
    database.mounted = true;
  }

  /** The role of primary active manager goes to another node that is up; false where there is none. */
  moveManager(fqdn: string): boolean {
    const group = this.groupOf(fqdn);
    if (group === null || this.managers.get(group.name) !== fqdn) return true;
    const next = group.members.find(
      (each) => each !== fqdn && !this.isDown(each) && this.server(each).node === "Up",
    );
    if (next === undefined) return false;
    this.managers.set(group.name, next);
    this.note(fqdn, `the primary active manager moves to ${this.server(next).name}`);
    return true;
  }

  /**
   * Windows goes down: active copies fail over where another one may be activated, else their users wait. The transport starts
   * with Windows. A node that was paused stays so: memory.
   */
  goesDown(fqdn: string): void {
    if (!this.servers.has(fqdn)) return;
    for (const database of this.databasesOn(fqdn)) {
      if (database.active !== fqdn) continue;
      const [next] = this.targetsOf(database);
      if (next === undefined) this.note(fqdn, `${database.name} is down with its server`);
      else this.move(database, next);
    }
    this.moveManager(fqdn);
    this.startTransport(fqdn);
  }

  startTransport(fqdn: string): void {
    const server = this.server(fqdn);
    server.transport = this.effective(fqdn, "HubTransport");
    // Up to five minutes on a real server (dsccommunity/ExchangeDsc waits for the boot loader).
    server.transportBusy = 1;
  }

  /**
   * One step of what goes on by itself: queues drain where they are told to, and a server whose copies may not be active any more
   * loses one active copy. Called at each look at this server.
   */
  step(fqdn: string, { stuckQueues: stuck = [], stuckDatabases = [] }: ManagementFaults): void {
    const server = this.server(fqdn);
    if (server.disabled === true) {
      const next = this.databases.find(
        (each) =>
          each.active === fqdn && !stuckDatabases.includes(each.name) && this.targetsOf(each).length > 0,
      );
      const to = next && this.targetsOf(next)[0];
      if (next !== undefined && to !== undefined) this.move(next, to);
    }
    const other = server.redirectedTo === null ? undefined : this.servers.get(server.redirectedTo);
    for (const [queue, count] of server.queues) {
      // Copies that another server delivers stay, and messages that were set aside.
      if (/^(Shadow|Poison)/.test(queue) || stuck.includes(queue) || count === 0) continue;
      const isLeaving = server.transport === "Draining" || other !== undefined;
      if (!isLeaving) continue;
      const moved = Math.max(1, Math.ceil(count / 2));
      server.queues.set(queue, count - moved);
      other?.queues.set("Submission", (other.queues.get("Submission") ?? 0) + moved);
    }
  }
}
