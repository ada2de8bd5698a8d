// Finds the real plugin of @pulumi/command, or builds it from its Go module; tests without it run with the lab's stand-in.
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder, executable, findGoProgram, printFolder } from "./lib/go-program.mjs";
import { isEntry } from "./lib/process.mjs";

/** Names the folder of a plugin that somebody has built. */
export const COMMAND_PLUGIN = "EXCHANGE_UPGRADE_COMMAND_PLUGIN";

const PROGRAM = executable("pulumi-resource-command");
const VERSION = "1.2.1";
const MODULE = "github.com/pulumi/pulumi-command/provider";
// The tag v1.2.1 is the repository's and not the module's, which lies in a folder: Go knows that commit by this version.
const MODULE_VERSION = "v0.0.0-20260303235922-7f3eb6f3b77c";

/**
 * Answers `folder`, which holds the plugin, and `how` it was found. Throws one Error with what was tried, and why it failed.
 * `env` gives PATH, HOME, PULUMI_HOME and XDG_CACHE_HOME.
 */
export async function findCommandPlugin({ log = () => {}, env = process.env } = {}) {
  const plugins = join(env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi"), "plugins");
  const link = `-s -w -X ${MODULE}/pkg/version.Version=${VERSION}`;
  const source = `${MODULE}/cmd/pulumi-resource-command@${MODULE_VERSION}`;
  return findGoProgram(
    {
      variable: COMMAND_PLUGIN,
      program: PROGRAM,
      installed: [{ folder: join(plugins, `resource-command-v${VERSION}`), how: "installed by Pulumi" }],
      built: join(cacheFolder(env), `command-plugin-${VERSION}`),
      title: `${PROGRAM} ${VERSION}`,
      limit: 600_000,
      build: (folder) => ({
        args: ["install", "-trimpath", "-ldflags", link, source],
        cwd: folder,
        variables: { GOBIN: folder },
      }),
    },
    { log, env },
  );
}

if (isEntry(import.meta.url)) await printFolder("command-plugin", findCommandPlugin);
