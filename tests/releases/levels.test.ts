import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describeLevel,
  findRelease,
  judgeLevel,
  type LevelAttribute,
  type LevelVerdict,
  levelsOf,
  listReleases,
  type Release,
  releases,
  releasesWithLevel,
  transitions,
} from "../../lib/releases";

function named(name: string): Release {
  const release = findRelease(name);
  assert.ok(release, name);
  return release;
}

const attributes: readonly LevelAttribute[] = ["schema", "organization", "domain"];

describe("levels", () => {
  describe("judgeLevel", () => {
    const cases: readonly (readonly [
      LevelAttribute,
      number | null,
      target: string,
      LevelVerdict,
      why: string,
    ])[] = [
      ["schema", null, "2007 SP1", "none", "never prepared"],
      ["schema", 10637, "2007 SP1", "below", "prepared for RTM"],
      ["schema", 11116, "2007 SP1", "at", "prepared for SP1"],
      ["schema", 14622, "2007 SP1", "above", "prepared for SP2 or 2010 RTM"],
      ["schema", 6870, "2007 SP1", "below", "prepared for 2003"],
      ["organization", 10666, "2007 SP1", "below", "prepared for RTM"],
      ["organization", 11221, "2007 SP1", "at", "prepared for SP1"],
      ["organization", 11222, "2007 SP1", "above", "prepared for SP2 or SP3"],
      ["domain", 10628, "2007 SP1", "below", "prepared for RTM"],
      ["domain", 11221, "2007 SP1", "at", "prepared for SP1, or SP2, or SP3"],
      ["domain", 11221, "2007 SP3", "at", "the domain cannot show which of SP1 to SP3 prepared it"],
      ["domain", 12639, "2007 SP1", "above", "prepared for 2010"],
      [
        "schema",
        14625,
        "2010 RTM",
        "above",
        "2007 SP3 has a higher schema than 2010 RTM, whose Setup refuses",
      ],
      ["schema", 14622, "2010 RTM", "at", "2007 SP2 carries the schema of 2010 RTM"],
      ["organization", 11222, "2010 RTM", "below", "while the organization orders the other way"],
      ["schema", 15311, "2013 CU23", "below", "one below the published value"],
      ["schema", 15312, "2013 CU23", "at", "the published value"],
      ["schema", 15313, "2013 CU23", "at", "the value of the July 2021 security update"],
      ["schema", 15314, "2013 CU23", "above", "one above both"],
      ["schema", 15313, "2013 CU22", "above", "the security update is for CU23 only"],
      ["domain", 13238, "2013 CU23", "at", "the value of the May 2022 security update"],
      ["domain", 13239, "2013 CU23", "above", "one above it"],
      ["domain", 13243, "2016 CU22", "at", "the value of the May 2022 security update"],
      ["domain", 13243, "2019 CU11", "at", "the value of the May 2022 security update"],
      ["domain", 13243, "2019 CU10", "above", "which needs CU11 and later"],
      ["schema", 17003, "SE RTM", "at", "2019 CU10 to CU15 share it"],
      ["organization", 16762, "SE RTM", "below", "2019 CU14"],
      ["organization", 16763, "SE RTM", "at", "2019 CU15 shares it"],
    ];
    for (const [attribute, value, target, verdict, why] of cases) {
      it(`should judge ${attribute} ${value} against ${target} as ${verdict}: ${why}`, () => {
        assert.equal(judgeLevel(attribute, value, named(target)), verdict);
      });
    }

    it("should refuse to judge against a level that was not published", () => {
      assert.throws(() => judgeLevel("organization", 10666, named("2000 SP3")), {
        name: "RangeError",
        message: "No organization level was published for Exchange 2000 SP3, so none can be judged",
      });
      assert.throws(() => judgeLevel("schema", null, named("2000 SP1 / SP2")), {
        name: "RangeError",
        message: "No schema level was published for Exchange 2000 SP1 / SP2, so none can be judged",
      });
    });

    it("should be able to judge every target of the transition graph", () => {
      for (const { to } of transitions) {
        for (const attribute of attributes)
          assert.ok(levelsOf(named(to), attribute).length > 0, `${to} ${attribute}`);
      }
    });

    it("should find a release's own levels at the release, and order values by it", () => {
      const withLevels = releases.filter((release) => release.product !== "2000");
      fc.assert(
        fc.property(
          fc.constantFrom(...attributes),
          fc.constantFrom(...withLevels),
          fc.integer({ min: 4000, max: 18_000 }),
          (attribute, target, value) => {
            const own = levelsOf(target, attribute);
            for (const level of own) assert.equal(judgeLevel(attribute, level, target), "at");
            const expected = own.every((level) => value < level)
              ? "below"
              : own.every((level) => value > level)
                ? "above"
                : "at";
            assert.equal(judgeLevel(attribute, value, target), expected);
          },
        ),
      );
    });
  });

  describe("naming", () => {
    const cases: readonly (readonly [LevelAttribute, number, text: string])[] = [
      ["schema", 11116, "2007 SP1"],
      ["schema", 14622, "2007 SP2 or 2010 RTM"],
      ["schema", 15312, "2013 CU7 to 2013 CU23"],
      ["schema", 15313, "2013 CU23"],
      ["schema", 15317, "2016 Preview or 2016 RTM"],
      ["schema", 15332, "2016 CU7 to 2016 CU18 or 2019 Preview"],
      ["domain", 11221, "2007 SP1 to 2007 SP3"],
      ["domain", 13243, "2016 CU22, 2016 CU23, 2019 CU11 to 2019 CU15 or SE RTM"],
      ["organization", 16763, "2019 CU15 or SE RTM"],
      ["organization", 11223, "no release known here"],
    ];
    for (const [attribute, value, text] of cases) {
      it(`should name ${attribute} ${value}: ${text}`, () => {
        assert.equal(describeLevel(attribute, value), text);
      });
    }

    it("should list the releases with a level, oldest first", () => {
      assert.deepEqual(
        releasesWithLevel("domain", 11221).map((release) => release.name),
        ["2007 SP1", "2007 SP2", "2007 SP3"],
      );
      assert.deepEqual(releasesWithLevel("domain", 1), []);
    });

    it("should join neighbours of one product only", () => {
      const list = ["2007 SP3", "2010 RTM", "2013 CU1", "2013 CU3", "2007 SP1", "2007 SP2"].map(named);
      assert.equal(listReleases(list), "2007 SP1 to 2007 SP3, 2010 RTM, 2013 CU1 or 2013 CU3");
      assert.equal(listReleases([]), "none");
    });
  });
});
