/**
 * The WinRM listener of one simulated computer, on loopback: HTTP, and HTTPS where it has a certificate. Over HTTP it takes only what is sealed, as
 * Windows does as it is installed (AllowUnencrypted false, Basic false); over HTTPS somebody has allowed Basic, which is for the computer's own accounts
 * (Microsoft, installation and configuration of WinRM).
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import type { Certificate } from "../../certificates";
import type { SimulatedComputer } from "../computer";
import type { Logon } from "../logon";
import type { Proof } from "../logon-service";
import { isIdentify, readEnvelope } from "./message";
import { type Acceptor, readSealed, sealedType, sealingProtocols, writeSealed } from "./security";
import { Cut, type WinRmPoint, WinRmService } from "./service";
import { defaultQuotas, type Quotas } from "./shells";

/** Ways in which the listener misbehaves, for tests. They may be changed while it runs. */
export interface WinRmFaults {
  /** Refuses new connections, as before the service has started. */
  refuse?: boolean;
  /** Refuses every logon with 401, as Windows does that of a domain's account while it starts and has found no domain controller. */
  refuseLogons?: boolean;
  /** Takes connections and answers nothing any more; also on those that are open. */
  mute?: boolean;
  /** Milliseconds before each answer. */
  delayMs?: number;
  /** Milliseconds after a restart before the service answers, which starts "delayed". @default 0 */
  startDelayMs?: number;
  /** Breaks the connection when the command with this number (1 is the first after it was set) has started. */
  cutAtCommand?: number;
  /** Told of every point that a request reaches, as it reaches it; it may break the connection there. */
  atPoint?: (point: WinRmPoint) => "cut" | undefined;
}

/** How a listener is set up. */
export interface WinRmOptions {
  /** For HTTPS. @default no listener for it */
  readonly certificate?: Certificate;
  /** False: nobody has allowed Basic over HTTPS, as Windows is installed. @default true */
  readonly takesBasic?: boolean;
  /** Makes the acceptor of a connection. @default none: Negotiate and Kerberos are not offered */
  readonly acceptor?: () => Acceptor;
  /** Quotas that somebody has changed. @default {@link defaultQuotas} */
  readonly quotas?: Partial<Quotas>;
  /** Takes Basic over HTTP, and messages that are not sealed: for tests of the messages alone. @default false */
  readonly allowUnencrypted?: boolean;
  /** Faults from the start. @default none */
  readonly faults?: WinRmFaults;
}

/** Logs somebody on; null when refused. */
export type LogOn = (user: string, proof: Proof) => Promise<Logon | null>;

/** What has come so far. */
export interface WinRmCounts {
  readonly connections: number;
  readonly logons: number;
  readonly refusals: number;
  readonly commands: number;
  /** Refused logons by the name that was given, in lower case; the name of a ticket that was refused is not known. */
  readonly refusedAccounts: ReadonlyMap<string, number>;
}

/** A running listener. */
export interface WinRmListener {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Port for HTTPS; null without a certificate. */
  readonly httpsPort: number | null;
  readonly faults: WinRmFaults;
  readonly quotas: Quotas;
  readonly counts: WinRmCounts;
  /** Shells that are open. */
  readonly shells: number;
  /** Ends every shell with what runs in it, as an administrator may. */
  deleteShells(): void;
  /** Breaks every connection, without a goodbye; shells stay. */
  dropConnections(): void;
  stop(): Promise<void>;
}

/** Whoever is at the other end of a connection, and how its messages are sealed. */
interface Session {
  readonly logon: Logon;
  readonly name: string;
  readonly sealing?: { readonly acceptor: Acceptor; readonly protocol: string };
}

/** What a connection has come to. */
interface Line {
  readonly socket: Socket;
  session: Session | null;
  /** A context that is not complete. */
  pending: Acceptor | null;
  readonly closed: AbortController;
}

/** Bytes of a request above which not even a fault is answered (HTTP.SYS; the number is the lab's). */
const mostBytes = 16 * 1024 * 1024;

