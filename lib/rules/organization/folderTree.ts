/** R39: a container of public folder hierarchies contains a hierarchy. */
import { isModern } from "../../releases";
import type { Case } from "../case";
import type { Verdict } from "../finding";
import { whenPreparing } from "./firstServer";
import { type Problem, verdictOf } from "./problems";
import { schemaLacks } from "./schemaHealth";

/** R39: from 2013 on, Setup was seen to stop at an empty container. */
export function hierarchiesHaveTree(c: Case): Verdict {
  return whenPreparing(c, "organization", () => {
    const { organization } = c.facts.health;
    const practice = isModern(c.target.product) ? {} : ({ level: "should" } as const);
    const problems = schemaLacks(c, "msExchPFTree") ? [] : problemsOf(organization, practice);
    return verdictOf(problems, {
      problem: "the container of public folder hierarchies holds no tree, and /PrepareAD would stop halfway",
      should: { problem: "the container of public folder hierarchies holds no tree" },
      needed: "an object of class msExchPFTree in CN=Folder Hierarchies, or no such container",
      where: "in the administrative group of Exchange, in the configuration partition (ADSI Edit)",
    });
  });
}

function problemsOf(
  organization: Case["facts"]["health"]["organization"],
  practice: Pick<Problem, "level">,
): readonly Problem[] {
  const readThem = "let `directory` read the organization, with an account that sees it";
  if (!organization.known) return [{ ...practice, why: organization.why, fix: readThem }];
  const { hierarchies, readable, trees } = organization.value;
  if (hierarchies === null) return [];
  const inIt = trees.filter((dn) => dn.toLowerCase().endsWith(`,${hierarchies.toLowerCase()}`));
  if (inIt.length > 0) return [];
  const fix =
    "create an object of class msExchPFTree in it, with any name and msExchPFTreeType 1, and let it replicate";
  // A hierarchy in another administrative group may be enough for Setup.
  if (trees.length > 0)
    return [{ level: "should", found: `${hierarchies} is empty; the tree is ${trees.join("; ")}`, fix }];
  return readable
    ? [{ ...practice, found: `${hierarchies} is empty`, fix }]
    : [
        {
          ...practice,
          why: `${hierarchies} shows no tree: there is none, or this account cannot see it`,
          fix: `${readThem}; if there is none, ${fix}`,
        },
      ];
}
