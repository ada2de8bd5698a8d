/**
 * What the checks of a run leave for its creates and updates: the gates that let this run pass, the plans by name, and the
 * inputs as they were checked. A pass of an earlier run does not count.
 */
import type { Planned } from "../../model";
import { isCommand, nameIn } from "../../wire/resourceNames";
import { hasUnknown, isRecord, type Props, sameJson, unknownValue } from "../../wire/values";

/** Names of the resources that a resource waits for and that neither this run nor an earlier one has made. */
export function notMade({ __waitsFor: names, __made: made }: Props): readonly string[] {
  if (!Array.isArray(names) || made === unknownValue) return [];
  return names.filter((name) => !isRecord(made) || made[name] !== true);
}

/** What this run may start, and the answers of its checks. */
export class Passes {
  /** Gates that were asked in this run, by URN, and whether they let it pass. */
  readonly #gates = new Map<string, boolean>();

  /** What steps and waves plan, by name. */
  readonly #planned = new Map<string, Partial<Planned>>();

  /** Gates before commands that do not let this run pass, by URN. */
  readonly #shut = new Set<string>();

  /** Names of the resources that this run has checked, and of those that it keeps from starting. */
  readonly #seen = new Set<string>();
  readonly #kept = new Set<string>();

  /** Check's answers, by URN. */
  readonly #checked = new Map<string, Props>();

  /** Plans that checks of this run have written, as sorted JSON. Another version of this package may word a plan otherwise. */
  readonly #plans = new Set<string>();

  /** Notes that a gate was asked, and whether it lets this run pass. In preview no gate does. */
  noteGate({ __urn: urn }: Props, passes: boolean): void {
    if (typeof urn === "string") this.#gates.set(urn, passes);
  }

  /** Records check's answer for a resource. */
  noteChecked(inputs: Props): void {
    const { __urn: urn, planned: after, plan } = inputs;
    if (isRecord(plan)) this.#plans.add(sortedJson(plan));
    if (typeof urn !== "string") return;
    this.#checked.set(urn, inputs);
    this.#seen.add(nameIn(urn));
    if (isRecord(after)) this.#planned.set(nameIn(urn), after);
  }

  /** True if this run has checked a resource of this name. If its outputs are missing all the same, it has failed. */
  wasAsked(name: string): boolean {
    return this.#seen.has(name);
  }

  /** Notes whether the gate before a server's commands refuses; its create or update throws the refusal. */
  noteShut({ __urn: urn }: Props, isShut: boolean): void {
    if (typeof urn !== "string") return;
    if (isShut) this.#shut.add(urn);
    else this.#shut.delete(urn);
  }

  /** True if {@link noteShut} has noted a refusal. */
  isShut({ __urn: urn }: Props): boolean {
    return typeof urn === "string" && this.#shut.has(urn);
  }

  /** The gate before a resource if it has not let this run pass; null if there is no gate, or if it has. */
  closedGate({ __gate: gate }: Props): { readonly urn: string; readonly asked: boolean } | null {
    if (typeof gate !== "string" || this.#gates.get(gate) === true) return null;
    return { urn: gate, asked: this.#gates.has(gate) };
  }

  /**
   * Names of the resources that a resource waits for and that are neither part of this preview nor recorded: `pulumi up` with
   * the same targets will not start the resource. Whatever waits for it is kept from starting, too.
   */
  keptFromStarting(props: Props): readonly string[] {
    const { __urn: urn, __waitsFor: waitsFor, __gate: gate } = props;
    const gateName = typeof gate === "string" ? nameIn(gate) : null;
    const names = Array.isArray(waitsFor) ? waitsFor.filter((name) => name !== gateName) : [];
    // A recorded step hands on its plan. A command has none, and its own provider shows it.
    const untold = hasUnknown([props.prepared, props.after, props.servers]);
    const missing = names.filter(
      (name) => this.#kept.has(name) || (untold && !this.wasAsked(name) && !isCommand(String(name))),
    );
    const left = [...(typeof gate === "string" && !this.#gates.has(gate) ? [nameIn(gate)] : []), ...missing];
    if (typeof urn === "string" && left.length > 0) this.#kept.add(nameIn(urn));
    return left;
  }

  /** The plans of these resources, as far as this run has checked them. A failed resource does not hand its plan on. */
  plannedOf(names: readonly string[]): readonly Partial<Planned>[] {
    return names.flatMap((name) => this.#planned.get(name) ?? []);
  }

  /**
   * With `--continue-on-error` the engine hands on no outputs of a resource that failed in this run. Its plan stands in for
   * them, so that an approved plan holds and the run goes on. No step is started on the strength of it.
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

  /** The paths at which a resource's inputs differ from its check's answer in this run. */
  changedSinceCheck(inputs: Props): readonly string[] {
    const before = typeof inputs.__urn === "string" ? this.#checked.get(inputs.__urn) : undefined;
    return before === undefined ? [] : changedPaths(before, inputs, []);
  }
}

function sortedJson(plan: Props): string {
  return JSON.stringify(Object.entries(plan).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function changedPaths(before: unknown, now: unknown, at: readonly string[]): readonly string[] {
  // The engine leaves out unknown values, and nulls in objects.
  if (before === unknownValue || (before ?? null) === (now ?? null)) return [];
  if (!isRecord(before) || !isRecord(now)) return sameJson(before, now) ? [] : [at.join(".")];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys
    .filter((key) => key !== "__provider")
    .flatMap((key) => changedPaths(before[key], now[key], [...at, key]));
}
