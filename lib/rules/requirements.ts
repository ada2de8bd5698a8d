/** Rules on what must be in order around a step: the forest (D4), Windows (D5, D6), clusters (D7, D15), media (R8). */
import type { DomainControllerFacts, Fact, UnreadController } from "../facts";
import { formatBuild, releaseOfMedia, requirementsOf } from "../releases";
import { listed } from "../text";
import { type Case, placeOf, unreadControllersOf } from "./case";
import { ok, type Verdict } from "./finding";
import { mayPrepareForest } from "./firstServer";
import { argument } from "./program";
import { computerNotVerified } from "./reachComputer";
import { isEdge, isToolsOnly, nameOf } from "./servers";
import { domainsConcerned } from "./state";

/** One thing that is wrong, or could not be seen. */
type Problem =
  | { readonly found: string; readonly fix: string }
  | { readonly why: string; readonly fix?: string };

/** D4: the forest is as the release needs it, as far as the directory shows. */
export function systemRequirements(c: Case): Verdict {
  const required = requirementsOf(c.target.product);
  // Edge Transport is in no forest, and the tools alone need no global catalog and no native domain beside them.
  if (required === null || (c.step === "server" && (isEdge(c) || isToolsOnly(c)))) return ok;
  const { name } = required.domainControllers;
  const problems = [...forestProblems(c), ...domainProblems(c), ...siteProblems(c)];
  const needed = `a schema master and, in each site with Exchange, a global catalog on ${name} or later; domains that are not mixed`;
  const broken = problems.filter((p) => "found" in p);
  if (broken.length > 0) {
    return {
      verdict: "fails",
      problem: `the forest is not ready for ${c.target.name}: ${broken[0]?.found}`,
      found: broken.map((p) => p.found).join("; "),
      needed,
      where: "in the forest",
      fix: [...new Set(broken.map((p) => p.fix))].join("; "),
    };
  }
  const unseen = problems.find((p) => "why" in p);
  if (unseen === undefined || !("why" in unseen)) return ok;
  return {
    verdict: "unknown",
    why: unseen.why,
    needed,
    where: "in the forest",
    fix:
      unseen.fix ??
      "let `directory` read it on a domain controller of each domain, with an account that sees it",
  };
}

/** Whether the step prepares the whole forest, as the first server does where that is left to it. */
function preparesForest(c: Case): boolean {
  return c.step === "schema" || c.step === "organization" || mayPrepareForest(c);
}

/** Of the forest as a whole: judged where all of it is prepared. */
function forestProblems(c: Case): readonly Problem[] {
  const required = requirementsOf(c.target.product);
  if (required === null || !preparesForest(c)) return [];
  const { functionalLevel, schemaMaster } = c.facts.forest;
  const problems: Problem[] = [];
  if (!functionalLevel.known) problems.push({ why: functionalLevel.why });
  else if (functionalLevel.value < required.forestLevel)
    problems.push({
      found: `the forest has functional level ${functionalLevel.value}`,
      fix: `raise the functional level of the forest to ${required.forestLevel}`,
    });
  if (!schemaMaster.known) problems.push({ why: schemaMaster.why });
  else problems.push(...windowsProblem(c, schemaMaster.value, "the schema master"));
  return problems;
}

/** Of the domains that the step is about. */
function domainProblems(c: Case): readonly Problem[] {
  const required = requirementsOf(c.target.product);
  const concerned = domainsConcerned(c);
  if (!concerned.known) return [{ why: concerned.why }];
  return concerned.value.flatMap((domain): readonly Problem[] => {
    const level = c.facts.forest.domainFunctionalLevels[domain];
    if (level === undefined) return [{ why: unreadLevel(c, domain) }];
    if (!level.known) return [{ why: level.why }];
    const fix = `raise the functional level of ${domain} (Active Directory Domains and Trusts)`;
    if (level.value.mixed)
      return [{ found: `the domain ${domain} is in mixed mode, with room for Windows NT 4.0`, fix }];
    if (required !== null && level.value.level < required.domainLevel)
      return [{ found: `the domain ${domain} has functional level ${level.value.level}`, fix }];
    return [];
  });
}

/** Where nothing of the forest could be read, the reason for that is the reason. */
function unreadLevel(c: Case, domain: string): string {
  const { functionalLevel } = c.facts.forest;
  return functionalLevel.known ? `the functional level of ${domain} was not read` : functionalLevel.why;
}

