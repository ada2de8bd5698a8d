/** What the four resource classes have in common. */
import * as pulumi from "@pulumi/pulumi";
import type { Planned, ProviderKind, StepKind } from "../model";
import type { StepPlan } from "../plan/stepPlan";
import type { ProgramPlace } from "../rules/program/argumentTexts";
import { withCode } from "../text";
import { isHostedAsPlugin } from "../wire/hosting";
import { reportSteps } from "../wire/reportFile";
import { commandName } from "../wire/resourceNames";
import { unknownValue } from "../wire/values";
import { type DirectoryArgs, type StepArgs, withSecrets } from "./args";
import { awaitedInputs, setAwaited } from "./awaited";
import { ExchangeStepCommands } from "./commands/stepCommands";
import { refusal } from "./refusal";
import type { Definition } from "./releases";
import { providers } from "./serializedProviders";
import { stepInputs, withoutUndefined } from "./stepInputs";
import { moduleName, otherTokenOf, pluginTokenOf, refuseImport, tokenOf, withOtherToken } from "./token";

/** Target and directory, which a step passes to the steps that depend on it. */
export interface Chain {
  readonly target: pulumi.Input<string>;
  readonly directory?: DirectoryArgs;
  readonly releases?: readonly Definition[] | undefined;
}

const chains = new WeakMap<object, Chain>();

/**
 * Target, directory and definitions of releases as the program gave them to an earlier step. They are not taken from
 * its outputs: these are secret as a whole if only a password in the program's object is.
 */
export function chainOf(earlier: object): Chain {
  const chain = chains.get(earlier);
  if (chain === undefined) {
    throw refusal(
      withCode(
        "the step before this one must be made by this copy of pulumi-exchange-upgrade, with `new`",
        "XU-ARGUMENT",
      ),
    );
  }
  return chain;
}

/** Sets the target, directory and definitions of releases that `owner` passes to later steps. */
export function setChain(owner: object, chain: Chain): void {
  chains.set(owner, chain);
}

/** Inputs that only some of the steps have. */
interface OwnInputs {
  readonly prepared?: pulumi.Input<Planned>;
  readonly after?: readonly pulumi.Input<string>[] | undefined;
  readonly domain?: pulumi.Input<string> | undefined;
  readonly allDomains?: pulumi.Input<boolean> | undefined;
  /** Inputs that only a server has, from its own class. */
  readonly [name: string]: unknown;
}

/**
 * Key of an argument that only ExchangeUpgrade sets: the organization that the step is part of.
 * @internal
 */
export const partOf: unique symbol = Symbol("partOf");

/** The organization's upgrade that a step belongs to. */
export interface Part {
  /** True if an ExchangeVerification refuses for all steps at once; the step's own check then warns. */
  readonly gated: boolean;
  /** The gate before every step. Before it has let the run pass, no step begins and no media are copied. */
  readonly gate?: pulumi.CustomResource;
  /** Where the step stands in the component's arguments. */
  readonly place: ProgramPlace;
}

const ends = new WeakMap<object, readonly pulumi.Resource[]>();

/** The commands after a step; a resource that waits for the step waits for these commands, too. */
export function commandsAfter(step: object): readonly pulumi.Resource[] {
  return ends.get(step) ?? [];
}

/** Options with more to depend on. */
export function withDependencies(
  opts: pulumi.CustomResourceOptions | undefined,
  more: readonly pulumi.Resource[],
): pulumi.CustomResourceOptions | undefined {
  if (more.length === 0) return opts;
  if (opts?.dependsOn === undefined) return { ...opts, dependsOn: [...more] };
  const { dependsOn } = pulumi.mergeOptions({ dependsOn: [...more] }, { dependsOn: opts.dependsOn });
  return { ...opts, ...(dependsOn === undefined ? {} : { dependsOn }) };
}

/**
 * A value that is unknown in preview and known in `up`, so that a check can tell which of them runs. A saved plan accepts any
 * value for an input that was unknown.
 */
export function stage(): string {
  return pulumi.runtime.isDryRun() ? unknownValue : "up";
}

type BaseArgs = [
  kind: ProviderKind,
  type: string,
  name: string,
  props: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
];

/** In a program: a dynamic resource, whose provider is serialized into the state. */
abstract class DynamicResource extends pulumi.dynamic.Resource {
  constructor(...[kind, type, name, props, opts]: BaseArgs) {
    super(providers[kind], name, { ...props, __urn: urnOf(name, type, opts) }, opts, moduleName, type);
  }
}

/** In the plugin: one of its own resources; the engine passes its URN with every call. */
abstract class PluginResource extends pulumi.CustomResource {
  constructor(...[, type, name, props, opts]: BaseArgs) {
    super(pluginTokenOf(type), name, props, opts);
  }
}

const Base = (isHostedAsPlugin() ? PluginResource : DynamicResource) as typeof DynamicResource;

/**
 * A resource of this package. Deleting it only removes it from the state (D9), so the engine retains it. The last gate is not
 * retained: its provider then says once, for the whole organization, that nothing is undone.
 */
