/**
 * SSH servers for the transport suite: ssh2's own Server and OpenSSH's sshd, which run commands with sh, and a
 * relay in front of them that can cut or freeze connections.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { type AuthContext, type Connection, Server, type Session, utils } from "ssh2";
import { heldPort, listenOnHeldPort } from "../heldPort";

/** What a server is to be like. */
export interface ServerOptions {
  /** Authentication methods that it offers. @default publickey and password */
  readonly methods?: readonly ("publickey" | "password" | "keyboard-interactive")[];
  /** The account's password, for ssh2's Server. @default one of its own */
  readonly password?: string;
  /** Ends the connection at the first wrong password, as `MaxAuthTries 1` does. */
  readonly oneTry?: boolean;
  /** Text before authentication. */
  readonly banner?: string;
  /**
   * Runs commands as cmd.exe would run `echo x^y& command`, after printing a motd. Otherwise sh runs them as they
   * stand.
   */
  readonly likeCmd?: boolean;
  /** Sessions that it has open on a connection; it refuses more, as `MaxSessions` does. @default its own */
  readonly places?: number;
  /** The only algorithms that it knows. @default its own */
  readonly algorithms?: {
    readonly kex?: string;
    readonly cipher?: string;
    readonly hmac?: string;
    readonly hostKey?: string;
  };
}

/** A running server. */
export interface SshServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Host keys as OpenSSH lines, by type. */
  readonly hostKeys: { readonly ed25519: string; readonly rsa: string };
  stop(): Promise<void>;
}

/** A way to start servers, with what is needed once for all of them. */
export interface ServerKind {
  readonly name: string;
  /** Exit codes above this are cut. */
  readonly largestExitCode: number;
  prepare(): Promise<void>;
  /** Text of a private key that may log on. */
  readonly privateKey: () => string;
  start(options?: ServerOptions): Promise<SshServer>;
  cleanUp(): Promise<void>;
}

/** What the wrapper for `likeCmd` prints first. */
export const motd = "Welcome to this computer.\nAutoRun has run.\n";

const likeCmdScript = `#!/bin/sh
printf '${motd.replaceAll("\n", "\\n")}'
eval "$(printf %s "$SSH_ORIGINAL_COMMAND" | sed -e 's/\\^//g' -e 's/& /; /')"
`;

/** Keys made by ssh-keygen in a folder: name to [private, public line]. */
function makeKey(folder: string, name: string, ...args: readonly string[]): readonly [string, string] {
  const file = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-N", "", "-C", name, "-f", file, ...args]);
  const [type, blob] = readFileSync(`${file}.pub`, "utf8").split(" ");
  return [readFileSync(file, "utf8"), `${type} ${blob}`];
}

