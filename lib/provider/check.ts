/** The answer of check: refusals, warnings, and the step's plan. check changes nothing. */

import type { Cause } from "../cause";
import type { StepKind } from "../model";
import { compareReleases, hasSetup } from "../releases";
import { broken, type Waived } from "../rules/evaluate";
import { renderFinding } from "../rules/finding";
import { belowRecordedTarget, targetNotOffered } from "../rules/handlerFindings";
import { isRuleId } from "../rules/ids";
import { upgradeWork } from "../rules/maintenance/work";
import { isToolsOnly } from "../rules/organization/servers";
import { hasUpdate, type StepState, stepState } from "../rules/state";
import { rules } from "../rules/table";
import { renderProblem, withCode } from "../text";
import { type CheckAnswer, type CheckFailure, refusal } from "../wire/answers";
import type { ResourceLog } from "../wire/engine";
import { secretsOf } from "../wire/secrets";
import { isRecord, type Props, unknownValue } from "../wire/values";
import type { Call } from "./call";
import { type Looked, look } from "./look";
import type { Forecast } from "./memory/forecast";
import { notMade } from "./memory/passes";
import { reportRefusal, reportStep } from "./report";
import { stillOutOn } from "./run/maintenance/stillOut";
import { noteStep } from "./step/case";
import { tellGone } from "./step/gone";
import { type ParsedInputs, parseInputs } from "./step/inputs";
import { isSameStep, replacedBy } from "./step/sameStep";
import { isOffered, isPlannable, plannedAfter, planOfStep, type Step, stepOf } from "./step/step";
import { targetIn } from "./step/target";
import { updateBuildOf } from "./step/updateInputs";
import { unsetCauses, unsetTexts, unsetVariables } from "./step/variables";
import { newestText, planOf, updateIn } from "./update/update";

/**
 * Answers check: refuses what breaks a rule, warns of what could not be verified, and adds the step's plan to the
 * inputs.
 */
export async function check(kind: StepKind, call: Call, olds: Props, given: Props): Promise<CheckAnswer> {
  const answer = await answerCheck(kind, call, olds, given);
  if (answer.failures.length === 0) call.run.passes.noteChecked(answer.inputs);
  return answer;
}

async function answerCheck(kind: StepKind, call: Call, olds: Props, given: Props): Promise<CheckAnswer> {
  const { run, log } = call;
  const news = run.passes.withPlanned(given);
  const parsed = parseInputs(kind, news);
  if (parsed.problems.length > 0) return refuseArguments(kind, call, news, parsed.problems);
  const step = stepOf(kind, parsed);
  if (step !== null) noteStep(run, step);
  const isRecorded = step !== null && isRecordedIn(olds, news, step);
  // The computer of a step with a security update is contacted in any case.
  const isSpared = isRecorded && updateIn(step) === null;
  const unset = run.facts.needsCredentials(call.preview)
    ? unsetVariables(parsed, { preview: call.preview, recorded: isSpared })
    : [];
  if (unset.length > 0) return refuseArguments(kind, call, news, unsetTexts(unset), unsetCauses(unset));
  // The engine checks a replacement a second time, as a new resource. The lines that are only informative wait for that
  // check.
  const replaced = typeof olds.target === "string" && replacedBy(kind, olds, news).length > 0;
  const quietCall = replaced ? { ...call, log: { ...log, info: async () => undefined } } : call;
  const failures = await refusals(kind, quietCall, olds, news, parsed, step);
  if (step !== null && !isRecorded) await tellOutOfTurn(step, quietCall, news);
  // A refused step gets no plan: outside preview, the engine would report its unknown values instead of the refusal.
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const plannable = step !== null && isPlannable(parsed) && isOffered(step.target);
  const inputs = {
    ...news,
    plan: plannable ? planOfStep(step) : unknownValue,
    // This needs less than the plan, so that an address that is still unknown does not hide the plans of later steps.
    planned:
      step !== null && isOffered(step.target) && !parsed.unknown.includes("prepared")
        ? plannedAfter(step)
        : unknownValue,
  };
  return { inputs, failures };
}

/** Whether the state has the step, with its security update. */
function isRecordedIn(olds: Props, news: Props, { kind, target }: Step): boolean {
  return (
    olds.target === target.name &&
    isSameStep(kind, olds, news) &&
    hasUpdate(isRecord(olds.levels) ? olds.levels : {}, updateBuildOf(news))
  );
}

/** Tells what keeps a step from starting. In `up` its create refuses then, and so does its gate. */
async function tellOutOfTurn({ computer }: Step, call: Call, news: Props): Promise<void> {
  await tellNotDone(computer, "started", call, news);
  if (call.preview) await tellKept(computer, call, news);
}

/**
 * Warns if something that comes before a resource was asked in this run and is not done. Create reports what was left out.
 * @param not what the resource therefore is not
 */
