// Finds Pulumi's YAML language host, or builds it from its Go module; tests that need it are left out without it.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { executable, findPinnedProgram, printFolder } from "./lib/go-program.mjs";
import { isEntry } from "./lib/process.mjs";

/** Names the folder of the host. */
export const YAML_HOST = "EXCHANGE_UPGRADE_YAML_HOST";

/**
 * Answers `folder`, which holds the host, and `how` it was found. Throws one Error that says why there is none. `env` gives PATH,
 * HOME and XDG_CACHE_HOME.
 */
export async function findYamlHost({ log = () => {}, env = process.env } = {}) {
  return findPinnedProgram(
    {
      variable: YAML_HOST,
      name: "yaml-host",
      program: executable("pulumi-language-yaml"),
      pins: resolve(dirname(fileURLToPath(import.meta.url)), "pulumi-cli", "yaml"),
      source: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    },
    { log, env },
  );
}

if (isEntry(import.meta.url)) await printFolder("yaml-host", findYamlHost);
