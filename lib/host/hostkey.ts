/** Verification of SSH host keys against a pinned key line or fingerprint. */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Endpoint, endpointName } from "./connection";
import { HostKeyRefused } from "./errors";

/** A pinned host key, parsed. */
export type PinnedHostKey =
  | { readonly form: "key"; readonly type: string; readonly blob: Buffer }
  | { readonly form: "fingerprint"; readonly digest: Buffer };

/**
 * Parses `hostKey`: an OpenSSH public key line with or without a host name in front (as in known_hosts) and a
 * comment behind, or a SHA256 fingerprint as `ssh-keygen -lf` prints it.
 * @throws HostKeyRefused when it is neither.
 */
export function parseHostKey(text: string): PinnedHostKey {
  const words = text.trim().split(/\s+/);
  for (const [index, word] of words.entries()) {
    const fingerprint = /^SHA256:([A-Za-z0-9+/]{43})=?$/.exec(word)?.[1];
    if (fingerprint !== undefined) return { form: "fingerprint", digest: Buffer.from(fingerprint, "base64") };
    const blob = Buffer.from(words[index + 1] ?? "", "base64");
    if (blob.length > 0 && keyType(blob) === word) return { form: "key", type: word, blob };
  }
  throw new HostKeyRefused(
    `hostKey is neither an OpenSSH public key line ("ssh-ed25519 AAAA…") nor a SHA256 fingerprint ` +
      `("SHA256:" and 43 characters). Print the server's key with: ssh-keyscan <host>`,
  );
}

/** The type that an SSH public key blob states, or null when it is no such blob. */
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
 * Judges the key that a server showed. Undefined when it may be trusted, else the refusal with what was found
 * and how to pin it.
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
    return new HostKeyRefused(
      `the host key of ${name} is not known: it showed ${found}. Compare this fingerprint with the server's own ` +
        `(on it: ssh-keygen -lf <key file>.pub), then pin it in the connection: hostKey: "${line}"`,
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
  );
}

/** Host key algorithms that carry a key of the pinned type, to be asked for first. */
export function algorithmsOfKeyType(type: string): readonly string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
