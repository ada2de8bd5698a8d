/** The security update of a computer. */
import * as pulumi from "@pulumi/pulumi";
import type { RunMode } from "../model";
import type { UpdatePlan } from "../plan/updatePlan";
import {
  type AccountArgs,
  type ChangeWindowArgs,
  type ComputerArgs,
  type DirectoryArgs,
  type MaintenanceArgs,
  type TimeoutArgs,
  type WaiverArgs,
  withSecrets,
} from "./args";
import { awaitedInputs, setAwaited } from "./awaited";
import {
  directoryNames,
  maintenanceNames,
  type NamesOf,
  refuseStrays,
  stepNames,
  stepsForm,
} from "./knownArguments";
import type { Definition } from "./releases";
import { commandsAfter, ExchangeResource, withDependencies } from "./resource";
import type { ExchangeRoleUpgrade, ExchangeWave } from "./roleUpgrade";
import { type InputsOf, withoutUndefined } from "./stepInputs";
import { isOfType } from "./token";

/** Arguments of {@link ExchangeSecurityUpdate}. */
export interface ExchangeSecurityUpdateArgs {
  /** The computer: a server, an Edge Transport server, or one with the management tools. */
  readonly computer: Omit<ComputerArgs, "media">;
  /** Path of the update's .msp on a drive of that computer, e.g. `D:\\SU\\Exchange2019-KB5074993-x64-en.msp`. */
  readonly file: pulumi.Input<string>;
  /** Number of the update's article, e.g. `KB5074993`. It names the run on the computer, its log, and the file if its name has a number. */
  readonly kb: pulumi.Input<string>;
  /**
   * The build that the update brings, with four parts, e.g. `15.2.1748.43`. It says for which cumulative update the update is, and
   * ExSetup.exe must show it afterwards.
   */
  readonly build: pulumi.Input<string>;
  /**
   * The directory. A Mailbox server needs it: rule R30 looks there for its database availability group, and R84 for what some
   * updates need. @default none, for Edge Transport and management tools
   */
  readonly directory?: DirectoryArgs;
  /**
   * Servers, waves and updates that come before this update. The members of a database availability group need an order (R30).
   * @default none
   */
  readonly after?: readonly (ExchangeRoleUpgrade | ExchangeWave | ExchangeSecurityUpdate)[];
  /** The account that applies the update. Run "task" and "scheduled" need it. @default with run "direct" the account of the connection */
  readonly account?: AccountArgs;
  /** Who starts Windows Installer, as for a step ({@link StepArgs}). @default "direct" */
  readonly run?: pulumi.Input<RunMode>;
  /** Name of the registered task, for run "task". @default "ExchangeUpgrade" */
  readonly taskName?: pulumi.Input<string>;
  /** How long it may take. `setup` is for Windows Installer. @default see {@link TimeoutArgs} */
  readonly timeouts?: TimeoutArgs;
  /** The window in which the update may be started (R10). @default any time */
  readonly changeWindow?: pulumi.Input<ChangeWindowArgs>;
  /**
   * What the step does if a restart is due after the update: Microsoft asks for one on each server. `never`: it warns.
   * `ifRequired`: it restarts the computer inside the change window only, waits for it (`timeouts.reboot`) and verifies
   * it again.
   * @default "never"
   */
  readonly reboot?: pulumi.Input<"never" | "ifRequired">;
  /**
   * Whether the server is taken out of service around the update. An object, which may be empty: it is, and is put back after the
   * restart. `"none"`: somebody else does, or nobody needs to. R59 recommends to say either. @default nothing is done
   */
  readonly maintenance?: pulumi.Input<"none" | MaintenanceArgs>;
  /** Releases and updates that the program defines, for a cumulative update that this version does not know. @default none */
  readonly releases?: readonly Definition[];
  /** Findings that a reviewer accepts: the reason, by the rule. @default none */
  readonly waive?: pulumi.Input<WaiverArgs>;
}

