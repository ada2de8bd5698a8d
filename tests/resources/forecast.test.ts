/** What preview foretells of change windows, on the lab: waves, what is not in the run, restarts, preparing servers. */

import assert from "node:assert/strict";
import { useClock } from "../../lib/provider/memory/clock";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, check, checkGate, create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T01:00", timeZone: "Europe/Berlin" };
const preview = { __stage: unknownValue };

describe("forecast of a change window", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log } = steps;

  beforeEach(async () => {
    useClock(() => Date.parse("2026-12-05T20:15Z"));
    await beginRun();
    await steps.start();
    steps.prepareForest();
  });
  afterEach(async () => {
    useClock();
    await steps.stop();
  });

  const server = (name: string, changes: Props = {}) =>
    steps.server(name, { changeWindow, ...preview, ...changes });
  /** The line that preview prints of a server's window: minutes, end, and whether the window is long enough. */
  const foretold = async (inputs: Props) => {
    steps.said.splice(0);
    assert.deepEqual((await check("server", {}, inputs, log)).failures, []);
    return steps.said.flatMap((text) => /: this step is (expected to take .*)$/.exec(text)?.[1] ?? []);
  };
  const wave = (name: string, servers: readonly string[]) =>
    checkGate("wave", {}, { planned: { wave: `wave ${name}` }, servers, ...preview }, log);
  /** R10, as it is told in preview. */
  const warnings = () => steps.said.filter((text) => text.startsWith("warning R10"));

  it("lets a wave end with the last of its servers, which run at the same time", async () => {
    assert.deepEqual(await foretold(server("cas-lon.contoso.com", { timeouts: { expected: 40 } })), [
      "expected to take 40 min and to end 40 min after the first step starts. The window has 180 min: enough",
    ]);
    assert.deepEqual(await foretold(server("cas-nyc.contoso.com")), [
      "expected to take 60 min and to end 60 min after the first step starts. The window has 180 min: enough",
    ]);
    await wave("facing", ["cas-lon.contoso.com", "cas-nyc.contoso.com"]);
    assert.deepEqual(await foretold(server("hub-lon.contoso.com", { after: ["wave facing"] })), [
      "expected to take 60 min and to end 120 min after the first step starts. The window has 180 min: enough",
    ]);
    await wave("transport", ["hub-lon.contoso.com"]);
    assert.deepEqual(warnings(), []);
    assert.deepEqual(
      await foretold(
        server("mbx-lon.contoso.com", { after: ["wave transport"], timeouts: { expected: 61 } }),
      ),
      [
        "expected to take 61 min and to end 181 min after the first step starts. The window has 180 min: not enough",
      ],
    );
    assert.deepEqual(warnings(), [
      [
        "warning R10 (must), server upgrade on mbx-lon.contoso.com: not verified: the change window is too short: this step is " +
          "expected to end 181 min after the first one starts, and it has 180 min",
        "  Found:  2026-12-05 22:00 to 2026-12-06 01:00 (Europe/Berlin)",
        "  Needed: a window of 181 min or more",
        "  Where:  in the program: `changeWindow`",
        "  Fix:    make the window longer, or give the later steps another one; where steps take less time, say so in " +
          "`timeouts.expected`; pulumi up starts what fits, and refuses the rest",
        "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
      ].join("\n"),
    ]);
    await wave("mailbox", ["mbx-lon.contoso.com"]);
    assert.deepEqual(await foretold(server("um-lon.contoso.com", { after: ["wave mailbox"] })), [
      "expected to take 60 min and to end 241 min after the first step starts. The window has 180 min: not enough",
    ]);
    assert.deepEqual(warnings(), [], "once for a window");
  });

  it("counts no time for a server that is not in this run, and what comes before it", async () => {
    await foretold(server("cas-lon.contoso.com"));
    await wave("facing", ["cas-lon.contoso.com", "gone.contoso.com"]);
    assert.deepEqual(
      await foretold(server("hub-lon.contoso.com", { after: ["wave facing", "other.contoso.com"] })),
      [
        "expected to take 60 min and to end 120 min after the first step starts. The window has 180 min: enough",
      ],
    );
  });

  it("keeps time for a restart that the program allows, and asks for it before the start, too", async () => {
    const restarting = { reboot: "ifRequired", timeouts: { reboot: 45 } };
    assert.deepEqual(await foretold(server("cas-lon.contoso.com", restarting)), [
      "expected to take 105 min (60 for Setup, 45 for a restart) and to end 105 min after the first step starts. The window has 180 min: enough",
    ]);
    assert.deepEqual(await foretold(server("cas-nyc.contoso.com", { reboot: "ifRequired" })), [
      "expected to take 90 min (60 for Setup, 30 for a restart) and to end 90 min after the first step starts. The window has 180 min: enough",
    ]);
    useClock(() => Date.parse("2026-12-05T22:30Z"));
    await assert.rejects(
      create("server", { ...server("cas-lon.contoso.com", restarting), __stage: "up" }, log),
      {
        message: [
          "R10 (must), server upgrade on cas-lon.contoso.com: 105 min (60 for Setup, 45 for a restart) are expected, and 90 min of the change window are left",
          "  Found:  2026-12-05 23:30 (Europe/Berlin), by the clock of the machine that runs Pulumi",
          "  Needed: a start from 2026-12-05 22:00 to 2026-12-06 01:00 (Europe/Berlin), 105 min or more before its end",
          "  Where:  in the program: `changeWindow`",
          "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `changeWindow`; where the step takes less time, say so in `timeouts.expected` and `timeouts.reboot`",
          "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
        ].join("\n"),
      },
    );
    assert.deepEqual(steps.runsOn("cas-lon.contoso.com"), []);
  });

  it("gives the time of the preparations to the first server alone, and to none where the forest is prepared", async () => {
    const prepared = {
      target: "2007 SP1",
      from: "as found",
      schema: false,
      organization: false,
      domains: [],
      byFirstServer: true,
    };
    assert.deepEqual(await foretold(server("cas-lon.contoso.com", { prepared })), [
      "expected to take 60 min and to end 60 min after the first step starts. The window has 180 min: enough",
    ]);
    await steps.stop();
    await steps.start();
    // Who prepares needs more rights than this account has, which preview refuses; the window is told all the same.
    const minutes = async (inputs: Props) => {
      steps.said.splice(0);
      await check("server", {}, inputs, log);
      return steps.said.flatMap((text) => /this step is (expected .*)\. The window/.exec(text)?.[1] ?? []);
    };
    assert.deepEqual(await minutes(server("cas-lon.contoso.com", { prepared })), [
      "expected to take 75 min and to end 75 min after the first step starts",
    ]);
    assert.deepEqual(
      await minutes(server("hub-lon.contoso.com", { prepared, after: ["cas-lon.contoso.com"] })),
      ["expected to take 60 min and to end 135 min after the first step starts"],
    );
  });

  it("warns once of a window that is over, and never refuses in preview", async () => {
    useClock(() => Date.parse("2026-12-06T09:00Z"));
    assert.deepEqual(await foretold(server("cas-lon.contoso.com")), [
      "expected to take 60 min and to end 60 min after the first step starts. The window is over: pulumi up would not start this step",
    ]);
    assert.deepEqual(warnings(), [
      [
        "warning R10 (must), server upgrade on cas-lon.contoso.com: the change window is over",
        "  Found:  2026-12-06 10:00 (Europe/Berlin), by the clock of the machine that runs Pulumi",
        "  Needed: a start from 2026-12-05 22:00 to 2026-12-06 01:00 (Europe/Berlin), 60 min or more before its end",
        "  Where:  in the program: `changeWindow`",
        "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `changeWindow`",
        "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
      ].join("\n"),
    ]);
    await foretold(server("cas-nyc.contoso.com"));
    assert.deepEqual(warnings(), []);
  });

  it("counts with the number that the engine runs at once, which stands in no input", async () => {
    const gate = (parallel?: number): Props => ({
      target: "2007 SP1",
      directory: steps.directory(),
      steps: Object.fromEntries(
        ["cas-lon.contoso.com", "cas-nyc.contoso.com"].map((name) => {
          const { directory: _, target: __, __stage: ___, ...own } = server(name, { internetFacing: true });
          return [name, { kind: "server", ...own }];
        }),
      ),
      ...(parallel === undefined ? {} : { __parallel: parallel }),
      ...preview,
    });
    const answer = await checkGate("readiness", {}, gate(1), log);
    assert.ok(!("__parallel" in answer.inputs));
    assert.deepEqual(await foretold(server("cas-nyc.contoso.com")), [
      "expected to take 60 min and to end 120 min after the first step starts. The window has 180 min: enough",
    ]);
    await checkGate("readiness", {}, gate(), log);
    assert.deepEqual(await foretold(server("cas-nyc.contoso.com")), [
      "expected to take 60 min and to end 60 min after the first step starts. The window has 180 min: enough",
    ]);
  });
});
