/** R30: the members of a database availability group are updated one at a time. */
import { listed } from "../../text";
import { computerNotVerified } from "../computer/reachComputer";
import { ok, type Verdict } from "../finding";
import { groupOf, oneAtATime, whyUnseenGroup } from "../organization/availabilityGroup";
import type { UpdateCase } from "./updateCase";

/** R30. An update stops the services, so that databases move to other members. */
export function oneMemberAtATime({ step }: UpdateCase): Verdict {
  const { roles } = step.facts.computer;
  if (!roles.known) return computerNotVerified(step, roles.why, oneAtATime);
  if (!roles.value.some(({ role }) => role === "Mailbox")) return ok;
  const group = groupOf(step.facts.forest, step.computer);
  const { alongside } = step;
  if (alongside.length > 0)
    return {
      verdict: "fails",
      problem: `it is in the database availability group ${group?.name ?? ""} together with ${listed(alongside)}, and nothing keeps both from being updated at once`,
      found: `${group?.name ?? ""}: ${listed([...alongside, step.computer].sort())}, without an order between them`,
      needed: oneAtATime,
      where: "in the program: the argument `after`",
      fix: `put the updates of ${listed(alongside)} in \`after\`, or this one in \`after\` there`,
    };
  const why = whyUnseenGroup(step, group);
  if (why === null) return ok;
  return {
    verdict: "unknown",
    why,
    needed: oneAtATime,
    where: "in the configuration partition of the forest",
    fix: "give `directory`, with an account that sees the database availability groups; for a server in none, waive the rule for that reason",
  };
}
