/** The clustered mailbox servers of a plan, in the words of every rendering. Pure. */
import { counted } from "../text";
import type { Review, ReviewCluster } from "./review";
import { progressNames } from "./summary";

/** Title of their section. */
export const clustersTitle = "Clustered mailbox servers";

/** What is said of one. */
export interface ClusterWords {
  readonly computer: string;
  readonly nodes: string;
  readonly progress: string;
  /** The step that is due with its support, else what was seen. */
  readonly detail: string;
}

export function clusterWords({ computer, plan, progress, due, now }: ReviewCluster): ClusterWords {
  return {
    computer,
    nodes: plan.nodes.join(", "),
    progress: progress === "pending" ? "waits for a person" : progressNames[progress],
    detail: due === null ? now : `${due.text} (${due.evidence}: ${due.source})`,
  };
}

/** Those that are not proven: `pulumi up` ends at the first of them. */
export function openClusters({ clusters = [] }: Review): readonly ReviewCluster[] {
  return clusters.filter(({ progress }) => progress === "pending" || progress === "unknown");
}

/** That no time of the plan counts them, since nobody knows how long a person's step takes; null where none of them has anything left to do. */
export function notCounted(review: Review): string | null {
  const open = openClusters(review).length;
  return open === 0
    ? null
    : `No time is known for ${counted(open, "clustered mailbox server")}: a person does its steps; what waits for it starts later`;
}
