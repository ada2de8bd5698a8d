/** Runs the command as a process of its own, without a terminal. */
import { spawn, spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { build, checkout, commandLineTool, quickStart } from "../compiled";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits for its end. @param folder in which it runs @param env in addition to this process's own */
export function runDiscover(
  args: readonly string[],
  folder: string,
  env: { readonly [name: string]: string } = {},
): Promise<Ended> {
  build();
  const child = spawn(process.execPath, [commandLineTool, "discover", ...args], {
    cwd: folder,
    env: { ...process.env, ...quickStart, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}

/** What `npm run check` of the project prints, with this checkout's packages. */
export function typeCheck(folder: string): string {
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  const tsc = join(checkout, "node_modules", "typescript", "bin", "tsc");
  return spawnSync(process.execPath, [tsc, "--noEmit"], { cwd: folder, encoding: "utf8" }).stdout;
}
