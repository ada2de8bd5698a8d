/** `exchange-upgrade verify` and `status` of a stack with a clustered mailbox server, on the lab, with a fake `pulumi`. */
import assert from "node:assert/strict";
import { adatum, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import type { ClusterNow } from "../../lib/cli/stackClusters";
import { clusterRow, statusText, watchText } from "../../lib/cli/statusReport";
import { verifiedCluster, verifyReport, verifyText } from "../../lib/cli/verifyReport";
import { findRelease } from "../../lib/releases";
import type { ReviewCluster } from "../../lib/review/review";
import { restart, setupSucceeds } from "../lab/setup-support";
import { verifiedBefore } from "../resources/builder";
import { lineOf, cluster as planned } from "../review/clusterFixture";
import { type Stage, useStage } from "./fake-pulumi";

const cms = "mbx1.adatum.com";
const [node1, node2] = ["node1.adatum.com", "node2.adatum.com"] as const;
const due = {
  text: `the next step is due: Setup /UpgradeCMS on ${node2}, before any other node is upgraded`,
  evidence: "practice",
  source: "two reports",
} as const;
const now = `${cms}: Mailbox 8.0.685.24 (2007 RTM), Offline on ${node2}`;
const cluster = (more: Partial<ClusterNow> = {}): ClusterNow => ({
  name: "mbx1",
  computer: cms,
  target: findRelease("2007 SP1") ?? assert.fail(),
  forest: null,
  progress: "pending",
  now,
  due: null,
  open: null,
  ...more,
});

describe("cli: verify and status of a clustered mailbox server", () => {
  const server = {
    name: "cas1",
    kind: "server",
    computer: "cas1.adatum.com",
    target: "2007 SP1",
    verdict: "at",
    now: "Client Access 8.1.240.6 (2007 SP1)",
  } as const;
  const text = (each: ClusterNow) =>
    verifyText(verifyReport([server, verifiedCluster(each)], undefined, undefined), 100);

  it("is no organization at its target while it is not", () => {
    assert.equal(
      text(cluster({ due })),
      `Not at 2007 SP1: 1 of 2 steps
  mbx1.adatum.com  cluster  the next step is due: Setup /UpgradeCMS on node2.adatum.com, before any
                            other node is upgraded (practice); now mbx1.adatum.com: Mailbox
                            8.0.685.24 (2007 RTM), Offline on node2.adatum.com
`,
    );
    const open = "every node is upgraded, and the clustered mailbox server is not (R79)";
    assert.match(text(cluster({ open })), /^Not at 2007 SP1: 1 of 2 steps\n/);
    assert.equal(
      text(cluster({ progress: "unknown", now: "not known", open: "not verified: node1 is down (R76)" })),
      `Not known to be at 2007 SP1: 1 of 2 steps
  mbx1.adatum.com  not seen  not verified: node1 is down (R76); now not known
`,
    );
    assert.match(text(cluster({ progress: "done" })), /^At 2007 SP1: 2 of 2 steps\n/);
    assert.match(text(cluster({ progress: "above" })), /^At 2007 SP1: 2 of 2 steps\n/);
  });

  it("has a row in the table, which waits for a person", () => {
    const at = Date.parse("2026-12-05T22:30:00Z");
    const rows = [
      clusterRow(cluster({ due })),
      clusterRow(cluster({ name: "mbx2", progress: "unknown", open: "not verified: node3 is down (R76)" })),
      clusterRow(cluster({ name: "mbx3", open: "every node is upgraded, and it is not (R79)" })),
      clusterRow(cluster({ name: "mbx4", progress: "done" })),
    ];
    assert.equal(
      statusText(rows, at, 80),
      `2026-12-05 22:30 UTC  4 steps: 1 failed, 1 not seen, 1 waiting, 1 done

step  phase               min  end  window
mbx3  failed              -    -    -
mbx2  not seen            -    -    -
mbx1  waits for a person  -    -    -
mbx4  done                -    -    -

mbx3: every node is upgraded, and it is not (R79)
mbx2: not verified: node3 is down (R76)
mbx1: the next step is due: Setup /UpgradeCMS on node2.adatum.com, before any
other node is upgraded (practice)
`,
    );
    assert.match(watchText(rows, at, null, 80), /\nmbx1 {2}waits for a person /);
  });
});

describe("cli: plan of a clustered mailbox server, with a fake pulumi", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  it("end with 0 only where it was seen at its target", async () => {
    const plan = async (line: string) => {
      const { code, stderr } = await stage.run(["plan", "--format", "markdown"], { lines: [line] });
      return [code, stderr.split("\n").slice(1)];
    };
    const line = (more: Partial<ReviewCluster>) => JSON.stringify(lineOf(planned(more)));
    const noTime =
      "No time is known for 1 clustered mailbox server: a person does its steps; what waits for it starts later.";
    assert.deepEqual(await plan(line({})), [
      4,
      ["Waits for a person: 1 clustered mailbox server", "1 step: 1 to do. Findings: none.", noTime, ""],
    ]);
    assert.deepEqual(await plan(line({ progress: "unknown", due: null })), [
      4,
      ["Not verified: 1 step could not be read", "1 step: 1 not known. Findings: none.", noTime, ""],
    ]);
    assert.deepEqual(await plan(line({ progress: "done", due: null })), [
      0,
      ["Done: the step is at 2007 SP1", "1 step: 1 done. Findings: none.", ""],
    ]);
    const names = JSON.stringify({ review: 1, steps: ["mbx1"] });
    assert.deepEqual(await plan(names), [
      4,
      [
        "Incomplete: steps may be missing",
        "0 steps: none. Findings: none.",
        "Steps may be missing: 1 step has no plan (mbx1): the preview did not check them",
        "",
      ],
    ]);
  });
});

