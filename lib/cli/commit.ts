/** Which commit of the program a plan is made from. */
import { execFileSync } from "node:child_process";

/** The commit of a folder, and whether something below it was changed since; undefined outside a git repository, or without git. */
export function commitOf(folder: string): string | undefined {
  try {
    const commit = git(folder, "rev-parse", "--short=12", "HEAD").trim();
    const changes = git(folder, "status", "--porcelain", "--", ".");
    return changes.trim() === "" ? commit : `${commit}, changed since`;
  } catch {
    return undefined;
  }
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 10_000,
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
}
