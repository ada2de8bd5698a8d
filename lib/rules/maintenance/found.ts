/**
 * The state of a server before maintenance. It is recorded on the computer before anything is changed, and restored
 * afterwards.
 */
import { type Fact, isServiceUp, known, type MaintenanceFacts } from "../../facts";
import {
  type ActivationPolicy,
  activationPolicies,
  type ClusterNodeState,
  type ComponentState,
  clusterNodeStates,
  componentStates,
  type DatabaseCopyReading,
} from "../../facts/maintenance";
import {
  availabilityComponent,
  callRouter,
  setupsComponents,
  stoppedServices,
  transportComponent,
  wholeServer,
} from "../../releases";

/** States of components by name. */
type States = { readonly [component: string]: ComponentState };

/** The state before maintenance. A component on which a requester had set nothing is absent. */
export interface FoundBefore {
  /** States that the requester Maintenance had set, of the components that maintenance sets. */
  readonly maintenance: States;
  /** States that the requester Functional had set, of the components that Setup sets. */
  readonly functional: States;
  /** The effective state of every component. */
  readonly effective: States;
  /** Null if the server has no such policy. */
  readonly activationPolicy: ActivationPolicy | null;
  readonly activationDisabledAndMoveNow: boolean | null;
  readonly node: ClusterNodeState | null;
  /** Of the services that maintenance stops, those that ran. */
  readonly running: readonly string[];
  /**
   * Databases whose copy on this server was healthy, and those whose copy was suspended for activation; both sorted.
   */
  readonly healthy: readonly string[];
  readonly suspended: readonly string[];
}

/** Components that maintenance sets. */
export const ownComponents: readonly string[] = [
  transportComponent,
  callRouter,
  wholeServer,
  availabilityComponent,
];

/** Whether the state of a copy is as it should be. */
export function isHealthy({ status }: DatabaseCopyReading): boolean {
  return status === "Healthy" || status === "Mounted";
}

/** The present state; unknown, with the first reason, if a part of it could not be read. */
export function foundIn(look: MaintenanceFacts): Fact<FoundBefore> {
  const { components, mailboxServer, clusterNode, services, copies } = look;
  for (const part of [components, mailboxServer, clusterNode, services, copies]) if (!part.known) return part;
  if (!components.known || !mailboxServer.known || !clusterNode.known || !services.known || !copies.known)
    throw new Error("an unknown part was taken for known");
  const all = Object.entries(components.value ?? {});
  const askedBy = (requester: "Maintenance" | "Functional", names: readonly string[]): States =>
    Object.fromEntries(
      all.flatMap(([name, { requesters }]) => {
        const state = requesters[requester];
        return names.includes(name) && state !== undefined ? [[name, state]] : [];
      }),
    );
  return known(
    {
      maintenance: askedBy("Maintenance", ownComponents),
      functional: askedBy("Functional", setupsComponents),
      effective: Object.fromEntries(all.map(([name, { state }]) => [name, state])),
      activationPolicy: mailboxServer.value?.activationPolicy ?? null,
      activationDisabledAndMoveNow: mailboxServer.value?.activationDisabledAndMoveNow ?? null,
      node: clusterNode.value?.state ?? null,
      running: stoppedServices.filter((name) => {
        const service = services.value[name];
        return service != null && isServiceUp(service.state);
      }),
      healthy: databases(copies.value, isHealthy),
      suspended: databases(copies.value, ({ activationSuspended }) => activationSuspended),
    },
    components.source,
  );
}

function databases(
  copies: readonly DatabaseCopyReading[] | null,
  which: (copy: DatabaseCopyReading) => boolean,
): readonly string[] {
  return (copies ?? [])
    .filter(which)
    .map(({ database }) => database)
    .sort();
}

/**
 * The state to restore if an earlier run has begun maintenance. A part that is as maintenance leaves it takes the value
 * that the earlier run recorded. Any other part takes its present value, since somebody has changed it meanwhile.
 */
export function foundFirst(earlier: FoundBefore | null, now: FoundBefore): FoundBefore {
  if (earlier === null) return now;
  const isOffline = now.maintenance[wholeServer] === "Inactive";
  const set = (own: States, before: States, mayBe: readonly ComponentState[]): States => {
    const names = [...new Set([...Object.keys(own), ...Object.keys(before)])];
    return Object.fromEntries(
      names.flatMap((name) => {
        const state = own[name];
        const kept = state !== undefined && mayBe.includes(state) ? before[name] : state;
        return kept === undefined ? [] : [[name, kept]];
      }),
    );
  };
  // The script that ends maintenance always sets Unrestricted.
  const isLeft = now.activationPolicy === "Blocked" || now.activationPolicy === "Unrestricted";
  return {
    maintenance: set(now.maintenance, earlier.maintenance, ["Inactive", "Draining"]),
    functional: set(now.functional, earlier.functional, ["Inactive"]),
    effective:
      isOffline || now.maintenance[transportComponent] !== "Active" ? earlier.effective : now.effective,
    activationPolicy: isLeft ? earlier.activationPolicy : now.activationPolicy,
    activationDisabledAndMoveNow:
      now.activationDisabledAndMoveNow === true
        ? earlier.activationDisabledAndMoveNow
        : now.activationDisabledAndMoveNow,
    node: now.node === "Paused" ? earlier.node : now.node,
    healthy: earlier.healthy,
    // The scripts suspend the activation of copies, and resume it for all of them.
    suspended: earlier.suspended,
    running: isOffline ? [...new Set([...earlier.running, ...now.running])].sort() : now.running,
  };
}

/** The record as text, with line breaks that every program of Windows accepts. */
export function recordText(found: FoundBefore): string {
  return `${JSON.stringify({ version: 1, ...found }, null, 1).replace(/\n/g, "\r\n")}\r\n`;
}

/** Reads the text of a record; null if it is not one of ours. */
export function recordOf(text: string): FoundBefore | null {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof given !== "object" || given === null) return null;
  const { version, ...parts } = given as { readonly [name: string]: unknown };
  const isStates = (value: unknown): value is States =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((state) => isOneOf(componentStates, state));
  const {
    maintenance,
    functional,
    effective,
    activationPolicy,
    activationDisabledAndMoveNow,
    node,
    running,
    healthy,
    suspended,
  } = parts;
  const areNames = (value: unknown) =>
    Array.isArray(value) && value.every((each) => typeof each === "string");
  const isWhole =
    version === 1 &&
    [maintenance, functional, effective].every(isStates) &&
    (activationPolicy === null || isOneOf(activationPolicies, activationPolicy)) &&
    (activationDisabledAndMoveNow === null || typeof activationDisabledAndMoveNow === "boolean") &&
    (node === null || isOneOf(clusterNodeStates, node)) &&
    areNames(healthy) &&
    areNames(suspended) &&
    Array.isArray(running) &&
    running.every((name) => stoppedServices.includes(name as string));
  return isWhole ? (parts as unknown as FoundBefore) : null;
}

function isOneOf<T>(all: readonly T[], value: unknown): boolean {
  return (all as readonly unknown[]).includes(value);
}
