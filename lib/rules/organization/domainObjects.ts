/** R35 and R36: the containers that Setup looks for in a domain. */
import type { DomainObjectFacts } from "../../facts/health";
import { compareProducts } from "../../releases";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { domainsConcerned } from "../state";
import { whenPreparing } from "./firstServer";
import { type Problem, verdictOf } from "./problems";
import { isEdge, isToolsOnly } from "./servers";

const systemObjects = "Microsoft Exchange System Objects";
const readThem =
  "let `directory` read the domain on one of its domain controllers, with an account that sees it";

/** Judges each domain on its own. */
export function inEachDomain(
  c: Case,
  names: readonly string[],
  judge: (name: string, objects: DomainObjectFacts) => readonly Problem[],
  level: Pick<Problem, "level">,
): readonly Problem[] {
  return names.flatMap((name): readonly Problem[] => {
    const objects = c.facts.health.domains[name];
    if (objects === undefined)
      return [{ ...level, why: whyUnread(c) ?? `the containers of ${name} were not read`, fix: readThem }];
    return objects.known ? judge(name, objects.value) : [{ ...level, why: objects.why, fix: readThem }];
  });
}

/** If nothing of the forest could be read, its reason is also the domain's. */
function whyUnread({ facts: { forest } }: Case): string | undefined {
  return forest.root.known ? undefined : forest.root.why;
}

/** R35: a domain holds one container of Exchange's system objects. */
export function oneSystemObjects(c: Case): Verdict {
  if (c.step === "server" && (isEdge(c) || isToolsOnly(c))) return ok;
  const judge = (): Verdict => {
    // No source tells what Setup of 2007 does.
    const level = compareProducts(c.target.product, "2013") < 0 ? ({ level: "should" } as const) : {};
    const names = domainsConcerned(c);
    const problems = names.known
      ? inEachDomain(c, names.value, (name, each) => systemObjectsProblems(name, each, level), level)
      : [{ ...level, why: names.why, fix: readThem }];
    return verdictOf(problems, {
      problem: `several containers ${systemObjects} in a domain, which Setup takes for not prepared`,
      needed: `one container ${systemObjects} in the domain`,
      where: "in the domain (ADSI Edit, or Active Directory Users and Computers with Advanced Features)",
    });
  };
  // From 2013 on every server's Setup uses its domain's containers; before, only the preparation of a domain does.
  return compareProducts(c.target.product, "2013") >= 0 ? judge() : whenPreparing(c, "domain", judge);
}

function systemObjectsProblems(
  name: string,
  { systemObjects: containers }: DomainObjectFacts,
  level: Pick<Problem, "level">,
): readonly Problem[] {
  if (containers.length < 2) return [];
  const shown = containers.map((each) => `${each.dn} (objectVersion ${each.level ?? "not seen"})`);
  return [
    {
      ...level,
      found: `${name}: ${shown.join("; ")}`,
      fix: "find the empty one, see that nothing valid is in it, delete it, and let that replicate; preparing the domain again does not help",
    },
  ];
}

/**
 * R36: the containers in which Setup of 2021 looks for computers and read-only domain controllers. All of it is a
 * recommendation.
 */
export function usualContainers(c: Case): Verdict {
  const judge = (): Verdict => {
    const all = c.facts.forest.domains;
    const names =
      c.step === "domain"
        ? domainsConcerned(c)
        : all.known
          ? { ...all, value: all.value.map(({ name }) => name) }
          : all;
    const level = { level: "should" } as const;
    const problems = names.known
      ? inEachDomain(c, names.value, (name, each) => containerProblems(c, name, each), level)
      : [{ ...level, why: names.why, fix: readThem }];
    return verdictOf(problems, {
      problem: "objects of a domain lie where some Setups of 2021 do not find them, and stop (KB 5005319)",
      needed:
        "CN=Computers directly below each domain, and read-only domain controllers in OU=Domain Controllers, unless the media are known to do without",
      where: "in the domains of the forest",
    });
  };
  return whenPreparing(c, c.step === "domain" ? "domain" : "organization", judge);
}

function containerProblems(
  c: Case,
  name: string,
  { computers, strayReadOnly }: DomainObjectFacts,
): readonly Problem[] {
  const level = "should";
  const restore = `give the container of computers in ${name} its name CN=Computers back, or create it; where new computers go may be redirected all the same`;
  return [
    ...(c.step === "domain" || computers === "there"
      ? []
      : computers === "absent"
        ? [{ level, found: `${name} has no CN=Computers`, fix: restore } as const]
        : [
            {
              level,
              why: `CN=Computers of ${name} does not show: it is not there, or this account cannot see it`,
              fix: `${readThem}; if it is not there, ${restore}`,
            } as const,
          ]),
    ...strayReadOnly.map(
      (dn): Problem => ({
        level,
        found: `the read-only domain controller ${dn}`,
        fix: "move it into OU=Domain Controllers of its domain, or take media of a later cumulative update",
      }),
    ),
  ];
}
