/** The plan of a step, as reviewers see it. */
import assert from "node:assert/strict";
import { stepKinds } from "../../lib/model";
import {
  commandOf,
  type PlannedStep,
  planOf,
  programOf,
  type StepPlan,
  switchesOf,
} from "../../lib/plan/stepPlan";
import { type Release, releases, setupOf, startsFrom } from "../../lib/releases";
import { releaseNamed } from "../rules/builder";

/** A schema step of contoso, otherwise as given. */
function aStep(changes: Partial<PlannedStep> = {}): PlannedStep {
  return {
    step: "schema",
    target: releaseNamed("2007 SP1"),
    computer: "dc1.contoso.com",
    media: "D:\\SP1",
    account: "CONTOSO\\prep",
    run: "direct",
    domains: [],
    following: [],
    edge: false,
    answers: {},
    ...changes,
  };
}

const server = { step: "server", computer: "mbx-lon.contoso.com", account: "CONTOSO\\exadmin" } as const;

const plans: readonly (readonly [name: string, of: Partial<PlannedStep>, plan: StepPlan])[] = [
  [
    "the schema",
    {},
    {
      step: "schema preparation",
      computer: "dc1.contoso.com",
      command: "D:\\SP1\\Setup.com /PrepareSchema",
      account: "CONTOSO\\prep",
      groups: "Schema Admins and Enterprise Admins (P5)",
      place: "in the domain and site of the schema master (P6)",
      before: "schema 10637 (2007 RTM)",
      after: "schema 11116 (2007 SP1)",
      undo: "irreversible (D9)",
      rules: "D1, D4, D9, D10, D13, D14, P5, P6, R1, R2, R4, R5, R6, R8, R10, R11, R33, R34",
    },
  ],
  [
    "Active Directory",
    { step: "organization" },
    {
      step: "Active Directory preparation",
      computer: "dc1.contoso.com",
      command: "D:\\SP1\\Setup.com /PrepareAD",
      account: "CONTOSO\\prep",
      groups: "Enterprise Admins (P7)",
      place: "in the domain and site of the schema master (P8)",
      before: "organization 10666 (2007 RTM)",
      after: "organization 11221 (2007 SP1)",
      undo: "irreversible (D9)",
      rules:
        "D1, D4, D9, D10, D13, D14, P7, P8, R1, R2, R3, R4, R5, R6, R8, R10, R11, R31, R32, R33, R34, R38, R39",
    },
  ],
  [
    "a domain",
    {
      step: "domain",
      computer: "emea-dc1.emea.contoso.com",
      account: "EMEA\\emeaprep",
      domains: ["emea.contoso.com"],
    },
    {
      step: "domain preparation",
      computer: "emea-dc1.emea.contoso.com",
      command: "D:\\SP1\\Setup.com /PrepareDomain:emea.contoso.com",
      account: "EMEA\\emeaprep",
      groups: "Domain Admins of emea.contoso.com, or Enterprise Admins (P9)",
      place: "anywhere in the forest",
      before: "domain emea.contoso.com 10628 (2007 RTM)",
      after: "domain emea.contoso.com 11221 (2007 SP1)",
      undo: "irreversible (D9)",
      rules: "D1, D4, D9, D10, D13, D14, P9, P10, R1, R2, R3, R4, R5, R6, R8, R10, R11, R35, R38",
    },
  ],
  [
    "the computer's own domain",
    { step: "domain", computer: "emea-dc1.emea.contoso.com", account: "EMEA\\emeaprep" },
    {
      step: "domain preparation",
      computer: "emea-dc1.emea.contoso.com",
      command: "D:\\SP1\\Setup.com /PrepareDomain",
      account: "EMEA\\emeaprep",
      groups: "Domain Admins of the computer's domain, or Enterprise Admins (P9)",
      place: "anywhere in the forest",
      before: "domain of the computer 10628 (2007 RTM)",
      after: "domain of the computer 11221 (2007 SP1)",
      undo: "irreversible (D9)",
      rules: "D1, D4, D9, D10, D13, D14, P9, P10, R1, R2, R3, R4, R5, R6, R8, R10, R11, R35, R38",
    },
  ],
  [
    "all domains",
    { step: "domain", domains: ["*"] },
    {
      step: "domain preparation",
      computer: "dc1.contoso.com",
      command: "D:\\SP1\\Setup.com /PrepareAllDomains",
      account: "CONTOSO\\prep",
      groups: "Enterprise Admins (P9)",
      place: "anywhere in the forest",
      before: "every domain 10628 (2007 RTM)",
      after: "every domain 11221 (2007 SP1)",
      undo: "irreversible (D9)",
      rules: "D1, D4, D9, D10, D13, D14, P9, P10, R1, R2, R3, R4, R5, R6, R8, R10, R11, R35, R38",
    },
  ],
  [
    "a server",
    server,
    {
      step: "server upgrade",
      computer: "mbx-lon.contoso.com",
      command: "D:\\SP1\\Setup.com /mode:upgrade",
      account: "CONTOSO\\exadmin",
      groups:
        "Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators",
      place: "on the server",
      before: "2007 RTM (8.0.685.25)",
      after: "2007 SP1 (8.1.240.6)",
      undo: "irreversible (D9)",
      rules:
        "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, R1, R2, R3, R4, R6, R7, R8, R9, R10, R12, R13, R48",
    },
  ],
  [
    "a server, where the first one prepares",
    { ...server, byFirstServer: true },
    {
      step: "server upgrade",
      computer: "mbx-lon.contoso.com",
      command: "D:\\SP1\\Setup.com /mode:upgrade",
      account: "CONTOSO\\exadmin",
      groups:
        "Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators; the first server also what P5, P7 and P9 say",
      place: "on the server",
      before: "2007 RTM (8.0.685.25)",
      after: "2007 SP1 (8.1.240.6)",
      undo: "irreversible (D9)",
      rules:
        "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, P5, P6, P7, P8, P9, R1, R2, R3, R4, R6, R7, R8, R9, R10, R12, R13, R31, R32, R33, R34, R35, R38, R39, R48",
    },
  ],
  [
    "a server that follows others, which an operator upgrades",
    {
      ...server,
      account: null,
      run: "manual",
      media: null,
      following: ["cas-lon.contoso.com", "cas-nyc.contoso.com"],
    },
    {
      step: "server upgrade",
      computer: "mbx-lon.contoso.com",
      command: "Setup.com /mode:upgrade",
      account: "the operator who runs Setup",
      groups:
        "Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators",
      place: "on the server, after cas-lon.contoso.com, cas-nyc.contoso.com",
      before: "2007 RTM (8.0.685.25)",
      after: "2007 SP1 (8.1.240.6)",
      undo: "irreversible (D9)",
      rules:
        "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, R1, R2, R3, R4, R6, R7, R8, R9, R10, R12, R13, R48",
    },
  ],
  [
    "an Edge Transport server, under whoever connects",
    { step: "server", computer: "edge1.perimeter.contoso.com", account: null, edge: true },
    {
      step: "server upgrade",
      computer: "edge1.perimeter.contoso.com",
      command: "D:\\SP1\\Setup.com /mode:upgrade",
      account: "the account that connects",
      groups: "local Administrators (P2)",
      place: "on the server",
      before: "2007 RTM (8.0.685.25)",
      after: "2007 SP1 (8.1.240.6)",
      undo: "irreversible (D9)",
      rules:
        "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, R1, R2, R3, R4, R6, R7, R8, R9, R10, R12, R13, R48",
    },
  ],
  [
    "a server of which the program does not give the roles",
    { ...server, toolsOnly: null },
    {
      step: "server upgrade",
      computer: "mbx-lon.contoso.com",
      command: "D:\\SP1\\Setup.com /mode:upgrade",
      account: "CONTOSO\\exadmin",
      groups:
        "Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators, enough where there are only the tools (P4)",
      place: "on the server",
      before: "2007 RTM (8.0.685.25)",
      after: "2007 SP1 (8.1.240.6)",
      undo: "irreversible (D9)",
      rules:
        "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, R1, R2, R3, R4, R6, R7, R8, R9, R10, R12, R13, R48",
    },
  ],
  [
    "a computer of which the program says that it has the management tools alone",
    { ...server, computer: "tools1.contoso.com", toolsOnly: true },
    {
      step: "server upgrade",
      computer: "tools1.contoso.com",
      command: "D:\\SP1\\Setup.com /mode:upgrade",
      account: "CONTOSO\\exadmin",
      groups: "local Administrators (P4)",
      place: "on the server",
      before: "2007 RTM (8.0.685.25)",
      after: "2007 SP1 (8.1.240.6)",
      undo: "irreversible (D9)",
      rules:
        "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, R1, R2, R3, R4, R6, R7, R8, R9, R10, R12, R13, R48",
    },
  ],
  [
    "the schema for a release that is reached from two, which share its level",
    {
      target: releaseNamed("SE RTM"),
      answers: { acceptLicenseTerms: true, diagnosticData: false },
      media: "E:\\",
    },
    {
      step: "schema preparation",
      computer: "dc1.contoso.com",
      command: "E:\\Setup.exe /PrepareSchema /IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
      account: "CONTOSO\\prep",
      groups: "Schema Admins and Enterprise Admins (P5)",
      place: "in the domain and site of the schema master (P6)",
      before: "schema below 17003; at it or above nothing is run",
      after: "schema 17003 (SE RTM)",
      undo: "irreversible (D9)",
      rules:
        "D1, D4, D9, D10, D13, D14, P5, P6, R1, R4, R5, R6, R7, R8, R10, R11, R14, R15, R16, R18, R19, R33, R34, R37",
    },
  ],
];

