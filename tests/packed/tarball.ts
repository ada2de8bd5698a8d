/** The package as it is published. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runOk } from "./command";
import { npm } from "./managers";

/** This checkout. */
export const checkout = resolve(__dirname, "..", "..");

/** A packed tarball and, unpacked beside it, what it holds. */
export interface Tarball {
  readonly path: string;
  /** Paths inside the package, with forward slashes, sorted. */
  readonly files: readonly string[];
  /** Contents of one of them. */
  read(file: string): Buffer;
}

/** Builds the library and packs it into `folder`, which must be empty. */
export async function pack(folder: string): Promise<Tarball> {
  await runOk(process.execPath, [join(checkout, "tools", "build.mjs")], { cwd: checkout });
  await npm(["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: checkout });
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error("npm pack succeeded and left no tarball");
  const path = join(folder, name);
  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  await runOk("tar", ["-xzf", path, "-C", unpacked], { cwd: folder });
  const root = join(unpacked, "package");
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
  return { path, files, read: (file) => readFileSync(join(root, file)) };
}
