/** The package as it is compiled, which is what users run: a process loads it in a third of the time of its sources. */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

export const checkout = resolve(__dirname, "..");

/** The command line tool. */
export const commandLineTool = join(checkout, "dist", "cli", "main.js");

let built = false;

/** Compiles the package, unless it is compiled already; a process looks once. */
export function build(): void {
  if (built) return;
  execFileSync(process.execPath, [join(checkout, "tools", "build.mjs")], { cwd: checkout, stdio: "pipe" });
  built = true;
}
