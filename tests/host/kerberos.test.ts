/** What keeps Kerberos from working: libraries that are not there, and a domain that knows no account or has another time. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { type AddressInfo, createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Kdc, startKdc } from "../../lab/kerberos/kdc";
import {
  AccountUnknown,
  AuthenticationFailed,
  ClockSkew,
  HostError,
  KdcUnreachable,
  KerberosUnavailable,
  ServerNotProven,
} from "../../lib/host";
import type { AskCentre } from "../../lib/host/transport/winrm/kdc";
import { type KerberosAccount, KerberosLogon } from "../../lib/host/transport/winrm/kerberos";
import {
  type Handle,
  type KerberosLibrary,
  kerberosLibrary,
  loadKerberos,
} from "../../lib/host/transport/winrm/kerberosLibrary";
import { describeWith } from "../skip";
import { askOf } from "./centres";

type Koffi = ReturnType<Parameters<typeof loadKerberos>[0]>;

describe("Kerberos", () => {
  const folder = "/lib/host/transport/winrm";
  const textOf = (loadKoffi: () => unknown, platform: NodeJS.Platform = "linux") => {
    try {
      loadKerberos(loadKoffi as () => Koffi, platform);
    } catch (error) {
      assert.ok(error instanceof KerberosUnavailable, String(error));
      return error.message.replace(/\S+(?=\/lib\/host\/transport\/winrm)/, "");
    }
    return assert.fail("it was loaded");
  };
  const koffi = () => require("koffi") as Koffi;

  it("says what to install where koffi is not there", () => {
    const missing = () => require("koffi-that-is-not-there");
    assert.equal(
      textOf(missing),
      "Kerberos needs the npm package koffi, which cannot be loaded (Cannot find module 'koffi-that-is-not-there'): install it " +
        `with npm install koffi; Node.js looks for it in node_modules of ${folder} and of each folder above`,
    );
  });

  for (const missing of ["libkrb5.so.3", "libgssapi_krb5.so.2"])
    it(`says what to install where ${missing} is not there`, () => {
      const without = () => ({
        ...koffi(),
        load: (name: string) => koffi().load(name === missing ? "libnowhere.so.1" : name),
      });
      assert.equal(
        textOf(without),
        `Kerberos needs MIT's library ${missing}, which cannot be loaded (Failed to load shared library: cannot open ` +
          "shared object file: No such file or directory): install the package libgssapi-krb5-2 (Debian, Ubuntu) or krb5-libs " +
          "(Red Hat)",
      );
    });

  it("says which is too old, of a library without one of the functions and of koffi", () => {
    const tooOld = (why: string) =>
      `Kerberos lacks a function that is called here (${why}): the npm package koffi has to be of version 3, and MIT's libraries of 1.11 or later`;
    // Another library in its place, which has none of them.
    const other = () => ({
      ...koffi(),
      load: (name: string) => koffi().load(name === "libgssapi_krb5.so.2" ? "libkrb5.so.3" : name),
    });
    assert.equal(textOf(other), tooOld("Cannot find function 'gss_import_name' in shared library"));
    const { out: _, ...older } = koffi();
    assert.equal(
      textOf(() => older),
      tooOld("koffi.out is not a function"),
    );
  });

  it("says where it is used, on another system", () => {
    for (const platform of ["darwin", "win32"] as const)
      assert.equal(
        textOf(koffi, platform),
        `Kerberos is used on Linux only, and this machine is ${platform}: run Pulumi on Linux, or reach the computer over SSH`,
      );
  });
});

describeWith(["kdc"], "Kerberos of a domain", () => {
  const host = "ex1.fabrikam.com";
  let kdc: Kdc;

  before(async () => {
    const accounts = [{ name: "exadmin", password: "Secret-1" }];
    kdc = await startKdc({ domain: "fabrikam.com", accounts, computers: [host] });
  });
  after(() => kdc?.stop());

  const account = (changes: Partial<KerberosAccount> = {}): KerberosAccount => ({
    ...{ name: "exadmin", realm: "FABRIKAM.COM", password: "Secret-1" },
    ...changes,
  });
  /** The library of a machine whose clock goes wrong. */
  function astray(seconds: number): KerberosLibrary {
    const library = kerberosLibrary();
    const setTime = koffiFunction("libkrb5.so.3", "krb5_set_real_time");
    const init = ((profile: Handle, flags: number, context: [Handle]) => {
      const code = library.krb5_init_context_profile(profile, flags, context);
      assert.equal(setTime(context[0], Math.floor(Date.now() / 1000) + seconds, 0), 0);
      return code;
    }) as KerberosLibrary["krb5_init_context_profile"];
    return { ...library, krb5_init_context_profile: init };
  }
  /** A first token for the computer, as each connection begins with. */
  async function tokenOf(from: KerberosAccount, library?: KerberosLibrary): Promise<Buffer | null> {
    const ask = askOf(from.realm, [`127.0.0.1:${kdc.port}`]);
    const logon = await KerberosLogon.open(from, ask, library);
    try {
      const tickets = await logon.ticketsFor("HTTP", host, ask);
      const context = tickets.newContext();
      const token = context.step(null);
      context.release();
      tickets.release();
      return token;
    } finally {
      logon.release();
    }
  }
  const failure = async (work: Promise<unknown>): Promise<HostError> => {
    const error = await work.then(
      () => assert.fail("it did not fail"),
      (e: unknown) => e,
    );
    assert.ok(error instanceof HostError, String(error));
    return error;
  };

  it("needs no clock of this machine that is right to the hour: the library goes by the KDC's", async () => {
    for (const hours of [-9, -1, 1, 9])
      assert.ok(((await tokenOf(account(), astray(hours * 3600)))?.length ?? 0) > 100, `${hours} h`);
  });

  it("tells clocks where this machine's is days behind the domain's", async () => {
    const error = await failure(tokenOf(account(), astray(-3 * 86_400)));
    assert.ok(error instanceof ClockSkew, `${error.constructor.name}: ${error.message}`);
    assert.equal(
      error.message,
      "Ticket expired: the clocks of this machine, of the domain and of the computer differ by more than Kerberos allows, or a " +
        "ticket has outlived its time",
    );
  });

  it("tells an account that the domain does not know, or whose domain is another", async () => {
    const unknown = await failure(tokenOf(account({ name: "nobody" })));
    assert.ok(unknown instanceof AccountUnknown);
    assert.equal(
      unknown.message,
      "the KDC of FABRIKAM.COM knows no account nobody: Client 'nobody@FABRIKAM.COM' not found in Kerberos database",
    );
    const elsewhere = await failure(tokenOf(account({ realm: "CONTOSO.COM" })));
    assert.ok(elsewhere instanceof AccountUnknown);
    assert.equal(
      elsewhere.message,
      "the KDC of CONTOSO.COM knows no account exadmin: Client 'exadmin@CONTOSO.COM' not found in Kerberos database",
    );
  });

  /** Lets the centre's administrator do something. */
  async function administer(...lines: readonly string[]): Promise<void> {
    const env = {
      ...process.env,
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      KRB5_CONFIG: kdc.configuration,
      KRB5_KDC_PROFILE: join(dirname(kdc.keytab), "kdc.conf"),
    };
    for (const line of lines)
      await promisify(execFile)("kadmin.local", ["-r", kdc.realm, "-q", line], { env });
  }
  const ask: AskCentre = (...given) => askOf(kdc.realm, [`127.0.0.1:${kdc.port}`])(...given);

  it("tells a password that has expired, and an account that may not log on", async () => {
    await administer('modprinc -pwexpire "1 day ago" exadmin');
    const expired = await failure(tokenOf(account()));
    assert.ok(expired instanceof AuthenticationFailed);
    assert.equal(
      expired.message,
      "the password of exadmin in FABRIKAM.COM has expired, or has to be changed at the next logon: change it, and give the " +
        "new one: Password has expired",
    );
    await administer("modprinc -pwexpire never exadmin", "modprinc -allow_tix exadmin");
    const locked = await failure(tokenOf(account()));
    assert.ok(locked instanceof AuthenticationFailed);
    assert.equal(
      locked.message,
      "the KDC lets exadmin in FABRIKAM.COM not log on: the account is locked, disabled or expired, or it is outside of its " +
        "logon hours: Client's credentials have been revoked",
    );
    await administer("modprinc +allow_tix exadmin");
    assert.ok(await tokenOf(account()));
  });

  it("tells an account and a computer that have no AES keys, of which no password was judged", async () => {
    await administer(
      "addprinc -e rc4-hmac:normal -pw Secret-1 old",
      "addprinc -e rc4-hmac:normal -randkey HTTP/old.fabrikam.com",
      "setstr HTTP/old.fabrikam.com session_enctypes rc4-hmac",
    );
    const old = await failure(tokenOf(account({ name: "old" })));
    assert.ok(!(old instanceof AuthenticationFailed));
    assert.equal(
      old.message,
      "the KDC of FABRIKAM.COM has no AES key of old (KDC has no support for encryption type): set the account's password again, " +
        "and see that neither it (msDS-SupportedEncryptionTypes) nor the domain controllers have AES switched off",
    );
    const logon = await KerberosLogon.open(account(), ask);
    const none = await failure(logon.ticketsFor("HTTP", "old.fabrikam.com", ask));
    assert.ok(none instanceof ServerNotProven);
    assert.equal(
      none.message,
      "the KDC gives no AES ticket for HTTP/old.fabrikam.com (KDC has no support for encryption type): let the computer's account " +
        "have AES keys (msDS-SupportedEncryptionTypes)",
    );
    const unknown = await failure(logon.ticketsFor("HTTP", "ex9.fabrikam.com", ask));
    assert.ok(unknown instanceof ServerNotProven);
    assert.equal(
      unknown.message,
      "the domain knows no service HTTP/ex9.fabrikam.com (Server HTTP/ex9.fabrikam.com@FABRIKAM.COM not found in Kerberos database)",
    );
    // An error of one computer ends nothing for the others.
    const tickets = await logon.ticketsFor("HTTP", host, ask);
    logon.release();
    assert.ok(tickets.newContext().step(null));
    tickets.release();
  });

  it("tells what a centre of Active Directory refuses for other reasons", async () => {
    const refusing = (code: number) => () => Promise.resolve(kerberosError(code));
    const logon = await KerberosLogon.open(account(), ask);
    const twice = await failure(logon.ticketsFor("HTTP", host, refusing(8)));
    assert.ok(twice instanceof ServerNotProven);
    assert.equal(
      twice.message,
      `several accounts of the domain have the service HTTP/${host} (Principal has multiple entries in Kerberos database): find ` +
        `them with setspn -Q HTTP/${host}, and leave it to the computer's own`,
    );
    const skewed = await failure(logon.ticketsFor("HTTP", host, refusing(37)));
    assert.ok(skewed instanceof ClockSkew);
    logon.release();
    const early = await failure(KerberosLogon.open(account(), refusing(37)));
    assert.ok(early instanceof ClockSkew);
    assert.equal(
      early.message,
      "Clock skew too great: the clocks of this machine, of the domain and of the computer differ by more than Kerberos allows, or " +
        "a ticket has outlived its time",
    );
    const policy = await failure(KerberosLogon.open(account(), refusing(12)));
    assert.ok(policy instanceof AuthenticationFailed);
    assert.equal(
      policy.message,
      "the KDC lets exadmin in FABRIKAM.COM not log on by policy: see the account's workstations (userWorkstations) and " +
        "authentication policies: KDC policy rejects request",
    );
  });

  it("ends where a centre answers nothing of Kerberos, or asks for ever", async () => {
    for (const answer of [Buffer.alloc(0), Buffer.from("HTTP/1.1 400 Bad Request"), Buffer.alloc(300, 0x30)])
      await failure(KerberosLogon.open(account(), () => Promise.resolve(answer)));
    // What was asked comes back.
    await failure(KerberosLogon.open(account(), (_, message) => Promise.resolve(message)));
  });

  it("asks the next centre where one does not answer, and sends a password to one only", async () => {
    let asked = 0;
    const silent = createServer((socket) => {
      asked++;
      socket.on("error", () => undefined).resume();
    });
    const closing = createServer((socket) => void socket.on("error", () => undefined).end());
    const wordy = createServer(
      (socket) => void socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request"),
    );
    const ports = await Promise.all([silent, closing, wordy].map(listening));
    const names = ports.map((port) => `127.0.0.1:${port}`);
    const good = `127.0.0.1:${kdc.port}`;
    try {
      const all = askOf(kdc.realm, [...names, good], 1_600);
      const logon = await KerberosLogon.open(account(), all);
      // It has learned which one answers: nobody waits for the others again.
      assert.equal(asked, 1);
      (await logon.ticketsFor("HTTP", host, all)).release();
      assert.equal(asked, 1);
      logon.release();
      const none = await failure(
        askOf(kdc.realm, names, 600)(kdc.realm, Buffer.from("x"), false) as Promise<unknown>,
      );
      assert.equal(
        none.message,
        `the KDC of FABRIKAM.COM (${names.join(", ")}) cannot be reached: ${names[0]} gave no answer within 0.2 s; ` +
          `${names[1]} gave no answer, and closed the connection; ${names[2]} gave an answer that is none of Kerberos`,
      );
      assert.ok(none instanceof KdcUnreachable && !none.mayHaveJudged);
      const once = await failure(
        askOf(kdc.realm, [names[1] ?? "", good])(kdc.realm, Buffer.from("x"), true) as Promise<unknown>,
      );
      assert.ok(once instanceof KdcUnreachable && once.mayHaveJudged);
      assert.equal(
        once.message,
        `the KDC of FABRIKAM.COM (${names[1]}, ${good}) cannot be reached: ${names[1]} gave no answer, and closed the connection`,
      );
    } finally {
      for (const server of [silent, closing, wordy]) server.close();
    }
  });

  it("tells a wrong password, and none of it", async () => {
    const wrong = await failure(tokenOf(account({ password: "Wrong-Secret-1" })));
    assert.ok(wrong instanceof AuthenticationFailed && !(wrong instanceof AccountUnknown));
    assert.equal(
      wrong.message,
      "the KDC refused the password of exadmin in FABRIKAM.COM: Decrypt integrity check failed",
    );
  });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

