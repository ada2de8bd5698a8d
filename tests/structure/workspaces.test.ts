/** `npm ci` refuses a fresh clone whose lock lacks a workspace, and no other test runs in a fresh clone. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

describe("the lock of npm's packages", () => {
  it("has every workspace, with the dependencies that it declares", () => {
    const { packages, ...lock } = read("package-lock.json");
    assert.ok(lock.lockfileVersion >= 3);
    const declared: readonly string[] = read("package.json").workspaces;
    const folders = declared.flatMap((pattern) => {
      const parent = pattern.replace(/\/\*$/, "");
      return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
    });
    const workspaces = folders.filter((folder) => existsSync(join(root, folder, "package.json")));
    assert.ok(workspaces.includes("examples/contoso"));
    for (const folder of ["", ...workspaces])
      assert.deepEqual(partsOf(packages[folder] ?? {}), partsOf(read(join(folder, "package.json"))), folder);
  });
});

function read(path: string) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

function partsOf({ name, version, dependencies, devDependencies }: Record<string, unknown>) {
  return { name, version, dependencies, devDependencies };
}
