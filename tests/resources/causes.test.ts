/** Which cause each failure of a connection is: code, arguments and fix, in the words of the program that made the step. */
import assert from "node:assert/strict";
import { type Cause, causeCodes } from "../../lib/cause";
import { DirectoryUnread, LogonRefused } from "../../lib/directory";
import {
  AccountUnknown,
  AuthenticationFailed,
  BasicNotOffered,
  CertificateRefused,
  CertificateUnknown,
  ClockSkew,
  ConnectionLost,
  CredentialUnusable,
  HostKeyMissing,
  HostKeyRefused,
  KdcUnreachable,
  KerberosUnavailable,
  NoCommonAlgorithm,
  NotAdmitted,
  NotWindowsShell,
  OperationRefused,
  ServerNotProven,
  Unreachable,
} from "../../lib/host";
import { computerCause, directoryCause } from "../../lib/provider/facts/causes";
import { DeadlinePassed } from "../../lib/provider/facts/deadline";
import { parseInputs } from "../../lib/provider/step/inputs";
import { stepOf } from "../../lib/provider/step/step";
import { unsetTexts, unsetVariables } from "../../lib/provider/step/variables";
import { VariableNotSet } from "../../lib/wire/secrets";
import type { Props } from "../../lib/wire/values";

const password = { env: "TEST_CAUSES_PASSWORD" };
const inputs = (changes: Props = {}): Props => ({
  target: "2007 SP1",
  directory: { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "Secret-1" },
  computer: {
    name: "cas-lon.contoso.com",
    media: "D:\\SP1",
    connection: { host: "cas-lon", user: "CONTOSO\\exadmin", password },
  },
  prepared: { target: "2007 SP1", from: "x", schema: true, organization: true, domains: [] },
  __place: { at: 'servers["cas-lon"]', elsewhere: {} },
  ...changes,
});
const step = (changes?: Props) => {
  const found = stepOf("server", parseInputs("server", inputs(changes)));
  assert.ok(found);
  return found;
};

const at = 'servers["cas-lon"].computer.connection';
const ofComputer: readonly (readonly [Error, string, string, readonly string[], string | null])[] = [
  [
    new Unreachable("x: getaddrinfo", "ENOTFOUND"),
    "XU-HOST-NAME",
    "the host name does not resolve",
    [`${at}.host`],
    "x: getaddrinfo",
  ],
  [new Unreachable("x", "EAI_AGAIN"), "XU-HOST-NAME", "the host name does not resolve", [`${at}.host`], "x"],
  [
    new Unreachable("x", "ECONNREFUSED"),
    "XU-HOST-UNREACHABLE",
    "no SSH server answers there",
    [`${at}.host`, `${at}.port`],
    "x",
  ],
  [
    new Unreachable("x"),
    "XU-HOST-UNREACHABLE",
    "no SSH server answers there",
    [`${at}.host`, `${at}.port`],
    "x",
  ],
  [
    new ConnectionLost("x."),
    "XU-HOST-UNREACHABLE",
    "no SSH server answers there",
    [`${at}.host`, `${at}.port`],
    "x",
  ],
  [
    new HostKeyMissing("x", "ssh-ed25519 SHA256:a: ssh-ed25519 AAAA"),
    "XU-HOST-KEY-MISSING",
    "no host key given",
    [`${at}.hostKey`],
    "cas-lon.contoso.com: ssh-ed25519 SHA256:a: ssh-ed25519 AAAA",
  ],
  [
    new HostKeyRefused("x", "it showed a, pinned is b"),
    "XU-HOST-KEY-WRONG",
    "another host key",
    [`${at}.hostKey`],
    "cas-lon.contoso.com: it showed a, pinned is b",
  ],
  [
    new AuthenticationFailed("x", "tried password"),
    "XU-LOGON",
    "CONTOSO\\exadmin cannot log on",
    [`${at}.user`, `${at}.password`],
    "cas-lon.contoso.com: tried password",
  ],
  [
    new AuthenticationFailed("x", null, "a refused it"),
    "XU-LOGON",
    "CONTOSO\\exadmin cannot log on",
    [`${at}.user`, `${at}.password`],
    "not tried further: a refused it",
  ],
  [
    new CredentialUnusable("the privateKey for x cannot be used: y", "the privateKey cannot be used: y"),
    "XU-CREDENTIAL",
    "the privateKey cannot be used: y",
    [`${at}.password`, `${at}.privateKey`],
    null,
  ],
  [
    new NoCommonAlgorithm("x"),
    "XU-SSH-ALGORITHMS",
    "the SSH server and this client have no algorithm in common",
    [`${at}.algorithms`],
    "x",
  ],
  [
    new NotWindowsShell("x"),
    "XU-SSH-SHELL",
    "the shell behind the SSH server is not cmd.exe",
    [`${at}.host`],
    "x",
  ],
  [
    new VariableNotSet("TEST_CAUSES_PASSWORD", "x"),
    "XU-VARIABLE",
    "the environment variable TEST_CAUSES_PASSWORD is not set",
    [`${at}.password`],
    null,
  ],
  [
    new DeadlinePassed(41.2),
    "XU-TIMEOUT",
    "not read in time",
    ['servers["cas-lon"].timeouts.facts'],
    "no answer within 41 s",
  ],
];

