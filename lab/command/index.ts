/**
 * Which plugin of @pulumi/command the lab's programs run with. The real one is a program that Pulumi downloads, or that
 * tools/command-plugin.mjs builds; where neither is possible, a stand-in of the lab's own takes its place. It speaks the two
 * resource types that this package uses, over real SSH and SFTP, and says of itself that it is a stand-in.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** A plugin. */
export interface CommandPlugin {
  /** Folder to be put on PATH, from which the engine starts it. */
  readonly folder: string;
  /** True for the lab's own. */
  readonly standIn: boolean;
}

const program = "pulumi-resource-command";

/** The real plugin: where EXCHANGE_UPGRADE_COMMAND_PLUGIN says, or where Pulumi has installed that version; else the stand-in. */
export function commandPlugin(version: string, env: NodeJS.ProcessEnv = process.env): CommandPlugin {
  const named = env.EXCHANGE_UPGRADE_COMMAND_PLUGIN ?? "";
  if (named !== "" && !existsSync(join(named, program)))
    throw new Error(`EXCHANGE_UPGRADE_COMMAND_PLUGIN names ${named}, and there is no ${program} in it`);
  const installed = join(
    env.PULUMI_HOME ?? join(homedir(), ".pulumi"),
    "plugins",
    `resource-command-v${version}`,
  );
  const folder = [named, installed].find((each) => each !== "" && existsSync(join(each, program)));
  return folder === undefined
    ? { folder: resolve(__dirname, "bin"), standIn: true }
    : { folder, standIn: false };
}
