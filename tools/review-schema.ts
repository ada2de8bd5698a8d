/** docs/review.schema.json, made from the format of a review: `npm run docs` writes it, and a test keeps it current. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { reviewJsonSchema } from "../lib/review/format";

/** Where the schema is, below the root of the repository. */
export const reviewSchemaFile = join("docs", "review.schema.json");

if (require.main === module) {
  const file = join(__dirname, "..", reviewSchemaFile);
  writeFileSync(file, JSON.stringify(reviewJsonSchema(), null, 2));
  // In the form that the linter asks of every file.
  const biome = require.resolve("@biomejs/biome/bin/biome");
  execFileSync(process.execPath, [biome, "format", "--write", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
