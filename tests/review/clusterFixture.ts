/** A clustered mailbox server in a plan. */
import assert from "node:assert/strict";
import type { Role } from "../../lib/facts";
import { planOfCluster } from "../../lib/plan/clusterPlan";
import { clusterActionEvidence, findRelease } from "../../lib/releases";
import { assembleReview } from "../../lib/review/assemble";
import type { ClusterLine, Review, ReviewCluster } from "../../lib/review/review";
import { step } from "./fixtures";

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

/**
 * An organization whose Mailbox wave has a server and a cluster, and whose next one has clusters alone: of eight nodes, with names as long as
 * names may be.
 */
export function clustered(): Review {
  const wave = (name: string, title: string) => ({ wave: name, waveTitle: title });
  const transport = wave("adatum-1-transport", "Hub Transport and Unified Messaging");
  const mailbox = wave("adatum-2-mailbox", "Mailbox");
  const others = wave("adatum-3-mailbox", "Mailbox of other sites");
  const tools = wave("adatum-4-tools", "management tools");
  const server = (name: string, role: Role, after: readonly string[], more: object) => ({
    ...step({ kind: "server", name, computer: `${name}.adatum.com`, roles: [role], after }),
    minutes: 60,
    reboot: "never" as const,
    changeWindow: null,
    ...more,
  });
  const target = findRelease("2007 SP1") ?? assert.fail();
  const long = "a-clustered-mail.a-domain-with-a-rather-long-name.adatum.com";
  const eight = Array.from({ length: 8 }, (_, at) => `a-node-number-${at + 1}.adatum.com`);
  return assembleReview(
    [
      server("hub1", "Hub Transport", [], { ...transport, progress: "done" }),
      server("mbx9", "Mailbox", [transport.wave], mailbox),
      server("admin", "Management Tools", [others.wave], tools),
    ].map((each) => ({
      review: 1,
      at: "2008-03-14T09:30:00.000Z",
      forest: "adatum.com",
      factsReadAt: null,
      step: each,
    })),
    {
      version: "0.1.0",
      clusters: [
        lineOf(cluster({ after: ["mbx9.adatum.com"], ...mailbox })),
        lineOf(
          cluster({
            name: "mbx2",
            computer: long,
            plan: planOfCluster({ server: long, nodes: eight, target }),
            after: [mailbox.wave],
            progress: "unknown",
            due: null,
            now: "owner and state not known",
            ...others,
          }),
        ),
      ],
    },
  );
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
