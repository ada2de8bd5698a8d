/** Puts a server back into service: restores the recorded state, and keeps what others have set since. Pure. */
import { isServiceUp, type MaintenanceFacts } from "../../facts";
import type { ComponentState, DatabaseCopyReading } from "../../facts/maintenance";
import {
  availabilityComponent,
  callRouter,
  type LeaveMeasure,
  type Maintenance,
  setupsComponents,
  transportComponent,
  wholeServer,
} from "../../releases";
import { listedUpTo } from "../../text";
import { askedFor, leaving, measuresFor, messagesText, whyNeverRead } from "./entering";
import { type FoundBefore, isHealthy, ownComponents } from "./found";

/** The state that the requester Maintenance had set on a component; Active if it had set none. */
export function stateBefore(found: FoundBefore, component: string): ComponentState {
  return found.maintenance[component] ?? "Active";
}

/** Components that Setup left Inactive for the requester Functional, and that were not Inactive for it before. */
export function leftBySetup({ components }: MaintenanceFacts, found: FoundBefore): readonly string[] {
  if (!components.known) return [];
  return setupsComponents.filter(
    (name) =>
      components.value?.[name]?.requesters.Functional === "Inactive" && found.functional[name] !== "Inactive",
  );
}

/** Services that ran before and do not run now. */
export function stoppedNow({ services }: MaintenanceFacts, { running }: FoundBefore): readonly string[] {
  if (!services.known) return [];
  return running.filter((name) => {
    const service = services.value[name];
    return service == null || !isServiceUp(service.state);
  });
}

/** Databases whose copy was suspended for activation before, and is not suspended now. */
export function resumedNow({ copies }: MaintenanceFacts, { suspended }: FoundBefore): readonly string[] {
  if (!copies.known) return [];
  return (copies.value ?? [])
    .filter((each) => !each.activationSuspended && suspended.includes(each.database))
    .map(({ database }) => database);
}

/** The measures that are still due, in their order. A reading that failed never counts as done. */
export function dueToLeave(
  maintenance: Maintenance,
  look: MaintenanceFacts,
  found: FoundBefore,
  inGroup: boolean,
): readonly LeaveMeasure[] {
  const { mailboxServer, clusterNode, components } = look;
  const settings = mailboxServer.known ? mailboxServer.value : undefined;
  const node = clusterNode.known ? clusterNode.value : undefined;
  const isSet = (component: string) =>
    components.known &&
    (components.value === null ||
      !(component in components.value) ||
      (askedFor(look, component) ?? "Active") === stateBefore(found, component));
  const isNodeBack = found.node === "Paused" || (node !== undefined && node?.state !== "Paused");
  const isPolicyBack =
    settings !== undefined && (settings?.activationPolicy ?? null) === found.activationPolicy;
  const stops = !isNodeBack || !isSet(availabilityComponent);
  const byScript = maintenance.leave.includes("stop group maintenance");
  const takesMessages = !isSet(transportComponent);
  const due: { readonly [M in LeaveMeasure]: boolean } = {
    "go online": !isSet(wholeServer),
    "take calls": !isSet(callRouter),
    "stop group maintenance": stops,
    "resume node": !isNodeBack,
    "let databases stay":
      settings?.activationDisabledAndMoveNow !== found.activationDisabledAndMoveNow &&
      found.activationDisabledAndMoveNow === false,
    "let copies activate": !isSet(availabilityComponent),
    // The script sets a policy of its own.
    "restore activation": found.activationPolicy !== null && (!isPolicyBack || (stops && byScript)),
    "suspend copies": found.suspended.length > 0 && (stops || resumedNow(look, found).length > 0),
    "take messages": takesMessages,
    "restart transport": takesMessages,
    "start services": stoppedNow(look, found).length > 0,
  };
  const { leave, componentStates } = maintenance;
  // Where the program allowed single copies meanwhile, an earlier run has entered without the script, and has set this, too.
  const isOnlyByScript = byScript && componentStates && !leave.includes("let databases stay");
  const all = isOnlyByScript ? ([...leave, "let databases stay"] as const) : leave;
  return measuresFor(all, inGroup).filter((each) => due[each]);
}

