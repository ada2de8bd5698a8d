/** WinRM over HTTPS to a computer of a workgroup, as the lab serves it; and what ends where its certificate is not proven. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Certificate, CertificateAuthority } from "../../lab/certificates";
import type { WindowsHost } from "../../lab/windows";
import {
  AuthenticationFailed,
  authoritiesProblem,
  BasicNotOffered,
  CertificateRefused,
  CertificateUnknown,
  ConnectionLost,
  fingerprintProblem,
  type HostSession,
  NotAdmitted,
  openSession,
  ownAccountOf,
  Unreachable,
  type WinRmConnection,
} from "../../lib/host";
import { Channel } from "../../lib/host/transport/winrm/channel";
import { Logons } from "../../lib/logons";
import { localPassword, localUser, startComputer } from "../lab/windows-support";

const name = "edge1.perimeter.example";

describe("WinRM over HTTPS", () => {
  let authority: CertificateAuthority;
  let certificate: Certificate;
  let fingerprint: string;
  let host: WindowsHost;
  const sessions: HostSession[] = [];

  before(async () => {
    authority = await CertificateAuthority.create();
    certificate = await authority.issue({ names: [name] });
    fingerprint = new X509Certificate(certificate.certificate).fingerprint256;
  });
  beforeEach(async () => {
    host = await startComputer({}, { winrm: { certificate } });
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.close();
    await host.stop();
  });

  function connection(
    https: NonNullable<WinRmConnection["winrm"]["https"]>,
    changes: Partial<WinRmConnection> = {},
  ): WinRmConnection {
    return {
      winrm: { serverName: name, https },
      ...{ host: "127.0.0.1", port: host.winrm?.httpsPort ?? 0, user: localUser, password: localPassword },
      dialErrorLimit: 0,
      ...changes,
    };
  }

  async function open(wanted: WinRmConnection, logons = new Logons()): Promise<HostSession> {
    const session = await openSession(wanted, logons);
    sessions.push(session);
    return session;
  }

  /** The error, and that the computer has seen no credential. */
  async function refusal(wanted: WinRmConnection): Promise<Error> {
    const error = await open(wanted).then(
      () => assert.fail("it was let in"),
      (thrown: Error) => thrown,
    );
    const counts = host.winrm?.counts;
    assert.deepEqual([counts?.logons, counts?.refusals], [0, 0]);
    return error;
  }

  for (const [how, user] of [
    ["the authority", localUser],
    ["the fingerprint", `.\\${localUser}`],
    ["the fingerprint in small letters without colons", `EDGE1\\${localUser}`],
  ] as const) {
    it(`runs commands of an account of the computer's own, ${user}, where ${how} proves the certificate`, async () => {
      const given = how.includes("small") ? fingerprint.replaceAll(":", "").toLowerCase() : fingerprint;
      const https = how === "the authority" ? { ca: authority.certificate } : { fingerprint: given };
      const session = await open(connection(https, { user }));
      assert.equal(session.traits.server, "certificate");
      const said = await session.run("whoami& findstr a& exit /b 7", { stdin: "a\r\nb\r\n" });
      assert.deepEqual([said.stdout, said.exitCode], [`edge1\\${localUser.toLowerCase()}\r\na\r\n`, 7]);
      const all = await Promise.all(["1", "2", "3"].map((n) => session.run(`echo ${n}`)));
      assert.deepEqual(
        all.map(({ stdout }) => stdout),
        ["1\r\n", "2\r\n", "3\r\n"],
      );
    });
  }

  it("sends nothing where another certificate is given, and tells the one that it saw", async () => {
    const given = `${fingerprint.startsWith("AB") ? "CD" : "AB"}:${fingerprint.slice(3)}`;
    const error = await refusal(connection({ fingerprint: given }));
    assert.ok(error instanceof CertificateRefused && !(error instanceof CertificateUnknown));
    assert.equal(
      error.message,
      `the certificate of 127.0.0.1:${host.winrm?.httpsPort} is not the given one: it showed ${fingerprint}, given is ${given}. ` +
        "Either the server has got another one, or somebody else answers in its place. When the new one is confirmed on the " +
        "server, give its fingerprint",
    );
  });

  it("sends nothing where no authority proves the certificate, or its name is another, and tells its fingerprint", async () => {
    const untrusted = await refusal(connection({}));
    assert.ok(untrusted instanceof CertificateUnknown);
    assert.equal(
      untrusted.message,
      `the certificate of 127.0.0.1:${host.winrm?.httpsPort} is not proven (UNABLE_TO_VERIFY_LEAF_SIGNATURE): it showed ` +
        `${fingerprint}. Compare this fingerprint with the server's own (on it: winrm enumerate winrm/config/listener names the ` +
        `certificate), then give it: winrm: { https: { fingerprint: "${fingerprint}" } }, or give the authority that has issued it as ` +
        "`ca`",
    );
    const other = { winrm: { serverName: "edge2.perimeter.example", https: { ca: authority.certificate } } };
    const elsewhere = await refusal(connection({}, other));
    assert.ok(elsewhere instanceof CertificateUnknown);
    assert.equal(elsewhere.shown, `ERR_TLS_CERT_ALTNAME_INVALID; it showed ${fingerprint}`);
  });

  it("sends a password that is refused once in a run", async () => {
    const logons = new Logons();
    const wrong = connection({ fingerprint }, { password: "wrong" });
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(() =>
        open(wrong, logons).then(
          () => null,
          (error: Error) => error,
        ),
      ),
    );
    const refused = [first, second, third].filter((error) => error instanceof AuthenticationFailed);
    assert.equal(refused.length, 3);
    assert.deepEqual(
      refused.map((error) => (error as AuthenticationFailed).spared === null).filter(Boolean),
      [true],
    );
    assert.equal(
      refused[0]?.message,
      `127.0.0.1:${host.winrm?.httpsPort} refused the password of ${localUser}`,
    );
    assert.equal(host.winrm?.counts.refusals, 1);
  });

  it("sends a password that is changed in between no second time", async () => {
    const logons = new Logons();
    const session = await open(connection({ fingerprint }), logons);
    assert.ok(host.winrm);
    host.winrm.faults.refuseLogons = true;
    await assert.rejects(session.run("echo a"), ConnectionLost);
    assert.equal(session.alive, false);
    await assert.rejects(open(connection({ fingerprint }), logons), AuthenticationFailed);
    assert.equal(host.winrm.counts.refusals, 1);
  });

  it("takes no account of its own where nobody has allowed Basic, which is no refused password", async () => {
    await host.stop();
    host = await startComputer({}, { winrm: { certificate, takesBasic: false } });
    const logons = new Logons();
    for (const _ of [1, 2]) {
      const error = await open(connection({ fingerprint }), logons).then(
        () => assert.fail("it was let in"),
        (thrown: Error) => thrown,
      );
      assert.ok(error instanceof BasicNotOffered);
      assert.equal(
        error.message,
        `127.0.0.1:${host.winrm?.httpsPort} takes no account of its own over WinRM (it offers nothing): switch Basic on there ` +
          '(winrm set winrm/config/service/auth @{Basic="true"})',
      );
      assert.equal(error.tried, "it offers nothing");
    }
    assert.equal(host.winrm?.counts.refusals, 0);
  });

  it("lets nobody in who is no administrator", async () => {
    const guest = connection({ fingerprint }, { user: "guest", password: "guest-secret" });
    await assert.rejects(open(guest), NotAdmitted);
  });

  it("is not there where HTTP answers, and sends nothing to it", async () => {
    const { port = 0 } = host.winrm ?? {};
    const error = await refusal(connection({ fingerprint }, { port }));
    assert.ok(error instanceof Unreachable);
    assert.match(
      error.message,
      new RegExp(`^127\\.0\\.0\\.1:${port} cannot be reached over WinRM with HTTPS: .+ \\(1 dial failed\\)$`),
    );
  });

  it("never sends a password without TLS", async () => {
    let heard = 0;
    const server = createServer((_request, response) => {
      heard++;
      response.writeHead(401, { "www-authenticate": 'Basic realm="WSMAN"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const target = { host: name, port, user: "x", name };
    const { connect } = await import("node:net");
    const stream = connect(port, "127.0.0.1");
    await assert.rejects(Channel.open(target, stream, { name: "x", password: "y" }), {
      message: `${name} is not reached over HTTPS, and no password is sent without`,
    });
    stream.destroy();
    await new Promise((resolve) => server.close(resolve));
    assert.equal(heard, 0);
  });

  it("knows accounts of the computer itself, over HTTPS only", () => {
    const of = (user: string, winrm: object = { https: {} }) => ownAccountOf(user, winrm, name);
    assert.deepEqual(
      ["admin", ".\\admin", "EDGE1\\admin", "edge1\\admin", "CONTOSO\\admin", "admin@contoso.com"].map(
        (each) => of(each),
      ),
      ["admin", "admin", "admin", "admin", undefined, undefined],
    );
    assert.equal(of("admin", {}), undefined);
    assert.equal(of("admin", { https: {}, realm: "contoso.com" }), undefined);
  });

  it("takes a fingerprint of SHA-256 and authorities in PEM, and tells what else it was given", () => {
    const fix = ". Print it on a copy of the certificate with: certutil -hashfile <file>.cer SHA256";
    assert.equal(fingerprintProblem(fingerprint), null);
    assert.equal(fingerprintProblem("ab ".repeat(32)), null);
    for (const prefix of [
      "sha256 Fingerprint=",
      "SHA256 Fingerprint=",
      "SHA-256 Fingerprint = ",
      "Fingerprint=",
    ])
      assert.equal(fingerprintProblem(`${prefix}${fingerprint}`), null, prefix);
    assert.equal(fingerprintProblem(fingerprint.replaceAll(":", "-")), null);
    assert.equal(fingerprintProblem(`SHA1 Fingerprint=${fingerprint}`)?.slice(0, 9), "is no SHA");
    assert.equal(fingerprintProblem("AB".repeat(20)), `is of SHA-1, as Windows shows a thumbprint${fix}`);
    for (const text of ["", "x", "AB".repeat(31), `SHA256:${"A".repeat(43)}`])
      assert.equal(
        fingerprintProblem(text),
        `is no SHA-256 of a certificate, which has 64 hexadecimal digits${fix}`,
      );
    assert.equal(authoritiesProblem(authority.certificate), null);
    assert.equal(authoritiesProblem("/etc/ssl/ca.pem"), "is no certificate in PEM form");
    const cut = authority.certificate.replace(/[A-Za-z0-9+/]{40}/, "");
    assert.match(authoritiesProblem(cut) ?? "", /^is no certificate in PEM form \(.+\)$/);
  });
});
