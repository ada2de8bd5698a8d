/** The upgrade of a clustered mailbox server. */
import * as pulumi from "@pulumi/pulumi";
import type { Planned } from "../model";
import type { ClusterPlan } from "../plan/clusterPlan";
import type { ExchangeADPrep } from "./adPrep";
import {
  type AccountArgs,
  type ChangeWindowArgs,
  type ComputerArgs,
  type StepArgs,
  type TimeoutArgs,
  type WaiverArgs,
  withSecrets,
} from "./args";
import { awaitedInputs, setAwaited } from "./awaited";
import type { ExchangeDomainPrep } from "./domainPrep";
import { changeWindowNames, Each, type NamesOf, refuseStrays, stepNames } from "./knownArguments";
import type { Prepared } from "./prepared";
import { chainOf, commandsAfter, ExchangeResource, setChain, withDependencies } from "./resource";
import type { ExchangeRoleUpgrade, ExchangeWave } from "./roleUpgrade";
import { withoutUndefined } from "./stepInputs";
import { isOfType } from "./token";

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
  readonly after?: readonly (ExchangeRoleUpgrade | ExchangeWave)[];
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

const clusterNames = {
  name: null,
  nodes: new Each(stepNames.computer),
  prepared: null,
  after: null,
  group: null,
  account: { name: null } satisfies NamesOf<Pick<AccountArgs, "name">>,
  changeWindow: changeWindowNames,
  timeouts: stepNames.timeouts,
  waive: null,
  gone: null,
} satisfies NamesOf<ExchangeClusteredMailboxUpgradeArgs>;

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
    refuseStrays(`ExchangeClusteredMailboxUpgrade "${name}"`, args, clusterNames, [
      "name",
      "nodes",
      "prepared",
    ]);
    const chain = chainOf(args.prepared);
    const { after: earlier = [] } = args;
    const after = earlier.map((each) =>
      (each.planned as pulumi.Output<Planned | undefined>).apply((p) => p?.server ?? p?.wave ?? ""),
    );
    const waitsFor = [args.prepared, ...earlier];
    const commands = waitsFor.flatMap(commandsAfter);
    const props = {
      ...withoutUndefined({
        name: args.name,
        nodes: Object.fromEntries(Object.entries(args.nodes).map(([key, node]) => [key, withSecrets(node)])),
        group: args.group,
        account: args.account,
        changeWindow: args.changeWindow,
        timeouts: args.timeouts,
        waive: args.waive,
        gone: args.gone,
        target: chain.target,
        directory: chain.directory && withSecrets(chain.directory),
        releases: chain.releases,
        prepared: args.prepared.planned,
        after: after.length === 0 ? undefined : after,
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
