/**
 * The prerequisite analysis of Setup of 2013 and later: rules with their names and types as in the Setup logs in the tests of
 * microsoft/CSS-Exchange, and with the texts of these logs. A text that no public log or page shows is marked as the lab's own.
 * Pure: what was read goes in, rules come out.
 */
import type { Build } from "../../../lib/facts";
import { compareBuilds, parseSerialNumber } from "../../../lib/releases";
import type { Organization } from "../../organization";
import type { ModernLine } from "../../product-lines";
import type { LabRelease } from "../../release-table";
import type { ComponentName } from "../../windows/modern-registry";
import type { SetupTask } from "../command-line";
import type { DirectoryState } from "../directory";
import { type Place, type Preparation, preparationOf } from "../prerequisites";
import type { Media } from "./media";
import type { InstalledPart } from "./parts";

/** What the analysis reads of the computer. */
export interface ComputerState {
  readonly place: Place;
  /** Release of the .NET Framework; null where there is none. */
  readonly framework: number | null;
  /** Start type and state of the Remote Registry service. */
  readonly remoteRegistry: { readonly disabled: boolean; readonly running: boolean };
  /** Whether a Group Policy defines the execution policy, to whatever value. */
  readonly executionPolicy: boolean;
  /** Whether files wait for a restart to be renamed, and whether Windows components do. */
  readonly pending: { readonly files: boolean; readonly components: boolean };
  /** Processes that hold Exchange's files open. */
  readonly openProcesses: readonly { readonly name: string; readonly pid: number }[];
  /** Components that are not there. */
  readonly missing: ReadonlySet<ComponentName>;
}

/** What the analysis looks at. */
export interface ModernSituation {
  readonly release: LabRelease;
  readonly media: Media;
  readonly task: SetupTask;
  readonly computer: ComputerState;
  /** The product that is installed, and its parts. */
  readonly installed: { readonly line: ModernLine | null; readonly parts: readonly InstalledPart[] };
  /** Null where the task needs no directory: an Edge Transport server, or the management tools alone. */
  readonly directory: DirectoryState | null;
  readonly organization: Organization;
}

/** One rule with its verdict. */
export interface Rule {
  readonly name: string;
  readonly type: "Error" | "Warning";
  /** Whether what the rule is about is so. */
  readonly applies: boolean;
  /** Whether Setup says so: rules are evaluated in tasks, too, in which they count for nothing. */
  readonly counts: boolean;
  readonly message: string;
}

/** What the run will have to do in the directory; a level above the media's is nothing to do (CSS-Exchange, Test-ExchangeADSetupLevel). */
export function workOf({ release, task, computer, directory }: ModernSituation): Preparation {
  return preparationOf({ release, task, place: computer.place, roles: [], directory });
}

/** Every rule, in no order that means anything: real logs evaluate them side by side. */
export function analyse(situation: ModernSituation): readonly Rule[] {
  const { directory } = situation;
  return [
    ...computerRules(situation),
    ...(situation.task.kind === "upgrade" ? upgradeRules(situation) : []),
    ...(directory === null ? [] : directoryRules(situation, directory)),
  ];
}

function error(name: string, applies: boolean, message: string, counts = true): Rule {
  return { name, type: "Error", applies, counts, message };
}

function computerRules({ media, task, computer }: ModernSituation): readonly Rule[] {
  const isUpgrade = task.kind === "upgrade";
  const { framework } = media;
  const { place, pending, remoteRegistry } = computer;
  return [
    error(
      "ComputerNotPartofDomain",
      !isUpgrade && place.domain === null,
      // The lab's own text.
      "This computer is not a member of a domain.",
    ),
    // In preparations, too: rmilne.ca, /PrepareSchema of 2013 CU16, whose text this is.
    error(
      "MinimumFrameworkNotInstalled",
      (computer.framework ?? 0) < framework.release,
      `This computer requires .NET Framework ${framework.name} (https://support.microsoft.com/kb/${framework.article}).`,
    ),
    // 2016 CU18's /PrepareAD evaluates it as true and goes on; its upgrade stops.
    error(
      "RebootPending",
      pending.files,
      "A reboot from a previous installation is pending. Please restart the system and then rerun Setup.",
      isUpgrade,
    ),
    // 2016 CU18 stops in /PrepareSchema as in an upgrade.
    error(
      "PendingRebootWindowsComponents",
      pending.components,
      "There is a pending reboot from a previous installation of a Windows Server role or feature. Please restart the computer and then run Setup again.",
    ),
    /*
     * The rule opens this computer's registry by its name in the network (CSS-Exchange, Test-PrerequisiteCheck). An upgrade starts the
     * service before (Start-PreConfiguration in the logs), which a disabled one withstands. The text is the lab's own.
     */
    error(
      "RemoteRegException",
      isUpgrade ? remoteRegistry.disabled : !remoteRegistry.running,
      "Setup can't open the registry of this computer over the network. Verify that the Remote Registry service is running.",
    ),
  ];
}

