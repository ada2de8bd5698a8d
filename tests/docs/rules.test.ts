/** docs/rules.md is what the table of rules says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RuleId, ruleIds } from "../../lib/rules/ids";
import { rules, wordsOf } from "../../lib/rules/table";
import { renderRulesPage, rulesPage } from "../../tools/rules-page";
import { named } from "../releases/named";

const page = renderRulesPage();

/** The cells of a rule's row. */
function cellsOf(id: RuleId): readonly string[] {
  const rows = page.split("\n").filter((line) => line.startsWith(`| **${id}** |`));
  assert.equal(rows.length, 1, `rows of ${id}`);
  return (rows[0] ?? "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

describe("docs/rules.md", () => {
  it("is current", () => {
    const committed = readFileSync(join(__dirname, "..", "..", rulesPage), "utf8").replaceAll("\r\n", "\n");
    assert.equal(committed, page, "docs/rules.md is not what the table of rules says; run: npm run docs");
  });

  it("has every rule once, each with all that a reader asks", () => {
    for (const id of ruleIds) {
      const { level, enforced } = rules[id];
      const { title, source } = wordsOf(id, named("2007 SP1"));
      const cells = cellsOf(id);
      assert.equal(cells.length, 9, id);
      assert.ok(
        cells.slice(1, -1).every((cell) => cell !== ""),
        id,
      );
      assert.ok(cells[2]?.startsWith(level), id);
      assert.equal(cells[5], title);
      assert.match(
        cells[6] ?? "",
        enforced.by === "judge" || (enforced.by === "handler" && enforced.where === "security update")
          ? /^judged from \S/
          : /^by construction: \S/,
      );
      assert.equal(cells[7], source);
    }
  });

  it("says of steps and of who is judged what the table says", () => {
    assert.deepEqual(cellsOf("P9").slice(1, 5), [
      "**P9**",
      "must",
      "domain, server",
      "the account that runs Setup",
    ]);
    assert.deepEqual(cellsOf("D9").slice(1, 5), ["**D9**", "must", "all", "the organization"]);
    assert.equal(cellsOf("D6")[2], "should");
  });

  it("has the parts of the document in order, and our own last", () => {
    const headings = page.split("\n").filter((line) => line.startsWith("## "));
    assert.deepEqual(headings, [
      "## Scope",
      "## Permissions",
      "## Procedures",
      "## Rules of this package",
      "## Codes of other messages",
    ]);
  });

  it("says what can be waived", () => {
    assert.match(page, /\*\*Waivers\.\*\*/);
    assert.match(page, /A \*must\* that fails cannot be waived/);
  });
});
