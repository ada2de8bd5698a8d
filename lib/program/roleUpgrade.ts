/** The upgrade of a server, of a clustered mailbox server, and a wave. They share a file because each can wait for the others. */
import * as pulumi from "@pulumi/pulumi";
import type { Role } from "../facts";
import { type Planned, targetOfWave } from "../model";
import type { ClusterPlan } from "../plan/clusterPlan";
import type { ExchangeADPrep } from "./adPrep";
import {
  type AccountArgs,
  type ChangeWindowArgs,
  type ComputerArgs,
  isPlain,
  type MaintenanceArgs,
  type SecurityUpdateArgs,
  type ServerCommandsArgs,
  type StepArgs,
  type TimeoutArgs,
  type WaiverArgs,
  withSecrets,
} from "./args";
import { awaitedInputs, setAwaited } from "./awaited";
import type { ExchangeDomainPrep } from "./domainPrep";
import {
  changeWindowNames,
  Each,
  maintenanceNames,
  type NamesOf,
  refuseStrays,
  securityUpdateNames,
  serverCommandsNames,
  stepForm,
  stepNames,
  stepsForm,
} from "./knownArguments";
import type { Prepared } from "./prepared";
import {
  chainOf,
  commandsAfter,
  ExchangeResource,
  type Part,
  partOf,
  StepResource,
  setChain,
  withDependencies,
} from "./resource";
import { type InputsOf, withoutUndefined } from "./stepInputs";
import { isOfType } from "./token";

/** Arguments of {@link ExchangeRoleUpgrade}. */
export interface ExchangeRoleUpgradeArgs extends StepArgs {
  /**
   * The preparation of the server's domain: an ExchangeDomainPrep, or the ExchangeADPrep that ran in the same domain;
   * `Prepared.verify` if somebody else prepared; `Prepared.byFirstServer` if the first server prepares; `Prepared.edge` for an
   * Edge Transport server.
   */
  readonly prepared: ExchangeDomainPrep | ExchangeADPrep | Prepared;
  /** Servers and waves that are upgraded before this server. The rules judge the order by this; they cannot see `dependsOn`. */
  readonly after?: readonly (ExchangeRoleUpgrade | ExchangeClusteredMailboxUpgrade | ExchangeWave)[];
  /**
   * Whether this Client Access server faces the Internet (D3). Set it if the directory is wrong: `true` for a server that is
   * published without an external URL, `false` for a server whose external URL is not used. D3 then also judges other servers by
   * it. `false` reaches only servers that the engine checks later: name this server in their `after`.
   * @default true if one of its virtual directories has an external URL in the directory
   */
  readonly internetFacing?: pulumi.Input<boolean>;
  /** Roles that the server must have. R9 refuses other roles in its registry. @default not compared */
  readonly roles?: pulumi.Input<readonly Role[]>;
  /** Active Directory site in which the server must be (R9). @default not compared */
  readonly site?: pulumi.Input<string>;
  /** Name of the database availability group in which the server must be (R9), from 2010 on. @default not compared */
  readonly dag?: pulumi.Input<string>;
  /**
   * What the step does if a restart is due after Setup: if Windows waits for one, and from Exchange 2013 on after each upgrade of a
   * server. `never`: it warns. `ifRequired`: it restarts the server over SSH, inside the change window only, waits for it
   * (`timeouts.reboot`) and verifies it again. Windows logs off everybody who is logged on.
   * @default "never"
   */
  readonly reboot?: pulumi.Input<"never" | "ifRequired">;
  /**
   * Whether the step takes the server out of service around Setup, from 2010 on. An object, which may be empty: it does, and puts it
   * back. `"none"`: somebody else does, or nobody needs to. R59 recommends to say either from 2013 on. @default nothing is done
   */
  readonly maintenance?: pulumi.Input<"none" | MaintenanceArgs>;
  /**
   * The security update of the target that the step applies after Setup and its restart, from 2013 on. With `maintenance` the server
   * is out of service for both, and only the update puts it back. The step is done when both are. It needs `reboot: "ifRequired"`.
   * `"none"`: no update, whatever the defaults are. @default none
   */
  readonly securityUpdate?: pulumi.Input<"none" | SecurityUpdateArgs>;
  /** Plain commands before and after the upgrade. They need @pulumi/command. @default none */
  readonly commands?: ServerCommandsArgs;
}

