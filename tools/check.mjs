// The check between two edits: lint, types, and the tests that need no server, no simulated computer and no Pulumi.
// It is a part of `npm test` and takes less than a minute; `npm test` decides.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lint, types } from "./lib/checks.mjs";
import { main } from "./lib/process.mjs";
import { runMocha } from "./mocha.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Folders whose tests are pure, and the one test in them that starts a browser. */
const PURE = ["releases", "setupLog", "rules", "plan", "review", "wire", "structure", "docs"].map(
  (folder) => `tests/${folder}`,
);
const NEEDS_A_BROWSER = "tests/review/browser.test.ts";

await main("check", async () => {
  await lint(root);
  await types(root);
  return runMocha({ cwd: root, args: ["--ignore", NEEDS_A_BROWSER, ...PURE] });
});
