import type * as pulumi from "@pulumi/pulumi";
import type { DirectoryArgs, StepArgs } from "./args";
import { directoryNames, type NamesOf, refuseStrays, stepNames } from "./knownArguments";
import { StepResource } from "./resource";
import { isOfToken, tokenOf } from "./token";

/** Arguments of {@link ExchangeSchemaPrep}. */
export interface ExchangeSchemaPrepArgs extends StepArgs {
  /** Release to prepare for, e.g. `2007 SP1`. Later steps take it over. */
  readonly target: pulumi.Input<string>;
  /** Where the forest is read. Later steps take it over. */
  readonly directory: DirectoryArgs;
}

const schemaPrepNames = {
  ...stepNames,
  target: null,
  directory: directoryNames,
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
    const chain = { target: args.target, directory: args.directory };
    super("schema", "ExchangeSchemaPrep", name, args, chain, {}, true, opts);
  }
}
