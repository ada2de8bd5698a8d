/** What is told while Setup runs and when it is over, on the lab: times, services, and one line that sums it up. */

import assert from "node:assert/strict";
import { useClock } from "../../lib/provider/memory/clock";
import type { Props } from "../../lib/wire/values";
import { create } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const cas = "cas-lon.contoso.com";
const edge = "edge1.perimeter.contoso.com";

/** What follows a failed Setup, in its message. */
const next =
  "  Next:   pulumi up again, also with the same approved plan: Setup may be run again (D2). Where Pulumi says of later steps that " +
  "operations were expected but none were seen, they only were not started";

describe("what a step tells", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;
  let clock: number;
  /** A log for which minutes pass when Setup comes to a phase. */
  const passing = (minutes: number, phase: string) => ({
    ...log,
    progress: (text: string) => {
      if (text.includes(phase)) clock += minutes * 60_000;
      return log.progress(text);
    },
  });
  const beginning = (text: string) => said.filter((line) => line.startsWith(`progress ${text}`));
  const warnings = () => said.filter((line) => line.startsWith("warning"));

  beforeEach(async () => {
    clock = Date.parse("2026-12-05T22:00Z");
    useClock(() => clock);
    await steps.start();
  });
  afterEach(async () => {
    useClock();
    await steps.stop();
  });

  it("is the time so far and the usual one, and in the end what was and what is", async () => {
    steps.prepareForest();
    await create("server", steps.server(cas), passing(12, "Copying"));
    assert.deepEqual(beginning("0 of usually 60 min: ").slice(-1), [
      "progress 0 of usually 60 min: Copying Exchange files: COMPLETED",
    ]);
    assert.deepEqual(beginning("12 of usually 60 min: ").slice(0, 1), [
      "progress 12 of usually 60 min: Client Access server role: COMPLETED",
    ]);
    assert.equal(
      said.at(-1),
      `info ${cas}: Client Access 8.0.685.25 -> 8.1.240.6, Management Tools 8.0.685.25 -> 8.1.240.6; Setup ran for 12 min, usually 60`,
    );
    assert.deepEqual(warnings(), []);
    await create("server", steps.server(cas), log);
    assert.equal(
      said.at(-1),
      `info ${cas}: Client Access 8.1.240.6, Management Tools 8.1.240.6; adopted, Setup was not run`,
    );
  });

  it("is for a preparation also on how many domain controllers it is", async () => {
    const inputs = steps.schema({ timeouts: { expected: 5 } });
    await create("schema", inputs, passing(3, "Organization Preparation"));
    assert.equal(
      said.at(-1),
      "info dc1.contoso.com: schema 10637 -> 11116; Setup ran for 3 min, usually 5; on 4 domain controllers",
    );
  });

  it("is, of a failed run, the rule and the error that the log names, and where the log is", async () => {
    steps.prepareForest();
    const host = steps.lab.computer(cas);
    host.faults.failures = [{ phase: "Client Access server role", reason: "The metabase cannot be opened." }];
    await assert.rejects(create("server", steps.server(cas), log), (error: Error) => {
      const [first, phase, state, ...rest] = error.message.split("\n");
      assert.deepEqual(
        [first, phase],
        [
          `Setup failed on ${cas} (exit code 1): The metabase cannot be opened; Client Access server role: FAILED`,
          "  Phase:  Client Access server role; attempt 1; 0 min",
        ],
      );
      assert.match(
        state ?? "",
        /^ {2}State: {2}not at 2007 SP1: Client Access 8\.0\.685\.25 \(2007 RTM\), watermark \S+ and action BuildToBuildUpgrade left by an unfinished Setup, Management Tools 8\.0\.685\.25 \(2007 RTM\), 8\.1\.240\.6 unpacked but not configured$/,
      );
      assert.deepEqual(rest, [
        "  Log:    C:\\ExchangeSetupLogs\\ExchangeSetup.log",
        "          C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt",
        "  Fix:    remove the reason",
        next,
        "  Rule:   D13, the upgrade is verified afterwards (How to upgrade to Exchange 2007 SP1)",
        "  Code:   XU-SETUP",
      ]);
      return true;
    });
    const control = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry";
    host.registry.set(control, "Start", 4);
    const waive = { D6: "the test wants Setup's own word" };
    await assert.rejects(create("server", steps.server(cas, { waive }), log), (error: Error) => {
      assert.match(
        error.message,
        /^Setup failed on \S+ \(exit code 1\): .*\n {2}Phase: .*; attempt 2; 0 min\n.*\n {2}Setup: {2}rule \w+ failed: .*\n {2}Log: {4}C:\\ExchangeSetupLogs\\ExchangeSetup\.log\n/,
      );
      return true;
    });
  });

  it("is, of a failure that is known, its cause in the first line and what to do as the fix", async () => {
    steps.prepareForest();
    const host = steps.lab.computer(cas);
    host.faults.failures = [
      {
        phase: "Client Access server role",
        reason: "Service 'MSExchangeRepl' failed to reach status 'Running' on this server.",
      },
    ];
    await assert.rejects(create("server", steps.server(cas), log), (error: Error) => {
      assert.deepEqual(
        error.message
          .replace(/watermark \S+/, "watermark …")
          .split("\n")
          .slice(0, -2),
        [
          `Setup failed on ${cas} (exit code 1): a service did not start: MSExchangeRepl`,
          "  Phase:  Client Access server role; attempt 1; 0 min",
          "  State:  not at 2007 SP1: Client Access 8.0.685.25 (2007 RTM), watermark … and action BuildToBuildUpgrade left by an " +
            "unfinished Setup, Management Tools 8.0.685.25 (2007 RTM), 8.1.240.6 unpacked but not configured",
          "  Setup:  Service 'MSExchangeRepl' failed to reach status 'Running' on this server; Client Access server role: FAILED",
          "  Log:    C:\\ExchangeSetupLogs\\ExchangeSetup.log",
          "          C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt",
          "  Fix:    read its errors in the application and system logs, start it by hand",
          next,
        ],
      );
      return true;
    });
  });
});

