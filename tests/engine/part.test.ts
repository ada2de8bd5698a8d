/** A part of a program, through the real engine: `--target`, `--exclude` and `--continue-on-error` go round no gate and no order. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { describeWith } from "../skip";
import { makeProject, type Printed, type Project } from "./harness";
import { organizationProgram } from "./organization-program";

const exchange = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";
const dynamic = "pulumi-nodejs:dynamic/exchange:";
const stack = "urn:pulumi:test::upgrade::";

/** URN of a resource of the component, and of one of a program without it. */
const inOrganization = (type: string, name: string) =>
  `${stack}pulumi-exchange-upgrade:index:ExchangeUpgrade$${dynamic}${type}::contoso-${name}`;
const alone = (type: string, name: string) => `${stack}${dynamic}${type}::${name}`;

const gate = inOrganization("ExchangeReadiness", "readiness");

/** The refusal of what has a gate that was not asked. */
const unasked = (what: string) => [
  `${what}: contoso-readiness, the gate before every step, has not let this run pass`,
  "  Found:  it was not asked in this run: `--target` or `--exclude` left it out; what an earlier run was allowed does not count",
  "  Needed: its judgement of the whole organization, on facts that are read in this run, before anything is started",
  "  Where:  in the options of pulumi up",
  `  Fix:    run pulumi up without \`--target\` and \`--exclude\`, or ask for the gate, too: --target '${gate}'`,
  "  Rule:   nothing is started while a rule is broken or could not be judged (docs/whole-organization.md)",
  "  Code:   XU-GATE",
];

/** The refusal of what has something before it that is not there. */
const outOfTurn = (what: string, missing: string) => [
  `${what}: what comes before it is not done: ${missing}`,
  `  Found:  left out by --target or --exclude, and not in the state at the program's target: ${missing}`,
  "  Needed: everything that the program puts before it",
  "  Where:  in this run of pulumi up",
  "  Fix:    remove the cause of what failed, ask for what was left out, too, and run pulumi up again; what is not to be done is taken out of the program",
  "  Rule:   what comes before a step is done before it (docs/whole-organization.md)",
  "  Code:   XU-OUT-OF-TURN",
];

