/** Values at the boundary to the engine: unknowns, plain JSON, equality. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  hasUnknown,
  isRecord,
  isUnknown,
  type Props,
  plainJson,
  sameJson,
  unknownPaths,
  unknownValue,
  withoutBookkeeping,
} from "../../lib/wire/values";

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe("an unknown value", () => {
  it("is the engine's sentinel, which the SDK exports", () => {
    const sdk = require("@pulumi/pulumi/runtime/rpc") as { readonly unknownValue: string };
    assert.equal(unknownValue, sdk.unknownValue);
    assert.equal(isUnknown(sdk.unknownValue), true);
  });

  it("is nothing else", () => {
    for (const value of [
      "",
      "unknown",
      `${unknownValue} `,
      unknownValue.toUpperCase(),
      null,
      undefined,
      0,
      {},
      [],
    ]) {
      assert.equal(isUnknown(value), false);
      assert.equal(hasUnknown(value), false);
    }
  });

  it("is found at the top, in objects and in arrays", () => {
    const value = {
      target: "2007 SP1",
      directory: { url: unknownValue, password: "x" },
      after: ["a", unknownValue, ["b", { c: unknownValue }]],
      computer: unknownValue,
    };
    assert.deepEqual(unknownPaths(value), [
      ["directory", "url"],
      ["after", "1"],
      ["after", "2", "1", "c"],
      ["computer"],
    ]);
    assert.deepEqual(unknownPaths(unknownValue), [[]]);
  });

  it("is found wherever it stands, and nowhere else", () => {
    const key = fc.string({ minLength: 1, maxLength: 8 }).filter((k) => k !== "__proto__");
    const way = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 6 });
    fc.assert(
      fc.property(json, way, json, (inner, path, beside) => {
        fc.pre(!hasUnknown(inner) && !hasUnknown(beside));
        const wrap = (value: unknown): unknown =>
          path.reduceRight<unknown>(
            (at, step) =>
              typeof step === "number"
                ? [...Array.from({ length: step }, () => beside), at]
                : { other: beside, [step]: at },
            value,
          );
        assert.equal(hasUnknown(wrap(inner)), false);
        assert.deepEqual(unknownPaths(wrap(unknownValue)), [path.map(String)]);
      }),
    );
  });
});

describe("a JSON object", () => {
  it("is told from everything else", () => {
    assert.equal(isRecord({}), true);
    for (const other of [null, undefined, [], "", 1, true]) assert.equal(isRecord(other), false);
  });

  it("loses the bookkeeping at its top only", () => {
    const props = { __provider: "text", __urn: "urn", plan: { __kept: 1 }, _one: 2 };
    assert.deepEqual(withoutBookkeeping(props), { plan: { __kept: 1 }, _one: 2 });
  });
});

describe("plain JSON", () => {
  it("is what the engine can decode: undefined, functions and symbols vanish", () => {
    const value = { a: undefined, b: () => 1, c: Symbol("c"), d: [undefined, 1], e: null } as Props;
    assert.deepEqual(plainJson(value), { d: [null, 1], e: null });
  });

  it("has no half of a surrogate pair, at any depth, in values and in keys", () => {
    const value: Props = { "a\ud83d": ["\ude00b", { c: "\u{1f600}\ud83d" }], escaped: "\\ud83d" };
    assert.deepEqual(plainJson(value), {
      "a\ufffd": ["\ufffdb", { c: "\u{1f600}\ufffd" }],
      escaped: "\\ud83d",
    });
  });

  it("makes of Date and Buffer what JSON makes of them, and of NaN null", () => {
    const value = { at: new Date(0), bytes: Buffer.from("ab"), nan: Number.NaN } as Props;
    assert.deepEqual(plainJson(value), {
      at: "1970-01-01T00:00:00.000Z",
      bytes: { type: "Buffer", data: [97, 98] },
      nan: null,
    });
  });

  it("is a copy that shares nothing", () => {
    fc.assert(
      fc.property(json, (value) => {
        const copy = plainJson(value);
        assert.deepEqual(copy, value);
        if (typeof value === "object" && value !== null) assert.notEqual(copy, value);
      }),
    );
  });

  it("does not exist for a bigint or a cycle", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    assert.throws(() => plainJson({ n: 1n }), TypeError);
    assert.throws(() => plainJson(cycle), TypeError);
  });
});

describe("equality of JSON", () => {
  it("is that of the values, whatever the order of keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        assert.equal(sameJson(value, plainJson(value)), true);
        if (isRecord(value)) {
          assert.equal(sameJson(value, Object.fromEntries(Object.entries(value).reverse())), true);
        }
      }),
    );
  });

  it("agrees with the strict one of Node.js", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        let same = true;
        try {
          assert.deepStrictEqual(a, b);
        } catch {
          same = false;
        }
        assert.equal(sameJson(a, b), same);
      }),
    );
  });

  it("takes an absent key and an undefined one for the same, and null for another", () => {
    assert.equal(sameJson({ a: 1 }, { a: 1, b: undefined }), true);
    assert.equal(sameJson({ a: undefined }, {}), true);
    assert.equal(sameJson({ a: null }, {}), false);
  });

  it("tells arrays from objects and from shorter arrays", () => {
    assert.equal(sameJson([1, 2], { 0: 1, 1: 2 }), false);
    assert.equal(sameJson([1, 2], [1]), false);
    assert.equal(sameJson([1], [1, 2]), false);
    assert.equal(sameJson([], {}), false);
    assert.equal(sameJson("1", 1), false);
  });
});
