/** Files that commands read and write. */
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FormatError, parseReview } from "../review/format";
import type { Review } from "../review/review";
import { CliError, exitCodes } from "./exit";

/** Version of this package. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));
  return (manifest as { version: string }).version;
}

/** Reads a file that a command line names. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError("XU-FILE", `${file} cannot be read: ${systemReason(error)}`);
  }
}

/** Reads a review that `plan --format json` has written. */
export function readReview(file: string): Review {
  const text = readText(file);
  try {
    return parseReview(text, file);
  } catch (error) {
    if (error instanceof FormatError) throw new CliError("XU-FILE", error.message);
    throw error;
  }
}

/** The absolute path of a file to be written; refuses early where its folder is not there. */
export function writable(file: string): string {
  const path = resolve(file);
  const folder = dirname(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CliError(
      "XU-USAGE",
      `--out ${file}: there is no folder ${folder}; make it first`,
      exitCodes.usage,
    );
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new CliError("XU-USAGE", `--out ${file}: that is a folder; name a file in it`, exitCodes.usage);
  }
  return path;
}

/** Writes a file as a whole: a reader sees the old one or the new one, and a full disk leaves the old one. */
export function writeWhole(path: string, text: string): void {
  const fresh = besides(path);
  try {
    writeFileSync(fresh, text);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new CliError("XU-FILE", `${path} cannot be written: ${systemReason(error)}`);
  }
}

/** A name beside a file, to be renamed to it. */
export function besides(path: string): string {
  return `${path}.${process.pid}.new`;
}

/** Why the system refused, without Node.js's words around it. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EACCES: "access is denied",
    EISDIR: "it is a folder",
    ENOSPC: "the disk is full",
  };
  return known[code ?? ""] ?? message;
}
