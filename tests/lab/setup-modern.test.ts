import assert from "node:assert/strict";
import { fabrikam, fabrikamAtCu15, type Lab, wingtip } from "../../lab";
import { directoryNames } from "../../lab/directory";
import {
  attribute,
  fqdnOf,
  lastRun,
  levelsOf,
  off,
  on,
  plain,
  setup,
  startChanged,
} from "./setup-modern-support";

const exadmin = "FABRIKAM\\exadmin";
const prep = "FABRIKAM\\prep";
const names = directoryNames(fabrikam);
const v15 = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15";
const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

function completed(...phases: readonly string[]): string {
  return phases.map((phase) => `    ${phase.padEnd(98)}COMPLETED\r\n`).join("");
}

const copying =
  "\r\nCopying Files...\r\nFile copy complete.  Setup will now collect additional information needed for installation.\r\n\r\n";
const analysed = `Performing Microsoft Exchange Server Prerequisite Check\r\n\r\n${completed("Prerequisite Analysis")}\r\n`;
const succeeded = "\r\nThe Exchange Server setup operation completed successfully.\r\n\r\n";

function prepared(phase: string): string {
  return `\r\nMicrosoft Exchange Server Subscription Edition RTM Unattended Setup\r\n${copying}${analysed}Configuring Microsoft Exchange Server\r\n\r\n${completed(phase)}${succeeded}`;
}

