/**
 * What media of a release would prepare in a directory. It is judged by levels alone: media may be newer than every server
 * (SE media in an organization of 2016), so that the graph of upgrades in place says nothing here. A server is the other
 * way round: whether an upgrade is a rollback is decided by its own build, never by the directory.
 */
import { judgeLevel } from "./levels";
import { compareProducts, type Product } from "./products";
import type { LevelAttribute, Release } from "./table";

/**
 * - `needed`: the media's level is above the directory's, or there is none yet.
 * - `nothing to do`: the directory is at the media's level.
 * - `nothing to do, prepared by newer media`: it is above, as is usual with 2013 and later; Setup goes on.
 * - `refused`: it is above, and Setup of 2007 and 2010 refuses (known of 2010 RTM after 2007 SP3).
 */
export type PreparationVerdict =
  | "needed"
  | "nothing to do"
  | "nothing to do, prepared by newer media"
  | "refused";

/** The first product whose Setup goes on where the directory is above its media. */
const toleratesNewer: Product = "2013";

/**
 * Judges one level of the directory for a preparation with media of a release.
 * @param value null where the attribute has none
 * @throws RangeError when no level of this attribute was published for the release.
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

/** What of a directory at one release media of another one would prepare, in order; empty where there is nothing to do. */
export function preparationsBetween(from: Release, media: Release): readonly Preparation[] {
  const needs = (attribute: LevelAttribute) =>
    judgePreparation(attribute, from[attribute], media) === "needed";
  return [
    ...(needs("schema") ? (["/PrepareSchema"] as const) : []),
    ...(needs("organization") ? (["/PrepareAD"] as const) : []),
    ...(needs("domain") ? (["/PrepareDomain"] as const) : []),
  ];
}
