/** R16: a schema master on Windows Server 2025 has the update that stops it from writing Exchange's schema twice. */
import { judgeSchemaMaster, schemaMasterFix } from "../../releases";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { preparesForest } from "./forestRequirements";
import { isEdge, isToolsOnly } from "./servers";

const { build, revision, update } = schemaMasterFix;
const fixedBuild = `${build}.${revision}`;

/**
 * R16: judged before the schema or the organization is prepared. The directory contains the build of Windows, but not
 * its update.
 */
export function updatedSchemaMaster(c: Case): Verdict {
  if (c.step === "server" && (isEdge(c) || isToolsOnly(c))) return ok;
  if (!preparesForest(c)) return ok;
  const { schemaMaster: master, domainControllerWindows } = c.facts.forest;
  const needed = `Windows Server 2025 from ${fixedBuild} on (${update}) on the schema master, or an earlier version: without it, values of the schema are written twice, replication fails with error 8418, and no update repairs that`;
  const unseen = (why: string): Verdict => ({
    verdict: "unknown",
    why,
    needed,
    where: "on the schema master",
    fix: "let `directory` read the schema master and its computer object, with an account that sees them",
  });
  if (!master.known) return unseen(master.why);
  const windows = domainControllerWindows[master.value.name];
  if (windows === undefined) return unseen(`the Windows version of ${master.value.name} was not read`);
  if (!windows.known) return unseen(windows.why);
  if (windows.value === null)
    return unseen(`the computer object of ${master.value.name} does not say its Windows version`);
  if (judgeSchemaMaster(windows.value.build, null) === "ok") return ok;
  return {
    verdict: "unknown",
    why: `the schema master ${master.value.name} runs Windows build ${windows.value.build}, and the directory does not show with which update`,
    found: `Windows ${windows.value.major}.${windows.value.minor} (${windows.value.build}), ${windows.source}`,
    needed,
    where: `on ${master.value.name}`,
    fix: `run winver there: from ${fixedBuild} on say so with ${argument(c, "waive", ": { R16: reason }")}; else install the update first, or transfer the schema master to a domain controller on an earlier Windows`,
  };
}