/** Of the sites with Exchange: the server's own, and for the organization all of them. */
function siteProblems(c: Case): readonly Problem[] {
  if (c.step === "schema" || c.step === "domain") return [];
  const { servers, domainControllers } = c.facts.forest;
  const unread = unreadControllersOf(c);
  const judged = [
    ...(c.step === "server" ? [ownSite(c)] : []),
    ...(preparesForest(c) ? [exchangeSites(servers)] : []),
  ];
  const unseen = judged.flatMap((sites): readonly Problem[] => (sites.known ? [] : [{ why: sites.why }]));
  if (!domainControllers.known) return [{ why: domainControllers.why }];
  const sites = new Map(
    judged.flatMap((each) =>
      each.known ? each.value.map((site) => [site.toLowerCase(), site] as const) : [],
    ),
  );
  const own = c.step === "server" ? ownSite(c) : null;
  const isOwn = (site: string) =>
    own?.known === true && own.value.some((name) => name.toLowerCase() === site.toLowerCase());
  const wrong = [...sites.values()].flatMap((site): readonly Problem[] => {
    const catalogs = domainControllers.value.filter((dc) => dc.globalCatalog && isIn(dc, site));
    // One that cannot be named or placed may be the one that is new enough.
    const open = unread.find((dc) => dc.globalCatalog && (dc.site === null || isIn(dc, site)));
    const make = `make a domain controller in ${site} a global catalog, on ${requirementsOf(c.target.product)?.domainControllers.name}`;
    const fix = isOwn(site) ? make : `${make}${orGone(c, site)}`;
    if (catalogs.length === 0)
      return open === undefined
        ? [{ found: `no global catalog in site ${site}`, fix }]
        : [openCatalog(site, open)];
    const windows = catalogs.map((dc) => windowsProblem(c, dc, `the global catalog of site ${site}`));
    if (windows.some((problems) => problems.length === 0)) return [];
    // One that could not be read may be the one that is new enough.
    const unseenOne = windows.find((problems) => problems.some((p) => "why" in p));
    return unseenOne ?? (open === undefined ? (windows[0] ?? []) : [openCatalog(site, open)]);
  });
  return [...wrong, ...unseen];
}

/** Of a domain controller that cannot be named or placed, nobody knows whether it is new enough, or there at all. */
function openCatalog(site: string, { why }: UnreadController): Problem {
  return {
    why: `whether site ${site} has such a global catalog: ${why}`,
    fix:
      "let `directory` read it with an account that sees it; where that domain controller is gone for good, remove from the " +
      "directory what is left of it",
  };
}

function isIn({ site }: Pick<DomainControllerFacts, "site"> | UnreadController, name: string): boolean {
  return site?.toLowerCase() === name.toLowerCase();
}

/** Which servers a site counts for, and the way out where none of them is left. */
function orGone({ facts }: Case, site: string): string {
  const { servers } = facts.forest;
  const there = (servers.known ? servers.value : []).filter(
    (server) => server.site?.toLowerCase() === site.toLowerCase(),
  );
  const few = there.slice(0, 3).map(nameOf);
  const names =
    there.length > few.length ? `${few.join(", ")} and ${there.length - few.length} more` : listed(few);
  return `; if ${names}, for which this site counts, ${there.length === 1 ? "is" : "are"} gone for good, ${there.length === 1 ? "remove its object" : "remove their objects"} (ADSI Edit, connected to Configuration), or name ${there.length === 1 ? "it" : "them"} in \`gone\`, with the reason`;
}

function exchangeSites(servers: Case["facts"]["forest"]["servers"]): Fact<readonly string[]> {
  if (!servers.known) return servers;
  const named = servers.value.map((server) => server.site).filter((site) => site !== null);
  return { known: true, value: [...new Set(named)].sort(), source: servers.source };
}

function ownSite(c: Case): Fact<readonly string[]> {
  const place = placeOf(c);
  return place.known ? { known: true, value: [place.value.site], source: place.source } : place;
}

function windowsProblem(c: Case, controller: DomainControllerFacts, what: string): readonly Problem[] {
  const required = requirementsOf(c.target.product)?.domainControllers;
  const windows = c.facts.forest.domainControllerWindows[controller.name];
  if (required === undefined) return [];
  if (windows === undefined) return [{ why: `the Windows version of ${controller.name} was not read` }];
  if (!windows.known) return [{ why: windows.why }];
  if (windows.value === null)
    return [{ why: `the computer object of ${controller.name} does not say its Windows version` }];
  const { major, minor, build, servicePack } = windows.value;
  const enough = build > required.build || (build === required.build && servicePack >= required.servicePack);
  if (enough) return [];
  return [
    {
      found: `${controller.name}, ${what}, runs Windows ${major}.${minor} (${build}), service pack ${servicePack}`,
      fix: `bring ${controller.name} to ${required.name} or later`,
    },
  ];
}

