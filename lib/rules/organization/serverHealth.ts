/**
 * R41 and R42: virtual directories and organization relationships that matter to a server's Setup of 2013 and later.
 */
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { type Problem, verdictOf } from "./problems";
import { schemaLacks } from "./schemaHealth";
import { isEdge, isToolsOnly } from "./servers";

const backEnd = "(exchange back end)";

/** R41: a server has one ActiveSync virtual directory for clients. */
export function oneActiveSyncDirectory(c: Case): Verdict {
  if (isEdge(c) || isToolsOnly(c)) return ok;
  const { virtualDirectories } = c.facts.health;
  const readThem =
    "let `directory` read the virtual directories of the server, with an account that sees them";
  const several = virtualDirectories.known
    ? virtualDirectories.value.filter(
        ({ activeSync, name }) => activeSync && !name.toLowerCase().endsWith(backEnd),
      )
    : [];
  const problems: readonly Problem[] = !virtualDirectories.known
    ? [{ why: virtualDirectories.why, fix: readThem }]
    : several.length < 2
      ? []
      : [
          {
            // A directory answers in whatever order.
            found: several
              .map(({ dn }) => dn)
              .toSorted()
              .join("; "),
            fix: "remove the additional one (Remove-ActiveSyncVirtualDirectory): Get-ActiveSyncVirtualDirectory -Server has to give one",
          },
        ];
  return verdictOf(problems, {
    problem: `it has ${several.length} ActiveSync virtual directories, and Setup would stop halfway`,
    needed: "one ActiveSync virtual directory beside that of the Exchange Back End",
    where: `below the object of ${c.computer} in the configuration partition`,
  });
}

/**
 * R42: each organization relationship names its target. A recommendation, since no source describes when Setup minds.
 */
export function relationshipsHaveUri(c: Case): Verdict {
  if (isEdge(c) || isToolsOnly(c)) return ok;
  const { relationships } = c.facts.health;
  const level = "should";
  const readThem = "let `directory` read the organization relationships, with an account that sees them";
  const fix =
    "give it the application URI of the other organization (Set-OrganizationRelationship -TargetApplicationUri), or remove it";
  const problems: readonly Problem[] = !relationships.known
    ? [{ level, why: relationships.why, fix: readThem }]
    : relationships.value.flatMap(({ dn, applicationUri }): readonly Problem[] =>
        applicationUri === "there" || schemaLacks(c, "msExchFedTargetApplicationURI")
          ? []
          : applicationUri === "absent"
            ? [{ level, found: dn, fix }]
            : [
                {
                  level,
                  why: `${dn} shows no application URI: it has none, or this account cannot see it`,
                  fix: `${readThem}; if it has none, ${fix}`,
                },
              ],
      );
  return verdictOf(problems, {
    problem: "an organization relationship has no application URI, and Setup may refuse",
    needed: "msExchFedTargetApplicationURI of each organization relationship",
    where: "in the configuration partition of the forest",
  });
}
