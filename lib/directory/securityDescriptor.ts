/**
 * Security descriptors as Active Directory stores them: self-relative ([MS-DTYP] 2.4.6). Only the discretionary access
 * control list is read, and of it what is about the object as a whole and in force on the object itself.
 */
import type { AccessEntry } from "../facts";
import { sidToText } from "./sid";

const headerLength = 20;
const listHeaderLength = 8;
const sidHeaderLength = 8;

/** Control bits ([MS-DTYP] 2.4.6): a discretionary list is there; the parts are in one block. */
const control = { daclPresent: 0x0004, selfRelative: 0x8000 } as const;

/** ACE types ([MS-DTYP] 2.4.4.1) that grant or deny. Others audit, or hold a condition that only applications judge. */
const aceTypes: { readonly [type: number]: { readonly allow: boolean; readonly object: boolean } } = {
  0: { allow: true, object: false },
  1: { allow: false, object: false },
  5: { allow: true, object: true },
  6: { allow: false, object: true },
};

/** ACE types that audit: they grant and deny nothing. */
const auditing: readonly number[] = [2, 3, 7, 8, 13, 14, 15, 16];

/** ACE flag: only for the objects below. */
const inheritOnly = 0x08;

/** Flags of an object ACE: which GUIDs it holds. With an object type it is about one property, set or right. */
const objectFlags = { objectType: 0x1, inheritedObjectType: 0x2 } as const;
const guidLength = 16;

/**
 * Entries of the discretionary access control list, in the order in which Windows evaluates them. Entries about a
 * single property or right, and those that only the objects below inherit, are left out.
 * @returns null when the descriptor holds no such list.
 * @throws Error when the bytes are not one whole self-relative descriptor.
 */
export function readAccessEntries(descriptor: Buffer): readonly AccessEntry[] | null {
  const entries = readEveryEntry(descriptor);
  return entries?.filter(({ whole }) => whole).map(({ sid, allow, mask }) => ({ sid, allow, mask })) ?? null;
}

/**
 * Whether somebody certainly has some rights to the object and to each of its properties: the entries about the whole
 * object grant all of them. No entry denies any, not even for a single property. An entry with a condition or of an unknown
 * type may deny. False if the bytes are no descriptor.
 * @param token SIDs of the account and of its groups
 */
export function grantsWhole(descriptor: Buffer, token: ReadonlySet<string>, rights: number): boolean {
  try {
    const own = (readEveryEntry(descriptor) ?? []).filter(
      (entry) => entry === unjudged || token.has(entry.sid),
    );
    const granted = own.filter(({ allow, whole }) => allow && whole).reduce((all, { mask }) => all | mask, 0);
    const isDenied = own.some(({ allow, mask }) => !allow && (mask & rights) !== 0);
    return !isDenied && (granted & rights) === rights;
  } catch {
    return false;
  }
}

/** An entry in force on the object: about all of it, or about a single property, property set or right. */
interface EffectiveEntry extends AccessEntry {
  readonly whole: boolean;
}

/** Stands for an entry in force of which nobody here can tell whom it denies what. */
const unjudged: EffectiveEntry = { sid: "", allow: false, mask: 0xffffffff, whole: false };

function readEveryEntry(descriptor: Buffer): readonly EffectiveEntry[] | null {
  const header = part(descriptor, 0, headerLength);
  const bits = header.readUInt16LE(2);
  if (header.readUInt8(0) !== 1 || (bits & control.selfRelative) === 0) {
    throw malformed("it is not self-relative, of revision 1");
  }
  const offset = header.readUInt32LE(16);
  if ((bits & control.daclPresent) === 0 || offset === 0) {
    return null;
  }
  const { revision, size, count } = listHeader(part(descriptor, offset, listHeaderLength));
  if (revision !== 2 && revision !== 4) {
    throw malformed(`its access control list has the revision ${revision}`);
  }
  return readEntries(part(descriptor, offset, size), count);
}

function listHeader(header: Buffer): {
  readonly revision: number;
  readonly size: number;
  readonly count: number;
} {
  return { revision: header.readUInt8(0), size: header.readUInt16LE(2), count: header.readUInt16LE(4) };
}

function readEntries(list: Buffer, count: number): readonly EffectiveEntry[] {
  const entries: EffectiveEntry[] = [];
  let offset = listHeaderLength;
  for (let index = 0; index < count; index++) {
    const size = part(list, offset, 4).readUInt16LE(2);
    if (size < 4) {
      throw malformed(`its access control entry ${index} has ${size} bytes`);
    }
    const entry = readEntry(part(list, offset, size));
    if (entry !== null) {
      entries.push(entry);
    }
    offset += size;
  }
  return entries;
}

/** One entry; null for one that says nothing about the object itself. */
function readEntry(entry: Buffer): EffectiveEntry | null {
  const number = entry.readUInt8(0);
  if ((entry.readUInt8(1) & inheritOnly) !== 0 || auditing.includes(number)) {
    return null;
  }
  const type = aceTypes[number];
  if (type === undefined) return unjudged;
  const mask = part(entry, 4, 4).readUInt32LE(0);
  let sidAt = 8;
  let whole = true;
  if (type.object) {
    const flags = part(entry, 8, 4).readUInt32LE(0);
    whole = (flags & objectFlags.objectType) === 0;
    sidAt =
      12 + (whole ? 0 : guidLength) + ((flags & objectFlags.inheritedObjectType) !== 0 ? guidLength : 0);
  }
  const parts = part(entry, sidAt, sidHeaderLength).readUInt8(1);
  return { sid: sidToText(part(entry, sidAt, sidHeaderLength + 4 * parts)), allow: type.allow, mask, whole };
}

/** Bytes that must be there: `subarray` alone would give what there is. */
function part(bytes: Buffer, offset: number, length: number): Buffer {
  if (offset + length > bytes.length) {
    throw malformed(`it ends after ${bytes.length} bytes where ${offset + length} are needed`);
  }
  return bytes.subarray(offset, offset + length);
}

function malformed(why: string): Error {
  return new Error(`These bytes are not a security descriptor: ${why}`);
}
