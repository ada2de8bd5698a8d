import assert from "node:assert/strict";
import type { Lab } from "../../lab";
import { newKeyPair } from "../../lab/windows/keys";
import {
  command,
  levels,
  prepareContoso,
  results,
  roleState,
  serverVersion,
  setup,
  setupLog,
  startContoso,
} from "./setup-support";
import { connect, eventually, exec } from "./windows-support";

const dc1 = "dc1.contoso.com";
const mailbox = "mbx-lon.contoso.com";
const tools = "tools1.contoso.com";
const prep = "CONTOSO\\prep";
const exadmin = "CONTOSO\\exadmin";
const twoRoles = { [mailbox]: { roles: ["Mailbox", "Hub Transport", "Management Tools"] as const } };

const unfinished = ["8.0.685.25", "8.1.240.6", true, true];
const finished = ["8.1.240.6", "8.1.240.6", false, false];

describe("simulated Setup, when it fails", () => {
  let lab: Lab;
  afterEach(() => lab.stop());

  it("in one role of several, leaves a watermark, and finishes when it is run again (D2)", async () => {
    lab = await startContoso(twoRoles);
    await prepareContoso(lab);
    lab.computer(mailbox).faults.failures = [
      { phase: "Mailbox Server Role", reason: "The store did not start." },
    ];
    const first = await setup(lab, mailbox, exadmin, "/mode:upgrade");
    assert.equal(first.code, 1);
    assert.match(first.stdout, /Mailbox Server Role {14}\.{25} FAILED\r\n {5}The store did not start\.\r\n/);
    assert.ok(setupLog(lab, mailbox).includes("[ERROR] The store did not start."));
    assert.deepEqual(roleState(lab, mailbox, "HubTransportRole"), finished);
    assert.deepEqual(roleState(lab, mailbox, "MailboxRole"), unfinished);
    assert.deepEqual(roleState(lab, mailbox, "AdminTools"), ["8.0.685.25", "8.1.240.6", false, false]);
    assert.deepEqual(await serverVersion(lab, "mbx-lon"), ["Version 8.0 (Build 30685.24)", "1912636077"]);

    const second = await setup(lab, mailbox, exadmin, "/mode:upgrade");
    assert.equal(second.code, 0);
    assert.equal(
      second.stdout.slice(second.stdout.indexOf("Configuring")),
      [
        "Configuring Microsoft Exchange Server",
        "",
        "    Mailbox Server Role              ......................... COMPLETED",
        "    Exchange Management Tools        ......................... COMPLETED",
        "    Finalizing Setup                 ......................... COMPLETED",
        "",
        "The Microsoft Exchange Server setup operation completed successfully.",
        "",
        "",
      ].join("\r\n"),
    );
    for (const key of ["HubTransportRole", "MailboxRole", "AdminTools"])
      assert.deepEqual(roleState(lab, mailbox, key), finished);
    assert.deepEqual(results(lab, mailbox), ["failed", "completed"]);
  });

  it("in every run, goes on failing", async () => {
    lab = await startContoso(
      {},
      {
        computers: {
          [dc1]: { setup: { failures: [{ phase: "Organization Preparation", times: Infinity }] } },
        },
      },
    );
    const before = await levels(lab);
    for (let run = 0; run < 3; run++) {
      const { stdout, code } = await setup(lab, dc1, prep, "/PrepareSchema");
      assert.equal(code, 1);
      assert.ok(stdout.includes("     Windows Installer could not finish. Error code is 1603.\r\n"));
    }
    assert.deepEqual(await levels(lab), before);
    assert.deepEqual(results(lab, dc1), ["failed", "failed", "failed"]);
  });

  it("with exit codes that lie", async () => {
    lab = await startContoso(
      {},
      {
        computers: {
          [tools]: {
            setup: { exitCodes: { success: 3010, failure: 0 }, failures: [{ phase: "Preparing Files" }] },
          },
        },
      },
    );
    assert.equal((await setup(lab, tools, exadmin, "/m:upgrade")).code, 0);
    assert.deepEqual(roleState(lab, tools, "AdminTools"), ["8.0.685.25", "8.0.685.25", false, false]);
    assert.equal((await setup(lab, tools, exadmin, "/m:upgrade")).code, 3010);
    assert.deepEqual(roleState(lab, tools, "AdminTools"), finished);
    assert.deepEqual(
      lab.computer(tools).setupRuns.map(({ result, exitCode }) => [result, exitCode]),
      [
        ["failed", 0],
        ["completed", 3010],
      ],
    );
  });

  it("because its process was ended, leaves everything as it was then", async () => {
    lab = await startContoso(twoRoles);
    await prepareContoso(lab);
    const host = lab.computer(mailbox);
    host.faults.hangAt = "Mailbox Server Role";
    const hanging = setup(lab, mailbox, exadmin, "/mode:upgrade");
    await eventually("the role", () => roleState(lab, mailbox, "MailboxRole")[2] === true);
    const listed = await command(
      lab,
      mailbox,
      exadmin,
      'tasklist /fo csv /nh /fi "imagename eq exsetup.exe"',
    );
    assert.match(listed.stdout, /^"exsetup\.exe","\d+"/);
    assert.equal(host.kill("exsetup.exe"), 1);
    assert.equal((await hanging).code, 1);
    assert.deepEqual(roleState(lab, mailbox, "MailboxRole"), unfinished);
    assert.equal(setupLog(lab, mailbox).includes("End of Setup"), false);
    assert.deepEqual(
      host.setupRuns.map(({ result, exitCode }) => [result, exitCode]),
      [["killed", null]],
    );
    delete host.faults.hangAt;
    assert.equal((await setup(lab, mailbox, exadmin, "/mode:upgrade")).code, 0);
    assert.deepEqual(roleState(lab, mailbox, "MailboxRole"), finished);
  });

  it("because of a restart, can be run again", async () => {
    lab = await startContoso();
    const host = lab.computer(tools);
    host.faults.hangAt = "Exchange Management Tools";
    const lost = setup(lab, tools, exadmin, "/m:upgrade").catch(() => undefined);
    await eventually("the role", () => roleState(lab, tools, "AdminTools")[2] === true);
    host.reboot();
    await lost;
    delete host.faults.hangAt;
    assert.deepEqual(roleState(lab, tools, "AdminTools"), unfinished);
    assert.equal((await setup(lab, tools, exadmin, "/m:upgrade")).code, 0);
    assert.deepEqual(results(lab, tools), ["killed", "completed"]);
  });

  it("does not notice that its connection was cut", async () => {
    lab = await startContoso();
    const host = lab.computer(tools);
    host.faults.hangAt = "Exchange Management Tools";
    const lost = setup(lab, tools, exadmin, '/m:upgrade >"C:\\out.txt"').catch(() => undefined);
    await eventually("the role", () => roleState(lab, tools, "AdminTools")[2] === true);
    host.dropConnections();
    await lost;
    delete host.faults.hangAt;
    await eventually("Setup's end", () => results(lab, tools)[0] === "completed");
    assert.match(host.files.read("C:\\out.txt").toString(), /completed successfully\.\r\n\r\n$/);
    assert.deepEqual(roleState(lab, tools, "AdminTools"), finished);
  });

  it("refuses to run twice at once, and the first goes on", async () => {
    lab = await startContoso();
    const host = lab.computer(tools);
    host.faults.hangAt = "Preparing Setup";
    const first = setup(lab, tools, exadmin, "/m:upgrade");
    await eventually("Setup", () => host.computer.processes.named("exsetup.exe").length === 1);
    assert.deepEqual(await setup(lab, tools, exadmin, "/m:upgrade"), {
      stdout: "Another instance of Setup is already running on this computer.\r\n",
      stderr: "",
      code: 1,
    });
    delete host.faults.hangAt;
    assert.equal((await first).code, 0);
    assert.deepEqual(results(lab, tools), ["completed", "refused"]);
  });

  it("cannot reach the directory after a logon by key", async () => {
    const pair = newKeyPair();
    lab = await startContoso({}, { computers: { [dc1]: { authorizedKeys: { [prep]: [pair.public] } } } });
    const client = await connect(lab.computer(dc1), { username: prep, privateKey: pair.private });
    const { stdout, code } = await exec(client, "D:\\SP1\\Setup.com /PrepareSchema");
    client.end();
    assert.equal(code, 1);
    assert.ok(
      stdout.includes(
        "     Setup cannot contact Active Directory: the logged-on session has no credentials that other computers accept.\r\n",
      ),
    );
    assert.ok(setupLog(lab, dc1).some((line) => line.startsWith("Failed [Rule:CannotAccessAD] ")));
  });

  it("reports a directory that is gone when it writes", async () => {
    lab = await startContoso();
    const host = lab.computer(dc1);
    host.faults.hangAt = "Organization Preparation";
    const running = setup(lab, dc1, prep, "/PrepareSchema");
    await eventually("the configuration", () => setupLogHas(lab, "Configuring Microsoft Exchange Server"));
    for (const { name } of lab.organization.domainControllers) lab.directory?.switchOff(name);
    delete host.faults.hangAt;
    const { stdout, code } = await running;
    assert.equal(code, 1);
    assert.match(
      stdout,
      /Organization Preparation {9}\.{25} FAILED\r\n {5}Active Directory operation failed on dc1\.contoso\.com: /,
    );
    assert.deepEqual(results(lab, dc1), ["failed"]);
  });
});

function setupLogHas(lab: Lab, line: string): boolean {
  const { files } = lab.computer(dc1);
  return (
    files.kind("C:\\ExchangeSetupLogs\\ExchangeSetup.log") === "file" && setupLog(lab, dc1).includes(line)
  );
}
