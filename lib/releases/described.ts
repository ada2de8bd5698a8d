/** Parts of a release's description, and the releases that a row of a table holds for. */
import type { ReleaseName } from "./rows";
import { compareReleases, findRelease, type Release } from "./table";

/**
 * A part of what is said of a release. `none needed`: the release asks for nothing here. `not described`: no source that
 * this package has says anything, so that whoever judges by it has to answer "unknown", never "ok".
 */
export type Described<T> = T | "none needed" | "not described";

/** A row that holds for the final releases from one to another, both included. */
export interface Spanning {
  readonly from: ReleaseName;
  readonly to: ReleaseName;
}

/** The first row that holds for a release; undefined where none does, and for previews, of which no source speaks. */
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
