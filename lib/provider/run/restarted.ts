/** What looking at a computer that has been, or is to be, restarted has in common. */
import {
  AuthenticationFailed,
  type HeldComputer,
  type HostSession,
  openSession,
  type RestartOptions,
  restartComputer,
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

/** Opens sessions. While Windows is down each dial fails at once or in its own time; the waiting is done by the caller. */
export function patientSessions(step: Step, { run }: Call): () => Promise<HostSession> {
  return () => openSession({ ...connectionOptions(step), dialErrorLimit: 0 }, run.logons);
}

/** A server that is out of service, under the lock of its computer. What the operation has left is removed when the lock is given back. */
export interface OutOfService {
  /** As `restartComputer`, under this lock. */
  restart(options: RestartOptions): Promise<boolean>;
  /** Puts it back into service. @throws Error that says what is not back */
  leave(): Promise<void>;
  /**
   * Brings a further program to its end under this lock, with the server out of service for it, too.
   * @throws Error that says, where the program is not begun, whether the server is back
   */
  next(work: Work, program: NextProgram): Promise<EndedRun>;
}

/** A program that is run after another one, while the server is out of service. */
export interface NextProgram {
  /** Why it must not be started; null if nothing is in the way. Asked right before the start. */
  whyNot(): Promise<string | null>;
  /** Asked when the server is out of service for it. @throws Error where it must not be started any more */
  mayStart(): void;
  /** @param before called right before it is started, and told whether it was tried before */
  run(computer: HeldComputer, before: (wasTried: boolean) => Promise<void>): Promise<EndedRun>;
}

/**
 * Restarts the step's computer, under the lock of the server that is out of service where there is one; false where it is not required
 * any more.
 */
export function restartIfRequired(
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
  return out === undefined ? restartComputer(patientSessions(step, call), options) : out.restart(options);
}

/** How to go on after a logon that was refused once Windows was told to restart: the password is not sent again in this run. */
export const afterRefusal = {
  fix:
    "let Windows start to its end: until then it may refuse accounts of a domain. If it still refuses the logon then, see that the " +
    "account is not locked and that its credential is right. Then run pulumi up again: it adopts what is installed",
};

/** How to go on after a restart that failed. */
export function afterFailedRestart(error: unknown): { readonly fix: string } {
  if (error instanceof AuthenticationFailed) return afterRefusal;
  return {
    fix: "restart it, or look why it does not come back; then run pulumi up again: it adopts what is installed",
  };
}

/** Why the computer is not restarted from here; null where it may be. @param notRun what is said where nothing was run */
export function reasonNotTo(
  step: Step,
  { started, resumed }: Pick<EndedRun, "started" | "resumed">,
  notRun: string,
): string | null {
  if (step.inputs.reboot !== "ifRequired") return `${argument(step, "reboot")} is "never"`;
  // What was installed long ago is at work: a restart is nothing that an adoption brings along.
  if (!started && !resumed) return notRun;
  return isInWindow(step) ? null : "the change window is over";
}
