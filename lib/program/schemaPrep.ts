import type * as pulumi from "@pulumi/pulumi";
import type { DirectoryArgs, StepArgs } from "./args";
import { directoryNames, type NamesOf, refuseStrays, stepNames } from "./knownArguments";
import type { Definition, UpgradeTarget } from "./releases";
import { StepResource } from "./resource";
import { isOfType } from "./token";

/** Arguments of {@link ExchangeSchemaPrep}. */
export interface ExchangeSchemaPrepArgs extends StepArgs {
  /** Release for which the schema is prepared, e.g. `2007 SP1`. Later steps take it from here. */
  readonly target: pulumi.Input<UpgradeTarget>;
  /** The domain controller that the package reads. Later steps take it from here. */
  readonly directory: DirectoryArgs;
  /**
   * Releases and updates that this version of the package does not know ({@link defineRelease}, {@link defineUpdate}). Plans
   * say that they are defined by the program, and the state keeps them. Later steps take them over.
   * @default none
   */
  readonly releases?: readonly Definition[];
}

const schemaPrepNames = {
  ...stepNames,
  target: null,
  directory: directoryNames,
  releases: null,
} satisfies NamesOf<ExchangeSchemaPrepArgs>;

/**
 * Extends the Active Directory schema with `Setup /PrepareSchema` (P5, P6), once per forest and irreversibly. It runs on a
 * computer in the domain and site of the schema master, with an account in Schema Admins and Enterprise Admins.
 *
 * It is protected by default: `pulumi destroy` stops at it until you unprotect it, and even then changes nothing in the forest.
 *
 * @example
 * const schema = new ExchangeSchemaPrep("schema", { target: "2007 SP1", directory, computer: dc1 });
 */
export class ExchangeSchemaPrep extends StepResource {
  declare protected readonly step: "schema";

  /** Whether a value is an ExchangeSchemaPrep, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeSchemaPrep {
    return isOfType(thing, "ExchangeSchemaPrep");
  }

  constructor(name: string, args: ExchangeSchemaPrepArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeSchemaPrep "${name}"`, args, schemaPrepNames, ["target", "directory", "computer"]);
    const { target, directory, releases } = args;
    const chain = { target, directory, releases };
    super("schema", "ExchangeSchemaPrep", name, args, chain, {}, true, opts);
  }
}
