import * as pulumi from "@pulumi/pulumi";
import type { Planned } from "../model";
import { targetOfWave } from "../model";
import { awaitedInputs, setAwaited } from "./awaited";
import { type NamesOf, refuseStrays } from "./knownArguments";
import { chainOf, commandsAfter, ExchangeResource, withDependencies } from "./resource";
import type { ExchangeRoleUpgrade } from "./roleUpgrade";
import { given } from "./stepInputs";
import { isOfToken, tokenOf } from "./token";

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
  /** Its name, and the release that its servers reach, for the steps that wait for it. Known in preview. */
  declare readonly planned: pulumi.Output<Pick<Planned, "wave"> & Partial<Pick<Planned, "target">>>;

  /** Whether something is an ExchangeWave, by its type alone, as policy packs ask. */
  static override isInstance(thing: unknown): thing is ExchangeWave {
    return isOfToken(thing, tokenOf("ExchangeWave"));
  }

  constructor(name: string, args: ExchangeWaveArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeWave "${name}"`, args, waveNames, ["servers"]);
    const servers = args.servers.map((server) =>
      server.planned.apply((p: Planned | undefined) => p?.server ?? ""),
    );
    const title = (args as { readonly [waveTitle]?: string })[waveTitle];
    const after = args.servers.flatMap(commandsAfter);
    const target = pulumi
      .all(args.servers.map((server) => chainOf(server).target))
      .apply((targets) => [...new Set(targets)].join(", "));
    const props = {
      servers,
      // Added by the check: what the program itself gives is there also of a wave that was not made.
      planned: undefined,
      __wave: `wave ${name}`,
      __target: target,
      ...given({ __title: title }),
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
