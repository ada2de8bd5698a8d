/**
 * Looks which ways lead to a computer: SSH, WinRM and WinRM over HTTPS. Nobody is logged on, no credential is sent, and nothing that a
 * computer shows is trusted. Each answer is bounded in time and in length.
 */
import { lookup } from "node:dns/promises";
import { request } from "node:http";
import type { Socket } from "node:net";
import { isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAwake } from "../../awake";
import { cutLine, reasonOf, visibleLine } from "../../text";
import { Unreachable } from "./errors";
import { type ShownKey, shownKeys } from "./shownKeys";
import { connectTo } from "./streams";

/** `open`: the expected protocol answers. `closed`: refused at once. `silent`: no answer, as behind a firewall. `other`: see `why`. */
export type PortState = "open" | "closed" | "silent" | "other";

interface Way {
  readonly port: number;
  readonly state: PortState;
  /** What was found in its place; null where the way is open. */
  readonly why: string | null;
}

export interface SshWay extends Way {
  /** What the server calls itself, such as `SSH-2.0-OpenSSH_for_Windows_9.5`. */
  readonly banner: string | null;
  readonly keys: readonly ShownKey[];
}

export interface WinRmWay extends Way {
  /** Authentication schemes that it offers, e.g. `Negotiate` and `Kerberos`. */
  readonly schemes: readonly string[];
}

export interface HttpsWay extends WinRmWay {
  readonly certificate: ShownCertificate | null;
}

/** A certificate as it was shown; nothing proves it. */
export interface ShownCertificate {
  /** Names that it is for. */
  readonly names: readonly string[];
  /** SHA-256, as `fingerprint` takes it. */
  readonly fingerprint: string;
  /** Last moment of its validity, in ISO form. */
  readonly validTo: string;
}

export interface WaysOptions {
  /** Milliseconds for each connection, and for each answer. @default 5000 */
  readonly timeoutMs?: number;
  /** @default 22, 5985 and 5986 */
  readonly ports?: { readonly ssh?: number; readonly http?: number; readonly https?: number };
}

export interface Ways {
  readonly host: string;
  /** Addresses of the name; empty where it does not resolve, and then no port was tried. */
  readonly addresses: readonly string[];
  /** Why the name does not resolve; null where it does. */
  readonly why: string | null;
  readonly ssh: SshWay | null;
  readonly http: WinRmWay | null;
  readonly https: HttpsWay | null;
}

/** Looks at all three ways at once. Never throws for what a computer does. */
export async function waysTo(
  host: string,
  { timeoutMs = 5000, ports = {} }: WaysOptions = {},
): Promise<Ways> {
  const addresses = isIP(host) !== 0 ? [host] : await resolved(host, timeoutMs);
  if (typeof addresses === "string")
    return { host, addresses: [], why: addresses, ssh: null, http: null, https: null };
  const [ssh, http, https] = await Promise.all([
    overSsh(host, ports.ssh ?? 22, timeoutMs),
    overHttp(host, ports.http ?? 5985, timeoutMs),
    overHttps(host, ports.https ?? 5986, timeoutMs),
  ]);
  return { host, addresses, why: null, ssh, http, https };
}

async function resolved(host: string, timeoutMs: number): Promise<readonly string[] | string> {
  try {
    const found = await within(timeoutMs, lookup(host, { all: true }));
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    return visibleLine(reasonOf(error));
  }
}

async function overSsh(host: string, port: number, timeoutMs: number): Promise<SshWay> {
  const way = await tried(port, async () => {
    const banner = await bannerOf(await opened(host, port, "SSH", timeoutMs), timeoutMs);
    const keys = await within(timeoutMs, shownKeys({ host, port, perDialTimeout: timeoutMs / 1000 }));
    return { banner, keys };
  });
  return { banner: null, keys: [], ...way };
}

/** The server sends its identification first (RFC 4253, 4.2), after other lines if it likes. */
function bannerOf(socket: Socket, timeoutMs: number): Promise<string> {
  return ending(socket, timeoutMs, (done, fail) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const banner = /^SSH-[^\r\n]*(?=\r?\n)/m.exec(text)?.[0];
      if (banner !== undefined) done(cutLine(visibleLine(banner), 100));
      else if (text.length > 8192) fail(new Unreachable("what answers is no SSH server"));
    });
    socket.on("close", () =>
      fail(new Unreachable("the connection was closed before an SSH server had answered")),
    );
  });
}

async function overHttp(host: string, port: number, timeoutMs: number): Promise<WinRmWay> {
  const way = await tried(port, async () => ({
    schemes: await schemesOf(await opened(host, port, "HTTP", timeoutMs), host, port, timeoutMs),
  }));
  return { schemes: [], ...way };
}

