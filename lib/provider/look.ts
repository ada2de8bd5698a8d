/** One look at a step: its facts are read, the case is made of them, and the rules judge it. */
import type { Fact } from "../facts";
import type { Case } from "../rules/case";
import { evaluate, type Waived, waive } from "../rules/evaluate";
import type { Finding } from "../rules/finding";
import { directoryReading, type StepState, stepState } from "../rules/state";
import type { Run } from "./memory/run";
import { unseenFindings } from "./run/awaitReplication";
import { maintenanceFindings } from "./run/maintenance/foresee";
import { caseOf } from "./step/case";
import { isOffered, type Step } from "./step/step";

/** Why a step is looked at. It alone decides what is read, what is spared, and what counts. */
export type Purpose =
  | {
      /** What is planned counts as done, and a preview may run on recorded facts. */
      readonly why: "preview";
      /** False in `up`, whose checks read for themselves. */
      readonly preview: boolean;
      /** Whether the state has the step at its target: `if shown`, it has to be shown by the directory, too. */
      readonly recorded: boolean | "if shown";
      /** Arguments that are not known yet: nothing is read with them. */
      readonly unknown: readonly string[];
      /** Seconds that are left, where many steps are read under one deadline. @default the step's own `timeouts.facts` */
      readonly seconds?: number;
    }
  /** Before commands of the program: only facts count; what the state and the directory show as done is not asked. */
  | { readonly why: "commands"; readonly recorded: boolean; readonly seconds: number }
  /** Right before Setup: only facts count, and nothing is spared. */
  | { readonly why: "start"; readonly recordedWindows: number | null }
  /** After Setup: only facts count. `everyComputer`: computers of preparations are asked as well. */
  | { readonly why: "proof"; readonly everyComputer?: boolean; readonly seconds?: number }
  /** What is really there; a preparation's computer has no part in that. */
  | { readonly why: "refresh"; readonly recordedWindows: number | null };

/** Purposes for which the rules judge; of the others only the step's state counts. */
type Judging = Extract<Purpose, { readonly why: "preview" | "commands" | "start" }>;

/** A step, seen. */
export interface Seen {
  readonly case: Case;
  readonly state: Fact<StepState>;
}

/** A step, looked at: seen, and judged. */
export interface Looked extends Seen {
  readonly waived: Waived;
}

/** Reads what a step is made of. What could not be read is unknown, with the reason; nothing throws. */
export async function see(run: Run, step: Step, purpose: Purpose): Promise<Seen> {
  const c = await caseFor(run, step, purpose);
  return { case: c, state: stepState(c) };
}

/** The same with the world as it is now: what was read before counts no more. */
export function seeAgain(run: Run, step: Step, purpose: Purpose): Promise<Seen> {
  run.facts.forget();
  return see(run, step, purpose);
}

/** Reads what a step is judged on, and judges it. */
export async function look(run: Run, step: Step, purpose: Judging): Promise<Looked> {
  const seen = await see(run, step, purpose);
  // A target that is refused in itself is refused in those words; that nothing is rolled back counts all the same.
  const judged = evaluate(seen.case).filter(({ rule }) => isOffered(step.target) || rule === "D9");
  const unseen = await unseenFor(run, step, purpose, seen.case);
  const maintenance = await maintenanceFor(run, step, purpose, seen);
  return { ...seen, waived: waive([...judged, ...unseen, ...maintenance], step.inputs.waive) };
}

/** The same with the world as it is now. */
export function lookAgain(run: Run, step: Step, purpose: Judging): Promise<Looked> {
  run.facts.forget();
  return look(run, step, purpose);
}

async function caseFor(run: Run, step: Step, purpose: Purpose): Promise<Case> {
  const facts = await run.facts.read(step, readingFor(step, purpose));
  const how = {
    apply: purpose.why !== "preview",
    recordedWindows: "recordedWindows" in purpose ? purpose.recordedWindows : null,
  };
  const recorded = "recorded" in purpose ? purpose.recorded : false;
  if (recorded === true && purpose.why === "preview") return caseOf(run, step, facts, { ...how, recorded });
  const live = caseOf(run, step, facts, { ...how, recorded: false });
  // Whoever was not asked is done only if the directory, too, shows it.
  const shown = recorded !== false && directoryReading(live)?.verdict === "at";
  return shown ? caseOf(run, step, facts, { ...how, recorded: true }) : live;
}

function readingFor(step: Step, purpose: Purpose): Parameters<Run["facts"]["read"]>[1] {
  const everything = { recorded: false, computer: true, unknown: [] };
  switch (purpose.why) {
    case "preview": {
      const { recorded, unknown, preview, seconds } = purpose;
      return {
        recorded: recorded !== false,
        computer: true,
        unknown,
        preview,
        ...(seconds === undefined ? {} : { seconds }),
      };
    }
    case "commands":
      return { ...everything, recorded: purpose.recorded, seconds: purpose.seconds };
    case "start":
      return { ...everything, fresh: true };
    case "proof": {
      const { everyComputer: fresh = false, seconds } = purpose;
      return { ...everything, fresh, ...(seconds === undefined ? {} : { seconds }) };
    }
    case "refresh":
      return { ...everything, computer: step.kind === "server" };
  }
}

/** A server that is to be taken out of service is asked ahead whether it can be: in its own shell, where that is of use. */
async function maintenanceFor(
  run: Run,
  step: Step,
  purpose: Judging,
  { case: c, state }: Seen,
): Promise<readonly Finding[]> {
  const isDone = state.known ? state.value.progress !== "pending" : c.recorded;
  if (step.kind !== "server" || !isOffered(step.target) || isDone) return [];
  const hidden = purpose.why === "preview" ? purpose.unknown : [];
  if (hidden.includes("maintenance")) return [];
  const isRecorded = purpose.why === "preview" && purpose.preview && run.facts.snapshot.readAt !== null;
  return maintenanceFindings(run, step, c, isRecorded || hidden.length > 0);
}

/** Domain controllers that a preparation will wait for are asked ahead, where it is to be started by this run's program. */
async function unseenFor(run: Run, step: Step, purpose: Purpose, c: Case): Promise<readonly Finding[]> {
  if (purpose.why !== "preview" || c.recorded || purpose.unknown.length > 0) return [];
  if (purpose.preview && run.facts.snapshot.readAt !== null) return [];
  return unseenFindings(run, step, c);
}
