/** The simulated management shell of other releases, and what Setup does to a server's components. */
import assert from "node:assert/strict";
import { fabrikam, fabrikamAtCu15, type Lab, startLab, wingtip } from "../../lab";
import type { LabComputer, Organization } from "../../lab/organization";
import {
  type HostSession,
  type MaintenanceAct,
  openSession,
  performAct,
  readMaintenance,
} from "../../lib/host";
import { Logons } from "../../lib/logons";
import { off, setup } from "./setup-modern-support";

const mbx1 = "mbx1.wingtip.com";
const mbx2 = "mbx2.wingtip.com";

/** Wingtip with a group of two, a database in it, and one that only mbx1 has. */
function grouped(release?: string, changes: Partial<LabComputer> = {}): Organization {
  return {
    ...wingtip,
    computers: wingtip.computers.map((each) =>
      release !== undefined && each.name.startsWith("mbx") ? { ...each, release, ...changes } : each,
    ),
    availabilityGroups: [{ name: "DAG2", members: [mbx1, mbx2] }],
    databases: [
      { name: "Shared", copies: [mbx1, mbx2] },
      { name: "Alone", copies: [mbx1] },
    ],
  };
}

describe("lab: management shell of other releases", function () {
  this.timeout(30_000);
  let lab: Lab;
  let session: HostSession;

  const start = async (organization: Organization, fqdn = mbx1) => {
    lab = await startLab(organization, { setupSeconds: 0.002 });
    const netbios = organization.domains[0]?.netbios;
    const connection = lab.connection(fqdn, `${netbios}\\exadmin`);
    session = await openSession({ ...connection, dialErrorLimit: 0 }, new Logons());
  };
  afterEach(async () => {
    session.close();
    await lab.stop();
  });

  const key = (version: string) => `HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\${version}`;
  const act = (what: MaintenanceAct, version = "v15") =>
    performAct(session, { registryKey: key(version) }, what);
  const startDag = {
    act: "startDagMaintenance",
    overrideMinimumTwoCopies: false,
    pauseClusterNode: false,
  } as const;

  it("fails for a database without other copies that has mailboxes, and counts one copy as enough in a group of two", async () => {
    await start(grouped());
    const answer = await act({ ...startDag, pauseClusterNode: true });
    assert.equal(
      answer.outcome === "failed" && answer.error.message,
      "There are still critical resources on the server: (Database='Alone', Reason='Mailbox is hosted on a database " +
        "that is not replicated')",
    );
    const alone = lab.management.databases[1];
    assert.ok(alone !== undefined);
    alone.mailboxes = 0;
    assert.deepEqual(await act({ ...startDag, pauseClusterNode: true }), { outcome: "done" });
    assert.deepEqual(
      lab.management.databases.map(({ active }) => active),
      [mbx2, mbx1],
    );
  });

  it("of 2016 has Unified Messaging, whose calls end once the router takes no new ones", async () => {
    await start(grouped());
    lab.management.server(mbx1).calls = 2;
    const calls = async () => {
      const asked = { registryKey: key("v15"), componentStates: true, unifiedMessaging: true };
      const { activeCalls } = await readMaintenance(session, asked);
      return activeCalls.known && activeCalls.value;
    };
    assert.deepEqual([await calls(), await calls()], [2, 2]);
    const drain = { component: "UMCallRouter", state: "Draining", requester: "Maintenance" } as const;
    assert.deepEqual(await act({ act: "setComponentState", ...drain }), { outcome: "done" });
    assert.deepEqual([await calls(), await calls(), await calls()], [2, 1, 0]);
  });

  it("of 2013 pauses the node whatever it is told", async () => {
    await start({ ...grouped("2013 CU23", { windows: "2012 R2" }), databases: [] });
    assert.deepEqual(await act(startDag), { outcome: "done" });
    assert.equal(lab.management.server(mbx1).node, "Paused");
  });

  it("of 2010 has no component states: it suspends copies instead, and resumes them", async () => {
    await start({
      ...grouped("2010 SP3", { windows: "2008 R2", roles: ["Mailbox", "Management Tools"] }),
      databases: [{ name: "Shared", copies: [mbx1, mbx2] }],
    });
    const asked = { registryKey: key("v14"), componentStates: false, unifiedMessaging: false };
    const facts = await readMaintenance(session, asked);
    assert.deepEqual(
      [facts.components, facts.queues, facts.mailboxServer, facts.redirectTargets].map(
        (fact) => fact.known && fact.value,
      ),
      [
        null,
        null,
        { activationPolicy: "Unrestricted", activationDisabledAndMoveNow: null, availabilityGroup: "DAG2" },
        // The server of 2013 in the same site; the other member has no transport.
        [
          {
            fqdn: "old1.wingtip.com",
            sameGroup: false,
            hubTransport: null,
            activationPolicy: "Unrestricted",
            unread: null,
          },
        ],
      ],
    );
    assert.deepEqual(await act(startDag, "v14"), { outcome: "done" });
    const shared = lab.management.databases[0];
    assert.deepEqual([...(shared?.suspended ?? [])], [mbx1]);
    const refused = await act({ act: "setActivationDisabledAndMoveNow", disabled: true }, "v14");
    assert.equal(
      refused.outcome === "failed" && refused.error.id,
      "NamedParameterNotFound,Set-MailboxServer",
    );
    assert.deepEqual(await act({ act: "stopDagMaintenance" }, "v14"), { outcome: "done" });
    assert.deepEqual([shared?.suspended.size, lab.management.server(mbx1).node], [0, "Up"]);
  });

  it("is not found where another release is installed", async () => {
    await start(grouped());
    const answer = await act({ act: "stopDagMaintenance" }, "v14");
    assert.equal(
      answer.outcome === "failed" && answer.error.type,
      "System.Management.Automation.ItemNotFoundException",
    );
  });

  describe("and Setup", () => {
    const ex1 = "ex1.fabrikam.com";
    const functional = () =>
      ["Monitoring", "RecoveryActionsEnabled", "ServerWideOffline"].map((component) =>
        lab.management.effective(ex1, component),
      );
    const upgrade = () => setup(lab, "ex1", "FABRIKAM\\exadmin", `SE\\Setup.exe ${off} /mode:Upgrade`);

    it("takes the server out of service, and puts it back where it is refused", async () => {
      await start(fabrikam, ex1);
      lab.computer(ex1).registry.set("HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry", "Start", 4);
      const outcome = await upgrade();
      assert.equal(outcome.code, 1, outcome.stdout);
      assert.deepEqual(functional(), ["Active", "Active", "Active"]);
      assert.deepEqual(lab.management.events, ["EX1: Setup begins with active copies of: Seattle 1"]);
    });

    it("leaves it out of service where it stops in the middle", async () => {
      await start(fabrikamAtCu15, ex1);
      lab.computer(ex1).faults.failures = [{ phase: "Copying Exchange Files" }];
      assert.equal((await upgrade()).code, 1);
      assert.deepEqual(functional(), ["Inactive", "Inactive", "Inactive"]);
      assert.equal(lab.management.effective(ex1, "HubTransport"), "Inactive");
      assert.equal((await upgrade()).code, 0);
      assert.deepEqual(functional(), ["Active", "Active", "Active"]);
    });
  });
});
