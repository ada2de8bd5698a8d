/**
 * @pulumi/command, an optional peer dependency. It is loaded only if a program uses it, since Pulumi downloads the
 * plugin of every package that it finds in node_modules. Also turns our connections into its form.
 */

import { existsSync } from "node:fs";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { hostKeyProblem } from "../../host/transport/hostkey";
import { renderProblem, withCode } from "../../text";
import { messageOf } from "../../wire/answers";
import { type Credential, isCredentialKey, resolveCredential } from "../../wire/secrets";
import { isRecord } from "../../wire/values";
import type { ConnectionArgs } from "../args";
import { refusal } from "../refusal";

/** The one release of @pulumi/command that this package was written for. */
export const commandVersion = "1.2.1";

/** Its remote part. */
export type Remote = typeof command.remote;

/**
 * Loads @pulumi/command.
 *
 * @param what the user of it, e.g. `commands of ExchangeRoleUpgrade "cas1"`
 *
 * @throws Error if it is not installed, or in another version
 */
export function loadRemote(what: string): Remote {
  let found: string;
  try {
    found = (require("@pulumi/command/package.json") as { version: string }).version;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    throw missing(what, code === "MODULE_NOT_FOUND" ? "it is not installed" : messageOf(error));
  }
  if (found !== commandVersion) throw missing(what, `version ${found}`);
  return (require("@pulumi/command") as typeof command).remote;
}

function missing(what: string, found: string): Error {
  return refusal(
    renderProblem({
      summary: `${what} needs @pulumi/command ${commandVersion}`,
      found,
      needed: `exactly ${commandVersion}; older releases know no host keys`,
      where: "in the folder of the program",
      fix: `npm install --save-exact @pulumi/command@${commandVersion}; or leave \`commands\` out`,
      code: "XU-COMMANDS-PACKAGE",
    }),
  );
}

/** Connection arguments that @pulumi/command does not know, or must not use. */
const ours: readonly string[] = ["insecureIgnoreHostKey", "algorithms", "dialErrorLimit"];

/**
 * How many failed dials @pulumi/command repeats. It repeats a refused logon like any other failure, eleven times in all
 * by default, and as few as three lock an account. So it repeats none, whatever the program allows our own connections.
 */
const oneDial = 0;

/**
 * A connection in the form of @pulumi/command. It must have a host key, since @pulumi/command accepts any server
 * without one. Credentials from environment variables are read here, in the program, and all of it is secret.
 *
 * @param where its place in the program, e.g. `computer.connection`
 *
 * @throws Error, at once or when an Output is known, for a connection that does not identify its server
 */
export function remoteConnection(
  connection: ConnectionArgs | pulumi.Output<ConnectionArgs>,
  where: string,
): pulumi.Output<command.types.input.remote.ConnectionArgs> {
  // A plain value is refused with the program's own stack, before anything is registered.
  if (!pulumi.Output.isInstance(connection)) checkPlain(connection as unknown as Endpoint, where);
  const known = pulumi.output(connection as object) as pulumi.Output<unknown>;
  const form: pulumi.Output<unknown> = pulumi.secret(known.apply((value) => endpoint(value, where)));
  return form as pulumi.Output<command.types.input.remote.ConnectionArgs>;
}

type Endpoint = { readonly [name: string]: unknown };

function checkPlain(given: Endpoint, where: string): void {
  const { hostKey, proxy, agentSocketPath, winrm } = given;
  checkWay(winrm, where);
  if (hostKey === undefined || typeof hostKey === "string") checkHostKey(hostKey, where);
  if (agentSocketPath === undefined || typeof agentSocketPath === "string")
    checkAgent(agentSocketPath, where);
  const later = pulumi.Output.isInstance(proxy) || proxy instanceof Promise;
  if (isRecord(proxy) && !later) checkPlain(proxy, `${where}.proxy`);
}

function endpoint(value: unknown, where: string): Endpoint {
  if (!isRecord(value)) throw refusal(withCode(`${where}: missing`, "XU-ARGUMENT"));
  checkWay(value.winrm, where);
  checkHostKey(value.hostKey, where);
  checkAgent(value.agentSocketPath, where);
  const parts = Object.entries(value).flatMap(([name, part]) => {
    if (part === undefined || ours.includes(name)) return [];
    if (name === "proxy") return [[name, endpoint(part, `${where}.proxy`)]];
    if (isCredentialKey(name)) return [[name, resolveCredential(part as Credential, `${where}.${name}`)]];
    return [[name, part]];
  });
  return Object.fromEntries([...parts, ["dialErrorLimit", oneDial]]);
}

/** @param winrm the connection's argument */
function checkWay(winrm: unknown, where: string): void {
  if (winrm === undefined) return;
  throw refusal(
    renderProblem({
      summary:
        "@pulumi/command runs commands and copies media over SSH only, and this connection is one over WinRM",
      found: "a connection over WinRM",
      needed: "a connection over SSH for each command, or no `commands`",
      where: `in the program: \`${where}.winrm\``,
      fix: "give each command a `connection` of its own over SSH, or run it by hand; copy media to the folder of `computer.media` yourself, and leave out `commands.media` and `restartRemoteRegistry`",
      code: "XU-COMMANDS",
    }),
  );
}

/** One line of a known_hosts or authorized_keys file without its names: type, key, and perhaps a comment. */
const publicKeyLine = /^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?$/;

function checkHostKey(hostKey: unknown, where: string): void {
  const cut = typeof hostKey === "string" && hostKeyProblem(hostKey) !== null;
  if (typeof hostKey === "string" && publicKeyLine.test(hostKey.trim()) && !cut) return;
  const found =
    hostKey === undefined
      ? "none"
      : typeof hostKey === "string" && hostKey.startsWith("SHA256:")
        ? "a fingerprint, which @pulumi/command cannot compare"
        : typeof hostKey === "string" && cut && publicKeyLine.test(hostKey.trim())
          ? "a public key that was cut or changed"
          : "something else than a public key";
  throw refusal(
    renderProblem({
      summary: `commands over SSH need the server's host key: without one @pulumi/command accepts any server, and sends it the password`,
      found,
      needed: "the server's public key in one line, such as `ssh-ed25519 AAAA…`",
      where: `in the program: \`${where}.hostKey\``,
      fix: "ssh-keyscan -t ed25519 HOST prints it after the host's name; compare its fingerprint (ssh-keygen -lf -) on the server",
      code: "XU-COMMANDS-HOST-KEY",
    }),
  );
}

/**
 * If an agent is named that does not exist, every resource of @pulumi/command fails, whatever other credential the
 * connection has. A terminal that was closed often leaves its variable behind.
 */
function checkAgent(path: unknown, where: string): void {
  const variable = process.env.SSH_AUTH_SOCK;
  const socket = path ?? variable;
  // On Windows an agent is a pipe, which no file system lists.
  if (process.platform === "win32" || typeof socket !== "string" || socket === "" || existsSync(socket))
    return;
  throw refusal(
    renderProblem({
      summary: "commands over SSH would fail: the SSH agent that is named is not there",
      found: `no socket ${JSON.stringify(socket)}`,
      needed:
        "a running agent, or none: @pulumi/command ends at one that it cannot reach, also where a password is given",
      where:
        path === undefined
          ? "in the environment: SSH_AUTH_SOCK"
          : `in the program: \`${where}.agentSocketPath\``,
      fix:
        path === undefined
          ? "unset SSH_AUTH_SOCK, or start the agent again"
          : "name the socket of a running agent, or leave it out",
      code: "XU-COMMANDS-AGENT",
    }),
  );
}
