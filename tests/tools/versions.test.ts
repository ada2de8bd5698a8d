import assert from "node:assert/strict";
import { describe, it } from "mocha";

const versions = import("../../tools/lib/versions.mjs");

describe("tools: versions", () => {
  it("reads what pulumi, Go and Node.js answer", async () => {
    const { parseVersion } = await versions;
    const read = (text: string) => {
      const found = parseVersion(text);
      return found && [found.major, found.minor, found.patch, found.prerelease];
    };
    assert.deepEqual(read("v3.259.0\n"), [3, 259, 0, false]);
    assert.deepEqual(read("3.216.0-alpha.1712345+dirty"), [3, 216, 0, true]);
    assert.deepEqual(read("go1.26.8"), [1, 26, 8, false]);
    assert.deepEqual(read("go1.26rc1"), [1, 26, 0, true]);
    assert.deepEqual(read("go1.25.11 X:nogreenteagc"), [1, 25, 11, false]);
    assert.deepEqual(read(">=20.19"), [20, 19, 0, false]);
    assert.equal(read("command not found"), undefined);
    assert.equal(read(""), undefined);
  });

  it("orders by number, not by digit, and puts a pre-release before its release", async () => {
    const { compareVersions, parseVersion } = await versions;
    const texts = ["10.0.0", "3.216.0", "3.9.9", "3.216.0-beta.1", "3.216.1", "3.26.0"];
    const sorted = texts
      .flatMap((text) => parseVersion(text) ?? [])
      .sort(compareVersions)
      .map(({ major, minor, patch, prerelease }) => `${major}.${minor}.${patch}${prerelease ? "-" : ""}`);
    assert.deepEqual(sorted, ["3.9.9", "3.26.0", "3.216.0-", "3.216.0", "3.216.1", "10.0.0"]);
  });

  it("takes the minimum itself, and nothing that is no version", async () => {
    const { isAtLeast } = await versions;
    assert.equal(isAtLeast("v20.19.0", ">=20.19"), true);
    assert.equal(isAtLeast("v20.18.3", ">=20.19"), false);
    assert.equal(isAtLeast("v22.1.0", ">=20.19"), true);
    assert.equal(isAtLeast("unknown", ">=20.19"), false);
    assert.throws(() => isAtLeast("v20.19.0", "latest"), {
      message: '"latest" is no version, so nothing can be compared with it.',
    });
  });
});
