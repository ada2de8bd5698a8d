/** Releases that the program defines, as the provider checks them: from JSON in the inputs to the plan. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineRelease, defineUpdate } from "../../lib";
import { unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import { Run } from "../../lib/provider/memory/run";
import { caseOf } from "../../lib/provider/step/case";
import { parseInputs } from "../../lib/provider/step/inputs";
import { isOffered, planOfStep, type Step, stepOf } from "../../lib/provider/step/step";
import { targetIn } from "../../lib/provider/step/target";
import { isDefined } from "../../lib/releases";
import { parseReport } from "../../lib/review/assemble";
import { reachable } from "../../lib/rules/organization/pathToTarget";
import { type Props, unknownValue } from "../../lib/wire/values";
import { check, diff } from "../frontDoor";
import { inputsOf } from "./builder";
import { LabSteps } from "./lab-steps";

/** A service pack that there never was: the lab's organization is of 2007. */
const sp4 = defineRelease({
  name: "2007 SP4",
  source: "made up for this test",
  build: "8.4.100.1",
  levels: { schema: 14626, organization: 11223, domain: 11222 },
  upgradesFrom: ["2007 RTM", "2007 SP3"],
  framework: "not described",
  windows: "not described",
  forest: "not described",
  coexistence: "none needed",
  setup: { licence: "none", extendedProtection: false },
});
const given = (changes: Props = {}): Props => ({ target: "2007 SP4", releases: [sp4], ...changes });
/** As inputs arrive: through JSON. */
const wire = (props: Props): Props => JSON.parse(JSON.stringify(props));

function aStep(changes: Props = {}): Step {
  const parsed = parseInputs("schema", wire(inputsOf("schema", given(changes))));
  assert.deepEqual(parsed.problems, []);
  const step = stepOf("schema", parsed);
  assert.ok(step);
  return step;
}

function problems(changes: Props): readonly string[] {
  return parseInputs("schema", inputsOf("schema", given(changes))).problems;
}

