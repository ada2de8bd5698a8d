/** The parser of security descriptors, against descriptors that this file writes and damages. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { grantsWhole, readAccessEntries } from "../../lib/directory/securityDescriptor";
import { sidToBytes } from "../../lib/directory/sid";

/** An entry as it may stand in a list, of any type. */
interface Ace {
  readonly type: number;
  readonly flags: number;
  readonly mask: number;
  readonly sid: string;
  /** GUIDs of an object entry that are there. */
  readonly objectType: boolean;
  readonly inheritedObjectType: boolean;
}

const isObject = (type: number): boolean => type >= 5 && type <= 8;

function aceBytes({ type, flags, mask, sid, objectType, inheritedObjectType }: Ace): Buffer {
  const head = Buffer.from([type, flags, 0, 0]);
  const rights = Buffer.alloc(4);
  rights.writeUInt32LE(mask);
  const object = Buffer.alloc(4);
  object.writeUInt32LE(Number(objectType) | (Number(inheritedObjectType) << 1));
  const guids = Buffer.alloc(16 * (Number(objectType) + Number(inheritedObjectType)), 0xab);
  const whole = Buffer.concat([head, rights, ...(isObject(type) ? [object, guids] : []), sidToBytes(sid)]);
  whole.writeUInt16LE(whole.length, 2);
  return whole;
}

function listBytes(aces: readonly Ace[], revision = 4): Buffer {
  const body = Buffer.concat(aces.map(aceBytes));
  const head = Buffer.from([revision, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(head.length + body.length, 2);
  head.writeUInt16LE(aces.length, 4);
  return Buffer.concat([head, body]);
}

const systemAudit: Ace = {
  type: 2,
  flags: 0xc0,
  mask: 0xd0156,
  sid: "S-1-1-0",
  objectType: false,
  inheritedObjectType: false,
};

/** A descriptor with owner, group and, where wanted, an audit list; the discretionary list last of all. */
function descriptor(
  dacl: Buffer | null,
  { control = 0x8004, audit = false }: { readonly control?: number; readonly audit?: boolean } = {},
): Buffer {
  const owner = sidToBytes("S-1-5-21-1-2-3-519");
  const sacl = audit ? listBytes([systemAudit]) : Buffer.alloc(0);
  const header = Buffer.alloc(20);
  header.writeUInt8(1, 0);
  header.writeUInt16LE(control, 2);
  header.writeUInt32LE(20, 4);
  header.writeUInt32LE(20, 8);
  header.writeUInt32LE(audit ? 20 + owner.length : 0, 12);
  header.writeUInt32LE(dacl === null ? 0 : 20 + owner.length + sacl.length, 16);
  return Buffer.concat([header, owner, sacl, dacl ?? Buffer.alloc(0)]);
}

const allow: Ace = { ...systemAudit, type: 0, flags: 0, mask: 0xf01ff, sid: "S-1-5-21-1-2-3-1104" };

const sids = fc
  .array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 15 })
  .map((parts) => ["S-1-5", ...parts].join("-"));

const aces: fc.Arbitrary<Ace> = fc.record({
  type: fc.constantFrom(0, 1, 2, 3, 5, 6, 7, 9, 10, 17),
  flags: fc.constantFrom(0, 0x02, 0x08, 0x0a, 0x10, 0x12, 0x1a),
  mask: fc.integer({ min: 0, max: 0xffffffff }),
  sid: sids,
  objectType: fc.boolean(),
  inheritedObjectType: fc.boolean(),
});

const descriptors = fc
  .tuple(fc.array(aces, { maxLength: 8 }), fc.boolean(), fc.constantFrom(2, 4))
  .map(([list, audit, revision]) => descriptor(listBytes(list, revision), { audit }));

/** What the parser says: its answer, or the text of its refusal, which is never one of Buffer's. */
function verdict(bytes: Buffer): unknown {
  try {
    return readAccessEntries(bytes);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(error.message, /^These (\d+ )?bytes are not a |^A security identifier with /);
    return error.message;
  }
}