function upgradeRules(situation: ModernSituation): readonly Rule[] {
  const { computer, installed } = situation;
  const isMailbox = installed.parts.some(({ part }) => part.key === "MailboxRole");
  const lacks = (name: ComponentName): boolean => computer.missing.has(name);
  const [open] = computer.openProcesses;
  const unfinished = installed.parts.filter(({ watermark, action }) => watermark && action === "Install");
  const redistributable = (year: number): string =>
    `Visual C++ ${year} Redistributable Package is a required component. Please install the required binaries and re-run the setup.`;
  return [
    versionRule(situation),
    error(
      "ProcessNeedsToBeClosedOnUpgrade",
      open !== undefined,
      `Setup can't continue with the upgrade because the ${open?.name} (${open?.pid}) has open files. Close the process, and then restart Setup.`,
    ),
    // CSS-Exchange, InstallWatermark: unattended Setup stops, only the wizard goes on. The text: memory.
    ...(unfinished.length > 0 ? unfinished : installed.parts.slice(0, 1)).map(({ part, watermark, action }) =>
      error(
        "InstallWatermark",
        watermark && action === "Install",
        `A Setup failure previously occurred while installing the ${part.name} role. Either run Setup again for just this role, or remove the role using Control Panel.`,
      ),
    ),
    // Microsoft KB2810617: Setup stops WMI, without which a policy counts as Restricted. The text is the lab's own.
    error(
      "PowerShellExecutionPolicyCheckSet",
      computer.executionPolicy,
      "The Windows PowerShell execution policy is defined by Group Policy. Setup can't continue until it is not defined.",
    ),
    // The rules' names: Microsoft, pages of setup readiness; the texts: memory.
    error("VC2012RedistDependencyRequirement", lacks("Visual C++ 2012"), redistributable(2012)),
    error("VC2013RedistDependencyRequirement", isMailbox && lacks("Visual C++ 2013"), redistributable(2013)),
    error(
      "UcmaRedistMsi",
      isMailbox && lacks("UCMA 4.0"),
      "This computer requires the Microsoft Unified Communications Managed API 4.0, Core Runtime 64-bit. Please install the software from http://go.microsoft.com/fwlink/?LinkId=260990.",
    ),
    error(
      "IisUrlRewriteNotInstalled",
      situation.media.needsUrlRewrite && isMailbox && lacks("URL Rewrite"),
      "The IIS URL Rewrite Module is a required component. Please install it and re-run the setup.",
    ),
  ];
}

/**
 * Whether Setup upgrades what is there at all. What it says then is not known: name and texts are the lab's own. That SE needs 2019 CU14:
 * Microsoft, Upgrade to Exchange Server SE; that another product is a new server: the same.
 */
function versionRule({ release, media, installed }: ModernSituation): Rule {
  const rule = (message: string): Rule => error("ExchangeVersionBlock", message !== "", message);
  const builds = installed.parts.flatMap(({ configured, unpacked }) => configured ?? unpacked ?? []);
  const [highest] = [...builds].sort((a, b) => compareBuilds(b, a));
  if (installed.line === null || highest === undefined)
    return rule(`No role of ${media.shortProduct} is installed on this computer.`);
  const shown = `${highest.major}.${highest.minor}.${highest.build}.${highest.revision}`;
  if (highest.minor !== release.build.minor)
    return rule(
      `${media.shortProduct} can't be installed over version ${shown}: install it on another computer.`,
    );
  if (compareBuilds(highest, release.build) > 0)
    return rule(`The installed version ${shown} is higher than the version on the media.`);
  const cu14: Build = { major: 15, minor: 2, build: 1544, revision: 4 };
  if (media.line === "SE" && compareBuilds(highest, cu14) < 0)
    return rule(
      `Version ${shown} can't be upgraded to ${media.shortProduct}: install Exchange Server 2019 CU14 or later first.`,
    );
  return rule("");
}

