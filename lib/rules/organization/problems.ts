/**
 * Merges several problems of one rule into its verdict: what fails decides, and a *must* comes before a recommendation.
 */
import { ok, type Verdict } from "../finding";

/** One fault, or one reading that failed; `should` if Setup goes on all the same. */
export type Problem = { readonly level?: "should" } & (
  | { readonly found: string; readonly fix: string }
  | { readonly why: string; readonly fix?: string }
);

/** What fails, or else what could not be read; undefined if there is neither. */
function worst(
  problems: readonly Problem[],
  {
    problem,
    ...about
  }: {
    readonly problem: string;
    readonly needed: string;
    readonly where: string;
    readonly level?: "should";
  },
): Verdict | undefined {
  const broken = problems.filter((p) => "found" in p);
  if (broken.length > 0) {
    return {
      verdict: "fails",
      ...about,
      problem: `${problem}: ${broken[0]?.found}`,
      found: broken.map((p) => p.found).join("; "),
      fix: [...new Set(broken.map((p) => p.fix))].join("; "),
    };
  }
  const unseen = problems.find((p) => "why" in p);
  if (unseen === undefined || !("why" in unseen)) return undefined;
  return {
    verdict: "unknown",
    ...about,
    why: unseen.why,
    fix:
      unseen.fix ??
      "let `directory` read it on a domain controller of each domain, with an account that sees it",
  };
}

/** The verdict on a rule's problems. @param problem the first line, which precedes the first finding */
export function verdictOf(
  problems: readonly Problem[],
  about: {
    readonly problem: string;
    /** The same if only recommendations are broken. @default the same */
    readonly should?: { readonly problem: string };
    readonly needed: string;
    readonly where: string;
  },
): Verdict {
  if (problems.length === 0) return ok;
  const { problem, needed, where } = about;
  const must = problems.filter(({ level }) => level === undefined);
  const advice = problems.filter(({ level }) => level === "should");
  return (
    worst(must, { problem, needed, where }) ??
    worst(advice, { problem, ...about.should, needed, where, level: "should" }) ??
    ok
  );
}
