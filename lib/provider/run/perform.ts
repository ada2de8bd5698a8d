/** Runs a step's Setup, or follows the one that runs, and proves what came of it. */
import type { Fact } from "../../facts";
import type { HeldComputer } from "../../host";
import type { SetupFailure } from "../../model";
import { setupOf } from "../../releases";
import type { Case } from "../../rules/case";
import { blocking, evaluate, waive } from "../../rules/evaluate";
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

/** Milliseconds between two looks while the directory settles. */
const proofIntervalMs = 1_000;

/** Exit codes of a Setup that brought its result, the latter two with a restart: they only tell whose result it is. */
const goodCodes: readonly number[] = [0, 3010, 1641];

/** What came of running, or not running, Setup. */
export interface Ran {
  /** True when this call started Setup, or followed one that an earlier call started, or an operator ran it. */
  readonly started: boolean;
  /** True when an earlier call started the Setup that has brought the result, and did not live to see it proven. */
  readonly resumed: boolean;
  /** Setup's exit code; null when it was not run from here or its end was not seen. */
  readonly exitCode: number | null;
  /** Why it did not succeed, in Setup's own words where it left any; null when it did. */
  readonly reason: string | null;
  /** The attempt that failed, in parts. @default none did */
  readonly failure?: SetupFailure | undefined;
  /** True when Setup itself says that it succeeded, or was not run. */
  readonly endedWell: boolean;
  /** Takes away what the operation has left on the computer; only for a result that is proven. Never throws. */
  readonly discard: () => Promise<void>;
  /** When Windows was last shut down before that Setup began; null where that is not known. */
  readonly shutdownBefore: bigint | null;
  /** Minutes that it took, waiting for others included. */
  readonly minutes: number;
  /** Domain controllers that show a preparation's result while the one that is read does not yet. */
  readonly shownOn: readonly string[];
  /** The step as it was seen when its run had ended, at its target in all that has to show it; null where it was not. */
  readonly seen: Seen | null;
}

/**
 * Brings the step's Setup to its end: finds it done, follows one that runs, or starts it.
 * @param before the step as it was judged
 * @throws Error when Setup could not be started or followed; what runs goes on, and the next call follows it
 */
export async function runStep(step: Step, before: Case, call: Call, around?: Around<Ran>): Promise<Ran> {
  const state = stepState(before);
  const done = state.known && state.value.progress === "done";
  const operation = operationOf(step);
  const discard = () => discardOn(step, operation, call);
  // Nothing to run, and nowhere to look for a Setup that still runs: the directory alone decides.
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

/** What a step that seemed to be finished was not judged by. @throws Error with what stands in the way of its Setup */
function refuseUnfit(step: Step, before: Case): void {
  const { remaining } = waive(evaluate(before, true), step.inputs.waive);
  const refused = blocking(remaining);
  if (refused.length > 0) throw new Error(renderFindings(refused).join("\n"));
}

/**
 * Whether the step is done by what directory and registry show now; `behind` where a server's registry shows it and its object
 * does not, and where a preparation's level is on other domain controllers and not on the one that is read.
 * @throws Error when that cannot be known
 */
async function lookAt(
  step: Step,
  { run }: Call,
): Promise<{
  readonly seen: Seen;
  readonly done: boolean | "behind";
  readonly shownOn: readonly string[];
}> {
  const seen = await seeAgain(run, step, { why: "proof" });
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

/** A step that is at its target, as it was seen last. */
export interface Proven {
  readonly state: StepState;
  readonly now: Case;
  /** Domain controllers that are known to have a preparation's new level. */
  readonly controllers: number;
}

/** A step that is not proven. */
export class NotProven extends Error {
  /** @param refused what refused a logon for good, so that looking again in this run is of no use; null where nothing did */
  constructor(
    message: string,
    readonly refused: string | null,
  ) {
    super(message);
  }
}

/**
 * The step's state, proven: at the target in the directory and, for a server, in its registry (D13, D8); and what a
 * preparation has written on every domain controller that is waited for (R11).
 * @param seen the first look, where it has been made already @default it is made now
 * @throws NotProven with what is missing and Setup's own reason: at once where a logon was refused for good, else when the time to
 *   replicate is over
 */
export async function provenState(
  step: Step,
  ran: Ran,
  call: Call,
  seen: Seen | null = null,
): Promise<Proven> {
  // Setup wrote to the schema master or to a domain controller near it; the one that is read may be behind.
  const since = performance.now();
  const waits = (ran.started && ran.endedWell) || ran.shownOn.length > 0;
  const patience = waits ? replicationMinutes(step) * 60_000 : 0;
  const until = since + patience;
  for (let first = seen; ; first = null) {
    const { case: now, state } = first ?? (await seeAgain(call.run, step, { why: "proof" }));
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

/** Why a step whose Setup was run, or was to run, is not proven. */
function notProvenText(step: Step, { failure, reason, shownOn, minutes }: Ran, missing: string): string {
  const about = aboutOf(step);
  if (failure !== undefined && shownOn.length === 0)
    return setupFailedText(about, { failure, missing, minutes });
  return renderFinding(notProven(about, { missing, reason, shownOn }));
}

/** What does not show the target yet; null when everything does. */
function unproven(now: Case, state: StepState): string | null {
  if (state.progress !== "done")
    return state.readings.map((r) => r.text).join(", ") || "nothing is installed";
  return missingFromDirectory(now, state);
}

/** What an upgraded server's object in the directory does not show; null when it does, and for what has none. */
export function missingFromDirectory(now: Case, state: StepState): string | null {
  // Its object in the directory is stale by design for Edge Transport, and tools alone have none.
  const hasObject = state.readings.some((r) => r.key !== "Edge Transport" && r.key !== "Management Tools");
  if (now.step !== "server" || !hasObject || now.planned?.edge === true) return null;
  const inDirectory = directoryReading(now);
  const { servers } = now.facts.forest;
  const doubles = servers.known ? whyDoubles(servers.value, now.computer) : null;
  if (doubles !== null) return doubles;
  if (inDirectory === undefined) return "the directory does not show the server's object with its version";
  return inDirectory.verdict === "at" || inDirectory.verdict === "above" ? null : inDirectory.text;
}

/** Why a step is not proven, as a message; undefined when it is. For a step that is past, whoever ran it. */
export function unprovenText(step: Step, now: Case, state: Fact<StepState>): string | undefined {
  const missing = state.known ? unproven(now, state.value) : `it could not be read: ${state.why}`;
  return missing === null
    ? undefined
    : renderFinding(notProven(aboutOf(step), { missing, reason: null, shownOn: [] }));
}
