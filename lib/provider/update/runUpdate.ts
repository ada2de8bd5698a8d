/** Applies a security update, or follows one that is being applied, and proves the result. */
import { updateCommand } from "../../plan/updatePlan";
import { appliedCodes, formatBuild, installerAnswers, setupOf, windowsInstaller } from "../../releases";
import { renderFinding } from "../../rules/finding";
import { argument } from "../../rules/program/argumentTexts";
import { aboutUpdate, misfitOf, progressOf } from "../../rules/update/evaluateUpdate";
import { buildText } from "../../rules/update/installed";
import type { UpdateCase } from "../../rules/update/updateCase";
import { renderProblem, withCode } from "../../text";
import type { Call } from "../call";
import { type Around, type EndedRun, type ProgramRun, runOnComputer } from "../run/onComputer";
import { onFacts } from "../step/circumstances";
import { updateMinutes } from "../step/step";
import { expectedOf, windowRefusal } from "../step/windowRefusal";
import { seeUpdate } from "./seeUpdate";
import { operationOf, planOf, type Update, wordsOf } from "./update";

/**
 * Brings the update to its end: finds it applied, follows a running one, or starts it.
 *
 * @throws Error if it could not be started or followed; a running one goes on, and the next call follows it
 */
export async function applyUpdate(
  update: Update,
  before: UpdateCase,
  call: Call,
  around?: Around<EndedRun>,
): Promise<EndedRun> {
  const mayStart = async () => refuseOutsideWindow(update, before);
  const { step, isOfStep } = update;
  const expected = isOfStep ? updateMinutes(step) : expectedOf(step, before.step);
  return runOnComputer(step, call, { ...programOf(update, expected, call), mayStart }, around);
}

/** What is run, and how it is told whether it is done. @param expected minutes that it usually takes */
export function programOf(update: Update, expected: number, call: Call): ProgramRun {
  const { step } = update;
  const { process, otherProcesses = [] } = setupOf(step.target);
  return {
    operation: operationOf(update),
    command: updateCommand(update),
    process: windowsInstaller.program,
    logFile: `%SystemRoot%\\ExchangeUpgrade\\${update.kb}.log`,
    other: {
      name: "Windows Installer",
      logSwitch: windowsInstaller.log,
      // The installer's service keeps running for minutes after any work. If another installation is at work, the
      // installer's own exit code tells.
      foreign: [process, ...otherProcesses],
      goodCodes: appliedCodes,
      answers: installerAnswers,
    },
    goodCodes: appliedCodes,
    expected,
    isDone: async () => {
      const seen = await seeUpdate(call.run, update, onFacts);
      if (!seen.installed.known)
        throw new Error(
          withCode(
            `the build of Exchange on ${step.computer} could not be read: ${seen.installed.why} (${seen.installed.source})`,
            "XU-UNREAD",
          ),
        );
      // An update replaces files before it starts services and ends. So if an attempt ended badly, the update is
      // applied once more, even if the files show the new build.
      if (progressOf(seen) === "done") return "behind";
      const misfit = misfitOf(seen);
      if (misfit !== null) throw new Error(renderFinding(misfit));
      return false;
    },
    instruction: `log on to ${step.computer} and run ${planOf(update).command} in an elevated command prompt`,
  };
}

/** @throws Error with R10 */
export function refuseOutsideWindow({ step }: Update, before: UpdateCase): void {
  const outside = windowRefusal(step, before.step, aboutUpdate(before));
  if (outside !== null) throw new Error(outside);
}

/** Why the update is not proven, as a message; null if it is. */
export function unprovenText(update: Update, seen: UpdateCase, { outcome }: EndedRun): string | null {
  const { installed } = seen;
  const progress = progressOf(seen);
  const { exitCode, reason, failure } = outcome;
  const cause = failure?.cause;
  const isApplied = progress === "done" && (outcome.done || outcome.alreadyDone);
  if (isApplied) return null;
  const found = !installed.known
    ? `the build could not be read: ${installed.why}`
    : installed.value === null
      ? "Exchange is not installed"
      : buildText(seen, installed.value);
  const restart = exitCode !== null && exitCode !== 0 && appliedCodes.includes(exitCode);
  const action = restart
    ? `restart ${update.step.computer}: Windows Installer says that it has to be, to finish the update`
    : (cause?.action ?? "remove the reason");
  const without = `. To go on without it, say ${argument(update.step, "securityUpdate", ': "none"')}: the next pulumi up then looks at what the update has left. Where the program only leaves it out, nobody looks`;
  return renderProblem({
    summary: `${wordsOf(update)}: ${update.kb} is not proven to be applied${cause === undefined ? "" : `: ${cause.cause}`}`,
    found: reason === null ? found : `${found}. ${reason}`,
    needed: `ExSetup.exe of build ${formatBuild(update.build)}, and an installation that has come to its end`,
    where: `on ${update.step.computer}`,
    fix: `${action}; then run pulumi up again, also with the same approved plan${update.isOfStep ? without : ""}`,
    code: "XU-UPDATE",
  });
}