function directoryRules(situation: ModernSituation, directory: DirectoryState): readonly Rule[] {
  const { media, task } = situation;
  const { groups } = directory;
  const work = workOf(situation);
  const isUpgrade = task.kind === "upgrade";
  const level = media.forestLevel === 2 ? "Windows Server 2003 native" : "Windows Server 2012 R2";
  return [
    // The text of the second: as that of the first, which logs show.
    error(
      media.forestLevel === 2 ? "ForestLevelNotWin2003Native" : "ForestLevelNotWin2012R2",
      directory.forestLevel < media.forestLevel,
      `The forest functional level of the current Active Directory forest is not ${level} or later. To install ${media.shortProduct}, the forest functional level must be at least ${level}.`,
    ),
    error(
      "SchemaUpdateRequired",
      work.schema && !(groups.schemaAdmins && groups.enterpriseAdmins),
      "The Active Directory schema isn't up-to-date, and this user account isn't a member of the 'Schema Admins' and/or 'Enterprise Admins' groups.",
    ),
    error(
      "GlobalUpdateRequired",
      work.organization && !groups.enterpriseAdmins,
      "Global updates need to be made to Active Directory, and this user account isn't a member of the 'Enterprise Admins' group.",
    ),
    error(
      "LocalDomainPrep",
      !groups.enterpriseAdmins &&
        work.domains.some((name) => !(groups.domainAdmins.has(name) && groups.organizationAdministrators)),
      "The local domain needs to be updated. You must be a member of the 'Domain Admins' group and 'Organization Management' role group, or 'Enterprise Admins' group to continue.",
    ),
    error(
      "GlobalServerInstall",
      isUpgrade && !groups.organizationAdministrators && !groups.enterpriseAdmins,
      "You must be a member of the 'Organization Management' role group or a member of the 'Enterprise Admins' group to continue.",
    ),
    ...placeRules(situation, directory, work),
    ...coexistenceRules(situation, directory, work),
    ...domainRules(situation, directory, work),
  ];
}

function placeRules(
  { task, computer, organization }: ModernSituation,
  { schemaMaster, domains }: DirectoryState,
  work: Preparation,
): readonly Rule[] {
  const { place } = computer;
  const inSite = place.site?.toLowerCase() === schemaMaster.site.toLowerCase();
  const inDomain = place.domain?.toLowerCase() === schemaMaster.domain.toLowerCase();
  const netbios = organization.domains.find(({ name }) => name === schemaMaster.domain)?.netbios;
  const needed = (name: string): boolean => {
    if (task.kind === "organization" || task.kind === "allDomains") return true;
    if (task.kind === "schema") return false;
    return name === (task.kind === "domain" ? (task.domain ?? place.domain) : place.domain);
  };
  const isUnreadable = [...domains].some(([name, domain]) => needed(name) && "unreadable" in domain);
  return [
    // The texts of the two: after that of NotInDC2Site.
    error(
      "NotInSchemaMasterSite",
      work.schema && !inSite,
      `Setup needs to contact the Active Directory schema master, but this computer isn't in the same Active Directory site as the schema master (${schemaMaster.site}).`,
    ),
    error(
      "NotInSchemaMasterDomain",
      work.schema && !inDomain,
      `Setup needs to contact the Active Directory schema master, but this computer isn't in the same Active Directory domain as the schema master (${schemaMaster.domain}).`,
    ),
    error(
      "AdInitErrorRule",
      work.organization && !(inSite && inDomain),
      `Setup encountered a problem while validating the state of Active Directory: Exchange organization-level objects have not been created, and setup cannot create them because the local computer is not in the same domain and site as the schema master.  Run setup with the /prepareAD parameter on a computer in the domain ${netbios} and site ${schemaMaster.site}, and wait for replication to complete.  See the Exchange setup log for more information on this error.`,
    ),
    error("CannotAccessAD", isUnreadable, "Either Active Directory doesn't exist, or it can't be contacted."),
  ];
}

/**
 * Earlier products in the forest, Edge Transport servers by their objects. What each Setup refuses: Microsoft, the pages of the rules. The
 * texts: the first sentences of these pages.
 */
