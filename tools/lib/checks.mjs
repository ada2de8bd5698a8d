import { join } from "node:path";
import { capture, runInForeground } from "./process.mjs";

const LINT = {
  name: "biome check",
  program: join("@biomejs", "biome", "bin", "biome"),
  args: ["check", "."],
};
const TYPES = {
  name: "tsc --noEmit",
  program: join("typescript", "bin", "tsc"),
  args: ["--noEmit", "-p", "."],
};

/** Lint and formatting of the checkout at `root`. Throws when something is to be mended. */
export function lint(root) {
  return check(root, LINT);
}

/** Types of the whole checkout, tests and examples included. Throws when something does not type-check. */
export function types(root) {
  return check(root, TYPES);
}

/**
 * Both while the tests run, with nothing on the terminal until they have ended. Answers `{ reason, text }` of each that failed: why
 * the run is a failure, and what the program itself has printed.
 */
export async function checksBeside(root, checks = [LINT, TYPES]) {
  const ended = await Promise.all(
    checks.map(async ({ name, program, args }) => {
      const { code, stdout, stderr } = await capture(process.execPath, [inModules(root, program), ...args], {
        cwd: root,
      });
      return { code, reason: failed(name, code), text: `${stdout}${stderr}` };
    }),
  );
  return ended.filter(({ code }) => code !== 0).map(({ reason, text }) => ({ reason, text }));
}

async function check(root, { name, program, args }) {
  const code = await runInForeground(process.execPath, [inModules(root, program), ...args], { cwd: root });
  if (code !== 0) throw new Error(failed(name, code));
}

function failed(name, code) {
  return `${name} ended with exit code ${code}; its own words are above.`;
}

function inModules(root, program) {
  return join(root, "node_modules", program);
}
