/** The command line tool on the real engine: facts from a machine that has access, a preview elsewhere, a plan for review. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { parseReview } from "../../lib/review/format";
import { stagesOf } from "../../lib/review/order";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { commandLineTool } from "../compiled";
import { describeWith } from "../skip";
import { schemaStep } from "./contoso-program";
import { makeProject, type Project } from "./harness";
import { organizationProgram } from "./organization-program";

describeWith(["pulumi"], "engine: exchange-upgrade facts and plan", function () {
  this.timeout(300_000);
  let lab: Lab | undefined;
  let project: Project;

  beforeEach(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    project = await makeProject(lab, organizationProgram());
  });
  afterEach(async () => {
    project?.remove();
    await lab?.stop();
  });

  /** Runs a program as a user does, with the CLI on the PATH. */
  const run = (program: string, args: readonly string[], more: { readonly [name: string]: string } = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const env = { ...process.env, ...project.env, ...more, PATH: pathWith(pulumiCli("npm test").bin) };
      execFile(program, args, { cwd: project.folder, env }, (error, stdout, stderr) =>
        done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, stdout, stderr }),
      );
    });
  const tool = (args: readonly string[]) => run(process.execPath, [commandLineTool, ...args]);

  it("reads facts, with which a preview needs no access, and which up does not use", async () => {
    const facts = join(project.folder, "facts.json");
    const written = await tool(["facts", "--stack", "test", "--out", "facts.json"]);
    assert.equal(written.code, 0, written.stderr);
    assert.match(written.stderr, /^11 computers read, 0 in part, 0 not at all$/m);
    assert.equal(statSync(facts).mode & 0o777, 0o600);
    const text = readFileSync(facts, "utf8");
    for (const { password } of contoso.accounts) assert.ok(!text.includes(password));

    await lab?.stop();
    lab = undefined;
    const kept = { EXCHANGE_UPGRADE_FACTS: facts };
    const stack = ["--stack", "test", "--non-interactive"];
    const preview = await run("pulumi", ["preview", ...stack], kept);
    assert.equal(preview.code, 0, preview.stdout);
    assert.match(
      preview.stdout,
      /judged on the facts snapshot \S+, \d+ minutes? old \(\S+Z\): nothing was read now/,
    );
    assert.match(preview.stdout, /12 steps: 12 to do, 0 done/);
    const up = await run("pulumi", ["up", "--yes", "--skip-preview", ...stack], kept);
    assert.notEqual(up.code, 0);
    assert.match(up.stdout, /nothing was started: \d+ findings on 11 computers: \d+ not verified/);
  });

  it("writes a plan with the refusal of a rollback, and of arguments, and says what is done and half done", async () => {
    project.write(schemaStep);
    const plan = async () => {
      const { code, stderr } = await tool(["plan", "--stack", "test", "--out", "plan.json"]);
      return { code, stderr, review: parseReview(readFileSync(join(project.folder, "plan.json"), "utf8")) };
    };
    const ready = await plan();
    assert.equal(ready.code, 0, ready.stderr);
    assert.match(ready.stderr, /^Ready: 1 step to run$/m);

    project.write(
      schemaStep.replace(
        "computer: dc1",
        'computer: dc1, changeWindow: { start: "2026-12-05 22:00", end: "2026-12-06T06:00" }',
      ),
    );
    const wrong = await plan();
    assert.equal(wrong.code, 3, wrong.stderr);
    assert.match(wrong.stderr, /^Refused: 1 finding in the way$/m);
    assert.deepEqual(
      wrong.review.refused?.map(({ name, computer, finding }) => [name, computer, finding.summary]),
      [
        [
          "schema",
          "dc1.contoso.com",
          'one argument cannot be used: changeWindow.start: is not a local date and time such as "2026-12-05T22:00"',
        ],
      ],
    );

    project.write(
      schemaStep.replace(
        "computer: dc1",
        'computer: dc1, changeWindow: { start: "2020-12-05T22:00", end: "2020-12-06T06:00" }',
      ),
    );
    const over = await plan();
    assert.equal(over.code, 3, over.stderr);
    assert.deepEqual(
      over.review.steps[0]?.findings.map(({ summary }) => summary),
      ["R10 (must), schema preparation on dc1.contoso.com: the change window is over"],
    );

    project.write(schemaStep);
    assert.ok((await project.up()).ok);
    const done = await plan();
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /^Done: the step is at 2007 SP1$/m);

    project.write(schemaStep.replace("target,", 'target: "2007 RTM",'));
    const rollback = await plan();
    assert.equal(rollback.code, 3, rollback.stderr);
    assert.deepEqual(
      rollback.review.refused?.map(({ finding: { rule, summary } }) => [rule, summary]),
      [["D9", "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 to 2007 RTM would be a rollback"]],
    );
  });

  it("names the steps that it was not asked for, with and without a gate, and is not green", async () => {
    const base = "urn:pulumi:test::upgrade::";
    const ours = "pulumi-nodejs:dynamic/exchange:";
    const part = async (...options: string[]) => {
      const { code, stderr } = await tool([
        "plan",
        "--stack",
        "test",
        "--out",
        "plan.json",
        "--",
        ...options,
      ]);
      const { incomplete } = parseReview(readFileSync(join(project.folder, "plan.json"), "utf8"));
      return { code, stderr, incomplete };
    };
    project.write(`${schemaStep}
new ExchangeADPrep("ad", { schema, computer: dc1 });`);
    const plain = await part("--target", `${base}${ours}ExchangeSchemaPrep::schema`);
    assert.equal(plain.code, 4, plain.stderr);
    assert.equal(
      plain.incomplete,
      "1 step has no plan (ad): the preview was asked for a part of the stack (--target)",
    );
    const inside = `${base}pulumi-exchange-upgrade:index:ExchangeUpgrade$${ours}`;
    project.write(organizationProgram());
    const ungated = await part(
      ...["--exclude", `${inside}ExchangeReadiness::contoso-readiness`],
      ...["--exclude", `${inside}ExchangeRoleUpgrade::contoso-tools1`],
    );
    assert.equal(ungated.code, 4, ungated.stderr);
    assert.equal(
      ungated.incomplete,
      "1 step has no plan (contoso-tools1): the preview was asked for a part of the stack (--exclude)",
    );
    assert.match(ungated.stderr, /^Incomplete: steps may be missing$/m);
  });

  it("ends with 4 where up would refuse what is not verified", async () => {
    project.write(organizationProgram('servers["um-lon"].computer.connection.host = "nowhere.invalid";'));
    const unseen = await tool(["plan", "--stack", "test", "--out", "plan.json"]);
    assert.equal(unseen.code, 4, unseen.stderr);
    assert.match(unseen.stderr, /^Not verified: 1 finding that `pulumi up` would refuse$/m);
  });

  it("writes the plan that preview computes, with what refuses it", async () => {
    const json = await tool(["plan", "--stack", "test", "--format", "json", "--out", "plan.json"]);
    assert.equal(json.code, 0, json.stderr);
    const review = parseReview(readFileSync(join(project.folder, "plan.json"), "utf8"));
    assert.equal(review.forest, "contoso.com");
    assert.deepEqual(
      review.steps.map((step) => step.name?.replace("contoso-", "")),
      [
        ...["schema", "ad", "emea.contoso.com", "cas-lon", "cas-nyc", "cas-dub"],
        ...["hub-lon", "um-lon", "mbx-dub", "mbx-lon", "edge1", "tools1"],
      ],
    );
    assert.deepEqual(
      stagesOf(review.steps).map(({ title, waitsFor }) => [title, ...waitsFor]),
      [
        ["Schema"],
        ["Active Directory", 0],
        ["Domain", 1],
        ["Client Access that faces the Internet", 1],
        ["other Client Access", 2, 3],
        ["Hub Transport and Unified Messaging", 4],
        ["Mailbox", 5],
        ["Edge Transport", 6],
        ["management tools", 7],
      ],
    );
    assert.equal(review.incomplete, undefined);
    lab?.computer("cas-lon.contoso.com").files.remove("D:\\SP1\\Setup.com");
    const refused = await tool(["plan", "--stack", "test", "--format", "markdown", "--compare", "plan.json"]);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stdout, /there is no Setup in D:&#92;SP1/);
    assert.doesNotMatch(refused.stdout, /may have stopped before/);
  });
});