/** Differences from the recorded state, each in a few words; empty if everything is restored. */
export function notRestored(
  maintenance: Maintenance,
  look: MaintenanceFacts,
  found: FoundBefore,
  inGroup: boolean,
): readonly string[] {
  const { components, mailboxServer, clusterNode, services, copies } = look;
  const differences: string[] = [];
  if (maintenance.componentStates && !components.known)
    differences.push(`component states could not be read: ${components.why}`);
  if (components.known)
    for (const name of ownComponents) {
      const component = components.value?.[name];
      const now = component?.requesters.Maintenance ?? "Active";
      if (component !== undefined && now !== stateBefore(found, name))
        differences.push(`${name} ${now} for Maintenance, found ${stateBefore(found, name)}`);
    }
  for (const name of leftBySetup(look, found))
    differences.push(`${name} Inactive for Functional, which Setup has set`);
  if (inGroup) {
    if (!clusterNode.known) differences.push(`cluster node could not be read: ${clusterNode.why}`);
    else if (found.node === "Up" && clusterNode.value?.state !== "Up")
      differences.push(`cluster node ${clusterNode.value?.state ?? "not there"}, found Up`);
    if (!mailboxServer.known) differences.push(`activation policy could not be read: ${mailboxServer.why}`);
    else {
      const { activationPolicy = null, activationDisabledAndMoveNow = null } = mailboxServer.value ?? {};
      if (activationPolicy !== found.activationPolicy)
        differences.push(
          `activation policy ${activationPolicy ?? "not there"}, found ${found.activationPolicy ?? "none"}`,
        );
      if (activationDisabledAndMoveNow !== found.activationDisabledAndMoveNow)
        differences.push(
          `DatabaseCopyActivationDisabledAndMoveNow ${activationDisabledAndMoveNow}, found ${found.activationDisabledAndMoveNow}`,
        );
    }
  }
  const lost = copies.known ? copiesNotBack(copies.value ?? [], found) : [];
  if (inGroup && !copies.known) differences.push(`database copies could not be read: ${copies.why}`);
  if (lost.length > 0) differences.push(`database copies: ${listedUpTo(5, lost)}`);
  const resumed = resumedNow(look, found);
  if (resumed.length > 0) differences.push(`activation resumed, found suspended: ${listedUpTo(5, resumed)}`);
  if (!services.known && found.running.length > 0)
    differences.push(`services could not be read: ${services.why}`);
  const stopped = stoppedNow(look, found);
  if (stopped.length > 0) differences.push(`services stopped: ${listedUpTo(4, stopped)}`);
  return differences;
}

/** Copies that were healthy and are not: the group's next member must not go down before they are healthy again. */
function copiesNotBack(copies: readonly DatabaseCopyReading[], { healthy }: FoundBefore): readonly string[] {
  return copies
    .filter((each) => healthy.includes(each.database) && !isHealthy(each))
    .map(({ database, status }) => `${database} ${status}`)
    .sort();
}

/** The requesters of maintenance and of Setup. */
const ownRequesters: readonly string[] = ["Maintenance", "Functional"];

/** Inactive states that other requesters have set, as `HubTransport Inactive (HealthAPI)`. */
export function setByOthers({ components }: MaintenanceFacts): readonly string[] {
  if (!components.known) return [];
  return Object.entries(components.value ?? {})
    .flatMap(([name, { requesters }]) =>
      Object.entries(requesters)
        .filter(([requester, state]) => !ownRequesters.includes(requester) && state !== "Active")
        .map(([requester, state]) => `${name} ${state} (${requester})`),
    )
    .sort();
}

/** One part of a server's health after it is back in service. */
export interface HealthLine {
  readonly text: string;
  /** `ok`: as it should be. `unknown`: it could not be read. */
  readonly state: "ok" | "wrong" | "unknown";
  /** True where it cannot be read however long anybody waits. @default it may be read later */
  readonly isFinal?: true;
}

/** The health of a server that is back in service: a line for each part. */
export function healthOf(look: MaintenanceFacts, found: FoundBefore): readonly HealthLine[] {
  const { components, copies, queues, clusterNode } = look;
  const lines: HealthLine[] = [];
  const add = (what: string, wrong: readonly string[], fine: string) =>
    lines.push(
      wrong.length === 0
        ? { text: fine, state: "ok" }
        : { text: `${what}: ${listedUpTo(8, wrong)}`, state: "wrong" },
    );
  const unread = (what: string, why: string) =>
    lines.push({ text: `${what} not read: ${why}`, state: "unknown" });
  if (!components.known) unread("component states", components.why);
  else if (components.value !== null) {
    // Some components are Inactive on every server, so they are compared with the recorded state.
    const down = Object.entries(components.value).flatMap(([name, { state, requesters }]) => {
      if (state === "Active" || (found.effective[name] ?? "Active") !== "Active") return [];
      const by = Object.entries(requesters).filter(([, asked]) => asked !== "Active");
      return [`${name} ${state}${by.length === 0 ? "" : ` (${by.map(([who]) => who).join(", ")})`}`];
    });
    add("components", down.sort(), "component states as they were found");
  }
  if (!copies.known) unread("database copies", copies.why);
  else if (copies.value !== null && copies.value.length > 0)
    add(
      "database copies",
      copies.value
        .filter((each) => !isHealthy(each))
        .map(({ database, status }) => `${database} ${status}`)
        .sort(),
      `${copies.value.length} database copies healthy`,
    );
  if (!clusterNode.known) unread("cluster node", clusterNode.why);
  else if (clusterNode.value !== null)
    add("cluster node", clusterNode.value.state === "Up" ? [] : [clusterNode.value.state], "cluster node Up");
  const never = whyNeverRead(look);
  if (never !== null) lines.push({ text: `queues not verified: ${never}`, state: "unknown", isFinal: true });
  else if (!queues.known) unread("queues", queues.why);
  else if (queues.value !== null) {
    const waiting = leaving(queues.value);
    // Mail flows again. Waiting messages are reported, but not as a fault.
    lines.push({ text: waiting.length === 0 ? "queues empty" : messagesText(waiting), state: "ok" });
  }
  return lines;
}
