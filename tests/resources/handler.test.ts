/** What the resources do when the engine calls, as far as it needs no directory and no computer. */

import assert from "node:assert/strict";
import { type StepKind, stepKinds } from "../../lib/model";
import type { ResourceLog } from "../../lib/wire/engine";
import { type Props, unknownValue } from "../../lib/wire/values";
import { check, create, diff, read, update } from "../frontDoor";
import { computerOf, connection, inputsOf } from "./builder";

/** A log that is not looked at. */
const noLog: ResourceLog = {
  info: async () => undefined,
  warn: async () => undefined,
  progress: async () => undefined,
};

/** What check refuses, as whole texts. */
async function refusals(kind: StepKind, news: Props, olds: Props = {}): Promise<readonly string[]> {
  const { failures } = await check(kind, olds, news, noLog);
  for (const failure of failures)
    assert.equal(failure.property, "", "the engine prints a named property's value");
  return failures.map((f) => f.reason);
}

const rollback = [
  "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 to 2007 RTM would be a rollback",
  '  Found:  target "2007 RTM" in the program, 2007 SP1 in the state',
  "  Needed: 2007 SP1 or a later release",
  "  Where:  in the program: `target`",
  '  Fix:    set `target` to "2007 SP1"; to leave it, remove Exchange from the server',
  "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
].join("\n");

const orDefine = "; a release that came out later is defined with defineRelease, and passed in `releases`";

function notOffered(head: string, target: string, problem: string, otherwise = ""): string {
  return [
    `R1 (must), ${head}: "${target}" ${problem}`,
    `  Found:  target "${target}"`,
    "  Needed: one of 2007 SP1 to 2007 SP3, 2010 SP1 to 2010 SP3, 2013 CU1 to 2013 CU23, 2016 CU1 to 2016 CU23, 2019 CU1 to 2019 CU15 or SE RTM",
    "  Where:  in the program: `target`",
    `  Fix:    set \`target\` to a release that is offered${otherwise}`,
    "  Rule:   R1, the target is a release that this version offers (supported transitions)",
  ].join("\n");
}

