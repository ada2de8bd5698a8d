import * as pulumi from "@pulumi/pulumi";
import type { StepKind } from "../model";
import type { ProgramPlace } from "../rules/program/argumentTexts";
import { type DirectoryArgs, type StepArgs, withSecrets } from "./args";
import { setAwaited } from "./awaited";
import type { Definition } from "./releases";
import { ExchangeResource } from "./resource";
import { clusterInputs, type ExchangeClusteredMailboxUpgradeArgs } from "./roleUpgrade";
import { stepInputs, withoutUndefined } from "./stepInputs";
import { isOfType } from "./token";

/** A step in the form that ExchangeUpgrade passes to the gates. */
export interface GateStep {
  readonly kind: StepKind;
  readonly args: StepArgs;
  /** Arguments that only this kind of step has. */
  readonly own: { readonly [name: string]: unknown };
  /** Names of the servers and waves before it. */
  readonly after: readonly string[];
  /** Name of the preparation that the step needs. */
  readonly rests?: string;
  /** False for a step that has no directory. */
  readonly directory: boolean;
  /** Place of the step in the program's arguments, for messages. */
  readonly place: ProgramPlace;
}

/** A clustered mailbox server in the form that ExchangeUpgrade passes to the gates. */
export interface GateCluster {
  readonly args: Omit<ExchangeClusteredMailboxUpgradeArgs, "prepared" | "after">;
  /** As those of a {@link GateStep}. */
  readonly after: readonly string[];
  readonly rests?: string;
  readonly place: ProgramPlace;
}

/** Arguments of {@link ExchangeReadiness} and {@link ExchangeVerification}. ExchangeUpgrade makes both. */
export interface ExchangeGateArgs {
  readonly target: pulumi.Input<string>;
  /** Releases and updates that the program defines. @default none */
  readonly releases?: readonly Definition[];
  readonly directory: DirectoryArgs;
  /** Every step, by the name of its resource. */
  readonly steps: { readonly [name: string]: GateStep };
  /** Every clustered mailbox server, by the name of its resource, with the plan of a preparation that is no step. @default none */
  readonly clusters?: { readonly [name: string]: GateCluster & { readonly prepared?: unknown } };
  /** Names of the servers, by the name of their wave. */
  readonly waves: { readonly [wave: string]: readonly string[] };
  /** Seconds in which the gate reads the directory and all computers. @default 300 */
  readonly factsSeconds?: pulumi.Input<number>;
}

/**
 * How many steps the engine runs at once, for the forecast in preview. Check removes it from the inputs: another
 * machine's number must not violate an approved plan.
 */
function parallel(): number | undefined {
  const given = Number(process.env.PULUMI_NODEJS_PARALLEL);
  return pulumi.runtime.isDryRun() && given > 0 ? given : undefined;
}

function propsOf(args: ExchangeGateArgs): pulumi.Inputs {
  const steps = Object.entries(args.steps).map(([name, { kind, args: own, ...step }]) => [
    name,
    withoutUndefined({
      kind,
      ...stepInputs(own),
      // Of the commands, the gates only judge this.
      commands: own.commands?.media === undefined ? undefined : { media: true, before: [], after: [] },
      ...step.own,
      after: step.after.length === 0 ? undefined : step.after,
      rests: step.rests,
      directory: step.directory ? undefined : null,
      place: step.place,
    }),
  ]);
  return withoutUndefined({
    target: args.target,
    releases: args.releases,
    directory: withSecrets(args.directory),
    steps: Object.fromEntries(steps),
    clusters: args.clusters && clustersOf(args.clusters),
    waves: args.waves,
    factsSeconds: args.factsSeconds,
    __parallel: parallel(),
  }) as pulumi.Inputs;
}

function clustersOf(clusters: NonNullable<ExchangeGateArgs["clusters"]>): pulumi.Inputs {
  return Object.fromEntries(
    Object.entries(clusters).map(([name, { args, after, rests, place, prepared }]) => [
      name,
      withoutUndefined({
        ...clusterInputs(args),
        after: after.length === 0 ? undefined : after,
        rests,
        place,
        prepared,
      }),
    ]),
  );
}

/**
 * The gate before every step of an organization's upgrade. In preview it reads all computers in parallel and says what is to be
 * done. In each `pulumi up` it reads the facts again, judges the whole plan, and refuses before anything is changed.
 */
export class ExchangeReadiness extends ExchangeResource {
  declare protected readonly gate: "readiness";
  /** True once the gate has let a run pass. Each step also checks that the gate has let its own run pass. */
  declare readonly ready: pulumi.Output<boolean>;

  /** Whether a value is an ExchangeReadiness, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeReadiness {
    return isOfType(thing, "ExchangeReadiness");
  }

  constructor(name: string, args: ExchangeGateArgs, opts?: pulumi.CustomResourceOptions) {
    super("readiness", "ExchangeReadiness", name, { ...propsOf(args), ready: undefined }, opts);
    setAwaited(this, name, () => this.ready.apply((ready: boolean | undefined) => ready === true));
  }
}

/**
 * The gate after every step. In preview it refuses, after the whole plan has been shown, with every finding on every step, worst
 * first. In `pulumi up` it reads everything again and proves that the organization is at the target (D13).
 */
export class ExchangeVerification extends ExchangeResource {
  declare protected readonly gate: "verification";
  /** What the directory and the registries showed of each step when the gate proved it, by the step's name. */
  declare readonly proven: pulumi.Output<{ readonly [step: string]: string }>;

  /** Whether a value is an ExchangeVerification, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeVerification {
    return isOfType(thing, "ExchangeVerification");
  }

  constructor(name: string, args: ExchangeGateArgs, opts?: pulumi.CustomResourceOptions) {
    super("verification", "ExchangeVerification", name, { ...propsOf(args), proven: undefined }, opts);
  }
}
