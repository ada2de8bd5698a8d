/** `exchange-upgrade init`: the project that it writes type-checks, refuses to load until it is filled in, and overwrites nothing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blankOrganization, projectFiles } from "../../lib/discover/project";
import { offered } from "../../lib/releases";
import { checkout } from "../compiled";
import { run } from "../discover/generated";
import { type Stage, useStage } from "./fake-pulumi";
import { typeCheck } from "./process";

const names = [".gitignore", "Pulumi.yaml", "index.ts", "organization.ts", "package.json", "tsconfig.json"];

describe("cli: init", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  it("writes a project that type-checks, says what is next, and writes over nothing", async () => {
    const { code, stdout, stderr } = await stage.run(["init", "Exchange 2019"]);
    assert.equal(stderr, "");
    assert.equal(
      stdout,
      `Written in Exchange 2019: Pulumi.yaml, package.json, tsconfig.json, .gitignore, index.ts and organization.ts

Next:
  1. Fill in organization.ts: it says what is missing.
  2. cd Exchange 2019 && npm install && npm run check
  3. pulumi stack init prod
  4. npx exchange-upgrade doctor, and then: npx exchange-upgrade plan
`,
    );
    assert.equal(code, 0);
    const folder = stage.path("Exchange 2019");
    assert.deepEqual(readdirSync(folder).sort(), names);
    assert.match(readFileSync(join(folder, "Pulumi.yaml"), "utf8"), /^name: Exchange-2019\n/);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const own = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    assert.equal(manifest.main, "index.ts");
    assert.deepEqual(manifest.dependencies, {
      "pulumi-exchange-upgrade": own.version,
      "@pulumi/pulumi": own.devDependencies["@pulumi/pulumi"],
    });
    assert.equal(typeCheck(folder), "");

    const again = await stage.run(["init", "Exchange 2019", "--json"]);
    assert.equal(again.code, 1);
    assert.match(
      JSON.parse(again.stdout).error,
      /^init: a project is not written over what is there\n {2}Found: {2}Pulumi\.yaml, package\.json, .* in Exchange 2019, which may hold somebody's work\n {2}Needed: a folder without them\n/,
    );
    const none = await stage.run(["init", "--target", "2019 CU99"]);
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      /^exchange-upgrade: there is no target "2019 CU99": a target is one of 2007 SP1/,
    );
    stage.write("file", "");
    const file = await stage.run(["init", "file"]);
    assert.equal(file.code, 1);
    assert.match(file.stderr, /^exchange-upgrade: init: file is no folder\n/);
  });

  it("asks for what is missing, of every target what its Setup asks", () => {
    for (const target of offered) {
      const { refusal } = run(blankOrganization(target).text);
      assert.match(
        refusal ?? "",
        /^The organization is not complete\. To be filled in, in organization\.ts:\n {2}- directory\.url/,
      );
      const asks = refusal?.includes("setup.acceptLicenseTerms") ?? false;
      const packages = {
        "pulumi-exchange-upgrade": "1",
        "@pulumi/pulumi": "1",
        typescript: "1",
        "@types/node": "1",
      };
      const index = projectFiles({ name: "x", target, packages }).find(
        ({ path }) => path === "index.ts",
      )?.text;
      assert.equal(index?.includes("setup, target }"), asks, target);
      assert.equal(asks, Number(target.slice(0, 4)) >= 2013 || target.startsWith("SE"), target);
    }
  });
});
