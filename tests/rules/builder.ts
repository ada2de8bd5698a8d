/** Cases for tests: contoso on 2007 RTM, valid as they stand, with what a test wants to be otherwise. */
import assert from "node:assert/strict";
import {
  type AccessEntry,
  type AccountFacts,
  type Build,
  type ComputerFacts,
  type ExchangeServerFacts,
  type Fact,
  type ForestFacts,
  type GroupFacts,
  type GroupName,
  type InstalledRole,
  type InstallerPackage,
  type Known,
  known,
  type Role,
  roles,
  type ServiceReading,
  type Unknown,
  type UnreadController,
  unknown,
} from "../../lib/facts";
import type { HealthFacts, RegisteredGroupFacts } from "../../lib/facts/health";
import type { Planned, StepKind } from "../../lib/model";
import {
  builtIn,
  componentsOf,
  descriptionOf,
  findRelease,
  formatSerialNumber,
  parseBuild,
  type Release,
  type SetupAnswers,
  servicesToRead,
  setupOf,
} from "../../lib/releases";
import { frameworkVersions } from "../../lib/releases/framework";
import type { Case } from "../../lib/rules/case";

/** The release of this name. */
export function releaseNamed(name: string): Release {
  const release = findRelease(name);
  assert.ok(release, `no release ${name}`);
  return release;
}

/** The build written as text. */
export function buildOf(text: string): Build {
  const build = parseBuild(text);
  assert.ok(build, `no build ${text}`);
  return build;
}

/** SIDs of contoso's groups and accounts. */
export const sids = {
  schemaAdmins: "S-1-5-21-1-1-1-518",
  enterpriseAdmins: "S-1-5-21-1-1-1-519",
  contosoDomainAdmins: "S-1-5-21-1-1-1-512",
  emeaDomainAdmins: "S-1-5-21-2-2-2-512",
  organizationAdministrators: "S-1-5-21-1-1-1-1101",
  users: "S-1-5-21-1-1-1-513",
  prep: "S-1-5-21-1-1-1-1201",
  exadmin: "S-1-5-21-1-1-1-1202",
  emeaprep: "S-1-5-21-2-2-2-1203",
  helpdesk: "S-1-5-21-1-1-1-1204",
} as const;

/** What these groups are called, by SID. */
export const groupObjects: { readonly [sid: string]: GroupName } = {
  [sids.schemaAdmins]: groupNamed("CONTOSO", "Schema Admins", "CN=Users,DC=contoso,DC=com"),
  [sids.enterpriseAdmins]: groupNamed("CONTOSO", "Enterprise Admins", "CN=Users,DC=contoso,DC=com"),
  [sids.contosoDomainAdmins]: groupNamed("CONTOSO", "Domain Admins", "CN=Users,DC=contoso,DC=com"),
  [sids.emeaDomainAdmins]: groupNamed("EMEA", "Domain Admins", "CN=Users,DC=emea,DC=contoso,DC=com"),
  [sids.organizationAdministrators]: groupNamed(
    "CONTOSO",
    "Exchange Organization Administrators",
    "OU=Microsoft Exchange Security Groups,DC=contoso,DC=com",
  ),
};

function groupNamed(netbios: string, name: string, container: string): GroupName {
  return { name: `${netbios}\\${name}`, dn: `CN=${name},${container}` };
}

/** The groups as findings show what was judged. */
export const judged = {
  schemaAdmins: String.raw`CONTOSO\Schema Admins (CN=Schema Admins,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-518)`,
  enterpriseAdmins: String.raw`CONTOSO\Enterprise Admins (CN=Enterprise Admins,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-519)`,
  contosoDomainAdmins: String.raw`CONTOSO\Domain Admins (CN=Domain Admins,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-512)`,
  emeaDomainAdmins: String.raw`EMEA\Domain Admins (CN=Domain Admins,CN=Users,DC=emea,DC=contoso,DC=com, S-1-5-21-2-2-2-512)`,
  organizationAdministrators: String.raw`CONTOSO\Exchange Organization Administrators (CN=Exchange Organization Administrators,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, S-1-5-21-1-1-1-1101)`,
} as const;

