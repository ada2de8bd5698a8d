/** From inputs to a step: what can be planned, what it will have done, and what identifies its run. */
import assert from "node:assert/strict";
import { type Planned, type StepKind, stepKinds } from "../../lib/model";
import { Run } from "../../lib/provider/memory/run";
import { caseOf, noteStep } from "../../lib/provider/step/case";
import { parseInputs } from "../../lib/provider/step/inputs";
import {
  isOffered,
  isPlannable,
  operationOf,
  plannedAfter,
  planOfStep,
  type Step,
  setupCommand,
  stepOf,
} from "../../lib/provider/step/step";
import { builtIn } from "../../lib/releases";
import { type Props, unknownValue } from "../../lib/wire/values";
import { aCase, releaseNamed } from "../rules/builder";
import { computerOf, connection, inputsOf, plannedBefore } from "./builder";

/** The step of these inputs. */
function aStep(kind: StepKind, changes: Props = {}): Step {
  const parsed = parseInputs(kind, inputsOf(kind, changes));
  assert.deepEqual(parsed.problems, []);
  const step = stepOf(kind, parsed);
  assert.ok(step);
  return step;
}

describe("a step", () => {
  it("is what its inputs say, with what they leave open filled in", () => {
    const { inputs, ...step } = aStep("schema");
    assert.deepEqual(step, {
      kind: "schema",
      target: releaseNamed("2007 SP1"),
      catalogue: builtIn,
      computer: "dc1.contoso.com",
      account: null,
      run: "direct",
      domains: [],
      domainGiven: false,
      prepared: null,
      place: null,
    });
    assert.deepEqual(inputs, inputsOf("schema"));
  });

  it("takes account, run mode and what is planned before it", () => {
    const account = { name: "EMEA\\emeaprep", password: "Emea-Secret-1" };
    const step = aStep("domain", { account, run: "manual" });
    assert.equal(step.account, "EMEA\\emeaprep");
    assert.equal(step.run, "manual");
    assert.deepEqual(step.prepared, plannedBefore.domain);
  });

  it("prepares the domain that is named, the computer's own, or all", () => {
    const domains = (changes: Props) => {
      const { domains, domainGiven } = aStep("domain", changes);
      return { domains, domainGiven };
    };
    assert.deepEqual(domains({}), { domains: ["emea.contoso.com"], domainGiven: false });
    assert.deepEqual(domains({ allDomains: false }), { domains: ["emea.contoso.com"], domainGiven: false });
    assert.deepEqual(domains({ domain: "Apac.contoso.com" }), {
      domains: ["apac.contoso.com"],
      domainGiven: true,
    });
    assert.deepEqual(domains({ allDomains: true }), { domains: ["*"], domainGiven: true });
  });

  for (const [what, changes] of [
    ["an unknown target", { target: unknownValue }],
    ["a target that is no release", { target: "2007 SP9" }],
    ["an unknown computer", { computer: unknownValue }],
    ["a computer whose name is unknown", { computer: computerOf("schema", { name: unknownValue }) }],
  ] as const) {
    it(`cannot be made from ${what}`, () => {
      assert.equal(stepOf("schema", parseInputs("schema", inputsOf("schema", changes))), null);
    });
  }
});

