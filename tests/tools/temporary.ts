import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TemporaryFolder {
  readonly path: string;
  /** Removes the folder with all that is in it. */
  readonly remove: () => void;
}

/** Makes a new empty folder. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "exchange-upgrade-tools-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes a file and the folders that lead to it, and returns its path. */
export function writeFile(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Writes an executable shell script and returns its path. */
export function writeScript(path: string, ...lines: readonly string[]): string {
  writeFile(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}
