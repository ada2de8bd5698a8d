/** Runs the command as a process of its own, without a terminal. */
import { spawn } from "node:child_process";
import { build, commandLineTool } from "../compiled";

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
    env: { ...process.env, ...env },
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
