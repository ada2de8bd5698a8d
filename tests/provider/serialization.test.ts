/** What stands in every resource's state for years: the provider's text. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type JudgedKind, judgedKinds } from "../../lib/model";
import { build, checkout } from "../compiled";
import { type ProgramFolder, programFolder, providerTexts } from "./process";

describe("a serialized provider", function () {
  this.timeout(120_000);
  let folder: ProgramFolder;
  let texts: Readonly<Record<JudgedKind, string>>;

  before(() => {
    build();
    folder = programFolder();
    texts = providerTexts(folder);
  });

  after(() => folder.remove());

  for (const kind of judgedKinds) {
    describe(`of ${kind}`, () => {
      it("is under 4 KB", () => {
        assert.ok(Buffer.byteLength(texts[kind]) < 4096, `${Buffer.byteLength(texts[kind])} bytes`);
      });

      it("loads one module: the permanent path", () => {
        const required = [...texts[kind].matchAll(/require\(([^)]*)\)/g)].map((match) => match[1]);
        assert.equal(required.length, 6, "one for each call");
        assert.deepEqual([...new Set(required)], ['"pulumi-exchange-upgrade/dynamic-v1"']);
      });

      it("calls the six functions, whose names are permanent too", () => {
        const called = [...texts[kind].matchAll(/dynamic-v1"\)\.(\w+)\(/g)].map((match) => match[1] ?? "");
        assert.deepEqual(called.sort(), ["check", "create", "diff", "read", "remove", "update"]);
      });

      it("captures the kind of step, and nothing else", () => {
        // What a function captures is handed to it by the SDK in `with({ name: value, … })`.
        const captured = [...texts[kind].matchAll(/with\(\{\s*([^}]*?)\s*\}\)/g)].flatMap((match) =>
          (match[1] ?? "").split(",").map((part) => part.trim()),
        );
        const own = captured.filter(
          (part) => !["", "this: undefined", "arguments: undefined"].includes(part),
        );
        assert.deepEqual([...new Set(own)].sort(), [`kind: "${kind}"`, "provider: __provider"].sort());
      });

      it("holds no path, no address, no secret and no environment", () => {
        const text = texts[kind];
        for (const part of [
          checkout,
          folder.path,
          "node_modules",
          "file:",
          "/work",
          "/home",
          "/tmp",
          "dist/",
        ]) {
          assert.ok(!text.includes(part), part);
        }
        assert.doesNotMatch(text, /Secret|contoso|password|127\.0\.0\.1|process\.env|\\\\/i);
      });
    });
  }

  it("is the same for every program, wherever it stands", () => {
    const other = programFolder();
    try {
      assert.deepEqual(providerTexts(other), texts);
    } finally {
      other.remove();
    }
  });

  it("differs by the kind of step alone", () => {
    const bare = judgedKinds.map((kind) => texts[kind].replaceAll(`"${kind}"`, '"kind"'));
    const hashes = bare.map((text) => createHash("sha256").update(text).digest("hex"));
    assert.equal(new Set(hashes).size, 1);
    assert.equal(new Set(Object.values(texts)).size, judgedKinds.length);
  });
});
