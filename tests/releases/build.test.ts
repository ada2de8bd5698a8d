import assert from "node:assert/strict";
import fc from "fast-check";
import type { Build } from "../../lib/facts";
import {
  compareBuilds,
  completeBuild,
  decodeVersionNumber,
  encodeVersionNumber,
  findRelease,
  formatBuild,
  formatSerialNumber,
  parseBuild,
  parseSerialNumber,
  releases,
} from "../../lib/releases";

const aBuild: fc.Arbitrary<Build> = fc.record(
  {
    major: fc.integer({ min: 6, max: 63 }),
    minor: fc.integer({ min: 0, max: 63 }),
    build: fc.integer({ min: 0, max: 29_999 }),
    revision: fc.integer({ min: 0, max: 99_999 }),
  },
  { noNullPrototype: true },
);

function shown(build: Build | undefined): string | undefined {
  return build === undefined ? undefined : formatBuild(build);
}

describe("builds", () => {
  describe("parseBuild", () => {
    const cases: readonly (readonly [text: string, build: string | undefined, why: string])[] = [
      ["8.0.685.25", "8.0.685.25", "the form of the registry"],
      ["8.1.240.6", "8.1.240.6", "the form of the registry"],
      ["8.1.0240.006", "8.1.240.6", "zero padding in the registry"],
      ["15.02.1748.010", "15.2.1748.10", "msExchProductId"],
      [" 8.1.240.6\r\n", "8.1.240.6", "space around it"],
      ["8.1.240", "8.1.240.6", "no revision, at a release's build number"],
      ["8.1.300", "8.1.300.0", "no revision, elsewhere"],
      ["15.1.225", "15.1.225.0", "no revision where two releases share the build number"],
      ["8.1", undefined, "no build number"],
      ["8.1.240.6.1", undefined, "five parts"],
      ["8.1.240.x", undefined, "not a number"],
      ["-8.1.240.6", undefined, "a sign"],
      ["8.1.240.6 beta", undefined, "more text"],
      ["", undefined, "nothing"],
    ];
    for (const [text, build, why] of cases) {
      it(`should read ${JSON.stringify(text)} as ${build ?? "unknown"}: ${why}`, () => {
        assert.equal(shown(parseBuild(text)), build);
      });
    }

    it("should read back every build that formatBuild writes", () => {
      fc.assert(fc.property(aBuild, (build) => assert.deepEqual(parseBuild(formatBuild(build)), build)));
    });
  });

  describe("parseSerialNumber", () => {
    const cases: readonly (readonly [text: string, build: string | undefined, why: string])[] = [
      ["Version 8.0 (Build 30685.24)", "8.0.685.24", "2007 RTM"],
      ["Version 8.1 (Build 30240.6)", "8.1.240.6", "2007 SP1"],
      ["Version 8.1 (Build 240.6)", "8.1.240.6", "as the shell shows it, without 30000"],
      ["Version 8.0 (Build 0685)", "8.0.685.25", "an RTM server without 30000 and without revision"],
      ["Version 14.1 (Build 30218.15)", "14.1.218.15", "2010 SP1"],
      ["Version 15.1 (Build 31034.26)", "15.1.1034.26", "2016 CU6"],
      ["Version 15.1 (Build 32375.7)", "15.1.2375.7", "2016 CU22"],
      ["Version 15.1 (Build 32375.007)", "15.1.2375.7", "2016 CU22, zero-padded"],
      ["Version 15.1 (Build 32507.006)", "15.1.2507.6", "2016 CU23, zero-padded"],
      ["Version 15.2 (Build 30986.005)", "15.2.986.5", "2019 CU11, zero-padded"],
      ["Version 15.2 (Build 31118.007)", "15.2.1118.7", "2019 CU12, zero-padded"],
      ["Version 6.5 (Build 7638.2: Service Pack 2)", "6.5.7638.2", "2003"],
      ["Version 9.9 (Build 29999.1)", "9.9.29999.1", "just below 30000: nothing to subtract"],
      ["Version 9.9 (Build 30000.1)", "9.9.0.1", "just 30000"],
      ["version 8.1 (build 30240.6)", "8.1.240.6", "another case"],
      ["Version 8.1", undefined, "no build"],
      ["8.1.240.6", undefined, "another form"],
      ["Version 8.1 (Build 30240.6", undefined, "cut off"],
      ["", undefined, "nothing"],
    ];
    for (const [text, build, why] of cases) {
      it(`should read ${JSON.stringify(text)} as ${build ?? "unknown"}: ${why}`, () => {
        assert.equal(shown(parseSerialNumber(text)), build);
      });
    }

    it("should read back every build that formatSerialNumber writes", () => {
      assert.equal(
        formatSerialNumber({ major: 8, minor: 1, build: 240, revision: 6 }),
        "Version 8.1 (Build 30240.6)",
      );
      fc.assert(
        fc.property(aBuild, (build) => assert.deepEqual(parseSerialNumber(formatSerialNumber(build)), build)),
      );
    });
  });

  describe("versionNumber", () => {
    const cases: readonly (readonly [value: number, release: string])[] = [
      [1912636077, "2007 RTM"],
      [1912701168, "2007 SP1"],
      [1912766640, "2007 SP2"],
      [1912832083, "2007 SP3"],
      [1937801855, "2010 RTM"],
      [1937866970, "2010 SP1"],
      [1937932535, "2010 SP2"],
      [1937997947, "2010 SP3"],
    ];
    for (const [value, name] of cases) {
      it(`should be ${value} for ${name}, both ways`, () => {
        const release = findRelease(name);
        assert.ok(release);
        assert.equal(encodeVersionNumber(release.build), value);
        const number = decodeVersionNumber(value);
        assert.ok(number);
        assert.deepEqual(completeBuild(number), release.build);
      });
    }

    it("should decode the constant of public scripts, 1937801568, as 14.0.352", () => {
      assert.deepEqual(decodeVersionNumber(1937801568), { major: 14, minor: 0, build: 352 });
    });

    it("should not decode integers of another form", () => {
      for (const value of [7638, 0, -1, 1.5, 2 ** 32 + 1912701168, Number.NaN, 0x62038053]) {
        assert.equal(decodeVersionNumber(value), undefined, String(value));
      }
    });

    it("should refuse a build that does not fit", () => {
      assert.throws(() => encodeVersionNumber({ major: 64, minor: 0, build: 1, revision: 2 }), {
        name: "RangeError",
        message:
          "versionNumber holds a major and a minor version up to 63 and a build up to 32767; 64.0.1.2 does not fit",
      });
    });

    it("should read back major, minor and build of every build", () => {
      fc.assert(
        fc.property(aBuild, (build) => {
          const { revision: _, ...number } = build;
          assert.deepEqual(decodeVersionNumber(encodeVersionNumber(build)), number);
        }),
      );
    });
  });

  describe("completeBuild", () => {
    it("should add the revision of the one release with this build number", () => {
      assert.equal(shown(completeBuild({ major: 8, minor: 0, build: 685 })), "8.0.685.25");
    });

    it("should add the published revision to every release's number unless two share it", () => {
      const shared = releases.filter(({ build }) => completeBuild(build).revision !== build.revision);
      assert.deepEqual(
        shared.map((release) => release.name),
        ["2016 Preview", "2016 RTM"],
      );
    });
  });

  describe("compareBuilds", () => {
    it("should compare numbers, not text", () => {
      const build = { major: 8, minor: 1, build: 240, revision: 6 };
      assert.ok(compareBuilds(build, { ...build, revision: 10 }) < 0);
      assert.ok(compareBuilds(build, { ...build, build: 99 }) > 0);
      assert.ok(compareBuilds(build, { ...build, minor: 0, build: 9999 }) > 0);
      assert.ok(compareBuilds(build, { ...build, major: 14, minor: 0 }) < 0);
      assert.equal(compareBuilds(build, { ...build }), 0);
    });

    it("should order antisymmetrically and transitively", () => {
      fc.assert(
        fc.property(aBuild, aBuild, aBuild, (a, b, c) => {
          assert.equal(Math.sign(compareBuilds(a, b)), -Math.sign(compareBuilds(b, a)) + 0);
          const [low, middle, high] = [a, b, c].sort(compareBuilds);
          assert.ok(low && middle && high);
          assert.ok(compareBuilds(low, middle) <= 0 && compareBuilds(middle, high) <= 0);
          assert.ok(compareBuilds(low, high) <= 0);
        }),
      );
    });
  });
});
