/** Applies a security update, or follows one that is being applied, and proves what came of it. */
import { discardOperation, HostError, HostSession, runSetup, type SetupOutcome } from "../../host";
import { mayStartIn } from "../../plan/changeWindow";
import { appliedCodes, formatBuild, installerAnswers, setupOf, windowsInstaller } from "../../releases";
import { renderFinding } from "../../rules/finding";
import { changeWindowFinding } from "../../rules/handlerFindings";
import { argumentPath } from "../../rules/program/argumentTexts";
import { aboutUpdate, progressOf } from "../../rules/update/evaluateUpdate";
import { buildText } from "../../rules/update/installed";
import type { UpdateCase } from "../../rules/update/updateCase";
import { runModeTraits } from "../../runModes";
import { renderProblem } from "../../text";
import { resolveCredential } from "../../wire/secrets";
import type { Call } from "../call";
import { now } from "../memory/clock";
import { TimedProgress } from "../run/progress";
import { connectionOptions } from "../step/connectionOptions";
import { neededMinutes, reservedMinutes } from "../step/windowRefusal";
import { seeUpdate } from "./seeUpdate";
import { commandOf, operationOf, planOf, type Update, wordsOf } from "./update";

/** Looks of which only facts count. */
export const onFacts = { apply: true, recorded: false, unknown: [] } as const;

/** What came of applying, or not applying, an update. */
export interface Applied {
  readonly outcome: SetupOutcome;
  /** True when this call applied it, or followed one that an earlier call started, or an operator did it. */
  readonly started: boolean;
  /** True when an earlier call applied it, and did not live to see it proven. */
  readonly resumed: boolean;
  readonly minutes: number;
  /** Takes away what the operation has left on the computer; only for a result that is proven. Never throws. */
  readonly discard: () => Promise<void>;
}

/**
 * Brings the update to its end: finds it applied, follows one that runs, or starts it.
 * @throws Error when it could not be started or followed; what runs goes on, and the next call follows it
 */
export async function applyUpdate(update: Update, before: UpdateCase, call: Call): Promise<Applied> {
  const { step } = update;
  const { log, run, signal } = call;
  const { account, taskName } = step.inputs;
  const open = () => HostSession.open(connectionOptions(step), run.logons);
  const progress = new TimedProgress(step, before.step, log);
  const { process, otherProcesses = [] } = setupOf(step.target);
  const minutes = step.inputs.timeouts?.setup ?? runModeTraits[step.run].setupMinutes;
  const outcome = await runSetup(open, {
    operation: operationOf(update),
    command: commandOf(update),
    mode: step.run,
    ...(taskName === undefined ? {} : { taskName }),
    ...(account === undefined ? {} : { account: accountOptions(update, account) }),
    process: windowsInstaller.program,
    logFile: `%SystemRoot%\\ExchangeUpgrade\\${update.kb}.log`,
    other: {
      name: "Windows Installer",
      logSwitch: windowsInstaller.log,
      // The installer's service stays for minutes after any work: another installation is refused by its own exit code.
      foreign: [process, ...otherProcesses],
      goodCodes: appliedCodes,
      answers: installerAnswers,
    },
    isDone: async () => {
      const seen = await seeUpdate(run, update, onFacts);
      if (!seen.installed.known)
        throw new Error(
          `the build of Exchange on ${step.computer} could not be read: ${seen.installed.why} (${seen.installed.source})`,
        );
      // Files come before the services and the end: with an attempt that ended badly, the update is applied once more.
      return progressOf(seen) === "done" ? "behind" : false;
    },
    mayStart: async () => {
      const outside = windowRefusal(update, before);
      if (outside !== null) throw new Error(outside);
    },
    onProgress: (said) => progress.tell(said),
    onFollow: (startedAt) => progress.beganAt(startedAt),
    timeoutMs: minutes * 60_000,
    signal,
    instruction: `log on to ${step.computer} and run ${planOf(update).command} in an elevated command prompt`,
  })
    .catch((error: unknown) => {
      // What the host refuses is about a computer, which it knows by its connection only.
      if (!(error instanceof HostError) || error.message.includes(step.computer)) throw error;
      throw new Error(`${step.computer}: ${error.message}`);
    })
    .finally(() => progress.stop());
  return {
    outcome,
    started: !outcome.alreadyDone,
    resumed: outcome.alreadyDone && outcome.attempt !== null && appliedCodes.includes(outcome.exitCode ?? -1),
    minutes: progress.minutes,
    discard: async () => {
      if (runModeTraits[step.run].runsAs === "operator") return;
      const left = await discardOperation(open, { operation: operationOf(update), signal });
      if (left !== null) await log.warn(`${step.computer}: ${left}`);
    },
  };
}

/** The account that it is started under; its password only where a task is registered with it. */
function accountOptions(
  { step: { run, place } }: Update,
  { name, password }: NonNullable<Update["step"]["inputs"]["account"]>,
): { readonly name: string; readonly password?: string } {
  if (!runModeTraits[run].needs.password || password === undefined) return { name };
  return { name, password: resolveCredential(password, argumentPath(place, ["account", "password"])) };
}

/** What R10 says of a start now; null where it may start. */
function windowRefusal({ step }: Update, before: UpdateCase): string | null {
  const window = step.inputs.changeWindow;
  if (window === undefined) return null;
  const expected = neededMinutes(step, before.step);
  const verdict = mayStartIn(window, now(), expected, reservedMinutes(step), step.place);
  return verdict.verdict === "ok" ? null : renderFinding(changeWindowFinding(aboutUpdate(before), verdict));
}

/** Why the update is not proven, as a message; null where it is. */
export function unprovenText(update: Update, seen: UpdateCase, { outcome }: Applied): string | null {
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
  return renderProblem({
    summary: `${wordsOf(update)}: ${update.kb} is not proven to be applied${cause === undefined ? "" : `: ${cause.cause}`}`,
    found: reason === null ? found : `${found}. ${reason}`,
    needed: `ExSetup.exe of build ${formatBuild(update.build)}, and an installation that has come to its end`,
    where: `on ${update.step.computer}`,
    fix: `${action}; then run pulumi up again, also with the same approved plan`,
  });
}