/** The same over WinRM, with all that is said. */
const overWinRm = () => {
  const { computer } = inputs() as { computer: Props };
  const connection = { winrm: true, host: "cas-lon", user: "exadmin@contoso.com", password };
  return step({ computer: { ...computer, connection } });
};
const noListener: Cause = {
  code: "XU-HOST-UNREACHABLE",
  problem: "no WinRM listener of Windows answers there",
  found: "x",
  needed: "the WinRM service with an HTTP listener at the host and port of the connection",
  arguments: [`${at}.host`, `${at}.port`],
  fix: "start the computer, give its WinRM service a listener (winrm enumerate winrm/config/listener), or let firewalls pass the port",
};
const ofWinRm: readonly (readonly [Error, Cause])[] = [
  [new Unreachable("x", "ECONNREFUSED"), noListener],
  [new ConnectionLost("x."), noListener],
  [new NotWindowsShell("x"), noListener],
  [
    new Unreachable("x", "ENOTFOUND"),
    {
      code: "XU-HOST-NAME",
      problem: "the host name does not resolve",
      found: "x",
      needed: "a name or an address that leads to the computer",
      arguments: [`${at}.host`],
      fix: "correct the name, or add it to DNS",
    },
  ],
  [
    new KerberosUnavailable("Kerberos needs the npm package koffi, which cannot be loaded"),
    {
      code: "XU-KERBEROS",
      problem: "the machine that runs Pulumi has no Kerberos, which WinRM needs",
      found: "Kerberos needs the npm package koffi, which cannot be loaded",
      needed: "the npm package koffi, and MIT's libraries libkrb5 and libgssapi_krb5",
      arguments: [`${at}.winrm`],
      fix: "install what is missing there, or reach the computer over SSH",
    },
  ],
  [
    new KdcUnreachable("DNS knows no KDC of CONTOSO.COM"),
    {
      code: "XU-KDC",
      problem: "no KDC can be asked to log on",
      found: "DNS knows no KDC of CONTOSO.COM",
      needed: "a KDC (domain controller) of the account's domain, on TCP port 88",
      arguments: [`${at}.winrm`, `${at}.user`],
      fix: "name one in `winrm.kdc`, or let port 88 through from this machine",
    },
  ],
  [
    new ClockSkew("Clock skew too great"),
    {
      code: "XU-CLOCK",
      problem: "clocks are too far apart for Kerberos",
      found: "Clock skew too great",
      needed:
        "the same time on the machine that runs Pulumi, on the domain controllers and on the computer: five minutes apart at most",
      arguments: [`${at}.winrm`],
      fix: "set each of these clocks by the domain's time (w32tm /query /status on Windows)",
    },
  ],
  [
    new ServerNotProven("the domain knows no service HTTP/x (y)"),
    {
      code: "XU-SERVER-PROOF",
      problem: "the computer does not prove itself with Kerberos",
      found: "the domain knows no service HTTP/x (y)",
      needed:
        "an answer that only cas-lon.contoso.com can give: its account in the domain has the service, and WinRM offers Kerberos",
      arguments: [`${at}.host`],
      fix: "see that `host` leads to cas-lon.contoso.com, that this is its full name in the domain (setspn -L), and that its listener offers Kerberos (winrm get winrm/config/service/auth)",
    },
  ],
  [
    new CertificateUnknown("x", "CERT_HAS_EXPIRED; it showed AB:CD"),
    {
      code: "XU-CERTIFICATE-MISSING",
      problem: "nothing proves the computer's certificate",
      found: "cas-lon.contoso.com: CERT_HAS_EXPIRED; it showed AB:CD",
      needed:
        "a certificate for cas-lon.contoso.com of an authority that is trusted, or the fingerprint of the one it has",
      arguments: [`${at}.winrm`],
      fix: "give the authority as `ca`; or compare the fingerprint with the computer's own (certutil -hashfile <file>.cer SHA256), then give it as `fingerprint`",
    },
  ],
  [
    new CertificateRefused("x", "it showed AB:CD, given is EF:01"),
    {
      code: "XU-CERTIFICATE-WRONG",
      problem: "another certificate than the given one",
      found: "cas-lon.contoso.com: it showed AB:CD, given is EF:01",
      needed: "the certificate of `fingerprint`: somebody else may answer in the computer's place",
      arguments: [`${at}.winrm`],
      fix: "ask who has renewed it; give the new fingerprint only when it is compared on the computer",
    },
  ],
  [
    new CredentialUnusable("x", "y"),
    {
      code: "XU-CREDENTIAL",
      problem: "y",
      found: null,
      needed: "an account, such as exadmin@contoso.com, and its password",
      arguments: [`${at}.user`, `${at}.password`],
      fix: "give both",
    },
  ],
  [
    new AccountUnknown("x", "the KDC of CONTOSO.COM knows no account exadmin"),
    {
      code: "XU-LOGON",
      problem: "exadmin@contoso.com is no account of that domain",
      found: "cas-lon.contoso.com: the KDC of CONTOSO.COM knows no account exadmin",
      needed: "an account that the asked domain controllers know; no password was judged",
      arguments: [`${at}.user`, `${at}.winrm`],
      fix: "correct `user`, or `winrm.realm` where its suffix is another; `winrm.kdc` has to name domain controllers of the account's own domain",
    },
  ],
  [
    new NotAdmitted("x", "the computer does not let the account use WinRM"),
    {
      code: "XU-LOGON",
      problem: "exadmin@contoso.com may not use WinRM there",
      found: "cas-lon.contoso.com: the computer does not let the account use WinRM",
      needed: "a member of the computer's Administrators; its password is right, and was not refused",
      arguments: [`${at}.user`],
      fix: "let exadmin@contoso.com be a member of the computer's Administrators",
    },
  ],
  [
    new AuthenticationFailed("x", "the KDC refused the password"),
    {
      code: "XU-LOGON",
      problem: "exadmin@contoso.com cannot log on",
      found: "cas-lon.contoso.com: the KDC refused the password",
      needed: "a logon that the computer takes; no credential was tried twice",
      arguments: [`${at}.user`, `${at}.password`],
      fix: "set TEST_CAUSES_PASSWORD to the password of exadmin@contoso.com, and see that it is not locked and may log on over the network",
    },
  ],
];

