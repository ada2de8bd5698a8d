/** A clustered mailbox server in a plan. */
import assert from "node:assert/strict";
import { planOfCluster } from "../../lib/plan/clusterPlan";
import { clusterActionEvidence, findRelease } from "../../lib/releases";
import type { ClusterLine, ReviewCluster } from "../../lib/review/review";

export const cms = "mbx1.adatum.com";
export const nodes = ["node1.adatum.com", "node2.adatum.com"];
export const upgradeCms = {
  text: "the next step is due: Setup /UpgradeCMS on node2.adatum.com, before any other node is upgraded",
  ...clusterActionEvidence["upgrade CMS"],
};

/** A clustered mailbox server whose next step is due. */
export function cluster(more: Partial<ReviewCluster> = {}): ReviewCluster {
  const target = findRelease("2007 SP1") ?? assert.fail();
  return {
    name: "mbx1",
    target: target.name,
    computer: cms,
    plan: planOfCluster({ server: cms, nodes, target }),
    after: [],
    changeWindow: null,
    progress: "pending",
    due: upgradeCms,
    now: `${cms}: Mailbox 8.0.685.24 (2007 RTM), Offline on node2.adatum.com`,
    findings: [],
    waived: [],
    ...more,
  };
}

/** Its line in a report. */
export function lineOf(each: ReviewCluster): ClusterLine {
  return {
    review: 1,
    at: "2008-03-14T09:30:00.000Z",
    forest: "adatum.com",
    factsReadAt: null,
    cluster: each,
  };
}
