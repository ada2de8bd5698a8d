/** What the rules on computers share: the verdict if a computer could not be read. */
import type { Case } from "../case";
import type { NotVerified } from "../finding";

/** What makes a computer readable, as a fix. */
export const reachComputer =
  "let the connection reach the computer, with an account that may read its registry";

/** The verdict if the computer could not be read. */
export function computerNotVerified(c: Case, why: string, needed: string): NotVerified {
  return { verdict: "unknown", why, needed, where: `on ${c.computer}`, fix: reachComputer };
}