describe("a failed run whose log cannot be read", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  beforeEach(() => steps.start());
  afterEach(() => steps.stop());

  it("is told by what the computer shows now, and by what Setup has printed", async () => {
    steps.prepareForest();
    const host = steps.lab.computer(cas);
    host.faults.failures = [{ phase: "Client Access server role", reason: "The metabase cannot be opened." }];
    host.transport.atPoint = (point) => {
      // Setup has written its log by then, and whoever reads it is refused.
      const log = "C:\\ExchangeSetupLogs\\ExchangeSetup.log";
      if (point.at === "command" && point.command.includes("find /c") && host.files.kind(log) === "file")
        host.files.remove(log);
      return undefined;
    };
    await assert.rejects(create("server", steps.server(cas), steps.log), (error: Error) => {
      assert.deepEqual(
        error.message
          .replace(/watermark \S+/, "watermark …")
          .split("\n")
          .slice(0, 4),
        [
          `Setup failed on ${cas} (exit code 1): Client Access server role: FAILED: The metabase cannot be opened`,
          "  Phase:  Client Access server role; attempt 1; 0 min",
          "  State:  not at 2007 SP1: Client Access 8.0.685.25 (2007 RTM), watermark … and action BuildToBuildUpgrade left by an " +
            "unfinished Setup, Management Tools 8.0.685.25 (2007 RTM), 8.1.240.6 unpacked but not configured",
          "  Log:    C:\\ExchangeSetupLogs\\ExchangeSetup.log",
        ],
      );
      return true;
    });
  });
});

describe("services after an upgrade", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;
  const warnings = () => said.filter((line) => line.startsWith("warning"));
  const upgrade = (name: string, changes: Props = {}) => create("server", steps.server(name, changes), log);

  beforeEach(async () => {
    await steps.start();
    steps.prepareForest();
  });
  afterEach(() => steps.stop());

  it("are warned of where they start automatically and do not run; the upgrade stands", async () => {
    const host = steps.lab.computer(cas);
    host.faults.leavesStopped = ["MSExchangeFDS", "MSExchangeServiceHost", "W3SVC"];
    host.registry.set("HKLM\\SYSTEM\\CurrentControlSet\\Services\\W3SVC", "Start", 3);
    const { outs } = await upgrade(cas);
    assert.equal((outs.levels as Props)["Client Access"], "8.1.240.6");
    assert.deepEqual(warnings(), [
      [
        `warning server upgrade on ${cas}: not every service of its roles runs after the upgrade`,
        "  Found:  MSExchangeFDS stopped, MSExchangeServiceHost stopped",
        "  Needed: services that start automatically run",
        `  Where:  on ${cas}`,
        "  Fix:    start them, or look in the event log why they stopped; a restart that is pending may do it. The upgrade stands: it is proven in the directory and the registry (D13)",
        "  Code:   XU-SERVICES",
      ].join("\n"),
    ]);
  });

  it("come up with the restart that is made first", async () => {
    const { faults } = steps.lab.computer(cas);
    faults.leavesStopped = ["MSExchangeFDS"];
    faults.leavesRestartPending = true;
    await upgrade(cas, { reboot: "ifRequired" });
    assert.deepEqual(warnings(), []);
  });

  it("are not asked for on an Edge Transport server, nor where nothing was run", async () => {
    steps.lab.computer(cas).faults.leavesStopped = ["MSExchangeFDS"];
    await upgrade(cas);
    said.splice(0);
    await upgrade(cas);
    assert.deepEqual(warnings(), []);
    const computer = steps.computer(edge, `${edge}\\Administrator`);
    const prepared = { ...steps.planned, schema: false, organization: false, domains: [], edge: true };
    const commands = steps.lab.computer(edge).counts.commands;
    await create("server", { target: "2007 SP1", computer, prepared }, log);
    assert.ok(steps.lab.computer(edge).counts.commands > commands);
    assert.ok(!said.some((line) => line.includes("service")), said.join("\n"));
  });
});
