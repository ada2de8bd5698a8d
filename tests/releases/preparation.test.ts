import assert from "node:assert/strict";
import fc from "fast-check";
import { type LevelAttribute, type Release, releases, transition } from "../../lib/releases";
import {
  judgePreparation,
  type PreparationVerdict,
  preparationsBetween,
} from "../../lib/releases/preparation";
import { named } from "./named";

describe("preparation", () => {
  const cases: readonly (readonly [LevelAttribute, number | null, media: string, PreparationVerdict])[] = [
    ["schema", null, "SE RTM", "needed"],
    ["schema", 15334, "SE RTM", "needed"],
    ["schema", 17003, "SE RTM", "nothing to do"],
    ["schema", 17003, "2016 CU23", "nothing to do, prepared by newer media"],
    ["organization", 16763, "2019 CU14", "nothing to do, prepared by newer media"],
    ["domain", 13238, "2013 CU23", "nothing to do"],
    ["schema", 14625, "2010 RTM", "refused"],
    ["organization", 11222, "2007 SP1", "refused"],
  ];
  for (const [attribute, value, media, verdict] of cases)
    it(`of ${attribute} ${value ?? "without a value"} by media of ${media}: ${verdict}`, () => {
      assert.equal(judgePreparation(attribute, value, named(media)), verdict);
    });

  const works: readonly (readonly [from: string, media: string, readonly string[]])[] = [
    ["2007 RTM", "2007 SP1", ["/PrepareSchema", "/PrepareAD", "/PrepareDomain"]],
    ["2007 SP2", "2007 SP3", ["/PrepareSchema"]],
    ["2019 CU15", "SE RTM", []],
    ["2019 CU14", "SE RTM", ["/PrepareAD"]],
    ["2019 CU11", "SE RTM", ["/PrepareAD", "/PrepareDomain"]],
    ["2016 CU23", "SE RTM", ["/PrepareSchema", "/PrepareAD"]],
    ["2013 CU23", "2019 CU14", ["/PrepareSchema", "/PrepareAD", "/PrepareDomain"]],
    ["SE RTM", "2016 CU23", []],
    ["2016 CU12", "2016 CU23", ["/PrepareSchema", "/PrepareAD", "/PrepareDomain"]],
    ["2013 CU10", "2013 CU21", []],
  ];
  for (const [from, media, expected] of works)
    it(`of a directory at ${from} by media of ${media} runs ${expected.join(", ") || "nothing"}`, () => {
      assert.deepEqual(preparationsBetween(named(from), named(media)), expected);
    });

  it("asks no server: where the graph has no upgrade in place, levels decide all the same", () => {
    assert.equal(transition("2016 CU23", "SE RTM"), undefined);
    assert.equal(judgePreparation("organization", 16223, named("SE RTM")), "needed");
  });

  it("is never refused for media of 2013 and later, and never needed where the directory is not below", () => {
    const withLevels = releases.filter(({ product }) => product !== "2000");
    const modern = (release: Release) => ["2013", "2016", "2019", "SE"].includes(release.product);
    fc.assert(
      fc.property(
        fc.constantFrom<LevelAttribute>("schema", "organization", "domain"),
        fc.option(fc.integer({ min: 6000, max: 18_000 })),
        fc.constantFrom(...withLevels),
        (attribute, value, media) => {
          const verdict = judgePreparation(attribute, value, media);
          const level = media[attribute];
          assert.ok(level !== null);
          assert.equal(verdict === "needed", value === null || value < level);
          if (modern(media)) assert.notEqual(verdict, "refused");
          else assert.notEqual(verdict, "nothing to do, prepared by newer media");
        },
      ),
      { numRuns: 2000 },
    );
  });
});
