/** What keeps Kerberos from working: libraries that are not there, and a domain that knows no account or has another time. */
import assert from "node:assert/strict";
import { type Kdc, startKdc } from "../../lab/kerberos/kdc";
import {
  AccountUnknown,
  AuthenticationFailed,
  ClockSkew,
  HostError,
  KerberosUnavailable,
} from "../../lib/host";
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

  it("tells a wrong password, and none of it", async () => {
    const wrong = await failure(tokenOf(account({ password: "Wrong-Secret-1" })));
    assert.ok(wrong instanceof AuthenticationFailed && !(wrong instanceof AccountUnknown));
    assert.equal(
      wrong.message,
      "the KDC refused the password of exadmin in FABRIKAM.COM: Decrypt integrity check failed",
    );
  });
});

function koffiFunction(library: string, name: string): (...args: unknown[]) => number {
  const koffi = require("koffi") as Koffi;
  return koffi.load(library).func(name, "int32", [koffi.pointer("void"), "int32", "int32"]) as unknown as (
    ...args: unknown[]
  ) => number;
}
