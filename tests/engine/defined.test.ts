/** A release that the program defines, under the real engine: from the program to the plan, on a server, and into the state. */
import assert from "node:assert/strict";
import { fabrikamAtCu15, type Lab, startLab } from "../../lab";
import { inventedName } from "../../lab/invented-release";
import type { Organization } from "../../lab/organization";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";

const media = { "D:\\CU9": inventedName };
const hosts = ["prep1", "ex1"];

/** A part of fabrikam, with media of the release; the program knows nothing of the rest. */
const organization: Organization = {
  ...fabrikamAtCu15,
  computers: fabrikamAtCu15.computers.map((each) =>
    hosts.includes(each.name.split(".")[0] ?? "") ? { ...each, media } : each,
  ),
};

const program = `
const { defineRelease } = require("pulumi-exchange-upgrade");
const cu9 = defineRelease({
  name: "${inventedName}",
  source: "made up for this test",
  build: "15.2.9999.1",
  levels: { schema: 17099, organization: 16799, domain: 13299 },
  upgradesFrom: ["2019 CU15", "SE RTM"],
  framework: { versions: ["4.8"], onLaterWindows: { version: "4.8.1", windows: "Windows Server 2022" } },
  windows: { versions: [{ name: "Windows Server 2022" }] },
  forest: { domainControllers: [{ name: "Windows Server 2022" }], level: { refusedBelow: 6, least: 6, most: 7 } },
  coexistence: [{ product: "2013", by: "Setup" }],
  software: ["Visual C++ 2012 Redistributable (x64)", "IIS URL Rewrite Module"],
  setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
});
const reader = { ...lab.directory, ...lab.accounts["FABRIKAM\\\\reader"] };
const on = (name, account) => ({
  name, media: "D:\\\\CU9", connection: { ...lab.computers[name], ...lab.accounts[account] },
});
const setup = { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" };
const prep1 = on("prep1.fabrikam.com", "FABRIKAM\\\\prep");
const of = { target: "${inventedName}", releases: [cu9], directory: reader };
const schema = new ExchangeSchemaPrep("schema", { ...of, setup, computer: prep1 });
const ad = new ExchangeADPrep("ad", { schema, setup, computer: prep1 });
const prepared = new ExchangeDomainPrep("domains", { ad, setup, allDomains: true, computer: prep1 });
new ExchangeRoleUpgrade("ex1", {
  prepared, setup, computer: on("ex1.fabrikam.com", "FABRIKAM\\\\exadmin"), reboot: "ifRequired",
});
`;

describeWith(["pulumi"], "engine: a release that the program defines", function () {
  this.timeout(120_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(organization, { setupSeconds: 0.02 });
    project = await makeProject(lab, program);
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  const runs = () =>
    hosts.flatMap((host) =>
      lab
        .computer(`${host}.${organization.root}`)
        .setupRuns.map(({ commandLine, result }) => `${host} ${result}: ${commandLine}`),
    );

  it("is planned as what it is", async () => {
    const preview = await project.preview({ diff: true });
    assert.ok(preview.ok, preview.text);
    assert.match(preview.text, /schema 17099 \(SE CU9, defined by the program\)/);
  });

  it("is brought to directory and server, and kept in the state with its definition", async () => {
    const up = await project.up();
    assert.ok(up.ok, up.text);
    const licence = "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF";
    assert.deepEqual(runs(), [
      `prep1 completed: /PrepareSchema ${licence}`,
      `prep1 completed: /PrepareAD ${licence}`,
      `prep1 completed: /PrepareAllDomains ${licence}`,
      `ex1 completed: /mode:upgrade ${licence}`,
    ]);
    const all = await project.resources();
    for (const name of ["schema", "ex1"]) {
      const { target, releases } = all.find(({ urn }) => urn.endsWith(`::${name}`))?.outputs ?? {};
      assert.equal(target, inventedName);
      assert.deepEqual(
        (releases as readonly { readonly name: string; readonly upgradesFrom: unknown }[]).map((each) => [
          each.name,
          each.upgradesFrom,
        ]),
        [[inventedName, ["2019 CU15", "SE RTM"]]],
      );
    }
    const again = await project.preview();
    assert.ok(again.ok, again.text);
    assert.match(again.text, /5 unchanged/);
  });
});