/** Arguments that only a server's upgrade has. */
type ServerOwnArgs = Omit<ExchangeRoleUpgradeArgs, keyof StepArgs | "prepared" | "after">;

/** Inputs that only a server's upgrade has. */
export function serverInputs(args: ServerOwnArgs): InputsOf<ServerOwnArgs, never> {
  return {
    internetFacing: args.internetFacing,
    roles: args.roles,
    site: args.site,
    dag: args.dag,
    reboot: args.reboot,
    maintenance: args.maintenance,
    securityUpdate: args.securityUpdate,
  };
}

/** Names of a server's arguments, without the steps before it. */
export const serverNames = {
  ...stepNames,
  internetFacing: null,
  roles: null,
  site: null,
  dag: null,
  reboot: null,
  maintenance: maintenanceNames,
  securityUpdate: securityUpdateNames,
  commands: serverCommandsNames,
} satisfies NamesOf<StepArgs & ServerOwnArgs>;

const roleUpgradeNames = {
  ...serverNames,
  prepared: stepForm,
  after: stepsForm,
} satisfies NamesOf<ExchangeRoleUpgradeArgs>;

/**
 * Upgrades every role of a server, or its management tools, with `Setup /mode:upgrade` (D1, D8, D12), and verifies
 * each role in the registry and in the directory. The next `pulumi up` continues an interrupted upgrade (D2). If you change the
 * computer, Pulumi replaces the resource: it forgets the old server, which stays as it is.
 *
 * @example
 * const cas1 = new ExchangeRoleUpgrade("cas1", { prepared: ad, computer: cas1Host });
 * const mbx1 = new ExchangeRoleUpgrade("mbx1", { prepared: emea, after: [cas1], computer: mbx1Host });
 */
export class ExchangeRoleUpgrade extends StepResource {
  declare protected readonly step: "server";