describe("check, without anything to look at", () => {
  it("refuses every problem with the arguments in one text", async () => {
    assert.deepEqual(await refusals("schema", {}), [
      [
        "3 arguments cannot be used: target: missing",
        "  and   computer: missing",
        "  and   directory: missing; only an Edge Transport server (Prepared.edge) needs none",
        "  Where:  in the program",
        "  Fix:    correct them; nothing was read or changed",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    ]);
  });

  it("refuses one problem as one argument", async () => {
    assert.deepEqual(await refusals("schema", inputsOf("schema", { run: "wizard" })), [
      [
        'one argument cannot be used: run: invalid option: expected one of "task"|"scheduled"|"direct"|"manual"',
        "  Where:  in the program",
        "  Fix:    correct it; nothing was read or changed",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    ]);
  });

  it("refuses a target below the one in the state, before anything is read", async () => {
    assert.deepEqual(
      await refusals("schema", inputsOf("schema", { target: "2007 RTM" }), { target: "2007 SP1" }),
      [rollback],
    );
  });

  const targets: readonly (readonly [StepKind, string, string])[] = [
    ["schema", "schema preparation on dc1.contoso.com", "2019 Preview"],
    ["server", "server upgrade on mbx-lon.contoso.com", "2007 RTM"],
    ["server", "server upgrade on mbx-lon.contoso.com", "2003 SP2"],
    ["organization", "Active Directory preparation on dc1.contoso.com", "2000 SP1 / SP2"],
    ["domain", "domain preparation on emea-dc1.emea.contoso.com", "2019 RTM"],
  ];
  for (const [kind, head, target] of targets) {
    it(`refuses ${target}, which is not offered, for a ${kind} step`, async () => {
      assert.deepEqual(await refusals(kind, inputsOf(kind, { target })), [
        notOffered(head, target, "is not offered as a target"),
      ]);
    });
  }

  it("refuses a target that is no release", async () => {
    assert.deepEqual(await refusals("schema", inputsOf("schema", { target: "SP1" })), [
      notOffered(
        "schema preparation on dc1.contoso.com",
        "SP1",
        "is no Exchange release that is known",
        orDefine,
      ),
    ]);
  });

  it("refuses nothing that it could not see, and plans it all the same", async () => {
    for (const kind of stepKinds) {
      const { inputs, failures } = await check(kind, {}, inputsOf(kind), noLog);
      assert.deepEqual(failures, []);
      const { plan, planned, ...own } = inputs;
      assert.deepEqual(own, inputsOf(kind));
      assert.ok(plan !== unknownValue && planned !== unknownValue);
    }
  });

  it("answers a plan that is not known while its parts are not", async () => {
    for (const changes of [{ target: unknownValue }, { account: unknownValue }, { run: unknownValue }]) {
      const { inputs, failures } = await check("schema", {}, inputsOf("schema", changes), noLog);
      assert.deepEqual(failures, []);
      assert.equal(inputs.plan, unknownValue);
      // Who runs it changes nothing for the steps after it.
      assert.equal(inputs.planned === unknownValue, !("account" in changes));
    }
  });

  it("never judges what is not known: how Setup is run", async () => {
    // A key would be refused for run "direct", and is right for "manual".
    const computer = computerOf("schema", { connection: { ...connection, privateKey: "key" } });
    assert.equal((await refusals("schema", inputsOf("schema", { computer }))).length, 1);
    assert.deepEqual(await refusals("schema", inputsOf("schema", { computer, run: "manual" })), []);
    assert.deepEqual(await refusals("schema", inputsOf("schema", { computer, run: unknownValue })), []);
  });
});

/** The state of a step that is done. */
function stateOf(kind: StepKind, levels: Props, changes: Props = {}): Props {
  return { ...inputsOf(kind, changes), levels, forest: "contoso.com", adopted: false };
}

const reached: Readonly<Record<StepKind, Props>> = {
  schema: { schema: "11116" },
  organization: { organization: "11221", "domain contoso.com": "11221" },
  domain: { "domain emea.contoso.com": "11221" },
  server: { Mailbox: "8.1.240.6", "Management Tools": "8.1.240.6" },
};

describe("diff", () => {
  for (const kind of stepKinds) {
    it(`finds no change in a ${kind} step that is done`, async () => {
      const answer = await diff(kind, stateOf(kind, reached[kind]), { ...inputsOf(kind), __urn: "urn" });
      assert.deepEqual(answer, { changes: false });
    });

    it(`finds a change in a ${kind} step whose recorded level is not at the target`, async () => {
      const below = { schema: "10637", "domain emea.contoso.com": "10628", Mailbox: "8.0.685.25" };
      assert.deepEqual(await diff(kind, stateOf(kind, below), inputsOf(kind)), { changes: true });
    });

    it(`finds no change in a ${kind} step that the world has overtaken: that is drift`, async () => {
      const beyond: Readonly<Record<StepKind, Props>> = {
        schema: { schema: "14622" },
        organization: { organization: "11222", "domain contoso.com": "11221" },
        domain: { "domain emea.contoso.com": "12639" },
        server: { Mailbox: "8.2.176.2" },
      };
      assert.deepEqual(await diff(kind, stateOf(kind, beyond[kind]), inputsOf(kind)), { changes: false });
    });
  }

  it("finds no change in the plan alone: another version may word it otherwise", async () => {
    const words = (text: string) => ({ plan: { step: text }, planned: { target: text } });
    const state = stateOf("schema", reached.schema, words("as recorded"));
    assert.deepEqual(await diff("schema", state, inputsOf("schema", words("as worded today"))), {
      changes: false,
    });
  });

  const changes: readonly (readonly [what: string, kind: StepKind, news: Props, answer: Props])[] = [
    [
      "a rotated password",
      "schema",
      { directory: { url: "ldaps://127.0.0.1:1", user: "x", password: "new" } },
      { changes: true },
    ],
    ["a timeout", "server", { timeouts: { setup: 60 } }, { changes: true }],
    [
      "the computer of a preparation",
      "schema",
      { computer: computerOf("schema", { name: "dc2.contoso.com" }) },
      { changes: true },
    ],
    [
      "the host of a server",
      "server",
      { computer: computerOf("server", { connection: { ...connection, host: "127.0.0.2" } }) },
      { changes: true },
    ],
    [
      "a server in other letters",
      "server",
      { computer: computerOf("server", { name: "MBX-LON.contoso.com" }) },
      { changes: true },
    ],
    [
      "another server",
      "server",
      { computer: computerOf("server", { name: "mbx-new.contoso.com" }) },
      { changes: true, replaces: ["computer"] },
    ],
    ["another domain", "domain", { domain: "apac.contoso.com" }, { changes: true, replaces: ["domain"] }],
    ["all domains", "domain", { allDomains: true }, { changes: true, replaces: ["allDomains"] }],
    ["a domain in other letters", "domain", { domain: "EMEA.Contoso.com" }, { changes: true }],
    ["a later target", "schema", { target: "2007 SP2" }, { changes: true }],
    ["a target that is not known", "schema", { target: unknownValue }, { changes: true }],
    ["a directory that is not known", "schema", { directory: unknownValue }, { changes: true }],
  ];
  for (const [what, kind, news, answer] of changes) {
    it(`finds a change: ${what}`, async () => {
      assert.deepEqual(await diff(kind, stateOf(kind, reached[kind]), inputsOf(kind, news)), answer);
    });
  }

  it("takes a domain step that names no domain for another one when its computer is in another domain", async () => {
    const { domain: _, ...bare } = inputsOf("domain");
    const state = { ...bare, levels: reached.domain, forest: "contoso.com", adopted: false };
    const on = (changes: Props) => ({ ...bare, computer: computerOf("domain", changes) });
    assert.deepEqual(await diff("domain", state, on({ name: "emea-dc2.emea.contoso.com" })), {
      changes: true,
    });
    assert.deepEqual(await diff("domain", state, { ...bare, domain: "emea.contoso.com" }), { changes: true });
    const another = { changes: true, replaces: ["computer"] };
    assert.deepEqual(await diff("domain", state, on({ name: "apac-dc1.apac.contoso.com" })), another);
    assert.deepEqual(await diff("domain", state, on({ domain: "apac.contoso.com" })), another);
  });

  it("answers yes for a state without levels, whatever it holds", async () => {
    for (const levels of [undefined, null, "x", []]) {
      const state = { ...inputsOf("schema"), levels, adopted: false };
      assert.deepEqual(await diff("schema", state, inputsOf("schema")), { changes: true });
    }
  });

  it("refuses a target below the recorded levels, also where the recorded target is not what it was", async () => {
    const state = stateOf("server", { ...reached.server, Mailbox: "8.1.240.6, watermark x" });
    await assert.rejects(diff("server", state, inputsOf("server", { target: "2007 RTM" })), {
      message: [
        "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 RTM is below what the state has recorded, and nothing can be taken back",
        "  Found:  Mailbox 8.1.240.6, watermark x, Management Tools 8.1.240.6, recorded in the state",
        "  Needed: the recorded release or a later one",
        "  Where:  in the program: `target`",
        "  Fix:    set `target` to the recorded release; to leave it, remove Exchange from the server",
        "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
      ].join("\n"),
    });
  });
});

describe("create, without anything to look at", () => {
  it("refuses inputs that are not known, since nothing may be judged on them", async () => {
    const inputs = inputsOf("schema", { directory: unknownValue, run: "wizard" });
    await assert.rejects(create("schema", inputs, noLog), {
      message: [
        '2 arguments cannot be used: run: invalid option: expected one of "task"|"scheduled"|"direct"|"manual"',
        "  and   directory: not known",
        "  Where:  in the program",
        "  Fix:    correct them; nothing was read or changed",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    });
  });

  it("refuses a target that is not offered", async () => {
    await assert.rejects(create("server", inputsOf("server", { target: "2007 RTM" }), noLog), {
      message: notOffered("server upgrade on mbx-lon.contoso.com", "2007 RTM", "is not offered as a target"),
    });
  });

  it("refuses what it cannot see", async () => {
    await assert.rejects(create("schema", inputsOf("schema"), noLog), (error: Error) => {
      assert.deepEqual(
        error.message.split("\n").filter((line) => !line.startsWith(" ")),
        [
          "XU-DIRECTORY-UNREACHABLE (must), dc1.contoso.com: not verified: ldaps://127.0.0.1:1 refuses connections (ECONNREFUSED)",
          "XU-HOST-UNREACHABLE (must), dc1.contoso.com: not verified: no SSH server answers there",
        ],
      );
      return true;
    });
  });
});

describe("update, without anything to look at", () => {
  const rotated = {
    directory: { url: "ldaps://127.0.0.1:1", user: "CONTOSO\\reader", password: "Rotated-1" },
  };

  for (const kind of stepKinds) {
    it(`records a rotated password of a ${kind} step and does nothing else`, async () => {
      const news = inputsOf(kind, { ...rotated, plan: { step: "x" } });
      const { outs } = await update(kind, stateOf(kind, reached[kind]), news, noLog);
      assert.deepEqual(outs, {
        ...news,
        levels: reached[kind],
        forest: "contoso.com",
        adopted: false,
        windowsBuild: null,
      });
    });
  }

  it("records a rotated password where the world has overtaken the step: that is drift, and no reason to refuse", async () => {
    const news = inputsOf("schema", rotated);
    const { outs } = await update("schema", stateOf("schema", { schema: "14622" }), news, noLog);
    assert.deepEqual(outs, {
      ...news,
      levels: { schema: "14622" },
      forest: "contoso.com",
      adopted: false,
      windowsBuild: null,
    });
  });

  it("looks at the world when the step is not done", async () => {
    const state = stateOf("schema", { schema: "10637" });
    await assert.rejects(update("schema", state, inputsOf("schema"), noLog), /refuses connections/);
  });

  it("looks at the world when the directory is another", async () => {
    const state = stateOf("schema", reached.schema);
    const news = inputsOf("schema", {
      directory: { url: "ldaps://127.0.0.1:2", user: "CONTOSO\\reader", password: "Reader-Secret-1" },
    });
    await assert.rejects(
      update("schema", state, news, noLog),
      /ldaps:\/\/127\.0\.0\.1:2 refuses connections/,
    );
  });
});

describe("read, without anything to look at", () => {
  it("throws instead of guessing, for a preparation", async () => {
    const state = stateOf("schema", reached.schema);
    await assert.rejects(read("schema", "contoso.com/schema", state, noLog), {
      message: [
        "schema preparation on dc1.contoso.com: its present level could not be read: Directory ldaps://127.0.0.1:1 refuses connections (ECONNREFUSED); check that a domain controller listens on this port",
        "  Where:  ldaps://127.0.0.1:1",
        "  Fix:    let it be read and refresh again; the state was left as it is",
        "  Code:   XU-UNREAD",
      ].join("\n"),
    });
  });

  it("throws instead of guessing, for a server, and never says that it is gone", async () => {
    const state = stateOf("server", reached.server);
    await assert.rejects(read("server", "mbx-lon.contoso.com/server", state, noLog), {
      message: [
        "server upgrade on mbx-lon.contoso.com: its present level could not be read: 127.0.0.1:1 cannot be reached over SSH: connect ECONNREFUSED 127.0.0.1:1 (1 dial failed)",
        "  Where:  mbx-lon.contoso.com",
        "  Fix:    let it be read and refresh again; the state was left as it is",
        "  Code:   XU-UNREAD",
      ].join("\n"),
    });
  });
});