const accounts = {
  prep: {
    sid: sids.prep,
    name: "CONTOSO\\prep",
    domain: "contoso.com",
    groups: [sids.users, sids.schemaAdmins, sids.enterpriseAdmins],
  },
  exadmin: {
    sid: sids.exadmin,
    name: "CONTOSO\\exadmin",
    domain: "contoso.com",
    groups: [sids.users, sids.organizationAdministrators],
  },
  emeaprep: {
    sid: sids.emeaprep,
    name: "EMEA\\emeaprep",
    domain: "emea.contoso.com",
    groups: [sids.users, sids.emeaDomainAdmins],
  },
  helpdesk: {
    sid: sids.helpdesk,
    name: "CONTOSO\\helpdesk",
    domain: "contoso.com",
    groups: [sids.users],
  },
} as const satisfies { readonly [name: string]: AccountFacts };

/** Where a fact on this account is read. */
const accountSource = "tokenGroups on dc1.contoso.com";

/** One of contoso's accounts as the directory answers it, with other groups if they are given. */
export function account(
  name: keyof typeof accounts,
  groups: readonly string[] = accounts[name].groups,
): Known<AccountFacts> {
  return known({ ...accounts[name], groups }, accountSource);
}

/** The directory's answer for an account that it does not have. */
export const noAccount: Known<null> = known(null, "account CONTOSO\\ghost in contoso.com, emea.contoso.com");

/** A fact that could not be read: what a directory or a computer that does not answer leaves. */
export const silent: Unknown = unknown("no answer within 60 s", "dc1.contoso.com");

const schemaSource = "rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com";
const organizationSource = "CN=Microsoft Exchange on dc1.contoso.com";

/** The schema at a level; null where Exchange never extended it. */
export function schemaAt(level: number | null): Pick<ForestFacts, "schema"> {
  return { schema: known(level, schemaSource) };
}

/** The organization at a level; `undefined` for a forest without one. */
export function organizationAt(level: number | null | undefined): Pick<ForestFacts, "organization"> {
  return {
    organization: known(level === undefined ? null : { name: "Contoso", level }, organizationSource),
  };
}

/** Domains at a level, or unknown. */
export function domainsAt(levels: {
  readonly [domain: string]: number | null | Unknown;
}): Case["facts"]["domainLevels"] {
  return Object.fromEntries(
    Object.entries(levels).map(([domain, level]) => [
      domain,
      typeof level === "number" || level === null ? known(level, domainSource(domain)) : level,
    ]),
  );
}

function domainSource(domain: string): string {
  return `CN=Microsoft Exchange System Objects of ${domain}`;
}

const windows2003 = known(
  { major: 5, minor: 2, build: 3790, servicePack: 2 },
  "operatingSystemVersion of its computer object",
);

