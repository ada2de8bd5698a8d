/** The clustered mailbox servers of a whole organization, as the two gates receive them and judge them. */
import { z } from "zod";
import { clusterSeen } from "../../rules/cluster/clusterCase";
import type { Finding } from "../../rules/finding";
import { isRecord, type Props } from "../../wire/values";
import type { Call } from "../call";
import { type Cluster, isSameCluster, type ParsedCluster, parseCluster } from "../cluster/cluster";
import { lookAtCluster, type SeenCluster } from "../cluster/lookAtCluster";
import type { Run } from "../memory/run";
import { noteStep } from "../step/case";
import { type NeededCredentials, type UnsetVariable, unsetVariables } from "../step/variables";

/** What the component adds to a clustered mailbox server's own arguments. */
export const clusterEntry = z.looseObject({
  after: z.array(z.string()).optional(),
  rests: z.string().optional(),
  place: z.unknown().optional(),
});

/** A clustered mailbox server of the organization. */
export interface OrganizationCluster {
  /** Name of its resource. */
  readonly name: string;
  readonly parsed: ParsedCluster;
  /** Credentials that this run needs and whose variables are not set. */
  readonly unset: readonly UnsetVariable[];
}

/** One with valid inputs. */
type WholeCluster = OrganizationCluster & { readonly cluster: Cluster };

/** One with what was seen of it and what the rules say. */
export interface JudgedCluster extends WholeCluster, SeenCluster {
  /** Findings that no waiver accepts. A step that is due is none of them. */
  readonly findings: readonly Finding[];
}

/** Makes one from a gate's inputs, and notes its place in the order. @param needed as for the steps */
export function organizationCluster(
  run: Run,
  name: string,
  inputs: Props,
  needed?: (name: string) => NeededCredentials,
): OrganizationCluster {
  const parsed = parseCluster(inputs);
  if (parsed.cluster !== null) noteStep(run, parsed.cluster.cms);
  const unset =
    needed === undefined ? [] : parsed.inputs.flatMap((each) => unsetVariables(each, needed(name)));
  return { name, parsed, unset };
}

/** Those that can be judged. */
export function wholeClusters(clusters: readonly OrganizationCluster[]): readonly WholeCluster[] {
  return clusters.flatMap((each) => {
    const { cluster } = each.parsed;
    return cluster === null || each.unset.length > 0 ? [] : [{ ...each, cluster }];
  });
}

/**
 * Judges them as if all planned steps were done.
 * @param recorded whether the state has one at its target, by name
 */
export async function judgeClusters(
  { run, preview }: Call,
  clusters: readonly OrganizationCluster[],
  recorded: (name: string) => boolean,
): Promise<readonly JudgedCluster[]> {
  return Promise.all(
    wholeClusters(clusters).map(async (each) => {
      const { parsed, cluster, name } = each;
      const seen = await lookAtCluster(run, cluster, {
        apply: false,
        preview,
        recorded: false,
        unknown: parsed.unknown,
      });
      const findings = [...seen.waived.remaining, ...(seen.next.kind === "step" ? [] : seen.order)];
      // What the state has, and its server object shows, is not refused because a node does not answer today.
      const isShown = recorded(name) && seen.next.kind === "unknown" && isAtTarget(seen);
      return {
        ...each,
        ...seen,
        findings: isShown ? findings.filter(({ verdict }) => verdict.verdict === "fails") : findings,
      };
    }),
  );
}

function isAtTarget({ seen }: SeenCluster): boolean {
  const { cms } = clusterSeen(seen);
  return cms.known && cms.value === "new";
}

/** The clustered mailbox servers that the state has, by the gate's inputs. */
export function clustersIn(olds: Props, news: Props): (name: string) => boolean {
  if (olds.target !== news.target || !isRecord(olds.clusters) || !isRecord(news.clusters)) return () => false;
  const [old, now] = [olds.clusters, news.clusters];
  return (name) => {
    const [before, after] = [old[name], now[name]];
    return isRecord(before) && isRecord(after) && isSameCluster(before, after);
  };
}
