/**
 * What can go wrong between this process and a Windows computer, one class for each case that a caller treats
 * differently. Messages are complete for a reader and never hold a secret.
 */

/** Base class of every failure that has to do with reaching or using a computer over SSH. */
export class HostError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** No connection came about: the name, the network, the port or the SSH handshake. Worth another try later. */
export class Unreachable extends HostError {}

/** The server's host key is not the pinned one, or none was pinned. Another try cannot help. */
export class HostKeyRefused extends HostError {}

/** The credentials were turned down, or not sent because they had been. Never retried: repeated failures lock accounts. */
export class AuthenticationFailed extends HostError {}

/** Client and server have no common algorithm. Another try cannot help. */
export class NoCommonAlgorithm extends HostError {}

/** The connection ended before the command did: whether the command ran to its end is not known. */
export class ConnectionLost extends HostError {}

/** The cmd.exe that ran the command was ended, and the connection was not: what is not known is the same. */
export class OutputIncomplete extends ConnectionLost {}

/** The command did not end in the time it was given. It may still be running. */
export class CommandTimeout extends HostError {}

/** The command printed more than the limit; the rest was not read. */
export class OutputTooLarge extends HostError {}

/** The server answered, but not as cmd.exe on Windows does. */
export class NotWindowsShell extends HostError {}

/** Somebody else's lock, Setup or file stands in the way of the operation. */
export class OperationRefused extends HostError {}

/** The operation was told to stop (its engine has gone); Setup, if it had been started, goes on. */
export class OperationAborted extends HostError {}
