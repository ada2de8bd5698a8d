/**
 * Servers that answer as WinRM's do where something stands in between, is being restarted, or has no room left. A command is never sent again
 * unless it is known that it was not started.
 */
import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import {
  AuthenticationFailed,
  ConnectionLost,
  HostError,
  ServerNotProven,
  Unreachable,
} from "../../lib/host";
import { openingError } from "../../lib/host/transport/winrm/openingError";
import type { SecurityContext } from "../../lib/host/transport/winrm/securityContext";
import { WinRmSession } from "../../lib/host/transport/winrm/winRmSession";
import { Logons } from "../../lib/logons";
import { answersOf, fault, sealed } from "./winrm-answers";

/** What is written for a request, and whether the connection is ended behind it. */
interface Raw {
  readonly octets: string | Buffer;
  readonly ends?: boolean;
}
type Script = { readonly [action: string]: Raw | readonly Raw[] };

const token = "aGVsbG8=";
const welcome: Raw = {
  octets: `HTTP/1.1 200 OK\r\nWWW-Authenticate: Kerberos ${token}\r\nContent-Length: 0\r\n\r\n`,
};
const usual = answersOf();

describe("WinRM where something else answers", () => {
  let server: Server;
  let asked: string[];
  let sockets: Set<Socket>;
  let script: Script;
  const sessions: WinRmSession[] = [];

  beforeEach(async () => {
    asked = [];
    sockets = new Set();
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      let seen = Buffer.alloc(0);
      socket.on("data", (part) => {
        seen = Buffer.concat([seen, part]);
        for (;;) {
          const at = seen.indexOf("\r\n\r\n");
          if (at < 0) return;
          const head = seen.toString("latin1", 0, at);
          const end = at + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1]);
          if (seen.length < end) return;
          const text = seen.toString("utf8", at, end);
          seen = seen.subarray(end);
          answer(
            socket,
            /^authorization:/im.test(head) ? "logon" : (/Action [^>]*>[^<]*\/(\w+)</.exec(text)?.[1] ?? ""),
          );
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  function answer(socket: Socket, action: string): void {
    const times = asked.filter((each) => each === action).length;
    asked.push(action);
    const given = script[action] ?? (action === "logon" ? welcome : { octets: sealed(usual[action] ?? "") });
    const raw = Array.isArray(given) ? given[Math.min(times, given.length - 1)] : given;
    socket.write(raw.octets);
    if (raw.ends === true) socket.end();
  }

  async function open(answers: Script): Promise<WinRmSession> {
    script = answers;
    const { port } = server.address() as AddressInfo;
    const connection = { winrm: {}, host: "127.0.0.1", port, user: "x@contoso.com", dialErrorLimit: 0 };
    const logon = { newContext: openContext, release: () => undefined };
    const way = { connection, logon, serverName: "ex1.contoso.com", jump: undefined };
    const session = await WinRmSession.start(way, connect(port, "127.0.0.1"), new Logons()).catch(
      (error: unknown) => {
        throw openingError(connection, error);
      },
    );
    sessions.push(session);
    return session;
  }
  /** The class and the text of a failure, without the port. */
  async function failure(work: Promise<unknown>): Promise<{ readonly kind: unknown; readonly text: string }> {
    const error = await work.then(
      () => assert.fail("it did not fail"),
      (e: unknown) => e,
    );
    assert.ok(error instanceof HostError, String(error));
    return { kind: error.constructor, text: error.message.replace(/127\.0\.0\.1:\d+/g, "EX1") };
  }
  const plain = (status: string, headers: string, body = ""): Raw => ({
    octets: `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
  });
  const lost = (why: string) => ({
    kind: ConnectionLost,
    text: `the WinRM connection to EX1 was lost before the command had ended (${why}): whether the command ran is not known`,
  });

  const html = "<!DOCTYPE html><html><body>Blocked by the proxy</body></html>";
  const atLogon: readonly (readonly [string, Raw, unknown, string])[] = [
    [
      "a refusal that names no way to log on",
      plain("401 Unauthorized", ""),
      ServerNotProven,
      'EX1 offers no Kerberos over WinRM (it offers nothing): switch it on there (winrm set winrm/config/service/auth @{Kerberos="true"})',
    ],
    [
      "a service that is being restarted",
      plain("503 Service Unavailable", "Server: Microsoft-HTTPAPI/2.0\r\n"),
      Unreachable,
      "EX1 cannot be reached over WinRM: the server answered with HTTP 503 of Microsoft-HTTPAPI/2.0",
    ],
    [
      "another web server",
      plain("404 Not Found", "Server: Apache\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n", html),
      Unreachable,
      "EX1 cannot be reached over WinRM: the server answered with HTTP 404 of Apache",
    ],
    [
      "a web server that lets nobody in",
      plain("403 Forbidden", ""),
      Unreachable,
      "EX1 cannot be reached over WinRM: the server answered with HTTP 403",
    ],
    [
      "a redirection, which nobody follows",
      plain("302 Found", "Location: https://portal.contoso.com/login\r\n"),
      Unreachable,
      "EX1 cannot be reached over WinRM: the server answered with HTTP 302, which leads to https://portal.contoso.com/login",
    ],
    [
      "a proxy's page",
      plain("200 OK", "Content-Type: text/html\r\n", html),
      ServerNotProven,
      "EX1 did not prove itself with Kerberos (HTTP 200)",
    ],
  ];
  for (const [name, raw, kind, text] of atLogon)
    it(`tells ${name}, and takes it for no refused password`, async () => {
      const found = await failure(open({ logon: raw }));
      assert.deepEqual(found, { kind, text });
      assert.notEqual(found.kind, AuthenticationFailed);
      assert.deepEqual(asked, ["logon"]);
    });

  const quota = "This user is allowed a maximum number of 30 concurrent shells, which has been exceeded.";
  it("tells a quota of shells, and what to do", async () => {
    assert.deepEqual(await failure(open({ Create: { octets: sealed(fault(2150859173, quota)) } })), {
      kind: HostError,
      text:
        `the WinRM server EX1 made no shell, since a quota of x@contoso.com is used up: ${quota} Close shells that were left there ` +
        "(winrm enumerate shell), or wait until their idle time is over",
    });
  });

  it("tells a page in place of a shell", async () => {
    const found = await failure(open({ Create: plain("200 OK", "Content-Type: text/html\r\n", html) }));
    assert.deepEqual(found, {
      kind: Unreachable,
      text: "EX1 cannot be reached over WinRM: the server's answer is no sealed message: it is of another type",
    });
  });

  it("goes on after a quota of operations, which has started nothing", async () => {
    const operations = fault(
      2150859174,
      "This user is allowed a maximum number of 1500 concurrent operations.",
    );
    const session = await open({
      Command: [{ octets: sealed(operations) }, { octets: sealed(usual.Command ?? "") }],
    });
    assert.deepEqual(await failure(session.exec("x")), {
      kind: HostError,
      text: "the WinRM server EX1 did not accept a command: This user is allowed a maximum number of 1500 concurrent operations.",
    });
    assert.equal((await session.exec("y")).exitCode, 0);
  });

  const sealedDone = sealed(usual.Receive ?? "");
  const middle = sealedDone.indexOf("\r\n\r\n") + 40;
  const chunked = Buffer.concat([
    Buffer.from(
      sealedDone
        .toString("latin1")
        .split("\r\n\r\n", 1)[0]
        ?.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked") ?? "",
    ),
    Buffer.from("\r\n\r\n1000\r\n--Encrypted"),
  ]);
  const open503 = plain("503 Service Unavailable", "");
  const unknown: readonly (readonly [string, Script, string])[] = [
    ["503 for the command", { Command: open503 }, "the server answered with HTTP 503"],
    [
      "a time-out of the server at the command",
      { Command: { octets: sealed(fault(2150858793, "The operation has timed out.")) } },
      "the server failed at it: The operation has timed out.",
    ],
    [
      "memory that the service has not",
      {
        Command: { octets: sealed(fault(14, "Not enough storage is available to complete this operation.")) },
      },
      "the server failed at it: Not enough storage is available to complete this operation.",
    ],
    [
      "an answer that is cut",
      { Receive: { octets: sealedDone.subarray(0, middle), ends: true } },
      "an answer was cut off",
    ],
    ["a part in chunks that is cut", { Receive: { octets: chunked, ends: true } }, "an answer was cut off"],
    [
      "no answer, and the end of the connection",
      { Receive: { octets: "", ends: true } },
      "the server closed the connection",
    ],
    [
      "an end of the connection between command and output",
      { Send: { octets: sealed(usual.Send ?? ""), ends: true } },
      "the server closed the connection",
    ],
    [
      "a packed answer that nobody has asked for",
      {
        Receive: {
          octets: Buffer.concat([
            Buffer.from(
              `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzipSync("x").length}\r\n\r\n`,
            ),
            gzipSync("x"),
          ]),
        },
      },
      "the server's answer is no sealed message: it is of another type",
    ],
    [
      "a shell that somebody has deleted",
      { Receive: { octets: sealed(fault(995, "The I/O operation has been aborted.")) } },
      "the shell has gone: The I/O operation has been aborted.",
    ],
    [
      "an answer that is no message",
      { Receive: { octets: sealed("<html>") } },
      "the server's answer is no message of WinRM: unclosed tag: html",
    ],
    [
      "a second question for the password",
      { Receive: plain("401 Unauthorized", "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n") },
      "the server answered with HTTP 401",
    ],
  ];
  for (const [name, answers, why] of unknown)
    it(`does not know whether a command ran after ${name}, and sends it once`, async () => {
      const session = await open(answers);
      assert.deepEqual(await failure(session.exec("x")), lost(why));
      assert.equal(asked.filter((action) => action === "Command").length, 1);
      assert.equal(session.alive, false);
    });

  it("makes a new connection and a shell where the old one ended between two commands", async () => {
    const session = await open({ Receive: [{ octets: sealedDone, ends: true }, { octets: sealedDone }] });
    assert.equal((await session.exec("x")).exitCode, 0);
    assert.equal((await session.exec("y")).exitCode, 0);
    assert.deepEqual(
      asked.filter((action) => /Create|Command|logon/.test(action)),
      [...["logon", "Create", "Command"], ...["logon", "Create", "Command"]],
    );
  });

  it("makes them where the server ends the connection when the last command is to be forgotten", async () => {
    const session = await open({ Signal: { octets: "", ends: true } });
    assert.equal((await session.exec("x")).exitCode, 0);
    assert.equal((await session.exec("y")).exitCode, 0);
    assert.equal(asked.filter((action) => action === "Command").length, 2);
  });

  it("makes a new shell where its idle time was over", async () => {
    const gone = { octets: sealed(fault(2150858843, "The request contained invalid selectors.")) };
    const command = { octets: sealed(usual.Command ?? "") };
    const session = await open({ Signal: gone, Command: [command, gone, command] });
    assert.equal((await session.exec("x")).exitCode, 0);
    assert.equal((await session.exec("y")).exitCode, 0);
    assert.deepEqual(asked.slice(-6), ["Signal", "Command", "Create", "Command", "Send", "Receive"]);
  });

  it("does not ask again at once where the server has nothing to tell", async () => {
    const running = { octets: sealed(usual.Running ?? "") };
    const session = await open({ Receive: running });
    await failure(session.exec("x", { timeoutMs: 1_000 }));
    const times = asked.filter((action) => action === "Receive").length;
    assert.ok(times >= 1 && times <= 5, `${times} times`);
  });
});

/** Security that seals nothing, for what lies above it. */
const openContext = (): SecurityContext => {
  let isComplete = false;
  return {
    get isComplete() {
      return isComplete;
    },
    step: (given) => {
      isComplete = given !== null;
      return Buffer.from("hello");
    },
    seal: (message) => ({ signature: Buffer.alloc(0), sealed: message }),
    unseal: (message) => message.sealed,
    release: () => undefined,
  };
};
