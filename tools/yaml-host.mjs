// Finds Pulumi's YAML language host, or builds it from its Go module; tests that need it are left out without it.

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, executable, findGoProgram, fingerprint } from "./lib/go-program.mjs";
import { isEntry, main } from "./lib/process.mjs";

/** Names the folder of the host. */
export const YAML_HOST = "EXCHANGE_UPGRADE_YAML_HOST";

const PROGRAM = executable("pulumi-language-yaml");
const pins = resolve(dirname(fileURLToPath(import.meta.url)), "pulumi-cli", "yaml");

/**
 * Answers `folder`, which holds the host, and `how` it was found. Throws one Error that says why there is none. `env` gives PATH,
 * HOME and XDG_CACHE_HOME.
 */
export async function findYamlHost({ log = () => {}, env = process.env } = {}) {
  const made = fingerprint(["go.mod", "go.sum"].map((file) => join(pins, file)));
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
  const source = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
  return findGoProgram(
    {
      variable: YAML_HOST,
      program: PROGRAM,
      built: join(cacheFolder(env), `yaml-host-${made}`),
      title: PROGRAM,
      limit: 900_000,
      build: (folder) => ({ args: ["build", ...flags, "-o", join(folder, PROGRAM), source], cwd: pins }),
    },
    { log, env },
  );
}

if (isEntry(import.meta.url)) {
  await main("yaml-host", async () => {
    const { folder, how } = await findYamlHost({ log: (line) => console.error(line) });
    console.error(`yaml-host: ${how}`);
    console.log(folder);
  });
}
