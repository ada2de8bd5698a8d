/** How to reach a computer over SSH: the shape of @pulumi/command's remote connection, and our explicit opt-ins. */

/** One SSH server: the computer itself, or the jump host in front of it. */
export interface Endpoint {
  /** Name or address. */
  readonly host: string;
  /** @default 22 */
  readonly port?: number;
  /** Account to log on with, e.g. `CONTOSO\\admin` or `admin@contoso.com`. @default "root", as in @pulumi/command */
  readonly user?: string;
  /** Used for password authentication, and to answer password prompts of keyboard-interactive. */
  readonly password?: string;
  /** Text of a private key: OpenSSH or PEM. Tried before the password. */
  readonly privateKey?: string;
  /** Passphrase of an encrypted `privateKey`. */
  readonly privateKeyPassword?: string;
  /** Socket of an ssh-agent, tried last. @default the environment variable SSH_AUTH_SOCK, when set */
  readonly agentSocketPath?: string;
  /**
   * The server's host key: an OpenSSH public key line (`ssh-ed25519 AAAA…`) or a fingerprint (`SHA256:…`).
   * @default none: the connection is refused, unless `insecureIgnoreHostKey` is set
   */
  readonly hostKey?: string;
  /** Failed dials that are tolerated before giving up; -1 for any number. @default 10 */
  readonly dialErrorLimit?: number;
  /** Seconds for one dial, from the first packet until logged on; 0 for no limit. @default 15 */
  readonly perDialTimeout?: number;
  /** Accept any host key. Whoever answers can then read the password and every command. @default false */
  readonly insecureIgnoreHostKey?: boolean;
  /** Old algorithms that this server needs, appended to the defaults. @default none */
  readonly algorithms?: ExtraAlgorithms;
}

/** A computer, behind a jump host when `proxy` is given. */
export interface ConnectionOptions extends Endpoint {
  /** Jump host. Its `dialErrorLimit` is not used: a dial is jump host and computer together. */
  readonly proxy?: Endpoint;
}

/** SSH algorithm names to append to the defaults, e.g. `{ kex: ["diffie-hellman-group14-sha1"] }`. */
export interface ExtraAlgorithms {
  /** Key exchange, e.g. diffie-hellman-group14-sha1, diffie-hellman-group1-sha1. */
  readonly kex?: readonly string[];
  /** Ciphers, e.g. aes256-cbc, 3des-cbc. */
  readonly cipher?: readonly string[];
  /** Host key types, e.g. ssh-dss. */
  readonly serverHostKey?: readonly string[];
  /** Message authentication codes, e.g. hmac-md5. */
  readonly hmac?: readonly string[];
}

/** Defaults of @pulumi/command 1.2.1. */
export const connectionDefaults = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 } as const;

/** `host` or `host:port` where the port is not the usual one, for messages. */
export function endpointName(endpoint: Endpoint): string {
  const port = endpoint.port ?? connectionDefaults.port;
  return port === connectionDefaults.port ? endpoint.host : `${endpoint.host}:${port}`;
}

/** True if the logon uses a password. A key is tried first, so a connection with a key has a key logon. */
export function isPasswordLogon({
  privateKey,
  password,
}: {
  readonly privateKey?: unknown;
  readonly password?: unknown;
}): boolean {
  return privateKey === undefined && password !== undefined;
}
