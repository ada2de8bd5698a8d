/** The way from one release to another, as people read it. */
import assert from "node:assert/strict";
import { releases } from "../../lib/releases";
import { catalogueOf } from "../../lib/releases/catalogue";
import { type PathAnswer, pathBetween } from "../../lib/releases/path";
import { builtIn, type Catalogue, releaseNamed } from "../../lib/releases/transitions";
import { pathData, pathMarkdown, pathText } from "../../lib/review/path";

function answer(from: string, to: string, catalogue: Catalogue = builtIn): PathAnswer {
  const start = releaseNamed(from, catalogue);
  const target = releaseNamed(to, catalogue);
  assert.ok(start && target, `${from} > ${to}`);
  return pathBetween(start, target, catalogue);
}

/** The stops, as their headings name them. */
function stops(from: string, to: string, catalogue: Catalogue = builtIn): readonly string[] {
  return pathText(answer(from, to, catalogue))
    .split("\n")
    .filter((line) => /^\d/.test(line));
}

const others2016 = `Setup refuses while an Exchange 2000, 2003 or 2007 server is in the organization
                   Setup refuses while Exchange 2010 servers, Edge Transport included, are below 2010 SP3 Update Rollup 11
                   Setup refuses while Exchange 2013 servers, Edge Transport included, are below 2013 CU10`;
const othersSE = `Setup refuses while an Exchange 2013 server is in the organization
                   Setup refuses while an Exchange 2000, 2003, 2007 or 2010 server is in the organization (unverified)
                   Exchange 2016 servers, Edge Transport included, are supported beside it from 2016 CU23 on`;
const forest2019 = `functional level Windows Server 2012 R2 to Windows Server 2016; Setup refuses below Windows Server 2012 R2 (ForestLevelNotWin2012R2)
                   domain controllers on Windows Server 2012 R2, 2016, 2019, 2022 or 2025`;
const native = "Setup refuses below Windows Server 2003 (ForestLevelNotWin2003Native)";
const full =
  "documented: Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange, installing cumulative updates: each one is a full installation; the .NET Framework that both ends support can force a stop";
const mailbox =
  "Visual C++ 2012 Redistributable (x64); Visual C++ 2013 Redistributable (x64); Unified Communications Managed API 4.0";

