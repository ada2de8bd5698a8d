/**
 * What Microsoft's support looks at before Setup, check by check: by which rule it is judged here, or why not. Severity,
 * releases and source are those of the rule, so that this table cannot contradict it.
 */
import type { RuleId } from "../lib/rules/ids";

/** One check. At least one of the two is there; both, where a part of the check is left out. */
export interface SupportCheck {
  readonly what: string;
  /** The rules by which it is judged, the nearest one first. */
  readonly by: readonly RuleId[];
  /** Why it, or a part of it, is not judged: a sentence or two without a capital and without the last full stop. */
  readonly not?: string;
  /** Severity, where it is another one than that of the first rule as a whole. */
  readonly level?: "must" | "should";
}

const ofScripts = "the scripts are for 2013 and later, and no source says it of products before";

/** What the directory shows. */
export const directoryChecks: readonly SupportCheck[] = [
  { what: "registered groups that were deleted", by: ["R31"], level: "must" },
  { what: "registrations of another form", by: ["R31"], level: "should" },
  { what: "registered groups that are not universal security groups, or have mail", by: ["R31"] },
  { what: "the OU Microsoft Exchange Security Groups", by: ["R32"] },
  { what: "groups of Exchange that are not registered", by: ["R32"], level: "should" },
  { what: "several containers Microsoft Exchange System Objects in a domain", by: ["R35"] },
  { what: "levels of schema, organization and domains", by: ["R3", "R2", "R11", "D9"] },
  { what: "schema attributes with a duplicate's name (KB 948214)", by: ["R33"] },
  {
    what: "identifiers of Exchange's schema that somebody else uses",
    by: [],
    not: "Microsoft's pages of schema changes list the names that a release adds and the identifiers that it adds apart from each other: none says whose an identifier has to be. The .ldf files of the media say it, and are not read. The link identifiers 2054 to 2057 that 2007 was seen to miss are needed when a forest is first prepared, and where Exchange is already it has them. What Setup says is known (schemaUnwilling, schemaLinkIdentifier)",
  },
  { what: "schema master: its place, its Windows, in sync with a partner", by: ["P6", "P8", "D4", "R34"] },
  { what: "CN=Computers of every domain", by: ["R36"] },
  { what: "read-only domain controllers outside of their OU", by: ["R36"] },
  { what: "full names of domain controllers", by: ["R37"] },
  { what: "a global catalog in the computer's site", by: ["D4", "R48"] },
  { what: "functional levels, mixed mode", by: ["D4"] },
  { what: "groups of the account", by: ["P1", "P3", "P5", "P7", "P9", "R6"] },
  {
    what: "an account with rights of its own on the server's object (delegated setup)",
    by: ["P3", "P1"],
    not: "from 2013 on only the organization's administrators are accepted for an upgrade, so membership in Server Management is not asked for",
  },
  { what: "denied or missing rights to change permissions", by: ["R38"] },
  { what: "a container of public folder hierarchies without a tree", by: ["R39"] },
  {
    what: "another object that Setup does not see and wants to create",
    by: [],
    not: "only Setup's own message names the object. What this account does not see, Setup's may see, and an object that is hidden from both looks like one that is not there. It is known afterwards (objectNotSeen, valueNotSeen)",
  },
  { what: "the user principal names of arbitration mailboxes", by: ["R40"], level: "should" },
  { what: "the databases of arbitration, discovery and public folder mailboxes", by: ["R40"], level: "must" },
  { what: "the home servers of these mailboxes", by: ["R40"], level: "should" },
  { what: "several ActiveSync virtual directories", by: ["R41"] },
  { what: "virtual directories that are missing in the directory", by: ["R44"] },
  { what: "organization relationships without an application URI", by: ["R42"] },
  {
    what: "other products in the organization; a server's object without Exchange on the computer",
    by: ["R15", "D1"],
  },
];

