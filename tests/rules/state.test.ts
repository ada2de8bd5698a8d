/** How far a step has come, by its facts and by what the state has recorded. */
import assert from "node:assert/strict";
import type { StepKind } from "../../lib/model";
import { directoryReading, recordedState, stepState } from "../../lib/rules/state";
import {
  aCase,
  buildOf,
  type Changes,
  dnOf,
  domainsAt,
  installed,
  organizationAt,
  releaseNamed,
  rolesAre,
  schemaAt,
  silent,
} from "./builder";

interface StateCase {
  readonly name: string;
  readonly of: Changes;
  readonly progress: string;
  /** The texts of the readings. */
  readonly shows: readonly string[];
}

const watermark = { watermark: "Mailbox.3" };
const inTheMiddle = { unpacked: buildOf("8.1.240.6"), ...watermark };

const cases: readonly StateCase[] = [
  {
    name: "a schema of the release before",
    of: { step: "schema" },
    progress: "pending",
    shows: ["schema 10637 (2007 RTM)"],
  },
  {
    name: "a schema at the target",
    of: { step: "schema", forest: schemaAt(11116) },
    progress: "done",
    shows: ["schema 11116 (2007 SP1)"],
  },
  {
    name: "a schema beyond the target",
    of: { step: "schema", forest: schemaAt(14622) },
    progress: "above",
    shows: ["schema 14622 (2007 SP2 or 2010 RTM)"],
  },
  {
    name: "a schema that Exchange never extended",
    of: { step: "schema", forest: schemaAt(null) },
    progress: "absent",
    shows: ["schema none"],
  },
  {
    name: "a schema between two releases",
    of: { step: "schema", forest: schemaAt(11000) },
    progress: "pending",
    shows: ["schema 11000 (no known release)"],
  },
  {
    name: "an organization of the release before",
    of: { step: "organization" },
    progress: "pending",
    shows: ["organization 10666 (2007 RTM)", "domain contoso.com 10628 (2007 RTM)"],
  },
  {
    name: "an organization at the target in a domain that is not: Setup was interrupted, or has not replicated",
    of: { step: "organization", forest: organizationAt(11221) },
    progress: "pending",
    shows: ["organization 11221 (2007 SP1)", "domain contoso.com 10628 (2007 RTM)"],
  },
  {
    name: "an organization and its computer's domain at the target",
    of: {
      step: "organization",
      forest: organizationAt(11221),
      domainLevels: domainsAt({ "contoso.com": 11221 }),
    },
    progress: "done",
    shows: ["organization 11221 (2007 SP1)", "domain contoso.com 11221 (2007 SP1 to 2007 SP3)"],
  },
  {
    name: "no organization",
    of: { step: "organization", forest: organizationAt(undefined) },
    progress: "absent",
    shows: ["organization none", "domain contoso.com 10628 (2007 RTM)"],
  },
  {
    name: "a domain of the release before",
    of: { step: "domain" },
    progress: "pending",
    shows: ["domain emea.contoso.com 10628 (2007 RTM)"],
  },
  {
    name: "all domains, of which one is at the target",
    of: { step: "domain", domains: ["*"] },
    progress: "pending",
    shows: ["domain contoso.com 11221 (2007 SP1 to 2007 SP3)", "domain emea.contoso.com 10628 (2007 RTM)"],
  },
  {
    name: "all domains at the target",
    of: { step: "domain", domains: ["*"], domainLevels: domainsAt({ "emea.contoso.com": 11221 }) },
    progress: "done",
    shows: [
      "domain contoso.com 11221 (2007 SP1 to 2007 SP3)",
      "domain emea.contoso.com 11221 (2007 SP1 to 2007 SP3)",
    ],
  },
  {
    name: "a domain that was never prepared: Setup has all of it to do",
    of: { step: "domain", domainLevels: domainsAt({ "emea.contoso.com": null }) },
    progress: "pending",
    shows: ["domain emea.contoso.com none"],
  },
  {
    name: "all domains, of which the first was never prepared",
    of: {
      step: "domain",
      domains: ["*"],
      domainLevels: domainsAt({ "contoso.com": null, "emea.contoso.com": 11221 }),
    },
    progress: "pending",
    shows: ["domain contoso.com none", "domain emea.contoso.com 11221 (2007 SP1 to 2007 SP3)"],
  },
  {
    name: "a server on the release before",
    of: {},
    progress: "pending",
    shows: ["Mailbox 8.0.685.25 (2007 RTM)", "Management Tools 8.0.685.25 (2007 RTM)"],
  },
  {
    name: "a server with roles at the target, one with an update rollup",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6"), installed("Client Access", "8.1.393.1")) },
    progress: "done",
    shows: ["Mailbox 8.1.240.6 (2007 SP1)", "Client Access 8.1.393.1 (2007 SP1)"],
  },
  {
    name: "one role left behind (D8)",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6"), installed("Client Access")) },
    progress: "pending",
    shows: ["Mailbox 8.1.240.6 (2007 SP1)", "Client Access 8.0.685.25 (2007 RTM)"],
  },
  {
    name: "a watermark at the target: Setup did not finish (D2)",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", watermark)) },
    progress: "pending",
    shows: ["Mailbox 8.1.240.6 (2007 SP1), watermark Mailbox.3 left by an unfinished Setup"],
  },
  {
    name: "a watermark and what Setup was doing",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", { ...watermark, action: "Install" })) },
    progress: "pending",
    shows: [
      "Mailbox 8.1.240.6 (2007 SP1), watermark Mailbox.3 and action Install left by an unfinished Setup",
    ],
  },
  {
    name: "an action at the target",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", { action: "BuildToBuildUpgrade" })) },
    progress: "pending",
    shows: ["Mailbox 8.1.240.6 (2007 SP1), action BuildToBuildUpgrade left by an unfinished Setup"],
  },
  {
    name: "files of the target under a configuration of the release before",
    of: { machine: rolesAre(installed("Mailbox", "8.0.685.25", inTheMiddle)) },
    progress: "pending",
    shows: ["Mailbox 8.0.685.25 (2007 RTM), watermark Mailbox.3 left by an unfinished Setup"],
  },
  {
    name: "files of the target without a configuration",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", { configured: null })) },
    progress: "pending",
    shows: ["Mailbox 8.1.240.6 (2007 SP1), unpacked but not configured"],
  },
  {
    name: "files of the target over a configuration of the release before, without a word of it",
    of: { machine: rolesAre(installed("Mailbox", "8.0.685.25", { unpacked: buildOf("8.1.240.6") })) },
    progress: "pending",
    shows: ["Mailbox 8.0.685.25 (2007 RTM), 8.1.240.6 unpacked but not configured"],
  },
  {
    name: "files of the release before under a configuration of the target",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", { unpacked: buildOf("8.0.685.25") })) },
    progress: "pending",
    shows: ["Mailbox 8.1.240.6 (2007 SP1), configured over files of 8.0.685.25"],
  },
  {
    name: "files of an update rollup of the release that is configured",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", { unpacked: buildOf("8.1.393.1") })) },
    progress: "done",
    shows: ["Mailbox 8.1.240.6 (2007 SP1)"],
  },
  {
    name: "files beyond the target over a configuration of the target",
    of: { machine: rolesAre(installed("Mailbox", "8.1.240.6", { unpacked: buildOf("8.2.176.2") })) },
    progress: "above",
    shows: ["Mailbox 8.1.240.6 (2007 SP1), 8.2.176.2 unpacked but not configured"],
  },
  {
    name: "tools at the target that have no configuration",
    of: { machine: rolesAre(installed("Management Tools", "8.1.240.6", { configured: null })) },
    progress: "done",
    shows: ["Management Tools 8.1.240.6 (2007 SP1)"],
  },
  {
    name: "tools of the release before that have no configuration",
    of: { machine: rolesAre(installed("Management Tools", "8.0.685.25", { configured: null })) },
    progress: "pending",
    shows: ["Management Tools 8.0.685.25 (2007 RTM)"],
  },
  {
    name: "tools beyond the target that have no configuration",
    of: { machine: rolesAre(installed("Management Tools", "8.2.176.2", { configured: null })) },
    progress: "above",
    shows: ["Management Tools 8.2.176.2 (2007 SP2)"],
  },
  {
    name: "tools of a later product that have no configuration",
    of: {
      target: "2019 CU15",
      machine: rolesAre(
        installed("Mailbox", "15.2.1748.10"),
        installed("Management Tools", "15.2.1748.10", { configured: null }),
      ),
    },
    progress: "done",
    shows: ["Mailbox 15.2.1748.10 (2019 CU15)", "Management Tools 15.2.1748.10 (2019 CU15)"],
  },
  {
    name: "tools that are neither unpacked nor configured, with a watermark",
    of: {
      machine: rolesAre(
        installed("Management Tools", "8.1.240.6", { configured: null, unpacked: null, ...watermark }),
      ),
    },
    progress: "pending",
    shows: ["Management Tools no version, watermark Mailbox.3 left by an unfinished Setup"],
  },
  {
    name: "a server beyond the target",
    of: { machine: rolesAre(installed("Mailbox", "8.2.176.2"), installed("Client Access")) },
    progress: "above",
    shows: ["Mailbox 8.2.176.2 (2007 SP2)", "Client Access 8.0.685.25 (2007 RTM)"],
  },
  {
    name: "a server of another product, beyond the target",
    of: { machine: rolesAre(installed("Mailbox", "14.3.123.4")) },
    progress: "above",
    shows: ["Mailbox 14.3.123.4 (2010 SP3)"],
  },
  { name: "a computer without Exchange", of: { machine: rolesAre() }, progress: "absent", shows: [] },
];

