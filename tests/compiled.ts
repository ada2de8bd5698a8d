/** The package as it is compiled, which is what users run: a process loads it in a third of the time of its sources. */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

export const checkout = resolve(__dirname, "..");

/** The command line tool. */
export const commandLineTool = join(checkout, "dist", "cli", "main.js");

/**
 * The variables with which what Pulumi starts loads in half of the time (quick-start.cjs), and every Node.js without a
 * further list of authorities, which it reads at its start: what they talk to is the lab. What
 * users install is tried without them, in tests/packed.
 */
export const quickStart = {
  NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require "${join(__dirname, "quick-start.cjs")}"`]
    .filter(Boolean)
    .join(" "),
  NODE_EXTRA_CA_CERTS: "",
  // Pulumi's own programs end within seconds. Where they collect their garbage less often, a preview takes a twentieth less.
  GOGC: "400",
};

let built = false;

/** Compiles the package, unless it is compiled already; a process looks once. */
export function build(): void {
  if (built) return;
  execFileSync(process.execPath, [join(checkout, "tools", "build.mjs")], { cwd: checkout, stdio: "pipe" });
  built = true;
}
