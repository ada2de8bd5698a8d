/** One look at a step: reads its facts, makes the case from them, and lets the rules judge it. */
import { type Fact, unknown } from "../facts";
import type { ExchangeFiles, KeptSession } from "../host";
import type { Case } from "../rules/case";
import { causesOn, type Waived, waive } from "../rules/evaluate";
import type { Finding } from "../rules/finding";
import { directoryReading, type StepState, stepState } from "../rules/state";
import { evaluateUpdateOfStep } from "../rules/update/evaluateUpdate";
import type { UpdateCase } from "../rules/update/updateCase";
import { stateWithUpdate } from "../rules/update/updateState";
import type { GatherOptions } from "./facts/gatherOptions";
import type { Run } from "./memory/run";
import { unseenFindings } from "./run/awaitReplication";
import { maintenanceFindings } from "./run/maintenance/foresee";
import { caseOf } from "./step/case";
import { isOffered, type Step } from "./step/step";
import { aroundUpdate, filesOn, unreadFiles, updateCaseOf } from "./update/seeUpdate";
import { type Update, updateIn } from "./update/update";

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
  /** What Setup brings about; with {@link see} and {@link look}, what the step's security update brings about, too. */
  readonly state: Fact<StepState>;
}

/** A step with its case, state and findings. */
export interface Looked extends Seen {
  readonly waived: Waived;
}

/** Reads the case of a step. A fact that could not be read is unknown, with the reason; nothing throws. */
export async function see(run: Run, step: Step, purpose: Purpose): Promise<Seen> {
  const c = await caseFor(run, step, purpose, {});
  return { case: c, state: (await withOwnUpdate(run, step, purpose, c)).state };
}

/** Reads anew what tells whether the step is done, its security update included, and nothing else. */
export async function seeAllAgain(run: Run, step: Step, purpose: Purpose): Promise<Seen> {
  const { case: c } = await seeAgain(run, step, purpose);
  return { case: c, state: (await withOwnUpdate(run, step, purpose, c)).state };
}

/**
 * Reads anew what tells whether the step's Setup is done, and nothing else.
 * @param kept a session with its computer @default a connection is made for this look
 */
export async function seeAgain(run: Run, step: Step, purpose: Purpose, kept?: KeptSession): Promise<Seen> {
  const c = await caseFor(run, step, purpose, { anew: true, stateOnly: true, ...over(kept, purpose) });
  return { case: c, state: stepState(c) };
}

/** Reads the case of a step, and judges it. */
export function look(run: Run, step: Step, purpose: Judging): Promise<Looked> {
  return judge(run, step, purpose, {});
}

/**
 * The same with facts read anew.
 * @param kept keeps the session with its computer @default a connection is made for this look
 */
export function lookAgain(run: Run, step: Step, purpose: Judging, kept?: KeptSession): Promise<Looked> {
  return judge(run, step, purpose, { anew: true, ...over(kept, purpose) });
}

/** Right before Setup, the account's groups are judged (R6), of which a session that stands shows those of its beginning. */
function over(kept: KeptSession | undefined, { why }: Purpose): HowAsked {
  if (kept === undefined) return {};
  const isNew = why === "start";
  return { session: { isNew, open: () => (isNew ? kept.renew() : kept.open()) } };
}

async function judge(run: Run, step: Step, purpose: Judging, how: HowAsked): Promise<Looked> {
  const c = await caseFor(run, step, purpose, how);
  const { update, state } = await withOwnUpdate(run, step, purpose, c);
  const seen = { case: c, state };
  // For a target that is refused as such, only that refusal and the rules against a rollback apply.
  const judged = causesOn(seen.case).filter(({ rule }) => isOffered(step.target) || rule === "D9");
  const unseen = await unseenFor(run, step, purpose, seen.case);
  const ofUpdate = update === null ? [] : updateFindings(update);
  const maintenance = await maintenanceFor(run, step, purpose, seen, update);
  return { ...seen, waived: waive([...judged, ...unseen, ...ofUpdate, ...maintenance], step.inputs.waive) };
}

/** The case of the step's security update, null for none; and the state of the step with it. */
async function withOwnUpdate(
  run: Run,
  step: Step,
  purpose: Purpose,
  c: Case,
): Promise<{ readonly update: UpdateCase | null; readonly state: Fact<StepState> }> {
  const setup = stepState(c);
  const hidden = purpose.why === "preview" ? purpose.unknown : [];
  if (hidden.includes("securityUpdate")) {
    const isOpen = setup.known && setup.value.progress === "done";
    return {
      update: null,
      state: isOpen ? unknown("`securityUpdate` is not known yet", "the program") : setup,
    };
  }
  const own = updateIn(step);
  if (own === null || !isOffered(step.target)) return { update: null, state: setup };
  const files = await filesFor(run, own, purpose, c);
  const update = updateCaseOf(own, c, files, isSetupDue(setup) ? step.target : null);
  return { update, state: stateWithUpdate(setup, update) };
}

/** The files of a step's update. A preview looks once, though its gates and the step's own row ask for them. */
function filesFor(run: Run, own: Update, purpose: Purpose, c: Case): Promise<ExchangeFiles> | ExchangeFiles {
  const { identity } = c.facts.computer;
  if (!identity.known) return unreadFiles(own, identity.why);
  const preview = isPreview(purpose);
  if (!preview) return filesOn(run, own, { unknown: [], preview });
  const key = `${own.step.computer} ${own.file}`;
  const files = run.filesOfUpdates.get(key) ?? filesOn(run, own, { unknown: [], preview });
  run.filesOfUpdates.set(key, files);
  return files;
}

function isSetupDue(setup: Fact<StepState>): boolean {
  return !setup.known || setup.value.progress !== "done";
}

/** Findings on the step's security update. */
function updateFindings(update: UpdateCase): readonly Finding[] {
  const { step: c } = update;
  return evaluateUpdateOfStep(update, { isSetupDue: isSetupDue(stepState(c)), recorded: c.recorded });
}

/** True in preview, which may run from a facts snapshot. */
function isPreview(purpose: Purpose): boolean {
  return purpose.why === "preview" && purpose.preview;
}

type HowAsked = Pick<GatherOptions, "anew" | "stateOnly" | "session">;

async function caseFor(run: Run, step: Step, purpose: Purpose, asked: HowAsked): Promise<Case> {
  // Only its computer shows the security update.
  const always = updateIn(step) === null ? {} : { fresh: true };
  const facts = await run.facts.read(step, { ...readingFor(step, purpose), ...always, ...asked });
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
  update: UpdateCase | null,
): Promise<readonly Finding[]> {
  const isDone = state.known ? state.value.progress !== "pending" : c.recorded;
  if (step.kind !== "server" || !isOffered(step.target) || isDone) return [];
  const hidden = purpose.why === "preview" ? purpose.unknown : [];
  if (hidden.includes("maintenance")) return [];
  const around = update === null || isSetupDue(stepState(c)) ? undefined : aroundUpdate(update);
  const how = { spared: hidden.length > 0, preview: isPreview(purpose) };
  return maintenanceFindings(run, step, c, how, around);
}

/** Reads the domain controllers for which a preparation will wait, if this run's program starts it. */
async function unseenFor(run: Run, step: Step, purpose: Purpose, c: Case): Promise<readonly Finding[]> {
  if (purpose.why !== "preview" || c.recorded || purpose.unknown.length > 0) return [];
  if (!run.facts.needsCredentials(isPreview(purpose))) return [];
  return unseenFindings(run, step, c);
}
