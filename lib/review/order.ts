/** The order of a plan's steps, and its stages. Pure; the order in which the steps are passed does not matter. */
import { type StepKind, stepKinds } from "../model";
import { listed } from "../text";
import type { ReviewStep } from "./review";

/** What decides the place of a step, or of a clustered mailbox server, in the order. */
export type Ordered = Pick<
  ReviewStep,
  "kind" | "name" | "computer" | "roles" | "domains" | "after" | "wave" | "waveTitle"
>;

/** For each step, the steps of the plan that it waits for. */
export type Predecessors<S extends Ordered = ReviewStep> = ReadonlyMap<S, readonly S[]>;

/** Steps that are shown together: those of a wave, or those that may run at the same time. */
export interface Stage<S extends Ordered = ReviewStep> {
  /** Name of the wave, else what the steps are. */
  readonly title: string;
  readonly kind: StepKind;
  readonly steps: readonly S[];
  /** Ascending indices of the earlier stages that it waits for directly, not only through another of them. */
  readonly waitsFor: readonly number[];
}

/** What each step waits for: the steps that `after` names, and the preparations that its kind needs. */
export function predecessorsOf<S extends Ordered>(steps: readonly S[]): Predecessors<S> {
  const servers = steps.filter(({ kind }) => kind === "server");
  const byComputer = groupBy(servers, ({ computer }) => computer.toLowerCase());
  const byWave = groupBy(steps, ({ wave }) => wave);
  const byKind = groupBy(steps, ({ kind }) => kind);
  const named = (name: string) => [
    ...(byComputer.get(name.toLowerCase()) ?? []),
    ...(byWave.get(name) ?? []),
  ];
  const waitsFor = (step: S) =>
    new Set([...step.after.flatMap(named), ...preparationsOf(step, (kind) => byKind.get(kind) ?? [])]);
  return new Map(steps.map((step) => [step, [...waitsFor(step)].filter((other) => other !== step)]));
}

type OfKind<S> = (kind: StepKind) => readonly S[];

function preparationsOf<S extends Ordered>(step: S, ofKind: OfKind<S>): readonly S[] {
  switch (step.kind) {
    case "schema":
      return [];
    case "organization":
      return ofKind("schema");
    case "domain":
      return ofKind("organization");
    case "server": {
      // An Edge Transport server needs no directory.
      if (step.roles.includes("Edge Transport")) return [];
      const own = ofKind("domain").filter(({ domains }) =>
        domains.some((domain) => isIn(step.computer, domain)),
      );
      return [...ofKind("organization"), ...own];
    }
  }
}

/** Whether a computer's name lies in a domain. It does not in a disjoint namespace. */
function isIn(computer: string, domain: string): boolean {
  return domain === "*" || computer.slice(computer.indexOf(".") + 1).toLowerCase() === domain.toLowerCase();
}

/**
 * Sorts the steps, each after those that it waits for: the schema, the organization, the domains, then the servers.
 * Steps of a wave stay together if that is possible. If steps wait for each other in a circle, which no program can
 * write, the circle is broken at its first step by name.
 */
export function orderSteps<S extends Ordered>(steps: readonly S[]): readonly S[] {
  const predecessors = predecessorsOf(steps);
  const depths = depthsOf(steps, predecessors);
  const waiting = new Set([...steps].sort((a, b) => compareKeys(sortKey(a, depths), sortKey(b, depths))));
  const open = new Map([...predecessors].map(([step, before]) => [step, before.length]));
  const followers = followersOf(predecessors);
  const ordered: S[] = [];
  while (waiting.size > 0) {
    const next = chooseNext(waiting, open, ordered.at(-1));
    ordered.push(next);
    waiting.delete(next);
    for (const follower of followers.get(next) ?? []) open.set(follower, (open.get(follower) ?? 0) - 1);
  }
  return ordered;
}

function chooseNext<S extends Ordered>(
  waiting: ReadonlySet<S>,
  open: ReadonlyMap<S, number>,
  last: S | undefined,
): S {
  let ready: S | undefined;
  let any: S | undefined;
  for (const step of waiting) {
    any ??= step;
    if (open.get(step) !== 0) continue;
    if (step.wave !== null && step.wave === last?.wave) return step;
    ready ??= step;
  }
  return (ready ?? any) as S;
}

function followersOf<S extends Ordered>(predecessors: Predecessors<S>): ReadonlyMap<S, readonly S[]> {
  const pairs = [...predecessors].flatMap(([step, before]) => before.map((other) => ({ step, other })));
  return new Map(
    [...groupBy(pairs, ({ other }) => other)].map(([other, of]) => [other, of.map(({ step }) => step)]),
  );
}

