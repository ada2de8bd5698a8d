/**
 * The newest known update of a release without a known successor. An update changes only the last part of a build, and
 * the successor's first build may be any higher one. So a build above the newest known update could be either, and is
 * judged as neither.
 */
import type { Build } from "../facts";
import { citations, type Evidenced } from "./evidence";
import type { ReleaseName } from "./rows";

export interface NewestUpdate extends Evidenced {
  readonly build: Build;
  /** Name of the update, e.g. `September 2026, second version`. */
  readonly name: string;
}

/** Products before SE receive no further releases: every build above their last release is an update of it. */
export const newestUpdates: { readonly [name in ReleaseName]?: NewestUpdate } = {
  "SE RTM": {
    build: { major: 15, minor: 2, build: 2562, revision: 53 },
    name: "September 2026, second version (KB5129955)",
    evidence: "practice",
    source: `rafaelpfister.ch, 2026-10-07; up to 15.2.2562.46 (August 2026) also ${citations.builds}`,
  },
};