/** Starts the listener. */
export async function startWinRm(
  computer: SimulatedComputer,
  logOn: LogOn,
  options: WinRmOptions = {},
): Promise<WinRmListener> {
  const faults: WinRmFaults = { ...options.faults };
  const counts = { connections: 0, logons: 0, refusals: 0, refusedAccounts: new Map<string, number>() };
  const quotas: Quotas = { ...defaultQuotas, ...options.quotas };
  const lines = new Map<string, Line>();
  let startsAt = 0;
  const dropConnections = (): void => {
    for (const { socket } of lines.values()) socket.destroy();
  };
  const service = new WinRmService(computer, quotas, (point) => {
    if (point.at === "answer" && point.action === "command" && faults.cutAtCommand !== undefined) {
      faults.cutAtCommand -= 1;
      if (faults.cutAtCommand <= 0) {
        delete faults.cutAtCommand;
        return "cut";
      }
    }
    return faults.atPoint?.(point);
  });

  function accept(socket: Socket): void {
    const down = computer.down || Date.now() < startsAt;
    socket.on("error", () => undefined);
    if (faults.refuse || down || faults.atPoint?.({ at: "connected" }) === "cut") {
      socket.resetAndDestroy();
      return;
    }
    socket.setNoDelay(true);
    counts.connections += 1;
    const line: Line = { socket, session: null, pending: null, closed: new AbortController() };
    const key = endsOf(socket);
    lines.set(key, line);
    socket.on("close", () => {
      lines.delete(key);
      line.closed.abort();
      line.pending?.close();
      line.session?.sealing?.acceptor.close();
    });
  }

  const takesBasic = (secure: boolean) =>
    secure ? options.takesBasic !== false : options.allowUnencrypted === true;
  const schemes = (secure: boolean): readonly string[] => [
    ...(options.acceptor ? ["Negotiate", "Kerberos"] : []),
    ...(takesBasic(secure) ? [`Basic realm="WSMAN"`] : []),
  ];

  function refuse(response: ServerResponse, secure: boolean, user?: string): void {
    if (user !== undefined) {
      counts.refusals += 1;
      const name = user.toLowerCase();
      counts.refusedAccounts.set(name, (counts.refusedAccounts.get(name) ?? 0) + 1);
    }
    send(response, 401, "", undefined, { "WWW-Authenticate": [...schemes(secure)] });
  }

  /** Logs on what Authorization says. Null: the answer is given already. */
  async function authenticate(
    line: Line,
    request: IncomingMessage,
    response: ServerResponse,
    secure: boolean,
  ): Promise<Session | null> {
    const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ", 2);
    const protocol = sealingProtocols[scheme.toLowerCase()];
    if (scheme !== "" && faults.atPoint?.({ at: "authentication" }) === "cut") throw new Cut();
    if (scheme.toLowerCase() === "basic" && takesBasic(secure)) {
      const [user = "", ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
      const logon = faults.refuseLogons
        ? null
        : await logOn(user, { kind: "password", password: password.join(":") });
      // Basic is for the computer's own accounts.
      if (logon?.domain === null) return { logon, name: user };
      refuse(response, secure, user);
      return null;
    }
    if (protocol === undefined || options.acceptor === undefined) {
      refuse(response, secure);
      return null;
    }
    const acceptor = line.pending ?? options.acceptor();
    line.pending = acceptor;
    let step: ReturnType<Acceptor["step"]>;
    try {
      step = acceptor.step(Buffer.from(value, "base64"));
    } catch {
      line.pending = null;
      acceptor.close();
      refuse(response, secure, "");
      return null;
    }
    const reply = step.token === null ? scheme : `${scheme} ${step.token.toString("base64")}`;
    if (!step.done) {
      send(response, 401, "", undefined, { "WWW-Authenticate": reply });
      return null;
    }
    line.pending = null;
    const name = acceptor.client;
    const logon = faults.refuseLogons ? null : await logOn(name, { kind: "ticket" });
    if (logon === null) {
      acceptor.close();
      refuse(response, secure, name);
      return null;
    }
    response.setHeader("WWW-Authenticate", reply);
    return { logon, name, sealing: { acceptor, protocol } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse, secure: boolean): Promise<void> {
    const line = lines.get(endsOf(request.socket));
    if (line === undefined) return;
    const body = await readBody(request);
    if (faults.mute) return;
    if (request.method !== "POST" || !/^\/wsman\/?$/i.test((request.url ?? "").split("?", 1)[0] ?? "")) {
      send(response, request.method === "POST" ? 404 : 405, "");
      return;
    }
    if (body === null) {
      send(response, 413, "");
      return;
    }
    if (request.headers.wsmanidentify === "unauthenticated") {
      const asked = parsesAsIdentify(body);
      send(response, asked ? 200 : 400, asked ? service.identity(false) : "");
      return;
    }
    if (request.headers.authorization !== undefined) {
      line.session?.sealing?.acceptor.close();
      line.session = null;
      const session = await authenticate(line, request, response, secure);
      if (session === null) return;
      counts.logons += 1;
      line.session = session;
    }
    const { session } = line;
    if (session === null) {
      refuse(response, secure);
      return;
    }
    // The leg that completes a logon may be empty.
    if (body.length === 0) {
      send(response, 200, "");
      return;
    }
    const sealed = (request.headers["content-type"] ?? "").toLowerCase().startsWith("multipart/encrypted");
    const open = secure || options.allowUnencrypted === true;
    if (sealed ? session.sealing === undefined : !open) {
      // Windows answers 500 without a body to a message that is not sealed (memory).
      send(response, 500, "");
      return;
    }
    let text: string;
    try {
      text = sealed && session.sealing ? readSealed(session.sealing.acceptor, body) : body.toString("utf8");
    } catch {
      send(response, 400, "");
      return;
    }
    const address = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    const endpoint = `${secure ? "https" : "http"}://${request.headers.host ?? computer.name}/wsman`;
    const { logon, name } = session;
    const answer = await service.answer(text, { logon, name, address, endpoint, signal: line.closed.signal });
    if (faults.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    if (faults.mute || line.closed.signal.aborted) return;
    if (sealed && session.sealing && answer.text !== "") {
      const { acceptor, protocol } = session.sealing;
      send(response, answer.status, writeSealed(acceptor, protocol, answer.text), sealedType(protocol));
    } else send(response, answer.status, answer.text);
  }

  const listen =
    (secure: boolean): RequestListener =>
    (request, response) => {
      handle(request, response, secure).catch((error: unknown) => {
        if (error instanceof Cut || response.headersSent) request.socket.destroy();
        else
          send(
            response,
            500,
            `The lab failed: ${error instanceof Error ? error.stack : String(error)}`,
            "text/plain",
          );
      });
    };
  const servers: Server[] = [];
  async function serve(server: Server): Promise<number> {
    server.on("connection", accept);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }
  /** HTTP.SYS keeps idle connections two minutes (its default); the lab does not end them in the middle of a test. */
  const patience = { keepAliveTimeout: 120_000, requestTimeout: 0, headersTimeout: 60_000 };
  const port = await serve(Object.assign(createServer(listen(false)), patience));
  const { certificate } = options;
  const httpsPort =
    certificate === undefined
      ? null
      : await serve(
          Object.assign(
            createTlsServer({ key: certificate.key, cert: certificate.certificate }, listen(true)),
            patience,
          ),
        );
  computer.onRestart(() => {
    if (computer.restartBehaviour.ignored !== true) service.shells.deleteAll();
    startsAt = Date.now() + (faults.startDelayMs ?? 0);
    dropConnections();
  });
  return {
    port,
    httpsPort,
    faults,
    quotas,
    counts: {
      get connections() {
        return counts.connections;
      },
      get logons() {
        return counts.logons;
      },
      get refusals() {
        return counts.refusals;
      },
      get commands() {
        return service.commands;
      },
      refusedAccounts: counts.refusedAccounts,
    },
    get shells() {
      return service.shells.size;
    },
    deleteShells: () => service.shells.deleteAll(),
    dropConnections,
    stop: async () => {
      service.shells.deleteAll();
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      dropConnections();
      await Promise.all(closed);
    },
  };
}

/** Names a connection by its ports, which TLS has in common with the TCP below it. */
function endsOf({ localPort, remotePort }: Socket): string {
  return `${localPort} ${remotePort}`;
}

function parsesAsIdentify(body: Buffer): boolean {
  try {
    return isIdentify(readEnvelope(body.toString("utf8")));
  } catch {
    return false;
  }
}

/** Null for a body that is longer than anybody takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length <= mostBytes) parts.push(part as Buffer);
  }
  return length > mostBytes ? null : Buffer.concat(parts);
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  type = "application/soap+xml;charset=UTF-8",
  headers: { readonly [name: string]: string | string[] } = {},
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    Server: "Microsoft-HTTPAPI/2.0",
    "Content-Length": bytes.length,
    ...(bytes.length > 0 ? { "Content-Type": type } : {}),
    ...headers,
  });
  response.end(bytes);
}
