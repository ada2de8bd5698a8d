// Finds the real plugin of @pulumi/command, or builds it from its Go module; tests without it run with the lab's stand-in.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { findOnPath, lastLines } from "./lib/installation.mjs";
import { capture, isEntry, main, withProgress } from "./lib/process.mjs";

/** Names the folder of a plugin that somebody has built. */
export const COMMAND_PLUGIN = "EXCHANGE_UPGRADE_COMMAND_PLUGIN";

const PROGRAM = process.platform === "win32" ? "pulumi-resource-command.exe" : "pulumi-resource-command";
const VERSION = "1.2.1";
const MODULE = "github.com/pulumi/pulumi-command/provider";
// The tag v1.2.1 is the repository's and not the module's, which lies in a folder: Go knows that commit by this version.
const MODULE_VERSION = "v0.0.0-20260303235922-7f3eb6f3b77c";
const LIMIT = 600_000;

/**
 * Answers `folder`, which holds the plugin, and `how` it was found. Throws one Error with what was tried, and why it failed.
 * `env` gives PATH, HOME, PULUMI_HOME and XDG_CACHE_HOME.
 */
export async function findCommandPlugin({ log = () => {}, env = process.env } = {}) {
  const named = env[COMMAND_PLUGIN];
  if (named) {
    if (existsSync(join(named, PROGRAM))) return { folder: named, how: `named by ${COMMAND_PLUGIN}` };
    throw new Error(`${COMMAND_PLUGIN} names ${named}, and there is no ${PROGRAM} in it`);
  }
  const home = env.HOME || homedir();
  const installed = join(env.PULUMI_HOME || join(home, ".pulumi"), "plugins", `resource-command-v${VERSION}`);
  if (existsSync(join(installed, PROGRAM))) return { folder: installed, how: "installed by Pulumi" };
  const cache = join(env.XDG_CACHE_HOME || join(home, ".cache"), "pulumi-exchange-upgrade");
  const built = join(cache, `command-plugin-${VERSION}`);
  if (existsSync(join(built, PROGRAM))) return { folder: built, how: "an earlier build" };
  await build(built, { log, env });
  return { folder: built, how: "built from its Go module" };
}

/** Builds into a folder of this process's own and renames it: one that was cut short is never taken. */
async function build(folder, { log, env }) {
  const go = findOnPath(process.platform === "win32" ? "go.exe" : "go", env.PATH);
  if (!go) throw new Error("there is no go on PATH to build it with");
  mkdirSync(dirname(folder), { recursive: true });
  const workplace = mkdtempSync(join(dirname(folder), `making-${process.pid}-`));
  try {
    const link = `-s -w -X ${MODULE}/pkg/version.Version=${VERSION}`;
    const args = [
      "install",
      "-trimpath",
      "-ldflags",
      link,
      `${MODULE}/cmd/pulumi-resource-command@${MODULE_VERSION}`,
    ];
    const own = { ...env, CGO_ENABLED: "0", GOWORK: "off", GOOS: "", GOARCH: "", GOBIN: workplace };
    const work = capture(go, args, { cwd: workplace, env: own, timeout: LIMIT });
    const { code, stderr } = await withProgress(`building ${PROGRAM} ${VERSION}`, log, work);
    if (code !== 0) throw new Error(`its Go module cannot be had: ${lastLines(stderr, 2)}`);
    if (!existsSync(folder)) renameSync(workplace, folder);
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

if (isEntry(import.meta.url)) {
  await main("command-plugin", async () => {
    const { folder, how } = await findCommandPlugin({ log: (line) => console.error(line) });
    console.error(`command-plugin: ${VERSION}, ${how}`);
    console.log(folder);
  });
}
