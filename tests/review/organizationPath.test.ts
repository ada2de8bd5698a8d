/** The way of a whole organization: every kind of server and of forest, in whole texts. */
import assert from "node:assert/strict";
import {
  type ComputerFacts,
  type ExchangeServerFacts,
  type ForestFacts,
  known,
  type Role,
  unknown,
  unreadComputer,
  unreadForest,
} from "../../lib/facts";
import { builtIn, parseBuild } from "../../lib/releases";
import { catalogueOf } from "../../lib/releases/catalogue";
import { defineRelease } from "../../lib/releases/definition";
import { type LiveOrganization, organizationPath } from "../../lib/review/organizationPath";
import {
  organizationPathData,
  organizationPathMarkdown,
  organizationPathText,
} from "../../lib/review/organizationPathText";
import { named } from "../releases/named";

const source = "the directory";
const host = "contoso.com";

function server(
  name: string,
  build: string | null,
  roles: readonly Role[] = ["Mailbox"],
): ExchangeServerFacts {
  const read = build === null ? undefined : parseBuild(build);
  return {
    dn: `CN=${name},CN=Servers`,
    name,
    fqdn: `${name}.${host}`,
    roles,
    build: read ?? null,
    serialNumber: build === null ? null : `Version ${build}`,
    site: "London",
    created: null,
  };
}

function computer(windowsBuild: number, framework: number | null): ComputerFacts {
  return {
    ...unreadComputer("it was not asked", "registry"),
    identity: known({ fqdn: "x", site: null, windowsBuild, productType: "ServerNT" }, "registry"),
    framework: known(framework, "registry"),
  };
}

function forest(servers: readonly ExchangeServerFacts[], more: Partial<ForestFacts> = {}): ForestFacts {
  const dc = { name: `dc1.${host}`, domain: host, site: "London", globalCatalog: true };
  return {
    ...unreadForest("it was not asked", source),
    root: known(host, source),
    schema: known(15334, source),
    organization: known({ name: "Contoso", level: 16223 }, source),
    schemaMaster: known(dc, source),
    domains: known([{ name: host, dn: "DC=contoso,DC=com", netbios: "CONTOSO" }], source),
    domainControllers: known([dc], source),
    domainControllerWindows: {
      [dc.name]: known({ major: 10, minor: 0, build: 17763, servicePack: 0 }, source),
    },
    functionalLevel: known(7, source),
    servers: known(servers, source),
    ...more,
  };
}

function live(
  servers: readonly ExchangeServerFacts[],
  computers: { readonly [name: string]: ComputerFacts } = {},
  more: Partial<ForestFacts> = {},
): LiveOrganization {
  return {
    forest: forest(servers, more),
    domainLevels: { [host]: known(13243, source) },
    computers: new Map(Object.entries(computers).map(([name, facts]) => [`${name}.${host}`, facts])),
  };
}

const se = named("SE RTM");

/** The part of the text that is about servers. */
function groupsIn(organization: LiveOrganization, to = se, catalogue = builtIn): string {
  const [groups = ""] = organizationPathText(organizationPath(organization, to, catalogue)).split(
    "\n\nWhat ",
  );
  return groups;
}

const firstOf = (organization: LiveOrganization, to = se, catalogue = builtIn) =>
  organizationPath(organization, to, catalogue).releases.map(({ stop, first }) => [stop.release.name, first]);

