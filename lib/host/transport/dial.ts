/** Makes one authenticated SSH connection, directly or through a jump host, trying again as @pulumi/command does. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ConnectConfig } from "ssh2";
import { afterAwake } from "../../awake";
import type { Logons } from "../../logons";
import { counted, reasonOf } from "../../text";
import { authentication, type Logon } from "./authentication";
import {
  AuthenticationFailed,
  HostError,
  type HostKeyRefused,
  NoCommonAlgorithm,
  Unreachable,
} from "./errors";
import { algorithmsOfKeyType, judgeHostKey, type PinnedHostKey, parseHostKey } from "./hostkey";
import { type ConnectionOptions, connectionDefaults, type Endpoint, endpointName } from "./sshConnection";
import { connectTo, forward, type Target } from "./streams";

/** An authenticated connection; `clients` holds the computer's client first, then the jump host's. */
export interface Dialled {
  readonly clients: readonly [Client, ...Client[]];
}

/** Keepalive: a peer that does not answer `count` probes, sent every `intervalMs`, counts as dead. */
export interface Keepalive {
  readonly intervalMs: number;
  readonly count: number;
}

/** Waits between dials: 0.1 s, growing by half each time up to 5 s. The Pulumi engine retries at the same intervals. */
const retry = { firstMs: 100, factor: 1.5, longestMs: 5000 } as const;

/**
 * Dials until it succeeds, the error limit is passed, or the failure is one that another try cannot cure:
 * refused credentials (repeating them locks accounts), a refused host key, no common algorithm.
 */
export async function dial(
  options: ConnectionOptions,
  logons: Logons,
  keepalive: Keepalive,
  signal?: AbortSignal,
): Promise<Dialled> {
  const pins = [options, ...(options.proxy ? [options.proxy] : [])].map(pinOf);
  return persistently(options, () => dialOnce(options, logons, pins, keepalive), signal);
}

/** Calls `once` until it succeeds, again while no server answers, up to the limit of errors. */
export async function persistently<T>(
  { dialErrorLimit: limit = connectionDefaults.dialErrorLimit }: { readonly dialErrorLimit?: number },
  once: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  let wait: number = retry.firstMs;
  for (let errors = 1; ; errors++) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (limit >= 0 && errors > limit) {
        const Kind = error.constructor as typeof Unreachable;
        const told = new Kind(`${error.message} (${counted(errors, "dial")} failed)`, error.code);
        told.isOfProxy = error.isOfProxy;
        throw told;
      }
    }
    await sleep(wait, undefined, signal ? { signal } : {});
    wait = Math.min(wait * retry.factor, retry.longestMs);
  }
}

/** The parsed host key of an endpoint; null if it gives none. */
export function pinOf(endpoint: Endpoint): PinnedHostKey | null {
  return endpoint.hostKey === undefined ? null : parseHostKey(endpoint.hostKey);
}

async function dialOnce(
  options: ConnectionOptions,
  logons: Logons,
  pins: readonly (PinnedHostKey | null)[],
  keepalive: Keepalive,
): Promise<Dialled> {
  const [pin = null, proxyPin = null] = pins;
  // An unusable credential is refused before anything is dialled.
  const logon = authentication(options, logons);
  const { proxy } = options;
  if (proxy === undefined)
    return { clients: [await logOn(options, logon, pin, await tcp(options), keepalive)] };
  const jump = await logOnToProxy(proxy, proxyPin, logons, keepalive);
  try {
    const stream = await forward(jump, endpointName(proxy), targetOf(options));
    return { clients: [await logOn(options, logon, pin, stream, keepalive), jump] };
  } catch (error) {
    jump.end();
    throw error;
  }
}

/** Connects to the jump host of a computer and logs on. Its errors are marked as the jump host's. */
export async function logOnToProxy(
  proxy: Endpoint,
  pin: PinnedHostKey | null,
  logons: Logons,
  keepalive: Keepalive,
): Promise<Client> {
  try {
    return await logOn(proxy, authentication(proxy, logons), pin, await tcp(proxy), keepalive);
  } catch (error) {
    if (error instanceof HostError) error.isOfProxy = true;
    throw error;
  }
}

/** Milliseconds for one dial; 0 for no limit. */
export function dialTimeoutMs(endpoint: Pick<Endpoint, "perDialTimeout">): number {
  return (endpoint.perDialTimeout ?? connectionDefaults.perDialTimeout) * 1000;
}

/** Opens the TCP connection to an SSH server, within the time of one dial. @throws Unreachable */
export function tcp(endpoint: Endpoint): Promise<Socket> {
  return connectTo(targetOf(endpoint));
}

function targetOf(endpoint: Endpoint): Target {
  return {
    host: endpoint.host,
    port: endpoint.port ?? connectionDefaults.port,
    name: endpointName(endpoint),
    way: "SSH",
    timeoutMs: dialTimeoutMs(endpoint),
  };
}

