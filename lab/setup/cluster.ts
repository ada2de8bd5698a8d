/** What Setup of 2007 does on a node of a cluster. docs/assumptions.md names the source of each behaviour; the sentences are the lab's own. */
import type { LabRelease } from "../release-table";
import type { ProgramContext } from "../windows/programs/program";
import { exchangeKeyOf } from "../windows/seed";
import type { SetupTask } from "./command-line";
import type { Problem } from "./prerequisites";
import { isFinished, type RoleState } from "./roles";

/** Why Setup does not start on this node; nothing elsewhere. */
export function clusterProblems(
  { computer }: Pick<ProgramContext, "computer">,
  task: SetupTask,
  release: LabRelease,
  roles: readonly RoleState[],
): readonly Problem[] {
  const { cluster, name } = computer;
  const problem = (message: string): readonly Problem[] => [{ rule: "ClusteredMailboxServer", message }];
  if (cluster === null)
    return task.kind === "upgradeCms" ? problem("This computer hosts no clustered mailbox server.") : [];
  const owns = cluster.own.owner === name;
  if (task.kind === "upgrade")
    return owns
      ? problem("Setup runs on a passive node only; this node hosts the clustered mailbox server.")
      : [];
  if (task.kind !== "upgradeCms") return [];
  if (!owns) return problem("The clustered mailbox server is not on this node.");
  if (!roles.every((state) => isFinished(state, release))) return problem("This node is not upgraded yet.");
  if (cluster.isBroken)
    return problem(
      "Every node is upgraded, and the clustered mailbox server is not: it cannot be upgraded any more.",
    );
  return [];
}

/** The key in which /UpgradeCMS keeps its watermark. */
export function cmsKey(release: LabRelease): string {
  return `${exchangeKeyOf(release)}\\ClusteredMailboxServer`;
}