/** Who runs Setup of a release, as the plan has it. */
const groupsFor = (target: string, toolsOnly: boolean | null) =>
  planOf(aStep({ ...server, target: releaseNamed(target), toolsOnly })).groups;

describe("who runs Setup where there are only the tools", () => {
  it("is enough of a local administrator in 2007 and 2010, and at least one later, where no source says more", () => {
    assert.equal(groupsFor("2010 SP3", true), "local Administrators (P4)");
    assert.match(groupsFor("2010 SP3", null), /, enough where there are only the tools \(P4\)$/);
    assert.equal(groupsFor("SE RTM", true), "local Administrators at least (P4)");
    assert.equal(
      groupsFor("SE RTM", null),
      "Organization Management (P1, P3); local Administrators, the least where there are only the tools (P4)",
    );
  });
});

describe("the plan of a step", () => {
  for (const [name, of, plan] of plans) {
    it(`for ${name}`, () => assert.deepEqual(planOf(aStep(of)), plan));
  }

  it("is plain JSON with words in every field, for every step of every release that is reached in place", () => {
    const targets = releases.filter((release) => startsFrom(release).length > 0);
    assert.ok(targets.length > 40);
    for (const target of targets) {
      for (const step of stepKinds) {
        const plan = planOf(aStep({ target, step }));
        assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
        for (const [field, text] of Object.entries(plan)) {
          assert.match(text, /\S/, `${target.name}, ${step}, ${field}`);
          assert.doesNotMatch(
            text,
            /undefined|null|NaN|\(\)|unpublished/,
            `${target.name}, ${step}, ${field}`,
          );
        }
      }
    }
  });
});

