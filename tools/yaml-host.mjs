// Finds Pulumi's YAML language host, or builds it from its Go module; tests that need it are left out without it.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, executable, findGoProgram } from "./lib/go-program.mjs";
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
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(pins, file)));
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
  const source = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
  return findGoProgram(
    {
      variable: YAML_HOST,
      program: PROGRAM,
      built: join(cacheFolder(env), `yaml-host-${hash.digest("hex").slice(0, 12)}`),
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
