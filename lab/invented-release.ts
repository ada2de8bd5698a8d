/**
 * A release that there never was, whose media the lab has: what comes out after this version of the package. lib does not know
 * it, unless a program defines it. Its numbers are made up; its Setup behaves as that of Subscription Edition.
 */
import { type LabRelease, labRelease } from "./release-table";

export const inventedName = "SE CU9";

/** The release; undefined for another name. */
export function inventedRelease(name: string): LabRelease | undefined {
  const model = labRelease("SE RTM");
  if (name !== inventedName || model === undefined) return undefined;
  return {
    ...model,
    name,
    label: "CU9",
    schema: 17099,
    organization: 16799,
    domain: 13299,
    build: { major: 15, minor: 2, build: 9999, revision: 1 },
  };
}
