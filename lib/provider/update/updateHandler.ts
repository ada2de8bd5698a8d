/**
 * What a security update does when the engine calls: check and diff judge, create and update change the computer, read
 * reads it.
 */
import { compareBuilds, formatBuild, parseBuild } from "../../releases";
import { blocking, broken } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import { updateWork } from "../../rules/maintenance/work";
import { renderFindings } from "../../rules/sharedFindings";
import { progressOf } from "../../rules/update/evaluateUpdate";
import { buildText } from "../../rules/update/installed";
import type { UpdateCase } from "../../rules/update/updateCase";
import { renderProblem, withCode } from "../../text";
import { type CheckAnswer, type CheckFailure, type DiffAnswer, refusal } from "../../wire/answers";
import { isRecord, type Props, sameJson, unknownValue, withoutBookkeeping } from "../../wire/values";
import type { Call, Handler, Outs } from "../call";
import { argumentText, reportWaivers, withLast } from "../check";
import { notMade } from "../memory/passes";
import { refuseChanged, refuseOutOfTurn } from "../outOfTurn";
import { stillOutOn, withStillOut } from "../run/maintenance/stillOut";
import { onFacts } from "../step/circumstances";
import { nameOf } from "../step/sameStep";
import { unsetTexts, unsetVariables } from "../step/variables";
import { appliedAround } from "./maintenance";
import { lookAtUpdate, noteUpdate, seeUpdate } from "./seeUpdate";
import { addedKeys, newestText, parseUpdate, planOf, type Update, wordsOf } from "./update";

export const securityUpdate: Handler = {
  check,
  diff: async (_call, olds, news) => diff(olds, news),
  create: async (call, inputs) => {
    const update = wholeUpdate(inputs);
    refuseUnchecked(call, update, inputs);
    const outcome = await perform(update, call);
    return { id: `${update.step.computer}/update`, outs: { ...inputs, ...outcome } };
  },
  read,
  update: async (call, olds, news) => {
    const update = wholeUpdate(news);
    if (isApplied(olds, news)) {
      refuseChanged(call.run.passes, wordsOf(update), news, planOf(update), false);
      const { installedBuild, adopted } = olds;
      return { outs: { ...news, installedBuild, adopted } };
    }
    refuseUnchecked(call, update, news);
    return { outs: { ...news, ...(await perform(update, call)) } };
  },
};

/** Answers check: refuses what breaks a rule, warns of what could not be verified, and adds the plan to the inputs. */
async function check(call: Call, olds: Props, news: Props): Promise<CheckAnswer> {
  const parsed = parseUpdate(news);
  const refuse = (texts: readonly string[]): CheckAnswer => ({
    inputs: { ...news },
    failures: [refusal(argumentText(texts))],
  });
  if (parsed.problems.length > 0) return refuse(parsed.problems);
  const recorded = isApplied(olds, news);
  const unset = call.run.facts.needsCredentials(call.preview)
    ? unsetVariables(parsed.inputs, { preview: call.preview, recorded: false })
    : [];
  if (unset.length > 0) return refuse(unsetTexts(unset));
  const { update } = parsed;
  if (update !== null) noteUpdate(call.run, update);
  // An update that will not start is not judged: in `up` its create refuses, so that the rest of the run goes on.
  const failures =
    update === null || notMade(news).length > 0
      ? []
      : await liveRefusals(update, call, { recorded, unknown: parsed.unknown });
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const isKnown = update !== null && parsed.unknown.every((name) => name === "computer.connection");
  const inputs = {
    ...news,
    plan: isKnown ? planOf(update) : unknownValue,
    planned:
      update === null ? unknownValue : { server: update.step.computer, build: formatBuild(update.build) },
  };
  call.run.passes.noteChecked(inputs);
  return { inputs, failures };
}

/** Judges the update on live facts. A broken rule is refused; one that could not be verified is a warning. */
async function liveRefusals(
  update: Update,
  call: Call,
  { recorded, unknown }: { readonly recorded: boolean; readonly unknown: readonly string[] },
): Promise<CheckFailure[]> {
  const { preview, run, log } = call;
  const { snapshot } = run.facts;
  const unusable = preview ? snapshot.refusal(update.step) : null;
  if (unusable !== null) return [refusal(unusable)];
  const { seen, waived } = await lookAtUpdate(run, update, { apply: !preview, preview, recorded, unknown });
  if (preview) await snapshot.announce(log);
  await reportWaivers(waived, update.step, log);
  const failing = broken(waived.remaining);
  for (const finding of waived.remaining.filter((each) => !failing.includes(each))) {
    const text = renderFinding(finding);
    await log.warn(unknown.length > 0 ? (text.split("\n")[0] ?? "") : text);
  }
  await reportState(update, seen, recorded, failing.length > 0, log);
  const texts = failing.map((finding) => renderFinding(finding));
  const { computer, target } = update.step;
  const isReached = run.facts.needsCredentials(preview) && seen.installed.known;
  const isLooked = texts.length > 0 && !recorded && unknown.length === 0 && isReached;
  const left = isLooked ? await stillOutOn(update.step, updateWork(computer, update.kb, target), call) : null;
  return withLast(texts, left).map((text) => refusal(text));
}

/**
 * Writes what will happen and what the present state is, as log lines. They are no inputs, since a live reading must
 * not lock a plan.
 */
