/** Why a directory server could not be asked, in sentences for the user. Never holds a password. */

import { ResultCodeError } from "ldapts";
import { cut, thrownText } from "../text";

/**
 * - `timeout`: no answer in time; `closed`: the connection was cut; `connect`: no connection or no TLS session;
 * - `credentials`: the server does not log this user on; `absent`: no such object (LDAP result 32);
 * - `referral`: the server does not hold the object and points elsewhere (result 10); `answer`: any other refusal.
 */
export type FailureKind = "timeout" | "closed" | "connect" | "credentials" | "absent" | "referral" | "answer";

/** A failure of one directory server. Its message is one sentence without a final full stop. */
export class DirectoryFailure extends Error {
  override readonly name = "DirectoryFailure";
  constructor(
    message: string,
    readonly kind: FailureKind,
  ) {
    super(message);
  }
}

/** Causes that Active Directory gives, in hexadecimal, in the text of a refused bind (Win32 error codes). */
const bindCauses: { readonly [data: string]: string } = {
  "51f":
    "no domain controller of the user's domain can be reached from there; check the network between the domains",
  "525": "there is no such user; check the user name, written as DOMAIN\\name or name@domain",
  "52e": "the user name or the password is wrong; check both",
  "530": "this user may not log on at this time; change its logon hours or wait",
  "531": "this user may not log on at this computer; change the workstations that it may log on to",
  "532": "the password has expired; set a new one",
  "533": "the user is disabled; enable it or use another",
  "568": "the user is a member of too many groups to log on; use another",
  "701": "the user has expired; extend it or use another",
  "773": "the user must change the password before it can log on; set a new one",
  "775": "the user is locked out; unlock it, and check where a wrong password keeps being used",
};

const untrusted: readonly string[] = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "INVALID_CA",
];

/** Describes a refused bind. `server` is the URL without credentials. */
export function bindFailure(server: string, user: string, error: unknown): DirectoryFailure {
  const code = resultCode(error);
  if (code === 49) {
    const data = bindData(error);
    const cause = data === undefined ? undefined : bindCauses[data];
    return new DirectoryFailure(
      `${server} refused to log on ${user} (LDAP result 49${data === undefined ? "" : `, data ${data}`}): ` +
        `${cause ?? "the user name or the password is wrong, or the user may not log on"}`,
      "credentials",
    );
  }
  if (code === 8 || code === 13) {
    return new DirectoryFailure(
      `${server} refused to log on ${user} over this connection (LDAP result ${code}): it wants another ` +
        "protection than TLS gives; use an ldaps:// URL",
      "credentials",
    );
  }
  if (code !== null) {
    // The server is busy or unavailable. It did not judge the user, and another domain controller may accept the logon.
    return new DirectoryFailure(
      `${server} refused to log on ${user} (LDAP result ${code}: ${serverText(error)})`,
      "answer",
    );
  }
  return connectFailure(server, error);
}

/** Causes that do not judge the password, or that confirm it: they do not count towards a lockout. */
const uncounted: readonly string[] = ["51f", "530", "531", "532", "533", "568", "701", "773"];

/** True where a refused bind counts, or may count, towards the account's lockout. */
export function isCountedRefusal(error: unknown): boolean {
  return resultCode(error) === 49 && !uncounted.includes(bindData(error) ?? "");
}

/** Active Directory's cause in the text of a refused bind. */
function bindData(error: unknown): string | undefined {
  return /\bdata ([0-9a-f]{1,8})\b/i.exec(thrownText(error))?.[1]?.toLowerCase();
}

/** Describes a server that does not offer StartTLS. The password is never sent without TLS. */
export function startTlsFailure(server: string, error: unknown): DirectoryFailure {
  const code = resultCode(error);
  if (code === null) {
    return connectFailure(server, error);
  }
  return new DirectoryFailure(
    `${server} does not offer StartTLS (LDAP result ${code}), and a password is never sent over plain LDAP; ` +
      "use an ldaps:// URL, or install a certificate on the domain controller",
    "connect",
  );
}

/** Describes a connection or a TLS session that was not made. */
export function connectFailure(server: string, error: unknown): DirectoryFailure {
  const code = errorCode(error);
  return new DirectoryFailure(`${server} ${connectCause(code, error)}`, "connect");
}

/** Describes an unanswered request. */
export function timeoutFailure(server: string, what: string, timeoutMs: number): DirectoryFailure {
  return new DirectoryFailure(`${server} did not answer within ${timeoutMs / 1000} s (${what})`, "timeout");
}

