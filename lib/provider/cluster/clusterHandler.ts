/**
 * What a clustered mailbox server does when the engine calls. No Setup is started: an operator does each step, check tells the next
 * one, and create and update refuse with it until everything is done and proven.
 */
import { mayStartIn, windowText } from "../../plan/changeWindow";
import { formatBuild } from "../../releases";
import { type ClusterCase, objectOfCluster } from "../../rules/cluster/clusterCase";
import { describeStep, judgeOrder, stateText } from "../../rules/cluster/clusterFindings";
import { blocking, broken } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import { changeWindowFinding } from "../../rules/handlerFindings";
import { serverNamed } from "../../rules/organization/serverObjects";
import { argument } from "../../rules/program/argumentTexts";
import { renderFindings } from "../../rules/sharedFindings";
import { stepState } from "../../rules/state";
import { renderProblem, withCode } from "../../text";
import { type CheckAnswer, type DiffAnswer, refusal } from "../../wire/answers";
import { isRecord, type Props, sameJson, unknownValue, withoutBookkeeping } from "../../wire/values";
import type { Call, Handler, Outs } from "../call";
import { argumentText, reportWaivers, tellKept, tellNotDone } from "../check";
import { now } from "../memory/clock";
import { notMade } from "../memory/passes";
import { refuseChanged, refuseOutOfTurn } from "../outOfTurn";
import { reportCluster, reportRefusal } from "../report";
import { noteStep } from "../step/case";
import { onFacts } from "../step/circumstances";
import { logonOf } from "../step/connectionOptions";
import { tellGone } from "../step/gone";
import { nameOf } from "../step/sameStep";
import { unsetTexts, unsetVariables } from "../step/variables";
import { addedKeys, type Cluster, isSameCluster, parseCluster, plannedOf, planOf, wordsOf } from "./cluster";
import { lookAtCluster, seeCluster } from "./lookAtCluster";

export const clusteredMailbox: Handler = {
  check,
  diff: async (_call, olds, news) => diff(olds, news),
  create: async (call, inputs) => {
    const cluster = wholeCluster(inputs);
    refuseUnchecked(call, cluster, inputs);
    const builds = await prove(cluster, call);
    return { id: `${cluster.cms.computer}/cluster`, outs: { ...inputs, builds } };
  },
  read,
  update: async (call, olds, news) => {
    const cluster = wholeCluster(news);
    if (isProven(olds, news)) {
      refuseChanged(call.run.passes, wordsOf(cluster), news, planOf(cluster), false);
      return { outs: { ...news, builds: olds.builds } };
    }
    refuseUnchecked(call, cluster, news);
    return { outs: { ...news, builds: await prove(cluster, call) } };
  },
};

/** Answers check: refuses what breaks a rule, tells the next step, and adds the plan to the inputs. */
async function check(call: Call, olds: Props, given: Props): Promise<CheckAnswer> {
  const { run, preview, gated, log } = call;
  const news = run.passes.withPlanned(given);
  const parsed = parseCluster(news);
  const refuse = async (texts: readonly string[]): Promise<CheckAnswer> => {
    const text = argumentText(texts);
    reportRefusal("clusteredMailbox", news, text);
    if (!gated || !preview) return { inputs: { ...news }, failures: [refusal(text)] };
    // The gate after the last step refuses with the whole text.
    if (!run.told.arguments) await log.warn(withCode(text.split("\n")[0] ?? "", "XU-ARGUMENT"));
    return { inputs: { ...news, plan: unknownValue, planned: unknownValue }, failures: [] };
  };
  if (parsed.problems.length > 0) return refuse(parsed.problems);
  const { cluster } = parsed;
  const recorded = isProven(olds, news);
  const unset = run.facts.needsCredentials(preview)
    ? parsed.inputs.flatMap((inputs) => unsetVariables(inputs, { preview, recorded: false }))
    : [];
  if (unset.length > 0) return refuse([...new Set(unsetTexts(unset))]);
  if (cluster !== null) noteStep(run, cluster.cms);
  await tellNotDone(cluster?.cms.computer ?? "its server", "verified", call, news);
  if (preview && cluster !== null) await tellKept(cluster.cms.computer, call, news);
  const unusable = preview && cluster !== null ? run.facts.snapshot.refusal(cluster.cms) : null;
  if (unusable !== null) return { inputs: { ...news }, failures: [refusal(unusable)] };
  const isLookedAt = cluster !== null && notMade(news).length === 0;
  if (cluster !== null && !isLookedAt) {
    const not = {
      progress: "unknown",
      due: null,
      now: "not looked at: this run does not come to it",
      forest: null,
      findings: [],
      accepted: [],
    } as const;
    reportCluster(
      run,
      { step: cluster.cms, plan: planOf(cluster), overWinRm: overWinRm(cluster), ...not },
      news,
    );
  }
  const failures = isLookedAt
    ? await liveRefusals(cluster, call, news, { recorded, unknown: parsed.unknown })
    : [];
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const isKnown = cluster !== null && parsed.unknown.every((name) => /^nodes\..*\.connection$/.test(name));
  const inputs = {
    ...news,
    plan: isKnown ? planOf(cluster) : unknownValue,
    planned: cluster === null || parsed.unknown.includes("prepared") ? unknownValue : plannedOf(cluster),
  };
  run.passes.noteChecked(inputs);
  return { inputs, failures };
}

