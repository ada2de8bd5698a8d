/**
 * What the checks of a run leave for its creates and updates: which gates have let this run pass, what is planned by name, and
 * the inputs as they were checked. What an earlier run was allowed is not known here.
 */
import type { Planned } from "../../model";
import { isCommand, nameIn } from "../../wire/resourceNames";
import { hasUnknown, isRecord, type Props, sameJson, unknownValue } from "../../wire/values";

/** Names of what comes before a resource and is not there: neither made in this run nor in an earlier one. */
export function notMade({ __waitsFor: names, __made: made }: Props): readonly string[] {
  if (!Array.isArray(names) || made === unknownValue) return [];
  return names.filter((name) => !isRecord(made) || made[name] !== true);
}

/** What this run may start, and what its checks have answered. */
export class Passes {
  /** Gates that were asked in this run, by URN, and whether they let it pass. */
  readonly #gates = new Map<string, boolean>();

  /** What steps and waves have planned, by name. */
  readonly #planned = new Map<string, Partial<Planned>>();

  /** Gates before commands that do not let this run pass, by URN. */
  readonly #shut = new Set<string>();

  /** Names of what was checked in this run, and of what it keeps from starting. */
  readonly #seen = new Set<string>();
  readonly #kept = new Set<string>();

  /** Inputs as check has answered them, by URN. */
  readonly #checked = new Map<string, Props>();

  /** Plans that checks of this run have written, as sorted JSON: those of another version may choose other words. */
  readonly #plans = new Set<string>();

  /** Notes that a gate was asked, and whether it lets this run pass: in preview nothing does. */
  noteGate({ __urn: urn }: Props, passes: boolean): void {
    if (typeof urn === "string") this.#gates.set(urn, passes);
  }

  /** Notes what check answers for a resource. */
  noteChecked(inputs: Props): void {
    const { __urn: urn, planned: after, plan } = inputs;
    if (isRecord(plan)) this.#plans.add(sortedJson(plan));
    if (typeof urn !== "string") return;
    this.#checked.set(urn, inputs);
    this.#seen.add(nameIn(urn));
    if (isRecord(after)) this.#planned.set(nameIn(urn), after);
  }

  /** True for the name of something that was checked in this run: what is not there although it was, has failed. */
  wasAsked(name: string): boolean {
    return this.#seen.has(name);
  }

  /** Notes whether the gate before a server's commands has something to refuse, which its create or update then says. */
  noteShut({ __urn: urn }: Props, isShut: boolean): void {
    if (typeof urn !== "string") return;
    if (isShut) this.#shut.add(urn);
    else this.#shut.delete(urn);
  }

  /** True where {@link noteShut} has noted that. */
  isShut({ __urn: urn }: Props): boolean {
    return typeof urn === "string" && this.#shut.has(urn);
  }

  /** The gate that stands before a resource and has not let this run pass; null where there is none, or it has. */
  closedGate({ __gate: gate }: Props): { readonly urn: string; readonly asked: boolean } | null {
    if (typeof gate !== "string" || this.#gates.get(gate) === true) return null;
    return { urn: gate, asked: this.#gates.has(gate) };
  }

  /**
   * What comes before a resource and is no part of this preview, nor recorded, by name: a `pulumi up` that is asked for no
   * more does not start it. What waits for it in turn is kept from starting, too.
   */
  keptFromStarting(props: Props): readonly string[] {
    const { __urn: urn, __waitsFor: waitsFor, __gate: gate } = props;
    const gateName = typeof gate === "string" ? nameIn(gate) : null;
    const names = Array.isArray(waitsFor) ? waitsFor.filter((name) => name !== gateName) : [];
    // What is recorded says what it has planned; commands say nothing, and are other providers' to show.
    const untold = hasUnknown([props.prepared, props.after, props.servers]);
    const missing = names.filter(
      (name) => this.#kept.has(name) || (untold && !this.wasAsked(name) && !isCommand(String(name))),
    );
    const left = [...(typeof gate === "string" && !this.#gates.has(gate) ? [nameIn(gate)] : []), ...missing];
    if (typeof urn === "string" && left.length > 0) this.#kept.add(nameIn(urn));
    return left;
  }

  /** What was planned by names in this run, as far as it was checked: what a failed resource does not hand on. */
  plannedOf(names: readonly string[]): readonly Partial<Planned>[] {
    return names.flatMap((name) => this.#planned.get(name) ?? []);
  }

  /**
   * In `up`, what came before and failed in this run is not handed on by the engine (`--continue-on-error`): its plan stands
   * in for it, so that an approved plan holds and the run goes on. Nothing is started on it.
   */
  withPlanned(news: Props): Props {
    const missing = notMade(news);
    if (missing.length === 0 || !Array.isArray(news.__waitsFor)) return news;
    const earlier = this.plannedOf(news.__waitsFor);
    const after = earlier.flatMap(({ server, wave }) => server ?? wave ?? []);
    const prepared = earlier.find(({ server, wave }) => server === undefined && wave === undefined);
    return {
      ...news,
      ...(after.length === 0 ? {} : { after }),
      ...(prepared === undefined ? {} : { prepared }),
    };
  }

  /** True for a plan that a check of this run has written. */
  isOfThisRun(plan: unknown): plan is Props {
    return isRecord(plan) && this.#plans.has(sortedJson(plan));
  }

  /** Where a resource's inputs differ from those that its check has answered in this run, as paths. */
  changedSinceCheck(inputs: Props): readonly string[] {
    const before = typeof inputs.__urn === "string" ? this.#checked.get(inputs.__urn) : undefined;
    return before === undefined ? [] : changedPaths(before, inputs, []);
  }
}

function sortedJson(plan: Props): string {
  return JSON.stringify(Object.entries(plan).sort(([a], [b]) => (a < b ? -1 : 1)));
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
