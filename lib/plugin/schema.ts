/**
 * The package's schema, by which programs in other languages are written; tools/plugin-schema.ts generates it from the
 * arguments' types. The bundle replaces this module by one that contains both texts (tools/plugin.mjs).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), "utf8")) as object;

/** Version of this package. */
export const packageVersion = (read("package.json") as { readonly version: string }).version;

export const schemaText = JSON.stringify({ ...read("plugin", "schema.json"), version: packageVersion });
