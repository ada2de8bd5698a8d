/** docs/known-failures.md is what the table of known failures says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { knownFailures } from "../../lib/setupLog/failures/table";
import { failuresPage, renderFailuresPage } from "../../tools/failures-page";

const page = renderFailuresPage();

describe("docs/known-failures.md", () => {
  it("is current", () => {
    const committed = readFileSync(join(__dirname, "..", "..", failuresPage), "utf8").replaceAll(
      "\r\n",
      "\n",
    );
    assert.equal(committed, page, "docs/known-failures.md is not what the table says; run: npm run docs");
  });

  it("has a row with cause and action for every failure", () => {
    for (const { id, cause, action } of knownFailures) {
      const rows = page.split("\n").filter((line) => line.startsWith(`| ${id} |`));
      assert.equal(rows.length, 1, id);
      assert.ok(rows[0]?.includes(cause) && rows[0].includes(action), id);
    }
  });

  it("has rows of as many cells as their head", () => {
    for (const table of page.split("\n\n").filter((block) => block.startsWith("|"))) {
      const widths = new Set(
        table
          .trimEnd()
          .split("\n")
          .map((line) => line.split(/(?<!\\)\|/).length),
      );
      assert.equal(widths.size, 1, table);
    }
  });
});
