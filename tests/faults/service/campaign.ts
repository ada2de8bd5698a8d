/** A campaign around servers that go out of service: members of a database availability group, one after the other. */
import fc from "fast-check";
import { type Fault, faultText, lasting, type Strike, type Trigger, triggerText } from "../campaign";

/** What the program says of the servers in one try. */
export interface Said {
  /** False where somebody has taken `maintenance` out of the program. */
  readonly maintenance: boolean;
  /** False for `securityUpdate: "none"`. */
  readonly update: boolean;
}

export interface ServiceCampaign {
  /** Number of members to upgrade. */
  readonly members: 1 | 2;
  /** Milliseconds of each phase of Setup and of the update. */
  readonly phaseMs: number;
  readonly strikes: readonly Strike[];
  /** The program of the tries in which faults strike; the last one also of those after them, with its maintenance. */
  readonly said: readonly Said[];
  /** From which try on somebody puts services right that a failed installation has left disabled. */
  readonly mendsFrom: number;
}

const scripts = [
  ...["readMaintenance", "setComponentState", "restartTransport", "startDagMaintenance", "redirectMessages"],
  ...["stopDagMaintenance", "setActivationPolicy", "startServices"],
];

const nth = (max: number) => fc.integer({ min: 1, max });
const when = fc.constantFrom("before" as const, "after" as const);

const trigger: fc.Arbitrary<Trigger> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      on: fc.constant("script" as const),
      name: fc.constantFrom(...scripts),
      when,
      nth: fc.constantFrom(1, 1, 1, 2, 3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ on: fc.constant("setup" as const), when, nth: nth(16) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      on: fc.constant("session" as const),
      at: fc.constantFrom("command" as const, "started" as const, "output" as const, "ended" as const),
      of: fc.constant("any" as const),
      nth: nth(200),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      on: fc.constant("session" as const),
      at: fc.constantFrom("command" as const, "started" as const, "ended" as const),
      of: fc.constantFrom("upload" as const, "launch" as const, "restart" as const, "discard" as const),
      nth: nth(4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ on: fc.constant("try" as const), nth: nth(2) }) },
);

const of = <K extends Fault["kind"]>(kind: K) => fc.record({ kind: fc.constant(kind) });
const fault = fc.oneof(
  { weight: 5, arbitrary: of("kill provider") },
  { weight: 3, arbitrary: of("cut") },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("silence" as const), ms: lasting }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("suspend provider" as const), ms: fc.constantFrom(300, 3_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reboot" as const), ms: lasting }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("disk full" as const),
      room: fc.constantFrom(0, 200, 1_000),
      ms: lasting,
    }),
  },
  { weight: 2, arbitrary: of("kill Setup") },
  { weight: 1, arbitrary: of("kill script") },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("Setup fails" as const),
      phase: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: of("databases stay") },
  { weight: 1, arbitrary: of("queues stay") },
  { weight: 1, arbitrary: of("shell refuses") },
  { weight: 1, arbitrary: of("update gone") },
) as fc.Arbitrary<Fault>;

const said: fc.Arbitrary<Said> = fc.record({
  maintenance: fc.constantFrom(true, true, true, true, false),
  update: fc.constantFrom(true, true, true, false),
});

const campaigns: fc.Arbitrary<ServiceCampaign> = fc.record({
  members: fc.constantFrom(1 as const, 1 as const, 2 as const),
  phaseMs: fc.constantFrom(5, 40, 120),
  strikes: fc.array(fc.record({ trigger, fault }), { minLength: 1, maxLength: 3 }),
  // Whoever begins says `maintenance`: without it a server is upgraded in service, as it always was.
  said: fc
    .array(said, { minLength: 1, maxLength: 4 })
    .map(([first, ...later]) => [{ maintenance: true, update: first?.update ?? true }, ...later]),
  mendsFrom: fc.constantFrom(1, 1, 3),
});

/** The campaigns of a seed: the same ones for the same seed, whatever their number, and this version of the tests. */
export function serviceCampaignsOf(seed: number, count: number): readonly ServiceCampaign[] {
  return fc.sample(campaigns, { seed, numRuns: count });
}

/** One line that people can read. */
export function describeServiceCampaign({
  members,
  phaseMs,
  strikes,
  said,
  mendsFrom,
}: ServiceCampaign): string {
  const told = strikes.map(({ trigger, fault }) => `${faultText(fault)} at ${triggerText(trigger)}`);
  const programs = said.map(
    ({ maintenance, update }) =>
      `${maintenance ? "out of service" : "in service"}${update ? " with update" : ""}`,
  );
  return `${members} of the group (phases of ${phaseMs} ms; ${programs.join(", then ")}; mended from try ${mendsFrom}): ${told.join("; ")}`;
}
