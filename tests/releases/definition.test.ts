import assert from "node:assert/strict";
import {
  describeUnreachable,
  explainUnreachable,
  judgeLevel,
  levelsOf,
  listReleases,
  parseBuild,
  type Release,
  releaseOfBuild,
  releasesWithLevel,
  setupOf,
} from "../../lib/releases";
import { bandPosition } from "../../lib/releases/bands";
import { catalogueOf, descriptionOf, isDefined } from "../../lib/releases/catalogue";
import { describeCoexistence, judgeCoexistence } from "../../lib/releases/coexistence";
import {
  defineRelease,
  defineUpdate,
  type ReleaseDefinition,
  readDefinition,
} from "../../lib/releases/definition";
import { judgeForestLevel } from "../../lib/releases/domainControllers";
import { judgeFramework } from "../../lib/releases/framework";
import { releaseOfMedia } from "../../lib/releases/media";
import { preparationsBetween } from "../../lib/releases/preparation";
import { describeRoute, graphOf, route } from "../../lib/releases/route";
import { builtIn, releaseNamed, transition } from "../../lib/releases/transitions";
import { judgeWindows } from "../../lib/releases/windowsServer";
import { named } from "./named";

const cu1: ReleaseDefinition = {
  name: "SE CU1",
  source: "made up for this test",
  build: "15.2.3000.10",
  otherBuilds: ["15.2.3000.8"],
  newestUpdate: "15.2.3000.20",
  levels: { schema: 17004, organization: 16764, domain: 13243 },
  upgradesFrom: ["2019 CU14", "2019 CU15", "SE RTM"],
  framework: { versions: ["4.8"], onLaterWindows: { version: "4.8.1", windows: "Windows Server 2022" } },
  windows: {
    versions: [{ name: "Windows Server 2022" }, { name: "Windows Server 2025", unsettled: true }],
    core: true,
  },
  forest: {
    domainControllers: [{ name: "Windows Server 2016" }],
    level: { refusedBelow: 6, least: 7, most: 10 },
  },
  software: ["Visual C++ 2012 Redistributable (x64)", "IIS URL Rewrite Module"],
  coexistence: [
    { product: "2013", by: "Setup" },
    { product: "2016", by: "support", atLeast: { build: "15.1.2507.6", name: "2016 CU23" } },
  ],
  setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
};
const bare: ReleaseDefinition = {
  name: "SE CU2",
  source: "made up for this test",
  build: "15.2.4000.1",
  levels: { schema: 17004, organization: 16765, domain: 13243 },
  upgradesFrom: ["SE CU1"],
  framework: "not described",
  windows: "not described",
  forest: "not described",
  coexistence: "not described",
  setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
};

const catalogue = catalogueOf([bare, cu1]);

function find(name: string): Release {
  const release = releaseNamed(name, catalogue);
  assert.ok(release, name);
  return release;
}

function build(text: string) {
  const parsed = parseBuild(text);
  assert.ok(parsed, text);
  return parsed;
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "DefinitionError");
    return error.message;
  }
  return assert.fail("nothing was refused");
}

