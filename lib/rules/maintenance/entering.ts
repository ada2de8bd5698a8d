/** Takes a server out of service: the measures that are still due, and what shows that the server is out. Pure. */
import { type Fact, isServiceUp, type MaintenanceFacts, serviceStarts } from "../../facts";
import type { ComponentState, DatabaseCopyReading, QueueReading } from "../../facts/maintenance";
import {
  callRouter,
  type EnterMeasure,
  groupMeasures,
  type LeaveMeasure,
  type Maintenance,
  transportComponent,
  transportService,
  watchingComponents,
  wholeServer,
} from "../../releases";
import { counted, listedUpTo } from "../../text";

/** Whether the server is a member of a database availability group. */
export function isInGroup({ mailboxServer, clusterNode }: MaintenanceFacts): Fact<boolean> {
  if (!mailboxServer.known) return mailboxServer;
  if (mailboxServer.value === null) return { ...mailboxServer, value: false };
  if (mailboxServer.value.availabilityGroup === null) return { ...mailboxServer, value: false };
  return clusterNode.known ? { ...clusterNode, value: true } : clusterNode;
}

/** The measures for a server, in their order. Only a member of a group gets those of groups. */
export function measuresFor<M extends EnterMeasure | LeaveMeasure>(
  measures: readonly M[],
  inGroup: boolean,
): readonly M[] {
  return measures.filter((each) => inGroup || !groupMeasures.has(each));
}

/**
 * The state that the requester Maintenance set on a component; undefined if it set none, or the server has no such
 * component.
 */
export function askedFor({ components }: MaintenanceFacts, component: string): ComponentState | undefined {
  return components.known ? components.value?.[component]?.requesters.Maintenance : undefined;
}

const isOut = (state: ComponentState | undefined) => state === "Draining" || state === "Inactive";

/** Active copies that another member can take over; otherwise they would go down with the server. */
export function movable(copies: readonly DatabaseCopyReading[]): readonly DatabaseCopyReading[] {
  return copies.filter((each) => each.replication !== "None" && each.active);
}

/** Active copies that no member can take over: their users lose them while the server is out of service. */
export function immovable(copies: readonly DatabaseCopyReading[]): readonly DatabaseCopyReading[] {
  return copies.filter((each) => each.replication === "None" && each.active);
}

/** Queues whose messages must leave the server. Shadow copies stay, and poison messages cannot be redirected. */
export function leaving(queues: readonly QueueReading[]): readonly QueueReading[] {
  return queues.filter(({ kind, messages }) => kind !== "shadow" && kind !== "poison" && messages > 0);
}

/** The measures that are still due, in their order. Each can safely be repeated. */
export function dueToEnter(
  maintenance: Maintenance,
  look: MaintenanceFacts,
  { inGroup, redirects }: { readonly inGroup: boolean; readonly redirects: boolean },
): readonly EnterMeasure[] {
  const { mailboxServer, clusterNode, copies, components } = look;
  const isBlocked = mailboxServer.known && mailboxServer.value?.activationPolicy === "Blocked";
  const isPaused = clusterNode.known && clusterNode.value?.state === "Paused";
  const isEmpty = copies.known && movable(copies.value ?? []).length === 0;
  const done: { readonly [M in EnterMeasure]: boolean } = {
    "drain transport": isOut(askedFor(look, transportComponent)),
    // Nothing on the server shows whether these two were taken, so a resumed run repeats them.
    "restart transport": false,
    "redirect messages": !redirects,
    "drain calls":
      isOut(askedFor(look, callRouter)) ||
      (components.known && components.value !== null && !(callRouter in components.value)),
    "start group maintenance": isPaused && isEmpty && isBlocked,
    "suspend node": isPaused,
    "move active manager": clusterNode.known && clusterNode.value?.primaryActiveManager !== true,
    "move databases": mailboxServer.known && mailboxServer.value?.activationDisabledAndMoveNow === true,
    "block activation": isBlocked,
    "go offline": askedFor(look, wholeServer) === "Inactive",
  };
  return measuresFor(maintenance.enter, inGroup).filter((each) => !done[each]);
}

/**
 * Why the queues cannot be read however long anybody waits, in a few words; null if they are read, or may be.
 */
export function whyNeverRead({ queues, services }: MaintenanceFacts): string | null {
  if (queues.known || !services.known || !(transportService in services.value)) return null;
  const transport = services.value[transportService];
  const state =
    transport == null ? "not there" : transport.start === serviceStarts.disabled ? "disabled" : null;
  const isUp = transport != null && isServiceUp(transport.state);
  return state === null || isUp ? null : `the service ${transportService} is ${state}`;
}

/** Why the server is not out of service yet, each reason in a few words; empty if it is out. */
export function waitedFor(
  maintenance: Maintenance,
  look: MaintenanceFacts,
  inGroup: boolean,
): readonly string[] {
  const { components, copies, clusterNode, mailboxServer, queues, activeCalls } = look;
  const waits: string[] = [];
  const unread = (what: string, fact: Fact<unknown>) => {
    if (!fact.known) waits.push(`${what} could not be read: ${fact.why}`);
  };
  if (maintenance.componentStates) {
    unread("component states", components);
    if (components.known) waits.push(...componentsInService(components.value));
    const never = whyNeverRead(look);
    if (never !== null) waits.push(`queues not verified: ${never}`);
    else unread("queues", queues);
    if (queues.known) {
      const left = leaving(queues.value ?? []);
      if (left.length > 0) waits.push(messagesText(left));
    }
  }
  if (maintenance.unifiedMessaging) {
    unread("calls", activeCalls);
    if (activeCalls.known && (activeCalls.value ?? 0) > 0)
      waits.push(counted(activeCalls.value ?? 0, "active call"));
  }
  if (inGroup) {
    unread("database copies", copies);
    const active = copies.known ? movable(copies.value ?? []) : [];
    if (active.length > 0)
      waits.push(`active databases: ${listedUpTo(5, active.map(({ database }) => database).sort())}`);
    unread("cluster node", clusterNode);
    if (clusterNode.known && clusterNode.value?.state !== "Paused")
      waits.push(`cluster node ${clusterNode.value?.state ?? "not there"}, not Paused`);
    if (clusterNode.known && clusterNode.value?.primaryActiveManager === true)
      waits.push("it is the primary active manager");
    unread("activation policy", mailboxServer);
    const policy = mailboxServer.known ? mailboxServer.value?.activationPolicy : "Blocked";
    if (policy !== "Blocked") waits.push(`activation policy ${policy ?? "not there"}, not Blocked`);
  }
  return waits;
}

/** `3 messages in EX1\Submission`, naming the longest queues. */
export function messagesText(queues: readonly QueueReading[]): string {
  const all = queues.reduce((sum, { messages }) => sum + messages, 0);
  const names = [...queues].sort((a, b) => b.messages - a.messages).map(({ identity }) => identity);
  return `${counted(all, "message")} in ${listedUpTo(3, names)}`;
}

function componentsInService(
  components: NonNullable<(MaintenanceFacts["components"] & { readonly known: true })["value"]> | null,
): readonly string[] {
  if (components === null) return ["no component states"];
  const missing = [transportComponent, wholeServer].filter((name) => !(name in components));
  const up = Object.entries(components).filter(
    ([name, { state }]) => state !== "Inactive" && !watchingComponents.includes(name),
  );
  return [
    ...missing.map((name) => `no component ${name}`),
    ...(up.length === 0
      ? []
      : [`components: ${listedUpTo(5, up.map(([name, { state }]) => `${name} ${state}`).sort())}`]),
  ];
}
