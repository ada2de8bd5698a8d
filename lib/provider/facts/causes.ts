/**
 * The cause that kept a computer or a directory from being read, from the error of the connection: all steps that met
 * it share one finding.
 */

import { type Cause, notTried } from "../../cause";
import { DirectoryUnread, LogonRefused } from "../../directory";
import {
  AuthenticationFailed,
  ConnectionLost,
  CredentialUnusable,
  HostError,
  HostKeyMissing,
  HostKeyRefused,
  isPasswordSpared,
  NoCommonAlgorithm,
  NotWindowsShell,
  Unreachable,
} from "../../host";
import type { Logons } from "../../logons";
import { argumentPath } from "../../rules/program/argumentTexts";
import { reasonOf } from "../../text";
import { type Credential, VariableNotSet } from "../../wire/secrets";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { variableCause } from "../step/variables";
import { DeadlinePassed } from "./deadline";
import { isUnresolved, winRmCause } from "./winRmCauses";

/** Why a step's computer could not be read; undefined if the error is not the connection's. */
export function computerCause(step: Step, error: unknown): Cause | undefined {
  const isOfProxy = error instanceof HostError && error.isOfProxy;
  const path = (key: string) =>
    argumentPath(step.place, ["computer", "connection", ...(isOfProxy ? ["proxy"] : []), key]);
  const found = sentence(error);
  if (error instanceof VariableNotSet) return variableCause(error.variable, [path("password")]);
  if (error instanceof DeadlinePassed) return lateCause(step, error);
  // A jump host is reached over SSH, whatever lies behind it.
  const ofWinRm =
    step.inputs.computer.connection?.winrm === undefined || isOfProxy
      ? undefined
      : winRmCause(step, error, path, found);
  if (ofWinRm !== undefined) return ofWinRm;
  if (error instanceof HostKeyMissing)
    return {
      code: "XU-HOST-KEY-MISSING",
      problem: "no host key given",
      found: `${step.computer}: ${error.shown ?? found}`,
      needed: "the server's own key as `hostKey`, which proves that it is the server",
      arguments: [path("hostKey")],
      fix: "compare it on the server (ssh-keygen -lf <key file>.pub), then give it",
    };
  if (error instanceof HostKeyRefused)
    return {
      code: "XU-HOST-KEY-WRONG",
      problem: "another host key",
      found: `${step.computer}: ${error.shown ?? found}`,
      needed: "the key of `hostKey`: somebody else may answer in the server's place",
      arguments: [path("hostKey")],
      fix: "ask who reinstalled it; give the new key once compared on the server",
    };
  if (error instanceof CredentialUnusable)
    return {
      code: "XU-CREDENTIAL",
      problem: error.problem,
      found: null,
      needed: "a `password`, a `privateKey` or an `agentSocketPath`",
      arguments: [path("password"), path("privateKey")],
      fix: "give one of them",
    };
  if (error instanceof AuthenticationFailed) return logonCause(step, error, path);
  if (error instanceof NoCommonAlgorithm)
    return {
      code: "XU-SSH-ALGORITHMS",
      problem: "the SSH server and this client have no algorithm in common",
      found,
      needed: "one key exchange, cipher, MAC and host key type that both have",
      arguments: [path("algorithms")],
      fix: "update the SSH server, or name in `algorithms` what it has",
    };
  if (error instanceof NotWindowsShell)
    return {
      code: "XU-SSH-SHELL",
      problem: "the shell behind the SSH server is not cmd.exe",
      found,
      needed: "cmd.exe as the SSH server's default shell",
      arguments: [path("host")],
      fix: "remove DefaultShell below HKLM\\SOFTWARE\\OpenSSH on the computer, or correct `host`",
    };
  if (error instanceof Unreachable && isUnresolved(error))
    return {
      code: "XU-HOST-NAME",
      problem: "the host name does not resolve",
      found,
      needed: "a name or an address that leads to the computer",
      arguments: [path("host")],
      fix: "correct the name, or add it to DNS",
    };
  if (error instanceof Unreachable || error instanceof ConnectionLost)
    return {
      code: "XU-HOST-UNREACHABLE",
      problem: "no SSH server answers there",
      found,
      needed: "an SSH server at the host and port of the connection",
      arguments: [path("host"), path("port")],
      fix: "start the computer or its SSH service, or let firewalls pass the port",
    };
  return undefined;
}

