// `npm run test:wine`: runs the package's own lines and scripts on the cmd.exe of Wine, which nobody here wrote. Makes the Debian
// that has it in a folder of its own, by debootstrap from this machine's mirror; where that cannot be, says so and tests nothing.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { provide } from "./lib/debian.mjs";
import { cacheFolder, findGoProgram } from "./lib/go-program.mjs";
import { lastLines } from "./lib/installation.mjs";
import { capture, isEntry, main, withProgress } from "./lib/process.mjs";
import { fingerprint } from "./lib/stamp.mjs";
import { runMocha } from "./mocha.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Names the folder of a Debian with Wine in it, and that of the Windows programs of the tests. */
export const WINE = "EXCHANGE_UPGRADE_WINE";
export const WINE_PROGRAMS = "EXCHANGE_UPGRADE_WINE_PROGRAMS";

/** The release whose Wine has the rewritten cmd.exe: that of the release before runs none of the scripts. */
const SUITE = "trixie";
const NEED = { name: "wine", packages: ["debootstrap"], programs: ["debootstrap", "unshare"] };
const programs = join(root, "tests", "wine", "programs");

/**
 * Answers `folder`, a Debian with Wine and its first start behind it, and `how` it was found. Throws one Error that says why there
 * is none. It needs root, and 1.5 GB below HOME's cache.
 */
export async function findWine({ log = () => {}, env = process.env } = {}) {
  const named = env[WINE];
  if (named) return { folder: named, how: `named by ${WINE}` };
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error("only root on Linux may make a Debian in a folder");
  const folder = join(cacheFolder(env), `wine-${SUITE}`);
  if (existsSync(folder)) return { folder, how: "made earlier" };
  const [missing] = await provide([NEED], { log, env });
  if (missing) throw new Error(missing.why);
  mkdirSync(dirname(folder), { recursive: true });
  const workplace = mkdtempSync(join(dirname(folder), `making-${process.pid}-`));
  try {
    const made = join(workplace, "root");
    await install(made, { log, env });
    // Whoever was faster has made the same.
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
  return { folder, how: "made from Debian's packages" };
}

async function install(made, { log, env }) {
  const proxy = await firstLine("apt-config", ["shell", "P", "Acquire::http::Proxy"], env);
  const through = /'(.+)'/.exec(proxy)?.[1];
  const all = { http_proxy: through, ...env, DEBIAN_FRONTEND: "noninteractive" };
  const mirror = await mirrorOf(env);
  const run = async (title, command, args) => {
    const work = capture(command, args, { env: all, timeout: 1_200_000 });
    const { code, stdout, stderr } = await withProgress(title, log, work);
    if (code !== 0)
      throw new Error(`${title} ended with exit code ${code}: ${lastLines(stderr || stdout, 2)}`);
  };
  await run("debootstrap", "debootstrap", ["--variant=minbase", SUITE, made, mirror]);
  for (const file of ["/etc/resolv.conf", "/etc/hosts"]) if (existsSync(file)) cpSync(file, join(made, file));
  const within = (script) => ["--mount", "--propagation", "private", "sh", "-ec", script, "sh", made];
  const mounts = 'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; ';
  const packages =
    'printf \'#!/bin/sh\\nexit 101\\n\' >"$1/usr/sbin/policy-rc.d"; chmod +x "$1/usr/sbin/policy-rc.d"; ' +
    'chroot "$1" apt-get -q -y install --no-install-recommends wine wine64; chroot "$1" apt-get clean';
  await run("installing Wine", "unshare", within(mounts + packages));
  const first = 'chroot "$1" env HOME=/root WINEDEBUG=-all sh -c "wineboot -i; wineserver -w"';
  await run("the first start of Wine", "unshare", within(mounts + first));
}

/** Where this machine's apt has Debian's packages from. */
async function mirrorOf(env) {
  const args = ["indextargets", "--format", "$(SITE)", "Created-By: Packages", "Origin: Debian"];
  const mirror = await firstLine("apt-get", args, env);
  if (mirror === "") throw new Error("apt on this machine has no mirror of Debian");
  return mirror;
}

async function firstLine(command, args, env) {
  const { stdout } = await capture(command, args, { env, timeout: 60_000 });
  return stdout.split("\n")[0]?.trim() ?? "";
}

/** Answers the `folder` of the Windows programs that the tests bring, which Go builds. */
export function findPrograms({ log = () => {}, env = process.env } = {}) {
  const sources = ["go.mod", "runner/main.go", "arguments/main.go", "filters/main.go"].map((file) =>
    join(programs, file),
  );
  return findGoProgram(
    {
      variable: WINE_PROGRAMS,
      program: "runner.exe",
      built: join(cacheFolder(env), `wine-programs-${fingerprint(programs, sources).slice(0, 12)}`),
      title: "the programs for Wine",
      limit: 300_000,
      build: (folder) => ({
        args: ["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", `${folder}/`, "./..."],
        cwd: programs,
        variables: { GOOS: "windows", GOARCH: "amd64" },
      }),
    },
    { log, env },
  );
}

if (isEntry(import.meta.url)) {
  await main("wine", async () => {
    const log = (line) => console.log(line);
    const env = { ...process.env };
    try {
      for (const [variable, find] of [
        [WINE, findWine],
        [WINE_PROGRAMS, findPrograms],
      ]) {
        const { folder, how } = await find({ log, env });
        log(`${folder}, ${how}`);
        env[variable] = folder;
      }
    } catch (error) {
      log(`SKIPPED: NOTHING WAS TESTED on the cmd.exe of Wine: ${error.message}`);
      return 0;
    }
    return runMocha({ cwd: root, args: ["tests/wine", "--jobs", "2", ...process.argv.slice(2)], env });
  });
}
