/** A campaign as data: what is to be done, and what goes wrong meanwhile; and how fast-check makes them up. */
import fc from "fast-check";
import type { StepKind } from "../../lib/model";

/** Where a fault strikes. `nth` counts from 1, over all tries of a campaign. */
export type Trigger =
  | {
      readonly on: "session";
      readonly at: "connected" | "handshake" | "authentication" | "ready";
      readonly nth: number;
    }
  | {
      readonly on: "session";
      readonly at: "command" | "started" | "input" | "output" | "ended";
      readonly of: "any" | "upload" | "launch" | "follow" | "lock" | "restart" | "discard";
      readonly nth: number;
    }
  | { readonly on: "ldap"; readonly at: "connected" | "bind" | "search" | "answer"; readonly nth: number }
  /** A phase of Setup, of any run. */
  | { readonly on: "setup"; readonly when: "before" | "after"; readonly nth: number }
  /** A script of the management shell, of this name. */
  | {
      readonly on: "script";
      readonly name: string;
      readonly when: "before" | "after";
      readonly nth: number;
    }
  /** The beginning of a try. */
  | { readonly on: "try"; readonly nth: number };

/** What goes wrong. Times in milliseconds; what lasts ends by itself after them, at the latest with the tries that may fail. */
export type Fault =
  /** The connection that has come to this point breaks. Elsewhere than on a connection: all to the computers do. */
  | { readonly kind: "cut" }
  /** The computers' SSH or WinRM servers take connections and answer nothing any more. */
  | { readonly kind: "silence"; readonly ms: number }
  /** Somebody deletes the shells of WinRM, and what runs in them ends. */
  | { readonly kind: "delete shells" }
  /** The key distribution centres of both domains are gone. */
  | { readonly kind: "stop KDC"; readonly ms: number }
  | { readonly kind: "kill provider" }
  /** The provider's process is stopped and goes on later, as on a laptop that sleeps. */
  | { readonly kind: "suspend provider"; readonly ms: number }
  /** SIGKILL for the CLI, or an engine that is no longer there. */
  | { readonly kind: "kill engine" }
  /** Ctrl-C: only where there is a real engine. */
  | { readonly kind: "interrupt" }
  | { readonly kind: "reboot"; readonly ms: number }
  | { readonly kind: "disk full"; readonly room: number; readonly ms: number }
  | { readonly kind: "kill Setup" }
  /** Every cmd.exe of the computers is ended, and Setup goes on. */
  | { readonly kind: "kill script" }
  /** The next run of Setup fails in its phase of this number. */
  | { readonly kind: "Setup fails"; readonly phase: number }
  | { readonly kind: "freeze controller"; readonly which: number; readonly ms: number }
  | { readonly kind: "stop controller"; readonly which: number; readonly ms: number }
  | { readonly kind: "hold replication"; readonly which: number; readonly ms: number }
  /** The computers' clocks jump. */
  | { readonly kind: "clock"; readonly ms: number }
  /** Another `up` begins beside the one that runs. */
  | { readonly kind: "second up"; readonly stack: "same" | "other" }
  /** Somebody else starts Setup on the computer of a step. */
  | { readonly kind: "somebody's Setup" }
  /** Active copies and messages do not leave the server, or its shell refuses to change it: until the next try. */
  | { readonly kind: "databases stay" | "queues stay" | "shell refuses" }
  /** The files of the security updates are not there: until the next try. */
  | { readonly kind: "update gone" };

export interface Strike {
  readonly trigger: Trigger;
  readonly fault: Fault;
}

export interface Campaign {
  readonly drivenBy: DrivenBy;
  /** How the computers are reached. */
  readonly over: "SSH" | "WinRM";
  /** The steps to do; those before them are done already. */
  readonly steps: readonly StepKind[];
  /** Milliseconds of each phase of Setup. */
  readonly phaseMs: number;
  /** Index of the domain controller of the root domain that the product reads; Setup writes to the first. */
  readonly reads: 0 | 1;
  readonly strikes: readonly Strike[];
  /** How Setup is started: in the session, which is SSH's, by a task that an administrator has registered, or by one of its own. */
  readonly run: "direct" | "task" | "scheduled";
  /** Which server is upgraded: one with two roles, or an Edge Transport server. */
  readonly server: "mailbox" | "edge";
  /** Whether an upgrade leaves a restart pending, and if so whether the step makes it (`reboot: "ifRequired"`) or tells it. */
  readonly restart: "none" | "told" | "made";
}

const allSteps: readonly StepKind[] = ["schema", "organization", "domain", "server"];

/** Commands that stand for a part of the protocol are few, others many. */
const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ of: fc.constant("any" as const), nth: fc.integer({ min: 1, max: 90 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      of: fc.constantFrom("upload" as const, "launch" as const),
      nth: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      of: fc.constantFrom("follow" as const, "lock" as const),
      nth: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      of: fc.constantFrom("discard" as const, "restart" as const),
      nth: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

const trigger: fc.Arbitrary<Trigger> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      on: fc.constant("session" as const),
      at: fc.constantFrom(
        "connected" as const,
        "handshake" as const,
        "authentication" as const,
        "ready" as const,
      ),
      nth: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom("command" as const, "started" as const, "output" as const, "ended" as const),
        command,
      )
      .map(([at, which]) => ({
        on: "session" as const,
        // What is uploaded is the command's input.
        at: which.of === "upload" && at === "output" ? ("input" as const) : at,
        ...which,
      })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      on: fc.constant("ldap" as const),
      at: fc.constantFrom("connected" as const, "bind" as const, "search" as const, "answer" as const),
      nth: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      on: fc.constant("setup" as const),
      when: fc.constantFrom("before" as const, "after" as const),
      nth: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ on: fc.constant("try" as const), nth: fc.integer({ min: 1, max: 2 }) }),
  },
);

