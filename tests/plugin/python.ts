/** Programs in Python. `npm test` makes the language host and an environment with Pulumi's SDK, and names their folder. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Lab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { checkout } from "../compiled";
import { pluginFolder } from "./process";

/** Folder of the Python language host; undefined where there is none, which `npm test` says. */
export const pythonHost = process.env.EXCHANGE_UPGRADE_PYTHON_HOST;

/** The package's own SDK, as the checkout has it. */
export const sdkFolder = join(checkout, "sdk", "python");

/** Installs the package's own SDK below a folder, without a network, and answers the folder that PYTHONPATH has to name. */
export async function installSdk(host: string, folder: string): Promise<string> {
  const [sources, installed] = [join(folder, "sources"), join(folder, "installed")];
  // pip writes beside what it builds.
  await cp(sdkFolder, sources, { recursive: true });
  const offline = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"];
  await promisify(execFile)(join(host, "venv", "bin", "python"), [
    ...["-m", "pip", "install", "--quiet"],
    ...offline,
    ...["--target", installed, sources],
  ]);
  return installed;
}

/** Makes a project one in Python, with the plugin out of the checkout. */
export function writePython(folder: string, program: string): void {
  const plugins = { providers: [{ name: "exchange-upgrade", path: pluginFolder }] };
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "upgrade", runtime: "python", plugins }, null, 2),
  );
  writeFileSync(join(folder, "__main__.py"), program);
}

/** What programs of tests start with: the addresses and passwords of a lab, with the names that arguments have in Python. */
export function preambleFor(lab: Lab): string {
  const { directory, computers, accounts } = coordinatesOf(lab);
  const { domainControllers, ...rest } = directory;
  const connections = Object.entries(computers).map(([name, { hostKey, ...more }]) => [
    name,
    { ...more, host_key: hostKey },
  ]);
  const values = {
    directory: { ...rest, domain_controllers: domainControllers },
    computers: Object.fromEntries(connections),
    accounts,
  };
  return `import json\nLAB = json.loads(${JSON.stringify(JSON.stringify(values))})\n`;
}
