/** A finding: a rule's answer about a step, as data, and the only code that turns it into text. */
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
  /** `should` if only the recommended part of the rule is broken. @default the rule's level */
  readonly level?: "should";
  /** What is wrong, in a few words: the first line contains nothing else about it. */
  readonly problem: string;
  readonly found: string;
  readonly needed: string;
  readonly where: string;
  readonly fix: string;
  /** True if the facts show that there can be a reason to accept this broken *must*. @default false */
  readonly waivable?: true;
}

/** The rule could not be judged. */
export interface NotVerified {
  readonly verdict: "unknown";
  /** `should` if only the recommended part could not be judged. @default the rule's level */
  readonly level?: "should";
  /** What could not be read, and why. */
  readonly why: string;
  /** What keeps this rule, and perhaps others, from being judged. @default it concerns this rule alone */
  readonly cause?: Cause;
  /** What could be read all the same. @default nothing: the message has no such line */
  readonly found?: string;
  readonly needed: string;
  readonly where: string;
  readonly fix: string;
}

/** One rule's answer about one step. */
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

/** Names of everything that is judged, in messages. */
export const stepNames: Readonly<Record<JudgedKind, string>> = {
  schema: "schema preparation",
  organization: "Active Directory preparation",
  domain: "domain preparation",
  server: "server upgrade",
  securityUpdate: "security update",
  clusteredMailbox: "clustered mailbox server upgrade",
};

/**
 * The text of a finding. Its first line must be understood alone: rule, level, step, computer, what is wrong or could not be read.
 * Then follow what was found, if anything was, what is needed, where, how to fix it, and the rule itself.
 */
export function renderFinding(finding: Finding): string {
  const { verdict } = finding;
  const head = `${finding.rule} (${finding.level}), ${stepNames[finding.step]} on ${finding.computer}`;
  const first =
    verdict.verdict === "fails" ? `${head}: ${verdict.problem}` : `${head}: not verified: ${verdict.why}`;
  return renderProblem({
    summary: first,
    found: verdict.found,
    needed: verdict.needed,
    where: verdict.where,
    fix: verdict.fix,
    rule: ruleLine(finding),
    code: null,
  });
}

/** The rule of a finding: id, title and source. */
export function ruleLine({ rule, title, source }: Pick<Finding, "rule" | "title" | "source">): string {
  return `${rule}, ${title} (${source})`;
}
