/** The two gates of an organization with a clustered mailbox server, on the lab: what they pass, refuse and prove. */
import assert from "node:assert/strict";
import { adatum } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import { handlers } from "../../lib/provider/handlers";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, callOf, checkGate, createGate, diffGate } from "../frontDoor";
import { restart, setupSucceeds } from "../lab/setup-support";
import { verifiedBefore } from "./builder";
import { LabSteps } from "./lab-steps";

const cms = "mbx1.adatum.com";
const [node1, node2] = ["node1.adatum.com", "node2.adatum.com"] as const;
const exadmin = "ADATUM\\exadmin";
const preview = { __stage: unknownValue };
const up = { __stage: "up" };

describe("the gates of an organization with a clustered mailbox server", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  beforeEach(async () => {
    await steps.start({}, adatum);
    await operator("dc1.adatum.com", "/PrepareAD", "ADATUM\\prep");
  });
  afterEach(() => steps.stop());

  const operator = (computer: string, args: string, account = exadmin) =>
    setupSucceeds(steps.lab, computer, account, args);
  const cluster = () => steps.lab.clusters[0] ?? assert.fail();
  const computer = (name: string): Props => {
    const { computers, accounts } = coordinatesOf(steps.lab);
    return { name, media: "D:\\SP1", connection: { ...computers[name], ...accounts[exadmin] } };
  };
  const inputs = (stage: Props, changes: Props = {}): Props => {
    const { directory, accounts } = coordinatesOf(steps.lab);
    return {
      target: "2007 SP1",
      directory: { ...directory, ...accounts["ADATUM\\reader"] },
      steps: { cas1: { kind: "server", computer: computer("cas1.adatum.com"), prepared: verifiedBefore } },
      clusters: {
        mbx1: {
          name: cms,
          nodes: { one: computer(node1), two: computer(node2) },
          account: { name: exadmin },
          prepared: verifiedBefore,
          after: ["wave first"],
          place: { at: "clusteredMailboxServers.mbx1", elsewhere: {} },
          ...changes,
        },
      },
      waves: { "wave first": ["cas1"], "wave mailbox": ["mbx1"] },
      ...stage,
    };
  };
  const reasons = async (kind: "readiness" | "verification", news: Props, olds: Props = {}) =>
    (await checkGate(kind, olds, news, log)).failures.map(({ reason }) => reason);
  const firstLines = (texts: readonly string[]) => texts.map((text) => text.split("\n")[0]);
  const proof = (news = inputs(up)) =>
    createGate("verification", news, log).then(
      ({ proven }) => proven,
      (error: Error) => error.message.split("\n").slice(0, 2),
    );
  const upgradeAll = async () => {
    await operator("cas1.adatum.com", "/mode:upgrade");
    await operator(node2, "/mode:upgrade");
    await restart(steps.lab, node2);
    cluster().stop();
    cluster().move(node2);
    await operator(node2, "/UpgradeCMS");
    cluster().moveGroup("Cluster Group", node2);
    await operator(node1, "/mode:upgrade");
    await restart(steps.lab, node1);
    cluster().start();
  };

  /** The clustered mailbox server's own row, behind the gate. */
  const rowOf = (): Props => {
    const {
      clusters,
      steps: _,
      waves: __,
      ...organization
    } = inputs(preview) as {
      clusters: { mbx1: Props };
      [name: string]: unknown;
    };
    const { place, ...own } = clusters.mbx1;
    const gate = "urn:pulumi:test::adatum::exchange:ExchangeReadiness::adatum-readiness";
    return {
      ...organization,
      ...own,
      after: [],
      __place: place,
      __gated: true,
      __gate: gate,
      __waitsFor: [],
    };
  };
  const logons = () => [node1, node2].map((node) => steps.lab.computer(node).counts.logons);

  it("share one look at its nodes in a preview, and take none of it into up", async () => {
    const more = (before: readonly number[]) => logons().map((count, at) => count - (before[at] ?? 0));
    const start = logons();
    await reasons("readiness", inputs(preview));
    const row = rowOf();
    await handlers.clusteredMailbox.check(callOf(row, log), {}, row);
    await reasons("verification", inputs(preview));
    // One connection for the facts of a computer, and one for what its cluster shows.
    assert.deepEqual(more(start), [2, 2]);
    await beginRun();
    const next = logons();
    await reasons("readiness", inputs(preview));
    assert.deepEqual(more(next), [2, 2]);
    const anew = logons();
    await reasons("readiness", inputs(up));
    assert.deepEqual(more(anew), [2, 2]);
  });

  it("count as unknown, in preview, what is done as far as the program names its nodes", async () => {
    await upgradeAll();
    const { server } = directoryNames(adatum);
    const values = ["NODE1", "NODE2", "NODE3"];
    steps.lab.directory?.store.modify(server(cms), [
      { operation: "replace", attribute: "msExchServerRedundantMachines", values },
    ]);
    await reasons("readiness", inputs(preview));
    assert.ok(said.includes("info 2 steps: 0 to do, 1 done, 1 not read"), said.join("\n"));
  });

  it("tell what it takes for gone once, and its own row has it in the plan", async () => {
    const changes = { gone: { "cas9.adatum.com": "CHG0051" } };
    await reasons("readiness", inputs(preview, changes));
    const row = { ...rowOf(), ...changes };
    const { inputs: checked } = await handlers.clusteredMailbox.check(callOf(row, log), {}, row);
    assert.deepEqual((checked.plan as Props).gone, ["cas9.adatum.com: CHG0051"]);
    const told = said.filter((line) => line.includes("cas9"));
    assert.deepEqual(told, [
      "info cas9.adatum.com is taken for gone (CHG0051), and the directory shows no such server any more: leave it out of `gone`",
    ]);
  });

  it("pass while its steps are due, count it, and prove it only once all are done", async () => {
    assert.deepEqual(await reasons("readiness", inputs(preview)), []);
    assert.deepEqual(await reasons("verification", inputs(preview)), []);
    const told = () => said.filter((line) => !line.startsWith("progress"));
    assert.deepEqual(told(), ["info 2 steps: 2 to do, 0 done"]);
    // Client Access is planned before it (D3), and the program has not done that yet.
    assert.deepEqual(await reasons("readiness", inputs(up)), []);
    assert.equal((await createGate("readiness", inputs(up), log)).ready, true);
    await operator("cas1.adatum.com", "/mode:upgrade");
    await beginRun();
    said.splice(0);
    assert.deepEqual(await reasons("readiness", inputs(preview)), []);
    assert.deepEqual(told(), ["info 2 steps: 1 to do, 1 done"]);
    assert.deepEqual(await proof(), [
      "1 step is not proven",
      `R77 (must), clustered mailbox server upgrade on ${cms}: the next step is due: Setup /mode:upgrade on the passive node ${node2}`,
    ]);
  });

  it("prove the server object, owner, state and every node at the end", async () => {
    await upgradeAll();
    const node = "Mailbox 8.1.240.6 (2007 SP1), Management Tools 8.1.240.6 (2007 SP1)";
    const all = inputs(up);
    const olds = await createGate("verification", all, log);
    assert.deepEqual(olds.proven, {
      cas1: "Client Access 8.1.240.6 (2007 SP1), Hub Transport 8.1.240.6 (2007 SP1), Management Tools 8.1.240.6 (2007 SP1)",
      mbx1: `${cms}: Mailbox 8.1.240.6 (2007 SP1), Online on ${node2}; ${node1}: ${node}; ${node2}: ${node}`,
    });
    assert.ok(said.includes("info 2 steps are proven, in the directory and in the registries"));
    assert.deepEqual(await diffGate("verification", olds, all), { changes: false });
    // A node that is off afterwards stops no later preview or up of the rest; without a record it does.
    const { computer: node1Windows } = steps.lab.computer(node1);
    node1Windows.restartBehaviour.staysDown = true;
    node1Windows.restart();
    const off = (stage: Props) => inputs(stage, { timeouts: { facts: 2 } });
    assert.deepEqual(await reasons("readiness", off(up), all), []);
    const [head = ""] = await reasons("readiness", off(up));
    assert.match(head, /^nothing was started: /);
  });

  it("refuse with what is wrong with it, before anything is started", async () => {
    // R79: every node is new, and it is old.
    for (const [node, other] of [
      [node2, node1],
      [node1, node2],
    ] as const) {
      cluster().move(other);
      await operator(node, "/mode:upgrade");
      await restart(steps.lab, node);
    }
    for (const [kind, stage] of [
      ["readiness", up],
      ["verification", preview],
    ] as const) {
      const [head, text = "", ...others] = await reasons(kind, inputs(stage));
      assert.equal(head, "nothing was started: 1 finding on 1 computer: 1 broken; the worst come first");
      assert.match(
        text,
        /R79 \(must\), .*: every node is upgraded, and the clustered mailbox server is not/s,
      );
      assert.deepEqual(others, []);
    }
    await assert.rejects(createGate("readiness", inputs(up), log), /R79 \(must\)/);
  });

  it("refuse its arguments, at their places, and a target that has none", async () => {
    const wrong = (stage: Props) => inputs(stage, { name: "mbx1", timeouts: { facts: "soon" } });
    const text = [
      "2 arguments cannot be used: clusteredMailboxServers.mbx1.name: is not a fully qualified domain name such as cas1.contoso.com",
      "  and   clusteredMailboxServers.mbx1.timeouts.facts: invalid input: expected number, received string",
      "  Where:  in the program",
      "  Fix:    correct them; nothing was started",
      "  Code:   XU-ARGUMENT",
    ].join("\n");
    assert.deepEqual(await reasons("readiness", wrong(up)), [text]);
    assert.deepEqual(await reasons("readiness", wrong(preview)), []);
    assert.deepEqual(await reasons("verification", wrong(preview)), [text]);
    const later = { ...inputs(up), target: "2010 SP3", steps: {} };
    assert.deepEqual(firstLines(await reasons("readiness", later)), [
      "one argument cannot be used: target: 2010 SP3 is no service pack of Exchange 2007 that this version offers: later products have no clustered mailbox servers",
    ]);
  });

  it("let its own row warn, and start nothing before the first gate has passed", async () => {
    const row = rowOf();
    await operator("cas1.adatum.com", "/mode:upgrade");
    cluster().own.state = 4;
    const { failures } = await handlers.clusteredMailbox.check(callOf(row, log), {}, row);
    assert.deepEqual(failures, []);
    assert.deepEqual(firstLines(said), [
      `warning ${cms}: not started by a pulumi up that is asked for no more than this preview (--target, --exclude): before it comes adatum-readiness [XU-OUT-OF-TURN]`,
      `warning R76 (must), clustered mailbox server upgrade on ${cms}: not verified: its group is between two states`,
    ]);
    const started = { ...row, ...up };
    await assert.rejects(
      handlers.clusteredMailbox.create(callOf(started, log), started),
      /adatum-readiness, the gate before every step, has not let this run pass/,
    );
  });
});
