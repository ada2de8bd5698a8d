import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type TemporaryFolder, temporaryFolder, writeFile, writeScript } from "./temporary";

const pulumi = import("../../tools/pulumi.mjs");
const candidates = import("../../tools/lib/candidates.mjs");
const goBuild = import("../../tools/lib/go-build.mjs");

const SDK_VERSION: string = JSON.parse(
  readFileSync(require.resolve("@pulumi/pulumi/package.json"), "utf8"),
).version;

function offline(): never {
  throw new Error("planted: no network");
}

describe("tools: the search for Pulumi's CLI", () => {
  let folder: TemporaryFolder;
  let path = "";
  let lines: string[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, "path");
    lines = [];
    mkdirSync(path);
  });
  afterEach(() => folder.remove());

  /** The search with an environment of its own, and a download that fails without a network. */
  async function find(searchPath = path) {
    const { search } = await pulumi;
    const { firstThatWorks } = await candidates;
    const env = { PATH: searchPath, HOME: folder.path, XDG_CACHE_HOME: join(folder.path, "cache") };
    const { candidates: all, ...request } = search({ env, log: (line) => lines.push(line) });
    const planted = all.map((candidate) =>
      candidate.name === "Pulumi's own download" ? { ...candidate, find: offline } : candidate,
    );
    return firstThatWorks({ ...request, candidates: planted });
  }

  async function cacheEntry() {
    const { buildPlan } = await goBuild;
    return join(folder.path, "cache", "pulumi-exchange-upgrade", buildPlan().entry);
  }

  function installCli(bin: string, version: string) {
    writeScript(join(bin, "pulumi"), `echo v${version}`);
    writeScript(join(bin, "pulumi-language-nodejs"), "exit 0");
    writeScript(join(bin, "pulumi-resource-pulumi-nodejs"), "exit 0");
  }

  /** A Go that "compiles" scripts which answer with the version that the linker was told. */
  function installGo(version: string, failure = "") {
    writeScript(
      join(path, "go"),
      `if [ "$1" = env ]; then echo ${version}; exit 0; fi`,
      failure,
      'while [ $# -gt 1 ]; do case "$1" in -o) bin="$2";; -ldflags) flags="$2";; esac; shift; done',
      'program="$bin$(/usr/bin/basename "$1")"',
      'version="$(echo "$flags" | /bin/sed "s/.*=//")"',
      'printf "#!/bin/sh\\necho %s\\n" "$version" > "$program"',
      '/bin/chmod 755 "$program"',
    );
  }

  it("names everything it tried and why each failed, in one message", async () => {
    const entry = await cacheEntry();
    await assert.rejects(find(), {
      message: [
        "Pulumi's CLI was not found. Tried, in this order:",
        "  1. pulumi on PATH: there is none",
        `  2. an earlier build: ${entry} does not exist`,
        `  3. an earlier download: ${join(dirname(entry), `pulumi-${SDK_VERSION}-official`)} does not exist`,
        "  4. a build from its Go modules: there is no go on PATH; Go 1.25.11 or later is needed",
        "  5. Pulumi's own download: planted: no network",
        "To fix it: install Pulumi 3.216.0 or later and put it on PATH, or install Go 1.25.11 or later, and run this again.",
      ].join("\n"),
    });
  });

  it("says of each kind of failure what was found and what is needed", async () => {
    installCli(path, "3.215.9");
    installGo("go1.25.10");
    const entry = await cacheEntry();
    writeScript(join(entry, "bin", "pulumi"), "echo v3.259.0");
    writeFile(join(entry, "bin", "pulumi-language-nodejs"), "");
    const official = join(dirname(entry), `pulumi-${SDK_VERSION}-official`);
    installCli(join(official, "bin"), "3.1.0");
    await assert.rejects(find(), {
      message: [
        "Pulumi's CLI was not found. Tried, in this order:",
        `  1. pulumi on PATH: ${path}/pulumi is version 3.215.9; a version 3 of 3.216.0 or later is needed`,
        `  2. an earlier build: not executable or not in ${entry}/bin: pulumi-language-nodejs, pulumi-resource-pulumi-nodejs`,
        `  3. an earlier download: ${official}/bin/pulumi is version 3.1.0; ${SDK_VERSION} is what this place is for`,
        `  4. a build from its Go modules: ${path}/go is go1.25.10; Go 1.25.11 or later is needed`,
        "  5. Pulumi's own download: planted: no network",
        "To fix it: install Pulumi 3.216.0 or later and put it on PATH, or install Go 1.25.11 or later, and run this again.",
      ].join("\n"),
    });
  });

  it("takes the one on PATH, with its version and root", async () => {
    const bin = join(folder.path, "home", "bin");
    installCli(bin, "3.216.0");
    assert.deepEqual(await find(`${path}:${bin}`), {
      command: join(bin, "pulumi"),
      root: dirname(bin),
      version: "3.216.0",
      how: "on PATH",
    });
    assert.deepEqual(lines, []);
  });

  it("gives one on PATH that lies in a folder not called bin a root whose bin it is", async () => {
    const unpacked = join(folder.path, "pulumi");
    installCli(unpacked, "3.300.1");
    const { root } = await find(unpacked);
    assert.equal(basename(dirname(root)), "pulumi-exchange-upgrade");
    assert.equal(readFileSync(join(root, "bin", "pulumi"), "utf8"), "#!/bin/sh\necho v3.300.1\n");
    assert.equal((await find(unpacked)).root, root);
  });

  it("finds the language host beside the file that a link on PATH leads to", async () => {
    const unpacked = join(folder.path, "opt", "pulumi");
    installCli(unpacked, "3.250.0");
    const bin = join(folder.path, "usr", "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(join(unpacked, "pulumi"), join(bin, "pulumi"));
    assert.equal((await find(bin)).root, join(folder.path, "usr"));
  });

  it("refuses one on PATH without a Node.js language host, of another major version, or that fails", async () => {
    writeScript(join(path, "pulumi"), "echo v3.259.0");
    const refusal = async () =>
      (await find().catch((error: Error) => error.message)).toString().split("\n")[1];
    const host = `${path}/pulumi 3.259.0 has no pulumi-language-nodejs beside it or on PATH`;
    assert.equal(await refusal(), `  1. pulumi on PATH: ${host}`);
    installCli(path, "4.0.0");
    const major = `${path}/pulumi is version 4.0.0; a version 3 of 3.216.0 or later is needed`;
    assert.equal(await refusal(), `  1. pulumi on PATH: ${major}`);
    writeScript(join(path, "pulumi"), "echo broken >&2; exit 3");
    const broken = `"${path}/pulumi version" ended with exit code 3 and printed: broken`;
    assert.equal(await refusal(), `  1. pulumi on PATH: ${broken}`);
  });

  it("builds when nothing else is there, says so, and finds the build again", async () => {
    installGo("go1.26.8");
    const root = await cacheEntry();
    const built = { command: join(root, "bin", "pulumi"), root, version: "3.259.0" };
    assert.deepEqual(await find(), { ...built, how: "built from its Go modules" });
    assert.equal(
      lines.at(-1),
      "building Pulumi's CLI from its Go modules (some minutes, and 4 GB of Go's caches, the first time)",
    );
    assert.deepEqual(readdirSync(dirname(root)), [basename(root)]);
    assert.deepEqual(await find(), { ...built, how: "cached" });
  });

  it("survives two builds at once", async () => {
    installGo("go1.26.8");
    const root = await cacheEntry();
    const found = await Promise.all([find(), find()]);
    assert.deepEqual(new Set(found.map((one) => one.root)), new Set([root]));
    assert.deepEqual(readdirSync(dirname(root)), [basename(root)]);
    assert.equal((await find()).how, "cached");
  });

  it("replaces a broken cache entry", async () => {
    installGo("go1.26.8");
    const root = await cacheEntry();
    installCli(join(root, "bin"), "3.259.0");
    writeScript(join(root, "bin", "pulumi-language-nodejs"), "kill -SEGV $$");
    assert.equal((await find()).how, "built from its Go modules");
    assert.ok(lines.includes(`an earlier build: ${root}/bin/pulumi-language-nodejs was ended by SIGSEGV`));
    assert.deepEqual(readdirSync(dirname(root)), [basename(root)]);
  });

  it("keeps nothing of a build that fails, and gives the compiler's last words", async () => {
    installGo("go1.26.8", "echo 'no space left on device' >&2; exit 1");
    const root = await cacheEntry();
    await assert.rejects(find(), (error: Error) => {
      const reason = "go build of pulumi-language-nodejs ended with exit code 1: no space left on device";
      assert.equal(error.message.split("\n")[4], `  4. a build from its Go modules: ${reason}`);
      return true;
    });
    assert.deepEqual(readdirSync(dirname(root)), []);
  });

  it("removes what a killed build left, and lets a running one be", async () => {
    installGo("go1.26.8");
    const root = await cacheEntry();
    const ended = join(dirname(root), "making-2147483646-pulumi");
    const running = join(dirname(root), `making-${process.ppid}-pulumi`);
    for (const place of [ended, running]) mkdirSync(place, { recursive: true });
    await find();
    assert.deepEqual([existsSync(ended), existsSync(running)], [false, true]);
  });
});
