/** The whole text of everything that the rules on clustered mailbox servers say. */
import assert from "node:assert/strict";
import { type ExchangeServerFacts, known, unknown } from "../../lib/facts";
import type { ClusterGroupReading, ClusterNodeFacts } from "../../lib/facts/clusterNode";
import type { ClusterCase } from "../../lib/rules/cluster/clusterCase";
import { nextOf, orderFinding } from "../../lib/rules/cluster/clusterFindings";
import { clusterState } from "../../lib/rules/cluster/clusterState";
import { evaluateCluster } from "../../lib/rules/cluster/evaluateCluster";
import { renderFinding } from "../../lib/rules/finding";
import { netbiosName } from "../../lib/rules/netbiosName";
import { aCase, buildOf, type Changes, identityIs, serverObject, serversAre } from "./builder";

const cms = "mbx-lon.contoso.com";
const rtm = "8.0.685.25";
const sp1 = "8.1.240.6";
const head = `clustered mailbox server upgrade on ${cms}`;

interface Scene {
  readonly cms?: string;
  readonly clustered?: ExchangeServerFacts["clustered"] | "none" | "no object";
  readonly builds?: readonly [string, string];
  readonly state?: ClusterGroupReading["state"];
  readonly owner?: string;
  readonly group?: string;
  readonly up?: readonly [boolean, boolean];
  readonly left?: readonly string[];
  readonly marks?: readonly [string | null, string | null];
  readonly restart?: readonly string[];
  readonly silent?: "cluster" | "node2" | "one view";
  readonly ownGroup?: string;
  readonly target?: string;
  /** Further server objects. */
  readonly others?: readonly ExchangeServerFacts[];
  /** Name of the other group. */
  readonly groupName?: string;
  /** FQDNs of the nodes. */
  readonly nodes?: readonly [string, string];
}

function caseOf({
  cms: build = rtm,
  clustered = { storage: 1, nodes: ["NODE1", "NODE2"] },
  builds = [rtm, rtm],
  state = "Online",
  owner = "NODE1",
  group = "NODE1",
  up = [true, true],
  left = [],
  marks = [null, null],
  restart = [],
  silent,
  ownGroup = "MBX-LON",
  target = "2007 SP1",
  others = [],
  groupName = "Cluster Group",
  nodes = ["node1.contoso.com", "node2.contoso.com"],
}: Scene): ClusterCase {
  const object: ExchangeServerFacts = {
    ...serverObject("mbx-lon", ["Mailbox"], build),
    ...(typeof clustered === "string" ? {} : { clustered }),
  };
  const forest = serversAre(...(clustered === "no object" ? [] : [object]), ...others);
  const common: Changes = { target, run: "manual", forest };
  const role = (at: string) => ({
    role: "Mailbox" as const,
    configured: buildOf(at),
    unpacked: buildOf(at),
    watermark: null,
    action: null,
  });
  const view = known(
    {
      nodes: Object.fromEntries(nodes.map((node, at) => [netbiosName(node), up[at] === true])),
      groups: [
        { name: "MBX-LON", state, owner },
        { name: groupName, state: "Online" as const, owner: group },
      ],
    },
    "the cluster",
  );
  const why = unknown("no answer within 60 s", "node2.contoso.com");
  return {
    cms: aCase({ ...common, computer: cms, machine: { roles: known([role(build)], object.dn) } }),
    group: ownGroup,
    nodes: nodes.map((computer, at) => {
      const isSilent = silent === "node2" && at === 1;
      const mark = marks[at] ?? null;
      const machine = {
        ...identityIs(computer, "London"),
        roles: isSilent
          ? why
          : known(
              [{ ...role(builds[at] ?? rtm), watermark: mark }],
              "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
            ),
        pendingRestart: known(at === 1 ? restart : [], "the registry"),
      };
      const other = {
        ...view,
        value: { ...view.value, groups: [{ name: "MBX-LON", state, owner: "NODE2" }] },
      };
      const facts: ClusterNodeFacts = {
        cluster: silent === "cluster" || isSilent ? why : silent === "one view" && at === 1 ? other : view,
        unfinished: known(at === 1 ? left : [], "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0"),
      };
      return { case: aCase({ ...common, computer, machine }), facts };
    }),
  };
}

