/**
 * The gate before every step. The engine stops at the first resource whose check fails, and hides every later row. So
 * in preview this gate and all steps only warn, and the last gate refuses. In `up` this gate refuses before anything is
 * changed.
 */

import { blocking } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import { countFindings } from "../../rules/findingGroups";
import { renderFindings, shareFindings } from "../../rules/sharedFindings";
import type { Progress } from "../../rules/state";
import { withCode } from "../../text";
import type { CheckAnswer } from "../../wire/answers";
import type { ResourceLog } from "../../wire/engine";
import { reportSteps } from "../../wire/reportFile";
import { isRecord, type Props } from "../../wire/values";
import type { Call, Outs } from "../call";
import type { ReadStep } from "../memory/recordedWindows";
import type { Run } from "../memory/run";
import { tellGone } from "../step/gone";
import { gateHandler } from "./gateHandler";
import { clustersIn, type JudgedCluster, judgeClusters } from "./organizationClusters";
import {
  argumentRefusals,
  digestOf,
  judgePlanned,
  neededBy,
  organizationToCreate,
  recordedIn,
  recordOf,
  refusals,
  snapshotRefusals,
  targetRefusals,
  unwaivedFindings,
  withoutParallel,
} from "./organizationGate";
import { type JudgedStep, type Organization, organizationOf } from "./organizationSteps";

export const readiness = gateHandler("readiness", {
  async check(call, olds, news) {
    const { passes } = call.run;
    passes.noteGate(news, false);
    const answer = await answerCheck(call, olds, news);
    if (answer.failures.length === 0) passes.noteGate(news, !call.preview);
    return answer;
  },
  // The gate only records the organization; check decides whether there is an obstacle.
  changes: (_call, olds, news) => olds.digest !== digestOf(news),
  pass,
});

async function answerCheck(call: Call, olds: Props, news: Props): Promise<CheckAnswer> {
  const { run, preview, log } = call;
  const inputs = withoutParallel(run, news);
  for (const own of [news.steps, news.clusters]) if (isRecord(own)) reportSteps(Object.keys(own));
  if (!preview) run.facts.forget();
  const recorded = recordedIn(olds, news);
  const organization = organizationOf(run, news, neededBy(call, recorded));
  run.windows.note(
    olds,
    organization.steps.flatMap(({ step }) => step?.computer ?? []),
  );
  const unusable = preview ? snapshotRefusals(run, organization) : [];
  if (unusable.length > 0) return { inputs, failures: unusable };
  const wrong = argumentRefusals(organization);
  const judged = await judgePlanned(call, organization, recorded);
  for (const each of judged) run.forecast.note(each.step, each.case, each.state);
  const clusters = await judgeClusters(call, organization.clusters, clustersIn(olds, news));
  const findings = unwaivedFindings(judged, clusters);
  const readings = judged.map(readingOf);
  if (!preview) {
    const failures = [...wrong, ...targetRefusals(organization)];
    if (blocking(findings).length > 0) failures.push(...refusals(findings));
    return { inputs: { ...inputs, windows: run.windows.seen(readings) }, failures };
  }
  await run.facts.snapshot.announce(log);
  // The last gate refuses with the whole text.
  for (const { reason } of wrong)
    await log.warn(withCode(`pulumi up will refuse: ${reason.split("\n")[0]}`, "XU-ARGUMENT"));
  run.told.arguments = wrong.length > 0;
  await tellReadiness(organization, judged, clusters, log);
  await tellFindings(run, findings, log);
  await tellGone([...judged.map((each) => each.case), ...clusters.map(({ seen }) => seen.cms)], log);
  await run.forecast.tellWindows(log);
  const servers = organization.steps.filter(({ kind }) => kind === "server").length;
  return { inputs: { ...inputs, windows: run.windows.planned(servers, readings) }, failures: [] };
}

function readingOf({ kind, step, case: { facts } }: JudgedStep): ReadStep {
  return { kind, computer: step.computer, facts: facts.computer };
}

/** The gate creates nothing in the world: it refuses if a rule is broken or not verified. */
async function pass(call: Call, olds: Props, inputs: Props): Promise<Outs> {
  const { run, log } = call;
  const organization = organizationToCreate(run, "readiness", inputs);
  // The facts that check has just read are still valid: nothing has been changed since.
  const recorded = olds.ready === true && olds.target === inputs.target;
  const judged = await judgePlanned(call, organization, () => recorded);
  const clusters = await judgeClusters(call, organization.clusters, clustersIn(olds, inputs));
  const findings = unwaivedFindings(judged, clusters);
  if (blocking(findings).length > 0) {
    run.passes.noteGate(inputs, false);
    throw new Error(
      refusals(findings)
        .map((f) => f.reason)
        .join("\n"),
    );
  }
  for (const text of renderFindings(findings)) await log.warn(text);
  return { ...recordOf(inputs), ready: true };
}

/** In preview: tells what is left to do. */
async function tellReadiness(
  organization: Organization,
  judged: readonly JudgedStep[],
  clusters: readonly JudgedCluster[],
  log: ResourceLog,
): Promise<void> {
  const steps = [...organization.steps, ...organization.clusters];
  const all = [
    ...judged.flatMap(({ state }) => (state.known ? state.value.progress : [])),
    ...clusters.flatMap(({ state: { progress } }) => (progress === "unknown" ? [] : progress)),
  ];
  const of = (progress: Progress): number => all.filter((each) => each === progress).length;
  const seen = all.length;
  const others: readonly (readonly [number, string])[] = [
    [of("above"), "beyond the target"],
    [of("absent"), "with nothing to upgrade"],
    [steps.length - seen, "not read"],
  ];
  const otherTexts = others.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
  if (of("pending") > 0 || otherTexts.length > 0)
    await log.info(`${steps.length} steps: ${of("pending")} to do, ${of("done")} done${otherTexts.join("")}`);
}

/**
 * In preview: tells once what keeps many rules of many steps from being judged. Other findings appear under their
 * steps, and the last gate reports broken rules.
 */
async function tellFindings({ told }: Run, findings: readonly Finding[], log: ResourceLog): Promise<void> {
  const must = blocking(findings);
  const isAllTold = shareFindings(must).every(({ cause }) => cause !== undefined);
  const counts = countFindings(findings);
  if (must.length > 0 && isAllTold) await log.warn(`pulumi up will refuse: ${counts}`);
  else if (must.length > 0)
    await log.warn(`pulumi up will refuse: ${counts}; see the diagnostics of each step below`);
  for (const text of told.causesOf(findings)) await log.warn(text);
}
