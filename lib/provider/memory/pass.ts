/**
 * What the checks of a run leave for its creates and updates, which are made in the same process: which gates have let this
 * run pass, what is planned by name, and the inputs as they were checked. A run's process serves no other run, so what an
 * earlier one was allowed is not known here.
 */
import type { Planned } from "../../model";
import { isCommand, nameIn } from "../../wire/resourceNames";
import { hasUnknown, isRecord, type Props, sameJson, unknownValue } from "../../wire/values";

/** Gates that were asked in this run, by URN, and whether they let it pass. */
const gates = new Map<string, boolean>();

/** What steps and waves have planned, by name. */
const planned = new Map<string, Partial<Planned>>();

/** Gates before commands that do not let this run pass, by URN. */
const shut = new Set<string>();

/** Names of what was checked in this run, and of what it keeps from starting. */
const seen = new Set<string>();
const kept = new Set<string>();

/** Inputs as check has answered them, by URN. */
const checked = new Map<string, Props>();

/** Plans that checks of this run have written, as sorted JSON: those of another version may choose other words. */
const plans = new Set<string>();

/** Notes that a gate was asked, and whether it lets this run pass: in preview nothing does. */
export function noteGate({ __urn: urn }: Props, passes: boolean): void {
  if (typeof urn === "string") gates.set(urn, passes);
}

/** Notes what check answers for a resource. */
export function noteChecked(inputs: Props): void {
  const { __urn: urn, planned: after, plan } = inputs;
  if (isRecord(plan)) plans.add(sortedJson(plan));
  if (typeof urn !== "string") return;
  checked.set(urn, inputs);
  seen.add(nameIn(urn));
  if (isRecord(after)) planned.set(nameIn(urn), after);
}

/** Names of what comes before a resource and is not there: neither made in this run nor in an earlier one. */
export function notMade({ __waitsFor: names, __made: made }: Props): readonly string[] {
  if (!Array.isArray(names) || made === unknownValue) return [];
  return names.filter((name) => !isRecord(made) || made[name] !== true);
}

/** True for the name of something that was checked in this run: what is not there although it was, has failed. */
export function wasAsked(name: string): boolean {
  return seen.has(name);
}

/** Notes whether the gate before a server's commands has something to refuse, which its create or update then says. */
export function noteShut({ __urn: urn }: Props, isShut: boolean): void {
  if (typeof urn !== "string") return;
  if (isShut) shut.add(urn);
  else shut.delete(urn);
}

/** True where {@link noteShut} has noted that. */
export function isShut({ __urn: urn }: Props): boolean {
  return typeof urn === "string" && shut.has(urn);
}

/** The gate that stands before a resource and has not let this run pass; null where there is none, or it has. */
export function closedGate({
  __gate: gate,
}: Props): { readonly urn: string; readonly asked: boolean } | null {
  if (typeof gate !== "string" || gates.get(gate) === true) return null;
  return { urn: gate, asked: gates.has(gate) };
}

/**
 * What comes before a resource and is no part of this preview, nor recorded, by name: a `pulumi up` that is asked for no more
 * does not start it. What waits for it in turn is kept from starting, too.
 */
export function keptFromStarting(props: Props): readonly string[] {
  const { __urn: urn, __waitsFor: waitsFor, __gate: gate } = props;
  const gateName = typeof gate === "string" ? nameIn(gate) : null;
  const names = Array.isArray(waitsFor) ? waitsFor.filter((name) => name !== gateName) : [];
  // What is recorded says what it has planned; commands say nothing, and are other providers' to show.
  const untold = hasUnknown([props.prepared, props.after, props.servers]);
  const missing = names.filter(
    (name) => kept.has(name) || (untold && !wasAsked(name) && !isCommand(String(name))),
  );
  const left = [...(typeof gate === "string" && !gates.has(gate) ? [nameIn(gate)] : []), ...missing];
  if (typeof urn === "string" && left.length > 0) kept.add(nameIn(urn));
  return left;
}

/** What was planned by names in this run, as far as it was checked: what a failed resource does not hand on. */
export function plannedOf(names: readonly string[]): readonly Partial<Planned>[] {
  return names.flatMap((name) => planned.get(name) ?? []);
}

/**
 * In `up`, what came before and failed in this run is not handed on by the engine (`--continue-on-error`): its plan stands in
 * for it, so that an approved plan holds and the run goes on. Nothing is started on it.
 */
export function withPlanned(news: Props): Props {
  const missing = notMade(news);
  if (missing.length === 0 || !Array.isArray(news.__waitsFor)) return news;
  const earlier = plannedOf(news.__waitsFor);
  const after = earlier.flatMap(({ server, wave }) => server ?? wave ?? []);
  const prepared = earlier.find(({ server, wave }) => server === undefined && wave === undefined);
  return {
    ...news,
    ...(after.length === 0 ? {} : { after }),
    ...(prepared === undefined ? {} : { prepared }),
  };
}

/** True for a plan that a check of this run has written. */
export function isOfThisRun(plan: unknown): plan is Props {
  return isRecord(plan) && plans.has(sortedJson(plan));
}

function sortedJson(plan: Props): string {
  return JSON.stringify(Object.entries(plan).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where a resource's inputs differ from those that its check has answered in this run, as paths. */
export function changedSinceCheck(inputs: Props): readonly string[] {
  const before = typeof inputs.__urn === "string" ? checked.get(inputs.__urn) : undefined;
  return before === undefined ? [] : changedPaths(before, inputs, []);
}

function changedPaths(before: unknown, now: unknown, at: readonly string[]): readonly string[] {
  // What is not known is left out by the engine, as is what is null in an object.
  if (before === unknownValue || (before ?? null) === (now ?? null)) return [];
  if (!isRecord(before) || !isRecord(now)) return sameJson(before, now) ? [] : [at.join(".")];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys
    .filter((key) => key !== "__provider")
    .flatMap((key) => changedPaths(before[key], now[key], [...at, key]));
}