describe("the state of a step", () => {
  for (const { name, of, progress, shows } of cases) {
    it(`is ${progress}: ${name}`, () => {
      const state = stepState(aCase(of));
      assert.ok(state.known);
      const { readings } = state.value;
      assert.deepEqual(
        readings.map((r) => r.text),
        shows,
      );
      assert.equal(state.value.progress, progress);
    });
  }

  it("holds key, value, verdict, source and releases of each reading", () => {
    const state = stepState(aCase({ machine: rolesAre(installed("Mailbox", "8.1.240.6", watermark)) }));
    assert.deepEqual(state, {
      known: true,
      source: "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      value: {
        progress: "pending",
        readings: [
          {
            key: "Mailbox",
            value: "8.1.240.6, watermark Mailbox.3 left by an unfinished Setup",
            text: "Mailbox 8.1.240.6 (2007 SP1), watermark Mailbox.3 left by an unfinished Setup",
            verdict: "below",
            source: "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
            releases: [releaseNamed("2007 SP1")],
          },
        ],
      },
    });
  });

  const unread: readonly (readonly [string, Changes])[] = [
    ["a schema", { step: "schema", forest: { schema: silent } }],
    ["an organization", { step: "organization", forest: { organization: silent } }],
    [
      "the domain of an organization",
      { step: "organization", domainLevels: domainsAt({ "contoso.com": silent }) },
    ],
    [
      "the domains, so that nobody knows which one is the computer's",
      { step: "organization", forest: { domains: silent } },
    ],
    ["a domain", { step: "domain", domainLevels: domainsAt({ "emea.contoso.com": silent }) }],
    [
      "one of all domains",
      { step: "domain", domains: ["*"], domainLevels: domainsAt({ "emea.contoso.com": silent }) },
    ],
    ["the list of all domains", { step: "domain", domains: ["*"], forest: { domains: silent } }],
    ["a server", { machine: { roles: silent } }],
  ];
  for (const [name, of] of unread) {
    it(`is unknown, with the reason, when this could not be read: ${name}`, () => {
      assert.deepEqual(stepState(aCase(of)), silent);
    });
  }

  it("is unknown for a build above the newest update that is known of a target whose successor is not", () => {
    const at = (version: string) =>
      stepState(aCase({ target: "SE RTM", machine: rolesAre(installed("Mailbox", version)) }));
    assert.deepEqual(at("15.2.2562.54"), {
      known: false,
      why: "Mailbox has build 15.2.2562.54, above the newest update of SE RTM that is known (15.2.2562.53): it may be a newer update or a later release",
      source: "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
    });
    const newest = at("15.2.2562.53");
    assert.ok(newest.known && newest.value.progress === "done");
    const later = stepState(
      aCase({ target: "2019 CU15", machine: rolesAre(installed("Mailbox", "15.2.2562.54")) }),
    );
    assert.ok(later.known && later.value.progress === "above");
  });

  it("is unknown for a domain whose level nobody asked for", () => {
    assert.deepEqual(stepState(aCase({ step: "domain", domains: ["apac.contoso.com"] })), {
      known: false,
      why: "the level of apac.contoso.com was not read",
      source: "apac.contoso.com",
    });
  });
});

