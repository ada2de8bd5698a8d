/** docs/checks.md is what the table of checks and the rules say. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { computerRules } from "../../lib/rules/computer/computerRules";
import { serverRules } from "../../lib/rules/computer/serverRules";
import { healthRules } from "../../lib/rules/organization/healthRules";
import { knownFailures } from "../../lib/setupLog/failures/table";
import { checksPage, renderChecksPage } from "../../tools/checks-page";
import { computerChecks, directoryChecks } from "../../tools/support-checks";

const page = renderChecksPage();
const checks = [...directoryChecks, ...computerChecks];

describe("docs/checks.md", () => {
  it("is current", () => {
    const committed = readFileSync(join(__dirname, "..", "..", checksPage), "utf8").replaceAll("\r\n", "\n");
    assert.equal(committed, page, "docs/checks.md is not what the tables say; run: npm run docs");
  });

  it("has every check that is known of support, each judged by a rule, or with the reason why not", () => {
    assert.deepEqual([directoryChecks.length, computerChecks.length], [27, 34]);
    for (const { what, by, not } of checks) assert.ok(by.length > 0 || (not ?? "") !== "", what);
  });

  it("names every rule that is made for such a check", () => {
    const named = new Set<string>(checks.flatMap(({ by }) => by));
    const own = [...Object.keys(healthRules), ...Object.keys(serverRules)];
    assert.deepEqual(
      own.filter((id) => !named.has(id)),
      [],
    );
    for (const id of ["R7", "R13", "R17", "R18", "R19", "R20", "R21", "R22", "R23"]) {
      assert.ok(id in computerRules);
      assert.ok(named.has(id), id);
    }
  });

  it("names known failures by their names", () => {
    const ids = new Set(knownFailures.map(({ id }) => id));
    const named = checks.flatMap(({ not }) => (not ?? "").match(/(?<=[( ])[a-z]+[A-Z]\w+(?=[,)])/g) ?? []);
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((name) => !ids.has(name)),
      [],
    );
  });

  it("has rows of as many cells as their head", () => {
    for (const line of page.split("\n").filter((each) => each.startsWith("|")))
      assert.equal(line.split(/(?<!\\)\|/).length, 9, line);
  });
});
