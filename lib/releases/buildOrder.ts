/** Builds as they are published, and their order. */
import type { Build } from "../facts";

/** A build as sources publish it, `15.2.2562.17` or `6.5.7638`: a part that was not published is 0. */
export function publishedBuild(text: string): Build {
  const [major = 0, minor = 0, build = 0, revision = 0] = text.split(".").map(Number);
  return { major, minor, build, revision };
}

/** Orders two builds as four integers: negative when `a` is lower, zero when equal, positive when higher. */
export function compareBuilds(a: Build, b: Build): number {
  return a.major - b.major || a.minor - b.minor || a.build - b.build || a.revision - b.revision;
}

/** The lowest of the given builds. */
export function lowestBuild(first: Build, ...others: readonly Build[]): Build {
  return others.reduce((lowest, build) => (compareBuilds(build, lowest) < 0 ? build : lowest), first);
}
