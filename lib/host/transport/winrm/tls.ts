/** TLS to a computer's WinRM: nothing is said before its certificate is proven by an authority, or is the one that is given. */
import { timingSafeEqual, X509Certificate } from "node:crypto";
import { isIP, Socket } from "node:net";
import { Duplex } from "node:stream";
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { afterAwake } from "../../../awake";
import { reasonOf } from "../../../text";
import { CertificateRefused, CertificateUnknown, Unreachable } from "../errors";

/** What proves the computer over HTTPS; neither: an authority that Node.js trusts. */
export interface HttpsTrust {
  /** Certificates (PEM) of the authorities to trust, in place of those that Node.js trusts. */
  readonly ca?: string;
  /** SHA-256 of the one certificate to accept, as {@link fingerprintProblem} takes it. */
  readonly fingerprint?: string;
}

/** Who is meant, with names for messages. */
export interface TlsTarget {
  readonly trust: HttpsTrust;
  /** Name that the certificate has to carry, where an authority proves it. */
  readonly serverName: string;
  readonly name: string;
  /** Milliseconds for the handshake; 0 for no limit. */
  readonly timeoutMs: number;
}

/** Why a text cannot be a certificate's fingerprint, as the rest of a sentence that begins with the argument's name; null if it can. */
export function fingerprintProblem(text: string): string | null {
  const digits = digitsOf(text);
  if (/^[0-9A-F]{64}$/.test(digits)) return null;
  const why = /^[0-9A-F]{40}$/.test(digits)
    ? "is of SHA-1, as Windows shows a thumbprint"
    : "is no SHA-256 of a certificate, which has 64 hexadecimal digits";
  return `${why}. Print it on a copy of the certificate with: certutil -hashfile <file>.cer SHA256`;
}

/** Why a text cannot be `ca`, likewise; null if it can. */
export function authoritiesProblem(text: string): string | null {
  const problem = "is no certificate in PEM form";
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return problem;
  try {
    // Node.js itself passes over what it cannot read.
    for (const block of blocks) new X509Certificate(block);
    return null;
  } catch (error) {
    return `${problem} (${reasonOf(error)})`;
  }
}

/** The digits alone, whether colons, dashes or blanks stand between them, also of a line that `openssl x509 -fingerprint` prints. */
function digitsOf(fingerprint: string): string {
  return fingerprint
    .replace(/^\s*(SHA-?256 )?Fingerprint\s*=/i, "")
    .replace(/[:\s-]/g, "")
    .toUpperCase();
}

/**
 * Secures a connection.
 * @throws CertificateUnknown, CertificateRefused; Unreachable where no TLS comes about
 */
export function secure(stream: Duplex, { trust, serverName, name, timeoutMs }: TlsTarget): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const { ca } = trust;
    const fail = (error: Error) => {
      endLimit();
      stream.destroy();
      reject(error);
    };
    const unreachable = (why: string) =>
      fail(new Unreachable(`${name} cannot be reached over WinRM with HTTPS: ${why}`));
    const endLimit = afterAwake(timeoutMs, () => unreachable(`no answer within ${timeoutMs / 1000} s`));
    // Judged below, so that the fingerprint that was seen can be told.
    const options = {
      socket: stream,
      servername: isIP(serverName) === 0 ? serverName : "",
      rejectUnauthorized: false,
      checkServerIdentity: (_host: string, certificate: PeerCertificate) =>
        checkServerIdentity(serverName, certificate),
    };
    const socket = connect({ ...options, ...(ca === undefined ? {} : { ca }) });
    const onError = (error: Error) => unreachable(reasonOf(error));
    const onClose = () => unreachable("the server closed the connection");
    socket.once("error", onError);
    socket.once("close", onClose);
    socket.once("secureConnect", () => {
      const refusal = judge(socket, trust, name);
      if (refusal !== undefined) return fail(refusal);
      endLimit();
      socket.off("error", onError);
      socket.off("close", onClose);
      resolve(stream instanceof Socket ? socket : inOrder(socket));
    });
  });
}

/**
 * Over a stream that is no socket, as a jump host gives it, Node.js (20.20) lets a TLS socket close before it ends. Its HTTP client then
 * gives back one parser twice, and two connections may get it, each with the other's answers.
 */
function inOrder(socket: TLSSocket): Duplex {
  return Duplex.from({ readable: socket, writable: socket });
}

/** Undefined where the certificate is proven. */
function judge(socket: TLSSocket, { fingerprint }: HttpsTrust, name: string): CertificateRefused | undefined {
  const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? "";
  if (fingerprint !== undefined) {
    const [seen, given] = [shown, fingerprint].map((each) => Buffer.from(digitsOf(each), "hex")) as [
      Buffer,
      Buffer,
    ];
    if (seen.length === given.length && timingSafeEqual(seen, given)) return undefined;
    const found = `it showed ${shown}, given is ${pairs(fingerprint)}`;
    return new CertificateRefused(
      `the certificate of ${name} is not the given one: ${found}. Either the server has got another one, or somebody else answers ` +
        "in its place. When the new one is confirmed on the server, give its fingerprint",
      found,
    );
  }
  if (socket.authorized) return undefined;
  // Node.js gives the code of the failure as text, although its types say Error.
  const why = String(socket.authorizationError);
  const found = `${why}; it showed ${shown}`;
  return new CertificateUnknown(
    `the certificate of ${name} is not proven (${why}): it showed ${shown}. Compare this fingerprint with the server's own (on it: ` +
      "winrm enumerate winrm/config/listener names the certificate), then give it: " +
      `winrm: { https: { fingerprint: "${shown}" } }, or give the authority that has issued it as \`ca\``,
    found,
  );
}

function pairs(fingerprint: string): string {
  return digitsOf(fingerprint).match(/../g)?.join(":") ?? "";
}
