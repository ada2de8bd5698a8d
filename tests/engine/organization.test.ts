/** Contoso as one component, through the real engine: gates, findings, waves, and what was approved. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { describeWith } from "../skip";
import { generated, generatedProgram } from "./generated";
import { makeProject, type Printed, type Project, type StateResource } from "./harness";
import { organizationProgram } from "./organization-program";

const exchange = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
const tcpip = `${services}\\Tcpip\\Parameters`;
const windows = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const count = 12;

/** Faults in the program: accounts, roles, sites. */
const wrongProgram = `
args.preparation.schema.computer = computer("dc1.contoso.com", "CONTOSO\\\\helpdesk");
servers["mbx-lon"].roles = ["Hub Transport"];
servers["hub-lon"].site = "NewYork";
servers["mbx-dub"].computer = computer("mbx-dub.emea.contoso.com", "CONTOSO\\\\helpdesk");
`;

/** What the documentation shows is what is printed. */
const page = readFileSync(resolve(__dirname, "../../docs/whole-organization.md"), "utf8");
const tenFindings = /^```text\n(nothing was started:[\s\S]*?)\n```$/m.exec(page)?.[1];

describeWith(["pulumi"], "engine: a whole organization as one component", function () {
  this.timeout(300_000);
  let lab: Lab;
  let project: Project;

  beforeEach(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    project = await makeProject(lab, organizationProgram());
  });
  afterEach(async () => {
    project?.remove();
    await lab?.stop();
  });

  const setupRuns = () => Object.values(lab.computers).flatMap((computer) => computer.setupRuns);
  const registry = (name: string) => lab.computer(name).registry;

  it("is upgraded in waves and proven, and then shows no change", async () => {
    const up = await project.up();
    assert.ok(up.ok, up.text);
    assert.equal(setupRuns().length, count);
    assert.match(up.text, /12 steps are proven, in the directory and in the registries/);
    const resources = await project.resources();
    assert.equal(resources.length, count + 2 + 6);
    const logons = () => Object.values(lab.computers).map(({ name, counts }) => [name, counts.logons]);
    const before = new Map(logons().map(([name, count]) => [name, count]));
    const again = await project.preview();
    assert.match(again.text, /^ {4}22 unchanged$/m);
    assert.doesNotMatch(again.text, /warning/i);
    // Of these two the directory shows nothing; the others it shows at the target, as the state does.
    const asked = logons().filter(([name, count]) => count !== before.get(name));
    assert.deepEqual(asked.map(([name]) => name).sort(), [
      "edge1.perimeter.contoso.com",
      "tools1.contoso.com",
    ]);
    const nothing = await project.up();
    assert.ok(nothing.ok, nothing.text);
    assert.equal(setupRuns().length, count);
  });

  it("shows ten faults after every row of the plan, worst first, and touches nothing", async () => {
    project.write(organizationProgram(wrongProgram));
    registry("cas-lon.contoso.com").set(`${services}\\RemoteRegistry`, "Start", 4);
    registry("cas-nyc.contoso.com").create(`${exchange}\\CMS`);
    registry("cas-dub.emea.contoso.com").set(tcpip, "Hostname", "cas-cork");
    registry("um-lon.contoso.com").set(windows, "CurrentBuildNumber", "6002");
    registry("tools1.contoso.com").set("HKLM\\SOFTWARE\\Microsoft\\Updates", "UpdateExeVolatile", 1);
    lab.computer("emea-dc1.emea.contoso.com").files.remove("D:\\SP1\\Setup.com");

    const preview = await project.preview();
    assert.equal(preview.ok, false);
    assert.equal(rows(preview, "create"), 1 + 1 + count + 6, preview.text);
    assert.equal(findings(preview, "contoso-verification"), tenFindings);

    const up = await project.up();
    assert.equal(up.ok, false);
    assert.equal(findings(up, "contoso-readiness"), tenFindings);
    assert.equal(rows(up, "creating"), 1, "more than the component itself");
    assert.deepEqual(await project.resources(), []);
    assert.equal(setupRuns().length, 0);
  });

  it("refuses one bad argument of one server before anything runs, in preview after every row", async () => {
    project.write(
      organizationProgram(`
servers["um-lon"].changeWindow = { start: "2026-12-05 22:00", end: "2026-12-06T06:00" };
servers["tools1"].reboot = "maybe";
servers["edge1"].taskName = pulumi.output("Exchange Setup");
`),
    );
    const refusal = [
      '3 arguments cannot be used: servers.edge1.taskName: only run: "task" has it',
      '  and   servers.tools1.reboot: invalid option: expected one of "never"|"ifRequired"',
      '  and   servers["um-lon"].changeWindow.start: is not a local date and time such as "2026-12-05T22:00"',
      "  Where:  in the program",
      "  Fix:    correct them; nothing was started",
      "  Code:   XU-ARGUMENT",
    ].join("\n");
    const preview = await project.preview();
    assert.equal(preview.ok, false, preview.text);
    assert.equal(rows(preview, "create"), 1 + 1 + count + 6, preview.text);
    assert.equal(findings(preview, "contoso-verification"), refusal);
    const up = await project.up();
    assert.equal(up.ok, false, up.text);
    assert.equal(findings(up, "contoso-readiness"), refusal);
    assert.equal(rows(up, "creating"), 1, "more than the component itself");
    assert.deepEqual(await project.resources(), []);
    assert.equal(setupRuns().length, 0);
  });

  it("only warns in preview of what could not be verified, and refuses it in up unless it is waived", async () => {
    registry("um-lon.contoso.com").set(windows, "CurrentBuildNumber", "6002");
    const preview = await project.preview();
    assert.ok(preview.ok, preview.text);
    assert.match(
      preview.text,
      /warning: pulumi up will refuse: 1 finding on 1 computer: 1 not verified; see the diagnostics of each step below/,
    );
    const refused = await project.up();
    assert.equal(refused.ok, false);
    assert.match(
      refused.text,
      /nothing was started: 1 finding on 1 computer: 1 not verified; the worst come first/,
    );
    assert.equal(setupRuns().length, 0);
    project.write(organizationProgram('servers["um-lon"].waive = { D5: "CHG0042: it was there before" };'));
    lab.computer("hub-lon.contoso.com").faults.failures = [{ phase: "Hub Transport Server Role", times: 1 }];
    const failed = await project.up();
    assert.equal(failed.ok, false, failed.text);
    assert.match(failed.text, /um-lon\.contoso\.com: D5 is waived \(CHG0042: it was there before\)/);

    // Recorded, um-lon needs no waiver any more; hub-lon, which is not upgraded yet, must not cross.
    project.write(organizationProgram());
    registry("hub-lon.contoso.com").set(windows, "CurrentBuildNumber", "6001");
    const crossed = await project.preview();
    assert.equal(crossed.ok, false, crossed.text);
    const refusal = [
      "nothing was started: 1 finding on 1 computer: 1 broken; the worst come first",
      "hub-lon.contoso.com",
      "D5 (must), server upgrade on hub-lon.contoso.com: Windows was upgraded to Windows Server 2008 or later with Exchange on it",
      "  Found:  Windows build 6001, and 3790 recorded in the state",
      "  Needed: the operating system that Exchange was installed on: Windows Server 2008 comes before Exchange or never",
      "  Where:  on hub-lon.contoso.com",
      "  Fix:    install Exchange 2007 SP1 on another computer with a fresh Windows Server 2008, and move what is here",
      "  Rule:   D5, the operating system is not upgraded to Windows Server 2008 before or after the upgrade (How to upgrade to Exchange 2007 SP1)",
    ].join("\n");
    assert.equal(findings(crossed, "contoso-verification"), refusal);
    assert.equal(findings(await project.up(), "contoso-readiness"), refusal);
    registry("hub-lon.contoso.com").set(windows, "CurrentBuildNumber", "3790");
    const up = await project.up();
    assert.ok(up.ok, up.text);
    assert.doesNotMatch(up.text, /D5/);
  });

  it("runs as approved, goes on with the same plan after a failure, and refuses what was not approved", async () => {
    const plan = join(project.folder, "approved.json");
    const saved = await project.preview({ plan });
    assert.ok(saved.ok, saved.text);

    const unapproved = ['delete servers["tools1"];', 'servers["tools1"].waive = { D6: "CHG0042" };'];
    for (const change of unapproved) {
      project.write(organizationProgram(change));
      const other = await project.up({ plan });
      assert.equal(other.ok, false);
      assert.match(other.text, /contoso-readiness violates plan: properties changed: [~+-]{1,2}steps/);
    }
    assert.equal(setupRuns().length, 0);

    project.write(organizationProgram());
    lab.computer("hub-lon.contoso.com").faults.failures = [{ phase: "Hub Transport Server Role", times: 1 }];
    const failed = await project.up({ plan });
    assert.equal(failed.ok, false);
    assert.doesNotMatch(failed.text, /violates plan/);
    const ranBefore = setupRuns().filter((run) => run.result === "completed").length;
    assert.ok(ranBefore >= 6, failed.text);

    const resumed = await project.up({ plan });
    assert.ok(resumed.ok, resumed.text);
    assert.match(resumed.text, /12 steps are proven/);
    assert.equal(setupRuns().filter((run) => run.result === "completed").length, count);

    // The component tells what is proven; deleting it says once that nothing is undone, and touches nothing.
    const { deployment } = JSON.parse(await project.exportText()) as {
      readonly deployment: { readonly resources: readonly StateResource[] };
    };
    const all = deployment.resources;
    const component = all.find(({ type }) => type === "pulumi-exchange-upgrade:index:ExchangeUpgrade");
    const gate = all.find(({ type }) => type.endsWith("ExchangeVerification"));
    assert.deepEqual(component?.outputs, { target: "2007 SP1", proven: gate?.outputs?.proven });
    await project.editState((each) => ({ ...each, protect: false }));
    const runs = setupRuns().length;
    const destroyed = await project.destroy();
    assert.ok(destroyed.ok, destroyed.text);
    const [, diagnostics = ""] = destroyed.text.split(/^Diagnostics:$/m);
    assert.equal(diagnostics.split("only Pulumi's state forgets").length, 2, destroyed.text);
    assert.match(
      diagnostics,
      /only Pulumi's state forgets this upgrade: no server was touched, and nothing in Active Directory is undone \(D9\)\. To finish the upgrade, run pulumi up with the same program: it adopts what is at its target, and runs Setup for the rest/,
    );
    assert.deepEqual(await project.resources(), []);
    assert.equal(setupRuns().length, runs);
  });
});

