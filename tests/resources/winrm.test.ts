/** Steps whose computers are reached over WinRM, on the lab: its listeners take tickets of MIT Kerberos, and only what is sealed. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { coordinatesOf } from "../../lab/coordinates";
import { fabrikam } from "../../lab/fabrikam";
import { ClockSkew, openSession } from "../../lib/host";
import { KerberosLogon } from "../../lib/host/transport/winrm/kerberos";
import { Logons } from "../../lib/logons";
import type { StepKind } from "../../lib/model";
import type { Props } from "../../lib/wire/values";
import { check, create } from "../frontDoor";
import { describeWith } from "../skip";
import { LabSteps } from "./lab-steps";

const ex1 = "ex1.fabrikam.com";
const prep1 = "prep1.fabrikam.com";
const jump = "ex2.fabrikam.com";

describeWith(["kdc"], "a computer over WinRM", function () {
  this.timeout(120_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  beforeEach(() => steps.start({ winrm: { kerberos: "mit", https: true } }, fabrikam));
  afterEach(() => steps.stop());

  const secretOf = (name: string) =>
    fabrikam.accounts.find((each) => each.name === name)?.password ?? assert.fail(name);
  const directory = (): Props => {
    const { directory, accounts } = coordinatesOf(steps.lab);
    return { ...directory, ...accounts["FABRIKAM\\reader"] };
  };
  const winrm = () => ({ kdc: [`127.0.0.1:${steps.lab.kdcs["fabrikam.com"]?.port}`] });
  const inputs = (name: string, account: string, changes: Props, ofConnection: Props = {}): Props => ({
    target: "SE RTM",
    directory: directory(),
    computer: {
      name,
      media: "D:\\SE",
      connection: {
        winrm: winrm(),
        host: "127.0.0.1",
        port: steps.lab.computer(name).winrm?.port,
        user: `${account}@fabrikam.com`,
        password: secretOf(account),
        dialErrorLimit: 0,
        ...ofConnection,
      },
    },
    run: "scheduled",
    account: { name: `FABRIKAM\\${account}`, password: secretOf(account) },
    ...changes,
  });
  const answers = { acceptLicenseTerms: true, diagnosticData: false };
  const planned = { target: "SE RTM", from: "2019 CU14 or 2019 CU15", schema: true, organization: false };
  const organization = (ofConnection: Props = {}, changes: Props = {}): Props =>
    inputs(
      prep1,
      "prep",
      { setup: answers, prepared: { ...planned, domains: [] }, ...changes },
      ofConnection,
    );
  const server = (ofConnection: Props = {}, changes: Props = {}): Props =>
    inputs(
      ex1,
      "exadmin",
      {
        setup: { ...answers, extendedProtection: "on" },
        maintenance: "none",
        prepared: { ...planned, organization: true, domains: ["fabrikam.com"] },
        ...changes,
      },
      ofConnection,
    );
  const saysNoSecret = (text: string) => {
    for (const { password } of fabrikam.accounts) assert.ok(!text.includes(password), text);
  };
  /** What preview refuses, and why it could not read the computer. */
  const refusals = async (kind: StepKind, news: Props): Promise<readonly string[]> => {
    said.splice(0);
    const { failures } = await check(kind, {}, news, log);
    saysNoSecret(said.join("\n"));
    const warnings = said.flatMap((text) => /^warning (XU-.*)$/s.exec(text)?.[1] ?? []);
    return [...failures.map(({ reason }) => reason), ...warnings];
  };

  it("is prepared and upgraded by tasks that are registered over it, and never connected to over SSH", async () => {
    assert.deepEqual(await refusals("organization", organization()), []);
    const prepared = await create("organization", organization(), log);
    assert.deepEqual(prepared.outs.levels, { organization: "16763", "domain fabrikam.com": "13243" });
    assert.deepEqual(await refusals("server", server()), []);
    const { outs } = await create("server", server(), log);
    assert.equal((outs.levels as Props).Mailbox, "15.2.2562.17");
    for (const name of [prep1, ex1]) {
      const host = steps.lab.computer(name);
      assert.deepEqual(steps.runsOn(name), ["completed"]);
      assert.equal(host.counts.logons, 0);
      assert.ok((host.winrm?.counts.commands ?? 0) > 10);
      assert.equal(host.winrm?.counts.refusals, 0);
    }
    const text = said.join("\n");
    saysNoSecret(text);
    assert.doesNotMatch(text, /SSH/);
  });

  it("is reached through a jump host, as is the domain controller that directory names", async () => {
    const { computers, accounts } = coordinatesOf(steps.lab);
    const proxy = { ...computers[jump], ...accounts["FABRIKAM\\exadmin"] };
    const through = { winrm: true, port: 5985, proxy };
    await create("organization", organization({ ...through, host: prep1 }), log);
    await create("server", server({ ...through, host: ex1 }), log);
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
    assert.equal(steps.lab.computer(ex1).counts.logons, 0);
    assert.ok(steps.lab.computer(jump).counts.logons > 0);
    saysNoSecret(said.join("\n"));
  });

  it("is reached over HTTPS through a jump host, with the certificate proven by its authority or its fingerprint", async () => {
    const { computers, accounts } = coordinatesOf(steps.lab);
    const proxy = { ...computers[jump], ...accounts["FABRIKAM\\exadmin"] };
    const ca = steps.lab.winrmAuthority ?? assert.fail("it has none");
    const through = (https: Props, name: string) => ({ winrm: { https }, port: 5986, proxy, host: name });
    assert.deepEqual(await refusals("organization", organization(through({ ca }, prep1))), []);
    await create("organization", organization(through({ ca }, prep1)), log);
    const wrong = { fingerprint: "AB".repeat(32) };
    const [refusal] = await refusals("server", server(through(wrong, ex1)));
    assert.match(refusal ?? "", /^XU-CERTIFICATE-WRONG \(must\), /);
    const fingerprint = /it showed ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/.exec(refusal ?? "")?.[1];
    const proven = server(through({ fingerprint: fingerprint ?? assert.fail(refusal) }, ex1));
    assert.deepEqual(await refusals("server", proven), []);
    const { outs } = await create("server", proven, log);
    assert.equal((outs.levels as Props).Mailbox, "15.2.2562.17");
    assert.deepEqual(await refusals("server", proven), []);
    for (const name of [prep1, ex1]) {
      assert.deepEqual(steps.runsOn(name), ["completed"]);
      assert.equal(steps.lab.computer(name).counts.logons, 0);
    }
    saysNoSecret(said.join("\n"));
  });

  it("is reached with the tickets of another computer's connection, and no logon of its own", async () => {
    const kdc = steps.lab.kdcs["fabrikam.com"];
    assert.ok(kdc);
    const logons = async () => {
      const log = await readFile(join(dirname(kdc.keytab), "kdc.log"), "utf8");
      return log.split("\n").filter((line) => /AS_REQ .*: ISSUE: /.test(line)).length;
    };
    const run = new Logons();
    const connection = (name: string) => ({
      ...{ winrm: { ...winrm(), serverName: name }, host: "127.0.0.1", dialErrorLimit: 0 },
      ...{ port: steps.lab.computer(name).winrm?.port ?? 0 },
      ...{ user: "exadmin@fabrikam.com", password: secretOf("exadmin") },
    });
    const names = [ex1, jump, "ex3.fabrikam.com", "ex4.fabrikam.com"];
    const sessions = await Promise.all(names.map((name) => openSession(connection(name), run)));
    assert.equal(await logons(), 1);
    // Whoever has logged on may go: the others keep the tickets.
    for (const session of sessions.slice(0, 3)) session.close();
    const fifth = await openSession(connection("tools1.fabrikam.com"), run);
    assert.equal(await logons(), 1);
    for (const session of [...sessions.slice(3), fifth]) {
      const all = Array.from({ length: 3 }, () => session.run("echo x"));
      assert.deepEqual(
        (await Promise.all(all)).map(({ exitCode }) => exitCode),
        [0, 0, 0],
      );
      session.close();
    }
    // Another run, and one of the same after all are gone, log on for themselves.
    for (const another of [new Logons(), run]) {
      const session = await openSession(connection(ex1), another);
      assert.equal((await session.run("echo x")).exitCode, 0);
      session.close();
    }
    assert.equal(await logons(), 3);
    const wrong = { ...connection(ex1), password: "Wrong-Secret-1" };
    await assert.rejects(openSession(wrong, run), /the KDC refused the password of exadmin/);
    // Tickets that have outlived their time are no computer's fault: the next one logs on, and the others with it.
    const late = new Logons();
    const own = await openSession(connection(ex1), late);
    const before = await logons();
    const { ticketsFor } = KerberosLogon.prototype;
    let first: KerberosLogon | undefined;
    let isWrong = false;
    KerberosLogon.prototype.ticketsFor = async function (...asked) {
      first ??= this;
      if (isWrong || first === this) throw new ClockSkew("Ticket expired");
      return ticketsFor.apply(this, asked);
    };
    try {
      const [one, two] = await Promise.all([ex1, jump].map((name) => openSession(connection(name), late)));
      assert.equal(await logons(), before + 1);
      for (const session of [own, one, two]) {
        assert.equal((await session?.run("echo x"))?.exitCode, 0);
        session?.close();
      }
      // A clock that is wrong stays wrong: one logon of its own tells it.
      isWrong = true;
      await assert.rejects(openSession(connection(ex1), late), ClockSkew);
      assert.equal(await logons(), before + 2);
    } finally {
      Object.assign(KerberosLogon.prototype, { ticketsFor });
    }
  });

  it("takes a password from the environment, and a refused one is sent once in a run", async () => {
    const variable = "TEST_WINRM_PASSWORD";
    process.env[variable] = "Wrong-Secret-9";
    const kdc = steps.lab.kdcs["fabrikam.com"];
    assert.ok(kdc);
    try {
      const wrong = { password: { env: variable } };
      const [first, ...others] = await refusals("server", server(wrong));
      assert.deepEqual(others, []);
      assert.match(first ?? "", /^XU-LOGON \(must\), .*exadmin@fabrikam\.com cannot log on\n/m);
      assert.match(first ?? "", /Found: {2}the KDC refused the password of exadmin in FABRIKAM\.COM: /);
      assert.doesNotMatch(first ?? "", /SSH|Wrong-Secret-9/);
      // Another computer of the same account is not tried: the KDC has gone, and is not missed.
      await kdc.kill();
      await refusals("organization", organization({ ...wrong, user: "exadmin@fabrikam.com" }));
      assert.deepEqual(said, [
        `warning ${prep1}: not verified for the same reason as ${ex1}: exadmin@fabrikam.com cannot log on (XU-LOGON)`,
      ]);
    } finally {
      delete process.env[variable];
    }
  });

  it("is refused where no KDC answers, and where the domain does not know the computer", async () => {
    const [silent] = await refusals("server", server({ winrm: { kdc: ["127.0.0.1:1"] } }));
    assert.match(silent ?? "", /^XU-KDC \(must\), /);
    assert.match(
      silent ?? "",
      /Found: {2}the KDC of FABRIKAM\.COM \(127\.0\.0\.1:1\) cannot be reached: 127\.0\.0\.1:1 cannot be reached over Kerberos: /,
    );
    const stranger = server();
    const [unknown] = await refusals("server", {
      ...stranger,
      computer: { ...(stranger.computer as Props), name: "ex9.fabrikam.com" },
    });
    assert.match(unknown ?? "", /^XU-SERVER-PROOF \(must\), /);
    assert.match(unknown ?? "", /the domain knows no service HTTP\/ex9\.fabrikam\.com/);
    const [silentPort] = await refusals("server", server({ port: 1 }));
    assert.match(
      silentPort ?? "",
      /^XU-HOST-UNREACHABLE \(must\), .*no WinRM listener of Windows answers there/,
    );
  });

  it("is not where Setup is started in the session, whichever account it is (R70)", async () => {
    const { run: _, account: __, ...direct } = server();
    assert.deepEqual(
      (await refusals("server", direct)).filter((text) => text.startsWith("R70")),
      [
        [
          `R70 (must), server upgrade on ${ex1}: run: "direct" would start Setup in a session of WinRM, which ends what runs in it and has no network credentials`,
          '  Found:  a connection over WinRM, and run: "direct"',
          "  Needed: a Setup that a lost connection and the quotas of WinRM's shells cannot end",
          "  Where:  in the program: `run` and `computer.connection.winrm`",
          '  Fix:    use run: "task" or "scheduled", or reach the computer over SSH',
          "  Rule:   R70, Setup is not started in a session of WinRM (how Setup is run)",
        ].join("\n"),
      ],
    );
  });
});