describe("security descriptors", () => {
  it("give who may do what, in their order", () => {
    const deny = { ...allow, type: 1, sid: "S-1-5-7", mask: 0x80000000 };
    assert.deepEqual(readAccessEntries(descriptor(listBytes([deny, allow]), { audit: true })), [
      { sid: "S-1-5-7", allow: false, mask: 0x80000000 },
      { sid: "S-1-5-21-1-2-3-1104", allow: true, mask: 0xf01ff },
    ]);
  });

  it("leave out what is about one property or right, about objects below, or about auditing", () => {
    const kept = [
      { ...allow, type: 5, sid: "S-1-5-1" },
      { ...allow, type: 6, sid: "S-1-5-2", inheritedObjectType: true },
      { ...allow, flags: 0x12, sid: "S-1-5-3" },
    ];
    const leftOut = [
      { ...allow, type: 5, objectType: true },
      { ...allow, type: 6, objectType: true, inheritedObjectType: true },
      { ...allow, flags: 0x0a },
      { ...allow, flags: 0x1a },
      systemAudit,
    ];
    const read = readAccessEntries(descriptor(listBytes([...leftOut, ...kept])));
    assert.deepEqual(
      read?.map((entry) => [entry.sid, entry.allow]),
      [
        ["S-1-5-1", true],
        ["S-1-5-2", false],
        ["S-1-5-3", true],
      ],
    );
  });

  it("grant the whole object only where no entry may deny, nor one with a condition or of an unknown type", () => {
    const token = new Set([allow.sid]);
    const grants = (...aces: Ace[]) => grantsWhole(descriptor(listBytes(aces)), token, 0x14);
    const of = (type: number, flags = 0): Ace => ({ ...allow, type, flags });
    assert.ok(grants(allow));
    assert.ok(grants(systemAudit, { ...of(1), sid: "S-1-5-21-1-2-3-9" }, allow));
    assert.ok(!grants(of(1), allow));
    assert.ok(!grants({ ...of(6), objectType: true }, allow));
    for (const type of [4, 9, 10, 11, 12, 77]) {
      assert.ok(!grants(of(type), allow), `type ${type}`);
      assert.ok(grants(of(type, 0x08), allow), `type ${type}, for objects below`);
      assert.deepEqual(
        readAccessEntries(descriptor(listBytes([of(type), allow]))),
        readAccessEntries(descriptor(listBytes([allow]))),
      );
    }
  });

  it("tell an empty list, which lets nobody in, from no list at all", () => {
    assert.deepEqual(readAccessEntries(descriptor(listBytes([]))), []);
    assert.equal(readAccessEntries(descriptor(null)), null);
    assert.equal(readAccessEntries(descriptor(listBytes([allow]), { control: 0x8000 })), null);
  });

  it("are refused when they are none, and why is said", () => {
    const refusal = (bytes: Buffer): unknown => verdict(bytes);
    assert.equal(
      refusal(Buffer.alloc(0)),
      "These bytes are not a security descriptor: it ends after 0 bytes where 20 are needed",
    );
    assert.equal(
      refusal(descriptor(listBytes([allow]), { control: 0x0004 })),
      "These bytes are not a security descriptor: it is not self-relative, of revision 1",
    );
    assert.equal(
      refusal(descriptor(listBytes([allow], 3))),
      "These bytes are not a security descriptor: its access control list has the revision 3",
    );
    const tooShort = descriptor(listBytes([allow]));
    tooShort.writeUInt16LE(3, tooShort.readUInt32LE(16) + 8 + 2);
    assert.equal(
      refusal(tooShort),
      "These bytes are not a security descriptor: its access control entry 0 has 3 bytes",
    );
    // The entry's own size ends inside its SID, with more bytes behind.
    const cutSid = descriptor(listBytes([allow, allow]));
    cutSid.writeUInt16LE(20, cutSid.readUInt32LE(16) + 8 + 2);
    assert.equal(
      refusal(cutSid),
      "These bytes are not a security descriptor: it ends after 20 bytes where 36 are needed",
    );
    // A count that goes beyond the list, though not beyond the descriptor.
    const tooMany = Buffer.concat([descriptor(listBytes([allow])), aceBytes(allow)]);
    tooMany.writeUInt16LE(2, tooMany.readUInt32LE(16) + 4);
    assert.equal(
      refusal(tooMany),
      "These bytes are not a security descriptor: it ends after 44 bytes where 48 are needed",
    );
  });

  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.array(aces, { maxLength: 8 }), fc.boolean(), (list, audit) => {
        const expected = list
          .filter(({ type, flags }) => [0, 1, 5, 6].includes(type) && (flags & 0x08) === 0)
          .filter(({ type, objectType }) => !(isObject(type) && objectType))
          .map(({ type, sid, mask }) => ({ sid, allow: type === 0 || type === 5, mask }));
        assert.deepEqual(readAccessEntries(descriptor(listBytes(list), { audit })), expected);
      }),
    );
  });

  it("that are cut off anywhere are refused", () => {
    fc.assert(
      fc.property(descriptors, fc.nat(), (whole, at) => {
        assert.equal(typeof verdict(whole.subarray(0, at % whole.length)), "string");
      }),
    );
  });

  it("are read from their own bytes only, however damaged", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    fc.assert(
      fc.property(descriptors, damage, fc.nat(), (whole, changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const cut = bytes.subarray(0, bytes.length - (length % 8));
        const alone = verdict(Buffer.from(cut));
        for (const surroundings of [0x00, 0x01, 0xff]) {
          const around = Buffer.alloc(cut.length + 200, surroundings);
          cut.copy(around, 100);
          assert.deepEqual(verdict(around.subarray(100, 100 + cut.length)), alone);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
