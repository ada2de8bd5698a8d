/** The plan of the upgrade of a clustered mailbox server, for people. */
import {
  type ClusterAction,
  clusterActionEvidence,
  formatBuild,
  moveCommand,
  moveGroupCommand,
  type Release,
  setupOf,
  startCommand,
  stopCommand,
  upgradeCms,
} from "../releases";
import { goneTexts } from "./stepPlan";

/**
 * What is done, in its order. It contains nothing that was read from the cluster, so an approved plan stays valid while the
 * steps are done.
 */
export interface ClusterPlan {
  /** FQDN of the clustered mailbox server. */
  readonly server: string;
  /** FQDNs of its nodes. */
  readonly nodes: readonly string[];
  /** Who does the steps. */
  readonly run: string;
  /** The steps in order, each with its command and its support: documented, practice or unverified. */
  readonly steps: readonly string[];
  /** Whether it can be undone. */
  readonly undo: string;
  /** Release and build of the clustered mailbox server and of every node afterwards. */
  readonly after: string;
  /** Servers that the program declares gone, each with the reason; absent if there are none. */
  readonly gone?: readonly string[] | undefined;
}

/** What the plan is made from. */
export interface PlannedCluster {
  readonly server: string;
  readonly nodes: readonly string[];
  readonly target: Release;
  /** Servers that the program declares gone, with the reasons. @default none */
  readonly gone?: { readonly [server: string]: string } | undefined;
}

/** The plan. */
export function planOfCluster({ server, nodes, target, gone }: PlannedCluster): ClusterPlan {
  const cms = (server.split(".")[0] ?? server).toUpperCase();
  const { program, upgrade } = setupOf(target);
  const names = { cms, target: target.name };
  const node = (what: string) => [
    step("move groups", `every group of ${what} to another node: ${moveGroupCommand("<group>", "<node>")}`),
    step("upgrade node", `${program} ${upgrade} on ${what}`),
    step("restart node", `a restart of ${what}`),
  ];
  return {
    server,
    nodes,
    run: "guided: an operator does each step; each run of pulumi up verifies it, and says the next one",
    steps: [
      ...node("the passive node"),
      step("stop", stopCommand(names)),
      step("move", moveCommand(names, "<the upgraded node>")),
      step("upgrade CMS", `${program} ${upgradeCms} on the upgraded node`),
      ...node(nodes.length === 2 ? "the other node" : "each other node"),
      step("start", startCommand(names)),
    ],
    undo: "irreversible (D9): a full backup before and after",
    after: `${target.name} (${formatBuild(target.build)})`,
    ...(gone === undefined ? {} : { gone: goneTexts(gone) }),
  };
}

function step(action: ClusterAction, what: string): string {
  const { evidence, source } = clusterActionEvidence[action];
  return `${what} (${evidence}: ${source})`;
}
