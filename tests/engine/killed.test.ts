import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";

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
    // The language host of the killed engine does not notice, and is not ours.
    for (const id of processesOf(project, "pulumi-language-nodejs")) process.kill(Number(id));
    project?.remove();
    await lab?.stop();
  });

  it("attaches to the running Setup after `pulumi cancel`, and completes; Setup has run once", async () => {
    const dc1 = lab.computer("dc1.contoso.com");
    // Held in a phase until the engine is dead, so that no clock decides what this test sees.
    dc1.faults.hangAt = "Organization Preparation";
    const cli = startUp(project);
    await until("Setup runs", () => dc1.setupRuns.length === 1);
    cli.kill("SIGKILL");
    await until("the CLI is gone", () => cli.exitCode !== null || cli.signalCode !== null);
    await until(
      "its provider has stopped by itself",
      () => processesOf(project, "dynamic-provider").length === 0,
    );
    assert.equal(dc1.setupRuns[0]?.result, "running", "Setup must outlive the engine");

    const locked = await project.up();
    assert.equal(locked.ok, false);
    guideQuotes(locked.text, /error: the stack is currently locked by .*/);
    await project.cancel();

    // Let go once the new engine follows: no clock decides whether there was something to follow.
    let seen = "";
    const onOutput = (chunk: string) => {
      seen += chunk;
      if (seen.includes("following Setup")) delete dc1.faults.hangAt;
    };
    const { ok, text } = await project.up({ onOutput });
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

function startUp(project: Project): ChildProcess {
  const { bin, program } = pulumiCli("npm test");
  const env = { ...process.env, ...project.env, PATH: pathWith(bin) };
  return spawn(program, ["up", "--yes", "--skip-preview", "--stack", "test"], {
    cwd: project.folder,
    env,
    stdio: "ignore",
  });
}

/** Ids of the processes of this project (its PULUMI_HOME is in their environment) whose command line has `program`. */
function processesOf(project: Project, program: string): readonly string[] {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      const environment = readFileSync(`/proc/${id}/environ`, "utf8");
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
      return environment.includes(`PULUMI_HOME=${project.env.PULUMI_HOME}`) && command.includes(program);
    } catch {
      return false;
    }
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`in vain waited until ${what}`);
}
