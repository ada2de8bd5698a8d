/** The order of builds. */
import type { Build } from "../facts";

/** Orders two builds as four integers: negative when `a` is lower, zero when equal, positive when higher. */
export function compareBuilds(a: Build, b: Build): number {
  return a.major - b.major || a.minor - b.minor || a.build - b.build || a.revision - b.revision;
}

/** The lowest of the given builds. */
export function lowestBuild(first: Build, ...others: readonly Build[]): Build {
  return others.reduce((lowest, build) => (compareBuilds(build, lowest) < 0 ? build : lowest), first);
}
