/** One look at a security update: reads its facts, makes the case from them, and lets the rules judge it. */
import { type Fact, unknown } from "../../facts";
import { type ExchangeFiles, readExchangeFiles } from "../../host";
import { type Release, setupOf } from "../../releases";
import type { Case } from "../../rules/case";
import { type Waived, waive } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import type { Around } from "../../rules/maintenance/work";
import {
  aboutUpdate,
  evaluateUpdate,
  evaluateUpdateOfStep,
  progressOf,
} from "../../rules/update/evaluateUpdate";
import type { UpdateCase } from "../../rules/update/updateCase";
import { askComputer } from "../facts/askComputer";
import type { GatherOptions } from "../facts/gatherOptions";
import type { Run } from "../memory/run";
import { maintenanceFindings } from "../run/maintenance/foresee";
import { caseOf, rightBefore } from "../step/case";
import { type Look, onFacts } from "../step/circumstances";
import type { Update } from "./update";

/** Notes the program's order of the updates of a run. */
export function noteUpdate(run: Run, { step }: Update): void {
  run.updates.note(step.computer, rightBefore(step));
}

/** Reads anew what tells whether the update is applied. A fact that could not be read is unknown; nothing throws. */
export function seeUpdate(run: Run, update: Update, look: Look): Promise<UpdateCase> {
  return caseFor(run, update, look, { stateOnly: true });
}

async function caseFor(
  run: Run,
  update: Update,
  look: Look,
  asked: Pick<GatherOptions, "stateOnly">,
): Promise<UpdateCase> {
  const { step, isOfStep } = update;
  const { unknown, preview } = look;
  const [facts, files] = await Promise.all([
    run.facts.read(step, {
      ...{ recorded: false, computer: true, unknown, preview },
      ...{ fresh: true, anew: true },
      ...asked,
    }),
    filesOn(run, update, look),
  ]);
  const others = {
    order: isOfStep ? run.order : run.updates,
    facing: run.facing,
    groups: run.groups,
    staged: run.staged,
    windows: run.windows,
    upgrades: run.upgrades,
  };
  const c = caseOf(others, step, facts, { recorded: false, apply: look.apply, recordedWindows: null });
  return updateCaseOf(update, c, files, look.apply || isOfStep ? null : plannedBefore(run, update));
}

/**
 * The case of an update.
 * @param c its computer, as the update's step was read
 * @param planned release that an upgrade before it will have installed; null if none does
 */
export function updateCaseOf(
  { kb, build, file, isOfStep }: Update,
  c: Case,
  { installed, fileThere }: ExchangeFiles,
  planned: Release | null,
): UpdateCase {
  const { roles } = c.facts.computer;
  // If the connection cannot read the registry, both facts are unknown.
  const both = !roles.known && installed.known && installed.value === null ? roles : installed;
  return { step: c, kb, build, file, installed: both, fileThere, planned, isOfStep };
}

/** Release to which a step before the update upgrades its computer; null if none does. */
function plannedBefore({ order, upgrades }: Run, { step }: Update): Release | null {
  const isBefore = order.allBefore(rightBefore(step)).has(step.computer);
  return isBefore ? (upgrades.get(step.computer) ?? null) : null;
}

/** Reads the case of an update anew, and judges it. */
export async function lookAtUpdate(
  run: Run,
  update: Update,
  look: Look,
): Promise<{ readonly seen: UpdateCase; readonly waived: Waived }> {
  const seen = await caseFor(run, update, look, {});
  const maintenance = await maintenanceFor(run, update, seen, look);
  const findings = [...evaluateUpdate(seen, look.recorded), ...maintenance];
  return { seen, waived: waive(findings, update.step.inputs.waive) };
}

/** The same for the update of a server's step, right before it: whether the server can go out of service is known by then. */
export async function judgeAfterSetup(
  run: Run,
  update: Update,
): Promise<{ readonly seen: UpdateCase; readonly waived: Waived }> {
  const seen = await caseFor(run, update, onFacts, {});
  const findings = evaluateUpdateOfStep(seen, { isSetupDue: false, recorded: false });
  return { seen, waived: waive(findings, update.step.inputs.waive) };
}

/** Whether the server can be taken out of service for an update that is still to be applied (R59 to R65, and R69). */
async function maintenanceFor(
  run: Run,
  { step }: Update,
  seen: UpdateCase,
  { unknown: notKnown, preview }: Look,
): Promise<readonly Finding[]> {
  if (progressOf(seen) !== "pending" || notKnown.includes("maintenance")) return [];
  const how = { spared: notKnown.length > 0, preview };
  return maintenanceFindings(run, step, seen.step, how, aroundUpdate(seen));
}

/** What the server goes out of service for. */
export function aroundUpdate(u: UpdateCase): Around {
  return { about: aboutUpdate(u), what: u.kb, by: "update" };
}

/** Files that nobody has looked for. */
export function unreadFiles({ step }: Update, why: string): ExchangeFiles {
  const fact: Fact<never> = unknown(why, step.computer);
  return { installed: fact, fileThere: fact };
}

/** Looks for ExSetup.exe and the update's file on the computer, or in a preview's facts snapshot. */
export async function filesOn(
  run: Run,
  update: Update,
  { unknown: notKnown, preview }: Pick<Look, "unknown" | "preview">,
): Promise<ExchangeFiles> {
  const { step, file } = update;
  const not = (why: string) => unreadFiles(update, why);
  return run.facts.answer(step, { question: "files", about: file, preview }, async () => {
    if (notKnown.includes("computer.connection")) return not("`computer.connection` is not known yet");
    if (step.inputs.computer.connection === undefined) return not("the program gives no connection to it");
    const { registryKey } = setupOf(step.target);
    return askComputer(step, run.logons, (session) => readExchangeFiles(session, { registryKey, file }), {
      unread: not,
      late: (seconds) => `it has not answered within ${seconds} s`,
    });
  });
}