/** Judges it on live facts, and tells where it stands. A step that is due refuses in create, not here. */
async function liveRefusals(
  cluster: Cluster,
  { preview, run, log, gated }: Call,
  news: Props,
  { recorded, unknown }: { readonly recorded: boolean; readonly unknown: readonly string[] },
) {
  const { cms } = cluster;
  const looked = await lookAtCluster(run, cluster, { apply: !preview, preview, recorded, unknown });
  if (preview) await run.facts.snapshot.announce(log);
  const { seen, waived, next, isDone, order, state } = looked;
  await reportWaivers(waived, cms, log);
  // In an organization, the first gate tells it once for all.
  if (!gated) await tellGone([seen.cms], log);
  if (recorded) {
    if (next.kind === "unknown")
      await log.warn(
        withCode(
          `${cms.computer}: not verified: ${next.why}; the state has it at ${cms.target.name}`,
          "XU-UNREAD",
        ),
      );
    else if (!isDone && next.kind !== "above")
      await log.warn(
        withCode(
          `${cms.computer}: drift: now ${stateText(seen)}. Run pulumi refresh, then pulumi up: it says what is to be done`,
          "XU-DRIFT",
        ),
      );
  } else if (isDone)
    await log.info(`${cms.computer}: adopted, nothing is to be done: now ${stateText(seen)}`);
  else if (next.kind === "step")
    await log.info(`${cms.computer}: ${describeStep(seen, next.step)}\n  now   ${stateText(seen)}`);
  // A step that is due is no refusal of a preview.
  const all = [...waived.remaining, ...(recorded || next.kind === "step" ? [] : order)];
  const { root } = seen.cms.facts.forest;
  const checked = {
    step: cms,
    plan: planOf(cluster),
    overWinRm: overWinRm(cluster),
    forest: root.known ? root.value : null,
  };
  const judged = { ...state, findings: all, accepted: waived.accepted };
  reportCluster(run, { ...checked, ...judged }, news);
  const failing = broken(all);
  const others = all.filter((each) => !failing.includes(each));
  for (const text of run.told.textsOf(others, gated))
    await log.warn(unknown.length > 0 ? (text.split("\n")[0] ?? "") : text);
  if (!gated) return failing.map((finding) => refusal(renderFinding(finding)));
  for (const finding of failing) await log.warn(renderFinding(finding).split("\n")[0] ?? "");
  return [];
}

/** FQDNs of the nodes that are reached over WinRM. */
function overWinRm({ nodes }: Cluster): readonly string[] {
  return Object.values(nodes)
    .filter(({ inputs }) => logonOf(inputs.computer.connection) === "winrm")
    .map(({ computer }) => computer);
}

/**
 * The builds of everything, if all is done.
 * @throws Error with the rules that are broken or could not be judged, else with the one step that is due
 */
async function prove(cluster: Cluster, call: Call): Promise<{ readonly [what: string]: string }> {
  const { seen, waived, next, order } = await lookAtCluster(call.run, cluster, onFacts);
  await reportWaivers(waived, cluster.cms, call.log);
  const refused = blocking(waived.remaining);
  if (refused.length > 0) throw new Error(renderFindings(refused).join("\n"));
  const closed = next.kind === "step" ? windowRefusal(cluster) : null;
  if (closed !== null) throw new Error(closed);
  const [due] = order;
  if (due !== undefined) throw new Error(renderFinding(due));
  for (const text of renderFindings(waived.remaining.filter(({ level }) => level === "should")))
    await call.log.warn(text);
  const summary = `${stateText(seen)}. Not read: the copies of its databases; look at Get-StorageGroupCopyStatus`;
  await call.log.info(summary);
  call.notify("done", summary);
  return buildsOf(seen);
}

