/** Whether an organization is at its target: what the directory and the computers show now, in a screen at most. Pure. */
import type { ExchangeServerFacts, Fact, ForestFacts } from "../facts";
import type { StepKind } from "../model";
import { formatBuild, inSameLine, type Release, releaseOfBuild } from "../releases";
import { groupBy } from "../review/order";
import { buildVerdict, type StepState } from "../rules/state";
import { counted, listed, visibleLine } from "../text";
import { tableText, wrapped } from "./columns";
import type { ClusterNow } from "./stackClusters";

/** A step, or a clustered mailbox server, whose steps a person does. */
type VerifiedKind = StepKind | "clusteredMailbox";

/** A step, as it is now. */
export interface VerifiedStep {
  readonly name: string;
  readonly kind: VerifiedKind;
  /** FQDN; null where not even that is known. */
  readonly computer: string | null;
  readonly target: string | null;
  /** `above` is beyond the target. `unseen`: it could not be read. */
  readonly verdict: "at" | "above" | "below" | "unseen";
  /** What was read, or why nothing could be. */
  readonly now: string;
}

export interface VerifyReport {
  readonly forest: string | null;
  readonly steps: readonly VerifiedStep[];
  /** Servers of the target's line below it, which no step of the stack upgrades: FQDN or name, with the release. */
  readonly others: readonly string[];
  /** `at`: all of it is at the target. `below`: something is not. `unseen`: nothing is known to be below, and not all was seen. */
  readonly verdict: "at" | "below" | "unseen";
}

/** The verdict on a step. @param state null where its arguments cannot be used, for the reason in `why` */
export function verifiedStep(
  { name, kind, computer, target }: Pick<VerifiedStep, "name" | "kind" | "computer" | "target">,
  state: Fact<StepState> | null,
  why = "",
): VerifiedStep {
  const of = { name, kind, computer, target };
  if (state === null || !state.known) return { ...of, verdict: "unseen", now: state?.why ?? why };
  const { progress, readings } = state.value;
  const verdict = progress === "done" ? "at" : progress === "above" ? "above" : "below";
  const now = readings.map(({ text }) => text).join(", ");
  return { ...of, verdict, now: now === "" ? "nothing to upgrade is there" : now };
}

/** The verdict on a clustered mailbox server. It is at its target only where it and all its nodes were seen there. */
export function verifiedCluster({ name, computer, target, ...state }: ClusterNow): VerifiedStep {
  const { progress, now, due, open } = state;
  const of = { name, kind: "clusteredMailbox", computer, target: target?.name ?? null } as const;
  const verdicts = { done: "at", above: "above", pending: "below", unknown: "unseen" } as const;
  const why = due === null ? open : `${due.text} (${due.evidence})`;
  return {
    ...of,
    verdict: verdicts[progress],
    now: why === null || why === now ? now : `${why}; now ${now}`,
  };
}

export function verifyReport(
  steps: readonly VerifiedStep[],
  forest: ForestFacts | undefined,
  target: Release | undefined,
): VerifyReport {
  const others = forest === undefined || target === undefined ? [] : othersBelow(forest, target, steps);
  const isUnseen = forest !== undefined && !forest.servers.known;
  const has = (verdict: VerifiedStep["verdict"]) => steps.some((step) => step.verdict === verdict);
  return {
    forest: forest?.root.known === true ? forest.root.value : null,
    steps,
    others,
    verdict: has("below") || others.length > 0 ? "below" : has("unseen") || isUnseen ? "unseen" : "at",
  };
}

/**
 * Left out are objects of Edge Transport servers, which keep the build of their subscription, and servers of another
 * product, which are replaced and not upgraded.
 */
function othersBelow(
  { servers }: ForestFacts,
  target: Release,
  steps: readonly VerifiedStep[],
): readonly string[] {
  if (!servers.known) return [];
  const isServer = ({ kind }: VerifiedStep) => kind === "server" || kind === "clusteredMailbox";
  const own = new Set(steps.filter(isServer).flatMap(({ computer }) => computer ?? []));
  return servers.value.flatMap((server) => {
    const { fqdn, name, build, roles } = server;
    if (build === null || (fqdn !== null && own.has(fqdn)) || isEdge(roles)) return [];
    if (!inSameLine(build, target.build) || buildVerdict(build, target) !== "below") return [];
    return [`${fqdn ?? name} ${releaseOfBuild(build)?.name ?? formatBuild(build)}`];
  });
}

function isEdge(roles: ExchangeServerFacts["roles"]): boolean {
  return roles?.includes("Edge Transport") === true;
}

/** Rows of a table that a screen holds beside the rest. */
const mostRows = 12;

/** The report for people. */
export function verifyText({ forest, steps, others, verdict }: VerifyReport, columns: number): string {
  const targets = listed([...new Set(steps.flatMap(({ target }) => target ?? []))]);
  const of = (test: (step: VerifiedStep) => boolean) => steps.filter(test);
  const reached = of((step) => step.verdict === "at" || step.verdict === "above");
  const open = [...of((step) => step.verdict === "below"), ...of((step) => step.verdict === "unseen")];
  const where = forest === null ? "" : `${visibleLine(forest)}, `;
  const head = { at: "At", below: "Not at", unseen: "Not known to be at" }[verdict];
  return [
    `${head} ${targets}: ${where}${reached.length} of ${counted(steps.length, "step")}`,
    ...(open.length === 0 ? levelsText(reached, columns) : openText(open, columns)),
    ...(others.length === 0 ? [] : wrapped(`In no step: ${visibleLine(shortened(others))}`, columns)),
    "",
  ].join("\n");
}

function openText(open: readonly VerifiedStep[], columns: number): readonly string[] {
  const below = open
    .filter(({ verdict }) => verdict === "below")
    .map(({ kind, computer, name, now }) => [computer ?? name, shortNames[kind], now]);
  // What keeps many from being seen is one thing, mostly: the directory, an account.
  const unseen = groupBy(
    open.filter(({ verdict }) => verdict === "unseen"),
    ({ now }) => now,
  );
  const notSeen = [...unseen].map(([now, steps]) => [
    steps.length === 1 ? (steps[0]?.computer ?? steps[0]?.name ?? "") : counted(steps.length, "step"),
    "not seen",
    now,
  ]);
  return rowsText([...below, ...notSeen], columns);
}

/** The rows that a screen holds, indented, their last column broken into lines. */
function rowsText(rows: readonly (readonly string[])[], columns: number): readonly string[] {
  const shown = rows.slice(0, mostRows);
  const flexible = (shown[0]?.length ?? 1) - 1;
  const table = tableText(shown, { columns: columns - 2, flexible })
    .trimEnd()
    .split("\n");
  const more = rows.length - shown.length;
  return [...table.map((line) => `  ${line}`), ...(more > 0 ? [`  and ${more} more (--json has all)`] : [])];
}

const shortNames: Readonly<Record<VerifiedKind, string>> = {
  schema: "schema",
  organization: "AD",
  domain: "domain",
  server: "server",
  clusteredMailbox: "cluster",
};

/** What is the same on many is said once. */
function levelsText(steps: readonly VerifiedStep[], columns: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { now } of steps) counts.set(now, (counts.get(now) ?? 0) + 1);
  return rowsText(
    [...counts].map(([now, count]) => [`${count} x`, now]),
    columns,
  );
}

function shortened(names: readonly string[]): string {
  const more = names.length - mostRows;
  return more > 0 ? `${names.slice(0, mostRows).join(", ")} and ${more} more` : names.join(", ");
}
