/**
 * All findings of an organization in one text, worst first. Findings that one correction removes are merged; the rest
 * is grouped by computer.
 */

import { counted } from "../text";
import type { Finding } from "./finding";
import { renderShared, type SharedFinding, shareFindings } from "./sharedFindings";

/** Findings that are printed together. */
export interface FindingGroup {
  /** FQDN; null for findings that several computers share or that have a cause of their own. */
  readonly computer: string | null;
  readonly findings: readonly SharedFinding[];
}

/** Groups findings, the group with the worst one first; equally bad groups keep their order. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<unknown, FindingGroup & { readonly findings: SharedFinding[] }>();
  for (const shared of shareFindings(findings)) {
    const computer =
      shared.cause === undefined && shared.computers.length === 1 ? (shared.computers[0] ?? null) : null;
    const key = computer ?? shared;
    const group = groups.get(key) ?? { computer, findings: [] };
    group.findings.push(shared);
    groups.set(key, group);
  }
  for (const { findings: own } of groups.values()) own.sort((a, b) => severity(b) - severity(a));
  return [...groups.values()].sort((a, b) => worst(b) - worst(a));
}

/** 3 for a broken *must*, 2 for one that could not be judged, 1 and 0 for recommendations. */
function severity({ level, findings: [{ verdict }] }: SharedFinding): number {
  return (level === "must" ? 2 : 0) + (verdict.verdict === "fails" ? 1 : 0);
}

function worst({ findings }: FindingGroup): number {
  return Math.max(...findings.map(severity));
}

/**
 * `10 findings on 9 computers: 7 broken, 1 not verified, 2 recommended`. Findings that one correction removes count
 * once.
 */
export function countFindings(findings: readonly Finding[]): string {
  const shared = shareFindings(findings);
  const of = (...wanted: readonly number[]) =>
    shared.filter((each) => wanted.includes(severity(each))).length;
  const counts = [
    [of(3), "broken"],
    [of(2), "not verified"],
    [of(0, 1), "recommended"],
  ] as const;
  const computers = new Set(findings.map((f) => f.computer)).size;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${counted(shared.length, "finding")} on ${counted(computers, "computer")}: ${parts.join(", ")}`;
}

/** The text of a group: the computer's name, then each finding in full. */
export function renderGroup({ computer, findings }: FindingGroup): string {
  return [...(computer === null ? [] : [computer]), ...findings.map(renderShared)].join("\n");
}
