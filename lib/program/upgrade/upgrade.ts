/** A whole organization in one component. */
import * as pulumi from "@pulumi/pulumi";
import { visible, withCode } from "../../text";
import { isHostedAsPlugin } from "../../wire/hosting";
import { ExchangeADPrep } from "../adPrep";
import { ExchangeDomainPrep } from "../domainPrep";
import { type ExchangeGateArgs, ExchangeReadiness, ExchangeVerification } from "../gates";
import { Prepared } from "../prepared";
import { partOf } from "../resource";
import {
  ExchangeClusteredMailboxUpgrade,
  ExchangeRoleUpgrade,
  ExchangeWave,
  type ExchangeWaveArgs,
  waveTitle,
} from "../roleUpgrade";
import { ExchangeSchemaPrep } from "../schemaPrep";
import { withoutUndefined } from "../stepInputs";
import { isOfType, pluginTokenOf, refuseImport, withOtherToken } from "../token";
import {
  type Blueprint,
  blueprintOf,
  type ClusterBlueprint,
  type OrganizationBlueprint,
  type WaveBlueprint,
  waveToken,
} from "./blueprint";
import type { ExchangeUpgradeArgs } from "./upgradeArgs";

const token = "pulumi-exchange-upgrade:index:ExchangeUpgrade";
const pluginToken = pluginTokenOf("ExchangeUpgrade");

/**
 * Upgrades an Exchange organization: the schema, Active Directory, each domain, and the servers in waves, between two gates.
 * The first gate judges the whole plan before anything is changed. The last gate shows every finding in preview, and proves the
 * result after `up`.
 *
 * @example
 * new ExchangeUpgrade("contoso", { target: "2007 SP1", directory, preparation: { schema: { computer: dc1 } }, servers });
 */
export class ExchangeUpgrade extends pulumi.ComponentResource {
  /** The gate before every step. */
  readonly readiness: ExchangeReadiness;
  /** The schema's preparation; undefined if the program has no preparations. */
  readonly schema: ExchangeSchemaPrep | undefined;
  /** The preparation of Active Directory; undefined if the program has no preparations. */
  readonly activeDirectory: ExchangeADPrep | undefined;
  /** Domain preparations, by DNS name; `*` for the one of all domains. */
  readonly domains: { readonly [domain: string]: ExchangeDomainPrep };
  /** The servers, by the names that the program gives them. */
  readonly servers: { readonly [name: string]: ExchangeRoleUpgrade };
  /** The clustered mailbox servers, by the names that the program gives them. */
  readonly clusteredMailboxServers: { readonly [name: string]: ExchangeClusteredMailboxUpgrade };
  /** The waves, in order. */
  readonly waves: readonly ExchangeWave[];
  /** The gate after every step. */
  readonly verification: ExchangeVerification;

  /** Whether a value is an ExchangeUpgrade, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeUpgrade {
    return isOfType(thing, "ExchangeUpgrade", token);
  }

  /** @throws pulumi.RunError for arguments that cannot make one organization */
  constructor(name: string, args: ExchangeUpgradeArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseImport("ExchangeUpgrade", name, opts);
    const [own, other] = isHostedAsPlugin() ? [pluginToken, token] : [token, pluginToken];
    super(own, name, {}, withOtherToken(opts, other));
    const blueprint = blueprintOf(name, args);
    const gate = gateArgs(args, blueprint);

    // The engine passes a component's options only partly to its children: `protect: true`, but not `retainOnDelete`.
    const options = { parent: this, ...withoutUndefined({ retainOnDelete: opts?.retainOnDelete }) };
    this.readiness = new ExchangeReadiness(`${name}-readiness`, gate, options);
    const maker = new StepMaker(options, args, this.readiness, opts?.protect);
    for (const each of blueprint.preparations) maker.prepare(each);
    for (const wave of blueprint.waves) {
      for (const each of blueprint.servers.filter((s) => wave.servers.includes(s.name))) maker.upgrade(each);
      for (const each of blueprint.clusters.filter((c) => wave.servers.includes(c.name))) maker.guide(each);
      maker.endWave(wave);
    }
    this.schema = maker.schema;
    this.activeDirectory = maker.activeDirectory;
    this.domains = maker.domains;
    this.servers = maker.servers;
    this.clusteredMailboxServers = maker.clusters;
    this.waves = [...maker.waves.values()];
    this.verification = new ExchangeVerification(`${name}-verification`, gate, {
      ...options,
      dependsOn: [this.readiness, ...maker.last()],
    });

    tellWidth(this, blueprint);
    // In preview the proof is not known: an approved plan accepts any value for it.
    this.registerOutputs({ target: args.target, proven: this.verification.proven });
  }
}