/** What the computer shows. */
export const computerChecks: readonly SupportCheck[] = [
  {
    what: "a pending restart",
    by: ["R7"],
    not: "what a Configuration Manager client waits for is not read: only that client tells it",
  },
  {
    what: "services of Exchange and Windows that are disabled or stopped",
    by: ["R51", "R50", "D6"],
    not: `before 2013 only Remote Registry is looked at: ${ofScripts}. All services are looked at after an upgrade`,
  },
  { what: "start types that an interrupted Setup has left", by: ["R53"] },
  { what: "the watermark of an installation", by: ["R13"] },
  { what: "roles that are configured in part", by: ["D2", "R13"] },
  {
    what: "PowerShell's execution policy",
    by: ["R21"],
    not: "the effective policy of the session is not asked for: that of Setup may be another one",
  },
  { what: "PowerShell's language mode", by: ["R43"] },
  { what: "an elevated local administrator", by: ["P1", "P2", "P3", "P4"] },
  { what: "groups that the logon token does not have yet", by: ["R6"] },
  {
    what: "Windows Installer's copies of the installed packages",
    by: ["R54"],
    not: `whether a copy is the right file is not read, which takes Windows Installer's own interface. Before 2013: ${ofScripts}`,
  },
  { what: "the .NET Framework", by: ["R18"] },
  { what: "URL Rewrite, UCMA, Visual C++", by: ["R20"] },
  {
    what: "virtual directories in IIS against the directory",
    by: ["R44"],
    not: "paths inside of an application, such as owa/Calendar, are not read",
  },
  { what: "the folders of Unified Messaging", by: ["R45"] },
  {
    what: "processes that hold files of Exchange",
    by: ["R23"],
    not: "whether a process holds a file is not read: the processes are named that Setup was seen to refuse for",
  },
  { what: "services that wait to be deleted", by: ["R52"] },
  {
    what: "the computer's own registry by its name",
    by: ["R19", "D6"],
    not: "it is not opened by name: a session may have no network credentials, and would then fail where Setup does not",
  },
  { what: "MSDTC, the firewall and other services of Windows", by: ["R50"] },
  { what: "certificates that have expired", by: ["R57"] },
  {
    what: "the search foundation",
    by: ["R46", "R51"],
    not: "nodes that an earlier installation has left stop an installation alone, and every server that is upgraded has nodes",
  },
  {
    what: "access to FIP-FS\\Data\\Configuration.xml",
    by: ["R47"],
    not: "no source says which rights Setup needs there, and no Setup was seen to stop for rights alone. Its list can be had without translated names (SDDL, by cacls /S) and without a file, but a scanner that holds the file shows in no list. What Setup says is known (malwareConfiguration)",
  },
  {
    what: "databases that do not mount",
    by: [],
    not: "whether a database mounts shows when it is mounted, and no source was found for an attribute in the directory that tells it. Its copies show in the management shell alone, which takes many seconds to load; where `maintenance` takes the server out of service, R63 looks at the copies there. What Setup says is known (databaseNotMounted)",
  },
  {
    what: "Setup of the media, newer than what is installed, and not in Exchange's own folder",
    by: ["R55", "R8"],
  },
  {
    what: "a server on which no service of Exchange runs (ServiceControl.ps1)",
    by: ["R51"],
    level: "should",
  },
  { what: "rights on event logs", by: ["R22"] },
  { what: "Windows and the cumulative update", by: ["R17", "D5"] },
  {
    what: "features of Windows",
    by: [],
    not: "their names and the lists differ by Windows and role, and reading them takes dism or PowerShell many seconds on every server. What Server Manager keeps of them in the registry may be old, so it proves nothing. A server that is upgraded has those of its release, and Setup's own check names what is missing before it changes anything (missingFeature)",
  },
  {
    what: "domain, site and name of the computer",
    by: ["R48", "D10"],
    not: "a static address and the answers of DNS servers are not read: Setup only warns",
  },
  {
    what: "room on the drives",
    by: ["R56"],
    not: "the drives of databases and logs are not read, as their paths are known to the management shell alone; sizes are documented from 2013 on",
  },
  { what: "the configuration of Windows Remote Management", by: ["R58"] },
  {
    what: "a Setup that is at work",
    by: [],
    not: "it is no rule: before each start the processes and the log are looked at, and a run of this package is followed",
  },
  { what: "presence and build of what is installed", by: ["D13", "D8"] },
  {
    what: "files that an update has not brought",
    by: [],
    not: "before Setup there is nothing to compare: it is a check after success, of hundreds of files on each server against media of the same build. R80 and the roles in the registry judge the build",
  },
  { what: "exclusions of the virus scanner", by: ["R47"] },
];