export abstract class ExchangeResource extends Base {
  /** @internal */
  protected constructor(
    kind: ProviderKind,
    type: string,
    name: string,
    props: pulumi.Inputs,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    refuseImport(type, name, opts);
    const options = withOtherToken(
      { ...opts, retainOnDelete: opts?.retainOnDelete ?? kind !== "verification" },
      otherTokenOf(type),
    );
    const { stackTraceLimit } = Error;
    // The SDK takes a stack trace for every promise of every property, some fifty for a resource, and maps each to its sources.
    // With 1,000 servers that is a third of the program's time. Only a search for leaked promises needs these traces.
    if (process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) Error.stackTraceLimit = 0;
    try {
      super(kind, type, name, { ...props, __stage: stage() }, options);
    } catch (error) {
      Error.stackTraceLimit = stackTraceLimit;
      if (error instanceof Error) Error.captureStackTrace(error, new.target);
      throw error;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}

/**
 * The gate before the commands of a server's upgrade: it refuses if the upgrade itself would be refused. With `__mediaOf`, the
 * kind of a step, it is the gate before the copies of that step's media: it refuses a computer that it cannot log on to.
 */
class ExchangeCommandsGate extends ExchangeResource {
  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super("commands", "ExchangeCommandsGate", name, inputs, opts);
    setAwaited(this, commandName(name));
  }
}

/**
 * A step of an upgrade. Deleting it only removes it from the state, because an upgrade cannot be taken back (D9):
 * `retainOnDelete` is on unless the options say otherwise.
 */
export abstract class StepResource extends ExchangeResource {
  /** Release to which the step upgrades. */
  declare readonly target: pulumi.Output<string>;
  /** The step's plan: computer, command line, account, groups, site, level before and after. Known in preview. */
  declare readonly plan: pulumi.Output<StepPlan>;
  /** What this step and the steps before it will have done. Known in preview; the rules judge later steps by it. */
  declare readonly planned: pulumi.Output<Planned>;
  /** DNS name of the forest root domain. */
  declare readonly forest: pulumi.Output<string | null>;
  /** Levels or builds that the directory or the registry showed last, by partition, domain or role. */
  declare readonly levels: pulumi.Output<{ readonly [key: string]: string }>;
  /** Windows build of the server when it was first seen. D5 compares today's build with it. Null for preparations. */
  declare readonly windowsBuild: pulumi.Output<number | null>;
  /** True if everything was at the target already, so that this resource did not run Setup. */
  declare readonly adopted: pulumi.Output<boolean>;

  /** @internal */
  protected constructor(
    kind: StepKind,
    type: string,
    name: string,
    args: StepArgs,
    chain: Chain,
    own: OwnInputs,
    protect: boolean,
    opts: pulumi.CustomResourceOptions | undefined,
    waitsFor: readonly object[] = [],
  ) {
    // Refuses before the commands around the step are made.
    refuseImport(type, name, opts);
    const part = (args as { readonly [partOf]?: Part })[partOf];
    const inputs = {
      target: chain.target,
      ...stepInputs(args),
      ...withoutUndefined({
        directory: chain.directory && withSecrets(chain.directory),
        releases: chain.releases,
        ...own,
        __place: part?.place,
      }),
    };
    const { commands } = args;
    const gate = withoutUndefined({ __gate: part?.gate?.urn });
    const comesBefore = [part?.gate, ...waitsFor, ...waitsFor.flatMap(commandsAfter)];
    const earlier = waitsFor.flatMap((each) => [
      ...(each instanceof pulumi.CustomResource ? [each] : []),
      ...commandsAfter(each),
    ]);
    const around =
      commands === undefined
        ? undefined
        : new ExchangeStepCommands({
            name,
            target: chain.target,
            computer: args.computer,
            commands,
            waitsFor: earlier,
            gate: part?.gate,
            judge: (gateOpts) =>
              new ExchangeCommandsGate(
                `${name}-commands-gate`,
                { ...inputs, ...gate, ...awaitedInputs(comesBefore) },
                gateOpts,
              ),
            logOn: (gateOpts) =>
              new ExchangeCommandsGate(
                `${name}-media-gate`,
                { ...inputs, ...gate, ...withoutOrder(chain, own), __mediaOf: kind },
                gateOpts,
              ),
            opts,
            place: part?.place ?? null,
          });
    const last = around?.before ?? waitsFor.flatMap(commandsAfter);
    const props = {
      ...inputs,
      ...gate,
      ...awaitedInputs([...comesBefore, ...(around?.before ?? [])]),
      ...withoutUndefined({
        commands: around?.planned,
        __gated: part?.gated === true ? true : undefined,
      }),
      // The SDK gives the instance only the outputs that are named here.
      plan: undefined,
      planned: undefined,
      forest: undefined,
      levels: undefined,
      adopted: undefined,
      windowsBuild: undefined,
    };
    // An option with the value undefined would silently remove a default when options are merged.
    const options = withDependencies(opts, last);
    super(kind, type, name, props, { ...options, protect: opts?.protect ?? protect });
    setChain(this, chain);
    // The engine checks no step that `--target` or `--exclude` leave out of a preview, so the program reports its name.
    if (pulumi.runtime.isDryRun()) reportSteps([name]);
    setAwaited(this, name, () =>
      pulumi
        .all([this.planned as pulumi.Output<Planned | undefined>, chain.target])
        .apply(([planned, target]) => planned?.target === target),
    );
    if (around !== undefined) ends.set(this, around.finish(this));
  }
}

/** Inputs that replace the order of the steps, for media, which do not wait for the steps before theirs. */
function withoutOrder({ target, directory }: Chain, { prepared }: OwnInputs): pulumi.Inputs {
  const asFound = { target, from: "as found", schema: false, organization: false, domains: [], verify: true };
  // A step of an Edge Transport server has no directory, and waits for no preparation.
  return { prepared: prepared && directory ? asFound : prepared, after: undefined };
}

/** The URN that the engine will give the resource, so that its provider can write into its row. */
function urnOf(
  name: string,
  type: string,
  opts: pulumi.CustomResourceOptions | undefined,
): pulumi.Input<string> {
  const { parent } = opts ?? {};
  const token = tokenOf(type);
  if (parent === undefined)
    return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${token}::${name}`;
  // If the parent itself were the argument, the resource would wait for its own parent's children.
  const parentUrn = new Promise<string>((resolve) => parent.urn.apply(resolve));
  return pulumi.createUrn(name, token, parentUrn);
}
