/**
 * Rules on traces of earlier work that keep Setup from starting: a pending restart (R7), an unfinished installation
 * (R13).
 */
import type { InstalledRole, PendingFile } from "../../facts";
import { mayBeOrphaned, restartSignsOf, type SetupFacts, setupOf } from "../../releases";
import { runModesWith, runModeTraits } from "../../runModes";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { notDescribed } from "../undescribed";
import { computerNotVerified } from "./reachComputer";

/**
 * R7: no restart is pending. Before a preparation, Setup of 2013 and later tolerates files that wait for a restart, but
 * no other sign. If files are the only sign found, the preparation passes.
 */
export function noPendingRestart(c: Case): Verdict {
  const { pendingRestart, pendingFiles } = c.facts.computer;
  const passes = c.step !== "server" && pendingFiles !== undefined;
  const needed = passes
    ? "no pending restart, although Setup prepares while only files wait for one"
    : "no pending restart: Setup's prerequisite check refuses one";
  const where = `on ${c.computer}`;
  if (restartSignsOf(c.target.product) === "not described")
    return notDescribed(c, "R7", {
      what: "what Setup takes for a pending restart",
      needed,
      where,
      compare: "the registry with what Setup's own prerequisite check looks at",
    });
  if (!pendingRestart.known) {
    // A manual preparation has no connection to the computer: Setup tells the operator.
    if (!runModeTraits[c.run].needs.connection && c.step !== "server") return ok;
    return computerNotVerified(c, pendingRestart.why, needed);
  }
  if (pendingRestart.value.length === 0) return ok;
  const fails = {
    verdict: "fails",
    problem: "Windows waits for a restart",
    found: pendingRestart.value.join("; "),
    needed,
    where,
  } as const;
  const fix = `restart it; ${mayBeOrphaned(c.target.product) ? orphaned : "do not delete what says so, and if it is found again after the restart, stop what writes it"}`;
  if (passes) return { ...fails, level: "should", fix };
  if (pendingFiles === undefined || !pendingFiles.every(isTemporary)) return { ...fails, fix };
  return {
    ...fails,
    waivable: true,
    fix: `${fix}; all that waits is the removal of temporary files, so ${argument(c, "waive", ': { R7: "the reason" }')} lets Setup judge it by itself`,
  };
}

const orphaned =
  "if it is found again after the restart, it is an orphaned value: save its key with reg export, and remove it as Microsoft's article has it (TechNet cc164360)";

/**
 * Whether the operation only deletes a file below a folder named Temp. No program is installed there, so the restart
 * changes nothing that Setup or Exchange uses. A renamed file, in contrast, replaces its target, wherever it comes
 * from.
 */
function isTemporary({ path, to }: PendingFile): boolean {
  const folders = path.toLowerCase().split("\\").slice(0, -1);
  return to === null && folders.includes("temp") && !folders.includes("..");
}

/** R13: no role's installation was left unfinished. Setup would only continue that installation, and not upgrade. */
export function installationFinished(c: Case): Verdict {
  const { roles } = c.facts.computer;
  const needed =
    "no role with a watermark and the action Install: Setup's prerequisite check refuses an upgrade over one";
  if (!roles.known) return computerNotVerified(c, roles.why, needed);
  const setup = setupOf(c.target);
  // An operator may run the wizard, which can resume a stopped installation.
  if (runModeTraits[c.run].mayBeWizard && setup.wizardResumes) return ok;
  const unfinished = roles.value.filter(isUnfinishedInstallation);
  if (unfinished.length === 0) return ok;
  const names = unfinished.map(({ role }) => role);
  return {
    verdict: "fails",
    problem: `the installation of ${listed(names)} was left unfinished, and has to be finished before an upgrade`,
    found: `${unfinished.map((each) => `${each.role}: watermark ${each.watermark}, action ${each.action}`).join("; ")}, read from ${roles.source}`,
    needed,
    where: `on ${c.computer}`,
    fix: `${setup.wizardResumes ? finishByWizard(c, setup) : finishUnattended(names, setup)}; do not delete the watermark`,
  };
}

function isUnfinishedInstallation({ watermark, action }: InstalledRole): boolean {
  return watermark !== null && action?.trim().toLowerCase() === "install";
}

function finishUnattended(names: readonly string[], { program }: SetupFacts): string {
  const roles = names.map((name) => name.replace(" ", "")).join(",");
  return `run ${program} /mode:install /roles:${roles} there, from the media of the release that is installed, or take the roles off with /mode:uninstall`;
}

function finishByWizard(c: Case, { program }: SetupFacts): string {
  return `start ${program} there without switches, from the media of the release that is installed: its wizard goes on where it stopped, which unattended Setup does not; or let an operator upgrade it (${argument(c, "run", `: ${runModesWith((traits) => traits.mayBeWizard)}`)})`;
}
