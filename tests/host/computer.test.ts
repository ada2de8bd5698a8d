import assert from "node:assert/strict";
import { fileVersionShell } from "../../lab/setup/modern/update";
import { FileError } from "../../lab/windows/files";
import { bindCertificate, webCertificates } from "../../lab/windows/web-certificates";
import { type Fact, known, unknown } from "../../lib/facts";
import { runPartsAtOnce } from "../../lib/host/cmd/commands";
import { questionsFor, Subject } from "./computer-support";

const exchange = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";
const remoteRegistry = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry";
const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";
const sessionManager = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
const renames = "PendingFileRenameOperations";
const servicing = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";
const autoUpdate = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update";

function valueIn<T>(fact: Fact<T>): T {
  assert.ok(fact.known, fact.known ? "" : fact.why);
  return fact.value;
}

function whyOf(fact: Fact<unknown>): string {
  assert.ok(!fact.known, JSON.stringify(fact));
  return fact.why;
}

const missing = unknown("it is not there", "the test");

const build = (major: number, minor: number, number: number, revision: number) => ({
  major,
  minor,
  build: number,
  revision,
});

describe("facts of a computer on the simulated Windows", () => {
  let subject: Subject;

  const start = async (...args: Parameters<typeof Subject.start>) => {
    subject = await Subject.start(...args);
    subject.addSetup();
    return subject;
  };

  afterEach(async () => {
    await subject.host.stop();
  });

  it("should be read in one round trip, on Windows Server 2003", async () => {
    await start();
    const { facts, commands } = await subject.read();
    assert.deepEqual(valueIn(facts.identity), {
      fqdn: "edge1.perimeter.example",
      site: "HQ",
      windowsBuild: 3790,
      productType: "ServerNT",
    });
    assert.deepEqual(
      valueIn(facts.roles).map(({ role }) => role),
      ["Edge Transport"],
    );
    assert.ok(valueIn(facts.logon).groups.includes("S-1-5-32-544"));
    assert.deepEqual(facts.clusterKeys, known([], exchange));
    assert.deepEqual(facts.remoteRegistry, known(2, `${remoteRegistry}\\Start`));
    assert.deepEqual(facts.pendingRestart, {
      known: true,
      value: [],
      source: `${updates}\\UpdateExeVolatile, ${updates}\\UpdateExeVolatile\\Flags, ${sessionManager}\\${renames}`,
    });
    assert.deepEqual(facts.media, known(build(8, 1, 240, 6), "D:\\SP1\\Setup.com"));
    assert.equal(commands, 1);
  });

  it("should be in the site that Group Policy names, if it names one", async () => {
    await start();
    const { registry } = subject.host;
    registry.set("HKLM\\SOFTWARE\\Policies\\Microsoft\\Netlogon\\Parameters", "SiteName", "Emea");
    registry.remove("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters", "DynamicSiteName");
    const { facts } = await subject.read();
    assert.deepEqual(valueIn(facts.identity), {
      fqdn: "edge1.perimeter.example",
      site: "Emea",
      windowsBuild: 3790,
      productType: "ServerNT",
    });
  });

  it("should be read in one round trip, of a later product on Windows Server 2019", async () => {
    await start({ windows: "2019", roles: ["Mailbox"], release: "2019 CU14" });
    subject.addSetup("D:\\Setup.exe", "15.2.1748.8");
    const { facts, commands } = await subject.read(questionsFor("2019 CU15", "D:\\Setup.exe"));
    assert.deepEqual(valueIn(facts.pendingRestart), []);
    assert.deepEqual(valueIn(facts.clusterKeys), []);
    assert.deepEqual(valueIn(facts.media), build(15, 2, 1748, 8));
    assert.equal(valueIn(facts.framework), 528049);
    assert.equal(commands, 1);
  });

  describe("the .NET Framework", () => {
    const full = "HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full";
    const questions = questionsFor("SE RTM", null);

    beforeEach(() => start({ windows: "2019", roles: [], release: null }));

    it("should be none where its key or the number is absent", async () => {
      subject.host.registry.remove(full, "Release");
      assert.deepEqual((await subject.facts(questions)).framework, known(null, `${full}\\Release`));
      subject.host.registry.removeKey(full);
      assert.deepEqual((await subject.facts(questions)).framework, known(null, `${full}\\Release`));
    });

    it("should be unknown where its key is refused, and not be asked for before 2013", async () => {
      subject.host.registry.refuse(full);
      assert.equal(
        whyOf((await subject.facts(questions)).framework),
        "the command failed: ERROR: Access is denied",
      );
      assert.equal(whyOf((await subject.facts()).framework), "it was not asked");
    });
  });

  describe("what Setup of 2013 and later needs on a server", () => {
    const questions = questionsFor("SE RTM", null);
    const uninstall = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall";
    const ucma = "HKLM\\SOFTWARE\\Microsoft\\UCMA\\{902F4F35-D5DC-4363-8671-D5EF0D26C21D}";
    const rewrite = "HKLM\\SOFTWARE\\Microsoft\\IIS Extensions\\URL Rewrite";
    const policies = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows";
    const names = {
      cpp2013: "Visual C++ 2013 Redistributable (x64)",
      ucma: "Unified Communications Managed API 4.0",
      rewrite: "IIS URL Rewrite Module",
    };

    beforeEach(() => start({ windows: "2019", roles: ["Mailbox"], release: "2019 CU14" }));

    it("should be read in the round trip of all facts", async () => {
      const { facts, commands } = await subject.read(questions);
      assert.deepEqual(facts.software, {
        "Visual C++ 2012 Redistributable (x64)": known(
          "Microsoft Visual C++ 2012 x64 Minimum Runtime - 11.0.61030",
          uninstall,
        ),
        [names.cpp2013]: known("Microsoft Visual C++ 2013 x64 Minimum Runtime - 12.0.40664", uninstall),
        [names.ucma]: known("present", ucma),
        [names.rewrite]: known("7.1.1993.2336", `${rewrite}\\Version`),
      });
      assert.deepEqual(valueIn(facts.executionPolicy), []);
      assert.deepEqual(valueIn(facts.eventLogs), {});
      assert.deepEqual(valueIn(facts.openShells), []);
      const services = Object.entries(valueIn(facts.services));
      const atWork = services.filter(([, service]) => service?.start === 2 && service.state === 4);
      assert.ok(atWork.some(([name]) => name === "MSExchangeADTopology"));
      assert.deepEqual(valueIn(facts.services)?.msiserver, { start: 3, state: 1, deleted: false });
      assert.equal(valueIn(facts.services)?.ADAM_MSExchange, null);
      assert.deepEqual(valueIn(facts.startTypes), []);
      const folder = "C:\\Program Files\\Microsoft\\Exchange Server\\V15";
      assert.equal(valueIn(facts.installFolder), folder);
      assert.deepEqual(valueIn(facts.freeSpace), { system: 200 * 2 ** 30, install: 200 * 2 ** 30 });
      assert.deepEqual(valueIn(facts.expiredCertificates), []);
      assert.equal(valueIn(facts.remoteManagement), true);
      assert.deepEqual(
        valueIn(facts.installerCache).map(({ name, present }) => [name, present]),
        [
          ["Microsoft Exchange Server 2019", true],
          ["Microsoft Server Speech Platform Runtime (x64)", true],
          ["Security Update for Exchange Server 2019 (KB5000001)", true],
        ],
      );
      assert.equal(commands, 1);
    });

    it("should show what is missing, too old, or hidden", async () => {
      const { registry } = subject.host;
      registry.removeKey(ucma);
      registry.remove(rewrite, "Version");
      registry.set(`${uninstall}\\{010792BA-551A-3AC0-A7EF-0FAB4156C382}`, "Version", 201_367_255);
      const { software } = await subject.facts(questions);
      assert.deepEqual(software[names.ucma], known(null, ucma));
      assert.deepEqual(software[names.rewrite], known(null, `${rewrite}\\Version`));
      assert.deepEqual(software[names.cpp2013], known(null, uninstall));
      for (const key of [uninstall, rewrite]) registry.refuse(key);
      const refused = (await subject.facts(questions)).software;
      const why = "the command failed: ERROR: Access is denied";
      assert.equal(whyOf(refused[names.cpp2013] ?? known(null, "")), why);
      assert.equal(whyOf(refused[names.rewrite] ?? known(null, "")), why);
    });

    it("should show that an update of Windows is there, is missing, or is not for this Windows", async () => {
      const name = "KB3206632 on Windows Server 2016";
      const of2016 = questionsFor("2016 CU23", null);
      const windows = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
      const read = async () => (await subject.facts(of2016)).software[name];
      assert.deepEqual(await read(), known("Windows build 17763", `${windows}\\UBR`));
      subject.host.registry.set(windows, "CurrentBuildNumber", "14393");
      subject.host.registry.set(windows, "UBR", 575);
      assert.deepEqual(await read(), known(null, `${windows}\\UBR`));
      subject.host.registry.set(windows, "UBR", 576);
      assert.deepEqual(await read(), known("Windows build 14393.576", `${windows}\\UBR`));
      subject.host.registry.remove(windows, "UBR");
      assert.equal(
        whyOf((await read()) ?? known(null, "")),
        "the registry does not say the revision of Windows",
      );
    });

    it("should show policies, event logs and shells", async () => {
      const { registry, computer } = subject.host;
      const key = `${policies}\\PowerShell`;
      registry.set(key, "ExecutionPolicy", "RemoteSigned");
      registry.set(
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\System",
        "CustomSD",
        "D:(A;;1;;;BA)",
      );
      const { pid } = computer.processes.start("powershell.exe");
      const facts = await subject.facts(questions);
      assert.deepEqual(valueIn(facts.executionPolicy), [
        "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell\\ExecutionPolicy = RemoteSigned",
      ]);
      assert.deepEqual(valueIn(facts.eventLogs), { System: "D:(A;;1;;;BA)" });
      assert.deepEqual(valueIn(facts.openShells), [`powershell.exe (${pid})`]);
    });

    it("should show services that are disabled, stopped, deleted, or not there", async () => {
      const { registry, computer } = subject.host;
      const key = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
      registry.set(`${key}\\MSExchangeServiceHost`, "Start", 4);
      registry.set(`${key}\\WinRM`, "DeleteFlag", 1);
      registry.removeKey(`${key}\\MSDTC`);
      for (const name of ["msexchangeservicehost", "mpssvc"]) computer.runningServices.delete(name);
      const services = valueIn((await subject.facts(questions)).services);
      assert.deepEqual(services?.MSExchangeServiceHost, { start: 4, state: 1, deleted: false });
      assert.deepEqual(services?.WinRM, { start: 2, state: 4, deleted: true });
      assert.deepEqual(services?.MpsSvc, { start: 2, state: 1, deleted: false });
      assert.equal(services?.MSDTC, null);
      registry.refuse(`${key}\\WinRM`);
      assert.equal(whyOf((await subject.facts(questions)).services), "its start type cannot be read");
    });

    it("should show what an interrupted Setup has left, and that its folder is refused", async () => {
      const { files, computer } = subject.host;
      for (const name of ["ExchangeSetup.log", "ServiceState.xml", "MyService.xml", "ServiceControl.txt"])
        files.write(`C:\\ExchangeSetupLogs\\${name}`, "");
      assert.deepEqual(
        (await subject.facts(questions)).startTypes,
        known(["ServiceState.xml"], "%SystemDrive%\\ExchangeSetupLogs"),
      );
      const list = computer.files.list.bind(computer.files);
      computer.files.list = (folder) => {
        if (/ExchangeSetupLogs$/i.test(folder)) throw new FileError("accessDenied", folder);
        return list(folder);
      };
      assert.match(whyOf((await subject.facts(questions)).startTypes), /^the command failed: /);
    });

    it("should show certificates of web sites that have expired, and those that nobody can find", async () => {
      const { registry } = subject.host;
      bindCertificate(registry, webCertificates.expired, 444);
      const read = async () => (await subject.facts(questions)).expiredCertificates;
      const found = valueIn(await read());
      assert.deepEqual(
        found.map(({ subject: name, validTo }) => [name, validTo]),
        [["CN=old.example", "2020-01-01T00:00:00.000Z"]],
      );
      const key = `HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates\\${found[0]?.thumbprint}`;
      registry.set(key, "Blob", {
        type: "REG_BINARY",
        data: Buffer.from("20000000010000000400000001020304", "hex"),
      });
      assert.match(whyOf(await read()), /^the certificate [0-9A-F]{40} is of an unknown form$/);
      registry.removeKey(key);
      assert.match(whyOf(await read()), /^the certificate [0-9A-F]{40} is not in the store MY$/);
      const bindings = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo";
      registry.removeKey(bindings);
      assert.deepEqual(await read(), known([], bindings), "nothing is bound");
      registry.create(bindings);
      assert.deepEqual(valueIn(await read()), [], "nothing is bound any more");
      registry.refuse(bindings);
      assert.match(whyOf(await read()), /^the command failed: /);
    });

    it("should show what Setup works with: PowerShell, IIS, folders, the search and the virus scanner", async () => {
      await subject.host.stop();
      await start({ windows: "2019", roles: ["Mailbox"], release: "2016 CU22" });
      const { computer, files, registry } = subject.host;
      const shell = `${computer.systemRoot}\\system32\\powershell.exe`;
      files.write(shell, "MZ", fileVersionShell);
      const asked = questionsFor("2016 CU23");
      const read = () => subject.facts(asked);
      const facts = await read();
      assert.equal(valueIn(facts.languageMode ?? missing), "FullLanguage");
      assert.deepEqual(valueIn(facts.openShells), [], "the shell that was asked is none that holds files");
      assert.deepEqual(
        valueIn(facts.webApplications ?? missing),
        ["Default Web Site", "Exchange Back End"].flatMap((site) =>
          ["", "owa", "ecp", "EWS"].map((name) => `${site}/${name}`),
        ),
      );
      assert.deepEqual(valueIn(facts.folders ?? missing), {
        "UnifiedMessaging\\Grammars": true,
        "UnifiedMessaging\\Prompts": true,
      });
      assert.equal(valueIn(facts.searchProcesses ?? missing), 4);
      const folder = "C:\\Program Files\\Microsoft\\Exchange Server\\V15";
      assert.deepEqual(valueIn(facts.scannerExclusions ?? missing), [folder]);

      computer.languageMode = "ConstrainedLanguage";
      const { pid } = computer.processes.start("powershell.exe");
      registry.remove("HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths", folder);
      const policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Exclusions\\Paths";
      registry.set(policy, "E:\\", "0");
      const restricted = await read();
      assert.equal(valueIn(restricted.languageMode ?? missing), "ConstrainedLanguage");
      assert.deepEqual(valueIn(restricted.openShells), [`powershell.exe (${pid})`]);
      assert.deepEqual(valueIn(restricted.scannerExclusions ?? missing), ["E:\\"]);
      registry.refuse(policy);
      assert.match(whyOf((await read()).scannerExclusions ?? missing), /^the command failed: /);
      computer.runningServices.delete("windefend");
      assert.equal(valueIn((await read()).scannerExclusions ?? missing), null);

      files.remove(shell);
      registry.remove("HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup", "MsiInstallPath");
      files.write(
        `${computer.systemRoot}\\System32\\inetsrv\\config\\applicationHost.config`,
        '<application path="/owa" />',
      );
      const unread = await read();
      assert.match(whyOf(unread.languageMode ?? missing), /^the command failed: /);
      assert.equal(whyOf(unread.webApplications ?? missing), "the file names an application of no site");
      assert.equal(
        whyOf(unread.folders ?? missing),
        "Windows does not show the folder in which Exchange is installed",
      );
    });

    it("should show what WinRM has, and how much room there is", async () => {
      const { registry, computer } = subject.host;
      const wsman = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WSMAN";
      computer.freeBytes = 5;
      registry.remove(wsman, "UpdatedConfig");
      const facts = await subject.facts(questions);
      assert.equal(valueIn(facts.remoteManagement), false);
      assert.deepEqual(valueIn(facts.freeSpace), { system: 5, install: 5 });
      registry.removeKey(wsman);
      assert.deepEqual(
        (await subject.facts(questions)).remoteManagement,
        known(false, `${wsman}\\UpdatedConfig`),
      );
      registry.create(wsman);
      registry.refuse(wsman);
      const setup = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup";
      registry.remove(setup, "MsiInstallPath");
      const refused = await subject.facts(questions);
      assert.match(whyOf(refused.remoteManagement), /^the command failed: /);
      assert.match(whyOf(refused.freeSpace), /^the command failed: /, "no variable names the folder");
      assert.deepEqual(refused.installFolder, known(null, `${setup}\\MsiInstallPath`));
    });

    it("should show packages whose copy is gone, or lies where nobody looked", async () => {
      const { files, registry } = subject.host;
      const installer = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18";
      files.remove("C:\\Windows\\Installer\\a1b2c3.msp");
      registry.set(
        `${installer}\\Products\\0123456789ABCDEF0123456789ABCDEF\\InstallProperties`,
        "LocalPackage",
        "D:\\cache\\4d5e6f.msi",
      );
      const read = async () =>
        valueIn((await subject.facts(questions)).installerCache).map(({ file, present }) => [file, present]);
      const exchange = ["C:\\Windows\\Installer\\1a2b3c.msi", true];
      const speech = ["D:\\cache\\4d5e6f.msi", null];
      assert.deepEqual(await read(), [exchange, speech, ["C:\\Windows\\Installer\\a1b2c3.msp", false]]);
      registry.removeKey(`${installer}\\Patches`);
      assert.deepEqual(await read(), [exchange, speech], "no update is there");
      registry.create(`${installer}\\Patches`);
      assert.deepEqual(await read(), [exchange, speech], "none is listed");
      registry.refuse(`${installer}\\Patches`);
      assert.match(whyOf((await subject.facts(questions)).installerCache), /^the command failed: /);
      registry.refuse(`${installer}\\Products`);
      assert.match(whyOf((await subject.facts(questions)).installerCache), /^the command failed: /);
    });

    it("should be unknown where a key is refused", async () => {
      const log = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application";
      for (const key of [log, policies]) subject.host.registry.refuse(key);
      const facts = await subject.facts(questions);
      assert.equal(whyOf(facts.eventLogs), "the key cannot be read");
      assert.match(whyOf(facts.executionPolicy), /^the command failed: /);
    });

    it("should not be asked for before 2013", async () => {
      const facts = await subject.facts();
      assert.deepEqual(facts.software, {});
      for (const fact of [
        ...[facts.executionPolicy, facts.eventLogs, facts.openShells],
        ...[facts.services, facts.startTypes, facts.installerCache, facts.freeSpace],
        ...[facts.expiredCertificates, facts.remoteManagement],
      ])
        assert.equal(whyOf(fact), "it was not asked");
    });
  });

  describe("Exchange's key", () => {
    it("should hold nothing where it is absent", async () => {
      await start({ roles: [], release: null });
      const { facts, commands } = await subject.read();
      assert.deepEqual(facts.roles, known([], exchange));
      assert.deepEqual(facts.clusterKeys, known([], exchange));
      assert.equal(commands, 2);
    });

    it("should tell the keys of a clustered mailbox server", async () => {
      await start({ clusterKeys: ["CMS"] });
      assert.deepEqual(valueIn((await subject.facts()).clusterKeys), ["CMS"]);
      subject.host.registry.set(`${exchange}\\clusteredmailboxserver\\Deep`, "Action", "Install");
      assert.deepEqual(valueIn((await subject.facts()).clusterKeys), ["ClusteredMailboxServer", "CMS"]);
      subject.host.registry.create(`${exchange}\\CMSOther`);
      assert.deepEqual(valueIn((await subject.facts()).clusterKeys), ["ClusteredMailboxServer", "CMS"]);
    });

    it("should be unknown where it, a key in it, or one above it is refused", async () => {
      for (const key of [exchange, `${exchange}\\EdgeTransportRole`]) {
        await start();
        subject.host.registry.refuse(key);
        const facts = await subject.facts();
        const why =
          "the key is there but cannot be read in full: the command failed: Error: Access is denied";
        assert.equal(whyOf(facts.roles), why);
        assert.equal(whyOf(facts.clusterKeys), why);
        await subject.host.stop();
      }
      await start();
      subject.host.registry.refuse("HKLM\\SOFTWARE\\Microsoft\\Exchange");
      const facts = await subject.facts();
      assert.equal(whyOf(facts.roles), "the command failed: Error: Access is denied");
      assert.equal(whyOf(facts.clusterKeys), "the command failed: Error: Access is denied");
    });

    it("should be unknown to a 32-bit SSH server on 64-bit Windows", async () => {
      await start({ windows: "2019" });
      const { computer } = subject.host;
      const environmentOf = computer.environmentOf.bind(computer);
      computer.environmentOf = (logon) => {
        const made = environmentOf(logon);
        made.environment.set("PROCESSOR_ARCHITEW6432", "AMD64");
        return made;
      };
      const facts = await subject.facts();
      const why =
        "the SSH server is a 32-bit program on AMD64 Windows and sees another part of the registry; " +
        "use a 64-bit SSH server";
      assert.equal(whyOf(facts.roles), why);
      assert.equal(whyOf(facts.clusterKeys), why);
      assert.equal(whyOf(facts.pendingRestart), why);
      assert.equal(valueIn(facts.remoteRegistry), 2, "HKLM\\SYSTEM is one for all");
      subject.host.registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data: ["\\??\\C:\\x", ""] });
      assert.deepEqual(valueIn((await subject.facts()).pendingRestart), [
        `${sessionManager}\\${renames}: C:\\x (to be deleted)`,
      ]);
    });
  });

  describe("the Remote Registry service", () => {
    it("should be told by its start type", async () => {
      await start();
      subject.host.registry.set(remoteRegistry, "Start", 4);
      assert.equal(valueIn((await subject.facts()).remoteRegistry), 4);
      subject.host.registry.set(remoteRegistry, "Start", "four");
      assert.equal(whyOf((await subject.facts()).remoteRegistry), 'the value Start is no number: "four"');
      subject.host.registry.remove(remoteRegistry, "Start");
      assert.equal(valueIn((await subject.facts()).remoteRegistry), null);
    });

    it("should be absent only where the services can be listed without it", async () => {
      await start();
      subject.host.registry.removeKey(remoteRegistry);
      assert.equal(valueIn((await subject.facts()).remoteRegistry), null);
      subject.host.registry.refuse("HKLM\\SYSTEM\\CurrentControlSet\\Services");
      assert.equal(
        whyOf((await subject.facts()).remoteRegistry),
        "the command failed: Error: The system was unable to find the specified registry key or value",
      );
    });

    it("should be unknown where its key is refused", async () => {
      await start();
      subject.host.registry.refuse(remoteRegistry);
      assert.equal(
        whyOf((await subject.facts()).remoteRegistry),
        "the command failed: Error: Access is denied",
      );
    });
  });

  describe("a pending restart", () => {
    it("should be told by each sign of Exchange 2007", async () => {
      await start();
      const { registry } = subject.host;
      registry.set(updates, "UpdateExeVolatile", 0);
      registry.set(`${updates}\\UpdateExeVolatile`, "Flags", 0);
      registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data: [] });
      assert.deepEqual(valueIn((await subject.facts()).pendingRestart), []);
      registry.set(updates, "UpdateExeVolatile", 2);
      const installation = `${updates}\\UpdateExeVolatile = 2 (the installation of an update)`;
      assert.deepEqual(valueIn((await subject.facts()).pendingRestart), [installation]);
      registry.set(`${updates}\\UpdateExeVolatile`, "Flags", 7);
      registry.set(sessionManager, renames, {
        type: "REG_MULTI_SZ",
        data: ["\\??\\C:\\x", "", "\\??\\C:\\y", "!\\??\\C:\\z"],
      });
      const { pendingRestart, pendingFiles } = await subject.facts();
      assert.deepEqual(valueIn(pendingRestart), [
        installation,
        `${updates}\\UpdateExeVolatile\\Flags = 7`,
        `${sessionManager}\\${renames}: C:\\x (to be deleted), C:\\y (to become C:\\z)`,
      ]);
      assert.equal(pendingFiles, undefined, "updates wait as well");
    });

    it("should name all files where nothing else waits", async () => {
      for (const windows of ["2003", "2019"] as const) {
        await start({ windows });
        const { registry } = subject.host;
        const data = ["\\??\\C:\\Temp\\001", "", "\\??\\C:\\y", "!\\??\\C:\\z", "\\??\\C:\\w", ""];
        registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data });
        const files = [
          { path: "C:\\Temp\\001", to: null },
          { path: "C:\\y", to: "C:\\z" },
          { path: "C:\\w", to: null },
        ];
        assert.deepEqual((await subject.facts()).pendingFiles, files);
        // What cannot be read may be an update that waits.
        registry.refuse(updates);
        assert.equal((await subject.facts()).pendingFiles, undefined);
        if (windows === "2003") await subject.host.stop();
      }
    });

    it("should show what is no list of files", async () => {
      await start();
      subject.host.registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data: ["C:\\x"] });
      const { pendingRestart, pendingFiles } = await subject.facts();
      assert.deepEqual(valueIn(pendingRestart), [`${sessionManager}\\${renames}: C:\\x`]);
      assert.equal(pendingFiles, undefined);
    });

    it("should be told by the keys of later Windows for 2013 and later alone", async () => {
      await start({ windows: "2019", roles: ["Mailbox"], release: "2019 CU14" });
      const { registry } = subject.host;
      registry.create(`${servicing}\\RebootPending`);
      registry.create(`${autoUpdate}\\RebootRequired`);
      assert.deepEqual(valueIn((await subject.facts(questionsFor("2019 CU15"))).pendingRestart), [
        `${servicing}\\RebootPending`,
      ]);
      assert.deepEqual(valueIn((await subject.facts(questionsFor("2007 SP1"))).pendingRestart), []);
      registry.removeKey(`${servicing}\\RebootPending`);
      const { pendingRestart } = await subject.facts(questionsFor("2019 CU15"));
      assert.deepEqual(valueIn(pendingRestart), [], "what Windows Update notes stops no Setup");
    });

    it("should be told by a key that is refused: it is there", async () => {
      await start({ windows: "2019", roles: ["Mailbox"], release: "2019 CU14" });
      subject.host.registry.create(`${servicing}\\RebootPending`);
      subject.host.registry.refuse(`${servicing}\\RebootPending`);
      assert.deepEqual(valueIn((await subject.facts(questionsFor("2019 CU15"))).pendingRestart), [
        `${servicing}\\RebootPending`,
      ]);
    });

    it("should not be told where a key above is absent", async () => {
      await start({ windows: "2019", roles: ["Mailbox"], release: "2019 CU14" });
      for (const key of [updates, servicing, sessionManager]) subject.host.registry.removeKey(key);
      const { facts, commands } = await subject.read(questionsFor("2019 CU15"));
      assert.deepEqual(valueIn(facts.pendingRestart), []);
      assert.equal(commands, 2);
    });

    it("should be unknown where a key is refused, unless another sign is there", async () => {
      for (const [key, why] of [
        [updates, "the command failed: ERROR: Access is denied"],
        [sessionManager, "the key cannot be read"],
        [servicing, "whether the key is there cannot be told: no key above can be listed"],
      ] as const) {
        await start({ windows: "2019", roles: ["Mailbox"], release: "2019 CU14" });
        subject.host.registry.refuse(key);
        const { pendingRestart } = await subject.facts(questionsFor("2019 CU15"));
        assert.equal(whyOf(pendingRestart), why, key);
        assert.ok(pendingRestart.source.startsWith(`${key}\\`), pendingRestart.source);
        await subject.host.stop();
      }
      await start();
      subject.host.registry.refuse(sessionManager);
      subject.host.registry.set(updates, "UpdateExeVolatile", 3);
      assert.deepEqual(valueIn((await subject.facts()).pendingRestart), [
        `${updates}\\UpdateExeVolatile = 3 (the installation of an update and the removal of one)`,
      ]);
    });

    it("should be unknown where a value is of another form", async () => {
      await start();
      subject.host.registry.set(updates, "UpdateExeVolatile", "perhaps");
      assert.equal(
        whyOf((await subject.facts()).pendingRestart),
        'the value UpdateExeVolatile is no number: "perhaps"',
      );
    });

    it("should be told without reading megabytes", async () => {
      await start();
      const data = Array.from(
        { length: 40_000 },
        (_, i) => `\\??\\C:\\WINDOWS\\Installer\\Config.Msi\\${i}.rbf`,
      );
      subject.host.registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data });
      const { facts, bytes } = await subject.read();
      assert.deepEqual(valueIn(facts.pendingRestart), [
        `${sessionManager}\\${renames}: more than can be shown`,
      ]);
      assert.equal(facts.pendingFiles, undefined);
      assert.ok(bytes < 10_000, `${bytes} bytes`);
    });
  });

  it("should be asked in as many lines as cmd.exe needs, all at once", async () => {
    await start();
    const session = await subject.open();
    try {
      const before = subject.host.counts.commands;
      const names = Array.from({ length: 300 }, (_, i) => `part${i}`);
      const commands = Object.fromEntries(names.map((name, i) => [name, `echo ${name} ${"x".repeat(i)}`]));
      const parts = await runPartsAtOnce(session, commands);
      assert.deepEqual(Object.keys(parts), names);
      for (const [i, name] of names.entries())
        assert.equal(parts[name]?.text.trim(), `${name} ${"x".repeat(i)}`.trim());
      assert.equal(subject.host.counts.commands - before, 9);
    } finally {
      session.close();
    }
  });

  it("should be the same in German", async () => {
    await start({ windows: "2019", roles: [], release: null }, { codePage: 850 });
    subject.speakGerman();
    const { registry } = subject.host;
    registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data: ["\\??\\C:\\größer", ""] });
    registry.removeKey(remoteRegistry);
    const facts = await subject.facts();
    assert.deepEqual(valueIn(facts.roles), []);
    assert.deepEqual(valueIn(facts.clusterKeys), []);
    assert.equal(valueIn(facts.remoteRegistry), null);
    assert.deepEqual(valueIn(facts.pendingRestart), [
      `${sessionManager}\\${renames}: C:\\gr\ufffd\ufffder (to be deleted)`,
    ]);
    assert.deepEqual(valueIn(facts.media), build(8, 1, 240, 6));
    registry.create(remoteRegistry);
    registry.refuse(remoteRegistry);
    assert.equal(
      whyOf((await subject.facts()).remoteRegistry),
      "the command failed: FEHLER: Der angegebene Registrierungsschl\ufffdssel bzw. Wert wurde nicht gefunden",
    );
  });
});
