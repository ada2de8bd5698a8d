/**
 * Setup's prerequisite check, as far as the lab simulates it: permissions (rules P1 to P9 of the source
 * document), place (P6, P8), levels, and the state of the computer. Pure: what was read goes in, problems come out.
 */
import type { Role } from "../../lib/facts";
import { compareBuilds, parseSerialNumber } from "../../lib/releases";
import type { LabRelease } from "../release-table";
import { exchangeKeyOf } from "../windows/seed";
import type { SetupTask } from "./command-line";
import { type DirectoryState, roleBits } from "./directory";
import { isAbove, isFinished, type RoleState, releaseOfRole } from "./roles";

/** Why Setup does not start. */
export interface Problem {
  /** Name of the rule in Setup's log. */
  readonly rule: string;
  readonly message: string;
}

/** The computer that Setup runs on. */
export interface Place {
  /** DNS name of its domain; null outside a domain. */
  readonly domain: string | null;
  /** Its site; null when Windows knows none. */
  readonly site: string | null;
  readonly administrator: boolean;
  readonly rebootPending: boolean;
  readonly remoteRegistryDisabled: boolean;
  /** CN of its server object. */
  readonly serverName: string;
}

/** What the check looks at. */
export interface Situation {
  readonly release: LabRelease;
  readonly task: SetupTask;
  readonly place: Place;
  readonly roles: readonly RoleState[];
  /** Null where the task needs no directory: an Edge Transport server, or the management tools alone. */
  readonly directory: DirectoryState | null;
}

/** What the run will have to do in the directory. */
export interface Preparation {
  readonly schema: boolean;
  readonly organization: boolean;
  /** Domains to prepare, by DNS name. */
  readonly domains: readonly string[];
}

const nothing: Preparation = { schema: false, organization: false, domains: [] };

function below(level: number | null | undefined, wanted: number | null): boolean {
  return wanted !== null && (level ?? 0) < wanted;
}

/** True when the upgrade of this computer has to do with Active Directory at all. */
export function usesDirectory(task: SetupTask, roles: readonly RoleState[]): boolean {
  if (task.kind !== "upgrade") return true;
  return roles.some(({ role }) => role !== "Edge Transport" && role !== "Management Tools");
}

/** What a task has to prepare: later tasks do the earlier ones' work where it is missing. */
export function preparationOf({ release, task, place, directory }: Situation): Preparation {
  if (!directory) return nothing;
  const schema = below(directory.schema, release.schema);
  const organization = below(directory.organization?.level, release.organization);
  const pending = (names: readonly string[]): readonly string[] =>
    names.filter((name) => {
      const domain = directory.domains.get(name);
      return domain !== undefined && "level" in domain && below(domain.level, release.domain);
    });
  const own = place.domain === null ? [] : [place.domain];
  switch (task.kind) {
    case "upgradeCms":
      return nothing;
    case "schema":
      return { ...nothing, schema };
    case "organization":
    case "upgrade":
      return { schema, organization, domains: pending(own) };
    case "domain":
      return { ...nothing, domains: pending(task.domain === null ? own : [task.domain]) };
    case "allDomains":
      return { ...nothing, domains: pending([...directory.domains.keys()]) };
  }
}

/** Everything that stands in the way; empty when Setup may go on. */
export function checkPrerequisites(situation: Situation): readonly Problem[] {
  return [
    ...checkComputer(situation),
    ...(situation.task.kind === "upgrade" ? checkRoles(situation) : []),
    ...(situation.directory ? checkDirectory(situation, situation.directory) : []),
  ];
}

function checkComputer({ place, task }: Situation): readonly Problem[] {
  const problems: Problem[] = [];
  if (!place.administrator)
    problems.push({
      rule: "NotLocalAdmin",
      message: "The logged-on user is not a member of the local Administrators group of this computer.",
    });
  if (task.kind === "upgrade" && place.rebootPending)
    problems.push({ rule: "RebootPending", message: "A restart from a previous installation is pending." });
  if (task.kind === "upgrade" && place.remoteRegistryDisabled)
    problems.push({
      rule: "RemoteRegException",
      message: "The Remote Registry service is disabled on this computer.",
    });
  if (task.kind !== "upgrade" && place.domain === null)
    problems.push({ rule: "ComputerNotPartofDomain", message: "This computer is not a member of a domain." });
  return problems;
}

