/**
 * After a security update: proves the result, makes or reports a restart, and finds services that were left disabled
 * (R83).
 */
import { isServiceUp, serviceStarts } from "../../facts";
import { lastShutdown } from "../../host";
import { appliedCodes, formatBuild, restartAfterSetup, restartCode, servicesOf } from "../../releases";
import { blocking, findingOf, waive } from "../../rules/evaluate";
import { ok, type Verdict } from "../../rules/finding";
import { isToolsOnly } from "../../rules/organization/servers";
import { argument } from "../../rules/program/argumentTexts";
import { renderFindings } from "../../rules/sharedFindings";
import { aboutUpdate, progressOf } from "../../rules/update/evaluateUpdate";
import type { UpdateCase } from "../../rules/update/updateCase";
import { renderProblem, withCode } from "../../text";
import { messageOf } from "../../wire/answers";
import type { Call } from "../call";
import { isRefusedForGood } from "../facts/causes";
import { now } from "../memory/clock";
import { discardOn, type EndedRun } from "../run/onComputer";
import { type Services, servicesOn } from "../run/reportServices";
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
  await refuseDisabled(update, after, call);
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

/** R83. @throws Error if a required service is disabled or could not be read, and no waiver gives a reason */
async function refuseDisabled(update: Update, seen: UpdateCase, call: Call): Promise<void> {
  const { step } = update;
  const verdict = servicesVerdict(update, await servicesOfRoles(update, seen, call));
  if (verdict.verdict === "ok") return;
  const { remaining, accepted } = waive([findingOf("R83", aboutUpdate(seen), verdict)], step.inputs.waive);
  for (const { reason } of accepted) await call.log.info(`${step.computer}: R83 is waived (${reason})`);
  const refused = blocking(remaining);
  if (refused.length > 0) throw new Error(renderFindings(refused).join("\n"));
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
    const services = await servicesOfRoles(update, seen, call);
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

/** The services of the installed roles, or why they could not be read. */
async function servicesOfRoles(
  { step }: Update,
  seen: UpdateCase,
  { run }: Call,
): Promise<Services | string> {
  const { roles } = seen.step.facts.computer;
  if (!roles.known) return roles.why;
  const names = servicesOf(
    step.target.product,
    roles.value.map(({ role }) => role),
  );
  return servicesOn(step, names, run.logons);
}

function stoppedOf(services: Services): readonly string[] {
  return Object.entries(services).flatMap(([name, service]) =>
    service.known && service.value?.start === serviceStarts.automatic && !isServiceUp(service.value.state)
      ? [name]
      : [],
  );
}

/** R83. The update's own script disables services while it runs, and should enable them at the end. */
function servicesVerdict({ step }: Update, services: Services | string): Verdict {
  const about = { needed: "required services, none of them disabled", where: `on ${step.computer}` };
  const unread =
    typeof services === "string"
      ? services
      : Object.entries(services).flatMap(([name, service]) =>
          service.known ? [] : [`${name}: ${service.why}`],
        )[0];
  const disabled =
    typeof services === "string"
      ? []
      : Object.entries(services).flatMap(([name, service]) =>
          service.known && service.value?.start === serviceStarts.disabled ? [name] : [],
        );
  if (disabled.length > 0)
    return {
      verdict: "fails",
      problem: `required services are disabled: ${disabled.join(", ")}`,
      found: `disabled: ${disabled.join(", ")}`,
      ...about,
      fix: `in Windows PowerShell there, in the folder Bin of Exchange: Add-PSSnapin Microsoft.Exchange.Management.PowerShell.Setup, then .\\ServiceControl.ps1 AfterPatch; start the services, and run pulumi up again. A service that is disabled on purpose: ${argument(step, "waive", ': { R83: "the reason" }')}`,
      waivable: true,
    };
  if (unread === undefined) return ok;
  return {
    verdict: "unknown",
    why: `services could not be read: ${unread}`,
    ...about,
    fix: "let them be read, and run pulumi up again: it adopts what is installed",
  };
}
