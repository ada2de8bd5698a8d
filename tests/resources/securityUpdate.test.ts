/** Security updates of 2019 CU14, through the provider's handler, on the simulated organization. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coordinatesOf } from "../../lab/coordinates";
import { fabrikam } from "../../lab/fabrikam";
import { exsetupOf, setInstalling, writeExsetup } from "../../lab/setup/modern/update";
import { leaveRestartPending } from "../../lab/windows/pending-restart";
import { handlers } from "../../lib/provider/handlers";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, callOf } from "../frontDoor";
import { LabSteps } from "./lab-steps";

const ex1 = "ex1.fabrikam.com";
const ex2 = "ex2.fabrikam.com";
const tools1 = "tools1.fabrikam.com";
const edge1 = "edge1.perimeter.fabrikam.com";
const handler = handlers.securityUpdate;
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
const february = {
  file: "D:\\SU\\Exchange2019-KB5074994-x64-en.msp",
  kb: "KB5074994",
  build: "15.2.1544.39",
};

describe("a security update", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  beforeEach(() => steps.start({}, fabrikam));
  afterEach(() => steps.stop());

  const inputs = (name: string, changes: Props = {}, account = "FABRIKAM\\exadmin"): Props => {
    const { directory, computers, accounts } = coordinatesOf(steps.lab);
    return {
      computer: { name, connection: { ...computers[name], ...accounts[account] } },
      directory: { ...directory, ...accounts["FABRIKAM\\reader"] },
      ...february,
      maintenance: "none",
      ...changes,
    };
  };
  const create = (props: Props) => handler.create(callOf(props, log), props);
  const check = (news: Props, olds: Props = {}) => {
    const preview = { ...news, __stage: unknownValue };
    return handler.check(callOf(preview, log), olds, preview);
  };
  const refusals = async (news: Props) => (await check(news)).failures.map(({ reason }) => reason);
  const computer = (name = ex1) => steps.lab.computer(name).computer;
  const installed = (name = ex1) => computer(name).files.version(exsetupOf(computer(name)) ?? "");
  const warnings = () => said.filter((line) => line.startsWith("warning"));

  it("is told in preview: what is installed, what will be done, and the newest update that is known", async () => {
    const { failures, inputs: checked } = await check(inputs(ex1));
    assert.deepEqual(failures, []);
    assert.deepEqual(warnings(), []);
    assert.deepEqual(said, [
      `info ${ex1}: msiexec.exe /update D:\\SU\\Exchange2019-KB5074994-x64-en.msp /qn /norestart as FABRIKAM\\exadmin: ` +
        "2019 CU14 (15.2.1544.4) -> 2019 CU14 Feb26SU (KB5074994, 15.2.1544.39)\n" +
        "  newer: the newest that is known here of 2019 CU14, Aug26SU (KB5121575, 15.2.1544.44) " +
        "(documented: Microsoft's list of builds, microsoft/Get-ExchangeBuildNumber, as of 2026-08-19)",
    ]);
    assert.deepEqual(checked.plan, {
      computer: ex1,
      command: "msiexec.exe /update D:\\SU\\Exchange2019-KB5074994-x64-en.msp /qn /norestart",
      account: "FABRIKAM\\exadmin",
      run: "direct",
      before: "2019 CU14",
      after: "2019 CU14 Feb26SU (KB5074994, 15.2.1544.39)",
      maintenance: "none, as the program says",
    });
    assert.deepEqual(steps.runsOn(ex1), []);
  });

  it("is judged on a facts snapshot as it was on what the snapshot contains, and nothing is asked", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-facts-"));
    const file = join(folder, "facts.json");
    const later = { build: "15.2.1544.44", kb: "KB5121575", file: "D:\\SU\\none-KB5121575.msp" };
    const unreachable = (props: Props) => {
      const { name } = props.computer as Props;
      return {
        ...props,
        computer: {
          name,
          connection: { host: "127.0.0.1", port: 9, user: "FABRIKAM\\exadmin", password: "x" },
        },
      };
    };
    try {
      process.env.EXCHANGE_UPGRADE_RECORD_FACTS = file;
      await check(inputs(ex1));
      const [absent = ""] = await refusals(inputs(ex1, later));
      delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
      const live = said.splice(0);
      assert.match(absent, /^R82 /);
      await beginRun();
      process.env.EXCHANGE_UPGRADE_FACTS = file;
      const searches = () => steps.lab.directory?.stats().searches;
      const before = searches();
      await check(unreachable(inputs(ex1)));
      assert.deepEqual(await refusals(unreachable(inputs(ex1, later))), [absent]);
      assert.equal(searches(), before);
      const [announced, ...judged] = said;
      assert.match(announced ?? "", /^warning judged on the facts snapshot /);
      assert.deepEqual(judged, live);
      const elsewhere = await refusals(unreachable(inputs(ex2)));
      assert.deepEqual(elsewhere, []);
      assert.match(warnings().join("\n"), /the facts snapshot \S+ \(\S+\) has nothing of this step/);
    } finally {
      delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
      delete process.env.EXCHANGE_UPGRADE_FACTS;
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is applied, restarted, and proven by ExSetup.exe", async () => {
    const { id, outs } = await create(inputs(ex1, { reboot: "ifRequired" }));
    assert.deepEqual(
      [id, outs.installedBuild, outs.adopted, installed()],
      [`${ex1}/update`, "15.2.1544.39", false, "15.2.1544.39"],
    );
    assert.deepEqual(warnings(), []);
    assert.ok(said.includes(`info ${ex1}: restarted, and looked at again`), said.join("\n"));
    assert.equal(computer().restarts, 1);
    const [run] = steps.lab.computer(ex1).setupRuns;
    assert.equal(
      run?.commandLine,
      '/update "D:\\SU\\Exchange2019-KB5074994-x64-en.msp" /qn /norestart /l*v "C:\\Windows\\ExchangeUpgrade\\KB5074994.log"',
    );
    // Nothing of the operation stays but the installer's log.
    assert.deepEqual(
      computer()
        .files.list("C:\\Windows\\ExchangeUpgrade")
        .map(({ name }) => name),
      ["KB5074994.log"],
    );
  });

  it("reads no whole forest again for a look that only tells whether it is applied", async () => {
    const props = { ...inputs(ex1), installedBuild: "15.2.1544.4" };
    const refresh = async () => {
      const before = steps.lab.directory?.stats().searches ?? 0;
      await handler.read(callOf(props, log), "id", props);
      return (steps.lab.directory?.stats().searches ?? 0) - before;
    };
    const first = await refresh();
    const second = await refresh();
    assert.ok(second < first / 2, `${first} searches, then ${second}`);
  });

  it("says that a restart is due where the program allows none", async () => {
    await create(inputs(ex1));
    assert.deepEqual(warnings(), [
      [
        `warning security update on ${ex1}: a restart is due. The computer is not restarted: \`reboot\` is "never"`,
        "  Found:  Windows has not been shut down since the update began",
        "  Needed: a restart after the update, before the server is used",
        `  Where:  on ${ex1}`,
        '  Fix:    restart it; with `reboot: "ifRequired"` the update does so itself, inside its change window',
        "  Code:   XU-RESTART-DUE",
      ].join("\n"),
    ]);
    assert.equal(computer().restarts, 0);
  });

  it("is adopted where it is installed, and nothing is run", async () => {
    writeExsetup(computer(), february.build);
    assert.deepEqual(await refusals(inputs(ex1)), []);
    const { outs } = await create(inputs(ex1));
    assert.equal(outs.adopted, true);
    assert.deepEqual(steps.runsOn(ex1), []);
    assert.deepEqual(warnings(), []);
  });

  it("is waited for where an operator applies it, who reads the whole command", async () => {
    const instruction =
      `info ${ex1}: waiting for an operator: log on to ${ex1} and run msiexec.exe /update ` +
      "D:\\SU\\Exchange2019-KB5074994-x64-en.msp /qn /norestart in an elevated command prompt";
    const created = create(inputs(ex1, { run: "manual", account: { name: "FABRIKAM\\exadmin" } }));
    while (!said.includes(instruction)) {
      await Promise.race([created, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    writeExsetup(computer(), february.build);
    const { outs } = await created;
    assert.deepEqual([outs.installedBuild, outs.adopted], [february.build, false]);
    assert.deepEqual(steps.runsOn(ex1), []);
  });

  it("is applied to the management tools and to an Edge Transport server, without a directory", async () => {
    const { directory: _, ...tools } = inputs(tools1);
    await create(tools);
    assert.equal(installed(tools1), february.build);
    const { directory: __, ...edge } = inputs(
      edge1,
      { file: "D:\\SU\\Exchange2019-KB5074993-x64-en.msp", kb: "KB5074993", build: "15.2.1748.43" },
      `${edge1}\\Administrator`,
    );
    await create(edge);
    assert.equal(installed(edge1), "15.2.1748.43");
  });

  it("is refused where it is for another cumulative update", async () => {
    const cu15 = {
      file: "D:\\SU\\Exchange2019-KB5074993-x64-en.msp",
      kb: "KB5074993",
      build: "15.2.1748.43",
    };
    const text = [
      `R80 (must), security update on ${ex1}: KB5074993 is an update of 2019 CU15, and 2019 CU14 is installed`,
      "  Found:  2019 CU14 (15.2.1544.4), read from C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\ExSetup.exe",
      "  Needed: 2019 CU15, for which KB5074993 is, with a build below 15.2.1748.43",
      `  Where:  on ${ex1}`,
      "  Fix:    upgrade the computer to 2019 CU15 first (ExchangeRoleUpgrade, and this update in its `after`), or take the update for 2019 CU14: the newest that is known here is Aug26SU (KB5121575, 15.2.1544.44)",
      '  Rule:   R80, a security update is for the cumulative update that is installed, and newer than what is installed (Microsoft Learn, "Fix failed Exchange Server updates"; Microsoft\'s list of builds, microsoft/Get-ExchangeBuildNumber)',
    ].join("\n");
    assert.deepEqual(await refusals(inputs(ex1, cu15)), [text]);
    await assert.rejects(create(inputs(ex1, cu15)), { message: text });
    assert.deepEqual(steps.runsOn(ex1), []);
  });

  it("is judged in preview for the release that an upgrade before it brings, and right before it for what is installed", async () => {
    const se = {
      file: "D:\\SU\\ExchangeSubscriptionEdition-KB5074992-x64-en.msp",
      kb: "KB5074992",
      build: "15.2.2562.37",
    };
    const update = inputs(ex1, { ...se, after: [ex1] });
    const isRefused = async () => (await refusals(update)).some((text) => text.startsWith("R80 (must)"));
    assert.equal(await isRefused(), true);
    const { computer: own, directory } = inputs(ex1);
    const upgrade: Props = {
      target: "SE RTM",
      directory,
      computer: { ...(own as Props), media: "D:\\SE" },
      setup: { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" },
      prepared: { target: "SE RTM", from: "2019 CU14", schema: true, organization: true, domains: ["*"] },
      maintenance: "none",
      __stage: unknownValue,
    };
    await handlers.server.check(callOf(upgrade, log), {}, upgrade);
    assert.equal(await isRefused(), false);
    await assert.rejects(create(update), /R80 \(must\), security update on ex1/);
  });

  it("is refused where it is older than what is installed, unless the state has it", async () => {
    writeExsetup(computer(), "15.2.1544.44");
    const [text, ...more] = await refusals(inputs(ex1));
    assert.deepEqual(more, []);
    assert.equal(
      text,
      [
        `R80 (must), security update on ${ex1}: KB5074994 is older than what is installed, and no update can be taken back`,
        "  Found:  2019 CU14 Aug26SU (15.2.1544.44), read from C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\ExSetup.exe",
        "  Needed: 2019 CU14, for which KB5074994 is, with a build below 15.2.1544.39",
        "  Where:  in the program: `build`",
        "  Fix:    set `kb`, `build` and `file` to the newest update",
        '  Rule:   R80, a security update is for the cumulative update that is installed, and newer than what is installed (Microsoft Learn, "Fix failed Exchange Server updates"; Microsoft\'s list of builds, microsoft/Get-ExchangeBuildNumber)',
      ].join("\n"),
    );
    const recorded = { ...inputs(ex1), installedBuild: february.build, adopted: false };
    assert.deepEqual((await check(inputs(ex1), recorded)).failures, []);
    assert.deepEqual(warnings(), [
      `warning ${ex1}: drift: now 2019 CU14 Aug26SU (15.2.1544.44), newer than KB5074994 [XU-DRIFT]`,
    ]);
  });

  it("is refused where its file is not there", async () => {
    const file = "D:\\SU\\elsewhere.msp";
    assert.deepEqual(await refusals(inputs(ex1, { file })), [
      [
        `R82 (must), security update on ${ex1}: the file ${file} is not there`,
        `  Found:  no such file (${file})`,
        `  Needed: ${file} on ${ex1}`,
        `  Where:  on ${ex1}`,
        "  Fix:    copy the update's .msp there, or correct `file`",
        "  Rule:   R82, the file of the security update is on the computer (how Setup is run)",
      ].join("\n"),
    ]);
  });

  it("is refused while a restart is pending", async () => {
    leaveRestartPending(computer().registry);
    const [text = ""] = await refusals(inputs(ex1));
    assert.match(text, /^R7 \(must\), security update on ex1\.fabrikam\.com: Windows waits for a restart\n/);
    assert.match(text, /\n {2}Needed: no pending restart: Microsoft recommends a restart before an update\n/);
    await assert.rejects(create(inputs(ex1)), /^Error: R7 \(must\), security update on ex1/);
    assert.deepEqual(steps.runsOn(ex1), []);
  });

  it("is refused to an account that is no local administrator", async () => {
    const [text, ...more] = await refusals(inputs(ex1, {}, "FABRIKAM\\reader"));
    assert.deepEqual(more, []);
    assert.equal(
      text?.split("\n")[0],
      `R81 (must), security update on ${ex1}: the logon of fabrikam\\reader is not elevated, so it lacks the rights of local Administrators`,
    );
  });

  it("is refused for two members of a database availability group without an order", async () => {
    assert.deepEqual(await refusals(inputs(ex1)), []);
    const [text, ...more] = await refusals(inputs(ex2));
    assert.deepEqual(more, []);
    assert.equal(
      text,
      [
        `R30 (must), security update on ${ex2}: it is in the database availability group DAG1 together with ${ex1}, and nothing keeps both from being updated at once`,
        `  Found:  DAG1: ${ex1} and ${ex2}, without an order between them`,
        "  Needed: one member of a database availability group at a time, each proven before the next",
        "  Where:  in the program: the argument `after`",
        `  Fix:    put the updates of ${ex1} in \`after\`, or this one in \`after\` there`,
        '  Rule:   R30, the members of a database availability group are upgraded one at a time (Microsoft\'s Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange; Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update")',
      ].join("\n"),
    );
    assert.deepEqual(await refusals(inputs(ex2, { after: [ex1] })), []);
  });

  it("needs a directory on a Mailbox server, where its group is looked for", async () => {
    const { directory: _, ...alone } = inputs(ex1);
    await assert.rejects(
      create(alone),
      /R30 \(must\), security update on ex1\.fabrikam\.com: not verified: /,
    );
  });

  it("warns of an article and a build that are no pair", async () => {
    assert.deepEqual(await refusals(inputs(ex1, { kb: "KB5121575", file: "D:\\SU\\a.msp" })), [
      ...(await refusals(inputs(ex1, { file: "D:\\SU\\a.msp" }))),
    ]);
    assert.match(
      warnings()[0] ?? "",
      /^warning R80 \(should\), security update on ex1\.fabrikam\.com: KB5121575 and 15\.2\.1544\.39 are no pair\n/,
    );
  });

  it("refuses arguments that cannot be used, all at once", async () => {
    const [text] = await refusals(
      inputs(ex1, { kb: "5074994", build: "15.2.9999.1", file: "\\\\nas\\su\\x.msp", media: "D:\\SU" }),
    );
    assert.deepEqual(text?.split("\n").slice(0, 4), [
      '4 arguments cannot be used: file: is not the path of an .msp on a drive of the computer, such as "D:\\SU\\Exchange2019-KB5074993-x64-en.msp"',
      '  and   kb: is not the number of an article such as "KB5074993"',
      "  and   build: 15.2.9999.1 is an update of no cumulative update that this version knows; define that one in `releases`",
      "  and   media: is no argument here",
    ]);
    assert.match(
      (await refusals(inputs(ex1, { kb: "KB5121575", build: "15.2.1544.44" })))[0] ?? "",
      /^one argument cannot be used: file: names KB5074994, and `kb` is KB5121575\n/,
    );
  });

  it("fails with what Windows Installer says, and is applied again by the next pulumi up", async () => {
    const host = steps.lab.computer(ex1);
    host.faults.failures = [{ phase: "InstallFiles" }];
    await assert.rejects(create(inputs(ex1)), {
      message: [
        `security update on ${ex1}: KB5074994 is not proven to be applied: Windows Installer failed in the middle of the installation`,
        "  Found:  2019 CU14 (15.2.1544.4). Windows Installer ended with exit code 1603. Its log is C:\\Windows\\ExchangeUpgrade\\KB5074994.log, its output C:\\Windows\\ExchangeUpgrade\\update-KB5074994-15.2.1544.39\\1\\out.txt.",
        "  Needed: ExSetup.exe of build 15.2.1544.39, and an installation that has come to its end",
        `  Where:  on ${ex1}`,
        "  Fix:    look in its log for `return value 3`; set services that stayed disabled back with ServiceControl.ps1 AfterPatch in the folder Bin of Exchange; then run pulumi up again, also with the same approved plan",
        "  Code:   XU-UPDATE",
      ].join("\n"),
    });
    assert.equal(host.registry.get(`${services}\\MSExchangeIS`, "Start")?.data, 4);
    await create(inputs(ex1));
    assert.deepEqual(steps.runsOn(ex1), ["failed", "completed"]);
    assert.equal(host.registry.get(`${services}\\MSExchangeIS`, "Start")?.data, 2);
  });

  it("waits for nothing where another installation is under way: Windows Installer says so", async () => {
    setInstalling(computer(), true);
    await assert.rejects(
      create(inputs(ex1)),
      /not proven to be applied: another installation was under way on the computer\n/,
    );
    setInstalling(computer(), false);
    await create(inputs(ex1));
    assert.equal(installed(), february.build);
  });

  it("is finished by the restart that Windows Installer asks for", async () => {
    steps.lab.computer(ex1).faults.leavesRestartPending = true;
    await create(inputs(ex1, { reboot: "ifRequired" }));
    assert.equal(computer().restarts, 1);
    assert.deepEqual(warnings(), []);
  });

  it("fails at once where the restarted computer refuses the logon, and is adopted by the next run", async () => {
    const { transport } = steps.lab.computer(ex1);
    // Once the time of shutdown was read again, the restart is proven.
    transport.atPoint = (point) => {
      if (computer().restarts === 1 && point.at === "ended" && point.command.includes("ShutdownTime"))
        transport.refuseLogons = true;
      return undefined;
    };
    await assert.rejects(create(inputs(ex1, { reboot: "ifRequired" })), {
      message:
        /KB5074994 is not proven to be applied\n {2}Found: {2}the build could not be read: .*the logon of FABRIKAM\\exadmin/,
    });
    delete transport.atPoint;
    transport.refuseLogons = false;
    await beginRun();
    const { outs } = await create(inputs(ex1, { reboot: "ifRequired" }));
    assert.equal(outs.adopted, true);
    assert.equal(computer().restarts, 1);
  });

  it("fails for a required service that stays disabled, until it is enabled or waived (R83)", async () => {
    const host = steps.lab.computer(ex1);
    host.faults.leavesDisabled = ["MSExchangeTransport"];
    const text = [
      `R83 (must), security update on ${ex1}: required services are disabled: MSExchangeTransport`,
      "  Found:  disabled: MSExchangeTransport",
      "  Needed: required services, none of them disabled",
      `  Where:  on ${ex1}`,
      '  Fix:    in Windows PowerShell there, in the folder Bin of Exchange: Add-PSSnapin Microsoft.Exchange.Management.PowerShell.Setup, then .\\ServiceControl.ps1 AfterPatch; start the services, and run pulumi up again. A service that is disabled on purpose: `waive: { R83: "the reason" }`',
      '  Rule:   R83, after a security update no required service of Exchange is disabled (Microsoft Learn, "Fix failed Exchange Server updates")',
    ].join("\n");
    await assert.rejects(create(inputs(ex1)), { message: text });
    await assert.rejects(create(inputs(ex1)), { message: text });
    await create(inputs(ex1, { waive: { R83: "mail is stopped until Monday" } }));
    host.registry.set(`${services}\\MSExchangeTransport`, "Start", 2);
    await create(inputs(ex1));
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
  });

  it("is applied once more where it was killed after its files were replaced", async () => {
    const host = steps.lab.computer(ex1);
    host.faults.atPhase = (phase, when) => {
      if (phase !== "StartServices" || when !== "before") return;
      delete host.faults.atPhase;
      host.computer.restart();
    };
    await assert.rejects(create(inputs(ex1)), /Windows Installer was interrupted: it no longer runs/);
    assert.equal(installed(), february.build);
    await create(inputs(ex1));
    assert.deepEqual(steps.runsOn(ex1), ["killed", "completed"]);
    assert.equal(host.registry.get(`${services}\\MSExchangeIS`, "Start")?.data, 2);
  });

  it("is run once for two stacks that apply the same update", async () => {
    await Promise.all([create(inputs(ex1)), create(inputs(ex1))]);
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
  });

  it("is not started where another run has applied a newer one while it waited for the computer", async () => {
    const { faults } = steps.lab.computer(ex1);
    faults.hangAt = "StopServices";
    const first = create(inputs(ex1));
    const older = { file: "D:\\SU\\older.msp", kb: "KB5074900", build: "15.2.1544.38" };
    computer().files.write(older.file, "MZ");
    const props = inputs(ex1, older);
    const letGo = {
      ...log,
      progress: async (text: string) => {
        if (text.includes("waiting for the computer")) delete faults.hangAt;
      },
    };
    const isRunning = () => steps.runsOn(ex1)[0] === "running";
    for (let tries = 0; tries < 2_000 && !isRunning(); tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await assert.rejects(handler.create(callOf(props, letGo), props), (error: Error) => {
      assert.deepEqual(error.message.split("\n").slice(0, 3), [
        `R80 (must), security update on ${ex1}: KB5074900 is older than what is installed, and no update can be taken back`,
        "  Found:  2019 CU14 Feb26SU (15.2.1544.39), read from C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\ExSetup.exe",
        "  Needed: 2019 CU14, for which KB5074900 is, with a build below 15.2.1544.38",
      ]);
      return true;
    });
    await first;
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
    assert.equal(installed(), february.build);
  });

  it("does not start outside of its change window, and is adopted there", async () => {
    const changeWindow = { start: "2020-01-01T22:00", end: "2020-01-02T04:00" };
    await assert.rejects(
      create(inputs(ex1, { changeWindow })),
      /^Error: R10 \(must\), security update on ex1\.fabrikam\.com: the change window is over\n/,
    );
    writeExsetup(computer(), february.build);
    await create(inputs(ex1, { changeWindow }));
    assert.deepEqual(steps.runsOn(ex1), []);
  });

  it("reads the build with PowerShell where Windows has no wmic", async () => {
    computer().files.remove("C:\\Windows\\system32\\wbem\\wmic.exe");
    await create(inputs(ex1));
    assert.equal(installed(), february.build);
  });

  it("is not started where the build cannot be read", async () => {
    computer().registry.refuse("HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup");
    await assert.rejects(
      create(inputs(ex1)),
      /R80 \(must\), security update on ex1\.fabrikam\.com: not verified: /,
    );
    assert.deepEqual(steps.runsOn(ex1), []);
  });

  it("answers diff by what the state has, and read by what is there", async () => {
    const { outs } = await create(inputs(ex1));
    const same = await handler.diff(callOf(inputs(ex1), log), outs, { ...inputs(ex1), plan: {} });
    assert.deepEqual(same, { changes: false });
    const newer = { ...inputs(ex1), build: "15.2.1544.41" };
    assert.deepEqual(await handler.diff(callOf(newer, log), outs, newer), { changes: true });
    const moved = inputs(ex2);
    assert.deepEqual(await handler.diff(callOf(moved, log), outs, moved), {
      changes: true,
      replaces: ["computer"],
    });
    writeExsetup(computer(), "15.2.1544.44");
    const { props } = await handler.read(callOf(outs, log), "id", outs);
    assert.equal(props.installedBuild, "15.2.1544.44");
    computer().registry.removeKey("HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15");
    assert.deepEqual(await handler.read(callOf(outs, log), "id", outs), { id: "", props: {} });
  });

  it("records another connection without touching the computer", async () => {
    const { outs } = await create(inputs(ex1));
    const news = inputs(ex1, { reboot: "ifRequired" });
    const updated = await handler.update(callOf(news, log), outs, news);
    assert.equal(updated.outs.installedBuild, february.build);
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
  });
});
