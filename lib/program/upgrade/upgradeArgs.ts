/** The arguments of the component ExchangeUpgrade, as a program writes them. */
import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../../facts";
import type {
  ComputerArgs,
  DirectoryArgs,
  MaintenanceArgs,
  SecurityUpdateArgs,
  ServerCommandsArgs,
  StepArgs,
} from "../args";
import type { Definition, UpgradeTarget } from "../releases";
import type { ExchangeClusteredMailboxUpgradeArgs, ExchangeRoleUpgradeArgs } from "../roleUpgrade";

/** A computer whose names the program knows when it runs, because the order of the steps depends on them. */
export interface NamedComputerArgs extends ComputerArgs {
  /** The computer's own fully qualified domain name (D10), e.g. `cas1.contoso.com`. */
  readonly name: string;
  /** DNS name of the computer's Active Directory domain, in a disjoint namespace. @default the DNS suffix of `name` */
  readonly domain?: string;
}

/** The computer on which a preparation runs, and the account that runs it. */
export interface PreparationStepArgs extends StepArgs {
  readonly computer: NamedComputerArgs;
}

/** The steps that prepare the forest. */
export interface PreparationArgs {
  /** The step that extends the schema, on a computer in the domain and site of the schema master (P6). */
  readonly schema: PreparationStepArgs;
  /** The step that prepares Active Directory and its computer's domain (P8). @default the computer and arguments of `schema` */
  readonly activeDirectory?: PreparationStepArgs;
  /** The steps that prepare the other domains with Exchange servers or recipients, by DNS name. @default none */
  readonly domains?: { readonly [domain: string]: PreparationStepArgs };
  /** The step that prepares every domain at once instead, with Enterprise Admins (P9). @default none */
  readonly allDomains?: PreparationStepArgs;
}

/** A server of the organization, as `npx exchange-upgrade discover` writes it. */
export interface UpgradeServerArgs extends StepArgs {
  readonly computer: NamedComputerArgs;
  /** Roles of the server. They decide its wave; R9 compares them with its registry and the directory. */
  readonly roles: readonly Role[];
  /** Active Directory site of the server. Servers of one role in one site take turns. @default none (Edge Transport) */
  readonly site?: string;
  /**
   * Name of the server's database availability group. Its members take turns, whatever `atOnce` says; R9 compares the name with
   * the directory.
   * @default none
   */
  readonly dag?: string;
  /** Whether this Client Access server faces the Internet (D3); from 2013 on its whole site then comes first. @default false */
  readonly internetFacing?: boolean;
  /** What the step does if a restart is due after Setup, see `ExchangeRoleUpgrade`. @default `defaults.reboot`, else "never" */
  readonly reboot?: pulumi.Input<"never" | "ifRequired">;
  /**
   * Whether the step takes the server out of service around Setup, see `ExchangeRoleUpgrade`.
   * @default `defaults.maintenance`, else nothing is done
   */
  readonly maintenance?: pulumi.Input<"none" | MaintenanceArgs>;
  /**
   * The security update of the target that the step applies after Setup and its restart, see `ExchangeRoleUpgrade`.
   * @default `defaults.securityUpdate`, else none
   */
  readonly securityUpdate?: pulumi.Input<"none" | SecurityUpdateArgs>;
  /** Commands around this server's upgrade, in addition to those of every server. Of two with one name the server's own runs. */
  readonly commands?: ServerCommandsArgs;
}

/** A clustered mailbox server of the organization (Exchange 2007, CCR or SCC), as `npx exchange-upgrade discover` writes it. */
export interface UpgradeClusteredMailboxArgs
  extends Omit<ExchangeClusteredMailboxUpgradeArgs, "prepared" | "after" | "name" | "nodes"> {
  /** FQDN of the clustered mailbox server, e.g. `mbx1.contoso.com`: not of a node, and not of the cluster. */
  readonly name: string;
  /** Every node that may host it, by a name of your own. They are none of `servers`. */
  readonly nodes: { readonly [name: string]: NamedComputerArgs };
  /** Its Active Directory site. It takes turns with the other servers with the Mailbox role of the site, and comes after them. */
  readonly site: string;
}

/** Arguments of {@link ExchangeUpgrade}. */
export interface ExchangeUpgradeArgs {
  /**
   * Release to which the organization is upgraded, e.g. `2007 SP1`. Give it as a plain string: the waves of 2013 and later are by
   * site, and a target that is an Output gets those of 2007.
   */
  readonly target: pulumi.Input<UpgradeTarget>;
  /**
   * Releases and updates that this version of the package does not know ({@link defineRelease}, {@link defineUpdate}). Plans
   * say that they are defined by the program, and the state keeps them.
   * @default none
   */
  readonly releases?: readonly Definition[];
  /** The domain controller that the package reads, and the account that reads it. */
  readonly directory: DirectoryArgs;
  /**
   * Who prepares the forest. An object: steps of this program. `"verify"`: somebody else, and each step checks the preparation on
   * the live directory. `"byFirstServer"`: the first server's own upgrade.
   */
  readonly preparation: PreparationArgs | "verify" | "byFirstServer";
  /** The servers, by a short name that becomes part of the names of their resources. */
  readonly servers: { readonly [name: string]: UpgradeServerArgs };
  /**
   * The clustered mailbox servers of Exchange 2007, by a short name that becomes part of the names of their resources. They are
   * upgraded in the wave of the Mailbox servers, guided: `pulumi up` refuses with the step that an operator has to do, and goes on
   * once all are done. See `ExchangeClusteredMailboxUpgrade`. @default none
   */
  readonly clusteredMailboxServers?: { readonly [name: string]: UpgradeClusteredMailboxArgs };
  /**
   * How many servers of one role in one site are upgraded at once. If a site has several servers of a role, at least one of them
   * always stays in service; of a database availability group one server at a time is upgraded. @default 1
   */
  readonly atOnce?: number;
  /**
   * Place of the wave of Edge Transport servers; Microsoft's sources differ on it. `"afterMailbox"` is before the management tools.
   * @default "afterMailbox" of 2007 and 2010, "last" from 2013 on
   */
  readonly edge?: "first" | "afterMailbox" | "last";
  /** Commands around every server's upgrade. They need @pulumi/command. A preparation has its own. @default none */
  readonly commands?: ServerCommandsArgs;
  /**
   * Exchange servers that are gone for good although their objects are still in the directory: the reason, by FQDN or by DN of the
   * object. No step waits for them. @default none
   */
  readonly gone?: StepArgs["gone"];
  /** Change window of every step that has none of its own. @default any time */
  readonly changeWindow?: StepArgs["changeWindow"];
  /**
   * Default arguments of every step; of `timeouts`, `setup` and `waive` part by part. `reboot`, `maintenance` and
   * `securityUpdate` apply to the servers. Clustered mailbox servers have `timeouts` and `waive`.
   */
  readonly defaults?: Pick<StepArgs, "run" | "taskName" | "timeouts" | "waive" | "replication" | "setup"> &
    Pick<ExchangeRoleUpgradeArgs, "reboot" | "maintenance" | "securityUpdate">;
}
