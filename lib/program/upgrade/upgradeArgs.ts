/** What users write of a whole organization: the arguments of the component. */
import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../../facts";
import type { ComputerArgs, DirectoryArgs, ServerCommandsArgs, StepArgs } from "../args";
import type { Definition } from "../releases";
import type { ExchangeRoleUpgradeArgs } from "../roleUpgrade";

/** A computer whose names are known when the program runs: the order of the steps is made from them. */
export interface NamedComputerArgs extends ComputerArgs {
  /** Its own fully qualified domain name (D10), e.g. `cas1.contoso.com`. */
  readonly name: string;
  /** DNS name of its Active Directory domain, in a disjoint namespace. @default the DNS suffix of `name` */
  readonly domain?: string;
}

/** Where a preparation runs, and as whom. */
export interface PreparationStepArgs extends StepArgs {
  readonly computer: NamedComputerArgs;
}

/** Who prepares the forest, and where. */
export interface PreparationArgs {
  /** Where the schema is extended: in the domain and site of the schema master (P6). */
  readonly schema: PreparationStepArgs;
  /** Where Active Directory is prepared, and its computer's domain with it (P8). @default as `schema` */
  readonly activeDirectory?: PreparationStepArgs;
  /** The other domains with Exchange servers or recipients, by DNS name. @default none */
  readonly domains?: { readonly [domain: string]: PreparationStepArgs };
  /** Prepares every domain at once instead, with Enterprise Admins (P9). @default none */
  readonly allDomains?: PreparationStepArgs;
}

/** A server of the organization, as `npx exchange-upgrade discover` writes it. */
export interface UpgradeServerArgs extends StepArgs {
  readonly computer: NamedComputerArgs;
  /** Its roles: they decide in which wave it is upgraded. Compared with its registry and the directory (R9). */
  readonly roles: readonly Role[];
  /** Its Active Directory site: where a site has several servers of a role, they take turns. @default none (Edge Transport) */
  readonly site?: string;
  /** Whether this Client Access server faces the Internet (D3). @default false */
  readonly internetFacing?: boolean;
  /** What happens when Setup leaves Windows waiting for a restart, as of `ExchangeRoleUpgrade`. @default `defaults.reboot`, else "never" */
  readonly reboot?: pulumi.Input<"never" | "ifRequired">;
  /** Commands around this server's upgrade, beside those of every server; of two with one name its own is taken. */
  readonly commands?: ServerCommandsArgs;
}

/** Arguments of {@link ExchangeUpgrade}. */
export interface ExchangeUpgradeArgs {
  /** Release that the organization is upgraded to, e.g. `2007 SP1`. */
  readonly target: pulumi.Input<string>;
  /**
   * Releases and updates that this version of the package does not know ({@link defineRelease}, {@link defineUpdate}). Plans
   * say that they are defined by the program, and the state keeps them.
   * @default none
   */
  readonly releases?: readonly Definition[];
  /** Where Active Directory is read, and who reads it. */
  readonly directory: DirectoryArgs;
  /**
   * Who prepares the forest: steps of this program; `"verify"`, somebody else did it, which is checked on the live directory;
   * `"byFirstServer"`, the first server's own upgrade does.
   */
  readonly preparation: PreparationArgs | "verify" | "byFirstServer";
  /** The servers, by a short name that becomes part of their resources' names. */
  readonly servers: { readonly [name: string]: UpgradeServerArgs };
  /**
   * How many servers of one role in one site are upgraded at once. Where a site has several servers of a role, at least one
   * of them always stays. @default 1
   */
  readonly atOnce?: number;
  /** Where the wave of Edge Transport servers stands: sources differ. @default "afterMailbox" */
  readonly edge?: "first" | "afterMailbox" | "last";
  /** Commands around every server's upgrade, with @pulumi/command; a preparation has its own. @default none */
  readonly commands?: ServerCommandsArgs;
  /**
   * Exchange servers that are gone for good while their objects are still in the directory: the reason, by FQDN or by DN of the
   * object. No step waits for them. @default none
   */
  readonly gone?: StepArgs["gone"];
  /** When steps may be started, for every step that does not say otherwise. @default at any time */
  readonly changeWindow?: StepArgs["changeWindow"];
  /** For every step that does not say otherwise; `reboot` for the servers. */
  readonly defaults?: Pick<StepArgs, "run" | "taskName" | "timeouts" | "waive" | "replication"> &
    Pick<ExchangeRoleUpgradeArgs, "reboot">;
}
