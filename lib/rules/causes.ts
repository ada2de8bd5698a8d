/** Finds the cause of what could not be judged: facts say what keeps them from being read, and rules quote why. */
import type { Unknown } from "../facts";
import type { StepFacts } from "./case";
import type { Verdict } from "./finding";

/** Facts are never changed, and many rules of a step wait for the same ones. */
const unreadIn = new WeakMap<StepFacts, readonly Unknown[]>();

/** The verdict, with the cause of the facts that it could not be judged without, where they have one. */
export function withCause<V extends Verdict>(verdict: V, facts: StepFacts): V {
  if (verdict.verdict !== "unknown" || verdict.cause !== undefined) return verdict;
  const unread = unreadIn.get(facts) ?? unreadFacts(facts);
  unreadIn.set(facts, unread);
  const cause = unread.find(({ why }) => verdict.why.includes(why))?.cause;
  return cause === undefined ? verdict : { ...verdict, cause };
}

/** Facts that have a cause, at any depth; what a known fact holds is data. */
function unreadFacts(value: unknown): readonly Unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  if ("known" in value && typeof value.known === "boolean")
    return value.known || !("cause" in value) ? [] : [value as unknown as Unknown];
  return Object.values(value).flatMap(unreadFacts);
}
