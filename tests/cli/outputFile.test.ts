import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPlace, writeWhole } from "../../lib/cli/outputFile";
import { CommandProblem } from "../../lib/cli/problem";

describe("a file that a command writes", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "output-"));
    path = join(folder, "organization.ts");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const refused = (error: unknown) => {
    assert.ok(error instanceof CommandProblem);
    assert.equal(error.message, `${path} exists already`);
    return true;
  };

  it("is complete, with nothing beside it", async () => {
    await checkPlace(path, false);
    await writeWhole(path, "whole", false);
    assert.deepEqual(await readdir(folder), ["organization.ts"]);
    assert.equal(await readFile(path, "utf8"), "whole");
  });

  it("is not put over one that came after the first look", async () => {
    await checkPlace(path, false);
    await writeFile(path, "somebody's");
    await assert.rejects(writeWhole(path, "mine", false), refused);
    assert.deepEqual(await readdir(folder), ["organization.ts"]);
    assert.equal(await readFile(path, "utf8"), "somebody's");
  });

  it("replaces another one only where that is said", async () => {
    await writeFile(path, "old");
    await assert.rejects(checkPlace(path, false), refused);
    await checkPlace(path, true);
    await writeWhole(path, "new", true);
    assert.deepEqual(await readdir(folder), ["organization.ts"]);
    assert.equal(await readFile(path, "utf8"), "new");
  });
});
