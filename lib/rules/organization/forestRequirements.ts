/** Judges the forest: it meets the release's system requirements (D4). */
import type { DomainControllerFacts, Fact, UnreadController } from "../../facts";
import {
  describeControllers,
  describeWindows,
  type ForestSupport,
  functionalLevels,
  judgeController,
  judgeForestLevel,
  type Release,
  targetFactsOf,
} from "../../releases";
import { listedOf, listedUpTo } from "../../text";
import { type Case, placeOf, placeOfController, unreadControllersOf } from "../case";
import { ok, type Verdict } from "../finding";
import { type Grounds, inDocument } from "../rule";
import { domainsConcerned } from "../state";
import { notDescribed } from "../undescribed";
import { mayPrepareForest } from "./firstServer";
import { type Problem, verdictOf } from "./problems";
import { isEdge, isToolsOnly, nameOf } from "./servers";

/** The source of D4: the document; for other targets, that of the forest's requirements. */
export function forestSource(target: Release): Grounds {
  const document = inDocument(target);
  if (document !== "not described") return document;
  const { forest } = targetFactsOf(target);
  return typeof forest === "string" ? "not described" : forest;
}

/** D4: the forest meets the release's requirements, as far as the directory shows. */
export function systemRequirements(c: Case): Verdict {
  // Edge Transport belongs to no forest, and the management tools need neither a global catalog nor a native domain.
  if (c.step === "server" && (isEdge(c) || isToolsOnly(c))) return ok;
  const { forest: required } = targetFactsOf(c.target);
  if (required === "none needed") return ok;
  if (required === "not described")
    return notDescribed(c, "D4", {
      what: "what the forest has to be",
      needed: `the forest that the system requirements of Exchange ${c.target.name} ask for`,
      where: "in the forest",
      compare:
        "the functional levels, the domain controllers and the global catalogs of the forest with them",
    });
  const problems = [forestProblems, domainProblems, siteProblems].flatMap((part) => part(c, required));
  const needed = `${levelNeeded(required)}a schema master and, in each site with Exchange, a global catalog on ${describeControllers(required)}${required.domainLevel === null ? "" : "; domains that are not mixed"}`;
  const where = "in the forest";
  return verdictOf(problems, {
    needed,
    where,
    problem: `the forest is not ready for ${c.target.name}`,
    should: { problem: `the forest is not as ${c.target.name} is supported in` },
  });
}

function levelNeeded({ level }: ForestSupport): string {
  if (level.rule === null) return "";
  const most = level.most === null ? " or higher" : ` to ${levelName(level.most)}`;
  return `a forest of functional level ${levelName(level.least)}${most}; `;
}

/** `6 (Windows Server 2012 R2)`. */
function levelName(level: number): string {
  const name = functionalLevels[level];
  return name === undefined ? String(level) : `${level} (${name})`;
}

/** Whether the step prepares the whole forest; the first server does if the program leaves it to it. */
export function preparesForest(c: Case): boolean {
  return c.step === "schema" || c.step === "organization" || mayPrepareForest(c);
}

/** Problems of the forest as a whole, for a step that prepares all of it. */
function forestProblems(c: Case, required: ForestSupport): readonly Problem[] {
  if (!preparesForest(c)) return [];
  const { functionalLevel, schemaMaster } = c.facts.forest;
  return [
    ...(functionalLevel.known ? levelProblems(required, functionalLevel.value, c.target) : [functionalLevel]),
    ...(schemaMaster.known
      ? windowsProblem(c, required, schemaMaster.value, "the schema master")
      : [schemaMaster]),
    ...otherControllers(c, required),
  ].map((problem) => ("known" in problem ? { why: problem.why } : problem));
}

function levelProblems(required: ForestSupport, value: number, { name }: Release): readonly Problem[] {
  const { least, rule } = required.level;
  const found = `the forest has functional level ${levelName(value)}`;
  const fix = `raise the functional level of the forest to ${levelName(least)}${required.level.most === least ? "" : " or higher"}`;
  switch (judgeForestLevel(required, value)) {
    case "supported":
      return [];
    case "refused":
      return [{ found, fix: `${fix}: Setup refuses (${rule})` }];
    case "not supported":
      return [
        { level: "should", found: `${found}, which Setup takes and the documentation does not list`, fix },
      ];
    case "not listed":
      return [
        {
          level: "should",
          found: `${found}, which is above what the documentation lists`,
          fix: `look up whether Microsoft supports ${name} in such a forest today, and waive D4 if it does`,
        },
      ];
  }
}

/**
 * All domain controllers, besides the schema master and the global catalogs that sites need: the release must list the
 * Windows of each.
 */
function otherControllers(c: Case, required: ForestSupport): readonly Problem[] {
  const { domainControllers, domainControllerWindows } = c.facts.forest;
  if (required.minimum || !domainControllers.known) return [];
  const wrong = domainControllers.value.filter(({ name }) => {
    const windows = domainControllerWindows[name];
    if (windows?.known !== true || windows.value === null) return false;
    const verdict = judgeController(required, windows.value.build, windows.value.servicePack);
    return verdict === "too old" || verdict === "not listed";
  });
  if (wrong.length === 0) return [];
  const names = listedOf(
    wrong.slice(0, 5).map(({ name }) => name),
    wrong.length,
  );
  const [run, other] =
    wrong.length === 1 ? ["runs", "another Windows"] : ["run", "other versions of Windows"];
  return [
    {
      level: "should",
      found: `${names} ${run} ${other} than domain controllers are supported on`,
      fix: `replace ${wrong.length === 1 ? "it" : "them"} by domain controllers on ${describeControllers(required)}`,
    },
  ];
}

