/**
 * Which plugin of @pulumi/command the lab's programs run with. The real one is a program that Pulumi downloads; where that
 * was never possible, a stand-in of the lab's own takes its place. It speaks the two resource types that this package uses,
 * over real SSH and SFTP, and says of itself that it is a stand-in.
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

/** The real plugin of that version where Pulumi has installed it (PULUMI_HOME, else ~/.pulumi); else the stand-in. */
export function commandPlugin(version: string, env: NodeJS.ProcessEnv = process.env): CommandPlugin {
  const home = env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const installed = join(home, "plugins", `resource-command-v${version}`);
  if (existsSync(join(installed, program))) return { folder: installed, standIn: false };
  return { folder: resolve(__dirname, "bin"), standIn: true };
}