  /** Whether a value is an ExchangeRoleUpgrade, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeRoleUpgrade {
    return isOfType(thing, "ExchangeRoleUpgrade");
  }

  constructor(name: string, args: ExchangeRoleUpgradeArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeRoleUpgrade "${name}"`, args, roleUpgradeNames, ["prepared", "computer"]);
    const after = (args.after ?? []).map((earlier) =>
      (earlier.planned as pulumi.Output<Planned | undefined>).apply((p) => p?.server ?? p?.wave ?? ""),
    );
    const own = {
      prepared: args.prepared.planned,
      after: after.length === 0 ? undefined : after,
      ...serverInputs(args),
    };
    const waitsFor = [args.prepared, ...(args.after ?? [])];
    super("server", "ExchangeRoleUpgrade", name, args, chainOf(args.prepared), own, false, opts, waitsFor);
  }
}

/** Arguments of {@link ExchangeClusteredMailboxUpgrade}. */
export interface ExchangeClusteredMailboxUpgradeArgs {
  /** FQDN of the clustered mailbox server, e.g. `mbx1.contoso.com`: not of a node, and not of the cluster. */
  readonly name: pulumi.Input<string>;
  /**
   * Every node that may host it, by a name of your own. `media` is the folder with Setup of the target on that node: the
   * commands in messages then have its path.
   */
  readonly nodes: { readonly [name: string]: ComputerArgs };
  /** The preparation of its domain, as for a server: an ExchangeDomainPrep, an ExchangeADPrep, or `Prepared.verify`. */
  readonly prepared: ExchangeDomainPrep | ExchangeADPrep | Prepared;
  /** Servers and waves that are upgraded before it, such as those with the Client Access role (D3). @default none */
  readonly after?: readonly (ExchangeRoleUpgrade | ExchangeClusteredMailboxUpgrade | ExchangeWave)[];
  /** Name of its group in the cluster. @default the host name of `name` */
  readonly group?: pulumi.Input<string>;
  /**
   * The operator's account, of which the rules judge rights (P1, P3): local Administrators of every node, and what the
   * directory needs. The package never uses it. @default none; then nobody is judged, and `pulumi up` refuses until that is waived
   */
  readonly account?: Pick<AccountArgs, "name">;
  /** The window in which a step is said (R10). What was done is verified at any time. @default any time */
  readonly changeWindow?: pulumi.Input<ChangeWindowArgs>;
  /** How long the facts of a node may take (`facts`); the other times are not used. @default see {@link TimeoutArgs} */
  readonly timeouts?: TimeoutArgs;
  /** Findings that a reviewer accepts: the reason, by the rule. A step that is due is none of them. @default none */
  readonly waive?: pulumi.Input<WaiverArgs>;
  /** Exchange servers that are gone for good, as for a server's upgrade. @default none */
  readonly gone?: StepArgs["gone"];
}

/** Arguments that only a clustered mailbox server has. */
export type ClusterOwnArgs = Omit<ExchangeClusteredMailboxUpgradeArgs, "prepared" | "after">;

/** Names of a clustered mailbox server's arguments, without the steps before it. */
export const clusterNames = {
  name: null,
  nodes: new Each(stepNames.computer),
  group: null,
  account: { name: null } satisfies NamesOf<Pick<AccountArgs, "name">>,
  changeWindow: changeWindowNames,
  timeouts: stepNames.timeouts,
  waive: stepNames.waive,
  gone: stepNames.gone,
} satisfies NamesOf<ClusterOwnArgs>;

/** Inputs that only a clustered mailbox server has, as its own resource and the gates get them. */
export function clusterInputs(args: ClusterOwnArgs): InputsOf<ClusterOwnArgs, never> {
  return {
    name: args.name,
    nodes: isPlain(args.nodes)
      ? Object.fromEntries(Object.entries(args.nodes).map(([key, node]) => [key, withSecrets(node)]))
      : withSecrets(args.nodes),
    group: args.group,
    account: args.account && withSecrets(args.account),
    changeWindow: args.changeWindow,
    timeouts: args.timeouts,
    waive: args.waive,
    gone: args.gone,
  };
}

/**
 * Upgrades a clustered mailbox server of Exchange 2007 (CCR or SCC) in the order that is known to work (D15, R75 to R79), guided: an operator
 * does each step, and nothing is started on the nodes. As long as a step is due, `pulumi up` refuses with the exact command. It
 * then verifies the step and says the next one, whoever did what in between. When all is done, it proves the builds of the server
 * object and of every node, and records them. If you change `name`, Pulumi replaces the resource; deleting it touches nothing.
 *
 * @example
 * new ExchangeClusteredMailboxUpgrade("mbx1", {
 *   prepared: ad, after: [cas1], name: "mbx1.contoso.com",
 *   nodes: { node1: { name: "node1.contoso.com", connection: node1 }, node2: { name: "node2.contoso.com", connection: node2 } },
 * });
 */
export class ExchangeClusteredMailboxUpgrade extends ExchangeResource {
  /** The plan: nodes, and the steps in order, each with its command and its support. Known in preview. */
  declare readonly plan: pulumi.Output<ClusterPlan>;
  /** What it and the steps before it will have done. Known in preview; the rules judge later steps by it. */
  declare readonly planned: pulumi.Output<Planned>;
  /** Builds of the server object and of each node by FQDN, as they were proven last. */
  declare readonly builds: pulumi.Output<{ readonly [name: string]: string }>;

