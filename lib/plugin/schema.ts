/**
 * The package's schema, which programs in other languages are written against; tools/plugin-schema.ts writes it of the arguments'
 * types. The bundle has a module in place of this one that holds both texts (tools/plugin.mjs).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), "utf8")) as object;

/** Version of this package. */
export const packageVersion = (read("package.json") as { readonly version: string }).version;

export const schemaText = JSON.stringify({ ...read("plugin", "schema.json"), version: packageVersion });