/** D5: the operating system does not cross to Windows Server 2008 with Exchange on it, neither before nor after. */
export function operatingSystem(c: Case): Verdict {
  const boundary = requirementsOf(c.target.product)?.windowsBoundary ?? null;
  if (boundary === null) return ok;
  const { identity } = c.facts.computer;
  const needed = `the operating system that Exchange was installed on: ${boundary.name} comes before Exchange or never`;
  const where = `on ${c.computer}`;
  const now = identity.known ? identity.value.windowsBuild : null;
  if (now === null) {
    const why = identity.known ? "the registry does not say the build of Windows" : identity.why;
    return computerNotVerified(c, why, needed);
  }
  // The rule names a Windows for servers: on a workstation the management tools are alone.
  if (now < boundary.build || (identity.known && identity.value.productType === "WinNT")) return ok;
  const fix = `install Exchange ${c.target.name} on another computer with a fresh ${boundary.name}, and move what is here`;
  if (c.recordedWindows !== null && c.recordedWindows < boundary.build) {
    return {
      verdict: "fails",
      problem: `Windows was upgraded to ${boundary.name} or later with Exchange on it`,
      found: `Windows build ${now}, and ${c.recordedWindows} recorded in the state`,
      needed,
      where,
      fix,
    };
  }
  if (c.recordedWindows !== null) return ok;
  return {
    verdict: "unknown",
    why: `it runs ${boundary.name} or later (build ${now}), and nothing is recorded of what Exchange was installed on`,
    needed,
    where,
    fix: "waive D5 if this Windows was there before Exchange was; it is then recorded",
  };
}

/** D6: the Remote Registry service can be started; stopped is normal where it starts on demand. */
export function remoteRegistry(c: Case): Verdict {
  const { remoteRegistry: start } = c.facts.computer;
  const needed =
    "the Remote Registry service, which Setup uses; stopping and restarting it first is recommended";
  const where = `on ${c.computer}`;
  if (!start.known) {
    const fix = "let the connection read the service's registry key";
    return { verdict: "unknown", why: start.why, needed, where, fix };
  }
  if (start.value !== null && start.value !== 4) return ok;
  const found = start.value === null ? "no such service" : "start type 4, disabled";
  return {
    verdict: "fails",
    problem: `the Remote Registry service ${start.value === null ? "is not there" : "is disabled"}`,
    found: `${found}, read from ${start.source}`,
    needed,
    where,
    fix:
      start.value === null
        ? "bring the service RemoteRegistry back, which belongs to Windows"
        : "sc config RemoteRegistry start= auto, then net start RemoteRegistry",
  };
}

/** D7: the wizard, which `manual` may mean, cannot upgrade a clustered mailbox server. */
export function wizardOnCluster(c: Case): Verdict {
  return c.run === "manual" ? noCluster(c, "the wizard cannot upgrade a clustered mailbox server") : ok;
}

/** D15: a clustered mailbox server is upgraded by its own procedure. */
export function clusterProcedure(c: Case): Verdict {
  return noCluster(c, "it is a clustered mailbox server, which has its own procedure");
}

function noCluster(c: Case, problem: string): Verdict {
  const { clusterKeys } = c.facts.computer;
  const needed = "a server without a clustered mailbox server (CCR or SCC)";
  const where = `on ${c.computer}`;
  if (!clusterKeys.known) return computerNotVerified(c, clusterKeys.why, needed);
  if (clusterKeys.value.length === 0) return ok;
  return {
    verdict: "fails",
    problem,
    found: `${listed(clusterKeys.value)} below ${clusterKeys.source}`,
    needed,
    where,
    fix:
      "take it out of the program and follow the cluster's topic: Setup /mode:upgrade on the passive node, move the " +
      "clustered mailbox server there, /upgradecms before the other node is upgraded",
  };
}

/** R8: the media hold the target's Setup. */
export function targetMedia(c: Case): Verdict {
  if (c.media === null) return ok;
  const { media } = c.facts.computer;
  const needed = `Setup of ${c.target.name} (${formatBuild(c.target.build)}) in ${c.media}`;
  const where = `on ${c.computer}`;
  const fix = `put the files of ${c.target.name} there, or correct ${argument(c, "computer.media")}`;
  const waive = "look at the media, and waive R8 when they are the target's";
  // They come between now and Setup, and are judged then.
  const comes = c.staged && !c.apply;
  if (comes && (!media.known || media.value === null)) return ok;
  if (!media.known) return { verdict: "unknown", why: media.why, needed, where, fix: waive };
  if (media.value === null) {
    return {
      verdict: "fails",
      problem: `there is no Setup in ${c.media}`,
      found: `no such file: ${media.source}`,
      needed,
      where,
      fix,
    };
  }
  const release = releaseOfMedia(media.value);
  if (release?.name === c.target.name) return ok;
  // That the program of 2007 carries the release's build is unverified: a version of no release proves nothing.
  if (release === undefined) {
    const why = `${formatBuild(media.value)}, the file version of ${media.source}, is that of no known release`;
    return { verdict: "unknown", why, needed, where, fix: waive };
  }
  return {
    verdict: "fails",
    problem: `the media are not those of ${c.target.name}`,
    found: `${formatBuild(media.value)} (${release.name}), the file version of ${media.source}`,
    needed,
    where,
    fix,
  };
}
