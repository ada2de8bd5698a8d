import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { makeCheckout } from "./checkout";
import { type TemporaryFolder, temporaryFolder, writeFile } from "./temporary";

const INSTALL = "ci --include=dev --include=optional --ignore-scripts --no-audit --no-fund";

describe("tools: bootstrap", () => {
  let folder: TemporaryFolder;
  let npm = "";

  beforeEach(() => {
    folder = temporaryFolder();
    makeCheckout(folder.path, []);
    describePackage({ tool: "1.0.0" });
    writeFile(join(folder.path, "package-lock.json"), "{}");
    npm = join(folder.path, "npm", "npm-cli.js");
    installNpm("tool");
  });
  afterEach(() => folder.remove());

  function describePackage(devDependencies: Record<string, string>, node = ">=20.19") {
    const manifest = { engines: { node }, workspaces: ["examples/*"], devDependencies };
    writeFile(join(folder.path, "package.json"), JSON.stringify(manifest));
  }

  /** An npm that replaces node_modules with the package `name`, and notes how it was called. */
  function installNpm(name: string, code = 0) {
    writeFile(
      npm,
      `const fs = require("node:fs");
       fs.appendFileSync("calls", process.argv.slice(2).join(" ") + "\\n");
       fs.rmSync("node_modules", { recursive: true, force: true });
       fs.mkdirSync("node_modules/${name}", { recursive: true });
       fs.writeFileSync("node_modules/${name}/package.json", "{}");
       process.exit(${code});`,
    );
  }

  function bootstrap() {
    const calls = join(folder.path, "calls");
    rmSync(calls, { force: true });
    const { status, stderr } = spawnSync(process.execPath, ["tools/bootstrap.mjs"], {
      cwd: folder.path,
      encoding: "utf8",
      env: { ...process.env, npm_execpath: npm, NODE_ENV: "production", npm_config_ignore_scripts: "true" },
    });
    return { status, stderr, calls: existsSync(calls) ? readFileSync(calls, "utf8").trim() : "" };
  }

  it("installs into a bare checkout, and then has nothing to do", () => {
    assert.deepEqual(bootstrap(), {
      status: 0,
      stderr: `bootstrap: no packages are installed yet: npm ${INSTALL}\n`,
      calls: INSTALL,
    });
    assert.deepEqual(bootstrap(), { status: 0, stderr: "", calls: "" });
  });

  it("installs again when the lock file, a workspace's package.json or node_modules has changed", () => {
    const changed = "bootstrap: package-lock.json, a package.json, .npmrc or Node.js itself has changed";
    bootstrap();
    for (const file of ["package-lock.json", join("examples", "one", "package.json")]) {
      writeFile(join(folder.path, file), '{ "changed": true }');
      assert.deepEqual(bootstrap(), { status: 0, stderr: `${changed}: npm ${INSTALL}\n`, calls: INSTALL });
    }
    rmSync(join(folder.path, "node_modules", "tool"), { recursive: true });
    assert.equal(bootstrap().stderr, `bootstrap: not installed: tool: npm ${INSTALL}\n`);
    rmSync(join(folder.path, "node_modules", ".cache"), { recursive: true });
    const unknown = "bootstrap: it is not recorded what node_modules was installed from";
    assert.equal(bootstrap().stderr, `${unknown}: npm ${INSTALL}\n`);
    assert.equal(bootstrap().calls, "");
  });

  it("fails with npm, says so, and tries again the next time", () => {
    installNpm("tool", 1);
    const { status, stderr } = bootstrap();
    assert.equal(status, 1);
    assert.equal(
      stderr.split("\n")[1],
      "bootstrap: npm ci ended with exit code 1; its own words are above. It needs package-lock.json to agree with package.json, and the npm registry of your configuration to be reachable.",
    );
    assert.equal(bootstrap().calls, INSTALL);
  });

  it("does not take npm's word for it", () => {
    installNpm("another");
    const { status, stderr } = bootstrap();
    assert.equal(status, 1);
    assert.equal(
      stderr.split("\n")[1],
      'bootstrap: npm ci succeeded, but did not install tool. Check npm\'s "omit" settings.',
    );
  });

  it("says which Node.js it needs before it does anything", () => {
    describePackage({ tool: "1.0.0" }, ">=99.1");
    assert.deepEqual(bootstrap(), {
      status: 1,
      stderr: `bootstrap: this is Node.js ${process.version}; Node.js >=99.1 is needed. Install a newer Node.js, or select one with your version manager, and run the command again.\n`,
      calls: "",
    });
  });

  it("installs nothing without a lock file", () => {
    rmSync(join(folder.path, "package-lock.json"));
    const { status, stderr, calls } = bootstrap();
    assert.deepEqual([status, calls], [1, ""]);
    assert.match(
      stderr,
      /^bootstrap: package-lock\.json is missing in .*, so the packages that belong to it are/,
    );
  });
});
