/** One look at a step: reads its facts, makes the case from them, and lets the rules judge it. */
import type { Fact } from "../facts";
import type { Case } from "../rules/case";
import { evaluate, type Waived, waive } from "../rules/evaluate";
import type { Finding } from "../rules/finding";
import { directoryReading, type StepState, stepState } from "../rules/state";
import type { GatherOptions } from "./facts/gatherOptions";
import type { Run } from "./memory/run";
import { unseenFindings } from "./run/awaitReplication";
import { maintenanceFindings } from "./run/maintenance/foresee";
import { caseOf } from "./step/case";
import { isOffered, type Step } from "./step/step";

/** Why a step is looked at. The purpose alone decides what is read, what is skipped, and which findings count. */
export type Purpose =
  | {
      /** Planned steps count as done, and a preview may use recorded facts. */
      readonly why: "preview";
      /** False in `up`, whose checks read live facts. */
      readonly preview: boolean;
      /** Whether the state has the step at its target; `if shown`: only if the directory shows it, too. */
      readonly recorded: boolean | "if shown";
      /** Arguments that are not known yet; nothing is read with them. */
      readonly unknown: readonly string[];
      /** Seconds that are left if many steps share one deadline. @default the step's own `timeouts.facts` */
      readonly seconds?: number;
    }
  /**
   * Before the program's commands: only facts count. A computer whose step is done by state and directory is not
   * contacted.
   */
  | { readonly why: "commands"; readonly recorded: boolean; readonly seconds: number }
  /** Right before Setup: only facts count, and nothing is skipped. */
  | { readonly why: "start"; readonly recordedWindows: number | null }
  /** After Setup: only facts count. With `everyComputer`, the computers of preparations are contacted, too. */
  | { readonly why: "proof"; readonly everyComputer?: boolean; readonly seconds?: number }
  /** The present state. A preparation's computer does not matter to it. */
  | { readonly why: "refresh"; readonly recordedWindows: number | null };

/** Purposes for which the rules judge. For the others, only the step's state counts. */
type Judging = Extract<Purpose, { readonly why: "preview" | "commands" | "start" }>;

/** A step with its case and state. */
export interface Seen {
  readonly case: Case;
  readonly state: Fact<StepState>;
}

/** A step with its case, state and findings. */
export interface Looked extends Seen {
  readonly waived: Waived;
}

/** Reads the case of a step. A fact that could not be read is unknown, with the reason; nothing throws. */
export async function see(run: Run, step: Step, purpose: Purpose): Promise<Seen> {
  const c = await caseFor(run, step, purpose, {});
  return { case: c, state: stepState(c) };
}

/** Reads anew what tells whether the step is done, and nothing else. */
export async function seeAgain(run: Run, step: Step, purpose: Purpose): Promise<Seen> {
  const c = await caseFor(run, step, purpose, { anew: true, stateOnly: true });
  return { case: c, state: stepState(c) };
}

/** Reads the case of a step, and judges it. */
export function look(run: Run, step: Step, purpose: Judging): Promise<Looked> {
  return judge(run, step, purpose, {});
}

/** The same with facts read anew. */
export function lookAgain(run: Run, step: Step, purpose: Judging): Promise<Looked> {
  return judge(run, step, purpose, { anew: true });
}

async function judge(run: Run, step: Step, purpose: Judging, how: HowAsked): Promise<Looked> {
  const c = await caseFor(run, step, purpose, how);
  const seen = { case: c, state: stepState(c) };
  // For a target that is refused as such, only that refusal and the rules against a rollback apply.
  const judged = evaluate(seen.case).filter(({ rule }) => isOffered(step.target) || rule === "D9");
  const unseen = await unseenFor(run, step, purpose, seen.case);
  const maintenance = await maintenanceFor(run, step, purpose, seen);
  return { ...seen, waived: waive([...judged, ...unseen, ...maintenance], step.inputs.waive) };
}

type HowAsked = Pick<GatherOptions, "anew" | "stateOnly">;

async function caseFor(run: Run, step: Step, purpose: Purpose, asked: HowAsked): Promise<Case> {
  const facts = await run.facts.read(step, { ...readingFor(step, purpose), ...asked });
  const how = {
    apply: purpose.why !== "preview",
    recordedWindows: "recordedWindows" in purpose ? purpose.recordedWindows : null,
  };
  const recorded = "recorded" in purpose ? purpose.recorded : false;
  if (recorded === true && purpose.why === "preview") return caseOf(run, step, facts, { ...how, recorded });
  const live = caseOf(run, step, facts, { ...how, recorded: false });
  // A server whose computer was not contacted is only done if the directory shows it, too.
  const shown = recorded !== false && directoryReading(live)?.verdict === "at";
  return shown ? caseOf(run, step, facts, { ...how, recorded: true }) : live;
}

function readingFor(step: Step, purpose: Purpose): GatherOptions {
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

/**
 * For a server that is to be taken out of service: reads whether that is possible, in the server's own shell if the run
 * mode allows it.
 */
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

/** Reads the domain controllers for which a preparation will wait, if this run's program starts it. */
async function unseenFor(run: Run, step: Step, purpose: Purpose, c: Case): Promise<readonly Finding[]> {
  if (purpose.why !== "preview" || c.recorded || purpose.unknown.length > 0) return [];
  if (purpose.preview && run.facts.snapshot.readAt !== null) return [];
  return unseenFindings(run, step, c);
}
