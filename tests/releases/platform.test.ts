/** Windows of servers and domain controllers, the forest's level, components: what a release asks of where it runs. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { releases } from "../../lib/releases";
import { componentsOf } from "../../lib/releases/components";
import {
  describeControllers,
  type ForestLevelVerdict,
  forestSupportOf,
  functionalLevels,
  judgeForestLevel,
  judgeSchemaMaster,
} from "../../lib/releases/domainControllers";
import {
  describeWindows,
  judgeWindows,
  type WindowsVerdict,
  windowsServerOfBuild,
  windowsServers,
  windowsSupportOf,
} from "../../lib/releases/windowsServer";
import { named } from "./named";

/** Neighbours with the same text as one line: `2016 CU3 to 2016 CU23`. */
function grouped(textOf: (name: string) => string): readonly (readonly [string, string])[] {
  const groups: (readonly [string, string])[] = [];
  for (const { name } of releases) {
    const last = groups.at(-1);
    const text = textOf(name);
    if (last?.[1] === text) groups[groups.length - 1] = [`${last[0].split(" to ")[0]} to ${name}`, text];
    else groups.push([name, text]);
  }
  return groups;
}

describe("Windows of Exchange servers", () => {
  it("is told in words", () => {
    const texts = grouped((name) => {
      const support = windowsSupportOf(named(name));
      return typeof support === "string" ? support : describeWindows(support.versions);
    });
    assert.deepEqual(texts, [
      ["2000 RTM to 2007 SP1", "not described"],
      ["2007 SP2", "Windows Server 2003 SP2 or 2008 SP2"],
      ["2007 SP3", "Windows Server 2003 SP2, 2008 SP2 or 2008 R2 (not settled)"],
      ["2010 RTM to 2010 SP2", "not described"],
      ["2010 SP3", "Windows Server 2008 SP2, 2008 R2 SP1, 2012 or 2012 R2"],
      ["2013 RTM to 2013 CU3", "not described"],
      ["2013 CU4 (SP1) to 2013 CU23", "Windows Server 2008 R2 SP1, 2012 or 2012 R2"],
      ["2016 Preview", "not described"],
      ["2016 RTM to 2016 CU2", "Windows Server 2012 or 2012 R2"],
      ["2016 CU3 to 2016 CU23", "Windows Server 2012, 2012 R2 or 2016"],
      ["2019 Preview", "not described"],
      ["2019 RTM to 2019 CU11", "Windows Server 2019"],
      ["2019 CU12 to 2019 CU13", "Windows Server 2019 or 2022"],
      ["2019 CU14", "Windows Server 2019, 2022 or 2025 (not settled)"],
      ["2019 CU15 to SE RTM", "Windows Server 2019, 2022 or 2025"],
    ]);
  });

  it("is named by its build, with the builds of service packs", () => {
    for (const { name, build } of windowsServers) assert.equal(windowsServerOfBuild(build), name);
    assert.equal(windowsServerOfBuild(6002), "Windows Server 2008");
    assert.equal(windowsServerOfBuild(7601), "Windows Server 2008 R2");
    assert.equal(windowsServerOfBuild(25398), undefined);
  });

  const cases: readonly (readonly [string, build: number, servicePack: number, WindowsVerdict])[] = [
    ["2007 SP3", 3790, 1, "not supported"],
    ["2007 SP3", 3790, 2, "supported"],
    ["2007 SP3", 7601, 1, "unsettled"],
    ["2010 SP3", 7600, 0, "not supported"],
    ["2010 SP3", 7601, 1, "supported"],
    ["2016 CU2", 14393, 0, "not supported"],
    ["2016 CU3", 14393, 0, "supported"],
    ["2016 CU23", 17763, 0, "not supported"],
    ["2019 CU13", 26100, 0, "not supported"],
    ["2019 CU14", 26100, 0, "unsettled"],
    ["2019 CU15", 26100, 0, "supported"],
    ["SE RTM", 14393, 0, "not supported"],
    ["SE RTM", 25398, 0, "unknown"],
  ];
  for (const [name, build, servicePack, verdict] of cases)
    it(`${build} SP${servicePack} for ${name}: ${verdict}`, () => {
      const support = windowsSupportOf(named(name));
      assert.ok(typeof support !== "string");
      assert.equal(judgeWindows(support, build, servicePack), verdict);
    });

  it("is never one that an upgrade in place leaves behind", () => {
    for (const line of ["2013", "2016", "2019"]) {
      const described = releases.filter(
        (release) =>
          (release.product === line || (line === "2019" && release.product === "SE")) &&
          windowsSupportOf(release) !== "not described",
      );
      for (const [index, release] of described.entries()) {
        const support = windowsSupportOf(release);
        const next = described[index + 1] && windowsSupportOf(described[index + 1] ?? release);
        if (typeof support === "string" || next === undefined || typeof next === "string") continue;
        for (const { name } of support.versions)
          assert.ok(
            next.versions.some((version) => version.name === name),
            `${name} after ${release.name}`,
          );
      }
    }
  });
});

