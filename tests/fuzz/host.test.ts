/**
 * An SSH server that answers what no Windows does: every command ends in its time, with facts, with facts that are unknown and
 * say why, or with an Error of a plain sentence; and the connection that is still there can be used again.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { codePage } from "../../lab/windows/codepage";
import { type ConnectionOptions, HostError, openSession, readComputer } from "../../lib/host";
import { Logons } from "../../lib/logons";
import { findRelease, restartSignsToRead, setupOf } from "../../lib/releases";
import { isRecord } from "../../lib/wire/values";
import { regQuery2003, regQueryGerman, regQueryJapanese } from "../windows/fixtures";
import { runs } from "./settings";
import { type CommandAnswer, type HostileSsh, startHostileSsh, startRawServer } from "./ssh-server";

const password = "Fuzz-secret-1";
const sp1 = findRelease("2007 SP1");
if (sp1 === undefined) throw new Error("2007 SP1 is no release");
const { registryKey, roleKeys, clusterKeys } = setupOf(sp1);
const questions = {
  registryKey,
  roleKeys,
  clusterKeys,
  restartSigns: restartSignsToRead(sp1.product),
  media: "D:\\SP1\\Setup.com",
  administrators: true,
};

const pieces: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: "binary", maxLength: 100 }).map((text) => Buffer.from(text, "utf16le")),
  fc
    .constantFrom(regQuery2003, regQueryGerman, regQueryJapanese)
    .chain(({ text, codePage: page }) =>
      fc.constantFrom(
        codePage(page).encode(text),
        Buffer.from(text, "utf8"),
        Buffer.from(`\ufeff${text}`, "utf16le"),
        Buffer.from(text, "utf16le").subarray(1),
      ),
    ),
  fc
    .constantFrom(
      "! REG.EXE VERSION 3.0\r\n\r\n",
      "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\r\n    Hostname\tREG_SZ\t\r\n",
      '"CONTOSO\\a","S-1-5-21-1-2-3-500"\r\n',
      '"a","b","S-1-16-99999999999999999999",""\r\n',
      "\u001b[2J\u0007",
      "eu.0000.0.begin\r\neu.0000.0.done\r\n",
      "",
      "\r\n",
      "x".repeat(200_000),
      " ".repeat(200_000),
      "\r".repeat(200_000),
    )
    .map((text) => Buffer.from(text)),
);

const answers: fc.Arbitrary<CommandAnswer> = fc.record(
  {
    pieces: fc.array(pieces, { minLength: 1, maxLength: 6 }),
    marks: fc.boolean(),
    fails: fc.boolean(),
    stderr: pieces,
    end: fc.constantFrom("exit", "exit", "exit", "signal", "close", "cut", "refuse", "exit twice" as const),
    code: fc.constantFrom(0, 1, 255, 0xffffffff),
  },
  { requiredKeys: ["pieces", "marks", "end"] },
);

function assertUnknownsSayWhy(value: unknown): void {
  if (!isRecord(value)) return;
  if (value.known === false) assert.match(String(value.why), /\S/);
  if (value.known === false)
    assert.doesNotMatch(String(value.why), /call stack|\[object|is not a function|Cannot read/);
  else for (const each of Object.values(value)) assertUnknownsSayWhy(each);
}

/** What stands in a message for people: one line without anything of a library. */
function assertSentence(error: unknown): void {
  assert.ok(error instanceof Error);
  assert.match(error.message, /127\.0\.0\.1|a command|the output/, error.message);
  assert.doesNotMatch(
    error.message,
    /call stack|\[object|is not a function|Cannot read|undefined/,
    error.message,
  );
  assert.ok(!error.message.includes(password));
}

describe("an SSH server that answers anything", () => {
  let server: HostileSsh;
  before(async () => {
    server = await startHostileSsh();
  });
  after(() => server?.stop());

  const options = (changes: Partial<ConnectionOptions> = {}): ConnectionOptions => ({
    host: "127.0.0.1",
    port: server.port,
    user: "CONTOSO\\admin",
    password,
    hostKey: server.hostKey,
    agentSocketPath: "",
    dialErrorLimit: 0,
    ...changes,
  });

  it("gives facts, unknown facts or an Error", async function () {
    this.timeout(0);
    await fc.assert(
      fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 3 }), async (chosen) => {
        let number = 0;
        server.answer = () => chosen[number++ % chosen.length] ?? assert.fail();
        const session = await openSession(options(), new Logons());
        try {
          assertUnknownsSayWhy(await readComputer(session, questions));
        } catch (error) {
          assertSentence(error);
        } finally {
          session.close();
        }
      }),
      runs(40),
    );
  });

  for (const end of ["silence", "no close"] as const) {
    it(`is waited for as long as was said, and can be used again: ${end}`, async () => {
      const session = await openSession(options(), new Logons());
      server.answer = () => ({ pieces: [Buffer.from("a")], marks: true, end });
      await assert.rejects(session.run("ver", { timeoutMs: 150 }), {
        message: `a command on 127.0.0.1:${server.port} did not end within 0.15 s`,
      });
      server.answer = () => ({ pieces: [Buffer.from("again")], marks: true, end: "exit" });
      assert.equal((await session.run("ver")).stdout, "again");
      session.close();
    });
  }

  it("is not read to the end where it has none", async () => {
    const session = await openSession(options(), new Logons());
    server.answer = () => ({ pieces: [], marks: true, end: "endless" });
    await assert.rejects(session.run("ver", { maxOutput: 1_000_000 }), {
      message: `a command on 127.0.0.1:${server.port} printed more than 1000000 bytes; the rest was not read`,
    });
    server.answer = () => ({ pieces: [Buffer.from("again")], marks: true, end: "exit" });
    assert.equal((await session.run("ver")).stdout, "again");
    session.close();
  });

  it("ends a command without an exit status, or with a signal, and is not taken for success", async () => {
    for (const [end, message] of [
      [
        "close",
        `the SSH connection to 127.0.0.1:${server.port} was lost before the command had ended (no exit status came): ` +
          "whether the command ran is not known",
      ],
      ["signal", `a command on 127.0.0.1:${server.port} was ended by SIGKILL`],
    ] as const) {
      const session = await openSession(options(), new Logons());
      server.answer = () => ({ pieces: [Buffer.from("done")], marks: true, end });
      await assert.rejects(session.run("ver"), { message }, end);
      session.close();
    }
  });

  it("is no SSH server, whatever it says, and gets no password", async function () {
    this.timeout(0);
    const banners = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          "SSH-1.5-old\r\n",
          "SSH-1.99-\r\n",
          "SSH-2.0-\r\n",
          "SSH-2.0-x\r\n\0\0\0\0\0\0",
          "SSH-2.0-x\r\n\xff\xff\xff\xff\x01\x14",
          "SSH-2.0-x\r\n\0\0\0\x0c\x0a\x14aaaaaaaaaa",
          "HTTP/1.1 400 Bad Request\r\n\r\n",
          "\r\n".repeat(5000),
          "banner ".repeat(20_000),
          `SSH-2.0-${"x".repeat(100_000)}\r\n`,
        )
        .map((text) => Buffer.from(text, "latin1")),
    );
    await fc.assert(
      fc.asyncProperty(banners, fc.boolean(), async (banner, cut) => {
        const raw = await startRawServer(banner, cut);
        try {
          await openSession(
            options({ port: raw.port, perDialTimeout: 1, dialErrorLimit: 0 }),
            new Logons(),
          ).then(
            () => assert.fail("it was taken for an SSH server"),
            (error: unknown) => {
              assert.ok(error instanceof HostError, String(error));
              assertSentence(error);
            },
          );
          assert.ok(!raw.received().includes(password));
        } finally {
          await raw.stop();
        }
      }),
      runs(20),
    );
  });
});
