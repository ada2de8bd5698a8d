/** Assembles a review from the lines that checks have written. Pure. */

import { type InOrder, inOrder, isCluster } from "./clusters";
import { parseReportLine } from "./format";
import { groupBy, orderSteps } from "./order";
import {
  type ClusterLine,
  completeLine,
  type ProgressLine,
  type RefusedLine,
  type ReportLine,
  type Review,
  type ReviewCluster,
  type ReviewStep,
  type WaveLine,
} from "./review";
import { withTimeline } from "./timeline";

/** The parts of a review that the report does not contain. */
export interface Assembly {
  /** Version of this package. */
  readonly version: string;
  /** As {@link Review.commit}. */
  readonly commit?: string | undefined;
  /** As {@link Review.incomplete}. */
  readonly incomplete?: string | undefined;
  /** @default none */
  readonly refused?: readonly RefusedLine[];
  /** @default none */
  readonly clusters?: readonly ClusterLine[];
}

/** The content of a report. */
export interface Report {
  /** Each step, with the wave that it belongs to. */
  readonly lines: readonly ReportLine[];
  readonly refused: readonly RefusedLine[];
  readonly clusters: readonly ClusterLine[];
  /** Names of the steps that the program creates, and of those that the gates were given. */
  readonly names: readonly string[];
  /** The program's definitions of releases, each once and unchanged. */
  readonly definitions: readonly unknown[];
}

/**
 * Reads a report: JSON lines; empty ones, {@link completeLine} and progress are skipped.
 * @throws {FormatError} with the number of the first line that is not in the format
 */
export function parseReport(text: string, source = "the report"): Report {
  const all = text
    .split("\n")
    .map((line, index) => ({ line, at: `${source}, line ${index + 1}` }))
    .filter(({ line }) => line.trim() !== "" && line.trim() !== completeLine && !isProgress(line))
    .map(({ line, at }) => parseReportLine(line, at));
  const waves = new Map(
    all.flatMap((line) =>
      "wave" in line ? line.wave.servers.map((fqdn) => [fqdn, line.wave] as const) : [],
    ),
  );
  return {
    lines: all.flatMap((line) => ("step" in line ? [{ ...line, step: inWave(line.step, waves) }] : [])),
    refused: all.flatMap((line) => ("refused" in line ? [line] : [])),
    clusters: all.flatMap((line) =>
      "cluster" in line ? [{ ...line, cluster: clusterInWave(line.cluster, waves) }] : [],
    ),
    names: [...new Set(all.flatMap((line) => ("steps" in line ? line.steps : [])))],
    definitions: [
      ...new Map(
        all
          .flatMap((line) => ("definitions" in line ? line.definitions : []))
          .map((each) => [JSON.stringify(each), each] as const),
      ).values(),
    ],
  };
}

/** Names of the steps that the program creates, or that the gates were given, and for which no check wrote a line. */
export function missingSteps({ lines, refused, clusters, names }: Report): readonly string[] {
  const reported = new Set([
    ...lines.map(({ step }) => step.name),
    ...refused.map((line) => line.refused.name),
    ...clusters.map(({ cluster }) => cluster.name),
  ]);
  return names.filter((name) => !reported.has(name));
}

/** The step with the wave that it belongs to. */
function inWave(step: ReviewStep, waves: ReadonlyMap<string, WaveLine["wave"]>): ReviewStep {
  const wave = step.kind === "server" ? waves.get(step.computer.toLowerCase()) : undefined;
  return wave === undefined ? step : { ...step, wave: wave.name, waveTitle: wave.title };
}

function clusterInWave(cluster: ReviewCluster, waves: ReadonlyMap<string, WaveLine["wave"]>): ReviewCluster {
  const wave = waves.get(cluster.computer.toLowerCase());
  return wave === undefined ? cluster : { ...cluster, wave: wave.name, waveTitle: wave.title };
}

/** How far a preview has come, read from its report while it is written. */
export function progressOf(text: string): {
  readonly read: number;
  readonly checked: number;
  readonly all: number | null;
} {
  const lines = text.split("\n").filter((line) => line !== "");
  const progress = lines.filter(isProgress);
  const last = progress.at(-1);
  const { read, all } =
    last === undefined ? { read: 0, all: null } : (JSON.parse(last) as ProgressLine).progress;
  const steps = new Set(lines.flatMap((line) => /"step":\{"name":("[^"]*")/.exec(line)?.[1] ?? []));
  return { read, checked: steps.size, all };
}

/** Skips a partial last line, which may still be being written. */
function isProgress(line: string): boolean {
  return /^\{"review":1,"progress":\{"read":\d+,"all":\d+\}\}$/.test(line);
}

/** True when the report says that every step has its line. */
export function isCompleteReport(text: string): boolean {
  return text.split("\n").includes(completeLine);
}

/**
 * Assembles the review. Check may run more than once for a resource: its last line wins. The review is as old as its
 * last line, and its facts are as old as the oldest. A program for several forests gets their names, separated by
 * commas.
 */
export function assembleReview(
  lines: readonly ReportLine[],
  { version, commit, incomplete, refused: refusals = [], clusters: ofClusters = [] }: Assembly,
): Review {
  const last = new Map(lines.map((line) => [identityOf(line.step), line]));
  const kept = [...last.values()];
  const refused = [...new Map(refusals.map((line) => [JSON.stringify(line.refused), line.refused])).values()];
  const clusters = [...new Map(ofClusters.map((line) => [clusterKey(line), line])).values()];
  const guided = clusters.map(({ cluster }) => cluster).sort(byComputer);
  const ordered = orderSteps<InOrder>([...kept.map(({ step }) => step), ...inOrder(guided)]);
  const times = [...lines, ...refusals, ...ofClusters].map(({ at }) => at).sort();
  const madeAt = times.at(-1) ?? new Date(0).toISOString();
  const parallel = lines.at(-1)?.parallel;
  const { project, stack } = [...lines, ...refusals, ...ofClusters].at(-1) ?? {};
  const read = [...kept, ...clusters].flatMap(({ factsReadAt }) => factsReadAt ?? []).sort();
  const forests = [
    ...groupBy(
      [...kept, ...clusters].flatMap(({ forest }) => forest ?? []),
      (name) => name.toLowerCase(),
    ).keys(),
  ].sort();
  return {
    schemaVersion: 1,
    madeAt,
    factsReadAt: read[0] ?? null,
    forest: forests.length === 0 ? null : forests.join(", "),
    version,
    ...(project === undefined ? {} : { project }),
    ...(stack === undefined ? {} : { stack }),
    ...(commit === undefined ? {} : { commit }),
    ...(incomplete === undefined ? {} : { incomplete }),
    ...(refused.length === 0 ? {} : { refused }),
    ...(clusters.length === 0 ? {} : { clusters: guided }),
    ...(parallel === undefined ? {} : { parallel }),
    steps: withTimeline(
      ordered.filter((each): each is ReviewStep => !isCluster(each)),
      { now: Date.parse(madeAt), parallel },
      guided,
    ),
  };
}

function clusterKey({ cluster: { name, computer } }: ClusterLine): string {
  return JSON.stringify([name, name === null ? computer : null]);
}

function byComputer(a: { readonly computer: string }, b: { readonly computer: string }): number {
  return a.computer < b.computer ? -1 : 1;
}

/** Identifies a step: by its resource's name, which is unique per type, else by what it does. */
function identityOf(step: ReviewStep): string {
  return JSON.stringify(
    step.name === null ? [step.kind, null, step.computer, step.domains] : [step.kind, step.name],
  );
}
