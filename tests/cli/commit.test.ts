/** Which commit a plan says that it was made from. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitOf } from "../../lib/cli/commit";
import { stackIn } from "../../lib/wire/resourceNames";

describe("the program that a plan was made from", () => {
  it("is a commit, and what was changed since is told; outside git there is none", () => {
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-commit-"));
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    try {
      assert.equal(commitOf(folder), undefined);
      git("init");
      assert.equal(commitOf(folder), undefined, "a repository without a commit");
      writeFileSync(join(folder, "index.ts"), "export {};\n");
      git("add", ".");
      git("commit", "--no-gpg-sign", "-m", "first");
      const commit = git("rev-parse", "HEAD").trim();
      assert.equal(commitOf(folder), commit.slice(0, 12));
      writeFileSync(join(folder, "index.ts"), "export const a = 1;\n");
      assert.equal(commitOf(folder), `${commit.slice(0, 12)}, changed since`);
      assert.equal(commitOf(join(folder, "gone")), undefined);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is a stack and a project, by a resource's URN", () => {
    const urn = "urn:pulumi:prod::exchange::a:b:C$pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep::schema";
    assert.deepEqual(stackIn(urn), { stack: "prod", project: "exchange" });
    for (const none of [undefined, "", "urn:pulumi:prod::exchange", 7]) assert.deepEqual(stackIn(none), {});
  });
});
