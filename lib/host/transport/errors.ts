/**
 * What can go wrong between this process and a Windows computer, one class for each case that a caller treats
 * differently. Messages are complete for a reader and never hold a secret.
 */

/** Base class of every failure that has to do with reaching or using a computer. */
export class HostError extends Error {
  /** True where it is about the jump host in front of the computer. */
  isOfProxy = false;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** No connection came about: the name, the network, the port or the SSH handshake. Worth another try later. */
export class Unreachable extends HostError {
  /** @param code of the failure where the system gave one, such as ENOTFOUND or ECONNREFUSED */
  constructor(
    message: string,
    readonly code: string | null = null,
  ) {
    super(message);
  }
}

/** The server's host key is not the pinned one. Another try cannot help. */
export class HostKeyRefused extends HostError {
  /** @param shown what the server showed, and what was pinned, without the server's name */
  constructor(
    message: string,
    readonly shown: string | null = null,
  ) {
    super(message);
  }
}

/** No host key is pinned, so that nothing tells whether the right server answers. */
export class HostKeyMissing extends HostKeyRefused {}

/** The credentials were turned down, or not sent because they had been. Never retried: repeated failures lock accounts. */
export class AuthenticationFailed extends HostError {
  /**
   * @param tried what was tried and what the server offers; null where nothing was sent to it
   * @param spared why nothing was sent, where the password had been refused elsewhere
   * @param isOfKey true where only keys were refused: that locks no account, and Windows may refuse a key of a domain's account
   *   while it starts
   */
  constructor(
    message: string,
    readonly tried: string | null = null,
    readonly spared: string | null = null,
    readonly isOfKey = false,
  ) {
    super(message);
  }
}

/** The connection has no credential, or one that cannot be used: nothing was dialled. */
export class CredentialUnusable extends AuthenticationFailed {
  /** @param problem the same without the computer's name */
  constructor(
    message: string,
    readonly problem: string,
  ) {
    super(message);
  }
}

/** Nothing that proves the server is there, or what it sent does not. Another try cannot help. */
export class ServerNotProven extends HostError {}

/** The server's certificate is another one than the given one. Another try cannot help. */
export class CertificateRefused extends ServerNotProven {
  /** @param shown what the server showed, without the server's name */
  constructor(
    message: string,
    readonly shown: string,
  ) {
    super(message);
  }
}

/** No authority that is trusted proves the server's certificate, and no fingerprint is given. */
export class CertificateUnknown extends CertificateRefused {}

/** The account has logged on, and the computer does not let it in. The password is right, and no account is locked by that. */
export class NotAdmitted extends AuthenticationFailed {}

/** The computer takes no account of its own, since it does not offer Basic: no password was judged. */
export class BasicNotOffered extends NotAdmitted {}

/** The domain knows no such account, or its key distribution centre serves another realm. No password was judged. */
export class AccountUnknown extends AuthenticationFailed {}

/** No key distribution centre of the account's domain is known, or none answers. Worth another try later. */
export class KdcUnreachable extends Unreachable {
  /** True where a centre has got what the password is judged by, and has not answered. */
  mayHaveJudged = false;
}

/** The clocks of this machine, of the domain and of the computer differ by more than Kerberos allows. */
export class ClockSkew extends HostError {}

/** Kerberos is not to be had on this machine. */
export class KerberosUnavailable extends HostError {}

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
