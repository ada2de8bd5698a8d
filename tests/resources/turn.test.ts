/** What keeps a step, a wave or a gate from being made: its turn, and inputs that were not checked. Nothing is looked at. */

import assert from "node:assert/strict";
import type { ResourceLog } from "../../lib/wire/engine";
import { type Props, unknownValue } from "../../lib/wire/values";
import { check, checkGate, create, createGate, diffGate, presentRun, update } from "../frontDoor";
import { computerOf, inputsOf } from "./builder";

const gate = "urn:pulumi:test::p::pulumi-nodejs:dynamic/exchange:ExchangeReadiness::org-readiness";
const urn = (name: string) =>
  `urn:pulumi:test::p::pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade::${name}`;
const server = "server upgrade on mbx-lon.contoso.com";

describe("a turn", () => {
  let said: string[];
  const log: ResourceLog = {
    info: async () => undefined,
    warn: async (text) => void said.push(text),
    progress: async () => undefined,
  };
  beforeEach(() => {
    said = [];
  });

  /** The message of a call that must fail. */
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    try {
      await call;
    } catch (error) {
      return (error as Error).message;
    }
    return assert.fail("it was not refused");
  };
  const notDone = (what: string, missing: string, found: string) =>
    [
      `${what}: what comes before it is not done: ${missing}`,
      `  Found:  ${found}`,
      "  Needed: everything that the program puts before it",
      "  Where:  in this run of pulumi up",
      "  Fix:    remove the cause of what failed, ask for what was left out, too, and run pulumi up again; what is not to be done is taken out of the program",
      "  Rule:   what comes before a step is done before it (docs/whole-organization.md)",
      "  Code:   XU-OUT-OF-TURN",
    ].join("\n");
  const up = (changes: Props) => inputsOf("server", { __stage: "up", ...changes });

  it("is not a step's where its gate was not asked, or has refused, in this run", async () => {
    const texts = (found: string, where: string, fix: string) =>
      [
        `${server}: org-readiness, the gate before every step, has not let this run pass`,
        `  Found:  ${found}`,
        "  Needed: its judgement of the whole organization, on facts that are read in this run, before anything is started",
        `  Where:  ${where}`,
        `  Fix:    ${fix}`,
        "  Rule:   nothing is started while a rule is broken or could not be judged (docs/whole-organization.md)",
        "  Code:   XU-GATE",
      ].join("\n");
    // What the state says of the gate is not enough.
    const inputs = up({ __gate: gate, __waitsFor: ["org-readiness"], __made: { "org-readiness": true } });
    assert.equal(
      await refusal(create("server", inputs, log)),
      texts(
        "it was not asked in this run: `--target` or `--exclude` left it out; what an earlier run was allowed does not count",
        "in the options of pulumi up",
        `run pulumi up without \`--target\` and \`--exclude\`, or ask for the gate, too: --target '${gate}'`,
      ),
    );
    presentRun().passes.noteGate({ __urn: gate }, false);
    assert.equal(
      await refusal(create("server", inputs, log)),
      texts(
        "it was asked in this run, and refused",
        "in the row of org-readiness",
        "do what its own refusal says, then run pulumi up again",
      ),
    );
    presentRun().passes.noteGate({ __urn: gate }, true);
    assert.match(await refusal(create("server", inputs, log)), /not verified/);
  });

  it("is not a step's before what was left out, what has failed, and commands", async () => {
    await check("server", {}, up({ __urn: urn("turn-failed") }), log);
    const inputs = up({
      __waitsFor: ["turn-left-out", "turn-failed", "command turn-backup", "turn-done"],
      __made: { "turn-done": true },
    });
    assert.equal(
      await refusal(create("server", inputs, log)),
      notDone(
        server,
        "turn-left-out, turn-failed, command turn-backup",
        "left out by --target or --exclude, and not in the state at the program's target: turn-left-out; " +
          "failed in this run, or was not started: turn-failed; failed, or left out by --target or --exclude: command turn-backup",
      ),
    );
    assert.match(
      await refusal(create("server", { ...inputs, __made: undefined }, log)),
      /is not done: turn-left-out, turn-failed, command turn-backup, turn-done\n/,
    );
  });

  it("leaves a check in up alone, which says what it waits for, and lets an approved plan hold", async () => {
    const first = await check("server", {}, up({ __urn: urn("turn-first") }), log);
    assert.deepEqual(first.failures, []);
    said = [];
    // The engine hands on neither the failed server nor what it rests on.
    const { prepared, ...rest } = inputsOf("server", {
      __urn: urn("turn-second"),
      __stage: "up",
      __waitsFor: ["turn-first"],
      __made: {},
      after: [],
    });
    const second = await check("server", {}, { ...rest, prepared }, log);
    assert.deepEqual(second.failures, []);
    assert.deepEqual(second.inputs.after, ["mbx-lon.contoso.com"]);
    assert.deepEqual(said, [
      "mbx-lon.contoso.com: not started in this run: what comes before it is not done: turn-first [XU-OUT-OF-TURN]",
    ]);
  });

  it("is not asked for where nothing is started: a finished step's new password is recorded", async () => {
    const levels = { Mailbox: "8.1.240.6" };
    const news = up({
      __gate: `${gate}-unasked`,
      __waitsFor: ["turn-nobody"],
      __made: {},
      waive: { D6: "said" },
    });
    const state = {
      ...inputsOf("server"),
      levels,
      forest: "contoso.com",
      adopted: false,
      windowsBuild: null,
    };
    const { outs } = await update("server", state, news, log);
    assert.deepEqual(outs.waive, { D6: "said" });
    const old = { ...state, target: "2007 RTM", levels: { Mailbox: "8.0.685.25" } };
    assert.match(
      await refusal(update("server", old, news, log)),
      /has not let this run pass[\s\S]*is not done: turn-nobody/,
    );
  });

  it("is foretold in preview, also for what waits for it in turn", async () => {
    const preview = (name: string, changes: Props) =>
      check(
        "server",
        {},
        inputsOf("server", { __urn: urn(name), __stage: unknownValue, __made: unknownValue, ...changes }),
        log,
      );
    const kept = (names: string) =>
      `mbx-lon.contoso.com: not started by a pulumi up that is asked for no more than this preview (--target, --exclude): before it ${names} [XU-OUT-OF-TURN]`;
    const told = () => said.filter((text) => text.includes("no more than this preview"));
    await preview("kept-a", { __waitsFor: ["kept-nobody", "command kept"], after: [unknownValue] });
    assert.deepEqual(told(), [kept("comes kept-nobody")]);
    said = [];
    await preview("kept-b", { __waitsFor: ["kept-a"], after: ["cas.contoso.com"] });
    assert.deepEqual(told(), [kept("comes kept-a")]);
    said = [];
    // Recorded, though this preview was not asked for it: its plan is known.
    await preview("kept-c", { __waitsFor: ["kept-recorded"], after: ["cas.contoso.com"] });
    await preview("kept-d", { __waitsFor: ["kept-c"], after: [unknownValue] });
    assert.deepEqual(told(), []);
    await preview("kept-e", { __gate: `${gate}-unasked`, __waitsFor: ["kept-c"] });
    assert.deepEqual(told(), [kept("comes org-readiness-unasked")]);
  });

  it("is a wave's when each of its servers is there; its plan is added by the check", async () => {
    const news = { servers: ["cas.contoso.com"], __wave: "wave turn", __target: "2007 SP1", __stage: "up" };
    const checked = await checkGate("wave", {}, { ...news, __waitsFor: ["a"], __made: { a: true } }, log);
    assert.deepEqual(checked.inputs.planned, { wave: "wave turn", target: "2007 SP1" });
    assert.deepEqual(await createGate("wave", checked.inputs, log), {
      servers: ["cas.contoso.com"],
      planned: { wave: "wave turn", target: "2007 SP1" },
    });
    assert.equal(
      await refusal(createGate("wave", { ...checked.inputs, __waitsFor: ["a", "b"] }, log)),
      notDone(
        "wave turn",
        "b",
        "left out by --target or --exclude, and not in the state at the program's target: b",
      ),
    );
    // As 0.1.0 has recorded it, for the one target that it had.
    const old = { servers: ["cas.contoso.com"], planned: { wave: "wave turn" } };
    assert.deepEqual(await diffGate("wave", old, checked.inputs), { changes: false });
    const next = { ...checked.inputs, planned: { wave: "wave turn", target: "2007 SP2" } };
    assert.deepEqual(await diffGate("wave", old, next), { changes: true });
  });

  it("is not that of commands whose upgrade must wait: their gate is asked again, and refuses", async () => {
    const inputs = up({
      __urn: urn("turn-gate"),
      __gate: `${gate}-unasked`,
      __waitsFor: ["turn-nobody"],
      __made: {},
    });
    const checked = await checkGate("commands", {}, inputs, log);
    assert.deepEqual(checked.failures, []);
    const passed = { ...checked.inputs, passed: "2007 SP1 on mbx-lon.contoso.com" };
    assert.deepEqual(await diffGate("commands", passed, checked.inputs), { changes: true });
    assert.match(
      await refusal(createGate("commands", checked.inputs, log)),
      /^commands before the server upgrade on mbx-lon\.contoso\.com: org-readiness-unasked, the gate before every step/,
    );
  });
});

