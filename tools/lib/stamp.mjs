import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Folder of this checkout's stamps. It lies in node_modules, so that removing node_modules forgets them. */
export const STAMPS = join("node_modules", ".cache", "pulumi-exchange-upgrade");

/** Every file below `folder`, as sorted paths; none when the folder does not exist. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

/**
 * SHA-256, in hexadecimal, of the names (relative to `root`) and contents of `files`, and of `facts`.
 * A file that does not exist counts as one that is empty and absent, which differs from an empty one.
 */
export function fingerprint(root, files, facts = []) {
  const hash = createHash("sha256");
  for (const file of [...files].sort()) {
    const content = existsSync(file)
      ? createHash("sha256").update(readFileSync(file)).digest("hex")
      : "absent";
    hash.update(`${relative(root, file).split(sep).join("/")}\0${content}\n`);
  }
  for (const fact of facts) hash.update(`=${fact}\n`);
  return hash.digest("hex");
}

/** What was recorded at `path`, or undefined when nothing readable is there. */
export function readStamp(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

export function writeStamp(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${value}\n`);
}
