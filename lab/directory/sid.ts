/** Security identifiers, as text (S-1-…) and as the octets that Active Directory stores and compares. */
import { createHash } from "node:crypto";

/** BUILTIN\Administrators and BUILTIN\Users: the same SIDs in every domain. */
export const builtinSids = { administrators: "S-1-5-32-544", users: "S-1-5-32-545" } as const;

/** RIDs of groups that every domain has, and of the two that only the forest root has. */
export const wellKnownRids = {
  "Domain Admins": 512,
  "Domain Users": 513,
  "Domain Computers": 515,
  "Domain Controllers": 516,
  "Schema Admins": 518,
  "Enterprise Admins": 519,
} as const;

/** The SID of a lab domain: made up, but the same in every run. */
export function domainSid(domain: string): string {
  const digest = createHash("sha256").update(`domain ${domain.toLowerCase()}`).digest();
  return `S-1-5-21-${[0, 4, 8].map((offset) => digest.readUInt32BE(offset)).join("-")}`;
}

/**
 * Octets of a SID: revision, count, six octets of authority, then 32-bit little-endian parts.
 * @throws SyntaxError for anything but S-1-<authority>-<parts>.
 */
export function sidToBytes(sid: string): Buffer {
  const match = /^S-1-(\d{1,15})((?:-\d{1,10})+)$/i.exec(sid);
  const parts = (match?.[2] ?? "").split("-").slice(1).map(Number);
  if (match === null || parts.length > 15 || parts.some((part) => part > 0xffffffff)) {
    throw new SyntaxError(`"${sid}" is not a security identifier`);
  }
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(Number(match[1]), 2, 6);
  parts.forEach((part, index) => {
    bytes.writeUInt32LE(part, 8 + 4 * index);
  });
  return bytes;
}

/**
 * Text of a SID.
 * @throws SyntaxError when the octets are not one whole SID of revision 1.
 */
export function sidToText(bytes: Buffer): string {
  if (bytes.length < 8 || bytes[0] !== 1 || bytes.length !== 8 + 4 * bytes.readUInt8(1)) {
    throw new SyntaxError(`${bytes.toString("hex")} is not a security identifier`);
  }
  const parts = Array.from({ length: bytes.readUInt8(1) }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ["S", 1, bytes.readUIntBE(2, 6), ...parts].join("-");
}

/** The last part of a SID: 512 for Domain Admins. */
export function ridOf(sid: string): number {
  return Number(sid.slice(sid.lastIndexOf("-") + 1));
}
