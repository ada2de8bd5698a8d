import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type TemporaryFolder, temporaryFolder, writeFile, writeScript } from "./temporary";

const commandPlugin = import("../../tools/command-plugin.mjs");

const PROGRAM = "pulumi-resource-command";
const BUILT = "command-plugin-1.2.1";

describe("tools: the search for the plugin of @pulumi/command", () => {
  let folder: TemporaryFolder;
  let path = "";
  let cache = "";

  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, "path");
    cache = join(folder.path, "cache", "pulumi-exchange-upgrade");
    mkdirSync(path);
  });
  afterEach(() => folder.remove());

  async function find(more: { readonly [name: string]: string } = {}) {
    const { findCommandPlugin } = await commandPlugin;
    const env = { PATH: path, HOME: folder.path, XDG_CACHE_HOME: join(folder.path, "cache"), ...more };
    return findCommandPlugin({ env });
  }

  /** A Go that "installs" a script, and notes what it was asked for; or fails with what it prints. */
  function installGo(...lines: readonly string[]) {
    writeScript(join(path, "go"), `echo "$CGO_ENABLED $*" >> "${join(folder.path, "asked")}"`, ...lines);
  }

  it("takes the folder that the variable names before all others", async () => {
    writeFile(join(folder.path, "own", PROGRAM), "");
    writeFile(join(folder.path, ".pulumi", "plugins", "resource-command-v1.2.1", PROGRAM), "");
    assert.deepEqual(await find({ EXCHANGE_UPGRADE_COMMAND_PLUGIN: join(folder.path, "own") }), {
      folder: join(folder.path, "own"),
      how: "named by EXCHANGE_UPGRADE_COMMAND_PLUGIN",
    });
  });

  it("takes no other where the folder that the variable names has none", async () => {
    writeFile(join(folder.path, ".pulumi", "plugins", "resource-command-v1.2.1", PROGRAM), "");
    await assert.rejects(find({ EXCHANGE_UPGRADE_COMMAND_PLUGIN: "/nowhere" }), {
      message: `EXCHANGE_UPGRADE_COMMAND_PLUGIN names /nowhere, and there is no ${PROGRAM} in it`,
    });
  });

  it("takes the one of this version that Pulumi has installed, and none of another", async () => {
    const plugins = join(folder.path, "home", "plugins");
    writeFile(join(plugins, "resource-command-v1.2.0", PROGRAM), "");
    await assert.rejects(find({ PULUMI_HOME: join(folder.path, "home") }), {
      message: "there is no go on PATH to build it with",
    });
    writeFile(join(plugins, "resource-command-v1.2.1", PROGRAM), "");
    assert.deepEqual(await find({ PULUMI_HOME: join(folder.path, "home") }), {
      folder: join(plugins, "resource-command-v1.2.1"),
      how: "installed by Pulumi",
    });
  });

  it("builds it with Go once, and takes that build from then on", async () => {
    installGo(`echo plugin > "$GOBIN/${PROGRAM}"`);
    assert.deepEqual(await find(), { folder: join(cache, BUILT), how: "built from its Go module" });
    writeScript(join(path, "go"), "exit 1");
    assert.deepEqual(await find(), { folder: join(cache, BUILT), how: "an earlier build" });
  });

  it("leaves nothing of a build that failed, and says why it did", async () => {
    installGo("echo 'go: module lookup disabled' >&2", "exit 1");
    await assert.rejects(find(), { message: "its Go module cannot be had: go: module lookup disabled" });
    assert.ok(existsSync(join(folder.path, "asked")));
    assert.deepEqual(readdirSync(cache), []);
  });
});
