/** Shared by everything that looks at a computer before and after its restart. */
import {
  AuthenticationFailed,
  type HeldComputer,
  type HostSession,
  openSession,
  type RestartOptions,
  restartComputer,
  type StartedOperation,
} from "../../host";
import { setupOf } from "../../releases";
import type { Work } from "../../rules/maintenance/work";
import { argument } from "../../rules/program/argumentTexts";
import type { Call } from "../call";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { isInWindow, restartMinutes } from "../step/windowRefusal";
import type { EndedRun } from "./onComputer";

/** Milliseconds between the first looks at a restarted computer, and between the later ones. */
export const looksMs = { first: 1_000, most: 15_000 };

/**
 * Opens sessions. While Windows is down, each dial fails at once or in its own time, and the caller waits between
 * dials.
 */
export function patientSessions(step: Step, { run }: Call): () => Promise<HostSession> {
  return () => openSession({ ...connectionOptions(step), dialErrorLimit: 0 }, run.logons);
}

/**
 * A server that is out of service, under the lock of its computer. The operation's files are removed when the lock is
 * given back.
 */
export interface OutOfService {
  /** As `restartComputer`, under this lock. */
  restart(options: RestartOptions): Promise<boolean>;
  /** Puts the server back into service. @throws Error that says what is not back */
  leave(): Promise<void>;
  /** As {@link HeldComputer.operations}. */
  operations(): Promise<readonly StartedOperation[]>;
  /**
   * Brings a further program to its end under this lock, with the server out of service for it, too.
   * @throws Error; if the program was not begun, it says whether the server is back
   */
  next(work: Work, program: NextProgram): Promise<EndedRun>;
}

/** A program that is run after another one, while the server is out of service. */
export interface NextProgram {
  /** Why the program must not be started; null if nothing is in the way. Called right before the start. */
  whyNot(): Promise<string | null>;
  /**
   * Called when the server is out of service for the program. @throws Error if the program must not be started any more
   */
  mayStart(): void;
  /** @param before called right before the program is started; its argument is true if an earlier run has tried */
  run(computer: HeldComputer, before: (wasTried: boolean) => Promise<void>): Promise<EndedRun>;
}

/**
 * Restarts the step's computer; if the server is out of service, under the lock that this holds. False if the restart
 * is not required any more.
 */
export async function restartIfRequired(
  step: Step,
  call: Call,
  out: OutOfService | undefined,
  isRequired: NonNullable<RestartOptions["isRequired"]>,
): Promise<boolean> {
  const { process, otherProcesses } = setupOf(step.target);
  const options: RestartOptions = {
    process,
    otherProcesses,
    timeoutMs: restartMinutes(step) * 60_000,
    isRequired,
    onProgress: (text) => void call.log.progress(`${step.computer}: ${text}`),
    signal: call.signal,
  };
  try {
    return await (out === undefined
      ? restartComputer(patientSessions(step, call), options)
      : out.restart(options));
  } finally {
    // Windows may go down without a word to the connections that stand.
    call.kept?.drop();
  }
}

/**
 * The fix after a logon that was refused once Windows was told to restart: this run does not send the password again.
 */
export const afterRefusal = {
  fix:
    "let Windows start to its end: until then it may refuse accounts of a domain. If it still refuses the logon then, see that the " +
    "account is not locked and that its credential is right. Then run pulumi up again: it adopts what is installed",
};

/** The fix after a restart that failed. */
export function afterFailedRestart(error: unknown): { readonly fix: string } {
  if (error instanceof AuthenticationFailed) return afterRefusal;
  return {
    fix: "restart it, or look why it does not come back; then run pulumi up again: it adopts what is installed",
  };
}

/** Why the package does not restart the computer; null if it may. @param notRun the reason if nothing was run */
export function reasonNotTo(
  step: Step,
  { started, resumed }: Pick<EndedRun, "started" | "resumed">,
  notRun: string,
): string | null {
  if (step.inputs.reboot !== "ifRequired") return `${argument(step, "reboot")} is "never"`;
  // A release that was installed long ago is at work: adopting it restarts nothing.
  if (!started && !resumed) return notRun;
  return isInWindow(step) ? null : "the change window is over";
}
