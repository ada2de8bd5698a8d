/**
 * The SSH server of one simulated Windows computer, on loopback. It answers exec requests as Win32-OpenSSH
 * does without a pty: `cmd.exe /c "<command>"`, 32-bit exit codes, and a lost connection leaves what was
 * started running. There is no shell and no pty. SFTP is in sftp.ts.
 */
import { timingSafeEqual } from "node:crypto";
import { type AddressInfo, connect as connectTo, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import {
  type AuthContext,
  type Connection,
  type ParsedKey,
  Server,
  type ServerChannel,
  type Session,
  utils,
} from "ssh2";
import type { Handles, Stream } from "./cmd/streams";
import type { SimulatedComputer } from "./computer";
import { newKeyPair } from "./keys";
import type { Logon } from "./logon";
import type { Proof } from "./logon-service";
import { stripQuotes } from "./programs/cmd";
import type { Input } from "./programs/program";
import { serveSftp } from "./sftp";

/** Ways in which the server misbehaves, for tests. They may be changed while it runs. */
export interface TransportFaults {
  /** Text in front of the output of every command, as a motd or an AutoRun leaves it. */
  motd?: string;
  /** Refuses new connections. */
  refuse?: boolean;
  /** Refuses every logon, as Windows does that of a domain's account while it starts and has found no domain controller. */
  refuseLogons?: boolean;
  /** Takes connections and answers nothing any more; also on those that are open. */
  mute?: boolean;
  /** Milliseconds before a command is started. */
  delayMs?: number;
  /** Breaks the connection when the command with this number (1 is the first after it was set) has started. */
  cutAtCommand?: number;
  /** Breaks the connection when this many bytes of output have been sent since it was set. */
  cutAfterBytes?: number;
  /** Told of every point that a connection reaches, as it reaches it; it may break the connection there. */
  atPoint?: (point: TransportPoint) => "cut" | undefined;
  /** Breaks the connection when this many bytes of files have arrived over SFTP since it was set. */
  cutAfterSftpBytes?: number;
}

/** A point of the protocol. Commands are named by their text. */
export type TransportPoint =
  /** A connection was accepted; nothing has been said. */
  | { readonly at: "connected" }
  /** Keys are exchanged; nobody has logged on. */
  | { readonly at: "handshake" }
  /** A password or a key was sent, and is not judged yet. */
  | { readonly at: "authentication" }
  /** It was accepted, and the client has heard so. */
  | { readonly at: "ready" }
  /** A command was asked for and is not started: where the connection breaks here it never is. */
  | { readonly at: "command"; readonly command: string }
  /** It is started, and has not printed anything. */
  | { readonly at: "started"; readonly command: string }
  /** A piece of its input has come; where the connection breaks here it reads an end instead. */
  | { readonly at: "input"; readonly command: string }
  /** A piece of its output is about to be sent. */
  | { readonly at: "output"; readonly command: string }
  /** It has ended, and its exit code is about to be sent. */
  | { readonly at: "ended"; readonly command: string };

/** How people log on to a server. */
export interface SshdOptions {
  /** Offers keyboard-interactive instead of password. @default false */
  readonly keyboardInteractive?: boolean;
  /** OpenSSH public key lines that may log on, by user name as given to SSH. @default none */
  readonly authorizedKeys?: { readonly [user: string]: readonly string[] };
  /** Port on 127.0.0.1 to which a connection is forwarded that asks for a name and a port; null refuses it. @default refuses all */
  readonly forward?: (host: string, port: number) => number | null;
  /** Algorithms to offer, in ssh2's form. @default ssh2's */
  readonly algorithms?: ConstructorParameters<typeof Server>[0]["algorithms"];
}

/** Logs a user on; null when refused. */
export type LogOn = (user: string, proof: Proof) => Promise<Logon | null>;

/** A running SSH server. */
export interface Sshd {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Host key as an OpenSSH public key line. */
  readonly hostKey: string;
  /** Number of connections that have logged on, of passwords that were refused, of commands that were started, and of SFTP sessions. */
  readonly counts: {
    readonly logons: number;
    readonly refusals: number;
    readonly commands: number;
    readonly transfers: number;
  };
  /** Breaks every connection, without a goodbye. */
  dropConnections(): void;
  stop(): Promise<void>;
}

/** Starts the server. */
export async function startSshd(
  computer: SimulatedComputer,
  logOn: LogOn,
  faults: TransportFaults,
  options: SshdOptions = {},
): Promise<Sshd> {
  const key = newKeyPair();
  const sockets = new Set<Socket>();
  const counts = { logons: 0, refusals: 0, commands: 0, transfers: 0 };
  const server = new Server(
    { hostKeys: [key.private], ...(options.algorithms ? { algorithms: options.algorithms } : {}) },
    (connection, { port }) => {
      connection.on("error", () => undefined);
      // Breaks the connection below SSH, as a pulled cable does.
      const cut = (): void => {
        for (const socket of sockets) if (socket.remotePort === port) socket.destroy();
      };
      serve(connection, cut);
    },
  );
  const listener = createServer({ noDelay: true }, (socket) => {
    if (faults.refuse || computer.down || faults.atPoint?.({ at: "connected" }) === "cut") {
      socket.on("error", () => undefined);
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (!faults.mute) server.injectSocket(socket);
  });

  /** True when the connection was broken at this point. */
  function breaksAt(point: TransportPoint, cut: () => void): boolean {
    if (faults.atPoint?.(point) !== "cut") return false;
    cut();
    return true;
  }

  function serve(connection: Connection, cut: () => void): void {
    let logon: Logon | null = null;
    connection.on("handshake", () => void breaksAt({ at: "handshake" }, cut));
    connection.on("authentication", (context) => {
      if (faults.mute || breaksAt({ at: "authentication" }, cut)) return;
      const logOnNow: LogOn = async (user, proof) => (faults.refuseLogons ? null : logOn(user, proof));
      authenticate(context, logOnNow, options).then(
        (accepted) => {
          logon = accepted;
          if (accepted) {
            context.accept();
            return;
          }
          if (context.method === "password" || context.method === "keyboard-interactive")
            counts.refusals += 1;
          context.reject(
            options.keyboardInteractive ? ["publickey", "keyboard-interactive"] : ["publickey", "password"],
          );
        },
        () => context.reject(),
      );
    });
    connection.on("ready", () => {
      counts.logons += 1;
      if (breaksAt({ at: "ready" }, cut)) return;
      connection.on("session", (accept) => {
        if (logon) serveSession(accept(), logon, cut);
      });
      connection.on("tcpip", (accept, reject, { destIP, destPort }) => {
        const target = options.forward?.(destIP, destPort) ?? null;
        if (target === null || faults.mute) {
          reject();
          return;
        }
        const far = connectTo({ host: "127.0.0.1", port: target, noDelay: true });
        far.once("error", () => reject());
        far.once("connect", () => {
          far.removeAllListeners("error");
          const near = accept();
          pipeline(near, far, near, () => undefined);
        });
      });
    });
  }

  function serveSession(session: Session, logon: Logon, cut: () => void): void {
    session.on("pty", (_accept, reject) => reject?.());
    session.on("shell", (_accept, reject) => reject?.());
    session.on("sftp", (accept) => {
      if (faults.mute) return;
      counts.transfers += 1;
      serveSftp(accept(), computer, logon, (bytes) => {
        if (faults.cutAfterSftpBytes === undefined) return;
        faults.cutAfterSftpBytes -= bytes;
        if (faults.cutAfterSftpBytes > 0) return;
        delete faults.cutAfterSftpBytes;
        cut();
      });
    });
    session.on("exec", (accept, _reject, info) => {
      if (faults.mute || breaksAt({ at: "command", command: info.command }, cut)) return;
      counts.commands += 1;
      const channel = accept();
      runCommand(channel, info.command, logon, cut).catch((error: unknown) => {
        channel.stderr.write(`The lab failed: ${error instanceof Error ? error.stack : String(error)}\n`);
        channel.exit(0xffffffff);
        channel.end();
      });
      if (faults.cutAtCommand !== undefined) {
        faults.cutAtCommand -= 1;
        if (faults.cutAtCommand <= 0) {
          delete faults.cutAtCommand;
          setImmediate(cut);
        }
      }
    });
  }

  async function runCommand(
    channel: ServerChannel,
    text: string,
    logon: Logon,
    cut: () => void,
  ): Promise<void> {
    channel.on("error", () => undefined);
    channel.stderr.on("error", () => undefined);
    const transmit = (stream: NodeJS.WritableStream, data: Buffer): void => {
      if (faults.mute || !stream.writable || breaksAt({ at: "output", command: text }, cut)) return;
      if (faults.cutAfterBytes === undefined) {
        stream.write(data);
        return;
      }
      stream.write(data.subarray(0, faults.cutAfterBytes));
      faults.cutAfterBytes -= data.length;
      if (faults.cutAfterBytes > 0) return;
      delete faults.cutAfterBytes;
      setImmediate(cut);
    };
    // As the real server reads its pipes: what is printed in one go is sent in one go.
    const printed: { readonly stream: NodeJS.WritableStream; readonly pieces: Buffer[] }[] = [];
    const flush = (): void => {
      for (const { stream, pieces } of printed.splice(0)) transmit(stream, Buffer.concat(pieces));
    };
    const send = (stream: NodeJS.WritableStream, data: Buffer): void => {
      if (printed.length === 0) setImmediate(flush);
      const last = printed.at(-1);
      if (last?.stream === stream) last.pieces.push(data);
      else printed.push({ stream, pieces: [data] });
    };
    const handles: Handles = new Map<number, Stream>([
      [0, { input: channelInput(channel, () => breaksAt({ at: "input", command: text }, cut)) }],
      [1, { output: { write: (data) => send(channel, data) } }],
      [2, { output: { write: (data) => send(channel.stderr, data) } }],
    ]);
    if (faults.motd !== undefined) send(channel, computer.codePage.encode(faults.motd));
    if (faults.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    const command = stripQuotes(`"${text}"`, (name) => computer.files.program(name) !== undefined);
    const running = computer.runCommand(command, logon, handles);
    breaksAt({ at: "started", command: text }, cut);
    const code = await running;
    flush();
    if (faults.mute || !channel.writable || breaksAt({ at: "ended", command: text }, cut)) return;
    channel.exit(code >>> 0);
    channel.end();
  }

  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  computer.onRestart(dropConnections);
  return {
    port: (listener.address() as AddressInfo).port,
    hostKey: key.public,
    counts,
    dropConnections,
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        dropConnections();
      }),
  };
}

/** What the client sends, up to its end of input or the end of the connection; a piece that `dropped` takes is lost. */
function channelInput(channel: ServerChannel, dropped: () => boolean): Input {
  const waiting: Buffer[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  channel.on("data", (data: Buffer) => {
    if (dropped()) return;
    waiting.push(data);
    wake();
  });
  const end = (): void => {
    ended = true;
    wake();
  };
  channel.on("end", end);
  channel.on("close", end);
  return {
    read: async () => {
      while (waiting.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting.shift() ?? null;
    },
  };
}

async function authenticate(context: AuthContext, logOn: LogOn, options: SshdOptions): Promise<Logon | null> {
  switch (context.method) {
    case "password":
      return options.keyboardInteractive
        ? null
        : logOn(context.username, { kind: "password", password: context.password });
    case "keyboard-interactive": {
      if (!options.keyboardInteractive) return null;
      const [password = ""] = await new Promise<string[]>((resolve) =>
        context.prompt([{ prompt: "Password: ", echo: false }], (answers) => resolve([...answers])),
      );
      return logOn(context.username, { kind: "password", password });
    }
    case "publickey":
      return checkKey(context, options) ? logOn(context.username, { kind: "key" }) : null;
    default:
      return null;
  }
}

function checkKey(context: Extract<AuthContext, { method: "publickey" }>, options: SshdOptions): boolean {
  const entry = Object.entries(options.authorizedKeys ?? {}).find(
    ([user]) => user.toLowerCase() === context.username.toLowerCase(),
  );
  return (entry?.[1] ?? []).some((line) => {
    const parsed = utils.parseKey(line);
    if (parsed instanceof Error) return false;
    const allowed: ParsedKey | undefined = Array.isArray(parsed) ? parsed[0] : parsed;
    const data = allowed?.getPublicSSH();
    if (!allowed || !data || data.length !== context.key.data.length) return false;
    if (!timingSafeEqual(data, context.key.data)) return false;
    return (
      !context.signature ||
      !context.blob ||
      allowed.verify(context.blob, context.signature, context.hashAlgo) === true
    );
  });
}
