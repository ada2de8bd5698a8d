/** States that earlier versions left, and this one, operated with the code of today. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Lab, startLab } from "../../lab";
import { runOk } from "../packed/command";
import type { Project } from "../packed/project";
import { checkout } from "../packed/tarball";
import { inventoryOf, outputOf, resource, writeYaml, yamlHost } from "../plugin/yaml";
import { rollback } from "../rollback";
import { describeWith } from "../skip";
import { type Json, makeStack, upgraded, withAddresses } from "./stack";

const versions = readdirSync(__dirname)
  .filter((file) => /^\d.*\.json$/.test(file))
  .map((file) => file.slice(0, -".json".length));

/** A state as `pulumi stack export` writes it. */
interface Exported {
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

interface StateResource {
  readonly [key: string]: Json;
  readonly urn: string;
  readonly type: string;
}

describe("state: what is recorded", () => {
  it("has a state of this version", () => {
    const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    assert.ok(versions.includes(version), `record the state that ${version} leaves: tests/state/README.md`);
  });
});

/** The recorded program in YAML. */
function yamlResources(lab: Lab): object {
  const { directory, computer } = inventoryOf(lab);
  const own = { target: "2007 SP1", directory: { ...directory, password: { env: "READER_PASSWORD" } } };
  const dc1 = computer("dc1.contoso.com", "CONTOSO\\prep");
  const kept = { retainOnDelete: true };
  const planned = (name: string) => outputOf(`${name}.planned`);
  return {
    schema: resource("ExchangeSchemaPrep", { ...own, computer: dc1 }, { ...kept, protect: true }),
    ad: resource(
      "ExchangeADPrep",
      { ...own, prepared: planned("schema"), computer: dc1, timeouts: { setup: 60, facts: 30 } },
      { ...kept, protect: true },
    ),
    contoso: resource(
      "ExchangeDomainPrep",
      { ...own, prepared: planned("ad"), domain: "contoso.com", computer: dc1 },
      kept,
    ),
    "cas-lon": resource(
      "ExchangeRoleUpgrade",
      { ...own, prepared: planned("ad"), computer: computer("cas-lon.contoso.com") },
      kept,
    ),
    "hub-lon": resource(
      "ExchangeRoleUpgrade",
      {
        ...own,
        ...{ prepared: planned("contoso"), computer: computer("hub-lon.contoso.com") },
        after: [outputOf("cas-lon.planned.server")],
      },
      kept,
    ),
    edge1: resource(
      "ExchangeRoleUpgrade",
      {
        ...{ target: "2007 SP1", prepared: "edge", after: [outputOf("hub-lon.planned.server")] },
        computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\Administrator"),
      },
      kept,
    ),
  };
}

for (const version of versions) {
  describeWith(["pulumi"], `state: recorded by ${version}, operated today`, function () {
    this.timeout(300_000);
    let lab: Lab;
    let project: Project;
    /** How many resources are ours, without the stack and the engine's provider. */
    let count: number;

    before(async () => {
      await runOk(process.execPath, [join(checkout, "tools", "build.mjs")], { cwd: checkout });
      lab = await startLab(upgraded("2007 SP1"));
      project = await makeStack(lab, readFileSync(join(__dirname, `${version}.program.js`), "utf8"), {
        install: async (folder) =>
          symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"), "dir"),
      });
      const recorded = JSON.parse(readFileSync(join(__dirname, `${version}.json`), "utf8")) as Json;
      const file = join(project.folder, "state.json");
      writeFileSync(file, JSON.stringify(withAddresses(recorded, lab)));
      await project.pulumiOk("stack", "import", "--file", file);
      count = (await ours()).length;
      assert.ok(count > 0);
    });
    after(async () => {
      await project?.remove();
      await lab?.stop();
    });

    /** A resource's dependencies are a set: the engine lists them in the order in which the program's promises ended. */
    const sorted = (dependencies: unknown) =>
      Array.isArray(dependencies) ? [...dependencies].sort() : dependencies;

    /** Our resources in the state, by URN, secrets in plain text, without what the engine notes of its own runs. */
    const ours = async () => {
      const exported = await project.pulumiOk("stack", "export", "--show-secrets");
      const { resources = [] } = (JSON.parse(exported) as Exported).deployment;
      return resources
        .filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/exchange:"))
        .map(({ urn, id, inputs, outputs, dependencies, protect, retainOnDelete }) => {
          return { urn, id, inputs, outputs, dependencies: sorted(dependencies), protect, retainOnDelete };
        })
        .sort((a, b) => (a.urn < b.urn ? -1 : 1));
    };
    const setupRuns = () => Object.values(lab.computers).flatMap((c) => c.setupRuns);
    const logons = () => Object.values(lab.computers).map((c) => c.counts.logons);

    it("previews no change", async () => {
      const text = await project.pulumiOk("preview", "--expect-no-changes");
      assert.match(text, new RegExp(`^Resources:\\n {4}${count + 1} unchanged$`, "m"));
      assert.doesNotMatch(text, /warning/i);
    });

    it("refreshes through the recorded providers, sees no drift and keeps everything", async () => {
      const before = await ours();
      const asked = logons();
      const text = await project.pulumiOk("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      assert.match(text, new RegExp(`^Resources:\\n {4}${count + 1} unchanged$`, "m"));
      assert.doesNotMatch(text, /warning|drift/i);
      assert.deepEqual(await ours(), before);
      assert.notDeepEqual(logons(), asked, "refresh did not look at the servers");
    });

    it("refuses a rollback", async () => {
      const before = await ours();
      await project.pulumiOk("config", "set", "target", "2007 RTM");
      try {
        const { code, text } = await project.pulumi("preview");
        assert.notEqual(code, 0, text);
        assert.ok(text.includes(rollback), `${rollback}\nis not in\n${text}`);
        const up = await project.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(up.code, 0, up.text);
        assert.ok(up.text.includes(rollback), up.text);
      } finally {
        await project.pulumiOk("config", "rm", "target");
      }
      assert.deepEqual(await ours(), before);
      assert.deepEqual(setupRuns(), []);
    });

    it("goes up without a change, and keeps everything", async () => {
      const before = await ours();
      await project.pulumiOk("up", "--yes", "--skip-preview", "--expect-no-changes");
      // The inputs are today's afterwards; what was recorded of the world stays.
      const recorded = (all: Awaited<ReturnType<typeof ours>>) => all.map(({ inputs: _, ...each }) => each);
      assert.deepEqual(recorded(await ours()), recorded(before));
    });

    if (yamlHost !== undefined)
      it("moves to a program in YAML and back: nothing is replaced, and nothing is run", async () => {
        const before = await ours();
        const file = join(project.folder, "Pulumi.yaml");
        const javaScript = readFileSync(file, "utf8");
        const { PATH: path = "" } = project.env;
        project.env.PATH = [yamlHost, path].join(delimiter);
        writeYaml(project.folder, "upgrade", yamlResources(lab));
        const there = await project.pulumiOk("up", "--yes", "--skip-preview");
        assert.match(there, new RegExp(`^ {4}(~ \\d+ updated|${count + 1} unchanged)`, "m"));
        assert.doesNotMatch(there, /created|replaced|deleted/);
        await project.pulumiOk("preview", "--expect-no-changes");
        await project.pulumiOk("refresh", "--yes", "--skip-preview", "--expect-no-changes");
        writeFileSync(file, javaScript);
        project.env.PATH = path;
        const back = await project.pulumiOk("up", "--yes", "--skip-preview");
        assert.doesNotMatch(back, /created|replaced|deleted/);
        await project.pulumiOk("refresh", "--yes", "--skip-preview", "--expect-no-changes");
        const ids = (all: typeof before) => all.map(({ urn, id, protect }) => ({ urn, id, protect }));
        assert.deepEqual(ids(await ours()), ids(before));
        assert.deepEqual(setupRuns(), []);
      });

    it("is destroyed once it is unprotected: forgotten, with nothing touched", async () => {
      const { code, text } = await project.pulumi("destroy", "--yes");
      assert.notEqual(code, 0, text);
      assert.match(text, /cannot be deleted\s+because it is protected/);
      assert.equal((await ours()).length, count);
      await project.pulumiOk("state", "unprotect", "--all", "--yes");
      const asked = logons();
      await project.pulumiOk("destroy", "--yes", "--skip-preview");
      assert.deepEqual(await ours(), []);
      assert.deepEqual(logons(), asked);
      assert.deepEqual(setupRuns(), []);
    });
  });
}
