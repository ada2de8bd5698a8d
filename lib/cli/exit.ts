/** How the commands end. */
import type { MessageCode } from "../cause";

/** Exit codes, the same for every command; what 3 and 4 mean in particular, each command's help says. */
export const exitCodes = {
  /** Done: every step is ready; nothing differs. */
  ok: 0,
  /** The tool or Pulumi failed, and there is no answer. */
  error: 1,
  /** The command line is wrong. */
  usage: 2,
  /** There is an answer, and it is no: a finding refuses, two reviews differ. */
  no: 3,
  /** Something could not be read or verified, or is not as recommended and --strict was given. */
  unclear: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error whose message is printed unchanged: it says what was found and what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  constructor(
    /** By which people find it in the guide. */
    readonly code: MessageCode,
    message: string,
    /** A code above 128 where a signal ended the command. */
    readonly exitCode: number = exitCodes.error,
  ) {
    super(message);
  }
}