describe("the forest", () => {
  it("is asked for in words", () => {
    const texts = grouped((name) => {
      const support = forestSupportOf(named(name));
      if (typeof support === "string") return support;
      const { least, most, refusedBelow, rule } = support.level;
      return `${describeControllers(support)}; level ${least}${most === null ? "+" : ` to ${most}`}; ${rule} below ${refusedBelow}`;
    });
    const native = "ForestLevelNotWin2003Native below 2";
    const modern = "level 6 to 7; ForestLevelNotWin2012R2 below 6";
    assert.deepEqual(texts, [
      ["2000 RTM to 2007 RTM", "not described"],
      ["2007 SP1 to 2007 SP3", "Windows Server 2003 SP1 or later; level 0+; null below 0"],
      [
        "2010 RTM to 2010 SP2",
        `Windows Server 2003 SP2 (not settled), 2008 (not settled) or 2008 R2 (not settled); level 2+; ${native}`,
      ],
      [
        "2010 SP3",
        `Windows Server 2003 SP2, 2008, 2008 R2, 2012, 2012 R2 or 2016 (not settled); level 2+; ${native}`,
      ],
      [
        "2013 RTM to 2013 CU23",
        `Windows Server 2003 SP2, 2008, 2008 R2, 2012, 2012 R2 or 2016; level 2+; ${native}`,
      ],
      ["2016 Preview", "not described"],
      [
        "2016 RTM to 2016 CU2",
        `Windows Server 2003 SP2, 2008, 2008 R2, 2012, 2012 R2 or 2016; level 2+; ${native}`,
      ],
      [
        "2016 CU3 to 2016 CU6",
        `Windows Server 2008 SP2, 2008 R2, 2012, 2012 R2 or 2016; level 3+; ${native}`,
      ],
      ["2016 CU7 to 2016 CU11", `Windows Server 2008 R2, 2012, 2012 R2 or 2016; level 4+; ${native}`],
      ["2016 CU12 to 2016 CU22", `Windows Server 2008 R2, 2012, 2012 R2, 2016 or 2019; level 4+; ${native}`],
      ["2016 CU23", `Windows Server 2012, 2012 R2, 2016, 2019 or 2022; level 5+; ${native}`],
      ["2019 Preview", "not described"],
      ["2019 RTM to 2019 CU11", `Windows Server 2012 R2, 2016 or 2019; ${modern}`],
      ["2019 CU12 to 2019 CU13", `Windows Server 2012 R2, 2016, 2019 or 2022; ${modern}`],
      ["2019 CU14 to SE RTM", `Windows Server 2012 R2, 2016, 2019, 2022 or 2025; ${modern}`],
    ]);
  });

  it("has its level judged as numbers would", () => {
    const least: readonly (readonly [RegExp, setup: number, supported: number, listed: number | null])[] = [
      [/^2007/, 0, 0, null],
      [/^2010|^2013|^2016 (RTM|CU[12])$/, 2, 2, null],
      [/^2016 CU[3-6]$/, 2, 3, null],
      [/^2016 CU(7|8|9|1\d|2[012])$/, 2, 4, null],
      [/^2016 CU23$/, 2, 5, null],
      [/^(2019|SE)/, 6, 6, 7],
    ];
    const described = releases.filter((release) => forestSupportOf(release) !== "not described");
    const levels = Object.keys(functionalLevels).map(Number);
    fc.assert(
      fc.property(fc.constantFrom(...described), fc.constantFrom(...levels), (release, level) => {
        const support = forestSupportOf(release);
        assert.ok(typeof support !== "string");
        const row = least.find(([names]) => names.test(release.name));
        assert.ok(row, release.name);
        const [, setup, supported, listed] = row;
        const expected: ForestLevelVerdict =
          level < setup
            ? "refused"
            : level < supported
              ? "not supported"
              : listed !== null && level > listed
                ? "not listed"
                : "supported";
        assert.equal(judgeForestLevel(support, level), expected, `${release.name}, ${level}`);
      }),
      { numRuns: 1500 },
    );
  });

  it("needs an updated Windows Server 2025 for its schema master", () => {
    assert.equal(judgeSchemaMaster(20348, null), "ok");
    assert.equal(judgeSchemaMaster(26100, 7170), "too old");
    assert.equal(judgeSchemaMaster(26100, 7171), "ok");
    assert.equal(judgeSchemaMaster(26100, null), "unknown");
    assert.equal(judgeSchemaMaster(27000, 1), "unknown");
  });
});

