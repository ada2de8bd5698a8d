/** Programs in YAML over the resource plugin: contoso's steps, and contoso as one component. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { contoso, fabrikam, type Lab, startLab } from "../../lab";
import { parseReview } from "../../lib/review/format";
import { pulumiCli } from "../../tools/pulumi-environment";
import { build, commandLineTool } from "../compiled";
import { assertNoPassword } from "../passwords";
import { exampleOn, inventoryOf, outputOf, resource, writeYaml, yamlHost } from "../plugin/yaml";
import { rollbackOf } from "../rollback";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";
import { endHosts, killInSetup, resume } from "./kill";
import { organizationProgram } from "./organization-program";
import { writePolicyPack } from "./policyPack";

const target = "2007 SP1";

if (yamlHost !== undefined)
  describeWith(["pulumi"], "engine: programs in YAML", function () {
    this.timeout(300_000);
    const path = [yamlHost, process.env.PATH].join(delimiter);

    before(() => build());

    describe("contoso's steps", () => {
      let lab: Lab;
      let project: Project;
      let base: string;
      let policyPack: string[];

      before(async () => {
        base = mkdtempSync(join(tmpdir(), "exchange-upgrade-policy-"));
        const { pack, bin } = writePolicyPack(base, policies);
        policyPack = [pack];
        lab = await startLab(contoso, { setupSeconds: 0.05 });
        project = await makeProject(lab, "", { PATH: [bin, path].join(delimiter) });
        write(project, exampleOn(lab, "contoso-yaml"));
      });
      after(async () => {
        if (project !== undefined) endHosts(project);
        project?.remove();
        await lab?.stop();
        rmSync(base, { recursive: true, force: true });
      });

      const tool = (...args: string[]) =>
        new Promise<string>((done, reject) => {
          const env = {
            ...process.env,
            ...project.env,
            PATH: [pulumiCli("npm test").bin, path].join(delimiter),
          };
          const options = { cwd: project.folder, env };
          execFile(process.execPath, [commandLineTool, ...args], options, (error, stdout, stderr) => {
            if (error === null) done(stdout);
            else reject(new Error(stdout + stderr));
          });
        });

      it("are planned by exchange-upgrade", async () => {
        const plan = await tool("plan", "--stack", "test", "--format", "json");
        const { steps } = parseReview(plan, "plan");
        assert.deepEqual(
          steps.map(({ computer }) => computer.split(".")[0]),
          ["dc1", "dc1", "emea-dc1", "cas-lon", "cas-nyc", "cas-dub"],
        );
        for (const { progress } of steps) assert.equal(progress, "pending");
        // The same plan of facts alone, which single steps take only where they know that they are previewed.
        writeFileSync(join(project.folder, "live.json"), plan);
        await tool("facts", "--stack", "test", "--out", "facts.json");
        await tool("plan", "--stack", "test", "--facts", "facts.json", "--out", "facts-plan.json");
        assert.match(await tool("compare", "live.json", "facts-plan.json"), /^No difference since /);
      });

      it("go through as approved, their engine killed in between, and are unchanged when run again and refreshed", async () => {
        const plan = join(project.folder, "approved.json");
        const previewed = await project.preview({ plan, policyPack });
        assert.ok(previewed.ok, previewed.text);
        assert.match(previewed.text, /\+ 7 to create/);
        for (const told of ["the class of schema: 2007 SP1", "the token of ad: dc1.contoso.com"])
          assert.ok(previewed.text.includes(told), `${told}\nis not in\n${previewed.text}`);
        assert.equal(previewed.text.match(/the (class|token) of/g)?.length, 2, previewed.text);
        const dc1 = lab.computer("dc1.contoso.com");
        await killInSetup(project, dc1, { provider: "pulumi-resource-exchange-upgrade", plan });
        await project.cancel();
        const up = await resume(project, dc1, { plan });
        assert.ok(up.ok, up.text);
        assert.match(up.text, /ExchangeSchemaPrep schema .*: following Setup, which another run has started/);
        assert.match(
          up.text,
          /exchange-upgrade:index:ExchangeSchemaPrep schema .*dc1\.contoso\.com: schema 10637 -> 11116/,
        );
        const again = await project.preview();
        assert.match(again.text, /7 unchanged/);
        const refreshed = await project.refresh({ clearPendingCreates: true });
        assert.match(refreshed.text, /7 unchanged/);
        const runs = Object.values(lab.computers).flatMap((c) => c.setupRuns);
        assert.equal(runs.length, 6);
        assert.match(await tool("status", "--stack", "test"), /cas-dub/);
        assert.match(
          await tool("doctor", "--stack", "test"),
          /^Every step is at its target: no computer was asked\.$/m,
        );
        // Other servers of the organization are in no step of this program.
        await assert.rejects(
          tool("verify", "--stack", "test"),
          /^Error: Not at 2007 SP1: contoso\.com, 6 of 6 steps\n[\s\S]*^In no step: hub-lon\.contoso\.com 2007 RTM/m,
        );
        assertNoPassword(
          previewed.text + up.text + again.text + refreshed.text + project.stateText(),
          contoso,
        );
      });

      it("refuse a rollback, with the whole text", async () => {
        write(project, exampleOn(lab, "contoso-yaml").replace("target: 2007 SP1", "target: 2007 RTM"));
        const { ok, text } = await project.preview();
        assert.equal(ok, false, text);
        const refusal = rollbackOf("exchange-upgrade:index:ExchangeSchemaPrep");
        assert.ok(text.includes(refusal), `${refusal}\nis not in\n${text}`);
      });
    });

    it("fabrikam as one component goes up to Subscription Edition", async () => {
      const lab = await startLab(fabrikam, { setupSeconds: 0.02 });
      const project = await makeProject(lab, "", { PATH: path });
      try {
        write(project, exampleOn(lab, "fabrikam-yaml"));
        const { ok, text } = await project.up();
        assert.ok(ok, text);
        assert.match(text, /proven *: \{/);
        assertNoPassword(text + project.stateText(), fabrikam);
      } finally {
        project.remove();
        await lab.stop();
      }
    });

    describe("contoso as one component", () => {
      let lab: Lab;
      let project: Project;

      before(async () => {
        lab = await startLab(contoso, { setupSeconds: 0.02 });
        project = await makeProject(lab, organizationProgram(), { PATH: path });
        // As it stands in TypeScript; the program in YAML takes its place.
        writeYaml(project.folder, "upgrade", { contoso: organization(lab) }, outputs);
      });
      after(async () => {
        project?.remove();
        await lab?.stop();
      });

      it("goes through, is unchanged when run again, and leaves no secret", async () => {
        const up = await project.up();
        assert.ok(up.ok, up.text);
        const again = await project.preview();
        assert.match(again.text, /\d+ unchanged/);
        assert.doesNotMatch(again.text, /to (create|update|replace|delete)/);
        assertNoPassword(up.text + again.text + project.stateText(), contoso);
        const preparations = /ExchangeSchemaPrep|ExchangeADPrep/;
        const { resources = [] } = JSON.parse(await project.exportText()).deployment;
        for (const { type, protect, retainOnDelete } of resources as {
          type: string;
          protect?: boolean;
          retainOnDelete?: boolean;
        }[]) {
          if (!/^exchange-upgrade:index:Exchange(?!Upgrade$)/.test(type)) continue;
          assert.equal(protect === true, preparations.test(type), type);
          // `pulumi destroy` asks the last gate alone, which says then that no server was touched.
          assert.equal(retainOnDelete === true, !/ExchangeVerification$/.test(type), type);
        }
      });

      it("moves to a program in JavaScript and back, and replaces nothing", async () => {
        const runs = () => Object.values(lab.computers).flatMap((c) => c.setupRuns).length;
        const before = runs();
        makeNodejs(project);
        const there = await project.up();
        assert.ok(there.ok, there.text);
        assert.doesNotMatch(there.text, /created|replaced|deleted/);
        // Under another name at once.
        const aliases = ["urn:pulumi:test::upgrade::pulumi-exchange-upgrade:index:ExchangeUpgrade::contoso"];
        writeYaml(project.folder, "upgrade", { renamed: { ...organization(lab), options: { aliases } } });
        const back = await project.up();
        assert.ok(back.ok, back.text);
        assert.doesNotMatch(back.text, /created|replaced|deleted/);
        assert.equal(runs(), before);
        assertNoPassword(there.text + back.text + project.stateText(), contoso);
      });
    });
  });

/** Policies that know a resource by its class in TypeScript, and by its type token. */
const policies = `const { PolicyPack, validateResourceOfType } = require("@pulumi/policy");
const { ExchangeSchemaPrep } = require("pulumi-exchange-upgrade");
const policy = (name, validateResource) => ({ name, description: "d", enforcementLevel: "advisory", validateResource });
new PolicyPack("pack", { policies: [
  policy("by-class", validateResourceOfType(ExchangeSchemaPrep, ({ target }, args, report) =>
    report("the class of " + args.name + ": " + target))),
  policy("by-token", ({ type, name, props }, report) => {
    if (type === "exchange-upgrade:index:ExchangeADPrep") report("the token of " + name + ": " + props.computer.name);
  }),
] });
`;