/** R10: no step is said outside the change window. Nobody knows how long an operator's step takes. */
function windowRefusal({ cms }: Cluster): string | null {
  const { changeWindow: window } = cms.inputs;
  if (window === undefined) return null;
  const verdict = mayStartIn(window, now(), 0, [], cms.place);
  if (verdict.verdict === "ok") return null;
  const own = {
    needed: `a time from ${windowText(window)}: outside of it no step is said`,
    fix: `run pulumi up again inside the window, or change ${argument(cms, "changeWindow")}`,
  };
  const about = { step: "clusteredMailbox", computer: cms.computer } as const;
  return renderFinding(changeWindowFinding(about, { ...verdict, ...own }));
}

/** Builds of the server object and of each node, by FQDN. */
function buildsOf(seen: ClusterCase): { readonly [what: string]: string } {
  const object = objectOfCluster(seen);
  const build = object.known ? (object.value?.build ?? null) : null;
  const ofNodes = seen.nodes.map(({ case: node }) => {
    const state = stepState(node);
    return [node.computer, state.known ? (state.value.readings[0]?.value ?? "") : ""] as const;
  });
  return {
    ...(build === null ? {} : { [seen.cms.computer]: formatBuild(build) }),
    ...Object.fromEntries(ofNodes),
  };
}

/** Answers diff: another clustered mailbox server is a replacement, any other change an update. */
function diff(olds: Props, news: Props): DiffAnswer {
  if (typeof olds.name === "string" && nameOf({ name: olds.name }) !== nameOf({ name: news.name }))
    return { changes: true, replaces: ["name"] };
  return { changes: !isProven(olds, news) || !sameJson(givenBy(olds), givenBy(news)) };
}

function givenBy(props: Props): Props {
  return withoutBookkeeping(props, addedKeys);
}

/** Whether the state has this clustered mailbox server, with these nodes, at this target. */
function isProven(olds: Props, news: Props): boolean {
  return isRecord(olds.builds) && olds.target === news.target && isSameCluster(olds, news);
}

/** Answers read with the present builds. One whose object is gone is removed from the state, too. */
async function read({ run, log }: Call, id: string, props: Props): Promise<{ id: string; props: Outs }> {
  const cluster = wholeCluster(props);
  const seen = await seeCluster(run, cluster, onFacts);
  const { servers } = seen.cms.facts.forest;
  const { next, isDone } = judgeOrder(seen, cluster.cms.inputs.waive);
  // Of several objects, none is forgotten.
  if (servers.known && serverNamed(servers.value, cluster.cms.computer) === undefined) {
    await log.warn(
      withCode(
        `${cluster.cms.computer}: the directory shows no object of it; the state forgets it`,
        "XU-GONE",
      ),
    );
    return { id: "", props: {} };
  }
  if (next.kind === "unknown")
    throw new Error(
      renderProblem({
        summary: `${wordsOf(cluster)}: it could not be read: ${next.why}`,
        where: next.where,
        fix: "let it be read and refresh again; the state was left as it is",
        code: "XU-UNREAD",
      }),
    );
  if (isDone || next.kind === "above") return { id, props: { ...props, builds: buildsOf(seen) } };
  await log.warn(withCode(`${cluster.cms.computer}: drift: now ${stateText(seen)}`, "XU-DRIFT"));
  const { builds: _, ...others } = props;
  return { id, props: others };
}

/** @throws Error that lists what is wrong with the inputs */
function wholeCluster(props: Props): Cluster {
  const { problems, unknown, cluster } = parseCluster(props);
  const all = [...problems, ...unknown.map((name) => `${name}: not known`)];
  if (cluster !== null && all.length === 0) return cluster;
  throw new Error(argumentText(all));
}

/** @throws Error for inputs that were not checked, and for a resource out of turn */
function refuseUnchecked({ run: { passes } }: Call, cluster: Cluster, inputs: Props): void {
  refuseChanged(passes, wordsOf(cluster), inputs, planOf(cluster));
  refuseOutOfTurn(passes, wordsOf(cluster), inputs);
}
