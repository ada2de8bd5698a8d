// Finds the real Pulumi CLI, or makes one. `node tools/pulumi.mjs` prints where it is.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { firstThatWorks } from "./lib/candidates.mjs";
import { buildInto, buildPlan } from "./lib/go-build.mjs";
import { cacheFolder } from "./lib/go-program.mjs";
import {
  askVersion,
  findOnPath,
  lastLines,
  PROGRAMS,
  proveLanguageHost,
  refuseVersion,
  requirePrograms,
} from "./lib/installation.mjs";
import { capture, isEntry, main, withProgress } from "./lib/process.mjs";

/** The oldest CLI that the Automation API of the pinned @pulumi/pulumi takes. */
export const MINIMUM_VERSION = "3.216.0";

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const DOWNLOAD_LIMIT = 300_000;

/**
 * Finds the Pulumi CLI with its Node.js language host and dynamic provider: on PATH, in the cache outside the
 * checkout, built from its pinned Go modules, or by Pulumi's own download, in this order.
 *
 * Answers `command` (the program), `root` (the folder whose `bin/` holds it, as `PulumiCommand.get({ root })`
 * wants it), `version`, and `how` it was found, in words. Throws one Error that names everything that was
 * tried and why it failed. `log` gets progress lines; `env` gives PATH, HOME and XDG_CACHE_HOME.
 */
export function findPulumi(options) {
  return firstThatWorks(search(options));
}

/** The search that `findPulumi` makes, as `firstThatWorks` wants it. */
export function search({ log = () => {}, env = process.env } = {}) {
  const cache = cacheFolder(env);
  const { version, go, entry } = buildPlan();
  const sdk = createRequire(import.meta.url)("@pulumi/pulumi/package.json").version;
  const built = join(cache, entry);
  const official = join(cache, `pulumi-${sdk}-official`);
  const build = (root) => buildInto(join(root, "bin"), { log, env });
  const fetchOfficial = (root) => download(root, { log, env });
  return {
    wanted: "Pulumi's CLI",
    log,
    candidates: [
      { name: "pulumi on PATH", find: () => onPath(env, cache) },
      { name: "an earlier build", find: () => cached(built, version) },
      { name: "an earlier download", find: () => cached(official, sdk) },
      {
        name: "a build from its Go modules",
        slow: true,
        find: () => install(built, version, "built from its Go modules", build),
      },
      {
        name: "Pulumi's own download",
        slow: true,
        find: () => install(official, sdk, "by Pulumi's own download", fetchOfficial),
      },
    ],
    remedy: `install Pulumi ${MINIMUM_VERSION} or later and put it on PATH, or install Go ${go} or later, and run this again.`,
  };
}

async function onPath(env, cache) {
  const command = findOnPath(PROGRAMS.cli, env.PATH);
  if (!command) throw new Error("there is none");
  const version = await askVersion(command, (found) => refuseVersion(found, MINIMUM_VERSION), env);
  // The CLI itself looks for these two beside its own file and on PATH.
  const places = [dirname(realpathSync(command)), dirname(command), env.PATH].join(delimiter);
  for (const name of [PROGRAMS.languageHost, PROGRAMS.dynamicProvider]) {
    if (!findOnPath(name, places))
      throw new Error(`${command} ${version} has no ${name} beside it or on PATH`);
  }
  return { command, root: rootOf(command, cache), version, how: "on PATH" };
}

// The Automation API wants ROOT/bin/pulumi; an unpacked release lies in a folder of another name.
function rootOf(command, cache) {
  const folder = dirname(command);
  if (basename(folder) === "bin") return dirname(folder);
  const root = join(cache, `link-${createHash("sha256").update(command).digest("hex").slice(0, 12)}`);
  mkdirSync(root, { recursive: true });
  rmSync(join(root, "bin"), { force: true });
  symlinkSync(folder, join(root, "bin"), "junction");
  return root;
}

async function cached(root, expected) {
  if (!existsSync(root)) throw new Error(`${root} does not exist`);
  return { ...(await prove(root, expected)), how: "cached" };
}

// A cache entry counts only after its programs have answered: one cut short by a full disk does not.
async function prove(root, expected) {
  const bin = join(root, "bin");
  requirePrograms(bin);
  const command = join(bin, PROGRAMS.cli);
  const version = await askVersion(command, (found) =>
    found === expected ? undefined : `${expected} is what this place is for`,
  );
  await proveLanguageHost(join(bin, PROGRAMS.languageHost));
  return { command, root, version };
}

/**
 * Fills a folder of this process's own, proves it, and renames it to `root`. Of two processes that do so at
 * once the later one finds a proven entry and takes that; a broken entry makes way.
 */
async function install(root, version, how, fill) {
  const cache = dirname(root);
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  const workplace = mkdtempSync(join(cache, `making-${process.pid}-`));
  const fresh = join(workplace, "fresh");
  try {
    await fill(fresh);
    await prove(fresh, version);
    const present = await cached(root, version).catch(() => undefined);
    if (present) return present;
    if (existsSync(root)) renameSync(root, join(workplace, "broken"));
    try {
      renameSync(fresh, root);
    } catch (error) {
      if (!existsSync(root)) throw error;
      return await cached(root, version);
    }
    return { command: join(root, "bin", PROGRAMS.cli), root, version, how };
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

// In a process of its own, so that a download that hangs can be ended.
async function download(root, { log, env }) {
  log("downloading Pulumi's CLI");
  const script = `require("@pulumi/pulumi/automation").PulumiCommand.install({ root: process.argv[1] })
    .catch((error) => { console.error(error.message); process.exit(1); })`;
  const { code, stderr } = await withProgress(
    "downloading Pulumi's CLI",
    log,
    capture(process.execPath, ["-e", script, root], { cwd: checkout, env, timeout: DOWNLOAD_LIMIT }),
  );
  if (code !== 0) throw new Error(lastLines(stderr) || `it ended with exit code ${code} and no word`);
}

function removeAbandoned(cache) {
  for (const name of readdirSync(cache)) {
    const owner = /^making-(\d+)-/.exec(name)?.[1];
    if (owner && !isRunning(Number(owner))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

if (isEntry(import.meta.url)) {
  await main("pulumi", async () => {
    const { command, version, how } = await findPulumi({ log: (line) => console.error(`pulumi: ${line}`) });
    console.error(`pulumi: ${version}, ${how}`);
    console.log(command);
  });
}
