/** docs/api is what the docstrings of lib/index.ts say. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

describe("docs/api", () => {
  it("is current", function () {
    this.timeout(300_000);
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-api-"));
    try {
      const typedoc = join(root, "node_modules", "typedoc", "bin", "typedoc");
      execFileSync(process.execPath, [typedoc, "--logLevel", "Error", "--out", folder], { cwd: root });
      assert.deepEqual(pagesIn(join(root, "docs", "api")), pagesIn(folder), "run: npm run docs");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function pagesIn(folder: string): { readonly [page: string]: string } {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((page) => [page, readFileSync(join(folder, page), "utf8").replaceAll("\r\n", "\n")]),
  );
}
