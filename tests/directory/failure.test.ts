import assert from "node:assert/strict";
import {
  BusyError,
  ConfidentialityRequiredError,
  InvalidCredentialsError,
  NoSuchObjectError,
  SizeLimitExceededError,
  TLSNotSupportedError,
  UnknownStatusCodeError,
} from "ldapts";
import { bindFailure, connectFailure, searchFailure, startTlsFailure } from "../../lib/directory/failure";

const server = "ldaps://dc1.contoso.com:636";

function refusedLogon(data: string): Error {
  return new InvalidCredentialsError(
    `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1\0`,
  );
}

function withCode(code: string, message = ""): Error {
  return Object.assign(new Error(message), { code });
}

describe("directory failures", () => {
  it("give Active Directory's reason for a refused logon", () => {
    const causes: { readonly [data: string]: string } = {
      // Samba's word for 51f.
      "1f": "the user name or the password is wrong, or the user may not log on",
      "51f":
        "no domain controller of the user's domain can be reached from there; check the network between the domains",
      "525": "there is no such user; check the user name, written as DOMAIN\\name or name@domain",
      "52e": "the user name or the password is wrong; check both",
      "530": "this user may not log on at this time; change its logon hours or wait",
      "531": "this user may not log on at this computer; change the workstations that it may log on to",
      "532": "the password has expired; set a new one",
      "533": "the user is disabled; enable it or use another",
      "701": "the user has expired; extend it or use another",
      "773": "the user must change the password before it can log on; set a new one",
      "775": "the user is locked out; unlock it, and check where a wrong password keeps being used",
      "7ff": "the user name or the password is wrong, or the user may not log on",
    };
    for (const [data, cause] of Object.entries(causes)) {
      const failure = bindFailure(server, "CONTOSO\\reader", refusedLogon(data));
      assert.equal(
        failure.message,
        `${server} refused to log on CONTOSO\\reader (LDAP result 49, data ${data}): ${cause}`,
      );
      assert.equal(failure.kind, "credentials");
    }
  });

  it("say what else a logon was refused for", () => {
    const message = (error: Error): string => bindFailure(server, "reader@contoso.com", error).message;
    assert.equal(
      message(new InvalidCredentialsError("")),
      `${server} refused to log on reader@contoso.com (LDAP result 49): the user name or the password is wrong, or the user may not log on`,
    );
    assert.equal(
      message(new ConfidentialityRequiredError()),
      `${server} refused to log on reader@contoso.com over this connection (LDAP result 13): it wants another protection than TLS gives; use an ldaps:// URL`,
    );
    assert.equal(
      message(new BusyError("00002024:\nbusy\0")),
      `${server} refused to log on reader@contoso.com (LDAP result 51: 00002024: busy)`,
    );
    // Not the user's fault: another domain controller may be asked, and this one again.
    assert.equal(bindFailure(server, "reader@contoso.com", new BusyError()).kind, "answer");
  });

  it("say why there is no connection", () => {
    const causes: { readonly [code: string]: string } = {
      ENOTFOUND: "cannot be found in DNS (ENOTFOUND); check the name, or give a URL that resolves from here",
      ECONNREFUSED: "refuses connections (ECONNREFUSED); check that a domain controller listens on this port",
      EHOSTUNREACH: "cannot be reached from here (EHOSTUNREACH); check the route and the firewalls between",
      ECONNRESET:
        "ended the connection before TLS was ready (ECONNRESET); check that the port speaks LDAPS (636) or StartTLS (389), and that the domain controller has a certificate",
      CERT_HAS_EXPIRED: "shows a certificate that has expired; renew the domain controller's certificate",
      CERT_NOT_YET_VALID: "shows a certificate that is not valid yet; check the clocks here and there",
      DEPTH_ZERO_SELF_SIGNED_CERT:
        "shows a certificate from an issuer that is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); give the certificate of the issuing certification authority as `ca` (PEM)",
      ERR_SSL_UNSUPPORTED_PROTOCOL:
        "speaks no TLS version that is allowed here (ERR_SSL_UNSUPPORTED_PROTOCOL); allow an older one with `minVersion`",
      ESOMETHING: "could not be connected to (ESOMETHING)",
    };
    for (const [code, cause] of Object.entries(causes)) {
      const failure = connectFailure(server, withCode(code));
      assert.equal(failure.message, `${server} ${cause}`);
      assert.equal(failure.kind, "connect");
    }
    assert.equal(
      connectFailure(server, new AggregateError([withCode("ECONNREFUSED"), withCode("ENETUNREACH")])).message,
      `${server} ${causes.ECONNREFUSED}`,
    );
    assert.equal(
      connectFailure(server, new Error("odd\ntext")).message,
      `${server} could not be connected to (odd text)`,
    );
  });

  it("say whose certificate was shown", () => {
    const wrong = withCode("ERR_TLS_CERT_ALTNAME_INVALID");
    assert.equal(
      connectFailure(
        server,
        Object.assign(wrong, { host: "dc1.contoso.com", cert: { subjectaltname: "DNS:dc2.contoso.com" } }),
      ).message,
      `${server} shows a certificate for DNS:dc2.contoso.com, not for dc1.contoso.com; connect by a name in the certificate, or give that name as \`serverName\``,
    );
  });

  it("never send a password where StartTLS is missing", () => {
    assert.equal(
      startTlsFailure("ldap://dc1:389", new TLSNotSupportedError()).message,
      "ldap://dc1:389 does not offer StartTLS (LDAP result 112), and a password is never sent over plain LDAP; use an ldaps:// URL, or install a certificate on the domain controller",
    );
  });

  it("tell absent from elsewhere, cut off, refused and gone", () => {
    const base = "DC=contoso,DC=com";
    const of = (error: Error): readonly [string, string] => {
      const { kind, message } = searchFailure(server, base, error);
      return [kind, message];
    };
    assert.deepEqual(of(new NoSuchObjectError()), ["absent", `${server} has no object ${base}`]);
    assert.deepEqual(of(new UnknownStatusCodeError(10)), [
      "referral",
      `${server} holds no copy of ${base} and refers to another server`,
    ]);
    assert.deepEqual(of(new SizeLimitExceededError()), [
      "answer",
      `${server} cut off the search of ${base} at its size limit (LDAP result 4)`,
    ]);
    assert.deepEqual(of(new BusyError("busy")), [
      "answer",
      `${server} refused the search of ${base} (LDAP result 51: busy)`,
    ]);
    assert.deepEqual(of(new Error("Socket connection not established")), [
      "closed",
      `${server} closed the connection during the search of ${base}`,
    ]);
  });
});