/** For each step, the number of steps in the longest chain before it. */
function depthsOf<S extends Ordered>(
  steps: readonly S[],
  predecessors: Predecessors<S>,
): ReadonlyMap<S, number> {
  const depths = new Map<S, number>();
  const depth = (step: S): number => {
    const known = depths.get(step);
    if (known !== undefined) return known;
    depths.set(step, 0); // A step that is its own predecessor: the circle ends here.
    const deepest = (predecessors.get(step) ?? []).reduce(
      (most, other) => Math.max(most, depth(other) + 1),
      0,
    );
    depths.set(step, deepest);
    return deepest;
  };
  for (const step of steps) depth(step);
  return depths;
}

type Key = readonly (string | number)[];

function sortKey<S extends Ordered>(step: S, depths: ReadonlyMap<S, number>): Key {
  const depth = step.wave === null ? (depths.get(step) ?? 0) : 0;
  const kind = stepKinds.indexOf(step.kind);
  return [kind, step.wave ?? "", depth, step.domains.join(" "), step.computer, step.name ?? ""];
}

const counting = new Intl.Collator("en", { numeric: true });

function compareKeys(a: Key, b: Key): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at < 0) return 0;
  const [one, other] = [a[at] as string | number, b[at] as string | number];
  // Sorts mbx2 before mbx10, as people do.
  const natural = typeof one === "string" ? counting.compare(one, String(other)) : 0;
  return natural === 0 ? (one < other ? -1 : 1) : natural;
}

const preparationTitles = {
  schema: "Schema",
  organization: "Active Directory",
  domain: "Domains",
  server: "Servers",
} as const satisfies Record<StepKind, string>;

/** The stages of sorted steps. A wave becomes several stages if other steps interrupt it. */
export function stagesOf<S extends Ordered>(steps: readonly S[]): readonly Stage<S>[] {
  const predecessors = predecessorsOf(steps);
  const depths = depthsOf(steps, predecessors);
  const keyOf = (step: S) =>
    step.kind === "server" && step.wave === null
      ? JSON.stringify([step.kind, null, depths.get(step)])
      : JSON.stringify([step.kind, step.wave]);
  const runs: { readonly key: string; readonly steps: S[] }[] = [];
  for (const step of steps) {
    const key = keyOf(step);
    const last = runs.at(-1);
    if (last?.key === key) last.steps.push(step);
    else runs.push({ key, steps: [step] });
  }
  const stageOf = new Map(runs.flatMap((run, index) => run.steps.map((step) => [step, index] as const)));
  const direct = runs.map((run, index) => {
    const all = run.steps
      .flatMap((step) => predecessors.get(step) ?? [])
      .map((other) => stageOf.get(other) ?? index);
    return [...new Set(all)].filter((other) => other < index).sort((a, b) => a - b);
  });
  return runs.map((run, index) => {
    const [first] = run.steps;
    const kind = first?.kind ?? "server";
    return { title: titleOf(first, run.steps), kind, steps: run.steps, waitsFor: reduced(direct, index) };
  });
}

function titleOf(first: Ordered | undefined, steps: readonly Ordered[]): string {
  if (first === undefined) return "";
  if (first.wave !== null) return first.waveTitle ?? first.wave;
  if (first.kind === "server") return serversTitle(steps);
  return first.kind === "domain" && steps.length === 1 && !first.domains.includes("*")
    ? "Domain"
    : preparationTitles[first.kind];
}

/** Highest number of roles in the title of a stage outside waves. */
const mostRoles = 3;

/** Title of the servers of a program without waves: their roles, as far as they are known. */
function serversTitle(steps: readonly Ordered[]): string {
  const roles = [...new Set(steps.flatMap((step) => step.roles))];
  const own = roles.length > 1 ? roles.filter((role) => role !== "Management Tools") : roles;
  const isTold = own.length > 0 && own.length <= mostRoles && steps.every((step) => step.roles.length > 0);
  return isTold ? listed(own) : steps.length === 1 ? "Server" : preparationTitles.server;
}

/** Removes, from the stages that each one waits for, those that it waits for through another one anyway. */
function reduced(direct: readonly (readonly number[])[], index: number): readonly number[] {
  const own = direct[index] ?? [];
  const through = new Set<number>();
  const visit = (stage: number): void => {
    for (const before of direct[stage] ?? []) {
      if (through.has(before)) continue;
      through.add(before);
      visit(before);
    }
  };
  for (const stage of own) visit(stage);
  return own.filter((stage) => !through.has(stage));
}

/** Groups values by a key, in the order in which the keys first occur. */
export function groupBy<T, K>(values: readonly T[], key: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const of = key(value);
    const group = groups.get(of);
    if (group === undefined) groups.set(of, [value]);
    else group.push(value);
  }
  return groups;
}
