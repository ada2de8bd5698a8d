import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { capture } from "./process.mjs";
import { compareVersions, parseVersion } from "./versions.mjs";

const ANSWER_TIMEOUT = 60_000;
const SUFFIX = process.platform === "win32" ? ".exe" : "";

/** The file names of the three programs that a Node.js program with dynamic resources needs. */
export const PROGRAMS = {
  cli: `pulumi${SUFFIX}`,
  languageHost: `pulumi-language-nodejs${SUFFIX}`,
  dynamicProvider: `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`,
};

/** The first executable file called `name` in the folders of `path` (PATH's own form), or undefined. */
export function findOnPath(name, path = "") {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => resolve(folder, name))
    .find(isExecutable);
}

/**
 * Asks the CLI for its version. Throws when it does not answer, or when `accept`, which gets the version and
 * returns a reason or undefined, does not take it.
 */
export async function askVersion(command, accept, env = process.env) {
  const { code, stdout, stderr } = await capture(command, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: ANSWER_TIMEOUT,
  });
  const version = stdout.trim().replace(/^v/, "");
  if (code !== 0 || !parseVersion(version)) {
    const words = lastLines(stderr || stdout) || "nothing";
    throw new Error(`"${command} version" ended with exit code ${code} and printed: ${words}`);
  }
  const refusal = accept(version);
  if (refusal) throw new Error(`${command} is version ${version}; ${refusal}`);
  return version;
}

/** Why a CLI found on PATH does not serve, or undefined: the Automation API takes its own major version only. */
export function refuseVersion(version, minimum) {
  const found = parseVersion(version);
  const needed = parseVersion(minimum);
  if (found && needed && found.major === needed.major && compareVersions(found, needed) >= 0)
    return undefined;
  return `a version 3 of ${minimum} or later is needed`;
}

/** Proves that the language host at `command` starts: a damaged file does not, or is ended by a signal. */
export async function proveLanguageHost(command) {
  const { code } = await capture(command, ["-help"], { timeout: ANSWER_TIMEOUT });
  if (code !== 0 && code !== 2) throw new Error(`"${command} -help" ended with exit code ${code}`);
}

/** Throws unless all three programs stand in `folder` and can be executed. */
export function requirePrograms(folder) {
  const missing = Object.values(PROGRAMS).filter((name) => !isExecutable(join(folder, name)));
  if (missing.length > 0) {
    const what = existsSync(folder)
      ? `not executable or not in ${folder}`
      : `there is no folder ${folder}, with`;
    throw new Error(`${what}: ${missing.join(", ")}`);
  }
}

/** The last `count` lines of a program's output that are not blank. */
export function lastLines(text, count = 6) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
