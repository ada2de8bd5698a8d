/**
 * What the four steps do when the engine calls. They share one handler, since they differ only in the step that they
 * model. check (check.ts) and diff judge; create and update change the world; read reads it.
 */

import type { Build } from "../facts";
import type { StepKind } from "../model";
import { parseBuild } from "../releases";
import { blocking } from "../rules/evaluate";
import { renderFinding, stepNames } from "../rules/finding";
import { belowRecordedLevels, targetNotOffered, windowsUpgraded } from "../rules/handlerFindings";
import { upgradeWork } from "../rules/maintenance/work";
import { argument } from "../rules/program/argumentTexts";
import { renderFindings } from "../rules/sharedFindings";
import { exsetupKey, recordedState, type StepState } from "../rules/state";
import { renderProblem, withCode } from "../text";
import type { DiffAnswer } from "../wire/answers";
import { isRecord, type Props, sameJson, withoutBookkeeping } from "../wire/values";
import type { Call, Handler, Outs } from "./call";
import { argumentText, check, reportWaivers, textOf } from "./check";
import { lookAgain, seeAllAgain } from "./look";
import type { Run } from "./memory/run";
import { refuseChanged, refuseOutOfTurn } from "./outOfTurn";
import { reportRefusal } from "./report";
import { withStillOut } from "./run/maintenance/stillOut";
import { upgraded } from "./run/maintenance/upgrade";
import { missingFromDirectory } from "./run/perform";
import { keepingSession } from "./sessions";
import { parseInputs } from "./step/inputs";
import { isSameStep, nameOf, replacedBy } from "./step/sameStep";
import { isOffered, planOfStep, type Step, stepOf } from "./step/step";
import { targetIn } from "./step/target";
import { updateBuildOf } from "./step/updateInputs";
import { leftUpdateTexts } from "./update/leftUpdates";

/** The handler of a kind of step. */
export function stepHandler(kind: StepKind): Handler {
  return {
    check: (call, olds, news) => check(kind, call, olds, news),
    diff: async (_call, olds, news) => diff(kind, olds, news),
    create: (call, inputs) => create(kind, call, inputs),
    read: (call, id, props) => read(kind, call, id, props),
    update: (call, olds, news) => update(kind, call, olds, news),
  };
}

/** What create and update record in the state besides the inputs. */
export interface Outcome {
  /** DNS name of the forest root domain; null for a server outside any forest. */
  readonly forest: string | null;
  /** The last readings of directory or registry, by key. */
  readonly levels: { readonly [key: string]: string };
  /** True if everything was at the target already, so that this resource did not run Setup. */
  readonly adopted: boolean;
  /** Windows build of the server when it was first read (D5); null for a preparation, and before the first reading. */
  readonly windowsBuild: number | null;
}

/** Outputs that are not inputs. */
const outcomeKeys: readonly string[] = [
  "forest",
  "levels",
  "adopted",
  "windowsBuild",
] satisfies readonly (keyof Outcome)[];

/**
 * Answers diff from the recorded outputs: a changed server or domain is a replacement, any other change an update. If
 * the world is beyond an unchanged target, that is drift, and no change.
 *
 * @throws Error for a changed target that is below the recorded levels (D9).
 */
function diff(kind: StepKind, olds: Props, news: Props): DiffAnswer {
  const target = targetIn(news);
  if (target === undefined || !isRecord(olds.levels)) return { changes: true };
  const recorded = recordedState(kind, olds.levels, target, updateBuildOf(news));
  if (olds.target !== news.target && recorded.beyond.length > 0) {
    const text = renderFinding(
      belowRecordedLevels({ step: kind, computer: nameOf(news.computer), target }, recorded.beyond),
    );
    // Check has judged the present state, and the engine does not pass on the plan of a failed diff.
    reportRefusal(kind, news, text);
    throw new Error(text);
  }
  const replaces = replacedBy(kind, olds, news);
  if (replaces.length > 0) return { changes: true, replaces: [...replaces] };
  const reached = recorded.progress === "done" || recorded.progress === "above";
  return { changes: !reached || !sameJson(givenBy(olds), givenBy(news)) };
}

function inputsOf(props: Props): Props {
  return withoutBookkeeping(props, outcomeKeys);
}

/** The program's inputs, without the plan that check adds: another version may word it differently. */
function givenBy(props: Props): Props {
  const { plan: _plan, planned: _planned, ...given } = inputsOf(props);
  return given;
}

/** Answers create: refuses, adopts, or runs Setup and proves the result. */
async function create(kind: StepKind, call: Call, inputs: Props): Promise<{ id: string; outs: Outs }> {
  const step = wholeStep(kind, inputs);
  refuseUnchecked(call.run, step, inputs);
  const outcome = await perform(step, call);
  return { id: idOf(step, outcome), outs: { ...inputs, ...outcome } };
}

