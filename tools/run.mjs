// Runs a TypeScript program of this checkout: `node tools/run.mjs [--no-pulumi] FILE [arguments]`.
// It finds the built library in dist/ and, unless told otherwise, Pulumi's CLI in PULUMI_ROOT/bin.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { main, runInForeground } from "./lib/process.mjs";
import { findPulumi } from "./pulumi.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

await main("run", async () => {
  const { file, args, needsPulumi } = parse(process.argv.slice(2));
  const env = { ...process.env };
  await build();
  if (needsPulumi) {
    const found = await findPulumi({ log: (line) => console.error(`pulumi: ${line}`) });
    env.PULUMI_ROOT = found.root;
  }
  // tsx as a loader rather than as a program: one process less between a signal and the one it is meant for.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return runInForeground(process.execPath, ["--import", loader, file, ...args], { env });
});

function parse(words) {
  const withoutPulumi = words[0] === "--no-pulumi";
  const [name, ...args] = withoutPulumi ? words.slice(1) : words;
  if (!name) throw new Error("which program? Usage: node tools/run.mjs [--no-pulumi] FILE [arguments]");
  const file = [resolve(name), resolve(root, name)].find(existsSync);
  if (!file) throw new Error(`there is no file ${name}, here or in ${root}.`);
  // The lab is a directory and computers to talk to; only what talks to it needs Pulumi.
  const isLab = relative(root, file).split(/[\\/]/)[0] === "lab";
  return { file, args, needsPulumi: !withoutPulumi && !isLab };
}
