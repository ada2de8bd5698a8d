/**
 * A release is a band of builds. Update rollups and security updates move a server's build inside the band,
 * so a build is never compared for equality: it belongs to the release whose band it falls in.
 */
import type { Build } from "../facts";
import { compareBuilds } from "./buildOrder";
import { keptFor } from "./keep";
import { firstBuildOf, type Release, releases } from "./table";

/** A half-open interval of builds. */
export interface Band {
  /** The first build that counts as the release. */
  readonly from: Build;
  /** The first build above the band. */
  readonly below: Build;
  /** True when no later release of the table limits the band: it ends with its major.minor version. */
  readonly open: boolean;
  /** The newest build of the band that is known to be the release; null where all of its builds are. */
  readonly newest: Build | null;
}

/** The band of a release. */
export const bandOf = keptFor((release: Release): Band => {
  const from = firstBuildOf(release);
  const { successor, newestUpdate } = release;
  if (successor !== null) return { from, below: successor, open: false, newest: newestUpdate };
  const below = { major: from.major, minor: from.minor + 1, build: 0, revision: 0 };
  return { from, below, open: true, newest: newestUpdate };
});

/**
 * - `below`: older than the release.
 * - `at`: the release, with or without updates.
 * - `above`: a newer release.
 * - `unknown`: above the newest update that is known of a release whose successor is not: it may be either.
 */
export type Standing = "below" | "at" | "above" | "unknown";

/** How a build stands to a release. */
export function standing(build: Build, release: Release): Standing {
  const { from, below, newest } = bandOf(release);
  if (compareBuilds(build, from) < 0) return "below";
  if (compareBuilds(build, below) >= 0) return "above";
  return newest !== null && compareBuilds(build, newest) > 0 ? "unknown" : "at";
}

/** Whether a build is the release, with or without updates; false, too, where that is not known. */
export function inBand(build: Build, release: Release): boolean {
  return standing(build, release) === "at";
}

/**
 * The release that a build belongs to; undefined below a product's first release, outside the table's versions,
 * and above the newest known update of a release whose successor is not known.
 * A build between two releases counts as the earlier one: a beta of 2007 SP1 is judged as 2007 RTM, from which (and from
 * SP1 Beta 2) the same in-place upgrade leads on.
 */
export function releaseOfBuild(build: Build, among: readonly Release[] = releases): Release | undefined {
  return among.find((release) => inBand(build, release));
}

/** Major versions of 2007 and 2010, whose service packs count in the minor version. */
export const majorsWithServicePacks: readonly number[] = [8, 14];

/**
 * Whether builds are of one product, or of two of which one is upgraded in place to the other (2019 goes on as SE in the same
 * major.minor version).
 */
export function inSameLine(a: Build, b: Build): boolean {
  return a.major === b.major && (a.minor === b.minor || majorsWithServicePacks.includes(a.major));
}
