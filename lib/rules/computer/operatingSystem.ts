/** Judges the server's Windows: it was not upgraded under Exchange (D5), and the target supports it (R17). */
import {
  citations,
  describeWindows,
  judgeWindows,
  type Release,
  servicePackOfBuild,
  targetFactsOf,
  windowsBoundaryOf,
  windowsServerOfBuild,
} from "../../releases";
import type { Case } from "../case";
import { type NotVerified, ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { type Grounds, inDocument } from "../rule";
import { notDescribed } from "../undescribed";
import { computerNotVerified } from "./reachComputer";

/** D5 in one line. For 2007 it names the versions to which the document forbids an upgrade. */
export function windowsTitle(target: Release): string {
  return target.product === "2007"
    ? `the operating system is not upgraded to ${windowsBoundaryOf(target).name} before or after the upgrade`
    : "the operating system is not upgraded with Exchange on it";
}

/** The source of D5: the document; for later products their requirements, which forbid every upgrade of Windows. */
export function windowsUpgradeSource(target: Release): Grounds {
  return target.product === "2007"
    ? inDocument(target)
    : { evidence: "documented", source: citations.requirementsTopic };
}

/** D5: the operating system is the one that Exchange was installed on, before the upgrade and after it. */
export function operatingSystem(c: Case): Verdict {
  const { identity } = c.facts.computer;
  const boundary = windowsBoundaryOf(c.target);
  const of2007 = c.target.product === "2007";
  const needed = of2007
    ? `the operating system that Exchange was installed on: ${boundary.name} comes before Exchange or never`
    : "the operating system that Exchange was installed on: another one comes before Exchange or never";
  const now = identity.known ? identity.value.windowsBuild : null;
  if (now === null) {
    const why = identity.known ? "the registry does not say the build of Windows" : identity.why;
    return computerNotVerified(c, why, needed);
  }
  // D5 is about Windows Server. A workstation only has the management tools.
  if (identity.known && identity.value.productType === "WinNT") return ok;
  if (c.recordedWindows !== null)
    return crossed(c, c.recordedWindows, now) ? windowsCrossed(c, c.recordedWindows, now, needed) : ok;
  if (now < boundary.build) return ok;
  const nothingRecorded: NotVerified = {
    verdict: "unknown",
    why: `it runs ${boundary.name} or later (build ${now}), and nothing is recorded of what Exchange was installed on`,
    needed,
    where: `on ${c.computer}`,
    fix: "waive D5 if this Windows was there before Exchange was; it is then recorded",
  };
  // Most servers of 2007 cannot have been upgraded across the boundary. Later products run on several versions, and a
  // refusal would undo nothing. The text names no server, so that it is printed once for many.
  return of2007 ? nothingRecorded : { ...nothingRecorded, where: "on the server", level: "should" };
}

/**
 * Whether Windows was upgraded since it was recorded. Service packs do not count, nor, for 2007, versions from 2008 on.
 */
function crossed({ target }: Case, recorded: number, now: number): boolean {
  if (target.product === "2007") {
    const { build } = windowsBoundaryOf(target);
    return recorded < build && now >= build;
  }
  const versionOf = (build: number) => windowsServerOfBuild(build) ?? build;
  return versionOf(recorded) !== versionOf(now);
}

function windowsCrossed(c: Case, recorded: number, now: number, needed: string): Verdict {
  const to =
    c.target.product === "2007"
      ? `${windowsBoundaryOf(c.target).name} or later`
      : (windowsServerOfBuild(now) ?? `another version (build ${now})`);
  const fresh = c.target.product === "2007" ? windowsBoundaryOf(c.target).name : "Windows Server";
  return {
    verdict: "fails",
    problem: `Windows was upgraded to ${to} with Exchange on it`,
    found: `Windows build ${now}, and ${recorded} recorded in the state`,
    needed,
    where: `on ${c.computer}`,
    fix: `install Exchange ${c.target.name} on another computer with a fresh ${fresh}, and move what is here`,
  };
}

/** The source of R17. */
export function windowsSource(target: Release): Grounds {
  const { windows } = targetFactsOf(target);
  return typeof windows === "string" ? "not described" : windows;
}

/** R17: the target supports this Windows on its servers. */
export function supportedWindows(c: Case): Verdict {
  const { identity } = c.facts.computer;
  const { windows: support } = targetFactsOf(c.target);
  const where = `on ${c.computer}`;
  // The management tools also run on workstations, which the tables do not describe.
  if (identity.known && identity.value.productType === "WinNT") return ok;
  if (support === "none needed") return ok;
  if (support === "not described")
    return notDescribed(c, "R17", {
      what: "on which Windows servers run",
      needed: `a Windows Server that the system requirements of Exchange ${c.target.name} list`,
      where,
      compare: "the Windows that runs there with them",
    });
  const needed = describeWindows(support.versions);
  const build = identity.known ? identity.value.windowsBuild : null;
  if (build === null) {
    const why = identity.known ? "the registry does not say the build of Windows" : identity.why;
    return computerNotVerified(c, why, needed);
  }
  const servicePack = servicePackOfBuild(build);
  const name = windowsServerOfBuild(build);
  const found = name === undefined ? `Windows build ${build}` : `${name} (build ${build})`;
  const open = { verdict: "unknown", found, needed, where } as const;
  const waive = (what: string) => `${what}, and say so with ${argument(c, "waive", ": { R17: reason }")}`;
  const answers = [servicePack ?? 0, servicePack ?? 9].map((pack) => judgeWindows(support, build, pack));
  if (answers[0] !== answers[1])
    return {
      ...open,
      why: `the build of ${name} does not tell its service pack`,
      fix: waive("look at the service pack (winver)"),
    };
  switch (answers[0]) {
    case "supported":
      return ok;
    case "unsettled":
      return {
        ...open,
        level: "should",
        why: `sources do not agree whether ${c.target.name} runs on ${name}`,
        fix: waive(`look up whether Microsoft supports it today (known here: ${support.source})`),
      };
    case "not supported":
      return {
        verdict: "fails",
        problem: `${c.target.name} does not run on ${name}`,
        found,
        needed,
        where,
        fix: `install Exchange on another computer with a fresh Windows that is listed, and move what is here: Windows is not upgraded with Exchange on it (D5)`,
      };
    default:
      return {
        ...open,
        why: `build ${build} is that of no Windows Server that is described here`,
        fix: waive(`look up whether Exchange ${c.target.name} runs on it`),
      };
  }
}
