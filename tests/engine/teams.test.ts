/** How teams work with it: credentials from the environment, an operator at the wizard, two stacks, two runs at once. */
import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import { setup } from "../lab/setup-support";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";

const schemaStep = `const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });`;
const preparations = `${schemaStep}
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });`;

describeWith(["pulumi"], "engine: teams", function () {
  this.timeout(240_000);
  let lab: Lab;
  const projects: Project[] = [];

  beforeEach(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
  });
  afterEach(async () => {
    for (const project of projects.splice(0)) project.remove();
    await lab?.stop();
  });

  const projectOf = async (program: string, env: { readonly [name: string]: string } = {}) => {
    const project = await makeProject(lab, program, env);
    projects.push(project);
    return project;
  };
  const setupRuns = () =>
    Object.values(lab.computers).flatMap((c) => c.setupRuns.map((run) => `${c.name} ${run.commandLine}`));

  it("take credentials from the environment, which then are in no state, not even encrypted", async () => {
    const program = `
directory.password = { env: "TEST_READER_PASSWORD" };
dc1.connection.password = { env: "TEST_PREP_PASSWORD" };
${schemaStep}`;
    const variables = { TEST_READER_PASSWORD: "Lab-Reader-1", TEST_PREP_PASSWORD: "Lab-Prep-1" };
    const project = await projectOf(program, variables);
    const { ok, text } = await project.up();
    assert.ok(ok, text);
    const [schema] = await project.resources();
    assert.match(JSON.stringify(schema), /"password":\{"env":"TEST_READER_PASSWORD"\}/);
    assert.ok(!JSON.stringify(schema).includes("ciphertext"));
    for (const password of Object.values(variables))
      assert.ok(!`${text}${project.stateText()}`.includes(password));
    assert.deepEqual(setupRuns(), ["dc1.contoso.com /PrepareSchema"]);
  });

  it("are told which variable is not set, and nothing is run", async () => {
    const project = await projectOf(`
directory.password = { env: "TEST_NOT_SET" };
${schemaStep}`);
    const { ok, text } = await project.up();
    assert.equal(ok, false);
    assert.match(
      text,
      /one argument cannot be used: directory\.password: the environment variable TEST_NOT_SET is not set; set it in the shell that runs pulumi\n/,
    );
    assert.deepEqual(setupRuns(), []);
  });

  it("upgrade a server by hand (D11): the step starts nothing, says what to do, waits and verifies", async () => {
    const project = await projectOf(`${preparations}
new ExchangeRoleUpgrade("cas", {
  prepared: ad, computer: computer("cas-lon.contoso.com"), run: "manual", account: { name: "CONTOSO\\\\exadmin" },
});`);
    const instruction =
      "cas-lon.contoso.com: waiting for an operator: log on to cas-lon.contoso.com and run D:\\SP1\\Setup.com /mode:upgrade or the Setup wizard's Upgrade (D11)";
    let seen = "";
    let operator: Promise<unknown> | undefined;
    const { ok, text } = await project.up({
      onOutput: (chunk) => {
        seen += chunk;
        if (operator === undefined && seen.includes(instruction))
          operator = setup(lab, "cas-lon.contoso.com", "CONTOSO\\exadmin", "/mode:upgrade");
      },
    });
    assert.ok(ok, text);
    assert.ok(operator !== undefined, text);
    await operator;
    const cas = (await project.resources()).find(({ urn }) => urn.endsWith("::cas"));
    assert.equal(cas?.outputs?.adopted, false);
    assert.deepEqual(cas?.outputs?.levels, {
      "Client Access": "8.1.240.6",
      "Management Tools": "8.1.240.6",
    });
    assert.equal(setupRuns().length, 3);
  });

  it("have two stacks: one prepares, and the other rests on what the directory shows", async () => {
    const servers = await projectOf(`
const prepared = Prepared.verify({ directory, target });
new ExchangeRoleUpgrade("cas", { prepared, computer: computer("cas-lon.contoso.com") });`);
    const early = await servers.preview();
    assert.equal(early.ok, false);
    assert.match(
      early.text,
      /R3 \(must\), server upgrade on cas-lon\.contoso\.com: the schema, Active Directory and the domain contoso\.com are neither planned before this step nor prepared for 2007 SP1/,
    );

    const directoryTeam = await projectOf(preparations);
    const prepared = await directoryTeam.up();
    assert.ok(prepared.ok, prepared.text);
    const { ok, text } = await servers.up();
    assert.ok(ok, text);
    assert.deepEqual(setupRuns(), [
      "dc1.contoso.com /PrepareSchema",
      "dc1.contoso.com /PrepareAD",
      "cas-lon.contoso.com /mode:upgrade",
    ]);
  });

  it("start the same step from two stacks at once: Setup runs once, and both have the result", async () => {
    const both = await Promise.all([projectOf(schemaStep), projectOf(schemaStep)]);
    const ups = await Promise.all(both.map((project) => project.up()));
    for (const { ok, text } of ups) assert.ok(ok, text);
    assert.deepEqual(setupRuns(), ["dc1.contoso.com /PrepareSchema"]);
    for (const project of both) {
      const [schema] = await project.resources();
      assert.deepEqual(schema?.outputs?.levels, { schema: "11116" });
    }
  });
});