describe("a plan", () => {
  const plannable = (kind: StepKind, changes: Props = {}) =>
    isPlannable(parseInputs(kind, inputsOf(kind, changes)));

  it("can be made when everything in it is known", () => {
    for (const kind of stepKinds) assert.equal(plannable(kind), true);
  });

  const needed: readonly (readonly [what: string, kind: StepKind, changes: Props])[] = [
    ["the target", "schema", { target: unknownValue }],
    ["the computer", "schema", { computer: unknownValue }],
    ["the computer's name", "schema", { computer: computerOf("schema", { name: unknownValue }) }],
    ["the folder", "schema", { computer: computerOf("schema", { media: unknownValue }) }],
    ["the account", "schema", { account: unknownValue }],
    ["the account's name", "schema", { account: { name: unknownValue } }],
    ["how it is run", "schema", { run: unknownValue }],
    ["what is prepared", "server", { prepared: unknownValue }],
    [
      "a part of what is prepared",
      "server",
      { prepared: { ...plannedBefore.server, domains: [unknownValue] } },
    ],
    ["a server before it", "server", { after: ["cas-lon.contoso.com", unknownValue] }],
    ["the domain", "domain", { domain: unknownValue }],
    ["whether it is all domains", "domain", { allDomains: unknownValue }],
    [
      "who connects, without an account",
      "schema",
      { computer: computerOf("schema", { connection: unknownValue }) },
    ],
    [
      "the password of who connects, without an account",
      "schema",
      { computer: computerOf("schema", { connection: { ...connection, password: unknownValue } }) },
    ],
  ];
  for (const [what, kind, changes] of needed) {
    it(`waits for ${what}`, () => assert.equal(plannable(kind, changes), false));
  }

  const spared: readonly (readonly [what: string, changes: Props])[] = [
    ["the directory", { directory: unknownValue }],
    ["its timeouts", { timeouts: { setup: unknownValue } }],
    [
      "the connection, under an account of its own",
      { account: { name: "CONTOSO\\prep" }, computer: computerOf("schema", { connection: unknownValue }) },
    ],
    [
      "the connection, where an operator runs Setup",
      { run: "manual", computer: computerOf("schema", { connection: unknownValue }) },
    ],
  ];
  for (const [what, changes] of spared) {
    it(`does not wait for ${what}`, () => assert.equal(plannable("schema", changes), true));
  }

  it("names the account that is given, else the one that connects, else the operator", () => {
    const account = (changes: Props) => planOfStep(aStep("schema", changes)).account;
    assert.equal(account({ account: { name: "CONTOSO\\other" } }), "CONTOSO\\other");
    assert.equal(account({}), "CONTOSO\\prep");
    const { user, ...nobody } = connection;
    assert.equal(user, "CONTOSO\\prep");
    assert.equal(
      account({ computer: computerOf("schema", { connection: nobody }) }),
      "the account that connects",
    );
    assert.equal(account({ run: "manual" }), "the operator who runs Setup");
  });

  it("says nothing that an earlier step of the same run changes, and no secret", () => {
    const before = planOfStep(aStep("server"));
    const other = aStep("server", {
      directory: { url: "ldaps://elsewhere", user: "x", password: "Other-1" },
    });
    assert.deepEqual(planOfStep(other), before);
    assert.doesNotMatch(JSON.stringify(before), /Secret/);
  });

  it("follows the servers before it", () => {
    const { place } = planOfStep(aStep("server", { after: ["cas-lon.contoso.com"] }));
    assert.equal(place, "on the server, after cas-lon.contoso.com");
  });

  it("has the command line that is run: program and switches", () => {
    const media = { computer: computerOf("domain", { media: "D:\\Exchange 2007 SP1\\" }) };
    assert.deepEqual(setupCommand(aStep("domain", media)), {
      program: "D:\\Exchange 2007 SP1\\Setup.com",
      switches: ["/PrepareDomain"],
      text: '"D:\\Exchange 2007 SP1\\Setup.com" /PrepareDomain',
    });
    assert.equal(planOfStep(aStep("domain", media)).command, setupCommand(aStep("domain", media)).text);
    assert.deepEqual(setupCommand(aStep("domain", { domain: "apac.contoso.com" })).switches, [
      "/PrepareDomain:apac.contoso.com",
    ]);
    assert.deepEqual(setupCommand(aStep("domain", { allDomains: true })).switches, ["/PrepareAllDomains"]);
  });
});

describe("what is planned after a step", () => {
  const none: Planned = {
    target: "2007 SP1",
    from: "2007 RTM",
    schema: false,
    organization: false,
    domains: [],
  };

  it("starts with the schema, and names the release that the plan starts from", () => {
    assert.deepEqual(plannedAfter(aStep("schema")), { ...none, schema: true });
  });

  it("names the domain that the program gives the computer, where its DNS suffix is another", () => {
    const computer = computerOf("organization", { name: "dc1.corp.example", domain: "contoso.com" });
    assert.deepEqual(plannedAfter(aStep("organization", { computer })).domains, ["contoso.com"]);
  });

  it("grows by the organization and the domain of its computer", () => {
    assert.deepEqual(plannedAfter(aStep("organization")), {
      ...none,
      schema: true,
      organization: true,
      domains: ["contoso.com"],
    });
  });

  it("grows by the domains, in order and each once", () => {
    const domains = (changes: Props) => plannedAfter(aStep("domain", changes)).domains;
    assert.deepEqual(domains({}), ["contoso.com", "emea.contoso.com"]);
    assert.deepEqual(domains({ domain: "contoso.com" }), ["contoso.com"]);
    assert.deepEqual(domains({ domain: "apac.contoso.com" }), ["apac.contoso.com", "contoso.com"]);
    assert.deepEqual(domains({ allDomains: true }), ["*", "contoso.com"]);
  });

  it("ends with the server, and never with the one before it", () => {
    const server = plannedAfter(
      aStep("server", { computer: computerOf("server", { name: "CAS1.contoso.com" }) }),
    );
    assert.deepEqual(server, { ...plannedBefore.server, server: "cas1.contoso.com" });
    const next = plannedAfter(aStep("server", { prepared: server }));
    assert.deepEqual(next, { ...plannedBefore.server, server: "mbx-lon.contoso.com" });
    assert.equal("server" in plannedAfter(aStep("domain", { prepared: server })), false);
  });

  it("keeps what somebody else prepared as something to look up", () => {
    const verify = { ...none, from: "as found", verify: true };
    assert.deepEqual(plannedAfter(aStep("organization", { prepared: verify })), {
      ...verify,
      organization: true,
      domains: ["contoso.com"],
    });
    const edge = { ...none, from: "as found", edge: true };
    assert.deepEqual(plannedAfter(aStep("server", { prepared: edge })), {
      ...edge,
      server: "mbx-lon.contoso.com",
    });
  });
});