/** A private key that is encrypted with a passphrase. */
export function encryptKey(key: string, passphrase: string): string {
  const folder = mkdtempSync(join(tmpdir(), "host-key-"));
  try {
    const file = join(folder, "key");
    writeFileSync(file, key, { mode: 0o600 });
    execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", file]);
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** ssh2's Server: passes exit codes of 32 bits (here: `exit` of sh has 8, so a file tells larger ones). */
export function ssh2Kind(): ServerKind {
  let folder = "";
  let keys: {
    host: readonly [string, string];
    rsa: readonly [string, string];
    user: readonly [string, string];
  };
  return {
    name: "ssh2's Server",
    largestExitCode: 0xffffffff,
    prepare: async () => {
      folder = mkdtempSync(join(tmpdir(), "host-ssh2-"));
      keys = {
        host: makeKey(folder, "host", "-t", "ed25519"),
        rsa: makeKey(folder, "rsa", "-t", "rsa", "-b", "2048"),
        user: makeKey(folder, "user", "-t", "ed25519"),
      };
      writeFileSync(join(folder, "like-cmd"), likeCmdScript, { mode: 0o755 });
    },
    privateKey: () => keys.user[0],
    start: async (options = {}) => {
      const user = "CONTOSO\\admin";
      const password = options.password ?? "Ssh2-secret-1";
      const { kex, cipher, hmac, hostKey } = options.algorithms ?? {};
      const only = {
        ...(kex && { kex: [kex] }),
        ...(cipher && { cipher: [cipher] }),
        ...(hmac && { hmac: [hmac] }),
      };
      const server = new Server(
        {
          hostKeys: [keys.host[0], keys.rsa[0]],
          ...(options.banner === undefined ? {} : { banner: options.banner }),
          algorithms: { ...only, ...(hostKey && { serverHostKey: [hostKey] }) } as never,
        },
        (connection) => {
          connection.on("error", () => undefined);
          connection.on("authentication", (context) => {
            if (options.oneTry === true && context.method === "password" && context.password !== password) {
              (connection as unknown as WithProtocol)._protocol.disconnect(protocolError);
              return;
            }
            void authenticate(context, options.methods ?? ["publickey", "password"], {
              user,
              password,
              key: keys.user[1],
            });
          });
          const wrapper = options.likeCmd === true ? join(folder, "like-cmd") : null;
          serve(connection, wrapper, options.places ?? Number.POSITIVE_INFINITY);
        },
      );
      const sockets = new Set<Socket>();
      const listener = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
        server.injectSocket(socket);
      });
      return {
        port: await listen(listener),
        user,
        password,
        hostKeys: { ed25519: keys.host[1], rsa: keys.rsa[1] },
        stop: () => stopListening(listener, sockets),
      };
    },
    cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** ssh2's server has no call of its own for a message that ends a connection with a reason. */
interface WithProtocol {
  readonly _protocol: { disconnect(reason: number): void };
}

/** SSH_DISCONNECT_PROTOCOL_ERROR (RFC 4253, 11.1), which OpenSSH sends with "Too many authentication failures". */
const protocolError = 2;

async function authenticate(
  context: AuthContext,
  methods: readonly string[],
  account: { readonly user: string; readonly password: string; readonly key: string },
): Promise<void> {
  const known = context.username === account.user && methods.includes(context.method);
  if (known && (await proves(context, account))) context.accept();
  else context.reject([...methods] as never);
}

async function proves(
  context: AuthContext,
  account: { readonly password: string; readonly key: string },
): Promise<boolean> {
  switch (context.method) {
    case "password":
      return context.password === account.password;
    case "keyboard-interactive": {
      const [answer] = await new Promise<string[]>((resolve) =>
        context.prompt([{ prompt: "Password: ", echo: false }], (answers) => resolve([...answers])),
      );
      return answer === account.password;
    }
    case "publickey": {
      const key = utils.parseKey(account.key);
      if (key instanceof Error || Array.isArray(key) || !key.getPublicSSH().equals(context.key.data))
        return false;
      if (!context.signature || !context.blob) return true;
      return key.verify(context.blob, context.signature, context.hashAlgo) === true;
    }
    default:
      return false;
  }
}

/**
 * ssh2's server (1.17.0) keeps a write that has waited for the client's window, and once the other stream waits it writes that one
 * again, which ends the channel.
 */
const nothingWaits = { _chunk: undefined, _chunkcb: undefined, _chunkErr: undefined, _chunkcbErr: undefined };

function serve(connection: Connection, wrapper: string | null, places: number): void {
  let taken = 0;
  connection.on("tcpip", (accept, _reject, { destIP, destPort }) => {
    const channel = accept();
    const socket = connect(destPort, destIP);
    socket.on("error", () => channel.end());
    channel.on("error", () => socket.destroy());
    socket.pipe(channel).pipe(socket);
  });
  connection.on("session", (accept, reject) => {
    if (taken >= places) return void reject();
    taken += 1;
    const session: Session = accept();
    session.on("close", () => {
      taken -= 1;
    });
    session.on("pty", (_accept, reject) => reject?.());
    session.on("exec", (acceptExec, _reject, { command }) => {
      const channel = acceptExec();
      const code = /^exit32 (\d+)$/.exec(command)?.[1];
      if (code !== undefined) {
        channel.exit(Number(code));
        channel.end();
        return;
      }
      const child =
        wrapper === null
          ? spawn("sh", ["-c", command])
          : spawn(wrapper, { env: { ...process.env, SSH_ORIGINAL_COMMAND: command } });
      channel.on("error", () => child.kill());
      channel.on("close", () => child.kill());
      child.stdin.on("error", () => undefined);
      channel.pipe(child.stdin);
      // One after the other: ssh2's server ends a channel on which both streams wait for the client's window.
      let sent = Promise.resolve();
      const forward = (from: Readable, to: Writable): void => {
        from.on("data", (data: Buffer) => {
          from.pause();
          sent = sent
            .then(() => new Promise<void>((resolve) => to.write(data, () => resolve())))
            .then(() => void Object.assign(channel, nothingWaits))
            .then(() => void from.resume());
        });
      };
      forward(child.stdout, channel);
      forward(child.stderr, channel.stderr);
      child.on("close", (status) => {
        void sent.then(() => {
          if (!channel.writable) return;
          channel.exit(status ?? 255);
          channel.end();
        });
      });
    });
  });
}

function listen(server: TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function stopListening(server: TcpServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

/** OpenSSH's sshd with own configuration and keys. Needs root, for a temporary account with a password. */
export function opensshKind(): ServerKind {
  const user = `exhost${process.pid}`;
  const password = "Openssh-secret-1";
  let folder = "";
  let keys: {
    host: readonly [string, string];
    rsa: readonly [string, string];
    user: readonly [string, string];
  };
  let started = 0;
  return {
    name: "OpenSSH's sshd",
    largestExitCode: 255,
    prepare: async () => {
      folder = mkdtempSync(join(tmpdir(), "host-sshd-"));
      execFileSync("chmod", ["755", folder]);
      mkdirSync("/run/sshd", { recursive: true });
      const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], { input: password }).toString().trim();
      execFileSync("useradd", [
        "--no-create-home",
        "--home-dir",
        folder,
        "--shell",
        "/bin/sh",
        "--password",
        hash,
        user,
      ]);
      keys = {
        host: makeKey(folder, "host", "-t", "ed25519"),
        rsa: makeKey(folder, "rsa", "-t", "rsa", "-b", "2048"),
        user: makeKey(folder, "user", "-t", "ed25519"),
      };
      writeFileSync(join(folder, "authorized"), `${keys.user[1]}\n`, { mode: 0o644 });
      writeFileSync(join(folder, "like-cmd"), likeCmdScript, { mode: 0o755 });
    },
    privateKey: () => keys.user[0],
    start: async (options = {}) => {
      const port = await heldPort();
      const methods = options.methods ?? ["publickey", "password"];
      const yes = (method: (typeof methods)[number]) => (methods.includes(method) ? "yes" : "no");
      const { kex, cipher, hmac, hostKey } = options.algorithms ?? {};
      const file = join(folder, `sshd-${started++}`);
      if (options.banner !== undefined) writeFileSync(`${file}.banner`, options.banner, { mode: 0o644 });
      const lines = [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${join(folder, "host")}`,
        `HostKey ${join(folder, "rsa")}`,
        `AuthorizedKeysFile ${join(folder, "authorized")}`,
        "StrictModes no",
        "PidFile none",
        "PrintMotd no",
        "LogLevel ERROR",
        `AllowUsers ${user}`,
        `PubkeyAuthentication ${yes("publickey")}`,
        `PasswordAuthentication ${yes("password")}`,
        `KbdInteractiveAuthentication ${yes("keyboard-interactive")}`,
        // Keyboard-interactive is PAM's conversation; passwords work without.
        `UsePAM ${yes("keyboard-interactive")}`,
        ...(options.banner === undefined ? [] : [`Banner ${file}.banner`]),
        ...(options.oneTry === true ? ["MaxAuthTries 1"] : []),
        ...(options.places === undefined ? [] : [`MaxSessions ${options.places}`]),
        ...(options.likeCmd === true ? [`ForceCommand ${join(folder, "like-cmd")}`] : []),
        ...(kex ? [`KexAlgorithms ${kex}`] : []),
        ...(cipher ? [`Ciphers ${cipher}`] : []),
        ...(hmac ? [`MACs ${hmac}`] : []),
        ...(hostKey ? [`HostKeyAlgorithms ${hostKey}`] : []),
      ];
      writeFileSync(file, `${lines.join("\n")}\n`);
      const sshd = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", file], { stdio: ["ignore", "ignore", "pipe"] });
      await answering(sshd, port);
      return {
        port,
        user,
        password,
        hostKeys: { ed25519: keys.host[1], rsa: keys.rsa[1] },
        stop: () => end(sshd),
      };
    },
    cleanUp: async () => {
      rmSync(folder, { recursive: true, force: true });
      execFileSync("userdel", ["--force", user], { stdio: "ignore" });
    },
  };
}

/** Ends a process that this file has started. */
export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill();
  });
}

async function answering(sshd: ChildProcess, port: number): Promise<void> {
  let said = "";
  sshd.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (let tries = 0; tries < 400; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
      socket.on("close", () => undefined).setTimeout(1000, () => socket.destroy());
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    if (sshd.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`sshd does not answer: ${said}`);
}

/** A relay to a port that can cut its connections, or keep them open and pass nothing on. */
export interface Relay {
  readonly port: number;
  cut(): void;
  freeze(): void;
  stop(): Promise<void>;
}

export async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    near.on("data", (data) => frozen || far.write(data)).on("end", () => frozen || far.end());
    far.on("data", (data) => frozen || near.write(data)).on("end", () => frozen || near.end());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  const port = await listenOnHeldPort(server);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cut,
    freeze: () => {
      frozen = true;
    },
    stop: () => stopListening(server, sockets),
  };
}
