/** Judges a security update by all rules at once. */
import { compareBuilds } from "../../releases";
import { sameAccount } from "../account/logon";
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
import { fitsInstalled, isListedPair } from "./installed";
import type { UpdateCase, UpdateProgress } from "./updateCase";

/** How far the update is, by what ExSetup.exe shows. */
export function progressOf({ installed, build }: Pick<UpdateCase, "installed" | "build">): UpdateProgress {
  if (!installed.known) return "unknown";
  if (installed.value === null) return "absent";
  const order = compareBuilds(installed.value, build);
  return order === 0 ? "done" : order < 0 ? "pending" : "above";
}

/** What a finding on the update names it by. */
export function aboutUpdate({ step: { computer, target } }: Pick<UpdateCase, "step">): About {
  return { step: "securityUpdate", computer, target };
}

/**
 * Every finding on an update. One that is applied is judged by the name of its computer and by what it asks for in the directory;
 * whether it has left a service disabled is looked at when it is applied (R83).
 * @param recorded true where the state has the update applied: a newer one that came since is no rollback
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
        ["R7", noPendingRestartBefore(u)],
        ["R30", oneMemberAtATime(u)],
        ["R80", fitsInstalled(u)],
        ["R80", isListedPair(u)],
        ["R81", elevatedAdministrator(u)],
        ["R82", fileIsThere(u)],
        ["R84", directoryIsReady(u)],
      ];
  return verdicts.flatMap(([id, verdict]) =>
    verdict.verdict === "ok" ? [] : [findingOf(id, aboutUpdate(u), withCause(verdict, u.step.facts))],
  );
}

/** D10. A server's step that is finished passes unread; an update is not started on a computer of which the name is not known. */
function itsOwnName({ step }: UpdateCase): Verdict {
  const { identity } = step.facts.computer;
  return identity.known
    ? ownName(step)
    : computerNotVerified(step, identity.why, `a connection to ${step.computer} itself`);
}
