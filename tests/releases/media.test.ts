import assert from "node:assert/strict";
import { parseBuild, releaseOfMedia, releases } from "../../lib/releases";

describe("the release of media", () => {
  for (const [version, name] of [
    ["8.0.685.25", "2007 RTM"],
    ["8.1.240.6", "2007 SP1"],
    ["8.1.240.0", "2007 SP1"],
    ["15.0.1210.0", "2013 CU13"],
    ["15.2.1748.8", "2019 CU15"],
    ["15.2.2562.17", "SE RTM"],
    ["8.1.241.0", undefined],
    ["5.2.3790.0", undefined],
  ] as const) {
    it(`should be ${name ?? "none"} for ${version}`, () => {
      const build = parseBuild(version);
      assert.ok(build);
      assert.equal(releaseOfMedia(build)?.name, name);
    });
  }

  it("should be told by the first three numbers of every release that is no preview", () => {
    for (const release of releases.filter(({ preview }) => !preview))
      assert.equal(releaseOfMedia(release.build)?.name, release.name);
  });
});
