/** The authentication methods: which are tried, in which order, and the message if all of them fail. */

import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey, Prompt } from "ssh2";
import { utils } from "ssh2";
import type { Leave, LogonAnswer, Logons, Spared } from "../../logons";
import { cut } from "../../text";
import { CredentialUnusable } from "./errors";
import { type ConnectionOptions, connectionDefaults, type Endpoint, endpointName } from "./sshConnection";
import { judgeOf, logonNameOf, type WinRmConnection } from "./winrm/connection";

/** Authentication of one logon attempt. */
export interface Logon {
  readonly user: string;
  readonly handler: AuthHandlerMiddleware;
  /** Reports the end of the attempt, with the answer to a password that has none yet. */
  ended(answer: LogonAnswer): void;
  /** True while the server judges a password. */
  isJudged(): boolean;
  /** True while it waits for another logon to find out whether the password is right. */
  isWaiting(): boolean;
  /** True once a password was sent, or withheld because it was refused before. */
  hasUsedPassword(): boolean;
  /** Why nothing was sent, if the only credential is a password that was refused elsewhere; else undefined. */
  spared(): Spared | undefined;
  /** Records a failure on the way, for {@link Logon.tried}. */
  note(text: string): void;
  /** The methods that were tried and those that the server accepts, for the error message. */
  tried(): string;
}

type Method = "publickey" | "password" | "keyboard-interactive" | "agent";

/**
 * Tries the key, the password, keyboard-interactive and the agent, as @pulumi/command does, but only methods that the
 * server offers. The password is sent once: keyboard-interactive serves servers that do not offer `password`, since
 * every refused attempt counts towards an account lockout. A password that was refused elsewhere is not sent at all
 * (logons.ts). A refused key locks no account, and each computer has its own keys.
 * @throws CredentialUnusable if nothing can be tried, or the private key cannot be read.
 */
export function authentication(endpoint: Endpoint, logons: Logons): Logon {
  const user = endpoint.user ?? connectionDefaults.user;
  const agent = endpoint.agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  const key = privateKeyOf(endpoint);
  const waiting: Method[] = [];
  if (key !== undefined) waiting.push("publickey");
  if (endpoint.password !== undefined) waiting.push("password", "keyboard-interactive");
  if (agent !== undefined && agent !== "") waiting.push("agent");
  if (waiting.length === 0) {
    throw new CredentialUnusable(
      `the connection to ${endpointName(endpoint)} has no credential: give it a password, a privateKey or an ` +
        `agentSocketPath`,
      "the connection has no credential",
    );
  }

  const notes: string[] = [];
  const sent: string[] = [];
  let offered: readonly string[] = [];
  let leave: Leave | undefined;
  let spared: Spared | undefined;
  let isWaiting = false;
  let isOver = false;

  const next = async (left: readonly string[] | null): Promise<AnyAuthMethod | false> => {
    if (left === null) return { type: "none", username: user };
    offered = left;
    for (let method = waiting.shift(); method !== undefined; method = waiting.shift()) {
      const wire = method === "agent" ? "publickey" : method;
      if (!left.includes(wire)) continue;
      if (method === "keyboard-interactive" && sent.includes("password")) continue;
      if (method === "password" || method === "keyboard-interactive") {
        const { password } = endpoint;
        if (password === undefined || spared !== undefined || !(await maySend(password))) continue;
        sent.push(method);
        if (method === "password") return { type: method, username: user, password };
        return { type: method, username: user, prompt: answerPasswordPrompts(password, notes) };
      }
      sent.push(method);
      if (method === "publickey" && key !== undefined) return { type: method, username: user, key };
      if (method === "agent" && agent !== undefined) return { type: method, username: user, agent };
    }
    return false;
  };
  /** Waits for permission to send the password; false if it must not be sent. */
  const maySend = async (password: string): Promise<boolean> => {
    isWaiting = true;
    const answer = await logons.mayLogOn({ user, password, place: endpointName(endpoint) });
    isWaiting = false;
    if (typeof answer !== "function") {
      spared = answer;
      notes.push(spared.why);
      return false;
    }
    if (isOver) {
      answer("withdrawn");
      return false;
    }
    leave = answer;
    return true;
  };
  const judged = (answer: LogonAnswer): void => {
    leave?.(answer);
    leave = undefined;
  };

  return {
    user,
    handler: (left, partial, callback) => {
      // A server that asks for more after the password has accepted it.
      judged(partial === true ? "accepted" : "refused");
      void next(left).then((method) => {
        if (isOver) return;
        // ssh2 accepts `false` for "no method left", although its types do not allow it.
        if (method === false) (callback as unknown as (end: false) => void)(false);
        else callback(method);
      });
    },
    ended: (answer) => {
      isOver = true;
      judged(answer);
    },
    isJudged: () => leave !== undefined,
    isWaiting: () => isWaiting,
    hasUsedPassword: () =>
      spared !== undefined ||
      sent.some((method) => method === "password" || method === "keyboard-interactive"),
    spared: () => (sent.length === 0 ? spared : undefined),
    note: (text) => notes.push(text),
    tried: () =>
      [
        sent.length === 0 ? "nothing that was given could be tried" : `tried ${sent.join(", ")}`,
        `the server offers ${offered.length === 0 ? "nothing" : offered.join(", ")}`,
        ...notes,
      ].join("; "),
  };
}

