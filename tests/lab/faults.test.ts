/** The lab's faults at a point: where a connection breaks, what a full disk takes, a domain controller that is off, a clock that jumps. */
import assert from "node:assert/strict";
import { Client } from "ssh2";
import type { Lab, SetupRun, TransportPoint } from "../../lab";
import type { DirectoryPoint } from "../../lab/directory";
import { as, readEntry } from "./directory-support";
import { levels, setup, startContoso } from "./setup-support";
import { batch, exec, makeComputer, run } from "./windows-support";

const dc1 = "dc1.contoso.com";
const tools = "tools1.contoso.com";
const prep = "CONTOSO\\prep";
const exadmin = "CONTOSO\\exadmin";

describe("faults of the lab", () => {
  let lab: Lab;
  before(async () => {
    lab = await startContoso();
  });
  after(() => lab.stop());

  describe("the points of SSH", () => {
    afterEach(() => {
      delete lab.computer(tools).transport.atPoint;
    });

    /** The points of one connection with one command that is fed, in order; pieces of the same one after the other once. */
    const pointsOf = async (cutAt?: TransportPoint["at"]): Promise<readonly string[]> => {
      const points: string[] = [];
      lab.computer(tools).transport.atPoint = ({ at }) => {
        if (points.at(-1) !== at) points.push(at);
        return at === cutAt ? "cut" : undefined;
      };
      const { user, password } = lab.connection(tools, exadmin);
      const line = 'findstr "^" >C:\\fed.txt&echo x>C:\\ran.txt&type C:\\fed.txt';
      const { port } = lab.computer(tools);
      const client = new Client();
      client.on("error", () => undefined);
      const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
      const ready = new Promise<void>((resolve) => client.once("ready", () => resolve()));
      client.connect({ host: "127.0.0.1", port, username: user, password });
      await Promise.race([ready.then(() => exec(client, line, "text\r\n")), closed]);
      client.end();
      return points;
    };
    const order = [
      "connected",
      "handshake",
      "authentication",
      "ready",
      "command",
      "started",
      "input",
      "output",
      "ended",
    ] as const;

    it("are told in their order", async () => {
      assert.deepEqual(await pointsOf(), order);
    });

    for (const at of order.slice(0, 3))
      it(`break a connection at ${at}: nobody is logged on`, async () => {
        const { logons } = lab.computer(tools).counts;
        assert.equal((await pointsOf(at)).at(-1), at);
        assert.equal(lab.computer(tools).counts.logons, logons);
      });

    for (const [at, ran] of [
      ["command", false],
      ["started", true],
      ["output", true],
      ["ended", true],
    ] as const)
      it(`break a connection at ${at}: the command ${ran ? "goes on" : "is not started"}`, async () => {
        const { files } = lab.computer(tools);
        if (files.kind("C:\\ran.txt") !== null) files.remove("C:\\ran.txt");
        const points = await pointsOf(at);
        assert.deepEqual(points.slice(0, order.indexOf(at) + 1), order.slice(0, order.indexOf(at) + 1));
        for (let tries = 0; ran && files.kind("C:\\ran.txt") === null && tries < 400; tries++)
          await new Promise((resolve) => setTimeout(resolve, 5));
        assert.equal(files.kind("C:\\ran.txt"), ran ? "file" : null);
      });

    it("break an upload: the command reads an end instead", async () => {
      await pointsOf("input");
      for (let tries = 0; lab.computer(tools).files.kind("C:\\ran.txt") === null && tries < 400; tries++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(lab.computer(tools).files.read("C:\\fed.txt").length, 0);
    });
  });

  describe("a domain controller", () => {
    const schemaOn = (fqdn: string) =>
      as(
        lab.directory ?? assert.fail(),
        "reader",
        (client) =>
          readEntry(client, "CN=ms-Exch-Schema-Version-Pt,CN=Schema,CN=Configuration,DC=contoso,DC=com"),
        { fqdn },
      );

    it("that is off breaks what is open and what comes, and answers again when it is on", async () => {
      const directory = lab.directory ?? assert.fail();
      directory.switchOff("dc2.contoso.com");
      await assert.rejects(schemaOn("dc2.contoso.com"));
      assert.equal((await schemaOn(dc1)).rangeUpper, "10637");
      directory.switchOn("dc2.contoso.com");
      assert.equal((await schemaOn("dc2.contoso.com")).rangeUpper, "10637");
    });

    it("tells the points of a connection, and breaks it at any", async () => {
      const faults = lab.directory?.faultsOf("dc2.contoso.com") ?? assert.fail();
      const points: DirectoryPoint[] = [];
      faults.atPoint = (point) => {
        points.push(point);
        return undefined;
      };
      await schemaOn("dc2.contoso.com");
      assert.deepEqual(points, ["connected", "bind", "answer", "search", "answer"]);
      for (const at of new Set(points)) {
        faults.atPoint = (point) => (point === at ? "cut" : undefined);
        await assert.rejects(schemaOn("dc2.contoso.com"), at);
      }
      delete faults.atPoint;
      assert.equal((await schemaOn("dc2.contoso.com")).rangeUpper, "10637");
    });
  });

  describe("a computer", () => {
    afterEach(() => {
      lab.computer(dc1).files.room = Number.POSITIVE_INFINITY;
      lab.computer(dc1).computer.clockAheadMs = 0;
    });

    it("whose disk is full fails Setup in its phase, and has no word of it in the log", async () => {
      lab.computer(dc1).files.room = 0;
      const { stdout, code } = await setup(lab, dc1, prep, "/PrepareSchema");
      assert.equal(code, 1);
      assert.match(
        stdout,
        /Organization Preparation +\.+ FAILED\r\n {5}There is not enough space on the disk\./,
      );
      assert.equal((await levels(lab)).schema, 10637);
    });

    it("whose clock is ahead dates its log and its shutdown by it", async () => {
      lab.computer(dc1).computer.clockAheadMs = 365 * 86_400_000;
      const { computer, files, registry } = lab.computer(dc1);
      const year = String(computer.now().getUTCFullYear());
      assert.equal(Number(year), new Date().getUTCFullYear() + 1);
      await setup(lab, dc1, prep, "/PrepareSchema");
      const written = files.read("C:\\ExchangeSetupLogs\\ExchangeSetup.log").toString();
      assert.match(written, new RegExp(`/${year} .*Starting Microsoft Exchange 2007 Setup`));
      computer.restart();
      const time = registry.get("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows", "ShutdownTime")?.data;
      assert.ok(Buffer.isBuffer(time));
      const shutdown = new Date(Number(time.readBigUInt64LE() / 10_000n - 11_644_473_600_000n));
      assert.equal(String(shutdown.getUTCFullYear()), year);
    });

    it("tells every run and every phase of Setup", async () => {
      const told: string[] = [];
      const { faults } = lab.computer(tools);
      faults.atRun = ({ result }: SetupRun) => void told.push(result);
      faults.atPhase = (phase, when) => void told.push(`${when} ${phase}`);
      await setup(lab, tools, exadmin, "/m:upgrade");
      assert.equal(told[0], "running");
      assert.deepEqual(told.slice(1, 3), ["before Preparing Setup", "after Preparing Setup"]);
      assert.deepEqual(told.slice(-3), ["before Finalizing Setup", "after Finalizing Setup", "completed"]);
      delete faults.atRun;
      delete faults.atPhase;
    });
  });
});

describe("a full disk of the simulated Windows", () => {
  it("takes what fits, and says so to who asks", async () => {
    const computer = makeComputer();
    computer.files.room = 4;
    const echo = await run(computer, "(echo 123456)>C:\\full.txt&&echo written||echo refused");
    assert.equal(echo.stdout, "refused\r\n");
    assert.equal(echo.stderr, "There is not enough space on the disk.\r\n");
    assert.equal(computer.files.read("C:\\full.txt").toString(), "1234");
  });

  it("loses the output of a program that does not look", async () => {
    const computer = makeComputer();
    computer.files.room = 0;
    assert.equal((await run(computer, 'findstr "^" >C:\\full.txt', { stdin: "text\r\n" })).code, 0);
    assert.equal(computer.files.read("C:\\full.txt").length, 0);
  });

  it("is told by icacls, which can save again when there is room", async () => {
    const computer = makeComputer();
    computer.files.makeFolder("C:\\folder");
    const save = "icacls C:\\folder /save C:\\acl.tmp";
    computer.files.room = 10;
    const full = await run(computer, save);
    assert.deepEqual(
      [full.code, full.stderr],
      [112, "C:\\acl.tmp: There is not enough space on the disk.\r\n"],
    );
    computer.files.room = Number.POSITIVE_INFINITY;
    assert.equal((await run(computer, save)).code, 0);
  });

  it("leaves a batch file's number empty, and lets names be changed and things be removed", async () => {
    const computer = makeComputer();
    batch(
      computer,
      "C:\\t.cmd",
      "@echo off",
      ">C:\\n.tmp echo 7",
      "move /y C:\\n.tmp C:\\n.txt >nul",
      "rd C:\\gone",
    );
    computer.files.makeFolder("C:\\gone");
    computer.files.room = 0;
    await run(computer, "C:\\t.cmd");
    assert.equal(computer.files.read("C:\\n.txt").length, 0);
    assert.equal(computer.files.kind("C:\\gone"), null);
  });
});
