/** Opens a session with a computer, in the way that its connection asks for. */
import type { Logons } from "../../logons";
import type { HostSession, SessionTuning } from "./session";
import type { ConnectionOptions } from "./sshConnection";
import { SshSession } from "./sshSession";
import type { WinRmConnection } from "./winrm/connection";
import { WinRmSession } from "./winrm/winRmSession";

/**
 * Connects, verifies the server and logs on.
 * @param logons the logons of the run: a password that was refused is not sent again
 * @throws Unreachable, HostKeyRefused, AuthenticationFailed, NoCommonAlgorithm; over WinRM ServerNotProven,
 * KerberosUnavailable
 */
export function openSession(
  options: ConnectionOptions | WinRmConnection,
  logons: Logons,
  tuning: SessionTuning = {},
): Promise<HostSession> {
  return "winrm" in options
    ? WinRmSession.open(options, logons, tuning)
    : SshSession.open(options, logons, tuning);
}