describe("the command line", () => {
  const folders: readonly (readonly [media: string | null, line: string])[] = [
    ["D:\\SP1", "D:\\SP1\\Setup.com /PrepareSchema"],
    ["D:\\SP1\\", "D:\\SP1\\Setup.com /PrepareSchema"],
    ["D:\\SP1\\\\", "D:\\SP1\\Setup.com /PrepareSchema"],
    ["D:\\", "D:\\Setup.com /PrepareSchema"],
    ["D:\\Exchange 2007 SP1", '"D:\\Exchange 2007 SP1\\Setup.com" /PrepareSchema'],
    ["D:\\Exchange 2007 SP1\\", '"D:\\Exchange 2007 SP1\\Setup.com" /PrepareSchema'],
    ["\\\\files\\media\\SP1", "\\\\files\\media\\SP1\\Setup.com /PrepareSchema"],
    ["\\\\files\\old media\\SP1\\", '"\\\\files\\old media\\SP1\\Setup.com" /PrepareSchema'],
    [null, "Setup.com /PrepareSchema"],
  ];
  for (const [media, line] of folders) {
    it(`is ${line} from ${media ?? "a folder that the operator knows"}`, () => {
      assert.equal(commandOf(aStep({ media })), line);
    });
  }

  it("is the program and the switches", () => {
    const step = aStep({ step: "domain", domains: ["emea.contoso.com"], media: "D:\\Exchange 2007 SP1\\" });
    assert.equal(programOf(step), "D:\\Exchange 2007 SP1\\Setup.com");
    assert.deepEqual(switchesOf(step), ["/PrepareDomain:emea.contoso.com"]);
  });
});

