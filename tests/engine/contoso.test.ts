import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { assertNoPassword } from "../passwords";
import { describeWith } from "../skip";
import { schemaStep, steps, stepsAfterSchema } from "./contoso-program";
import { makeProject, type Project } from "./harness";

const program = `${schemaStep}${stepsAfterSchema()}`;

describeWith(["pulumi"], "engine: the whole upgrade of contoso", function () {
  this.timeout(300_000);
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

  const setupRuns = () => Object.values(lab.computers).flatMap((c) => c.setupRuns);

  it("previews every step on an unprepared forest, with its plan, and runs nothing", async () => {
    const { ok, text } = await project.preview({ diff: true });
    assert.ok(ok, text);
    assert.equal(count(text, /\+ pulumi-nodejs:dynamic\/exchange:Exchange\w+: \(create\)/g), steps.length);
    for (const line of [
      'command : "D:\\\\SP1\\\\Setup.com /PrepareSchema"',
      'groups  : "Schema Admins and Enterprise Admins (P5)"',
      'before  : "schema 10637 (2007 RTM)"',
      'after   : "schema 11116 (2007 SP1)"',
      'command : "D:\\\\SP1\\\\Setup.com /PrepareAD"',
      'before  : "organization 10666 (2007 RTM)"',
      'after   : "organization 11221 (2007 SP1)"',
      'command : "D:\\\\SP1\\\\Setup.com /PrepareDomain:emea.contoso.com"',
      'groups  : "Domain Admins of emea.contoso.com, or Enterprise Admins (P9)"',
      'before  : "domain emea.contoso.com 10628 (2007 RTM)"',
      'command : "D:\\\\SP1\\\\Setup.com /mode:upgrade"',
      'account : "CONTOSO\\\\exadmin"',
      'before  : "2007 RTM (8.0.685.25)"',
      'after   : "2007 SP1 (8.1.240.6)"',
      'place   : "on the server, after cas-lon.contoso.com, cas-nyc.contoso.com"',
    ]) {
      assert.ok(text.includes(line), `${line} is missing in\n${text}`);
    }
    assert.equal(setupRuns().length, 0);
  });

  it("goes through as approved, and goes through again with the same plan after a step failed", async () => {
    const plan = join(project.folder, "approved.json");
    const saved = await project.preview({ plan });
    assert.ok(saved.ok, saved.text);
    lab.computer("hub-lon.contoso.com").faults.failures = [{ phase: "Hub Transport Server Role", times: 1 }];

    const first = await project.up({ plan });
    assert.equal(first.ok, false, first.text);
    assert.match(first.text, /error: Setup failed on hub-lon\.contoso\.com \(exit code \d+\): /);
    assert.match(first.text, /Phase: {2}Hub Transport Server Role; attempt 1; /);
    const failed = (await project.resources()).map(nameOf);
    assert.ok(!failed.includes("hub-lon"), "a failed step must not be in the state");

    const second = await project.up({ plan });
    assert.ok(second.ok, second.text);
    assert.deepEqual((await project.resources()).map(nameOf).sort(), [...steps].sort());
    const done = setupRuns().filter((run) => run.result === "completed");
    assert.equal(done.length, steps.length);
    assert.equal(setupRuns().length, steps.length + 1);
    for (const { outputs } of await project.resources()) assert.equal(outputs?.adopted, false);
  });

  it("changes nothing when run again, and asks no server over SSH that state and directory show at the target", async () => {
    const logons = () => Object.values(lab.computers).map((c) => [c.name, c.counts.logons] as const);
    const before = new Map(logons());
    const preview = await project.preview();
    assert.ok(preview.ok, preview.text);
    assert.match(preview.text, /13 unchanged/);
    const asked = logons().filter(([name, count]) => count > (before.get(name) ?? 0));
    // Of these two the directory knows nothing: only their registry can tell.
    assert.deepEqual(asked.map(([name]) => name).sort(), [
      "edge1.perimeter.contoso.com",
      "tools1.contoso.com",
    ]);
    const up = await project.up();
    assert.match(up.text, /13 unchanged/);
    assert.equal(setupRuns().length, steps.length + 1);
  });

  it("refreshes without changes", async () => {
    const { ok, text } = await project.refresh();
    assert.ok(ok, text);
    assert.match(text, /13 unchanged/);
  });

  it("shows no secret, in the state or on the screen", async () => {
    const { text } = await project.preview({ diff: true });
    const seen = `${text}\n${project.stateText()}`;
    assertNoPassword(seen, contoso);
  });

  it("records a rotated password and nothing else", async () => {
    project.write(
      program.replace(
        "directory, computer: dc1 }",
        "directory: { ...directory, password: 'rotated-1' }, computer: dc1 }",
      ),
    );
    const runs = setupRuns().length;
    const { ok, text } = await project.up();
    assert.match(text, /warning: dc1\.contoso\.com: not verified: .*the state has it at 2007 SP1/);
    assert.ok(ok, text);
    assert.match(text, /11 updated/);
    assert.equal(setupRuns().length, runs);
    assert.ok(!`${text}${project.stateText()}`.includes("rotated-1"));
    project.write(program);
    assert.ok((await project.up()).ok);
  });

  it("stops destroy at the protected preparations, and forgets without touching anything", async () => {
    const refused = await project.destroy();
    assert.equal(refused.ok, false);
    assert.match(refused.text, /cannot be deleted\s+because it is protected/);
    project.write(program.replaceAll("computer: dc1 }", "computer: dc1 }, { protect: false }"));
    const unprotected = await project.up();
    assert.ok(unprotected.ok, unprotected.text);
    const destroyed = await project.destroy();
    assert.ok(destroyed.ok, destroyed.text);
    assert.deepEqual(await project.resources(), []);
    assert.equal(setupRuns().length, steps.length + 1);
  });

  it("adopts what is at the target without running Setup", async () => {
    project.write(program);
    const { ok, text } = await project.up();
    assert.ok(ok, text);
    assert.equal(setupRuns().length, steps.length + 1);
    for (const { outputs } of await project.resources()) assert.equal(outputs?.adopted, true);
  });
});

describe("engine: the example of contoso", () => {
  it("has the steps that the tests run", () => {
    const source = readFileSync(resolve(__dirname, "../../examples/contoso/index.ts"), "utf8");
    const names = [...source.matchAll(/new Exchange\w+\("([^"]+)"/g)].map((m) => m[1]);
    assert.deepEqual(names, steps);
  });
});

function nameOf(resource: { readonly urn: string }): string {
  return resource.urn.split("::").at(-1) ?? "";
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
