/** Judges a security update by all rules at once. */
import { compareBuilds } from "../../releases";
import { lastingSession, sameAccount } from "../account/logon";
import { withCause } from "../causes";
import { ownName } from "../computer/placement";
import { computerNotVerified } from "../computer/reachComputer";
import { type About, findingOf } from "../evaluate";
import type { Finding, Verdict } from "../finding";
import type { RuleId } from "../ids";
import { elevatedAdministrator } from "./account";
import { oneMemberAtATime } from "./availabilityGroup";
import { fileIsThere, noPendingRestartBefore } from "./computer";
import { directoryIsReady } from "./directory";
import { fitsInstalled, fitsTarget, isListedPair } from "./installed";
import type { UpdateCase, UpdateProgress } from "./updateCase";

/** The progress of the update, by the version of ExSetup.exe. */
export function progressOf({ installed, build }: Pick<UpdateCase, "installed" | "build">): UpdateProgress {
  if (!installed.known) return "unknown";
  if (installed.value === null) return "absent";
  const order = compareBuilds(installed.value, build);
  return order === 0 ? "done" : order < 0 ? "pending" : "above";
}

/** The part of a finding that names the update. */
export function aboutUpdate({ step: { computer, target } }: Pick<UpdateCase, "step">): About {
  return { step: "securityUpdate", computer, target };
}

/**
 * Every finding on an update. For an applied one, only the computer's name and the directory work are judged. Whether
 * the update has left a service disabled is checked when it is applied (R83).
 * @param recorded true if the state has the update as applied: a newer one since then is no rollback
 */
export function evaluateUpdate(u: UpdateCase, recorded = false): readonly Finding[] {
  const progress = progressOf(u);
  const done = progress === "done" || (recorded && (progress === "above" || progress === "unknown"));
  const verdicts: readonly (readonly [RuleId, Verdict])[] = done
    ? [
        ["D10", recorded ? ownName(u.step) : itsOwnName(u)],
        ["R84", directoryIsReady(u)],
      ]
    : [
        ["D10", itsOwnName(u)],
        ["R4", sameAccount(u.step)],
        ["R70", lastingSession(u.step)],
        ["R7", noPendingRestartBefore(u)],
        ["R30", oneMemberAtATime(u)],
        ["R80", fitsInstalled(u)],
        ["R80", isListedPair(u)],
        ["R81", elevatedAdministrator(u)],
        ["R82", fileIsThere(u)],
        ["R84", directoryIsReady(u)],
      ];
  return findingsOf(u, verdicts);
}

/** R80, of what is installed right before a start: another run may have installed a newer update meanwhile. */
export function misfitOf(u: UpdateCase): Finding | null {
  const [finding = null] = findingsOf(u, [["R80", fitsInstalled(u)]]);
  return finding;
}

/**
 * Every finding on the update of a server's upgrade.
 * @param isSetupDue true if Setup has not installed the target yet: what the step itself is judged on is not judged
 * twice, and the installed build is still another
 * @param recorded as in {@link evaluateUpdate}
 */
export function evaluateUpdateOfStep(
  u: UpdateCase,
  { isSetupDue, recorded }: { readonly isSetupDue: boolean; readonly recorded: boolean },
): readonly Finding[] {
  const fits = fitsTarget(u);
  if (fits.verdict !== "ok") return findingsOf(u, [["R80", fits]]);
  if (!isSetupDue) return evaluateUpdate(u, recorded);
  return findingsOf(u, [
    ["R80", isListedPair(u)],
    ["R81", elevatedAdministrator(u)],
    ["R82", fileIsThere(u)],
    ["R84", directoryIsReady(u)],
  ]);
}

function findingsOf(u: UpdateCase, verdicts: readonly (readonly [RuleId, Verdict])[]): readonly Finding[] {
  return verdicts.flatMap(([id, verdict]) =>
    verdict.verdict === "ok" ? [] : [findingOf(id, aboutUpdate(u), withCause(verdict, u.step.facts))],
  );
}

/**
 * D10. A finished server step passes even if the name was not read. An update must not start on a computer whose name
 * is not known.
 */
function itsOwnName({ step }: UpdateCase): Verdict {
  const { identity } = step.facts.computer;
  return identity.known
    ? ownName(step)
    : computerNotVerified(step, identity.why, `a connection to ${step.computer} itself`);
}
