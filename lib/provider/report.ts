/**
 * Passes the findings of check to the command line tool: a line of JSON per step, in the file that
 * EXCHANGE_UPGRADE_REPORT names.
 */

import type { Cause } from "../cause";
import type { ClusterPlan } from "../plan/clusterPlan";
import {
  type ClusterLine,
  completeLine,
  type DefinitionsLine,
  type ProgressLine,
  type RefusedLine,
  type ReviewFinding,
  type ReviewRefusal,
  type ReviewStep,
  type WaveLine,
} from "../review/review";
import type { Case } from "../rules/case";
import type { ClusterState } from "../rules/cluster/clusterState";
import { type Finding, renderFinding } from "../rules/finding";
import { causeText, renderShared, shareFindings } from "../rules/sharedFindings";
import { stepState, unfinishedPart } from "../rules/state";
import { addToReport, reportFile } from "../wire/reportFile";
import { nameIn, stackIn } from "../wire/resourceNames";
import { redact, secretsOf } from "../wire/secrets";
import { isRecord, type Props, unknownValue } from "../wire/values";
import type { Looked } from "./look";
import { now } from "./memory/clock";
import type { Run } from "./memory/run";
import { withoutWave } from "./memory/serverOrder";
import { phasesOf } from "./step/phases";
import { planOfStep, type Step } from "./step/step";
import { neededMinutes } from "./step/windowRefusal";

/** Adds a step, as check judged it, to the report. */
export function reportStep(
  { facts, forecast }: Run,
  step: Step,
  seen: Looked,
  props: Props,
  secrets: readonly string[],
): void {
  if (reportFile() === null) return;
  const { root } = seen.case.facts.forest;
  const line = JSON.stringify({
    review: 1,
    at: new Date(now()).toISOString(),
    forest: root.known ? root.value : null,
    factsReadAt: facts.snapshot.readAt,
    parallel: forecast.parallel,
    ...stackIn(props.__urn),
    step: reviewStep(step, seen, props),
  });
  reportDefinitions(step.inputs.releases, secrets);
  addToReport(redact(line, secrets));
}

/** Adds the program's definitions of releases. */
function reportDefinitions(definitions: unknown, secrets: readonly string[]): void {
  if (!Array.isArray(definitions) || definitions.length === 0) return;
  addToReport(redact(JSON.stringify({ review: 1, definitions } satisfies DefinitionsLine), secrets));
}

/** A clustered mailbox server, as check judged it. */
export interface CheckedCluster extends Omit<ClusterState, "open"> {
  readonly step: Step;
  readonly plan: ClusterPlan;
  readonly forest: string | null;
  /** FQDNs of the nodes that are reached over WinRM. */
  readonly overWinRm: readonly string[];
  /** Findings but the step that is due. */
  readonly findings: readonly Finding[];
  readonly accepted: Looked["waived"]["accepted"];
}

/** Adds a clustered mailbox server to the report. */
export function reportCluster({ facts }: Run, checked: CheckedCluster, props: Props): void {
  if (reportFile() === null) return;
  const { step, plan, forest, progress, due, now: seen, findings, accepted, overWinRm } = checked;
  const line: ClusterLine = {
    review: 1,
    at: new Date(now()).toISOString(),
    forest,
    factsReadAt: facts.snapshot.readAt,
    ...stackIn(props.__urn),
    cluster: {
      name: typeof props.__urn === "string" ? nameIn(props.__urn) : null,
      target: step.target.name,
      computer: step.computer,
      plan,
      after: (step.inputs.after ?? []).filter((name) => name !== "").map(withoutWave),
      changeWindow: step.inputs.changeWindow ?? null,
      progress,
      due,
      now: seen,
      ...(overWinRm.length === 0 ? {} : { overWinRm }),
      findings: reviewFindings(findings, step.computer),
      waived: reviewWaivers(accepted),
    },
  };
  const secrets = secretsOf({ ...props });
  reportDefinitions(step.inputs.releases, secrets);
  addToReport(redact(JSON.stringify(line), secrets));
}

/**
 * Adds a step that was refused as such, and has no plan.
 * @param causes the causes of the refusal, if they have a code
 */
export function reportRefusal(
  kind: ReviewRefusal["kind"],
  props: Props,
  text: string,
  causes: readonly Cause[] = [],
): void {
  if (reportFile() === null) return;
  reportDefinitions(props.releases, secretsOf({ ...props }));
  const given = isRecord(props.computer) ? props.computer.name : props.name;
  const name = typeof props.__urn === "string" ? nameIn(props.__urn) : null;
  const computer = typeof given === "string" && given !== unknownValue ? given.toLowerCase() : null;
  const computers = [computer ?? name ?? "its computer"];
  const coded = causes.map(({ code, ...cause }): ReviewFinding => {
    const whole = causeText({ causes: [{ code, ...cause }], computers, level: "must", rules: [] });
    return {
      rule: code,
      level: "must",
      verdict: "fails",
      summary: whole.split("\n")[0] ?? "",
      text: whole,
      cause: { ...cause, rules: [] },
    };
  });
  for (const finding of coded.length > 0 ? coded : [findingOfText(text)]) {
    const refused: ReviewRefusal = { name, kind, computer, finding };
    const at = new Date(now()).toISOString();
    const line = { review: 1, at, ...stackIn(props.__urn), refused } satisfies RefusedLine;
    addToReport(redact(JSON.stringify(line), secretsOf({ ...props })));
  }
}

