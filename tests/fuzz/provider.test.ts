/**
 * The provider process itself, over gRPC, between a directory and a computer that answer anything: it answers every call,
 * with findings that are not verified, a refusal or a plain error; it writes nothing, and is of use for the next call.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { contoso, type Lab, startLab } from "../../lab";
import { CertificateAuthority } from "../../lab/certificates";
import { coordinatesOf } from "../../lab/coordinates";
import type { StepKind } from "../../lib/model";
import type { Props } from "../../lib/wire/values";
import { build } from "../compiled";
import {
  classes,
  type GrpcError,
  type ProgramFolder,
  type ProviderProcess,
  programFolder,
  providerTexts,
  startProvider,
} from "../provider/process";
import { asItIs, headOf, type LdapRelay, ldapResult, type Spoilt, startLdapRelay } from "./ldap-relay";
import { runs } from "./settings";
import { type CommandAnswer, type HostileSsh, startHostileSsh } from "./ssh-server";

/** The passwords in the inputs: those of other accounts nobody has told the provider, which cannot know them for such. */
const secrets = [
  "Fuzz-secret-1",
  ...contoso.accounts.filter(({ name }) => name === "reader").map(({ password }) => password),
];

/** What the directory does from the n-th answer on, or once. */
const directoryAnswers: readonly ((message: Buffer) => Spoilt)[] = [
  (message) => ({ send: [message] }),
  (message) => ({ send: [message.subarray(0, message.length >> 1)], end: "cut" }),
  () => ({ send: [], end: "silence" }),
  () => ({ send: [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")] }),
  () => ({ send: [Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])] }),
  (message) => ({
    send: [ldapResult(headOf(message).id, 0x65, 10, Buffer.from("RefErr"), ["ldap://127.0.0.1:1/"])],
  }),
  // The diagnostic text holds what a server may have seen, and what a terminal would act on.
  (message) => ({
    send: [
      ldapResult(
        headOf(message).id,
        0x65,
        80,
        Buffer.from(`\u001b[2J${secrets.join(" ")}${" ".repeat(100_000)}`),
      ),
    ],
  }),
  (message) => {
    const turned = Buffer.from(message);
    for (let at = 12; at < turned.length; at += 7) turned[at] = (turned[at] ?? 0) ^ 0x55;
    return { send: [turned] };
  },
];

const computerAnswers: readonly CommandAnswer[] = [
  { pieces: [Buffer.from("! REG.EXE VERSION 3.0\r\n\r\n")], marks: true, end: "exit" },
  { pieces: [Buffer.from("\ufeffHKEY_LOCAL_MACHINE\\SOFTWARE\r\n", "utf16le")], marks: true, end: "exit" },
  { pieces: [Buffer.from(`\u001b[2J${secrets.join(" ")}\u0007`)], marks: true, fails: true, end: "exit" },
  { pieces: [Buffer.from([0x81, 0x5c, 0xff, 0, 0x80])], marks: false, end: "exit", code: 0xffffffff },
  { pieces: [Buffer.alloc(300_000, "\r")], marks: true, end: "exit" },
  { pieces: [], marks: true, end: "silence" },
  { pieces: [], marks: true, end: "no close" },
  { pieces: [], marks: true, end: "signal" },
  { pieces: [], marks: true, end: "close" },
  { pieces: [], marks: true, end: "cut" },
  { pieces: [], marks: true, end: "refuse" },
];

describe("the provider process, between a directory and a computer that answer anything", function () {
  this.timeout(0);
  let folder: ProgramFolder;
  let texts: Readonly<Record<StepKind, string>>;
  let lab: Lab;
  let relay: LdapRelay;
  let ssh: HostileSsh;
  let authority: CertificateAuthority;
  let provider: ProviderProcess;

  before(async () => {
    build();
    folder = programFolder();
    texts = providerTexts(folder);
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue({
      names: ["dc1.contoso.com"],
      addresses: ["127.0.0.1"],
    });
    const target = Number(new URL(coordinatesOf(lab).directory.url).port);
    relay = await startLdapRelay(target, { cert: certificate, key });
    ssh = await startHostileSsh();
    provider = await startProvider(folder, texts);
  });
  after(async () => {
    await provider?.stop();
    await ssh?.stop();
    await relay?.stop();
    await lab?.stop();
    folder?.remove();
  });

  const inputs = (kind: StepKind, changes: Props = {}): Props => {
    const { directory, accounts } = coordinatesOf(lab);
    return {
      target: "2007 SP1",
      directory: {
        ...directory,
        ...accounts["CONTOSO\\reader"],
        url: `ldaps://127.0.0.1:${relay.port}`,
        serverName: "dc1.contoso.com",
        ca: `${authority.certificate}${directory.ca}`,
      },
      computer: {
        name: kind === "server" ? "cas-lon.contoso.com" : "dc1.contoso.com",
        media: "D:\\SP1",
        connection: {
          host: "127.0.0.1",
          port: ssh.port,
          hostKey: ssh.hostKey,
          user: "CONTOSO\\exadmin",
          password: "Fuzz-secret-1",
          dialErrorLimit: 0,
        },
      },
      timeouts: { facts: 1 },
      __urn: `urn:pulumi:test::contoso::pulumi-nodejs:dynamic/exchange:${classes[kind]}::${kind}`,
      ...(kind === "server"
        ? {
            prepared: {
              target: "2007 SP1",
              from: "2007 RTM",
              schema: true,
              organization: true,
              domains: ["contoso.com"],
            },
          }
        : {}),
      ...changes,
    };
  };

  /** What a call says, whether it answers or fails. A call that is never answered hangs this test. */
  async function saidBy(call: Promise<unknown>): Promise<string> {
    try {
      return JSON.stringify(await call);
    } catch (error) {
      const { details, code } = error as GrpcError;
      assert.equal(code, 2, `${code}: ${details}`);
      assert.match(details, /\S/);
      return details;
    }
  }

  /** Nothing of a library, no stack, no secret, nothing that a terminal acts on. */
  function assertPresentable(text: string, what: string): void {
    assert.doesNotMatch(
      text,
      /\n\s+at |node_modules|call stack|is not a function|Cannot read prop|\[object/,
      what,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/, what);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${what} holds a secret`);
  }

  it("answers every call, and the next one", async () => {
    const plan = fc.record({
      kind: fc.constantFrom<StepKind>("schema", "organization", "server"),
      from: fc.integer({ min: 1, max: 25 }),
      directory: fc.constantFrom(...directoryAnswers),
      computer: fc.constantFrom(...computerAnswers),
      call: fc.constantFrom("check", "create", "read", "update"),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ kind, from, directory, computer, call }) => {
        let seen = 0;
        relay.spoil = (message) => (++seen < from ? { send: [message] } : directory(message));
        ssh.answer = () => computer;
        const props = inputs(kind);
        provider.engine.clear();
        const state = { ...props, levels: {}, forest: "contoso.com", adopted: false, windowsBuild: null };
        switch (call) {
          case "check": {
            const { failures } = await provider.check(kind, {}, props);
            for (const { reason } of failures) assertPresentable(reason, "a refusal");
            break;
          }
          case "create":
            assertPresentable(await saidBy(provider.create(kind, props).then(() => "made")), "create");
            break;
          case "read":
            assertPresentable(await saidBy(provider.read(kind, "id", state).then(() => "read")), "read");
            break;
          default:
            assertPresentable(
              await saidBy(provider.update(kind, "id", state, props).then(() => "updated")),
              "update",
            );
        }
        for (const { message } of provider.engine.lines) assertPresentable(message, "a line of the log");
        // The SDK writes the errors of read and its like once more.
        assertPresentable(provider.written(), "what the process writes");
      }),
      runs(8),
    );
    relay.spoil = asItIs;
    const { accounts, computers } = coordinatesOf(lab);
    const good = inputs("schema", {
      timeouts: {},
      computer: {
        name: "dc1.contoso.com",
        media: "D:\\SP1",
        connection: { ...computers["dc1.contoso.com"], ...accounts["CONTOSO\\prep"] },
      },
    });
    assert.deepEqual((await provider.check("schema", {}, good)).failures, []);
    assert.deepEqual((await provider.create("schema", good)).outs.levels, { schema: "11116" });
  });
});
