/**
 * Runs the program of a step or of an update on its computer: starts or follows it, logs its progress, and removes its
 * files.
 */

import {
  discardOperation,
  type HeldComputer,
  HostError,
  runSetup,
  type SetupOptions,
  type SetupOutcome,
} from "../../host";
import { argumentPath } from "../../rules/program/argumentTexts";
import { runModeTraits } from "../../runModes";
import { withCode } from "../../text";
import { resolveCredential } from "../../wire/secrets";
import type { Call } from "../call";
import { watchWindow } from "../notices";
import { sessionsOf } from "../sessions";
import type { Step } from "../step/step";
import { TimedProgress } from "./progress";

/** A program and its result, as far as programs differ. */
export type ProgramRun = Pick<
  SetupOptions,
  | "operation"
  | "command"
  | "process"
  | "otherProcesses"
  | "logFile"
  | "other"
  | "isDone"
  | "mayStart"
  | "instruction"
> & {
  /** Exit codes of a run that has brought its result. They only tell whose result it is. */
  readonly goodCodes: readonly number[];
  /** Minutes that the program usually takes. */
  readonly expected: number;
};

/** A program that has ended. */
export interface EndedRun {
  readonly outcome: SetupOutcome;
  /** True if this call started the program, followed a start of an earlier call, or waited for an operator. */
  readonly started: boolean;
  /** True if an earlier call started the run that has brought the result, and ended before it could prove it. */
  readonly resumed: boolean;
  /** Minutes that the run took, waiting for other runs included. */
  readonly minutes: number;
}

/** Work around a program, under the lock of its computer. */
export interface Around<Ran> {
  /** Called right before the program is started. @param wasTried true if an earlier attempt has run it */
  before(computer: HeldComputer, wasTried: boolean): Promise<void>;
  /** Called when the program has ended. Another run may hold the lock by then. */
  after(computer: HeldComputer, ran: Ran): Promise<void>;
}

/**
 * Brings a run to its end: finds its result, follows a run under way, or starts one.
 * @throws Error if the program could not be started or followed. A program under way goes on, and the next call follows
 * it
 */
export async function runOnComputer(
  step: Step,
  call: Call,
  program: ProgramRun,
  around?: Around<EndedRun>,
): Promise<EndedRun> {
  const { options, ended, stop } = followed(step, call, program);
  const open = sessionsOf(step, call);
  const outcome = await runSetup(
    open,
    options,
    around && {
      before: around.before,
      after: (computer, outcome) => {
        const all = ended(outcome);
        // The work after the program counts its own time.
        stop();
        return around.after(computer, all);
      },
    },
  )
    .catch(naming(step))
    .finally(stop);
  return ended(outcome);
}

/**
 * The same under a lock that is held for another program.
 * @param before as with {@link HeldComputer.run}
 */
export async function runUnderLock(
  step: Step,
  call: Call,
  program: ProgramRun,
  computer: HeldComputer,
  before: (wasTried: boolean) => Promise<void>,
): Promise<EndedRun> {
  const { options, ended, stop } = followed(step, call, program);
  return ended(await computer.run(options, before).catch(naming(step)).finally(stop));
}

/** Names the step's computer in an error of the host, which knows the computer only by its connection. */
function naming({ computer }: Step): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof HostError) || error.message.includes(computer)) throw error;
    throw new Error(`${computer}: ${error.message}`, { cause: error });
  };
}

/** A run whose progress is logged. */
function followed(
  step: Step,
  { run, log, notify, signal }: Call,
  { goodCodes, expected, ...program }: ProgramRun,
): {
  readonly options: SetupOptions;
  readonly ended: (outcome: SetupOutcome) => EndedRun;
  /** Ends the progress. */
  readonly stop: () => void;
} {
  const { account, taskName, timeouts } = step.inputs;
  const minutes = timeouts?.setup ?? runModeTraits[step.run].setupMinutes;
  const progress = new TimedProgress(expected, log);
  let unwatch: (() => void) | undefined;
  const watch = () => {
    unwatch ??= watchWindow(step, run.windowsTold, notify);
  };
  const options: SetupOptions = {
    ...program,
    mode: step.run,
    ...(taskName === undefined ? {} : { taskName }),
    ...(account === undefined ? {} : { account: accountOptions(step, account) }),
    onProgress: (said) => progress.tell(said),
    // The CLI cuts a resource's row to its columns, but an operator needs the whole instruction.
    onInstruction: (text) => {
      void log.info(`${step.computer}: ${text}`);
      notify("waiting", `${step.computer}: ${text}`);
    },
    onWait: (text) => notify("waiting", `${step.computer}: ${text}`),
    onFollow: (startedAt) => {
      progress.beganAt(startedAt);
      watch();
    },
    mayStart: async () => {
      await program.mayStart?.();
      watch();
    },
    timeoutMs: minutes * 60_000,
    signal,
  };
  return {
    options,
    ended: (outcome) => {
      const { alreadyDone, attempt, exitCode } = outcome;
      return {
        outcome,
        started: !alreadyDone,
        resumed: alreadyDone && attempt !== null && goodCodes.includes(exitCode ?? -1),
        minutes: progress.minutes,
      };
    },
    stop: () => {
      progress.stop();
      unwatch?.();
    },
  };
}

/**
 * Removes what an operation has left on the computer, including what a killed run has left. Never throws: a computer
 * that cannot be reached is a warning.
 */
export async function discardOn(step: Step, operation: string, call: Call): Promise<void> {
  const { log, signal } = call;
  if (runModeTraits[step.run].runsAs === "operator") return;
  const left = await discardOperation(sessionsOf(step, call), { operation, signal });
  if (left !== null) await log.warn(withCode(`${step.computer}: ${left}`, "XU-LEFT"));
}

/** The account that runs the program. It has its password only if a task is registered with it. */
function accountOptions(
  { run, place }: Step,
  { name, password }: NonNullable<Step["inputs"]["account"]>,
): { readonly name: string; readonly password?: string } {
  if (!runModeTraits[run].needs.password || password === undefined) return { name };
  return { name, password: resolveCredential(password, argumentPath(place, ["account", "password"])) };
}
