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
import { listed } from "../text";
import type { ProgramPlace } from "./program/argumentTexts";

/** The facts by which a step is judged. */
export interface StepFacts {
  readonly forest: ForestFacts;
  /** The account that runs Setup, as the directory knows it; null when the directory has no such account. */
  readonly account: Fact<AccountFacts | null>;
  readonly computer: ComputerFacts;
  /** objectVersion of CN=Microsoft Exchange System Objects, by DNS name of the domain. */
  readonly domainLevels: { readonly [domain: string]: Fact<number | null> };
  /** Access control entries of the computer's server object; null when the directory has no such object. */
  readonly serverAccess: Fact<readonly AccessEntry[] | null>;
  /**
   * Conditions in the directory at which Setup is known to stop. Read only if a rule about them applies to the step.
   */
  readonly health: HealthFacts;
  /** Members of the computer's local Administrators. Read only if the logon token does not show the membership. */
  readonly administrators: Fact<readonly AdministratorFacts[]>;
}

/** A server that the program declares gone for good. The forest's facts no longer contain its objects. */
export interface GoneServer {
  /** Its FQDN, or the DN of its object, as the program writes it. */
  readonly server: string;
  readonly reason: string;
  /** Its objects that are still in the directory. */
  readonly objects: readonly ExchangeServerFacts[];
}

/** How a connection logs on: over SSH with a password or a key, or over WinRM, whose sessions can log on nowhere else. */
export type ConnectionLogon = "password" | "key" | "winrm";

/** One step with its plan and its facts. */
export interface Case {
  readonly step: StepKind;
  /** The component argument that describes the step, so that fixes can name it; null for a resource of its own. */
  readonly place: ProgramPlace | null;
  /** FQDN of the computer on which the step runs, in lower case. */
  readonly computer: string;
  /** DNS name of its domain, if the program gives one; null if directory and DNS suffix decide. */
  readonly computerDomain: string | null;
  readonly target: Release;
  /** The releases of this package with those that the program defines. */
  readonly catalogue: Catalogue;
  /** Domains that a domain step prepares; `*` for all of the forest. Empty for other steps. */
  readonly domains: readonly string[];
  readonly run: RunMode;
  /** The account that the program names; null if it names none. */
  readonly account: string | null;
  /** Folder with Setup on the computer; null if the operator chooses it. */
  readonly media: string | null;
  /** True if the program itself copies the media to the computer before the step. */
  readonly staged: boolean;
  /** How the connection logs on; null without a connection. */
  readonly logon: ConnectionLogon | null;
  /** What the steps before this one will have done; null if that is not known yet. */
  readonly planned: Planned | null;
  /** FQDNs of the servers that the program upgrades before this one, directly or transitively. */
  readonly after: readonly string[];
  /**
   * FQDNs of members of the server's database availability group that the run upgrades neither before nor after it. The
   * group is known from the directory or the program. Only members whose steps the run has already checked.
   */
  readonly alongside: readonly string[];
  /** Whether the program declares that the server faces the Internet; null if the directory decides. */
  readonly internetFacing: boolean | null;
  /** The roles and site that the program declares; null if it declares none. */
  readonly declared: {
    readonly roles: readonly Role[] | null;
    readonly site: string | null;
    readonly dag: string | null;
  };
  /** The same declaration for all servers that the run has checked so far, this one included, by FQDN. */
  readonly declaredFacing: ReadonlyMap<string, boolean>;
  /** The program's answers to the questions of the target's Setup. */
  readonly answers: SetupAnswers;
  /** Servers that the program declares gone. */
  readonly gone: readonly GoneServer[];
  /** Windows build of the computer when the state first recorded it; null if none is recorded. */
  readonly recordedWindows: number | null;
  /** True when the state already holds this resource at this very target. */
  readonly recorded: boolean;
  /** False in preview, where planned steps count as done; true right before Setup, where only facts count. */
  readonly apply: boolean;
  readonly facts: StepFacts;
}

/** The domain and site in which a computer is. */
export function placeOf(c: Case): Fact<{ readonly domain: string; readonly site: string }> {
  const { domainControllers } = c.facts.forest;
  const controller = controllerNamed(domainControllers, c.computer);
  if (controller !== undefined) return placeOfController(c.facts.forest, controller);
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
 * The domain, of the forest's, that the computer is a member of: the one that the program gives, for a domain
 * controller the one of its object, else the one of its DNS suffix. In a disjoint namespace the suffix differs. null if
 * it is none of them.
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

/** Domain controllers whose name or domain could not be read; empty if not even the others could be read. */
export function unreadControllersOf(c: Case): readonly UnreadController[] {
  const { unreadControllers } = c.facts.forest;
  return unreadControllers.known ? unreadControllers.value : [];
}

/** The domain, out of `domains`, whose DNS name is the longest that ends the FQDN; null when none does. */
export function domainOf(fqdn: string, domains: readonly string[]): string | null {
  const fitting = domains.filter((d) => fqdn.toLowerCase().endsWith(`.${d.toLowerCase()}`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

/**
 * The domain and site of a domain controller's object. One that was made anew elsewhere may have left its old object, and only
 * the schema master's role tells which of them is alive.
 */
export function placeOfController(
  { domainControllers, schemaMaster }: Pick<ForestFacts, "domainControllers" | "schemaMaster">,
  { name, domain, site }: DomainControllerFacts,
): Fact<{ readonly domain: string; readonly site: string }> {
  if (!domainControllers.known) return domainControllers;
  const sites = sitesIn(domainControllers.value).get(name) ?? [];
  if (sites.length <= 1) return known({ domain, site }, domainControllers.source);
  if (schemaMaster.known && schemaMaster.value.name === name)
    return known({ domain: schemaMaster.value.domain, site: schemaMaster.value.site }, schemaMaster.source);
  return unknown(
    `the domain controller ${name} has objects in the sites ${listed([...sites].sort())}; remove those that are left of an earlier one (ntdsutil, metadata cleanup)`,
    domainControllers.source,
  );
}

/** Facts never change, and thousands of steps ask for the same domain controllers. */
const sitesByName = new WeakMap<readonly DomainControllerFacts[], ReadonlyMap<string, readonly string[]>>();

/** The sites of each domain controller's objects, by its name. */
function sitesIn(controllers: readonly DomainControllerFacts[]): ReadonlyMap<string, readonly string[]> {
  const sites = sitesByName.get(controllers) ?? sitesOf(controllers);
  sitesByName.set(controllers, sites);
  return sites;
}

function sitesOf(controllers: readonly DomainControllerFacts[]): ReadonlyMap<string, readonly string[]> {
  const sites = new Map<string, readonly string[]>();
  for (const { name, site } of controllers) {
    const own = sites.get(name) ?? [];
    if (!own.some((each) => each.toLowerCase() === site.toLowerCase())) sites.set(name, [...own, site]);
  }
  return sites;
}

function controllerNamed(
  controllers: Fact<readonly DomainControllerFacts[]>,
  fqdn: string,
): DomainControllerFacts | undefined {
  return controllers.known ? controllers.value.find((dc) => dc.name === fqdn) : undefined;
}
