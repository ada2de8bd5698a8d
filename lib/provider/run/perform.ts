/** Runs a step's Setup, or follows one under way, and proves its result. */
import type { Fact } from "../../facts";
import type { HeldComputer } from "../../host";
import type { SetupFailure } from "../../model";
import { setupOf } from "../../releases";
import type { Case } from "../../rules/case";
import { blocking, causesOn, waive } from "../../rules/evaluate";
import { renderFinding } from "../../rules/finding";
import { notProven } from "../../rules/handlerFindings";
import { whyDoubles } from "../../rules/organization/serverObjects";
import { setupFailedText } from "../../rules/setupFailed";
import { renderFindings } from "../../rules/sharedFindings";
import { directoryReading, type StepState, stepState } from "../../rules/state";
import { withCode } from "../../text";
import type { Call } from "../call";
import { isRefusedForGood } from "../facts/causes";
import { type Seen, seeAgain } from "../look";
import { aboutOf, operationOf, type Step, setupCommand } from "../step/step";
import { expectedOf, windowRefusal } from "../step/windowRefusal";
import { awaitReplication, refuseUnseen, replicationMinutes, shownElsewhere } from "./awaitReplication";
import { type Around, discardOn, type EndedRun, type ProgramRun, runOnComputer } from "./onComputer";

/** Milliseconds between two looks while the result replicates. */
const proofIntervalMs = 1_000;

/**
 * Exit codes of a Setup that has brought its result, the last two with a restart. They only tell whose result it is.
 */
const goodCodes: readonly number[] = [0, 3010, 1641];

/** A Setup that has ended, or that did not have to run. */
export interface Ran {
  /** True if this call started Setup, followed a start of an earlier call, or waited for an operator. */
  readonly started: boolean;
  /** True if an earlier call started the Setup that has brought the result, and ended before it could prove it. */
  readonly resumed: boolean;
  /** Setup's exit code; null if this package did not run Setup, or did not see its end. */
  readonly exitCode: number | null;
  /** Why Setup did not succeed, in its own words if it left any; null if it did. */
  readonly reason: string | null;
  /** The failed attempt, in parts. @default no attempt failed */
  readonly failure?: SetupFailure | undefined;
  /** True if Setup reports success, or was not run. */
  readonly endedWell: boolean;
  /** Removes what the operation has left on the computer. Only call it for a proven result. Never throws. */
  readonly discard: () => Promise<void>;
  /** When Windows was last shut down before that Setup began; null if that is unknown. */
  readonly shutdownBefore: bigint | null;
  /** Minutes that Setup took, waiting for other runs included. */
  readonly minutes: number;
  /** Domain controllers that show a preparation's result while the one that is read does not yet. */
  readonly shownOn: readonly string[];
  /** The step as it was seen after the run, at its target everywhere; null if it was not. */
  readonly seen: Seen | null;
}

/**
 * Brings the step's Setup to its end: finds its result, follows a Setup under way, or starts one.
 * @param before the step as it was judged
 * @throws Error if Setup could not be started or followed. A Setup under way goes on, and the next call follows it
 */
export async function runStep(step: Step, before: Case, call: Call, around?: Around<Ran>): Promise<Ran> {
  const state = stepState(before);
  const done = state.known && state.value.progress === "done";
  const operation = operationOf(step);
  const discard = () => discardOn(step, operation, call);
  // The step is done, and no computer is known on which a Setup could still run: the directory alone decides.
  if (done && !before.facts.computer.identity.known && around === undefined)
    return {
      started: false,
      resumed: false,
      exitCode: null,
      reason: null,
      endedWell: true,
      shutdownBefore: null,
      minutes: 0,
      shownOn: [],
      seen: null,
      discard,
    };
  const setup = setupCommand(step);
  const { process, otherProcesses, logFile } = setupOf(step.target);
  let shownOn: readonly string[] = [];
  let seen: Seen | null = null;
  const ranOf = ({ outcome, ...ran }: EndedRun): Ran => {
    const { exitCode, reason, failure, endedWell, shutdownBefore } = outcome;
    return {
      ...ran,
      exitCode,
      reason,
      failure,
      endedWell,
      shutdownBefore,
      shownOn: outcome.done ? shownOn : [],
      seen: outcome.done ? seen : null,
      discard,
    };
  };
  const mayStart = async () => {
    if (done) refuseUnfit(step, before);
    await refuseUnseen(step, before, call);
    refuseOutsideWindow(step, before);
  };
  const program: ProgramRun = {
    operation,
    command: { program: setup.program, args: [...setup.switches] },
    process,
    otherProcesses,
    logFile,
    goodCodes,
    expected: expectedOf(step, before),
    isDone: async () => {
      const look = await lookAt(step, call);
      shownOn = look.shownOn;
      seen = look.done === true ? look.seen : null;
      return look.done;
    },
    mayStart,
    instruction: `log on to ${step.computer} and run ${setup.text}${step.kind === "server" ? " or the Setup wizard's Upgrade (D11)" : ""}`,
  };
  const aroundRun = around && {
    before: around.before,
    after: (computer: HeldComputer, ended: EndedRun) => around.after(computer, ranOf(ended)),
  };
  return ranOf(await runOnComputer(step, call, program, aroundRun));
}

/** @throws Error with R10 */
export function refuseOutsideWindow(step: Step, before: Case): void {
  const outside = windowRefusal(step, before);
  if (outside !== null) throw new Error(outside);
}

