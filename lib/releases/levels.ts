/**
 * Judges the three levels of Active Directory. An attribute is compared only with the same attribute: a schema level
 * says nothing about an organization level.
 *
 * Releases share numbers: 2007 SP2 and 2010 RTM the schema; 2007 SP1 to SP3 the domain; 2019 CU15 and SE RTM all three.
 * So "at" means that there is nothing left to prepare for the target, not that the target itself was installed.
 */
import { keptFor } from "./keep";
import { type LevelAttribute, type Release, releases } from "./table";
import { listReleases } from "./wording";

/**
 * - `none`: the attribute has no value; Exchange never prepared it.
 * - `below`: the target's preparation is still to do.
 * - `at`: the value is one of the target's own.
 * - `above`: a newer release has prepared it; the target's Setup refuses, and there is no way back.
 */
export type LevelVerdict = "none" | "below" | "at" | "above";

/** Every value of the attribute that counts as the release, lowest first; empty when none was published. */
export function levelsOf(release: Release, attribute: LevelAttribute): readonly number[] {
  return knownLevels[attribute](release);
}

const levelsIn = (attribute: LevelAttribute) =>
  keptFor((release: Release) => collectLevels(release, attribute));

const knownLevels: Readonly<Record<LevelAttribute, (release: Release) => readonly number[]>> = {
  schema: levelsIn("schema"),
  organization: levelsIn("organization"),
  domain: levelsIn("domain"),
};

function collectLevels(release: Release, attribute: LevelAttribute): readonly number[] {
  const published = release[attribute];
  const others = release.alternatives.flatMap((other) =>
    other.attribute === attribute ? [other.value] : [],
  );
  return [...(published === null ? [] : [published]), ...others].sort((a, b) => a - b);
}

/**
 * Judges a value of one attribute against a target. Setup compares in the same way, across products too: it refuses
 * media with a lower level than the directory's (14625 of 2007 SP3 against 14622 of 2010 RTM).
 * @throws RangeError if no level of this attribute was published for the target (Exchange 2000), so that nothing can be
 * judged.
 */
export function judgeLevel(attribute: LevelAttribute, value: number | null, target: Release): LevelVerdict {
  const accepted = levelsOf(target, attribute);
  const lowest = accepted.at(0);
  const highest = accepted.at(-1);
  if (lowest === undefined || highest === undefined) {
    throw new RangeError(
      `No ${attribute} level was published for Exchange ${target.name}, so none can be judged`,
    );
  }
  if (value === null) return "none";
  if (value < lowest) return "below";
  return value > highest ? "above" : "at";
}

/** The releases with this value, oldest first. Several releases often share a value; empty if no release has it. */
export function releasesWithLevel(
  attribute: LevelAttribute,
  value: number,
  among: readonly Release[] = releases,
): readonly Release[] {
  const ofValues = withLevel(among)[attribute];
  const known = ofValues.get(value);
  if (known !== undefined) return known;
  const found = among.filter((r) => levelsOf(r, attribute).includes(value));
  ofValues.set(value, found);
  return found;
}

const withLevel = keptFor((_: readonly Release[]) => ({
  schema: new Map<number, readonly Release[]>(),
  organization: new Map<number, readonly Release[]>(),
  domain: new Map<number, readonly Release[]>(),
}));

/** Names the releases with this value, for messages: "2007 SP2 or 2010 RTM", "2013 CU7 to 2013 CU23". */
export function describeLevel(
  attribute: LevelAttribute,
  value: number,
  among: readonly Release[] = releases,
): string {
  const found = releasesWithLevel(attribute, value, among);
  return found.length === 0 ? "no release known here" : listReleases(found);
}
