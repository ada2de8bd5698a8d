/** R80: the update belongs to the installed cumulative update, and is newer than what is installed. */
import type { Build } from "../../facts";
import {
  compareBuilds,
  describeUpdate,
  formatBuild,
  isSameCumulativeUpdate,
  knownUpdates,
  newestKnownUpdate,
  type Release,
  releaseOfUpdate,
} from "../../releases";
import { computerNotVerified } from "../computer/reachComputer";
import { ok, type Verdict } from "../finding";
import { type UpdateCase, updateArgument } from "./updateCase";

/** R80, for an update of a server's upgrade: it is one of the release that Setup installs. */
export function fitsTarget(u: UpdateCase): Verdict {
  const { build, kb } = u;
  const { target } = u.step;
  if (isSameCumulativeUpdate(target.build, build)) return ok;
  const other = releaseOfUpdate(build, u.step.catalogue.releases);
  return {
    verdict: "fails",
    problem: `${kb} is an update of ${other?.name ?? formatBuild(build)}, and the step installs ${target.name}`,
    found: `${kb}, ${formatBuild(build)}`,
    needed: `an update of ${target.name}`,
    where: `in the program: ${updateArgument(u, "build")}`,
    fix: newestText(target),
  };
}

/** What to take instead. */
function newestText(release: Release): string {
  const newest = newestKnownUpdate(release);
  return newest === undefined
    ? `take an update for ${release.name}`
    : `take the update for ${release.name}: the newest that is known here is ${describeUpdate(newest)}`;
}

/** R80, the part that is a *must*: the installed build. */
export function fitsInstalled(u: UpdateCase): Verdict {
  const { step, installed, build, kb } = u;
  const { target } = step;
  const needed = `${target.name}, for which ${kb} is, with a build below ${formatBuild(build)}`;
  if (!installed.known) return computerNotVerified(step, installed.why, needed);
  const where = `on ${step.computer}`;
  if (installed.value === null)
    return {
      verdict: "fails",
      problem: "Exchange is not installed",
      found: `no ExSetup.exe (${installed.source})`,
      needed,
      where,
      fix: "leave the computer out of the program, or install Exchange there",
    };
  const found = `${buildText(u, installed.value)}, read from ${installed.source}`;
  if (!isSameCumulativeUpdate(installed.value, build)) {
    const { planned } = u;
    const isUpgraded = planned !== null && isSameCumulativeUpdate(planned.build, build);
    if (isUpgraded && compareBuilds(installed.value, build) < 0) return ok;
    const present = releaseOf(u, installed.value);
    return {
      verdict: "fails",
      problem: `${kb} is an update of ${target.name}, and ${present?.name ?? formatBuild(installed.value)} is installed`,
      found,
      needed,
      where,
      fix: wayOut(u, installed.value, present),
    };
  }
  if (compareBuilds(installed.value, build) <= 0) return ok;
  return {
    verdict: "fails",
    problem: `${kb} is older than what is installed, and no update can be taken back`,
    found,
    needed,
    where: `in the program: ${updateArgument(u, "build")}`,
    fix: `set ${updateArgument(u, "kb")}, ${updateArgument(u, "build")} and ${updateArgument(u, "file")} to the newest update`,
  };
}

function wayOut(u: UpdateCase, installed: Build, present: Release | undefined): string {
  const { step } = u;
  const own =
    present === undefined || newestKnownUpdate(present) === undefined
      ? "take the update for what is installed"
      : newestText(present);
  return compareBuilds(installed, u.build) < 0
    ? `upgrade the computer to ${step.target.name} first (ExchangeRoleUpgrade, and this update in its \`after\`), or ${own}`
    : own;
}

/** R80, the part that is a recommendation: the list may be wrong, and the build after the update decides. */
export function isListedPair(u: UpdateCase): Verdict {
  const { step, kb, build } = u;
  const known = knownUpdates(step.target);
  const ofBuild = known.find((each) => compareBuilds(each.build, build) === 0);
  const ofArticle = known.filter((each) => each.kb === kb);
  if (ofBuild?.kb === kb || (ofBuild === undefined && ofArticle.length === 0)) return ok;
  const listed = [...(ofBuild === undefined ? [] : [ofBuild]), ...ofArticle];
  return {
    verdict: "fails",
    level: "should",
    problem: `${kb} and ${formatBuild(build)} are no pair`,
    found: `${listed.map(describeUpdate).join(", ")} in the list (${listed[0]?.source})`,
    needed: "an article and the build that its update brings",
    where: `in the program: ${updateArgument(u, "kb")} and ${updateArgument(u, "build")}`,
    fix: `correct ${updateArgument(u, "kb")} or ${updateArgument(u, "build")}; where the list errs, waive the rule for that reason`,
  };
}

/** The release of an installed build, with or without an update. */
function releaseOf({ step }: UpdateCase, build: Build): Release | undefined {
  const { releases } = step.catalogue;
  return releases.find((each) => compareBuilds(each.build, build) === 0) ?? releaseOfUpdate(build, releases);
}

/** `2019 CU15 Feb26SU (15.2.1748.43)`; parts that are not known are left out. */
export function buildText(u: UpdateCase, build: Build): string {
  const release = releaseOf(u, build);
  if (release === undefined) return formatBuild(build);
  const update = knownUpdates(release).find((each) => compareBuilds(each.build, build) === 0);
  return `${release.name}${update === undefined ? "" : ` ${update.name}`} (${formatBuild(build)})`;
}
