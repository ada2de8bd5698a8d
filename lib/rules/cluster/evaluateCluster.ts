/** Judges a clustered mailbox server by the rules that hold for it, apart from its order. */

import type { Case } from "../case";
import { withCause } from "../causes";
import { findingOf } from "../evaluate";
import type { Finding, Verdict } from "../finding";
import type { RuleId } from "../ids";
import { rules } from "../table";
import type { ClusterCase } from "./clusterCase";
import { aboutCluster, nodesAreItsOwn } from "./clusterFindings";

/** Rules on servers that hold for the clustered mailbox server itself: by its server object, and by what comes before it. */
const ofServer: readonly RuleId[] = ["D3", "D9", "R2", "R3", "R12"];

/** Rules on servers that hold for each node: by its registry. */
const ofNode: readonly RuleId[] = ["D1", "D10", "R2"];

/**
 * Every finding but those on the order.
 * @param recorded true if the state has it at the target: then nothing is judged that only matters before an upgrade
 */
export function evaluateCluster(c: ClusterCase, recorded = false): readonly Finding[] {
  const about = aboutCluster(c);
  const judged = (ids: readonly RuleId[], step: Case, computer: string) =>
    ids.flatMap((id) => found(id, judge(id, step), { ...about, computer }, step));
  if (recorded) return c.nodes.flatMap(({ case: node }) => judged(["D10"], node, node.computer));
  return [
    ...found("R75", nodesAreItsOwn(c), about, c.cms),
    ...judged(ofServer, c.cms, c.cms.computer),
    ...c.nodes.flatMap(({ case: node }) => judged(ofNode, node, node.computer)),
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
