// Installs this checkout's packages when they are missing or out of date. It runs before there are any, so it
// uses nothing but Node itself and the two files beside it that do the same.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { main, runInForeground } from "./lib/process.mjs";
import { fingerprint, readStamp, STAMPS, writeStamp } from "./lib/stamp.mjs";
import { isAtLeast } from "./lib/versions.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

// Development packages and esbuild's and Biome's platform packages, whatever NODE_ENV or npm's configuration
// leave out. No package here needs its install script, so none runs: the same everywhere, and no compiler.
const INSTALL = ["ci", "--include=dev", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"];

await main("bootstrap", async () => {
  const manifest = readManifest(join(root, "package.json"));
  const neededNode = manifest.engines.node;
  if (!isAtLeast(process.version, neededNode)) {
    throw new Error(
      `this is Node.js ${process.version}; Node.js ${neededNode} is needed. Install a newer Node.js, or select one with your version manager, and run the command again.`,
    );
  }
  if (!existsSync(join(root, "package-lock.json"))) {
    throw new Error(
      `package-lock.json is missing in ${root}, so the packages that belong to it are unknown. Restore it from version control.`,
    );
  }
  const stamp = join(root, STAMPS, "bootstrap");
  const manifests = ["package.json", ...workspaceManifests(manifest)];
  const files = ["package-lock.json", ".npmrc", ...manifests].map((file) => join(root, file));
  const wanted = fingerprint(root, files, [process.version, process.platform, process.arch]);
  const reason = whyInstall(readStamp(stamp), wanted, missingPackages(manifest));
  if (!reason) return 0;

  console.error(`bootstrap: ${reason}: npm ${INSTALL.join(" ")}`);
  const code = await npm(INSTALL);
  if (code !== 0) {
    throw new Error(
      `npm ci ended with exit code ${code}; its own words are above. It needs package-lock.json to agree with package.json, and the npm registry of your configuration to be reachable.`,
    );
  }
  const missing = missingPackages(manifest);
  if (missing.length > 0) {
    throw new Error(
      `npm ci succeeded, but did not install ${missing.join(", ")}. Check npm's "omit" settings.`,
    );
  }
  writeStamp(stamp, wanted);
  return 0;
});

function whyInstall(recorded, wanted, missing) {
  if (!existsSync(join(root, "node_modules"))) return "no packages are installed yet";
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  if (recorded === undefined) return "it is not recorded what node_modules was installed from";
  if (recorded !== wanted) return "package-lock.json, a package.json, .npmrc or Node.js itself has changed";
  return undefined;
}

function readManifest(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function missingPackages(manifest) {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return names.filter((name) => !existsSync(join(root, "node_modules", name, "package.json")));
}

function workspaceManifests(manifest) {
  return (manifest.workspaces ?? []).flatMap((pattern) => {
    if (!pattern.endsWith("/*")) return [join(pattern, "package.json")];
    const parent = pattern.slice(0, -2);
    if (!existsSync(join(root, parent))) return [];
    return readdirSync(join(root, parent))
      .map((name) => join(parent, name, "package.json"))
      .filter((path) => existsSync(join(root, path)));
  });
}

// The npm that runs this script is the one to use; npm_execpath may also be another package manager.
function npm(args) {
  const own = process.env.npm_execpath;
  if (own?.endsWith("npm-cli.js")) return runInForeground(process.execPath, [own, ...args], { cwd: root });
  return runInForeground("npm", args, { cwd: root, shell: process.platform === "win32" });
}
