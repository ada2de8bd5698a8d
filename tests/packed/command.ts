/** Other programs, run to their end. */
import { spawn } from "node:child_process";

/** What a program printed, both streams in order, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Where and with what a program runs. */
export interface RunOptions {
  readonly cwd: string;
  /** Variables beside this process's own. @default none */
  readonly env?: { readonly [name: string]: string };
}

/** Runs a program to its end, whatever the end. @throws Error when it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      // With NODE_ENV=production package managers leave out devDependencies.
      env: { ...process.env, NODE_ENV: undefined, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    }
    child.once("error", (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
    child.once("close", (code) => resolve({ code, text }));
  });
}

/** Runs a program that has to succeed. @throws Error with all that it printed. */
export async function runOk(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, text } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with exit code ${code}:\n${text}`);
  return text;
}
