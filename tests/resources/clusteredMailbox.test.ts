/** The upgrade of a clustered mailbox server, through the provider's handler, on the simulated pair of nodes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adatum } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import { groupStates } from "../../lab/windows/cluster";
import { handlers } from "../../lib/provider/handlers";
import { useClock } from "../../lib/provider/memory/clock";
import { parseReport } from "../../lib/review/assemble";
import { type Props, unknownValue } from "../../lib/wire/values";
import { beginRun, callOf } from "../frontDoor";
import { restart, setupSucceeds } from "../lab/setup-support";
import { LabSteps } from "./lab-steps";

const cms = "mbx1.adatum.com";
const [node1, node2] = ["node1.adatum.com", "node2.adatum.com"] as const;
const exadmin = "ADATUM\\exadmin";
const handler = handlers.clusteredMailbox;
const rtm = "Mailbox 8.0.685.25 (2007 RTM), Management Tools 8.0.685.25 (2007 RTM)";
const sp1 = "Mailbox 8.1.240.6 (2007 SP1), Management Tools 8.1.240.6 (2007 SP1)";

describe("a clustered mailbox server", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  beforeEach(async () => {
    await steps.start({}, adatum);
    await operator("dc1.adatum.com", "/PrepareAD", "ADATUM\\prep");
    await operator("cas1.adatum.com", "/mode:upgrade");
  });
  afterEach(() => steps.stop());

  /** An operator runs Setup. */
  const operator = (computer: string, args: string, account = exadmin) =>
    setupSucceeds(steps.lab, computer, account, args);
  const cluster = () => {
    const [first] = steps.lab.clusters;
    assert.ok(first);
    return first;
  };
  const inputs = (changes: Props = {}): Props => {
    const { directory, computers, accounts } = coordinatesOf(steps.lab);
    const node = (name: string) => ({
      name,
      media: "D:\\SP1",
      connection: { ...computers[name], ...accounts[exadmin] },
    });
    const planned = {
      target: "2007 SP1",
      from: "as found",
      schema: true,
      organization: true,
      domains: ["*"],
    };
    return {
      target: "2007 SP1",
      directory: { ...directory, ...accounts["ADATUM\\reader"] },
      prepared: { ...planned, verify: true },
      name: cms,
      nodes: { one: node(node1), two: node(node2) },
      account: { name: exadmin },
      ...changes,
    };
  };
  const check = (changes: Props = {}, olds: Props = {}) => {
    const preview = { ...inputs(changes), __stage: unknownValue };
    return handler.check(callOf(preview, log), olds, preview);
  };
  const refusals = async (changes: Props = {}) => (await check(changes)).failures.map(({ reason }) => reason);
  const create = () => handler.create(callOf(inputs(), log), inputs());
  /** What create refuses with: the first line. */
  const due = () =>
    create().then(
      () => "nothing",
      (error: Error) =>
        error.message.split("\n")[0]?.replace(`clustered mailbox server upgrade on ${cms}: `, ""),
    );

  it("has its plan in preview, with the support of each step, and the step that is due", async () => {
    const { failures, inputs: checked } = await check();
    assert.deepEqual(failures, []);
    assert.deepEqual(said, [
      `info ${cms}: the next step is due: Setup /mode:upgrade on the passive node ${node2}\n` +
        `  now   ${cms}: Mailbox 8.0.685.24 (2007 RTM), Online on ${node1}; ${node1}: ${rtm}; ${node2}: ${rtm}`,
    ]);
    const { plan } = checked as { plan: { steps: readonly string[]; run: string } };
    assert.deepEqual(
      plan.steps.map((step) => step.replace(/ \((documented|practice): .*$/, " ($1)")),
      [
        'every group of the passive node to another node: cluster.exe group "<group>" /move:<node> (documented)',
        "Setup.com /mode:upgrade on the passive node (documented)",
        "a restart of the passive node (practice)",
        'Stop-ClusteredMailboxServer MBX1 -StopReason "Upgrade to 2007 SP1" -Confirm:$false (practice)',
        'Move-ClusteredMailboxServer MBX1 -TargetMachine <the upgraded node> -MoveComment "Upgrade to 2007 SP1" -Confirm:$false (practice)',
        "Setup.com /UpgradeCMS on the upgraded node (practice)",
        'every group of the other node to another node: cluster.exe group "<group>" /move:<node> (documented)',
        "Setup.com /mode:upgrade on the other node (documented)",
        "a restart of the other node (practice)",
        "Start-ClusteredMailboxServer MBX1 (practice)",
      ],
    );
  });

  it("has a line in the report: what is due, or what is wrong with its arguments", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-report-"));
    const file = join(folder, "report.jsonl");
    const __urn =
      "urn:pulumi:test::adatum::pulumi-nodejs:dynamic/exchange:ExchangeClusteredMailboxUpgrade::mbx1";
    process.env.EXCHANGE_UPGRADE_REPORT = file;
    try {
      await check({ __urn, account: { name: "ADATUM\\nobody" } });
      await operator(node2, "/mode:upgrade");
      cluster().own.state = 4;
      await check({ __urn });
      await check({ __urn, name: "mbx1" });
      const text = readFileSync(file, "utf8");
      const { clusters, refused } = parseReport(text);
      const told = clusters.map(({ cluster: { name, progress, due, findings } }) => {
        const found = findings.map(({ rule, verdict, on = [] }) => [rule, verdict, ...on].join(" "));
        return [name, progress, due?.text ?? null, found];
      });
      assert.deepEqual(told, [
        [
          "mbx1",
          "pending",
          `the next step is due: Setup /mode:upgrade on the passive node ${node2}`,
          ["P1 fails", `P1 unknown ${node1}`, `P1 unknown ${node2}`],
        ],
        ["mbx1", "unknown", null, ["R76 unknown"]],
      ]);
      assert.deepEqual(
        refused.map(({ refused: { name, kind, computer, finding } }) => [name, kind, computer, finding.rule]),
        [["mbx1", "clusteredMailbox", "mbx1", "arguments"]],
      );
      for (const { password } of adatum.accounts) assert.ok(!text.includes(password));
    } finally {
      delete process.env.EXCHANGE_UPGRADE_REPORT;
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is judged on a facts snapshot as it was on what the snapshot contains, and nothing is asked", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-facts-"));
    const file = join(folder, "facts.json");
    try {
      await operator(node2, "/mode:upgrade");
      process.env.EXCHANGE_UPGRADE_RECORD_FACTS = file;
      await beginRun();
      await check();
      delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
      const live = said.splice(0);
      assert.match(live.join("\n"), /: the next step is due: the restart of node2/);
      const text = readFileSync(file, "utf8");
      for (const { password } of adatum.accounts) assert.ok(!text.includes(password));

      await beginRun();
      process.env.EXCHANGE_UPGRADE_FACTS = file;
      const nobody = { host: "127.0.0.1", port: 9, user: exadmin, password: "x" };
      const unreachable = Object.entries(inputs().nodes as Props).map(
        ([name, node]) => [name, { ...(node as Props), connection: nobody }] as const,
      );
      const searches = () => steps.lab.directory?.stats().searches;
      const before = searches();
      const { failures } = await check({ nodes: Object.fromEntries(unreachable) });
      assert.deepEqual(failures, []);
      assert.equal(searches(), before);
      const [announced, ...judged] = said;
      assert.match(announced ?? "", /^warning judged on the facts snapshot /);
      assert.deepEqual(judged, live);

      const other = await refusals({ directory: { ...(inputs().directory as Props), url: "ldaps://dc9" } });
      assert.equal(
        other[0]?.split("\n")[0],
        `the facts snapshot ${file} cannot be used: it is about another directory`,
      );
    } finally {
      delete process.env.EXCHANGE_UPGRADE_RECORD_FACTS;
      delete process.env.EXCHANGE_UPGRADE_FACTS;
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is taken up where it stands by each up, and proven at the end; nothing is started on its nodes", async () => {
    const met: (string | undefined)[] = [];
    for (const act of [
      () => operator(node2, "/mode:upgrade"),
      () => restart(steps.lab, node2),
      async () => cluster().stop(),
      async () => cluster().move(node2),
      () => operator(node2, "/UpgradeCMS"),
      async () => cluster().moveGroup("Cluster Group", node2),
      () => operator(node1, "/mode:upgrade"),
      () => restart(steps.lab, node1),
      async () => cluster().start(),
    ]) {
      met.push(await due());
      await act();
    }
    assert.deepEqual(met, [
      `R77 (must), the next step is due: Setup /mode:upgrade on the passive node ${node2}`,
      `R77 (must), the next step is due: the restart of ${node2}`,
      "R77 (must), the next step is due: MBX1 is stopped before it is moved and upgraded",
      `R77 (must), the next step is due: MBX1 moves to ${node2}, which is upgraded`,
      `R77 (must), the next step is due: Setup /UpgradeCMS on ${node2}, before any other node is upgraded`,
      `R78 (must), Setup is due on ${node1}, which owns Cluster Group`,
      `R77 (must), the next step is due: Setup /mode:upgrade on the passive node ${node1}`,
      `R77 (must), the next step is due: the restart of ${node1}`,
      "R77 (must), the last step is due: MBX1 is started",
    ]);
    said.splice(0);
    const { id, outs } = await create();
    assert.deepEqual(
      [id, outs.builds],
      [`${cms}/cluster`, { [cms]: "8.1.240.6", [node1]: "8.1.240.6", [node2]: "8.1.240.6" }],
    );
    assert.deepEqual(said, [
      `info ${cms}: Mailbox 8.1.240.6 (2007 SP1), Online on ${node2}; ${node1}: ${sp1}; ${node2}: ${sp1}. Not read: the copies of its databases; look at Get-StorageGroupCopyStatus`,
    ]);
    // Three runs by the operator, and none by the package.
    assert.equal(steps.runsOn(node1).length + steps.runsOn(node2).length, 3);
    // A part of its group that is kept offline is a person's decision, and a step that is due is none.
    cluster().own.state = groupStates.partialOnline;
    assert.equal(
      await due(),
      "R77 (must), not verified: all is upgraded, and only a part of its group is online: which of its resources are meant to be is not read",
    );
    const kept = inputs({ waive: { R77: "DB7 is kept for the auditors" } });
    said.splice(0);
    assert.deepEqual((await handler.create(callOf(kept, log), kept)).outs.builds, outs.builds);
    assert.match(
      said.join("\n"),
      /^info mbx1\.adatum\.com: R77 is waived \(DB7 is kept for the auditors\): not verified: all is upgraded, .*\ninfo .*, PartialOnline on node2/,
    );
    assert.equal(
      (await handler.read(callOf(kept, log), id, { ...kept, builds: {} })).props.builds !== undefined,
      true,
    );
    cluster().stop();
    said.splice(0);
    await assert.rejects(
      handler.create(callOf(kept, log), kept),
      /: the last step is due: MBX1 is started\n/,
    );
    assert.deepEqual(said, [
      `warning ${cms}: waive.R77 does not help: a must that fails cannot be waived [XU-WAIVER]`,
    ]);
    cluster().start();
    // Later it is only recorded, and what changes is told.
    assert.equal((await handler.diff(callOf(outs, log), outs, inputs())).changes, false);
    said.splice(0);
    cluster().stop();
    const read = await handler.read(callOf(outs, log), id, outs);
    assert.equal(read.props.builds, undefined);
    assert.match(said.join(), new RegExp(`^warning ${cms}: drift: now ${cms}: .*, Offline on ${node2}; `));
    // Of two objects none is forgotten; without any, it is.
    const { store } = steps.lab.directory ?? assert.fail();
    const { server } = directoryNames(adatum);
    const own = store.entry(server(cms)) ?? assert.fail();
    const copied = ["objectClass", "networkAddress", "serialNumber", "msExchCurrentServerRoles"];
    const twin = server("mbx1-old.adatum.com");
    store.add(twin, new Map(copied.map((name) => [name, own.values(name)])));
    await assert.rejects(handler.read(callOf(outs, log), id, outs), {
      message: new RegExp(
        `^clustered mailbox server upgrade on ${cms}: it could not be read: the directory shows no single object of it\n`,
      ),
    });
    for (const dn of [twin, server(cms)]) store.remove(dn);
    assert.equal((await handler.read(callOf(outs, log), id, outs)).id, "");
  });

  it("is refused in preview where every node is new and it is old", async () => {
    for (const [node, other] of [
      [node2, node1],
      [node1, node2],
    ] as const) {
      cluster().move(other);
      await operator(node, "/mode:upgrade");
      await restart(steps.lab, node);
    }
    const [refusal = "", ...others] = await refusals();
    assert.deepEqual(others, []);
    assert.match(
      refusal,
      /^R79 \(must\), .*: every node is upgraded, and the clustered mailbox server is not\n/,
    );
    assert.match((await due()) ?? "", /^R79 \(must\), /);
  });

  it("is not judged by what nobody knows: a node that does not come back", async () => {
    await operator(node2, "/mode:upgrade");
    const { computer } = steps.lab.computer(node2);
    computer.restartBehaviour.staysDown = true;
    computer.restart();
    const timeouts = { facts: 2 };
    const props = inputs({ timeouts });
    await assert.rejects(handler.create(callOf(props, log), props), (error: Error) => {
      assert.doesNotMatch(error.message, /is due/);
      assert.match(error.message, new RegExp(`${node2}`));
      return true;
    });
    assert.deepEqual(await refusals({ timeouts }), []);
  });

  it("has its operator judged on each node, before any step is said", async () => {
    const account = { name: "ADATUM\\reader" };
    const head = (computer: string, problem: string) =>
      `P3 (must), clustered mailbox server upgrade on ${computer}: ADATUM\\reader is ${problem}`;
    assert.deepEqual(
      (await refusals({ account })).map((text) => text.split("\n")[0]),
      [
        head(
          cms,
          "neither Exchange Server Administrator for this server nor in Exchange Organization Administrators",
        ).replace("P3", "P1"),
        head(node1, "not in local Administrators").replace("P3", "P1"),
        head(node2, "not in local Administrators").replace("P3", "P1"),
      ],
    );
    await assert.rejects(
      (async () => {
        const props = inputs({ account: undefined });
        return handler.create(callOf(props, log), props);
      })(),
      /not verified: the program does not name the operator's account\n/,
    );
  });

  it("has the media judged that its commands name, as long as something is to be done", async () => {
    const { nodes } = inputs() as { nodes: { one: Props; two: Props } };
    const wrong = { nodes: { ...nodes, two: { ...nodes.two, media: "D:\\SP9" } } };
    assert.deepEqual(await refusals(wrong), [
      [
        `R8 (must), clustered mailbox server upgrade on ${node2}: there is no Setup in D:\\SP9`,
        "  Found:  no such file: D:\\SP9\\Setup.com",
        "  Needed: Setup of 2007 SP1 (8.1.240.6) in D:\\SP9",
        `  Where:  on ${node2}`,
        "  Fix:    put the files of 2007 SP1 there, or correct `nodes.two.media`",
        "  Rule:   R8, the media hold the target's Setup (how Setup is run)",
      ].join("\n"),
    ]);
    const { media: _, ...two } = nodes.two;
    assert.deepEqual(await refusals({ nodes: { ...nodes, two } }), []);
  });

  it("says a step inside its change window only, and proves at any time", async () => {
    const changeWindow = { start: "2009-12-05T22:00", end: "2009-12-06T06:00", timeZone: "Europe/London" };
    const props = inputs({ changeWindow });
    const run = () => handler.create(callOf(props, log), props);
    try {
      useClock(() => Date.parse("2009-12-05T21:00:00Z"));
      await assert.rejects(run(), {
        message: [
          `R10 (must), clustered mailbox server upgrade on ${cms}: the change window has not begun`,
          "  Found:  2009-12-05 21:00 (Europe/London), by the clock of the machine that runs Pulumi",
          "  Needed: a time from 2009-12-05 22:00 to 2009-12-06 06:00 (Europe/London): outside of it no step is said",
          "  Where:  in the program: `changeWindow`",
          "  Fix:    run pulumi up again inside the window, or change `changeWindow`",
          "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
        ].join("\n"),
      });
      useClock(() => Date.parse("2009-12-05T23:00:00Z"));
      await assert.rejects(run(), /^Error: R77 \(must\), .*: the next step is due/);
    } finally {
      useClock();
    }
  });

  it("has its arguments checked, all at once", async () => {
    const { nodes } = inputs() as { nodes: Props };
    const [text = ""] = await refusals({
      name: "mbx1",
      group: 'a "b"',
      run: "direct",
      nodes: { one: nodes.one, two: { ...(nodes.one as Props), media: "SP1" } },
    });
    assert.deepEqual(text.split("\n").slice(0, 6), [
      "5 arguments cannot be used: name: is not a fully qualified domain name such as cas1.contoso.com",
      '  and   group: is not the name of a group of the cluster, such as "MBX1"',
      "  and   nodes: two of them have the same name",
      "  and   run: is no argument here",
      '  and   nodes.two.media: is not a folder such as "D:\\Exchange2007SP1"',
      "  Where:  in the program",
    ]);
    const first = async (changes: Props) => (await refusals(changes)).map((each) => each.split("\n")[0]);
    assert.deepEqual(await first({ nodes: { one: nodes.one } }), [
      "one argument cannot be used: nodes: a cluster has two nodes or more: name all that may host the clustered mailbox server",
    ]);
    assert.deepEqual(await first({ group: "R&D (Cologne)" }), []);
    // What a node prints of other letters is not known, so no group is found by them.
    assert.equal((await first({ group: "Köln" })).length, 1);
    assert.deepEqual(await first({ name: node1 }), [
      "one argument cannot be used: nodes: the clustered mailbox server is none of its own nodes",
    ]);
    assert.deepEqual(await first({ gone: { "MBX1.adatum.com": "CHG0051", "cas9.adatum.com": "CHG0052" } }), [
      'one argument cannot be used: gone["MBX1.adatum.com"]: this program upgrades it, so it cannot be gone',
    ]);
    said.splice(0);
    assert.deepEqual(await first({ gone: { "cas9.adatum.com": "CHG0052" } }), []);
    assert.equal(
      said[0],
      "info cas9.adatum.com is taken for gone (CHG0052), and the directory shows no such server any more: leave it out of `gone`",
    );
    const { prepared } = inputs() as { prepared: Props };
    assert.deepEqual(await first({ prepared: { ...prepared, byFirstServer: true } }), [
      "one argument cannot be used: prepared: the directory of a clustered mailbox server is prepared before it, by a preparation of the program or by somebody else (Prepared.verify)",
    ]);
    const target = "2010 SP3";
    assert.deepEqual(await first({ target, prepared: { ...prepared, target } }), [
      "one argument cannot be used: target: 2010 SP3 is no service pack of Exchange 2007 that this version offers: later products have no clustered mailbox servers",
    ]);
  });
});
