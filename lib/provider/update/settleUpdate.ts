/**
 * After a security update: proves the result, makes or reports a restart, and finds services that were left disabled
 * (R83).
 */
import { isServiceUp, serviceStarts } from "../../facts";
import { lastShutdown } from "../../host";
import { appliedCodes, formatBuild, restartAfterSetup, restartCode } from "../../releases";
import { isToolsOnly } from "../../rules/organization/servers";
import { argument } from "../../rules/program/argumentTexts";
import { aboutUpdate, progressOf } from "../../rules/update/evaluateUpdate";
import type { UpdateCase } from "../../rules/update/updateCase";
import { renderProblem, withCode } from "../../text";
import { messageOf } from "../../wire/answers";
import type { Call } from "../call";
import { isRefusedForGood } from "../facts/causes";
import { now } from "../memory/clock";
import { discardOn, type EndedRun } from "../run/onComputer";
import type { Services } from "../run/reportServices";
import {
  afterFailedRestart,
  looksMs,
  type OutOfService,
  patientSessions,
  reasonNotTo,
  restartIfRequired,
} from "../run/restarted";
import { onFacts } from "../step/circumstances";
import { restartMinutes } from "../step/windowRefusal";
import { refuseDisabled, servicesOfRoles } from "./disabledServices";
import { unprovenText } from "./runUpdate";
import { seeUpdate } from "./seeUpdate";
import { operationOf, type Update, wordsOf } from "./update";

/**
 * The proven update, after all that follows it.
 *
 * @param out if the server is out of service for it: it is put back once no required service is disabled
 *
 * @throws Error if it is not proven, if a restarted computer did not come back, and for the findings of R83
 */
export async function settledUpdate(
  update: Update,
  applied: EndedRun,
  call: Call,
  out?: OutOfService,
): Promise<UpdateCase> {
  const { log, notify, run } = call;
  const seen = await seeUpdate(run, update, onFacts);
  const unproven = unprovenText(update, seen, applied);
  // Only a restart replaces files that were in use.
  const mayProve = unproven !== null && applied.outcome.exitCode === restartCode;
  if (unproven !== null && !mayProve) throw new Error(unproven);
  const after = await afterRestart(update, applied, seen, call, out);
  const still = unprovenText(update, after, provenBy(applied, after));
  if (still !== null) throw new Error(still);
  await refuseDisabled(update.step, after.step, aboutUpdate(after), call);
  await out?.leave();
  await tellStopped(update, after, call, after === seen ? 0 : restartMinutes(update.step) * 60_000);
  const summary = summaryText(update, applied);
  await log.info(summary);
  if (applied.started || applied.resumed) notify("done", summary);
  if (out === undefined) await discardOn(update.step, operationOf(update), call);
  return after;
}

/** If the installer has asked for a restart, its work ends with that restart. */
function provenBy(applied: EndedRun, after: UpdateCase): EndedRun {
  const { outcome } = applied;
  const done =
    outcome.done || (appliedCodes.includes(outcome.exitCode ?? -1) && progressOf(after) === "done");
  return { ...applied, outcome: { ...outcome, done } };
}

function summaryText({ step, kb, build }: Update, { started, minutes }: EndedRun): string {
  const how = started
    ? `Windows Installer ran for ${minutes} min`
    : "adopted: it was installed already, and was not run";
  return `${step.computer}: ${kb}, ExSetup.exe ${formatBuild(build)}; ${how}`;
}

