/** Findings: what a rule has to say about a step, as data; and the one place where they become text. */
import type { Cause } from "../cause";
import type { JudgedKind } from "../model";
import { renderProblem } from "../text";
import type { RuleId } from "./ids";

/** A rule's answer about one step. */
export type Verdict = Ok | Fails | NotVerified;

export interface Ok {
  readonly verdict: "ok";
}

/** The rule is broken. Every part is a sentence or a phrase without a final full stop. */
export interface Fails {
  readonly verdict: "fails";
  /** Of a rule with a part that is only recommended: `should` where that part is broken. @default the rule's level */
  readonly level?: "should";
  /** What is wrong, short: it stands alone in the first line. */
  readonly problem: string;
  readonly found: string;
  readonly needed: string;
  readonly where: string;
  readonly fix: string;
  /** True where what is in hand proves that a reason may stand against it, although it is a *must*. @default false */
  readonly waivable?: true;
}

/** The rule could not be judged. */
export interface NotVerified {
  readonly verdict: "unknown";
  /** As for {@link Fails}: `should` where only the recommended part could not be judged. @default the rule's level */
  readonly level?: "should";
  /** What could not be seen, and why. */
  readonly why: string;
  /** What keeps it, and other rules, from being judged. @default it concerns this rule alone */
  readonly cause?: Cause;
  /** What was found all the same. @default nothing: it could not be read */
  readonly found?: string;
  readonly needed: string;
  readonly where: string;
  readonly fix: string;
}

/** One rule's word on one step. */
export interface Finding {
  readonly rule: RuleId;
  readonly level: "must" | "should";
  readonly title: string;
  readonly source: string;
  readonly step: JudgedKind;
  readonly computer: string;
  readonly verdict: Fails | NotVerified;
}

export const ok: Ok = { verdict: "ok" };

/** Kinds of steps, and security updates, as a reader of messages knows them. */
export const stepNames: Readonly<Record<JudgedKind, string>> = {
  schema: "schema preparation",
  organization: "Active Directory preparation",
  domain: "domain preparation",
  server: "server upgrade",
  securityUpdate: "security update",
};

/**
 * The text of a finding. Its first line stands alone: rule, level, step, computer, what is wrong. Then what was
 * found, what is needed, where to run it, how to fix it, and the rule itself.
 */
export function renderFinding(finding: Finding): string {
  const { verdict } = finding;
  const head = `${finding.rule} (${finding.level}), ${stepNames[finding.step]} on ${finding.computer}`;
  const first =
    verdict.verdict === "fails" ? `${head}: ${verdict.problem}` : `${head}: not verified: ${verdict.why}`;
  return renderProblem({
    summary: first,
    found: verdict.found ?? notRead,
    needed: verdict.needed,
    where: verdict.where,
    fix: verdict.fix,
    rule: ruleLine(finding),
    code: null,
  });
}

/** What was found where nothing could be read. */
export const notRead = "nothing: it could not be read";

/** What a finding says of its rule: number, title and source. */
export function ruleLine({ rule, title, source }: Pick<Finding, "rule" | "title" | "source">): string {
  return `${rule}, ${title} (${source})`;
}
