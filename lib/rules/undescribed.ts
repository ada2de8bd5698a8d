/** What a rule says where no table has what it would judge the target by: that is unknown, and never in order. */
import { isDefined } from "../releases";
import type { Case } from "./case";
import type { NotVerified } from "./finding";
import type { RuleId } from "./ids";
import { argument } from "./program/argumentTexts";

/** What is not described, and how a person judges it instead. */
export interface Undescribed {
  /** As a clause: "what the forest has to be". */
  readonly what: string;
  readonly needed: string;
  readonly where: string;
  /** What a person compares with what: "the functional levels of the forest with them". */
  readonly compare: string;
}

/** The rule could not be judged, and its waiver says who has judged it instead. */
export function notDescribed(
  c: Pick<Case, "target" | "place">,
  rule: RuleId,
  { what, needed, where, compare }: Undescribed,
): NotVerified {
  const { name } = c.target;
  // What the program has defined, no version of the package describes.
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