/**
 * True if another look in this run would end the same, because a password was refused and is not sent again. A refused
 * key is tried again: Windows may refuse keys while it starts, and a refused key locks no account.
 */
export function isRefusedForGood(step: Step, cause: Cause | undefined, logons: Logons): boolean {
  if (cause?.code === "XU-DIRECTORY-LOGON") return true;
  return cause?.code === "XU-LOGON" && isPasswordSpared(connectionOptions(step), logons);
}

/** Why a step's directory could not be read; undefined if the error is not the connection's. */
export function directoryCause(step: Step, error: unknown): Cause | undefined {
  const { directory } = step.inputs;
  if (directory === undefined) return undefined;
  if (error instanceof VariableNotSet) return variableCause(error.variable, ["directory.password"]);
  if (error instanceof DeadlinePassed) return lateCause(step, error);
  // The text of a directory's error has its fix behind the last semicolon.
  const text = sentence(error).replace(/^Directory /, "");
  const at = text.lastIndexOf("; ");
  const problem = at < 0 ? text : text.slice(0, at);
  const does = at < 0 ? undefined : text.slice(at + 2);
  if (error instanceof LogonRefused)
    return {
      code: "XU-DIRECTORY-LOGON",
      problem,
      found: null,
      needed: "an ordinary account of the forest, which reads",
      arguments: ["directory.user", "directory.password"],
      fix: does ?? passwordFix(directory.user, directory.password),
    };
  if (error instanceof DirectoryUnread)
    return {
      code: "XU-DIRECTORY-UNREACHABLE",
      problem,
      found: null,
      needed: "a domain controller that answers, with TLS that can be verified",
      arguments: ["directory.url"],
      fix: does ?? "start the domain controller, or let firewalls pass the port",
    };
  return undefined;
}

function logonCause(
  step: Step,
  { tried, spared, isOfProxy }: AuthenticationFailed,
  path: (key: string) => string,
): Cause {
  const { connection } = step.inputs.computer;
  const { user = "root", password, privateKey } = (isOfProxy ? connection?.proxy : connection) ?? {};
  const secret = password ?? privateKey;
  const key = password === undefined ? "privateKey" : "password";
  return {
    code: "XU-LOGON",
    problem: `${user} cannot log on`,
    found: tried !== null ? `${step.computer}: ${tried}` : spared !== null ? `${notTried}${spared}` : null,
    needed: "a logon that the computer takes; no credential was tried twice",
    arguments: [path("user"), path(key)],
    fix:
      password === undefined
        ? `let the computer have the public key of ${user}, and let ${user} log on over the network`
        : passwordFix(user, secret),
  };
}

function passwordFix(user: string, credential: Credential | undefined): string {
  return typeof credential === "object"
    ? `set ${credential.env} to the password of ${user}, and see that it is not locked and may log on over the network`
    : `correct the password of ${user}, and see that it is not locked and may log on over the network`;
}

function lateCause({ place }: Step, { seconds }: DeadlinePassed): Cause {
  return {
    code: "XU-TIMEOUT",
    problem: "not read in time",
    found: `no answer within ${Math.round(seconds)} s`,
    needed: "an answer in the time that `timeouts.facts` gives",
    arguments: [argumentPath(place, ["timeouts", "facts"])],
    fix: "see whether the computer or the line is busy; give more seconds",
  };
}

/** The error's text without its final full stop. */
function sentence(error: unknown): string {
  return reasonOf(error).replace(/\.$/, "");
}