describe("a release that a program defines", () => {
  it("is plain JSON, whole and frozen", () => {
    const defined = defineRelease(cu1);
    assert.deepEqual(defined, cu1);
    assert.deepEqual(readDefinition(JSON.parse(JSON.stringify(defined))), cu1);
    assert.ok(
      Object.isFrozen(defined) && Object.isFrozen(defined.levels) && Object.isFrozen(defined.coexistence),
    );
    assert.notEqual(defined, cu1);
  });

  it("takes its place among the releases, and ends the one before it", () => {
    assert.deepEqual(
      catalogue.releases.slice(-3).map(({ name }) => name),
      ["SE RTM", "SE CU1", "SE CU2"],
    );
    const rtm = find("SE RTM");
    const first = find("SE CU1");
    assert.equal(bandPosition(build("15.2.2562.99"), rtm), "at");
    assert.equal(bandPosition(build("15.2.3000.8"), rtm), "above");
    assert.equal(bandPosition(build("15.2.3000.7"), first), "below");
    assert.equal(bandPosition(build("15.2.3000.8"), first), "at");
    assert.equal(bandPosition(build("15.2.3500.0"), first), "at");
    assert.equal(bandPosition(build("15.2.4000.1"), find("SE CU2")), "at");
    assert.equal(bandPosition(build("15.2.4000.2"), find("SE CU2")), "unknown");
    assert.equal(releaseOfBuild(build("15.2.3000.15"), catalogue.releases), first);
    assert.equal(releaseOfMedia(build("15.2.3000.0"), catalogue.releases), first);
    assert.equal(releaseOfBuild(build("15.2.3000.15")), undefined);
  });

  it("is bounded by its newest update where nothing follows it", () => {
    const [last] = catalogueOf([cu1]).releases.slice(-1);
    assert.ok(last);
    assert.equal(bandPosition(build("15.2.3000.20"), last), "at");
    assert.equal(bandPosition(build("15.2.3000.21"), last), "unknown");
    assert.equal(bandPosition(build("15.2.3000.21"), JSON.parse(JSON.stringify(last))), "unknown");
  });

  it("has levels like every other", () => {
    const first = find("SE CU1");
    assert.deepEqual(levelsOf(first, "schema"), [17004]);
    assert.equal(judgeLevel("organization", 16763, first), "below");
    assert.deepEqual(preparationsBetween(named("SE RTM"), first), ["/PrepareSchema", "/PrepareAD"]);
    assert.equal(
      listReleases(releasesWithLevel("domain", 13243, catalogue.releases)),
      "2016 CU22, 2016 CU23, 2019 CU11 to 2019 CU15, SE RTM, SE CU1 or SE CU2",
    );
  });

  it("is upgraded to in place from what its definition names, and from nothing else", () => {
    assert.deepEqual(transition("SE RTM", "SE CU1", catalogue), {
      from: "SE RTM",
      to: "SE CU1",
      evidence: "unverified",
      source: "defined by the program: made up for this test",
    });
    assert.equal(transition("2019 CU13", "SE CU1", catalogue), undefined);
    const text = (from: string, to: string) => {
      const found = explainUnreachable(from, to, catalogue);
      assert.ok(found);
      return describeUnreachable(found);
    };
    assert.equal(
      text("SE RTM", "SE CU2"),
      "No upgrade in place leads from Exchange SE RTM straight to SE CU2: upgrade to SE CU1 first.",
    );
    assert.equal(
      text("SE CU1", "SE RTM"),
      "Exchange SE RTM is older than SE CU1, and there is no way back: uninstalling removes Exchange from the server. SE CU1 can stay as it is, or go on to SE CU2.",
    );
    assert.equal(
      text("SE RTM", "SE CU9"),
      'There is no Exchange release "SE CU9" in the table. Exchange Server Subscription Edition has "SE RTM", "SE CU1", "SE CU2".',
    );
    assert.equal(
      text("2016 CU23", "SE CU1"),
      "Exchange 2016 CU23 cannot be upgraded in place to SE CU1: install Exchange Server Subscription Edition on a new server and move mailboxes and services to it; it needs Exchange 2016 CU23 on every Exchange 2016 server including Edge.",
    );
  });

  it("has a route with the stops that the .NET Framework and its definition force", () => {
    const graph = graphOf(catalogue, (release) => descriptionOf(release).framework);
    const found = route(named("2019 RTM"), find("SE CU2"), {}, graph);
    assert.ok(found.kind === "route");
    assert.equal(
      describeRoute(found.hops),
      "to 2019 CU3 on .NET Framework 4.7.2, then to 2019 CU15 on 4.8, then to SE CU1 on 4.8, then to SE CU2",
    );
  });

  it("is described by its definition, and by nothing that holds for other releases", () => {
    const { framework, windows, forest, coexistence } = descriptionOf(find("SE CU1"));
    assert.ok(typeof framework !== "string" && typeof windows !== "string" && typeof forest !== "string");
    assert.ok(typeof coexistence !== "string");
    assert.equal(judgeFramework(framework, 533320, 20348), "supported");
    assert.equal(judgeFramework(framework, 533320, 17763), "not supported");
    assert.equal(judgeWindows(windows, 17763, 0), "not supported");
    assert.equal(judgeWindows(windows, 26100, 0), "unsettled");
    assert.equal(judgeForestLevel(forest, 6), "not supported");
    assert.equal(judgeForestLevel(forest, 10), "supported");
    assert.deepEqual(coexistence.map(describeCoexistence), [
      "Setup refuses while an Exchange 2013 server is in the organization",
      "Exchange 2016 servers, Edge Transport included, are supported beside it from 2016 CU23 on",
    ]);
    const server = { name: "ex1", product: "2016", build: build("15.1.2375.7") } as const;
    assert.equal(judgeCoexistence(coexistence, server).verdict, "not supported");
    for (const { evidence, source } of [framework, windows, forest, ...coexistence]) {
      assert.equal(evidence, "unverified");
      assert.equal(source, "defined by the program: made up for this test");
    }
    const none = "not described";
    assert.deepEqual(descriptionOf(find("SE CU2")), {
      framework: none,
      windows: none,
      forest: none,
      coexistence: none,
    });
    assert.equal(isDefined(find("SE CU2")), true);
    assert.equal(isDefined(find("SE RTM")), false);
  });

  it("is one release for all that define it alike, so that what is kept of it is found again", () => {
    const again = catalogueOf(structuredClone([bare, cu1]));
    assert.equal(releaseNamed("SE CU1", again), releaseNamed("SE CU1", catalogueOf([bare, cu1])));
  });

  it("is set up as the product is", () => {
    assert.deepEqual(setupOf(find("SE CU1")).licence, [
      "/IAcceptExchangeServerLicenseTerms_DiagnosticDataON",
      "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF",
    ]);
    const [plain] = catalogueOf([
      { ...cu1, setup: { licence: "accepted", extendedProtection: false } },
    ]).releases.slice(-1);
    assert.ok(plain);
    assert.deepEqual(setupOf(plain).licence, ["/IAcceptExchangeServerLicenseTerms"]);
    assert.deepEqual(
      [setupOf(find("SE CU1")), setupOf(plain)].map(({ extendedProtection }) => extendedProtection),
      [true, false],
    );
  });

  it("changes nothing for anybody else", () => {
    assert.equal(catalogueOf([]), builtIn);
    assert.equal(releaseNamed("SE CU1", builtIn), undefined);
    assert.equal(bandPosition(build("15.2.3000.8"), named("SE RTM")), "unknown");
  });

  it("may be defined still where a later version of the package knows it", () => {
    const again: ReleaseDefinition = {
      ...bare,
      name: "SE RTM",
      build: "15.2.2562.17",
      levels: { schema: 17003, organization: 16763, domain: 13243 },
      upgradesFrom: [],
    };
    assert.equal(catalogueOf([again]), builtIn);
    assert.equal(
      refusal(() => catalogueOf([{ ...again, levels: { ...again.levels, organization: 16764 } }])),
      [
        'Release "SE RTM" is defined otherwise than this package describes it',
        "  Found:  organization 16764",
        "  Needed: build 15.2.2562.17, schema 17003, organization 16763, domain 13243",
        "  Where:  defineRelease",
        "  Fix:    leave the definition out: this version knows the release",
        "  Code:   XU-DEFINITION",
      ].join("\n"),
    );
    assert.equal(
      refusal(() => catalogueOf([cu1, { ...cu1, build: "15.2.3000.11" }])),
      [
        'Release "SE CU1" is defined otherwise than this package describes it',
        "  Found:  build 15.2.3000.11",
        "  Needed: build 15.2.3000.10, schema 17004, organization 16764, domain 13243",
        "  Where:  defineRelease",
        "  Fix:    define it once",
        "  Code:   XU-DEFINITION",
      ].join("\n"),
    );
  });

  it("is not needed for a newer update of a release that is known", () => {
    const update = defineUpdate({ release: "SE RTM", newestUpdate: "15.2.2562.60", source: "made up" });
    assert.ok(Object.isFrozen(update));
    assert.deepEqual(readDefinition(JSON.parse(JSON.stringify(update))), update);
    const updated = catalogueOf([update]);
    const rtm = releaseNamed("SE RTM", updated);
    assert.ok(rtm);
    assert.equal(bandPosition(build("15.2.2562.60"), rtm), "at");
    assert.equal(bandPosition(build("15.2.2562.61"), rtm), "unknown");
    assert.equal(bandPosition(build("15.2.2562.60"), named("SE RTM")), "unknown");
    assert.equal(catalogueOf([{ ...update, newestUpdate: "15.2.2562.40" }]), builtIn);
    const followed = releaseNamed("SE RTM", catalogueOf([update, cu1]));
    assert.deepEqual(followed, find("SE RTM"));
  });

  it("is not what an update can be", () => {
    assert.equal(
      refusal(() => catalogueOf([{ release: "SE RTM", newestUpdate: "15.2.2600.1", source: "made up" }])),
      [
        'Build 15.2.2600.1 is no update of release "SE RTM"',
        "  Found:  SE RTM has build 15.2.2562.17",
        "  Needed: a release that is known, and a build that differs from its own in the last number alone",
        "  Where:  defineUpdate",
        "  Fix:    use the build that is published for the update; define a later release with defineRelease",
        "  Code:   XU-DEFINITION",
      ].join("\n"),
    );
    assert.equal(
      refusal(() => readDefinition({ release: "SE RTM" })),
      [
        'The definition of an update of release "SE RTM" cannot be used',
        "  Found:  newestUpdate: Invalid input: expected string, received undefined",
        "          source: Invalid input: expected string, received undefined",
        "  Where:  defineUpdate",
        "  Fix:    give every part in the form that the documentation of defineUpdate describes",
        "  Code:   XU-DEFINITION",
      ].join("\n"),
    );
  });

  const refusals: readonly (readonly [why: string, definition: unknown, text: readonly string[]])[] = [
    [
      "that lacks parts",
      { name: "SE CU1", setup: {} },
      [
        'The definition of release "SE CU1" cannot be used',
        "  Found:  source: Invalid input: expected string, received undefined",
        "          build: Invalid input: expected string, received undefined",
        "          levels: Invalid input: expected object, received undefined",
        "          upgradesFrom: Invalid input: expected array, received undefined",
        '          framework: is neither "not described" nor { versions, onLaterWindows? }',
        '          windows: is neither "not described" nor { versions, core? }',
        '          forest: is neither "not described" nor { domainControllers, level: { refusedBelow, least, most? } }',
        '          coexistence: is neither "not described" nor "none needed" nor a list of { product, by, atLeast? }',
        '          setup.licence: Invalid option: expected one of "none"|"accepted"|"accepted, with a choice of diagnostic data"',
        "          setup.extendedProtection: Invalid input: expected boolean, received undefined",
        "  Where:  defineRelease",
        "  Fix:    give every part in the form that the documentation of defineRelease describes",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "with a build of three numbers",
      { ...cu1, build: "15.2.3000" },
      [
        'The definition of release "SE CU1" cannot be used',
        "  Found:  build: is no build of four numbers, such as 15.2.2562.17",
        "  Where:  defineRelease",
        "  Fix:    give every part in the form that the documentation of defineRelease describes",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "of no product",
      { ...cu1, name: "CU1" },
      [
        'The definition of release "CU1" cannot be used',
        "  Found:  name: begins with none of the products 2007, 2010, 2013, 2016, 2019, SE, followed by a space",
        "          name: is no product and release, such as SE CU1",
        "  Where:  defineRelease",
        "  Fix:    give every part in the form that the documentation of defineRelease describes",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "with a part that is no part",
      { ...cu1, level: 3 },
      [
        'The definition of release "SE CU1" cannot be used',
        '  Found:  the definition: Unrecognized key: "level"',
        "  Where:  defineRelease",
        "  Fix:    give every part in the form that the documentation of defineRelease describes",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "that is none",
      null,
      [
        "The definition of a release cannot be used",
        "  Found:  the definition: Invalid input: expected object, received null",
        "  Where:  defineRelease",
        "  Fix:    give every part in the form that the documentation of defineRelease describes",
        "  Code:   XU-DEFINITION",
      ],
    ],
  ];
  for (const [why, definition, text] of refusals)
    it(`is refused ${why}`, () => {
      assert.equal(
        refusal(() => readDefinition(definition)),
        text.join("\n"),
      );
    });

  const contradictions: readonly (readonly [why: string, ReleaseDefinition, text: readonly string[]])[] = [
    [
      "below a release that is known",
      { ...cu1, build: "15.2.2562.16" },
      [
        'Release "SE CU1" cannot be defined with build 15.2.2562.16',
        "  Found:  SE RTM has build 15.2.2562.17",
        "  Needed: a build above those of all releases of the product that are known",
        "  Where:  defineRelease, build",
        "  Fix:    use the build that is published for the release",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "that is upgraded from what is not known",
      { ...cu1, upgradesFrom: ["SE RTM", "SE CU0"] },
      [
        'Release "SE CU1" cannot be upgraded to from "SE CU0"',
        "  Found:  no older release of that name, in the table or defined",
        "  Needed: names such as 2019 CU15 or SE RTM",
        "  Where:  defineRelease, upgradesFrom",
        "  Fix:    correct the names, or define these releases as well",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "that is upgraded in place from other products",
      { ...cu1, upgradesFrom: ["2016 CU23", "2013 CU23", "SE RTM"] },
      [
        'Release "SE CU1" cannot be upgraded to in place from 2013 CU23 and 2016 CU23',
        "  Found:  2013 CU23 has build 15.0.1497.2, of another product",
        "          2016 CU23 has build 15.1.2507.6, of another product",
        "  Needed: releases of the same product, as build 15.2.3000.10 is; Exchange 2019 goes on as SE",
        "  Where:  defineRelease, upgradesFrom",
        "  Fix:    take them out: from another product there are only new servers",
        "  Code:   XU-DEFINITION",
      ],
    ],
    [
      "with levels below those of what it is upgraded from",
      { ...cu1, levels: { schema: 17003, organization: 16762, domain: 13243 } },
      [
        'Release "SE CU1" cannot be upgraded to from 2019 CU15, whose levels are higher',
        "  Found:  organization 16762; 2019 CU15 has 16763",
        "  Needed: levels that are not below those of the releases that it is upgraded from",
        "  Where:  defineRelease, levels",
        "  Fix:    use the levels that are published for the release",
        "  Code:   XU-DEFINITION",
      ],
    ],
  ];
  for (const [why, definition, text] of contradictions)
    it(`is refused ${why}`, () => {
      assert.equal(
        refusal(() => catalogueOf([definition])),
        text.join("\n"),
      );
    });
});
