/** The change window on the lab: what is refused, what is followed, what is adopted, and what preview says. */

import assert from "node:assert/strict";
import { useClock } from "../../lib/provider/memory/clock";
import type { Props } from "../../lib/wire/values";
import { check, create, diff, presentRun, update } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00", timeZone: "Europe/Berlin" };
const before = "2026-12-05T20:15Z";
const inside = "2026-12-05T21:00Z";
const after = "2026-12-06T09:00Z";

function refusal(step: string, problem: string, local: string, minutes: number, more = ""): string {
  return [
    `R10 (must), ${step}: ${problem}`,
    `  Found:  ${local} (Europe/Berlin), by the clock of the machine that runs Pulumi`,
    `  Needed: a start from 2026-12-05 22:00 to 2026-12-06 06:00 (Europe/Berlin), ${minutes} min or more before its end`,
    "  Where:  in the program: `changeWindow`",
    `  Fix:    start it inside a window that holds it: run pulumi up again then, or change \`changeWindow\`${more}`,
    "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
  ].join("\n");
}

describe("change window", function () {
  this.timeout(60_000);
  const at = (utc: string) => useClock(() => Date.parse(utc));
  const steps = new LabSteps();
  const { log } = steps;
  const schema = (changes: Props = {}) => steps.schema({ changeWindow, ...changes });

  beforeEach(() => steps.start());
  afterEach(async () => {
    useClock();
    await steps.stop();
  });

  it("refuses to start a step before it, after it, and too late in it; and starts it in it", async () => {
    const where = "schema preparation on dc1.contoso.com";
    at(before);
    await assert.rejects(create("schema", schema(), log), {
      message: refusal(where, "the change window has not begun", "2026-12-05 21:15", 15),
    });
    at(after);
    await assert.rejects(create("schema", schema(), log), {
      message: refusal(where, "the change window is over", "2026-12-06 10:00", 15),
    });
    at("2026-12-06T04:50:30Z");
    await assert.rejects(create("schema", schema(), log), {
      message: refusal(
        where,
        "15 min are expected, and 9 min of the change window are left",
        "2026-12-06 05:50",
        15,
        "; where the step takes less time, say so in `timeouts.expected`",
      ),
    });
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), []);
    const { outs } = await create("schema", schema({ timeouts: { expected: 9 } }), log);
    assert.deepEqual(outs.levels, { schema: "11116" });
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), ["completed"]);
  });

  it("refuses to tell an operator to start outside it", async () => {
    at(before);
    await assert.rejects(
      create("schema", schema({ run: "manual", account: { name: "CONTOSO\\prep" } }), log),
      /^Error: R10 \(must\)/,
    );
    assert.ok(!steps.said.some((text) => text.includes("waiting for an operator")), steps.said.join("\n"));
  });

  it("does not refuse what is done: it is adopted at any time, and a new window is only recorded", async () => {
    at(after);
    steps.setSchema(11116);
    const { outs } = await create("schema", schema(), log);
    assert.equal(outs.adopted, true);
    const other = schema({ changeWindow: { ...changeWindow, end: "2026-12-06T07:00" } });
    assert.deepEqual(await diff("schema", outs, other), { changes: true });
    const updated = await update("schema", outs, other, log);
    assert.deepEqual(updated.outs, { ...outs, changeWindow: other.changeWindow });
    assert.deepEqual((await check("schema", outs, schema(), log)).failures, []);
    assert.deepEqual(await diff("schema", outs, schema()), { changes: false });
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), []);
  });

  it("follows what runs also outside it", async () => {
    at(inside);
    const { faults } = steps.lab.computer("dc1.contoso.com");
    faults.hangAt = "Organization Preparation";
    await assert.rejects(
      create("schema", schema({ timeouts: { setup: 0.03 } }), log),
      /the time for Setup is over/,
    );
    at(after);
    const letGo = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.includes("following Setup")) delete faults.hangAt;
      },
    };
    const { outs } = await create("schema", schema(), letGo);
    assert.equal(outs.adopted, false);
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), ["completed"]);
  });

  it("asks again before a failed step is run again", async () => {
    at(inside);
    steps.lab.computer("dc1.contoso.com").faults.failures = [{ phase: "Organization Preparation" }];
    await assert.rejects(create("schema", schema(), log), /Rule: {3}D13,/);
    at(after);
    await assert.rejects(
      create("schema", schema(), log),
      /^Error: R10 \(must\).*the change window is over\n/,
    );
    assert.deepEqual(steps.runsOn("dc1.contoso.com"), ["failed"]);
  });

  it("is foretold in preview, step after step, and never refuses there", async () => {
    const foretold = async (kind: "schema" | "organization" | "server", inputs: Props) => {
      steps.said.splice(0);
      assert.deepEqual((await check(kind, {}, inputs, log)).failures, []);
      return steps.said.filter((text) => text.includes("change window"));
    };
    const head =
      "change window 2026-12-05 22:00 to 2026-12-06 06:00 (Europe/Berlin): this step is expected to take";
    const prepared = { ...steps.planned, organization: false, domains: [] };
    const cas = (changes: Props = {}) => steps.server("cas-lon.contoso.com", { changeWindow, ...changes });
    at(before);
    assert.deepEqual(await foretold("schema", schema()), [
      `info dc1.contoso.com: ${head} 15 min and to end 15 min after the first step starts. The window has 480 min: enough`,
    ]);
    assert.deepEqual(await foretold("organization", schema({ prepared })), [
      `info dc1.contoso.com: ${head} 15 min and to end 30 min after the first step starts. The window has 480 min: enough`,
    ]);
    assert.deepEqual(await foretold("server", cas({ timeouts: { expected: 460 } })), [
      `info cas-lon.contoso.com: ${head} 460 min and to end 490 min after the first step starts. The window has 480 min: not enough`,
    ]);
    at("2026-12-06T03:30Z");
    assert.deepEqual(await foretold("server", cas()), [
      `info cas-lon.contoso.com: ${head} 60 min and to end 90 min after the first step starts. The window has 90 min left: enough`,
    ]);
    at(after);
    assert.deepEqual(await foretold("server", cas()), [
      `info cas-lon.contoso.com: ${head} 60 min and to end 90 min after the first step starts. The window is over: pulumi up would not start this step`,
    ]);
    steps.setSchema(11116);
    presentRun().facts.forget();
    assert.deepEqual(await foretold("schema", schema()), []);
  });

  it("is an argument like any other: what is wrong with it is refused before anything is read", async () => {
    const wrong = schema({ changeWindow: { ...changeWindow, timeZone: "Berlin" } });
    assert.deepEqual((await check("schema", {}, wrong, log)).failures, [
      {
        property: "",
        reason: [
          'one argument cannot be used: changeWindow.timeZone: "Berlin" is no time zone; give an IANA name such as "Europe/Berlin"',
          "  Where:  in the program",
          "  Fix:    correct it; nothing was read or changed",
          "  Code:   XU-ARGUMENT",
        ].join("\n"),
      },
    ]);
  });
});
