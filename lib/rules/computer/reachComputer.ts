/** What the rules on computers share: what they say when a computer could not be read. */
import type { Case } from "../case";
import type { NotVerified } from "../finding";

/** What lets a computer be read. */
export const reachComputer =
  "let the connection reach the computer, with an account that may read its registry";

/** What the computer shows could not be read. */
export function computerNotVerified(c: Case, why: string, needed: string): NotVerified {
  return { verdict: "unknown", why, needed, where: `on ${c.computer}`, fix: reachComputer };
}
