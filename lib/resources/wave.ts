import type * as pulumi from "@pulumi/pulumi";
import type { Planned } from "../rules/case";
import { type NamesOf, refuseStrays } from "./arguments";
import { commandsAfter, ExchangeResource, withDependencies } from "./resource";
import type { ExchangeRoleUpgrade } from "./roleUpgrade";
import { given } from "./stepInputs";

/** Arguments of {@link ExchangeWave}. */
export interface ExchangeWaveArgs {
  /** The servers of the wave. */
  readonly servers: readonly ExchangeRoleUpgrade[];
}

const waveNames = { servers: null } satisfies NamesOf<ExchangeWaveArgs>;

/**
 * Key of an argument that the component alone gives: what reviewers read instead of the resource's name.
 * @internal
 */
export const waveTitle: unique symbol = Symbol("waveTitle");

/**
 * A wave of servers: what waits for it, waits for all of them. It touches nothing; with it a thousand servers wait for the
 * thousand before them over two thousand dependencies and not a million.
 *
 * @example
 * const first = new ExchangeWave("first", { servers: [cas1, cas2] });
 * new ExchangeRoleUpgrade("mbx1", { prepared, after: [first], computer: mbx1Host });
 */
export class ExchangeWave extends ExchangeResource {
  /** FQDNs of its servers. */
  declare readonly servers: pulumi.Output<readonly string[]>;
  /** Its name, for the steps that wait for it. Known in preview. */
  declare readonly planned: pulumi.Output<Pick<Planned, "wave">>;

  constructor(name: string, args: ExchangeWaveArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeWave "${name}"`, args, waveNames, ["servers"]);
    const servers = args.servers.map((server) =>
      server.planned.apply((p: Planned | undefined) => p?.server ?? ""),
    );
    const title = (args as { readonly [waveTitle]?: string })[waveTitle];
    const props = { servers, planned: { wave: `wave ${name}` }, ...given({ __title: title }) };
    super("wave", "ExchangeWave", name, props, withDependencies(opts, args.servers.flatMap(commandsAfter)));
  }
}