function logOn(
  endpoint: Endpoint,
  logon: Logon,
  pin: PinnedHostKey | null,
  sock: Duplex,
  keepalive: Keepalive,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    let refusal: HostKeyRefused | undefined;
    let settled = false;
    const endLimit = afterAwake(dialTimeoutMs(endpoint), () =>
      fail(classify(endpoint, new Error("Timed out while waiting for handshake"), logon)),
    );
    const fail = (error: HostError) => {
      if (settled) return;
      settled = true;
      endLimit();
      logon.ended(error instanceof AuthenticationFailed ? "refused" : "unanswered");
      client.destroy();
      sock.destroy();
      reject(error);
    };
    client.on("ready", () => {
      if (settled) return;
      settled = true;
      endLimit();
      logon.ended("accepted");
      resolve(client);
    });
    client.on("error", (error: SshError) => {
      // A failure of the agent does not end the logon: the next method is tried.
      if (error.level === "agent") logon.note(`the ssh-agent failed: ${reasonOf(error)}`);
      else fail(refusal ?? classify(endpoint, error, logon));
    });
    client.on("close", () => {
      fail(
        refusal ??
          new Unreachable(`${endpointName(endpoint)} closed the connection before the logon was done`),
      );
    });
    const config: ConnectConfig = {
      sock: sock as Socket,
      username: logon.user,
      authHandler: logon.handler,
      hostVerifier: (key: Buffer) => {
        refusal = judgeHostKey(endpoint, pin, key);
        return refusal === undefined;
      },
      algorithms: algorithms(endpoint, pin),
      // The timer above counts instead: ssh2's own timer goes on while this process stands still.
      readyTimeout: 0,
      keepaliveInterval: keepalive.intervalMs,
      keepaliveCountMax: keepalive.count,
    };
    try {
      client.connect(config);
    } catch (error) {
      // ssh2 throws for options that it cannot use, such as an algorithm that it does not know.
      fail(
        new NoCommonAlgorithm(
          `the connection to ${endpointName(endpoint)} cannot be set up: ${reasonOf(error)}`,
        ),
      );
    }
  });
}

/**
 * ssh2 gives its own errors a level. An error that the server's message has caused has the number of its reason
 * instead.
 */
type SshError = Error & { readonly level?: string; readonly code?: unknown };

type Lists = NonNullable<ConnectConfig["algorithms"]>;

/**
 * Host key algorithms in ssh2's own order. They are listed in full, because ssh2 can add names to its list but not
 * put one of its own first.
 */
const hostKeyAlgorithms: readonly string[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];

/** The defaults, with the host key types of the pinned key first and the explicitly named old algorithms last. */
function algorithms(endpoint: Endpoint, pin: PinnedHostKey | null): Lists {
  const extra = endpoint.algorithms ?? {};
  const known = [...new Set([...hostKeyAlgorithms, ...(extra.serverHostKey ?? [])])];
  const first =
    pin?.form === "key" ? algorithmsOfKeyType(pin.type).filter((name) => known.includes(name)) : [];
  const list = (append: readonly string[] = []) => ({ append: [...append], prepend: [], remove: [] });
  // The names come from users; ssh2 itself refuses those that it does not know.
  return {
    kex: list(extra.kex),
    cipher: list(extra.cipher),
    hmac: list(extra.hmac),
    serverHostKey: [...new Set([...first, ...known])],
  } as Lists;
}

function classify(endpoint: Endpoint, error: SshError, logon: Logon): HostError {
  const name = endpointName(endpoint);
  const spared = logon.spared();
  // A server that allows one try (MaxAuthTries) answers a wrong password by ending the connection.
  const dismissed = logon.isJudged() && typeof error.code === "number";
  if (dismissed) logon.note(`the server ended the connection: ${reasonOf(error)}`);
  if (error.level === "client-authentication" && spared !== undefined)
    return new AuthenticationFailed(spared.why, null, spared.because);
  if (error.level === "client-authentication" || dismissed) {
    return new AuthenticationFailed(
      `${name} refused the logon of ${logon.user}: ${logon.tried()}. Check user, password and ` +
        `key of the connection, and that the account may log on over SSH (on Windows: "Access this computer from ` +
        `the network").`,
      logon.tried(),
      null,
      !logon.hasUsedPassword(),
    );
  }
  if (logon.isWaiting()) {
    return new Unreachable(
      `${name} cannot be used over SSH: the logon of ${logon.user} waits for another computer to take the same password ` +
        `first, and none has answered within ${dialTimeoutMs(endpoint) / 1000} s`,
    );
  }
  if (/no matching|unsupported algorithm/i.test(error.message)) {
    return new NoCommonAlgorithm(
      `${name} and this client have no SSH algorithm in common (${reasonOf(error)}). For an old server name what it ` +
        `needs in the connection, e.g. algorithms: { kex: ["diffie-hellman-group14-sha1"], serverHostKey: ` +
        `["ssh-dss"], cipher: ["aes256-cbc"], hmac: ["hmac-md5"] }`,
    );
  }
  return new Unreachable(`${name} cannot be reached over SSH: ${reasonOf(error)}`);
}
