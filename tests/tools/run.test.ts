import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import { installCompiler, makeCheckout } from "./checkout";
import { type TemporaryFolder, temporaryFolder, writeFile, writeScript } from "./temporary";

describe("tools: build and run", () => {
  let folder: TemporaryFolder;
  let root = "";
  let home = "";
  let program = "";
  let environment: NodeJS.ProcessEnv = {};

  before(() => {
    folder = temporaryFolder();
    root = folder.path;
    home = join(root, "home");
    program = join(root, "examples", "demo.ts");
    const { PULUMI_ROOT: _, ...inherited } = process.env;
    environment = { ...inherited, PATH: `${join(home, "bin")}:${process.env.PATH}` };
    makeCheckout(root, ["tsx", "@pulumi/pulumi"]);
    installCompiler(root);
    writeScript(join(home, "bin", "pulumi"), "echo v3.259.0");
    for (const name of ["language-nodejs", "resource-pulumi-nodejs"]) {
      writeScript(join(home, "bin", `pulumi-${name}`), "exit 0");
    }
  });
  beforeEach(() => {
    writeFile(join(root, "lib", "index.ts"), "exports.answer = 42;\n");
    writeFile(
      program,
      `const { answer } = require("../dist/index.js");
       enum Code { Planted = 5 }
       console.log(JSON.stringify([answer, process.argv.slice(2), process.env.PULUMI_ROOT ?? null]));
       process.exitCode = Code.Planted;`,
    );
  });
  after(() => folder.remove());

  function node(...args: readonly string[]) {
    const options = { cwd: root, encoding: "utf8", env: environment } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    return { status, stdout, stderr };
  }

  it("compiles only what has changed, and keeps no file whose source is gone", () => {
    const compiled = "build: compiling lib/ to dist/\n";
    const first = writeFile(join(root, "lib", "gone.ts"), "exports.gone = true;\n");
    assert.deepEqual(node("tools/build.mjs"), { status: 0, stdout: "", stderr: compiled });
    assert.deepEqual(readdirSync(join(root, "dist")), ["gone.js", "index.js"]);
    assert.deepEqual(node("tools/build.mjs"), { status: 0, stdout: "", stderr: "" });
    rmSync(first);
    assert.equal(node("tools/build.mjs").stderr, compiled);
    assert.deepEqual(readdirSync(join(root, "dist")), ["index.js"]);
    rmSync(join(root, "dist", "index.js"));
    assert.equal(node("tools/build.mjs").stderr, compiled);
    assert.ok(existsSync(join(root, "dist", "index.js")));
  });

  it("does not run what does not compile", () => {
    writeFile(join(root, "lib", "index.ts"), "// planted error\n");
    const { status, stdout, stderr } = node("tools/run.mjs", "examples/demo.ts");
    assert.equal(status, 1);
    assert.equal(stdout, "lib/index.ts: planted error\n");
    assert.equal(
      stderr.trimEnd().split("\n").at(-1),
      "run: lib/ does not compile (tsc ended with exit code 2); see above.",
    );
  });

  it("passes arguments, Pulumi's root and the exit code", () => {
    const { status, stdout } = node("tools/run.mjs", "examples/demo.ts", "a", "b c", "--no-pulumi");
    assert.equal(status, 5);
    assert.deepEqual(JSON.parse(stdout), [42, ["a", "b c", "--no-pulumi"], home]);
  });

  it("does not look for Pulumi for the lab, nor when told so", () => {
    writeFile(join(root, "lab", "main.ts"), "console.log(process.env.PULUMI_ROOT ?? null);");
    assert.deepEqual(node("tools/run.mjs", "lab/main.ts").stdout, "null\n");
    const { stdout } = node("tools/run.mjs", "--no-pulumi", "examples/demo.ts", "a");
    assert.deepEqual(JSON.parse(stdout), [42, ["a"], null]);
  });

  it("passes signals on, and ends as the program ends", async () => {
    const waits = "setInterval(() => {}, 1000); console.log('ready');";
    for (const [source, signal, code] of [
      [`process.on("SIGTERM", () => process.exit(7)); ${waits}`, "SIGTERM", 7],
      [`process.on("SIGINT", () => process.exit(8)); ${waits}`, "SIGINT", 8],
      [waits, "SIGTERM", 143],
    ] as const) {
      writeFile(program, source);
      const child = spawn(process.execPath, ["tools/run.mjs", "--no-pulumi", program], {
        cwd: root,
        env: environment,
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      child.kill(signal);
      const [status] = await once(child, "exit");
      assert.equal(status, code);
    }
  });

  it("says how it wants to be called", () => {
    assert.deepEqual(node("tools/run.mjs"), {
      status: 1,
      stdout: "",
      stderr: "run: which program? Usage: node tools/run.mjs [--no-pulumi] FILE [arguments]\n",
    });
    const { stderr } = node("tools/run.mjs", "nowhere.ts");
    assert.match(stderr, /^run: there is no file nowhere\.ts, here or in /);
  });
});
