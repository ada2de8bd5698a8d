/** What keeps a session from coming about. */
import { HostError, NotAdmitted, Unreachable } from "../errors";
import { ChannelBroken } from "./channel";
import { type WinRmConnection, winRmName } from "./connection";
import { faultCodes, WsManFault } from "./messages";

/** The error in the words that callers know. */
export function openingError(connection: WinRmConnection, error: unknown): unknown {
  const name = winRmName(connection);
  if (error instanceof ChannelBroken)
    return new Unreachable(`${name} cannot be reached over WinRM: ${error.message}`);
  if (!(error instanceof WsManFault)) return error;
  if (error.code === faultCodes.accessDenied)
    return new NotAdmitted(
      `${name} refused ${connection.user} a shell over WinRM: ${error.message} Let the account be a member of the computer's ` +
        "Administrators.",
      `the computer refuses a shell: ${error.message}`,
    );
  if (error.isOfQuota)
    return new HostError(
      `the WinRM server ${name} made no shell, since a quota of ${connection.user} is used up: ${error.message} Close shells that ` +
        "were left there (winrm enumerate shell), or wait until their idle time is over",
    );
  return new HostError(`the WinRM server ${name} made no shell: ${error.message}`);
}
