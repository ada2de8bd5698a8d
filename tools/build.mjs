// Compiles lib/ to dist/ with tsconfig.build.json, and bundles the resource plugin of it, unless both are what the present
// sources give.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isEntry, main, runInForeground } from "./lib/process.mjs";
import { filesBelow, fingerprint, readStamp, STAMPS, writeStamp } from "./lib/stamp.mjs";
import { bundlePlugin, pluginOutput, pluginSources } from "./plugin.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const stamp = join(root, STAMPS, "build");

/**
 * Brings dist/ up to date. It is replaced as a whole and only after the compiler has succeeded, so no file of
 * an earlier build stays in it and no reader sees half of one. Throws when the sources do not compile.
 */
export async function build({ log = console.error } = {}) {
  const require = createRequire(import.meta.url);
  const compiler = require.resolve("typescript/package.json");
  const { version } = JSON.parse(readFileSync(compiler, "utf8"));
  const sources = fingerprint(
    root,
    [
      ...filesBelow(join(root, "lib")),
      ...["tsconfig.json", "tsconfig.build.json"].map((file) => join(root, file)),
      ...pluginSources,
    ],
    [version],
  );
  if (readStamp(stamp) === `${sources} ${output()}`) return;

  log("build: compiling lib/ to dist/");
  const fresh = join(root, STAMPS, `dist-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  try {
    const tsc = join(dirname(compiler), "bin", "tsc");
    const args = [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", fresh];
    const code = await runInForeground(process.execPath, args, { cwd: root });
    if (code !== 0) throw new Error(`lib/ does not compile (tsc ended with exit code ${code}); see above.`);
    mkdirSync(fresh, { recursive: true });
    makeExecutable(fresh);
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
    await bundlePlugin();
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  writeStamp(stamp, `${sources} ${output()}`);
}

// The compiler keeps the #! line of a command; npm makes what it installs executable, but not what stands in a checkout.
function makeExecutable(folder) {
  const commands = filesBelow(folder).filter((file) => readFileSync(file, "utf8").startsWith("#!"));
  for (const file of commands) chmodSync(file, 0o755);
}

function output() {
  return fingerprint(root, [...filesBelow(dist), pluginOutput]);
}

if (isEntry(import.meta.url)) await main("build", () => build());
