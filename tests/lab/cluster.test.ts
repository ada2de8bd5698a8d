/** The lab's pair of nodes with a clustered mailbox server: what the order of its upgrade rests on. */
import assert from "node:assert/strict";
import { adatum, type Lab, startLab } from "../../lab";
import { directoryEntries } from "../../lab/directory";
import { groupStates } from "../../lab/windows/cluster";
import { openSession, readClusterNode } from "../../lib/host";
import { Logons } from "../../lib/logons";
import { command, restart, setup, setupSucceeds } from "./setup-support";

const [node1, node2] = ["node1.adatum.com", "node2.adatum.com"] as const;
const exadmin = "ADATUM\\exadmin";
const v8 = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";
const asked = { registryKey: v8, clusterKeys: ["ClusteredMailboxServer", "CMS"] };

describe("the lab's cluster", function () {
  this.timeout(60_000);
  let lab: Lab;

  beforeEach(async () => {
    lab = await startLab("adatum", { setupSeconds: 0.002 });
    await setupSucceeds(lab, "dc1.adatum.com", "ADATUM\\prep", "/PrepareAD");
  });
  afterEach(() => lab.stop());

  const cluster = () => {
    const [first] = lab.clusters;
    assert.ok(first);
    return first;
  };
  const read = async (node: string) => {
    const session = await openSession({ ...lab.connection(node, exadmin), dialErrorLimit: 0 }, new Logons());
    try {
      return await readClusterNode(session, asked);
    } finally {
      session.close();
    }
  };
  const said = async (node: string, args: string) => (await setup(lab, node, exadmin, args)).stdout;

  it("has an object of the clustered mailbox server, and none of its nodes", () => {
    const servers = directoryEntries(adatum)
      .flatMap(({ entries }) => entries)
      .filter(({ attributes }) => String(attributes.objectClass?.at(-1)) === "msExchExchangeServer")
      .map(({ attributes }) => [
        String(attributes.cn),
        String(attributes.msExchCurrentServerRoles),
        attributes.msExchClusterStorageType?.map(String),
        attributes.msExchServerRedundantMachines?.map(String),
      ]);
    assert.deepEqual(servers, [
      ["CAS1", "36", undefined, undefined],
      ["MBX1", "2", ["1"], ["NODE1", "NODE2"]],
    ]);
  });

  it("is read on each node: states by number, owners by name, and nothing unfinished", async () => {
    for (const node of [node1, node2]) {
      const { cluster: seen, unfinished } = await read(node);
      assert.deepEqual(seen.known && seen.value, {
        nodes: { node1: true, node2: true },
        groups: [
          { name: "MBX1", state: "Online", owner: "NODE1" },
          { name: "Cluster Group", state: "Online", owner: "NODE1" },
        ],
      });
      assert.deepEqual(unfinished.known && unfinished.value, []);
    }
    cluster().stop();
    cluster().move(node2);
    lab.computer(node1).registry.set(`${v8}\\ClusteredMailboxServer`, "Watermark", "1");
    const { cluster: seen, unfinished } = await read(node1);
    assert.deepEqual(seen.known && seen.value.groups[0], { name: "MBX1", state: "Offline", owner: "NODE2" });
    assert.deepEqual(unfinished.known && unfinished.value, [`Watermark 1 in ${v8}\\ClusteredMailboxServer`]);
  });

  it("is not known where the Cluster service is stopped, as Setup leaves it", async () => {
    await command(lab, node1, exadmin, 'cluster.exe group "Cluster Group" /move:NODE1');
    assert.match(await said(node2, "/mode:upgrade"), /completed successfully/);
    const { cluster: seen } = await read(node2);
    assert.equal(
      seen.known ? "" : seen.why,
      "wmic: the command failed: Node - LAB ERROR: Code = 0x800706ba Description = The RPC server is unavailable",
    );
    const other = (await read(node1)).cluster;
    assert.deepEqual(other.known && other.value.nodes, { node1: true, node2: false });
    await restart(lab, node2);
    assert.equal((await read(node2)).cluster.known, true);
  });

  it("goes through the order that practice knows: node, clustered mailbox server, node", async () => {
    assert.match(await said(node1, "/mode:upgrade"), /this node hosts the clustered mailbox server/);
    assert.match(await said(node2, "/mode:upgrade"), /completed successfully/);
    await restart(lab, node2);
    assert.match(await said(node2, "/UpgradeCMS"), /is not on this node/);
    cluster().stop();
    cluster().move(node2);
    assert.match(await said(node2, "/UpgradeCMS"), /completed successfully/);
    assert.match(await said(node1, "/mode:upgrade"), /completed successfully/);
    await restart(lab, node1);
    cluster().start();
    assert.equal(cluster().own.state, groupStates.online);
  });

  it("is broken where both nodes were upgraded first: it does not start, and cannot be upgraded", async () => {
    for (const [node, other] of [
      [node2, node1],
      [node1, node2],
    ] as const) {
      cluster().move(other);
      assert.match(await said(node, "/mode:upgrade"), /completed successfully/);
      await restart(lab, node);
    }
    cluster().stop();
    assert.match(await said(node2, "/UpgradeCMS"), /cannot be upgraded any more/);
    assert.throws(() => cluster().start(), /could not be brought online/);
    assert.equal(cluster().own.state, groupStates.failed);
  });
});
