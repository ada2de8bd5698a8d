import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type TemporaryFolder, temporaryFolder, writeFile } from "./temporary";

const RUNNER = resolve(__dirname, "..", "..", "tools", "mocha.mjs");

describe("tools: the test runner", () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    writeFile(
      join(folder.path, ".mocharc.json"),
      JSON.stringify({ spec: ["tests/*.test.js"], timeout: 5000 }),
    );
  });
  afterEach(() => folder.remove());

  function spec(name: string, content: string) {
    writeFile(join(folder.path, "tests", `${name}.test.js`), content);
  }

  /** Runs the runner as `npm test` does, without what the run that this test is part of was told by its environment. */
  function run(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const { CI: _, EXCHANGE_UPGRADE_SKIP: __, EXCHANGE_UPGRADE_SLOWEST: ___, ...env } = process.env;
    const result = spawnSync(process.execPath, [RUNNER, ...args], {
      cwd: folder.path,
      encoding: "utf8",
      env: { ...env, ...environment },
    });
    const lines = result.stdout.trimEnd().split("\n");
    return { code: result.status, last: lines.at(-1), stdout: result.stdout, stderr: result.stderr };
  }

  it("ends with mocha's summary and one plain line", () => {
    spec("a", 'it("one", () => {}); it("two", () => {}); it.skip("three", () => {});');
    const { code, last, stdout, stderr } = run();
    assert.equal(code, 0);
    assert.match(stdout, /✔ one\n(.*\n)* {2}2 passing \(\d+ms\)\n {2}1 pending\n/);
    assert.equal(last, "2 passed, 0 failed, 1 skipped");
    assert.equal(stderr, "");
  });

  it("fails when a test fails, and runs the others", () => {
    spec("a", 'it("bad", () => { throw new Error("planted"); });');
    spec("b", 'it("good", () => {});');
    const { code, last, stdout, stderr } = run();
    assert.equal(code, 1);
    assert.equal(last, "1 passed, 1 failed, 0 skipped");
    assert.match(stdout, /Error: planted/);
    assert.equal(stderr, "FAILED: 1 failed; mocha's list is above.\n");
  });

  it("fails when a hook fails, although no test has", () => {
    spec("a", 'before(() => { throw new Error("planted"); }); it("never runs", () => {});');
    const { code, last } = run();
    assert.equal(code, 1);
    assert.equal(last, "0 passed, 1 failed, 0 skipped");
  });

  it("fails when no test ran", () => {
    const reason = "FAILED: no test ran. Check the spec patterns and -g, and what skips the tests.\n";
    spec("a", 'describe("nothing yet", () => {});');
    const empty = run();
    assert.deepEqual([empty.code, empty.last, empty.stderr], [1, "0 passed, 0 failed, 0 skipped", reason]);
    spec("a", 'it("one", () => {});');
    const filtered = run(["-g", "no such title"]);
    assert.deepEqual([filtered.code, filtered.stderr], [1, reason]);
  });

  it("fails when there is no spec file, or one that does not load, without a summary line", () => {
    for (const prepare of [() => undefined, () => spec("a", 'throw new Error("planted");')]) {
      prepare();
      const { code, stdout, stderr } = run();
      assert.equal(code, 1);
      assert.doesNotMatch(stdout, /passed/);
      assert.match(
        stderr,
        /FAILED: mocha ended with exit code 1 and without a result; its own words are above\.\n$/,
      );
    }
  });

  it("fails when a test ends the process with exit code 0", () => {
    spec("a", 'it("one", () => {}); it("leaves", () => process.exit(0));');
    const { code, stderr } = run();
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "FAILED: mocha ended with exit code 0 and without a result; its own words are above.\n",
    );
  });

  it("fails on a skip with CI=true, and only then", () => {
    spec("a", 'it("one", () => {}); it("two", function () { this.skip(); });');
    assert.equal(run().code, 0);
    const { code, last, stderr } = run([], { CI: "true" });
    assert.equal(code, 1);
    assert.equal(last, "1 passed, 0 failed, 1 skipped");
    assert.equal(stderr, "FAILED: 1 skipped, and with CI=true every test has to run.\n");
  });

  it("fails on a forgotten test.only with CI=true", () => {
    spec("a", 'it.only("one", () => {}); it("two", () => {});');
    assert.equal(run().last, "1 passed, 0 failed, 0 skipped");
    assert.equal(run([], { CI: "true" }).code, 1);
  });

  it("runs only what the command line names, with the configuration's other settings", () => {
    spec("a", 'it("one", function () { require("node:assert").equal(this.timeout(), 5000); });');
    spec("b", 'it("two", () => {}); it("three", () => {});');
    assert.equal(run().last, "3 passed, 0 failed, 0 skipped");
    assert.equal(run(["tests/a.test.js"]).last, "1 passed, 0 failed, 0 skipped");
    assert.equal(run(["tests/b*", "-g", "tests"]).code, 1);
    assert.equal(run(["tests"]).last, "3 passed, 0 failed, 0 skipped");
    assert.equal(run(["-g", "t"]).last, "2 passed, 0 failed, 0 skipped");
  });

  it("lets other accounts into the tests' temporary folder, as the system's own does", () => {
    spec(
      "a",
      `const { statSync } = require("node:fs");
       const folder = require("node:os").tmpdir();
       const modes = [folder, require("node:path").dirname(folder)].map((path) => statSync(path).mode & 0o7777);
       it("one", () => require("node:assert").deepEqual(modes, [0o1777, 0o711]));`,
    );
    assert.equal(run().last, "1 passed, 0 failed, 0 skipped");
  });

  it("fails when a test leaves something in the temporary folder, which is this run's own", () => {
    const leave = (name: string) =>
      `it("one", () => require("node:fs").mkdirSync(require("node:path").join(require("node:os").tmpdir(), "${name}")));`;
    spec("a", leave("tsx-0"));
    assert.equal(run().code, 0);
    spec("a", leave("planted-1"));
    spec("b", leave("planted-2"));
    const temporary = join(folder.path, "temporary");
    mkdirSync(temporary);
    const { code, last, stderr } = run([], { TMPDIR: temporary });
    assert.equal(code, 1);
    assert.equal(last, "2 passed, 0 failed, 0 skipped");
    assert.equal(stderr, "FAILED: the tests have left in the temporary folder: planted-1, planted-2\n");
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("names as many of the slowest spec files as it is asked for, and what all took", () => {
    spec("quick", 'it("one", () => {});');
    spec(
      "slow",
      `describe("in a suite", () => it("two", () => {
         // A child's time counts, too.
         require("node:child_process").execFileSync(process.execPath, ["-e", "const end = Date.now() + 400; while (Date.now() < end);"]);
       }));`,
    );
    writeFile(
      join(folder.path, ".mocharc.json"),
      JSON.stringify({ spec: ["tests/*.test.js"], parallel: true, jobs: 2 }),
    );
    const { last, stdout } = run([], { EXCHANGE_UPGRADE_SLOWEST: "1" });
    assert.match(
      stdout,
      /\nSlowest spec files, by seconds of a processor, and seconds from begin to end:\n +\d+\.\d +\d+\.\d {2}tests\/slow\.test\.js\n +\d+\.\d +\d+\.\d {2}all 2\n2 passed/,
    );
    assert.equal(last, "2 passed, 0 failed, 0 skipped");
    assert.doesNotMatch(run().stdout, /Slowest/);
  });

  it("takes no other number of the slowest spec files", () => {
    spec("a", 'it("one", () => {});');
    const { code, stderr } = run([], { EXCHANGE_UPGRADE_SLOWEST: "ten" });
    assert.equal(code, 1);
    assert.equal(
      stderr,
      'mocha: EXCHANGE_UPGRADE_SLOWEST is "ten"; it takes a number of files, such as 10.\n',
    );
  });

  it("passes the names of the suites to skip to the tests", () => {
    spec(
      "a",
      'it("one", () => require("node:assert").equal(process.env.EXCHANGE_UPGRADE_SKIP, "samba,sshd"));',
    );
    assert.equal(run([], { EXCHANGE_UPGRADE_SKIP: "samba,sshd" }).last, "1 passed, 0 failed, 0 skipped");
  });
});
