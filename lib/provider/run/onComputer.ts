/** Runs the program of a step, or of an update, on its computer: who starts it, what people are told, and what it leaves there. */

import {
  discardOperation,
  type HeldComputer,
  HostError,
  openSession,
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
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { TimedProgress } from "./progress";

/** What is run, and how its result is told. The rest is the same for everything that is run on a computer. */
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
  /** Exit codes of a run that brought its result: they only tell whose result it is. */
  readonly goodCodes: readonly number[];
  /** Minutes that it usually takes. */
  readonly expected: number;
};

/** What came of it. */
export interface EndedRun {
  readonly outcome: SetupOutcome;
  /** True when this call started it, or followed one that an earlier call started, or an operator ran it. */
  readonly started: boolean;
  /** True when an earlier call started the run that has brought the result, and did not live to see it proven. */
  readonly resumed: boolean;
  /** Minutes that it took, waiting for others included. */
  readonly minutes: number;
}

/** What is done around a program, under the lock of its computer. */
export interface Around<Ran> {
  /** Right before it is started. */
  before(computer: HeldComputer): Promise<void>;
  /** Another run may have the lock. */
  after(computer: HeldComputer, ran: Ran): Promise<void>;
}

/**
 * Brings a run to its end: finds it done, follows one that runs, or starts it.
 * @throws Error when it could not be started or followed; what runs goes on, and the next call follows it
 */
export async function runOnComputer(
  step: Step,
  call: Call,
  program: ProgramRun,
  around?: Around<EndedRun>,
): Promise<EndedRun> {
  const { options, ended, stop } = followed(step, call, program);
  const open = () => openSession(connectionOptions(step), call.run.logons);
  const outcome = await runSetup(
    open,
    options,
    around && {
      before: (computer) => around.before(computer),
      after: (computer, outcome) => {
        const all = ended(outcome);
        // What comes now has times of its own.
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

/** What the host refuses is about a computer, which it knows by its connection only. */
function naming({ computer }: Step): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof HostError) || error.message.includes(computer)) throw error;
    throw new Error(`${computer}: ${error.message}`, { cause: error });
  };
}

/** A run, with what people are told meanwhile. */
function followed(
  step: Step,
  { run, log, notify, signal }: Call,
  { goodCodes, expected, ...program }: ProgramRun,
): {
  readonly options: SetupOptions;
  readonly ended: (outcome: SetupOutcome) => EndedRun;
  /** Nothing is told any more. */
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
    // A row is cut to its columns; what the operator has to do must be read whole.
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
 * Takes away what an operation has left on the computer, also what an earlier run has left and did not live to remove. Never throws:
 * where the computer cannot be reached, that is told.
 */
export async function discardOn(step: Step, operation: string, { run, log, signal }: Call): Promise<void> {
  if (runModeTraits[step.run].runsAs === "operator") return;
  const open = () => openSession(connectionOptions(step), run.logons);
  const left = await discardOperation(open, { operation, signal });
  if (left !== null) await log.warn(withCode(`${step.computer}: ${left}`, "XU-LEFT"));
}

/** The account that it is started under; its password only where a task is registered with it. */
function accountOptions(
  { run, place }: Step,
  { name, password }: NonNullable<Step["inputs"]["account"]>,
): { readonly name: string; readonly password?: string } {
  if (!runModeTraits[run].needs.password || password === undefined) return { name };
  return { name, password: resolveCredential(password, argumentPath(place, ["account", "password"])) };
}