describe("cli: verify and status of a clustered mailbox server, on the lab", function () {
  this.timeout(60_000);
  let lab: Lab;
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });
  beforeEach(async () => {
    lab = await startLab(adatum, { setupSeconds: 0.02 });
    await operator("dc1.adatum.com", "/PrepareAD", "ADATUM\\prep");
    await operator("cas1.adatum.com", "/mode:upgrade");
  });
  afterEach(() => lab.stop());

  async function operator(computer: string, args: string, account = "ADATUM\\exadmin"): Promise<void> {
    await setupSucceeds(lab, computer, account, args);
    if (args === "/mode:upgrade") await restart(lab, computer);
  }
  /** The state of an organization after its first gate, or of a clustered mailbox server that stands for itself. */
  const state = (isOrganization: boolean): string => {
    const { directory, computers, accounts } = coordinatesOf(lab);
    const computer = (name: string) => ({
      name,
      media: "D:\\SP1",
      connection: { ...computers[name], ...accounts["ADATUM\\exadmin"] },
    });
    const common = { target: "2007 SP1", directory: { ...directory, ...accounts["ADATUM\\reader"] } };
    const own = {
      name: cms,
      nodes: { one: computer(node1), two: computer(node2) },
      prepared: verifiedBefore,
    };
    const steps = {
      cas1: { kind: "server", computer: computer("cas1.adatum.com"), prepared: verifiedBefore },
    };
    const [type, name, inputs] = isOrganization
      ? ["ExchangeReadiness", "adatum-readiness", { ...common, steps, clusters: { mbx1: own }, waves: {} }]
      : ["ExchangeClusteredMailboxUpgrade", "mbx1", { ...common, ...own }];
    const token = `pulumi-nodejs:dynamic/exchange:${type}`;
    const resource = {
      urn: `urn:pulumi:prod::exchange::${token}::${name}`,
      type: token,
      inputs,
      outputs: {},
    };
    return JSON.stringify({ version: 3, deployment: { resources: [resource] } });
  };

  it("follow it to the end, and count all its nodes", async () => {
    const codes = async (isOrganization = true) => {
      const verified = await stage.run(["verify"], { state: state(isOrganization) });
      const status = await stage.run(["status"], { state: state(isOrganization) });
      assert.equal(verified.stderr, "");
      return { verify: verified.code, head: verified.stdout.split("\n")[0], status };
    };
    const first = await codes();
    assert.deepEqual([first.verify, first.head], [3, "Not at 2007 SP1: adatum.com, 1 of 2 steps"]);
    assert.match(first.status.stdout, /\nmbx1 +waits for a person /);
    assert.match(
      first.status.stdout.replace(/\n {2}/g, " "),
      /\nmbx1: the next step is due: Setup \/mode:upgrade on the passive node node2\.adatum\.com \(documented\)\n/,
    );
    const [own] = lab.clusters;
    await operator(node2, "/mode:upgrade");
    own?.stop();
    own?.move(node2);
    await operator(node2, "/UpgradeCMS");
    // Only the directory would show it at its target now.
    const half = await codes(false);
    assert.deepEqual([half.verify, half.head], [3, "Not at 2007 SP1: adatum.com, 0 of 1 step"]);
    own?.moveGroup("Cluster Group", node2);
    await operator(node1, "/mode:upgrade");
    own?.start();
    for (const [isOrganization, head] of [
      [true, "At 2007 SP1: adatum.com, 2 of 2 steps"],
      [false, "At 2007 SP1: adatum.com, 1 of 1 step"],
    ] as const) {
      const done = await codes(isOrganization);
      assert.deepEqual([done.verify, done.head], [0, head]);
      assert.match(done.status.stdout, /\nmbx1 +done /);
    }
    if (own !== undefined) own.own.state = 4;
    const pending = await codes();
    assert.deepEqual([pending.verify, pending.status.code], [4, 4]);
    assert.equal(pending.head, "Not known to be at 2007 SP1: adatum.com, 1 of 2 steps");
  });
});
