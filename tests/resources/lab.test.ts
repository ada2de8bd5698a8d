/** The handlers on the lab: worlds that are behind, ahead, hidden, or not what the program says they are. */

import assert from "node:assert/strict";
import { contoso, type Lab, type LabOptions, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import type { StepKind } from "../../lib/model";
import { handlers } from "../../lib/provider/handlers";
import { Run } from "../../lib/provider/memory/run";
import { parseInputs } from "../../lib/provider/step/inputs";
import { stepOf } from "../../lib/provider/step/step";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, callOf, check, create, read, update } from "../frontDoor";
import { ssh2Kind } from "../host/ssh-servers";

const schemaVersion = "CN=ms-Exch-Schema-Version-Pt,CN=Schema,CN=Configuration,DC=contoso,DC=com";
const tools = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\AdminTools";
const planned = {
  target: "2007 SP1",
  from: "2007 RTM",
  schema: true,
  organization: true,
  domains: ["*"],
};

describe("handlers on the lab", function () {
  this.timeout(60_000);
  let lab: Lab;
  let said: string[];
  const log = {
    info: async (text: string) => void said.push(`info ${text}`),
    warn: async (text: string) => void said.push(`warning ${text}`),
    progress: async (text: string) => void said.push(`progress ${text}`),
  };

  const start = async (options: LabOptions = {}, organization = contoso) => {
    said = [];
    lab = await startLab(organization, { setupSeconds: 0.01, ...options });
  };
  afterEach(async () => {
    await beginRun();
    await lab.stop();
  });

  const directory = (changes: Props = {}): Props => {
    const { directory, accounts } = coordinatesOf(lab);
    return { ...directory, ...accounts["CONTOSO\\reader"], ...changes };
  };
  const computer = (name: string, account = "CONTOSO\\exadmin"): Props => {
    const { computers, accounts } = coordinatesOf(lab);
    return { name, media: "D:\\SP1", connection: { ...computers[name], ...accounts[account] } };
  };
  const dc1 = () => computer("dc1.contoso.com", "CONTOSO\\prep");
  const schema = (changes: Props = {}): Props => ({
    target: "2007 SP1",
    directory: directory(),
    computer: dc1(),
    ...changes,
  });
  const server = (name: string, changes: Props = {}): Props => ({
    target: "2007 SP1",
    directory: directory(),
    computer: computer(name),
    prepared: planned,
    ...changes,
  });
  const setSchema = (level: number) =>
    lab.directory?.store.modify(schemaVersion, [
      { operation: "replace", attribute: "rangeUpper", values: [String(level)] },
    ]);
  /** Prepares the whole forest for 2007 SP1, as somebody else's Setup would. */
  const prepareForest = () => {
    const { organization, systemObjects } = directoryNames(contoso);
    setSchema(11116);
    for (const dn of [organization, ...contoso.domains.map(({ name }) => systemObjects(name))])
      lab.directory?.store.modify(dn, [
        { operation: "replace", attribute: "objectVersion", values: ["11221"] },
      ]);
  };
  const firstLines = async (kind: StepKind, olds: Props, news: Props) =>
    (await check(kind, olds, news, log)).failures.map(({ reason }) => reason.split("\n")[0]);
  const runsOn = (name: string) => lab.computer(name).setupRuns.map((run) => run.result);

  it("wait for a domain controller that is behind, and do not run Setup again", async () => {
    await start();
    const store = lab.directory?.store;
    assert.ok(store);
    const modify = store.modify.bind(store);
    const late: (() => void)[] = [];
    store.modify = (dn, changes) => {
      if (dn === schemaVersion) late.push(() => modify(dn, changes));
      else modify(dn, changes);
    };
    const replicated = {
      ...log,
      // It is replicated once somebody waits for it: no clock decides what this test sees.
      progress: async (text: string) => {
        await log.progress(text);
        if (text.includes("waiting until the directory shows it"))
          for (const write of late.splice(0)) write();
      },
    };
    const { outs } = await create("schema", schema(), replicated);
    assert.deepEqual(outs.levels, { schema: "11116" });
    assert.deepEqual(runsOn("dc1.contoso.com"), ["completed"]);
    assert.ok(
      said.includes(
        "progress dc1.contoso.com: waiting until the directory shows it: schema 10637 (2007 RTM)",
      ),
      said.join("\n"),
    );
  });

  it("do not wait where Setup says that it failed, whatever its exit code", async () => {
    await start();
    lab.computer("dc1.contoso.com").faults.exitCodes = { failure: 0 };
    lab.computer("dc1.contoso.com").faults.failures = [{ phase: "Organization Preparation" }];
    await assert.rejects(
      create("schema", schema(), log),
      /Setup failed on dc1\.contoso\.com \(exit code 0\): Windows Installer failed on a package\n/,
    );
    assert.ok(!said.some((text) => text.includes("waiting until the directory shows it")));
  });

  it("let an account go from its groups once the step is done, also where the world moved on", async () => {
    await start();
    const olds = schema();
    const demoted = schema({ account: { name: "CONTOSO\\helpdesk" } });
    setSchema(11116);
    assert.deepEqual(await firstLines("schema", olds, demoted), []);
    await beginRun();
    setSchema(14622);
    assert.deepEqual(await firstLines("schema", olds, demoted), []);
    assert.ok(said.some((text) => /^warning dc1\.contoso\.com: drift: now schema 14622/.test(text)));
  });

  it("let it go, too, where the level of a recorded step cannot be read today", async () => {
    const meso = "CN=Microsoft Exchange System Objects,DC=contoso,DC=com";
    await start({ directory: { hidden: [{ dn: meso, attribute: "objectVersion" }] } });
    const news = schema({
      account: { name: "CONTOSO\\helpdesk" },
      prepared: { ...planned, organization: false, domains: [] },
    });
    assert.deepEqual(await firstLines("organization", schema(), news), []);
    assert.ok(
      said.some((text) => /not verified: .*the state has it at 2007 SP1 \[XU-UNREAD\]$/.test(text)),
      said.join(),
    );
  });

  it("upgrade a computer with only the management tools in a forest that is not prepared (P4, R3)", async () => {
    await start();
    const verify = { ...planned, schema: false, organization: false, domains: [], verify: true };
    const inputs = server("tools1.contoso.com", { prepared: verify });
    assert.deepEqual(await firstLines("server", {}, { ...inputs, __stage: unknownValue }), []);
    assert.ok(
      said.some((line) =>
        line.endsWith(
          "\n  needs Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators, enough where there are only the tools (P4)" +
            "\n  now   Management Tools 8.0.685.25 (2007 RTM)\n  found only the management tools, so P4 holds",
        ),
      ),
      said.join("\n"),
    );
    said.length = 0;
    assert.deepEqual(
      await firstLines("server", {}, { ...inputs, __stage: unknownValue, roles: ["Management Tools"] }),
      [],
    );
    assert.ok(
      said.some((line) =>
        line.endsWith("\n  needs local Administrators (P4)\n  now   Management Tools 8.0.685.25 (2007 RTM)"),
      ),
      said.join("\n"),
    );
    const { outs } = await create("server", inputs, log);
    assert.deepEqual(outs.levels, { "Management Tools": "8.1.240.6" });
    assert.deepEqual(runsOn("tools1.contoso.com"), ["completed"]);
    // A server with a role is refused in the same forest.
    assert.deepEqual(
      (await firstLines("server", {}, server("cas-lon.contoso.com", { prepared: verify }))).filter((line) =>
        line?.startsWith("R3"),
      ),
      [
        "R3 (must), server upgrade on cas-lon.contoso.com: the schema, Active Directory and the domain contoso.com are neither planned before this step nor prepared for 2007 SP1",
      ],
    );
  });

  it("judge a server on what the program says of the others, whichever is checked first (D3)", async () => {
    await start();
    const dub = server("cas-dub.emea.contoso.com");
    const lon = (says: Props) => server("cas-lon.contoso.com", says);
    const nyc = (says: Props) => server("cas-nyc.contoso.com", says);
    const refusedBefore = (name: string) =>
      `D3 (must), server upgrade on cas-dub.emea.contoso.com: ${name} faces the Internet and is not upgraded before this server, which does not face it`;
    const yes = { internetFacing: true };
    const no = { internetFacing: false };
    assert.deepEqual(await firstLines("server", {}, nyc({ ...no, after: ["cas-lon.contoso.com"] })), []);
    assert.deepEqual(await firstLines("server", {}, dub), [refusedBefore("cas-lon.contoso.com")]);
    assert.deepEqual(await firstLines("server", {}, lon({ ...no, after: ["cas-nyc.contoso.com"] })), []);
    // Neither faces the Internet now, whatever their external URLs are.
    assert.deepEqual(await firstLines("server", {}, dub), []);
    assert.deepEqual(await firstLines("server", {}, lon(yes)), [refusedBefore("cas-lon.contoso.com")]);
    // One that follows it is not overtaken.
    const after = { after: ["cas-lon.contoso.com"] };
    assert.deepEqual(await firstLines("server", {}, server("cas-dub.emea.contoso.com", after)), []);
    assert.deepEqual(await firstLines("server", {}, lon(yes)), []);
  });

  it("look up who is in local Administrators where an operator is not the account that connects", async () => {
    await start();
    const name = "mbx-dub.emea.contoso.com";
    const byOperator = (account: string) =>
      server(name, {
        run: "manual",
        account: { name: account },
        computer: computer(name, "EMEA\\emeaprep"),
      });
    const failures = async (account: string) =>
      (await check("server", {}, byOperator(account), log)).failures.map(({ reason }) =>
        reason.replace(/S-1-5-21-[\d-]+/g, "<SID>"),
      );
    // In Exchange Change Team, which is in a group that the computer lists.
    assert.deepEqual(await failures("CONTOSO\\exadmin"), []);
    assert.ok(!said.some((text) => text.includes("not verified")), said.join("\n"));
    assert.deepEqual(await failures("CONTOSO\\helpdesk"), [
      [
        "P1 (must), server upgrade on mbx-dub.emea.contoso.com: it is the first server with Mailbox to be upgraded, and CONTOSO\\helpdesk is not in Exchange Organization Administrators; CONTOSO\\helpdesk is not in local Administrators",
        '  Found:  CONTOSO\\helpdesk (<SID>) with 2 groups, nested ones included; judged by CONTOSO\\Exchange Organization Administrators (CN=Exchange Organization Administrators,OU=Microsoft Exchange Security Groups,DC=contoso,DC=com, <SID>); Administrator, CONTOSO\\Exchange Organization Administrators, CONTOSO\\Mailbox Delegates and EMEA\\Domain Admins (net localgroup "Administrators"); CONTOSO\\helpdesk (<SID>) with 2 groups, nested ones included',
        "  Needed: Exchange Organization Administrators, and local Administrators of mbx-dub.emea.contoso.com, for the first server with Mailbox",
        "  Where:  account CONTOSO\\helpdesk, on mbx-dub.emea.contoso.com",
        "  Fix:    add CONTOSO\\helpdesk to Exchange Organization Administrators and log off and on, or set `account` to one that is a member; add CONTOSO\\helpdesk to the local group Administrators, or set `account` to one that is a member; or upgrade another server with Mailbox before it, and put that one in `after`",
        "  Rule:   P1, the first server of a role needs Exchange Organization Administrators and local Administrators (How to upgrade to Exchange 2007 SP1)",
      ].join("\n"),
    ]);
  });

  it("verify nothing of an operator where a member of local Administrators is not in the forest", async () => {
    const name = "tools1.contoso.com";
    const known = ["CONTOSO\\Domain Admins", "CONTOSO\\Exchange Change Team"];
    const organization = {
      ...contoso,
      computers: contoso.computers.map((each) =>
        each.name === name ? { ...each, administrators: [...known, "FABRIKAM\\Operators"] } : each,
      ),
    };
    await start({}, organization);
    const inputs = server(name, { run: "manual", account: { name: "CONTOSO\\helpdesk" } });
    assert.deepEqual(await firstLines("server", {}, inputs), []);
    const why =
      'warning P4 (must), server upgrade on tools1.contoso.com: not verified: the SSH logon is contoso\\exadmin, which does not show the local groups of CONTOSO\\helpdesk, and of the members of local Administrators "FABRIKAM\\Operators" could not be looked up: the forest has no account or group of this name';
    assert.ok(
      said.some((text) => text.split("\n")[0] === why),
      said.join("\n"),
    );
  });

  it("upgrade tools that have no configuration, once (Exchange Team, 2007-05-21)", async () => {
    await start();
    const name = "tools1.contoso.com";
    const { registry, setupRuns } = lab.computer(name);
    registry.remove(tools, "ConfiguredVersion");
    const inputs = server(name);
    const { outs } = await create("server", inputs, log);
    assert.deepEqual(outs.levels, { "Management Tools": "8.1.240.6" });
    assert.equal(registry.text(tools, "ConfiguredVersion"), undefined);
    assert.equal((await create("server", inputs, log)).outs.adopted, true);
    assert.deepEqual(
      setupRuns.map(({ result }) => result),
      ["completed"],
    );
  });

  it("adopt no server whose connection leads to another one (D10)", async () => {
    await start();
    for (const name of ["ConfiguredVersion", "UnpackedVersion"])
      lab.computer("tools1.contoso.com").registry.set(tools, name, "8.1.240.6");
    const inputs = server("tools1.contoso.com", {
      computer: { ...computer("tools1.contoso.com"), name: "tools2.contoso.com" },
    });
    const wrong =
      "D10 (must), server upgrade on tools2.contoso.com: the connection reaches tools1.contoso.com";
    assert.deepEqual(await firstLines("server", {}, inputs), [wrong]);
    await assert.rejects(create("server", inputs, log), (error: Error) => error.message.startsWith(wrong));
  });

  it("forget no server because the connection leads to another one", async () => {
    await start();
    const inputs = server("cas-lon.contoso.com", { computer: { ...dc1(), name: "cas-lon.contoso.com" } });
    await assert.rejects(read("server", "cas-lon.contoso.com/server", inputs, log), {
      message: [
        "server upgrade on cas-lon.contoso.com: its present level could not be read: the connection reaches dc1.contoso.com (D10)",
        "  Where:  in the program: `computer.name` and `computer.connection.host`",
        "  Fix:    let it be read and refresh again; the state was left as it is",
        "  Code:   XU-UNREAD",
      ].join("\n"),
    });
  });

  it("keep the state where `directory` has come to lead to another forest", async () => {
    await start();
    const state = { ...schema(), forest: "fabrikam.com", levels: { schema: "11116" }, adopted: false };
    await assert.rejects(read("schema", "fabrikam.com/schema", state, log), {
      message: [
        "schema preparation on dc1.contoso.com: `directory` now leads to another forest",
        "  Found:  contoso.com",
        "  Needed: fabrikam.com, which the state has recorded",
        "  Where:  in the program: `directory.url`",
        "  Fix:    point it at the recorded forest; another forest is another resource, with another name",
        "  Code:   XU-OTHER-FOREST",
      ].join("\n"),
    });
  });

  it("say in preview that the world has fallen behind the state, and not that Setup would run", async () => {
    await start();
    const { failures } = await check("schema", schema(), schema(), log);
    assert.deepEqual(failures, []);
    assert.deepEqual(said, [
      "warning dc1.contoso.com: drift: now schema 10637 (2007 RTM), below the target 2007 SP1. " +
        "Run pulumi refresh, then pulumi up: it runs Setup again [XU-DRIFT]",
    ]);
  });

  it("tell once of a server that takes another one's place, which the engine checks twice", async () => {
    await start();
    const news = server("cas-lon.contoso.com", { __stage: unknownValue });
    for (const olds of [server("cas-nyc.contoso.com"), {}]) {
      assert.equal(said.length, 0);
      assert.deepEqual(await firstLines("server", olds, news), []);
    }
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^info cas-lon\.contoso\.com: D:\\SP1\\Setup\.com \/mode:upgrade as /);
    // In `up` the plan is not told again.
    assert.deepEqual(await firstLines("server", {}, server("cas-lon.contoso.com")), []);
    assert.equal(said.length, 1);
  });

  it("say of a level beyond the target what is wrong, and nothing of a computer that was not asked", async () => {
    await start();
    setSchema(14622);
    assert.deepEqual(await firstLines("schema", {}, schema()), [
      "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
    ]);
    assert.deepEqual(said, []);
  });

  it("look at the domain of a computer that was exchanged: /PrepareAD prepares it along", async () => {
    await start();
    const first = { ...schema(), prepared: { ...planned, organization: false, domains: [] } };
    const levels = { organization: "11221", "domain contoso.com": "11221" };
    const state = { ...first, forest: "contoso.com", levels, adopted: false, windowsBuild: null };
    prepareForest();
    const elsewhere = { ...first, computer: { ...dc1(), domain: "emea.contoso.com" } };
    const { outs } = await update("organization", state, elsewhere, log);
    assert.deepEqual(outs.levels, { organization: "11221", "domain emea.contoso.com": "11221" });
    assert.equal(outs.adopted, true);
  });

  it("warn on refresh of an upgraded server whose object the directory no longer shows", async () => {
    await start();
    const store = lab.directory?.store;
    assert.ok(store);
    const levels = { "Client Access": "8.1.240.6", "Management Tools": "8.1.240.6" };
    for (const key of ["ClientAccessRole", "AdminTools"])
      for (const value of ["ConfiguredVersion", "UnpackedVersion"])
        lab
          .computer("cas-lon.contoso.com")
          .registry.set(`HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\${key}`, value, "8.1.240.6");
    const { server: dnOf } = directoryNames(contoso);
    store.modify(dnOf("cas-lon.contoso.com"), [
      { operation: "replace", attribute: "networkAddress", values: ["ncacn_ip_tcp:other.contoso.com"] },
    ]);
    const state = { ...server("cas-lon.contoso.com"), forest: "contoso.com", levels, adopted: true };
    const { props } = await read("server", "cas-lon.contoso.com/server", state, log);
    assert.deepEqual(props.levels, levels);
    assert.deepEqual(said, [
      "warning cas-lon.contoso.com: drift: the directory does not show the server's object with its version [XU-DRIFT]",
    ]);
  });

  it("warn on refresh of Windows that was upgraded after Exchange was (D5), and of nothing else", async () => {
    await start();
    const windows = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    const levels = { "Client Access": "8.0.685.25", "Management Tools": "8.0.685.25" };
    const refresh = async (windowsBuild: number | null, now: string) => {
      said = [];
      lab.computer("cas-lon.contoso.com").registry.set(windows, "CurrentBuildNumber", now);
      const state = { ...server("cas-lon.contoso.com"), forest: "contoso.com", levels, adopted: true };
      const { props } = await read("server", "cas-lon/server", { ...state, windowsBuild }, log);
      assert.equal(props.windowsBuild, windowsBuild, "what was recorded first stays");
      return said;
    };
    assert.deepEqual(await refresh(3790, "6002"), [
      [
        "warning D5 (must), server upgrade on cas-lon.contoso.com: Windows was upgraded to Windows Server 2008 or later with Exchange on it",
        "  Found:  Windows build 6002, and 3790 recorded in the state",
        "  Needed: the operating system that Exchange was installed on: Windows Server 2008 comes before Exchange or never",
        "  Where:  on cas-lon.contoso.com",
        "  Fix:    install Exchange 2007 SP1 on another computer with a fresh Windows Server 2008, and move what is here",
        "  Rule:   D5, the operating system is not upgraded to Windows Server 2008 before or after the upgrade (How to upgrade to Exchange 2007 SP1)",
      ].join("\n"),
    ]);
    for (const [recorded, now] of [
      [3790, "3790"],
      [6001, "6002"],
      [null, "6002"],
    ] as const)
      assert.deepEqual(await refresh(recorded, now), [], `${recorded} to ${now}`);
  });

  it("upgrade a server in a site whose name the console code page hides", async () => {
    await start({ computers: { "cas-lon.contoso.com": { codePage: 850 } } });
    const netlogon = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters";
    lab.computer("cas-lon.contoso.com").registry.set(netlogon, "DynamicSiteName", "Zürich");
    assert.deepEqual(await firstLines("server", {}, server("cas-lon.contoso.com")), []);
    assert.ok(!said.some((text) => text.includes("D10")), said.join("\n"));
  });

  it("judge the object of a server that is left of several, and its access list, where the program names the others", async () => {
    await start();
    const names = directoryNames(contoso);
    const group = `CN=First Administrative Group,${names.administrativeGroups}`;
    const older = `CN=MBX-LON,CN=Servers,${group}`;
    for (const [dn, objectClass] of [
      [group, "msExchAdminGroup"],
      [`CN=Servers,${group}`, "msExchServersContainer"],
    ] as const)
      lab.directory?.store.add(dn, new Map([["objectClass", [objectClass]]]));
    lab.directory?.store.add(
      older,
      new Map([
        ["objectClass", ["msExchExchangeServer"]],
        ["networkAddress", ["ncacn_ip_tcp:mbx-lon.contoso.com"]],
      ]),
    );
    const mailbox = (changes: Props = {}) => server("mbx-lon.contoso.com", changes);
    const two =
      "R12 (must), server upgrade on mbx-lon.contoso.com: the directory shows 2 objects of it, and nothing tells which one is the server's";
    assert.deepEqual(await firstLines("server", {}, mailbox()), [two]);
    said.splice(0);
    assert.deepEqual(await firstLines("server", {}, mailbox({ gone: { [older]: "CHG0051" } })), []);
    assert.ok(!said.some((text) => /2 objects|access control list/.test(text)), said.join("\n"));
    for (const dn of [older, `CN=Servers,${group}`, group]) lab.directory?.store.remove(dn);
  });

  it("take a computer's domain from the program where its DNS suffix is another", async () => {
    await start();
    const tcpip = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
    lab.computer("cas-lon.contoso.com").registry.set(tcpip, "Domain", "corp.example");
    lab.directory?.store.modify(directoryNames(contoso).server("cas-lon.contoso.com"), [
      { operation: "replace", attribute: "networkAddress", values: ["ncacn_ip_tcp:cas-lon.corp.example"] },
    ]);
    const at = { ...computer("cas-lon.contoso.com"), name: "cas-lon.corp.example" };
    await check("server", {}, server("cas-lon.corp.example", { computer: at }), log);
    const unseen =
      "warning R3 (must), server upgrade on cas-lon.corp.example: not verified: cas-lon.corp.example is in no domain of the forest (contoso.com, emea.contoso.com)";
    assert.ok(
      said.some((text) => text.startsWith(unseen)),
      said.join("\n"),
    );
    said.splice(0);
    const named = server("cas-lon.corp.example", { computer: { ...at, domain: "contoso.com" } });
    assert.deepEqual(await firstLines("server", {}, named), []);
    assert.ok(!said.some((text) => text.includes("in no domain")), said.join("\n"));
  });

  it("try a refused reader's password once, whatever the number of steps", async () => {
    await start();
    const before = lab.directory?.stats().binds ?? 0;
    const wrong = directory({ password: "wrong" });
    for (const name of ["dc1.contoso.com", "dc2.contoso.com", "dc3.contoso.com"])
      await check("schema", {}, schema({ directory: wrong, computer: { name }, run: "manual" }), log);
    assert.equal(said.filter((text) => text.includes("XU-DIRECTORY-LOGON")).length, 3, said.join("\n"));
    assert.equal(said.join("\n").split("\n").length, 5 + 2, "the cause stands there once");
    assert.equal((lab.directory?.stats().binds ?? 0) - before, 1);
  });

  it("read a computer once more when the line was lost meanwhile, and say so when it is lost again", async () => {
    await start();
    const { transport } = lab.computer("dc1.contoso.com");
    let connections = 0;
    let lost = 1;
    transport.atPoint = ({ at }) => {
      if (at === "ready") connections += 1;
      return at === "output" && connections <= lost ? "cut" : undefined;
    };
    const notVerified = async () => {
      await check("schema", {}, schema(), log);
      return said.splice(0).filter((text) => text.includes("not verified"));
    };
    assert.deepEqual(await notVerified(), []);
    assert.equal(connections, 2);
    await beginRun();
    connections = 0;
    lost = 2;
    const [first = ""] = await notVerified();
    assert.match(
      first,
      /^ {2}Found: {2}the SSH connection to 127\.0\.0\.1:\d+ was lost before the command had ended/m,
    );
    assert.equal(connections, 2);
  });

  /** Passwords that computers have refused. */
  const refusedLogons = () =>
    Object.values(lab.computers).reduce((sum, { counts }) => sum + counts.refusals, 0);
  const labAddress = (name: string) => `127.0.0.1:${coordinatesOf(lab).computers[name]?.port}`;
  const fqdn = (host: string) => `${host}.contoso.com`;
  /** Checks a server's step at once with others, and gives what was said in the order of the computers. */
  const checkedServers = async (names: readonly string[], changes: (name: string) => Props) => {
    await Promise.all(
      names.map(async (name) => {
        const { connection, ...rest } = computer(name);
        const changed = { ...(connection as Props), ...changes(name) };
        await check("server", {}, server(name, { computer: { ...rest, connection: changed } }), log);
      }),
    );
    return said.splice(0);
  };
  const refusedText = "tried password; the server offers publickey, password";
  const sparedText = (by: string) => `not tried further: ${by} refused it with the same password in this run`;
  /** How often each reason stands in what was said, which names many facts that were not read. */
  const reasonsIn = (texts: readonly string[], reasons: readonly string[]) =>
    reasons.filter((reason) => texts.some((text) => text.includes(reason)));

  it("make one refused logon of a mistyped password, on eight computers at once", async () => {
    await start();
    const hosts = ["cas-lon", "cas-nyc", "hub-lon", "um-lon", "mbx-lon", "tools1"];
    const present = [...hosts.map(fqdn), "cas-dub.emea.contoso.com", "mbx-dub.emea.contoso.com"];
    const texts = await checkedServers(present, () => ({ password: "wrong-password" }));
    assert.equal(refusedLogons(), 1);
    const [refuser = ""] = present.filter((name) => lab.computer(name).counts.refusals === 1);
    const lines = texts.join("\n").split("\n");
    assert.equal(lines.filter((line) => line.includes("(XU-LOGON)")).length, 7, texts.join("\n"));
    assert.ok(lines.length <= 15, texts.join("\n"));
    const told = [refusedText, sparedText(labAddress(refuser))];
    assert.equal(reasonsIn(texts, told).length, 1, texts.join("\n"));
    assert.ok(!texts.join().includes("wrong-password"));
    // The right one is another credential.
    const right = await checkedServers(present, () => ({}));
    assert.deepEqual(reasonsIn(right, ["not tried", "XU-LOGON"]), []);
  });

  it("make one refused logon in each run: two in one process do not see each other's refusals", async () => {
    await start();
    const refused: number[] = [];
    for (const run of [new Run(), new Run()]) {
      for (const name of ["cas-lon", "cas-nyc"].map(fqdn)) {
        const { connection, ...rest } = computer(name);
        const wrong = { ...(connection as Props), password: "wrong-password" };
        const inputs = server(name, { computer: { ...rest, connection: wrong } });
        await handlers.server.check(callOf(inputs, log, run), {}, inputs);
        refused.push(refusedLogons());
      }
      await run.close();
    }
    assert.deepEqual(refused, [1, 1, 2, 2]);
  });

  it("keep facts in each run: two in one process do not see what the other has read", async () => {
    await start();
    const name = "tools1.contoso.com";
    const step = stepOf("server", parseInputs("server", server(name)));
    assert.ok(step);
    const seen = async (run: Run) => {
      const { forest, computer } = await run.facts.read(step, {
        recorded: false,
        computer: true,
        unknown: [],
        fresh: true,
      });
      assert.ok(forest.schema.known && computer.roles.known);
      return [forest.schema.value, ...computer.roles.value.map(({ configured }) => configured)];
    };
    const rtm = [10637, { major: 8, minor: 0, build: 685, revision: 25 }];
    const sp1 = [11116, { major: 8, minor: 1, build: 240, revision: 6 }];
    const [first, second] = [new Run(), new Run()];
    assert.deepEqual(await seen(first), rtm);
    setSchema(11116);
    lab.computer(name).registry.set(tools, "ConfiguredVersion", "8.1.240.6");
    assert.deepEqual(await seen(first), rtm);
    assert.deepEqual(await seen(second), sp1);
    for (const run of [first, second]) await run.close();
  });

  it("make one refused logon where reader and computers share the account, whatever the form of its name", async () => {
    await start();
    const wrong = { user: "exadmin@contoso.com", password: "wrong-password" };
    const before = lab.directory?.stats().binds ?? 0;
    await check(
      "schema",
      {},
      schema({ directory: directory(wrong), computer: { name: fqdn("dc1") }, run: "manual" }),
      log,
    );
    assert.equal((lab.directory?.stats().binds ?? 0) - before, 1);
    const name = "cas-lon.contoso.com";
    const texts = await checkedServers([name], () => ({ password: "wrong-password" }));
    assert.equal(refusedLogons(), 0);
    const url = lab.directory?.controllers["dc1.contoso.com"]?.url ?? "";
    assert.deepEqual(reasonsIn(texts, [sparedText(url)]), [sparedText(url)], texts.join("\n"));
  });

  it("count a logon that a jump host refused for the jump host's account, and a key that cannot be read for none", async () => {
    await start();
    const jumps = ssh2Kind();
    await jumps.prepare();
    const jump = await jumps.start({ password: "right" });
    const { port, hostKeys, user } = jump;
    const names = ["cas-lon", "cas-nyc", "hub-lon"].map(fqdn);
    const [first = ""] = names;
    try {
      const proxy = { host: "127.0.0.1", port, hostKey: hostKeys.ed25519, user, password: "wrong-password" };
      const [told = "", ...others] = await checkedServers(names, () => ({ proxy }));
      assert.ok(told.startsWith("warning XU-LOGON (must), "), told);
      assert.ok(told.includes(`: not verified: ${user} cannot log on\n`), told);
      assert.match(told, /`computer\.connection\.proxy` \(user, password\)/);
      assert.deepEqual(
        others.filter((text) => !text.includes("(XU-LOGON)")),
        [],
      );
      assert.equal(refusedLogons(), 0);
      for (const name of names) {
        const { connection, ...rest } = computer(name);
        const { password: _, ...withoutPassword } = connection as Props;
        const unreadable = { ...withoutPassword, privateKey: "no key" };
        await check("server", {}, server(name, { computer: { ...rest, connection: unreadable } }), log);
      }
      assert.match(
        said.splice(0).join("\n"),
        /XU-CREDENTIAL .*: the privateKey cannot be used: it is no private key/,
      );
      assert.deepEqual(reasonsIn(await checkedServers([first], () => ({})), ["not tried"]), []);
    } finally {
      await jump.stop();
      await jumps.cleanUp();
    }
  });

  it("follow a Setup that has written the level and still runs, instead of adopting", async () => {
    await start();
    const dc = lab.computer("dc1.contoso.com");
    dc.faults.hangAt = "Organization Preparation";
    const given = schema({ timeouts: { setup: 0.03 } });
    await assert.rejects(create("schema", given, log), /the time for Setup is over/);
    setSchema(11116);
    const letGo = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.includes("following Setup")) delete dc.faults.hangAt;
      },
    };
    const { outs } = await create("schema", schema(), letGo);
    assert.equal(outs.adopted, false);
    assert.deepEqual(runsOn("dc1.contoso.com"), ["completed"]);
  });

  it("record another domain controller of the same forest, also where the world moved on", async () => {
    await start();
    setSchema(14622);
    const olds = { ...schema(), forest: "contoso.com", levels: { schema: "11116" }, adopted: false };
    const url = lab.directory?.controllers["dc1.contoso.com"]?.plainUrl;
    const { outs } = await update("schema", olds, schema({ directory: directory({ url }) }), log);
    assert.deepEqual(outs.levels, { schema: "11116" });
    assert.equal((outs.directory as Props).url, url);
    const other = { ...olds, forest: "fabrikam.com" };
    await assert.rejects(update("schema", other, schema({ directory: directory({ url }) }), log), {
      message: [
        "schema preparation on dc1.contoso.com: `directory` now leads to another forest",
        "  Found:  contoso.com",
        "  Needed: fabrikam.com, which the state has recorded",
        "  Where:  in the program: `directory.url`",
        "  Fix:    point it at the recorded forest; another forest is another resource, with another name",
        "  Code:   XU-OTHER-FOREST",
      ].join("\n"),
    });
    assert.deepEqual(runsOn("dc1.contoso.com"), []);
  });
});
