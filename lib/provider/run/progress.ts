/** What people are told while Setup runs, and in one line when it is over. */
import type { Case } from "../../rules/case";
import { type StepState, stepState } from "../../rules/state";
import { counted } from "../../text";
import type { ResourceLog } from "../../wire/engine";
import { now } from "../memory/clock";
import type { Step } from "../step/step";
import { expectedOf } from "../step/windowRefusal";

/** Milliseconds after which a line is told again, with the time that has passed. */
const againMs = 60_000;

/** Progress with the time so far and the usual time; also while nothing new is said. */
export class TimedProgress {
  #began = now();
  readonly #timer: NodeJS.Timeout;
  #last: string | undefined;

  /** @param expected minutes that it usually takes */
  constructor(
    private readonly expected: number,
    private readonly log: ResourceLog,
  ) {
    this.#timer = setInterval(() => this.#tell(), againMs).unref();
  }

  tell(text: string): void {
    this.#last = text;
    this.#tell();
  }

  /** The Setup that is followed was started then, in milliseconds since 1970 UTC; a time to come counts for nothing. */
  beganAt(time: number): void {
    this.#began = Math.min(this.#began, time);
  }

  /** Nothing is told again from now on. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whole minutes that have passed. */
  get minutes(): number {
    return Math.floor((now() - this.#began) / 60_000);
  }

  #tell(): void {
    if (this.#last === undefined) return;
    // The row names the step already, and the time is what people look for first.
    void this.log.progress(`${this.minutes} of usually ${this.expected} min: ${this.#last}`);
  }
}

/** What of a run the summary tells. */
export interface Summed {
  /** True when Setup was run, or followed. */
  readonly started: boolean;
  /** Minutes from the start, or from when it was followed, to its end. */
  readonly minutes: number;
  /** Domain controllers that are known to have the new level; 0 where none was asked. */
  readonly controllers: number;
}

/** One line on a finished step: what it was and is, how long it took, and whether Setup was run. */
export function summaryText(step: Step, before: Case, after: StepState, summed: Summed): string {
  const state = stepState(before);
  const earlier = new Map(state.known ? state.value.readings.map((r) => [r.key, r.value]) : []);
  const changes = after.readings.map(({ key, value }) => {
    const was = earlier.get(key);
    return was === undefined || was === value ? `${key} ${value}` : `${key} ${was} -> ${value}`;
  });
  const how = summed.started
    ? `Setup ran for ${summed.minutes} min, usually ${expectedOf(step, before)}`
    : "adopted, Setup was not run";
  const where = summed.controllers === 0 ? "" : `; on ${counted(summed.controllers, "domain controller")}`;
  return `${step.computer}: ${changes.join(", ")}; ${how}${where}`;
}
