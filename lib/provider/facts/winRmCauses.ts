/** The cause that kept a computer from being reached over WinRM, from the error of the connection. */
import type { Cause } from "../../cause";
import {
  AccountUnknown,
  BasicNotOffered,
  CertificateRefused,
  CertificateUnknown,
  ClockSkew,
  ConnectionLost,
  CredentialUnusable,
  KdcUnreachable,
  KerberosUnavailable,
  NotAdmitted,
  NotWindowsShell,
  ownAccountOf,
  ServerNotProven,
  Unreachable,
  type WinRmConnection,
} from "../../host";
import type { Step } from "../step/step";

/**
 * The cause if WinRM has one of its own; undefined for names and passwords, which SSH and WinRM share.
 * @param path the place in the program of an argument of the connection
 * @param found the error's text
 */
export function winRmCause(
  { computer, inputs }: Step,
  error: unknown,
  path: (key: string) => string,
  found: string,
): Cause | undefined {
  const { user = "", proxy } = inputs.computer.connection ?? {};
  if (error instanceof KerberosUnavailable)
    return {
      code: "XU-KERBEROS",
      problem: "the machine that runs Pulumi has no Kerberos, which WinRM needs",
      found,
      needed: "the npm package koffi, and MIT's libraries libkrb5 and libgssapi_krb5",
      arguments: [path("winrm")],
      fix: "install what is missing there, or reach the computer over SSH",
    };
  if (error instanceof KdcUnreachable)
    return {
      code: "XU-KDC",
      problem: "no KDC can be asked to log on",
      found,
      needed: "a KDC (domain controller) of the account's domain, on TCP port 88",
      arguments: [path("winrm"), path("user")],
      fix: `name one in \`winrm.kdc\`, or let port 88 through from ${proxy === undefined ? "this machine" : "the jump host"}`,
    };
  if (error instanceof ClockSkew)
    return {
      code: "XU-CLOCK",
      problem: "clocks are too far apart for Kerberos",
      found,
      needed:
        "the same time on the machine that runs Pulumi, on the domain controllers and on the computer: five minutes apart at most",
      arguments: [path("winrm")],
      fix: "set each of these clocks by the domain's time (w32tm /query /status on Windows)",
    };
  if (error instanceof CertificateUnknown)
    return {
      code: "XU-CERTIFICATE-MISSING",
      problem: "nothing proves the computer's certificate",
      found: `${computer}: ${error.shown}`,
      needed: `a certificate for ${computer} of an authority that is trusted, or the fingerprint of the one it has`,
      arguments: [path("winrm")],
      fix: "give the authority as `ca`; or compare the fingerprint with the computer's own (certutil -hashfile <file>.cer SHA256), then give it as `fingerprint`",
    };
  if (error instanceof CertificateRefused)
    return {
      code: "XU-CERTIFICATE-WRONG",
      problem: "another certificate than the given one",
      found: `${computer}: ${error.shown}`,
      needed: "the certificate of `fingerprint`: somebody else may answer in the computer's place",
      arguments: [path("winrm")],
      fix: "ask who has renewed it; give the new fingerprint only when it is compared on the computer",
    };
  if (error instanceof ServerNotProven)
    return {
      code: "XU-SERVER-PROOF",
      problem: "the computer does not prove itself with Kerberos",
      found,
      needed: `an answer that only ${computer} can give: its account in the domain has the service, and WinRM offers Kerberos`,
      arguments: [path("host")],
      fix: `see that \`host\` leads to ${computer}, that this is its full name in the domain (setspn -L), and that its listener offers Kerberos (winrm get winrm/config/service/auth)`,
    };
  if (error instanceof CredentialUnusable)
    return {
      code: "XU-CREDENTIAL",
      problem: error.problem,
      found: null,
      needed: "an account, such as exadmin@contoso.com, and its password",
      arguments: [path("user"), path("password")],
      fix: "give both",
    };
  if (error instanceof AccountUnknown)
    return {
      code: "XU-LOGON",
      problem: `${user} is no account of that domain`,
      found: `${computer}: ${error.tried}`,
      needed: "an account that the asked domain controllers know; no password was judged",
      arguments: [path("user"), path("winrm")],
      fix: "correct `user`, or `winrm.realm` where its suffix is another; `winrm.kdc` has to name domain controllers of the account's own domain",
    };
  if (error instanceof BasicNotOffered)
    return {
      code: "XU-LOGON",
      problem: `the computer takes no account of its own, such as ${user}, over WinRM`,
      found: `${computer}: ${error.tried}`,
      needed: "Basic in the computer's WinRM service, which TLS protects; no password was judged",
      arguments: [path("user"), path("winrm")],
      fix: 'allow it there (winrm set winrm/config/service/auth @{Basic="true"}), or give an account of a domain',
    };
  if (error instanceof NotAdmitted)
    return {
      code: "XU-LOGON",
      problem: `${user} may not use WinRM there`,
      found: `${computer}: ${error.tried}`,
      needed: "a member of the computer's Administrators; its password is right, and was not refused",
      arguments: [path("user")],
      fix: `let ${user} be a member of the computer's Administrators${isOwnAccount(inputs) ? filteredText : ""}`,
    };
  // SSH and WinRM share the cause of a name without an address.
  if (error instanceof Unreachable && isUnresolved(error)) return undefined;
  const isAway = [NotWindowsShell, ConnectionLost, Unreachable].some((kind) => error instanceof kind);
  return isAway ? unreachable(found, path, overHttps(inputs) ? "HTTPS" : "HTTP") : undefined;
}

/** Source: Microsoft, User Account Control and remote restrictions. */
const filteredText =
  "; if it is one, Windows filters its rights over the network, but for the built-in administrator: set LocalAccountTokenFilterPolicy to 1 " +
  "below HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";

function isOwnAccount({ computer }: Step["inputs"]): boolean {
  const { user = "", winrm } = computer.connection ?? {};
  return (
    typeof winrm === "object" &&
    ownAccountOf(user, winrm as WinRmConnection["winrm"], computer.name) !== undefined
  );
}

function overHttps({ computer }: Step["inputs"]): boolean {
  const { winrm } = computer.connection ?? {};
  return typeof winrm === "object" && winrm.https !== undefined;
}

/** The system's codes for a name without an address. */
const unresolved: readonly (string | null)[] = ["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME"];

export function isUnresolved({ code }: Unreachable): boolean {
  return unresolved.includes(code);
}

function unreachable(found: string, path: (key: string) => string, protocol: "HTTP" | "HTTPS"): Cause {
  return {
    code: "XU-HOST-UNREACHABLE",
    problem: "no WinRM listener of Windows answers there",
    found,
    needed: `the WinRM service with an ${protocol} listener at the host and port of the connection`,
    arguments: [path("host"), path("port")],
    fix: "start the computer, give its WinRM service a listener (winrm enumerate winrm/config/listener), or let firewalls pass the port",
  };
}
