/** The verdict if no table describes what a rule needs of the target: unknown, never ok. */
import { isDefined } from "../releases";
import type { Case } from "./case";
import type { NotVerified } from "./finding";
import type { RuleId } from "./ids";
import { argument } from "./program/argumentTexts";

/** What is not described, and how a person can judge instead. */
export interface Undescribed {
  /** As a clause: "what the forest has to be". */
  readonly what: string;
  readonly needed: string;
  readonly where: string;
  /** What a person must compare: "the functional levels of the forest with them". */
  readonly compare: string;
}

/** The verdict: not judged, and the waiver's reason names who has judged instead. */
export function notDescribed(
  c: Pick<Case, "target" | "place">,
  rule: RuleId,
  { what, needed, where, compare }: Undescribed,
): NotVerified {
  const { name } = c.target;
  // No version of the package describes a release that the program defines.
  const defined = isDefined(c.target);
  return {
    verdict: "unknown",
    why: defined
      ? `the program, which defines Exchange ${name}, does not say ${what}`
      : `${what} is not described for Exchange ${name} in this version of the package`,
    found: defined ? `nothing in the definition of Exchange ${name}` : `no description of Exchange ${name}`,
    needed,
    where,
    fix: `look up Microsoft's system requirements of Exchange ${name}, compare ${compare}, and where they hold say so with ${argument(c, "waive", `: { ${rule}: reason }`)}`,
  };
}