describe("simulated Setup of 2013 and later", () => {
  let lab: Lab;
  afterEach(() => lab?.stop());

  const partState = (host: string, key: string): readonly unknown[] => {
    const { registry } = lab.computer(fqdnOf(lab, host));
    return ["ConfiguredVersion", "UnpackedVersion", "Action", "Watermark"].map((name) =>
      registry.text(`${v15}\\${key}`, name),
    );
  };
  const cu14 = "15.2.1544.4";
  const se = "15.2.2562.17";

  describe("prepares the directory of 2019 CU14 for SE", () => {
    it("with nothing to do for the schema and for the domains, and one level for the organization", async () => {
      lab = await startChanged(fabrikam);
      const before = ["17003", "16762", "15.02.1544.004", "13243", "13243"];
      assert.deepEqual(levelsOf(lab), before);
      const run = (task: string) => setup(lab, "prep1", prep, `SE\\Setup.exe /${task} ${off}`);
      assert.deepEqual(await run("PrepareSchema"), {
        stdout: prepared("Extending Active Directory schema"),
        stderr: "",
        code: 0,
      });
      assert.deepEqual(levelsOf(lab), before);
      assert.equal((await run("PrepareAD")).stdout, prepared("Organization Preparation"));
      const after = ["17003", "16763", "15.02.2562.017", "13243", "13243"];
      assert.deepEqual(levelsOf(lab), after);
      assert.equal((await run("PrepareAllDomains")).stdout, prepared("Prepare Domain Progress"));
      assert.deepEqual(levelsOf(lab), after);
    });

    it("and writes its version where the levels of 2019 CU15 are its own", async () => {
      lab = await startChanged(fabrikamAtCu15);
      assert.equal((await setup(lab, "prep1", prep, `SE\\Setup.exe /PrepareAD ${off}`)).code, 0);
      assert.deepEqual(levelsOf(lab), ["17003", "16763", "15.02.2562.017", "13243", "13243"]);
    });

    it("and warns of the products that can no longer be installed", async () => {
      lab = await startChanged(fabrikam);
      await setup(lab, "prep1", prep, `SE\\Setup.exe /PrepareAD ${off}`);
      const never = (product: string) =>
        `[RECOMENDED] Setup will prepare the organization for Exchange Server Subscription Edition by using 'Setup /PrepareAD'. No Exchange Server ${product} roles have been detected in this topology. After this operation, you will not be able to install any Exchange Server ${product} roles.`;
      assert.deepEqual(
        lastRun(lab, "prep1").filter((line) => line.startsWith("[RECOM")),
        [never("2013"), never("2016")],
      );
    });
  });

  it("finds nothing to prepare in a directory above its media, and leaves it alone", async () => {
    lab = await startChanged(
      {
        ...wingtip,
        release: "2019 CU15",
        computers: wingtip.computers.filter(({ release }) => release !== "2013 CU22"),
      },
      { mbx1: { framework: 528049 } },
    );
    const levels = ["17003", "16763", "15.02.1748.010", "13243"];
    assert.deepEqual(levelsOf(lab), levels);
    for (const task of ["PrepareSchema", "PrepareAD", "PrepareDomain"])
      assert.equal(
        (await setup(lab, "prep1", "WINGTIP\\prep", `CU23\\Setup.exe /${task} ${on}`)).code,
        0,
        task,
      );
    const { code, stdout } = await setup(lab, "mbx1", "WINGTIP\\exadmin", `CU23\\Setup.exe /m:upgrade ${on}`);
    assert.equal(code, 0, stdout);
    assert.deepEqual(levelsOf(lab), levels);
    assert.deepEqual(partState("mbx1", "MailboxRole"), ["15.1.2507.6", "15.1.2507.6", undefined, undefined]);
  });

  describe("upgrades 2019 CU14 to SE", () => {
    const line = `SE\\Setup.exe /Mode:Upgrade ${off}`;
    const parts = [
      "Mailbox role: Transport service",
      "Mailbox role: Client Access service",
      "Mailbox role: Mailbox service",
      "Mailbox role: Front End Transport service",
      "Mailbox role: Client Access Front End service",
    ];
    const restart =
      "Setup has made changes to operating system settings that require a reboot to take effect. Please reboot this server prior to placing it into production.";

    it("with every role, and asks for a restart", async () => {
      lab = await startChanged(fabrikam);
      await setup(lab, "prep1", prep, `SE\\Setup.exe /PrepareAD ${off}`);
      const { stdout, stderr, code } = await setup(lab, "ex1", exadmin, line);
      assert.deepEqual([stderr, code], ["", 0]);
      assert.equal(
        stdout,
        [
          "\r\nMicrosoft Exchange Server Subscription Edition RTM Unattended Setup\r\n",
          copying,
          ["Languages", "Management tools", ...parts].map((each) => `${each}\r\n`).join(""),
          "\r\nPerforming Microsoft Exchange Server Prerequisite Check\r\n\r\n",
          completed("Configuring Prerequisites", "Prerequisite Analysis"),
          "\r\nConfiguring Microsoft Exchange Server\r\n\r\n",
          completed(
            "Preparing Setup",
            "Stopping Services",
            "Removing Exchange Files",
            "Preparing Files",
            "Copying Exchange Files",
            "Language Files",
            "Restoring Services",
            "Language Configuration",
            "Exchange Management Tools",
            ...parts,
            "Finalizing Setup",
          ),
          `\r\nThe Exchange Server setup operation completed successfully.\r\n${restart}\r\n\r\n`,
        ].join(""),
      );
      for (const key of ["AdminTools", "HubTransportRole", "ClientAccessRole", "MailboxRole", "CafeRole"])
        assert.deepEqual(partState("ex1", key), [se, se, undefined, undefined], key);
      const { registry, computer } = lab.computer("ex1.fabrikam.com");
      assert.equal(registry.has(`${v15}\\UnifiedMessagingRole`), false);
      assert.equal(registry.get(`${v15}\\Setup`, "MsiBuildMajor")?.data, 2562);
      assert.equal(registry.get(`${services}\\MSExchangeIS`, "Start")?.data, 2);
      assert.ok(computer.runningServices.has("msexchangeis"));
      assert.deepEqual(
        computer.files.list("C:\\ExchangeSetupLogs").map(({ name }) => name),
        ["ExchangeSetup.log"],
      );
      assert.deepEqual(attribute(lab, names.server("ex1.fabrikam.com"), "serialNumber"), [
        "Version 15.2 (Build 32562.17)",
      ]);
      // Its members are upgraded one by one.
      assert.deepEqual(attribute(lab, names.server("ex2.fabrikam.com"), "serialNumber"), [
        "Version 15.2 (Build 31544.4)",
      ]);
    });

    it("and logs in the way of its product line", async () => {
      lab = await startChanged(fabrikamAtCu15);
      await setup(lab, "ex1", exadmin, line);
      const log = lastRun(lab, "ex1");
      assert.equal(log[0], "Starting Microsoft Exchange Server Subscription Edition Setup");
      for (const each of [
        "Setup version: 15.2.2562.17.",
        "Logged on user: FABRIKAM\\exadmin.",
        "Command Line Parameter Name='mode', Value='Upgrade'.",
        "Command Line Parameter Name='iacceptexchangeserverlicenseterms_diagnosticdataoff', Value=''.",
        "Command Line Parameter Name='sourcedir', Value='D:\\SE\\'.",
        `RuntimeAssembly was started with the following command: '/Mode:Upgrade ${off} /sourcedir:D:\\SE\\'.`,
        "The following roles are installed: AdminToolsRole BridgeheadRole ClientAccessRole MailboxRole FrontendTransportRole CafeRole",
        "The installation mode is set to: 'BuildToBuildUpgrade'.",
        "Organization Configuration Update Required Status : 'False'.",
        "The locally installed version is 15.2.1748.10.",
        "Started [Rule:E19E15CoexistenceRequirement] [Parent:RootAnalysisMember] [RuleType:Error]",
        'Evaluated [Rule:MinimumFrameworkNotInstalled] [HasException:False] [Value:"False"] [ParentValue:"<NULL>"] [Thread:9] [Duration:00:00:00]',
      ])
        assert.ok(log.includes(each), each);
      assert.deepEqual(log.slice(-10), [
        "The Exchange Server setup operation completed successfully.",
        restart,
        "CurrentResult console.ProcessRunInternal:205: 0",
        "CurrentResult launcherbase.maincore:90: 0",
        "CurrentResult console.startmain:52: 0",
        "CurrentResult SetupLauncherHelper.loadassembly:452: 0",
        "CurrentResult main.run:235: 0",
        "CurrentResult setupbase.maincore:396: 0",
        "End of Setup",
        "*".repeat(46),
      ]);
    });

    for (const [switches, extendedProtection] of [
      ["", "on"],
      [" /DoNotEnableEP", "off"],
      [" /DoNotEnableEP_FEEWS", "off for front-end EWS"],
    ] as const)
      it(`with Extended Protection ${extendedProtection}, as it was told`, async () => {
        lab = await startChanged(fabrikamAtCu15);
        assert.equal((await setup(lab, "ex1", exadmin, `SE\\Setup.exe /m:upgrade ${on}${switches}`)).code, 0);
        assert.deepEqual(lab.computer("ex1.fabrikam.com").setupRuns.at(-1)?.answers, {
          diagnosticData: true,
          extendedProtection,
        });
      });

    it("and prepares the organization by itself, where place and account allow it", async () => {
      lab = await startChanged(fabrikam, { ex1: { administrators: ["FABRIKAM\\Forest Preparation"] } });
      assert.equal((await setup(lab, "ex1", prep, line)).code, 0);
      assert.deepEqual(levelsOf(lab), ["17003", "16763", "15.02.2562.017", "13243", "13243"]);
    });

    it("of an Edge Transport server and of the tools without the directory, which goes on showing the old version of the first", async () => {
      lab = await startChanged(fabrikam);
      const writes = lab.directory?.stats().writes;
      const edge = await setup(lab, "edge1", "Administrator", line);
      assert.equal(edge.code, 0, edge.stdout);
      assert.equal((await setup(lab, "tools1", exadmin, line)).code, 0);
      assert.equal(lab.directory?.stats().writes, writes);
      assert.deepEqual(partState("edge1", "EdgeTransportRole"), [se, se, undefined, undefined]);
      assert.deepEqual(partState("tools1", "AdminTools"), [se, se, undefined, undefined]);
      assert.deepEqual(attribute(lab, names.server("edge1.perimeter.fabrikam.com"), "serialNumber"), [
        "Version 15.2 (Build 31544.4)",
      ]);
    });

    it("leaves services disabled and their lists where it fails, and puts them back when it is run again", async () => {
      const failures = [{ phase: "Mailbox role: Mailbox service" }];
      lab = await startChanged(
        fabrikamAtCu15,
        {},
        { computers: { "ex1.fabrikam.com": { setup: { failures } } } },
      );
      const { registry, computer } = lab.computer("ex1.fabrikam.com");
      const { stdout, code } = await setup(lab, "ex1", exadmin, line);
      assert.equal(code, 1);
      assert.equal(
        stdout.slice(stdout.indexOf(" FAILED")),
        " FAILED\r\n     Windows Installer could not finish. Error code is 1603.\r\n\r\n\r\nThe Exchange Server setup operation didn't complete.  More details can be found in ExchangeSetup.log located in the <SystemDrive>:\\ExchangeSetupLogs folder.\r\n\r\n",
      );
      assert.equal(registry.get(`${services}\\MSExchangeIS`, "Start")?.data, 4);
      assert.equal(computer.runningServices.has("msexchangeis"), false);
      const lists = () =>
        computer.files
          .list("C:\\ExchangeSetupLogs")
          .map(({ name }) => name)
          .filter((name) => name.startsWith("Service"));
      assert.deepEqual(lists(), ["ServiceStartupMode.xml", "ServiceState.xml"]);
      assert.deepEqual(partState("ex1", "HubTransportRole").slice(0, 3), [se, se, undefined]);
      const [configured, unpacked, action, watermark] = partState("ex1", "MailboxRole");
      assert.deepEqual([configured, unpacked, action], ["15.2.1748.10", se, "BuildToBuildUpgrade"]);
      assert.match(String(watermark), /^[0-9a-f-]{36}$/);
      assert.deepEqual(lastRun(lab, "ex1").slice(-9), [
        "CurrentResult console.ProcessRunInternal:198: 1",
        "CurrentResult launcherbase.maincore:90: 1",
        "CurrentResult console.startmain:52: 1",
        "CurrentResult SetupLauncherHelper.loadassembly:452: 1",
        "The Exchange Server setup operation didn't complete.  More details can be found in ExchangeSetup.log located in the <SystemDrive>:\\ExchangeSetupLogs folder.",
        "CurrentResult main.run:235: 1",
        "CurrentResult setupbase.maincore:396: 1",
        "End of Setup",
        "*".repeat(46),
      ]);

      const again = await setup(lab, "ex1", exadmin, line);
      assert.equal(again.code, 0, again.stdout);
      assert.deepEqual(partState("ex1", "MailboxRole"), [se, se, undefined, undefined]);
      assert.equal(registry.get(`${services}\\MSExchangeIS`, "Start")?.data, 2);
      assert.ok(computer.runningServices.has("msexchangeis"));
      assert.deepEqual(lists(), []);
      assert.ok(lastRun(lab, "ex1").includes("The installed MSI is current for this version of Setup."));
    });
  });

  describe("upgrades earlier lines", () => {
    it("2019 CU14 to CU15, and keeps its name", async () => {
      lab = await startChanged(fabrikamAtCu15, { ex1: { release: "2019 CU14" } });
      assert.deepEqual(partState("ex1", "MailboxRole"), [cu14, cu14, undefined, undefined]);
      const { stdout, code } = await setup(lab, "ex1", exadmin, `CU15\\Setup.exe /m:upgrade ${off}`);
      assert.equal(code, 0);
      assert.match(stdout, /^\r\nMicrosoft Exchange Server 2019 Cumulative Update 15 Unattended Setup\r\n/);
      assert.equal(lastRun(lab, "ex1")[0], "Starting Microsoft Exchange Server 2019 Setup");
    });

    it("2016 CU12 to CU14, to CU23 once its .NET Framework has been raised, with Unified Messaging", async () => {
      lab = await startChanged({ ...wingtip, release: "2016 CU23" });
      const run = (line: string) => setup(lab, "mbx1", "WINGTIP\\exadmin", line);
      const first = await run(`CU14\\Setup.exe /m:upgrade ${plain}`);
      assert.equal(first.code, 0, first.stdout);
      lab
        .computer("mbx1.wingtip.com")
        .registry.set("HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full", "Release", 528049);
      const second = await run(`CU23\\Setup.exe /m:upgrade ${off}`);
      assert.equal(second.code, 0, second.stdout);
      assert.match(second.stdout, /\r\n {4}Mailbox role: Unified Messaging service {59}COMPLETED\r\n/);
      assert.deepEqual(partState("mbx1", "UnifiedMessagingRole"), [
        "15.1.2507.6",
        "15.1.2507.6",
        undefined,
        undefined,
      ]);
    });

    it("2013 CU22 to CU23, whose front end is the Client Access role", async () => {
      lab = await startChanged(wingtip);
      const { stdout, code } = await setup(
        lab,
        "old1",
        "WINGTIP\\prep",
        `2013\\Setup.exe /m:upgrade ${plain}`,
      );
      assert.equal(code, 0, stdout);
      assert.match(stdout, /\r\n {4}Client Access role: Front End Transport service {51}COMPLETED\r\n/);
      assert.deepEqual(partState("old1", "CafeRole"), ["15.0.1497.2", "15.0.1497.2", undefined, undefined]);
    });
  });
});
