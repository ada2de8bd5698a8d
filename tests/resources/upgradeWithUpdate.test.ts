/** A server's Setup and its security update in one step, on the lab, whose management shell is simulated. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fabrikam } from "../../lab/fabrikam";
import { modernServices } from "../../lab/product-lines";
import { restoreServices } from "../../lab/setup/modern/services";
import { exsetupOf, updateContent } from "../../lab/setup/modern/update";
import { handlers } from "../../lib/provider/handlers";
import { useClock } from "../../lib/provider/memory/clock";
import { findRelease } from "../../lib/releases";
import { ruleLine } from "../../lib/rules/finding";
import { wordsOf } from "../../lib/rules/table";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, callOf, check, create, diff, read, update } from "../frontDoor";
import { LabSteps } from "./lab-steps";
import { answers, planned, seInputs, settingsOf, whyInService } from "./se-steps";

const ex1 = "ex1.fabrikam.com";
const february = { file: "D:\\SU\\ExchangeSE-KB5074992-x64-en.msp", kb: "KB5074992", build: "15.2.2562.37" };
const september = { file: "D:\\SU\\ExchangeSE-KB5129955-x64-en.msp", kb: "KB5129955", build: "15.2.2562.53" };
const outOfService = "components inactive, queues empty, no active copy, node paused, activation blocked";
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

describe("a server's upgrade with its security update", function () {
  this.timeout(120_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  const inputs = (name: string, account: string, changes: Props) => seInputs(steps, name, account, changes);
  const server = (changes: Props = {}, name = ex1): Props =>
    inputs(name, "FABRIKAM\\exadmin", {
      setup: { ...answers, extendedProtection: "on" },
      prepared: { ...planned, organization: true, domains: ["*"] },
      reboot: "ifRequired",
      maintenance: {},
      securityUpdate: february,
      ...changes,
    });
  const host = (name = ex1) => steps.lab.computer(name);
  const managed = (name = ex1) => steps.lab.management.server(name);
  const installed = () => host().computer.files.version(exsetupOf(host().computer) ?? "");
  /** Releases and results of what was run, oldest first. */
  const runs = () => host().setupRuns.map(({ release, result }) => `${release}: ${result}`);
  const both = ["SE RTM: completed", "update 15.2.2562.37: completed"];
  const failure = (props = server()) =>
    create("server", props, log).then(
      () => "",
      (error: Error) => error.message,
    );

  const settings = () => settingsOf(steps, ex1);

  const inService = () => whyInService(steps, ex1);
  /** Number, title and source of a rule. */
  const rule = (id: "R10" | "R67" | "R80" | "R82" | "R83") => {
    const target = findRelease("SE RTM");
    assert.ok(target);
    return ruleLine({ rule: id, ...wordsOf(id, target) });
  };
  /** The lines that put it back. */
  const byHand = [
    ...["Monitoring", "RecoveryActionsEnabled", "ServerWideOffline"].map(
      (name) => `Set-ServerComponentState ${ex1} -Component ${name} -State Active -Requester Functional`,
    ),
    `Set-ServerComponentState ${ex1} -Component ServerWideOffline -State Active -Requester Maintenance`,
    `& "$exscripts\\StopDagServerMaintenance.ps1" -ServerName ${ex1}`,
    `Set-MailboxServer ${ex1} -DatabaseCopyAutoActivationPolicy IntrasiteOnly`,
    `Set-ServerComponentState ${ex1} -Component HubTransport -State Active -Requester Maintenance`,
    "Restart-Service MSExchangeTransport",
    "Start-Service MSExchangeImap4",
  ];
  let violations: string[];
  const watch = (phase: string) => {
    const why = inService();
    if (why !== null) violations.push(`${phase}: ${why}`);
  };

  beforeEach(async () => {
    violations = [];
    await steps.start({}, fabrikam);
    await create(
      "organization",
      inputs("prep1.fabrikam.com", "FABRIKAM\\prep", { setup: answers, prepared: planned }),
      log,
    );
    said.splice(0);
    managed().policy = "IntrasiteOnly";
    host().faults.atPhase = watch;
  });
  afterEach(async () => {
    useClock();
    await steps.stop();
    assert.deepEqual(violations, []);
  });

  it("applies both while the server is out of service once, with a restart after each", async () => {
    const before = settings();
    const { outs } = await create("server", server(), log);
    assert.deepEqual(runs(), both);
    assert.equal(installed(), february.build);
    assert.equal(host().computer.restarts, 2);
    assert.deepEqual(settings(), before);
    assert.deepEqual(outs.levels, {
      "Client Access": "15.2.2562.17",
      Mailbox: "15.2.2562.17",
      "Management Tools": "15.2.2562.17",
      "ExSetup.exe": "15.2.2562.37",
    });
    assert.equal(outs.adopted, false);
    const told = said.filter((line) => line.startsWith("info"));
    assert.deepEqual(
      told.map((line) => line.replace(/ran for \d+ min/, "ran for 0 min")),
      [
        `info ${ex1}: out of service: ${outOfService}`,
        `info ${ex1}: restarted, and verified again`,
        `info ${ex1}: Client Access 15.2.1544.4 -> 15.2.2562.17, Mailbox 15.2.1544.4 -> 15.2.2562.17, Management Tools 15.2.1544.4 -> 15.2.2562.17; Setup ran for 0 min, usually 60`,
        `info ${ex1}: out of service: ${outOfService}`,
        `info ${ex1}: restarted, and looked at again`,
        `info ${ex1}: in service again: component states as they were found, 3 database copies healthy, cluster node Up, queues empty`,
        `info ${ex1}: KB5074992, ExSetup.exe 15.2.2562.37; Windows Installer ran for 0 min`,
      ],
    );
    // Nothing of both operations stays but the installer's log.
    assert.deepEqual(
      host()
        .computer.files.list("C:\\Windows\\ExchangeUpgrade")
        .map(({ name }) => name),
      ["KB5074992.log"],
    );
  });

  it("is planned: the update, what is done around both, and the minutes of the window", async () => {
    const window = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };
    useClock(() => Date.parse("2026-12-05T20:00Z"));
    const preview: Props = { ...server({ changeWindow: window }), __stage: unknownValue };
    const { failures, inputs: checked } = await check("server", {}, preview, log);
    assert.deepEqual(failures, []);
    const { maintenance, securityUpdate, rules } = checked.plan as { readonly [name: string]: string };
    assert.equal(
      maintenance,
      "out of service, Setup, restart, KB5074992, restart, back in service as found; expected 25 min besides Setup and KB5074992, patience 60 min",
    );
    const command = `msiexec.exe /update ${february.file} /qn /norestart`;
    assert.equal(
      securityUpdate,
      `Feb26SU (KB5074992, 15.2.2562.37) after Setup and its restart: ${command}; expected 60 min`,
    );
    assert.match(rules ?? "", /R80, R81, R82, R83, R84$/);
    assert.ok(
      said.some((line) =>
        line.includes(
          `\n  then  ${command}: -> SE RTM Feb26SU (KB5074992, 15.2.2562.37); newer: the newest that is known here of SE RTM, `,
        ),
      ),
      said.join("\n"),
    );
    const minutes =
      "this step is expected to take 205 min (60 for Setup, 60 for the update, 60 for restarts, 25 for maintenance) and to end 205 min";
    assert.ok(
      said.some((line) => line.includes(minutes)),
      said.join("\n"),
    );
  });

  it("is judged on a facts snapshot with its update and its maintenance, and nothing is asked", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-facts-"));
    const file = join(folder, "facts.json");
    const preview = async (changes: Props = {}) => {
      const { failures } = await check("server", {}, { ...server(changes), __stage: unknownValue }, log);
      return [...said.splice(0), ...failures.map(({ reason }) => reason)];
    };
    const absent = { ...february, file: "D:\\SU\\none-KB5074992.msp" };
    try {
      for (const name of ["ex2", "ex3", "ex4"]) managed(`${name}.fabrikam.com`).policy = "Blocked";
      process.env.EXCHANGE_UPGRADE_RECORD_FACTS = file;
      const live = [await preview(), await preview({ securityUpdate: absent })];
      delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
      const refused = live.flat().flatMap((line) => /^R\d+(?= \(must\))/.exec(line) ?? []);
      assert.deepEqual(refused, ["R64", "R82", "R64"]);
      await beginRun();
      process.env.EXCHANGE_UPGRADE_FACTS = file;
      const { computer } = server();
      const nobody = { host: "127.0.0.1", port: 9, user: "FABRIKAM\\exadmin", password: "x" };
      const nowhere = { computer: { ...(computer as Props), connection: nobody } };
      const [first, ...told] = await preview(nowhere);
      assert.match(first ?? "", /^warning judged on the facts snapshot /);
      assert.deepEqual([told, await preview({ ...nowhere, securityUpdate: absent })], live);
    } finally {
      delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
      delete process.env.EXCHANGE_UPGRADE_FACTS;
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has no word of it in the plan where the program gives none, and none on purpose where it says so", async () => {
    const planOf = async (securityUpdate: unknown) => {
      const { securityUpdate: _, ...without } = server();
      const props: Props = { ...without, ...Object(securityUpdate), __stage: unknownValue };
      const { inputs: checked } = await check("server", {}, props, log);
      return (checked.plan as Props).securityUpdate;
    };
    assert.equal(await planOf({}), undefined);
    assert.equal(await planOf({ securityUpdate: "none" }), "none, as the program says");
  });

  /** An up that ends as soon as something has happened; nobody hears of it any more. */
  const killedAt = async (happens: (kill: () => void) => void) => {
    const gone = new AbortController();
    happens(() => gone.abort());
    const props = server();
    await assert.rejects(handlers.server.create({ ...callOf(props, log), signal: gone.signal }, props));
    assert.ok(gone.signal.aborted, said.join("\n"));
    host().managementFaults.atScript = () => undefined;
    await beginRun();
  };
  const killedAtScript = (script: string, most = 1) =>
    killedAt((kill) => {
      let seen = 0;
      host().managementFaults.atScript = (name, moment) => {
        if (name === script && moment === "after" && ++seen === most) kill();
      };
    });
  const killedInPhase = async (phase: string, ended: readonly string[]) => {
    await killedAt((kill) => {
      host().faults.atPhase = (name) => {
        watch(name);
        if (name === phase) kill();
      };
    });
    host().faults.atPhase = watch;
    for (let tries = 0; tries < 2_000 && runs().join() !== ended.join(); tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(runs(), ended);
  };

  it("goes on where one up after another was killed: in every phase", async () => {
    const before = settings();
    await killedAtScript("startDagMaintenance");
    await killedInPhase("Copying Exchange Files", both.slice(0, 1));
    // Setup is done. The step is not: the update is pending, and what is left of the window is enough for it.
    const preview: Props = { ...server(), __stage: unknownValue };
    const { failures } = await check("server", {}, preview, log);
    assert.deepEqual(failures, []);
    assert.ok(
      said.some(
        (line) => line.startsWith(`info ${ex1}: msiexec.exe /update `) && line.includes("; Setup is done\n"),
      ),
      said.join("\n"),
    );
    await killedInPhase("InstallFiles", both);
    await killedAtScript("stopDagMaintenance");
    const { outs } = await create("server", server(), log);
    assert.equal((outs.levels as Props)["ExSetup.exe"], february.build);
    assert.deepEqual(runs(), both);
    assert.equal(host().computer.restarts, 2);
    assert.deepEqual(settings(), before);
  });

  it("stays out of service after an installation that failed, and says so; the next up goes on with the update", async () => {
    const before = settings();
    host().faults.failures = [{ phase: "InstallFiles" }];
    const text = await failure();
    const lines = text.split("\n");
    assert.equal(
      lines[0],
      `security update on ${ex1}: KB5074992 is not proven to be applied: Windows Installer failed in the middle of the installation`,
    );
    assert.equal(
      lines.at(-2),
      `  And:    ${ex1} stays out of service. It was taken out of service for KB5074992, and what was found before is kept on it`,
    );
    for (const name of modernServices("2019", ["Mailbox"])) {
      host().registry.set(`${services}\\${name}`, "Start", 2);
      host().computer.runningServices.add(name.toLowerCase());
    }
    assert.equal(inService(), null);
    await create("server", server(), log);
    assert.deepEqual(runs(), [
      "SE RTM: completed",
      "update 15.2.2562.37: failed",
      "update 15.2.2562.37: completed",
    ]);
    assert.deepEqual(settings(), before);
  });

  /** ServiceControl.ps1 AfterPatch, and a start of the services. */
  const mendServices = () => restoreServices(host().computer);
  const left = "C:\\Windows\\ExchangeUpgrade\\update-KB5074992-15.2.2562.37";
  const leftText = [
    `warning security update on ${ex1}: an earlier pulumi up has begun KB5074992, none has proven it, and the program no longer has it`,
    "  Found:  KB5074992 ended with exit code 1603; no required service is disabled",
    "  Needed: an update that is proven, or that somebody has settled",
    `  Where:  on ${ex1}`,
    `  Fix:    give \`securityUpdate\` again: the next pulumi up applies it once more, or adopts it. Or look what has come of it, in its log %SystemRoot%\\ExchangeUpgrade\\KB5074992.log; then delete ${left}`,
    "  Code:   XU-UPDATE",
  ].join("\n");

  it("is not put back after an update that failed and that the program no longer has, while services are disabled", async () => {
    const before = settings();
    host().faults.failures = [{ phase: "InstallFiles" }];
    await failure();
    await beginRun();
    const text = await failure(server({ securityUpdate: "none" }));
    const names = /required services are disabled: (.*)/.exec(text)?.[1] ?? "";
    assert.match(names, /(^|, )MSExchangeTransport(,|$)/);
    assert.deepEqual(text.split("\n"), [
      `R83 (must), security update on ${ex1}: required services are disabled: ${names}`,
      `  Found:  disabled: ${names}; KB5074992 ended with exit code 1603, and is not proven`,
      "  Needed: required services, none of them disabled",
      `  Where:  on ${ex1}`,
      '  Fix:    in Windows PowerShell there, in the folder Bin of Exchange: Add-PSSnapin Microsoft.Exchange.Management.PowerShell.Setup, then .\\ServiceControl.ps1 AfterPatch; start the services, and run pulumi up again. A service that is disabled on purpose: `waive: { R83: "the reason" }`',
      `  Rule:   ${rule("R83")}`,
      `  And:    ${ex1} stays out of service. It was taken out of service for Setup of SE RTM, and what was found before is kept on it`,
      `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${ex1} back at the end. If it has to serve before that, type in the Exchange Management Shell on ${ex1}: ${byHand.join("; ")}`,
    ]);
    assert.equal(inService(), null);
    mendServices();
    await beginRun();
    said.splice(0);
    await create("server", server({ securityUpdate: "none" }), log);
    assert.ok(said.includes(leftText), said.join("\n"));
    assert.deepEqual(settings(), before);
    // What is there can still be given again; then nothing of it stays.
    await beginRun();
    await create("server", server(), log);
    assert.deepEqual(runs().slice(-2), ["update 15.2.2562.37: failed", "update 15.2.2562.37: completed"]);
    assert.equal(host().files.kind(left), null);
    assert.deepEqual(settings(), before);
  });

  it("is not adopted in service after such an update either, also where the state has the upgrade", async () => {
    const { securityUpdate: _, ...without } = server({ maintenance: "none" });
    const { outs } = await create("server", without, log);
    violations = [];
    const olds = { ...without, ...outs };
    host().faults.failures = [{ phase: "InstallFiles" }];
    await beginRun();
    await assert.rejects(
      update("server", olds, server({ maintenance: "none" }), log),
      /KB5074992 is not proven/,
    );
    violations = [];
    const none = server({ maintenance: "none", securityUpdate: "none" });
    await beginRun();
    await assert.rejects(
      update("server", olds, none, log),
      /^Error: R83 \(must\), security update on .*required services are disabled: .*\n {2}Found: .*; KB5074992 ended with exit code 1603, and is not proven\n/,
    );
    mendServices();
    await beginRun();
    said.splice(0);
    await update("server", olds, none, log);
    assert.ok(said.includes(leftText), said.join("\n"));
    assert.deepEqual(runs(), [both[0], "update 15.2.2562.37: failed"]);
  });

  it("is told by a refresh where the program leaves out an update that failed, and the state never had it", async () => {
    const inPlace = (changes: Props = {}) => server({ maintenance: "none", ...changes });
    const { securityUpdate: _, ...without } = inPlace();
    const { outs } = await create("server", without, log);
    violations = [];
    const olds = { ...without, ...outs };
    host().faults.failures = [{ phase: "InstallFiles" }];
    await beginRun();
    await assert.rejects(update("server", olds, inPlace(), log), /KB5074992 is not proven/);
    // For the engine, the program that had the update for one run has not changed.
    assert.deepEqual(await diff("server", olds, { ...olds, ...without }), { changes: false });
    const told = async () => {
      await beginRun();
      said.splice(0);
      await read("server", "id", olds, log);
      return said.filter((line) => line.startsWith("warning"));
    };
    const warning = [
      ...leftText.split("\n").slice(0, 1),
      "  Found:  KB5074992 ended with exit code 1603",
      ...leftText.split("\n").slice(2, 4),
      `  Fix:    give \`securityUpdate\` again: the next pulumi up applies it once more, or adopts it. Or say \`securityUpdate: "none"\`: the next one looks at the services (R83). Or look what has come of it, in its log %SystemRoot%\\ExchangeUpgrade\\KB5074992.log; then delete ${left}`,
      "  Code:   XU-UPDATE",
    ].join("\n");
    assert.deepEqual(await told(), [warning]);
    host().faults.failures = [];
    mendServices();
    await beginRun();
    const applied = await update("server", olds, inPlace(), log);
    assert.deepEqual(await told(), []);
    // A newer one that failed is told, too, where the program returns to the one that the state has.
    host().files.write(september.file, updateContent(september.build));
    host().faults.failures = [{ phase: "InstallFiles" }];
    await beginRun();
    const had = { ...inPlace(), ...applied.outs };
    await assert.rejects(
      update("server", had, inPlace({ securityUpdate: september }), log),
      /KB5129955 is not proven/,
    );
    await beginRun();
    said.splice(0);
    await read("server", "id", had, log);
    assert.match(
      said.filter((line) => line.startsWith("warning")).join("\n"),
      /an earlier pulumi up has begun KB5129955, none has proven it/,
    );
    // What the state has is taken out only after a look at the services.
    await beginRun();
    await assert.rejects(update("server", had, without, log), /R83 \(must\)/);
    violations = [];
  });

  it("forgets an update that failed once a newer one is proven", async () => {
    host().faults.failures = [{ phase: "InstallFiles" }];
    await failure();
    mendServices();
    host().files.write(september.file, updateContent(september.build));
    await beginRun();
    await create("server", server({ securityUpdate: september }), log);
    assert.equal(host().files.kind(left), null);
    await beginRun();
    said.splice(0);
    await create("server", server({ securityUpdate: "none" }), log);
    assert.deepEqual(
      said.filter((line) => line.includes("KB5074992")),
      [],
    );
  });

  it("stays out of service, without a wait, where transport is disabled after an update that failed", async () => {
    host().faults.failures = [{ phase: "InstallFiles" }];
    await failure();
    host().faults.failures = [];
    managed().queues.set("Submission", 1);
    const began = Date.now();
    useClock(() => began);
    await beginRun();
    const lines = (await failure()).split("\n");
    assert.deepEqual(lines.slice(0, 2), [
      `security update on ${ex1}: the server could not be taken out of service (R66). Windows Installer was not started. The server is not back in service either: Windows Installer was begun there before and has not come to a good end, and nothing puts such a server back`,
      "  Found:  Restart-Service MSExchangeTransport: Service 'MSExchangeTransport' cannot be started (CouldNotStartService,Microsoft.PowerShell.Commands.RestartServiceCommand)",
    ]);
    assert.equal(
      lines.find((line) => line.startsWith("  Fix:")),
      `  Fix:    remove the reason and run pulumi up again: it goes on from there. A service that cannot be started may be disabled since that installation: in Windows PowerShell there, in the folder Bin of Exchange, Add-PSSnapin Microsoft.Exchange.Management.PowerShell.Setup, then .\\ServiceControl.ps1 AfterPatch, enables them (R83). To put the server back before that, type in the Exchange Management Shell on ${ex1}: ${byHand.join("; ")}`,
    );
    assert.deepEqual(runs(), [both[0], "update 15.2.2562.37: failed"]);
    assert.notEqual(managed().node, "Up");
    // What the message says is enough: the next up goes on, and ends well.
    useClock();
    mendServices();
    managed().queues.delete("Submission");
    await beginRun();
    await create("server", server(), log);
    assert.deepEqual(runs().slice(-1), ["update 15.2.2562.37: completed"]);
    assert.equal(managed().node, "Up");
  });

  it("waits for no queue that cannot be read: transport is disabled, and the program has a reason for that", async () => {
    host().faults.leavesDisabled = ["MSExchangeTransport"];
    const began = Date.now();
    useClock(() => began);
    await create("server", server({ waive: { R83: "transport stays off" } }), log);
    const told = said.find((line) => line.startsWith("warning R68 "));
    assert.match(told ?? said.join("\n"), /queues not verified: the service MSExchangeTransport is disabled/);
  });

  it("is told to be out of service, too, by a later up that is refused, and by its preview", async () => {
    const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };
    let now = Date.parse("2026-12-05T22:10Z");
    useClock(() => now);
    host().faults.failures = [{ phase: "InstallFiles" }];
    await failure(server({ changeWindow }));
    const then = `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${ex1} back at the end. If it has to serve before that, type in the Exchange Management Shell on ${ex1}: ${byHand.join("; ")}`;
    now = Date.parse("2026-12-06T05:00Z");
    await beginRun();
    const late = [
      `R10 (must), security update on ${ex1}: 115 min (60 for the update, 30 for a restart, 25 for maintenance) are expected, and 60 min of the change window are left`,
      "  Found:  2026-12-06 05:00 (UTC), by the clock of the machine that runs Pulumi",
      "  Needed: a start from 2026-12-05 22:00 to 2026-12-06 06:00 (UTC), 115 min or more before its end",
      "  Where:  in the program: `changeWindow`",
      "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `changeWindow`; where the step takes less time, say so in `securityUpdate.expected`, `timeouts.reboot` and `maintenance.expected`",
      `  Rule:   ${rule("R10")}`,
      `  And:    ${ex1} stays out of service. It was taken out of service for KB5074992, and what was found before is kept on it`,
      then,
    ].join("\n");
    assert.equal(await failure(server({ changeWindow })), late);
    const { file } = february;
    const content = host().computer.files.read(file).toString();
    host().computer.files.remove(file);
    await beginRun();
    const gone = [
      `R82 (must), security update on ${ex1}: the file ${file} is not there`,
      `  Found:  no such file (${file})`,
      `  Needed: ${file} on ${ex1}`,
      `  Where:  on ${ex1}`,
      "  Fix:    copy the update's .msp there, or correct `securityUpdate.file`",
      `  Rule:   ${rule("R82")}`,
      `  And:    an earlier pulumi up has taken ${ex1} out of service, and none has put it back (R67). What was found before is kept on it`,
      then,
    ].join("\n");
    assert.equal(await failure(), gone);
    assert.deepEqual(await refusals({}), [gone]);
    host().computer.files.write(file, content);
  });

  it("is neither restarted nor put back while an update runs that the program no longer names", async () => {
    const before = settings();
    await killedAt((kill) => {
      host().faults.hangAt = "InstallFiles";
      host().faults.atPhase = (phase) => {
        watch(phase);
        if (phase === "StopServices") kill();
      };
    });
    host().faults.atPhase = watch;
    assert.equal(
      await failure(server({ securityUpdate: "none" })),
      [
        `server upgrade on ${ex1}: an installation that an earlier pulumi up has started still runs, so that the server is neither restarted nor put back (R67)`,
        "  Found:  running: update-KB5074992-15.2.2562.37",
        "  Needed: an installation that has come to its end",
        `  Where:  on ${ex1}`,
        "  Fix:    say in the program what was begun, and run pulumi up again: it follows it and proves the result. Or wait for its end, and look what has come of it",
        `  Rule:   ${rule("R67")}`,
        `  And:    ${ex1} stays out of service. It was taken out of service for Setup of SE RTM, and what was found before is kept on it`,
        `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${ex1} back at the end. If it has to serve before that, type in the Exchange Management Shell on ${ex1}: ${byHand.join("; ")}`,
      ].join("\n"),
    );
    assert.equal(inService(), null);
    assert.equal(host().computer.restarts, 1);
    await beginRun();
    assert.deepEqual(
      (await failure(server({ maintenance: "none", securityUpdate: "none" }))).split("\n").slice(0, 5),
      [
        `R83 (must), security update on ${ex1}: not verified: KB5074992 still runs`,
        "  Needed: an installation that has come to its end",
        `  Where:  on ${ex1}`,
        "  Fix:    say in the program what was begun, and run pulumi up again: it follows it and proves the result. Or wait for its end",
        `  Rule:   ${rule("R83")}`,
      ],
    );
    delete host().faults.hangAt;
    await beginRun();
    await create("server", server(), log);
    assert.deepEqual(runs(), both);
    assert.deepEqual(settings(), before);
  });

  it("is put back without the update where the window is over after Setup; the next up applies it", async () => {
    const before = settings();
    const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };
    let now = Date.parse("2026-12-05T23:00Z");
    useClock(() => now);
    const props = server({ changeWindow });
    const late = callOf(props, {
      ...log,
      info: async (line) => {
        await log.info(line);
        if (line.endsWith("restarted, and verified again")) now = Date.parse("2026-12-06T05:00Z");
      },
    });
    const text = await handlers.server.create(late, props).then(
      () => "",
      (error: Error) => error.message,
    );
    assert.equal(
      text,
      [
        `R10 (must), security update on ${ex1}: 115 min (60 for the update, 30 for a restart, 25 for maintenance) are expected, and 60 min of the change window are left`,
        ...text.split("\n").slice(1, 6),
        `  And:    SE RTM is installed, and ${ex1} is in service as it was found. The update was not begun`,
        "  Then:   remove the reason and run pulumi up again: it goes on with the update",
      ].join("\n"),
    );
    assert.deepEqual(runs(), both.slice(0, 1));
    assert.deepEqual(settings(), before);
    now = Date.parse("2026-12-05T23:00Z");
    await beginRun();
    await create("server", props, log);
    assert.deepEqual(runs(), both);
    assert.deepEqual(settings(), before);
  });

  it("is put back without the update where its file is gone after Setup", async () => {
    const before = settings();
    host().faults.atPhase = (phase) => {
      watch(phase);
      const { files } = host().computer;
      if (files.kind(february.file) !== null) files.remove(february.file);
    };
    const lines = (await failure()).split("\n");
    assert.deepEqual(
      [lines[0], ...lines.slice(-2)],
      [
        `R82 (must), security update on ${ex1}: the file ${february.file} is not there`,
        `  And:    SE RTM is installed, and ${ex1} is in service as it was found. The update was not begun`,
        "  Then:   remove the reason and run pulumi up again: it goes on with the update",
      ],
    );
    assert.deepEqual(settings(), before);
  });

  it("adopts a Setup that is done, and takes the server out of service for the update alone", async () => {
    const { securityUpdate: _, ...without } = server();
    const { outs } = await create("server", without, log);
    await beginRun();
    const before = settings();
    const olds = { ...without, ...outs };
    assert.equal((outs.levels as Props)["ExSetup.exe"], undefined);
    assert.deepEqual(await diff("server", olds, without), { changes: false });
    assert.deepEqual(await diff("server", olds, server()), { changes: true });
    said.splice(0);
    const updated = await update("server", olds, server(), log);
    assert.deepEqual(runs(), both);
    assert.equal((updated.outs.levels as Props)["ExSetup.exe"], february.build);
    assert.equal(updated.outs.adopted, false);
    assert.deepEqual(settings(), before);
    // What is recorded stays, and is not applied again.
    const recorded = { ...server(), ...updated.outs };
    assert.deepEqual(await diff("server", recorded, server()), { changes: false });
    const { props } = await read("server", `${ex1}/server`, recorded, log);
    assert.deepEqual(props.levels, updated.outs.levels);
  });

  it("applies both in service where the program says so", async () => {
    const { outs } = await create("server", server({ maintenance: "none" }), log).catch((error) => {
      violations = [];
      throw error;
    });
    violations = [];
    assert.deepEqual(runs(), both);
    assert.equal(host().computer.restarts, 2);
    assert.equal((outs.levels as Props)["ExSetup.exe"], february.build);
  });

  it("tells a newer update that somebody has applied since, and one that is gone", async () => {
    const { outs } = await create("server", server(), log);
    const olds = { ...server(), ...outs };
    const path = exsetupOf(host().computer) ?? "";
    const told = async (build: string) => {
      host().computer.files.write(path, "MZ", undefined, build);
      await beginRun();
      said.splice(0);
      const { failures } = await check("server", olds, { ...server(), __stage: unknownValue }, log);
      assert.deepEqual(failures, []);
      return said.filter((line) => line.startsWith("warning")).map((line) => line.split(" [")[0]);
    };
    const roles =
      "Client Access 15.2.2562.17 (SE RTM), Mailbox 15.2.2562.17 (SE RTM), Management Tools 15.2.2562.17 (SE RTM)";
    assert.deepEqual(await told("15.2.2562.41"), [
      `warning ${ex1}: drift: now ${roles}, ExSetup.exe of SE RTM May26HU (15.2.2562.41), beyond the target SE RTM`,
    ]);
    assert.deepEqual(await told("15.2.2562.29"), [
      `warning ${ex1}: drift: now ${roles}, ExSetup.exe of SE RTM Oct25SU (15.2.2562.29), without KB5074992. Run pulumi refresh, then pulumi up: it applies KB5074992 again`,
    ]);
  });

  const refusals = async (changes: Props) => {
    const preview: Props = { ...server(changes), __stage: unknownValue };
    const { failures } = await check("server", {}, preview, log);
    return failures.map(({ reason }) => reason);
  };

  it("is refused before the window: an update of another release, an absent file", async () => {
    const other = {
      file: "D:\\SU\\Exchange2019-KB5074993-x64-en.msp",
      kb: "KB5074993",
      build: "15.2.1748.43",
    };
    assert.deepEqual(await refusals({ securityUpdate: other }), [
      [
        `R80 (must), security update on ${ex1}: KB5074993 is an update of 2019 CU15, and the step installs SE RTM`,
        "  Found:  KB5074993, 15.2.1748.43",
        "  Needed: an update of SE RTM",
        "  Where:  in the program: `securityUpdate.build`",
        "  Fix:    take the update for SE RTM: the newest that is known here is Sep26SUv2 (KB5129955, 15.2.2562.53)",
        `  Rule:   ${rule("R80")}`,
      ].join("\n"),
    ]);
    const absent = { ...february, file: "D:\\SU\\se.msp" };
    assert.deepEqual(await refusals({ securityUpdate: absent }), [
      [
        `R82 (must), security update on ${ex1}: the file D:\\SU\\se.msp is not there`,
        "  Found:  no such file (D:\\SU\\se.msp)",
        `  Needed: D:\\SU\\se.msp on ${ex1}`,
        `  Where:  on ${ex1}`,
        "  Fix:    copy the update's .msp there, or correct `securityUpdate.file`",
        `  Rule:   ${rule("R82")}`,
      ].join("\n"),
    ]);
    assert.deepEqual(runs(), []);
  });

  it("is refused as an argument where it cannot be", async () => {
    const problems = async (changes: Props) =>
      (await refusals(changes)).flatMap(
        (text) => text.split("\n")[0]?.replace(/^.*cannot be used: /, "") ?? "",
      );
    assert.deepEqual(await problems({ reboot: "never" }), [
      'reboot: must be "ifRequired" with `securityUpdate`: the restart after Setup comes before the update',
    ]);
    assert.deepEqual(await problems({ securityUpdate: { ...february, kb: "KB5074993" } }), [
      "securityUpdate.file: names KB5074992, and `kb` is KB5074993",
    ]);
    assert.deepEqual(await problems({ securityUpdate: { ...february, build: "15.2.9.1" } }), [
      "securityUpdate.build: 15.2.9.1 is an update of no cumulative update that this version knows; define that one in `releases`",
    ]);
    assert.deepEqual(await problems({ target: "2010 SP3", setup: {} }), [
      'securityUpdate: Exchange 2010 has no security updates of this form, which began with 2013; leave it out, or say "none"',
    ]);
  });
});
