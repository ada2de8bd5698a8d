import assert from "node:assert/strict";
import fc from "fast-check";
import type { Build } from "../../lib/facts";
import {
  bandOf,
  bandPosition,
  compareBuilds,
  compareReleases,
  findRelease,
  formatBuild,
  inBand,
  inSameLine,
  parseBuild,
  type Release,
  releaseOfBuild,
  releases,
  transitions,
} from "../../lib/releases";

function parsed(text: string): Build {
  const build = parseBuild(text);
  assert.ok(build, text);
  return build;
}

function named(name: string): Release {
  const release = findRelease(name);
  assert.ok(release, name);
  return release;
}

/** Builds near the limits of bands as well as anywhere within the versions that Exchange had. */
const aBuild: fc.Arbitrary<Build> = fc.oneof(
  fc.record({
    major: fc.constantFrom(6, 8, 14, 15),
    minor: fc.integer({ min: 0, max: 6 }),
    build: fc.integer({ min: 0, max: 8000 }),
    revision: fc.integer({ min: 0, max: 60 }),
  }),
  fc
    .tuple(fc.constantFrom(...releases), fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }))
    .map(([{ build }, above, after]) => ({
      ...build,
      build: Math.max(0, build.build + above),
      revision: Math.max(0, build.revision + after),
    })),
);

