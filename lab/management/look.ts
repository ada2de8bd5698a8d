/** What the script of a look answers on a simulated server, in the script's own form. Sources: model.ts. */
import type { Place } from "./cmdlets";
import { CmdletFailure, requireWorking } from "./cmdlets";
import type { ManagedServer } from "./model";

const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

export function failureOf(error: unknown): { type: string; id: string; message: string } {
  if (!(error instanceof CmdletFailure)) throw error;
  return { type: error.type, id: error.id, message: error.message };
}

/** A part of the answer: its value, or what failed. */
function part(value: () => unknown): unknown {
  try {
    return { ok: true, value: value() };
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
}

/** Whether the script asks for component states and calls, and for which services. */
export interface LookParameters {
  readonly componentStates: boolean;
  readonly unifiedMessaging: boolean;
  readonly services: readonly string[];
}

/** The answer; `shell` fails where Exchange's shell could not be loaded. */
export function look(place: Place, asked: LookParameters, shell: () => void): unknown {
  const { management, computer, faults } = place;
  const server = management.servers.get(computer.name);
  const exchange = (cmdlet: string, value: (server: ManagedServer) => unknown): unknown =>
    part(() => {
      shell();
      requireWorking(place, "Get-ExchangeServer");
      if (server === undefined)
        throw new CmdletFailure(
          "ManagementObjectNotFoundException",
          "ManagementObjectNotFoundException,Get-ExchangeServer",
          `The operation couldn't be performed because object '${computer.netbios}' couldn't be found.`,
        );
      requireWorking(place, cmdlet);
      return value(server);
    });
  if (server !== undefined) management.step(server.fqdn, faults);
  const group = server === undefined ? null : management.groupOf(server.fqdn);
  return {
    server: computer.netbios,
    components: exchange("Get-ServerComponentState", (own) => components(place, own, asked)),
    mailboxServer: exchange("Get-MailboxServer", (own) =>
      own.isMailbox ? { policy: own.policy, disabled: own.disabled, group: group?.name ?? "" } : null,
    ),
    copies: exchange("Get-MailboxDatabaseCopyStatus", (own) => (own.isMailbox ? copies(place, own) : null)),
    clusterNode: exchange("Get-ClusterNode", (own) => {
      if (group === null) return null;
      const manager = management.managers.get(group.name) ?? "";
      return {
        state: own.node === "Up" ? 0 : 2,
        manager: management.servers.get(manager)?.name ?? "",
        members: group.members.map((fqdn) => management.server(fqdn).name),
      };
    }),
    queues: exchange("Get-Queue", (own) => (own.isTransport || own.isEdge ? queues(place, own) : null)),
    activeCalls: exchange("Get-UMActiveCalls", (own) => {
      if (!asked.unifiedMessaging || !own.hasMessaging) return null;
      const { calls } = own;
      // Calls end by themselves where the router takes no new ones.
      if (management.effective(own.fqdn, "UMCallRouter") !== "Active") own.calls = Math.max(0, calls - 1);
      return calls;
    }),
    services: part(() =>
      Object.fromEntries(
        asked.services.map((name) => {
          const key = `${services}\\${name}`;
          const start = computer.registry.get(key, "Start")?.data;
          if (typeof start !== "number") return [name, null];
          const state = computer.runningServices.has(name.toLowerCase()) ? 4 : 1;
          return [name, { start, state, deleted: computer.registry.get(key, "DeleteFlag")?.data === 1 }];
        }),
      ),
    ),
    redirectTargets: exchange("Get-ExchangeServer", (own) => targets(place, own, asked)),
  };
}

function components({ management }: Place, own: ManagedServer, asked: LookParameters): unknown {
  if (!asked.componentStates || own.requests === null) return null;
  return [...own.requests].map(([name, requests]) => ({
    name,
    state: management.effective(own.fqdn, name),
    // The captures have each entry twice: in the directory, and in the registry a moment later.
    entries: [...requests].flatMap(([requester, { state, ticks }]) => [
      { requester, state, time: String(ticks) },
      { requester, state, time: String(ticks + 1_200_000n) },
    ]),
  }));
}

function copies({ management }: Place, own: ManagedServer): unknown {
  return management.databasesOn(own.fqdn).map((database) => ({
    database: database.name,
    status: management.statusOf(database, own.fqdn),
    activeOn: management.server(database.active).name.toLowerCase(),
    suspended: database.suspended.has(own.fqdn),
    copyQueue: "0",
    replayQueue: "0",
    replication: database.copies.length > 1 ? "Remote" : "None",
    copies: database.copies.length,
  }));
}

function queues({ computer }: Place, own: ManagedServer): unknown {
  if (!computer.runningServices.has("msexchangetransport") || own.transportBusy > 0) {
    own.transportBusy = Math.max(0, own.transportBusy - 1);
    throw new CmdletFailure(
      "LocalizedException",
      "0,Get-Queue",
      `The Microsoft Exchange Transport service on computer "${own.fqdn}" isn't available.`,
    );
  }
  return [...own.queues].map(([queue, messages]) => ({
    identity: `${own.name}\\${queue}`,
    delivery: queue.startsWith("Shadow")
      ? "ShadowRedundancy"
      : /^\d/.test(queue)
        ? "SmtpRelayToDag"
        : "Undefined",
    messages,
  }));
}

function targets({ management }: Place, own: ManagedServer, asked: LookParameters): unknown {
  const members = management.groupOf(own.fqdn)?.members ?? [];
  const all = [...management.servers.values()].filter(
    ({ fqdn, isTransport }) => fqdn !== own.fqdn && isTransport,
  );
  const inGroup = all.filter(({ fqdn }) => members.includes(fqdn));
  const others = inGroup.length > 0 ? inGroup : all.filter(({ site }) => site === own.site);
  return others.map((other) => ({
    fqdn: other.fqdn,
    sameGroup: inGroup.length > 0,
    hubTransport: asked.componentStates ? management.effective(other.fqdn, "HubTransport") : null,
    policy: other.isMailbox ? other.policy : null,
    error: null,
  }));
}
