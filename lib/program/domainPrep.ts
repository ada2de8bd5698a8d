import type * as pulumi from "@pulumi/pulumi";
import type { ExchangeADPrep } from "./adPrep";
import type { StepArgs } from "./args";
import { type NamesOf, refuseStrays, stepForm, stepNames } from "./knownArguments";
import type { Prepared } from "./prepared";
import { chainOf, StepResource } from "./resource";
import { isOfType } from "./token";

/** Arguments of {@link ExchangeDomainPrep}. */
export interface ExchangeDomainPrepArgs extends StepArgs {
  /** The organization's preparation, or `Prepared.verify` if somebody else prepared it. The step takes target and directory from it. */
  readonly ad: ExchangeADPrep | Prepared;
  /** FQDN of the domain to prepare. @default the domain of the computer */
  readonly domain?: pulumi.Input<string>;
  /** Prepares every domain of the forest at once, which needs Enterprise Admins. @default false */
  readonly allDomains?: pulumi.Input<boolean>;
}

const domainPrepNames = {
  ...stepNames,
  ad: stepForm,
  domain: null,
  allDomains: null,
} satisfies NamesOf<ExchangeDomainPrepArgs>;

/**
 * Prepares a domain with `Setup /PrepareDomain`, or all domains with `/PrepareAllDomains` (P9, P10). The account needs Domain
 * Admins of that domain or Enterprise Admins. ExchangeADPrep already prepares the domain in which it runs. If you change the
 * domain, Pulumi replaces the resource: it forgets the old domain, which stays prepared.
 *
 * @example
 * const emea = new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com", computer: emeaDc });
 */
export class ExchangeDomainPrep extends StepResource {
  declare protected readonly step: "domain";

  /** Whether a value is an ExchangeDomainPrep, by its type token alone, as policy packs need it. */
  static override isInstance(thing: unknown): thing is ExchangeDomainPrep {
    return isOfType(thing, "ExchangeDomainPrep");
  }

  constructor(name: string, args: ExchangeDomainPrepArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeDomainPrep "${name}"`, args, domainPrepNames, ["ad", "computer"]);
    const own = { prepared: args.ad.planned, domain: args.domain, allDomains: args.allDomains };
    super("domain", "ExchangeDomainPrep", name, args, chainOf(args.ad), own, false, opts, [args.ad]);
  }
}
