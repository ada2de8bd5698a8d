/** Names of targets on a command line. */
import { offeredText } from "../releases";
import { CliError, exitCodes } from "./exit";

/** The refusal of a name that is no target's. */
export function noTarget(name: string): CliError {
  return new CliError(
    "XU-USAGE",
    `there is no target "${name}": a target is one of ${offeredText}`,
    exitCodes.usage,
  );
}