async function reportState(
  update: Update,
  seen: UpdateCase,
  recorded: boolean,
  refused: boolean,
  log: Call["log"],
): Promise<void> {
  const { step } = update;
  const { installed } = seen;
  const progress = progressOf(seen);
  const now = installed.known && installed.value !== null ? buildText(seen, installed.value) : "";
  if (recorded && progress === "unknown")
    await log.warn(
      withCode(
        `${step.computer}: not verified: ${installed.known ? "" : installed.why}; the state has it at ${formatBuild(update.build)}`,
        "XU-UNREAD",
      ),
    );
  else if (recorded && progress !== "done")
    await log.warn(
      withCode(
        progress === "above"
          ? `${step.computer}: drift: now ${now}, newer than ${update.kb}`
          : `${step.computer}: drift: now ${now === "" ? "without Exchange" : now}. Run pulumi refresh, then pulumi up: it applies ${update.kb} again`,
        "XU-DRIFT",
      ),
    );
  else if (progress === "done" && !recorded)
    await log.info(`${step.computer}: adopted, nothing will be applied: now ${now}`);
  else if (progress === "pending" && !refused) {
    const { command, account, after } = planOf(update);
    await log.info(`${step.computer}: ${command} as ${account}: ${now} -> ${after}\n  ${newestText(update)}`);
  }
}

/** Answers diff: another computer is a replacement, any other change an update. */
function diff(olds: Props, news: Props): DiffAnswer {
  if (nameOf(olds.computer) !== nameOf(news.computer)) return { changes: true, replaces: ["computer"] };
  return { changes: !isApplied(olds, news) || !sameJson(givenBy(olds), givenBy(news)) };
}

function givenBy(props: Props): Props {
  return withoutBookkeeping(props, addedKeys);
}

/** Whether the state has the update of these inputs as applied on this computer. */
function isApplied(olds: Props, news: Props): boolean {
  const { installedBuild } = olds;
  if (olds.build !== news.build || olds.kb !== news.kb) return false;
  if (!isRecord(olds.computer) || nameOf(olds.computer) !== nameOf(news.computer)) return false;
  const [installed, wanted] = [installedBuild, news.build].map((text) =>
    typeof text === "string" ? parseBuild(text) : undefined,
  );
  return installed !== undefined && wanted !== undefined && compareBuilds(installed, wanted) >= 0;
}

/** Answers read with the present state. A computer from which Exchange was removed is removed from the state, too. */
async function read({ run, log }: Call, id: string, props: Props): Promise<{ id: string; props: Outs }> {
  const update = wholeUpdate(props);
  const { installed, step: now } = await seeUpdate(run, update, onFacts);
  const { computer } = update.step;
  const { identity } = now.facts.computer;
  const why = !installed.known
    ? installed.why
    : !identity.known
      ? identity.why
      : identity.value.fqdn === computer
        ? null
        : `the connection reaches ${identity.value.fqdn} (D10)`;
  if (why !== null || !installed.known) {
    throw new Error(
      renderProblem({
        summary: `${wordsOf(update)}: the build of Exchange could not be read: ${why}`,
        where: installed.source,
        fix: "let it be read and refresh again; the state was left as it is",
        code: "XU-UNREAD",
      }),
    );
  }
  if (installed.value === null) {
    await log.warn(
      withCode(
        `${computer}: Exchange is no longer installed there; the state forgets this update`,
        "XU-GONE",
      ),
    );
    return { id: "", props: {} };
  }
  const installedBuild = formatBuild(installed.value);
  if (installedBuild !== props.installedBuild)
    await log.warn(withCode(`${computer}: drift: ExSetup.exe is now ${installedBuild}`, "XU-DRIFT"));
  return { id, props: { ...props, installedBuild } };
}

/** The update of completely known inputs. @throws Error that lists what is wrong with them */
function wholeUpdate(props: Props): Update {
  const { problems, unknown, update } = parseUpdate(props);
  const all = [...problems, ...unknown.map((name) => `${name}: not known`)];
  if (update !== null && all.length === 0) return update;
  throw new Error(argumentText(all));
}

/** @throws Error for inputs that were not checked, and for an update out of turn */
function refuseUnchecked({ run: { passes } }: Call, update: Update, inputs: Props): void {
  refuseChanged(passes, wordsOf(update), inputs, planOf(update));
  refuseOutOfTurn(passes, wordsOf(update), inputs);
}

/**
 * Applies the update. It is judged on facts that are read anew, and a rule that could not be judged counts as broken.
 */
async function perform(
  update: Update,
  call: Call,
): Promise<{ readonly installedBuild: string; readonly adopted: boolean }> {
  const { seen, waived } = await lookAtUpdate(call.run, update, onFacts);
  await reportWaivers(waived, update.step, call.log);
  const refused = blocking(waived.remaining);
  if (refused.length > 0)
    throw await withStillOut(
      update.step,
      updateWork(update.step.computer, update.kb, update.step.target),
      call,
      new Error(renderFindings(refused).join("\n")),
    );
  for (const text of renderFindings(waived.remaining)) await call.log.warn(text);
  const { applied } = await appliedAround(update, seen, call);
  return { installedBuild: formatBuild(update.build), adopted: !applied.started };
}
