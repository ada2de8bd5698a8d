/** The package as it is compiled, which is what users run: a process loads it in a third of the time of its sources. */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

export const checkout = resolve(__dirname, "..");

/** The command line tool. */
export const commandLineTool = join(checkout, "dist", "cli", "main.js");

/**
 * The variable with which the program and the provider of Pulumi load in six tenths of the time: their modules are compiled
 * once for all tests (compile-cache.cjs). What users install is tried without it, in tests/packed.
 */
export const compileCache = {
  NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require "${join(__dirname, "compile-cache.cjs")}"`]
    .filter(Boolean)
    .join(" "),
};

let built = false;

/** Compiles the package, unless it is compiled already; a process looks once. */
export function build(): void {
  if (built) return;
  execFileSync(process.execPath, [join(checkout, "tools", "build.mjs")], { cwd: checkout, stdio: "pipe" });
  built = true;
}
