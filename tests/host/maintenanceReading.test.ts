/** What is made of a script's answer: whatever is not as it is described is unknown, and nothing else with it. */
import assert from "node:assert/strict";
import { maintenanceFacts, unreadMaintenance } from "../../lib/host/maintenance/reading";
import { clixmlText } from "../../lib/host/maintenance/runScript";

const component = { name: "HubTransport", state: "Active", entries: [] as object[] };
const copy = {
  database: "DB1",
  status: "Healthy",
  activeOn: "ex2",
  suspended: false,
  copyQueue: "0",
  replayQueue: "12",
  replication: "Remote",
  copies: 2,
};

function good(value: unknown) {
  return { ok: true, value };
}

function bad(message: string) {
  return { ok: false, error: { type: "Some.Exception", id: "x", message } };
}

/** The fact that an answer makes of one part: its value, or why it is unknown. */
function factOf(name: keyof ReturnType<typeof unreadMaintenance>, part: unknown): unknown {
  const fact = maintenanceFacts({ server: "EX1", [name]: part })[name];
  return fact.known ? fact.value : `unknown: ${fact.why}`;
}

describe("an answer of the management shell", () => {
  it("is unknown part by part, each with its reason", () => {
    const facts = maintenanceFacts({
      server: "EX1",
      copies: bad("Zugriff verweigert."),
      activeCalls: good(null),
    });
    assert.deepEqual(facts.copies, {
      known: false,
      why: "Zugriff verweigert (Some.Exception)",
      source: "Get-MailboxDatabaseCopyStatus",
    });
    assert.deepEqual(facts.activeCalls, { known: true, value: null, source: "Get-UMActiveCalls" });
    const others = Object.entries(facts).filter(([name]) => name !== "copies" && name !== "activeCalls");
    assert.equal(others.length, 6);
    for (const [name, fact] of others)
      assert.ok(
        !fact.known && fact.why === "PowerShell answered something that is not as it is described",
        name,
      );
  });

  it("is unknown as a whole where it is none", () => {
    for (const answer of [null, 7, "text", []])
      assert.deepEqual(
        maintenanceFacts(answer),
        unreadMaintenance("PowerShell answered something that is not as it is described"),
      );
  });

  it("has the newer one of a requester's two entries", () => {
    const entry = (requester: string, state: string, time: string) => ({ requester, state, time });
    const entries = [
      entry("Maintenance", "Active", "638000000000000002"),
      entry("Functional", "Inactive", "638000000000000009"),
      entry("Maintenance", "Inactive", "638000000000000001"),
      entry("Functional", "Active", ""),
    ];
    assert.deepEqual(factOf("components", good([{ ...component, state: "Inactive", entries }])), {
      HubTransport: { state: "Inactive", requesters: { Maintenance: "Active", Functional: "Inactive" } },
    });
  });

  it("is not guessed where a word is new", () => {
    const entries = [{ requester: "Somebody", state: "Active", time: "1" }];
    const cases: readonly (readonly [keyof ReturnType<typeof unreadMaintenance>, unknown, string])[] = [
      ["components", [{ ...component, state: "Aktiv" }], 'the component state "Aktiv" is not known'],
      ["components", [{ ...component, entries }], 'the requester of HubTransport "Somebody" is not known'],
      ["mailboxServer", { policy: "", disabled: null, group: "" }, 'the activation policy "" is not known'],
      ["copies", [{ ...copy, replication: "" }], 'the replication type of DB1 "" is not known'],
      [
        "queues",
        [{ identity: "EX1\\Neu", delivery: "x", messages: 0 }],
        'the queue "EX1\\\\Neu" is of no known kind',
      ],
      [
        "clusterNode",
        { state: 4, manager: "EX2", members: ["EX1"] },
        "the state 4 of a cluster node is not known",
      ],
      [
        "clusterNode",
        { state: 0, manager: "", members: ["EX1"] },
        "Exchange names no primary active manager of the group",
      ],
      [
        "clusterNode",
        { state: 0, manager: "EX2", members: ["EX2"] },
        "Exchange does not name this server among the members of its group",
      ],
      [
        "queues",
        [{ identity: "EX1\\3", delivery: "x", messages: -1 }],
        "PowerShell answered something that is not as it is described",
      ],
    ];
    for (const [name, value, why] of cases) assert.equal(factOf(name, good(value)), `unknown: ${why}`);
  });

  it("takes a copy for the active one by its server, and by its status where no server is named", () => {
    const active = (change: object): unknown => {
      const [found] = factOf("copies", good([{ ...copy, ...change }])) as readonly { active: boolean }[];
      return found?.active;
    };
    assert.equal(active({}), false);
    assert.equal(active({ activeOn: "ex1" }), true);
    for (const status of ["Mounted", "Mounting", "Dismounted", "Dismounting"])
      assert.equal(active({ activeOn: "", status }), true, status);
    for (const status of ["Healthy", "DisconnectedAndHealthy", "Misconfigured", "ServiceDown"])
      assert.equal(active({ activeOn: "", status }), false, status);
  });

  it("tells queues apart by words that no language changes", () => {
    const queue = (identity: string, delivery: string) => ({ identity, delivery, messages: 1 });
    const kinds = factOf(
      "queues",
      good([
        queue("EX1\\Submission", "Undefined"),
        queue("EX1\\12", "SmtpDeliveryToMailbox"),
        queue("EX1\\13", "ShadowRedundancy"),
        queue("EX1\\Shadow\\7", "ShadowRedundancy"),
        queue("EX1\\Unreachable", "Unreachable"),
        queue("EX1\\Poison", "Undefined"),
      ]),
    ) as readonly { kind: string }[];
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ["submission", "delivery", "shadow", "shadow", "unreachable", "poison"],
    );
  });

  it("names nodes by Windows' numbers", () => {
    const states = [0, 1, 2, 3, -1].map((state) => {
      const found = factOf("clusterNode", good({ state, manager: "ex1", members: ["EX2", "EX1"] }));
      return (found as { state: string }).state;
    });
    assert.deepEqual(states, ["Up", "Down", "Paused", "Joining", "Unknown"]);
  });

  it("has servers of the group in front, and what was not read of one", () => {
    const target = {
      fqdn: "B.contoso.com",
      sameGroup: false,
      hubTransport: "Active",
      policy: null,
      error: null,
    };
    const error = { type: "T", id: "i", message: "The server is down." };
    assert.deepEqual(
      factOf(
        "redirectTargets",
        good([
          target,
          { ...target, fqdn: "c.contoso.com", sameGroup: true, hubTransport: null, error },
          { ...target, fqdn: "a.contoso.com" },
        ]),
      ),
      [
        {
          fqdn: "c.contoso.com",
          sameGroup: true,
          hubTransport: null,
          activationPolicy: null,
          unread: "The server is down (T)",
        },
        ...["a.contoso.com", "b.contoso.com"].map((fqdn) => ({
          fqdn,
          sameGroup: false,
          hubTransport: "Active",
          activationPolicy: null,
          unread: null,
        })),
      ],
    );
  });

  it("has errors in CLIXML, which become text", () => {
    const clixml =
      '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">' +
      '<S S="Error">Get-Queue : &lt;no&gt; &amp;lt;_x000D__x000A_</S><S S="warning">not this</S>' +
      '<S S="Error">    + CategoryInfo_x000D__x000A_</S></Objs>';
    assert.equal(clixmlText(clixml), "Get-Queue : <no> &lt;\r\n    + CategoryInfo\r\n");
    assert.equal(clixmlText("'powershell.exe' is not recognized"), "'powershell.exe' is not recognized");
  });
});
