/** The two gates on the lab, without the engine: what they read, refuse and prove. */

import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { offeredText } from "../../lib/releases";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, checkGate, createGate, diffGate } from "../frontDoor";
import { verifiedBefore } from "./builder";

const preview = { __stage: unknownValue };
const up = { __stage: "up" };

describe("the gates on the lab", function () {
  this.timeout(60_000);
  let lab: Lab;
  let said: string[];
  const log = {
    info: async (text: string) => void said.push(`info ${text}`),
    warn: async (text: string) => void said.push(`warning ${text}`),
    progress: async () => undefined,
  };

  const start = async (release: "2007 RTM" | "2007 SP1") => {
    said = [];
    const computers = contoso.computers.map((each) => (each.release === null ? each : { ...each, release }));
    lab = await startLab({ ...contoso, release: "2007 SP1", computers }, { setupSeconds: 0.01 });
  };
  afterEach(async () => {
    await beginRun();
    await lab.stop();
  });

  const computer = (name: string, changes: Props = {}): Props => {
    const { computers, accounts } = coordinatesOf(lab);
    return {
      name,
      media: "D:\\SP1",
      connection: { ...computers[name], ...accounts["CONTOSO\\exadmin"] },
      ...changes,
    };
  };
  const server = (name: string, changes: Props = {}): Props => ({
    kind: "server",
    computer: computer(name),
    prepared: verifiedBefore,
    ...changes,
  });
  const inputs = (steps: { readonly [name: string]: Props }, changes: Props = {}): Props => ({
    target: "2007 SP1",
    directory: { ...coordinatesOf(lab).directory, ...coordinatesOf(lab).accounts["CONTOSO\\reader"] },
    steps,
    ...changes,
  });
  const two = () => ({
    "cas-lon": server("cas-lon.contoso.com", { internetFacing: true }),
    "hub-lon": server("hub-lon.contoso.com", { after: ["cas-lon"] }),
  });
  const logons = () => Object.values(lab.computers).reduce((sum, { counts }) => sum + counts.logons, 0);
  const reasons = async (kind: "readiness" | "verification", olds: Props, news: Props) =>
    (await checkGate(kind, olds, news, log)).failures.map(({ reason }) => reason);

  it("read each computer once, whichever of them asks", async () => {
    await start("2007 RTM");
    const news = inputs(two(), preview);
    assert.deepEqual(await reasons("readiness", {}, news), []);
    assert.deepEqual(await reasons("verification", {}, news), []);
    assert.equal(logons(), 2);
    assert.deepEqual(said, ["info 2 steps: 2 to do, 0 done"]);
  });

  it("count a server without Exchange apart, as neither done nor to do", async () => {
    await start("2007 RTM");
    const steps = { ...two(), dc1: server("dc1.contoso.com") };
    await reasons("readiness", {}, inputs(steps, preview));
    assert.deepEqual(
      said.filter((line) => line.startsWith("info")),
      ["info 3 steps: 2 to do, 0 done, 1 with nothing to upgrade"],
    );
  });

  it("ask no computer that the directory shows at the target, where the state has the gate with it", async () => {
    await start("2007 SP1");
    const news = inputs(two(), preview);
    assert.deepEqual(await reasons("readiness", {}, news), []);
    assert.equal(logons(), 2);
    await beginRun();
    // As the engine does it: check gets the inputs of the last run, and none of what create answered.
    for (const kind of ["readiness", "verification"] as const)
      assert.deepEqual(await reasons(kind, inputs(two(), up), news), []);
    assert.equal(logons(), 2);
    assert.deepEqual(said, []);
    const lon = server("cas-lon.contoso.com", { internetFacing: true });
    const others: readonly Props[] = [
      inputs({ "cas-lon": lon }, up),
      inputs({ ...two(), "hub-lon": server("mbx-lon.contoso.com") }, up),
      inputs(two(), { ...up, target: "2007 SP2" }),
      {},
    ];
    for (const [i, other] of others.entries()) {
      await beginRun();
      const before = logons();
      assert.deepEqual(await reasons("readiness", other, news), []);
      assert.equal(logons() - before, [1, 1, 2, 2][i], `state ${i}`);
    }
  });

  it("go on without a finished server that has been switched off, also where another one comes", async () => {
    await start("2007 SP1");
    const olds = await createGate("readiness", inputs(two(), up), log);
    await beginRun();
    lab.computer("cas-lon.contoso.com").transport.refuse = true;
    const more = inputs({ ...two(), "mbx-lon": server("mbx-lon.contoso.com", { after: ["hub-lon"] }) }, up);
    assert.deepEqual(await reasons("readiness", inputs(two(), up), more), []);
    assert.deepEqual(await diffGate("readiness", olds, more), { changes: true });
    assert.equal((await createGate("readiness", more, log, olds)).ready, true);
  });

  it("record Windows of each server when they first see it, and hold D5 against what it is later", async () => {
    await start("2007 RTM");
    const windows = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    const set = (name: string, build: string) =>
      lab.computer(name).registry.set(windows, "CurrentBuildNumber", build);
    const steps = {
      "cas-lon": server("cas-lon.contoso.com", {
        internetFacing: true,
        waive: { D5: "CHG0042: it was there" },
      }),
      "hub-lon": server("hub-lon.contoso.com", { after: ["cas-lon"], waive: { D3: "CHG0043" } }),
    };
    set("cas-lon.contoso.com", "6001");
    const planned = await checkGate("readiness", {}, inputs(steps, preview), log);
    assert.deepEqual([planned.inputs.windows, planned.failures], [unknownValue, []]);
    const first = await checkGate("readiness", {}, inputs(steps, up), log);
    assert.deepEqual(first.failures, []);
    assert.deepEqual(first.inputs.windows, { "cas-lon.contoso.com": 6001, "hub-lon.contoso.com": 3790 });

    // Recorded, it needs no waiver any more; the other one has been upgraded in between.
    set("hub-lon.contoso.com", "6002");
    const later = { ...steps, "cas-lon": server("cas-lon.contoso.com", { internetFacing: true }) };
    await beginRun();
    const shown = await checkGate("readiness", first.inputs, inputs(later, preview), log);
    assert.deepEqual(shown.inputs.windows, first.inputs.windows);
    const refused = [
      "nothing was started: 1 finding on 1 computer: 1 broken; the worst come first",
      [
        "hub-lon.contoso.com",
        "D5 (must), server upgrade on hub-lon.contoso.com: Windows was upgraded to Windows Server 2008 or later with Exchange on it",
        "  Found:  Windows build 6002, and 3790 recorded in the state",
        "  Needed: the operating system that Exchange was installed on: Windows Server 2008 comes before Exchange or never",
        "  Where:  on hub-lon.contoso.com",
        "  Fix:    install Exchange 2007 SP1 on another computer with a fresh Windows Server 2008, and move what is here",
        "  Rule:   D5, the operating system is not upgraded to Windows Server 2008 before or after the upgrade (How to upgrade to Exchange 2007 SP1)",
      ].join("\n"),
    ];
    assert.deepEqual(await reasons("verification", {}, inputs(later, preview)), refused);
    const again = await checkGate("readiness", first.inputs, inputs(later, up), log);
    assert.deepEqual(
      again.failures.map(({ reason }) => reason),
      refused,
    );
    assert.deepEqual(again.inputs.windows, first.inputs.windows, "what was recorded first stays");
    assert.deepEqual(
      await diffGate("readiness", await createGate("readiness", { ...first.inputs, steps: {} }, log), {
        ...again.inputs,
        steps: {},
      }),
      { changes: false },
    );
    // The next test starts without this record.
    await checkGate("readiness", {}, inputs(later, preview), log);
  });

  it("refuse arguments that cannot be used: in preview at the end, in up before anything", async () => {
    await start("2007 RTM");
    const steps = { ...two(), "mbx-lon": server("mbx-lon.contoso.com", { computer: { name: "mbx-lon" } }) };
    const refused = [
      "one argument cannot be used: mbx-lon: computer.name: is not a fully qualified domain name such as cas1.contoso.com\n" +
        "  Where:  in the program\n  Fix:    correct it; nothing was started\n  Code:   XU-ARGUMENT",
    ];
    assert.deepEqual(await reasons("readiness", {}, inputs(steps, preview)), []);
    assert.deepEqual(said, [
      "warning pulumi up will refuse: one argument cannot be used: mbx-lon: computer.name: is not a fully qualified domain name such as cas1.contoso.com [XU-ARGUMENT]",
      "info 3 steps: 2 to do, 0 done, 1 not read",
    ]);
    assert.deepEqual(await reasons("verification", {}, inputs(steps, preview)), refused);
    assert.deepEqual(await reasons("readiness", {}, inputs(steps, up)), refused);
    for (const kind of ["readiness", "verification"] as const)
      await assert.rejects(createGate(kind, inputs(steps, up), log), { message: refused[0] });
  });

  it("say once, in the program's own words, what many steps take from one place", async () => {
    await start("2007 RTM");
    const changeWindow = { start: "2026-12-05 22:00", end: "2026-12-06T06:00" };
    const placed = (key: string, elsewhere: Props, changes: Props = {}) =>
      server(`${key}.contoso.com`, {
        changeWindow,
        ...changes,
        place: { at: `servers[${JSON.stringify(key)}]`, elsewhere },
      });
    const steps = {
      "cas-lon": placed("cas-lon", { changeWindow: "changeWindow" }, { internetFacing: true }),
      "hub-lon": placed("hub-lon", { changeWindow: "changeWindow" }, { after: ["cas-lon"] }),
      "mbx-lon": placed(
        "mbx-lon",
        { "timeouts.setup": "defaults.timeouts.setup" },
        { timeouts: { setup: 0 } },
      ),
    };
    const form = 'is not a local date and time such as "2026-12-05T22:00"';
    assert.deepEqual(await reasons("readiness", {}, inputs(steps, up)), [
      [
        `3 arguments cannot be used: changeWindow.start: ${form}`,
        "  and   defaults.timeouts.setup: too small: expected number to be >0",
        `  and   servers["mbx-lon"].changeWindow.start: ${form}`,
        "  Where:  in the program",
        "  Fix:    correct them; nothing was started",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    ]);
  });

  it("leave a target that is not offered to the steps in preview, and refuse it in up before any of them", async () => {
    await start("2007 RTM");
    const refused = (problem: string, target: string, otherwise = "") => [
      [
        `R1 (must), server upgrade on cas-lon.contoso.com: "${target}" ${problem}`,
        `  Found:  target "${target}"`,
        `  Needed: one of ${offeredText}`,
        "  Where:  in the program: `target`",
        `  Fix:    set \`target\` to a release that is offered${otherwise}`,
        "  Rule:   R1, the target is a release that this version offers (supported transitions)",
      ].join("\n"),
    ];
    const of = (target: unknown) => inputs(two(), { ...up, target });
    assert.deepEqual(
      await reasons("readiness", {}, of("2007 RTM")),
      refused("is not offered as a target", "2007 RTM"),
    );
    const unheard = refused(
      "is no Exchange release that is known",
      "2007 SP9",
      "; a release that came out later is defined with defineRelease, and passed in `releases`",
    );
    assert.deepEqual(await reasons("readiness", {}, of("2007 SP9")), unheard);
    await assert.rejects(createGate("readiness", of("2007 SP9"), log), { message: unheard[0] });
    for (const target of ["2019 RTM", "2007 RTM", unknownValue]) {
      assert.deepEqual(await reasons("readiness", {}, inputs(two(), { ...preview, target })), []);
      assert.deepEqual(await reasons("verification", {}, inputs(two(), { ...preview, target })), []);
    }
    assert.equal(logons(), 0);
  });

  it("refuse in create, too, what check has not seen", async () => {
    await start("2007 RTM");
    const steps = { "hub-lon": server("hub-lon.contoso.com", { roles: ["Mailbox"] }) };
    await assert.rejects(createGate("readiness", inputs(steps, up), log), {
      message: [
        "nothing was started: 2 findings on 1 computer: 1 broken, 1 recommended; the worst come first",
        "hub-lon.contoso.com",
        "R9 (must), server upgrade on hub-lon.contoso.com: it carries Hub Transport, and the program takes it for Mailbox",
        "  Found:  Hub Transport below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
        "  Needed: the roles that the program gives: Mailbox",
        "  Where:  in the program: `roles`",
        "  Fix:    correct `roles`: the order of the servers is made from them",
        "  Rule:   R9, the roles and the site that the program gives are the server's own (the order of the servers)",
        "D3 (should), server upgrade on hub-lon.contoso.com: Client Access servers should come first, and cas-dub.emea.contoso.com, cas-lon.contoso.com and cas-nyc.contoso.com are not upgraded before this server",
        "  Found:  cas-dub.emea.contoso.com: Version 8.0 (Build 30685.24); cas-lon.contoso.com: Version 8.0 (Build 30685.24); cas-nyc.contoso.com: Version 8.0 (Build 30685.24)",
        "  Needed: the Client Access servers upgraded before servers of other roles",
        "  Where:  in the program: the argument `after`",
        "  Fix:    put cas-dub.emea.contoso.com, cas-lon.contoso.com and cas-nyc.contoso.com in `after`; if one of them is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason",
        "  Rule:   D3, Client Access servers come first, and of those the ones that face the Internet (How to upgrade to Exchange 2007 SP1)",
      ].join("\n"),
    });
  });

  it("prove what is at the target, and name what is not", async () => {
    await start("2007 SP1");
    const proven = await createGate("verification", inputs(two(), up), log);
    assert.deepEqual(proven.proven, {
      "cas-lon": "Client Access 8.1.240.6 (2007 SP1), Management Tools 8.1.240.6 (2007 SP1)",
      "hub-lon": "Hub Transport 8.1.240.6 (2007 SP1), Management Tools 8.1.240.6 (2007 SP1)",
    });
    const key = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\HubTransportRole";
    lab.computer("hub-lon.contoso.com").registry.set(key, "Watermark", "Hub Transport Server Role");
    await assert.rejects(createGate("verification", inputs(two(), up), log), {
      message: [
        "1 step is not proven",
        "D13 (must), server upgrade on hub-lon.contoso.com: 2007 SP1 cannot be proven",
        "  Found:  Hub Transport 8.1.240.6 (2007 SP1), watermark Hub Transport Server Role left by an unfinished Setup, Management Tools 8.1.240.6 (2007 SP1)",
        "  Needed: everything that the step changes at 2007 SP1, without a watermark",
        "  Where:  in the directory and, for a server, in the registry of hub-lon.contoso.com",
        "  Fix:    remove the reason, then run pulumi up again, also with the same approved plan: Setup may be run again (D2)",
        "  Rule:   D13, the upgrade is verified afterwards (How to upgrade to Exchange 2007 SP1)",
      ].join("\n"),
    });
  });

  it("are other gates with another server, and the same with another password", async () => {
    await start("2007 SP1");
    const steps = two();
    const olds = await createGate("verification", inputs(steps, up), log);
    assert.deepEqual(await diffGate("verification", olds, inputs(steps, up)), { changes: false });
    const { connection } = steps["cas-lon"].computer as { readonly connection: Props };
    const rotated = computer("cas-lon.contoso.com", { connection: { ...connection, password: "Rotated-1" } });
    const renewed = { ...steps, "cas-lon": { ...steps["cas-lon"], computer: rotated } };
    assert.deepEqual(await diffGate("verification", olds, inputs(renewed, up)), { changes: false });
    const more = { ...steps, "mbx-lon": server("mbx-lon.contoso.com") };
    assert.deepEqual(await diffGate("verification", olds, inputs(more, up)), { changes: true });
    assert.ok(!JSON.stringify(olds).includes(String(connection.password)));
  });

  describe("the one before a server's commands", () => {
    const name = "cas-lon.contoso.com";
    const gate = (changes: Props): Props => {
      const { steps: _, ...shared } = inputs({});
      return {
        ...shared,
        computer: computer(name),
        prepared: verifiedBefore,
        internetFacing: true,
        ...changes,
      };
    };
    const failures = async (olds: Props, changes: Props) =>
      (await checkGate("commands", olds, gate(changes), log)).failures.map(({ reason }) => reason);
    const summaries = async (olds: Props, changes: Props) =>
      (await failures(olds, changes)).map((reason) => reason.split("\n")[0]);

    it("refuses in up, and not in preview, what the upgrade itself would refuse", async () => {
      await start("2007 RTM");
      lab.computer(name).registry.set("HKLM\\SOFTWARE\\Microsoft\\Updates", "UpdateExeVolatile", 1);
      const changeWindow = { start: "2020-01-04T22:00", end: "2020-01-05T04:00" };
      assert.deepEqual(await failures({}, { ...preview, changeWindow }), []);
      assert.deepEqual(await summaries({}, { ...up, changeWindow }), [
        "R7 (must), server upgrade on cas-lon.contoso.com: Windows waits for a restart",
        "R10 (must), server upgrade on cas-lon.contoso.com: the change window is over",
      ]);
      // Passed once is not passed for ever: another command may have failed since.
      assert.equal((await summaries(gate({}), { ...up, changeWindow })).length, 2);
      lab.computer(name).registry.remove("HKLM\\SOFTWARE\\Microsoft\\Updates", "UpdateExeVolatile");
      assert.deepEqual(await failures({}, up), []);
      assert.deepEqual(said, []);
    });

    it("refuses in up arguments and targets that the upgrade would refuse", async () => {
      await start("2007 RTM");
      assert.deepEqual(await failures({}, { ...preview, target: "2007 RTM" }), []);
      assert.deepEqual(await summaries({}, { ...up, target: "2007 RTM" }), [
        'R1 (must), server upgrade on cas-lon.contoso.com: "2007 RTM" is not offered as a target',
      ]);
      assert.deepEqual(await summaries({}, { ...up, site: "" }), [
        "one argument cannot be used: site: too small: expected string to have >=1 characters",
      ]);
      assert.deepEqual(await summaries({}, { ...up, site: unknownValue }), [
        "one argument cannot be used: site: not known",
      ]);
    });

    it("refuses in up to copy media with a logon that is refused, once for all that share it, and judges nothing else", async () => {
      await start("2007 RTM");
      lab.computer(name).registry.set("HKLM\\SOFTWARE\\Microsoft\\Updates", "UpdateExeVolatile", 1);
      const media = (host: string, password?: string): Props => {
        const { connection, ...rest } = computer(host);
        const changed = { ...(connection as Props), ...(password === undefined ? {} : { password }) };
        return { __mediaOf: "server", computer: { ...rest, connection: changed } };
      };
      const text = (host: string, why: string) =>
        [
          `no media are copied to ${host}: it could not be logged on to`,
          `  Found:  ${why}`,
          "  Needed: a connection that logs on: each copy makes one of its own, and waits without end where nothing answers",
          "  Where:  in the program: `computer.connection`",
          "  Fix:    correct the connection, or see to the computer; then run pulumi up again",
          "  Code:   XU-COMMANDS-MEDIA",
        ].join("\n");
      const other = "cas-nyc.contoso.com";
      const [first, second] = [name, other].map((host) => `127.0.0.1:${lab.computer(host).port}`);
      assert.deepEqual(await failures({}, { ...up, ...media(name, "Wrong-1") }), [
        text(
          name,
          `${first} refused the logon of CONTOSO\\exadmin: tried password; the server offers publickey, password. Check user, ` +
            "password and key of the connection, and that the account may log on over SSH (on Windows: " +
            '"Access this computer from the network").',
        ),
      ]);
      assert.deepEqual(await failures({}, { ...up, ...media(other, "Wrong-1") }), [
        text(
          other,
          `the logon of CONTOSO\\exadmin is not tried on ${second}, so that the account is not locked: ${first} refused it with ` +
            "the same password in this run, and each refused logon counts. Check user and password, then run it again",
        ),
      ]);
      assert.deepEqual(await failures({}, { ...preview, ...media(name, "Wrong-1") }), []);
      assert.equal(lab.computer(name).counts.refusals + lab.computer(other).counts.refusals, 1);
      // A pending restart is the upgrade's matter.
      assert.deepEqual(await failures({}, { ...up, ...media(name) }), []);
    });

    it("refuses in up to copy media for a preparation with a logon that is refused, and not where it is done", async () => {
      const media = (changes: Props = {}): Props => {
        const { connection, ...rest } = computer("dc1.contoso.com");
        const { prepared: _, internetFacing: __, ...own } = gate({ ...up, __mediaOf: "schema" });
        return { ...own, computer: { ...rest, connection: { ...(connection as Props), ...changes } } };
      };
      const reasons = async (news: Props) =>
        (await checkGate("commands", {}, news, log)).failures.map(({ reason }) => reason);
      await start("2007 SP1");
      assert.deepEqual(await reasons(media({ password: "Wrong-1" })), []);
      await beginRun();
      await lab.stop();
      lab = await startLab(contoso, { setupSeconds: 0.01 });
      const { port, counts } = lab.computer("dc1.contoso.com");
      assert.deepEqual(await reasons(media({ password: "Wrong-1" })), [
        [
          "no media are copied to dc1.contoso.com: it could not be logged on to",
          `  Found:  127.0.0.1:${port} refused the logon of CONTOSO\\exadmin: tried password; the server offers publickey, password. Check ` +
            "user, password and key of the connection, and that the account may log on over SSH (on Windows: " +
            '"Access this computer from the network").',
          "  Needed: a connection that logs on: each copy makes one of its own, and waits without end where nothing answers",
          "  Where:  in the program: `computer.connection`",
          "  Fix:    correct the connection, or see to the computer; then run pulumi up again",
          "  Code:   XU-COMMANDS-MEDIA",
        ].join("\n"),
      ]);
      assert.equal(counts.refusals, 1);
      await beginRun();
      assert.deepEqual(await reasons(media()), []);
      assert.deepEqual(said, []);
    });

    it("lets what is done pass, and says once that its commands are run all the same", async () => {
      await start("2007 SP1");
      const changeWindow = { start: "2020-01-04T22:00", end: "2020-01-05T04:00" };
      assert.deepEqual(await failures({}, { ...preview, changeWindow }), []);
      assert.deepEqual(await failures({}, { ...up, changeWindow }), []);
      const told =
        "warning cas-lon.contoso.com: it is at 2007 SP1 already, and its `commands` are run all the same: leave them out [XU-COMMANDS]";
      assert.deepEqual(said, [told, told]);
      await beginRun();
      const before = logons();
      assert.deepEqual(await failures(gate({}), { ...up, changeWindow }), []);
      assert.equal(logons(), before, "a server that is recorded and at the target is not asked");
      assert.equal(said.length, 2);
    });

    it("is made again for another target or computer only", async () => {
      await start("2007 SP1");
      const outs = await createGate("commands", gate(up), log);
      const changes = async (news: Props) =>
        (await diffGate("commands", outs, gate({ ...up, ...news }))).changes;
      assert.equal(await changes({}), false);
      assert.equal(await changes({ computer: computer(name, { media: "E:\\SP1" }), site: "London" }), false);
      assert.equal(await changes({ target: "2007 SP2" }), true);
      assert.equal(await changes({ computer: computer("cas-nyc.contoso.com") }), true);
    });
  });
});
