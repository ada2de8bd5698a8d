/**
 * The forecast of this run's change windows, from the steps that the gate and the checks have noted. Only log lines and the
 * report show it: a time of now in an input would make an approved plan fail.
 */
import type { Fact } from "../../facts";
import { windowText } from "../../plan/changeWindow";
import type { ForecastStep } from "../../plan/forecast";
import { type Outlook, outlookOf, type WindowStep, windowFindings } from "../../plan/outlook";
import type { Case } from "../../rules/case";
import { type Finding, renderFinding } from "../../rules/finding";
import { type ExpectedPart, minutesText } from "../../rules/program/startWindow";
import { type StepState, stepState } from "../../rules/state";
import type { ResourceLog } from "../../wire/engine";
import type { Step } from "../step/step";
import { neededMinutes, neededParts } from "../step/windowRefusal";
import { now } from "./clock";
import type { ServerOrder } from "./serverOrder";

/** A step of this run, with what its minutes are for. */
interface NotedStep extends WindowStep {
  readonly parts: readonly ExpectedPart[];
}

/** The forecast of the change windows of a run. */
export class Forecast {
  /** The steps by what they bring about. The engine checks a step after the steps that it needs, so those are noted first. */
  readonly #noted = new Map<string, NotedStep>();

  /** How many steps the engine runs at once, where the program has told. */
  #atOnce: number | undefined;

  /** Windows with a finding that was logged. */
  readonly #told = new Set<string>();

  constructor(private readonly order: ServerOrder) {}

  /**
   * Notes a step and its minutes. A finished step takes none; a step that could not be read may have to run.
   *
   * @param state of the step, with its security update @default without
   */
  note(step: Step, c: Case, state: Fact<StepState> = stepState(c)): void {
    const due = !state.known || state.value.progress === "pending";
    const key = keyOf(step);
    this.#noted.set(key, {
      key,
      kind: step.kind,
      computer: step.computer,
      minutes: due ? neededMinutes(step, c) : 0,
      parts: neededParts(step, c),
      after: this.#keysBefore(step),
      window: step.inputs.changeWindow ?? null,
      place: step.place,
    });
  }

  /** How many steps run at once; undefined, if the program has not told, for as many as the order allows. */
  get parallel(): number | undefined {
    return this.#atOnce;
  }

  set parallel(parallel: number | undefined) {
    this.#atOnce = parallel;
  }

  /** Forgets a finished step: later steps wait for it no more. */
  finished(step: Step): void {
    this.#noted.delete(keyOf(step));
  }

  /**
   * Logs in one line whether the change window holds a step that is due. In preview a window that is over or too short is a
   * warning, once for each window and run, and no refusal: pulumi up adopts a finished step at any time, and refuses only to start one.
   */
  async tellWindow(step: Step, preview: boolean, log: ResourceLog): Promise<void> {
    const window = step.inputs.changeWindow;
    const own = this.#noted.get(keyOf(step));
    if (window === undefined || own === undefined || own.minutes === 0) return;
    const outlook = outlookOf(window, this.#steps(), this.#options());
    const end = outlook.slots.get(own.key)?.ends ?? 0;
    await log.info(
      `${step.computer}: change window ${windowText(window)}: this step is expected to take ` +
        `${minutesText(own.minutes, own.parts)} and to end ${end} min after the first step starts. ${outlookText(outlook, end)}`,
    );
    const fits = outlook.standing !== "over" && end <= outlook.room;
    if (preview && !fits)
      await this.#tellFindings(windowFindings(this.#steps(), { ...this.#options(), whole: false }), log);
  }

  /** Logs the same warnings when all steps of the run are noted. */
  async tellWindows(log: ResourceLog): Promise<void> {
    await this.#tellFindings(windowFindings(this.#steps(), this.#options()), log);
  }

  async #tellFindings(findings: ReadonlyMap<string, Finding>, log: ResourceLog): Promise<void> {
    for (const [key, finding] of findings) {
      const window = this.#noted.get(key)?.window ?? null;
      const about = window === null ? "" : windowText(window);
      if (this.#told.has(about)) continue;
      this.#told.add(about);
      await log.warn(renderFinding(finding));
    }
  }

  #keysBefore(step: Step): readonly string[] {
    const forest = step.inputs.directory?.url ?? "";
    const { prepared } = step;
    return [
      ...(prepared?.schema === true ? [`${forest} schema`] : []),
      ...(prepared?.organization === true ? [`${forest} organization`] : []),
      ...(prepared?.domains ?? []).map((domain) => `${forest} domain ${domain}`),
      ...this.order.rightBefore(step.computer),
    ];
  }

  /** The steps; and, with no minutes, the waves and the servers without a step here that others wait for. */
  #steps(): readonly (ForecastStep | WindowStep)[] {
    const others = [...this.order.noted].filter(([key]) => !this.#noted.has(key));
    return [...this.#noted.values(), ...others.map(([key, after]) => ({ key, minutes: 0, after }))];
  }

  #options() {
    return { now: now(), parallel: this.#atOnce };
  }
}

function keyOf(step: Step): string {
  const forest = step.inputs.directory?.url ?? "";
  if (step.kind === "server") return step.computer;
  return step.kind === "domain" ? `${forest} domain ${step.domains.join()}` : `${forest} ${step.kind}`;
}

function outlookText({ standing, room }: Outlook, end: number): string {
  if (standing === "over") return "The window is over: pulumi up would not start this step";
  return `The window has ${room} min${standing === "open" ? " left" : ""}: ${end <= room ? "enough" : "not enough"}`;
}