describe("the cause of what could not be read", () => {
  it("names the listener of HTTPS where that is asked for", () => {
    const { computer } = inputs() as { computer: Props };
    const connection = { winrm: { https: true }, host: "cas-lon", user: "Administrator", password };
    assert.deepEqual(computerCause(step({ computer: { ...computer, connection } }), new Unreachable("x")), {
      ...noListener,
      needed: "the WinRM service with an HTTPS listener at the host and port of the connection",
    });
  });

  it("over HTTPS is Basic that is off, or rights that Windows filters, for an account of the computer itself", () => {
    const { computer } = inputs() as { computer: Props };
    const connection = { winrm: { https: true }, host: "cas-lon", user: ".\\exadmin", password };
    const of = (error: Error) => computerCause(step({ computer: { ...computer, connection } }), error);
    assert.deepEqual(of(new BasicNotOffered("x", "it offers Negotiate")), {
      code: "XU-LOGON",
      problem: "the computer takes no account of its own, such as .\\exadmin, over WinRM",
      found: "cas-lon.contoso.com: it offers Negotiate",
      needed: "Basic in the computer's WinRM service, which TLS protects; no password was judged",
      arguments: [`${at}.user`, `${at}.winrm`],
      fix: 'allow it there (winrm set winrm/config/service/auth @{Basic="true"}), or give an account of a domain',
    });
    assert.deepEqual(of(new NotAdmitted("x", "the computer refuses a shell: Access is denied.")), {
      code: "XU-LOGON",
      problem: ".\\exadmin may not use WinRM there",
      found: "cas-lon.contoso.com: the computer refuses a shell: Access is denied.",
      needed: "a member of the computer's Administrators; its password is right, and was not refused",
      arguments: [`${at}.user`],
      fix:
        "let .\\exadmin be a member of the computer's Administrators; if it is one, Windows filters its rights over the network, but for the " +
        "built-in administrator: set LocalAccountTokenFilterPolicy to 1 below " +
        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
    });
  });

  for (const [error, cause] of ofWinRm)
    it(`is ${cause.code} over WinRM for ${error.constructor.name} ${error.message}`, () => {
      assert.deepEqual(computerCause(overWinRm(), error), cause);
      assert.doesNotMatch(JSON.stringify(cause), cause.code === "XU-KERBEROS" ? /SSH server/ : /SSH/);
    });

  it("is that of SSH for the jump host in front of a computer over WinRM", () => {
    const error = new Unreachable("x", "ECONNREFUSED");
    error.isOfProxy = true;
    const cause = computerCause(overWinRm(), error);
    assert.deepEqual(
      [cause?.problem, cause?.arguments],
      ["no SSH server answers there", [`${at}.proxy.host`, `${at}.proxy.port`]],
    );
  });

  for (const [error, code, problem, places, found] of ofComputer)
    it(`is ${code} for ${error.constructor.name} ${error.message}`, () => {
      const cause = computerCause(step(), error);
      assert.ok(cause);
      assert.deepEqual(
        [cause.code, cause.problem, cause.arguments, cause.found],
        [code, problem, places, found],
      );
    });

  it("is none for what is no matter of the connection", () => {
    assert.equal(computerCause(step(), new OperationRefused("x")), undefined);
    assert.equal(directoryCause(step(), new Error("x")), undefined);
  });

  it("names the variable that holds a refused password, and never the password", () => {
    const refused = new AuthenticationFailed("x", "tried password");
    const where = "and see that it is not locked and may log on over the network";
    assert.equal(
      computerCause(step(), refused)?.fix,
      `set TEST_CAUSES_PASSWORD to the password of CONTOSO\\exadmin, ${where}`,
    );
    const { computer } = inputs() as { computer: Props };
    const inline = { ...computer, connection: { ...(computer.connection as Props), password: "Secret-2" } };
    const cause = computerCause(step({ computer: inline }), refused);
    assert.equal(cause?.fix, `correct the password of CONTOSO\\exadmin, ${where}`);
    assert.ok(!JSON.stringify(cause).includes("Secret-2"));
  });

  it("is the directory's, with the remedy that its own failure names", () => {
    const text =
      "Directory ldaps://dc1 cannot be found in DNS (ENOTFOUND); check the name, or give a URL that resolves from here";
    assert.deepEqual(directoryCause(step(), new DirectoryUnread(text)), {
      code: "XU-DIRECTORY-UNREACHABLE",
      problem: "ldaps://dc1 cannot be found in DNS (ENOTFOUND)",
      found: null,
      needed: "a domain controller that answers, with TLS that can be verified",
      arguments: ["directory.url"],
      fix: "check the name, or give a URL that resolves from here",
    });
    const refused = directoryCause(step(), new LogonRefused("Directory ldaps://dc1 refused"));
    assert.deepEqual(
      [refused?.code, refused?.fix],
      [
        "XU-DIRECTORY-LOGON",
        "correct the password of CONTOSO\\reader, and see that it is not locked and may log on over the network",
      ],
    );
  });

  it("has a code for each kind of failure here, but that of media, which a rule sees", () => {
    const seen = [
      ...ofComputer.map(([, code]) => code),
      ...ofWinRm.map(([, { code }]) => code),
      "XU-MEDIA",
      "XU-DIRECTORY-LOGON",
      "XU-DIRECTORY-UNREACHABLE",
    ];
    assert.deepEqual([...new Set(seen)].sort(), [...causeCodes].sort());
  });
});