/**
 * True if a password of the connection or of its jump host is not sent any more in this run, so that another try would
 * end the same.
 */
export function isPasswordSpared(options: ConnectionOptions | WinRmConnection, logons: Logons): boolean {
  const { proxy } = options;
  const isSpared = ({ user = connectionDefaults.user, password }: Endpoint, place: string) =>
    password !== undefined && logons.spares({ user, password, place }) !== undefined;
  if (proxy !== undefined && isSpared(proxy, endpointName(proxy))) return true;
  if ("winrm" in options) return isSpared({ ...options, user: logonNameOf(options) }, judgeOf(options));
  return isSpared(options, endpointName(options));
}

/**
 * Answers keyboard-interactive prompts: the first hidden prompt gets the password. A second hidden prompt (a code from
 * a token, a new password) and a prompt that echoes get an empty answer, which fails, because this program does not
 * know their answers.
 */
function answerPasswordPrompts(password: string, notes: string[]) {
  let answered = false;
  return (
    _name: string,
    _instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ) => {
    const answers = prompts.map((prompt) => {
      if (prompt.echo !== true && !answered) {
        answered = true;
        return password;
      }
      notes.push(
        `the server asked ${JSON.stringify(cut(prompt.prompt.trim(), 80))}, which is no password prompt`,
      );
      return "";
    });
    finish(answers);
  };
}

function privateKeyOf(endpoint: Endpoint): ParsedKey | undefined {
  if (endpoint.privateKey === undefined) return undefined;
  const parsed = utils.parseKey(endpoint.privateKey, endpoint.privateKeyPassword);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key !== undefined && !(key instanceof Error) && key.isPrivateKey()) return key;
  const problem = problemOfKey(endpoint, key);
  throw new CredentialUnusable(
    `the privateKey for ${endpointName(endpoint)} cannot be used: ${problem}`,
    `the privateKey cannot be used: ${problem}`,
  );
}

/** Why a key cannot be used. The library's own text is not quoted, because it could quote the key. */
function problemOfKey(endpoint: Endpoint, parsed: unknown): string {
  const text = parsed instanceof Error ? parsed.message : "";
  if (/no passphrase given/i.test(text)) return "it is encrypted; give its passphrase as privateKeyPassword";
  if (endpoint.privateKeyPassword !== undefined && /passphrase|integrity|decrypt|malformed/i.test(text))
    return "privateKeyPassword does not open it";
  return "it is no private key in OpenSSH or PEM form (give the text of the key, not the name of its file)";
}
