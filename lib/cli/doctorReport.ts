/** What a preview and its facts show of each computer and directory: which way there is open, and what is in the way. Pure. */
import { type CauseCode, causeCodes } from "../cause";
import type { ComputerFacts, ForestFacts } from "../facts";
import type { FactsFile, StepKey } from "../provider/facts/factsFile";
import { formatBuild } from "../releases";
import type { Review, ReviewCluster, ReviewFinding } from "../review/review";
import { type SharedReviewFinding, sharedByComputers } from "../review/shared";
import { severityOf } from "../review/summary";
import { isRuleId } from "../rules/ids";
import { rules } from "../rules/table";

/** `yes`: it works. `no`: it does not. `?`: it was tried and is not known. `-`: not tried, or not asked for. */
export type Check = "yes" | "no" | "?" | "-";

/** What has to work before a computer can be read, in this order. */
const way = ["name", "port", "key", "logon", "shell"] as const;
type Way = (typeof way)[number];

/** Where on the way each cause stops; null for one that stops nothing there. */
const stops: Readonly<Record<CauseCode, Way | "anywhere" | null>> = {
  "XU-HOST-NAME": "name",
  "XU-HOST-UNREACHABLE": "port",
  "XU-SSH-ALGORITHMS": "key",
  "XU-HOST-KEY-MISSING": "key",
  "XU-HOST-KEY-WRONG": "key",
  "XU-LOGON": "logon",
  "XU-CREDENTIAL": "logon",
  "XU-VARIABLE": "logon",
  "XU-SSH-SHELL": "shell",
  "XU-KERBEROS": "logon",
  "XU-KDC": "logon",
  "XU-CLOCK": "logon",
  "XU-SERVER-PROOF": "key",
  "XU-CERTIFICATE-MISSING": "key",
  "XU-CERTIFICATE-WRONG": "key",
  "XU-TIMEOUT": "anywhere",
  "XU-MEDIA": null,
  "XU-DIRECTORY-LOGON": null,
  "XU-DIRECTORY-UNREACHABLE": null,
};

/** Causes for which nothing was sent to the computer, so that its name and port are not known to be right. */
const untried: readonly CauseCode[] = ["XU-CREDENTIAL", "XU-VARIABLE"];

export interface ComputerReport {
  /** FQDN. */
  readonly computer: string;
  /** How it is reached; absent over SSH. */
  readonly way?: "WinRM" | undefined;
  readonly name: Check;
  readonly port: Check;
  readonly key: Check;
  readonly logon: Check;
  readonly shell: Check;
  /** Version of Setup's program on the media, where that could be read. */
  readonly media: Check | string;
  /** Whether the account that runs Setup has the permissions of its steps, as the rules judge it. */
  readonly rights: Check;
  /** True where every step is at its target, so that the computer was not asked. */
  readonly spared: boolean;
}

export interface DirectoryReport {
  readonly url: string;
  readonly answers: Check;
  readonly logon: Check;
  readonly reads: Check;
}

export interface DoctorReport {
  readonly directories: readonly DirectoryReport[];
  readonly computers: readonly ComputerReport[];
  /** What is in the way, each cause once, worst first. */
  readonly problems: readonly SharedReviewFinding[];
}

/** Makes the report. Of findings only those count that are about reaching, media and rights: `plan` has the others. */
export function doctorReport(review: Review, facts: FactsFile | null): DoctorReport {
  const { refused = [], clusters = [] } = review;
  const placed = [
    ...refused.map(({ computer, name, kind, finding }) => ({
      computer: computer ?? name ?? kind,
      findings: [finding],
    })),
    ...review.steps,
    ...clusters.flatMap(placedOnNodes),
  ];
  // A clustered mailbox server is no computer: its nodes are.
  const servers = new Set(clusters.map(({ computer }) => computer));
  const ofSteps = placed.filter((_, at) => refused[at]?.kind !== "program");
  const names = [...new Set(ofSteps.map(({ computer }) => computer))]
    .filter((name) => !servers.has(name))
    .sort();
  const findingsOf = (name: string) =>
    placed.filter(({ computer }) => computer === name).flatMap(({ findings }) => findings);
  const read = factsByComputer(facts);
  const overWinRm = new Set([
    ...review.steps.flatMap(({ computer, way }) => (way === "WinRM" ? [computer] : [])),
    ...clusters.flatMap(({ overWinRm: nodes = [] }) => nodes),
  ]);
  const concerned = placed.map((each) => ({ ...each, findings: each.findings.filter(isConcerned) }));
  const isOpen = ({ finding }: SharedReviewFinding) => severityOf(finding) !== "refused";
  const problems = sharedByComputers(concerned);
  return {
    directories: [...(facts?.forests ?? [])].map(([url, forest]) => directoryReport(url, forest)),
    computers: names.map((name) =>
      computerReport(name, read.get(name), findingsOf(name), overWinRm.has(name)),
    ),
    problems: [...problems.filter((each) => !isOpen(each)), ...problems.filter(isOpen)],
  };
}

