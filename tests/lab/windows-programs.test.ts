import assert from "node:assert/strict";
import { SimulatedComputer } from "../../lab/windows/computer";
import {
  eventually,
  localLogon,
  makeComputer,
  organizationOf,
  run,
  workgroupComputer,
} from "./windows-support";

const exchange = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Exchange\\v8.0";

describe("simulated Windows programs", () => {
  describe("reg query", () => {
    it("prints the layout of Windows Server 2003", async () => {
      const computer = makeComputer({ windows: "2003" });
      assert.deepEqual(
        await run(computer, "reg query HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\EdgeTransportRole"),
        {
          stdout:
            `\r\n! REG.EXE VERSION 3.0\r\n\r\n${exchange}\\EdgeTransportRole\r\n` +
            "    ConfiguredVersion\tREG_SZ\t8.0.685.25\r\n    UnpackedVersion\tREG_SZ\t8.0.685.25\r\n\r\n",
          stderr: "",
          code: 0,
        },
      );
    });

    it("prints the layout of later releases", async () => {
      const computer = makeComputer({ windows: "2016" });
      assert.deepEqual(
        await run(
          computer,
          "reg query hklm\\software\\microsoft\\exchange\\v8.0\\edgetransportrole /v unpackedversion",
        ),
        {
          stdout: `\r\n${exchange}\\EdgeTransportRole\r\n    UnpackedVersion    REG_SZ    8.0.685.25\r\n\r\n`,
          stderr: "",
          code: 0,
        },
      );
    });

    it("prints keys below, and with /s everything", async () => {
      const computer = makeComputer();
      computer.registry.set("HKLM\\SOFTWARE\\Lab\\Deep", "", "default");
      computer.registry.set("HKLM\\SOFTWARE\\Lab\\Deep", "Number", 10);
      const root = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab";
      assert.equal(
        (await run(computer, "reg query HKLM\\SOFTWARE\\Lab")).stdout,
        `\r\n${root}\\Deep\r\n\r\n`,
      );
      computer.registry.create("HKLM\\SOFTWARE\\Lab\\Empty");
      // The key that was asked for has no values, and is not shown; one below it is.
      assert.equal(
        (await run(computer, "reg query HKLM\\SOFTWARE\\Lab /s")).stdout,
        `\r\n${root}\\Deep\r\n    (Default)    REG_SZ    default\r\n    Number    REG_DWORD    0xa\r\n\r\n${root}\\Empty\r\n\r\n`,
      );
    });

    for (const [windows, text] of [
      ["2003", "\r\nError:  The system was unable to find the specified registry key or value\r\n"],
      ["2008", "ERROR: The system was unable to find the specified registry key or value.\r\n"],
    ] as const)
      it(`answers 1 for what is not there (Windows ${windows})`, async () => {
        const computer = makeComputer({ windows });
        const absent = { stdout: "", stderr: text, code: 1 };
        assert.deepEqual(await run(computer, "reg query HKLM\\SOFTWARE\\None"), absent);
        assert.deepEqual(
          await run(computer, "reg query HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0 /v None"),
          absent,
        );
      });
  });

  describe("a registry key that is refused", () => {
    for (const [windows, text] of [
      ["2003", "\r\nError:  Access is denied.\r\n"],
      ["2008", "ERROR: Access is denied.\r\n"],
    ] as const)
      it(`is named by the key above, and answers 1 with all that is in it (Windows ${windows})`, async () => {
        const computer = makeComputer({ windows });
        computer.registry.set("HKLM\\SOFTWARE\\Lab\\Deep\\Deeper", "Number", 1);
        computer.registry.refuse("HKLM\\SOFTWARE\\Lab\\Deep");
        const refused = { stdout: "", stderr: text, code: 1 };
        for (const query of ["\\Deep", "\\deep /v None", "\\Deep\\Deeper", " /s"])
          assert.deepEqual(await run(computer, `reg query HKLM\\SOFTWARE\\Lab${query}`), refused, query);
        const { stdout, code } = await run(computer, "reg query HKLM\\SOFTWARE\\Lab");
        assert.deepEqual([stdout.includes("\\Lab\\Deep\r\n"), code], [true, 0]);
      });
  });

  describe("net", () => {
    const end = "The command completed successfully.\r\n\r\n";

    it("lists the members of local Administrators, the computer's own without its name", async () => {
      const administrators = ["Administrator", "EDGE1\\setup", "CONTOSO\\Domain Admins"];
      const computer = makeComputer({
        administrators,
        localAccounts: { Administrator: "Edge-secret-1", setup: "x" },
      });
      const { stdout, code } = await run(computer, 'net localgroup "Administrators"');
      assert.equal(code, 0);
      assert.equal(
        stdout.slice(stdout.indexOf("-".repeat(79))),
        `${"-".repeat(79)}\r\nAdministrator\r\nCONTOSO\\Domain Admins\r\nsetup\r\n${end}`,
      );
      assert.equal((await run(computer, 'net user "SETUP"')).code, 0);
      assert.ok((await run(computer, "net accounts")).stdout.endsWith(end));
    });

    it("answers 2 for an account or a group that is not there, and says what is not simulated", async () => {
      const computer = makeComputer();
      for (const line of ['net user "Everyone"', 'net localgroup "Administratoren"'])
        assert.deepEqual((await run(computer, line)).code, 2, line);
      assert.deepEqual(await run(computer, "net user x y /add"), {
        stdout: "",
        stderr:
          'The lab simulates "net localgroup <name>", "net user <name>", "net accounts", "net start <name>" and ' +
          '"net stop <name>".\r\n',
        code: 1,
      });
    });
  });

  describe("net start and net stop", () => {
    it("answer when it is done: 0, or 2 with the reason", async () => {
      const computer = makeComputer();
      const both = async (line: string) => {
        const { stdout, stderr, code } = await run(computer, line);
        return [code, (stdout + stderr).split("\r\n")[0]];
      };
      assert.deepEqual(await both("net stop W32Time"), [0, "The W32Time service was stopped successfully."]);
      assert.deepEqual(await both("net stop W32Time"), [2, "The service is not started."]);
      assert.deepEqual(await both("net start W32Time"), [0, "The W32Time service was started successfully."]);
      assert.deepEqual(await both("net start W32Time"), [
        2,
        "The requested service has already been started.",
      ]);
      assert.deepEqual(await both("net start nothing"), [2, "The service name is invalid."]);
      assert.deepEqual(computer.serviceLog, ["stop W32Time", "start W32Time"]);
    });
  });

  describe("certutil", () => {
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    for (const [windows, line] of [
      ["2012 R2", digest.replace(/..(?=.)/g, "$& ")],
      ["2016", digest],
    ] as const)
      it(`tells a SHA-256 on ${windows}, and fails for an empty file`, async () => {
        const computer = makeComputer({ windows });
        computer.files.write("D:\\abc.txt", "abc");
        computer.files.write("D:\\empty.txt", "");
        const { stdout, code } = await run(computer, "certutil -hashfile D:\\abc.txt SHA256");
        assert.deepEqual([code, stdout.split("\r\n")[1]], [0, line]);
        assert.equal((await run(computer, "certutil -hashfile D:\\empty.txt SHA256")).code, 1);
        assert.equal((await run(computer, "certutil -hashfile D:\\none.txt SHA256")).code, 1);
      });

    it("does not know the verb on 2003 and 2008", async () => {
      for (const windows of ["2003", "2008"] as const)
        assert.match(
          (await run(makeComputer({ windows }), "certutil -hashfile x SHA256")).stdout,
          /Unknown verb/,
        );
    });
  });

  describe("wmic", () => {
    const ask = (path: string): string =>
      `wmic datafile where name="${path.replaceAll("\\", "\\\\")}" get Version /value`;
    const version = (text: string) => ({
      stdout: `\r\r\n\r\r\nVersion=${text}\r\r\n\r\r\n\r\r\n\r\r\n`,
      stderr: "",
      code: 0,
    });
    const none = { stdout: "", stderr: "No Instance(s) Available.\r\r\n", code: 0 };

    it("tells the version of a file, which goes along with copies", async () => {
      const computer = makeComputer();
      computer.files.write("D:\\a b\\Setup.com", "MZ", undefined, "8.1.240.6");
      assert.deepEqual(await run(computer, ask("d:\\A B\\setup.com")), version("8.1.240.6"));
      await run(computer, 'copy "D:\\a b\\Setup.com" D:\\copy.com');
      assert.deepEqual(await run(computer, ask("D:\\copy.com")), version("8.1.240.6"));
      await run(computer, "echo text>D:\\copy.txt");
      assert.deepEqual(await run(computer, ask("D:\\copy.txt")), version(""));
    });

    it("knows no folders, absent files and single backslashes", async () => {
      const computer = makeComputer();
      computer.files.write("D:\\SP1\\Setup.com", "MZ", undefined, "8.1.240.6");
      for (const path of ["D:\\SP1", "D:\\SP1\\Setup.exe", "E:\\Setup.com"])
        assert.deepEqual(await run(computer, ask(path)), none, path);
      const single = await run(computer, 'wmic datafile where name="D:\\SP1\\Setup.com" get Version /value');
      assert.match(single.stderr, /^The lab simulates "wmic datafile/);
      assert.equal(single.code, 1);
    });

    it("says what it does not simulate", async () => {
      for (const command of ["wmic os get Caption", ask("D:\\x").replace(" /value", "")])
        assert.match(
          (await run(makeComputer(), command)).stderr,
          /^The lab simulates "wmic datafile/,
          command,
        );
    });

    it("does not come with Windows Server 2025", async () => {
      const { code, stderr } = await run(makeComputer({ windows: "2025" }), ask("D:\\x"));
      assert.equal(code, 1);
      assert.match(stderr, /^'wmic' is not recognized/);
    });
  });

  describe("the registry of a computer", () => {
    it("holds the keys of a clustered mailbox server", () => {
      const { registry } = makeComputer({ roles: ["Mailbox"], clusterKeys: ["CMS"] });
      assert.ok(registry.has(`${exchange}\\CMS`));
      assert.equal(makeComputer().registry.has(`${exchange}\\CMS`), false);
    });

    it("holds identity, place and product type of a member", () => {
      const spec = workgroupComputer({
        name: "mbx1.contoso.com",
        domain: "contoso.com",
        site: "HQ",
        windows: "2003",
      });
      const { registry } = new SimulatedComputer(spec, organizationOf(spec), 437);
      const system = "HKLM\\SYSTEM\\CurrentControlSet";
      assert.equal(registry.text(`${system}\\Services\\Tcpip\\Parameters`, "Hostname"), "mbx1");
      assert.equal(registry.text(`${system}\\Services\\Tcpip\\Parameters`, "Domain"), "contoso.com");
      assert.equal(registry.text(`${system}\\Services\\Netlogon\\Parameters`, "DynamicSiteName"), "HQ");
      assert.equal(registry.text(`${system}\\Control\\ProductOptions`, "ProductType"), "ServerNT");
      const version = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
      assert.equal(registry.text(version, "CurrentBuildNumber"), "3790");
      assert.equal(registry.text(version, "SystemRoot"), "C:\\WINDOWS");
    });

    it("has no site on a domain controller", () => {
      const spec = workgroupComputer({
        name: "dc1.contoso.com",
        domain: "contoso.com",
        site: "HQ",
        roles: [],
        release: null,
      });
      const { registry } = new SimulatedComputer(spec, organizationOf(spec), 437);
      const system = "HKLM\\SYSTEM\\CurrentControlSet";
      assert.equal(registry.text(`${system}\\Services\\Netlogon\\Parameters`, "DynamicSiteName"), undefined);
      assert.equal(registry.text(`${system}\\Control\\ProductOptions`, "ProductType"), "LanmanNT");
    });
  });

  describe("whoami", () => {
    it("names a local account by the computer's own SID", async () => {
      const computer = makeComputer();
      const { sid } = await localLogon(computer);
      assert.match(sid, /^S-1-5-21-\d+-\d+-\d+-500$/);
      assert.equal(
        (await run(computer, "whoami /user /fo csv /nh")).stdout,
        `"edge1\\administrator","${sid}"\r\n`,
      );
    });

    it("shows the high label on 2008 and later, and none on 2003", async () => {
      const label = '"Mandatory Label\\High Mandatory Level","Label","S-1-16-12288",""\r\n';
      const later = await run(makeComputer({ windows: "2008" }), "whoami /groups /fo csv /nh");
      assert.ok(later.stdout.endsWith(label));
      const old = await run(makeComputer({ windows: "2003" }), "whoami /groups /fo csv /nh");
      assert.equal(old.stdout.includes("S-1-16"), false);
      assert.ok(old.stdout.includes('"BUILTIN\\Administrators","Alias","S-1-5-32-544",'));
    });

    it("shows a filtered token with 544 for deny only", async () => {
      const logon = await localLogon(makeComputer(), "Administrator", true);
      assert.equal(logon.administrator, false);
      assert.deepEqual(
        logon.groups.filter(({ sid }) => sid === "S-1-5-32-544" || sid.startsWith("S-1-16")),
        [
          {
            name: "BUILTIN\\Administrators",
            type: "Alias",
            sid: "S-1-5-32-544",
            attributes: "Group used for deny only",
          },
          {
            name: "Mandatory Label\\Medium Mandatory Level",
            type: "Label",
            sid: "S-1-16-8192",
            attributes: "",
          },
        ],
      );
    });
  });

  describe("processes", () => {
    it("lists by image name, and tells when there is none", async () => {
      const computer = makeComputer();
      const none = await run(computer, 'tasklist /fo csv /nh /fi "imagename eq exsetup.exe"');
      assert.deepEqual(none, {
        stdout: "INFO: No tasks are running which match the specified criteria.\r\n",
        stderr: "",
        code: 0,
      });
      const process = computer.processes.start("ExSetup.exe");
      const one = await run(computer, 'tasklist /fo csv /nh /fi "imagename eq exsetup.exe"');
      assert.equal(one.stdout, `"ExSetup.exe","${process.pid}","Services","0","12,340 K"\r\n`);
    });

    it("ends by taskkill, and only for administrators", async () => {
      const computer = makeComputer();
      const waiting = run(computer, "ping -n 60 127.0.0.1 >nul");
      await eventually("ping", () => computer.processes.named("ping.exe").length === 1);
      const pid = computer.processes.named("ping.exe")[0]?.pid;
      assert.equal((await run(computer, `taskkill /f /pid ${pid}`, { account: "guest" })).code, 1);
      assert.equal((await run(computer, `taskkill /f /pid ${pid}`)).code, 0);
      assert.equal((await waiting).code, 1);
    });

    it("all die in a restart; files and registry stay", async () => {
      const computer = makeComputer();
      const waiting = run(
        computer,
        "echo kept>C:\\kept.txt& ping -n 60 127.0.0.1 >nul& echo never>C:\\never.txt",
      );
      await eventually("ping", () => computer.processes.named("ping.exe").length === 1);
      computer.reboot();
      assert.equal((await waiting).code, 1);
      assert.deepEqual(computer.processes.list(), []);
      assert.equal(computer.files.read("C:\\kept.txt").toString(), "kept\r\n");
      assert.equal(computer.files.kind("C:\\never.txt"), null);
    });
  });

  describe("shutdown", () => {
    const restarting = async (
      windows: "2003" | "2016",
      command: string,
      change: (computer: SimulatedComputer) => void = () => undefined,
    ) => {
      const computer = makeComputer({ windows });
      change(computer);
      const { code, stderr } = await run(computer, command);
      // Those that restart do so at once.
      await new Promise((resolve) => setTimeout(resolve, 60));
      return [code, stderr.trim(), computer.restarts];
    };
    const loggedOn = (computer: SimulatedComputer) => void computer.loggedOn.push("CONTOSO\\helpdesk");
    const others =
      "The system shutdown cannot be initiated because there are other users logged on to the computer.";

    it("restarts, and where others are logged on only if it is forced", async () => {
      for (const windows of ["2003", "2016"] as const)
        for (const command of ["shutdown /r /t 0", "shutdown /r /f /t 0"])
          assert.deepEqual(await restarting(windows, command), [0, "", 1], `${windows} ${command}`);
      assert.deepEqual(await restarting("2016", "shutdown /r /f /t 0", loggedOn), [0, "", 1]);
      assert.deepEqual(await restarting("2016", "shutdown /r /t 0", loggedOn), [1191, `${others}(1191)`, 0]);
      // There /f has the contrary effect: programs are asked, and wait for their users.
      assert.deepEqual(await restarting("2003", "shutdown /r /t 0", loggedOn), [0, "", 1]);
      assert.deepEqual(await restarting("2003", "shutdown /r /f /t 0", loggedOn), [0, "", 0]);
    });

    it("says what goes on already", async () => {
      const down = (computer: SimulatedComputer) => {
        computer.goingDown = true;
      };
      const scheduled = (computer: SimulatedComputer) => {
        computer.scheduledRestart = true;
      };
      const inProgress = "A system shutdown is in progress.(1115)";
      assert.deepEqual(await restarting("2016", "shutdown /r /f /t 0", down), [1115, inProgress, 0]);
      assert.deepEqual(await restarting("2003", "shutdown /r /t 0", scheduled), [1115, inProgress, 0]);
      assert.deepEqual(await restarting("2016", "shutdown /r /f /t 0", scheduled), [
        1190,
        "A system shutdown has already been scheduled.(1190)",
        0,
      ]);
    });

    it("is refused to ordinary accounts", async () => {
      const computer = makeComputer();
      const { code, stderr } = await run(computer, "shutdown /r /f /t 0", { account: "guest" });
      assert.deepEqual([code, stderr], [5, "Access is denied.(5)\r\n"]);
    });
  });

  describe("text filters", () => {
    const computer = makeComputer();
    const cases: readonly (readonly [string, string, string, number])[] = [
      ['findstr "^"', 'a\r\n\r\nb %x% "q" & ^', 'a\r\n\r\nb %x% "q" & ^\r\n', 0],
      ["findstr /v a", "a\r\nb\r\n", "b\r\n", 0],
      ["findstr /n /b a", "ab\r\nba\r\n", "1:ab\r\n", 0],
      ['findstr /c:"a b"', "a b\r\na\r\nb\r\n", "a b\r\n", 0],
      ['findstr "a b"', "x\r\na\r\nb\r\n", "a\r\nb\r\n", 0],
      ["findstr none", "a\r\n", "", 1],
      ['find /c /v ""', "a\r\nb\r\n", "2\r\n", 0],
      ['find "b"', "a\r\nb\r\n", "b\r\n", 0],
      // LF stays LF; a last line without an end gets one.
      ["findstr a", "a\nab", "a\nab\r\n", 0],
      // There it has no end that could be found.
      ['findstr "a$"', "ba\r\nca", "ba\r\n", 0],
      ["findstr /r /x ca", "ba\r\nca", "", 1],
      ["more +1", "a\r\nb\r\n", "b\r\n\r\n", 0],
    ];
    for (const [command, stdin, stdout, code] of cases)
      it(`${command} of ${JSON.stringify(stdin)}`, async () => {
        assert.deepEqual(await run(computer, command, { stdin }), { stdout, stderr: "", code });
      });

    it("keep the end of a named file as it is", async () => {
      computer.files.write("C:\\open.txt", "a\r\nab");
      assert.equal((await run(computer, "findstr a C:\\open.txt")).stdout, "a\r\nab");
      assert.equal((await run(computer, "findstr a <C:\\open.txt")).stdout, "a\r\nab\r\n");
    });

    it("succeed in showing more of a file that is not there", async () => {
      const { stdout, stderr, code } = await run(computer, "more C:\\none.txt");
      assert.deepEqual([stdout, stderr, code], ["", "Cannot access file C:\\none.txt\r\n", 0]);
    });

    it("read two backslashes of an expression as one, but on Windows Server 2008; a class has one everywhere", async () => {
      for (const windows of ["2003", "2008", "2008 R2", "2025"] as const) {
        const one = async (pattern: string) =>
          (await run(makeComputer({ windows }), `findstr /r /x "${pattern}"`, { stdin: "op\\1\r\n" })).code;
        assert.equal(await one("[a-z]*\\\\[0-9]"), windows === "2008" ? 1 : 0, windows);
        assert.equal(await one("[a-z]*[\\\\][0-9]"), 0, windows);
        assert.equal(await one("[a-z]*\\\\\\\\[0-9]"), windows === "2008" ? 0 : 1, windows);
      }
    });

    it("pass bytes of any code page", async () => {
      const bytes = Buffer.from([0x41, 0x83, 0x5c, 0x81, 0xff, 0x0d, 0x0a]).toString("latin1");
      assert.equal((await run(computer, 'findstr "^"', { stdin: bytes })).stdout, bytes);
    });
  });

  describe("services", () => {
    it("answer by number, and with the Win32 error as exit code", async () => {
      const computer = makeComputer();
      assert.match((await run(computer, "sc query RemoteRegistry")).stdout, /STATE {14}: 4 {2}RUNNING/);
      assert.equal((await run(computer, "sc stop RemoteRegistry")).code, 0);
      assert.match((await run(computer, "sc query RemoteRegistry")).stdout, /STATE {14}: 1 {2}STOPPED/);
      assert.equal((await run(computer, "sc stop RemoteRegistry")).code, 1062);
      assert.equal((await run(computer, "sc start RemoteRegistry")).code, 0);
      assert.equal((await run(computer, "sc query nosuch")).code, 1060);
      assert.equal((await run(computer, "sc stop RemoteRegistry", { account: "guest" })).code, 5);
    });
  });

  describe("code pages", () => {
    for (const [number, text, bytes] of [
      [437, "é", "\x82"],
      [850, "ß", "\xe1"],
      [932, "表", "\x95\x5c"],
      [866, "Я", "\x9f"],
    ] as const)
      it(`write ${text} in ${number} as its bytes`, async () => {
        const computer = makeComputer({}, number);
        assert.equal((await run(computer, `echo ${text}`)).stdout, `${bytes}\r\n`);
        assert.equal((await run(computer, "chcp")).stdout, `Active code page: ${number}\r\n`);
      });

    it("refuse one that the lab does not have", () => {
      assert.throws(() => makeComputer({}, 1), {
        message: "The lab has no code page 1. It has 437, 850, 866, 932, 936, 1252, 65001.",
      });
    });
  });
});
