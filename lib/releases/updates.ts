/**
 * The newest update of a release that this package knows, for releases whose successor is not known yet. An update moves
 * only the last part of a build, and the successor's first build may be any that is higher: what is above the newest known
 * update could be either, and is judged as neither.
 */
import type { Build } from "../facts";
import { citations, type Evidenced } from "./evidence";
import type { ReleaseName } from "./rows";

export interface NewestUpdate extends Evidenced {
  readonly build: Build;
  /** What the update is called, e.g. `September 2026, second version`. */
  readonly name: string;
}

/** Products before SE get no release any more: every build above their last one is an update of it. */
export const newestUpdates: { readonly [name in ReleaseName]?: NewestUpdate } = {
  "SE RTM": {
    build: { major: 15, minor: 2, build: 2562, revision: 53 },
    name: "September 2026, second version (KB5129955)",
    evidence: "practice",
    source: `rafaelpfister.ch, 2026-10-07; up to 15.2.2562.46 (August 2026) also ${citations.builds}`,
  },
};
