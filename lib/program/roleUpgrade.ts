/** A server's upgrade, and a wave of them: each can wait for the other, so that neither type stands without the other. */
import * as pulumi from "@pulumi/pulumi";
import type { Role } from "../facts";
import { type Planned, targetOfWave } from "../model";
import type { ExchangeADPrep } from "./adPrep";
import type { ServerCommandsArgs, StepArgs } from "./args";
import { awaitedInputs, setAwaited } from "./awaited";
import type { ExchangeDomainPrep } from "./domainPrep";
import { type NamesOf, refuseStrays, serverCommandsNames, stepNames } from "./knownArguments";
import type { Prepared } from "./prepared";
import { chainOf, commandsAfter, ExchangeResource, StepResource, withDependencies } from "./resource";
import { given, type InputsOf } from "./stepInputs";
import { isOfToken, tokenOf } from "./token";

/** Arguments of {@link ExchangeRoleUpgrade}. */
export interface ExchangeRoleUpgradeArgs extends StepArgs {
  /**
   * The preparation of the server's domain: an ExchangeDomainPrep; the ExchangeADPrep where that ran in the same domain;
   * `Prepared.verify` where somebody else prepared; `Prepared.byFirstServer` where the first server does it;
   * `Prepared.edge` for an Edge Transport server.
   */
  readonly prepared: ExchangeDomainPrep | ExchangeADPrep | Prepared;
  /** Servers that are upgraded before this one. The order is judged on these; `dependsOn` cannot be seen. */
  readonly after?: readonly (ExchangeRoleUpgrade | ExchangeWave)[];
  /**
   * Whether this Client Access server faces the Internet (D3). Other servers are judged on it, too: `true` counts in any
   * order; `false`, in spite of an external URL, for those that the engine checks after this one.
   * @default what the directory says: a virtual directory with an external URL
   */
  readonly internetFacing?: pulumi.Input<boolean>;
  /** Roles that the program takes the server for: other ones in its registry are refused (R9). @default not compared */
  readonly roles?: pulumi.Input<readonly Role[]>;
  /** Active Directory site that the program takes the server to be in (R9). @default not compared */
  readonly site?: pulumi.Input<string>;
  /**
   * What happens when Setup leaves Windows waiting for a restart. `never`: a warning says so. `ifRequired`: the server is
   * restarted over SSH, inside the change window only, waited for (`timeouts.reboot`) and verified again. Whoever is logged on
   * is logged off.
   * @default "never"
   */
  readonly reboot?: pulumi.Input<"never" | "ifRequired">;
  /** Plain commands before and after the upgrade, with @pulumi/command. @default none */
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
    reboot: args.reboot,
  };
}

/** Those of a server's upgrade but for what comes before it. */
export const serverNames = {
  ...stepNames,
  internetFacing: null,
  roles: null,
  site: null,
  reboot: null,
  commands: serverCommandsNames,
} satisfies NamesOf<StepArgs & ServerOwnArgs>;

const roleUpgradeNames = {
  ...serverNames,
  prepared: null,
  after: null,
} satisfies NamesOf<ExchangeRoleUpgradeArgs>;

/**
 * Upgrades every role of a server, or its management tools, with `Setup /mode:upgrade` (D1, D8, D12), and verifies
 * each in the registry and in the directory. An interrupted upgrade is taken up again (D2). Another computer is a
 * replacement: the old server is forgotten and stays as it is.
 *
 * @example
 * const cas1 = new ExchangeRoleUpgrade("cas1", { prepared: ad, computer: cas1Host });
 * const mbx1 = new ExchangeRoleUpgrade("mbx1", { prepared: emea, after: [cas1], computer: mbx1Host });
 */
export class ExchangeRoleUpgrade extends StepResource {
  declare protected readonly step: "server";

  /** Whether something is an ExchangeRoleUpgrade, by its type alone, as policy packs ask. */
  static override isInstance(thing: unknown): thing is ExchangeRoleUpgrade {
    return isOfToken(thing, tokenOf("ExchangeRoleUpgrade"));
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