const order = (scene: Scene) => {
  const c = caseOf(scene);
  const finding = orderFinding(c, nextOf(c));
  return finding === null ? "" : renderFinding(finding);
};
const lines = (...all: readonly string[]) => all.join("\n");
const state = (place: string, one = rtm, two = rtm, more = "", object = rtm) =>
  `  Found:  ${cms}: Mailbox ${named(object)}, ${place}; node1.contoso.com: Mailbox ${named(one)}; node2.contoso.com: Mailbox ${named(two)}${more}`;
const named = (build: string) => `${build} (${build === rtm ? "2007 RTM" : "2007 SP1"})`;
const again = "then run pulumi up again: it verifies the step and says the next one";
const practice = "(practice: no document of Microsoft could be read)";
const shell = "  Where:  in the Exchange Management Shell, never with cluster.exe or Cluster Administrator";
const prompt = (node: string) =>
  `  Where:  on ${node}, in a command prompt: Exchange Server Administrator of MBX-LON, and local Administrators of every node`;
const r77 =
  "  Rule:   R77, a clustered mailbox server is upgraded step by step, in its order (enowconsulting.com, October 2009, and siliconexus.com, August 2010 (two reports of a CCR upgrade))";
const r78 =
  "  Rule:   R78, a node is upgraded only while it owns no group of its cluster (Microsoft TechNet bb885043, on update rollups of clustered mailbox servers)";
const r76 =
  "  Rule:   R76, owner, state and builds of a cluster are known, and its nodes agree (how the order is kept)";
const whole =
  "  Needed: the server object, the builds of every node, and one owner and state of its group, on which the nodes agree";
const bring =
  "  Fix:    bring back what does not answer (the node, its Cluster service, the connection), or correct the program (`nodes`, `group`); nothing is to be done on the cluster before it is known";

const waysOut = (restored: string, host: string, setup: string) => {
  const key = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\CMS";
  return (
    `  Fix:    a person decides between two ways. Restore ${restored} from a backup of before its upgrade, then run pulumi up again: it says the steps to /UpgradeCMS on ${host} (unverified: no source has tried it). ` +
    `Or on ${host} keep the key with reg export "${key}" CMS.reg, delete it with reg delete "${key}" and run ${setup} /UpgradeCMS (practice: one report, unsupported), then run pulumi up again: it proves the result`
  );
};