/** @throws Error for inputs that were not checked, and for a step out of turn */
function refuseUnchecked({ passes }: Run, step: Step, inputs: Props): void {
  refuseChanged(passes, wordsOf(step), inputs, planOfStep(step));
  refuseOutOfTurn(passes, wordsOf(step), inputs);
}

function wordsOf({ kind, computer }: Step): string {
  return `${stepNames[kind]} on ${computer}`;
}

/** Answers update: a change of anything but target, forest or server only updates the state; other changes run create. */
async function update(kind: StepKind, call: Call, olds: Props, news: Props): Promise<{ outs: Outs }> {
  const step = wholeStep(kind, news);
  const { levels, forest, adopted, windowsBuild = null } = olds;
  const recordedForest = typeof forest === "string" ? forest : null;
  const recorded = isRecord(levels)
    ? recordedState(kind, levels, step.target, updateBuildOf(news)).progress
    : "pending";
  const reached = recorded === "done" || recorded === "above";
  // An update that failed is in no state: where the program takes one out, the computer tells of it.
  const isTakenOut =
    (news.securityUpdate === "none" && olds.securityUpdate !== "none") ||
    (isRecord(olds.securityUpdate) && !isRecord(news.securityUpdate));
  if (olds.target === news.target && reached && isSameStep(kind, olds, news) && !isTakenOut) {
    refuseChanged(call.run.passes, wordsOf(step), news, planOfStep(step), false);
    // Another domain controller is recorded like any other change of the connection, once it shows the same forest.
    if (urlOf(olds) !== urlOf(news)) await refuseOtherForest(call.run, step, recordedForest);
    return { outs: { ...news, levels, forest, adopted, windowsBuild } };
  }
  refuseUnchecked(call.run, step, news);
  const outcome = await perform(step, call, recordedForest, windowsOf(olds));
  return { outs: { ...news, ...outcome } };
}

/** @throws Error if `directory` leads to another forest than the recorded one, or cannot be read. */
async function refuseOtherForest({ facts }: Run, step: Step, forest: string | null): Promise<void> {
  if (forest === null) return;
  const options = { recorded: true, computer: false, unknown: [], anew: true, stateOnly: true };
  const { root } = (await facts.read(step, options)).forest;
  if (!root.known) {
    throw new Error(
      renderProblem({
        summary: `${stepNames[step.kind]} on ${step.computer}: the forest of \`directory\` could not be read: ${root.why}`,
        needed: `${forest}, which the state has recorded`,
        where: "in the program: `directory`",
        fix: "let it be read; then the new address is recorded, and nothing else is done",
        code: "XU-UNREAD",
      }),
    );
  }
  if (root.value !== forest) throw new Error(otherForestText(step, forest, root.value));
}

function urlOf(props: Props): unknown {
  return isRecord(props.directory) ? props.directory.url : undefined;
}

/**
 * Answers read with the present state. A server from which Exchange was removed is removed from the state, too.
 *
 * @throws Error if the levels could not be read, or belong to another forest: a state is never refreshed with a guess.
 */
async function read(
  kind: StepKind,
  { run, log }: Call,
  id: string,
  props: Props,
): Promise<{ id: string; props: Outs }> {
  const step = wholeStep(kind, { ...inputsOf(props), __place: props.__place });
  const recordedWindows = windowsOf(props);
  const { case: now, state } = await seeAllAgain(run, step, { why: "refresh", recordedWindows });
  if (!state.known) {
    throw new Error(
      renderProblem({
        summary: `${stepNames[kind]} on ${step.computer}: its present level could not be read: ${state.why}`,
        where: state.source,
        fix: "let it be read and refresh again; the state was left as it is",
        code: "XU-UNREAD",
      }),
    );
  }
  const { root } = now.facts.forest;
  if (typeof props.forest === "string" && root.known && root.value !== props.forest)
    throw new Error(otherForestText(step, props.forest, root.value));
  const { identity } = now.facts.computer;
  if (kind === "server" && (!identity.known || identity.value.fqdn !== step.computer)) {
    const why = identity.known ? `the connection reaches ${identity.value.fqdn} (D10)` : identity.why;
    throw new Error(
      renderProblem({
        summary: `${stepNames[kind]} on ${step.computer}: its present level could not be read: ${why}`,
        where: `in the program: ${argument(step, "computer.name")} and ${argument(step, "computer.connection.host")}`,
        fix: "let it be read and refresh again; the state was left as it is",
        code: "XU-UNREAD",
      }),
    );
  }
  if (kind === "server" && state.value.progress === "absent") {
    await log.warn(
      withCode(
        `${step.computer}: Exchange is no longer installed there; the state forgets this server`,
        "XU-GONE",
      ),
    );
    return { id: "", props: {} };
  }
  const windows = windowsUpgraded(now);
  if (windows !== null) await log.warn(renderFinding(windows));
  const levels = levelsOf(state.value);
  for (const text of await leftUpdateTexts(step, { run }, provenBuild(props.levels))) await log.warn(text);
  if (!sameJson(levels, props.levels))
    await log.warn(withCode(`${step.computer}: drift: now ${textOf(state.value)}`, "XU-DRIFT"));
  const seen = state.value.progress === "done" && now.facts.forest.servers.known;
  const missing = seen ? missingFromDirectory(now, state.value) : null;
  if (missing !== null) await log.warn(withCode(`${step.computer}: drift: ${missing}`, "XU-DRIFT"));
  return { id, props: { ...props, levels } };
}