/** Describes octets that are no answer; the connection cannot be used any more. */
export function malformedFailure(server: string, error: unknown): DirectoryFailure {
  return new DirectoryFailure(
    `${server} sent what cannot be read as LDAP (${serverLine(thrownText(error))}); check that it is a domain controller, and ` +
      "what stands in between",
    "answer",
  );
}

/** Describes an answer without end. */
export function floodFailure(server: string, what: string, limit: number): DirectoryFailure {
  return new DirectoryFailure(
    `${server} sent more than ${limit / 1024 / 1024} MiB (${what}); the rest was not read`,
    "answer",
  );
}

/** Describes the use of a session after its end. */
export function sessionClosed(server: string): DirectoryFailure {
  return new DirectoryFailure(`the session with ${server} has been closed; open a new one`, "closed");
}

/** Describes the failure of a search. */
export function searchFailure(server: string, base: string, error: unknown): DirectoryFailure {
  const code = resultCode(error);
  const object = base === "" ? "the root DSE" : base;
  if (code === 32) {
    return new DirectoryFailure(`${server} has no object ${object}`, "absent");
  }
  if (code === 10) {
    return new DirectoryFailure(
      `${server} holds no copy of ${object} and refers to another server`,
      "referral",
    );
  }
  if (code === 4) {
    return new DirectoryFailure(
      `${server} cut off the search of ${object} at its size limit (LDAP result 4)`,
      "answer",
    );
  }
  if (code !== null) {
    return new DirectoryFailure(
      `${server} refused the search of ${object} (LDAP result ${code}: ${serverText(error)})`,
      "answer",
    );
  }
  return new DirectoryFailure(`${server} closed the connection during the search of ${object}`, "closed");
}

function connectCause(code: string, error: unknown): string {
  if (untrusted.includes(code)) {
    return (
      `shows a certificate from an issuer that is not trusted here (${code}); give the certificate of the ` +
      "issuing certification authority as `ca` (PEM)"
    );
  }
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return (
        `shows a certificate for ${namesInCertificate(error)}, not for ${hostWanted(error)}; ` +
        "connect by a name in the certificate, or give that name as `serverName`"
      );
    case "CERT_HAS_EXPIRED":
      return "shows a certificate that has expired; renew the domain controller's certificate";
    case "CERT_NOT_YET_VALID":
      return "shows a certificate that is not valid yet; check the clocks here and there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `cannot be found in DNS (${code}); check the name, or give a URL that resolves from here`;
    case "ECONNREFUSED":
      return "refuses connections (ECONNREFUSED); check that a domain controller listens on this port";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `cannot be reached from here (${code}); check the route and the firewalls between`;
    case "ECONNRESET":
    case "EPIPE":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return (
        `ended the connection before TLS was ready (${code}); check that the port speaks ` +
        "LDAPS (636) or StartTLS (389), and that the domain controller has a certificate"
      );
    case "ERR_SSL_UNSUPPORTED_PROTOCOL":
    case "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION":
    case "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE":
    case "ERR_SSL_NO_PROTOCOLS_AVAILABLE":
      return `speaks no TLS version that is allowed here (${code}); allow an older one with \`minVersion\``;
    default:
      return `could not be connected to (${code === "" ? serverLine(thrownText(error)) : code})`;
  }
}

/** Names as the certificate's extension lists them: `DNS:dc1.contoso.com, IP Address:192.0.2.1`. */
function namesInCertificate(error: unknown): string {
  const certificate = property(error, "cert");
  const names = property(certificate, "subjectaltname");
  return typeof names === "string" && names !== "" ? names : "no name at all";
}

function hostWanted(error: unknown): string {
  return String(property(error, "host") ?? "the server");
}

function property(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null ? Reflect.get(object, name) : undefined;
}

function resultCode(error: unknown): number | null {
  return error instanceof ResultCodeError ? error.code : null;
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (typeof code === "string" && code !== "") {
    return code;
  }
  const inner = error instanceof AggregateError ? error.errors[0] : undefined;
  return inner === undefined ? "" : errorCode(inner);
}

/** The server's own text, for people only: without the code that ldapts puts behind it, shortened, on one line. */
function serverText(error: unknown): string {
  const text = thrownText(error);
  const code = text.lastIndexOf("Code: 0x");
  const own = code >= 0 && /^Code: 0x[0-9a-f]+$/.test(text.slice(code)) ? text.slice(0, code) : text;
  return cut(serverLine(own), 200);
}

/** What a server sent, on one line, without control characters. */
function serverLine(value: string): string {
  return value.replace(/[\0-\x20\x7f]+/g, " ").trim();
}
