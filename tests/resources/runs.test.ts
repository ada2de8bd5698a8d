/** Two runs of the provider in one process: neither knows what the other has learned. */
import assert from "node:assert/strict";
import { handlers } from "../../lib/provider/handlers";
import { Run } from "../../lib/provider/memory/run";
import { caseOf, noteStep } from "../../lib/provider/step/case";
import { parseInputs } from "../../lib/provider/step/inputs";
import { type Step, stepOf } from "../../lib/provider/step/step";
import type { ResourceLog } from "../../lib/wire/engine";
import type { Props } from "../../lib/wire/values";
import { callOf } from "../frontDoor";
import { aCase } from "../rules/builder";
import { computerOf, inputsOf } from "./builder";

const urn = (name: string) =>
  `urn:pulumi:test::p::pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade::${name}`;

describe("two runs of the provider in one process", () => {
  let said: string[];
  const log: ResourceLog = {
    info: async (text) => void said.push(text),
    warn: async (text) => void said.push(text),
    progress: async () => undefined,
  };
  beforeEach(() => {
    said = [];
  });
  const { facts } = aCase({ step: "server" });
  const how = { recorded: false, apply: false, recordedWindows: null };
  const server = (changes: Props = {}): Step => {
    const step = stepOf("server", parseInputs("server", inputsOf("server", changes)));
    assert.ok(step);
    return step;
  };

  it("have their own order, declarations, media and recorded Windows", () => {
    const [first, second] = [new Run(), new Run()];
    const cas = server({
      computer: computerOf("server", { name: "cas-lon.contoso.com" }),
      after: ["cas-nyc.contoso.com"],
      internetFacing: true,
    });
    noteStep(first, cas);
    first.staged.note({ name: "mbx-lon.contoso.com", media: "D:\\SP1" });
    first.windows.note({ windows: { "mbx-lon.contoso.com": 3790 } }, ["mbx-lon.contoso.com"]);
    const step = server({
      computer: computerOf("server", { name: "mbx-lon.contoso.com", media: "D:\\SP1" }),
      after: ["cas-lon.contoso.com"],
    });
    const seen = (run: Run) => {
      const { after, declaredFacing, staged, recordedWindows } = caseOf(run, step, facts, how);
      return { after, declaredFacing: [...declaredFacing], staged, recordedWindows };
    };
    assert.deepEqual(seen(first), {
      after: ["cas-lon.contoso.com", "cas-nyc.contoso.com"],
      declaredFacing: [["cas-lon.contoso.com", true]],
      staged: true,
      recordedWindows: 3790,
    });
    assert.deepEqual(seen(second), {
      after: ["cas-lon.contoso.com"],
      declaredFacing: [],
      staged: false,
      recordedWindows: null,
    });
  });

  it("let nothing pass that the other's gate has judged, and check nothing for each other", async () => {
    const [first, second] = [new Run(), new Run()];
    const gate = "urn:pulumi:test::p::pulumi-nodejs:dynamic/exchange:ExchangeReadiness::org-readiness";
    const inputs = inputsOf("server", { __urn: urn("own"), __stage: "up", __gate: gate });
    first.passes.noteGate({ __urn: gate }, true);
    const checked = await handlers.server.check(callOf(inputs, log, first), {}, inputs);
    assert.deepEqual(checked.failures, []);
    const changed = { ...checked.inputs, timeouts: { setup: 5 } };
    const refusal = (run: Run) =>
      handlers.server.create(callOf(changed, log, run), changed).then(
        () => "none",
        (error: Error) => error.message.split("\n")[0],
      );
    assert.equal(
      await refusal(first),
      "server upgrade on mbx-lon.contoso.com: its arguments are not those that were checked",
    );
    assert.equal(
      await refusal(second),
      "server upgrade on mbx-lon.contoso.com: org-readiness, the gate before every step, has not let this run pass",
    );
  });

  it("foretell a change window each from its own steps", async () => {
    const [first, second] = [new Run(), new Run()];
    const changeWindow = { start: "2030-12-05T20:00", end: "2030-12-06T02:00", timeZone: "UTC" };
    const step = (name: string, after: readonly string[]) =>
      server({ computer: computerOf("server", { name }), after, changeWindow });
    const earlier = step("cas-lon.contoso.com", []);
    first.forecast.note(earlier, caseOf(first, earlier, facts, how));
    for (const run of [first, second]) {
      const later = step("mbx-lon.contoso.com", ["cas-lon.contoso.com"]);
      run.forecast.note(later, caseOf(run, later, facts, how));
      said = [];
      await run.forecast.tellWindow(later, false, log);
      const end = /to end (\d+) min/.exec(said[0] ?? "")?.[1];
      assert.equal(end, run === first ? "120" : "60");
    }
  });
});
