// Finds one Go program that tests use: named by a variable, installed, built earlier, or built now.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { findOnPath, lastLines } from "./installation.mjs";
import { capture, main, withProgress } from "./process.mjs";

/** The name of a program's file on this platform. */
export function executable(name) {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/** Folder outside the checkout in which builds are kept. */
export function cacheFolder(env) {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "pulumi-exchange-upgrade");
}

/** A name for what is built from these files on this platform. */
function fingerprint(files) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

// As the CLI is built, so that Go takes over what it has compiled for that.
const FLAGS = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];

/**
 * Finds a Go program of which the folder `pins` has go.mod and go.sum, or builds its package `source`. The build is called `name`
 * in the cache, and made anew when one of `sources` changes; the rest is as {@link findGoProgram} takes it.
 */
export function findPinnedProgram({ name, program, pins, source, sources = [], ...rest }, { log, env }) {
  const made = fingerprint([...sources, ...["go.mod", "go.sum"].map((file) => join(pins, file))]);
  return findGoProgram(
    {
      title: program,
      ...rest,
      program,
      built: join(cacheFolder(env), `${name}-${made}`),
      limit: 900_000,
      build: (folder) => ({ args: ["build", ...FLAGS, "-o", join(folder, program), source], cwd: pins }),
    },
    { log, env },
  );
}

/** The command of a tool that finds a program: progress and how it was found as errors, the folder as output. */
export function printFolder(tool, find) {
  return main(tool, async () => {
    const { folder, how } = await find({ log: (line) => console.error(line) });
    console.error(`${tool}: ${how}`);
    console.log(folder);
  });
}

/**
 * Answers `folder`, which holds `program`, and `how` it was found: `variable` names the folder, else it is one of `installed`
 * (each `folder` and `how`), else `built`, where it is built if it is not there. `build` gives, for the folder to build into, Go's
 * arguments, its working folder and its own variables; `add` puts what the program needs beside it; `title` is what progress calls
 * it, `limit` its time in milliseconds. Throws one Error that says why there is none.
 */
export async function findGoProgram(
  { variable, program, installed = [], built, title, limit, build, add = async () => {} },
  { log, env },
) {
  const isIn = (folder) => existsSync(join(folder, program));
  const named = env[variable];
  if (named) {
    if (isIn(named)) return { folder: named, how: `named by ${variable}` };
    throw new Error(`${variable} names ${named}, and there is no ${program} in it`);
  }
  const found = [...installed, { folder: built, how: "an earlier build" }].find(({ folder }) => isIn(folder));
  if (found) return found;
  await buildInto(built, { title, limit, build, add }, { log, env });
  return { folder: built, how: "built from its Go module" };
}

/** Builds into a folder of this process's own and renames it: one that was cut short is never taken. */
async function buildInto(folder, { title, limit, build, add }, { log, env }) {
  const go = findOnPath(executable("go"), env.PATH);
  if (!go) throw new Error("there is no go on PATH to build it with");
  mkdirSync(dirname(folder), { recursive: true });
  const workplace = mkdtempSync(join(dirname(folder), `making-${process.pid}-`));
  try {
    const { args, cwd, variables } = build(workplace);
    const own = { ...env, CGO_ENABLED: "0", GOWORK: "off", GOOS: "", GOARCH: "", ...variables };
    const work = capture(go, args, { cwd, env: own, timeout: limit });
    const { code, stderr } = await withProgress(`building ${title}`, log, work);
    if (code !== 0) throw new Error(`its Go module cannot be had: ${lastLines(stderr, 2)}`);
    await add(workplace);
    if (!existsSync(folder)) renameSync(workplace, folder);
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}
