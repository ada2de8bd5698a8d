/** One look at a security update: reads its facts, makes the case from them, and lets the rules judge it. */
import { type Fact, unknown } from "../../facts";
import { type ExchangeFiles, readExchangeFiles } from "../../host";
import { type Release, setupOf } from "../../releases";
import { type Waived, waive } from "../../rules/evaluate";
import type { Finding } from "../../rules/finding";
import { aboutUpdate, evaluateUpdate, progressOf } from "../../rules/update/evaluateUpdate";
import type { UpdateCase } from "../../rules/update/updateCase";
import { askComputer } from "../facts/askComputer";
import type { GatherOptions } from "../facts/gatherOptions";
import type { Run } from "../memory/run";
import { maintenanceFindings } from "../run/maintenance/foresee";
import { caseOf, rightBefore } from "../step/case";
import type { Update } from "./update";

/** The circumstances of a look. */
export interface Look {
  /** True right before it is applied, when only facts count. */
  readonly apply: boolean;
  /** True if the state has it as applied. */
  readonly recorded: boolean;
  /** Arguments that are not known yet. */
  readonly unknown: readonly string[];
}

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
  const { step, kb, build, file } = update;
  const { unknown } = look;
  const [facts, files] = await Promise.all([
    run.facts.read(step, { recorded: false, computer: true, unknown, fresh: true, anew: true, ...asked }),
    filesOn(run, update, unknown),
  ]);
  const others = {
    order: run.updates,
    facing: run.facing,
    groups: run.groups,
    staged: run.staged,
    windows: run.windows,
    upgrades: run.upgrades,
  };
  const { roles } = facts.computer;
  // If the connection cannot read the registry, both facts are unknown.
  const installed =
    !roles.known && files.installed.known && files.installed.value === null ? roles : files.installed;
  return {
    step: caseOf(others, step, facts, { recorded: false, apply: look.apply, recordedWindows: null }),
    kb,
    build,
    file,
    installed,
    fileThere: files.fileThere,
    planned: look.apply ? null : plannedBefore(run, update),
  };
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
  const maintenance = await maintenanceFor(run, update, seen, look.unknown);
  const findings = [...evaluateUpdate(seen, look.recorded), ...maintenance];
  return { seen, waived: waive(findings, update.step.inputs.waive) };
}

/** Whether the server can be taken out of service for an update that is still to be applied (R59 to R65, and R69). */
async function maintenanceFor(
  run: Run,
  { step, kb }: Update,
  seen: UpdateCase,
  notKnown: readonly string[],
): Promise<readonly Finding[]> {
  if (progressOf(seen) !== "pending" || notKnown.includes("maintenance")) return [];
  const around = { about: aboutUpdate(seen), what: kb, by: "update" } as const;
  return maintenanceFindings(run, step, seen.step, notKnown.length > 0, around);
}

async function filesOn(
  run: Run,
  { step, file }: Update,
  notKnown: readonly string[],
): Promise<ExchangeFiles> {
  const not = (why: string): ExchangeFiles => {
    const fact: Fact<never> = unknown(why, step.computer);
    return { installed: fact, fileThere: fact };
  };
  if (notKnown.includes("computer.connection")) return not("`computer.connection` is not known yet");
  if (step.inputs.computer.connection === undefined) return not("the program gives no connection to it");
  const { registryKey } = setupOf(step.target);
  return askComputer(step, run.logons, (session) => readExchangeFiles(session, { registryKey, file }), {
    unread: not,
    late: (seconds) => `it has not answered within ${seconds} s`,
  });
}
