/**
 * Turns the answer of a look's script into facts. A part in another form than described is unknown, with what was
 * found.
 */
import { z } from "zod";
import { type Fact, known, type MaintenanceFacts, unknown } from "../../facts";
import {
  activationPolicies,
  type ClusterNodeReading,
  type ClusterNodeState,
  type ComponentReading,
  type ComponentState,
  clusterNodeStates,
  componentStates,
  type DatabaseCopyReading,
  type MaintenanceReadings,
  type QueueReading,
  type RedirectTargetReading,
  stateRequesters,
} from "../../facts/maintenance";
import { cutLine } from "../../text";
import type { ShellError } from "./contract";

export const shellError = z.object({ type: z.string(), id: z.string(), message: z.string() });

/** An error, as part of a sentence. */
export function errorText({ type, message }: ShellError): string {
  const said = cutLine(message, 200).replace(/\.$/, "");
  return said === "" ? type : `${said} (${type})`;
}

const entry = z.object({ requester: z.string(), state: z.string(), time: z.string() });
const components = z.array(z.object({ name: z.string().min(1), state: z.string(), entries: z.array(entry) }));
const mailboxServer = z.object({ policy: z.string(), disabled: z.boolean().nullable(), group: z.string() });
const copies = z.array(
  z.object({
    database: z.string().min(1),
    status: z.string().min(1),
    activeOn: z.string(),
    suspended: z.boolean(),
    copyQueue: z.string(),
    replayQueue: z.string(),
    replication: z.string(),
    copies: z.number().int(),
  }),
);
const clusterNode = z.object({ state: z.number().int(), manager: z.string(), members: z.array(z.string()) });
const queues = z.array(
  z.object({ identity: z.string().min(1), delivery: z.string(), messages: z.number().int().nonnegative() }),
);
const service = z.object({ start: z.number().int(), state: z.number().int(), deleted: z.boolean() });
const services = z.record(z.string(), service.nullable());
const targets = z.array(
  z.object({
    fqdn: z.string().min(1),
    sameGroup: z.boolean(),
    hubTransport: z.string().nullable(),
    policy: z.string().nullable(),
    error: shellError.nullable(),
  }),
);

/** Names of the members of every object in the answer: the script must write exactly these. */
export const forms: readonly (readonly string[])[] = [
  entry,
  components.element,
  mailboxServer,
  copies.element,
  clusterNode,
  queues.element,
  service,
  targets.element,
  shellError,
].map((form) => Object.keys(form.shape).sort());

/** A part of the answer in another form than described. */
class Odd extends Error {}

/** The source of each fact, for messages. */
const sources: { readonly [K in keyof MaintenanceReadings]: string } = {
  components: "Get-ServerComponentState",
  mailboxServer: "Get-MailboxServer",
  copies: "Get-MailboxDatabaseCopyStatus",
  clusterNode: "Get-ClusterNode, Get-DatabaseAvailabilityGroup",
  queues: "Get-Queue",
  activeCalls: "Get-UMActiveCalls",
  services: "Get-Service",
  redirectTargets: "Get-ExchangeServer",
};

/** The facts of a computer that did not answer about maintenance, each with the reason. */
export function unreadMaintenance(why: string): MaintenanceFacts {
  const all = Object.entries(sources).map(([name, source]) => [name, unknown(why, source)]);
  return Object.fromEntries(all) as unknown as MaintenanceFacts;
}

/** The facts in the script's answer. */
export function maintenanceFacts(answer: unknown): MaintenanceFacts {
  const parts = z.record(z.string(), z.unknown()).safeParse(answer);
  if (!parts.success)
    return unreadMaintenance("PowerShell answered something that is not as it is described");
  const { data } = parts;
  const self = typeof data.server === "string" ? data.server : "";
  const of = <K extends keyof MaintenanceReadings, T>(
    name: K,
    schema: z.ZodType<T>,
    reading: (value: T) => MaintenanceReadings[K],
  ): Fact<MaintenanceReadings[K]> => factOf(data[name], sources[name], schema, reading);
  return {
    components: of("components", components.nullable(), (value) => value && componentsOf(value)),
    mailboxServer: of(
      "mailboxServer",
      mailboxServer.nullable(),
      (value) =>
        value && {
          activationPolicy: oneOf(activationPolicies, value.policy, "activation policy"),
          activationDisabledAndMoveNow: value.disabled,
          availabilityGroup: value.group === "" ? null : value.group,
        },
    ),
    copies: of("copies", copies.nullable(), (value) => value && copiesOf(value, self)),
    clusterNode: of("clusterNode", clusterNode.nullable(), (value) => value && nodeOf(value, self)),
    queues: of("queues", queues.nullable(), (value) => value && queuesOf(value)),
    activeCalls: of("activeCalls", z.number().int().nonnegative().nullable(), (value) => value),
    services: of("services", services, (value) => value),
    redirectTargets: of("redirectTargets", targets, targetsOf),
  };
}