async function overHttps(host: string, port: number, timeoutMs: number): Promise<HttpsWay> {
  let certificate: ShownCertificate | null = null;
  const way = await tried(port, async () => {
    const socket = await opened(host, port, "HTTPS", timeoutMs);
    // It is only shown, and nothing secret is sent: who answers is for the reader to find out.
    const secure = connectTls({
      socket,
      servername: isIP(host) === 0 ? host : "",
      rejectUnauthorized: false,
    });
    const shown = await ending<ShownCertificate>(
      secure,
      timeoutMs,
      (done, fail) => {
        secure.once("secureConnect", () => {
          const seen = secure.getPeerX509Certificate();
          if (seen === undefined) return fail(new Unreachable("what answers shows no certificate"));
          const { subject, subjectAltName = "", fingerprint256, validTo } = seen;
          const alternatives = [...subjectAltName.matchAll(/DNS:([^,\s"]+)/g)].map(([, name = ""]) => name);
          const common = /^CN=(.+)$/m.exec(subject ?? "")?.[1];
          const names = [...new Set([...(common === undefined ? [] : [common]), ...alternatives])];
          done({
            names: names.slice(0, 10).map((name) => cutLine(visibleLine(name), 255)),
            fingerprint: fingerprint256,
            validTo: new Date(validTo).toISOString(),
          });
        });
        secure.on("close", () => fail(new Unreachable("the connection was closed before TLS came about")));
      },
      true,
    );
    certificate = shown;
    return { schemes: await schemesOf(secure, host, port, timeoutMs) };
  });
  return { schemes: [], certificate, ...way };
}

/** The schemes that a listener offers to a request without a logon: it answers 401 with them (RFC 9110, 11.6.1). */
function schemesOf(
  socket: Socket,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<readonly string[]> {
  return ending(socket, timeoutMs, (done, fail) => {
    const asked = request({
      host,
      port,
      method: "POST",
      path: "/wsman",
      headers: {
        "Content-Type": "application/soap+xml;charset=UTF-8",
        "Content-Length": 0,
        Connection: "close",
      },
      createConnection: () => socket,
      maxHeaderSize: 16_384,
    });
    asked.on("error", (error) => fail(new Unreachable(`what answers is no WinRM: ${reasonOf(error)}`)));
    asked.on("response", ({ statusCode, headersDistinct }) => {
      const offered = (headersDistinct["www-authenticate"] ?? []).flatMap((header) =>
        [...header.matchAll(/(?:^|,\s*)([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)(?!\s*=)/g)].map(
          ([, name = ""]) => name,
        ),
      );
      if (statusCode === 401) done([...new Set(offered)].slice(0, 10));
      else
        fail(
          new Unreachable(
            `what answers is no WinRM: it answered a request without a logon with ${statusCode}`,
          ),
        );
    });
    asked.end();
  });
}

function opened(host: string, port: number, way: string, timeoutMs: number): Promise<Socket> {
  return connectTo({ host, port, name: host, way, timeoutMs });
}

/** What was found; of a failure, the port's state. */
async function tried<T extends object>(port: number, look: () => Promise<T>): Promise<Way & Partial<T>> {
  try {
    return { port, state: "open", why: null, ...(await look()) };
  } catch (error) {
    const why = visibleLine(reasonOf(error)).replace(/^\S+ cannot be reached over \w+: /, "");
    return { port, state: stateOf(error, why), why } as Way & Partial<T>;
  }
}

function stateOf(error: unknown, why: string): PortState {
  if (error instanceof Unreachable && error.code === "ECONNREFUSED") return "closed";
  return /^no answer within/.test(why) ? "silent" : "other";
}

/** Settles once, within the time, and ends the connection. @param keeps leaves it open where the answer has come */
function ending<T>(
  socket: Socket,
  timeoutMs: number,
  work: (done: (value: T) => void, fail: (error: Error) => void) => void,
  keeps = false,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      endLimit();
      socket.destroy();
      reject(error);
    };
    const endLimit = afterAwake(timeoutMs, () =>
      fail(new Unreachable(`no answer within ${timeoutMs / 1000} s`)),
    );
    // It stays: an error of a connection that has ended is of no interest.
    socket.on("error", (error) => fail(error));
    work((value) => {
      endLimit();
      if (!keeps) socket.destroy();
      resolve(value);
    }, fail);
  });
}

function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const endLimit = afterAwake(timeoutMs, () =>
      reject(new Unreachable(`no answer within ${timeoutMs / 1000} s`)),
    );
    work.then(resolve, reject).finally(endLimit);
  });
}
