import assert from "node:assert/strict";
import fc from "fast-check";
import type { Build } from "../../lib/facts";
import { type Product, products, type Release, releases } from "../../lib/releases";
import {
  type Coexistence,
  coexistenceOf,
  describeCoexistence,
  judgeCoexistence,
  type OtherServer,
} from "../../lib/releases/coexistence";
import { named } from "./named";

function rulesOf(name: string): readonly Coexistence[] {
  const rules = coexistenceOf(named(name));
  assert.ok(typeof rules !== "string", name);
  return rules;
}

describe("coexistence", () => {
  const texts: readonly (readonly [names: readonly string[], text: string | readonly string[]])[] = [
    [["2000 RTM", "2003 SP2", "2013 RTM", "2013 CU1", "2016 Preview", "2019 Preview"], "not described"],
    [["2007 RTM", "2007 SP1", "2007 SP3"], "none needed"],
    [
      ["2010 RTM", "2010 SP3"],
      [
        "Setup refuses while an Exchange 2000 server is in the organization",
        "Setup refuses while Exchange 2003 servers, Edge Transport included, are below 2003 SP2",
        "Setup refuses while Exchange 2007 servers, Edge Transport included, are below 2007 SP2",
      ],
    ],
    [
      ["2013 CU2", "2013 CU23"],
      [
        "Setup refuses while an Exchange 2000 server is in the organization",
        "Setup refuses while an Exchange 2003 server is in the organization",
        "Setup refuses while Exchange 2007 servers, Edge Transport included, are below 2007 SP3 Update Rollup 10",
        "Setup refuses while Exchange 2010 servers, Edge Transport included, are below 2010 SP3",
      ],
    ],
    [
      ["2016 RTM", "2016 CU23"],
      [
        "Setup refuses while an Exchange 2000 server is in the organization",
        "Setup refuses while an Exchange 2003 server is in the organization",
        "Setup refuses while an Exchange 2007 server is in the organization",
        "Setup refuses while Exchange 2010 servers, Edge Transport included, are below 2010 SP3 Update Rollup 11",
        "Setup refuses while Exchange 2013 servers, Edge Transport included, are below 2013 CU10",
      ],
    ],
    [
      ["2019 RTM", "2019 CU14"],
      [
        "Setup refuses while an Exchange 2000 server is in the organization",
        "Setup refuses while an Exchange 2003 server is in the organization",
        "Setup refuses while an Exchange 2007 server is in the organization",
        "Setup refuses while an Exchange 2010 server is in the organization",
        "Exchange 2013 servers, Edge Transport included, are supported beside it from 2013 CU21 on",
        "Exchange 2016 servers, Edge Transport included, are supported beside it from 2016 CU11 on",
      ],
    ],
    [
      ["2019 CU15", "SE RTM"],
      [
        "Setup refuses while an Exchange 2000 server is in the organization",
        "Setup refuses while an Exchange 2003 server is in the organization",
        "Setup refuses while an Exchange 2007 server is in the organization",
        "Setup refuses while an Exchange 2010 server is in the organization",
        "Setup refuses while an Exchange 2013 server is in the organization",
        "Exchange 2016 servers, Edge Transport included, are supported beside it from 2016 CU23 on",
      ],
    ],
  ];
  for (const [names, expected] of texts)
    for (const name of names)
      it(`of ${name} is told in words`, () => {
        const rules = coexistenceOf(named(name));
        assert.deepEqual(typeof rules === "string" ? rules : rules.map(describeCoexistence), expected);
      });

  it("says where each rule is from, and what of it no source says", () => {
    for (const release of releases) {
      const rules = coexistenceOf(release);
      if (typeof rules === "string") continue;
      assert.equal(new Set(rules.map(({ product }) => product)).size, rules.length, release.name);
      for (const { product, evidence, source } of rules) {
        assert.ok(source.length > 20, release.name);
        assert.equal(evidence === "unverified", /no statement found|general knowledge/.test(source), product);
      }
    }
    const unverified = (name: string) =>
      rulesOf(name)
        .filter(({ evidence }) => evidence === "unverified")
        .map(({ product }) => product);
    assert.deepEqual(unverified("2010 SP3"), ["2000", "2003"]);
    assert.deepEqual(unverified("2016 CU23"), []);
    assert.deepEqual(unverified("2019 CU14"), ["2000", "2003", "2007"]);
    assert.deepEqual(unverified("SE RTM"), ["2000", "2003", "2007", "2010"]);
  });

  const cases: readonly (readonly [media: string, product: Product | null, build: string | null, string])[] =
    [
      ["SE RTM", "2013", "15.0.1497.2", "refused"],
      ["SE RTM", "2013", null, "refused"],
      ["SE RTM", "2016", "15.1.2507.5", "not supported"],
      ["SE RTM", "2016", "15.1.2507.6", "ok"],
      ["SE RTM", "2016", null, "unknown"],
      ["SE RTM", "2019", "15.2.221.12", "ok"],
      ["SE RTM", "2019", null, "ok"],
      ["SE RTM", null, null, "unknown"],
      ["2019 CU14", "2013", "15.0.1497.2", "ok"],
      ["2019 CU14", "2010", "14.3.513.0", "refused"],
      ["2016 CU23", "2010", "14.3.266.0", "refused"],
      ["2016 CU23", "2010", "14.3.266.1", "ok"],
      ["2016 CU23", "2013", "15.0.1104.5", "refused"],
      ["2013 CU23", "2007", "8.3.297.2", "refused"],
      ["2013 CU23", "2007", "8.3.298.3", "ok"],
      ["2010 SP3", "2003", "6.5.7638.2", "ok"],
      ["2010 SP3", "2003", "6.5.7226.0", "refused"],
    ];
  for (const [media, product, build, verdict] of cases)
    it(`of ${media} with ${product ?? "an unknown product"} ${build ?? "of unknown build"}: ${verdict}`, () => {
      const server = { name: "ex1", product, build: build === null ? null : parse(build) };
      assert.equal(judgeCoexistence(rulesOf(media), server).verdict, verdict);
    });

  const aServer: fc.Arbitrary<OtherServer> = fc.oneof(
    fc
      .tuple(fc.constantFrom(...releases), fc.integer({ min: -3, max: 400 }), fc.integer({ min: -3, max: 3 }))
      .map(([release, more, after]) => ({
        name: "ex1",
        product: release.product,
        build: {
          ...release.build,
          build: Math.max(0, release.build.build + more),
          revision: Math.max(0, release.build.revision + after),
        },
      })),
    fc.record({
      name: fc.constant("ex1"),
      product: fc.option(fc.constantFrom(...products)),
      build: fc.constant(null),
    }),
  );

  it("is judged as a plain list of products and numbers would", () => {
    const described = releases.filter((release) => typeof coexistenceOf(release) !== "string");
    fc.assert(
      fc.property(fc.constantFrom(...described), aServer, (media, server) => {
        assert.equal(judgeCoexistence(rulesOf(media.name), server).verdict, naive(media, server));
      }),
      { numRuns: 4000 },
    );
  });

  /** The table of the products' system requirements once more, as numbers. */
  function naive({ name, product: media }: Release, { product, build }: OtherServer): string {
    if (product === null) return "unknown";
    const gone: Readonly<Record<string, readonly Product[]>> = {
      "2010": ["2000"],
      "2013": ["2000", "2003"],
      "2016": ["2000", "2003", "2007"],
      "2019": ["2000", "2003", "2007", "2010"],
      SE: ["2000", "2003", "2007", "2010", "2013"],
    };
    const late = name === "2019 CU15" || media === "SE";
    if (gone[late ? "SE" : media]?.includes(product)) return "refused";
    const minimum: Readonly<Record<string, readonly number[]>> = {
      "2010 2003": [6, 5, 7638, 0],
      "2010 2007": [8, 2, 176, 2],
      "2013 2007": [8, 3, 298, 3],
      "2013 2010": [14, 3, 123, 4],
      "2016 2010": [14, 3, 266, 1],
      "2016 2013": [15, 0, 1130, 7],
      "2019 2013": [15, 0, 1395, 4],
      "2019 2016": [15, 1, 1591, 10],
      "SE 2016": [15, 1, 2507, 6],
    };
    const least = minimum[`${late ? "SE" : media} ${product}`];
    if (least === undefined) return "ok";
    if (build === null) return "unknown";
    const own = [build.major, build.minor, build.build, build.revision];
    const first = own.findIndex((part, index) => part !== least[index]);
    const enough = first < 0 || (own[first] ?? 0) > (least[first] ?? 0);
    if (enough) return "ok";
    return media === "2019" || media === "SE" ? "not supported" : "refused";
  }
});

function parse(text: string): Build {
  const [major = 0, minor = 0, build = 0, revision = 0] = text.split(".").map(Number);
  return { major, minor, build, revision };
}
