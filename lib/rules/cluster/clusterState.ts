/** How a clustered mailbox server stands to its target, for lists and for monitoring. Pure. */
import { clusterActionEvidence, type Evidenced } from "../../releases";
import { blocking, waive } from "../evaluate";
import type { Finding } from "../finding";
import { type ClusterCase, clusterSeen } from "./clusterCase";
import { describeStep, judgeOrder, stateText } from "./clusterFindings";
import { evaluateCluster } from "./evaluateCluster";

export interface ClusterState {
  /** `done` and `above` only where the server object and every node that the directory names were seen there. */
  readonly progress: "done" | "above" | "pending" | "unknown";
  /** What is seen of the server object, its owner and state, and the nodes. */
  readonly now: string;
  /** The step that is due, with its support. Null where none is. */
  readonly due: DueStep | null;
  /** Why it is not proven, in a line; null where it is, and where a step is due. */
  readonly open: string | null;
}

/** A step that a person does. */
export interface DueStep extends Evidenced {
  readonly text: string;
}

/** @param waivers reasons by rule, as the program has them */
export function clusterState(
  c: ClusterCase,
  waivers: { readonly [rule: string]: string } | undefined,
): ClusterState {
  const { next, isDone, waived } = judgeOrder(c, waivers);
  const now = stateText(c);
  const as = (progress: ClusterState["progress"], open: string | null = null): ClusterState => ({
    progress,
    now,
    due: null,
    open,
  });
  if (next.kind === "step")
    return {
      ...as("pending"),
      due: { text: describeStep(c, next.step), ...clusterActionEvidence[next.step.action] },
    };
  const [order] = waived.remaining;
  if (!isDone && next.kind !== "above")
    return as(order?.verdict.verdict === "fails" ? "pending" : "unknown", order && textOf(order));
  // A node that the program does not name was not looked at.
  const [others] = blocking(waive(evaluateCluster(c), waivers).remaining).filter(
    ({ rule }) => rule === "R75",
  );
  if (others !== undefined) return as("unknown", textOf(others));
  if (isDone) return as("done");
  // Beyond the target is only what is there as a whole.
  const { cms, nodes } = clusterSeen(c);
  const standings = [cms, ...nodes.map(({ standing }) => standing)];
  if (standings.some((each) => each.known && (each.value === "old" || each.value === "unfinished")))
    return as("pending", order && textOf(order));
  return standings.every(({ known }) => known) ? as("above") : as("unknown", order && textOf(order));
}

function textOf({ rule, verdict }: Finding): string {
  if (verdict.verdict === "fails") return `${verdict.problem} (${rule})`;
  return `not verified: ${verdict.why} (${rule})`;
}
