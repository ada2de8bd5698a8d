/**
 * R37: every domain controller has a DNS name of its own. A recommendation: Microsoft's support says that Setup may
 * fail otherwise.
 */
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { type Problem, verdictOf } from "./problems";
import { isEdge } from "./servers";

const level = "should";

/** R37: judged from the facts of domain controllers that other rules need, too. */
export function controllersHaveNames(c: Case): Verdict {
  // Setup of Edge Transport talks to no domain controller.
  if (c.step === "server" && isEdge(c)) return ok;
  const { domainControllers, unreadControllers } = c.facts.forest;
  const cleanUp =
    "correct dNSHostName of the domain controller; where it is gone for good, remove its metadata (ntdsutil, metadata cleanup)";
  const problems: readonly Problem[] =
    domainControllers.known && unreadControllers.known
      ? [
          ...domainControllers.value
            .filter(({ name }) => !name.includes("."))
            .map(
              ({ name }): Problem => ({
                level,
                found: `${name} has no dot in its dNSHostName`,
                fix: cleanUp,
              }),
            ),
          ...unreadControllers.value
            .filter(({ name }) => name === null)
            .map(
              ({ why }): Problem => ({
                level,
                why,
                fix: `let \`directory\` read it with an account that sees it; else ${cleanUp}`,
              }),
            ),
        ]
      : [domainControllers, unreadControllers].flatMap((fact) =>
          fact.known
            ? []
            : [
                {
                  level,
                  why: fact.why,
                  fix: "let `directory` read CN=Sites, with an account that sees it",
                } as const,
              ],
        );
  return verdictOf(problems, {
    problem: "a domain controller has no full DNS name, and Setup may fail",
    needed: "a dNSHostName with a dot on each domain controller",
    where: "below CN=Sites in the configuration partition of the forest",
  });
}
