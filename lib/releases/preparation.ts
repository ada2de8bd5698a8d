/**
 * What media of a release would prepare in a directory, judged by levels alone. Media may be newer than every server
 * (SE media in an organization of 2016), so the graph of upgrades in place does not apply. For a server the opposite
 * holds: its own build decides whether an upgrade is a rollback, never the directory.
 */
import { judgeLevel } from "./levels";
import { compareProducts, type Product } from "./products";
import type { LevelAttribute, Release } from "./table";

/**
 * - `needed`: the media's level is above the directory's, or the directory has none yet.
 * - `nothing to do`: the directory is at the media's level.
 * - `nothing to do, prepared by newer media`: the directory is above, as is usual with 2013 and later; Setup continues.
 * - `refused`: the directory is above, and Setup of 2007 and 2010 refuses (known of 2010 RTM after 2007 SP3).
 */
export type PreparationVerdict =
  | "needed"
  | "nothing to do"
  | "nothing to do, prepared by newer media"
  | "refused";

/** The first product whose Setup continues in a directory that is above its media. */
const toleratesNewer: Product = "2013";

/**
 * Judges one level of the directory for a preparation with media of a release.
 * @param value null if the attribute has none
 * @throws RangeError if no level of this attribute was published for the release.
 */
export function judgePreparation(
  attribute: LevelAttribute,
  value: number | null,
  media: Release,
): PreparationVerdict {
  switch (judgeLevel(attribute, value, media)) {
    case "none":
    case "below":
      return "needed";
    case "at":
      return "nothing to do";
    case "above":
      return compareProducts(media.product, toleratesNewer) >= 0
        ? "nothing to do, prepared by newer media"
        : "refused";
  }
}

/** Setup's preparations, in the order in which they are run. */
export type Preparation = "/PrepareSchema" | "/PrepareAD" | "/PrepareDomain";

/**
 * What media of one release would prepare in a directory that is at another, in order; empty if there is nothing to do.
 */
export function preparationsBetween(from: Release, media: Release): readonly Preparation[] {
  const needs = (attribute: LevelAttribute) =>
    judgePreparation(attribute, from[attribute], media) === "needed";
  return [
    ...(needs("schema") ? (["/PrepareSchema"] as const) : []),
    ...(needs("organization") ? (["/PrepareAD"] as const) : []),
    ...(needs("domain") ? (["/PrepareDomain"] as const) : []),
  ];
}
