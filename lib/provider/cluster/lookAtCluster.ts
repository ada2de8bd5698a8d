/** One look at a clustered mailbox server: reads the directory and its nodes, and makes the case from them. */
import { createHash } from "node:crypto";
import { type ForestFacts, known, unknown, unreadComputer } from "../../facts";
import { type ClusterNodeFacts, unreadClusterNode } from "../../facts/clusterNode";
import { readClusterNode } from "../../host";
import { setupOf } from "../../releases";
import type { StepFacts } from "../../rules/case";
import type { ClusterCase, ClusterFacts } from "../../rules/cluster/clusterCase";
import { judgeOrder } from "../../rules/cluster/clusterFindings";
import { type ClusterState, clusterState } from "../../rules/cluster/clusterState";
import { evaluateCluster } from "../../rules/cluster/evaluateCluster";
import type { Next } from "../../rules/cluster/nextStep";
import { type Waived, waive } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import { objectOf } from "../../rules/organization/serverObjects";
import { askComputer } from "../facts/askComputer";
import type { Run } from "../memory/run";
import { caseOf } from "../step/case";
import { type Look, onFacts } from "../step/circumstances";
import type { Step } from "../step/step";
import type { Cluster } from "./cluster";

/**
 * Reads the case: anew, or in preview once for its gates and its own row. A fact that could not be read is unknown; nothing throws.
 * @param stateOnly true if nobody's rights are judged
 */
export async function seeCluster(
  run: Run,
  cluster: Cluster,
  look: Look,
  stateOnly = true,
): Promise<ClusterCase> {
  const { cms, group, nodes } = cluster;
  const how = { recorded: false, apply: look.apply, recordedWindows: null };
  const read = await (look.preview
    ? sharedFacts(run, cluster, look, stateOnly)
    : factsOf(run, cluster, look, stateOnly));
  const ofNodes = Object.values(nodes).flatMap((step, at) => {
    const facts = read.nodes[at];
    return facts === undefined ? [] : [{ case: caseOf(run, step, facts.computer, how), facts: facts.node }];
  });
  const facts = { ...read.cms, computer: objectAsComputer(cms, read.cms) };
  return { cms: caseOf(run, cms, facts, how), group, nodes: ofNodes };
}

/** The facts that this preview has read, or reads. What was read with everybody's rights serves who asks for the state alone. */
function sharedFacts(run: Run, cluster: Cluster, look: Look, stateOnly: boolean): Promise<ClusterFacts> {
  const { cms, nodes } = cluster;
  // What only the rules and the order look at does not change what is read.
  const asked = ({ inputs, kind, computer, target, account }: Step) => {
    const { directory, timeouts, computer: connection } = inputs;
    return [kind, computer, target.name, account, directory, timeouts, connection];
  };
  const question = JSON.stringify([
    asked(cms),
    Object.entries(nodes).map(([name, step]) => [name, asked(step)]),
  ]);
  const key = (all: boolean) =>
    createHash("sha256")
      .update(JSON.stringify([question, look.unknown, all]))
      .digest("hex");
  const earlier = run.clusters.get(key(true)) ?? run.clusters.get(key(!stateOnly));
  const facts = earlier ?? factsOf(run, cluster, look, stateOnly);
  if (earlier === undefined) run.clusters.set(key(!stateOnly), facts);
  return facts;
}

async function factsOf(
  run: Run,
  { cms, nodes }: Cluster,
  look: Look,
  stateOnly: boolean,
): Promise<ClusterFacts> {
  const { preview } = look;
  const how = { recorded: false, anew: true, stateOnly, preview };
  const [ofCms, ...ofNodes] = await Promise.all([
    run.facts.read(cms, { ...how, computer: false, unknown: look.unknown }),
    ...Object.entries(nodes).map(async ([name, step]) => {
      const isHidden = look.unknown.some((each) => each.startsWith(`nodes.${name}.connection`));
      const hidden = isHidden ? [...look.unknown, "computer.connection"] : look.unknown;
      const [computer, node] = await Promise.all([
        run.facts.read(step, { ...how, computer: true, unknown: hidden, fresh: true }),
        run.facts.answer(step, { question: "cluster", preview }, () => clusterOn(run, step, isHidden)),
      ]);
      return { computer, node };
    }),
  ]);
  return { cms: ofCms, nodes: ofNodes };
}

/** What was seen, what is next, and what the rules say. */
export interface SeenCluster {
  readonly seen: ClusterCase;
  /** Findings of all rules but those on the order. */
  readonly waived: Waived;
  readonly next: Next;
  /** True if nothing is left to do. */
  readonly isDone: boolean;
  /** The finding on the order that no waiver accepts: also that a step is due. */
  readonly order: readonly Finding[];
  readonly state: ClusterState;
}

/** Reads the case, and judges it. Waivers of the order are among those of the other rules. */
export async function lookAtCluster(run: Run, cluster: Cluster, look: Look): Promise<SeenCluster> {
  const seen = await seeCluster(run, cluster, look, look.recorded);
  const { inputs } = cluster.cms;
  const waived = waive(evaluateCluster(seen, look.recorded), inputs.waive);
  const { next, isDone, waived: order } = judgeOrder(seen, inputs.waive);
  return {
    seen,
    // What the state has is not judged by what is next.
    waived: look.recorded ? waived : both(waived, order),
    next,
    isDone,
    order: order.remaining,
    state: clusterState(seen, inputs.waive),
  };
}

/** Reads it anew, and answers how it stands, whoever may do the next step. */
export async function lookAtStanding(
  run: Run,
  cluster: Cluster,
): Promise<ClusterState & { readonly forest: ForestFacts }> {
  const seen = await seeCluster(run, cluster, onFacts);
  return { ...clusterState(seen, cluster.cms.inputs.waive), forest: seen.cms.facts.forest };
}

/** All of the rules, and what waivers do on the order. */
function both(rules: Waived, order: Waived): Waived {
  return {
    remaining: rules.remaining,
    accepted: [...rules.accepted, ...order.accepted],
    refused: [...rules.refused, ...order.refused],
  };
}

/** The server object in the form of a computer with the Mailbox role: no registry is the clustered mailbox server's own. */
function objectAsComputer({ computer }: Step, { forest }: StepFacts): StepFacts["computer"] {
  const why = "a clustered mailbox server is no computer";
  const { servers } = forest;
  const read = unreadComputer(servers.known ? why : servers.why, computer);
  if (!servers.known) return { ...read, roles: servers };
  const object = objectOf(servers.value, computer);
  const build = object?.build ?? null;
  if (object === undefined || build === null)
    return { ...read, roles: unknown("its server object shows no build", servers.source) };
  const role = {
    role: "Mailbox",
    configured: build,
    unpacked: build,
    watermark: null,
    action: null,
  } as const;
  return { ...read, roles: known([role], object.dn) };
}

function clusterOn(run: Run, step: Step, isHidden: boolean): Promise<ClusterNodeFacts> {
  const not = (why: string) => unreadClusterNode(unknown(why, step.computer));
  if (isHidden) return Promise.resolve(not("its connection is not known yet"));
  return askComputer(step, run.logons, (session) => readClusterNode(session, setupOf(step.target)), {
    unread: not,
    late: (seconds) => `it has not answered within ${seconds} s`,
  });
}
