import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type TemporaryFolder, temporaryFolder, writeFile } from "./temporary";

const tools = resolve(__dirname, "..", "..", "tools");

/** What `npm test` does with the checks beside the tests, in a checkout whose one test passes. */
const script = `
import { checksBeside } from ${JSON.stringify(join(tools, "lib", "checks.mjs"))};
import { runMocha } from ${JSON.stringify(join(tools, "mocha.mjs"))};
process.exitCode = await runMocha({ beside: checksBeside(process.cwd()) });
`;

describe("tools: lint and types beside the tests", () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    writeFile(join(folder.path, ".mocharc.json"), JSON.stringify({ spec: ["tests/*.test.js"] }));
    writeFile(join(folder.path, "tests", "a.test.js"), 'it("one", () => {});');
  });
  afterEach(() => folder.remove());

  /** Puts programs in the places of the linter and the compiler, and runs both checks and the test. */
  function run(biome: string, tsc: string) {
    writeFile(join(folder.path, "node_modules/@biomejs/biome/bin/biome"), biome);
    writeFile(join(folder.path, "node_modules/typescript/bin/tsc"), tsc);
    const { CI: _, EXCHANGE_UPGRADE_SKIP: __, EXCHANGE_UPGRADE_SLOWEST: ___, ...env } = process.env;
    const args = ["--input-type=module", "--eval", script];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder.path,
      encoding: "utf8",
      env,
    });
    return { code: status, stdout, stderr };
  }

  it("say nothing where both are content", () => {
    const { code, stdout, stderr } = run(
      'console.log("planted: checked");',
      'console.log("planted: typed");',
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trimEnd().split("\n").at(-1), "1 passed, 0 failed, 0 skipped");
    assert.doesNotMatch(stdout, /planted/);
    assert.equal(stderr, "");
  });

  it("fail the run with their own words, before the summary, though the tests have passed long before", () => {
    const late = (text: string, code: number) =>
      `setTimeout(() => { console.log("planted: ${text}"); process.exitCode = ${code}; }, 1_500);`;
    const { code, stdout, stderr } = run(late("lint", 1), late("error TS2304", 2));
    assert.equal(code, 1);
    assert.match(
      stdout,
      /✔ one\n(.*\n)*planted: lint\n+planted: error TS2304\n+1 passed, 0 failed, 0 skipped\n$/,
    );
    assert.equal(
      stderr,
      "FAILED: biome check ended with exit code 1; its own words are above.\nFAILED: tsc --noEmit ended with exit code 2; its own words are above.\n",
    );
  });
});
