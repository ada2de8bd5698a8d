import type * as pulumi from "@pulumi/pulumi";
import type { StepArgs } from "./args";
import { type NamesOf, refuseStrays, stepForm, stepNames } from "./knownArguments";
import type { Prepared } from "./prepared";
import { chainOf, StepResource } from "./resource";
import type { ExchangeSchemaPrep } from "./schemaPrep";
import { isOfType } from "./token";

/** Arguments of {@link ExchangeADPrep}. */
export interface ExchangeADPrepArgs extends StepArgs {
  /** The schema's preparation, or `Prepared.verify` if somebody else prepared it. The step takes target and directory from it. */
  readonly schema: ExchangeSchemaPrep | Prepared;
}

const adPrepNames = { ...stepNames, schema: stepForm } satisfies NamesOf<ExchangeADPrepArgs>;

/**
 * Prepares the Exchange organization and the computer's own domain with `Setup /PrepareAD` (P7, P8). It runs on a computer in the
 * domain and site of the schema master, with an account in Enterprise Admins. It is protected by default, like the schema.
 *
 * @example
 * const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });
 */
export class ExchangeADPrep extends StepResource {
  declare protected readonly step: "organization";

  /** Whether a value is an ExchangeADPrep, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeADPrep {
    return isOfType(thing, "ExchangeADPrep");
  }

  constructor(name: string, args: ExchangeADPrepArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeADPrep "${name}"`, args, adPrepNames, ["schema", "computer"]);
    const own = { prepared: args.schema.planned };
    super("organization", "ExchangeADPrep", name, args, chainOf(args.schema), own, true, opts, [args.schema]);
  }
}
