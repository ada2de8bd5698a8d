/** Provisioned and loaded domain controllers, kept outside the checkout: making one takes seconds, copying it none. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeConfiguration } from "./configuration";
import type { LoadRequest } from "./forest";

const run = promisify(execFile);
const script = join(__dirname, "domain-controller.py");

/** Debian's own Python: it has the samba module, which another one on PATH has not. */
const python = "/usr/bin/python3";

/** How long a template is kept that nobody uses. */
const keptDays = 7;

/** Copies a domain controller made for the request into `folder`, making it first where there is none yet. */
export async function copyTemplate(request: LoadRequest, folder: string): Promise<void> {
  await copyKept([await readFile(script, "utf8"), request], (into) => make(request, into), folder);
}

/** Copies into `folder` what `make` puts into a folder, and has put there once before. @param key differs where `make` makes something else */
export async function copyKept(
  key: readonly unknown[],
  make: (folder: string) => Promise<void>,
  folder: string,
): Promise<void> {
  const template = await ensureTemplate(key, make);
  await run("cp", ["-a", `${template}/.`, folder]);
}

async function ensureTemplate(
  key: readonly unknown[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256")
    .update(JSON.stringify([await sambaVersion(), ...key]))
    .digest("hex");
  const cache = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "pulumi-exchange-upgrade",
    "samba-templates",
  );
  const template = join(cache, hash.slice(0, 32));
  if (await exists(template)) {
    const now = new Date();
    await utimes(template, now, now);
    return template;
  }
  await mkdir(cache, { recursive: true, mode: 0o700 });
  await removeUnused(cache);
  const folder = await mkdtemp(join(cache, "making-"));
  try {
    await make(folder);
    await rename(folder, template);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    // Another process may have finished the same one in the meantime.
    if (!(await exists(template))) throw error;
  }
  return template;
}

/** A template has 40 MB, and every change of what is loaded makes new ones: those of last week go. */
async function removeUnused(cache: string): Promise<void> {
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    const { mtimeMs } = await stat(folder);
    if (mtimeMs < oldest) await rm(folder, { recursive: true, force: true });
  }
}

async function sambaVersion(): Promise<string> {
  try {
    return (await run("samba", ["--version"])).stdout.trim();
  } catch {
    throw new Error(
      "These tests need Samba as a domain controller, and none is installed; run apt-get install " +
        "--no-install-recommends samba samba-ad-provision samba-dsdb-modules samba-vfs-modules, or skip them with " +
        "EXCHANGE_UPGRADE_SKIP=samba",
    );
  }
}

async function make(request: LoadRequest, folder: string): Promise<void> {
  const configuration = await writeConfiguration({ folder, address: "127.0.0.1" }, request);
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += data.toString("utf8");
    });
  }
  child.stdin.end(JSON.stringify({ ...request, configuration }));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) {
    throw new Error(
      `Samba could not make a domain controller of ${request.realm} (exit ${code}): ${output.slice(-2000)}`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
