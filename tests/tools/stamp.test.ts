import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type TemporaryFolder, temporaryFolder, writeFile } from "./temporary";

const stamps = import("../../tools/lib/stamp.mjs");

describe("tools: stamps", () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it("is the same for the same files in any order, wherever the checkout lies", async () => {
    const { fingerprint } = await stamps;
    const [here, there] = ["here", "there"].map((name) => join(folder.path, name)) as [string, string];
    for (const root of [here, there]) {
      writeFile(join(root, "a"), "1");
      writeFile(join(root, "lib", "b"), "2");
    }
    const first = fingerprint(here, [join(here, "a"), join(here, "lib", "b")], ["v20"]);
    assert.equal(fingerprint(there, [join(there, "lib", "b"), join(there, "a")], ["v20"]), first);
  });

  it("changes with a content, a name, a fact, and an empty file that goes away", async () => {
    const { fingerprint } = await stamps;
    const root = folder.path;
    const a = writeFile(join(root, "a"), "1");
    const empty = writeFile(join(root, "empty"), "");
    const seen = [fingerprint(root, [a, empty], ["v20"])];
    seen.push(fingerprint(root, [a, empty], ["v22"]));
    rmSync(empty);
    seen.push(fingerprint(root, [a, empty], ["v20"]));
    writeFile(a, "2");
    seen.push(fingerprint(root, [a], ["v20"]));
    seen.push(fingerprint(root, [writeFile(join(root, "b"), "2")], ["v20"]));
    assert.equal(new Set(seen).size, seen.length);
  });

  it("lists the files below a folder, sorted, and none where there is no folder", async () => {
    const { filesBelow } = await stamps;
    const paths = ["b", join("a", "z"), join("a", "y", "x")].map((name) => join(folder.path, name));
    for (const path of paths) writeFile(path, "");
    assert.deepEqual(filesBelow(folder.path), [...paths].sort());
    assert.deepEqual(filesBelow(join(folder.path, "nowhere")), []);
  });

  it("remembers what was written, and nothing that was not", async () => {
    const { readStamp, writeStamp } = await stamps;
    const path = join(folder.path, "node_modules", "stamp");
    assert.equal(readStamp(path), undefined);
    writeStamp(path, "abc");
    assert.equal(readStamp(path), "abc");
  });
});