/** Problems of the domains that the step is about. */
function domainProblems(c: Case, required: ForestSupport): readonly Problem[] {
  const { domainLevel } = required;
  if (domainLevel === null) return [];
  const concerned = domainsConcerned(c);
  if (!concerned.known) return [{ why: concerned.why }];
  return concerned.value.flatMap((domain): readonly Problem[] => {
    const level = c.facts.forest.domainFunctionalLevels[domain];
    if (level === undefined) return [{ why: unreadLevel(c, domain) }];
    if (!level.known) return [{ why: level.why }];
    const fix = `raise the functional level of ${domain} (Active Directory Domains and Trusts)`;
    if (level.value.mixed)
      return [{ found: `the domain ${domain} is in mixed mode, with room for Windows NT 4.0`, fix }];
    if (level.value.level < domainLevel)
      return [{ found: `the domain ${domain} has functional level ${level.value.level}`, fix }];
    return [];
  });
}

/** If nothing of the forest could be read, its reason is also the domain's. */
function unreadLevel(c: Case, domain: string): string {
  const { functionalLevel } = c.facts.forest;
  return functionalLevel.known ? `the functional level of ${domain} was not read` : functionalLevel.why;
}

/** Problems of the sites with Exchange: of the server's own site, and for the organization of all. */
function siteProblems(c: Case, required: ForestSupport): readonly Problem[] {
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
    const placed = domainControllers.value
      .filter((dc) => dc.globalCatalog && isIn(dc, site))
      .map((dc) => ({ dc, place: placeOfController(c.facts.forest, dc) }));
    const catalogs = placed.flatMap(({ dc, place }) => (place.known && isIn(place.value, site) ? [dc] : []));
    const doubtful = placed.flatMap(({ place }) => (place.known ? [] : [place]))[0];
    // A domain controller whose name or site could not be read may be a new enough one.
    const open = unread.find((dc) => dc.globalCatalog && (dc.site === null || isIn(dc, site))) ?? doubtful;
    if (catalogs.length === 0) {
      if (open !== undefined) return [openCatalog(site, open)];
      const make = `make a domain controller in ${site} a global catalog, on ${required.minimum ? describeWindows(required.versions) : describeControllers(required)}`;
      return [
        {
          found: `no global catalog in site ${site}`,
          fix: isOwn(site) ? make : `${make}${orGone(c, site)}`,
        },
      ];
    }
    const windows = catalogs.map((dc) =>
      windowsProblem(c, required, dc, `the global catalog of site ${site}`),
    );
    if (windows.some((problems) => problems.length === 0)) return [];
    const supported = windows.find((problems) => problems.every(({ level }) => level === "should"));
    if (supported !== undefined) return supported;
    // A domain controller that could not be read may be a new enough one.
    const unseenOne = windows.find((problems) => problems.some((p) => "why" in p));
    return unseenOne ?? (open === undefined ? (windows[0] ?? []) : [openCatalog(site, open)]);
  });
  return [...wrong, ...unseen];
}

/** Nobody knows whether a domain controller without readable name or site is new enough, or exists at all. */
function openCatalog(site: string, { why }: Pick<UnreadController, "why">): Problem {
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

/** The servers that make a site need a global catalog, and the way out if none of them exists any more. */
function orGone({ facts }: Case, site: string): string {
  const { servers } = facts.forest;
  const there = (servers.known ? servers.value : []).filter(
    (server) => server.site?.toLowerCase() === site.toLowerCase(),
  );
  const names = listedUpTo(3, there.map(nameOf));
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

function windowsProblem(
  c: Case,
  required: ForestSupport,
  controller: DomainControllerFacts,
  what: string,
): readonly Problem[] {
  const windows = c.facts.forest.domainControllerWindows[controller.name];
  if (windows === undefined) return [{ why: `the Windows version of ${controller.name} was not read` }];
  if (!windows.known) return [{ why: windows.why }];
  if (windows.value === null)
    return [{ why: `the computer object of ${controller.name} does not say its Windows version` }];
  const { major, minor, build, servicePack } = windows.value;
  const verdict = judgeController(required, build, servicePack);
  if (verdict === "supported") return [];
  const found = `${controller.name}, ${what}, runs Windows ${major}.${minor} (${build}), service pack ${servicePack}`;
  if (verdict === "unsettled")
    return [
      {
        level: "should",
        why: `${found}, of which no source says whether it is supported`,
        fix: "look up the system requirements of the release, and waive D4 where they list it",
      },
    ];
  return [
    {
      // Setup itself only checks a minimum.
      ...(required.minimum ? {} : { level: "should" as const }),
      found,
      fix: `bring ${controller.name} to ${describeControllers(required)}`,
    },
  ];
}