const { media: _media, ...computer } = stepNames.computer;

const updateNames = {
  computer,
  file: null,
  kb: null,
  build: null,
  directory: directoryNames,
  after: stepsForm,
  account: stepNames.account,
  run: null,
  taskName: null,
  timeouts: stepNames.timeouts,
  changeWindow: stepNames.changeWindow,
  reboot: null,
  maintenance: maintenanceNames,
  releases: null,
  waive: stepNames.waive,
} satisfies NamesOf<ExchangeSecurityUpdateArgs>;

/** Inputs of an update, without its order. */
function updateInputs(args: ExchangeSecurityUpdateArgs): { readonly [name: string]: unknown } {
  const inputs: InputsOf<ExchangeSecurityUpdateArgs, "after"> = {
    computer: withSecrets(args.computer),
    file: args.file,
    kb: args.kb,
    build: args.build,
    directory: args.directory && withSecrets(args.directory),
    account: args.account && withSecrets(args.account),
    run: args.run,
    taskName: args.taskName,
    timeouts: args.timeouts,
    changeWindow: args.changeWindow,
    reboot: args.reboot,
    maintenance: args.maintenance,
    releases: args.releases,
    waive: args.waive,
  };
  return withoutUndefined(inputs);
}

/**
 * Applies a security update or a hotfix update of Exchange 2013 and later, and proves it: ExSetup.exe shows the build, and no
 * required service stays disabled (R83). It is the program's cumulative update that decides which update fits (R80). If you change the
 * computer, Pulumi replaces the resource; deleting it only removes it from the state, and uninstalls nothing.
 *
 * @example
 * new ExchangeSecurityUpdate("mbx1-su", {
 *   computer: mbx1Host, directory, reboot: "ifRequired",
 *   file: "D:\\SU\\Exchange2019-KB5074993-x64-en.msp", kb: "KB5074993", build: "15.2.1748.43",
 * });
 */
export class ExchangeSecurityUpdate extends ExchangeResource {
  /** The update's build, as the program gives it. */
  declare readonly build: pulumi.Output<string>;
  /** The plan: computer, command line, account, what is installed before and after. Known in preview. */
  declare readonly plan: pulumi.Output<UpdatePlan>;
  /** Which computer has which build afterwards. Known in preview, for what comes after. */
  declare readonly planned: pulumi.Output<{ readonly server: string; readonly build: string }>;
  /** The build that ExSetup.exe showed last. */
  declare readonly installedBuild: pulumi.Output<string>;
  /** True if the update was installed already, so that this resource did not apply it. */
  declare readonly adopted: pulumi.Output<boolean>;

  /** Whether a value is an ExchangeSecurityUpdate, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeSecurityUpdate {
    return isOfType(thing, "ExchangeSecurityUpdate");
  }

  constructor(name: string, args: ExchangeSecurityUpdateArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeSecurityUpdate "${name}"`, args, updateNames, ["computer", "file", "kb", "build"]);
    const earlier = args.after ?? [];
    const after = earlier.map((each) =>
      (each.planned as pulumi.Output<{ server?: string; wave?: string } | undefined>).apply(
        (planned) => planned?.server ?? planned?.wave ?? "",
      ),
    );
    const commands = earlier.flatMap(commandsAfter);
    const props = {
      ...updateInputs(args),
      ...withoutUndefined({ after: after.length === 0 ? undefined : after }),
      ...awaitedInputs([...earlier, ...commands]),
      // The SDK gives the instance only the outputs that are named here.
      plan: undefined,
      planned: undefined,
      installedBuild: undefined,
      adopted: undefined,
    };
    super("securityUpdate", "ExchangeSecurityUpdate", name, props, withDependencies(opts, commands));
    setAwaited(this, name, () =>
      pulumi
        .all([this.planned as pulumi.Output<{ readonly build: string } | undefined>, args.build])
        .apply(([planned, build]) => planned?.build === build),
    );
  }
}