describe("components", () => {
  const namesOf = (name: string, role: "Mailbox" | "Edge Transport" | "Management Tools") =>
    componentsOf(named(name), [role]).map((component) => component.name);
  const local = [
    "Remote Registry, started automatically and running",
    "no execution policy by group policy",
    "rights of Administrators on the Application and System event logs",
    "no shell that holds Exchange's files open",
    "the installed release's package in Windows' installer cache",
    "no start types of services that an interrupted Setup has saved",
    "a certificate on the web site that is not expired",
    "the configuration of Windows Remote Management",
    "PowerShell in its full language mode",
    "virtual directories in IIS as in the directory",
    "the folders of Unified Messaging",
    "the four processes of the search",
    "Exchange's folders among the exclusions of the virus scanner",
    "free disk space: 30 GB for the installation, 200 MB on the system drive, 500 MB for the queue",
  ];

  it("of a Mailbox server follow the release", () => {
    assert.deepEqual(namesOf("2007 SP1", "Mailbox"), []);
    assert.deepEqual(namesOf("2007 SP3", "Mailbox"), ["Windows Installer 4.5"]);
    assert.deepEqual(namesOf("2013 CU20", "Mailbox"), ["Unified Communications Managed API 4.0", ...local]);
    assert.deepEqual(namesOf("2013 CU21", "Mailbox"), [
      "Visual C++ 2013 Redistributable (x64)",
      "Unified Communications Managed API 4.0",
      ...local,
    ]);
    assert.deepEqual(namesOf("2016 CU21", "Mailbox"), [
      "Visual C++ 2012 Redistributable (x64)",
      "Visual C++ 2013 Redistributable (x64)",
      "Unified Communications Managed API 4.0",
      "KB3206632 on Windows Server 2016",
      ...local,
    ]);
    const withoutVoice = local.filter((name) => !name.includes("Unified Messaging"));
    assert.deepEqual(namesOf("2019 CU10", "Mailbox").slice(3), withoutVoice);
    assert.deepEqual(namesOf("SE RTM", "Mailbox"), [
      "Visual C++ 2012 Redistributable (x64)",
      "Visual C++ 2013 Redistributable (x64)",
      "Unified Communications Managed API 4.0",
      "IIS URL Rewrite Module",
      ...withoutVoice.filter((name) => !/search|scanner/.test(name)),
    ]);
  });

  it("of an Edge Transport server and of the tools are fewer", () => {
    assert.deepEqual(namesOf("SE RTM", "Edge Transport"), [
      "Visual C++ 2012 Redistributable (x64)",
      ...local.filter((name) => !/^a certificate|virtual directories|Unified|search|scanner/.test(name)),
    ]);
    assert.deepEqual(namesOf("SE RTM", "Management Tools"), [
      "Visual C++ 2012 Redistributable (x64)",
      local[0],
      local[1],
      local[3],
      local[4],
      local[5],
      local[8],
    ]);
  });

  it("come with a source each, and name a rule of Setup only where there is one", () => {
    const rules = new Set(
      componentsOf(named("SE RTM"), ["Mailbox"]).flatMap(({ rule }) => (rule === null ? [] : [rule])),
    );
    assert.deepEqual([...rules].sort(), [
      "PowerShellExecutionPolicyCheckSet",
      "ProcessNeedsToBeClosedOnUpgrade",
      "RemoteRegException",
      "UcmaRedistMsi",
      "VC2013RedistDependencyRequirement",
    ]);
    for (const { source } of componentsOf(named("SE RTM"), ["Mailbox"])) assert.match(source, /microsoft/i);
  });
});