describe("what is said of a clustered mailbox server", () => {
  it("R77: Setup on the passive node, for the first time and again", () => {
    assert.equal(
      order({}),
      lines(
        `R77 (must), ${head}: the next step is due: Setup /mode:upgrade on the passive node node2.contoso.com`,
        state("Online on node1.contoso.com"),
        "  Needed: node2.contoso.com at 2007 SP1, without a watermark, and restarted (Microsoft's procedure)",
        prompt("node2.contoso.com"),
        `  Fix:    with a full backup at hand, run D:\\SP1\\Setup.com /mode:upgrade (never the wizard, D7) and restart node2.contoso.com; ${again}`,
        r77,
      ),
    );
    const unfinished = order({ marks: [null, "5d1f"] });
    assert.match(
      unfinished,
      /^R77 \(must\), .*: Setup \/mode:upgrade again on the passive node node2\.contoso\.com\n/,
    );
    assert.match(
      unfinished,
      /node2\.contoso\.com: Mailbox 8\.0\.685\.25 \(2007 RTM\), watermark 5d1f left by an unfinished Setup\n/,
    );
  });

  it("R77: a restart that Windows waits for, and one after which the Cluster service runs again", () => {
    assert.equal(
      order({ builds: [rtm, sp1], up: [true, false] }),
      lines(
        `R77 (must), ${head}: the next step is due: the restart of node2.contoso.com`,
        state("Online on node1.contoso.com", rtm, sp1, ", not up in the cluster"),
        `  Needed: node2.contoso.com up in the cluster: Setup stops its Cluster service ${practice}`,
        "  Where:  on node2.contoso.com",
        `  Fix:    restart it, or resume it where the cluster has it paused (cluster.exe node NODE2 /resume); ${again}`,
        r77,
      ),
    );
    const pending = order({ builds: [rtm, sp1], restart: ["PendingFileRenameOperations"] });
    assert.match(pending, /\n {2}Needed: no restart that Windows of node2\.contoso\.com waits for /);
    assert.match(pending, /\n {2}Fix: {4}restart it; then /);
  });

  it("R77: stopped, moved, upgraded, started", () => {
    assert.equal(
      order({ builds: [rtm, sp1] }),
      lines(
        `R77 (must), ${head}: the next step is due: MBX-LON is stopped before it is moved and upgraded`,
        state("Online on node1.contoso.com", rtm, sp1),
        `  Needed: MBX-LON Offline. From here until it is started, its users have no mailboxes ${practice}`,
        shell,
        `  Fix:    run Stop-ClusteredMailboxServer MBX-LON -StopReason "Upgrade to 2007 SP1" -Confirm:$false; ${again}`,
        r77,
      ),
    );
    assert.equal(
      order({ builds: [rtm, sp1], state: "Offline" }),
      lines(
        `R77 (must), ${head}: the next step is due: MBX-LON moves to node2.contoso.com, which is upgraded`,
        state("Offline on node1.contoso.com", rtm, sp1),
        `  Needed: MBX-LON on node2.contoso.com ${practice}`,
        shell,
        `  Fix:    run Move-ClusteredMailboxServer MBX-LON -TargetMachine NODE2 -MoveComment "Upgrade to 2007 SP1" -Confirm:$false; ${again}`,
        r77,
      ),
    );
    assert.equal(
      order({ builds: [rtm, sp1], state: "Offline", owner: "NODE2" }),
      lines(
        `R77 (must), ${head}: the next step is due: Setup /UpgradeCMS on node2.contoso.com, before any other node is upgraded`,
        state("Offline on node2.contoso.com", rtm, sp1),
        `  Needed: the server object of MBX-LON at 2007 SP1, and no watermark ${practice}`,
        prompt("node2.contoso.com"),
        `  Fix:    run D:\\SP1\\Setup.com /UpgradeCMS; ${again}`,
        r77,
      ),
    );
    assert.equal(
      order({ cms: sp1, builds: [sp1, sp1], state: "Offline", owner: "NODE2" }),
      lines(
        `R77 (must), ${head}: the last step is due: MBX-LON is started`,
        state("Offline on node2.contoso.com", sp1, sp1, "", sp1),
        `  Needed: MBX-LON Online ${practice}`,
        shell,
        `  Fix:    run Start-ClusteredMailboxServer MBX-LON; ${again}`,
        r77,
      ),
    );
    assert.equal(order({ cms: sp1, builds: [sp1, sp1] }), "");
  });

  it("R77: /UpgradeCMS again where it has left a watermark, and an installation that never ended", () => {
    const left = ["Watermark 9 in HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\ClusteredMailboxServer"];
    assert.match(
      order({ cms: sp1, builds: [rtm, sp1], state: "Offline", owner: "NODE2", left }),
      /: Setup \/UpgradeCMS on node2\.contoso\.com, before/,
    );
    assert.equal(
      order({ left }),
      lines(
        `R77 (must), ${head}: Setup of the clustered mailbox server has not finished on node2.contoso.com, and no node is upgraded`,
        `  Found:  ${left[0]}; ${state("Online on node1.contoso.com", rtm, rtm, `, ${left[0]}`).slice(10)}`,
        "  Needed: a clustered mailbox server whose installation has finished",
        "  Where:  on node2.contoso.com",
        "  Fix:    finish or remove that installation with Setup of the release that is there; do not delete the watermark",
        r77,
      ),
    );
  });

  it("R78: a node gives away its groups, and the clustered mailbox server, before Setup", () => {
    assert.equal(
      order({ group: "NODE2" }),
      lines(
        `R78 (must), ${head}: Setup is due on node2.contoso.com, which owns Cluster Group`,
        state("Online on node1.contoso.com"),
        "  Needed: a node that owns no group: Setup stops the Cluster service of node2.contoso.com (Microsoft's procedure)",
        "  Where:  in a command prompt on a node of the cluster",
        `  Fix:    run cluster.exe group "Cluster Group" /move:NODE1; ${again}`,
        r78,
      ),
    );
    assert.equal(
      order({ marks: ["77", null] }).split("\n")[0],
      `R78 (must), ${head}: Setup or a restart is due on the node that owns MBX-LON`,
    );
  });

  it("R78: commands that a command prompt takes: of names, and of nodes with long ones", () => {
    const fix = (scene: Scene) => order(scene).split("\n").at(-2);
    const byHand = "the name cannot be written in a command";
    for (const groupName of ['x" & del "y', "100%TEMP%", "Disk E:\\", "Now!", "Verf\ufffdgbar", "Köln"])
      assert.equal(
        fix({ group: "NODE2", groupName }),
        `  Fix:    move ${groupName} to NODE1 in Cluster Administrator: ${byHand}; ${again}`,
      );
    assert.equal(
      fix({ group: "NODE2", groupName: "R&D (Cologne)" }),
      `  Fix:    run cluster.exe group "R&D (Cologne)" /move:NODE1; ${again}`,
    );
    const long: Scene = {
      nodes: ["exchange-london-node-1.contoso.com", "mailbox-london-node-2.contoso.com"],
      clustered: { storage: 1, nodes: ["EXCHANGE-LONDON", "MAILBOX-LONDON-"] },
      owner: "EXCHANGE-LONDON",
    };
    assert.equal(
      fix({ ...long, group: "MAILBOX-LONDON-" }),
      `  Fix:    run cluster.exe group "Cluster Group" /move:EXCHANGE-LONDON; ${again}`,
    );
    assert.equal(
      fix({ ...long, group: "EXCHANGE-LONDON", builds: [rtm, sp1], state: "Offline" }),
      `  Fix:    run Move-ClusteredMailboxServer MBX-LON -TargetMachine MAILBOX-LONDON- -MoveComment "Upgrade to 2007 SP1" -Confirm:$false; ${again}`,
    );
  });

  it("R79: every node is new, and the clustered mailbox server is old", () => {
    assert.equal(
      order({ builds: [sp1, sp1], state: "Failed" }),
      lines(
        `R79 (must), ${head}: every node is upgraded, and the clustered mailbox server is not`,
        state("Failed on node1.contoso.com", sp1, sp1),
        "  Needed: /UpgradeCMS on the first upgraded node, before the last node",
        "  Where:  on the nodes",
        waysOut("node2.contoso.com", "node1.contoso.com", "D:\\SP1\\Setup.com"),
        "  Rule:   R79, /UpgradeCMS comes before the last node (siliconexus.com, August 2010 (report of a CCR upgrade))",
      ),
    );
    const fix = (scene: Scene) =>
      order({ builds: [sp1, sp1], ...scene })
        .split("\n")
        .at(-2);
    assert.equal(
      fix({ owner: "NODE2" }),
      waysOut("node1.contoso.com", "node2.contoso.com", "D:\\SP1\\Setup.com"),
    );
    // The cluster may be down because of it.
    assert.equal(
      fix({ silent: "cluster" }),
      waysOut("one node that does not own it", "the node that owns it", "Setup.com"),
    );
  });

  it("R77: all is upgraded, and a part of its group is online", () => {
    assert.equal(
      order({ cms: sp1, builds: [sp1, sp1], state: "PartialOnline", owner: "NODE2" }),
      lines(
        `R77 (must), ${head}: not verified: all is upgraded, and only a part of its group is online: which of its resources are meant to be is not read`,
        state("PartialOnline on node2.contoso.com", sp1, sp1, "", sp1),
        "  Needed: MBX-LON Online, or a group of which only what is kept offline on purpose is offline",
        "  Where:  on node2.contoso.com, among the resources of the group MBX-LON (cluster.exe resource)",
        "  Fix:    run Start-ClusteredMailboxServer MBX-LON, or mount what is to be online; then run pulumi up again. Where the rest is kept offline on purpose, such as a database that nobody uses, waive R77 with that reason: the builds are proven, and nothing else is left",
        r77,
      ),
    );
    // Before that, it is stopped like one that is online.
    assert.match(
      order({ builds: [rtm, sp1], state: "PartialOnline" }),
      /: MBX-LON is stopped before it is moved and upgraded\n/,
    );
  });

  it("R76: what is not known, or does not fit together", () => {
    assert.equal(
      order({ silent: "cluster" }),
      lines(
        `R76 (must), ${head}: not verified: no node shows it: node1.contoso.com: no answer within 60 s; node2.contoso.com: no answer within 60 s`,
        state("owner and state not known"),
        whole,
        "  Where:  in the cluster",
        bring,
        r76,
      ),
    );
    for (const [scene, why] of [
      [{ silent: "node2" }, "no answer within 60 s"],
      [
        { silent: "one view" },
        "its nodes do not agree: node1.contoso.com shows Cluster Group Online on NODE1, MBX-LON Online on NODE1; node2.contoso.com shows MBX-LON Online on NODE2",
      ],
      [{ ownGroup: "MAIL" }, "the cluster has no group MAIL: it has MBX-LON and Cluster Group"],
    ] as const)
      assert.equal(order(scene).split("\n")[0], `R76 (must), ${head}: not verified: ${why}`);
    const c = caseOf({});
    const [one] = c.nodes;
    const [, other] = caseOf({ silent: "node2" }).nodes;
    assert.ok(one && other);
    const stranger = { ...c, nodes: [one, { ...other, case: aCase({ computer: "node9.contoso.com" }) }] };
    assert.equal(nextOf(stranger).kind, "unknown");
  });

  it("R76: a group between two states, or in one without a name", () => {
    const settle =
      "  Fix:    wait until its group is Online or Offline, then run pulumi up again; if it does not get there, read the event log of the node that owns it";
    for (const [state, why] of [
      ["Pending", "its group is between two states"],
      ["Unknown", "its group has a state without a name"],
    ] as const) {
      for (const scene of [{}, { builds: [rtm, sp1] }, { cms: sp1, builds: [sp1, sp1] }] as const)
        assert.equal(order({ ...scene, state }).split("\n")[0], `R76 (must), ${head}: not verified: ${why}`);
      assert.equal(order({ state }).split("\n").at(-2), settle);
    }
    assert.equal(
      order({ state: "Pending" }),
      lines(
        `R76 (must), ${head}: not verified: its group is between two states`,
        state("Pending on node1.contoso.com"),
        whole,
        "  Where:  in the cluster",
        settle,
        r76,
      ),
    );
  });

  it("R76: another clustered mailbox server on the cluster, as long as something is left to do", () => {
    const other = (nodes: readonly string[], fqdn: string | null = "mbx2.contoso.com") => ({
      ...serverObject("mbx2", ["Mailbox"], rtm),
      fqdn,
      clustered: { storage: 2, nodes },
    });
    const several = lines(
      `R76 (must), ${head}: not verified: the cluster also hosts mbx2, and no source has the order for several clustered mailbox servers`,
      state("Online on node1.contoso.com"),
      whole,
      "  Where:  in the cluster",
      "  Fix:    decide the order, and upgrade them by hand, each before the last node is upgraded; then run pulumi up again: it proves the result",
      r76,
    );
    assert.equal(order({ others: [other(["NODE2", "NODE3"])] }), several);
    assert.equal(order({ others: [other(["NODE2"], null)] }), several);
    // Its group has its name: it is on this cluster, wherever its nodes are thought to be.
    assert.equal(order({ others: [other([], "mbx2.fabrikam.com")], groupName: "MBX2" }), several);
    assert.match(order({ others: [other(["NODE7", "NODE8"])] }), /^R77 /);
    // Nodes of the same names, in another domain.
    assert.match(order({ others: [other(["NODE1", "NODE2"], "mbx2.fabrikam.com")] }), /^R77 /);
    assert.equal(order({ cms: sp1, builds: [sp1, sp1], others: [other(["NODE1", "NODE2"])] }), "");
  });

  it("D9: a node, or the clustered mailbox server, is newer than the target", () => {
    assert.equal(
      order({ builds: ["8.2.176.2", rtm] }).split("\n")[0],
      `D9 (must), ${head}: 2007 SP1 is below what is already there, and nothing can be taken back`,
    );
  });

  it("R75: what the directory shows of it and of its nodes", () => {
    const said = (scene: Scene) =>
      evaluateCluster(caseOf(scene))
        .filter(({ rule }) => rule === "R75")
        .map(renderFinding)
        .join("\n");
    const r75 =
      "  Rule:   R75, the program's nodes are those of the clustered mailbox server (a discovery program of InMage and a script for Splunk, which read the same attributes)";
    const needed =
      "  Needed: the server object of a clustered mailbox server, with the nodes that the program names";
    const where = "  Where:  in the configuration partition of the forest";
    assert.equal(said({}), "");
    assert.equal(said({ clustered: { storage: 2, nodes: ["node2", "node1"] } }), "");
    const { dn } = serverObject("mbx-lon", ["Mailbox"], rtm);
    assert.equal(
      said({ clustered: { storage: 1, nodes: ["NODE1", "NODE3"] } }),
      lines(
        `R75 (must), ${head}: the program names other nodes than the directory`,
        `  Found:  NODE1 and NODE3 in ${dn}; the program has node1.contoso.com and node2.contoso.com`,
        needed,
        where,
        "  Fix:    name every node of the clustered mailbox server in `nodes`, and no other computer",
        r75,
      ),
    );
    assert.equal(
      said({ clustered: "none" }),
      lines(
        `R75 (must), ${head}: its server object is of no clustered mailbox server`,
        `  Found:  no msExchClusterStorageType and no msExchServerRedundantMachines in ${dn}`,
        needed,
        where,
        "  Fix:    upgrade an ordinary server with ExchangeRoleUpgrade; for a clustered one let `directory` read these attributes",
        r75,
      ),
    );
    assert.match(
      said({ clustered: "no object" }),
      /^R75 \(must\), .*: the directory shows no single server object of it\n/,
    );
    assert.equal(
      said({ clustered: { storage: 7, nodes: ["NODE1", "NODE2"] } }),
      lines(
        `R75 (must), ${head}: not verified: msExchClusterStorageType is 7, and the redundant machines are NODE1 and NODE2`,
        `  Found:  ${dn}`,
        needed,
        where,
        "  Fix:    let `directory` read both attributes; where they are as they are, look at the cluster, and waive the rule with what was seen",
        r75,
      ),
    );
    assert.match(
      said({ clustered: { storage: null, nodes: [] } }),
      /: not verified: msExchClusterStorageType is absent, and no redundant machine is named\n/,
    );
  });
});