/**
 * Judges a step that seemed to be finished by the rules on a start. @throws Error with the findings that forbid its
 * Setup
 */
function refuseUnfit(step: Step, before: Case): void {
  const { remaining } = waive(causesOn(before, true), step.inputs.waive);
  const refused = blocking(remaining);
  if (refused.length > 0) throw new Error(renderFindings(refused).join("\n"));
}

/**
 * Whether directory and registry show the step done now. `behind` if a server's registry shows it and its object does
 * not, or if a preparation's level is on other domain controllers only.
 * @throws Error if that cannot be known
 */
async function lookAt(
  step: Step,
  { run, kept }: Call,
): Promise<{
  readonly seen: Seen;
  readonly done: boolean | "behind";
  readonly shownOn: readonly string[];
}> {
  const seen = await seeAgain(run, step, { why: "proof" }, kept);
  const { case: now, state } = seen;
  if (!state.known)
    throw new Error(
      withCode(
        `the present level of ${step.computer} could not be read: ${state.why} (${state.source})`,
        "XU-UNREAD",
      ),
    );
  const done = state.value.progress === "done";
  if (done) return { seen, done: unproven(now, state.value) === null ? true : "behind", shownOn: [] };
  const shownOn = state.value.progress === "pending" ? await shownElsewhere(run, step, now) : [];
  return { seen, done: shownOn.length > 0 ? "behind" : false, shownOn };
}

/** A step at its target, as it was seen last. */
export interface Proven {
  readonly state: StepState;
  readonly now: Case;
  /** Number of domain controllers that have a preparation's new level. */
  readonly controllers: number;
}

/** A step that is not proven. */
export class NotProven extends Error {
  /**
   * @param refused the party that refused a logon for good, so that another look in this run cannot help; null if none
   * did
   */
  constructor(
    message: string,
    readonly refused: string | null,
  ) {
    super(message);
  }
}

/**
 * The step's state, proven: at the target in the directory and, for a server, in its registry (D13, D8). A
 * preparation's result must also be on every domain controller that is waited for (R11).
 * @param seen the first look, if it was made already @default a look is made now
 * @throws NotProven with what is missing and Setup's own reason: at once if a logon was refused for good, else when the
 * time to replicate is over
 */
export async function provenState(
  step: Step,
  ran: Ran,
  call: Call,
  seen: Seen | null = null,
): Promise<Proven> {
  // Setup has written to the schema master or to a domain controller near it. The one that is read may be behind.
  const since = performance.now();
  const waits = (ran.started && ran.endedWell) || ran.shownOn.length > 0;
  const patience = waits ? replicationMinutes(step) * 60_000 : 0;
  const until = since + patience;
  for (let first = seen; ; first = null) {
    const { case: now, state } = first ?? (await seeAgain(call.run, step, { why: "proof" }, call.kept));
    const missing = state.known ? unproven(now, state.value) : `it could not be read: ${state.why}`;
    if (state.known && missing === null) {
      const controllers = await awaitReplication(step, now, { since, ran: ran.started }, call);
      return { state: state.value, now, controllers };
    }
    const refused = !state.known && isRefusedForGood(step, state.cause, call.run.logons) ? state.why : null;
    if (refused !== null || performance.now() >= until || call.signal.aborted)
      throw new NotProven(notProvenText(step, ran, missing ?? ""), refused);
    await call.log.progress(`${step.computer}: waiting until the directory shows it: ${missing}`);
    await new Promise((resolve) => setTimeout(resolve, proofIntervalMs));
  }
}

/** Why a step is not proven after its Setup has run, or should have run. */
function notProvenText(step: Step, { failure, reason, shownOn, minutes }: Ran, missing: string): string {
  const about = aboutOf(step);
  if (failure !== undefined && shownOn.length === 0)
    return setupFailedText(about, { failure, missing, minutes });
  return renderFinding(notProven(about, { missing, reason, shownOn }));
}

/** The readings that do not show the target yet; null if all do. */
function unproven(now: Case, state: StepState): string | null {
  if (state.progress !== "done")
    return state.readings.map((r) => r.text).join(", ") || "nothing is installed";
  return missingFromDirectory(now, state);
}

/** What the object of an upgraded server lacks in the directory; null if nothing, or if the computer has no object. */
export function missingFromDirectory(now: Case, state: StepState): string | null {
  // The object of an Edge Transport server is stale by design, and a computer with the tools alone has none.
  const hasObject = state.readings.some((r) => r.key !== "Edge Transport" && r.key !== "Management Tools");
  if (now.step !== "server" || !hasObject || now.planned?.edge === true) return null;
  const inDirectory = directoryReading(now);
  const { servers } = now.facts.forest;
  const doubles = servers.known ? whyDoubles(servers.value, now.computer) : null;
  if (doubles !== null) return doubles;
  if (inDirectory === undefined) return "the directory does not show the server's object with its version";
  return inDirectory.verdict === "at" || inDirectory.verdict === "above" ? null : inDirectory.text;
}

/** Why an earlier step is not proven, as a message; undefined if it is, whoever ran its Setup. */
export function unprovenText(step: Step, now: Case, state: Fact<StepState>): string | undefined {
  const missing = state.known ? unproven(now, state.value) : `it could not be read: ${state.why}`;
  return missing === null
    ? undefined
    : renderFinding(notProven(aboutOf(step), { missing, reason: null, shownOn: [] }));
}
