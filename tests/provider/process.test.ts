/**
 * The provider process itself, over gRPC, against the lab: values that are unknown or absent, errors that are thrown,
 * creates that fail and creates that follow, results that would not be JSON.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import type { StepKind } from "../../lib/model";
import { type Props, unknownValue } from "../../lib/wire/values";
import { build, checkout } from "../compiled";
import {
  failureOf,
  type ProgramFolder,
  type ProviderProcess,
  programFolder,
  providerTexts,
  startProvider,
} from "./process";

const secrets = contoso.accounts.map(({ password }) => password);
const document = "How to upgrade to Exchange 2007 SP1";

describe("the provider process, over gRPC", function () {
  this.timeout(120_000);
  let folder: ProgramFolder;
  let texts: Readonly<Record<StepKind, string>>;
  let lab: Lab;
  let provider: ProviderProcess;

  before(() => {
    build();
    folder = programFolder();
    texts = providerTexts(folder);
  });
  after(() => folder.remove());

  beforeEach(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    provider = await startProvider(folder, texts);
  });
  afterEach(async () => {
    const written = provider.written() + JSON.stringify(provider.engine.lines);
    await provider.stop();
    await lab.stop();
    for (const secret of secrets) assert.ok(!written.includes(secret), "a secret was written");
  });

  const connection = (name: string, account: string) => {
    const { computers, accounts } = coordinatesOf(lab);
    return { ...computers[name], ...accounts[account] };
  };
  const directory = () => {
    const { directory, accounts } = coordinatesOf(lab);
    return { ...directory, ...accounts["CONTOSO\\reader"] };
  };
  const switchDirectoryOff = () => {
    for (const { name } of contoso.domainControllers) lab.directory?.switchOff(name);
  };
  /** Inputs of the schema's preparation, as the SDK hands them over. */
  const schemaInputs = (changes: Props = {}): Props => ({
    target: "2007 SP1",
    directory: directory(),
    computer: {
      name: "dc1.contoso.com",
      media: "D:\\SP1",
      connection: connection("dc1.contoso.com", "CONTOSO\\prep"),
    },
    __urn: schemaUrn,
    ...changes,
  });
  const dc1 = () => lab.computer("dc1.contoso.com");
  const computer = () => schemaInputs().computer as Props;

  describe("check", () => {
    it("adds what is planned to the inputs, and leaves them as they were", async () => {
      const inputs = schemaInputs();
      const checked = await provider.check("schema", {}, inputs);
      assert.deepEqual(checked.failures, []);
      const { plan, planned, ...rest } = checked.inputs;
      assert.deepEqual(rest, inputs);
      assert.deepEqual(planned, {
        target: "2007 SP1",
        from: "2007 RTM",
        schema: true,
        organization: false,
        domains: [],
      });
      assert.equal((plan as Props).command, "D:\\SP1\\Setup.com /PrepareSchema");
    });

    it("answers the same for its own answer, so that an approved plan holds", async () => {
      const first = await provider.check("schema", {}, schemaInputs());
      const second = await provider.check("schema", {}, first.inputs);
      assert.deepEqual(second, first);
    });

    for (const [what, change, unread] of [
      ["target", () => ({ target: unknownValue }), false],
      ["directory", () => ({ directory: unknownValue }), true],
      ["password", () => ({ directory: { ...directory(), password: unknownValue } }), true],
      ["computer", () => ({ computer: unknownValue }), false],
      ["connection", () => ({ computer: { ...computer(), connection: unknownValue } }), true],
    ] as const) {
      it(`neither judges nor reads with a ${what} that is not known yet`, async () => {
        const inputs = schemaInputs(change());
        const checked = await provider.check("schema", {}, inputs);
        assert.deepEqual(checked.failures, []);
        const { plan, planned, ...rest } = checked.inputs;
        assert.deepEqual(rest, inputs);
        const warned = provider.engine.lines.filter((line) => line.severity === "warning");
        assert.equal(warned.length > 0, unread, JSON.stringify(provider.engine.lines));
        for (const { urn, message } of warned) {
          assert.equal(urn, schemaUrn);
          assert.match(message, /not verified|could not be (seen|verified)|not known/);
        }
        if (what === "target" || what === "computer")
          assert.deepEqual([plan, planned], [unknownValue, unknownValue]);
      });
    }

    it("passes a sentinel on at any depth", async () => {
      const inputs = schemaInputs({ account: { name: "CONTOSO\\prep", password: unknownValue } });
      const { inputs: answered, failures } = await provider.check("schema", {}, inputs);
      assert.deepEqual(failures, []);
      assert.deepEqual(answered.account, inputs.account);
    });

    it("names every argument that is absent, in one refusal", async () => {
      const { failures } = await provider.check("schema", {}, { __urn: schemaUrn });
      assert.deepEqual(failures, [
        {
          property: "",
          reason: [
            "3 arguments cannot be used: target: missing",
            "  and   computer: missing",
            "  and   directory: missing; only an Edge Transport server (Prepared.edge) needs none",
            "  Where:  in the program",
            "  Fix:    correct them; nothing was read or changed",
            "  Code:   XU-ARGUMENT",
          ].join("\n"),
        },
      ]);
    });

    it("plans without planned values: `up --target` leaves them out, where nothing unknown may be answered", async () => {
      const { failures, inputs } = await provider.check("organization", {}, schemaInputs());
      assert.deepEqual(failures, []);
      assert.equal((inputs.plan as Props).command, "D:\\SP1\\Setup.com /PrepareAD");
      assert.equal((inputs.planned as Props).schema, false);
      const warned = provider.engine.lines.map(({ message }) => message);
      assert.ok(
        warned.some((text) =>
          text.includes("not verified: what is planned before this step is not known yet"),
        ),
        warned.join("\n"),
      );
    });

    it("names no property: the engine would print the value of a named one", async () => {
      const inputs = schemaInputs({ directory: { ...directory(), password: 17 } });
      const { failures } = await provider.check("schema", {}, inputs);
      assert.deepEqual(
        failures.map(({ property }) => property),
        [""],
      );
    });
  });

  describe("diff", () => {
    it("says so when nothing changes, and when something does", async () => {
      const { id, outs } = await provider.create("schema", await checkedInputs());
      const news = await checkedInputs();
      assert.deepEqual(await provider.diff("schema", id, outs, news), { changes: "none", replaces: [] });
      const rotated = { ...news, directory: { ...directory(), password: "Rotated-1" } };
      assert.deepEqual(await provider.diff("schema", id, outs, rotated), { changes: "some", replaces: [] });
    });

    it("does not judge a target that is not known yet: something changes", async () => {
      const { id, outs } = await provider.create("schema", await checkedInputs());
      const news = schemaInputs({ target: unknownValue });
      assert.deepEqual(await provider.diff("schema", id, outs, news), { changes: "some", replaces: [] });
    });

    it("throws with the whole text and no stack, and the process goes on", async () => {
      const olds = { ...schemaInputs(), target: "2007 RTM", levels: { schema: "14622" } };
      const failure = await failureOf(provider.diff("schema", "contoso.com/schema", olds, schemaInputs()));
      assert.equal(
        failure.details,
        [
          "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 is below what the state has recorded, and nothing can be taken back",
          "  Found:  schema 14622, recorded in the state",
          "  Needed: the recorded release or a later one",
          "  Where:  in the program: `target`",
          "  Fix:    set `target` to the recorded release; to leave it, remove Exchange from the server",
          `  Rule:   D9, an upgrade cannot be taken back to the earlier release (${document})`,
        ].join("\n"),
      );
      assert.deepEqual((await provider.check("schema", {}, schemaInputs())).failures, []);
    });
  });

  describe("create", () => {
    it("runs Setup, tells its phases as progress of its own row, and answers plain JSON", async () => {
      const inputs = await checkedInputs();
      provider.engine.clear();
      const { id, outs } = await provider.create("schema", inputs);
      assert.equal(id, "contoso.com/schema");
      assert.deepEqual(outs, {
        ...inputs,
        forest: "contoso.com",
        levels: { schema: "11116" },
        adopted: false,
        windowsBuild: null,
      });
      const progress = provider.engine.lines.filter((line) => line.ephemeral);
      assert.ok(progress.length > 1, JSON.stringify(provider.engine.lines));
      for (const { urn, severity } of progress) assert.deepEqual([urn, severity], [schemaUrn, "info"]);
      assert.equal(dc1().setupRuns.length, 1);
    });

    it("fails as a plain error: no partial state, no gRPC code of its own, no stack, no secret", async () => {
      dc1().faults.failures = [{ phase: "Organization Preparation", reason: "The disk is full." }];
      const failure = await failureOf(provider.create("schema", await checkedInputs()));
      assert.equal(failure.metadata.get("grpc-status-details-bin").length, 0, "a partial state was recorded");
      assert.match(
        failure.details,
        /^Setup failed on dc1\.contoso\.com \(exit code 1\): The disk is full; Organization Preparation: FAILED\n/,
      );
      assert.doesNotMatch(failure.details, /\n\s+at |node_modules/);
      for (const secret of secrets) assert.ok(!failure.details.includes(secret));
    });

    it("fails with its whole text where a character stands at the place of a cut, and a half of one before it", async () => {
      // One of several errors is cut behind 180 UTF-16 code units: in the middle of the second face.
      dc1().faults.failures = [
        { phase: "Organization Preparation", reason: `\u{1f600}${"x".repeat(177)}\u{1f600} end` },
      ];
      const { details } = await failureOf(provider.create("schema", await checkedInputs()));
      assert.ok(
        details.includes(`  Setup:  \u{1f600}${"x".repeat(177)}…; Organization Preparation: FAILED\n`),
        details,
      );
    });

    it("succeeds in the same process after one that failed", async () => {
      const wrong = schemaInputs({
        computer: {
          ...computer(),
          connection: connection("dc1.contoso.com", "CONTOSO\\helpdesk"),
        },
      });
      const failure = await failureOf(provider.create("schema", wrong));
      assert.match(failure.details, /\(must\), schema preparation on dc1\.contoso\.com: /);
      assert.equal(dc1().setupRuns.length, 0);
      const { outs } = await provider.create("schema", await checkedInputs());
      assert.deepEqual(outs.levels, { schema: "11116" });
      assert.equal(dc1().setupRuns.length, 1);
    });

    it("fails for other inputs than the check has answered, as a remediating policy makes them, and touches nothing", async () => {
      const inputs = await checkedInputs();
      const other = { ...inputs, computer: { ...(inputs.computer as Props), media: "E:\\SP1" } };
      const failure = await failureOf(provider.create("schema", other));
      assert.equal(
        failure.details,
        [
          "schema preparation on dc1.contoso.com: its arguments are not those that were checked",
          "  Found:  changed since: computer.media; plan.command is D:\\SP1\\Setup.com /PrepareSchema, and would be E:\\SP1\\Setup.com /PrepareSchema",
          "  Needed: the arguments that the check has judged and the recorded plan has been made of: nothing else is run",
          "  Where:  in a policy pack with a policy that remediates: it acts after the check",
          "  Fix:    make the change in the program, or let the policy report instead of remediate; then preview again",
          "  Rule:   what runs is what the recorded plan says (docs/whole-organization.md)",
          "  Code:   XU-CHANGED",
        ].join("\n"),
      );
      assert.equal(dc1().setupRuns.length, 0);
      const { outs } = await provider.create("schema", inputs);
      assert.deepEqual(outs.levels, { schema: "11116" });
      const old = { ...outs, target: "2007 RTM", levels: { schema: "10637" } };
      const update = await failureOf(provider.update("schema", "id", old, other));
      assert.match(
        update.details,
        /its arguments are not those that were checked\n {2}Found: {2}changed since: computer\.media; /,
      );
      assert.equal(dc1().setupRuns.length, 1);
    });

    it("fails for what is still not known, and touches nothing", async () => {
      const failure = await failureOf(provider.create("schema", schemaInputs({ directory: unknownValue })));
      assert.equal(
        failure.details,
        [
          "one argument cannot be used: directory: not known",
          "  Where:  in the program",
          "  Fix:    correct it; nothing was read or changed",
          "  Code:   XU-ARGUMENT",
        ].join("\n"),
      );
      assert.equal(dc1().setupRuns.length, 0);
    });

    it("two at once on one computer: the second adopts what the first did", async () => {
      const inputs = await checkedInputs();
      const both = await Promise.all([provider.create("schema", inputs), provider.create("schema", inputs)]);
      assert.equal(dc1().setupRuns.length, 1);
      for (const { outs } of both) assert.deepEqual(outs.levels, { schema: "11116" });
    });
  });

  describe("update, read and delete", () => {
    it("records a rotated password without looking at the directory", async () => {
      const { id, outs } = await provider.create("schema", await checkedInputs());
      switchDirectoryOff();
      const { forest: _forest, levels: _levels, adopted: _adopted, windowsBuild: _windows, ...inputs } = outs;
      const news = { ...inputs, directory: { ...directory(), password: "Rotated-2" } };
      const updated = await provider.update("schema", id, outs, news);
      assert.deepEqual(updated.outs, {
        ...news,
        levels: outs.levels,
        forest: outs.forest,
        adopted: outs.adopted,
        windowsBuild: null,
      });
    });

    it("reads what is there, and throws when it cannot: a state is never refreshed with a guess", async () => {
      const { id, outs } = await provider.create("schema", await checkedInputs());
      const read = await provider.read("schema", id, outs);
      assert.deepEqual(read, { id, props: outs });
      switchDirectoryOff();
      const failure = await failureOf(provider.read("schema", id, outs));
      assert.match(
        failure.details,
        /^schema preparation on dc1\.contoso\.com: its present level could not be read: /,
      );
    });

    it("forgets without touching anything", async () => {
      const { id, outs } = await provider.create("schema", await checkedInputs());
      switchDirectoryOff();
      await provider.delete("schema", id, outs);
      assert.equal(dc1().setupRuns.length, 1);
    });
  });

  it("answers with U+FFFD for a half of a surrogate pair, which gRPC does not carry: the engine would wait for ever", async () => {
    const half = "a\ud83d b";
    const text = halvesProvider(half);
    const own = await startProvider(folder, { schema: text, organization: text, domain: text, server: text });
    try {
      const { failures } = await own.check("schema", {}, {});
      assert.deepEqual(failures, [{ property: "", reason: "a\ufffd b" }]);
      assert.equal((await failureOf(own.create("schema", {}))).details, "a\ufffd b");
      const { id, props } = await own.read("schema", "id", {});
      assert.deepEqual({ id, props }, { id: "a\ufffd b", props: { "a\ufffd b": ["a\ufffd b"] } });
      assert.deepEqual(
        own.engine.lines.map(({ message }) => message),
        ["a\ufffd b", "a\ufffd b", "a\ufffd b"],
      );
    } finally {
      await own.stop();
    }
  });

  it("ends by itself when its engine has gone", async () => {
    await provider.check("schema", {}, schemaInputs());
    await provider.engine.stop();
    await provider.ended();
  });

  async function checkedInputs(): Promise<Props> {
    const { inputs, failures } = await provider.check("schema", {}, schemaInputs());
    assert.deepEqual(failures, []);
    return inputs;
  }
});

/** A provider in the SDK's form whose every text has a half of a surrogate pair, and goes through our boundary. */
function halvesProvider(half: string): string {
  const wire = (name: string) => JSON.stringify(join(checkout, "dist", "wire", name));
  const text = JSON.stringify(half);
  return `
    const { answer, refusal } = require(${wire("answers.js")});
    const { resourceLog } = require(${wire("engine.js")});
    const log = resourceLog(${JSON.stringify(schemaUrn)}, []);
    exports.handler = () => ({
      check: async (olds, inputs) => {
        await log.info(${text});
        await log.warn(${text});
        await log.progress(${text});
        return answer([], async () => ({ inputs, failures: [refusal(${text})] }));
      },
      create: () => answer([], async () => { throw new Error(${text}); }),
      read: (id, props) => answer([], async () => ({ id: ${text}, props: { ...props, [${text}]: [${text}] } })),
    });`;
}

const schemaUrn = "urn:pulumi:test::contoso::pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep::schema";
