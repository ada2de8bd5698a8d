/** The tarballs of the resource plugin: one for each platform, with what `pulumi plugin install` needs and nothing else. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build, checkout } from "../compiled";

describe("tools/plugin.mjs", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    build();
    folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("packs a plugin for each platform, with its launcher and the bundle, under the name that Pulumi asks for", () => {
    const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    const script = `import { packPlugins } from ${JSON.stringify(join(checkout, "tools", "plugin.mjs"))};
      console.log(JSON.stringify(packPlugins(${JSON.stringify(folder)})));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    const tarballs = JSON.parse(printed) as readonly string[];
    const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64"];
    assert.deepEqual(
      tarballs.map((tarball) => basename(tarball)),
      platforms.map((platform) => `pulumi-resource-exchange-upgrade-v${version}-${platform}.tar.gz`),
    );
    for (const [at, tarball] of tarballs.entries()) {
      const isWindows = platforms[at]?.startsWith("windows") === true;
      const launcher = `pulumi-resource-exchange-upgrade${isWindows ? ".cmd" : ""}`;
      const listed = execFileSync("tar", ["-tvzf", tarball], { encoding: "utf8" }).trim().split("\n");
      const files = listed.filter((line) => line.startsWith("-")).map((line) => line.split(/\s+/));
      assert.deepEqual(
        files.map((fields) => fields.at(-1)).sort(),
        ["PulumiPlugin.yaml", launcher, "package.json", "provider.js", "start.js"]
          .map((file) => `./${file}`)
          .sort(),
      );
      const [mode] = files.find((fields) => fields.at(-1) === `./${launcher}`) ?? [];
      assert.equal(mode, "-rwxr-xr-x", tarball);
    }
  });
});
