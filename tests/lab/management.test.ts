/** The simulated management shell, asked as lib asks it. */
import assert from "node:assert/strict";
import { fabrikam, type Lab, type LabWindows, startLab } from "../../lab";
import { newKeyPair } from "../../lab/windows/keys";
import type { MaintenanceFacts } from "../../lib/facts";
import {
  type HostSession,
  type MaintenanceAct,
  openSession,
  performAct,
  readMaintenance,
} from "../../lib/host";
import { Logons } from "../../lib/logons";

const ex1 = "ex1.fabrikam.com";
const registryKey = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15";
const services = ["MSExchangeImap4", "MSExchangePop3", "MSExchangeTransport", "MSExchangeNone"];
const maintenance = { requester: "Maintenance" } as const;

/** A fact's value; the reason where it was not read. */
function shown<K extends keyof MaintenanceFacts>(facts: MaintenanceFacts, name: K) {
  const fact = facts[name];
  return fact.known ? (fact.value as Extract<MaintenanceFacts[K], { known: true }>["value"]) : fact.why;
}

describe("lab: management shell", function () {
  this.timeout(30_000);
  let lab: Lab;
  const sessions: HostSession[] = [];
  const keys = newKeyPair();

  beforeEach(async () => {
    lab = await startLab(fabrikam, {
      setupSeconds: 0.002,
      computers: { [ex1]: { authorizedKeys: { "FABRIKAM\\exadmin": [keys.public] } } },
    });
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.close();
    await lab.stop();
  });

  const open = async (fqdn = ex1, account = "FABRIKAM\\exadmin") => {
    const session = await openSession({ ...lab.connection(fqdn, account), dialErrorLimit: 0 }, new Logons());
    sessions.push(session);
    return session;
  };
  const look = (session: HostSession) =>
    readMaintenance(session, { registryKey, componentStates: true, unifiedMessaging: false, services });
  const act = (session: HostSession, what: MaintenanceAct) => performAct(session, { registryKey }, what);
  const done = async (session: HostSession, ...whats: readonly MaintenanceAct[]) => {
    for (const what of whats) assert.deepEqual(await act(session, what), { outcome: "done" }, what.act);
  };
  const host = (fqdn = ex1): LabWindows => lab.computer(fqdn);

  it("tells everything of a member of a group", async () => {
    const facts = await look(await open());
    assert.deepEqual(shown(facts, "mailboxServer"), {
      activationPolicy: "Unrestricted",
      activationDisabledAndMoveNow: false,
      availabilityGroup: "DAG1",
    });
    const copy = {
      replication: "Remote",
      copies: 3,
      activationSuspended: false,
      copyQueue: 0,
      replayQueue: 0,
    };
    assert.deepEqual(shown(facts, "copies"), [
      { ...copy, database: "Seattle 1", status: "Mounted", active: true },
      { ...copy, database: "Seattle 2", status: "Healthy", active: false },
      { ...copy, database: "Munich 1", status: "Healthy", active: false },
    ]);
    assert.deepEqual(shown(facts, "clusterNode"), {
      state: "Up",
      primaryActiveManager: true,
      members: ["EX1", "EX2", "EX3", "EX4"],
    });
    assert.deepEqual(shown(facts, "queues"), [
      { identity: "EX1\\4", kind: "delivery", messages: 6 },
      { identity: "EX1\\Submission", kind: "submission", messages: 2 },
      { identity: "EX1\\Shadow\\7", kind: "shadow", messages: 3 },
    ]);
    assert.equal(shown(facts, "activeCalls"), null);
    assert.deepEqual(shown(facts, "services"), {
      MSExchangeImap4: { start: 2, state: 4, deleted: false },
      MSExchangePop3: { start: 3, state: 1, deleted: false },
      MSExchangeTransport: { start: 2, state: 4, deleted: false },
      MSExchangeNone: null,
    });
    const target = { hubTransport: "Active", activationPolicy: "Unrestricted", unread: null };
    assert.deepEqual(
      shown(facts, "redirectTargets"),
      ["ex2", "ex3", "ex4"].map((name) => ({ ...target, fqdn: `${name}.fabrikam.com`, sameGroup: true })),
    );
    const components = shown(facts, "components");
    assert.ok(components !== null && typeof components !== "string");
    assert.deepEqual(components.ServerWideOffline, { state: "Active", requesters: { Functional: "Active" } });
    assert.deepEqual(components.HubTransport, { state: "Active", requesters: {} });
    assert.equal(Object.keys(components).length, 34);
  });

  it("takes a member out of service by Microsoft's steps, and puts it back", async () => {
    const session = await open();
    const effective = (component: string) => lab.management.effective(ex1, component);
    await done(session, {
      ...maintenance,
      act: "setComponentState",
      component: "HubTransport",
      state: "Draining",
    });
    await look(session);
    assert.equal(lab.management.server(ex1).queues.get("4"), 6, "nothing drains before the restart");
    await done(session, { act: "restartTransport" });
    assert.match(
      String(shown(await look(session), "queues")),
      /Transport service on computer .* isn't available/,
    );
    await done(
      session,
      { act: "startDagMaintenance", overrideMinimumTwoCopies: false, pauseClusterNode: true },
      { act: "redirectMessages", target: "ex2.fabrikam.com" },
      { ...maintenance, act: "setComponentState", component: "ServerWideOffline", state: "Inactive" },
    );
    let facts = await look(session);
    for (let looks = 0; looks < 5; looks++) facts = await look(session);
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(shown(facts, "components") ?? {}).filter(([, { state }]) => state !== "Inactive"),
      ),
      {
        Monitoring: { state: "Active", requesters: { Functional: "Active" } },
        RecoveryActionsEnabled: { state: "Active", requesters: { Functional: "Active" } },
      },
    );
    assert.equal(lab.management.server(ex1).policy, "Blocked");
    assert.deepEqual(
      lab.management.databases.map(({ active }) => active.split(".")[0]),
      [...["ex2", "ex2", "ex3", "ex4", "ex5"]],
    );
    assert.deepEqual(shown(facts, "clusterNode"), {
      state: "Paused",
      primaryActiveManager: false,
      members: ["EX1", "EX2", "EX3", "EX4"],
    });
    assert.deepEqual(
      [...lab.management.server(ex1).queues],
      [
        ["4", 0],
        ["Submission", 0],
        ["Shadow\\7", 3],
      ],
    );
    assert.ok(!host().computer.runningServices.has("msexchangeimap4"), "IMAP stops with its proxy");

    await done(
      session,
      { ...maintenance, act: "setComponentState", component: "ServerWideOffline", state: "Active" },
      { act: "stopDagMaintenance" },
      { ...maintenance, act: "setComponentState", component: "HubTransport", state: "Active" },
      { act: "restartTransport" },
      { act: "setActivationPolicy", policy: "IntrasiteOnly" },
      { act: "startServices", services: ["MSExchangeImap4"] },
    );
    assert.equal(effective("HubTransport"), "Active");
    assert.equal(effective("HighAvailability"), "Active");
    assert.equal(lab.management.server(ex1).node, "Up");
    assert.equal(lab.management.server(ex1).policy, "IntrasiteOnly");
    assert.ok(host().computer.runningServices.has("msexchangeimap4"));
  });

  it("keeps what each requester has asked for, and the lowest counts", async () => {
    const session = await open();
    lab.management.request(ex1, "HubTransport", "HealthAPI", "Inactive");
    await done(session, {
      ...maintenance,
      act: "setComponentState",
      component: "HubTransport",
      state: "Active",
    });
    const components = shown(await look(session), "components");
    assert.ok(components !== null && typeof components !== "string");
    assert.deepEqual(components.HubTransport, {
      state: "Inactive",
      requesters: { HealthAPI: "Inactive", Maintenance: "Active" },
    });
  });

  it("undoes what it has done where a database does not move, and the policy is not what it was", async () => {
    const session = await open();
    await done(session, { act: "setActivationPolicy", policy: "IntrasiteOnly" });
    host().managementFaults.stuckDatabases = ["Seattle 1"];
    const answer = await act(session, {
      act: "startDagMaintenance",
      overrideMinimumTwoCopies: false,
      pauseClusterNode: true,
    });
    assert.equal(answer.outcome === "failed" && answer.error.message, critical("Copy is active"));
    const server = lab.management.server(ex1);
    assert.deepEqual([server.policy, server.node], ["Unrestricted", "Up"]);
    assert.equal(lab.management.effective(ex1, "HighAvailability"), "Active");
  });

  it("does not go below two copies of a database, unless it is told to", async () => {
    const session = await open();
    lab.management.databases[0]?.unhealthy.set("ex3.fabrikam.com", "Failed");
    const start = { act: "startDagMaintenance", pauseClusterNode: true } as const;
    const answer = await act(session, { ...start, overrideMinimumTwoCopies: false });
    assert.equal(
      answer.outcome === "failed" && answer.error.message,
      critical("there were only 1 healthy copies"),
    );
    await done(session, { ...start, overrideMinimumTwoCopies: true });
  });

  it("moves databases one by one where activation is disabled", async () => {
    const session = await open();
    await done(session, { act: "setActivationDisabledAndMoveNow", disabled: true });
    assert.equal(lab.management.databases[0]?.active, ex1);
    const copies = shown(await look(session), "copies");
    assert.ok(copies !== null && typeof copies !== "string" && copies.every(({ active }) => !active));
  });

  it("leaves the active manager on a node that is paused, until it is moved", async () => {
    const session = await open();
    await done(session, { act: "suspendClusterNode" });
    assert.equal(lab.management.managers.get("DAG1"), ex1);
    await done(session, { act: "moveActiveManager" }, { act: "resumeClusterNode" });
    assert.equal(lab.management.managers.get("DAG1"), "ex2.fabrikam.com");
    host().managementFaults.nodeStaysUp = true;
    await done(session, { act: "suspendClusterNode" });
    assert.equal(lab.management.server(ex1).node, "Up");
  });

  it("suspends a copy for activation, and Exchange's own script resumes it", async () => {
    const session = await open();
    await done(session, { act: "suspendActivation", database: "Munich 1" });
    const copies = shown(await look(session), "copies");
    assert.ok(copies !== null && typeof copies !== "string");
    assert.deepEqual(
      copies.map(({ activationSuspended }) => activationSuspended),
      [false, false, true],
    );
    await done(session, { act: "stopDagMaintenance" });
    assert.equal(lab.management.databases[2]?.suspended.size, 0);
  });

  it("has nothing for a logon by key, and no cmdlets for who has no role", async () => {
    const { password: _, ...connection } = lab.connection(ex1, "FABRIKAM\\exadmin");
    const noCredentials = await openSession(
      { ...connection, privateKey: keys.private, dialErrorLimit: 0 },
      new Logons(),
    );
    sessions.push(noCredentials);
    const facts = await look(noCredentials);
    const why =
      "A specified logon session does not exist. It may already have been terminated " +
      "(System.Management.Automation.Remoting.PSRemotingTransportException)";
    assert.equal(shown(facts, "copies"), why);
    assert.notEqual(shown(facts, "services"), why, "Windows' own cmdlets need none");
    const reader = await act(await open(ex1, "FABRIKAM\\reader"), { act: "stopDagMaintenance" });
    assert.equal(reader.outcome === "failed" && reader.error.id, "AccessDenied,PSSessionOpenFailed");
  });

  it("prints rubbish, and fails, where it is told to", async () => {
    const session = await open();
    host().managementFaults.rubbish = { readMaintenance: "Get-Queue : kaputt\n", restartTransport: "" };
    const facts = await look(session);
    assert.equal(shown(facts, "services"), "PowerShell printed no answer, but: Get-Queue : kaputt");
    assert.deepEqual(await act(session, { act: "restartTransport" }), {
      outcome: "unknown",
      why: "PowerShell printed no answer",
    });
    host().managementFaults.rubbish = {};
    host().managementFaults.failing = { "Get-Queue": "Warteschlangen sind nicht verfügbar." };
    assert.equal(
      shown(await look(session), "queues"),
      "Warteschlangen sind nicht verfügbar (Microsoft.Exchange.Management.Tasks.TaskException)",
    );
  });

  it("has done what it was told to where the connection is lost behind it", async () => {
    const session = await open();
    host().managementFaults.atScript = (script, when) => {
      if (script === "setActivationPolicy" && when === "after") host().dropConnections();
    };
    await assert.rejects(act(session, { act: "setActivationPolicy", policy: "Blocked" }), {
      name: "ConnectionLost",
    });
    assert.equal(lab.management.server(ex1).policy, "Blocked");
  });

  it("sees databases fail over where a server goes down with them", () => {
    host().reboot();
    assert.equal(lab.management.databases[0]?.active, "ex2.fabrikam.com");
    assert.equal(lab.management.managers.get("DAG1"), "ex2.fabrikam.com");
    assert.deepEqual(lab.management.events, [
      "EX1: Seattle 1 moves to EX2",
      "EX1: the primary active manager moves to EX2",
    ]);
  });

  it("is taken out of service by Setup, which puts it back where it has succeeded", () => {
    lab.management.setup(ex1, "Inactive");
    assert.equal(lab.management.effective(ex1, "HubTransport"), "Inactive");
    assert.deepEqual(lab.management.events, ["EX1: Setup begins with active copies of: Seattle 1"]);
    lab.management.setup(ex1, "Active");
    assert.equal(lab.management.effective(ex1, "HubTransport"), "Active");
  });
});

function critical(reason: string): string {
  return `There are still critical resources on the server: (Database='Seattle 1', Reason='${reason}')`;
}
