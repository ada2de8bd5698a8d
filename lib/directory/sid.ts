/**
 * Security identifiers: the binary form that Active Directory stores, and the S-1-… text form.
 * Layout: [MS-DTYP] 2.4.2.2 (revision, count, 48-bit authority big-endian, 32-bit parts little-endian).
 */

const revision = 1;
const maximumParts = 15;
const maximumAuthority = 2 ** 48 - 1;
const maximumPart = 2 ** 32 - 1;

/**
 * Text form of a binary SID, e.g. `S-1-5-21-1-2-3-518`.
 * An authority of 2^32 or more is written in hexadecimal, as Windows does.
 * @throws Error when the bytes are not one whole SID.
 */
export function sidToText(bytes: Buffer): string {
  const count = bytes.length >= 8 ? bytes.readUInt8(1) : 0;
  if (bytes.length < 8 || bytes.readUInt8(0) !== revision || count > maximumParts) {
    throw new Error(`These ${bytes.length} bytes are not a security identifier`);
  }
  if (bytes.length !== 8 + 4 * count) {
    throw new Error(
      `A security identifier with ${count} parts has ${8 + 4 * count} bytes, not ${bytes.length}`,
    );
  }
  const authority = bytes.readUIntBE(2, 6);
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ["S", revision, authorityText(authority), ...parts].join("-");
}

/**
 * Binary form of a SID in text form.
 * @throws Error when the text is not a SID.
 */
export function sidToBytes(sid: string): Buffer {
  const match = /^S-1-(\d{1,15}|0x[0-9a-f]{1,12})((?:-\d{1,10})*)$/i.exec(sid);
  const authority = Number(match?.[1]);
  const parts = (match?.[2] ?? "").split("-").slice(1).map(Number);
  if (
    match === null ||
    authority > maximumAuthority ||
    parts.length > maximumParts ||
    parts.some((part) => part > maximumPart)
  ) {
    throw new Error(
      `"${sid}" is not a security identifier such as S-1-5-21-1004336348-1177238915-682003330-512`,
    );
  }
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(revision, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  parts.forEach((part, index) => {
    bytes.writeUInt32LE(part, 8 + 4 * index);
  });
  return bytes;
}

/** SID of the domain that an account's or group's SID belongs to: all but the last part (the RID). */
export function domainSidOf(sid: string): string {
  return sid.slice(0, sid.lastIndexOf("-"));
}

function authorityText(authority: number): string {
  return authority > maximumPart ? `0x${authority.toString(16).padStart(12, "0")}` : String(authority);
}
