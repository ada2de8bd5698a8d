import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";
import { endHosts, killInSetup, resume } from "./kill";

const program = `
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });
new ExchangeADPrep("ad", { schema, computer: dc1 });
`;

describeWith(["pulumi"], "engine: killed in the middle of a Setup run", function () {
  this.timeout(240_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.05 });
    project = await makeProject(lab, program);
  });
  after(async () => {
    if (project !== undefined) endHosts(project);
    project?.remove();
    await lab?.stop();
  });

  it("attaches to the running Setup after `pulumi cancel`, and completes; Setup has run once", async () => {
    const dc1 = lab.computer("dc1.contoso.com");
    await killInSetup(project, dc1, { provider: "dynamic-provider" });

    const locked = await project.up();
    assert.equal(locked.ok, false);
    guideQuotes(locked.text, /error: the stack is currently locked by .*/);
    await project.cancel();

    const { ok, text } = await resume(project, dc1);
    assert.ok(ok, text);
    guideQuotes(text, /warning: Attempting to deploy or update resources with .*/);
    assert.match(text, /ExchangeSchemaPrep::schema, interrupted while creating/);
    assert.match(text, /ExchangeSchemaPrep schema .*: following Setup, which another run has started/);
    const runs = dc1.setupRuns.map((run) => `${run.commandLine} ${run.result}`);
    assert.deepEqual(runs, ["/PrepareSchema completed", "/PrepareAD completed"]);
    const resources = await project.resources();
    assert.deepEqual(resources.map((r) => [r.urn.split("::").at(-1), r.outputs?.adopted]).sort(), [
      ["ad", false],
      ["schema", false],
    ]);

    assert.match(await project.exportText(), /"pending_operations":\[/);
    const cleared = await project.refresh({ clearPendingCreates: true });
    assert.ok(cleared.ok, cleared.text);
    assert.doesNotMatch(await project.exportText(), /"pending_operations":\[/);
  });
});

/** The operator's guide has the engine's own words, as it says them here. */
function guideQuotes(text: string, words: RegExp): void {
  const said = words.exec(text)?.[0];
  assert.ok(said !== undefined, text);
  const guide = readFileSync(join(__dirname, "..", "..", "docs", "operators-guide.md"), "utf8");
  assert.ok(guide.includes(said), `docs/operators-guide.md has not: ${said}`);
}
