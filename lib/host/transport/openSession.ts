/** The way to a computer that a connection asks for. */
import type { Logons } from "../../logons";
import type { HostSession, SessionTuning } from "./session";
import type { ConnectionOptions } from "./sshConnection";
import { SshSession } from "./sshSession";

/**
 * Connects, verifies the server and logs on.
 * @param logons what the run has learned of its accounts: a password that was refused is not sent again
 * @throws Unreachable, HostKeyRefused, AuthenticationFailed, NoCommonAlgorithm
 */
export function openSession(
  options: ConnectionOptions,
  logons: Logons,
  tuning: SessionTuning = {},
): Promise<HostSession> {
  return SshSession.open(options, logons, tuning);
}
