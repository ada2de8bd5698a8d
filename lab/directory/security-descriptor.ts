/** Security descriptors in the form that Active Directory stores: self-relative (MS-DTYP 2.4.6). */
import { sidToBytes, sidToText } from "./sid";

/** One access control entry about a whole object. */
export interface AccessControl {
  /** SID, as text, of whom it is about. */
  readonly trustee: string;
  readonly allow: boolean;
  readonly mask: number;
  /** AceFlags (MS-DTYP 2.4.4.1): see {@link aceFlags}. */
  readonly flags: number;
  /** GUID, as its octets, of the one property that the entry is about; absent for the whole object. */
  readonly property?: Buffer;
}

/** AceFlags: objects below inherit the entry, or it has been inherited from above. */
export const aceFlags = { containerInherit: 0x02, inherited: 0x10 } as const;

/** Rights to a directory object (MS-ADTS 5.1.3.2). */
export const accessRights = {
  createChild: 0x1,
  listChildren: 0x4,
  readProperty: 0x10,
  writeProperty: 0x20,
  /** `RPLCLORC`: what the classes' default lets authenticated users do. */
  read: 0x20094,
  /** All of them: `RPWPCRCCDCLCLORCWOWDSDDTSW`, which Windows shows as full control. */
  full: 0xf01ff,
} as const;

/** The parts of a descriptor as the control LDAP_SERVER_SD_FLAGS_OID numbers them. */
export const descriptorParts = { owner: 1, group: 2, dacl: 4, sacl: 8 } as const;

/** A descriptor in its parts; SIDs and access control lists in octets. */
interface Parts {
  readonly owner: Buffer | undefined;
  readonly group: Buffer | undefined;
  readonly dacl: Buffer | undefined;
}

const headerLength = 20;
const selfRelative = 0x8000;
const daclPresent = 0x0004;

/** ACCESS_ALLOWED_ACE_TYPE and ACCESS_DENIED_ACE_TYPE. */
const aceTypes = { allowed: 0, denied: 1 } as const;

/** ACCESS_DENIED_OBJECT_ACE_TYPE, and its flag for an object type (MS-DTYP 2.4.4.4, as the allowed one 2.4.4.3). */
const deniedForProperty = 6;
const objectTypePresent = 1;

/** A descriptor with an owner, who is also the group, and a list of entries in the order in which they are evaluated. */
export function securityDescriptor(owner: string, entries: readonly AccessControl[]): Buffer {
  const sid = sidToBytes(owner);
  return assemble({ owner: sid, group: sid, dacl: listOf(entries.map(ace)) });
}

/** The descriptor with entries that deny, before all others: where Windows keeps them. */
export function withDenials(descriptor: Buffer, entries: readonly AccessControl[]): Buffer {
  const { owner, group, dacl } = partsOf(descriptor);
  const own = dacl === undefined ? [] : [dacl.subarray(8)];
  const count = entries.length + (dacl?.readUInt16LE(4) ?? 0);
  return assemble({ owner, group, dacl: listOf([...entries.map(ace), ...own], count) });
}

function listOf(aces: readonly Buffer[], count = aces.length): Buffer {
  const body = Buffer.concat(aces);
  const list = Buffer.alloc(8);
  // ACL_REVISION_DS.
  list.writeUInt8(4, 0);
  list.writeUInt16LE(list.length + body.length, 2);
  list.writeUInt16LE(count, 4);
  return Buffer.concat([list, body]);
}

function ace({ trustee, allow, mask, flags, property }: AccessControl): Buffer {
  const whom = sidToBytes(trustee);
  const about = property === undefined ? [] : [Buffer.from([objectTypePresent, 0, 0, 0]), property];
  const body = Buffer.concat([...about, whom]);
  const head = Buffer.alloc(8);
  const type = allow ? aceTypes.allowed : property === undefined ? aceTypes.denied : deniedForProperty;
  head.writeUInt8(type, 0);
  head.writeUInt8(flags, 1);
  head.writeUInt16LE(head.length + body.length, 2);
  head.writeUInt32LE(mask, 4);
  return Buffer.concat([head, body]);
}

/** The descriptor with only the parts that flags name. The lab's descriptors have no part for audit. */
export function selectParts(descriptor: Buffer, flags: number): Buffer {
  const { owner, group, dacl } = partsOf(descriptor);
  const chosen = (flag: number, part: Buffer | undefined): Buffer | undefined =>
    (flags & flag) === 0 ? undefined : part;
  return assemble({
    owner: chosen(descriptorParts.owner, owner),
    group: chosen(descriptorParts.group, group),
    dacl: chosen(descriptorParts.dacl, dacl),
  });
}

/**
 * Whether a descriptor gives somebody all of some rights: in their order, the first entry about a right decides.
 * @param sids SIDs, as text, of the account and of its groups
 */
export function grants(descriptor: Buffer, sids: ReadonlySet<string>, rights: number): boolean {
  let missing = rights;
  for (const { trustee, allow, mask } of accessControls(descriptor)) {
    if (!sids.has(trustee)) continue;
    if (!allow && (mask & missing) !== 0) return false;
    if (allow) missing &= ~mask;
  }
  return missing === 0;
}

function accessControls(descriptor: Buffer): AccessControl[] {
  const { dacl } = partsOf(descriptor);
  const found: AccessControl[] = [];
  for (let at = 8; dacl !== undefined && at < dacl.length; at += dacl.readUInt16LE(at + 2)) {
    const type = dacl.readUInt8(at);
    if (type !== aceTypes.allowed && type !== aceTypes.denied) continue;
    found.push({
      trustee: sidToText(dacl.subarray(at + 8, at + dacl.readUInt16LE(at + 2))),
      allow: type === aceTypes.allowed,
      mask: dacl.readUInt32LE(at + 4),
      flags: dacl.readUInt8(at + 1),
    });
  }
  return found;
}

function partsOf(descriptor: Buffer): Parts {
  const at = (field: number, length: (from: number) => number): Buffer | undefined => {
    const from = descriptor.readUInt32LE(field);
    return from === 0 ? undefined : descriptor.subarray(from, from + length(from));
  };
  const sidLength = (from: number): number => 8 + 4 * descriptor.readUInt8(from + 1);
  return {
    owner: at(4, sidLength),
    group: at(8, sidLength),
    dacl: at(16, (from) => descriptor.readUInt16LE(from + 2)),
  };
}

function assemble({ owner, group, dacl }: Parts): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt8(1, 0);
  header.writeUInt16LE(selfRelative | (dacl === undefined ? 0 : daclPresent), 2);
  const body: Buffer[] = [];
  let next = headerLength;
  for (const [field, part] of [
    [4, owner],
    [8, group],
    [16, dacl],
  ] as const) {
    if (part === undefined) continue;
    header.writeUInt32LE(next, field);
    body.push(part);
    next += part.length;
  }
  return Buffer.concat([header, ...body]);
}