/** If a restart is due, restarts the computer if the program allows it, else reports that one is due. */
async function afterRestart(
  update: Update,
  applied: EndedRun,
  seen: UpdateCase,
  call: Call,
  out: OutOfService | undefined,
): Promise<UpdateCase> {
  const { step } = update;
  const found = await whyRestart(update, applied, seen, call);
  if (found === null) return seen;
  const not = reasonNotTo(step, applied, "the update was not applied now");
  if (not !== null) {
    await call.log.warn(
      renderProblem({
        summary: `${wordsOf(update)}: a restart is due. The computer is not restarted: ${not}`,
        found,
        needed: "a restart after the update, before the server is used",
        where: `on ${step.computer}`,
        fix: `restart it; with ${argument(step, "reboot", ': "ifRequired"')} the update does so itself, inside its change window`,
        code: "XU-RESTART-DUE",
      }),
    );
    return seen;
  }
  const before = applied.outcome.shutdownBefore;
  try {
    // Another run that held the computer's lock before may have restarted it.
    await restartIfRequired(step, call, out, async (last) => before === null || last === before);
  } catch (error) {
    throw new Error(
      renderProblem({
        summary: `${wordsOf(update)}: the restart after ${update.kb} failed`,
        found: messageOf(error),
        needed: "a restart after the update, before the server is used",
        where: `on ${step.computer}`,
        ...afterFailedRestart(error),
        code: "XU-RESTART-FAILED",
      }),
    );
  }
  const again = await seenAgain(update, call);
  await call.log.info(`${step.computer}: restarted, and looked at again`);
  return again;
}

/** Why a restart is due, or may be; null if none is. */
async function whyRestart(
  update: Update,
  { outcome, started, resumed }: EndedRun,
  seen: UpdateCase,
  call: Call,
): Promise<string | null> {
  const { pendingRestart } = seen.step.facts.computer;
  if (!pendingRestart.known) return `not known: ${pendingRestart.why}`;
  if (pendingRestart.value.length > 0) return pendingRestart.value.join(", ");
  if (!started && !resumed) return null;
  const asks = restartAfterSetup(update.step.target.product) !== null && !isToolsOnly(seen.step);
  if (!asks && outcome.exitCode !== restartCode) return null;
  if (outcome.shutdownBefore === null) return "not known: when Windows was last shut down before the update";
  try {
    const last = await lastShutdown(patientSessions(update.step, call), call.signal);
    if (last === undefined) return "not known: when Windows was last shut down";
    return last === outcome.shutdownBefore ? "Windows has not been shut down since the update began" : null;
  } catch (error) {
    return `not known: ${messageOf(error)}`;
  }
}

/** Reads the update once the computer has settled: it may restart a second time. */
async function seenAgain(update: Update, call: Call): Promise<UpdateCase> {
  const until = now() + restartMinutes(update.step) * 60_000;
  for (let wait = looksMs.first; ; wait = Math.min(2 * wait, looksMs.most)) {
    const seen = await seeUpdate(call.run, update, onFacts);
    const { pendingRestart } = seen.step.facts.computer;
    const isAtRest = seen.installed.known && pendingRestart.known && pendingRestart.value.length === 0;
    const isRefused =
      !pendingRestart.known && isRefusedForGood(update.step, pendingRestart.cause, call.run.logons);
    if (isAtRest || isRefused || now() >= until || call.signal.aborted) return seen;
    await call.log.progress(`${update.step.computer}: restarted; waiting until it can be read`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/**
 * A warning for services that do not run.
 *
 * @param patienceMs for services that are still starting after a restart
 */
async function tellStopped(update: Update, seen: UpdateCase, call: Call, patienceMs: number): Promise<void> {
  const { step } = update;
  const until = now() + patienceMs;
  for (let wait = looksMs.first; ; wait = Math.min(2 * wait, looksMs.most)) {
    const services = await servicesOfRoles(step, seen.step, call);
    const stopped = typeof services === "string" ? [] : stoppedOf(services);
    if (stopped.length === 0) return;
    if (now() >= until || call.signal.aborted) {
      await call.log.warn(
        withCode(
          `${wordsOf(update)}: services that start automatically do not run: ${stopped.join(", ")}. Start them, or look in the event log why they stopped`,
          "XU-SERVICES",
        ),
      );
      return;
    }
    await call.log.progress(`${step.computer}: restarted, and not yet running: ${stopped.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function stoppedOf(services: Services): readonly string[] {
  return Object.entries(services).flatMap(([name, service]) =>
    service.known && service.value?.start === serviceStarts.automatic && !isServiceUp(service.value.state)
      ? [name]
      : [],
  );
}
