/** Policy packs that remediate, by the real policy SDK: what they change after the check is refused, not run. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { contoso, type Lab, startLab } from "../../lab";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";
import { organizationProgram } from "./organization-program";
import { writePolicyPack } from "./policyPack";

describeWith(["pulumi"], "engine: a policy pack that remediates", function () {
  this.timeout(300_000);
  let base: string;
  let lab: Lab;
  let project: Project;

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), "exchange-upgrade-policy-"));
    lab = await startLab(contoso, { setupSeconds: 0.02 });
  });
  afterEach(async () => {
    project?.remove();
    await lab?.stop();
    rmSync(base, { recursive: true, force: true });
  });

  /**
   * A pack with one policy.
   * @param remediation what the policy answers for `type` and `props`, in JavaScript
   */
  const remediating = (remediation: string): string =>
    pack(`const { PolicyPack } = require("@pulumi/policy");
const remediate = ({ type, props }) => { ${remediation} };
new PolicyPack("pack", { policies: [{ name: "p", description: "d", enforcementLevel: "remediate", remediateResource: remediate }] });
`);
  const pack = (source: string): string => writePolicyPack(base, source).pack;
  const make = async (program: string): Promise<void> => {
    project = await makeProject(lab, program, { PATH: `${join(base, "bin")}:${process.env.PATH}` });
  };
  const setupRuns = () => Object.values(lab.computers).flatMap((computer) => computer.setupRuns);
  const schema = `new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });`;

  it("is refused with what differs, of the plan and of other arguments; the state keeps nothing", async () => {
    const folder = remediating(`if (!type.endsWith(":ExchangeSchemaPrep")) return undefined;
      return { ...props, computer: { ...props.computer, media: "E:\\\\SP1" }, timeouts: { setup: 1 } };`);
    await make(schema);
    const up = await project.up({ policyPack: [folder] });
    assert.equal(up.ok, false, up.text);
    const text = [
      "error: schema preparation on dc1.contoso.com: its arguments are not those that were checked",
      "  Found:  changed since: computer.media, timeouts; plan.command is D:\\SP1\\Setup.com /PrepareSchema, and would be E:\\SP1\\Setup.com /PrepareSchema",
      "  Needed: the arguments that the check has judged and the recorded plan has been made of: nothing else is run",
      "  Where:  in a policy pack with a policy that remediates: it acts after the check",
      "  Fix:    make the change in the program, or let the policy report instead of remediate; then preview again",
      "  Rule:   what runs is what the recorded plan says (docs/whole-organization.md)",
      "  Code:   XU-CHANGED",
    ].join("\n    ");
    assert.ok(up.text.includes(`    ${text}\n`), up.text);
    assert.deepEqual(setupRuns(), []);
    assert.deepEqual(await project.resources(), []);
  });

  it("is refused at the gate, too, which has judged something else", async () => {
    const folder = remediating(`if (!type.endsWith(":ExchangeReadiness")) return undefined;
      const { "contoso-tools1": tools, ...steps } = props.steps;
      return { ...props, steps };`);
    await make(organizationProgram());
    const up = await project.up({ policyPack: [folder] });
    assert.equal(up.ok, false, up.text);
    assert.match(
      up.text,
      /error: contoso-readiness: its arguments are not those that were checked\n +Found: {2}changed since: steps\.contoso-tools1\n/,
    );
    assert.deepEqual(setupRuns(), []);
  });

  it("knows our classes: validateResourceOfType", async () => {
    const folder = pack(
      `const { PolicyPack, validateResourceOfType } = require("@pulumi/policy");
const { ExchangeSchemaPrep, ExchangeADPrep } = require("pulumi-exchange-upgrade");
const policy = (name, type) => ({ name, description: "d", enforcementLevel: "mandatory",
  validateResource: validateResourceOfType(type, ({ target }, args, report) => report(name + " of " + target)) });
new PolicyPack("pack", { policies: [policy("a-schema", ExchangeSchemaPrep), policy("an-organization", ExchangeADPrep)] });
`,
    );
    await make(schema);
    const { ok, text } = await project.preview({ policyPack: [folder] });
    assert.equal(ok, false, text);
    assert.match(text, /a-schema of 2007 SP1/);
    assert.doesNotMatch(text, /an-organization of/);
  });

  it("reports what reviewers ask for, as the example has it, and nothing where all of it is given", async () => {
    const source = readFileSync(resolve(__dirname, "../../examples/policy-pack/index.ts"), "utf8");
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS },
    });
    const folder = pack(outputText);
    await make(
      `const trusting = { ...directory, insecureSkipVerify: true };
new ExchangeSchemaPrep("bad", { target, directory: trusting, computer: dc1, waive: { D4: "it is fine" }, gone: { "cas9.contoso.com": "CHG0051" } });
new ExchangeSchemaPrep("good", { target, directory, computer: dc1, waive: { D4: "CHG0042: checked by hand" },
  changeWindow: { start: "2026-12-05T22:00", end: "2026-12-06T04:00" } });`,
    );
    const { ok, text } = await project.preview({ policyPack: [folder] });
    assert.equal(ok, false, text);
    const violations = text.split("\n").filter((line) => /^ +- \[?(mandatory|advisory)|mandatory/.test(line));
    assert.equal(violations.length, 3, text);
    for (const line of violations) assert.match(line, /ExchangeSchemaPrep: bad\)|\bbad\b/);
    for (const told of [
      "give it a `changeWindow`",
      "waive.D4: name the change, such as CHG0042",
      "directory.insecureSkipVerify: pin the server's key or certificate instead",
    ])
      assert.ok(text.includes(told), text);
  });

  it("is no matter where it changes nothing of ours", async () => {
    const folder = remediating("return { ...props };");
    await make(schema);
    const up = await project.up({ policyPack: [folder] });
    assert.ok(up.ok, up.text);
    assert.equal(setupRuns().length, 1);
  });
});
