import type * as pulumi from "@pulumi/pulumi";
import type { ExchangeADPrep } from "./adPrep";
import type { StepArgs } from "./args";
import { type NamesOf, refuseStrays, stepNames } from "./knownArguments";
import type { Prepared } from "./prepared";
import { chainOf, StepResource } from "./resource";
import { isOfToken, tokenOf } from "./token";

/** Arguments of {@link ExchangeDomainPrep}. */
export interface ExchangeDomainPrepArgs extends StepArgs {
  /** The organization's preparation, or `Prepared.verify` where somebody else did it. Gives target and directory. */
  readonly ad: ExchangeADPrep | Prepared;
  /** FQDN of the domain to prepare. @default the domain of the computer */
  readonly domain?: pulumi.Input<string>;
  /** Prepare every domain of the forest at once; needs Enterprise Admins. @default false */
  readonly allDomains?: pulumi.Input<boolean>;
}

const domainPrepNames = {
  ...stepNames,
  ad: null,
  domain: null,
  allDomains: null,
} satisfies NamesOf<ExchangeDomainPrepArgs>;

/**
 * Prepares a domain with `Setup /PrepareDomain`, or all of them with `/PrepareAllDomains` (P9, P10), under Domain Admins
 * of that domain or Enterprise Admins. The domain in which ExchangeADPrep runs needs none. Another domain is a
 * replacement: the old one is forgotten and stays prepared.
 *
 * @example
 * const emea = new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com", computer: emeaDc });
 */
export class ExchangeDomainPrep extends StepResource {
  declare protected readonly step: "domain";

  /** Whether something is an ExchangeDomainPrep, by its type alone, as policy packs ask. */
  static override isInstance(thing: unknown): thing is ExchangeDomainPrep {
    return isOfToken(thing, tokenOf("ExchangeDomainPrep"));
  }

  constructor(name: string, args: ExchangeDomainPrepArgs, opts?: pulumi.CustomResourceOptions) {
    refuseStrays(`ExchangeDomainPrep "${name}"`, args, domainPrepNames, ["ad", "computer"]);
    const own = { prepared: args.ad.planned, domain: args.domain, allDomains: args.allDomains };
    super("domain", "ExchangeDomainPrep", name, args, chainOf(args.ad), own, false, opts, [args.ad]);
  }
}
