/** Verification of SSH host keys against a pinned key line or fingerprint. */
import { createHash, timingSafeEqual } from "node:crypto";
import { HostKeyMissing, HostKeyRefused } from "./errors";
import { type Endpoint, endpointName } from "./sshConnection";

/** A pinned host key, parsed. */
export type PinnedHostKey =
  | { readonly form: "key"; readonly type: string; readonly blob: Buffer }
  | { readonly form: "fingerprint"; readonly digest: Buffer };

/**
 * Parses `hostKey`: an OpenSSH public key line with or without a host name in front (as in known_hosts) and a comment
 * behind, or a SHA256 fingerprint as `ssh-keygen -lf` prints it.
 * @throws HostKeyRefused if it is neither, or was cut.
 */
export function parseHostKey(line: string): PinnedHostKey {
  const parsed = parsedOf(line);
  if (typeof parsed === "string") throw new HostKeyRefused(`hostKey ${parsed}`);
  return parsed;
}

/** Why a text cannot be a host key, as the rest of a sentence that begins with the argument's name; null if it can. */
export function hostKeyProblem(line: string): string | null {
  const parsed = parsedOf(line);
  return typeof parsed === "string" ? parsed : null;
}

function parsedOf(line: string): PinnedHostKey | string {
  const words = line.trim().split(/\s+/);
  for (const [index, word] of words.entries()) {
    const fingerprint = /^SHA256:([A-Za-z0-9+/]{43})=?$/.exec(word)?.[1];
    if (fingerprint !== undefined) return { form: "fingerprint", digest: Buffer.from(fingerprint, "base64") };
    const text = words[index + 1] ?? "";
    const blob = Buffer.from(text, "base64");
    if (keyType(blob) !== word) continue;
    if (isWholeBase64(text, blob) && isWhole(blob, word)) return { form: "key", type: word, blob };
    return (
      `is no whole public key: it begins like one of type ${word}, and its ${text.length} characters are cut or changed. ` +
      "Print the server's key with: ssh-keyscan <host>"
    );
  }
  return (
    'is neither an OpenSSH public key line ("ssh-ed25519 AAAA…") nor a SHA256 fingerprint ("SHA256:" and 43 ' +
    "characters). Print the server's key with: ssh-keyscan <host>"
  );
}

/** True if the base64 text encodes exactly these bytes, with or without padding. */
function isWholeBase64(text: string, blob: Buffer): boolean {
  const encoded = blob.toString("base64");
  return text === encoded || text === encoded.replace(/=+$/, "");
}

/**
 * Lengths of a key's fields after its type; null for a length that varies (RFC 4253 6.6, 5656 3.1, 8709 4; OpenSSH's
 * PROTOCOL.u2f).
 */
const fieldsOfType: { readonly [type: string]: readonly (number | null)[] } = {
  "ssh-ed25519": [32],
  "ssh-ed448": [57],
  "ssh-rsa": [null, null],
  "ssh-dss": [null, null, null, null],
  "ecdsa-sha2-nistp256": [8, 65],
  "ecdsa-sha2-nistp384": [8, 97],
  "ecdsa-sha2-nistp521": [8, 133],
  "sk-ssh-ed25519@openssh.com": [32, null],
  "sk-ecdsa-sha2-nistp256@openssh.com": [8, 65, null],
};

/** True if a blob consists of whole fields and, for a known type, has that type's fields. */
function isWhole(blob: Buffer, type: string): boolean {
  const lengths: number[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return false;
    const length = blob.readUInt32BE(at);
    lengths.push(length);
    at += 4 + length;
  }
  const [, ...fields] = lengths;
  const expected = fieldsOfType[type];
  if (at !== blob.length || fields.length === 0 || fields.includes(0)) return false;
  return (
    expected === undefined ||
    (fields.length === expected.length && expected.every((each, n) => each === null || each === fields[n]))
  );
}

/** The type that an SSH public key blob names; null if the blob is not one. */
export function keyType(blob: Buffer): string | null {
  if (blob.length < 4) return null;
  const length = blob.readUInt32BE(0);
  return length > 0 && length <= 64 && blob.length > 4 + length
    ? blob.toString("latin1", 4, 4 + length)
    : null;
}

/** The fingerprint of a public key blob as OpenSSH prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/**
 * Judges the key that a server has shown. Undefined if it can be trusted; else the refusal, with what was found and how
 * to pin the key.
 */
export function judgeHostKey(
  endpoint: Endpoint,
  pinned: PinnedHostKey | null,
  shown: Buffer,
): HostKeyRefused | undefined {
  if (endpoint.insecureIgnoreHostKey === true) return undefined;
  const found = `${keyType(shown) ?? "a key"} ${fingerprintOf(shown)}`;
  const line = `${keyType(shown) ?? ""} ${shown.toString("base64")}`;
  const name = endpointName(endpoint);
  if (pinned === null) {
    return new HostKeyMissing(
      `the host key of ${name} is not known: it showed ${found}. Compare this fingerprint with the server's own ` +
        `(on it: ssh-keygen -lf <key file>.pub), then pin it in the connection: hostKey: "${line}"`,
      `${fingerprintOf(shown)}: ${line}`,
    );
  }
  const same =
    pinned.form === "key"
      ? equal(pinned.blob, shown)
      : equal(pinned.digest, createHash("sha256").update(shown).digest());
  if (same) return undefined;
  const expected =
    pinned.form === "key"
      ? `${pinned.type} ${fingerprintOf(pinned.blob)}`
      : `SHA256:${pinned.digest.toString("base64").replace(/=+$/, "")}`;
  return new HostKeyRefused(
    `the host key of ${name} is not the pinned one: it showed ${found}, pinned is ${expected}. Either the ` +
      `server was installed anew, or somebody else answers in its place. When the new key is confirmed on the ` +
      `server, pin it: hostKey: "${line}"`,
    `showed ${found}, pinned ${expected}`,
  );
}

/** The host key algorithms for a key of the pinned type, which are asked for first. */
export function algorithmsOfKeyType(type: string): readonly string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
