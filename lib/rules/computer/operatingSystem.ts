/** Judges the server's Windows: it is not upgraded with Exchange on it (D5). */
import { type Release, windowsBoundaryOf } from "../../releases";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { notDescribed } from "../undescribed";
import { computerNotVerified } from "./reachComputer";

/** D5 in one line: Windows as far as the target says where it may not be upgraded to. */
export function windowsTitle(target: Release): string {
  const boundary = windowsBoundaryOf(target);
  return typeof boundary === "string"
    ? "the operating system is not upgraded with Exchange on it"
    : `the operating system is not upgraded to ${boundary.name} before or after the upgrade`;
}

/** D5: the operating system does not cross to Windows Server 2008 with Exchange on it, neither before nor after. */
export function operatingSystem(c: Case): Verdict {
  const boundary = windowsBoundaryOf(c.target);
  if (boundary === "none needed") return ok;
  if (boundary === "not described")
    return notDescribed(c, "D5", {
      what: "to which Windows the operating system may be upgraded with Exchange on it",
      needed: "the operating system that Exchange was installed on",
      where: `on ${c.computer}`,
      compare: "the Windows that runs there with the one that Exchange was installed on",
    });
  const { identity } = c.facts.computer;
  const needed = `the operating system that Exchange was installed on: ${boundary.name} comes before Exchange or never`;
  const where = `on ${c.computer}`;
  const now = identity.known ? identity.value.windowsBuild : null;
  if (now === null) {
    const why = identity.known ? "the registry does not say the build of Windows" : identity.why;
    return computerNotVerified(c, why, needed);
  }
  // The rule names a Windows for servers: on a workstation the management tools are alone.
  if (now < boundary.build || (identity.known && identity.value.productType === "WinNT")) return ok;
  const fix = `install Exchange ${c.target.name} on another computer with a fresh ${boundary.name}, and move what is here`;
  if (c.recordedWindows !== null && c.recordedWindows < boundary.build) {
    return {
      verdict: "fails",
      problem: `Windows was upgraded to ${boundary.name} or later with Exchange on it`,
      found: `Windows build ${now}, and ${c.recordedWindows} recorded in the state`,
      needed,
      where,
      fix,
    };
  }
  if (c.recordedWindows !== null) return ok;
  return {
    verdict: "unknown",
    why: `it runs ${boundary.name} or later (build ${now}), and nothing is recorded of what Exchange was installed on`,
    needed,
    where,
    fix: "waive D5 if this Windows was there before Exchange was; it is then recorded",
  };
}
