/** The upgrade of a server, and a wave of servers. They share a file because each can wait for the other. */
import * as pulumi from "@pulumi/pulumi";
import type { Role } from "../facts";
import { type Planned, targetOfWave } from "../model";
import type { ExchangeADPrep } from "./adPrep";
import type { MaintenanceArgs, SecurityUpdateArgs, ServerCommandsArgs, StepArgs } from "./args";
import { awaitedInputs, setAwaited } from "./awaited";
import type { ExchangeDomainPrep } from "./domainPrep";
import {
  maintenanceNames,
  type NamesOf,
  refuseStrays,
  securityUpdateNames,
  serverCommandsNames,
  stepNames,
} from "./knownArguments";
import type { Prepared } from "./prepared";
import { chainOf, commandsAfter, ExchangeResource, StepResource, withDependencies } from "./resource";
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
  readonly after?: readonly (ExchangeRoleUpgrade | ExchangeWave)[];
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
  prepared: null,
  after: null,
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

/** Arguments of {@link ExchangeWave}. */
export interface ExchangeWaveArgs {
  /** The servers of the wave. */
  readonly servers: readonly ExchangeRoleUpgrade[];
}

const waveNames = { servers: null } satisfies NamesOf<ExchangeWaveArgs>;

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
      server.planned.apply((p: Planned | undefined) => p?.server ?? ""),
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