export async function tellNotDone(
  what: string,
  not: "started" | "verified",
  { run, log }: Call,
  news: Props,
): Promise<void> {
  const missing = notMade(news).filter((name) => run.passes.wasAsked(name));
  if (missing.length > 0)
    await log.warn(
      withCode(
        `${what}: not ${not} in this run: what comes before it is not done: ${missing.join(", ")}`,
        "XU-OUT-OF-TURN",
      ),
    );
}

/** Tells in preview which resources were left out, so that a step or a wave cannot start. */
export async function tellKept(what: string, { run, log }: Call, news: Props): Promise<void> {
  const missing = run.passes.keptFromStarting(news);
  if (missing.length > 0)
    await log.warn(
      withCode(
        `${what}: not started by a pulumi up that is asked for no more than this preview (--target, --exclude): ` +
          `before it ${missing.length === 1 ? "comes" : "come"} ${missing.join(", ")}`,
        "XU-OUT-OF-TURN",
      ),
    );
}

/** If the target itself is refused, the one most telling refusal; else every broken rule. */
async function refusals(
  kind: StepKind,
  call: Call,
  olds: Props,
  news: Props,
  parsed: ParsedInputs,
  step: Step | null,
): Promise<CheckFailure[]> {
  const { target } = parsed.known;
  if (target === undefined) return [];
  const computer = parsed.known.computer?.name ?? "its computer";
  const release = targetIn(news);
  const recorded = targetIn(olds);
  if (release !== undefined && recorded !== undefined && compareReleases(release, recorded) < 0) {
    return unplanned(kind, news, [
      refusal(renderFinding(belowRecordedTarget({ step: kind, computer, target: release }, recorded))),
    ]);
  }
  // A step that will not start is not judged: in `up` its create refuses, so that the rest of the run goes on.
  const live =
    step === null || !hasSetup(step.target) || notMade(news).length > 0
      ? []
      : await liveRefusals(step, call, olds, news, parsed);
  if (release !== undefined && isOffered(release)) return live;
  const wrong = [refusal(renderFinding(targetNotOffered({ step: kind, computer }, target)))];
  return unplanned(kind, news, live.length > 0 ? live : wrong);
}

/** The only line in the report for a step that is refused as such. */
function unplanned(kind: StepKind, news: Props, failures: CheckFailure[]): CheckFailure[] {
  for (const { reason } of failures) reportRefusal(kind, news, reason);
  return failures;
}

/** Refuses unusable arguments; between two gates, only the last gate refuses, so that preview shows every row. */
async function refuseArguments(
  kind: StepKind,
  { preview, gated, run, log }: Call,
  news: Props,
  problems: readonly string[],
  causes: readonly Cause[] = [],
): Promise<CheckAnswer> {
  const text = argumentText(problems);
  reportRefusal(kind, news, text, causes);
  if (!gated || !preview) return { inputs: { ...news }, failures: [refusal(text)] };
  if (!run.told.arguments) await log.warn(withCode(text.split("\n")[0] ?? "", "XU-ARGUMENT"));
  return { inputs: { ...news, plan: unknownValue, planned: unknownValue }, failures: [] };
}

/** The refusal for unusable arguments, all of them at once. */
export function argumentText(problems: readonly string[], outcome = "nothing was read or changed"): string {
  const count = problems.length === 1 ? "one argument" : `${problems.length} arguments`;
  return renderProblem({
    summary: [`${count} cannot be used: ${problems[0]}`, ...problems.slice(1)].join("\n  and   "),
    where: "in the program",
    fix: `correct ${problems.length === 1 ? "it" : "them"}; ${outcome}`,
    code: "XU-ARGUMENT",
  });
}

/** Judges the step on live facts. A broken rule is refused; one that could not be verified is a warning. */
async function liveRefusals(
  step: Step,
  call: Call,
  olds: Props,
  news: Props,
  parsed: ParsedInputs,
): Promise<CheckFailure[]> {
  const { preview, gated, run, log } = call;
  const recorded = isRecordedIn(olds, news, step);
  const hidden = parsed.unknown.length > 0;
  const { snapshot } = run.facts;
  const unusable = preview ? snapshot.refusal(step) : null;
  if (unusable !== null) return [refusal(unusable)];
  const seen = await look(run, step, { why: "preview", preview, recorded, unknown: parsed.unknown });
  if (preview) await snapshot.announce(log);
  const { case: c, state, waived } = seen;
  if (isOffered(step.target)) reportStep(run, step, seen, news, secretsOf({ ...news }));
  await reportWaivers(waived, step, log);
  // In an organization, the first gate tells it once for all steps.
  if (!gated) await tellGone([c], log);
  const findings = waived.remaining;
  const failing = broken(findings);
  if (recorded && !state.known) {
    await log.warn(
      withCode(
        `${c.computer}: not verified: ${state.why}; the state has it at ${c.target.name}`,
        "XU-UNREAD",
      ),
    );
  } else {
    for (const text of run.told.textsOf(
      findings.filter((f) => !failing.includes(f)),
      gated,
    )) {
      // A later run will know the value, so one line is enough for a reviewer.
      await log.warn(hidden ? (text.split("\n")[0] ?? "") : text);
    }
  }
  if (isOffered(step.target)) {
    run.forecast.note(step, c, state);
    // If the target cannot be reached from the present release, the plan must not name that release; R2 does.
    const stuck = failing.some(({ rule }) => rule === "R2");
    await reportState(step, seen, { preview, stuck, forecast: run.forecast }, log);
  }
  const isLooked = failing.length > 0 && !hidden && !recorded && c.facts.computer.identity.known;
  const left =
    isLooked && !(preview && snapshot.readAt !== null)
      ? await stillOutOn(step, upgradeWork(step.computer, step.target), call)
      : null;
  if (!gated) {
    const texts = [...failing, ...run.facing.overtakenBy(c)].map((finding) => renderFinding(finding));
    return withLast(texts, left).map((text) => refusal(text));
  }
  // The gate after the last step refuses with the whole text. One line here tells which row it is about.
  const lines = failing.map((finding) => renderFinding(finding).split("\n")[0] ?? "");
  for (const line of withLast(lines, left)) await log.warn(line);
  return [];
}

