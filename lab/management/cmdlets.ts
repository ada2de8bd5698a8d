/** The effects of the cmdlets and of Exchange's own scripts, on the model of an organization. Sources: model.ts. */
import type { Computer } from "../windows/programs/program";
import type { ManagementFaults } from "./faults";
import type { ManagedDatabase, Management, Policy, State } from "./model";

/** An error as PowerShell has it. */
export class CmdletFailure extends Error {
  constructor(
    readonly type: string,
    readonly id: string,
    message: string,
  ) {
    super(message);
  }
}

/** Where cmdlets run. */
export interface Place {
  readonly management: Management;
  readonly computer: Computer;
  readonly faults: ManagementFaults;
}

const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

/** Fails where a test says so. Every cmdlet begins with it. */
export function requireWorking({ faults }: Place, cmdlet: string): void {
  const message = faults.failing?.[cmdlet];
  if (message !== undefined)
    throw new CmdletFailure("Microsoft.Exchange.Management.Tasks.TaskException", `0,${cmdlet}`, message);
}

/** Set-ServerComponentState. IMAP and POP stop where their proxies are Inactive, and nobody starts them again. */
export function setComponentState(place: Place, component: string, state: State, requester: string): void {
  requireWorking(place, "Set-ServerComponentState");
  const { management, computer } = place;
  if (!management.request(computer.name, component, requester, state))
    throw new CmdletFailure(
      "System.ArgumentException",
      "0,Set-ServerComponentState",
      `Component "${component}" doesn't exist.`,
    );
  management.note(computer.name, `${component} ${state} by ${requester}`);
  for (const [proxy, service] of [
    ["ImapProxy", "msexchangeimap4"],
    ["PopProxy", "msexchangepop3"],
  ] as const)
    if (management.effective(computer.name, proxy) === "Inactive") computer.runningServices.delete(service);
}

export function setPolicy(place: Place, policy: Policy): void {
  requireWorking(place, "Set-MailboxServer");
  const server = place.management.server(place.computer.name);
  server.policy = policy;
  place.management.note(server.fqdn, `activation policy ${policy}`);
}

export function setDisabled(place: Place, disabled: boolean): void {
  requireWorking(place, "Set-MailboxServer");
  const server = place.management.server(place.computer.name);
  if (server.disabled === null)
    throw new CmdletFailure(
      "System.Management.Automation.ParameterBindingException",
      "NamedParameterNotFound,Set-MailboxServer",
      "A parameter cannot be found that matches parameter name 'DatabaseCopyActivationDisabledAndMoveNow'.",
    );
  server.disabled = disabled;
  place.management.note(server.fqdn, `activation disabled and move now ${disabled}`);
}

export function suspendActivation(place: Place, name: string): void {
  requireWorking(place, "Suspend-MailboxDatabaseCopy");
  const { management, computer } = place;
  const database = management.databasesOn(computer.name).find((each) => each.name === name);
  if (database === undefined)
    throw new CmdletFailure(
      "ManagementObjectNotFoundException",
      "ManagementObjectNotFoundException,Suspend-MailboxDatabaseCopy",
      `The database copy "${name}" couldn't be found.`,
    );
  database.suspended.add(computer.name);
  management.note(computer.name, `${name} suspended for activation`);
}

/** Suspend-ClusterNode leaves the node's groups where they are: memory. */
export function setNode(place: Place, node: "Up" | "Paused"): void {
  requireWorking(place, node === "Paused" ? "Suspend-ClusterNode" : "Resume-ClusterNode");
  const { management, computer, faults } = place;
  const server = management.server(computer.name);
  if (management.groupOf(computer.name) === null)
    throw new CmdletFailure(
      "Microsoft.FailoverClusters.PowerShell.ClusterCmdletException",
      "Get-Cluster",
      "The cluster service is not running.",
    );
  if (node === "Paused" && faults.nodeStaysUp === true) return;
  server.node = node;
  management.note(computer.name, `node ${node}`);
}

export function moveActiveManager(place: Place): void {
  requireWorking(place, "Move-ClusterGroup");
  if (!place.management.moveManager(place.computer.name))
    throw new CmdletFailure(
      "Microsoft.FailoverClusters.PowerShell.ClusterCmdletException",
      "Move-ClusterGroup",
      "There is no other node that can own the group.",
    );
}

export function redirectMessages(place: Place, target: string): void {
  requireWorking(place, "Redirect-Message");
  const { management, computer } = place;
  const other = [...management.servers.values()].find(({ fqdn }) => fqdn === target.toLowerCase());
  if (
    other === undefined ||
    !other.isTransport ||
    management.effective(other.fqdn, "HubTransport") !== "Active"
  )
    throw new CmdletFailure(
      "LocalizedException",
      "Redirect-Message",
      `The target server "${target}" is not available for message redirection.`,
    );
  management.server(computer.name).redirectedTo = other.fqdn;
  management.note(computer.name, `messages to ${other.name}`);
}