describe("a variable that is not set", () => {
  const account = { name: "CONTOSO\\setup", password: { env: "TEST_CAUSES_SETUP" } };
  const parsed = parseInputs("server", inputs({ run: "scheduled", account }));

  it("is seen without any connection: in preview not that of the account that runs Setup", () => {
    const texts = (preview: boolean, recorded: boolean) =>
      unsetTexts(unsetVariables(parsed, { preview, recorded }));
    const ofConnection =
      'servers["cas-lon"].computer.connection.password: the environment variable TEST_CAUSES_PASSWORD is not set; set it in the shell that runs pulumi';
    const ofAccount =
      'servers["cas-lon"].account.password: the environment variable TEST_CAUSES_SETUP is not set; set it in the shell that runs pulumi';
    assert.deepEqual(texts(true, false), [ofConnection]);
    assert.deepEqual(texts(false, false), [ofConnection, ofAccount]);
    assert.deepEqual(texts(false, true), []);
  });

  it("is one problem for all arguments that name it", () => {
    const unset = ["a", "b", "c", "d"].map((path) => ({ variable: "X", path }));
    assert.deepEqual(unsetTexts(unset), [
      "a, b, c and 1 more: the environment variable X is not set; set it in the shell that runs pulumi",
    ]);
  });
});
