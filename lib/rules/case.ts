/** What the rules judge: one step of an upgrade, with everything that is planned and known about it. */
import type {
  AccessEntry,
  AccountFacts,
  AdministratorFacts,
  ComputerFacts,
  DomainControllerFacts,
  ExchangeServerFacts,
  Fact,
  ForestFacts,
  Role,
  UnreadController,
} from "../facts";
import { known, unknown } from "../facts";
import type { HealthFacts } from "../facts/health";
import type { Planned, RunMode, StepKind } from "../model";
import type { Catalogue, Release, SetupAnswers } from "../releases";
import type { ProgramPlace } from "./program/argumentTexts";

/** Facts a step is judged on. */
export interface StepFacts {
  readonly forest: ForestFacts;
  /** The account that runs Setup, as the directory knows it; null when the directory has no such account. */
  readonly account: Fact<AccountFacts | null>;
  readonly computer: ComputerFacts;
  /** objectVersion of CN=Microsoft Exchange System Objects, by DNS name of the domain. */
  readonly domainLevels: { readonly [domain: string]: Fact<number | null> };
  /** Access control entries of the computer's server object; null when the directory has no such object. */
  readonly serverAccess: Fact<readonly AccessEntry[] | null>;
  /** What Setup is known to stop at in a directory; asked for only where a rule on it holds for the step. */
  readonly health: HealthFacts;
  /** Members of the computer's local Administrators; asked for only where its logon token does not tell. */
  readonly administrators: Fact<readonly AdministratorFacts[]>;
}

/** A server that the program says is gone for good: the forest's facts are without its objects. */
export interface GoneServer {
  /** FQDN, or DN of its object, as the program has it. */
  readonly server: string;
  readonly reason: string;
  /** Its objects that are still in the directory. */
  readonly objects: readonly ExchangeServerFacts[];
}

/** One step with its plan and its facts. */
export interface Case {
  readonly step: StepKind;
  /** Where the step stands in a component's arguments, in whose words fixes speak; null for a resource of its own. */
  readonly place: ProgramPlace | null;
  /** FQDN of the computer on which the step runs, in lower case. */
  readonly computer: string;
  /** DNS name of its domain as the program gives it; null where directory and DNS suffix are to tell. */
  readonly computerDomain: string | null;
  readonly target: Release;
  /** The releases of this package with those that the program defines. */
  readonly catalogue: Catalogue;
  /** Domains that a domain step prepares; `*` for all of the forest. Empty for other steps. */
  readonly domains: readonly string[];
  readonly run: RunMode;
  /** The account as the program names it; null when it names none. */
  readonly account: string | null;
  /** Folder with Setup on the computer; null where it is the operator's business. */
  readonly media: string | null;
  /** True where the program itself brings the media to the computer before the step. */
  readonly staged: boolean;
  /** How the SSH logon proves itself; null when there is no connection. */
  readonly logon: "password" | "key" | null;
  /** What the steps before this one will have done; null when that is not known yet. */
  readonly planned: Planned | null;
  /** FQDNs of the servers that are planned to be upgraded before this one, directly or through others. */
  readonly after: readonly string[];
  /**
   * FQDNs of the other members of the server's database availability group, by directory or program, that the run upgrades neither
   * before nor after it: of those that it has checked so far.
   */
  readonly alongside: readonly string[];
  /** Whether the program says that the server faces the Internet; null when the directory is to tell. */
  readonly internetFacing: boolean | null;
  /** What the program takes the server for; null where it does not say. */
  readonly declared: {
    readonly roles: readonly Role[] | null;
    readonly site: string | null;
    readonly dag: string | null;
  };
  /** What the program says likewise of servers, this one among them, by FQDN: of those that the run has checked so far. */
  readonly declaredFacing: ReadonlyMap<string, boolean>;
  /** What the program answers to what the target's Setup asks. */
  readonly answers: SetupAnswers;
  /** Servers that are gone by the program. */
  readonly gone: readonly GoneServer[];
  /** Windows build of the computer when the state first saw it; null when nothing is recorded. */
  readonly recordedWindows: number | null;
  /** True when the state already holds this resource at this very target. */
  readonly recorded: boolean;
  /** False in preview, where what is planned counts as done; true right before Setup runs, where only facts count. */
  readonly apply: boolean;
  readonly facts: StepFacts;
}

/** The domain and site in which a computer is. */
export function placeOf(c: Case): Fact<{ readonly domain: string; readonly site: string }> {
  const { domainControllers } = c.facts.forest;
  const controller = controllerNamed(domainControllers, c.computer);
  if (controller !== undefined && domainControllers.known) {
    return known({ domain: controller.domain, site: controller.site }, domainControllers.source);
  }
  const identity = c.facts.computer.identity;
  if (!identity.known) return identity;
  const domain = memberDomain(c, c.facts.forest);
  if (!domain.known) return domain;
  if (domain.value === null)
    return unknown(`${identity.value.fqdn} is in no domain of the forest`, identity.source);
  if (identity.value.site === null) {
    return unknown(`${identity.value.fqdn} does not report an Active Directory site`, identity.source);
  }
  return known({ domain: domain.value, site: identity.value.site }, identity.source);
}

/**
 * The domain, out of the forest's, that the computer is a member of: as the program says, for a domain controller as its
 * object does, else by its DNS suffix, which a disjoint namespace makes another one. null when it is none of them.
 */
export function memberDomain(
  { computer, computerDomain }: Pick<Case, "computer" | "computerDomain">,
  { domains, domainControllers }: Pick<ForestFacts, "domains" | "domainControllers">,
): Fact<string | null> {
  if (!domains.known) return domains;
  const names = domains.value.map((d) => d.name);
  if (computerDomain !== null)
    return known(names.includes(computerDomain) ? computerDomain : null, domains.source);
  const controller = controllerNamed(domainControllers, computer);
  return known(controller?.domain ?? domainOf(computer, names), domains.source);
}

/** Domain controllers that cannot be named or placed; none where not even the others could be read. */
export function unreadControllersOf(c: Case): readonly UnreadController[] {
  const { unreadControllers } = c.facts.forest;
  return unreadControllers.known ? unreadControllers.value : [];
}

/** The domain, out of `domains`, whose DNS name is the longest that ends the FQDN; null when none does. */
export function domainOf(fqdn: string, domains: readonly string[]): string | null {
  const fitting = domains.filter((d) => fqdn.toLowerCase().endsWith(`.${d.toLowerCase()}`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

function controllerNamed(
  controllers: Fact<readonly DomainControllerFacts[]>,
  fqdn: string,
): DomainControllerFacts | undefined {
  return controllers.known ? controllers.value.find((dc) => dc.name === fqdn) : undefined;
}
