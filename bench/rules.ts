/** How long rules and plan alone take for many servers: what they cost a preview when nothing has to be read. */
import {
  type ComputerFacts,
  type DomainControllerWindows,
  type ExchangeServerFacts,
  known,
  type Role,
  unknown,
} from "../lib/facts";
import { unreadHealth } from "../lib/facts/health";
import { planOf } from "../lib/plan/stepPlan";
import {
  builtIn,
  componentsOf,
  findRelease,
  parseBuild,
  type Release,
  servicesToRead,
} from "../lib/releases";
import type { Case } from "../lib/rules/case";
import { evaluate } from "../lib/rules/evaluate";

/** Servers of the organization that is judged. */
export const judgedServers = 10_000;

/** Seconds of processor that judging and planning all of them may take. */
export const largestJudging = 1;

/** The organizations that are judged, by what their servers are upgraded from and to. */
export const organizations = { "2007 RTM to SP1": classicCases, "2019 CU14 to SE": modernCases } as const;

/** Seconds of processor by organization. */
export type Judging = Readonly<Record<keyof typeof organizations, number>>;

/** Judges and plans every server of each organization. */
export function judgeAll(): Judging {
  return {
    "2007 RTM to SP1": judge(classicCases(judgedServers)),
    "2019 CU14 to SE": judge(modernCases(judgedServers), 3 * judgedServers - 1),
  };
}

const source = "made for the bench";

/**
 * Seconds of processor for judging and planning every server of an organization: the fewest of a few rounds, the first left
 * out. Nothing is waited for, and so it is the time that it takes alone; what else runs on the machine does not lengthen it.
 * @param least findings that there have to be at least
 */
function judge(cases: readonly Case[], least = 0, rounds = 5): number {
  const times = Array.from({ length: rounds }, () => {
    // Results are kept for a case, so each round has cases of its own.
    const fresh = cases.map((c) => ({ ...c }));
    let count = 0;
    const start = process.cpuUsage();
    for (const c of fresh) {
      const findings = evaluate(c);
      if (findings.some((finding) => finding.level === "must"))
        throw new Error(`a finding that the bench does not want: ${JSON.stringify(findings[0])}`);
      count += findings.length;
      const { step, target, computer, media, account, run, domains, after, answers } = c;
      planOf({
        step,
        target,
        computer,
        media,
        account,
        run,
        domains,
        following: after,
        edge: false,
        answers,
      });
    }
    const { user, system } = process.cpuUsage(start);
    if (count < least) throw new Error(`the bench wants ${least} findings, and there are ${count}`);
    return (user + system) / 1e6;
  });
  return Math.min(...times.slice(1));
}

/** Every server of a large organization at 2007 RTM, the Client Access servers among them planned before the others. */
function classicCases(count: number): readonly Case[] {
  return casesOf({
    count,
    target: "2007 SP1",
    from: "2007 RTM",
    build: "8.0.685.25",
    rolesOf: (i) => (i < count / 10 ? ["Client Access"] : ["Mailbox"]),
    facing: {},
    levels: { schema: 11_116, organization: 11_221, domain: 11_221 },
    forest: { functionalLevel: 2, controller: { major: 5, minor: 2, build: 3790, servicePack: 2 } },
    windowsBuild: 3790,
    computer: { framework: known(null, source), remoteRegistry: known(2, source) },
    answers: {},
  });
}

/**
 * Every server of a large organization at 2019 CU14 on Windows Server 2022. Each has three findings that only warn, but for
 * the first server, whose site faces the Internet: the order of sites (D3), Windows (D5) and an open shell (R23).
 */
