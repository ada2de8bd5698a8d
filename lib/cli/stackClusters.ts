/** The clustered mailbox servers of a stack, as the directory and their nodes show them now. */
import type { ForestFacts } from "../facts";
import { lookAtStanding } from "../provider/cluster/lookAtCluster";
import type { OrganizationCluster } from "../provider/gates/organizationClusters";
import type { Run } from "../provider/memory/run";
import { unsetTexts } from "../provider/step/variables";
import type { Release } from "../releases";
import type { ClusterState } from "../rules/cluster/clusterState";

export interface ClusterNow extends ClusterState {
  readonly name: string;
  /** FQDN; null where not even that is known. */
  readonly computer: string | null;
  readonly target: Release | null;
  /** Null where it was not looked at. */
  readonly forest: ForestFacts | null;
}

/** Looks at each. One whose arguments cannot be used is `unknown`, with the reason. */
export function clustersNow(
  run: Run,
  clusters: readonly OrganizationCluster[],
): Promise<readonly ClusterNow[]> {
  return Promise.all(
    clusters.map(async ({ name, parsed: { cluster, problems }, unset }) => {
      const of = { name, computer: cluster?.cms.computer ?? null, target: cluster?.cms.target ?? null };
      const [why] = [...problems, ...unsetTexts(unset)];
      if (cluster !== null && why === undefined) return { ...of, ...(await lookAtStanding(run, cluster)) };
      const not = why ?? "its arguments are not known";
      return { ...of, progress: "unknown" as const, now: not, due: null, open: not, forest: null };
    }),
  );
}
