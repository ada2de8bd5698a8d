import assert from "node:assert/strict";
import { roles } from "../../lib/facts";
import {
  consolePhases,
  durations,
  findRelease,
  isModern,
  logMarks,
  permissionsOf,
  products,
  type Release,
  releases,
  setupOf,
  setupSentences,
} from "../../lib/releases";

function named(name: string): Release {
  const release = findRelease(name);
  assert.ok(release, name);
  return release;
}

const described = releases.filter(({ product }) => product !== "2000" && product !== "2003");

describe("Setup", () => {
  const cases: readonly (readonly [
    name: string,
    program: string,
    registryKey: string,
    licence: readonly string[],
  ])[] = [
    ["2007 RTM", "Setup.com", "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0", []],
    ["2007 SP1", "Setup.com", "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0", []],
    ["2010 SP3", "Setup.com", "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v14", []],
    [
      "2013 RTM",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      ["/IAcceptExchangeServerLicenseTerms"],
    ],
    [
      "2013 CU23",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      ["/IAcceptExchangeServerLicenseTerms"],
    ],
    [
      "2016 CU21",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      ["/IAcceptExchangeServerLicenseTerms"],
    ],
    [
      "2016 CU22",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      [
        "/IAcceptExchangeServerLicenseTerms_DiagnosticDataON",
        "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
      ],
    ],
    [
      "2019 CU10",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      ["/IAcceptExchangeServerLicenseTerms"],
    ],
    [
      "2019 CU11",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      [
        "/IAcceptExchangeServerLicenseTerms_DiagnosticDataON",
        "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
      ],
    ],
    [
      "SE RTM",
      "Setup.exe",
      "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15",
      [
        "/IAcceptExchangeServerLicenseTerms_DiagnosticDataON",
        "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
      ],
    ],
  ];
  for (const [name, program, registryKey, licence] of cases) {
    it(`should be ${program} with ${licence.length === 0 ? "no licence switch" : licence.join(" or ")} for ${name}`, () => {
      const setup = setupOf(named(name));
      assert.equal(setup.program, program);
      assert.equal(setup.registryKey, registryKey);
      assert.deepEqual(setup.licence, licence);
    });
  }

  it("should write the switches as Microsoft's documentation does", () => {
    const setup = setupOf(named("2007 SP1"));
    assert.equal(setup.prepareSchema, "/PrepareSchema");
    assert.equal(setup.prepareAD, "/PrepareAD");
    assert.equal(setup.prepareDomain(), "/PrepareDomain");
    assert.equal(setup.prepareDomain("emea.contoso.com"), "/PrepareDomain:emea.contoso.com");
    assert.equal(setup.prepareAllDomains, "/PrepareAllDomains");
    assert.equal(setup.upgrade, "/mode:upgrade");
    assert.equal(setup.domainController("dc1.contoso.com"), "/DomainController:dc1.contoso.com");
    assert.equal(setup.process, "exsetup.exe");
    assert.equal(setup.logFile, "%SystemDrive%\\ExchangeSetupLogs\\ExchangeSetup.log");
  });

  it("should have a registry key for every role, and say how well the names are known", () => {
    for (const release of described) {
      const { roleKeys, roleKeysEvidence, sources } = setupOf(release);
      const modern = ["Client Access", "Mailbox", "Edge Transport", "Management Tools"];
      assert.deepEqual(
        new Set<string>(Object.values(roleKeys)),
        new Set<string>(isModern(release.product) ? modern : roles),
        release.name,
      );
      assert.notEqual(roleKeysEvidence.source, "", release.name);
      assert.ok(sources.length > 0, release.name);
    }
    const setup = setupOf(named("2007 SP1"));
    assert.equal(setup.roleKeysEvidence.evidence, "unverified");
    assert.deepEqual(setup.clusterKeys, ["ClusteredMailboxServer", "CMS"]);
    assert.deepEqual(setup.roleKeys, {
      ClientAccessRole: "Client Access",
      HubTransportRole: "Hub Transport",
      MailboxRole: "Mailbox",
      UnifiedMessagingRole: "Unified Messaging",
      EdgeTransportRole: "Edge Transport",
      AdminTools: "Management Tools",
    });
  });

  it("should know the two keys of the Client Access role from 2013 on", () => {
    const { roleKeys } = setupOf(named("2013 RTM"));
    assert.equal(roleKeys.CafeRole, "Client Access");
    assert.equal(roleKeys.FrontendTransportRole, "Client Access");
    assert.equal(setupOf(named("2010 SP3")).roleKeys.CafeRole, undefined);
  });

  it("should not be described for products before 2007", () => {
    assert.throws(() => setupOf(named("2003 SP2")), {
      name: "RangeError",
      message: "Setup of Exchange 2003 is not described; the first product with this Setup is Exchange 2007",
    });
  });

  it("should know both spellings of the sentences that end a run", () => {
    assert.deepEqual(setupSentences.success, [
      "The Exchange Server setup operation completed successfully.",
      "The Microsoft Exchange Server setup operation completed successfully.",
      "Server state has been set to Active.",
    ]);
    assert.deepEqual(setupSentences.failure, [
      "The Exchange Server setup operation didn't complete.",
      "The Exchange Server Setup operation did not complete.",
      "Exchange Server setup encountered an error.",
      "Setup is stopping now because of one or more critical errors.",
    ]);
  });

  it("should find the start of a run in the log lines of 2013 and later", () => {
    for (const product of ["2013", "2016", "2019", "Subscription Edition"]) {
      assert.ok(
        `[11/29/2025 10:00:00.0000] [0] Starting Microsoft Exchange Server ${product} Setup`.includes(
          logMarks.start,
        ),
      );
    }
  });

  it("should list the phases of the roles in the order of Setup", () => {
    const phases: readonly string[] = consolePhases.server;
    const order = ["Hub Transport Server Role", "Client Access server role", "Mailbox Server Role"];
    assert.deepEqual(
      phases.filter((phase) => order.includes(phase)),
      order,
    );
  });

  it("should expect minutes for every kind of work", () => {
    assert.deepEqual(
      Object.entries(durations).map(([work, { minutes, evidence }]) => [work, minutes, evidence]),
      [
        ["directory", 15, "documented"],
        ["server", 60, "documented"],
        ["edge server", 40, "documented"],
      ],
    );
  });
});

describe("permissions", () => {
  it("should be named as 2007 names them, one of them without a group", () => {
    const { organization, server } = permissionsOf("2007");
    assert.equal(organization.name, "Exchange Organization Administrators");
    assert.equal(organization.wellKnownGuid, "C262A929D691B74A9E068728F8F842EA");
    assert.equal(server?.name, "Exchange Server Administrator");
    assert.equal(server.kind, "server object");
    assert.equal(server.wellKnownGuid, null);
  });

  it("should be role groups from 2010 on, with one for delegation in 2010 only", () => {
    const later = products.slice(products.indexOf("2010"));
    assert.deepEqual(
      later.map((product) => {
        const { organization, server } = permissionsOf(product);
        return [product, organization.name, organization.evidence, server?.name ?? null];
      }),
      [
        ["2010", "Organization Management", "documented", "Delegated Setup"],
        ["2013", "Organization Management", "documented", null],
        ["2016", "Organization Management", "documented", null],
        ["2019", "Organization Management", "documented", null],
        ["SE", "Organization Management", "documented", null],
      ],
    );
  });

  it("should not be described for products before 2007", () => {
    assert.throws(() => permissionsOf("2000"), {
      name: "RangeError",
      message: "Permissions of Exchange 2000 are not described",
    });
  });
});