describe("the switches", () => {
  const of = (target: string, changes: Partial<PlannedStep>) =>
    switchesOf(aStep({ ...changes, target: releaseNamed(target) }));

  it("are those of the document", () => {
    assert.deepEqual(of("2007 SP1", { step: "schema" }), ["/PrepareSchema"]);
    assert.deepEqual(of("2007 SP1", { step: "organization" }), ["/PrepareAD"]);
    assert.deepEqual(of("2007 SP1", { step: "domain" }), ["/PrepareDomain"]);
    assert.deepEqual(of("2007 SP1", { step: "domain", domains: ["a.b"] }), ["/PrepareDomain:a.b"]);
    assert.deepEqual(of("2007 SP1", { step: "domain", domains: ["*"] }), ["/PrepareAllDomains"]);
    assert.deepEqual(of("2007 SP1", { step: "server" }), ["/mode:upgrade"]);
  });

  it("hold the answers to what Setup asks", () => {
    assert.deepEqual(of("2010 SP3", { step: "server" }), ["/mode:upgrade"]);
    const accepted = { acceptLicenseTerms: true };
    assert.deepEqual(of("2013 CU23", { step: "server", answers: accepted }), [
      "/mode:upgrade",
      "/IAcceptExchangeServerLicenseTerms",
    ]);
    assert.deepEqual(
      of("2019 CU15", { step: "organization", answers: { ...accepted, diagnosticData: true } }),
      ["/PrepareAD", "/IAcceptExchangeServerLicenseTerms_DiagnosticDataON"],
    );
    const without = { ...accepted, diagnosticData: false };
    const protection = (extendedProtection: "on" | "off" | "offForFrontEndEws") =>
      of("SE RTM", { step: "server", answers: { ...without, extendedProtection } }).slice(1);
    const licence = "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF";
    assert.deepEqual(protection("on"), [licence]);
    assert.deepEqual(protection("off"), [licence, "/DoNotEnableEP"]);
    assert.deepEqual(protection("offForFrontEndEws"), [licence, "/DoNotEnableEP_FEEWS"]);
    assert.deepEqual(of("SE RTM", { answers: { ...without, extendedProtection: "off" } }), [
      "/PrepareSchema",
      licence,
    ]);
    const licenseSwitch = "/IAcceptExchangeServerLicenseTerms";
    assert.deepEqual(of("2016 CU23", { answers: { ...accepted, licenseSwitch } }), [
      "/PrepareSchema",
      licenseSwitch,
    ]);
  });

  it("answer nothing by default, and accept no licence that was refused", () => {
    for (const target of releases.filter((r) => r.product !== "2000" && r.product !== "2003")) {
      const { licence } = setupOf(target);
      for (const step of stepKinds) {
        for (const answers of [{}, { acceptLicenseTerms: false, diagnosticData: false }]) {
          const given = switchesOf(aStep({ target, step, answers }));
          assert.equal(given.length, 1, `${target.name}, ${step}`);
        }
        const all = { acceptLicenseTerms: true, diagnosticData: false };
        const given = switchesOf(aStep({ target, step, answers: all })).filter((s) => licence.includes(s));
        assert.equal(given.length, Math.min(licence.length, 1), `${target.name}, ${step}`);
      }
    }
  });
});

describe("where a plan starts from", () => {
  const names = (found: readonly Release[]) => found.map((r) => r.name);

  it("is every release from which the target is reached in place", () => {
    assert.deepEqual(names(startsFrom(releaseNamed("2007 SP1"))), ["2007 RTM"]);
    assert.deepEqual(names(startsFrom(releaseNamed("SE RTM"))), ["2019 CU14", "2019 CU15"]);
    assert.deepEqual(names(startsFrom(releaseNamed("2007 RTM"))), []);
  });
});