describe("review: the way of an organization", () => {
  it("has clustered mailbox servers, which run on the Windows of their nodes", () => {
    const cms = (name: string, nodes: readonly string[]) => ({
      ...server(name, "8.0.685.24"),
      clustered: { storage: 1, nodes },
    });
    const servers = [
      cms("m1", ["N1", "N2"]),
      cms("m2", ["N3", "N4"]),
      cms("m3", ["N5", "N6"]),
      cms("m4", []),
    ];
    const nodes = {
      n1: computer(3790, null),
      n2: computer(3790, null),
      n3: computer(3790, null),
      n4: unreadComputer("it does not answer", "n4"),
      n5: computer(3790, null),
      n6: computer(6001, null),
      s1: computer(3790, null),
    };
    const order =
      "In place, every node is upgraded, and the clustered mailbox server between the first node and the last: ExchangeClusteredMailboxUpgrade says each step.";
    assert.equal(
      groupsIn(live([...servers, server("s1", "8.0.685.24")], nodes), named("2007 SP1")),
      `Contoso, contoso.com, to Exchange 2007 SP1: 5 servers, 5 with a way to it

1 clustered mailbox server at 2007 RTM: m1.contoso.com
   Windows Server 2003, .NET Framework none from 4.5 on
   1. 2007 SP1, in place
   ${order}

3 clustered mailbox servers at 2007 RTM: m2.contoso.com, m3.contoso.com and m4.contoso.com
   1. 2007 SP1, in place
   ${order}

1 server at 2007 RTM: s1.contoso.com
   Windows Server 2003, .NET Framework none from 4.5 on
   1. 2007 SP1, in place

Not read:
   Windows and .NET Framework of m2.contoso.com: N4: it does not answer
   Windows and .NET Framework of m3.contoso.com: its nodes do not have the same Windows
   Windows and .NET Framework of m4.contoso.com: the directory names no node`,
    );
    assert.match(
      groupsIn(live([cms("m1", ["N1", "N2"])], { n1: computer(3790, null) }), named("2007 SP1")),
      /Windows and \.NET Framework of m1\.contoso\.com: N2: the program has no step on them$/,
    );
  });

  it("joins servers that are alike, and holds each way against their Windows and .NET Framework", () => {
    const cu12 = "15.1.1713.5";
    const text = groupsIn(
      live(
        [
          server("a1", cu12),
          server("a2", cu12),
          server("a3", cu12),
          server("a4", cu12),
          server("b1", "15.2.1544.4"),
          server("b2", "15.2.1544.4"),
          server("c1", "15.2.2562.17"),
          server("d1", "15.2.9000.1"),
          server("d2", null),
          server("e1", "15.2.1748.10", ["Edge Transport"]),
        ],
        {
          a1: computer(14393, 461814),
          a2: computer(14393, 461814),
          a3: computer(14393, 528049),
          b1: computer(17763, 528049),
          b2: computer(14393, 528049),
          c1: computer(20348, 533325),
          d1: computer(20348, 533325),
          d2: unreadComputer("connection refused", "192.0.2.1"),
          e1: computer(20348, 528049),
        },
      ),
    );
    assert.equal(
      text,
      `Contoso, contoso.com, to Exchange SE RTM: 10 servers, 1 at it, 6 with a way to it, 1 without, 2 of an unknown release

2 servers at 2016 CU12: a1.contoso.com and a2.contoso.com
   Windows Server 2016, .NET Framework 4.7.2
   1. 2016 CU14, in place, on .NET Framework 4.7.2
   2. 2016 CU23, in place, on 4.8
   3. SE RTM on new servers, to which mailboxes and services are moved
   It needs Exchange 2016 CU23 on every Exchange 2016 server including Edge.

1 server at 2016 CU12: a3.contoso.com
   Windows Server 2016, .NET Framework 4.8
   1. 2016 CU23, in place, on .NET Framework 4.8
   2. SE RTM on new servers, to which mailboxes and services are moved
   It needs Exchange 2016 CU23 on every Exchange 2016 server including Edge.

1 server at 2016 CU12: a4.contoso.com
   1. 2016 CU14, in place, on .NET Framework 4.7.2
   2. 2016 CU23, in place, on 4.8
   3. SE RTM on new servers, to which mailboxes and services are moved
   It needs Exchange 2016 CU23 on every Exchange 2016 server including Edge.

1 server at 2019 CU14: b1.contoso.com
   Windows Server 2019, .NET Framework 4.8
   1. SE RTM, in place, on .NET Framework 4.8

1 server at 2019 CU14: b2.contoso.com
   Windows Server 2016, .NET Framework 4.8
   1. SE RTM, in place, on .NET Framework 4.8
   SE RTM does not run on Windows Server 2016, and Windows is not upgraded with Exchange on it: install Exchange on new servers with Windows Server 2019, 2022 or 2025, and move what is on these

1 Edge Transport server at 2019 CU15, as subscribed: e1.contoso.com
   Windows Server 2022, .NET Framework 4.8
   1. SE RTM, in place, on .NET Framework 4.8 or 4.8.1

1 server at SE RTM: c1.contoso.com
   Windows Server 2022, .NET Framework 4.8.1
   Exchange SE RTM is what is there already: there is nothing to upgrade.

1 server of an unknown release: d1.contoso.com
   Windows Server 2022, .NET Framework 4.8.1
   build 15.2.9000.1 belongs to no release that is known here

1 server of an unknown release: d2.contoso.com
   the directory does not show the version

Not read:
   Windows and .NET Framework of a4.contoso.com: the program has no step on them
   Windows and .NET Framework of d2.contoso.com: connection refused`,
    );
  });

  it("prepares with each media what those before have left, and says what comes first", () => {
    const cu12 = "15.1.1713.5";
    const path = organizationPath(
      live(
        [server("a1", cu12), server("old", "15.0.1395.4"), server("older", "14.3.123.4")],
        {},
        {
          schema: known(15332, source),
          organization: known({ name: "Contoso", level: 16213 }, source),
          functionalLevel: known(5, source),
          domainControllerWindows: {
            [`dc1.${host}`]: known({ major: 10, minor: 0, build: 26100, servicePack: 0 }, source),
          },
        },
      ),
      se,
      builtIn,
    );
    assert.deepEqual(
      path.releases.map(({ stop, preparations, first }) => [stop.release.name, preparations, first]),
      [
        [
          "2016 CU14",
          ["/PrepareAD"],
          [
            "Setup refuses while Exchange 2010 servers, Edge Transport included, are below 2010 SP3 Update Rollup 11: older.contoso.com (2010 SP3)",
            "domain controllers on another Windows than Windows Server 2008 R2, 2012, 2012 R2, 2016 or 2019: replace dc1.contoso.com",
            "the schema master dc1.contoso.com runs Windows Server 2025: look at its build (winver), which has to be 26100.7171 or later: KB5068861 (November 2025)",
          ],
        ],
        [
          "2016 CU23",
          ["/PrepareSchema", "/PrepareAD"],
          [
            "Setup refuses while Exchange 2010 servers, Edge Transport included, are below 2010 SP3 Update Rollup 11: older.contoso.com (2010 SP3)",
            "domain controllers on another Windows than Windows Server 2012, 2012 R2, 2016, 2019 or 2022: replace dc1.contoso.com",
            "the schema master dc1.contoso.com runs Windows Server 2025: look at its build (winver), which has to be 26100.7171 or later: KB5068861 (November 2025)",
          ],
        ],
        [
          "SE RTM",
          ["/PrepareSchema", "/PrepareAD"],
          [
            "Setup refuses while an Exchange 2010 server is in the organization (unverified): older.contoso.com (2010 SP3)",
            "Setup refuses while an Exchange 2013 server is in the organization: old.contoso.com (2013 CU21)",
            "the forest has functional level 5 (Windows Server 2012), and Setup refuses: raise it to 6 (Windows Server 2012 R2) or higher",
            "the schema master dc1.contoso.com runs Windows Server 2025: look at its build (winver), which has to be 26100.7171 or later: KB5068861 (November 2025)",
          ],
        ],
      ],
    );
  });

  it("prints its whole as text, Markdown and data", () => {
    const path = organizationPath(
      live([server("b|1", "15.2.1544.4")], { "b|1": computer(17763, 528049) }),
      se,
      builtIn,
    );
    assert.equal(
      organizationPathText(path),
      `Contoso, contoso.com, to Exchange SE RTM: 1 server, 1 with a way to it

1 server at 2019 CU14: b|1.contoso.com
   Windows Server 2019, .NET Framework 4.8
   1. SE RTM, in place, on .NET Framework 4.8

What SE RTM asks for
   Preparation:    /PrepareSchema and /PrepareAD
   Windows:        Windows Server 2019, 2022 or 2025, Server Core, too
   Forest:         functional level Windows Server 2012 R2 to Windows Server 2016; Setup refuses below Windows Server 2012 R2 (ForestLevelNotWin2012R2)
                   domain controllers on Windows Server 2012 R2, 2016, 2019, 2022 or 2025
   Other servers:  Setup refuses while an Exchange 2013 server is in the organization
                   Setup refuses while an Exchange 2000, 2003, 2007 or 2010 server is in the organization (unverified)
                   Exchange 2016 servers, Edge Transport included, are supported beside it from 2016 CU23 on
   Mailbox server: Visual C++ 2012 Redistributable (x64); Visual C++ 2013 Redistributable (x64); Unified Communications Managed API 4.0; IIS URL Rewrite Module
   Afterwards:     restart Windows
                   install the newest security update of the release
`,
    );
    assert.equal(
      organizationPathMarkdown(path),
      `## Contoso, contoso.com, to Exchange SE RTM: 1 server, 1 with a way to it

### 1 server at 2019 CU14: b&#124;1.contoso.com

- Windows Server 2019, .NET Framework 4.8
1. SE RTM, in place, on .NET Framework 4.8

### What SE RTM asks for

| | |
|---|---|
| Preparation | /PrepareSchema and /PrepareAD |
| Windows | Windows Server 2019, 2022 or 2025, Server Core, too |
| Forest | functional level Windows Server 2012 R2 to Windows Server 2016; Setup refuses below Windows Server 2012 R2 (ForestLevelNotWin2012R2)<br>domain controllers on Windows Server 2012 R2, 2016, 2019, 2022 or 2025 |
| Other servers | Setup refuses while an Exchange 2013 server is in the organization<br>Setup refuses while an Exchange 2000, 2003, 2007 or 2010 server is in the organization (unverified)<br>Exchange 2016 servers, Edge Transport included, are supported beside it from 2016 CU23 on |
| Mailbox server | Visual C++ 2012 Redistributable (x64); Visual C++ 2013 Redistributable (x64); Unified Communications Managed API 4.0; IIS URL Rewrite Module |
| Afterwards | restart Windows<br>install the newest security update of the release |
`,
    );
    const { releases, groups, ...about } = organizationPathData(path);
    assert.deepEqual(about, {
      kind: "organization",
      to: "SE RTM",
      forest: "contoso.com",
      organization: "Contoso",
      ofDirectory: false,
      notRead: [],
    });
    assert.deepEqual(
      (groups as readonly Record<string, unknown>[]).map(({ answer, ...group }) => group),
      [
        {
          servers: [{ name: "b|1.contoso.com", build: "15.2.1544.4" }],
          release: "2019 CU14",
          edge: false,
          clustered: false,
          windows: "Windows Server 2019",
          framework: "4.8",
          verdict: "way",
          problems: [],
        },
      ],
    );
    assert.deepEqual(
      (releases as readonly Record<string, unknown>[]).map(({ release, preparations, first }) => [
        release,
        preparations,
        first,
      ]),
      [["SE RTM", ["/PrepareSchema", "/PrepareAD"], []]],
    );
  });

  it("takes a release that the program defines for a target, and says so", () => {
    const cu1 = defineRelease({
      name: "SE CU1",
      source: "this test",
      build: "15.2.3000.1",
      levels: { schema: 17004, organization: 16764, domain: 13244 },
      upgradesFrom: ["2019 CU15", "SE RTM"],
      framework: { versions: ["4.8.1"] },
      windows: { versions: [{ name: "Windows Server 2022" }] },
      forest: "not described",
      coexistence: [{ product: "2013", by: "Setup" }],
      setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
    });
    const catalogue = catalogueOf([cu1]);
    const to = catalogue.releases.find(({ name }) => name === "SE CU1") ?? se;
    assert.equal(
      groupsIn(
        live([server("a", "15.2.1544.4"), server("b", "15.2.2562.17"), server("c", "15.2.2562.17")], {
          a: computer(20348, 528049),
          b: computer(17763, 528049),
          c: computer(20348, 533325),
        }),
        to,
        catalogue,
      ),
      `Contoso, contoso.com, to Exchange SE CU1 (defined by the program): 3 servers, 2 with a way to it, 1 without

1 server at 2019 CU14: a.contoso.com
   Windows Server 2022, .NET Framework 4.8
   1. SE RTM, in place, on .NET Framework 4.8 or 4.8.1
   2. SE CU1 (defined by the program), in place, on 4.8.1

1 server at SE RTM: b.contoso.com
   Windows Server 2019, .NET Framework 4.8
   Upgrades in place lead from Exchange SE RTM to SE CU1, and no .NET Framework from 4.8 on, which is installed, is supported by both ends of each.

1 server at SE RTM: c.contoso.com
   Windows Server 2022, .NET Framework 4.8.1
   1. SE CU1 (defined by the program), in place, on .NET Framework 4.8.1`,
    );
    assert.deepEqual(
      firstOf(live([server("a", "15.0.1497.2"), server("b", "15.2.2562.17")]), to, catalogue),
      [
        [
          "SE CU1",
          [
            "Setup refuses while an Exchange 2013 server is in the organization (unverified): a.contoso.com (2013 CU23)",
          ],
        ],
      ],
    );
  });

  it("leaves unknown what was not read", () => {
    const path = organizationPath(
      {
        forest: unreadForest("access denied", source),
        domainLevels: {},
        computers: new Map(),
      },
      se,
      builtIn,
    );
    assert.equal(
      organizationPathText(path),
      `the organization, to Exchange SE RTM: no server was seen

Not read:
   the servers of the organization: access denied
   the schema's level: access denied
   the organization's level: access denied
   the domains: access denied
`,
    );
    const some = live(
      [server("b1", "15.2.1544.4")],
      {},
      {
        functionalLevel: unknown("access denied", source),
        domainControllers: unknown("access denied", source),
        schemaMaster: unknown("access denied", source),
      },
    );
    assert.deepEqual(firstOf({ ...some, domainLevels: {} }), [
      [
        "SE RTM",
        [
          "find out the functional level of the forest: access denied",
          "find out the Windows of the domain controllers: access denied",
          "find out which domain controller is the schema master: access denied",
        ],
      ],
    ]);
  });
});
