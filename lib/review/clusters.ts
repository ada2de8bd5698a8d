/** The clustered mailbox servers of a plan, in the words of every rendering. Pure. */
import { counted } from "../text";
import { type Ordered, orderSteps, type Stage, stagesOf } from "./order";
import type { Review, ReviewCluster, ReviewStep } from "./review";
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

export function clusterWords(each: ReviewCluster): ClusterWords {
  const { computer, plan, due, now } = each;
  return {
    computer,
    nodes: plan.nodes.join(", "),
    progress: progressWords(each),
    detail: due === null ? now : `${due.text} (${due.evidence}: ${due.source})`,
  };
}

function progressWords({ progress }: Pick<ReviewCluster, "progress">): string {
  return progress === "pending" ? "waits for a person" : progressNames[progress];
}

/** A clustered mailbox server with its place in the order: that of a server with the Mailbox role. */
export type OrderedCluster = Omit<ReviewCluster, keyof Ordered> & Ordered;

/** A step, or a clustered mailbox server, as the order has it. */
export type InOrder = ReviewStep | OrderedCluster;

/** The clustered mailbox servers with their places. */
export function inOrder(clusters: readonly ReviewCluster[]): readonly OrderedCluster[] {
  return clusters.map((each) => ({
    ...each,
    kind: "server",
    roles: ["Mailbox"],
    domains: [],
    wave: each.wave ?? null,
    waveTitle: each.waveTitle ?? null,
  }));
}

/** The stages of a plan, clustered mailbox servers among them. */
export function stagesWithClusters({ steps, clusters = [] }: Review): readonly Stage<InOrder>[] {
  // Without any, the steps are in their order already.
  return stagesOf<InOrder>(clusters.length === 0 ? steps : orderSteps([...steps, ...inOrder(clusters)]));
}

export function isCluster(each: InOrder): each is OrderedCluster {
  return "due" in each;
}

/** Progress of a step, or of a clustered mailbox server, in words. */
export function progressIn(each: InOrder): string {
  return isCluster(each) ? progressWords(each) : progressNames[each.progress];
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