describeWith(["pulumi"], "engine: a generated organization of sixty servers", function () {
  this.timeout(600_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(generated, { setupSeconds: 0.005 });
    project = await makeProject(lab, generatedProgram);
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  it("is upgraded: three domains, twelve sites, no role ever lost where a site has two servers of it", async () => {
    const up = await project.up();
    assert.ok(up.ok, up.text);
    assert.match(up.text, /64 steps are proven/);
    const runs = Object.values(lab.computers).flatMap((computer) => computer.setupRuns);
    assert.equal(runs.filter((run) => run.result === "completed").length, 64);
    const servers = generated.computers.filter(({ roles }) => roles.length > 0);
    for (const { start } of runs) {
      // At the moment in which a run began, one server of each role of each site is not being upgraded.
      const busy = new Set(
        runs.filter((r) => r.start <= start && (r.end === null || r.end > start)).map((r) => r.computer),
      );
      for (const site of generated.sites) {
        for (const role of ["Client Access", "Hub Transport", "Mailbox"] as const) {
          const own = servers.filter((each) => each.site === site && each.roles.includes(role));
          assert.ok(
            own.some(({ name }) => !busy.has(name)),
            `${role} of ${site}`,
          );
        }
      }
    }
    const facing = new Set(servers.filter((each) => each.externalUrl !== undefined).map(({ name }) => name));
    const lastFacing = Math.max(
      ...runs.filter((r) => facing.has(r.computer)).map((r) => r.end?.getTime() ?? Number.NaN),
    );
    for (const run of runs.filter((r) => r.computer.startsWith("s") && !facing.has(r.computer)))
      assert.ok(run.start.getTime() >= lastFacing, run.computer);
  });

  it("waits over as many dependencies as it has servers and roles, and keeps no password in plain state", async () => {
    const { deployment } = JSON.parse(await project.exportText()) as {
      readonly deployment: {
        readonly resources: readonly { type: string; dependencies?: readonly string[] }[];
      };
    };
    const ours = deployment.resources.filter(({ type }) =>
      type.startsWith("pulumi-nodejs:dynamic/exchange:"),
    );
    const edges = ours.flatMap(({ dependencies = [] }) => dependencies).length;
    assert.ok(edges < 6 * ours.length, `${edges} dependencies of ${ours.length} resources`);
    for (const { password } of generated.accounts) assert.ok(!project.stateText().includes(password));
  });
});

/** Rows of the plan: lines that say what is done with a resource of ours. */
function rows({ text }: Printed, what: string): number {
  const names = [...text.matchAll(new RegExp(`^ \\+ {2}\\S*xchange\\S* (\\S+) ${what}\\b`, "gm"))];
  return new Set(names.map(([, name]) => name)).size;
}

/** What Diagnostics say of one resource's errors, without the engine's own words and without SIDs. */
function findings({ text }: Printed, resource: string): string {
  const all = text.slice(text.indexOf("\nDiagnostics:"));
  const from = all.indexOf(`(${resource}):`);
  const own = all.slice(all.indexOf("\n", from) + 1, all.indexOf("\n\n", from));
  return own
    .split("\n")
    .map((line) => line.replace(/^ {4}/, "").replace(/^error: \S+ resource '\S+' has a problem: /, ""))
    .filter((line) => !line.startsWith("warning: ") && !/^\d+ steps: /.test(line))
    .join("\n")
    .replace(/S-1-5-21-[-\d]+/g, "<SID>");
}