describe("bands", () => {
  it("should place every published build in its own release", () => {
    for (const release of releases) assert.equal(releaseOfBuild(release.build)?.name, release.name);
  });

  const cases: readonly (readonly [build: string, release: string | undefined, why: string])[] = [
    ["8.0.685.23", undefined, "below the first release"],
    ["8.0.685.24", "2007 RTM", "the version that the shell shows"],
    ["8.0.685.25", "2007 RTM", "the published build"],
    ["8.0.813.0", "2007 RTM", "Update Rollup 7 for RTM"],
    ["8.1.240.5", "2007 RTM", "before the published SP1"],
    ["8.1.240.6", "2007 SP1", "the published build"],
    ["8.1.263.1", "2007 SP1", "Update Rollup 1 for SP1"],
    ["8.1.436.0", "2007 SP1", "Update Rollup 10 for SP1"],
    ["8.2.176.1", "2007 SP1", "before the published SP2"],
    ["8.2.305.3", "2007 SP2", "Update Rollup 5 for SP2"],
    ["8.3.517.0", "2007 SP3", "Update Rollup 23 for SP3"],
    ["8.3.9999.0", "2007 SP3", "open at the top within 8.3"],
    ["8.4.0.0", undefined, "a version that the table does not know"],
    ["9.0.0.0", undefined, "a version that the table does not know"],
    ["6.0.5762.0", "2000 SP1 / SP2", "SP2, in the row of both"],
    ["6.0.6620.7", "2000 SP3", "a hotfix after SP3"],
    ["6.5.7638.2", "2003 SP2", "below the published build, and SP2 by its own word"],
    ["6.5.7654.4", "2003 SP2", "a hotfix after SP2, below the published build"],
    ["14.2.390.3", "2010 SP2", "Update Rollup 8 for SP2"],
    ["14.3.452.0", "2010 SP3", "Update Rollup 27 for SP3"],
    ["15.0.1497.48", "2013 CU23", "a security update"],
    ["15.1.0.1", undefined, "before the first preview of 2016; 2013 ends with 15.0"],
    ["15.1.225.16", "2016 Preview", "the preview shares its build number with RTM"],
    ["15.1.225.41", "2016 Preview", "just below RTM"],
    ["15.1.225.42", "2016 RTM", "the published build"],
    ["15.1.2507.58", "2016 CU23", "a security update"],
    ["15.2.100.0", undefined, "before the first preview of 2019; 2016 ends with 15.1"],
    ["15.2.196.0", "2019 Preview", "the preview"],
    ["15.2.1748.7", "2019 CU14", "below both builds given for CU15"],
    ["15.2.1748.8", "2019 CU15", "the lower of the builds given for CU15"],
    ["15.2.1748.36", "2019 CU15", "a security update"],
    ["15.2.2562.16", "2019 CU15", "just below SE"],
    ["15.2.2562.17", "SE RTM", "SE goes on counting in 15.2"],
    ["15.2.2562.53", "SE RTM", "its newest known update"],
    ["15.2.2562.54", undefined, "an update that is not known, or a release that is not"],
    ["15.2.9999.0", undefined, "a release that is not known"],
  ];
  for (const [build, release, why] of cases) {
    it(`should place ${build} in ${release ?? "no release"}: ${why}`, () => {
      assert.equal(releaseOfBuild(parsed(build))?.name, release);
    });
  }

  it("should be open at the top for the last release of each major.minor version only", () => {
    assert.deepEqual(
      releases.filter((release) => bandOf(release).open).map((release) => release.name),
      ["2000 SP3", "2003 SP2", "2007 SP3", "2010 SP3", "2013 CU23", "2016 CU23", "SE RTM"],
    );
  });

  it("should give half-open intervals that are not empty, ascend and do not overlap", () => {
    let end: Build = { major: 0, minor: 0, build: 0, revision: 0 };
    for (const release of releases) {
      const { from, below } = bandOf(release);
      assert.ok(compareBuilds(end, from) <= 0, release.name);
      assert.ok(compareBuilds(from, below) < 0, release.name);
      end = below;
    }
  });

  it("should leave no gap between the releases of a product", () => {
    for (const [index, release] of releases.entries()) {
      const next = releases[index + 1];
      if (next?.product !== release.product) continue;
      assert.deepEqual(bandOf(release).below, bandOf(next).from, release.name);
    }
  });

  it("should place every build in exactly one band, or in none that a first release would begin", () => {
    fc.assert(
      fc.property(aBuild, (build) => {
        const found = releases.filter((release) => inBand(build, release));
        assert.ok(found.length <= 1, formatBuild(build));
        assert.equal(releaseOfBuild(build), found[0]);
        if (releases.some((release) => bandPosition(build, release) === "unknown"))
          return assert.equal(found.length, 0);
        const sameVersion = releases.filter(
          (release) => release.build.major === build.major && release.build.minor === build.minor,
        );
        const atOrAbove = sameVersion.some((release) => compareBuilds(bandOf(release).from, build) <= 0);
        if (atOrAbove) assert.equal(found.length, 1, formatBuild(build));
        return undefined;
      }),
      { numRuns: 1000 },
    );
  });

  it("should never place a higher build in an older release", () => {
    fc.assert(
      fc.property(aBuild, aBuild, (a, b) => {
        const [low, high] = compareBuilds(a, b) <= 0 ? [a, b] : [b, a];
        const older = releaseOfBuild(low);
        const newer = releaseOfBuild(high);
        if (older !== undefined && newer !== undefined) assert.ok(compareReleases(older, newer) <= 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("should judge a release that went through JSON like the table's own", () => {
    const copy = JSON.parse(JSON.stringify(named("2007 SP1"))) as Release;
    assert.equal(inBand(parsed("8.1.436.0"), copy), true);
    assert.equal(inBand(parsed("8.2.176.2"), copy), false);
  });

  it("should take two releases for one line exactly where an upgrade in place can lead from one to the other", () => {
    const leads = (from: string, to: string) => transitions.some((t) => t.from === from && t.to === to);
    for (const from of releases)
      for (const to of releases.filter(({ build }) => compareBuilds(build, from.build) > 0))
        if (leads(from.name, to.name))
          assert.ok(inSameLine(from.build, to.build), `${from.name}, ${to.name}`);
        else if (from.product !== to.product && !(from.product === "2019" && to.product === "SE"))
          assert.ok(!inSameLine(from.build, to.build), `${from.name}, ${to.name}`);
  });

  it("should not know what is above the newest known update of SE RTM", () => {
    const se = named("SE RTM");
    assert.equal(bandPosition(parsed("15.2.2562.16"), se), "below");
    assert.equal(bandPosition(parsed("15.2.2562.17"), se), "at");
    assert.equal(bandPosition(parsed("15.2.2562.53"), se), "at");
    assert.equal(bandPosition(parsed("15.2.2562.54"), se), "unknown");
    assert.equal(bandPosition(parsed("15.2.3000.1"), se), "unknown");
    assert.equal(bandPosition(parsed("15.3.0.0"), se), "above");
    assert.equal(bandPosition(parsed("15.2.3000.1"), named("2019 CU15")), "above");
    assert.equal(bandPosition(parsed("15.1.9999.1"), named("2016 CU23")), "at");
  });

  it("should judge a release that the table does not hold by its own numbers", () => {
    const sp4 = { ...named("2007 SP3"), name: "2007 SP4", build: parsed("8.4.1.0") };
    assert.deepEqual(bandOf(sp4), {
      from: parsed("8.4.1.0"),
      below: parsed("8.5.0.0"),
      open: true,
      newest: null,
    });
    const followed = { ...named("2007 SP3"), successor: parsed("8.3.600.0") };
    assert.equal(inBand(parsed("8.3.599.9"), followed), true);
    assert.equal(inBand(parsed("8.3.600.0"), followed), false);
  });
});
