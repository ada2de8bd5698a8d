/** Judges a clustered mailbox server by the rules that hold for it, apart from its order. */

import type { Case } from "../case";
import { withCause } from "../causes";
import { findingOf } from "../evaluate";
import type { Finding, Verdict } from "../finding";
import type { RuleId } from "../ids";
import { rules } from "../table";
import { operatorVerdicts } from "./clusterAccount";
import type { ClusterCase } from "./clusterCase";
import { aboutCluster, nextOf, nodesAreItsOwn } from "./clusterFindings";

/** Rules on servers that hold for the clustered mailbox server itself: by its server object, and by what comes before it. */
const ofServer: readonly RuleId[] = ["D3", "D9", "R2", "R3", "R12"];

/** Rules on servers that hold for each node: by its registry; and the media that commands name. */
const ofNode: readonly RuleId[] = ["D1", "D10", "R2", "R8"];

/**
 * Every finding but those on the order. Where nothing is left to do, nothing is judged that only matters before an upgrade.
 * @param recorded true if the state has it at the target
 */
export function evaluateCluster(c: ClusterCase, recorded = false): readonly Finding[] {
  const about = aboutCluster(c);
  const judged = (ids: readonly RuleId[], step: Case, computer: string) =>
    ids.flatMap((id) => found(id, judge(id, step), { ...about, computer }, step));
  if (recorded) return c.nodes.flatMap(({ case: node }) => judged(["D10"], node, node.computer));
  const own = found("R75", nodesAreItsOwn(c), about, c.cms);
  const isDone = ["done", "partial"].includes(nextOf(c).kind);
  if (isDone) return [...own, ...c.nodes.flatMap(({ case: node }) => judged(["D10"], node, node.computer))];
  return [
    ...own,
    ...judged(ofServer, c.cms, c.cms.computer),
    ...c.nodes.flatMap(({ case: node }) => judged(ofNode, node, node.computer)),
    ...operatorVerdicts(c).flatMap(({ rule, about: step, verdict }) =>
      found(rule, verdict, { ...about, computer: step.computer }, step),
    ),
  ];
}

function judge(id: RuleId, c: Case): Verdict {
  const { enforced } = rules[id];
  if (enforced.by !== "judge") throw new Error(`${id} is judged by no case`);
  return enforced.judge(c);
}

function found(
  id: RuleId,
  verdict: Verdict,
  about: ReturnType<typeof aboutCluster>,
  { facts }: Case,
): readonly Finding[] {
  return verdict.verdict === "ok" ? [] : [findingOf(id, about, withCause(verdict, facts))];
}
