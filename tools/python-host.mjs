// Finds Pulumi's Python language host with an SDK, or makes both; tests that need them are left out without them.
import { chmodSync, copyFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { executable, findPinnedProgram, printFolder } from "./lib/go-program.mjs";
import { findOnPath, lastLines } from "./lib/installation.mjs";
import { capture, isEntry, withProgress } from "./lib/process.mjs";

/** Names the folder of the host. */
export const PYTHON_HOST = "EXCHANGE_UPGRADE_PYTHON_HOST";

const PROGRAM = executable("pulumi-language-python");
/** Where an environment of Python has its programs. */
const scripts = process.platform === "win32" ? "Scripts" : "bin";
const SCRIPT = "pulumi-language-python-exec";
const module = "github.com/pulumi/pulumi/sdk/v3";
// The host for Node.js comes from the same module, whose pins these are.
const pins = resolve(dirname(fileURLToPath(import.meta.url)), "pulumi-cli", "nodejs");
/** What a program in Python imports, beside the package's own SDK, what installs that, and the linter of the pipelines in examples/. */
const PACKAGES = [
  ...["pulumi==3.248.0", "parver==0.5", "semver==3.0.4", "setuptools==80.9.0"],
  "check-jsonschema==0.39.0",
];

/**
 * Answers `folder`, which holds the host, its script and `venv`, an environment of Python with the SDK, and `how` it was found.
 * Throws one Error that says why there is none. `env` gives PATH, HOME and XDG_CACHE_HOME.
 */
export async function findPythonHost({ log = () => {}, env = process.env } = {}) {
  return findPinnedProgram(
    {
      variable: PYTHON_HOST,
      name: "python-host",
      program: PROGRAM,
      pins,
      source: `${module}/python/cmd/pulumi-language-python`,
      sources: [fileURLToPath(import.meta.url)],
      add: async (folder) => {
        await addScript(folder, env);
        await addPackages(folder, { log, env });
      },
    },
    { log, env },
  );
}

/** The script that runs a program: it stands in the host's module, which has been fetched by now. */
async function addScript(folder, env) {
  const go = findOnPath(executable("go"), env.PATH);
  const args = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module];
  const { code, stdout, stderr } = await capture(go, args, { cwd: pins, env, timeout: 60_000 });
  if (code !== 0) throw new Error(`${SCRIPT} cannot be found: ${lastLines(stderr, 2)}`);
  const script = join(folder, SCRIPT);
  copyFileSync(join(stdout.trim(), "python", "cmd", SCRIPT), script);
  chmodSync(script, 0o755);
}

async function addPackages(folder, { log, env }) {
  const python = findOnPath(executable("python3"), env.PATH) ?? findOnPath(executable("python"), env.PATH);
  if (!python) throw new Error("there is no Python 3 on PATH");
  const venv = join(folder, "venv");
  const run = async (program, args, timeout) => {
    const { code, stdout, stderr } = await capture(program, args, { env, timeout });
    if (code !== 0) throw new Error(lastLines(stderr || stdout, 2));
  };
  await run(python, ["-m", "venv", venv], 120_000);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES];
  await withProgress(
    "installing Pulumi's SDK for Python",
    log,
    run(join(venv, scripts, executable("python")), install, 600_000),
  );
}

if (isEntry(import.meta.url)) await printFolder("python-host", findPythonHost);
