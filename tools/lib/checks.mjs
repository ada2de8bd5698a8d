import { join } from "node:path";
import { runInForeground } from "./process.mjs";

/** Lint and formatting of the checkout at `root`. Throws when something is to be mended. */
export function lint(root) {
  return check(root, "biome check", join("@biomejs", "biome", "bin", "biome"), ["check", "."]);
}

/** Types of the whole checkout, tests and examples included. Throws when something does not type-check. */
export function types(root) {
  return check(root, "tsc --noEmit", join("typescript", "bin", "tsc"), ["--noEmit", "-p", root]);
}

async function check(root, name, program, args) {
  const code = await runInForeground(process.execPath, [join(root, "node_modules", program), ...args], {
    cwd: root,
  });
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}; its own words are above.`);
}
