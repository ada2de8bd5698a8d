/** Combines verdicts. A rule with several parts reports all that is wrong at once. */
import type { Unknown } from "../facts";
import type { Fails, NotVerified, Verdict } from "./finding";
import { ok } from "./finding";

/** All parts have to hold: a broken one decides, even if others could not be judged. */
export function allOf(parts: readonly [Verdict, ...Verdict[]]): Verdict {
  const failing = parts.filter((part) => part.verdict === "fails");
  if (failing.length > 0) {
    return {
      ...texts(failing),
      verdict: "fails",
      problem: joined(failing.map((part) => part.problem)),
      found: joined(failing.map((part) => part.found)),
    };
  }
  const unseen = parts.filter((part) => part.verdict === "unknown");
  if (unseen.length === 0) return ok;
  return { ...texts(unseen), verdict: "unknown", why: joined(unseen.map((part) => part.why)) };
}

/**
 * The verdict if it could not be read whether the rule applies at all: `ok` stays, and anything else is not verified,
 * for that reason.
 */
export function ifItApplies(verdict: Verdict, unseen: Unknown, look: Partial<NotVerified> = {}): Verdict {
  if (verdict.verdict === "ok") return ok;
  const { needed, where, fix } = verdict;
  return { verdict: "unknown", why: unseen.why, needed, where, fix, ...look };
}

/** The same verdict as a recommendation. */
export function recommendation(verdict: Verdict): Verdict {
  return verdict.verdict === "ok" ? ok : { ...verdict, level: "should" };
}

function texts(parts: readonly (Fails | NotVerified)[]) {
  return {
    needed: joined(parts.map((part) => part.needed)),
    where: joined(parts.map((part) => part.where)),
    fix: joined(parts.map((part) => part.fix)),
  };
}

function joined(all: readonly string[]): string {
  return [...new Set(all)].join("; ");
}
