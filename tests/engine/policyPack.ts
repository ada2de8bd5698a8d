/** Policy packs, run by the real policy SDK. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../compiled";

const modules = join(checkout, "node_modules");

/** A pack's folder, and the folder that PATH needs for it. */
export interface PolicyPackFolder {
  readonly pack: string;
  readonly bin: string;
}

/**
 * Writes a pack. Its runtime bears a name of its own: language hosts of the SDK's Go module run no packs, and the engine starts
 * `pulumi-analyzer-policy-<runtime>` where there is no host of that name.
 * @param base an empty folder
 * @param source the pack, in JavaScript
 */
export function writePolicyPack(base: string, source: string): PolicyPackFolder {
  const [bin, pack] = [join(base, "bin"), join(base, "pack")];
  for (const folder of [bin, pack]) mkdirSync(folder, { recursive: true });
  const script = join(modules, "@pulumi", "pulumi", "cmd", "run-policy-pack");
  writeFileSync(
    join(bin, "pulumi-analyzer-policy-script"),
    `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`,
    { mode: 0o755 },
  );
  symlinkSync(modules, join(pack, "node_modules"), "dir");
  writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: script\nmain: index.js\n");
  writeFileSync(join(pack, "package.json"), JSON.stringify({ name: "pack", version: "1.0.0" }));
  writeFileSync(join(pack, "index.js"), source);
  return { pack, bin };
}
