/** A release that the program defines, under the real engine: from the program to the plan, and into the state. */
import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import { directoryNames } from "../../lab/directory";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";

/** A service pack that there never was. */
const program = `
const { defineRelease } = require("pulumi-exchange-upgrade");
const sp4 = defineRelease({
  name: "2007 SP4",
  source: "made up for this test",
  build: "8.4.100.1",
  levels: { schema: 14626, organization: 11223, domain: 11222 },
  upgradesFrom: ["2007 RTM"],
  framework: "not described",
  windows: "not described",
  forest: "not described",
  coexistence: "none needed",
  setup: { licence: "none", extendedProtection: false },
});
const { media, ...operators } = dc1;
new ExchangeSchemaPrep("schema", { target: "2007 SP4", releases: [sp4], directory, computer: operators, run: "manual" });
`;

describeWith(["pulumi"], "engine: a release that the program defines", function () {
  this.timeout(120_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.05 });
    project = await makeProject(lab, program);
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  it("is planned as what it is", async () => {
    const preview = await project.preview({ diff: true });
    assert.ok(preview.ok, preview.text);
    assert.match(preview.text, /schema 14626 \(2007 SP4, defined by the program\)/);
  });

  it("is adopted where the directory has it, and kept in the state with its definition", async () => {
    lab.directory?.store.modify(directoryNames(contoso).schemaVersion, [
      { operation: "replace", attribute: "rangeUpper", values: ["14626"] },
    ]);
    const up = await project.up();
    assert.ok(up.ok, up.text);
    const schema = (await project.resources()).find(({ urn }) => urn.endsWith("::schema"));
    const { target, releases, adopted } = schema?.outputs ?? {};
    assert.deepEqual([target, adopted], ["2007 SP4", true]);
    assert.deepEqual(
      (releases as readonly { readonly name: string; readonly upgradesFrom: unknown }[]).map((each) => [
        each.name,
        each.upgradesFrom,
      ]),
      [["2007 SP4", ["2007 RTM"]]],
    );
    const again = await project.preview();
    assert.ok(again.ok, again.text);
    assert.match(again.text, /2 unchanged/);
  });
});
