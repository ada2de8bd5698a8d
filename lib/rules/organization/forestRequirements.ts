/** Judges the forest: it meets the release's system requirements (D4). */
import type { DomainControllerFacts, Fact, UnreadController } from "../../facts";
import { type Requirements, requirementsOf } from "../../releases";
import { listed } from "../../text";
import { type Case, placeOf, unreadControllersOf } from "../case";
import { ok, type Verdict } from "../finding";
import { domainsConcerned } from "../state";
import { notDescribed } from "../undescribed";
import { mayPrepareForest } from "./firstServer";
import { isEdge, isToolsOnly, nameOf } from "./servers";

/** One thing that is wrong, or could not be seen. */
type Problem =
  | { readonly found: string; readonly fix: string }
  | { readonly why: string; readonly fix?: string };

/** D4: the forest is as the release needs it, as far as the directory shows. */
export function systemRequirements(c: Case): Verdict {
  // Edge Transport is in no forest, and the tools alone need no global catalog and no native domain beside them.
  if (c.step === "server" && (isEdge(c) || isToolsOnly(c))) return ok;
  const required = requirementsOf(c.target);
  if (required === "none needed") return ok;
  if (required === "not described")
    return notDescribed(c, "D4", {
      what: "what the forest has to be",
      needed: `the forest that the system requirements of Exchange ${c.target.name} ask for`,
      where: "in the forest",
      compare:
        "the functional levels, the domain controllers and the global catalogs of the forest with them",
    });
  const { name } = required.domainControllers;
  const problems = [forestProblems, domainProblems, siteProblems].flatMap((part) => part(c, required));
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
function forestProblems(c: Case, required: Requirements): readonly Problem[] {
  if (!preparesForest(c)) return [];
  const { functionalLevel, schemaMaster } = c.facts.forest;
  const problems: Problem[] = [];
  if (!functionalLevel.known) problems.push({ why: functionalLevel.why });
  else if (functionalLevel.value < required.forestLevel)
    problems.push({
      found: `the forest has functional level ${functionalLevel.value}`,
      fix: `raise the functional level of the forest to ${required.forestLevel}`,
    });
  if (!schemaMaster.known) problems.push({ why: schemaMaster.why });
  else problems.push(...windowsProblem(c, required, schemaMaster.value, "the schema master"));
  return problems;
}

/** Of the domains that the step is about. */
function domainProblems(c: Case, required: Requirements): readonly Problem[] {
  const concerned = domainsConcerned(c);
  if (!concerned.known) return [{ why: concerned.why }];
  return concerned.value.flatMap((domain): readonly Problem[] => {
    const level = c.facts.forest.domainFunctionalLevels[domain];
    if (level === undefined) return [{ why: unreadLevel(c, domain) }];
    if (!level.known) return [{ why: level.why }];
    const fix = `raise the functional level of ${domain} (Active Directory Domains and Trusts)`;
    if (level.value.mixed)
      return [{ found: `the domain ${domain} is in mixed mode, with room for Windows NT 4.0`, fix }];
    if (level.value.level < required.domainLevel)
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
function siteProblems(c: Case, required: Requirements): readonly Problem[] {
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
    const make = `make a domain controller in ${site} a global catalog, on ${required.domainControllers.name}`;
    const fix = isOwn(site) ? make : `${make}${orGone(c, site)}`;
    if (catalogs.length === 0)
      return open === undefined
        ? [{ found: `no global catalog in site ${site}`, fix }]
        : [openCatalog(site, open)];
    const windows = catalogs.map((dc) =>
      windowsProblem(c, required, dc, `the global catalog of site ${site}`),
    );
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

function windowsProblem(
  c: Case,
  { domainControllers: required }: Requirements,
  controller: DomainControllerFacts,
  what: string,
): readonly Problem[] {
  const windows = c.facts.forest.domainControllerWindows[controller.name];
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