/** The step of completely known inputs. @throws Error that lists what is wrong with them. */
function wholeStep(kind: StepKind, inputs: Props): Step {
  const parsed = parseInputs(kind, inputs);
  const unknown = parsed.unknown.map((name) => `${name}: not known`);
  const step = stepOf(kind, parsed);
  const problems = [...parsed.problems, ...unknown];
  if (step !== null && problems.length === 0 && isOffered(step.target)) return step;
  if (problems.length > 0) throw new Error(argumentText(problems));
  throw new Error(
    renderFinding(targetNotOffered({ step: kind, computer: nameOf(inputs.computer) }, String(inputs.target))),
  );
}

/**
 * Does what the step still needs. It is judged on facts that are read anew, and a rule that could not be judged counts
 * as broken. On failure throws a plain Error, so that the state and an approved plan stay as they were.
 */
async function perform(
  step: Step,
  call: Call,
  forest: string | null = null,
  recordedWindows: number | null = null,
): Promise<Outcome> {
  // Of what was read before, a server's Setup has changed only what its proof has read; of any other nobody knows.
  let isKnown = false;
  try {
    const outcome = await keepingSession(step, call, (keeping) =>
      performed(step, keeping, forest, recordedWindows),
    );
    isKnown = step.kind === "server" && step.prepared?.byFirstServer !== true;
    return outcome;
  } finally {
    if (!isKnown) call.run.facts.forget();
  }
}

async function performed(
  step: Step,
  call: Call,
  forest: string | null,
  recordedWindows: number | null,
): Promise<Outcome> {
  const { run, log } = call;
  const { case: before, waived } = await lookAgain(run, step, { why: "start", recordedWindows }, call.kept);
  const root = before.facts.forest.root;
  if (forest !== null && root.known && root.value !== forest)
    throw new Error(otherForestText(step, forest, root.value));
  await reportWaivers(waived, step, log);
  const findings = waived.remaining;
  const refused = blocking(findings);
  if (refused.length > 0)
    throw await withStillOut(
      step,
      upgradeWork(step.computer, step.target),
      call,
      new Error(renderFindings(refused).join("\n")),
    );
  for (const text of renderFindings(findings)) await log.warn(text);
  const { state, started } = await upgraded(step, before, call);
  run.forecast.finished(step);
  const { identity } = before.facts.computer;
  const seen = step.kind === "server" && identity.known ? identity.value.windowsBuild : null;
  return {
    forest: root.known ? root.value : null,
    levels: levelsOf(state),
    adopted: !started,
    windowsBuild: recordedWindows ?? seen,
  };
}

/** Build of the security update in the state; null without one. */
function provenBuild(levels: unknown): Build | null {
  const text = isRecord(levels) ? levels[exsetupKey] : undefined;
  return typeof text === "string" ? (parseBuild(text) ?? null) : null;
}

/** The Windows build in the state. */
function windowsOf(olds: Props): number | null {
  return typeof olds.windowsBuild === "number" ? olds.windowsBuild : null;
}

function otherForestText(step: Step, recorded: string, found: string): string {
  return renderProblem({
    summary: `${stepNames[step.kind]} on ${step.computer}: \`directory\` now leads to another forest`,
    found: found,
    needed: `${recorded}, which the state has recorded`,
    where: "in the program: `directory.url`",
    fix: "point it at the recorded forest; another forest is another resource, with another name",
    code: "XU-OTHER-FOREST",
  });
}

function levelsOf(state: StepState): Outcome["levels"] {
  return Object.fromEntries(state.readings.map((r) => [r.key, r.value]));
}

function idOf(step: Step, outcome: Outcome): string {
  switch (step.kind) {
    case "schema":
    case "organization":
      return `${outcome.forest}/${step.kind}`;
    case "domain":
      return step.domains.includes("*") ? `${outcome.forest}/domains` : `${step.domains.join()}/domain`;
    case "server":
      return `${step.computer}/server`;
  }
}
