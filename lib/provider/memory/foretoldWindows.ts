/**
 * What is foretold of the change windows of this run: from the steps that checks have noted, and the gate before all of them.
 * It is told in lines and in the report only: a live clock must stand in no input, which an approved plan would lock.
 */

import { minutesOf, windowText } from "../../plan/changeWindow";
import type { ForecastStep } from "../../plan/forecast";
import { type Outlook, outlookOf, type WindowStep, windowFindings } from "../../plan/outlook";
import type { Case } from "../../rules/case";
import { type Finding, renderFinding } from "../../rules/finding";
import { minutesText } from "../../rules/program/startWindow";
import { stepState } from "../../rules/state";
import type { ResourceLog } from "../../wire/engine";
import type { Step } from "../step/step";
import { neededMinutes, reservedMinutes } from "../step/windowRefusal";
import { now } from "./clock";
import { notedOrder } from "./serverOrder";

/** The steps by what they bring about. An engine checks every step after those it needs, so these have been noted by then. */
const noted = new Map<string, WindowStep>();

/** How many steps the engine runs at once, as far as the program has told. */
let atOnce: number | undefined;

/** Windows of which a finding has been told. */
const told = new Set<string>();

/** Notes a step, and what it will take; one that is finished takes no time, one that could not be read may have to run. */
export function noteForecast(step: Step, c: Case): void {
  const state = stepState(c);
  const due = !state.known || state.value.progress === "pending";
  const key = keyOf(step);
  noted.set(key, {
    key,
    kind: step.kind,
    computer: step.computer,
    minutes: due ? neededMinutes(step, c) : 0,
    after: keysBefore(step),
    window: step.inputs.changeWindow ?? null,
  });
}

/** Notes how many steps run at once; undefined for as many as the order allows. */
export function noteParallel(parallel: number | undefined): void {
  atOnce = parallel;
}

/** How many steps run at once, where the program has told. */
export function notedParallel(): number | undefined {
  return atOnce;
}

/** Once a step is finished, those that rest on it wait for it no more. */
export function stepFinished(step: Step): void {
  noted.delete(keyOf(step));
}

/** Forgets everything: for tests, whose runs share a process. */
export function forgetForecast(): void {
  noted.clear();
  told.clear();
  atOnce = undefined;
}

function keyOf(step: Step): string {
  const forest = step.inputs.directory?.url ?? "";
  if (step.kind === "server") return step.computer;
  return step.kind === "domain" ? `${forest} domain ${step.domains.join()}` : `${forest} ${step.kind}`;
}

function keysBefore(step: Step): readonly string[] {
  const forest = step.inputs.directory?.url ?? "";
  const { prepared } = step;
  return [
    ...(prepared?.schema === true ? [`${forest} schema`] : []),
    ...(prepared?.organization === true ? [`${forest} organization`] : []),
    ...(prepared?.domains ?? []).map((domain) => `${forest} domain ${domain}`),
    ...(notedOrder().get(step.computer) ?? []),
  ];
}

/** The steps, the waves, and the servers that others wait for and that have no step here: those take no time. */
function steps(): readonly (ForecastStep | WindowStep)[] {
  const others = [...notedOrder()].filter(([key]) => !noted.has(key));
  return [...noted.values(), ...others.map(([key, after]) => ({ key, minutes: 0, after }))];
}

const options = () => ({ now: now(), parallel: atOnce });

/**
 * Tells in one line what the window holds, for a step that has one and something to do. In preview a window that is over, or too
 * short, is a warning, once for each window and run: what is done is adopted at any time, and pulumi up refuses only to
 * start a step.
 */
export async function tellWindow(step: Step, preview: boolean, log: ResourceLog): Promise<void> {
  const window = step.inputs.changeWindow;
  const own = noted.get(keyOf(step));
  if (window === undefined || own === undefined || own.minutes === 0) return;
  const outlook = outlookOf(window, steps(), options());
  const end = outlook.slots.get(own.key)?.ends ?? 0;
  await log.info(
    `${step.computer}: change window ${windowText(window)}, ${minutesOf(window)} min: this step is expected to take ` +
      `${minutesText(own.minutes, reservedMinutes(step))} and to end ${end} min after the first one begins; ${outlookText(outlook, end)}`,
  );
  const fits = outlook.standing !== "over" && end <= outlook.room;
  if (preview && !fits) await tellFindings(windowFindings(steps(), { ...options(), whole: false }), log);
}

function outlookText({ standing, room }: Outlook, end: number): string {
  if (standing === "over") return "the window is over, so pulumi up would not start it";
  const left = standing === "open" ? `, of which ${room} min are left,` : "";
  return `the window${left} ${end <= room ? "holds that" : "does not hold that"}`;
}

/** The same warnings for all steps that are noted, of which there are no others. */
export async function tellWindows(log: ResourceLog): Promise<void> {
  await tellFindings(windowFindings(steps(), options()), log);
}

async function tellFindings(findings: ReadonlyMap<string, Finding>, log: ResourceLog): Promise<void> {
  for (const [key, finding] of findings) {
    const window = noted.get(key)?.window ?? null;
    const about = window === null ? "" : windowText(window);
    if (told.has(about)) continue;
    told.add(about);
    await log.warn(renderFinding(finding));
  }
}