describe("a release that the program defines", () => {
  it("is a target like one of the package's, and its plan says whose it is", () => {
    const step = aStep();
    assert.equal(step.target.name, "2007 SP4");
    assert.ok(isOffered(step.target));
    const { before, after, command } = planOfStep(step);
    assert.equal(before, "schema 10637 or 14625 (2007 RTM or 2007 SP3)");
    assert.equal(after, "schema 14626 (2007 SP4, defined by the program)");
    assert.match(command, /Setup\.com" ?\/PrepareSchema|Setup\.com \/PrepareSchema/);
  });

  it("is reached from what its definition names, by the rules of every release", () => {
    const facts = {
      forest: {
        ...unreadForest("it was not asked", "dc1"),
        schema: { known: true, value: 10637, source: "dc1" },
      },
      account: unknown("it was not asked", "dc1"),
      computer: unreadComputer("it was not asked", "registry"),
      domainLevels: {},
      serverAccess: unknown("it was not asked", "dc1"),
      health: unreadHealth(unknown("it was not asked", "dc1")),
      administrators: unknown("it was not asked", "dc1"),
    } as const;
    const how = { recorded: false, apply: false, recordedWindows: null };
    assert.deepEqual(reachable(caseOf(new Run(), aStep(), facts, how)), { verdict: "ok" });
    const from = (schema: number) =>
      reachable(
        caseOf(
          new Run(),
          aStep(),
          { ...facts, forest: { ...facts.forest, schema: { known: true, value: schema, source: "dc1" } } },
          how,
        ),
      );
    assert.deepEqual(from(11116), {
      verdict: "fails",
      problem: "2007 SP4 is not reached in place from what is there",
      found: "schema 11116 (2007 SP1), read from dc1",
      needed: "2007 RTM or 2007 SP3, from which 2007 SP4 is reached in place",
      where: "in the program: `target`",
      fix: "No upgrade in place leads from Exchange 2007 SP1 straight to 2007 SP4: upgrade to 2007 SP3 first",
    });
  });

  it("is no target without its definition, nor one that cannot be used", () => {
    assert.equal(stepOf("schema", parseInputs("schema", inputsOf("schema", { target: "2007 SP4" }))), null);
    assert.deepEqual(problems({ releases: [{ ...sp4, build: "8.3" }] }), [
      'releases: the definition of release "2007 SP4" cannot be used: build: is no build of four numbers, such as 15.2.2562.17',
    ]);
    assert.deepEqual(problems({ releases: [{ ...sp4, upgradesFrom: ["2007 SP9"] }] }), [
      'releases: release "2007 SP4" cannot be upgraded to from "2007 SP9": no older release of that name, in the table or defined',
    ]);
    assert.deepEqual(problems({ releases: sp4 }), [
      "releases: invalid input: expected array, received object",
    ]);
    assert.deepEqual(
      problems({ releases: [sp4, { release: "SE RTM", newestUpdate: "15.2.1.1", source: "made up" }] }),
      ['releases: build 15.2.1.1 is no update of release "SE RTM": SE RTM has build 15.2.2562.17'],
    );
  });

  it("is not planned while a part of it is not known", () => {
    const parsed = parseInputs("schema", inputsOf("schema", given({ releases: unknownValue })));
    assert.deepEqual([parsed.unknown, parsed.problems, stepOf("schema", parsed)], [["releases"], [], null]);
  });

  it("is found in what an earlier run has recorded, whatever has become of the definition", () => {
    assert.equal(targetIn(wire(given()))?.name, "2007 SP4");
    assert.equal(targetIn(wire(given({ releases: [{ ...sp4, name: "SE" }] }))), undefined);
    assert.equal(targetIn({ target: "2007 SP1", releases: "of another version" })?.name, "2007 SP1");
    const update = defineUpdate({ release: "SE RTM", newestUpdate: "15.2.2562.99", source: "made up" });
    assert.deepEqual(targetIn({ target: "SE RTM", releases: [update] })?.newestUpdate, {
      major: 15,
      minor: 2,
      build: 2562,
      revision: 99,
    });
  });

  it("is one of the package's own once this version describes it, whatever an earlier one had recorded of it", async () => {
    const recorded = {
      ...sp4,
      name: "SE RTM",
      build: "15.2.2562.17",
      levels: { schema: 17003, organization: 16763, domain: 13243 },
      upgradesFrom: ["2019 CU15"],
      setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
    };
    const found = targetIn(wire({ target: "SE RTM", releases: [recorded] }));
    assert.ok(found !== undefined && !isDefined(found));
    const setup = { acceptLicenseTerms: true, diagnosticData: false };
    const olds = inputsOf("schema", { target: "SE RTM", releases: [recorded], setup });
    const parsed = parseInputs("schema", wire(olds));
    assert.deepEqual(parsed.problems, []);
    assert.equal(stepOf("schema", parsed)?.target, found);
    assert.equal((await diff("schema", { ...olds, levels: { schema: "17003" } }, wire(olds))).changes, false);
    assert.deepEqual(
      parseInputs(
        "schema",
        inputsOf("schema", { ...olds, releases: [{ ...recorded, build: "15.2.2562.99" }] }),
      ).problems,
      ['releases: release "SE RTM" is defined otherwise than this package describes it: build 15.2.2562.99'],
    );
  });

  it("is a rollback for what its state shows beyond it", async () => {
    const olds = { ...inputsOf("schema", given()), levels: { schema: "14626" } };
    await assert.rejects(diff("schema", olds, inputsOf("schema", { target: "2007 SP1" })), /D9/);
    const same = await diff("schema", olds, { ...olds, levels: undefined });
    assert.equal(same.changes, false);
  });
});

describe("a release that the program defines, on the lab", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "defined-"));
    return steps.start();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    return steps.stop();
  });

  /** What the command line tool is told of the program's definitions. */
  const definitionsIn = (file: string) => parseReport(readFileSync(file, "utf8")).definitions;

  const preview = (changes: Props) => {
    steps.said.splice(0);
    return check("schema", {}, wire({ ...steps.schema(given(changes)), __stage: unknownValue }), steps.log);
  };

  it("is refused with the media of another", async () => {
    const { failures } = await preview({});
    assert.deepEqual(
      failures.map(({ reason }) => reason.split("\n")[0]),
      ["R8 (must), schema preparation on dc1.contoso.com: the media are not those of 2007 SP4"],
    );
  });

  it("is previewed on live facts, kept in the inputs, and what nobody describes of it is not verified", async () => {
    const { media: _, ...computer } = steps.computer("dc1.contoso.com", "CONTOSO\\prep");
    const report = join(folder, "report.jsonl");
    process.env.EXCHANGE_UPGRADE_REPORT = report;
    const { inputs, failures } = await preview({ run: "manual", computer }).finally(() => {
      delete process.env.EXCHANGE_UPGRADE_REPORT;
    });
    assert.deepEqual(failures, []);
    const { after } = inputs.plan as Props;
    assert.equal(after, "schema 14626 (2007 SP4, defined by the program)");
    assert.deepEqual(inputs.releases, [sp4]);
    assert.deepEqual(definitionsIn(report), [sp4]);
    assert.match(
      steps.said.join("\n"),
      /not verified: the program, which defines Exchange 2007 SP4, does not say what the forest has to be/,
    );
  });
});
