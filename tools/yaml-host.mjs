// Finds Pulumi's YAML language host, or builds it from its Go module; tests that need it are left out without it.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findOnPath, lastLines } from "./lib/installation.mjs";
import { capture, isEntry, main, withProgress } from "./lib/process.mjs";

/** Names the folder of the host. */
export const YAML_HOST = "EXCHANGE_UPGRADE_YAML_HOST";

const PROGRAM = process.platform === "win32" ? "pulumi-language-yaml.exe" : "pulumi-language-yaml";
const pins = resolve(dirname(fileURLToPath(import.meta.url)), "pulumi-cli", "yaml");
const LIMIT = 900_000;

/**
 * Answers `folder`, which holds the host, and `how` it was found. Throws one Error that says why there is none. `env` gives PATH,
 * HOME and XDG_CACHE_HOME.
 */
export async function findYamlHost({ log = () => {}, env = process.env } = {}) {
  const named = env[YAML_HOST];
  if (named) {
    if (existsSync(join(named, PROGRAM))) return { folder: named, how: `named by ${YAML_HOST}` };
    throw new Error(`${YAML_HOST} names ${named}, and there is no ${PROGRAM} in it`);
  }
  const cache = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "pulumi-exchange-upgrade");
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(pins, file)));
  const built = join(cache, `yaml-host-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(join(built, PROGRAM))) return { folder: built, how: "an earlier build" };
  await build(built, { log, env });
  return { folder: built, how: "built from its Go module" };
}

/** Builds into a folder of this process's own and renames it: one that was cut short is never taken. */
async function build(folder, { log, env }) {
  const go = findOnPath(process.platform === "win32" ? "go.exe" : "go", env.PATH);
  if (!go) throw new Error("there is no go on PATH to build it with");
  mkdirSync(dirname(folder), { recursive: true });
  const workplace = mkdtempSync(join(dirname(folder), `making-${process.pid}-`));
  try {
    const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
    const args = [
      "build",
      ...flags,
      "-o",
      join(workplace, PROGRAM),
      "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    ];
    const own = { ...env, CGO_ENABLED: "0", GOWORK: "off", GOOS: "", GOARCH: "" };
    const work = capture(go, args, { cwd: pins, env: own, timeout: LIMIT });
    const { code, stderr } = await withProgress(`building ${PROGRAM}`, log, work);
    if (code !== 0) throw new Error(`its Go module cannot be had: ${lastLines(stderr, 2)}`);
    if (!existsSync(folder)) renameSync(workplace, folder);
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

if (isEntry(import.meta.url)) {
  await main("yaml-host", async () => {
    const { folder, how } = await findYamlHost({ log: (line) => console.error(line) });
    console.error(`yaml-host: ${how}`);
    console.log(folder);
  });
}
