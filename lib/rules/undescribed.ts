/** What a rule says where no table has what it would judge the target by: that is unknown, and never in order. */
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
  return {
    verdict: "unknown",
    why: `${what} is not described for Exchange ${c.target.name} in this version of the package`,
    found: `no description of Exchange ${c.target.name}`,
    needed,
    where,
    fix: `look up Microsoft's system requirements of Exchange ${c.target.name}, compare ${compare}, and where they hold say so with ${argument(c, "waive", `: { ${rule}: reason }`)}`,
  };
}