function findingOfText(text: string): ReviewFinding {
  const [summary = ""] = text.split("\n");
  return {
    rule: /^[A-Z]\d+(?= \()/.exec(summary)?.[0] ?? "arguments",
    level: "must",
    verdict: "fails",
    summary,
    text,
  };
}

/** Adds a wave with its servers' FQDNs to the report, since a server does not know its wave. */
export function reportWave(token: string, title: unknown, servers: readonly string[]): void {
  if (reportFile() === null) return;
  const wave = { name: withoutWave(token), title: typeof title === "string" ? title : null, servers };
  addToReport(JSON.stringify({ review: 1, wave } satisfies WaveLine));
}

/** Reports how many of how many steps have been read. */
export function reportProgress(read: number, all: number): void {
  if (reportFile() === null) return;
  addToReport(JSON.stringify({ review: 1, progress: { read, all } } satisfies ProgressLine));
}

/** Reports that every step has its line. */
export function reportComplete(): void {
  addToReport(completeLine);
}

function reviewStep(step: Step, { case: c, state, waived }: Looked, props: Props): ReviewStep {
  const { remaining, accepted } = waived;
  const { roles, identity } = c.facts.computer;
  const installed = roles.known ? roles.value.map(({ role }) => role) : (step.inputs.roles ?? []);
  const site = identity.known ? identity.value.site : null;
  return {
    name: typeof props.__urn === "string" ? nameIn(props.__urn) : null,
    kind: step.kind,
    target: step.target.name,
    computer: step.computer,
    run: step.run,
    ...(c.logon === "winrm" ? { way: "WinRM" } : {}),
    plan: planOfStep(step),
    // From 2013 on a role has several components, each with a version of its own.
    roles: step.kind === "server" ? [...new Set(installed)] : [],
    site: step.kind === "server" ? (site ?? step.inputs.site ?? null) : null,
    domains: step.domains,
    wave: null,
    waveTitle: null,
    after: (step.inputs.after ?? []).filter((name) => name !== "").map(withoutWave),
    changeWindow: step.inputs.changeWindow ?? null,
    ...windowPlace(step),
    minutes: neededMinutes(step, c),
    phases: phasesOf(step, c),
    reboot: step.kind === "server" ? (step.inputs.reboot ?? "never") : null,
    ...(isBegun(c) ? { begun: true } : {}),
    progress: state.known ? state.value.progress : "unknown",
    now: state.known ? state.value.readings.map((r) => r.text).join(", ") : state.why,
    findings: reviewFindings(remaining, step.computer),
    waived: reviewWaivers(accepted),
  };
}

function reviewWaivers(accepted: Looked["waived"]["accepted"]): ReviewStep["waived"] {
  return accepted.map(({ finding, reason }) => ({
    rule: finding.rule,
    reason,
    summary: renderFinding(finding).split("\n")[0] ?? "",
  }));
}

/** The component argument that sets the step's change window. */
function windowPlace({ place, inputs }: Step): Pick<ReviewStep, "windowPlace"> {
  if (place === null || inputs.changeWindow === undefined) return {};
  const elsewhere = Object.entries(place.elsewhere).filter(([path]) => path.split(".")[0] === "changeWindow");
  return { windowPlace: { at: place.at, elsewhere: Object.fromEntries(elsewhere) } };
}

/**
 * Whether a Setup has begun the server's upgrade and not finished it: a role is at the target, or has unfinished parts.
 */
function isBegun(c: Case): boolean {
  const { step, facts, catalogue } = c;
  const { roles } = facts.computer;
  const state = stepState(c);
  if (step !== "server" || !state.known || state.value.progress !== "pending") return false;
  const { readings } = state.value;
  const parts = roles.known ? roles.value.map((role) => unfinishedPart(role, catalogue.releases)) : [];
  return parts.some((part) => part !== null) || readings.some(({ verdict }) => verdict === "at");
}

/** Findings of one step: those of one cause are merged, and every other rule has its own. @param computer the step's own */
function reviewFindings(remaining: readonly Finding[], computer: string): readonly ReviewFinding[] {
  return shareFindings(remaining).flatMap((shared) => {
    const { cause, level, findings } = shared;
    const on = (about: readonly Finding[]) => {
      const nodes = [...new Set(about.map((each) => each.computer))];
      return nodes.every((node) => node === computer) ? {} : { on: nodes };
    };
    if (cause === undefined) return findings.map((each) => ({ ...reviewFinding(each), ...on([each]) }));
    const text = renderShared(shared);
    const { code, ...parts } = cause;
    const rules = [...new Set(findings.map(({ rule }) => rule))];
    const summary = text.split("\n")[0] ?? "";
    return [
      { rule: code, level, verdict: "unknown", summary, text, cause: { ...parts, rules }, ...on(findings) },
    ];
  });
}

function reviewFinding(finding: Finding): ReviewFinding {
  const text = renderFinding(finding);
  const { rule, level, verdict } = finding;
  return { rule, level, verdict: verdict.verdict, summary: text.split("\n")[0] ?? "", text };
}
