/**
 * A domain controller that answers what no domain controller answers: every reading ends in its time, with a fact, with a
 * fact that is unknown and says why, or with an Error; and the same session reads on when the answers are good again.
 */
import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import fc from "fast-check";
import { CertificateAuthority } from "../../lab/certificates";
import { contoso } from "../../lab/contoso";
import { type LabDirectory, startDirectory } from "../../lab/directory";
import { type DirectoryConnection, DirectorySession, DirectoryUnread } from "../../lib/directory";
import type { Fact } from "../../lib/facts";
import { Logons } from "../../lib/logons";
import { isRecord } from "../../lib/wire/values";
import {
  asItIs,
  element,
  headOf,
  type LdapRelay,
  ldapMessage,
  ldapResult,
  type Spoil,
  type Spoilt,
  startLdapRelay,
} from "./ldap-relay";
import { runs } from "./settings";

const dc1 = "dc1.contoso.com";
const emea = "emea-dc1.emea.contoso.com";
const password = "Lab-Reader-1";

/** Time for one answer in these tests: silence is one of the things that happen. */
const timeoutMs = 250;

const noticeOfDisconnection = ldapMessage(
  0,
  element(
    0x78,
    Buffer.concat([
      element(0x0a, Buffer.from([52])),
      element(0x04, Buffer.alloc(0)),
      element(0x04, Buffer.from("unavailable")),
      element(0x8a, Buffer.from("1.3.6.1.4.1.1466.20036")),
    ]),
  ),
);

/** Deeper than any filter or control. */
const nested = Array.from({ length: 2000 }).reduce<Buffer>((inner) => element(0x30, inner), Buffer.alloc(0));

const searchDone = 0x65;
const entryTag = 0x64;

/** An entry in which every name and value is this. */
function entryOf(id: number, bytes: Buffer): Buffer {
  const values = element(0x31, Buffer.concat([element(0x04, bytes), element(0x04, bytes)]));
  const attribute = element(0x30, Buffer.concat([element(0x04, bytes), values]));
  return ldapMessage(id, element(entryTag, Buffer.concat([element(0x04, bytes), element(0x30, attribute)])));
}

const texts: fc.Arbitrary<Buffer> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }).map((text) => Buffer.from(text, "utf8")),
  fc.string({ unit: "binary", maxLength: 60 }).map((text) => Buffer.from(text, "utf16le")),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(" ", "\\", "=", ",", "CN=a,").map((text) => Buffer.from(text.repeat(20_000))),
);

/** Ways to spoil one message; each is given the message and answers what is sent in its place. */
const spoils: fc.Arbitrary<(message: Buffer) => Spoilt> = fc.oneof(
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom("cut", "silence"))
    .map(([part, end]) => (message: Buffer): Spoilt => {
      return { send: [message.subarray(0, Math.floor(part * message.length))], end };
    }),
  fc
    .array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    })
    .map((changes) => (message: Buffer): Spoilt => {
      const turned = Buffer.from(message);
      for (const [at, byte] of changes) turned[Math.floor(at * turned.length)] = byte;
      return { send: [turned] };
    }),
  fc
    .constantFrom(
      [0x84, 0xff, 0xff, 0xff, 0xff],
      [0x84, 0x7f, 0xff, 0xff, 0xff],
      [0x84, 0x80, 0, 0, 0],
      [0x80],
      [0x85, 1, 1, 1, 1, 1],
      [0xff],
      [0],
      [0x84, 0, 0, 0, 0],
    )
    .map((length) => (message: Buffer): Spoilt => {
      return { send: [Buffer.concat([Buffer.from([0x30, ...length]), message.subarray(2)])] };
    }),
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map((garbage) => (message: Buffer): Spoilt => {
    return { send: [Buffer.from(garbage), message] };
  }),
  fc.constant((): Spoilt => ({ send: [] })),
  fc.constant((message: Buffer): Spoilt => ({ send: Array(500).fill(message) })),
  fc.constantFrom("cut", "silence").map((end) => (): Spoilt => ({ send: [noticeOfDisconnection], end })),
  fc.constant((message: Buffer): Spoilt => ({ send: [noticeOfDisconnection, message] })),
  fc.tuple(fc.nat(255), texts).map(([code, text]) => (message: Buffer): Spoilt => {
    return { send: [ldapResult(headOf(message).id, searchDone, code, text)] };
  }),
  fc.constant((message: Buffer): Spoilt => {
    const urls = ["ldap://127.0.0.1:1/", "ldap:///", "ldaps://evil.test", "x".repeat(10_000), ""];
    return { send: [ldapResult(headOf(message).id, searchDone, 10, Buffer.from("0000202B: RefErr"), urls)] };
  }),
  fc.constant((message: Buffer): Spoilt => {
    const reference = element(0x73, element(0x04, Buffer.from("ldap://127.0.0.1:1/DC=contoso,DC=com??sub")));
    return { send: [...Array(100).fill(ldapMessage(headOf(message).id, reference)), message] };
  }),
  fc.constantFrom(0x61, 0x63, 0x65, 0x78, 0x1f, 0xa3).map((tag) => (message: Buffer): Spoilt => {
    return { send: [ldapMessage(headOf(message).id, element(tag, nested))] };
  }),
  fc.constant((message: Buffer): Spoilt => ({ send: [element(0x30, nested), message] })),
  texts.map(
    (text) =>
      (message: Buffer): Spoilt => ({ send: [entryOf(headOf(message).id, text), message] }),
  ),
);

