/**
 * The gate before a server's commands. In `up` it refuses what the upgrade itself would refuse, its change window
 * included, since the engine calls the upgrade only after the commands have run. Every run judges it again, as long as
 * there is something to do.
 */
import { stepKinds } from "../../model";
import { blocking } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import { targetNotOffered } from "../../rules/handlerFindings";
import { argument } from "../../rules/program/argumentTexts";
import { renderFindings } from "../../rules/sharedFindings";
import { renderProblem, withCode } from "../../text";
import { type CheckAnswer, type CheckFailure, refusal } from "../../wire/answers";
import { isRecord, type Props } from "../../wire/values";
import type { Call, Outs } from "../call";
import { argumentText } from "../check";
import { defaultFactsSeconds } from "../facts/gather";
import { type Looked, look, lookAgain } from "../look";
import { notMade } from "../memory/passes";
import { refuseChanged, refuseOutOfTurn } from "../outOfTurn";
import { parseInputs } from "../step/inputs";
import { nameOf } from "../step/sameStep";
import { isOffered, type Step, stepOf } from "../step/step";
import { windowRefusal } from "../step/windowRefusal";
import { gateHandler } from "./gateHandler";

export const commandsGate = gateHandler("commands", {
  check: answerCheck,
  changes: ({ run }, olds, news) => !hasPassed(olds, news) || run.passes.isShut(news),
  pass,
});

async function answerCheck(call: Call, olds: Props, given: Props): Promise<CheckAnswer> {
  const { run, preview, log } = call;
  const { passes } = run;
  const news = passes.withPlanned(given);
  const inputs = { ...news };
  const mediaOf = stepKinds.find((each) => each === news.__mediaOf);
  const kind = mediaOf ?? "server";
  const parsed = parseInputs(kind, news);
  const step = stepOf(kind, parsed);
  const problems = [...parsed.problems, ...parsed.unknown.map((name) => `${name}: not known`)];
  const target = String(news.target);
  const unfit =
    problems.length > 0
      ? argumentText(problems)
      : step === null || !isOffered(step.target)
        ? renderFinding(
            targetNotOffered({ step: kind, computer: parsed.known.computer?.name ?? "its computer" }, target),
          )
        : null;
  // In preview, the step's own row reports it.
  if (unfit !== null || step === null)
    return { inputs, failures: preview || unfit === null ? [] : [refusal(unfit)] };
  // The engine passes the old inputs to check; they exist once the gate has been passed.
  const same = passOf(olds) === passOf(news);
  // Before media are copied, the facts of this run are recent enough, since it has just logged on.
  const lookNow = preview || mediaOf !== undefined ? look : lookAgain;
  const seconds = defaultFactsSeconds;
  const judged = await lookNow(
    run,
    step,
    preview
      ? { why: "preview", preview, recorded: same ? "if shown" : false, unknown: [], seconds }
      : { why: "commands", recorded: same, seconds },
  );
  const done = judged.state.known && judged.state.value.progress === "done";
  // If the state has the step, and the directory shows it beyond its target, no computer is contacted.
  const beyond = judged.state.known && judged.state.value.progress === "above";
  if (done && !same && mediaOf === undefined)
    await log.warn(
      withCode(
        `${step.computer}: it is at ${step.target.name} already, and its ${argument(step, "commands")} are run all the same: leave them out`,
        "XU-COMMANDS",
      ),
    );
  // A gate out of turn is not judged here: a refused check would end the whole run.
  const outOfTurn = notMade(news).length > 0 || passes.closedGate(news) !== null;
  passes.noteShut(news, !preview && !done && outOfTurn);
  if (preview || done || outOfTurn) return { inputs, failures: [] };
  if (mediaOf !== undefined) return { inputs, failures: same && beyond ? [] : logonRefusal(step, judged) };
  const refused = blocking(judged.waived.remaining);
  const outside = windowRefusal(step, judged.case);
  const texts = [...renderFindings(refused), ...(outside === null ? [] : [outside])];
  return { inputs, failures: texts.map(refusal) };
}

/** @throws Error if something that must precede the commands is missing */
function pass({ run: { passes } }: Call, _olds: Props, inputs: Props): Outs {
  const what = `commands before the server upgrade on ${nameOf(inputs.computer)}`;
  refuseChanged(passes, what, inputs, null);
  refuseOutOfTurn(passes, what, inputs);
  return { ...inputs, passed: passOf(inputs) };
}

/** Why media are not copied: the logon to the computer has just failed. */
function logonRefusal(step: Step, { case: { facts } }: Looked): CheckFailure[] {
  const { identity } = facts.computer;
  if (identity.known) return [];
  const text = renderProblem({
    summary: `no media are copied to ${step.computer}: it could not be logged on to`,
    found: identity.why,
    needed:
      "a connection that logs on: each copy makes one of its own, and waits without end where nothing answers",
    where: `in the program: ${argument(step, "computer.connection")}`,
    fix: "correct the connection, or see to the computer; then run pulumi up again",
    code: "XU-COMMANDS-MEDIA",
  });
  return [refusal(text)];
}

/** The identity of the step that the gate lets pass. */
function passOf({ target, computer }: Props): string {
  return `${String(target)} on ${isRecord(computer) ? String(computer.name).toLowerCase() : ""}`;
}

function hasPassed(olds: Props, news: Props): boolean {
  return olds.passed === passOf(news);
}