describe("a server that is not asked", () => {
  const server = (serialNumber: string) => ({
    dn: dnOf("mbx-lon"),
    created: null,
    name: "mbx-lon",
    fqdn: "mbx-lon.contoso.com",
    roles: ["Mailbox" as const],
    build: buildOf(serialNumber),
    serialNumber,
    site: "London",
  });
  const seen = (serialNumber: string, recorded: boolean) =>
    aCase({
      recorded,
      machine: { roles: silent },
      forest: { servers: { known: true, value: [server(serialNumber)], source: "servers" } },
    });

  it("is done when the state and the directory both have it at the target", () => {
    const state = stepState(seen("8.1.240.6", true));
    assert.ok(state.known);
    assert.equal(state.value.progress, "done");
    assert.deepEqual(
      state.value.readings.map((r) => `${r.key}: ${r.text}`),
      ["server object: server object 8.1.240.6 (2007 SP1)"],
    );
  });

  it("is found by its host name where its object does not say its FQDN, and beside one that a server of 2003 left", () => {
    const left = { ...server("8.1.240.6"), roles: null, build: buildOf("6.5.7638.2") };
    for (const servers of [
      [{ ...server("8.1.240.6"), fqdn: null }],
      [server("8.1.240.6"), left],
      [left, server("8.1.240.6")],
    ]) {
      const forest = { servers: { known: true, value: servers, source: "servers" } } as const;
      assert.equal(directoryReading(aCase({ forest }))?.value, "8.1.240.6");
    }
  });

  it("is unknown when only the directory has it at the target", () => {
    assert.deepEqual(stepState(seen("8.1.240.6", false)), silent);
  });

  it("is unknown when only the state has it at the target", () => {
    assert.deepEqual(stepState(seen("8.0.685.25", true)), silent);
    assert.deepEqual(stepState(seen("8.2.176.2", true)), silent);
  });

  it("is unknown when the directory could not be read, or holds no such server", () => {
    const machine = { roles: silent };
    assert.deepEqual(stepState(aCase({ recorded: true, machine, forest: { servers: silent } })), silent);
    assert.deepEqual(stepState(aCase({ recorded: true, machine, computer: "mbx-new.contoso.com" })), silent);
  });

  it("is known by what the registry shows, where it was asked: the directory is behind or ahead", () => {
    const of = aCase({
      recorded: true,
      machine: rolesAre(installed("Mailbox")),
      forest: { servers: { known: true, value: [server("8.1.240.6")], source: "servers" } },
    });
    const state = stepState(of);
    assert.ok(state.known);
    assert.equal(state.value.progress, "pending");
    assert.equal(directoryReading(of)?.verdict, "at");
  });
});

