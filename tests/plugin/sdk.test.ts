/** The SDK for programs in Python, which tools/python-sdk.mjs writes from the plugin's schema. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checkout } from "../compiled";
import { sdkFolder } from "./python";

/** Folder of the program that writes SDKs; undefined where there is none, which `npm test` says. */
const writer = process.env.EXCHANGE_UPGRADE_SDK_WRITER;

if (writer !== undefined)
  describe("the SDK for programs in Python", () => {
    it("is that of the schema; otherwise: npm run sdk", () => {
      const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
      try {
        const { version } = require("../../package.json");
        const schema = join(checkout, "plugin", "schema.json");
        execFileSync(join(writer, "python-sdk"), [schema, version, folder]);
        assert.deepEqual(filesOf(sdkFolder), filesOf(folder));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });

/** What a folder holds, without what running it has left. */
function filesOf(folder: string): { readonly [path: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.pyc$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.sort().map((path) => [relative(folder, path), readFileSync(path, "utf8")] as const),
  );
}