describe("how a clustered mailbox server stands", () => {
  const stands = (scene: Scene, waivers = {}) => {
    const { progress, due, open } = clusterState(caseOf(scene), waivers);
    return [progress, due?.evidence ?? null, open];
  };
  const done = { cms: sp1, builds: [sp1, sp1] } as const;

  it("is done only where all was seen, on the nodes that the directory names", () => {
    assert.deepEqual(stands(done), ["done", null, null]);
    assert.deepEqual(stands({}), ["pending", "documented", null]);
    assert.deepEqual(stands({ ...done, builds: [sp1, rtm] }), ["pending", "documented", null]);
    assert.deepEqual(stands({ cms: rtm, builds: [sp1, sp1] }), [
      "pending",
      null,
      "every node is upgraded, and the clustered mailbox server is not (R79)",
    ]);
    const partial = { ...done, state: "PartialOnline" } as const;
    assert.deepEqual(stands(partial).slice(0, 2), ["unknown", null]);
    assert.deepEqual(stands(partial, { R77: "a database is kept offline" }), ["done", null, null]);
    assert.deepEqual(stands({ ...done, silent: "cluster" }).slice(0, 2), ["unknown", null]);
    assert.deepEqual(stands({ ...done, clustered: { storage: 1, nodes: ["NODE1", "NODE3"] } }), [
      "unknown",
      null,
      "the program names other nodes than the directory (R75)",
    ]);
  });

  it("is beyond the target only as a whole", () => {
    const sp2 = "8.2.176.2";
    assert.deepEqual(stands({ cms: sp2, builds: [sp2, sp2] }), ["above", null, null]);
    assert.deepEqual(stands({ cms: sp2, builds: [sp2, rtm] })[0], "pending");
  });
});
