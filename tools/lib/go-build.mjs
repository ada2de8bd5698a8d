import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { findOnPath, lastLines, PROGRAMS } from "./installation.mjs";
import { capture, withProgress } from "./process.mjs";
import { isAtLeast } from "./versions.mjs";

const pins = resolve(dirname(fileURLToPath(import.meta.url)), "..", "pulumi-cli");

// Two modules, because the CLI and the last language host that can be built as a Go module need different
// versions of Pulumi's SDK. The versions are written in their go.mod files and nowhere else.
const ENGINE = {
  folder: join(pins, "engine"),
  module: "github.com/pulumi/pulumi/pkg/v3",
  package: "cmd/pulumi",
};
const LANGUAGE_HOST = {
  folder: join(pins, "nodejs"),
  module: "github.com/pulumi/pulumi/sdk/v3",
  package: "nodejs/cmd/pulumi-language-nodejs",
};

// Without this version the CLI calls itself a development build, and the Automation API refuses it.
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const FLAGS = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
// No cgo: the same result with and without a C compiler. No workspace: only the pinned go.mod files count.
const ENVIRONMENT = { CGO_ENABLED: "0", GOWORK: "off", GOOS: "", GOARCH: "" };

/**
 * What a build gives: the CLI's version, the Go version it needs, and the name of its cache entry, which
 * changes with the platform, the recipe, and every go.mod and go.sum.
 */
export function buildPlan() {
  const { version, go } = readPins(ENGINE);
  const recipe = [process.platform, process.arch, ...FLAGS, JSON.stringify(ENVIRONMENT)].join(" ");
  const hash = createHash("sha256").update(recipe);
  for (const { folder } of [ENGINE, LANGUAGE_HOST]) {
    for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(folder, file)));
  }
  return { version, go, entry: `pulumi-${version}-${hash.digest("hex").slice(0, 12)}` };
}

/**
 * Builds the CLI and the language host from their Go modules into `bin`, and puts the dynamic provider's
 * script of the installed @pulumi/pulumi beside them. Throws when Go is missing or too old, or fails.
 */
export async function buildInto(bin, { log, env }) {
  const { go } = buildPlan();
  const command = findOnPath(process.platform === "win32" ? "go.exe" : "go", env.PATH);
  if (!command) throw new Error(`there is no go on PATH; Go ${go} or later is needed`);
  const toolchain = { command, log, env: { ...env, ...ENVIRONMENT } };
  const found = await goVersion(toolchain);
  if (!isAtLeast(found, go)) throw new Error(`${command} is ${found}; Go ${go} or later is needed`);
  mkdirSync(bin, { recursive: true });
  log("building Pulumi's CLI from its Go modules (some minutes, and 4 GB of Go's caches, the first time)");
  for (const program of [LANGUAGE_HOST, ENGINE]) await compile(program, bin, toolchain);
  const script = join(bin, PROGRAMS.dynamicProvider);
  copyFileSync(dynamicProviderScript(), script);
  chmodSync(script, 0o755);
}

function readPins({ folder, module }) {
  const text = readFileSync(join(folder, "go.mod"), "utf8");
  const version = text
    .split("\n")
    .find((line) => line.includes(`${module} v`))
    ?.split(" v")
    .at(1)
    ?.split(" ")
    .at(0);
  const go = /^go (\S+)$/m.exec(text)?.[1];
  if (!version || !go) throw new Error(`${join(folder, "go.mod")} does not pin ${module} and a Go version.`);
  return { version, go };
}

// Asked in the module's folder: there a Go that may fetch toolchains answers with the one it would build with.
async function goVersion({ command, env }) {
  const { code, stdout, stderr } = await capture(command, ["env", "GOVERSION"], { cwd: ENGINE.folder, env });
  if (code !== 0)
    throw new Error(`"${command} env GOVERSION" ended with exit code ${code}: ${lastLines(stderr)}`);
  return stdout.trim();
}

async function compile(program, bin, { command, log, env }) {
  const { version } = readPins(program);
  const name = program.package.split("/").at(-1);
  const link = `-s -w -X ${VERSION_VARIABLE}=v${version}`;
  const args = [
    "build",
    ...FLAGS,
    "-ldflags",
    link,
    "-o",
    `${bin}${sep}`,
    `${program.module}/${program.package}`,
  ];
  const work = capture(command, args, { cwd: program.folder, env });
  const { code, stdout, stderr } = await withProgress(`building ${name} ${version}`, log, work);
  if (code !== 0)
    throw new Error(`go build of ${name} ended with exit code ${code}: ${lastLines(stderr || stdout)}`);
}

function dynamicProviderScript() {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return join(dirname(manifest), PROGRAMS.dynamicProvider);
}