export const lasting = fc.constantFrom(50, 400, 2_500);
const which = fc.integer({ min: 0, max: 2 });

type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<Fault> };

const faults: readonly Weighted[] = [
  { weight: 6, arbitrary: fc.constant({ kind: "cut" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("silence" as const), ms: lasting }) },
  { weight: 4, arbitrary: fc.constant({ kind: "kill provider" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("suspend provider" as const), ms: fc.constantFrom(300, 3_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reboot" as const), ms: lasting }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("disk full" as const),
      room: fc.constantFrom(0, 10, 200, 1_000),
      ms: lasting,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "kill Setup" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "kill script" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("Setup fails" as const),
      phase: fc.integer({ min: 0, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("freeze controller" as const), which, ms: lasting }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stop controller" as const), which, ms: lasting }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("hold replication" as const),
      which,
      ms: fc.constantFrom(400, 2_500, 10_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("clock" as const),
      ms: fc.constantFrom(-86_400_000, -3_600_000, 3_600_000, 31_536_000_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("second up" as const),
      stack: fc.constantFrom("same" as const, "other" as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "somebody's Setup" as const }) },
];

/** What happens to the engine itself. */
const killEngine: fc.Arbitrary<Fault> = fc.constant({ kind: "kill engine" });
const interrupt: fc.Arbitrary<Fault> = fc.constant({ kind: "interrupt" });
const byProviders = fc.oneof(...faults, { weight: 2, arbitrary: killEngine });
const byEngines = fc.oneof(
  ...faults,
  { weight: 20, arbitrary: killEngine },
  { weight: 6, arbitrary: interrupt },
);

/** What can happen to WinRM alone. */
const ofWinRm: readonly Weighted[] = [
  { weight: 6, arbitrary: fc.constant({ kind: "delete shells" as const }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("stop KDC" as const), ms: lasting }) },
];
const overWinRm = fc.oneof(...faults, ...ofWinRm, { weight: 2, arbitrary: killEngine });

/** Who makes the calls of a campaign: this program as an engine does, over SSH or over WinRM, or the real CLI. */
export type Kind = "provider" | "winrm" | "cli";
export type DrivenBy = "provider" | "cli";

function campaigns(kind: Kind): fc.Arbitrary<Campaign> {
  const fault = { provider: byProviders, winrm: overWinRm, cli: byEngines }[kind];
  return fc.record({
    drivenBy: fc.constant(kind === "cli" ? ("cli" as const) : ("provider" as const)),
    over: fc.constant(kind === "winrm" ? ("WinRM" as const) : ("SSH" as const)),
    steps: fc.oneof(
      { weight: 3, arbitrary: fc.constant(allSteps) },
      { weight: 7, arbitrary: fc.constantFrom(...allSteps, "server" as const).map((step) => [step]) },
    ),
    phaseMs: fc.constantFrom(5, 40, 200),
    reads: fc.constantFrom(0 as const, 0 as const, 1 as const),
    strikes: fc.array(fc.record({ trigger, fault }), { minLength: 1, maxLength: 4 }),
    // A session of WinRM starts no Setup, and Kerberos knows no account of an Edge Transport server.
    run: fc.constantFrom(...(kind === "winrm" ? byTasks : anyRun)),
    server: fc.constantFrom(...(kind === "winrm" ? (["mailbox"] as const) : anyServer)),
    restart: fc.constantFrom("none" as const, "told" as const, "made" as const, "made" as const),
  });
}

const anyRun = ["direct", "direct", "direct", "task", "scheduled"] as const;
const byTasks = ["task", "scheduled"] as const;
const anyServer = ["mailbox", "mailbox", "mailbox", "edge"] as const;

/** The campaigns of a seed: the same ones for the same seed, whatever their number, and this version of the tests. */
export function campaignsOf(seed: number, count: number, kind: Kind): readonly Campaign[] {
  return fc.sample(campaigns(kind), { seed, numRuns: count });
}

/** Steps that are done before a campaign begins. */
export function doneBefore({ steps }: Campaign): readonly StepKind[] {
  const [first = "schema"] = steps;
  return allSteps.slice(0, allSteps.indexOf(first));
}

/** One line that people can read. */
export function describeCampaign({
  over,
  steps,
  phaseMs,
  reads,
  run,
  server,
  restart,
  strikes,
}: Campaign): string {
  const told = strikes.map(({ trigger, fault }) => `${faultText(fault)} at ${triggerText(trigger)}`);
  const upgrade = steps.includes("server") ? `, ${server}, restart ${restart}` : "";
  return `${steps.join(", ")} (phases of ${phaseMs} ms, dc${reads + 1}, ${over}, ${run}${upgrade}): ${told.join("; ")}`;
}

export function faultText({ kind, ...details }: Fault): string {
  const values = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return values.length === 0 ? kind : `${kind} (${values.join(", ")})`;
}

export function triggerText(trigger: Trigger): string {
  switch (trigger.on) {
    case "session":
      return `session ${trigger.at}${"of" in trigger ? ` of ${trigger.of}` : ""} ${trigger.nth}`;
    case "ldap":
      return `ldap ${trigger.at} ${trigger.nth}`;
    case "setup":
      return `${trigger.when} phase ${trigger.nth}`;
    case "script":
      return `${trigger.when} ${trigger.name} ${trigger.nth}`;
    case "try":
      return `try ${trigger.nth}`;
  }
}
