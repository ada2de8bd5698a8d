import assert from "node:assert/strict";
import fc from "fast-check";
import { domainSidOf, sidToBytes, sidToText } from "../../lib/directory";

const part = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const authority = fc.maxSafeNat().map((value) => value % 2 ** 48);

describe("security identifiers", () => {
  it("have the octets that Active Directory stores", () => {
    const known: readonly (readonly [string, string])[] = [
      ["S-1-5-32-544", "01020000000000052000000020020000"],
      ["S-1-5-18", "010100000000000512000000"],
      [
        "S-1-5-21-1004336348-1177238915-682003330-512",
        "010500000000000515000000dcf4dc3b833d2b46828ba62800020000",
      ],
      ["S-1-0x123456789abc-1", "0101123456789abc01000000"],
    ];
    for (const [text, hex] of known) {
      assert.equal(sidToBytes(text).toString("hex"), hex);
      assert.equal(sidToText(Buffer.from(hex, "hex")), text);
    }
  });

  it("come back from octets and from text", () => {
    fc.assert(
      fc.property(authority, fc.array(part, { maxLength: 15 }), (first, parts) => {
        const bytes = Buffer.alloc(8 + 4 * parts.length);
        bytes.writeUInt8(1, 0);
        bytes.writeUInt8(parts.length, 1);
        bytes.writeUIntBE(first, 2, 6);
        parts.forEach((each, index) => {
          bytes.writeUInt32LE(each, 8 + 4 * index);
        });
        const text = sidToText(bytes);
        assert.deepEqual(sidToBytes(text), bytes);
        assert.equal(sidToText(sidToBytes(text.toLowerCase())), text);
      }),
    );
  });

  it("are refused when they are none", () => {
    for (const hex of [
      "",
      "01",
      "010100000000000512",
      "020100000000000512000000",
      "01020000000000052000000020020000ff",
    ]) {
      assert.throws(() => sidToText(Buffer.from(hex, "hex")), Error, hex);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        const bytes = Buffer.from(octets);
        const whole = bytes[0] === 1 && (bytes[1] ?? 16) <= 15 && bytes.length === 8 + 4 * (bytes[1] ?? 0);
        fc.pre(!whole);
        assert.throws(() => sidToText(bytes), Error);
      }),
    );
    for (const text of [
      "",
      "S-1",
      "S-2-5-18",
      "S-1-5-",
      "S-1-5-4294967296",
      "S-1-5-x",
      "S-1-281474976710656",
      " S-1-5-18",
    ]) {
      assert.throws(() => sidToBytes(text), {
        message: `"${text}" is not a security identifier such as S-1-5-21-1004336348-1177238915-682003330-512`,
      });
    }
    assert.throws(() => sidToBytes(`S-1-5${"-1".repeat(16)}`), Error);
  });

  it("say which domain they belong to", () => {
    assert.equal(domainSidOf("S-1-5-21-1-2-3-1104"), "S-1-5-21-1-2-3");
  });
});