function gateArgs(
  args: ExchangeUpgradeArgs,
  { preparations, servers, clusters, waves }: OrganizationBlueprint,
) {
  const steps = [...preparations, ...servers].map((each) => [
    each.name,
    { ...each, own: { ...each.own, ...plannedOf(args, each) } },
  ]);
  return {
    target: args.target,
    ...withoutUndefined({ releases: args.releases }),
    directory: args.directory,
    steps: Object.fromEntries(steps) as ExchangeGateArgs["steps"],
    ...(clusters.length === 0
      ? {}
      : {
          clusters: Object.fromEntries(
            clusters.map((each) => [
              each.name,
              each.rests === undefined ? { ...each, prepared: verified(args).planned } : each,
            ]),
          ),
        }),
    waves: Object.fromEntries(waves.map((wave) => [waveToken(wave.name), wave.servers])),
  };
}

/** The preparation that a server needs, if no step of this program prepares for it. */
function plannedOf(args: ExchangeUpgradeArgs, each: Blueprint): { readonly prepared?: unknown } {
  if (each.kind !== "server" || each.rests !== undefined) return {};
  return { prepared: standIn(args, each).planned };
}

function standIn(args: ExchangeUpgradeArgs, each: Blueprint): Prepared {
  const { directory, preparation } = args;
  const known = { target: args.target, ...withoutUndefined({ releases: args.releases }) };
  if (!each.directory) return Prepared.edge(known);
  return preparation === "byFirstServer" ? Prepared.byFirstServer({ ...known, directory }) : verified(args);
}

function verified({ target, releases, directory }: ExchangeUpgradeArgs): Prepared {
  return Prepared.verify({ target, directory, ...withoutUndefined({ releases }) });
}

/** Makes the resources of the steps, each after those that it waits for. */
class StepMaker {
  schema: ExchangeSchemaPrep | undefined;
  activeDirectory: ExchangeADPrep | undefined;
  readonly domains: { [domain: string]: ExchangeDomainPrep } = {};
  readonly servers: { [name: string]: ExchangeRoleUpgrade } = {};
  readonly clusters: { [name: string]: ExchangeClusteredMailboxUpgrade } = {};
  readonly waves = new Map<string, ExchangeWave>();
  readonly #byName = new Map<
    string,
    ExchangeADPrep | ExchangeDomainPrep | ExchangeRoleUpgrade | ExchangeClusteredMailboxUpgrade
  >();

  constructor(
    /** Options of every resource. */
    readonly own: pulumi.CustomResourceOptions,
    readonly args: ExchangeUpgradeArgs,
    readonly readiness: ExchangeReadiness,
    /** The component's own option `protect`; without it the preparations are protected. */
    readonly protect: boolean | undefined,
  ) {}