describe("the identity of a run", () => {
  const identities: readonly (readonly [kind: StepKind, changes: Props, identity: string])[] = [
    ["schema", {}, "schema-2007-SP1"],
    ["organization", {}, "organization-2007-SP1"],
    ["domain", {}, "domain-emea.contoso.com-2007-SP1"],
    ["domain", { domain: "apac.contoso.com" }, "domain-apac.contoso.com-2007-SP1"],
    ["domain", { allDomains: true }, "domain-all-2007-SP1"],
    ["server", {}, "server-2007-SP1"],
    ["server", { target: "2013 CU4 (SP1)" }, "server-2013-CU4-SP1-"],
  ];
  for (const [kind, changes, identity] of identities) {
    it(`is ${identity}`, () => {
      const id = operationOf(aStep(kind, changes));
      assert.equal(id, identity);
      assert.match(id, /^[A-Za-z0-9.-]+$/, "the name of a folder");
    });
  }

  it("stays the same for another attempt: other credentials, other host, other timeouts", () => {
    const other = {
      computer: computerOf("server", { connection: { ...connection, host: "10.0.0.9", password: "New-1" } }),
      timeouts: { setup: 5 },
      account: { name: "CONTOSO\\other" },
    };
    assert.equal(operationOf(aStep("server", other)), operationOf(aStep("server")));
  });
});

describe("a step as the rules judge it", () => {
  const { facts } = aCase({ step: "domain" });
  const how = { recorded: false, apply: true, recordedWindows: null };

  it("has the parts of the step and the facts", () => {
    const account = { name: "EMEA\\emeaprep" };
    assert.deepEqual(caseOf(new Run(), aStep("domain", { account }), facts, how), {
      step: "domain",
      place: null,
      computer: "emea-dc1.emea.contoso.com",
      computerDomain: null,
      target: releaseNamed("2007 SP1"),
      catalogue: builtIn,
      domains: ["emea.contoso.com"],
      run: "direct",
      account: "EMEA\\emeaprep",
      logon: "password",
      planned: plannedBefore.domain,
      media: "D:\\SP1",
      staged: false,
      after: [],
      alongside: [],
      gone: [],
      answers: {},
      internetFacing: null,
      declared: { roles: null, site: null, dag: null },
      declaredFacing: new Map(),
      facts,
      recorded: false,
      apply: true,
      recordedWindows: null,
    });
  });

  it("has what the program has said of servers: whether they face the Internet", () => {
    const run = new Run();
    const say = (name: string, internetFacing?: boolean) =>
      noteStep(
        run,
        aStep("server", {
          computer: computerOf("server", { name }),
          ...(internetFacing === undefined ? {} : { internetFacing }),
        }),
      );
    const declared = () => [...caseOf(run, aStep("server"), facts, how).declaredFacing].sort();
    say("CAS1.contoso.com", true);
    say("cas2.contoso.com", false);
    noteStep(run, aStep("schema"));
    assert.deepEqual(declared(), [
      ["cas1.contoso.com", true],
      ["cas2.contoso.com", false],
    ]);
    say("cas1.contoso.com");
    say("cas2.contoso.com", true);
    assert.deepEqual(declared(), [["cas2.contoso.com", true]]);
    say("cas2.contoso.com");
    assert.deepEqual(declared(), []);
  });

  it("logs on with a key as soon as there is one, or nothing else", () => {
    const logon = (part: Props) =>
      caseOf(new Run(), aStep("schema", { run: "manual", computer: computerOf("schema", part) }), facts, how)
        .logon;
    const { password, ...bare } = connection;
    assert.equal(logon({ connection: { ...bare, password } }), "password");
    assert.equal(logon({ connection: { ...connection, privateKey: "key" } }), "key");
    assert.equal(logon({ connection: { ...bare, privateKey: { env: "KEY" } } }), "key");
    assert.equal(logon({ connection: bare }), "key");
    assert.equal(logon({ connection: undefined }), null);
  });
});

describe("a release that is offered", () => {
  it("is one that an upgrade in place leads to, and no first release of a product but SE", () => {
    for (const name of ["2007 SP1", "2010 SP3", "2016 CU23", "2019 CU15", "SE RTM"])
      assert.equal(isOffered(releaseNamed(name)), true, name);
    for (const name of ["2007 RTM", "2010 RTM", "2019 RTM", "2016 Preview"])
      assert.equal(isOffered(releaseNamed(name)), false, name);
  });
});
