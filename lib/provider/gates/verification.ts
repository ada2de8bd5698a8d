/** The gate after the last step: in preview it refuses with every finding, in `up` it proves the result (D13). */
import { stateText } from "../../rules/cluster/clusterFindings";
import { blocking, broken } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import type { CheckAnswer } from "../../wire/answers";
import type { Props } from "../../wire/values";
import type { Call, Outs } from "../call";
import { lookAtCluster } from "../cluster/lookAtCluster";
import { see } from "../look";
import { reportComplete } from "../report";
import { unprovenText } from "../run/perform";
import { onFacts } from "../step/circumstances";
import { gateHandler } from "./gateHandler";
import { clustersIn, judgeClusters, wholeClusters } from "./organizationClusters";
import {
  argumentRefusals,
  digestOf,
  judgePlanned,
  neededBy,
  organizationToCreate,
  progressReporter,
  recordedIn,
  recordOf,
  refusals,
  snapshotRefusals,
  unwaivedFindings,
  withoutParallel,
} from "./organizationGate";
import { eachStep, organizationOf } from "./organizationSteps";

export const verification = gateHandler("verification", {
  check: answerCheck,
  changes: (_call, olds, news) => olds.digest !== digestOf(news),
  pass: prove,
});

async function answerCheck(call: Call, olds: Props, news: Props): Promise<CheckAnswer> {
  const { run, preview } = call;
  const inputs = withoutParallel(run, news);
  // After the last step create proves the result, by reading everything; in preview all of it is judged here.
  if (!preview) return { inputs, failures: [] };
  const recorded = recordedIn(olds, news);
  const organization = organizationOf(run, news, neededBy(call, recorded));
  const unusable = snapshotRefusals(run, organization);
  if (unusable.length > 0) return { inputs, failures: unusable };
  const wrong = argumentRefusals(organization);
  const judged = await judgePlanned(call, organization, recorded);
  for (const each of judged) run.forecast.note(each.step, each.case, each.state);
  const clusters = await judgeClusters(call, organization.clusters, clustersIn(olds, news));
  const findings = unwaivedFindings(judged, clusters);
  reportComplete();
  return { inputs, failures: broken(findings).length === 0 ? wrong : [...wrong, ...refusals(findings)] };
}

/** Reads everything again: every step at the target, in the directory and in the registries. */
async function prove({ run, log, notify }: Call, _olds: Props, inputs: Props): Promise<Outs> {
  const organization = organizationToCreate(run, "verification", inputs);
  run.facts.forget();
  const seen = await eachStep(
    organization,
    async (each, seconds) => ({
      ...each,
      ...(await see(run, each.step, { why: "proof", everyComputer: true, seconds })),
    }),
    progressReporter(log),
  );
  const clusters = await Promise.all(
    wholeClusters(organization.clusters).map(async ({ name, cluster }) => ({
      name,
      ...(await lookAtCluster(run, cluster, onFacts)),
    })),
  );
  const unproven = [
    ...seen.flatMap((each) => unprovenText(each.step, each.case, each.state) ?? []),
    ...clusters.flatMap(({ waived, order }) =>
      [...blocking(waived.remaining), ...order].map((finding) => renderFinding(finding)),
    ),
  ];
  if (unproven.length > 0) {
    const count = unproven.length === 1 ? "1 step is" : `${unproven.length} steps are`;
    throw new Error([`${count} not proven`, ...unproven].join("\n"));
  }
  const summary = `${seen.length + clusters.length} steps are proven, in the directory and in the registries`;
  await log.info(summary);
  notify("done", summary);
  const proven = seen.map(({ name, state }) => [
    name,
    state.known ? state.value.readings.map((r) => r.text).join(", ") : "",
  ]);
  const ofClusters = clusters.map((each) => [each.name, stateText(each.seen)]);
  return { ...recordOf(inputs), proven: Object.fromEntries([...proven, ...ofClusters]) };
}
