/** Merges findings that one correction removes: over the rules of a step, and over the computers of a plan. */

import type { CauseCode } from "../cause";
import { causeKey, causeText, notJudgedText, ofEach } from "../rules/sharedFindings";
import { counted, renderProblem } from "../text";
import { groupBy } from "./order";
import type { ReviewCause, ReviewFinding } from "./review";

/** A finding of one or several steps, with the computers that it is about. */
export interface SharedReviewFinding {
  readonly computers: readonly string[];
  readonly finding: ReviewFinding;
}

/** Names of the lines below a finding's first line, as renderFinding writes them. `Found` is missing where nothing could be read. */
const lineNames = ["Found", "Needed", "Where", "Fix", "Rule"] as const;
type LineName = (typeof lineNames)[number];
type Lines = Readonly<
  Partial<Pick<Record<LineName, string>, "Found">> & Omit<Record<LineName, string>, "Found">
>;

/** What 0.1.0 wrote in the place of a missing `Found`. */
const foundNothing = "nothing: it could not be read";

/**
 * Merges findings of steps, each with the computer of its step: those of one cause, and those that several computers
 * have in the same words.
 */
export function sharedByComputers(
  steps: readonly { readonly computer: string; readonly findings: readonly ReviewFinding[] }[],
): readonly SharedReviewFinding[] {
  const placed = steps.flatMap(({ computer, findings }) =>
    sharedFindings(findings).map((finding) => ({ computer, finding })),
  );
  return [...groupBy(placed, ({ computer, finding }) => keyOf(finding, computer)).values()].map((group) => {
    const computers = [...new Set(group.map(({ computer }) => computer))];
    const findings = group.map(({ finding }) => finding);
    const [first] = findings as [ReviewFinding];
    const isOne = computers.length === 1 && findings.length === 1;
    return { computers, finding: isOne ? first : (ofComputers(findings, computers) ?? first) };
  });
}

/** A key that findings share if one correction removes them all, on several computers. */
function keyOf(finding: ReviewFinding, computer: string): string {
  const { rule, level, verdict, cause, text } = finding;
  if (cause !== undefined) return causeKeyOf(finding, cause);
  const [head = "", ...rest] = text.split("\n");
  const parts = linesOf(finding) === null ? null : withoutPlace(head, computer);
  if (parts === null) return JSON.stringify([rule, level, verdict, head, computer, rest]);
  return JSON.stringify([rule, level, verdict, ...[...parts, ...rest].map((line) => ofEach(line, computer))]);
}

/** The key of a finding's cause. */
function causeKeyOf({ rule }: ReviewFinding, cause: ReviewCause): string {
  return causeKey({ ...cause, code: rule as CauseCode });
}

/** How many corrections the findings of one severity need. */
export function countShared(
  steps: readonly { readonly computer: string; readonly findings: readonly ReviewFinding[] }[],
  isCounted: (finding: ReviewFinding) => boolean,
): number {
  const findings = steps.flatMap((step) => step.findings).filter(isCounted);
  const causes = findings.flatMap((finding) =>
    finding.cause === undefined ? [] : [causeKeyOf(finding, finding.cause)],
  );
  return findings.length - causes.length + new Set(causes).size;
}

/** Splits the first line at the computer's name; null if the name also occurs at another place. */
function withoutPlace(head: string, computer: string): readonly [string, string] | null {
  const at = head.indexOf(` on ${computer}: `);
  return at < 0 ? null : [head.slice(0, at), head.slice(at + ` on ${computer}: `.length)];
}

function ofComputers(findings: readonly ReviewFinding[], computers: readonly string[]): ReviewFinding | null {
  const [first] = findings;
  if (first === undefined) return null;
  const level = findings.some((one) => one.level === "must") ? "must" : "should";
  const causes = findings.flatMap(({ cause }) => cause ?? []);
  if (causes.length > 0) {
    const text = causeText({
      causes: causes.map((cause) => ({ ...cause, code: first.rule as CauseCode })),
      computers,
      level,
      rules: [...new Set(causes.flatMap((cause) => cause.rules))],
    });
    return { ...first, level, summary: text.split("\n")[0] ?? "", text };
  }
  const lines = linesOf(first);
  const parts = withoutPlace(first.summary, computers[0] ?? "");
  if (lines === null || parts === null) return null;
  const ofAll = (line: string) => ofEach(line, computers[0] ?? "");
  const summary = `${parts[0]} on ${counted(computers.length, "computer")}: ${ofAll(parts[1])}`;
  const { Found, Needed, Where, Fix, Rule: rule } = lines;
  return {
    ...first,
    summary,
    text: renderProblem({
      summary,
      on: computers,
      found: Found === undefined ? undefined : ofAll(Found),
      needed: ofAll(Needed),
      where: ofAll(Where),
      fix: ofAll(Fix),
      rule,
      code: null,
    }),
  };
}

/**
 * The findings of a step as preview shows them: those that could not be verified for one reason are merged. A broken
 * rule stays alone.
 */
export function sharedFindings(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const groups = groupBy(findings, (finding) => reasonOf(finding) ?? finding);
  return [...groups.values()].flatMap((group) => (group.length === 1 ? group : (shared(group) ?? group)));
}

/** The first line after rule and level, if the rule could not be judged; null for a finding that stays alone. */
function reasonOf({ rule, level, verdict, summary }: ReviewFinding): string | null {
  const head = `${rule} (${level}), `;
  return verdict === "unknown" && summary.startsWith(head)
    ? JSON.stringify([level, summary.slice(head.length)])
    : null;
}

function shared(group: readonly ReviewFinding[]): readonly ReviewFinding[] | null {
  const [first] = group;
  const lines = group.map(linesOf);
  if (first === undefined || !lines.every((each) => each !== null)) return null;
  const rules = group.map((each) => each.rule);
  const rule = rules.join(", ");
  const summary = `${rule}${first.summary.slice(first.rule.length)}`;
  const each = (name: keyof Lines) => [...new Set(lines.flatMap((line) => line[name] ?? []))];
  const text = renderProblem({
    summary,
    found: each("Found"),
    where: each("Where"),
    fix: each("Fix"),
    rule: notJudgedText(rules),
    code: null,
  });
  return [{ ...first, rule, summary, text }];
}

/** The lines below the first by name; null for a text of another form. */
function linesOf({ summary, text }: ReviewFinding): Lines | null {
  const [first, ...rest] = text.split("\n");
  const lines = rest.map((line) => /^ {2}([A-Z][a-z]+): +(.*)$/.exec(line)?.slice(1) ?? []);
  const names = lines.map(([name]) => name).join();
  if (first !== summary || (names !== lineNames.join() && names !== lineNames.slice(1).join())) return null;
  return Object.fromEntries(lines.filter(([, text]) => text !== foundNothing));
}
