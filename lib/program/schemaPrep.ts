import type * as pulumi from "@pulumi/pulumi";
import type { DirectoryArgs, StepArgs } from "./args";
import { directoryNames, type NamesOf, refuseStrays, stepNames } from "./knownArguments";
import type { Definition } from "./releases";
import { StepResource } from "./resource";
import { isOfToken, tokenOf } from "./token";

/** Arguments of {@link ExchangeSchemaPrep}. */
export interface ExchangeSchemaPrepArgs extends StepArgs {
  /** Release to prepare for, e.g. `2007 SP1`. Later steps take it over. */
  readonly target: pulumi.Input<string>;
  /** Where the forest is read. Later steps take it over. */
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
 * Extends the Active Directory schema with `Setup /PrepareSchema` (P5, P6): once per forest, and for good. Runs on a
 * computer in the domain and site of the schema master, under Schema Admins and Enterprise Admins.
 *
 * Protected by default: `pulumi destroy` stops at it until it is unprotected, and even then touches nothing.
 *
 * @example
 * const schema = new ExchangeSchemaPrep("schema", { target: "2007 SP1", directory, computer: dc1 });
 */
export class ExchangeSchemaPrep extends StepResource {
  declare protected readonly step: "schema";

  /** Whether something is an ExchangeSchemaPrep, by its type alone, as policy packs ask. */
  static override isInstance(thing: unknown): thing is ExchangeSchemaPrep {
    return isOfToken(thing, tokenOf("ExchangeSchemaPrep"));
  }

  constructor(name: string, args: ExchangeSchemaPrepArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeSchemaPrep "${name}"`, args, schemaPrepNames, ["target", "directory", "computer"]);
    const { target, directory, releases } = args;
    const chain = { target, directory, releases };
    super("schema", "ExchangeSchemaPrep", name, args, chain, {}, true, opts);
  }
}