/** The forest prepared up to a step: everything before it is at 2007 SP1, the rest at 2007 RTM. */
function forestBefore(step: StepKind): ForestFacts {
  const source = "CN=Configuration,DC=contoso,DC=com on dc1.contoso.com";
  const prepared = { schema: 0, organization: 1, domain: 2, server: 3 }[step];
  return {
    root: known("contoso.com", "root DSE of dc1.contoso.com"),
    ...schemaAt(prepared > 0 ? 11116 : 10637),
    ...organizationAt(prepared > 1 ? 11221 : 10666),
    schemaMaster: known(
      { name: "dc1.contoso.com", domain: "contoso.com", site: "Operations", globalCatalog: true },
      "fSMORoleOwner on dc1.contoso.com",
    ),
    domains: known(
      [
        { name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" },
        { name: "emea.contoso.com", dn: "DC=emea,DC=contoso,DC=com", netbios: "EMEA" },
      ],
      source,
    ),
    sites: known(["Operations", "London", "NewYork", "Dublin"], source),
    domainControllers: known(
      [
        { name: "dc1.contoso.com", domain: "contoso.com", site: "Operations", globalCatalog: true },
        { name: "dc2.contoso.com", domain: "contoso.com", site: "London", globalCatalog: true },
        {
          name: "emea-dc1.emea.contoso.com",
          domain: "emea.contoso.com",
          site: "Dublin",
          globalCatalog: true,
        },
      ],
      "CN=Sites on dc1.contoso.com",
    ),
    setAside: known([], "servers on dc1.contoso.com"),
    availabilityGroups: known([], "servers on dc1.contoso.com"),
    servers: known(
      [
        {
          dn: dnOf("mbx-lon"),
          created: null,
          name: "mbx-lon",
          fqdn: "mbx-lon.contoso.com",
          roles: ["Mailbox"],
          build: buildOf("8.0.685.25"),
          serialNumber: "Version 8.0 (Build 30685.25)",
          site: "London",
        },
      ],
      "servers on dc1.contoso.com",
    ),
    groups: groupsAre(),
    functionalLevel: known(2, "msDS-Behavior-Version of CN=Partitions on dc1.contoso.com"),
    domainFunctionalLevels: {
      "contoso.com": known({ level: 2, mixed: false }, "DC=contoso,DC=com on dc1.contoso.com"),
      "emea.contoso.com": known({ level: 2, mixed: false }, "DC=emea,DC=contoso,DC=com on emea-dc1"),
    },
    domainControllerWindows: {
      "dc1.contoso.com": windows2003,
      "dc2.contoso.com": windows2003,
      "emea-dc1.emea.contoso.com": windows2003,
    },
    externalUrls: known({}, "virtual directories on dc1.contoso.com"),
    unseenUrls: known({}, "virtual directories on dc1.contoso.com"),
    unreadControllers: known([], "CN=Sites on dc1.contoso.com"),
  };
}

/** The groups that permissions are about. */
export function groupsAre(other: Partial<GroupFacts> = {}): Known<GroupFacts> {
  return known(
    {
      schemaAdmins: sids.schemaAdmins,
      enterpriseAdmins: sids.enterpriseAdmins,
      domainAdmins: { "contoso.com": sids.contosoDomainAdmins, "emea.contoso.com": sids.emeaDomainAdmins },
      organizationAdministrators: sids.organizationAdministrators,
      delegatedSetup: null,
      objects: groupObjects,
      unread: {},
      ...other,
    },
    "objectSid of the domains on dc1.contoso.com",
  );
}

/** A server object of the organization: RTM, in London, unless said otherwise. */
export function serverObject(
  name: string,
  roles: ExchangeServerFacts["roles"],
  version: string | null = "8.0.685.25",
  other: Partial<ExchangeServerFacts> = {},
): ExchangeServerFacts {
  const build = version === null ? null : buildOf(version);
  const serialNumber = build === null ? null : formatSerialNumber(build);
  return {
    dn: dnOf(name),
    created: null,
    name,
    fqdn: `${name}.contoso.com`,
    roles,
    build,
    serialNumber,
    site: "London",
    ...other,
  };
}

/** DN of a server's object, in the administrative group of all servers unless another one is named. */
export function dnOf(name: string, group = "Servers 2007"): string {
  return `CN=${name},CN=Servers,CN=${group},CN=Administrative Groups,CN=Contoso`;
}

/** The server objects of the organization. */
export function serversAre(...servers: readonly ExchangeServerFacts[]): Pick<ForestFacts, "servers"> {
  return { servers: known(servers, "servers on dc1.contoso.com") };
}

/** External URLs of Client Access servers, one each. */
export function facingTheInternet(...names: readonly string[]): Pick<ForestFacts, "externalUrls"> {
  const urls = Object.fromEntries(names.map((name) => [dnOf(name), [`https://${name}.contoso.com/owa`]]));
  return { externalUrls: known(urls, "virtual directories on dc1.contoso.com") };
}

/** Client Access servers of which no virtual directory shows. */
export function withoutUrls(...names: readonly string[]): Pick<ForestFacts, "unseenUrls"> {
  const why = (name: string) =>
    `no virtual directory of ${name} shows: it has none, or this account cannot see them`;
  return {
    unseenUrls: known(
      Object.fromEntries(names.map((name) => [dnOf(name), why(name)])),
      "virtual directories on dc1.contoso.com",
    ),
  };
}

/** What is left of a domain controller, without a name. */
export function leftController(other: Partial<UnreadController> = {}): UnreadController {
  const dn = "CN=DC9,CN=Servers,CN=London,CN=Sites,CN=Configuration,DC=contoso,DC=com";
  return {
    dn,
    host: "DC9",
    name: null,
    domain: "contoso.com",
    site: "London",
    globalCatalog: true,
    why: `a domain controller cannot be named: ${dn} has no dNSHostName, or this account cannot see it`,
    ...other,
  };
}

/** Domain controllers that cannot be named or placed. */
export function alsoLeft(...unread: readonly UnreadController[]): Pick<ForestFacts, "unreadControllers"> {
  return { unreadControllers: known(unread, "CN=Sites on dc1.contoso.com") };
}

/** DN of the OU with the groups of Exchange. */
export const securityGroups = "OU=Microsoft Exchange Security Groups,DC=contoso,DC=com";

/** Exchange Servers as Exchange has registered it, in order unless said otherwise. */
export function registeredGroup(other: Partial<RegisteredGroupFacts> = {}): RegisteredGroupFacts {
  return {
    container: "CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com",
    value: `B:32:A7D2016C83F003458132789EEB127B84:CN=Exchange Servers,${securityGroups}`,
    guid: "A7D2016C83F003458132789EEB127B84",
    state: "group",
    groupType: -2147483640,
    mailEnabled: false,
    sid: "S-1-5-21-1-1-1-1105",
    ...other,
  };
}

/** The container of Exchange's system objects in a domain. */
export function systemObjectsOf(domainDn: string, level = 10628) {
  return { dn: `CN=Microsoft Exchange System Objects,${domainDn}`, level };
}

function soundDomain(dn: string) {
  return known(
    { systemObjects: [systemObjectsOf(dn)], computers: "there" as const, strayReadOnly: [], access: {} },
    `${dn} on dc1.contoso.com`,
  );
}

/** A directory in which Setup meets nothing that it stops at. */
export const soundHealth: HealthFacts = {
  groups: known(
    {
      registered: [registeredGroup()],
      units: [{ dn: securityGroups, atRoot: true }],
      readable: true,
      unregistered: [],
    },
    "otherWellKnownObjects on dc1.contoso.com",
  ),
  schemaNames: known(
    {
      resourceProperty: "msExchResourcePropertySchema",
      resourceMayContain: ["msExchResourcePropertySchema"],
      lacks: [],
      duplicates: [],
    },
    "CN=Schema on dc1.contoso.com",
  ),
  schemaMasterSynchronized: known(true, "isSynchronized in the root DSE of dc1.contoso.com"),
  domains: {
    "contoso.com": soundDomain("DC=contoso,DC=com"),
    "emea.contoso.com": soundDomain("DC=emea,DC=contoso,DC=com"),
  },
  organization: known(
    { hierarchies: null, readable: false, trees: [], access: {} },
    "CN=Microsoft Exchange on dc1.contoso.com",
  ),
  systemMailboxes: known(
    [
      {
        dn: "CN=SystemMailbox,CN=Users,DC=contoso,DC=com",
        kinds: ["arbitration"],
        database: "there",
        homeServer: "there",
        userPrincipalName: "SystemMailbox@contoso.com",
        sameName: [],
      },
    ],
    "msExchRecipientTypeDetails in contoso.com",
  ),
  virtualDirectories: known([], "CN=Microsoft Exchange on dc1.contoso.com"),
  relationships: known([], "CN=Microsoft Exchange on dc1.contoso.com"),
};

/** The access control list of the computer's server object. */
export function accessIs(...entries: readonly AccessEntry[]): Case["facts"]["serverAccess"] {
  return known(entries, "nTSecurityDescriptor on dc1.contoso.com");
}

const notAsked = unknown("it was not asked", "mbx-lon.contoso.com");

/** Registry key below which the roles of 2007 stand. */
export const exchangeKey = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";

/** A role as its registry key shows it; RTM and finished unless said otherwise. */
export function installed(
  role: Role,
  version = "8.0.685.25",
  other: Partial<InstalledRole> = {},
): InstalledRole {
  const build = buildOf(version);
  return { role, configured: build, unpacked: build, watermark: null, action: null, ...other };
}

/** What the registry shows of the roles. */
export function rolesAre(...roles: readonly InstalledRole[]): Pick<ComputerFacts, "roles"> {
  return { roles: known(roles, exchangeKey) };
}

/** What the computer says of its name and site. */
export function identityIs(
  fqdn: string,
  site: string | null,
  windows: { readonly windowsBuild?: number | null; readonly productType?: string } = {},
): Pick<ComputerFacts, "identity"> {
  const identity = { fqdn, site, windowsBuild: 3790, productType: "ServerNT", ...windows };
  return { identity: known(identity, "Tcpip and Netlogon parameters") };
}

/** Who the SSH session is. */
export function loggedOnAs(
  sid: string,
  name: string,
  groups: readonly string[] = tokenOf(sid),
  elevated: boolean | null = null,
): Pick<ComputerFacts, "logon"> {
  return { logon: known({ sid, name, groups, elevated }, "whoami") };
}

/** SID of local Administrators. */
export const localAdministrators = "S-1-5-32-544";

/** The token of one of contoso's accounts, which administers the computer; of others only that. */
function tokenOf(sid: string): readonly string[] {
  const own = Object.values(accounts).find((each) => each.sid === sid);
  return [...(own?.groups ?? []), localAdministrators];
}

/** Where the .NET Framework is read. */
export const frameworkKey = "HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full\\Release";

/** The .NET Framework of a computer by its Release: as the registry shows it, null where there is none from 4.5 on. */
export function frameworkIs(value: number | null): Pick<ComputerFacts, "framework"> {
  return { framework: known(value, frameworkKey) };
}

/** The newest .NET Framework that a target supports on every Windows; not asked for where nothing is described. */
function frameworkFor(target: string): Fact<number | null> {
  const { framework } = descriptionOf(releaseNamed(target));
  if (typeof framework === "string") return unknown("it was not asked", frameworkKey);
  const newest = frameworkVersions.find(({ name }) => name === framework.versions.at(-1));
  return known(newest?.release ?? null, frameworkKey);
}

/** All software that a target needs. */
export function softwareFor(target: string): ComputerFacts["software"] {
  const needed = componentsOf(releaseNamed(target), roles).filter(({ software }) => software);
  return Object.fromEntries(needed.map(({ name }) => [name, known("present", `the key of ${name}`)]));
}

/** What is planned before a step, for SP1. */
export function plannedUpTo(done: Partial<Planned> = {}): Planned {
  const nothing = { schema: false, organization: false, domains: [] };
  return { target: "2007 SP1", from: "2007 RTM", ...nothing, ...done };
}

/** What of a case is not as {@link aCase} makes it. */
export interface Changes extends Partial<Omit<Case, "facts" | "target">> {
  /** Name of the target. @default 2007 SP1 */
  readonly target?: string;
  readonly forest?: Partial<ForestFacts>;
  /** What the directory says of the account. */
  readonly found?: Fact<AccountFacts | null>;
  readonly machine?: Partial<ComputerFacts>;
  readonly domainLevels?: Case["facts"]["domainLevels"];
  readonly access?: Case["facts"]["serverAccess"];
  /** What Setup meets in the directory. @default all of it in order */
  readonly health?: Partial<HealthFacts>;
  /** Members of local Administrators. @default not asked */
  readonly administrators?: Case["facts"]["administrators"];
}

type Defaults = Pick<Case, "computer" | "domains" | "planned"> & {
  readonly who: keyof typeof accounts;
  readonly site: string;
  readonly roles: readonly InstalledRole[];
};

const defaults: Readonly<Record<StepKind, Defaults>> = {
  schema: {
    computer: "dc1.contoso.com",
    who: "prep",
    site: "Operations",
    roles: [],
    domains: [],
    planned: null,
  },
  organization: {
    computer: "dc1.contoso.com",
    who: "prep",
    site: "Operations",
    roles: [],
    domains: [],
    planned: plannedUpTo({ schema: true }),
  },
  domain: {
    computer: "emea-dc1.emea.contoso.com",
    who: "emeaprep",
    site: "Dublin",
    roles: [],
    domains: ["emea.contoso.com"],
    planned: plannedUpTo({ schema: true, organization: true, domains: ["contoso.com"] }),
  },
  server: {
    computer: "mbx-lon.contoso.com",
    who: "exadmin",
    site: "London",
    roles: [installed("Mailbox"), installed("Management Tools")],
    domains: [],
    planned: plannedUpTo({ schema: true, organization: true, domains: ["contoso.com"] }),
  },
};

/** What an administrator answers to all that the target's Setup asks. */
function answersTo(target: string): SetupAnswers {
  const { licence, extendedProtection } = setupOf(releaseNamed(target));
  return {
    ...(licence.length > 0 ? { acceptLicenseTerms: true } : {}),
    ...(licence.length > 1 ? { diagnosticData: false } : {}),
    ...(extendedProtection ? { extendedProtection: "on" as const } : {}),
  };
}

/** Every service that is read for a target, automatic and running, but for these. */
export function servicesFor(
  target: string,
  others: { readonly [name: string]: ServiceReading | null } = {},
): ComputerFacts["services"] {
  const names = servicesToRead(releaseNamed(target));
  const running = { start: 2, state: 4, deleted: false };
  return known({ ...Object.fromEntries(names.map((name) => [name, running])), ...others }, "sc query");
}

/** Exchange's own package with its copy, and others. */
export function cacheWith(...others: readonly InstallerPackage[]): ComputerFacts["installerCache"] {
  const file = "C:\\Windows\\Installer\\1a2b.msi";
  return known([{ name: "Microsoft Exchange Server", file, present: true }, ...others], "Installer");
}

/**
 * A valid case, in preview: a step of contoso's upgrade from 2007 RTM to SP1, on a forest in which the steps before it
 * are done. A server by default.
 */
export function aCase({
  forest,
  found,
  machine,
  domainLevels,
  access,
  administrators,
  health,
  target,
  ...changes
}: Changes = {}): Case {
  const step = changes.step ?? "server";
  const { who, site, roles, ...own } = defaults[step];
  const { name, sid } = accounts[who];
  const computer = changes.computer ?? own.computer;
  return {
    catalogue: builtIn,
    step,
    place: null,
    computerDomain: null,
    ...own,
    target: releaseNamed(target ?? "2007 SP1"),
    run: "direct",
    media: "D:\\SP1",
    staged: false,
    account: name,
    logon: "password",
    after: [],
    alongside: [],
    internetFacing: null,
    declared: { roles: null, site: null, dag: null },
    declaredFacing: new Map(),
    gone: [],
    answers: answersTo(target ?? "2007 SP1"),
    recordedWindows: null,
    recorded: false,
    apply: false,
    ...changes,
    facts: {
      forest: { ...forestBefore(step), ...forest },
      account: found ?? account(who),
      computer: {
        ...identityIs(computer, site),
        ...loggedOnAs(sid, name),
        ...rolesAre(...roles),
        clusterKeys: known([], exchangeKey),
        framework: frameworkFor(target ?? "2007 SP1"),
        software: softwareFor(target ?? "2007 SP1"),
        executionPolicy: known([], "group policies"),
        eventLogs: known({}, "event logs"),
        openShells: known([], "tasklist"),
        services: servicesFor(target ?? "2007 SP1"),
        startTypes: known([], "%SystemDrive%\\ExchangeSetupLogs"),
        installerCache: cacheWith(),
        installFolder: known("C:\\Program Files\\Microsoft\\Exchange Server\\V15", "MsiInstallPath"),
        freeSpace: known({ system: 2 ** 40, install: 2 ** 40 }, "dir"),
        expiredCertificates: known([], "SslBindingInfo"),
        remoteManagement: known(true, "WSMAN\\UpdatedConfig"),
        languageMode: known("FullLanguage", "PowerShell"),
        webApplications: known([], "applicationHost.config"),
        folders: known(
          { "UnifiedMessaging\\Grammars": true, "UnifiedMessaging\\Prompts": true },
          "%ExchangeInstallPath%",
        ),
        searchProcesses: known(4, "tasklist"),
        scannerExclusions: known(null, "WinDefend"),
        remoteRegistry: known(2, "the service RemoteRegistry"),
        pendingRestart: known([], "Session Manager"),
        media: known(releaseNamed(target ?? "2007 SP1").build, "D:\\SP1\\Setup.com"),
        administrators: notAsked,
        ...machine,
      },
      administrators: administrators ?? notAsked,
      serverAccess: access ?? known([], "CN=mbx-lon on dc1.contoso.com"),
      health: { ...soundHealth, ...health },
      domainLevels: {
        ...domainsAt({
          "contoso.com": step === "server" || step === "domain" ? 11221 : 10628,
          "emea.contoso.com": 10628,
        }),
        ...domainLevels,
      },
    },
  };
}
