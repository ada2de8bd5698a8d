/** The summary of a review: counts, worst findings, and their order. All renderings use it. */
import { stepNames } from "../rules/finding";
import { placesText } from "../rules/sharedFindings";
import { counted } from "../text";
import { groupBy } from "./order";
import type { Review, ReviewFinding, ReviewRefusal, ReviewStep } from "./review";
import { countShared, sharedByComputers } from "./shared";

/** How bad findings are, worst first. */
export const severities = ["refused", "unverified", "advice", "advice-unverified"] as const;

/**
 * `refused`: a *must* is broken. `unverified`: a *must* could not be judged, of which preview warns and which `up`
 * refuses. `advice`, `advice-unverified`: the same of a *should*, which only ever warns.
 */
export type Severity = (typeof severities)[number];

/** The words for a severity. */
export const severityNames: Readonly<Record<Severity, string>> = {
  refused: "refused",
  unverified: "not verified",
  advice: "recommendation not followed",
  "advice-unverified": "recommendation not verified",
};

/** What each progress means, for readers. */
export const progressNames: Readonly<Record<ReviewStep["progress"], string>> = {
  pending: "to do",
  done: "done",
  above: "beyond the target",
  absent: "nothing there",
  unknown: "not known",
};

/**
 * The levels that a step starts from and reaches; only the latter if it cannot be reached from the current one (R2).
 */
export function plannedLevels({ plan, findings }: ReviewStep): string {
  const isStuck = findings.some(({ rule, verdict }) => rule === "R2" && verdict === "fails");
  return isStuck ? `${plan.after} is not reached in place (R2)` : `${plan.before} → ${plan.after}`;
}

export function severityOf({ level, verdict }: ReviewFinding): Severity {
  if (level === "must") return verdict === "fails" ? "refused" : "unverified";
  return verdict === "fails" ? "advice" : "advice-unverified";
}

/** A finding with the step that it is about. */
export interface Placed {
  readonly finding: ReviewFinding;
  readonly severity: Severity;
}

/** The findings about one computer, or those that several share, worst first. */
export interface ComputerFindings {
  /** FQDN; for several computers, their number. */
  readonly computer: string;
  readonly findings: readonly Placed[];
}

export interface Summary {
  /**
   * `refused`: a finding refuses. `attention`: nothing refuses, but something is not clear, or a server is half
   * upgraded, or a clustered mailbox server waits for a person. `clear`: every step is done, or ready.
   */
  readonly verdict: "refused" | "attention" | "clear";
  readonly steps: number;
  readonly progress: Readonly<Record<ReviewStep["progress"], number>>;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Of the servers to do, those whose upgrade a Setup has begun and not finished. */
  readonly begun: number;
  /** Clustered mailbox servers of which a person has a step to do. They are among those to do. */
  readonly waiting: number;
  readonly waived: number;
  /** Releases that the steps install. */
  readonly targets: readonly string[];
}

export function summaryOf(review: Review): Summary {
  const findings = { refused: 0, unverified: 0, advice: 0, "advice-unverified": 0 };
  const { clusters = [] } = review;
  const judged = judgedOf(review);
  const progress = { pending: 0, done: 0, above: 0, absent: 0, unknown: 0 };
  for (const step of [...review.steps, ...clusters]) progress[step.progress] += 1;
  for (const severity of severities)
    findings[severity] += countShared(judged, (finding) => severityOf(finding) === severity);
  const any = Object.values(findings).some((count) => count > 0);
  const begun = review.steps.filter((step) => step.begun === true).length;
  const waiting = clusters.filter((cluster) => cluster.progress === "pending").length;
  const unclear = begun + waiting + progress.unknown + progress.absent > 0;
  const attention = any || unclear || review.incomplete !== undefined;
  return {
    verdict: findings.refused > 0 ? "refused" : attention ? "attention" : "clear",
    steps: review.steps.length + clusters.length,
    progress,
    findings,
    begun,
    waiting,
    waived: waivedOf(review).length,
    targets: [...new Set([...review.steps, ...clusters].map(({ target }) => target))],
  };
}

/** Everything that has findings. */
function judgedOf(review: Review): Parameters<typeof sharedByComputers>[0] {
  return [...refusalsOf(review), ...review.steps, ...(review.clusters ?? [])];
}

/** The findings that a reviewer has accepted. */
export function waivedOf({ steps, clusters = [] }: Review): ReviewStep["waived"] {
  return [...steps, ...clusters].flatMap(({ waived }) => waived);
}

/** What was refused as such, in words. */
export const refusedNames: Readonly<Record<ReviewRefusal["kind"], string>> = {
  ...stepNames,
  program: "the program",
};

/** Steps that were refused as such, as findings of their computers. */
function refusalsOf({ refused = [] }: Review): Parameters<typeof sharedByComputers>[0] {
  return refused.map((refusal) => ({
    computer: refusal.computer ?? refusal.name ?? refusedNames[refusal.kind],
    findings: [{ ...refusal.finding, ...namedText(refusal) }],
  }));
}

/** Servers that the program declares gone, each with the reason and once: many steps repeat them. */
export function takenForGone({ steps, clusters = [] }: Review): readonly string[] {
  return [...new Set([...steps, ...clusters].flatMap(({ plan }) => plan.gone ?? []))].sort();
}