/** Everything that a fact may be, at any depth. */
function assertFacts(value: unknown): void {
  if (!isRecord(value)) return;
  if (typeof value.known === "boolean") {
    assert.equal(typeof value.source, "string", JSON.stringify(value));
    if (!value.known) assert.match(String(value.why), /\S/, JSON.stringify(value));
    assert.doesNotMatch(
      String(value.why ?? ""),
      /call stack|undefined|\[object|is not a function|Cannot read/,
    );
    assert.ok(!JSON.stringify(value).includes(password));
    return;
  }
  for (const each of Object.values(value)) assertFacts(each);
}

/** The message of an Error that is one sentence and holds no password. */
function assertError(error: unknown): void {
  assert.ok(error instanceof Error);
  const isPlain = [Error.prototype, DirectoryUnread.prototype].includes(Object.getPrototypeOf(error));
  assert.ok(isPlain, String(error));
  assert.match(error.message, /^Directory ldaps?:\/\/127\.0\.0\.1:\d+ \S/);
  assert.ok(!error.message.includes(password));
}

describe("a directory that answers anything", () => {
  let directory: LabDirectory;
  let authority: CertificateAuthority;
  let tls: { readonly cert: string; readonly key: string };
  let relay: LdapRelay;

  before(async () => {
    directory = await startDirectory(contoso);
    authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue({ names: [dc1], addresses: ["127.0.0.1"] });
    tls = { cert: certificate, key };
    relay = await startLdapRelay(Number(new URL(directory.controllers[dc1]?.url ?? "").port), tls);
  });
  after(async () => {
    await relay?.stop();
    await directory?.stop();
  });
  afterEach(() => {
    relay.spoil = asItIs;
  });

  const connection = (changes: Partial<DirectoryConnection> = {}): DirectoryConnection => ({
    url: `ldaps://127.0.0.1:${relay.port}`,
    user: "CONTOSO\\reader",
    password,
    ca: `${authority.certificate}${directory.ca}`,
    serverName: dc1,
    domainControllers: { [emea]: directory.controllers[emea]?.url ?? "" },
    timeoutMs,
    ...changes,
  });

  /** Reads everything that a session can be asked for. */
  async function readAll(session: DirectorySession): Promise<readonly Fact<unknown>[]> {
    const forest = await session.forest();
    assertFacts(forest);
    const others = await Promise.all([
      session.domainLevel("contoso.com"),
      session.account("CONTOSO\\prep"),
      session.account("prep@contoso.com"),
      session.principal("CONTOSO\\prep"),
      session.serverAccess(),
      ...(await session.heldLevels([{ controller: dc1, attribute: "schema" }])),
    ]);
    for (const fact of others) assertFacts(fact);
    return others;
  }

  it("makes unknown facts or an Error, and the session reads on", async function () {
    this.timeout(0);
    const first = await DirectorySession.open(connection({ timeoutMs: 15_000 }), new Logons());
    const truth = await first.forest();
    first.close();
    assert.equal(truth.schema.known, true);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), spoils), { maxLength: 3 }),
        async (plan) => {
          let seen = 0;
          relay.spoil = (message) => {
            const [, how] = plan.find(([number]) => number === ++seen) ?? [];
            return how === undefined ? { send: [message] } : how(message);
          };
          let session: DirectorySession;
          try {
            session = await DirectorySession.open(connection(), new Logons());
          } catch (error) {
            assertError(error);
            return;
          }
          try {
            await readAll(session);
          } finally {
            session.close();
          }
        },
      ),
      runs(24),
    );
    // The relay and this process have come through it, too.
    relay.spoil = asItIs;
    const last = await DirectorySession.open(connection({ timeoutMs: 15_000 }), new Logons());
    assert.deepEqual(await last.forest(), truth);
    last.close();
  });

  for (const [what, spoil] of [
    ["the same entry", (message: Buffer): Spoilt => ({ send: [message], end: "endless" })],
    [
      "one message that never ends",
      (message: Buffer): Spoilt => ({
        send: [Buffer.concat([Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]), message])],
        end: "endless",
      }),
    ],
  ] satisfies [string, Spoil][]) {
    it(`stops reading ${what}, and says so`, async function () {
      this.timeout(0);
      const session = await DirectorySession.open(
        connection({ timeoutMs: 120_000, maxAnswer: 4 * 1024 * 1024 }),
        new Logons(),
      );
      relay.spoil = (message) => (headOf(message).tag === entryTag ? spoil(message) : { send: [message] });
      const access = await session.serverAccess();
      session.close();
      assert.equal(access.known, false);
      assert.match(
        access.known ? "" : access.why,
        /^ldaps:\/\/127\.0\.0\.1:\d+ sent (more than 4 MiB \(search of .*\); the rest was not read|what cannot be read as LDAP \(a message of 2147483647 octets begins\); check that it is a domain controller, and what stands in between)$/,
      );
    });
  }

  it("reads nothing that came in the clear behind the answer to StartTLS", async () => {
    // Whoever is in between adds the beginning of a message, which would take in what comes over TLS.
    const added = [
      ldapMessage(3, element(0x61, Buffer.from([0x0a, 1, 0, 4, 0, 4, 0]))),
      Buffer.from([0x30, 0x84, 0, 0, 1, 0, 2, 1, 3]),
      Buffer.concat(Array(20_000).fill(Buffer.from([0x30, 5, 2, 1, 99, 0x73, 0]))),
    ];
    for (const bytes of added) {
      const requests: string[] = [];
      const server = createServer((raw) => {
        raw.on("error", () => undefined);
        raw.once("data", (data: Buffer) => {
          raw.write(Buffer.concat([ldapResult(headOf(data).id, 0x78, 0, Buffer.alloc(0)), bytes]));
          upgrade(raw, requests);
        });
      });
      const port = await listen(server);
      await assert.rejects(
        DirectorySession.open(connection({ url: `ldap://127.0.0.1:${port}` }), new Logons()),
        {
          name: "Error",
          message:
            `Directory ldap://127.0.0.1:${port} sent what cannot be read as LDAP (more than the answer to StartTLS came ` +
            "before TLS, which somebody in between may have put there); check that it is a domain controller, and what " +
            "stands in between",
        },
      );
      assert.deepEqual(requests, [], "nothing is sent over this connection any more");
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("takes any octets for a refusal before the logon, and sends no password", async function () {
    this.timeout(0);
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), fc.constantFrom("ldap", "ldaps"), async (bytes, cut, scheme) => {
        const received: Buffer[] = [];
        const server = createServer((raw) => {
          raw.on("error", () => undefined).on("data", (data) => received.push(data));
          raw.write(bytes);
          if (cut) raw.end();
        });
        const port = await listen(server);
        try {
          const url = `${scheme}://127.0.0.1:${port}`;
          await DirectorySession.open(connection({ url, timeoutMs: 150 }), new Logons()).then(
            () => assert.fail("it was taken for a directory"),
            assertError,
          );
          assert.ok(!Buffer.concat(received).includes(password));
        } finally {
          await new Promise((resolve) => server.close(resolve));
        }
      }),
      runs(25),
    );
  });

  function upgrade(raw: Socket, requests: string[]): void {
    const secure = new TLSSocket(raw, { isServer: true, secureContext: createSecureContext(tls) });
    secure.on("error", () => undefined).on("data", (data: Buffer) => requests.push(data.toString("hex")));
  }
});

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