  prepare({ kind, key, name, args, place }: Blueprint): void {
    const own = { ...args, [partOf]: { gated: true, gate: this.readiness, place } };
    const opts = { ...this.own, ...(this.protect === undefined ? {} : { protect: this.protect }) };
    const { target, directory, releases } = this.args;
    if (kind === "schema") {
      this.schema = new ExchangeSchemaPrep(
        name,
        { ...own, target, directory, ...withoutUndefined({ releases }) },
        { ...opts, dependsOn: this.readiness },
      );
    } else if (kind === "organization" && this.schema !== undefined) {
      this.activeDirectory = new ExchangeADPrep(name, { ...own, schema: this.schema }, opts);
      this.#byName.set(name, this.activeDirectory);
    } else if (this.activeDirectory !== undefined) {
      const which = key === "*" ? { allDomains: true } : { domain: key };
      const domain = new ExchangeDomainPrep(name, { ...own, ...which, ad: this.activeDirectory }, opts);
      this.domains[key] = domain;
      this.#byName.set(name, domain);
    }
  }

  upgrade(each: Blueprint): void {
    const { key, name, args, own, after, rests, place } = each;
    const step = this.#preparation(rests);
    const server = new ExchangeRoleUpgrade(
      name,
      {
        ...args,
        ...own,
        prepared: step ?? standIn(this.args, each),
        after: this.#earlier(after),
        [partOf]: { gated: true, gate: this.readiness, place },
      } as ConstructorParameters<typeof ExchangeRoleUpgrade>[1],
      { ...this.own, ...(step === undefined ? { dependsOn: this.readiness } : {}) },
    );
    this.servers[key] = server;
    this.#byName.set(name, server);
  }

  /** A clustered mailbox server. */
  guide({ key, name, args, after, rests, place }: ClusterBlueprint): void {
    const step = this.#preparation(rests);
    const own = {
      ...args,
      prepared: step ?? verified(this.args),
      after: this.#earlier(after),
      [partOf]: { gated: true, gate: this.readiness, place },
    };
    const cluster = new ExchangeClusteredMailboxUpgrade(name, own, {
      ...this.own,
      ...(step === undefined ? { dependsOn: this.readiness } : {}),
    });
    this.clusters[key] = cluster;
    this.#byName.set(name, cluster);
  }

  #preparation(name: string | undefined): ExchangeADPrep | ExchangeDomainPrep | undefined {
    const step = name === undefined ? undefined : this.#byName.get(name);
    return step instanceof ExchangeADPrep || step instanceof ExchangeDomainPrep ? step : undefined;
  }

  #earlier(names: readonly string[]) {
    return names
      .map((one) => this.waves.get(one) ?? this.#byName.get(one))
      .filter((one) => one instanceof ExchangeWave || isMember(one));
  }

  endWave({ name, title, servers }: WaveBlueprint): void {
    const own = servers.map((each) => this.#byName.get(each)).filter(isMember);
    const args: ExchangeWaveArgs & { readonly [waveTitle]: string } = { servers: own, [waveTitle]: title };
    this.waves.set(waveToken(name), new ExchangeWave(name, args, this.own));
  }

  /** The resources that no other resource of this organization waits for. */
  last(): pulumi.Resource[] {
    const wave = [...this.waves.values()].at(-1);
    return [this.activeDirectory, ...Object.values(this.domains), wave].filter((each) => each !== undefined);
  }
}

function isMember(each: unknown): each is ExchangeRoleUpgrade | ExchangeClusteredMailboxUpgrade {
  return each instanceof ExchangeRoleUpgrade || each instanceof ExchangeClusteredMailboxUpgrade;
}

/** Warns if a wave has more servers than the engine upgrades at once, so that the wave takes longer. */
function tellWidth(component: pulumi.Resource, { waves }: OrganizationBlueprint): void {
  const parallel = Number(process.env.PULUMI_NODEJS_PARALLEL);
  for (const { title, width } of waves) {
    if (parallel > 0 && width > parallel)
      void pulumi.log.info(
        visible(
          withCode(
            `wave "${title}": ${width} servers can be upgraded at once, and this run does ${parallel} (--parallel)`,
            "XU-PARALLEL",
          ),
        ),
        component,
      );
  }
}