/** The verdict in one sentence. */
export function verdictText(summary: Summary, incomplete: string | undefined): string {
  const { verdict, findings, progress, begun, waiting } = summary;
  if (verdict === "refused") return `Refused: ${counted(findings.refused, "finding")} in the way`;
  if (incomplete !== undefined) return "Incomplete: steps may be missing";
  if (findings.unverified > 0)
    return `Not verified: ${counted(findings.unverified, "finding")} that \`pulumi up\` would refuse`;
  if (progress.unknown > 0) return `Not verified: ${counted(progress.unknown, "step")} could not be read`;
  const advice = findings.advice + findings["advice-unverified"] > 0 ? "; there are recommendations" : "";
  const toRun = progress.pending - waiting;
  if (waiting > 0) {
    const half = begun > 0 ? `, ${counted(begun, "server")} half upgraded` : "";
    const others = toRun > 0 ? `, ${counted(toRun, "step")} to run` : "";
    return `Waits for a person: ${counted(waiting, "clustered mailbox server")}${half}${others}${advice}`;
  }
  if (begun > 0)
    return `Unfinished: ${counted(begun, "server")} half upgraded, ${counted(progress.pending, "step")} to run${advice}`;
  if (progress.pending > 0) return `Ready: ${counted(progress.pending, "step")} to run${advice}`;
  if (progress.absent > 0) return `Nothing to run: ${progressText(summary)}${advice}`;
  return `${doneText(summary)}${advice}`;
}

function doneText({ steps, progress, targets }: Summary): string {
  if (steps === 0) return "Nothing to run: there is no step";
  const all = steps === 1 ? "the step is" : `all ${steps} steps are`;
  return `Done: ${all} at ${targets.join(", ")}${progress.above > 0 ? ", or beyond it" : ""}`;
}

/** First line of a refusal, preceded by its step: a finding about wrong arguments does not name the step. */
export function refusedText({ name, kind, computer, finding }: ReviewRefusal): string {
  // The program's own refusal names the resource itself.
  if (finding.rule !== "arguments" || kind === "program") return finding.summary;
  const where = computer ?? name;
  return `${stepNames[kind]}${where === null ? "" : ` on ${where}`}: ${finding.summary}`;
}

function namedText(refusal: ReviewRefusal): Pick<ReviewFinding, "summary" | "text"> {
  const { summary, text } = refusal.finding;
  const named = refusedText(refusal);
  return { summary: named, text: `${named}${text.slice(summary.length)}` };
}

/** Progress in words: `11 to do, 1 done`. */
export function progressText({ progress }: Summary): string {
  const keys = Object.keys(progress) as (keyof typeof progress)[];
  const shown = keys.filter((key) => progress[key] > 0);
  return shown.length === 0
    ? "none"
    : shown.map((key) => `${progress[key]} ${progressNames[key]}`).join(", ");
}

/** Findings in words, worst first: `refused: 1, not verified: 2`. */
export function findingsText({ findings }: Summary): string {
  const shown = severities.filter((severity) => findings[severity] > 0);
  return shown.length === 0
    ? "none"
    : shown.map((severity) => `${severityNames[severity]}: ${findings[severity]}`).join(", ");
}

/**
 * Findings by computer. The computer with the worst finding comes first, and equal ones keep the order of the steps.
 * Findings that one correction removes are merged.
 */
export function findingsByComputer(review: Review): readonly ComputerFindings[] {
  const placed = [
    ...sharedByComputers(judgedOf(review)).map(({ computers, finding }) => ({
      computer: placesText(computers),
      finding,
      severity: severityOf(finding),
    })),
  ];
  const rank = ({ severity }: Placed) => severities.indexOf(severity);
  const groups = [...groupBy(placed, ({ computer }) => computer)].map(([computer, findings]) => ({
    computer,
    findings: [...findings].sort((a, b) => rank(a) - rank(b)),
  }));
  const worst = ({ findings: [first] }: ComputerFindings) =>
    first === undefined ? severities.length : rank(first);
  return groups.sort((a, b) => worst(a) - worst(b));
}

/** The previewed program: `stack prod, project exchange, commit 1a2b3c4d5e6f`; empty if none of it is known. */
export function programText({ stack, project, commit }: Review): string {
  return [
    ...(stack === undefined ? [] : [`stack ${stack}`]),
    ...(project === undefined ? [] : [`project ${project}`]),
    ...(commit === undefined ? [] : [`commit ${commit}`]),
  ].join(", ");
}

/** Whether a person can approve the plan: there are steps to run, nothing refuses, and nothing is missing. */
export function isToApprove(review: Review): boolean {
  const { verdict, progress } = summaryOf(review);
  return verdict !== "refused" && review.incomplete === undefined && progress.pending > 0;
}

/** Age of the facts if the review was not made from live ones: `read 26 hours before`. */
export function factsAge({ factsReadAt, madeAt }: Review): string {
  if (factsReadAt === null) return "read live";
  const minutes = Math.round((Date.parse(madeAt) - Date.parse(factsReadAt)) / 60_000);
  if (minutes < 1) return `read at ${timeText(factsReadAt)}`;
  const age =
    minutes < 120
      ? counted(minutes, "minute")
      : minutes < 2880
        ? hours(minutes)
        : counted(Math.round(minutes / 1440), "day");
  return `read at ${timeText(factsReadAt)}, ${age} before`;
}

function hours(minutes: number): string {
  return counted(Math.round(minutes / 60), "hour");
}

/** `2008-03-11 10:15 UTC` */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** A finding's text without its first line, which the summary already contains. */
export function detailOf({ summary, text }: ReviewFinding): string {
  return text.startsWith(`${summary}\n`) ? text.slice(summary.length + 1) : text === summary ? "" : text;
}
