/** Parts of a release's description, and the span of releases that a table row describes. */
import type { ReleaseName } from "./rows";
import { compareReleases, findRelease, type Release } from "./table";

/**
 * A part of a release's description. `none needed`: the release requires nothing here. `not described`: no source of
 * this package says anything, so a judge must answer "unknown", never "ok".
 */
export type Described<T> = T | "none needed" | "not described";

/** A row about the final releases from one to another, both included. */
export interface Spanning {
  readonly from: ReleaseName;
  readonly to: ReleaseName;
}

/**
 * The first row whose span contains the release. Undefined if no row does, and for previews, which no source describes.
 */
export function rowOf<R extends Spanning>(rows: readonly R[], release: Release): R | undefined {
  return release.preview ? undefined : rows.find((row) => spans(row, release));
}

/** Whether a release lies between the two of a row. */
export function spans({ from, to }: Spanning, release: Release): boolean {
  const first = findRelease(from);
  const last = findRelease(to);
  if (first === undefined || last === undefined) return false;
  return compareReleases(first, release) <= 0 && compareReleases(release, last) <= 0;
}