function factOf<T, R>(
  part: unknown,
  source: string,
  schema: z.ZodType<T>,
  reading: (value: T) => R,
): Fact<R> {
  const parsed = z
    .discriminatedUnion("ok", [
      z.object({ ok: z.literal(true), value: schema }),
      z.object({ ok: z.literal(false), error: shellError }),
    ])
    .safeParse(part);
  if (!parsed.success) return unknown("PowerShell answered something that is not as it is described", source);
  const found = parsed.data as { ok: true; value: T } | { ok: false; error: ShellError };
  if (!found.ok) return unknown(errorText(found.error), source);
  try {
    return known(reading(found.value), source);
  } catch (error) {
    if (!(error instanceof Odd)) throw error;
    return unknown(error.message, source);
  }
}

function isSame(a: string, b: string): boolean {
  return a !== "" && a.toLowerCase() === b.toLowerCase();
}

/** A word of an enumeration. */
function oneOf<T extends string>(words: readonly T[], found: string, what: string): T {
  const word = words.find((each) => each === found);
  if (word === undefined) throw new Odd(`the ${what} ${JSON.stringify(cutLine(found, 60))} is not known`);
  return word;
}

function stateOf(found: string): ComponentState {
  return oneOf(componentStates, found, "component state");
}

/** A requester's state is in the registry and in the directory: the newer entry counts. */
function componentsOf(found: z.infer<typeof components>): { [component: string]: ComponentReading } {
  return Object.fromEntries(
    found.map(({ name, state, entries }) => {
      const inOrder = entries
        .map((entry) => ({ ...entry, at: /^\d+$/.test(entry.time) ? BigInt(entry.time) : 0n }))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      const requesters = Object.fromEntries(
        inOrder.map((entry) => [
          oneOf(stateRequesters, entry.requester, `requester of ${name}`),
          stateOf(entry.state),
        ]),
      );
      return [name, { state: stateOf(state), requesters }];
    }),
  );
}

function copiesOf(found: z.infer<typeof copies>, self: string): readonly DatabaseCopyReading[] {
  return found.map((copy) => ({
    database: copy.database,
    status: copy.status,
    replication: oneOf(["Remote", "None"] as const, copy.replication, `replication type of ${copy.database}`),
    copies: copy.copies,
    // Only active copies can be Mounted, Mounting, Dismounted or Dismounting.
    active: isSame(copy.activeOn, self) || /^(Dism|M)ount/.test(copy.status),
    activationSuspended: copy.suspended,
    copyQueue: lengthOf(copy.copyQueue),
    replayQueue: lengthOf(copy.replayQueue),
  }));
}

function lengthOf(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** While a group has no primary active manager, it is not known whether this server will become it. */
function nodeOf(found: z.infer<typeof clusterNode>, self: string): ClusterNodeReading {
  if (found.manager === "") throw new Odd("Exchange names no primary active manager of the group");
  if (!found.members.some((member) => isSame(member, self)))
    throw new Odd("Exchange does not name this server among the members of its group");
  return {
    state: nodeStateOf(found.state),
    primaryActiveManager: isSame(found.manager, self),
    members: [...found.members].sort(),
  };
}

/** Windows' numbers: CLUSTER_NODE_STATE. */
function nodeStateOf(number: number): ClusterNodeState {
  const state = number === -1 ? "Unknown" : clusterNodeStates[number];
  if (state === undefined || (state === "Unknown" && number !== -1))
    throw new Odd(`the state ${number} of a cluster node is not known`);
  return state;
}

const ownQueues: { readonly [name: string]: QueueReading["kind"] } = {
  submission: "submission",
  unreachable: "unreachable",
  poison: "poison",
  shadow: "shadow",
};

/** The second part of a queue's identity is a word that cmdlets take, or a number; both are the same in every language. */
function queuesOf(found: z.infer<typeof queues>): readonly QueueReading[] {
  return found.map(({ identity, delivery, messages }) => {
    const [, name = ""] = identity.split("\\");
    const kind = delivery === "ShadowRedundancy" ? "shadow" : ownQueues[name.toLowerCase()];
    if (kind === undefined && !/^\d+$/.test(name))
      throw new Odd(`the queue ${JSON.stringify(cutLine(identity, 60))} is of no known kind`);
    return { identity, kind: kind ?? "delivery", messages };
  });
}

function targetsOf(found: z.infer<typeof targets>): readonly RedirectTargetReading[] {
  return found
    .map(({ fqdn, sameGroup, hubTransport, policy, error }) => ({
      fqdn: fqdn.toLowerCase(),
      sameGroup,
      hubTransport: hubTransport === null ? null : stateOf(hubTransport),
      activationPolicy: policy === null ? null : oneOf(activationPolicies, policy, "activation policy"),
      unread: error === null ? null : errorText(error),
    }))
    .sort((a, b) => Number(b.sameGroup) - Number(a.sameGroup) || (a.fqdn < b.fqdn ? -1 : 1));
}
