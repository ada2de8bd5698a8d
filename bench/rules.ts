/** How long rules and plan alone take for many servers: what they cost a preview when nothing has to be read. */
import { performance } from "node:perf_hooks";
import { type ExchangeServerFacts, known } from "../lib/facts";
import { planOf } from "../lib/plan/stepPlan";
import { builtIn, findRelease, parseBuild } from "../lib/releases";
import type { Case } from "../lib/rules/case";
import { evaluate } from "../lib/rules/evaluate";

/** Servers of the organization that is judged. */
export const judgedServers = 10_000;

/** Seconds that judging and planning all of them may take. */
export const largestJudging = 1;

const source = "made for the bench";

/** Seconds for judging and planning every server of an organization: the shortest of a few rounds, the first left out. */
export function judge(rounds = 5): number {
  const cases = casesOf(judgedServers);
  const times = Array.from({ length: rounds }, () => {
    // Results are kept for a case, so each round has cases of its own.
    const fresh = cases.map((c) => ({ ...c }));
    const start = performance.now();
    for (const c of fresh) {
      const findings = evaluate(c);
      if (findings.some((finding) => finding.level === "must"))
        throw new Error(`a finding that the bench does not want: ${JSON.stringify(findings[0])}`);
      const { step, target, computer, media, account, run, domains, after } = c;
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
        answers: {},
      });
    }
    return (performance.now() - start) / 1_000;
  });
  return Math.min(...times.slice(1));
}

/** Every server of a large organization at 2007 RTM, the Client Access servers among them planned before the others. */
function casesOf(count: number): readonly Case[] {
  const target = findRelease("2007 SP1");
  const build = parseBuild("8.0.685.25");
  if (target === undefined || build === undefined) throw new Error("2007 is not in the release table");
  const servers = Array.from(
    { length: count },
    (_, i): ExchangeServerFacts => ({
      dn: `CN=server${i},CN=Servers`,
      name: `server${i}`,
      fqdn: `server${i}.contoso.com`,
      roles: i < count / 10 ? ["Client Access"] : ["Mailbox"],
      build,
      serialNumber: "Version 8.0 (Build 30685.25)",
      site: "London",
      created: null,
    }),
  );
  const sids = { admins: "S-1-5-21-1-1-1-519", organization: "S-1-5-21-1-1-1-1101", local: "S-1-5-32-544" };
  const dc = { name: "dc1.contoso.com", domain: "contoso.com", site: "London", globalCatalog: true };
  const level = known(11_221, source);
  const account = {
    sid: "S-1-5-21-1-1-1-1202",
    name: "CONTOSO\\exadmin",
    domain: "contoso.com",
    groups: [sids.organization],
  };
  const forest: Case["facts"]["forest"] = {
    root: known("contoso.com", source),
    schema: known(11_116, source),
    organization: known({ name: "Contoso", level: 11_221 }, source),
    schemaMaster: known(dc, source),
    domains: known([{ name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" }], source),
    sites: known(["London"], source),
    domainControllers: known([dc], source),
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
    functionalLevel: known(2, source),
    domainFunctionalLevels: { "contoso.com": known({ level: 2, mixed: false }, source) },
    domainControllerWindows: {
      [dc.name]: known({ major: 5, minor: 2, build: 3790, servicePack: 2 }, source),
    },
    externalUrls: known({}, source),
    unseenUrls: known({}, source),
    unreadControllers: known([], source),
  };
  return servers.map(({ fqdn, roles }): Case => {
    const computer = fqdn ?? "";
    return {
      catalogue: builtIn,
      step: "server",
      answers: {},
      place: null,
      computer,
      computerDomain: null,
      target,
      domains: [],
      run: "direct",
      staged: false,
      media: "D:\\SP1",
      account: account.name,
      logon: "password",
      planned: { target: target.name, from: "2007 RTM", schema: true, organization: true, domains: ["*"] },
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
        administrators: known([], source),
        computer: {
          identity: known(
            { fqdn: computer, site: "London", windowsBuild: 3790, productType: "ServerNT" },
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
          framework: known(null, source),
          software: {},
          executionPolicy: known([], source),
          eventLogs: known({}, source),
          openShells: known([], source),
          remoteRegistry: known(2, source),
          pendingRestart: known([], source),
          media: known(target.build, source),
          administrators: known([], source),
        },
      },
    };
  });
}