/**
 * What Setup of a service pack upgrades. The lab's own table. 2007: the topics on SP1 and on clusters (bb676559, which names SP2 from RTM),
 * techcommunity 599231 (SP2 from SP1) and a run from SP1 to SP3 (null.53bits.co.uk). That SP3 takes RTM and SP2 is unverified: each
 * service pack is the full product. 2010: TechNet bb629560, and a consultants' blog on SP1 to SP2.
 */
const takenBy: { readonly [release: string]: readonly string[] } = {
  "2007 SP1": ["2007 RTM"],
  "2007 SP2": ["2007 RTM", "2007 SP1"],
  "2007 SP3": ["2007 RTM", "2007 SP1", "2007 SP2"],
  "2010 SP1": ["2010 RTM"],
  "2010 SP2": ["2010 RTM", "2010 SP1"],
  "2010 SP3": ["2010 RTM", "2010 SP1", "2010 SP2"],
};

function checkRoles({ release, roles }: Situation): readonly Problem[] {
  if (roles.length === 0)
    return [
      {
        rule: "NoRolesInstalled",
        message: `No role of the product on the media is installed below ${exchangeKeyOf(release)}.`,
      },
    ];
  return roles.flatMap((state): readonly Problem[] => {
    // An installation that stopped can only be gone on with; the sentence is the lab's own.
    if (state.watermark !== null && state.action === "Install")
      return [
        {
          rule: "InstallWatermark",
          message: `The installation of ${state.role} has not finished. Finish it before you upgrade this server.`,
        },
      ];
    if (isAbove(state, release))
      return [
        {
          rule: "LowerVersion",
          message: `${state.role} is at ${state.configured ?? state.unpacked}, above the version on the media.`,
        },
      ];
    const from = releaseOfRole(state);
    const known =
      from === undefined || from.name === release.name || takenBy[release.name]?.includes(from.name) === true;
    if (known) return [];
    return [
      {
        rule: "UpgradePath",
        message: `${state.role} is at ${from.name}, which cannot be upgraded to ${release.name}.`,
      },
    ];
  });
}

function checkDirectory(situation: Situation, directory: DirectoryState): readonly Problem[] {
  const { release, task, place } = situation;
  const work = preparationOf(situation);
  const { groups } = directory;
  const problems: Problem[] = [
    ...checkReachable(situation, directory),
    ...checkLevels(release, directory, situation),
  ];
  if (work.schema && !(groups.schemaAdmins && groups.enterpriseAdmins))
    problems.push({
      rule: "SchemaUpdateRequired",
      message:
        "The Active Directory schema is not up to date, and the logged-on user is not a member of both 'Schema Admins' and 'Enterprise Admins'.",
    });
  if (work.organization && !groups.enterpriseAdmins)
    problems.push({
      rule: "GlobalUpdateRequired",
      message:
        "The Exchange organization is not up to date, and the logged-on user is not a member of 'Enterprise Admins'.",
    });
  for (const domain of work.domains)
    if (!groups.enterpriseAdmins && !groups.domainAdmins.has(domain))
      problems.push({
        rule: "LocalDomainPrep",
        message: `The domain ${domain} is not prepared, and the logged-on user is a member of neither its 'Domain Admins' nor 'Enterprise Admins'.`,
      });
  if (task.kind === "allDomains" && !groups.enterpriseAdmins)
    problems.push({
      rule: "PrepareDomainNotAdmin",
      message: "The logged-on user is not a member of 'Enterprise Admins'.",
    });
  if ((work.schema || work.organization) && !isWithSchemaMaster(place, directory))
    problems.push({
      rule: "NotInSchemaMasterSite",
      message: `Setup must run in the domain and the site of the schema master (${directory.schemaMaster.domain}, ${directory.schemaMaster.site}); this computer is in ${place.domain ?? "no domain"}, ${place.site ?? "no site"}.`,
    });
  if (task.kind === "domain" || task.kind === "allDomains")
    problems.push(...checkBeforeDomain(situation, directory));
  if (task.kind === "upgrade") problems.push(...checkServerPermission(situation, directory));
  return problems;
}

