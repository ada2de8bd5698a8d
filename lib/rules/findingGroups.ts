/** All findings of an organization in one text: worst first, grouped by computer. */

import { counted } from "../text";
import { blocking, broken } from "./evaluate";
import { type Finding, renderFindings } from "./finding";

/** Findings of one computer. */
export interface FindingGroup {
  readonly computer: string;
  readonly findings: readonly Finding[];
}

/** Groups findings by computer, the computer with the worst first; those that are as bad stay in their order. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const own = groups.get(finding.computer) ?? [];
    own.push(finding);
    groups.set(finding.computer, own);
  }
  return [...groups]
    .map(([computer, own]) => ({ computer, findings: own.sort((a, b) => severity(b) - severity(a)) }))
    .sort((a, b) => worst(b) - worst(a));
}

/** 3 for a *must* that fails, 2 for one that could not be judged, 1 and 0 for recommendations. */
function severity({ level, verdict }: Finding): number {
  return (level === "must" ? 2 : 0) + (verdict.verdict === "fails" ? 1 : 0);
}

function worst({ findings }: FindingGroup): number {
  return Math.max(...findings.map(severity));
}

/** `10 findings on 9 computers: 7 broken, 1 not verified, 2 recommended`. */
export function countFindings(findings: readonly Finding[]): string {
  const must = blocking(findings);
  const failing = broken(must).length;
  const counts = [
    [failing, "broken"],
    [must.length - failing, "not verified"],
    [findings.length - must.length, "recommended"],
  ] as const;
  const computers = new Set(findings.map((f) => f.computer)).size;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${counted(findings.length, "finding")} on ${counted(computers, "computer")}: ${parts.join(", ")}`;
}

/** The text of one computer's findings: its name, then each as it stands alone. */
export function renderGroup({ computer, findings }: FindingGroup): string {
  return [computer, ...renderFindings(findings)].join("\n");
}