/** The findings of a clustered mailbox server, and of each of its nodes. */
function placedOnNodes({ computer, plan, findings }: ReviewCluster): readonly Placed[] {
  return [computer, ...plan.nodes].map((name) => ({
    computer: name,
    findings: findings.filter(({ on = [computer] }) => on.includes(name)),
  }));
}

interface Placed {
  readonly computer: string;
  readonly findings: readonly ReviewFinding[];
}

function factsByComputer(facts: FactsFile | null): ReadonlyMap<string, ComputerFacts> {
  const read = new Map<string, ComputerFacts>();
  for (const [key, { computer }] of facts?.steps ?? []) {
    const [, , name] = JSON.parse(key) as StepKey;
    const kept = read.get(name);
    if (kept === undefined || isSpared(kept)) read.set(name, computer);
  }
  return read;
}

/** Preparations of a step that is done ask nothing, and say so. */
function isSpared({ identity }: ComputerFacts): boolean {
  return !identity.known && identity.why.startsWith("it was not asked");
}

function isConcerned({ rule, cause }: ReviewFinding): boolean {
  return cause !== undefined || rule === "R8" || rule === "arguments" || isAboutRights(rule);
}

function isAboutRights(rule: string): boolean {
  return rule.split(", ").some((id) => isRuleId(id) && rules[id].judges === "account");
}

function computerReport(
  computer: string,
  facts: ComputerFacts | undefined,
  findings: readonly ReviewFinding[],
  isOverWinRm: boolean,
): ComputerReport {
  const spared = facts !== undefined && isSpared(facts);
  const reached = reachedChecks(facts, findings);
  const isReached = reached.shell === "yes";
  return {
    computer,
    ...(isOverWinRm ? { way: "WinRM" } : {}),
    ...reached,
    media: isReached && facts !== undefined ? mediaCheck(facts, findings) : "-",
    rights: isReached ? rightsCheck(findings) : "-",
    spared,
  };
}

function reachedChecks(
  facts: ComputerFacts | undefined,
  findings: readonly ReviewFinding[],
): Readonly<Record<Way, Check>> {
  const all = (check: Check) => Object.fromEntries(way.map((each) => [each, check])) as Record<Way, Check>;
  if (facts?.identity.known === true || facts?.logon.known === true) return all("yes");
  const fact = facts?.identity;
  const code = fact !== undefined && !fact.known ? fact.cause?.code : codeIn(findings);
  const stop = code === undefined ? null : stops[code];
  if (code === undefined || stop === null)
    return all(fact !== undefined && facts !== undefined && !isSpared(facts) ? "?" : "-");
  if (stop === "anywhere") return all("?");
  const at = way.indexOf(stop);
  const before = untried.includes(code) ? "-" : "yes";
  return Object.fromEntries(
    way.map((each, index) => [each, index < at ? before : index === at ? "no" : "-"]),
  ) as Record<Way, Check>;
}

function codeIn(findings: readonly ReviewFinding[]): CauseCode | undefined {
  const codes: readonly string[] = findings.map(({ rule }) => rule);
  return causeCodes.find((code) => codes.includes(code));
}

function mediaCheck({ media }: ComputerFacts, findings: readonly ReviewFinding[]): Check | string {
  const finding = findings.find(({ rule, cause }) => rule === "R8" || cause?.rules.includes("R8"));
  if (media.known) return media.value === null ? "no" : formatBuild(media.value);
  if (media.why.startsWith("it was not asked")) return "-";
  return finding === undefined ? "-" : "?";
}

function rightsCheck(findings: readonly ReviewFinding[]): Check {
  const about = findings.filter(
    ({ rule, cause, level }) => level === "must" && (isAboutRights(rule) || cause?.rules.some(isAboutRights)),
  );
  if (about.some(({ verdict }) => verdict === "fails")) return "no";
  return about.length > 0 ? "?" : "yes";
}

function directoryReport(url: string, { root, schema }: ForestFacts): DirectoryReport {
  if (root.known) return { url, answers: "yes", logon: "yes", reads: schema.known ? "yes" : "?" };
  const code = root.cause?.code;
  if (code === "XU-DIRECTORY-UNREACHABLE") return { url, answers: "no", logon: "-", reads: "-" };
  if (code === "XU-DIRECTORY-LOGON") return { url, answers: "yes", logon: "no", reads: "-" };
  if (code === "XU-VARIABLE") return { url, answers: "-", logon: "no", reads: "-" };
  return { url, answers: "?", logon: "?", reads: "?" };
}