const outputs = { outputs: { proven: outputOf("contoso.proven") } };

/** Makes the project that of an example, under the name that the stack has. */
function write({ folder }: Project, example: string): void {
  writeFileSync(join(folder, "Pulumi.yaml"), example.replace(/^name: .*$/m, "name: upgrade"));
}

function makeNodejs({ folder }: Project): void {
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "upgrade", runtime, main: "index.js" }));
}

/** The same organization as that of {@link organizationProgram}. */
function organization(lab: Lab): object {
  const { directory, computer } = inventoryOf(lab);
  const server = (name: string, role: string, site?: string, more: object = {}) => ({
    computer: computer(name),
    roles: [role],
    ...(site === undefined ? {} : { site }),
    ...more,
  });
  const dc1 = computer("dc1.contoso.com", "CONTOSO\\prep");
  return resource("ExchangeUpgrade", {
    target,
    directory,
    preparation: {
      schema: { computer: dc1 },
      domains: { "emea.contoso.com": { computer: computer("emea-dc1.emea.contoso.com", "EMEA\\emeaprep") } },
    },
    servers: {
      "mbx-lon": server("mbx-lon.contoso.com", "Mailbox", "London"),
      "mbx-dub": server("mbx-dub.emea.contoso.com", "Mailbox", "Dublin"),
      "cas-lon": server("cas-lon.contoso.com", "Client Access", "London", { internetFacing: true }),
      "cas-nyc": server("cas-nyc.contoso.com", "Client Access", "NewYork", { internetFacing: true }),
      "cas-dub": server("cas-dub.emea.contoso.com", "Client Access", "Dublin"),
      "hub-lon": server("hub-lon.contoso.com", "Hub Transport", "London"),
      "um-lon": server("um-lon.contoso.com", "Unified Messaging", "London"),
      tools1: server("tools1.contoso.com", "Management Tools"),
      edge1: {
        computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\Administrator"),
        roles: ["Edge Transport"],
      },
    },
  });
}
