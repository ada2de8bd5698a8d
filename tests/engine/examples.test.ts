/** Each example that the demo does not run, as it stands, on the lab. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import ts from "typescript";
import { adatum, contoso, fabrikam, type Lab, startLab } from "../../lab";
import type { Organization } from "../../lab/organization";
import { writeExsetup } from "../../lab/setup/modern/update";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { commandLineTool } from "../compiled";
import { restart, setupSucceeds } from "../lab/setup-support";
import { describeWith } from "../skip";
import { openExample, type Project } from "./harness";

const examples = resolve(__dirname, "../../examples");
const hubKey = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\HubTransportRole";

/** Contoso whose forest and Client Access servers are at SP1. */
const halfDone: Organization = {
  ...contoso,
  release: "2007 SP1",
  computers: contoso.computers.map((each) =>
    each.roles.includes("Client Access") ? { ...each, release: "2007 SP1" } : each,
  ),
};

describeWith(["pulumi"], "engine: the examples", function () {
  this.timeout(300_000);
  let lab: Lab;
  const projects: Project[] = [];

  afterEach(async () => {
    for (const project of projects.splice(0)) project.remove();
    await lab?.stop();
  });

  const up = async (example: string) => {
    const project = await openExample(lab, example);
    projects.push(project);
    const { ok, text } = await project.up();
    assert.ok(ok, text);
    return text;
  };
  const completed = () =>
    Object.values(lab.computers)
      .flatMap((computer) => computer.setupRuns)
      .filter((run) => run.result === "completed")
      .map((run) => run.computer.split(".")[0])
      .sort();

  it("type-check, all at once: they have the same settings", () => {
    const folders = readdirSync(examples, { recursive: true, encoding: "utf8" })
      .filter((path) => basename(path) === "tsconfig.json" && !path.includes("node_modules"))
      .map((path) => dirname(join(examples, path)));
    assert.ok(folders.length > 5);
    const settings = folders.map((folder) => readFileSync(join(folder, "tsconfig.json"), "utf8"));
    assert.equal(new Set(settings).size, 1);
    const { config } = ts.parseConfigFileTextToJson("tsconfig.json", settings[0] ?? "");
    const parsed = folders.map((folder) => ts.parseJsonConfigFileContent(config, ts.sys, folder));
    const options: ts.CompilerOptions = { ...parsed[0]?.options, noEmit: true };
    const files = parsed.flatMap(({ fileNames }) => fileNames);
    const host = ts.createCompilerHost(options);
    const problems = ts.getPreEmitDiagnostics(ts.createProgram(files, options, host));
    assert.equal(ts.formatDiagnostics(problems, host), "");
  });

  it("organization: contoso in one component", async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    assert.match(await up("organization"), /12 steps are proven/);
    assert.equal(completed().length, 12);
  });

  it("brownfield: adopts what is done, and takes up what failed", async () => {
    lab = await startLab(halfDone, { setupSeconds: 0.02 });
    const { registry } = lab.computer("hub-lon.contoso.com");
    registry.set(hubKey, "Watermark", "Hub Transport Server Role");
    registry.set(hubKey, "Action", "BuildToBuildUpgrade");
    const text = await up("brownfield");
    assert.match(text, /5 steps are proven/);
    assert.deepEqual(completed(), ["hub-lon", "mbx-lon"]);
    assert.match(text, /"?cas-dub"?\s*: true/);
    assert.match(text, /"?hub-lon"?\s*: false/);
  });

  it("edge-and-tools: without a preparation", async () => {
    lab = await startLab({ ...contoso, release: "2007 SP1" }, { setupSeconds: 0.02 });
    await up("edge-and-tools");
    assert.deepEqual(completed(), ["edge1", "tools1"]);
  });

  it("security-update: refused where a newer one is installed; one server after the other; then nothing", async () => {
    lab = await startLab(fabrikam, { setupSeconds: 0.02 });
    const ex1 = lab.computer("ex1.fabrikam.com").computer;
    const project = await openExample(lab, "security-update");
    projects.push(project);
    writeExsetup(ex1, "15.2.1544.44");
    const refused = await project.preview();
    assert.equal(refused.ok, false);
    assert.match(
      refused.text,
      /R80 \(must\), security update on ex1\.fabrikam\.com: KB5074994 is older than what is installed, and no update can be taken back/,
    );
    writeExsetup(ex1, "15.2.1544.4");
    const done = await project.up();
    assert.ok(done.ok, done.text);
    const runs = ["ex1", "ex2", "ex3"].flatMap((host) => lab.computer(`${host}.fabrikam.com`).setupRuns);
    assert.deepEqual(
      runs.map(({ computer, result }) => [computer, result]),
      ["ex1", "ex2", "ex3"].map((host) => [`${host}.fabrikam.com`, "completed"]),
    );
    const ends = runs.map(({ end }) => end?.getTime() ?? 0);
    assert.ok(runs.slice(1).every(({ start }, i) => start.getTime() >= (ends[i] ?? 0)));
    const again = await project.preview();
    assert.ok(again.ok, again.text);
    assert.match(again.text, /4 unchanged/);
  });

  it("clustered-mailbox: refused with the next step; proven once an operator has done all", async () => {
    lab = await startLab(adatum, { setupSeconds: 0.02 });
    const operator = async (host: string, args: string, account = "exadmin") => {
      await setupSucceeds(lab, `${host}.adatum.com`, `ADATUM\\${account}`, args);
      if (args === "/mode:upgrade") await restart(lab, `${host}.adatum.com`);
    };
    await operator("dc1", "/PrepareAD", "prep");
    await operator("cas1", "/mode:upgrade");
    const project = await openExample(lab, "clustered-mailbox");
    projects.push(project);
    const plan = await new Promise<{ readonly code: unknown; readonly stdout: string }>((done) => {
      const env = { ...process.env, ...project.env, PATH: pathWith(pulumiCli("npm test").bin) };
      const args = [commandLineTool, "plan", "--stack", "test", "--format", "text"];
      execFile(process.execPath, args, { cwd: project.folder, env }, (error, stdout) =>
        done({ code: error?.code ?? 0, stdout }),
      );
    });
    assert.equal(plan.code, 4, plan.stdout);
    assert.equal(
      plan.stdout.slice(0, plan.stdout.indexOf(" (documented")).replace(/\n +/g, " "),
      [
        "Waits for a person: 1 clustered mailbox server (adatum.com to 2007 SP1)",
        "1 step: 1 to do. Findings: none.",
        "No time is known for 1 clustered mailbox server: a person does its steps; what waits for it starts later.",
        "Planned from stack test, project clustered-mailbox",
        "Clustered mailbox servers:",
        "mbx1.adatum.com on node1.adatum.com, node2.adatum.com: waits for a person: the next step is due: Setup /mode:upgrade on the passive node node2.adatum.com",
      ].join("\n"),
    );
    const refused = await project.up();
    assert.equal(refused.ok, false);
    assert.match(
      refused.text,
      /R77 \(must\), clustered mailbox server upgrade on mbx1\.adatum\.com: the next step is due: Setup \/mode:upgrade on the passive node node2\.adatum\.com/,
    );
    await operator("node2", "/mode:upgrade");
    const [cluster] = lab.clusters;
    cluster?.stop();
    cluster?.move("node2.adatum.com");
    await operator("node2", "/UpgradeCMS");
    cluster?.moveGroup("Cluster Group", "node2.adatum.com");
    await operator("node1", "/mode:upgrade");
    cluster?.start();
    const done = await project.up();
    assert.ok(done.ok, done.text);
    assert.match(
      done.text,
      /mbx1\.adatum\.com: Mailbox 8\.1\.240\.6 \(2007 SP1\), Online on node2\.adatum\.com/,
    );
  });

  it("two-stacks: the second one rests on what the first one did, without its credentials", async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    const early = await openExample(lab, "two-stacks/exchange");
    projects.push(early);
    const refused = await early.preview();
    assert.equal(refused.ok, false);
    // Neither Client Access server waits for the other: the engine judges first whichever it hears of first.
    assert.match(refused.text, /R3 \(must\), server upgrade on cas-(lon|nyc)\.contoso\.com/);
    await up("two-stacks/ad");
    const later = await early.up();
    assert.ok(later.ok, later.text);
    assert.deepEqual(completed(), ["cas-dub", "cas-lon", "cas-nyc", "dc1", "dc1", "emea-dc1", "mbx-dub"]);
    const { password } = lab.connection("dc1.contoso.com", "CONTOSO\\prep");
    assert.ok(!early.stateText().includes(password));
  });
});
