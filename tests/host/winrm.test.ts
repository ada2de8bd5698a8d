import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import fc from "fast-check";
import {
  ClockSkew,
  CommandTimeout,
  ConnectionLost,
  HostError,
  NotAdmitted,
  OutputTooLarge,
  ServerNotProven,
} from "../../lib/host";
import { Channel, ChannelBroken } from "../../lib/host/transport/winrm/channel";
import { accountOf, serverNameOf, type WinRmConnection } from "../../lib/host/transport/winrm/connection";
import type { KerberosLibrary } from "../../lib/host/transport/winrm/kerberosLibrary";
import { bodyOf, commandIn, receivedIn, shellIn } from "../../lib/host/transport/winrm/messages";
import { readSealedBody, sealedBody, sealedType } from "../../lib/host/transport/winrm/sealing";
import { KerberosContext, type SecurityContext } from "../../lib/host/transport/winrm/securityContext";
import { mostCommands, WinRmSession } from "../../lib/host/transport/winrm/winRmSession";
import { parseXml } from "../../lib/host/transport/winrm/xml";
import { Logons } from "../../lib/logons";

const shellUri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
const command = "CF84C20A-0A35-43FA-AF78-0B4711DA5F30";

/** As a Windows Server 2016 writes its answers, in the recordings of jborean93/pypsrp (tests/tests_pypsrp/responses/test_winrs_*.yml). */
function envelope(body: string): string {
  return (
    `<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ` +
    `xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" ` +
    `xmlns:rsp="${shellUri}" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"><s:Header></s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

const created = envelope(
  `<x:ResourceCreated><a:Address>http://ex1:5985/wsman</a:Address><a:ReferenceParameters><w:SelectorSet>` +
    `<w:Selector Name="ShellId">4283CBDC-3706-415B-88BD-B385F3E51A53</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>` +
    `<rsp:Shell><rsp:ShellId>4283CBDC-3706-415B-88BD-B385F3E51A53</rsp:ShellId><rsp:IdleTimeOut>PT180.000S</rsp:IdleTimeOut></rsp:Shell>`,
);
const started = envelope(
  `<rsp:CommandResponse><rsp:CommandId>${command}</rsp:CommandId></rsp:CommandResponse>`,
);
const nothing = envelope("");

function stream(name: string, text: string): string {
  return `<rsp:Stream Name="${name}" CommandId="${command}">${Buffer.from(text).toString("base64")}</rsp:Stream>`;
}

function state(name: string, inner = ""): string {
  return `<rsp:CommandState CommandId="${command}" State="${shellUri}/CommandState/${name}">${inner}</rsp:CommandState>`;
}

function received(...parts: readonly string[]): string {
  return envelope(`<rsp:ReceiveResponse>${parts.join("")}</rsp:ReceiveResponse>`);
}

function done(code: string, ...parts: readonly string[]): string {
  return received(...parts, state("Done", `<rsp:ExitCode>${code}</rsp:ExitCode>`));
}

function fault(code: number, text: string): string {
  return envelope(
    `<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en-US">${text}  </s:Text></s:Reason>` +
      `<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${code}" Machine="ex1">` +
      `<f:Message>${text}  </f:Message></f:WSManFault></s:Detail></s:Fault>`,
  );
}

const timedOut = fault(2150858793, "The operation has timed out.");
const gone = fault(2150858843, "The command identifier does not exist.");

/** Security that seals nothing, for what lies above it. */
const openContext = (): SecurityContext => {
  let isComplete = false;
  return {
    get isComplete() {
      return isComplete;
    },
    step: (token) => {
      isComplete = token !== null;
      return Buffer.from("hello");
    },
    seal: (message) => ({ signature: Buffer.alloc(0), sealed: message }),
    unseal: ({ sealed }) => sealed,
    release: () => undefined,
  };
};

/** What the listener answers to an action: a text is sealed, bytes are sent as they are, and `null` is never answered. */
type Answer = string | Buffer | null | "cut";
type Script = (action: string, request: string) => Answer;

/** A listener that answers by a script. */
class Listener {
  readonly asked: { readonly action: string; readonly request: string }[] = [];
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(script: Script) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const token = request.headers.authorization;
        if (token !== undefined) {
          response.writeHead(200, { "www-authenticate": token });
          return void response.end();
        }
        const sealed = readSealedBody(request.headers["content-type"] ?? "", Buffer.concat(parts));
        const text = sealed.sealed.toString();
        const action = /Action [^>]*>[^<]*\/(\w+)</.exec(text)?.[1] ?? "";
        this.asked.push({ action, request: text });
        const answer = script(action, text);
        if (answer === null) return;
        if (answer === "cut") return void request.socket.destroy();
        const message = typeof answer === "string" ? Buffer.from(answer) : answer;
        const isFault = message.includes("<s:Fault>");
        response.writeHead(isFault ? 500 : 200, { "content-type": sealedType });
        response.end(
          typeof answer === "string"
            ? sealedBody({ signature: Buffer.alloc(0), sealed: message }, message.length)
            : answer,
        );
      });
    });
    this.#server.on("connection", (socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
    });
  }

  static async start(script: Script): Promise<Listener> {
    const listener = new Listener(script);
    await new Promise<void>((resolve) => listener.#server.listen(0, "127.0.0.1", resolve));
    return listener;
  }

  async open(): Promise<WinRmSession> {
    const { port } = this.#server.address() as AddressInfo;
    const connection = { winrm: {}, host: "127.0.0.1", port, user: "x@contoso.com", dialErrorLimit: 0 };
    const logon = { newContext: openContext, release: () => Promise.resolve() };
    const way = { connection, logon, serverName: "ex1.contoso.com", jump: undefined };
    return WinRmSession.start(way, connect(port, "127.0.0.1"), new Logons());
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Everything as it should be, but for what is said of some actions. */
function usual(changes: { readonly [action: string]: Answer | (() => Answer) } = {}): Script {
  const answers: { readonly [action: string]: Answer | (() => Answer) } = {
    Create: created,
    Command: started,
    Send: nothing,
    Receive: done("0"),
    Signal: nothing,
    Delete: nothing,
    ...changes,
  };
  return (action) => {
    const answer = answers[action];
    return typeof answer === "function" ? answer() : (answer ?? "cut");
  };
}

/** One after the other, and the last again and again. */
function inTurn(...answers: readonly Answer[]): () => Answer {
  let at = 0;
  return () => {
    const answer = answers[Math.min(at++, answers.length - 1)];
    return answer === undefined ? "cut" : answer;
  };
}

describe("WinRM", () => {
  const listeners: Listener[] = [];
  const sessions: WinRmSession[] = [];
  async function open(script: Script): Promise<{ session: WinRmSession; listener: Listener }> {
    const listener = await Listener.start(script);
    listeners.push(listener);
    const session = await listener.open();
    sessions.push(session);
    return { session, listener };
  }
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
    for (const listener of listeners.splice(0)) listener.stop();
  });

  describe("a command", () => {
    it("has both streams apart, as bytes, and the code of the state that is done", async () => {
      const first = received(stream("stdout", "hi"), stream("stdout", "\n"), state("Running"));
      const last = done("1", stream("stderr", "err \r\n"), stream("stdout", "こんにちは"), state("Running"));
      const { session } = await open(usual({ Receive: inTurn(first, timedOut, last) }));
      const chunks: string[] = [];
      const result = await session.exec("x", { onOutput: (chunk) => chunks.push(chunk.toString()) });
      assert.equal(result.stdout, "hi\nこんにちは");
      assert.equal(result.stderr, "err \r\n");
      assert.equal(result.exitCode, 1);
      assert.deepEqual(chunks, ["hi", "\n", "こんにちは"]);
    });

    it("has a signed exit code of 32 bits", async () => {
      const { session } = await open(usual({ Receive: inTurn(done("3221225477"), done("2147943401")) }));
      assert.equal((await session.exec("x")).exitCode, -1073741819);
      assert.equal((await session.exec("x")).exitCode, -2147023895);
    });

    it("is sent with its line escaped, and its standard input in parts that fit, then its end", async () => {
      const { session, listener } = await open(usual());
      await session.exec('echo "a" & b < c', { stdin: "x".repeat(100_000) });
      const line = listener.asked.find(({ action }) => action === "Command")?.request;
      assert.match(line ?? "", /<rsp:Command>echo &quot;a&quot; &amp; b &lt; c<\/rsp:Command>/);
      const sent = listener.asked.filter(({ action }) => action === "Send");
      assert.deepEqual(
        sent.map(({ request }) => / End="true"/.test(request)),
        [false, false, true],
      );
      for (const { request } of sent) assert.ok(request.length < 150_000);
      const octets = sent.map(({ request }) => />([A-Za-z0-9+/=]*)<\/rsp:Stream>/.exec(request)?.[1] ?? "");
      assert.equal(octets.map((each) => Buffer.from(each, "base64").length).join(" "), "45000 45000 10000");
    });

    it("gets the end of its standard input at once where there is none", async () => {
      const { session, listener } = await open(usual());
      await session.exec("x");
      const actions = listener.asked.map(({ action }) => action);
      assert.deepEqual(actions.slice(0, 4), ["Create", "Command", "Send", "Receive"]);
      assert.match(listener.asked[2]?.request ?? "", / End="true"><\/rsp:Stream>/);
    });

    it("is lost, and not done, where no exit code came", async () => {
      const { session } = await open(usual({ Receive: received(state("Done")) }));
      await assert.rejects(session.exec("x"), ConnectionLost);
      assert.equal(session.alive, false);
    });

    it("is lost with its shell, and never sent again", async () => {
      const { session, listener } = await open(usual({ Receive: gone }));
      await assert.rejects(
        session.exec("x"),
        (error: Error) =>
          error instanceof ConnectionLost &&
          error.message ===
            `${`the WinRM connection to ${session.name} was lost before the command had ended `}(the shell has gone: The command identifier does not exist.): whether the command ran is not known`,
      );
      assert.equal(listener.asked.filter(({ action }) => action === "Command").length, 1);
    });

    it("is started in a new shell where the old one had gone before it", async () => {
      const { session, listener } = await open(usual({ Command: inTurn(gone, started) }));
      assert.equal((await session.exec("x")).exitCode, 0);
      const actions = listener.asked.map(({ action }) => action);
      assert.deepEqual(actions.slice(0, 4), ["Create", "Command", "Create", "Command"]);
    });

    it("is started in a new shell before the user has no operations left", async () => {
      const { session, listener } = await open(usual());
      for (let ran = 0; ran <= mostCommands; ran++) assert.equal((await session.exec("x")).exitCode, 0);
      const actions = listener.asked.map(({ action }) => action).filter((each) => /Create|Delete/.test(each));
      assert.deepEqual(actions, ["Create", "Delete", "Create"]);
      // Six places, each with a shell of its own, stay below Windows' quota of 1500.
      assert.ok(6 * mostCommands < 1500);
    });

    it("is lost with its connection, as all others are", async () => {
      const { session } = await open(usual({ Receive: inTurn("cut", null) }));
      const both = await Promise.allSettled([session.exec("x"), session.exec("y")]);
      for (const each of both) {
        assert.equal(each.status, "rejected");
        assert.ok(each.reason instanceof ConnectionLost);
      }
      await assert.rejects(session.exec("z"), ConnectionLost);
    });

    it("is given up after its time, ended on the computer, and the session stays usable", async () => {
      const { session, listener } = await open(usual({ Receive: inTurn(null, done("0")) }));
      await assert.rejects(session.exec("x", { timeoutMs: 50 }), CommandTimeout);
      assert.equal((await session.exec("y")).exitCode, 0);
      await eventually(() => listener.asked.some(({ action }) => action === "Delete"));
      assert.ok(listener.asked.some(({ action }) => action === "Signal"));
      assert.equal(session.alive, true);
    });

    it("is given up where it prints too much", async () => {
      const { session } = await open(usual({ Receive: received(stream("stdout", "x".repeat(2000))) }));
      await assert.rejects(session.exec("x", { maxOutput: 1000 }), OutputTooLarge);
    });

    it("that the server refuses is told with the server's words, and loses nothing", async () => {
      const { session } = await open(usual({ Command: inTurn(fault(2147942402, "No such file."), started) }));
      await assert.rejects(
        session.exec("x"),
        (error: Error) =>
          error instanceof HostError &&
          !(error instanceof ConnectionLost) &&
          /did not accept a command: No such file\.$/.test(error.message),
      );
      assert.equal((await session.exec("x")).exitCode, 0);
    });

    it("shares connections with others, one at a time and six at most", async () => {
      const { session, listener } = await open(usual());
      for (let i = 0; i < 5; i++) await session.exec("x");
      assert.equal(listener.connections, 1);
      await Promise.all(Array.from({ length: 20 }, () => session.exec("x")));
      assert.ok(listener.connections <= 6, `${listener.connections} connections`);
    });
  });

  it("tells clocks, where the token of a refusal tells of them", async () => {
    const token = Buffer.from("what Kerberos says");
    const server = createServer((request, response) => {
      request.resume();
      response
        .writeHead(401, { "www-authenticate": `Negotiate, Kerberos ${token.toString("base64")}` })
        .end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const target = { host: "ex1.contoso.com", port, user: "x@contoso.com", name: "ex1.contoso.com" };
    const logOn = (answer: Error) =>
      Channel.open(target, connect(port, "127.0.0.1"), {
        ...openContext(),
        step: (given) => {
          if (given === null) return Buffer.from("hello");
          assert.deepEqual(given, token);
          throw answer;
        },
      });
    try {
      await assert.rejects(logOn(new ClockSkew("Clock skew too great")), ClockSkew);
      await assert.rejects(logOn(new ServerNotProven("Kerberos: something else")), NotAdmitted);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("waits for an answer to the logon as long as for a dial", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const target = {
      host: "ex1.contoso.com",
      port,
      user: "x@contoso.com",
      name: "ex1.contoso.com",
      logonMs: 100,
    };
    try {
      await assert.rejects(
        Channel.open(target, connect(port, "127.0.0.1"), openContext()),
        (error: Error) => error instanceof ChannelBroken && error.message === "no answer within 0.1 s",
      );
    } finally {
      silent.close();
      silent.closeAllConnections();
    }
  });

  it("deletes its shells when it is closed", async () => {
    const { session, listener } = await open(usual());
    await session.exec("x");
    session.close();
    await eventually(() => listener.asked.some(({ action }) => action === "Delete"));
  });

  describe("answers of any kind", () => {
    const limits = { numRuns: Number(process.env.EXCHANGE_UPGRADE_FUZZ ?? 1) * 60 };
    const texts = [created, started, nothing, done("0", stream("stdout", "hi")), timedOut, gone];

    it("never crash the reading of XML, and never take long", () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...texts),
          fc.array(fc.tuple(fc.nat(2000), fc.nat(40), fc.string())),
          (text, cuts) => {
            const changed = cuts.reduce(
              (kept, [at, length, put]) => kept.slice(0, at) + put + kept.slice(at + length),
              text,
            );
            try {
              const body = bodyOf(changed);
              receivedIn(body, command);
              for (const read of [shellIn, commandIn]) {
                try {
                  read(body);
                } catch (error) {
                  assert.ok(error instanceof Error);
                }
              }
            } catch (error) {
              assert.ok(error instanceof Error && !(error instanceof RangeError));
            }
          },
        ),
        limits,
      );
    });

    it("are refused where they are deep, or have a document type", () => {
      assert.throws(() => parseXml("<a>".repeat(1000)), /too deep/);
      assert.throws(() => parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), /document type/);
      assert.throws(() => parseXml("<a>&b;</a>"));
      assert.throws(() => parseXml(""));
    });

    it("are refused where they are no sealed message", () => {
      const plain = Buffer.from(nothing);
      const whole = sealedBody({ signature: Buffer.from("sig"), sealed: plain }, plain.length);
      assert.equal(readSealedBody(sealedType, whole).sealed.toString(), nothing);
      // One server writes no tab, and another an empty line behind the end.
      const other = Buffer.concat([
        Buffer.from(whole.toString("latin1").replace(/\t/g, ""), "latin1"),
        Buffer.from("\r\n"),
      ]);
      assert.equal(readSealedBody(sealedType, other).sealed.toString(), nothing);
      assert.throws(() => readSealedBody("application/soap+xml", whole), ServerNotProven);
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, octet) => {
          const cut = whole.subarray(0, at);
          const changed = Buffer.from(whole);
          changed[at] = octet;
          for (const body of [cut, changed]) {
            try {
              readSealedBody(sealedType, body);
            } catch (error) {
              assert.ok(error instanceof ServerNotProven);
            }
          }
        }),
        limits,
      );
    });

    it("end a command as a failure of the host", async () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
        fc.constantFrom(...texts),
        fc.string(),
        fc.constant("cut" as const),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("Command", "Send", "Receive", "Signal"),
          bytes,
          async (action, answer) => {
            const { session, listener } = await open(usual({ [action]: inTurn(answer, "cut") }));
            await session
              .exec("x")
              .catch((error: unknown) => assert.ok(error instanceof HostError, String(error)));
            session.close();
            listener.stop();
          },
        ),
        { ...limits, numRuns: 30 },
      );
    });
  });

  describe("a connection", () => {
    const connection: WinRmConnection = {
      winrm: {},
      host: "ex1.contoso.com",
      user: "upgrader@contoso.com",
      password: "secret",
    };

    it("tells the realm of its account", () => {
      const of = (changes: Partial<WinRmConnection>) => {
        const { name, realm } = accountOf({ ...connection, ...changes });
        return `${name} ${realm}`;
      };
      assert.equal(of({}), "upgrader CONTOSO.COM");
      assert.equal(
        of({ user: "CONTOSO\\upgrader", winrm: { realm: "contoso.com" } }),
        "upgrader CONTOSO.COM",
      );
      assert.equal(
        of({ user: "a@mail.example", winrm: { realm: "contoso.com" } }),
        "a@mail.example CONTOSO.COM",
      );
      assert.throws(
        () => of({ user: "CONTOSO\\upgrader" }),
        /cannot be used: the domain of `user` is not told/,
      );
      assert.throws(() => of({ password: "" }), /cannot be used: WinRM has no `password` to log on with/);
    });

    it("has a name that the computer proves", () => {
      assert.equal(serverNameOf(connection), "ex1.contoso.com");
      assert.equal(serverNameOf({ ...connection, host: "10.0.0.1", winrm: { serverName: "ex1" } }), "ex1");
      assert.throws(() => serverNameOf({ ...connection, host: "10.0.0.1" }), ServerNotProven);
    });
  });

  it("seals with keys of AES only, and takes nothing for sealed that is not", () => {
    const message = Buffer.from("the message");
    const seal = (header: string, behind: number, confidential: number) =>
      new KerberosContext(
        sealing(Buffer.from(header, "hex"), behind, confidential),
        "MEMORY:x",
        "HTTP/x@",
      ).seal(message);
    const { signature, sealed } = seal("05040600000c001c", 0, 1);
    assert.equal(signature.toString("hex"), "05040600000c001c");
    assert.notEqual(sealed, message);
    assert.deepEqual(sealed, Buffer.from("THE MESSAGE"));
    const noAes = /^the context has no AES key, which sealing over HTTP needs$/;
    assert.throws(() => seal("6034060b", 0, 1), { constructor: ServerNotProven, message: noAes });
    assert.throws(() => seal("05040600000c001c", 1, 1), { constructor: ServerNotProven, message: noAes });
    assert.throws(() => seal("05040600000c001c", 0, 0), {
      constructor: ServerNotProven,
      message: /^the context does not seal messages$/,
    });
  });
});

/** A library of which only sealing is there. @param behind octets that it adds behind a message */
function sealing(header: Buffer, behind: number, confidential: number): KerberosLibrary {
  const done = () => 0;
  const library = {
    gss_import_name: done,
    gss_acquire_cred_from: done,
    gss_wrap_iov: (...[, , , , state, parts]: unknown[]) => {
      const [head, data, padding] = parts as { length: number; value: Buffer }[];
      assert.ok(head && data && padding);
      head.length = header.copy(head.value);
      data.value.write(data.value.toString().toUpperCase());
      padding.length = behind;
      (state as number[])[0] = confidential;
      return 0;
    },
  };
  return library as unknown as KerberosLibrary;
}

async function eventually(holds: () => boolean): Promise<void> {
  const end = Date.now() + 50_000;
  while (!holds()) {
    assert.ok(Date.now() < end, "it did not come to hold");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