function coexistenceRules(
  { media }: ModernSituation,
  { servers }: DirectoryState,
  work: Preparation,
): readonly Rule[] {
  const builds = servers.flatMap(({ serialNumber }) => parseSerialNumber(serialNumber) ?? []);
  const has = (major: number, minor: number, below?: Build): boolean =>
    builds.some(
      (build) =>
        build.major === major &&
        (major !== 15 || build.minor === minor) &&
        (below === undefined || compareBuilds(build, below) < 0),
    );
  const rollup11: Build = { major: 14, minor: 3, build: 266, revision: 1 };
  const cu10: Build = { major: 15, minor: 0, build: 1130, revision: 7 };
  const newer = media.line !== "2013";
  const cannot = `The installation of ${media.shortProduct} can't continue because Setup found one or more`;
  const skipped = (product: string): string =>
    `Setup will prepare the organization for ${media.shortProduct} by using 'Setup /PrepareAD'. No Exchange Server ${product} roles have been detected in this topology. After this operation, you will not be able to install any Exchange Server ${product} roles.`;
  const warning = (name: string, applies: boolean, product: string): Rule => ({
    name,
    type: "Warning",
    applies,
    counts: true,
    message: skipped(product),
  });
  return [
    ...(newer
      ? [
          error(
            "E16E12CoexistenceMinVersionRequirement",
            has(8, 0),
            `${cannot} Exchange 2007 servers in the Active Directory forest.`,
          ),
          warning("NoE15ServerWarning", work.organization && !has(15, 0), "2013"),
        ]
      : [warning("NoE14ServerWarning", work.organization && !has(14, 0), "2010")]),
    ...(media.line === "2016"
      ? [
          error(
            "E16E14CoexistenceMinVersionRequirement",
            has(14, 0, rollup11),
            `${cannot} Exchange 2010 servers that aren't running the minimum required version of Exchange 2010.`,
          ),
          warning("NoE14ServerWarning", work.organization && !has(14, 0), "2010"),
        ]
      : []),
    ...(media.line === "2019" || media.line === "SE"
      ? [
          error("E19E14CoexistenceRequirement", has(14, 0), `${cannot} Exchange 2010 servers.`),
          warning("NoE16ServerWarning", work.organization && !has(15, 1), "2016"),
        ]
      : []),
    ...(media.refuses2013
      ? [error("E19E15CoexistenceRequirement", has(15, 0), `${cannot} Exchange 2013 servers.`)]
      : newer
        ? [
            error(
              "E16E15CoexistenceMinVersionRequirement",
              has(15, 0, cu10),
              `${cannot} Exchange 2013 servers that aren't running the minimum required version of Exchange 2013.`,
            ),
          ]
        : []),
  ];
}

/** The names: logs and pages of setup readiness. The texts but that of DomainPrepRequired are the lab's own. */
function domainRules(
  situation: ModernSituation,
  { schema, organization, domains, groups }: DirectoryState,
  work: Preparation,
): readonly Rule[] {
  const { release, task, computer } = situation;
  const behind =
    (schema ?? 0) < (release.schema ?? 0) || (organization?.level ?? 0) < (release.organization ?? 0);
  const prepares = task.kind === "domain" || task.kind === "allDomains";
  const wanted = task.kind === "domain" ? task.domain : null;
  const own = computer.place.domain;
  return [
    error(
      "DomainPrepWithoutADUpdate",
      prepares && behind,
      "The domain can't be prepared because Active Directory hasn't been prepared with Setup /PrepareAD, or it hasn't replicated to the domain controller that Setup uses.",
    ),
    error(
      "PrepareDomainNotFound",
      wanted !== null && !domains.has(wanted),
      `The domain ${wanted} can't be found in this forest.`,
    ),
    error(
      "PrepareDomainNotAdmin",
      task.kind === "allDomains" && !groups.enterpriseAdmins,
      "You must be a member of the 'Enterprise Admins' group to prepare all domains.",
    ),
    error(
      "DomainPrepRequired",
      task.kind === "upgrade" &&
        own !== null &&
        work.domains.includes(own) &&
        !groups.enterpriseAdmins &&
        !groups.domainAdmins.has(own),
      "The local domain needs to be prepared using Setup /PrepareDomain before server roles can be installed.",
    ),
  ];
}
