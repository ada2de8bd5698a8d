/** `.mocharc.json` puts the longest spec files first, and two patterns that fit one file would run it twice. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** How mocha reads a pattern; it has no types. */
const mochasOwn = "mocha/lib/cli/lookup-files.js" as string;
const root = join(__dirname, "..", "..");

describe("the patterns of npm test", () => {
  it("name each spec file once", async () => {
    const { lookupFiles }: { lookupFiles: (pattern: string, extensions: string[]) => string[] } =
      await import(mochasOwn);
    const { spec } = JSON.parse(readFileSync(join(root, ".mocharc.json"), "utf8")) as {
      readonly spec: readonly string[];
    };
    const named = spec.flatMap((pattern) => lookupFiles(join(root, pattern), ["ts"]));
    const there = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => join("tests", path));
    assert.deepEqual(named.map((path) => relative(root, path)).sort(), there.sort());
  });
});
