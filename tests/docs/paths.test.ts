/** docs/paths.md is what the table of releases says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releases, transitions } from "../../lib/releases";
import { pathsPage, renderPathsPage } from "../../tools/paths-page";

const page = renderPathsPage();

describe("docs/paths.md", () => {
  it("is current", () => {
    const committed = readFileSync(join(__dirname, "..", "..", pathsPage), "utf8").replaceAll("\r\n", "\n");
    assert.equal(committed, page, "docs/paths.md is not what the table of releases says; run: npm run docs");
  });

  it("has a way for every release that an upgrade in place leads from", () => {
    const cells = page
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.split(" | ")[0]?.replace("| ", "") ?? "");
    const named = (name: string) =>
      cells.some((cell) => {
        const [from = "", to = from] = cell.split(" to ");
        const place = (each: string) => releases.findIndex((release) => release.name === each);
        return place(from) >= 0 && place(from) <= place(name) && place(name) <= place(to);
      });
    for (const { from } of transitions) assert.ok(named(from), from);
  });

  it("has rows of as many cells as their head", () => {
    for (const table of page
      .trimEnd()
      .split("\n\n")
      .filter((block) => block.startsWith("|"))) {
      const widths = new Set(table.split("\n").map((line) => line.split("|").length));
      assert.equal(widths.size, 1, table);
    }
  });
});
