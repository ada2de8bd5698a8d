/** What computers are asked beside the facts of their steps, for facts snapshots. */
import type { MaintenanceFacts, Unknown } from "../../facts";
import { type ClusterNodeFacts, unreadClusterNode } from "../../facts/clusterNode";
import { type ExchangeFiles, unreadMaintenance } from "../../host";

/** Answers by the name of the question. */
export interface Answered {
  /** The build of ExSetup.exe, and whether a security update's file exists. */
  readonly files: ExchangeFiles;
  /** A node's view of its cluster. */
  readonly cluster: ClusterNodeFacts;
  /** What a server's management shell shows. */
  readonly maintenance: MaintenanceFacts;
}

/** Name of a question. */
export type Question = keyof Answered;

/** The answers of a computer that did not answer. */
export const unanswered: { readonly [Q in Question]: (not: Unknown) => Answered[Q] } = {
  files: (not) => ({ installed: not, fileThere: not }),
  cluster: unreadClusterNode,
  maintenance: ({ why }) => unreadMaintenance(why),
};

/** True for the name of a question. */
export function isQuestion(name: unknown): name is Question {
  return typeof name === "string" && Object.hasOwn(unanswered, name);
}
