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
  /** The newest build of the band that is known to be the release; null if all builds of the band are. */
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
 * - `unknown`: above the newest known update of a release without a known successor, so it may be an update or the
 * successor.
 */
export type BandPosition = "below" | "at" | "above" | "unknown";

/** Compares a build with a release. */
export function bandPosition(build: Build, release: Release): BandPosition {
  const { from, below, newest } = bandOf(release);
  if (compareBuilds(build, from) < 0) return "below";
  if (compareBuilds(build, below) >= 0) return "above";
  return newest !== null && compareBuilds(build, newest) > 0 ? "unknown" : "at";
}

/** Whether a build is the release, with or without updates; false also if that is not known. */
export function inBand(build: Build, release: Release): boolean {
  return bandPosition(build, release) === "at";
}

/**
 * The release that a build belongs to. Undefined below a product's first release, outside the table's versions, and
 * above the newest known update of a release without a known successor. A build between two releases counts as the
 * earlier one. So a beta of 2007 SP1 is judged as 2007 RTM: the same in-place upgrade leads on from both (and from SP1
 * Beta 2).
 */
export function releaseOfBuild(build: Build, among: readonly Release[] = releases): Release | undefined {
  return among.find((release) => inBand(build, release));
}

/** Major versions of 2007 and 2010, whose service packs count in the minor version. */
export const majorsWithServicePacks: readonly number[] = [8, 14];

/**
 * Whether both builds belong to one product, or to two of which one is upgraded in place to the other. 2019 continues
 * as SE in the same major.minor version.
 */
export function inSameLine(a: Build, b: Build): boolean {
  return a.major === b.major && (a.minor === b.minor || majorsWithServicePacks.includes(a.major));
}