describe("the way from one release to another", () => {
  it("is told stop by stop, with what has to hold at each", () => {
    assert.equal(
      pathText(answer("2016 CU12", "2016 CU23")),
      `From Exchange 2016 CU12 to 2016 CU23: 2 upgrades in place, one after the other on each server.

1. 2016 CU14, in place
   .NET Framework: version 4.7.2, installed before Setup is run
   Preparation:    /PrepareAD and /PrepareDomain
   Windows:        Windows Server 2012, 2012 R2 or 2016, not as Server Core
   Forest:         functional level Windows Server 2008 R2 or higher; ${native}
                   domain controllers on Windows Server 2008 R2, 2012, 2012 R2, 2016 or 2019
   Other servers:  ${others2016}
   Mailbox server: ${mailbox}; KB3206632 on Windows Server 2016
   Afterwards:     restart Windows
   Known from:     ${full}

2. 2016 CU23, in place
   .NET Framework: version 4.8, installed before Setup is run
   Preparation:    /PrepareSchema, /PrepareAD and /PrepareDomain
   Windows:        Windows Server 2012, 2012 R2 or 2016, not as Server Core
   Forest:         functional level Windows Server 2012 or higher; ${native}
                   domain controllers on Windows Server 2012, 2012 R2, 2016, 2019 or 2022
   Other servers:  ${others2016}
   Mailbox server: ${mailbox}; IIS URL Rewrite Module; KB3206632 on Windows Server 2016
   Afterwards:     restart Windows
                   install the newest security update of the release
   Known from:     ${full}
`,
    );
  });

  it("says that there is nothing to prepare from 2019 CU15 to SE, and only the organization from CU14", () => {
    const text = (from: string, preparation: string) => `From Exchange ${from} to SE RTM: 1 upgrade in place.

1. SE RTM, in place
   .NET Framework: version 4.8, installed before Setup is run
   Preparation:    ${preparation}
   Windows:        Windows Server 2019, 2022 or 2025, Server Core, too
   Forest:         ${forest2019}
   Other servers:  ${othersSE}
   Mailbox server: ${mailbox}; IIS URL Rewrite Module
   Afterwards:     restart Windows
                   install the newest security update of the release
   Known from:     documented: Microsoft Learn, "Upgrade to Exchange Server SE"; techcommunity 4410173
`;
    assert.equal(
      pathText(answer("2019 CU15", "SE RTM")),
      text("2019 CU15", "nothing to prepare: the directory is at this level"),
    );
    assert.equal(
      pathText(answer("2019 CU14", "SE RTM")),
      text(
        "2019 CU14",
        "/PrepareAD\n                   a schema master on Windows Server 2025 needs 26100.7171 first: KB5068861 (November 2025)",
      ),
    );
  });

  it("leads over new servers where no upgrade in place does, and brings the old ones to what these need first", () => {
    assert.equal(
      pathText(answer("2010 SP2", "2016 CU23")),
      `From Exchange 2010 SP2 to 2016 CU23: 1 upgrade in place of the old servers, then new servers; no upgrade in place leads there.
Exchange 2016 needs Exchange 2010 SP3 with Update Rollup 11 on every Exchange 2010 server including Edge.

1. 2010 SP3, in place
   .NET Framework: not described here: verify it yourself
   Preparation:    /PrepareSchema and /PrepareAD
   Windows:        Windows Server 2008 SP2, 2008 R2 SP1, 2012 or 2012 R2
   Forest:         functional level Windows Server 2003 or higher; ${native}
                   domain controllers on Windows Server 2003 SP2, 2008, 2008 R2, 2012, 2012 R2 or 2016 (not settled)
   Other servers:  Setup refuses while an Exchange 2000 server is in the organization (unverified)
                   Setup refuses while Exchange 2003 servers, Edge Transport included, are below 2003 SP2 (unverified)
                   Setup refuses while Exchange 2007 servers, Edge Transport included, are below 2007 SP2
   Afterwards:     2010 SP3 Update Rollup 11 (14.3.266.1) on every server
   Known from:     documented: Microsoft TechNet bb629560 (upgrading Exchange 2010 to a service pack)

2. 2016 CU23 on new servers, to which mailboxes and services are moved
   .NET Framework: version 4.8
   Preparation:    /PrepareSchema, /PrepareAD and /PrepareDomain
   Windows:        Windows Server 2012, 2012 R2 or 2016, not as Server Core
   Forest:         functional level Windows Server 2012 or higher; ${native}
                   domain controllers on Windows Server 2012, 2012 R2, 2016, 2019 or 2022
   Other servers:  ${others2016}
   Mailbox server: ${mailbox}; IIS URL Rewrite Module; KB3206632 on Windows Server 2016
   Afterwards:     install the newest security update of the release
   Known from:     documented: Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange; Setup logs among the tests of microsoft/CSS-Exchange (E16E14CoexistenceMinVersionRequirement)
`,
    );
  });

  const ways: readonly (readonly [from: string, to: string, stops: readonly string[]])[] = [
    ["2007 RTM", "2007 SP1", ["1. 2007 SP1, in place"]],
    [
      "2007 RTM",
      "2010 SP3",
      ["1. 2007 SP2, in place", "2. 2010 SP3 on new servers, to which mailboxes and services are moved"],
    ],
    [
      "2007 SP3",
      "2013 CU23",
      [
        "1. 2007 SP3 stays, with 2007 SP3 Update Rollup 10 (8.3.298.3)",
        "2. 2013 CU23 on new servers, to which mailboxes and services are moved",
      ],
    ],
    ["2013 CU10", "2016 CU23", ["1. 2016 CU23 on new servers, to which mailboxes and services are moved"]],
    [
      "2013 CU16",
      "2019 CU14",
      [
        "1. 2013 CU20, in place",
        "2. 2013 CU21, in place",
        "3. 2019 CU14 on new servers, to which mailboxes and services are moved",
      ],
    ],
    [
      "2016 CU11",
      "SE RTM",
      [
        "1. 2016 CU14, in place",
        "2. 2016 CU23, in place",
        "3. SE RTM on new servers, to which mailboxes and services are moved",
      ],
    ],
    ["2016 CU23", "SE RTM", ["1. SE RTM on new servers, to which mailboxes and services are moved"]],
    ["2019 RTM", "SE RTM", ["1. 2019 CU3, in place", "2. 2019 CU15, in place", "3. SE RTM, in place"]],
  ];
  for (const [from, to, expected] of ways)
    it(`of ${from} to ${to} has the stops that are needed, and no others`, () => {
      assert.deepEqual(stops(from, to), expected);
    });

  const refusals: readonly (readonly [from: string, to: string, text: string])[] = [
    [
      "2013 CU23",
      "SE RTM",
      "Exchange 2013 CU23 cannot be upgraded in place to SE RTM: Setup of Exchange Server Subscription Edition refuses an organization that has Exchange 2013; it needs every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers.",
    ],
    [
      "2013 CU23",
      "2019 CU15",
      "Exchange 2013 CU23 cannot be upgraded in place to 2019 CU15, and new servers are no way either: Setup refuses while an Exchange 2013 server is in the organization. New servers of Exchange 2019 need Exchange 2013 CU21 on every Exchange 2013 server including Edge, and media below 2019 CU15, whose Setup refuses an organization that still has Exchange 2013.",
    ],
    [
      "2010 SP3",
      "2019 CU14",
      "Exchange 2010 SP3 cannot be upgraded in place to 2019 CU14: Setup of Exchange 2019 refuses an organization that has Exchange 2010; it needs every Exchange 2010 server removed first, by way of new Exchange 2013 or 2016 servers.",
    ],
    [
      "SE RTM",
      "2019 CU15",
      "Exchange 2019 CU15 is older than SE RTM, and there is no way back: uninstalling removes Exchange from the server. SE RTM can only stay as it is.",
    ],
    [
      "2007 SP3",
      "SE RTM",
      "No source says that Exchange 2007 SP3 can be upgraded to SE RTM. No upgrade in place from 2007 SP3 is known. SE RTM is reached in place from 2019 CU14 or 2019 CU15.",
    ],
  ];
  for (const [from, to, text] of refusals)
    it(`of ${from} to ${to} is refused, with the reason`, () => {
      assert.deepEqual(answer(from, to), { kind: "refused", text });
      assert.equal(pathText(answer(from, to)), `${text}\n`);
    });

  it("of a release to itself is none", () => {
    assert.deepEqual(answer("2016 CU23", "2016 CU23"), {
      kind: "already there",
      text: "Exchange 2016 CU23 is what is there already: there is nothing to upgrade.",
    });
  });

  it("is told of a release that the program defines", () => {
    const catalogue = catalogueOf([
      {
        name: "SE CU1",
        source: "made up for this test",
        build: "15.2.3000.10",
        levels: { schema: 17003, organization: 16764, domain: 13243 },
        upgradesFrom: ["SE RTM"],
        framework: "not described",
        windows: "not described",
        forest: "not described",
        coexistence: "not described",
        setup: { licence: "accepted", extendedProtection: true },
      },
    ]);
    assert.equal(
      pathText(answer("SE RTM", "SE CU1", catalogue)),
      `From Exchange SE RTM to SE CU1: 1 upgrade in place.

1. SE CU1 (defined by the program), in place
   .NET Framework: not described here: verify it yourself
   Preparation:    /PrepareAD
   Windows:        not described here: verify it yourself
   Forest:         not described here: verify it yourself
   Other servers:  not described here: verify it yourself
   Mailbox server: components: not described here: verify it yourself
   Afterwards:     restart Windows
                   install the newest security update of the release
   Known from:     unverified: defined by the program: made up for this test
`,
    );
    assert.deepEqual(stops("2019 CU14", "SE CU1", catalogue), [
      "1. SE RTM, in place",
      "2. SE CU1 (defined by the program), in place",
    ]);
  });

  it("is Markdown, too", () => {
    assert.equal(
      pathMarkdown(answer("2007 SP1", "2007 SP2")),
      `## 2007 SP1 to 2007 SP2

From Exchange 2007 SP1 to 2007 SP2: 1 upgrade in place.

### 1. 2007 SP2, in place

| | |
|---|---|
| .NET Framework | not described here: verify it yourself |
| Preparation | /PrepareSchema and /PrepareAD |
| Windows | Windows Server 2003 SP2 or 2008 SP2 |
| Forest | functional level Windows 2000 or higher<br>domain controllers on Windows Server 2003 SP1 or later |
| Other servers | nothing is asked of them |
| Mailbox server | Windows Installer 4.5 |
| Known from | documented: Microsoft Exchange Team, techcommunity 599231 (Exchange 2007 SP2) |
`,
    );
    assert.equal(
      pathMarkdown(answer("2016 CU23", "2016 CU23")),
      "Exchange 2016 CU23 is what is there already: there is nothing to upgrade.\n",
    );
  });

  it("is data, too", () => {
    const data = JSON.parse(JSON.stringify(pathData(answer("2019 CU13", "SE RTM"))));
    assert.deepEqual(Object.keys(data), ["kind", "from", "to", "needs", "stops"]);
    assert.deepEqual(
      data.stops.map((stop: { readonly [key: string]: unknown }) => [
        stop.release,
        stop.build,
        stop.how,
        stop.frameworks,
        stop.preparations,
        stop.definedByProgram,
      ]),
      [
        ["2019 CU15", "15.2.1748.10", "in place", ["4.8"], ["/PrepareAD"], false],
        ["SE RTM", "15.2.2562.17", "in place", ["4.8"], [], false],
      ],
    );
    assert.deepEqual(data.stops[1].windows.versions[2], {
      name: "Windows Server 2025",
      servicePack: 0,
      unsettled: false,
    });
  });

  it("answers every pair of releases, and never with a stop back", () => {
    for (const from of releases)
      for (const to of releases) {
        const found = pathBetween(from, to);
        assert.match(pathText(found), /\S\n$/);
        if (found.kind !== "path") continue;
        const places = [from, ...found.path.stops.map(({ release }) => release)].map((release) =>
          releases.findIndex(({ name }) => name === release.name),
        );
        assert.ok(
          places.every((place, index) => index === 0 || place >= (places[index - 1] ?? 0)),
          `${from.name} > ${to.name}`,
        );
        assert.equal(found.path.stops.at(-1)?.release, to);
      }
  }).timeout(60_000);
});