/** Restart-Service and Start-Service. */
export function startService(place: Place, name: string, isRestart: boolean): void {
  const { computer, faults } = place;
  const key = name.toLowerCase();
  const start = computer.registry.get(`${services}\\${name}`, "Start")?.data;
  const noun = isRestart ? "RestartService" : "StartService";
  if (start === undefined)
    throw new CmdletFailure(
      "Microsoft.PowerShell.Commands.ServiceCommandException",
      "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand",
      `Cannot find any service with service name '${name}'.`,
    );
  if (computer.runningServices.has(key) && !isRestart) return;
  if (start === 4 || faults.stuckServices?.includes(name) === true)
    throw new CmdletFailure(
      "Microsoft.PowerShell.Commands.ServiceCommandException",
      `CouldNotStartService,Microsoft.PowerShell.Commands.${noun}Command`,
      `Service '${name}' cannot be started.`,
    );
  if (isRestart) computer.serviceLog.push(`stop ${name}`);
  computer.runningServices.add(key);
  computer.serviceLog.push(`start ${name}`);
}

/** StartDagServerMaintenance.ps1. */
export function startDagMaintenance(
  place: Place,
  {
    overrideMinimumTwoCopies,
    pauseClusterNode,
  }: { overrideMinimumTwoCopies: boolean; pauseClusterNode: boolean },
): void {
  const { management, computer } = place;
  const server = management.server(computer.name);
  const group = management.groupOf(computer.name);
  // Only the scripts of 2016 and later can be told not to pause the node; those of 2010 suspend the copies in place of the component.
  const isOlder = server.product === "2010" || server.product === "2013";
  const pauses = isOlder || pauseClusterNode;
  const own = management.databasesOn(server.fqdn).filter(({ copies }) => copies.length > 1);
  setPolicy(place, "Blocked");
  const setsComponent = management.effective(server.fqdn, "HighAvailability") === "Active";
  if (server.requests === null) for (const each of own) each.suspended.add(server.fqdn);
  else if (setsComponent) setComponentState(place, "HighAvailability", "Inactive", "Maintenance");
  if (pauses && group !== null) setNode(place, "Paused");
  if (group === null) return;
  for (const database of own) {
    const [to] = management.targetsOf(database);
    const isStuck = place.faults.stuckDatabases?.includes(database.name) === true;
    if (database.active === server.fqdn && to !== undefined && !isStuck) management.move(database, to);
  }
  const managerHasMoved = management.moveManager(server.fqdn);
  const least = overrideMinimumTwoCopies || group.members.length === 2 ? 1 : 2;
  const critical = [
    ...(managerHasMoved ? [] : [`(Primary Active Manager=${server.name})`]),
    ...management.databasesOn(server.fqdn).flatMap((each) => criticalReason(place, each, least) ?? []),
  ];
  if (critical.length === 0) return;
  // What the script does before it fails: undo everything but the moves, with a fixed policy.
  if (pauses) setNode(place, "Up");
  if (server.requests === null) for (const each of own) each.suspended.delete(server.fqdn);
  setPolicy(place, "Unrestricted");
  if (setsComponent) setComponentState(place, "HighAvailability", "Active", "Maintenance");
  throw new CmdletFailure(
    "Microsoft.PowerShell.Commands.WriteErrorException",
    "Microsoft.PowerShell.Commands.WriteErrorException,StartDagServerMaintenance.ps1",
    `There are still critical resources on the server: ${critical.join(" ")}`,
  );
}

/** Why a database keeps the server from being taken out of service; null where it does not. */
function criticalReason(
  { management, computer }: Place,
  database: ManagedDatabase,
  least: number,
): string | null {
  const reason = (text: string): string => `(Database='${database.name}', Reason='${text}')`;
  if (database.copies.length === 1)
    return database.mailboxes > 0 ? reason("Mailbox is hosted on a database that is not replicated") : null;
  if (database.active === computer.name) return reason("Copy is active");
  const others = database.copies.filter(
    (fqdn) => fqdn !== computer.name && ["Mounted", "Healthy"].includes(management.statusOf(database, fqdn)),
  );
  return others.length < least ? reason(`there were only ${others.length} healthy copies`) : null;
}

/** StopDagServerMaintenance.ps1: whatever was there before, the policy is Unrestricted and every copy resumed afterwards. */
export function stopDagMaintenance(place: Place): void {
  const { management, computer } = place;
  const server = management.server(computer.name);
  if (management.groupOf(server.fqdn) !== null) setNode(place, "Up");
  setPolicy(place, "Unrestricted");
  if (server.requests !== null) setComponentState(place, "HighAvailability", "Active", "Maintenance");
  for (const database of management.databasesOn(server.fqdn)) database.suspended.delete(server.fqdn);
}