interface RecordedCase {
  readonly name: string;
  readonly step: StepKind;
  readonly levels: { readonly [key: string]: unknown };
  readonly target?: string;
  readonly progress: string;
  readonly beyond?: readonly string[];
}

const recorded: readonly RecordedCase[] = [
  { name: "a schema at the target", step: "schema", levels: { schema: "11116" }, progress: "done" },
  { name: "a schema below it", step: "schema", levels: { schema: "10637" }, progress: "pending" },
  { name: "a level as a number", step: "schema", levels: { schema: 11116 }, progress: "done" },
  {
    name: "a schema beyond it",
    step: "schema",
    levels: { schema: "11116" },
    target: "2007 RTM",
    progress: "above",
    beyond: ["schema 11116"],
  },
  { name: "no schema", step: "schema", levels: { schema: "none" }, progress: "absent" },
  { name: "nothing recorded", step: "schema", levels: {}, progress: "absent" },
  {
    name: "organization and domain at the target",
    step: "organization",
    levels: { organization: "11221", "domain contoso.com": "11221" },
    progress: "done",
  },
  {
    name: "the domain below it",
    step: "organization",
    levels: { organization: "11221", "domain contoso.com": "10628" },
    progress: "pending",
  },
  {
    name: "the organization beyond it",
    step: "organization",
    levels: { organization: "11222", "domain contoso.com": "11221" },
    progress: "above",
    beyond: ["organization 11222"],
  },
  {
    name: "domains beyond it",
    step: "domain",
    levels: { "domain contoso.com": "12639", "domain emea.contoso.com": "11221", "domain x.com": "13040" },
    progress: "above",
    beyond: ["domain contoso.com 12639", "domain x.com 13040"],
  },
  {
    name: "roles at the target, with a rollup",
    step: "server",
    levels: { Mailbox: "8.1.240.6", "Client Access": "8.1.393.1" },
    progress: "done",
  },
  {
    name: "a server known by its object",
    step: "server",
    levels: { "server object": "8.1.240.6" },
    progress: "done",
  },
  {
    name: "a role with a watermark",
    step: "server",
    levels: { Mailbox: "8.1.240.6, watermark Mailbox.3 left by an unfinished Setup" },
    progress: "pending",
  },
  { name: "a role without version", step: "server", levels: { Mailbox: "no version" }, progress: "pending" },
  {
    name: "SP1 recorded, RTM wanted",
    step: "server",
    levels: { Mailbox: "8.1.240.6", "Client Access": "8.0.685.25" },
    target: "2007 RTM",
    progress: "above",
    beyond: ["Mailbox 8.1.240.6"],
  },
  {
    name: "SP1 recorded, SP2 wanted",
    step: "server",
    levels: { Mailbox: "8.1.240.6" },
    target: "2007 SP2",
    progress: "pending",
  },
  { name: "something else in its place", step: "server", levels: { Mailbox: null }, progress: "pending" },
];

describe("the recorded state", () => {
  for (const { name, step, levels, target = "2007 SP1", progress, beyond = [] } of recorded) {
    it(`is ${progress}: ${name}`, () => {
      assert.deepEqual(recordedState(step, levels, releaseNamed(target)), { progress, beyond });
    });
  }

  it("agrees with what was read, for every reading that a step can leave", () => {
    for (const { name, of } of cases) {
      const c = aCase(of);
      const state = stepState(c);
      assert.ok(state.known);
      const levels = Object.fromEntries(state.value.readings.map((r) => [r.key, r.value]));
      assert.equal(recordedState(c.step, levels, c.target).progress, state.value.progress, name);
    }
  });
});
