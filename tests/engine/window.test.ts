/** A change window and replication under the real engine: an approved plan waits for its window, and resumes in it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { describeWith } from "../skip";
import { schemaStep } from "./contoso-program";
import { makeProject, type Project } from "./harness";
import { organizationProgram } from "./organization-program";

/** The machine's own clock decides: one window is over for good, the other stays open. */
const over = '{ start: "2020-12-05T22:00", end: "2020-12-06T06:00", timeZone: "Europe/Berlin" }';
const open = '{ start: "2020-12-05T22:00", end: "2099-12-06T06:00" }';
const inWindow = (window: string) =>
  schemaStep.replace("computer: dc1", `computer: dc1, changeWindow: ${window}`);

describeWith(["pulumi"], "engine: a change window, and replication that stops", function () {
  this.timeout(120_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.05 });
    project = await makeProject(lab, inWindow(over));
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  const runs = () => lab.computer("dc1.contoso.com").setupRuns.length;

  it("previews a step whose window is over, and refuses to start it", async () => {
    const preview = await project.preview();
    assert.ok(preview.ok, preview.text);
    assert.match(preview.text, /The window is over: pulumi up would not start this step/);
    const up = await project.up();
    assert.equal(up.ok, false, up.text);
    assert.match(up.text, /R10 \(must\), schema preparation on dc1\.contoso\.com: the change window is over/);
    assert.equal(runs(), 0);
    assert.deepEqual(await project.resources(), []);
  });

  it("leaves an approved plan as it is when a domain controller stays behind, and goes on with it", async () => {
    const quick = inWindow(open).replace("computer: dc1", "computer: dc1, replication: { minutes: 0.02 }");
    project.write(quick);
    const plan = join(project.folder, "approved.json");
    assert.ok((await project.preview({ plan })).ok);
    lab.directory?.holdReplication("dc2.contoso.com");
    const first = await project.up({ plan });
    assert.equal(first.ok, false, first.text);
    assert.match(
      first.text,
      /R11 \(must\), .*after 0\.02 min, 1 of 4 domain controllers has an earlier level/,
    );
    assert.match(first.text, /dc2\.contoso\.com \(schema 10637, 2007 RTM\)/);
    assert.deepEqual(await project.resources(), []);
    lab.directory?.releaseReplication("dc2.contoso.com");
    const second = await project.up({ plan });
    assert.ok(second.ok, second.text);
    assert.equal(runs(), 1);
  });

  it("records a window that is over on a finished stack, and does nothing else", async () => {
    project.write(inWindow(over));
    const up = await project.up();
    assert.ok(up.ok, up.text);
    assert.match(up.text, /1 updated/);
    const preview = await project.preview();
    assert.ok(preview.ok, preview.text);
    assert.match(preview.text, /2 unchanged/);
    assert.equal(runs(), 1);
  });
});

describeWith(["pulumi"], "engine: the forecast of a window in the component", function () {
  this.timeout(120_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    const window = '{ start: "2099-12-05T22:00", end: "2099-12-06T01:00", timeZone: "Europe/Berlin" }';
    project = await makeProject(lab, organizationProgram(`args.changeWindow = ${window};`));
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  it("follows the waves: of 370 minutes a window of 180 holds the first, and one warning says so", async () => {
    const { text, ok } = await project.preview();
    assert.ok(ok, text);
    const foretold = [
      ...text.matchAll(/(\S+): change window .*? to end (\d+) min after the first step starts\. (.*)/g),
    ];
    // The engine shows the rows in any order, some lines more than once, and two steps run on dc1.
    const ends = foretold.map(
      ([, computer = "", end, holds]) => `${computer.split(".")[0]} ${end}: ${holds}`,
    );
    const [yes, no] = ["The window has 180 min: enough", "The window has 180 min: not enough"];
    assert.deepEqual([...new Set(ends)].sort(), [
      `cas-dub 150: ${yes}`,
      `cas-lon 90: ${yes}`,
      `cas-nyc 90: ${yes}`,
      `dc1 15: ${yes}`,
      `dc1 30: ${yes}`,
      `edge1 310: ${no}`,
      `emea-dc1 45: ${yes}`,
      `hub-lon 210: ${no}`,
      `mbx-dub 270: ${no}`,
      `mbx-lon 270: ${no}`,
      `tools1 370: ${no}`,
      `um-lon 210: ${no}`,
    ]);
    assert.equal(text.match(/^ +warning: R10 /gm)?.length, 1, text);
    assert.match(
      text,
      /R10 \(must\), server upgrade on hub-lon\.contoso\.com: not verified: the change window is too short: this step is expected to end 210 min after the first one starts, and it has 180 min/,
    );
    assert.match(
      text,
      /6 of its 12 steps are expected to end too late, the last one 370 min after the first starts/,
    );
  });
});