/** Texts, the last of which is followed by what is said of the server. */
export function withLast(texts: readonly string[], left: string | null): readonly string[] {
  return left === null ? texts : [...texts.slice(0, -1), `${texts.at(-1)}\n${left}`];
}

/** Reports which findings are waived, with the reasons, and which waivers have no effect. */
export async function reportWaivers(
  { accepted, refused }: Waived,
  step: Step,
  log: ResourceLog,
): Promise<void> {
  for (const { finding, reason } of accepted) {
    const { verdict } = finding;
    const what = verdict.verdict === "fails" ? verdict.problem : `not verified: ${verdict.why}`;
    await log.info(`${step.computer}: ${finding.rule} is waived (${reason}): ${what}`);
  }
  for (const rule of Object.keys(step.inputs.waive ?? {})) {
    if (!isRuleId(rule) || rules[rule].enforced.by !== "construction") continue;
    const text = `${step.computer}: waive.${rule} waives nothing: this rule is kept by construction and never judged`;
    await log.warn(withCode(text, "XU-WAIVER"));
  }
  for (const rule of refused) {
    await log.warn(
      withCode(
        `${step.computer}: waive.${rule} does not help: a must that fails cannot be waived`,
        "XU-WAIVER",
      ),
    );
  }
}

/**
 * Writes what will happen and what the present state is, as log lines. They are no inputs, since a live reading must
 * not lock a plan.
 */
async function reportState(
  step: Step,
  { case: c, state }: Looked,
  {
    preview,
    stuck,
    forecast,
  }: { readonly preview: boolean; readonly stuck: boolean; readonly forecast: Forecast },
  log: ResourceLog,
): Promise<void> {
  if (!state.known) return;
  const { progress } = state.value;
  const update = updateIn(step);
  const setup = stepState(c);
  const isUpdateDue =
    update !== null && progress === "pending" && setup.known && setup.value.progress === "done";
  if (progress === "pending" && c.recorded) {
    await log.warn(
      withCode(
        isUpdateDue
          ? `${c.computer}: drift: now ${textOf(state.value)}, without ${update.kb}. Run pulumi refresh, then pulumi up: it applies ${update.kb} again`
          : `${c.computer}: drift: now ${textOf(state.value)}, below the target ${c.target.name}. ` +
              "Run pulumi refresh, then pulumi up: it runs Setup again",
        "XU-DRIFT",
      ),
    );
  } else if (isUpdateDue && preview) {
    const { command, account, after } = planOf(update);
    await log.info(
      `${c.computer}: ${command} as ${account}: -> ${after}; Setup is done\n` +
        `  now   ${textOf(state.value)}\n  ${newestText(update)}`,
    );
  } else if (progress === "pending" && !stuck && preview) {
    // In `up`, the outcome is reported; preview has shown the plan.
    const { command, account, before, after, groups } = planOfStep(step);
    await log.info(
      `${c.computer}: ${command} as ${account}: ${before} -> ${after}\n` +
        `  needs ${groups}\n  now   ${textOf(state.value)}` +
        (isToolsOnly(c) && c.declared.roles === null
          ? "\n  found only the management tools, so P4 holds"
          : "") +
        (update === null
          ? ""
          : `\n  then  ${planOf(update).command}: -> ${planOf(update).after}; ${newestText(update)}`) +
        (c.staged ? `\n  media not verified yet (R8): they are copied to ${c.media} before the step` : ""),
    );
  }
  if (progress === "pending" && !stuck) await forecast.tellWindow(step, preview, log);
  if (progress === "done" && !c.recorded) {
    await log.info(`${c.computer}: adopted, Setup will not be started: now ${textOf(state.value)}`);
  }
  if (progress === "above" && c.recorded) {
    await log.warn(
      withCode(
        `${c.computer}: drift: now ${textOf(state.value)}, beyond the target ${c.target.name}`,
        "XU-DRIFT",
      ),
    );
  }
}

/** All readings of a step in one line. */
export function textOf(state: StepState): string {
  return state.readings.map((r) => r.text).join(", ");
}
