/** Findings of a step that follow from another one of its findings: what removes that one removes them, too. */
import type { Case } from "./case";
import type { Finding } from "./finding";
import type { RuleId } from "./ids";
import { groupOf } from "./organization/availabilityGroup";
import { rules } from "./table";

/** The rules that no upgrade in place leads from a server to the target. */
const noWay: ReadonlySet<RuleId> = new Set(["D9", "R2"]);

/** Rules on groups of an account: all say that the directory does not have it, in the same words. */
const onGroups: ReadonlySet<RuleId> = new Set(["P1", "P2", "P3", "P4", "P5", "P7", "P9"]);

/** Whether a rule is on what a target needs of the server and of the organization. */
function isMoot(id: RuleId): boolean {
  const { judges } = rules[id];
  return judges === "computer" || judges === "organization";
}

/**
 * The findings that are causes of their own.
 * - Where another computer answers (D10), nothing is said of what was read there: D9 would have Exchange removed from the wrong server.
 * - A server that cannot come to the target needs another target, or is replaced by another server. What the target asks of this
 *   one, and of the organization for it, is left out; nor does its Setup run beside another's.
 * - That a clustered mailbox server has its own procedure (D15) is said with the wizard's name where that would upgrade it (D7).
 * - An account that the directory does not have is in none of the groups, and no session can be its own (R4).
 * - A group that the program gives and the directory does not have (R9) keeps no servers apart (R30).
 */
export function causesAmong(findings: readonly Finding[], c: Case): readonly Finding[] {
  const broken = new Set(findings.filter(isRefusal).map(({ rule }) => rule));
  const without = (follows: (id: RuleId) => boolean) => findings.filter(({ rule }) => !follows(rule));
  if (broken.has("D10"))
    return without((id) => id !== "D10" && (noWay.has(id) || rules[id].judges === "computer"));
  if (c.step === "server" && [...noWay].some((id) => broken.has(id)))
    return without((id) => !noWay.has(id) && isMoot(id));
  const follow = new Set<RuleId>();
  if (broken.has("D7")) follow.add("D15");
  if (broken.has("R9") && isGroupOfProgramAlone(c)) follow.add("R30");
  const { account } = c.facts;
  if (account.known && account.value === null) {
    const [, ...others] = findings.filter(({ rule }) => onGroups.has(rule) && broken.has(rule));
    for (const { rule } of others) follow.add(rule);
    if ([...onGroups].some((id) => broken.has(id))) follow.add("R4");
  }
  return without((id) => follow.has(id));
}

/** What refuses in any case: a recommendation, what is not verified and what can be waived may all be accepted. */
function isRefusal({ level, verdict }: Finding): boolean {
  return level === "must" && verdict.verdict === "fails" && verdict.waivable !== true;
}

/** The directory shows all groups, and none of them has the server. */
function isGroupOfProgramAlone({ declared, computer, facts: { forest } }: Case): boolean {
  const { availabilityGroups } = forest;
  return (
    declared.dag !== null &&
    availabilityGroups.known &&
    availabilityGroups.value.every(({ unseen }) => unseen === null) &&
    groupOf(forest, computer) === undefined
  );
}