/** /PrepareAD and /PrepareAllDomains must reach every domain, the other tasks the one that they are about. */
function checkReachable({ task, place }: Situation, directory: DirectoryState): readonly Problem[] {
  const needed = (name: string): boolean => {
    if (task.kind === "schema") return false;
    if (task.kind === "organization" || task.kind === "allDomains") return true;
    return name === (task.kind === "domain" ? (task.domain ?? place.domain) : place.domain);
  };
  return [...directory.domains].flatMap(([name, domain]) =>
    needed(name) && "unreadable" in domain
      ? [{ rule: "CannotAccessAD", message: `The domain ${name} cannot be read: ${domain.unreadable}` }]
      : [],
  );
}

function isWithSchemaMaster(place: Place, { schemaMaster }: DirectoryState): boolean {
  return (
    place.domain?.toLowerCase() === schemaMaster.domain.toLowerCase() &&
    place.site?.toLowerCase() === schemaMaster.site.toLowerCase()
  );
}

/** Media below the directory is refused, attribute by attribute. */
function checkLevels(
  release: LabRelease,
  directory: DirectoryState,
  situation: Situation,
): readonly Problem[] {
  const domain = situation.place.domain ?? "";
  const own = directory.domains.get(domain);
  const levels: readonly (readonly [string, number | null | undefined, number | null])[] = [
    ["schema", directory.schema, release.schema],
    ["organization", directory.organization?.level, release.organization],
    [`domain ${domain}`, own && "level" in own ? own.level : null, release.domain],
  ];
  return levels.flatMap(([what, found, media]) =>
    found !== null && found !== undefined && media !== null && found > media
      ? [
          {
            rule: "AdInitErrorRule",
            message: `The Active Directory ${what} version (${found}) is higher than Setup's version (${media}). Setup of this version cannot run.`,
          },
        ]
      : [],
  );
}

function checkBeforeDomain({ release, task }: Situation, directory: DirectoryState): readonly Problem[] {
  const problems: Problem[] = [];
  if (below(directory.schema, release.schema) || below(directory.organization?.level, release.organization))
    problems.push({
      rule: "DomainPrepRequired",
      message:
        "PrepareAD has either not been run or has not replicated to the domain controller used by Setup.",
    });
  if (task.kind === "domain" && task.domain !== null && !directory.domains.has(task.domain))
    problems.push({ rule: "DomainNotFound", message: `The domain ${task.domain} is not in this forest.` });
  return problems;
}

/**
 * Rule P1: the first server with a role needs an Exchange Organization Administrator. For a further one (P3) the
 * access control of its server object decides, when its version is written.
 */
function checkServerPermission(
  { release, roles, place }: Situation,
  directory: DirectoryState,
): readonly Problem[] {
  if (directory.groups.organizationAdministrators) return [];
  const done = (role: Role): boolean =>
    directory.servers.some(({ name, roleBits: bits, serialNumber }) => {
      const build = parseSerialNumber(serialNumber);
      const other = name.toLowerCase() !== place.serverName.toLowerCase();
      return (
        other &&
        (bits & roleBits[role]) !== 0 &&
        build !== undefined &&
        compareBuilds(build, release.build) >= 0
      );
    });
  return roles
    .filter((state) => roleBits[state.role] !== 0 && !isFinished(state, release) && !done(state.role))
    .map(({ role }) => ({
      rule: "GlobalServerInstall",
      message: `No ${role} server of this organization has been upgraded yet: the logged-on user must be an Exchange Organization Administrator.`,
    }));
}
