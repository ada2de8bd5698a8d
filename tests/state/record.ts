/** Records the state that this version leaves: `node tools/run.mjs tests/state/record.ts`. When: see README.md here. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { startLab } from "../../lab";
import { runOk } from "../packed/command";
import { install, ownNode } from "../packed/managers";
import { checkout, pack } from "../packed/tarball";
import { type Json, makeStack, organization, withoutAddresses } from "./stack";

/** The SDK that the tests have. */
const { version: sdk } = require("@pulumi/pulumi/package.json") as { version: string };

async function record(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };
  const file = join(__dirname, `${version}.json`);
  if (existsSync(file)) {
    throw new Error(`${file} exists. States of a published version stay as they are; else delete it first.`);
  }
  const program = readFileSync(join(__dirname, "program.js"), "utf8");
  const state = `${JSON.stringify(await stateOf(program), null, 2)}\n`;
  for (const path of [checkout, tmpdir(), homedir()].filter((each) => each.length > 1)) {
    if (state.includes(path.slice(1))) throw new Error(`the state holds a path of this computer: ${path}`);
  }
  writeFileSync(file, state);
  writeFileSync(join(__dirname, `${version}.program.js`), program);
  // The lint step judges the layout of JSON, too; only the layout changes.
  const biome = join(checkout, "node_modules", "@biomejs", "biome", "bin", "biome");
  await runOk(process.execPath, [biome, "format", "--write", file], { cwd: checkout });
  console.log(`${file} and its program are written`);
}

/** The exported state after an upgrade, with the package as users have it: packed and installed. */
async function stateOf(program: string): Promise<Json> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-record-"));
  const lab = await startLab(organization, { setupSeconds: 0.02 });
  try {
    const folder = join(base, "tarball");
    mkdirSync(folder);
    const { path: tarball } = await pack(folder);
    const project = await makeStack(lab, program, {
      packages: { dependencies: { "@pulumi/pulumi": sdk }, devDependencies: {} },
      install: (path) => install(path, { manager: "npm", folder: base, node: ownNode, tarball }),
    });
    try {
      await project.pulumiOk("up", "--yes", "--skip-preview");
      return withoutAddresses(JSON.parse(await project.pulumiOk("stack", "export")), lab);
    } finally {
      await project.remove();
    }
  } finally {
    await lab.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

record().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