  /** Whether a value is an ExchangeClusteredMailboxUpgrade, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeClusteredMailboxUpgrade {
    return isOfType(thing, "ExchangeClusteredMailboxUpgrade");
  }

  constructor(name: string, args: ExchangeClusteredMailboxUpgradeArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(
      `ExchangeClusteredMailboxUpgrade "${name}"`,
      args,
      { ...clusterNames, prepared: stepForm, after: stepsForm },
      ["name", "nodes", "prepared"],
    );
    const chain = chainOf(args.prepared);
    const earlier = args.after ?? [];
    const after = earlier.map((each) =>
      (each.planned as pulumi.Output<Planned | undefined>).apply((p) => p?.server ?? p?.wave ?? ""),
    );
    const part = (args as { readonly [partOf]?: Part })[partOf];
    const waitsFor = [part?.gate, args.prepared, ...earlier].filter((each) => each !== undefined);
    const commands = waitsFor.flatMap(commandsAfter);
    const props = {
      ...withoutUndefined({
        ...clusterInputs(args),
        target: chain.target,
        directory: chain.directory && withSecrets(chain.directory),
        releases: chain.releases,
        prepared: args.prepared.planned,
        after: after.length === 0 ? undefined : after,
        __place: part?.place,
        __gate: part?.gate?.urn,
        __gated: part?.gated === true ? true : undefined,
      }),
      ...awaitedInputs([...waitsFor, ...commands]),
      // The SDK gives the instance only the outputs that are named here.
      plan: undefined,
      planned: undefined,
      builds: undefined,
    };
    super(
      "clusteredMailbox",
      "ExchangeClusteredMailboxUpgrade",
      name,
      props,
      withDependencies(opts, commands),
    );
    setChain(this, chain);
    setAwaited(this, name, () =>
      pulumi
        .all([this.planned as pulumi.Output<Planned | undefined>, chain.target])
        .apply(([planned, target]) => planned?.target === target),
    );
  }
}

/** Arguments of {@link ExchangeWave}. */
export interface ExchangeWaveArgs {
  /** The servers of the wave, clustered mailbox servers among them. */
  readonly servers: readonly (ExchangeRoleUpgrade | ExchangeClusteredMailboxUpgrade)[];
}

const waveNames = { servers: stepsForm } satisfies NamesOf<ExchangeWaveArgs>;

/**
 * Key of an argument that only ExchangeUpgrade sets: the title that reviewers read instead of the resource's name.
 * @internal
 */
export const waveTitle: unique symbol = Symbol("waveTitle");

/**
 * A wave of servers: a step that waits for the wave waits for all of them. It changes no computer. With it a thousand servers
 * wait for the thousand before them over two thousand dependencies instead of a million.
 *
 * @example
 * const first = new ExchangeWave("first", { servers: [cas1, cas2] });
 * new ExchangeRoleUpgrade("mbx1", { prepared, after: [first], computer: mbx1Host });
 */
export class ExchangeWave extends ExchangeResource {
  /** FQDNs of the wave's servers. */
  declare readonly servers: pulumi.Output<readonly string[]>;
  /** Name of the wave, and the release that its servers reach, for the steps that wait for it. Known in preview. */
  declare readonly planned: pulumi.Output<Pick<Planned, "wave"> & Partial<Pick<Planned, "target">>>;

  /** Whether a value is an ExchangeWave, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeWave {
    return isOfType(thing, "ExchangeWave");
  }

  constructor(name: string, args: ExchangeWaveArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeWave "${name}"`, args, waveNames, ["servers"]);
    const servers = args.servers.map((server) =>
      (server.planned as pulumi.Output<Planned | undefined>).apply((p) => p?.server ?? ""),
    );
    const title = (args as { readonly [waveTitle]?: string })[waveTitle];
    const after = args.servers.flatMap(commandsAfter);
    const target = pulumi
      .all(args.servers.map((server) => chainOf(server).target))
      .apply((targets) => [...new Set(targets)].join(", "));
    const props = {
      servers,
      // The check adds it, so that a wave that was not made has none.
      planned: undefined,
      __wave: `wave ${name}`,
      __target: target,
      ...withoutUndefined({ __title: title }),
      ...awaitedInputs([...args.servers, ...after]),
    };
    super("wave", "ExchangeWave", name, props, withDependencies(opts, after));
    setAwaited(this, name, () =>
      pulumi
        .all([this.planned as pulumi.Output<Partial<Planned> | undefined>, target])
        .apply(([planned, own]) => planned !== undefined && targetOfWave(planned) === own),
    );
  }
}