function modernCases(count: number): readonly Case[] {
  const software = Object.fromEntries(
    componentsOf(named("SE RTM"), ["Mailbox"]).map(({ name }) => [name, known("present", source)]),
  );
  return casesOf({
    count,
    target: "SE RTM",
    from: "2019 CU14",
    build: "15.2.1544.4",
    rolesOf: () => ["Mailbox"],
    facing: { server0: ["https://mail.contoso.com/owa"] },
    levels: { schema: 17_003, organization: 16_763, domain: 13_243 },
    forest: { functionalLevel: 7, controller: { major: 10, minor: 0, build: 20_348, servicePack: 0 } },
    windowsBuild: 20_348,
    computer: {
      framework: known(528_449, source),
      remoteRegistry: known(2, source),
      software,
      openShells: known(["powershell.exe"], source),
      services: known(
        Object.fromEntries(
          servicesToRead(named("SE RTM")).map((name) => [name, { start: 2, state: 4, deleted: false }]),
        ),
        source,
      ),
      installerCache: known(
        [{ name: "Microsoft Exchange Server", file: "C:\\Windows\\Installer\\1.msi", present: true }],
        source,
      ),
    },
    answers: { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" },
  });
}

/** An organization of servers that are all alike. */
interface Organization {
  readonly count: number;
  readonly target: string;
  readonly from: string;
  readonly build: string;
  readonly rolesOf: (index: number) => readonly Role[];
  /** External URLs by name of the server: these are in a site of their own. */
  readonly facing: { readonly [server: string]: readonly string[] };
  readonly levels: { readonly schema: number; readonly organization: number; readonly domain: number };
  readonly forest: { readonly functionalLevel: number; readonly controller: DomainControllerWindows };
  readonly windowsBuild: number;
  readonly computer: Pick<ComputerFacts, "framework" | "remoteRegistry"> & Partial<ComputerFacts>;
  readonly answers: Case["answers"];
}

function named(name: string): Release {
  const release = findRelease(name);
  if (release === undefined) throw new Error(`${name} is not in the release table`);
  return release;
}

function casesOf(organization: Organization): readonly Case[] {
  const { count, levels, rolesOf, facing } = organization;
  const target = named(organization.target);
  const build = parseBuild(organization.build);
  if (build === undefined) throw new Error(`${organization.build} is no build`);
  const siteOf = (name: string) => (name in facing ? "Paris" : "London");
  const servers = Array.from(
    { length: count },
    (_, i): ExchangeServerFacts => ({
      dn: `CN=server${i},CN=Servers`,
      name: `server${i}`,
      fqdn: `server${i}.contoso.com`,
      roles: rolesOf(i),
      build,
      serialNumber: `Version ${build.major}.${build.minor} (Build 3${build.build}.${build.revision})`,
      site: siteOf(`server${i}`),
      created: null,
    }),
  );
  const sids = { admins: "S-1-5-21-1-1-1-519", organization: "S-1-5-21-1-1-1-1101", local: "S-1-5-32-544" };
  const dc = { name: "dc1.contoso.com", domain: "contoso.com", site: "London", globalCatalog: true };
  const second = { ...dc, name: "dc2.contoso.com", site: "Paris" };
  const level = known(levels.domain, source);
  const systemObjects = [
    { dn: "CN=Microsoft Exchange System Objects,DC=contoso,DC=com", level: levels.domain },
  ];
  // What a server's rules are judged from, as a directory in order shows it.
  const health = {
    ...unreadHealth(unknown("it was not asked", source)),
    domains: {
      "contoso.com": known(
        { systemObjects, computers: "there" as const, strayReadOnly: [], access: {} },
        source,
      ),
    },
    systemMailboxes: known(
      [
        {
          dn: "CN=SystemMailbox,CN=Users,DC=contoso,DC=com",
          kinds: ["arbitration" as const],
          database: "there" as const,
          homeServer: "there" as const,
          userPrincipalName: null,
          sameName: [],
        },
      ],
      source,
    ),
    virtualDirectories: known([], source),
    relationships: known([], source),
  };
  const account = {
    sid: "S-1-5-21-1-1-1-1202",
    name: "CONTOSO\\exadmin",
    domain: "contoso.com",
    groups: [sids.organization],
  };
  const forest: Case["facts"]["forest"] = {
    root: known("contoso.com", source),
    schema: known(levels.schema, source),
    organization: known({ name: "Contoso", level: levels.organization }, source),
    schemaMaster: known(dc, source),
    domains: known([{ name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" }], source),
    sites: known(["London", "Paris"], source),
    domainControllers: known([dc, second], source),
    servers: known(servers, source),
    setAside: known([], source),
    availabilityGroups: known([], source),
    groups: known(
      {
        schemaAdmins: "S-1-5-21-1-1-1-518",
        enterpriseAdmins: sids.admins,
        domainAdmins: { "contoso.com": "S-1-5-21-1-1-1-512" },
        organizationAdministrators: sids.organization,
        delegatedSetup: null,
        objects: {},
        unread: {},
      },
      source,
    ),
    functionalLevel: known(organization.forest.functionalLevel, source),
    domainFunctionalLevels: {
      "contoso.com": known({ level: organization.forest.functionalLevel, mixed: false }, source),
    },
    domainControllerWindows: Object.fromEntries(
      [dc, second].map(({ name }) => [name, known(organization.forest.controller, source)]),
    ),
    externalUrls: known(
      Object.fromEntries(Object.entries(facing).map(([name, urls]) => [`CN=${name},CN=Servers`, urls])),
      source,
    ),
    unseenUrls: known({}, source),
    unreadControllers: known([], source),
  };
  return servers.map(({ name, fqdn, roles }): Case => {
    const computer = fqdn ?? "";
    return {
      catalogue: builtIn,
      step: "server",
      answers: organization.answers,
      place: null,
      computer,
      computerDomain: null,
      target,
      domains: [],
      run: "direct",
      staged: false,
      media: "D:\\Exchange",
      account: account.name,
      logon: "password",
      planned: {
        target: target.name,
        from: organization.from,
        schema: true,
        organization: true,
        domains: ["*"],
      },
      after: [],
      alongside: [],
      internetFacing: null,
      declared: { roles: null, site: null, dag: null },
      declaredFacing: new Map(),
      gone: [],
      recordedWindows: null,
      recorded: false,
      apply: false,
      facts: {
        forest,
        account: known(account, source),
        domainLevels: { "contoso.com": level },
        serverAccess: known([], source),
        health,
        administrators: known([], source),
        computer: {
          identity: known(
            {
              fqdn: computer,
              site: siteOf(name),
              windowsBuild: organization.windowsBuild,
              productType: "ServerNT",
            },
            source,
          ),
          logon: known(
            {
              sid: account.sid,
              name: account.name,
              groups: [...account.groups, sids.local],
              elevated: null,
            },
            source,
          ),
          roles: known(
            (roles ?? []).map((role) => ({
              role,
              configured: build,
              unpacked: build,
              watermark: null,
              action: null,
            })),
            source,
          ),
          clusterKeys: known([], source),
          software: {},
          executionPolicy: known([], source),
          eventLogs: known({}, source),
          openShells: known([], source),
          services: known({}, source),
          startTypes: known([], source),
          installerCache: known([], source),
          installFolder: known(null, source),
          freeSpace: known({ system: 2 ** 40, install: 2 ** 40 }, source),
          expiredCertificates: known([], source),
          remoteManagement: known(true, source),
          languageMode: known("FullLanguage", source),
          webApplications: known([], source),
          folders: known({}, source),
          searchProcesses: known(4, source),
          scannerExclusions: known(null, source),
          pendingRestart: known([], source),
          media: known(target.build, source),
          administrators: known([], source),
          ...organization.computer,
        },
      },
    };
  });
}