describeWith(["pulumi"], "engine: a part of a program", function () {
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

  /** Computers on which the simulated Setup has run. */
  const upgraded = () =>
    Object.values(lab.computers)
      .flatMap(({ name, setupRuns }) => setupRuns.map(() => name))
      .sort();
  const breakRule = () => lab.computer("cas-nyc.contoso.com").registry.create(`${exchange}\\CMS`);
  /** Lets the simulated Setup fail in a phase, so many times. */
  const fail = (computer: string, phase: string, times: number) => {
    lab.computer(computer).faults.failures = [{ phase, times }];
  };
  const recorded = async () => (await project.resources()).map(({ urn }) => urn);

  it("starts nothing where --exclude leaves the gate out, though a rule is broken", async () => {
    breakRule();
    const preview = await project.preview({ exclude: [gate] });
    said(preview, [
      "dc1.contoso.com: not started by a pulumi up that is asked for no more than this preview (--target, --exclude): before it comes contoso-readiness [XU-OUT-OF-TURN]",
    ]);
    const up = await project.up({ exclude: [gate] });
    assert.equal(up.ok, false);
    said(up, unasked("schema preparation on dc1.contoso.com"));
    assert.deepEqual(upgraded(), []);
    assert.deepEqual(await project.resources(), []);
  });

  it("takes no pass of an earlier run; with the gate asked for, too, a targeted step is upgraded", async () => {
    fail("hub-lon.contoso.com", "Hub Transport Server Role", 1);
    assert.equal((await project.up()).ok, false);
    assert.ok((await recorded()).includes(gate));
    const before = upgraded();
    const hub = inOrganization("ExchangeRoleUpgrade", "hub-lon");

    breakRule();
    const alone = await project.up({ target: [hub] });
    assert.equal(alone.ok, false);
    said(alone, unasked("server upgrade on hub-lon.contoso.com"));
    assert.deepEqual(upgraded(), before);

    lab.computer("tools1.contoso.com").registry.create(`${exchange}\\CMS`);
    const refused = await project.up({ target: [hub, gate] });
    assert.equal(refused.ok, false);
    assert.match(refused.text, /nothing was started: .*; the worst come first/);
    assert.deepEqual(upgraded(), before);

    lab.computer("tools1.contoso.com").registry.removeKey(`${exchange}\\CMS`);
    const both = await project.up({ target: [hub, gate] });
    assert.ok(both.ok, both.text);
    assert.deepEqual(upgraded(), [...before, "hub-lon.contoso.com"].sort());
    const rest = await project.up();
    assert.ok(rest.ok, rest.text);
    assert.match(rest.text, /12 steps are proven/);
    const again = await project.preview();
    assert.match(again.text, /^ {4}22 unchanged$/m);
    assert.doesNotMatch(again.text, /warning/i);
  });

  it("asks for everything with the gate and --target-dependents", async () => {
    const up = await project.up({
      target: [`${stack}pulumi-exchange-upgrade:index:ExchangeUpgrade::contoso`, gate],
      targetDependents: true,
    });
    assert.ok(up.ok, up.text);
    assert.equal(upgraded().length, 12);
  });

  it("waits for a server that --exclude leaves out, and for its wave", async () => {
    const facing = inOrganization("ExchangeRoleUpgrade", "cas-lon");
    const preview = await project.preview({ exclude: [facing] });
    const kept = (what: string, before: string) =>
      `${what}: not started by a pulumi up that is asked for no more than this preview (--target, --exclude): before it comes ${before} [XU-OUT-OF-TURN]`;
    said(preview, [kept("wave contoso-1-facing-client-access", "contoso-cas-lon")]);
    said(preview, [kept("cas-dub.emea.contoso.com", "contoso-1-facing-client-access")]);
    said(preview, [kept("mbx-dub.emea.contoso.com", "contoso-3-transport")]);
    assert.doesNotMatch(preview.text, /D3/);

    const up = await project.up({ exclude: [facing] });
    assert.equal(up.ok, false);
    said(up, outOfTurn("wave contoso-1-facing-client-access", "contoso-cas-lon"));
    const done = ["dc1.contoso.com", "dc1.contoso.com", "emea-dc1.emea.contoso.com", "cas-nyc.contoso.com"];
    assert.deepEqual(upgraded(), [...done].sort());

    // Without the wave the engine asks for the server behind it.
    const wave = inOrganization("ExchangeWave", "1-facing-client-access");
    const behind = await project.up({ exclude: [facing, wave] });
    assert.equal(behind.ok, false);
    said(behind, outOfTurn("server upgrade on cas-dub.emea.contoso.com", "contoso-1-facing-client-access"));
    assert.deepEqual(upgraded(), [...done].sort());

    const rest = await project.up();
    assert.ok(rest.ok, rest.text);
    assert.match(rest.text, /12 steps are proven/);
  });

  it("goes on with what does not wait for a failed server, with --continue-on-error, also as approved", async () => {
    const plan = join(project.folder, "approved.json");
    assert.ok((await project.preview({ plan })).ok);
    fail("mbx-lon.contoso.com", "Mailbox Server Role", 1);
    const up = await project.up({ plan, continueOnError: true });
    assert.equal(up.ok, false);
    assert.doesNotMatch(up.text, /violates plan|put .* in `after`/);
    assert.equal((up.text.match(/error: Setup failed on mbx-lon\.contoso\.com/g) ?? []).length > 0, true);
    // Its wave, and with it Edge Transport and the tools, waits; the other Mailbox server does not.
    assert.equal(upgraded().includes("mbx-dub.emea.contoso.com"), true, up.text);
    assert.equal(upgraded().includes("edge1.perimeter.contoso.com"), false);
    said(up, [
      "edge1.perimeter.contoso.com: not started in this run: what comes before it is not done: contoso-4-mailbox [XU-OUT-OF-TURN]",
    ]);
    const rest = await project.up({ plan });
    assert.ok(rest.ok, rest.text);
    assert.match(rest.text, /12 steps are proven/);
  });

  const plain = `
const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });
const emea = new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com", computer: emeaDc });
const lon = new ExchangeRoleUpgrade("cas-lon", { prepared: ad, internetFacing: true, computer: computer("cas-lon.contoso.com") });
const nyc = new ExchangeRoleUpgrade("cas-nyc", { prepared: ad, internetFacing: true, computer: computer("cas-nyc.contoso.com") });
new ExchangeRoleUpgrade("cas-dub", { prepared: emea, after: [lon, nyc], computer: computer("cas-dub.emea.contoso.com") });`;

  it("without a gate: starts no step whose preparation or whose predecessor --exclude leaves out", async () => {
    project.write(plain);
    const unprepared = await project.up({
      exclude: [alone("ExchangeADPrep", "ad")],
      continueOnError: true,
    });
    assert.equal(unprepared.ok, false);
    said(unprepared, outOfTurn("domain preparation on emea-dc1.emea.contoso.com", "ad"));
    said(unprepared, outOfTurn("server upgrade on cas-lon.contoso.com", "ad"));
    assert.deepEqual(upgraded(), ["dc1.contoso.com"]);

    const lon = alone("ExchangeRoleUpgrade", "cas-lon");
    const preview = await project.preview({ exclude: [lon] });
    said(preview, [
      "cas-dub.emea.contoso.com: not started by a pulumi up that is asked for no more than this preview (--target, --exclude): before it comes cas-lon [XU-OUT-OF-TURN]",
    ]);
    const up = await project.up({ exclude: [lon] });
    assert.equal(up.ok, false);
    said(up, outOfTurn("server upgrade on cas-dub.emea.contoso.com", "cas-lon"));
    assert.equal(upgraded().includes("cas-dub.emea.contoso.com"), false);
    assert.deepEqual(
      (await recorded()).filter((urn) => urn.endsWith("cas-dub")),
      [],
    );
    // What is done before it needs not be asked for.
    assert.ok((await project.up({ target: [lon] })).ok);
    const last = await project.up({ target: [alone("ExchangeRoleUpgrade", "cas-dub")] });
    assert.ok(last.ok, last.text);
    assert.equal(upgraded().length, 6);
  });

  it("without a gate: --continue-on-error leaves out what waits for a failed server, and nothing else", async () => {
    project.write(`${plain}
new ExchangeRoleUpgrade("tools1", { prepared: ad, computer: computer("tools1.contoso.com") });`);
    fail("cas-lon.contoso.com", "Client Access server role", 1);
    const up = await project.up({ continueOnError: true });
    assert.equal(up.ok, false);
    assert.doesNotMatch(up.text, /D3|put .* in `after`/);
    said(up, [
      "cas-dub.emea.contoso.com: not started in this run: what comes before it is not done: cas-lon [XU-OUT-OF-TURN]",
    ]);
    assert.equal(upgraded().includes("cas-dub.emea.contoso.com"), false);
    assert.equal(upgraded().includes("cas-nyc.contoso.com"), true);
    assert.equal(upgraded().includes("tools1.contoso.com"), true);
    const rest = await project.up();
    assert.ok(rest.ok, rest.text);
  });

  it("an update is started out of turn as little: the state stays as it is", async () => {
    assert.ok((await project.up()).ok);
    const before = upgraded();
    // As if an earlier release had been recorded, which the program now leaves.
    await project.editState((resource) =>
      resource.urn.endsWith("::contoso-hub-lon")
        ? {
            ...resource,
            inputs: { ...resource.inputs, target: "2007 RTM" },
            outputs: { ...resource.outputs, target: "2007 RTM", levels: { "Hub Transport": "8.0.685.25" } },
          }
        : resource,
    );
    const up = await project.up({ target: [inOrganization("ExchangeRoleUpgrade", "hub-lon")] });
    assert.equal(up.ok, false, up.text);
    said(up, unasked("server upgrade on hub-lon.contoso.com"));
    assert.deepEqual(upgraded(), before);
    const hub = (await project.resources()).find(({ urn }) => urn.endsWith("::contoso-hub-lon"));
    assert.equal(hub?.outputs?.target, "2007 RTM");
  });
});

/** Asserts that a command printed these lines as one message: the engine's own words stand in front of the first. */
function said({ text }: Printed, lines: readonly string[]): void {
  const [first = "", ...others] = lines.map((line) => line.trim());
  const printed = text.split("\n").map((line) => line.trim());
  const fits = printed.some(
    (line, at) => line.endsWith(first) && others.every((other, i) => printed[at + 1 + i] === other),
  );
  assert.ok(fits, `${lines.join("\n")}\n\nis not among\n\n${text}`);
}