/** A KRB-ERROR (RFC 4120 5.9.1), which anybody can make. */
function kerberosError(code: number): Buffer {
  const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
    const content = Buffer.concat(parts);
    assert.ok(content.length < 256);
    const length = content.length < 128 ? [content.length] : [0x81, content.length];
    return Buffer.concat([Buffer.from([tag, ...length]), content]);
  };
  const text = (tag: number, value: string) => der(tag, Buffer.from(value));
  const integer = (value: number) => der(0x02, Buffer.from([value]));
  const names = ["krbtgt", "FABRIKAM.COM"].map((name) => text(0x1b, name));
  const now = `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
  return der(
    0x7e,
    der(
      0x30,
      ...[der(0xa0, integer(5)), der(0xa1, integer(30)), der(0xa4, text(0x18, now)), der(0xa5, integer(0))],
      ...[der(0xa6, integer(code)), der(0xa9, text(0x1b, "FABRIKAM.COM"))],
      der(0xaa, der(0x30, der(0xa0, integer(2)), der(0xa1, der(0x30, ...names)))),
    ),
  );
}

function koffiFunction(library: string, name: string): (...args: unknown[]) => number {
  const koffi = require("koffi") as Koffi;
  return koffi.load(library).func(name, "int32", [koffi.pointer("void"), "int32", "int32"]) as unknown as (
    ...args: unknown[]
  ) => number;
}