describe("inputs that were not checked", () => {
  const log: ResourceLog = {
    info: async () => undefined,
    warn: async () => undefined,
    progress: async () => undefined,
  };
  const refused = (found: string) =>
    new RegExp(
      `^schema preparation on dc1\\.contoso\\.com: its arguments are not those that were checked\\n {2}Found: {2}${found}\\n`,
    );
  const elsewhere = { computer: computerOf("schema", { media: "E:\\SP1" }) };
  const otherCommand =
    "plan\\.command is D:\\\\SP1\\\\Setup\\.com /PrepareSchema, and would be E:\\\\SP1\\\\Setup\\.com /PrepareSchema";

  it("are not run: what the recorded plan does not say, and what it does not show", async () => {
    const { inputs } = await check(
      "schema",
      {},
      inputsOf("schema", { __urn: "urn:pulumi:a::b::c::unchecked" }),
      log,
    );
    await assert.rejects(
      create("schema", { ...inputs, ...elsewhere, timeouts: { setup: 1 }, waive: { D4: "said" } }, log),
      { message: refused(`changed since: computer\\.media, timeouts, waive; ${otherCommand}`) },
    );
    await assert.rejects(create("schema", { ...inputs, __provider: "text" }, log), {
      message: /not verified/,
    });
  });

  it("are told by the plan alone where the resource does not say which it is", async () => {
    const { inputs } = await check("schema", {}, inputsOf("schema"), log);
    await assert.rejects(create("schema", { ...inputs, ...elsewhere }, log), {
      message: refused(otherCommand),
    });
  });

  it("are not recorded of a finished step either, where the plan would be another", async () => {
    const { inputs } = await check("schema", {}, inputsOf("schema"), log);
    const state = { ...inputs, levels: { schema: "11116" }, forest: "contoso.com", adopted: false };
    await assert.rejects(update("schema", state, { ...inputs, ...elsewhere }, log), {
      message: refused(otherCommand),
    });
    const { outs } = await update("schema", state, { ...inputs, timeouts: { setup: 1 } }, log);
    assert.deepEqual(outs.timeouts, { setup: 1 });
  });

  it("count against what this run has written alone: another version chose other words", async () => {
    const old = {
      ...inputsOf("schema"),
      plan: { step: "schema preparation", command: "of another version" },
    };
    await assert.rejects(create("schema", old, log), { message: /not verified/ });
  });
});
