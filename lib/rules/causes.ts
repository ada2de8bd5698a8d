/**
 * Finds the cause of a rule that could not be judged: an unreadable fact carries its cause, and the rule quotes the
 * fact's reason.
 */
import type { Unknown } from "../facts";
import type { StepFacts } from "./case";
import type { Verdict } from "./finding";

/** A step's facts never change, and many of its rules need the same ones. */
const unreadIn = new WeakMap<StepFacts, readonly Unknown[]>();

/** Adds to a verdict the cause of the unreadable facts that its reason quotes, if they have one. */
export function withCause<V extends Verdict>(verdict: V, facts: StepFacts): V {
  if (verdict.verdict !== "unknown" || verdict.cause !== undefined) return verdict;
  const unread = unreadIn.get(facts) ?? unreadFacts(facts);
  unreadIn.set(facts, unread);
  const cause = unread.find(({ why }) => verdict.why.includes(why))?.cause;
  return cause === undefined ? verdict : { ...verdict, cause };
}

/** Unreadable facts that have a cause, at any depth. The value of a known fact is data, and is not searched. */
function unreadFacts(value: unknown): readonly Unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  if ("known" in value && typeof value.known === "boolean")
    return value.known || !("cause" in value) ? [] : [value as unknown as Unknown];
  return Object.values(value).flatMap(unreadFacts);
}
