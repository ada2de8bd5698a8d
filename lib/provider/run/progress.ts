/** Progress lines while Setup runs, and one summary line at its end. */
import type { Case } from "../../rules/case";
import { type StepState, stepState } from "../../rules/state";
import { counted } from "../../text";
import type { ResourceLog } from "../../wire/engine";
import { now } from "../memory/clock";
import type { Step } from "../step/step";
import { expectedOf } from "../step/windowRefusal";

/** Milliseconds after which a line is repeated, with the minutes so far. */
const againMs = 60_000;

/** Progress lines with the minutes so far and the usual minutes. A line is repeated while there is no new one. */
export class TimedProgress {
  #began = now();
  readonly #timer: NodeJS.Timeout;
  #last: string | undefined;

  /** @param expected minutes that the program usually takes */
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

  /** Sets the start of a followed Setup, in milliseconds since 1970 UTC. A start in the future is ignored. */
  beganAt(time: number): void {
    this.#began = Math.min(this.#began, time);
  }

  /** Ends the repetitions. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whole minutes that have passed. */
  get minutes(): number {
    return Math.floor((now() - this.#began) / 60_000);
  }

  #tell(): void {
    if (this.#last === undefined) return;
    // The row names the step already, so the line begins with the time, which people look for first.
    void this.log.progress(`${this.minutes} of usually ${this.expected} min: ${this.#last}`);
  }
}

/** The parts of a run that its summary tells. */
export interface Summed {
  /** True if Setup was run or followed. */
  readonly started: boolean;
  /** Minutes from the start, or from the beginning of following, to the end. */
  readonly minutes: number;
  /** Number of domain controllers that have the new level; 0 if none was asked. */
  readonly controllers: number;
}

/** One line on a finished step: its state before and after, its minutes, and whether Setup was run. */
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
