/** The pipelines of examples/ are what GitHub and Azure DevOps take: check-jsonschema on the schemas that it brings of both. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../compiled";
import { pythonHost } from "../plugin/python";

if (pythonHost !== undefined) {
  const python = join(pythonHost, "venv", "bin", "python");
  // Its usual engine for patterns does not take those of Azure's schema.
  const check = (schema: string, file: string, ...more: readonly string[]) =>
    spawnSync(
      python,
      [
        "-m",
        "check_jsonschema",
        "--regex-variant",
        "python",
        "--builtin-schema",
        `vendor.${schema}`,
        ...more,
        file,
      ],
      { encoding: "utf8" },
    );

  describe("docs: the pipelines", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    for (const { file, schema, more, wrong } of [
      {
        file: "azure-pipelines.yml",
        schema: "azure-pipelines",
        more: ["--data-transform", "azure-pipelines"],
        wrong: ["NodeTool@0", "NodeTools@0"],
      },
      {
        file: "github-actions.yml",
        schema: "github-workflows",
        more: [],
        wrong: ["timeout-minutes", "timeout-minute"],
      },
    ] as const)
      it(`${file} is what its service takes`, () => {
        const path = join(checkout, "examples", "pipelines", file);
        const right = check(schema, path, ...more);
        assert.equal(right.status, 0, right.stdout + right.stderr);
        const other = join(folder, file);
        writeFileSync(other, readFileSync(path, "utf8").replace(wrong[0], wrong[1]));
        const refused = check(schema, other, ...more);
        assert.equal(refused.status, 1, refused.stdout + refused.stderr);
        assert.ok(refused.stdout.includes(wrong[1]), refused.stdout);
      });
  });
}
