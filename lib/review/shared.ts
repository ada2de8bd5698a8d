/** Findings that one cause has: what could not be read leaves many rules of a step open, and is one thing to mend. */

import { renderProblem } from "../text";
import { groupBy } from "./order";
import type { ReviewFinding } from "./review";

/** Names of a finding's lines below its first, as renderFinding writes them. */
const lineNames = ["Found", "Needed", "Where", "Fix", "Rule"] as const;
type Lines = Readonly<Record<(typeof lineNames)[number], string>>;

/** The findings of a step, those not verified for the same reason as one, as preview shows them. What fails stands alone. */
export function sharedFindings(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const groups = groupBy(findings, (finding) => causeOf(finding) ?? finding);
  return [...groups.values()].flatMap((group) => (group.length === 1 ? group : (shared(group) ?? group)));
}

/** What the first line says after rule and level, where the rule could not be judged; null for what stands alone. */
function causeOf({ rule, level, verdict, summary }: ReviewFinding): string | null {
  const head = `${rule} (${level}), `;
  return verdict === "unknown" && summary.startsWith(head)
    ? JSON.stringify([level, summary.slice(head.length)])
    : null;
}

function shared(group: readonly ReviewFinding[]): readonly ReviewFinding[] | null {
  const [first] = group;
  const lines = group.map(linesOf);
  if (first === undefined || !lines.every((each) => each !== null)) return null;
  const rule = group.map((each) => each.rule).join(", ");
  const summary = `${rule}${first.summary.slice(first.rule.length)}`;
  const each = (name: keyof Lines, prefixed = false) => [
    ...new Set(lines.map((line, at) => `${prefixed ? `${group[at]?.rule}: ` : ""}${line[name]}`)),
  ];
  const text = renderProblem({
    summary,
    found: each("Found"),
    needed: each("Needed", true),
    where: each("Where"),
    fix: each("Fix"),
    rule: each("Rule"),
  });
  return [{ ...first, rule, summary, text }];
}

/** The lines below the first by name; null for a text of another form. */
function linesOf({ summary, text }: ReviewFinding): Lines | null {
  const [first, ...rest] = text.split("\n");
  const found = rest.map((line) => /^ {2}([A-Z][a-z]+): +(.*)$/.exec(line));
  const named = found.every((match, at) => match?.[1] === lineNames[at]) && found.length === lineNames.length;
  if (first !== summary || !named) return null;
  return Object.fromEntries(lineNames.map((name, at) => [name, found[at]?.[2] ?? ""])) as unknown as Lines;
}
