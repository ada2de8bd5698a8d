/** Security updates with the server out of service around them, on the lab, whose management shell is simulated. */
import assert from "node:assert/strict";
import { coordinatesOf } from "../../lab/coordinates";
import { fabrikam } from "../../lab/fabrikam";
import { modernServices } from "../../lab/product-lines";
import { exsetupOf } from "../../lab/setup/modern/update";
import { handlers } from "../../lib/provider/handlers";
import { useClock } from "../../lib/provider/memory/clock";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, callOf } from "../frontDoor";
import { LabSteps } from "./lab-steps";
import { settingsOf, whyInService } from "./se-steps";

const ex1 = "ex1.fabrikam.com";
const ex2 = "ex2.fabrikam.com";
const edge1 = "edge1.perimeter.fabrikam.com";
const handler = handlers.securityUpdate;
const february = {
  file: "D:\\SU\\Exchange2019-KB5074994-x64-en.msp",
  kb: "KB5074994",
  build: "15.2.1544.39",
};
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

describe("maintenance around a security update", function () {
  this.timeout(120_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  const inputs = (changes: Props = {}, name = ex1, account = "FABRIKAM\\exadmin"): Props => {
    const { directory, computers, accounts } = coordinatesOf(steps.lab);
    return {
      computer: { name, connection: { ...computers[name], ...accounts[account] } },
      directory: { ...directory, ...accounts["FABRIKAM\\reader"] },
      ...february,
      reboot: "ifRequired",
      maintenance: {},
      ...changes,
    };
  };
  const create = (props: Props = inputs()) => handler.create(callOf(props, log), props);
  const refusals = async (props: Props) => {
    const preview = { ...props, __stage: unknownValue };
    const { failures } = await handler.check(callOf(preview, log), {}, preview);
    return failures.map(({ reason }) => reason);
  };
  const failure = (props?: Props) =>
    create(props).then(
      () => "",
      (error: Error) => error.message,
    );

  const host = (name = ex1) => steps.lab.computer(name);
  const managed = (name = ex1) => steps.lab.management.server(name);
  const installed = (name = ex1) => host(name).computer.files.version(exsetupOf(host(name).computer) ?? "");
  const runs = () => steps.runsOn(ex1);

  const settings = () => settingsOf(steps, ex1);

  const inService = () => whyInService(steps, ex1);
  let violations: string[];
  const watch = (phase: string) => {
    const why = inService();
    if (why !== null) violations.push(`${phase}: ${why}`);
  };

  beforeEach(async () => {
    violations = [];
    await steps.start({}, fabrikam);
    managed().policy = "IntrasiteOnly";
    host().faults.atPhase = watch;
  });
  afterEach(async () => {
    await steps.stop();
    assert.deepEqual(violations, []);
  });

  it("takes a member of a group out of service, and puts it back as it was found", async () => {
    const before = settings();
    const { outs } = await create();
    assert.equal(outs.installedBuild, february.build);
    assert.deepEqual(runs(), ["completed"]);
    assert.equal(host().computer.restarts, 1);
    assert.deepEqual(settings(), before);
    const told = said.filter((line) => !line.startsWith("progress"));
    assert.deepEqual(told, [
      `info ${ex1}: out of service: components inactive, queues empty, no active copy, node paused, activation blocked`,
      `info ${ex1}: restarted, and looked at again`,
      `info ${ex1}: in service again: component states as they were found, 3 database copies healthy, cluster node Up, queues empty`,
      told.at(-1),
    ]);
    assert.match(
      told.at(-1) ?? "",
      /^info ex1\.fabrikam\.com: KB5074994, ExSetup\.exe 15\.2\.1544\.39; Windows Installer ran for \d+ min$/,
    );
    // Nothing of the operation stays but the installer's log.
    assert.deepEqual(
      host()
        .computer.files.list("C:\\Windows\\ExchangeUpgrade")
        .map(({ name }) => name),
      ["KB5074994.log"],
    );
  });

  it("is planned: what is done around it", async () => {
    const preview: Props = { ...inputs(), __stage: unknownValue };
    const { failures, inputs: checked } = await handler.check(callOf(preview, log), {}, preview);
    assert.deepEqual(failures, []);
    assert.equal(
      (checked.plan as Props).maintenance,
      "out of service, KB5074994, restart, back in service as found; expected 25 min besides KB5074994, patience 60 min",
    );
  });

  it("leaves an update that is installed, and its server, alone", async () => {
    await create();
    const events = steps.lab.management.events.length;
    const { outs } = await create();
    assert.equal(outs.adopted, true);
    assert.equal(steps.lab.management.events.length, events);
  });

  /** An up that ends as soon as something has happened; nobody hears of it any more. */
  const killedAt = async (happens: (kill: () => void) => void) => {
    const gone = new AbortController();
    happens(() => gone.abort());
    const props = inputs();
    await assert.rejects(handler.create({ ...callOf(props, log), signal: gone.signal }, props));
    assert.ok(gone.signal.aborted, said.join("\n"));
    await beginRun();
  };

  it("goes on where one up after another was killed: on the way out, in the installer, and on the way back", async () => {
    const before = settings();
    await killedAt((kill) => {
      host().managementFaults.atScript = (name, moment) => {
        if (name === "startDagMaintenance" && moment === "after") kill();
      };
    });
    host().managementFaults.atScript = () => undefined;
    await killedAt((kill) => {
      host().faults.atPhase = (phase) => {
        watch(phase);
        if (phase === "InstallFiles") kill();
      };
    });
    host().faults.atPhase = watch;
    for (let tries = 0; tries < 2_000 && runs()[0] !== "completed"; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await killedAt((kill) => {
      host().managementFaults.atScript = (name, moment) => {
        if (name === "stopDagMaintenance" && moment === "after") kill();
      };
    });
    host().managementFaults.atScript = () => undefined;
    const { outs } = await create();
    assert.equal(outs.installedBuild, february.build);
    assert.deepEqual(runs(), ["completed"]);
    assert.equal(host().computer.restarts, 1);
    assert.deepEqual(settings(), before);
  });

  it("is put back where it cannot be taken out of service, and the installer is not started", async () => {
    const before = settings();
    host().managementFaults.stuckDatabases = ["Seattle 1"];
    assert.equal(
      await failure(),
      [
        `security update on ${ex1}: the server could not be taken out of service (R66). Windows Installer was not started, and the server is back in service as it was found; databases that were moved stay where they are`,
        "  Found:  StartDagServerMaintenance.ps1: There are still critical resources on the server: (Database='Seattle 1', Reason='Copy is active') (Microsoft.PowerShell.Commands.WriteErrorException,StartDagServerMaintenance.ps1)",
        "  Needed: every component Inactive but Monitoring and RecoveryActionsEnabled, queues empty but for shadow copies, and of a member of a group no active copy, its node paused, and its activation blocked",
        `  Where:  on ${ex1}`,
        "  Fix:    remove what is waited for, or give it more time (`maintenance.patience`); then run pulumi up again",
        `  Rule:   R66, Setup, or an update, starts only when the server is seen to be out of service (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"; Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange, managing database availability groups; dsccommunity/ExchangeDsc)`,
      ].join("\n"),
    );
    assert.deepEqual(runs(), []);
    assert.deepEqual(settings(), before);
  });

  const component = (name: string, who: string) =>
    `Set-ServerComponentState ${ex1} -Component ${name} -State Active -Requester ${who}`;
  const byHand = [
    component("Monitoring", "Functional"),
    component("RecoveryActionsEnabled", "Functional"),
    component("ServerWideOffline", "Functional"),
    component("ServerWideOffline", "Maintenance"),
    `& "$exscripts\\StopDagServerMaintenance.ps1" -ServerName ${ex1}`,
    `Set-MailboxServer ${ex1} -DatabaseCopyAutoActivationPolicy IntrasiteOnly`,
    component("HubTransport", "Maintenance"),
    "Restart-Service MSExchangeTransport",
    "Start-Service MSExchangeImap4",
  ].join("; ");

  /** What a person does by the message of a failed installation: ServiceControl.ps1 AfterPatch, and a start of the services. */
  const afterPatch = () => {
    for (const name of modernServices("2019", ["Mailbox"])) {
      host().registry.set(`${services}\\${name}`, "Start", 2);
      host().computer.runningServices.add(name.toLowerCase());
    }
  };

  it("stays out of service after an installation that failed, and says so; the next up goes on", async () => {
    const before = settings();
    host().faults.failures = [{ phase: "InstallFiles" }];
    const text = await failure();
    assert.equal(
      text.split("\n")[0],
      `security update on ${ex1}: KB5074994 is not proven to be applied: Windows Installer failed in the middle of the installation`,
    );
    assert.deepEqual(text.split("\n").slice(-2), [
      `  And:    ${ex1} stays out of service. It was taken out of service for KB5074994, and what was found before is kept on it`,
      `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${ex1} back at the end. If it has to serve before that, type in the Exchange Management Shell on ${ex1}: ${byHand}`,
    ]);
    afterPatch();
    assert.equal(inService(), null);
    await create();
    assert.deepEqual(runs(), ["failed", "completed"]);
    assert.deepEqual(settings(), before);
  });

  it("is told to be out of service, too, by a later up that comes outside the change window", async () => {
    host().faults.failures = [{ phase: "InstallFiles" }];
    await failure();
    await beginRun();
    const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };
    useClock(() => Date.parse("2026-12-06T05:00Z"));
    const text = await failure(inputs({ changeWindow })).finally(() => useClock());
    assert.equal(
      text,
      [
        `R10 (must), security update on ${ex1}: 115 min (60 for the update, 30 for a restart, 25 for maintenance) are expected, and 60 min of the change window are left`,
        "  Found:  2026-12-06 05:00 (UTC), by the clock of the machine that runs Pulumi",
        "  Needed: a start from 2026-12-05 22:00 to 2026-12-06 06:00 (UTC), 115 min or more before its end",
        "  Where:  in the program: `changeWindow`",
        "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `changeWindow`; where the step takes less time, say so in `timeouts.expected`, `timeouts.reboot` and `maintenance.expected`",
        "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
        `  And:    an earlier pulumi up has taken ${ex1} out of service, and none has put it back (R67). What was found before is kept on it`,
        `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${ex1} back at the end. If it has to serve before that, type in the Exchange Management Shell on ${ex1}: ${byHand}`,
      ].join("\n"),
    );
    assert.deepEqual(runs(), ["failed"]);
  });

  it("stays out of service while a required service is disabled (R83)", async () => {
    const before = settings();
    host().faults.leavesDisabled = ["MSExchangeMailboxAssistants"];
    const text = await failure();
    assert.equal(
      text.split("\n")[0],
      `R83 (must), security update on ${ex1}: required services are disabled: MSExchangeMailboxAssistants`,
    );
    assert.match(text, /\n {2}And: {4}ex1\.fabrikam\.com stays out of service\. /);
    assert.equal(inService(), null);
    host().registry.set(`${services}\\MSExchangeMailboxAssistants`, "Start", 2);
    await create();
    assert.deepEqual(runs(), ["completed"]);
    assert.deepEqual(settings(), before);
  });

  it("says what is not back where it cannot be put back; the next up goes on without the installer", async () => {
    const before = settings();
    const props = inputs({ maintenance: { patience: 0.2 } });
    const quiet = callOf(props, {
      ...log,
      info: async (line) => {
        await log.info(line);
        if (line.endsWith("restarted, and looked at again"))
          host().managementFaults.failing = { "Set-MailboxServer": "Access is denied." };
      },
    });
    const text = await handler.create(quiet, props).then(
      () => "",
      (error: Error) => error.message,
    );
    const lines = text.split("\n");
    assert.deepEqual(
      [lines[0], ...lines.slice(2)],
      [
        `security update on ${ex1}: KB5074994 is installed, and the server is not back in service as it was found (R67)`,
        "  Needed: what was found before the server was taken out of service",
        `  Where:  on ${ex1}`,
        `  Fix:    run pulumi up again: it goes on from there, without Windows Installer. Or type in the Exchange Management Shell on ${ex1}: ${byHand}`,
        "  Rule:   R67, a server is put back into service as it was found (what was found before is kept on the computer)",
      ],
    );
    host().managementFaults.failing = {};
    await create();
    assert.deepEqual(runs(), ["completed"]);
    assert.deepEqual(settings(), before);
  });

  it("does not start on a server that is out of service, and that the program no longer takes care of", async () => {
    const before = settings();
    host().faults.failures = [{ phase: "InstallFiles" }];
    await failure();
    const folder = "C:\\Windows\\ExchangeUpgrade\\maintenance";
    assert.equal(
      await failure(inputs({ maintenance: "none" })),
      [
        `security update on ${ex1}: the server was taken out of service by an earlier pulumi up, and nothing would put it back (R67)`,
        `  Found:  ${folder}\\found.json, and a program that says no \`maintenance\` of this server`,
        "  Needed: the step with its `maintenance`, or a server that somebody has put back",
        `  Where:  on ${ex1}, and in the program`,
        `  Fix:    say \`maintenance\` again and run pulumi up: it goes on from there, and puts the server back at the end. Or ${`type in the Exchange Management Shell on ${ex1}: ${byHand}`}; then delete ${folder}`,
        "  Rule:   R67, a server is put back into service as it was found (what was found before is kept on the computer)",
      ].join("\n"),
    );
    assert.deepEqual(runs(), ["failed"]);
    afterPatch();
    await create();
    assert.deepEqual(settings(), before);
  });

  it("is asked for a word on it, and on the restart (R59, R69)", async () => {
    const { maintenance: _, ...without } = inputs();
    assert.deepEqual(await refusals(without), []);
    assert.deepEqual(await refusals(inputs({ reboot: "never" })), []);
    const source =
      'Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"; Microsoft\'s Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange, managing database availability groups; dsccommunity/ExchangeDsc';
    assert.deepEqual(
      said.filter((line) => line.startsWith("warning")),
      [
        [
          `warning R59 (should), security update on ${ex1}: nothing says whether the server is taken out of service around KB5074994`,
          "  Found:  no `maintenance`",
          "  Needed: a word on it: KB5074994 takes clients, mail and active databases down with the server",
          "  Where:  in the program: `maintenance`",
          '  Fix:    say `maintenance: {}`, and the update takes it out of service and puts it back; or `maintenance: "none"` where somebody else does',
          `  Rule:   R59, the program says whether a server is taken out of service around Setup, or an update (${source})`,
        ].join("\n"),
        [
          `warning R69 (should), security update on ${ex1}: Microsoft asks for a restart after KB5074994, and the server is put back into service without one`,
          '  Found:  `reboot` is "never"',
          "  Needed: the restart while the server is out of service",
          "  Where:  in the program: `reboot`",
          '  Fix:    say `reboot: "ifRequired"`',
          `  Rule:   R69, a server is restarted while it is out of service (${source})`,
        ].join("\n"),
      ],
    );
  });

  it("is refused before the window for what the shell shows, and on an Edge Transport server", async () => {
    const first = async (changes: Props, name = ex1, account?: string) =>
      (await refusals(inputs(changes, name, account))).map((text) => text.split("\n")[0]);
    assert.deepEqual(await first({}), []);
    assert.deepEqual(await first({ maintenance: { redirectTo: "ex9.fabrikam.com" } }), [
      `R64 (must), security update on ${ex1}: ex9.fabrikam.com does not take the messages that wait in its queues`,
    ]);
    assert.deepEqual(await first({ run: "manual", account: { name: "FABRIKAM\\exadmin" } }), [
      `R60 (must), security update on ${ex1}: run: "manual" starts nothing, and takes nothing out of service`,
    ]);
    Object.assign(steps.lab.management.databases[0] ?? {}, { copies: [ex1] });
    assert.deepEqual(await first({}), [
      `R63 (must), security update on ${ex1}: databases have their only copy on this server: their users lose them while it is out of service`,
    ]);
    const cu15 = {
      file: "D:\\SU\\Exchange2019-KB5074993-x64-en.msp",
      kb: "KB5074993",
      build: "15.2.1748.43",
    };
    const { directory: _, ...edge } = inputs(cu15, edge1, `${edge1}\\Administrator`);
    assert.deepEqual(
      (await refusals(edge)).map((text) => text.split("\n")[0]),
      [
        `R60 (must), security update on ${edge1}: no way is described to take an Edge Transport server out of service`,
      ],
    );
    assert.equal(installed(), "15.2.1544.4");
    assert.deepEqual(await first({}, ex2), [
      `R30 (must), security update on ${ex2}: it is in the database availability group DAG1 together with ${ex1}, and nothing keeps both from being updated at once`,
    ]);
  });
});
