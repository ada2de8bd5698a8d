/** Programs in Python over the resource plugin and the SDK that is made from its schema. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { build, checkout } from "../compiled";
import { assertNoPassword } from "../passwords";
import { installSdk, preambleFor, pythonHost, writePython } from "../plugin/python";
import { rollbackOf } from "../rollback";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";
import { endHosts, killInSetup, resume } from "./kill";

if (pythonHost !== undefined) {
  const host = pythonHost;
  describeWith(["pulumi"], "engine: programs in Python", function () {
    this.timeout(300_000);
    let place: string;
    let variables: { readonly [name: string]: string };

    before(async () => {
      await build();
      place = mkdtempSync(join(tmpdir(), "exchange-upgrade-test-"));
      // This host is older than the CLI, and hears nothing of the option `virtualenv`: the environment comes first on PATH.
      const path = [join(host, "venv", "bin"), host, process.env.PATH].join(delimiter);
      variables = { PATH: path, PYTHONPATH: await installSdk(host, place) };
    });
    after(() => rmSync(place, { recursive: true, force: true }));

    describe("contoso's steps", () => {
      let lab: Lab;
      let project: Project;

      before(async () => {
        lab = await startLab(contoso, { setupSeconds: 0.02 });
        project = await makeProject(lab, "", variables);
        writePython(project.folder, exampleOn(lab));
      });
      after(async () => {
        if (project !== undefined) endHosts(project);
        project?.remove();
        await lab?.stop();
      });

      it("go through as approved, their engine killed in between, and are unchanged when run again and refreshed", async () => {
        const plan = join(project.folder, "approved.json");
        const previewed = await project.preview({ plan });
        assert.ok(previewed.ok, previewed.text);
        assert.match(previewed.text, /\+ 7 to create/);
        const dc1 = lab.computer("dc1.contoso.com");
        await killInSetup(project, dc1, { provider: "pulumi-resource-exchange-upgrade", plan });
        await project.cancel();
        const up = await resume(project, dc1, { plan });
        assert.ok(up.ok, up.text);
        assert.match(up.text, /ExchangeSchemaPrep schema .*: following Setup, which another run has started/);
        assert.match(up.text, /dc1\.contoso\.com: schema 10637 -> 11116/);
        const again = await project.preview();
        assert.match(again.text, /7 unchanged/);
        const refreshed = await project.refresh({ clearPendingCreates: true });
        assert.match(refreshed.text, /7 unchanged/);
        assert.equal(Object.values(lab.computers).flatMap((c) => c.setupRuns).length, 6);
        assertNoPassword(
          previewed.text + up.text + again.text + refreshed.text + project.stateText(),
          contoso,
        );
      });

      it("refuse a rollback, with the whole text", async () => {
        writePython(project.folder, exampleOn(lab).replace('"2007 SP1"\n', '"2007 RTM"\n'));
        const { ok, text } = await project.preview();
        assert.equal(ok, false, text);
        const refusal = rollbackOf("exchange-upgrade:index:ExchangeSchemaPrep");
        assert.ok(text.includes(refusal), `${refusal}\nis not in\n${text}`);
      });
    });

    it("contoso as one component goes through, with the names of its maps as they are written", async () => {
      const lab = await startLab(contoso, { setupSeconds: 0.02 });
      const project = await makeProject(lab, "", variables);
      try {
        writePython(project.folder, preambleFor(lab) + component);
        const { ok, text } = await project.up();
        assert.ok(ok, text);
        assert.match(text, /proven *: \{/);
        const { resources = [] } = JSON.parse(await project.exportText()).deployment;
        const names = (resources as { readonly urn: string }[]).map(({ urn }) => urn.split("::").at(-1));
        for (const name of ["contoso-cas-lon", "contoso-emea.contoso.com"])
          assert.ok(names.includes(name), `${name} is not in ${names.join(", ")}`);
        assertNoPassword(text + project.stateText(), contoso);
      } finally {
        project.remove();
        await lab.stop();
      }
    });
  });
}

/** The example's program, with the lab's addresses and passwords in place of those of its configuration. */
function exampleOn(lab: Lab): string {
  const example = readFileSync(join(checkout, "examples", "contoso-python", "__main__.py"), "utf8");
  const on = example
    .replace(
      /exchange\.DirectoryArgs\(\n(?: {4}.*\n)+\)/,
      'exchange.DirectoryArgs(**LAB["directory"], **LAB["accounts"]["CONTOSO\\\\reader"])',
    )
    .replace(
      /exchange\.ConnectionArgs\(\n(?: {12}.*\n)+ {8}\)/,
      'exchange.ConnectionArgs(**LAB["computers"][name], **LAB["accounts"][user])',
    );
  return preambleFor(lab) + on;
}

/** The organization as one component: dictionaries, and a class where the argument may also be a word. */
const component = `
import pulumi
import pulumi_exchange_upgrade as exchange

def computer(name, user="CONTOSO\\\\exadmin"):
    return {"name": name, "media": "D:\\\\SP1", "connection": {**LAB["computers"][name], **LAB["accounts"][user]}}

def server(name, role, **more):
    return {"computer": computer(name), "roles": [role], **more}

edge = "edge1.perimeter.contoso.com"
contoso = exchange.ExchangeUpgrade(
    "contoso",
    target="2007 SP1",
    directory={**LAB["directory"], **LAB["accounts"]["CONTOSO\\\\reader"]},
    preparation=exchange.PreparationArgs(
        schema={"computer": computer("dc1.contoso.com", "CONTOSO\\\\prep")},
        domains={"emea.contoso.com": {"computer": computer("emea-dc1.emea.contoso.com", "EMEA\\\\emeaprep")}},
    ),
    servers={
        "cas-lon": server("cas-lon.contoso.com", "Client Access", site="London", internet_facing=True),
        "cas-nyc": server("cas-nyc.contoso.com", "Client Access", site="NewYork", internet_facing=True),
        "cas-dub": server("cas-dub.emea.contoso.com", "Client Access", site="Dublin"),
        "hub-lon": server("hub-lon.contoso.com", "Hub Transport", site="London"),
        "um-lon": server("um-lon.contoso.com", "Unified Messaging", site="London"),
        "mbx-lon": server("mbx-lon.contoso.com", "Mailbox", site="London"),
        "mbx-dub": server("mbx-dub.emea.contoso.com", "Mailbox", site="Dublin"),
        "tools1": server("tools1.contoso.com", "Management Tools"),
        "edge1": {"computer": computer(edge, edge + "\\\\Administrator"), "roles": ["Edge Transport"]},
    },
)
pulumi.export("proven", contoso.proven)
`;
