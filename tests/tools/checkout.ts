import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeFile } from "./temporary";

const ROOT = resolve(__dirname, "..", "..");

/**
 * Stands in for the TypeScript compiler, whose start alone takes seconds: copies lib/NAME.ts to NAME.js in
 * --outDir, and fails on a source that holds the words "planted error".
 */
const COMPILER = `
  const fs = require("node:fs");
  const out = process.argv[process.argv.indexOf("--outDir") + 1];
  fs.mkdirSync(out, { recursive: true });
  for (const name of fs.readdirSync("lib")) {
    const source = fs.readFileSync("lib/" + name, "utf8");
    if (source.includes("planted error")) {
      console.log("lib/" + name + ": planted error");
      process.exitCode = 2;
    }
    fs.writeFileSync(out + "/" + name.replace(/ts$/, "js"), source);
  }`;

/** Stands in for the bundler, whose packages such a checkout lacks. */
const BUNDLER = `
  import { mkdirSync, writeFileSync } from "node:fs";
  export const pluginSources = [];
  export const pluginOutput = new URL("../plugin/provider.js", import.meta.url).pathname;
  export async function bundlePlugin() {
    mkdirSync(new URL("../plugin/", import.meta.url), { recursive: true });
    writeFileSync(pluginOutput, "");
  }`;

/**
 * Makes `folder` a small checkout of its own: this one's tools, and the installed packages called `packages`,
 * as links.
 */
export function makeCheckout(folder: string, packages: readonly string[]): void {
  cpSync(join(ROOT, "tools"), join(folder, "tools"), { recursive: true });
  for (const name of packages) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link);
  }
}

/** Gives the checkout at `folder` the compiler and the bundler described above. */
export function installCompiler(folder: string): void {
  writeFile(join(folder, "node_modules", "typescript", "package.json"), '{ "version": "0.0.0" }');
  writeFile(join(folder, "node_modules", "typescript", "bin", "tsc"), COMPILER);
  writeFile(join(folder, "tools", "plugin.mjs"), BUNDLER);
}
