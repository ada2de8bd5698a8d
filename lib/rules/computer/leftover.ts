/** Rules on what is left on a server and keeps Setup from starting: a pending restart (R7), an unfinished installation (R13). */
import type { InstalledRole, PendingFile } from "../../facts";
import { setupOf } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { computerNotVerified } from "./reachComputer";

/** R7: no restart is pending. */
export function noPendingRestart(c: Case): Verdict {
  const { pendingRestart, pendingFiles } = c.facts.computer;
  const needed = "no pending restart: Setup's prerequisite check refuses one";
  const where = `on ${c.computer}`;
  if (!pendingRestart.known) return computerNotVerified(c, pendingRestart.why, needed);
  if (pendingRestart.value.length === 0) return ok;
  const fails = {
    verdict: "fails",
    problem: "Windows waits for a restart",
    found: pendingRestart.value.join("; "),
    needed,
    where,
  } as const;
  const fix = `restart it; ${isClassic(c) ? orphaned : "do not delete what says so, and if it is found again after the restart, stop what writes it"}`;
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
 * Whether a file is below a folder named Temp, and is only deleted. No program is installed there, so a restart changes
 * nothing that Setup or Exchange uses. A file that becomes another one replaces it, wherever it comes from.
 */
function isTemporary({ path, to }: PendingFile): boolean {
  const folders = path.toLowerCase().split("\\").slice(0, -1);
  return to === null && folders.includes("temp") && !folders.includes("..");
}

/** Setup before 2013, which Microsoft's articles on the analyzer describe. */
function isClassic(c: Case): boolean {
  return setupOf(c.target).program === "Setup.com";
}

/** R13: no installation of a role was left unfinished: Setup goes on with it, and with nothing else. */
export function installationFinished(c: Case): Verdict {
  const { roles } = c.facts.computer;
  const needed =
    "no role with a watermark and the action Install: Setup's prerequisite check refuses an upgrade over one";
  if (!roles.known) return computerNotVerified(c, roles.why, needed);
  // From 2013 on the wizard, which an operator may run, goes on where the installation stopped.
  if (c.run === "manual" && !isClassic(c)) return ok;
  const left = roles.value.filter(isUnfinishedInstallation);
  if (left.length === 0) return ok;
  const names = left.map(({ role }) => role);
  return {
    verdict: "fails",
    problem: `the installation of ${listed(names)} was left unfinished, and has to be finished before an upgrade`,
    found: `${left.map((each) => `${each.role}: watermark ${each.watermark}, action ${each.action}`).join("; ")}, read from ${roles.source}`,
    needed,
    where: `on ${c.computer}`,
    fix: `${isClassic(c) ? finishClassic(names) : finishModern(c)}; do not delete the watermark`,
  };
}

function isUnfinishedInstallation({ watermark, action }: InstalledRole): boolean {
  return watermark !== null && action?.trim().toLowerCase() === "install";
}

function finishClassic(names: readonly string[]): string {
  const roles = names.map((name) => name.replace(" ", "")).join(",");
  return `run Setup.com /mode:install /roles:${roles} there, from the media of the release that is installed, or take the roles off with /mode:uninstall`;
}

function finishModern(c: Case): string {
  return `start Setup.exe there without switches, from the media of the release that is installed: its wizard goes on where it stopped, which unattended Setup does not; or let an operator upgrade it (${argument(c, "run", ': "manual"')})`;
}
