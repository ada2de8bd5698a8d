/** Rules on the computer before an update: its file (R82), and no pending restart (R7). */

import { runModeTraits } from "../../runModes";
import { noPendingRestart } from "../computer/leftover";
import { computerNotVerified } from "../computer/reachComputer";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { type UpdateCase, updateArgument } from "./updateCase";

/** R82. An operator can take the file from any place. */
export function fileIsThere(u: UpdateCase): Verdict {
  const { step, file, fileThere } = u;
  if (runModeTraits[step.run].runsAs === "operator") return ok;
  const needed = `${file} on ${step.computer}`;
  if (!fileThere.known) return computerNotVerified(step, fileThere.why, needed);
  if (fileThere.value) return ok;
  return {
    verdict: "fails",
    problem: `the file ${file} is not there`,
    found: `no such file (${fileThere.source})`,
    needed,
    where: `on ${step.computer}`,
    fix: `copy the update's .msp there, or correct ${updateArgument(u, "file")}`,
  };
}

/** R7. Microsoft recommends a restart before an update. What is pending now was not caused by this update. */
export function noPendingRestartBefore({ step }: UpdateCase): Verdict {
  const needed = "no pending restart: Microsoft recommends a restart before an update";
  const verdict = noPendingRestart(step);
  if (verdict.verdict === "ok") return verdict;
  if (verdict.verdict === "unknown") return { ...verdict, needed };
  return {
    ...verdict,
    needed,
    fix: `restart it; do not delete what says so, and if it is found again after the restart, stop what writes it${
      verdict.waivable === true
        ? `; all that waits is the removal of temporary files, so ${argument(step, "waive", ': { R7: "the reason" }')} accepts it`
        : ""
    }`,
  };
}
