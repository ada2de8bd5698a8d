/** The real CLI for demo, tests and bench: where it is, and an environment in which it keeps everything in one folder. */
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The CLI that `npm run demo`, `npm test` and `npm run bench` find or build. */
export interface PulumiCli {
  /** Folder above `bin`, as the Automation API wants it. */
  readonly root: string;
  readonly bin: string;
  readonly program: string;
}

/**
 * Where the CLI is.
 * @param command what sets PULUMI_ROOT, e.g. `npm test`
 * @throws Error when nothing has set it
 */
export function pulumiCli(command: string): PulumiCli {
  const root = process.env.PULUMI_ROOT;
  if (root === undefined) throw new Error(`PULUMI_ROOT is not set: start this with \`${command}\``);
  const bin = join(root, "bin");
  return { root, bin, program: join(bin, "pulumi") };
}

/** This process's PATH with folders in front of it. */
export function pathWith(...folders: readonly string[]): string {
  return [...folders, process.env.PATH].join(delimiter);
}

/**
 * Makes the folders for state, PULUMI_HOME and temporary files below `base`, and the variables that lead the CLI there and
 * nowhere else. A language host whose run fails leaves files in the temporary folder, and so does the program that it ends.
 */
export function pulumiEnvironment(base: string, passphrase: string) {
  const [backend, home, temporary] = [join(base, "backend"), join(base, "home"), join(base, "tmp")];
  for (const folder of [backend, home, temporary]) mkdirSync(folder, { recursive: true });
  return {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_HOME: home,
    TMPDIR: temporary,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
