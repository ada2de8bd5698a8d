/**
 * The code of an error that ended a call of the engine: an error from the directory or a computer is recognised by its
 * class.
 */
import type { Code } from "../cause";
import { DirectoryUnread, LogonRefused } from "../directory";
import {
  AuthenticationFailed,
  ClockSkew,
  CommandTimeout,
  ConnectionLost,
  CredentialUnusable,
  HostKeyMissing,
  HostKeyRefused,
  KdcUnreachable,
  KerberosUnavailable,
  NoCommonAlgorithm,
  NotWindowsShell,
  OperationAborted,
  ServerNotProven,
  Unreachable,
} from "../host";
import { withCode } from "../text";
import { messageOf } from "../wire/answers";
import { VariableNotSet } from "../wire/secrets";
import { DeadlinePassed } from "./facts/deadline";

type ErrorClass = abstract new (...args: never[]) => Error;

/** The first class that fits decides, so a subclass comes before its base. */
const codes: readonly (readonly [ErrorClass, Code])[] = [
  [VariableNotSet, "XU-VARIABLE"],
  [CredentialUnusable, "XU-CREDENTIAL"],
  [AuthenticationFailed, "XU-LOGON"],
  [HostKeyMissing, "XU-HOST-KEY-MISSING"],
  [HostKeyRefused, "XU-HOST-KEY-WRONG"],
  [NoCommonAlgorithm, "XU-SSH-ALGORITHMS"],
  [NotWindowsShell, "XU-SSH-SHELL"],
  [KerberosUnavailable, "XU-KERBEROS"],
  [KdcUnreachable, "XU-KDC"],
  [ClockSkew, "XU-CLOCK"],
  [ServerNotProven, "XU-SERVER-PROOF"],
  [Unreachable, "XU-HOST-UNREACHABLE"],
  [ConnectionLost, "XU-HOST-UNREACHABLE"],
  [CommandTimeout, "XU-TIMEOUT"],
  [DeadlinePassed, "XU-TIMEOUT"],
  [OperationAborted, "XU-INTERRUPTED"],
  [LogonRefused, "XU-DIRECTORY-LOGON"],
  [DirectoryUnread, "XU-DIRECTORY-UNREACHABLE"],
  // JavaScript's own errors are defects of this package, and not of a program, a computer or the directory.
  [TypeError, "XU-DEFECT"],
  [ReferenceError, "XU-DEFECT"],
  [SyntaxError, "XU-DEFECT"],
];

function codeOf(error: unknown): Code {
  const code = codes.find(([type]) => error instanceof type)?.[1];
  if (code !== undefined) return code;
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : "XU-RUN";
}

/** The error with its code in the message, unless the message already contains one, or the id of a rule. */
export function codedError(error: unknown): Error {
  return new Error(withCode(messageOf(error), codeOf(error)));
}
