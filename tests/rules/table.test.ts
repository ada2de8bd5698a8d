/** The table of rules: all of the document, each with what a reader needs. */
import assert from "node:assert/strict";
import { judgedKinds } from "../../lib/model";
import { releases } from "../../lib/releases";
import { accountRules } from "../../lib/rules/account/accountRules";
import { clusterRules } from "../../lib/rules/cluster/clusterRules";
import { computerRules } from "../../lib/rules/computer/computerRules";
import { type RuleId, ruleIds } from "../../lib/rules/ids";
import { maintenanceRules } from "../../lib/rules/maintenance/maintenanceRules";
import { healthRules } from "../../lib/rules/organization/healthRules";
import { organizationRules } from "../../lib/rules/organization/organizationRules";
import { programRules } from "../../lib/rules/program/programRules";
import type { Enforcement } from "../../lib/rules/rule";
import { rules, wordsOf } from "../../lib/rules/table";
import { releaseNamed } from "./builder";

/** Rules on security updates. */
const updates: readonly RuleId[] = ["R80", "R81", "R82", "R83", "R84"];

/** Rules on clustered mailbox servers. */
const clusters: readonly RuleId[] = ["R75", "R76", "R77", "R78", "R79"];

const sp1 = releaseNamed("2007 SP1");
/** What Setup of 2013 and later meets on a server. */
const beforeServers = [
  "R43",
  "R44",
  "R45",
  "R46",
  "R47",
  "R48",
  "R50",
  "R51",
  "R52",
  "R53",
  "R54",
  "R55",
  "R56",
  "R57",
  "R58",
];
/** What is said of servers that are taken out of service around their Setup. */
const ofMaintenance = ["R59", "R60", "R61", "R62", "R63", "R64", "R65", "R66", "R67", "R68", "R69"];
const targets = releases.filter(({ product }) => product !== "2000" && product !== "2003");

describe("the table of rules", () => {
  it("has every rule of the document and our own, in order", () => {
    const numbered = (letter: string, last: number) =>
      Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);
    const own = [
      ...numbered("R", 23),
      "R30",
      ...numbered("R", 42).slice(30),
      ...beforeServers,
      ...ofMaintenance,
      "R70",
      ...clusters,
      ...updates,
    ];
    assert.deepEqual(ruleIds, [...numbered("D", 15), ...numbered("P", 10), ...own]);
  });

  for (const id of ruleIds) {
    it(`${id} says what it is about, where it is from and how it is kept`, () => {
      const { appliesTo, enforced } = rules[id];
      const text = enforced.by === "construction" ? enforced.how : enforced.facts;
      for (const target of targets) {
        const { title, source } = wordsOf(id, target);
        for (const part of [title, source, text]) assert.match(part, /^\S.*[^\s.]$/);
      }
      assert.ok(judgedKinds.some((step) => targets.some((target) => appliesTo({ step, target }))));
    });
  }

  it("has titles by which rules can be told apart, for every target", () => {
    for (const target of targets) {
      const titles = ruleIds.map((id) => wordsOf(id, target).title);
      assert.equal(new Set(titles).size, titles.length, target.name);
    }
  });

  it("cites the document for 2007 SP1, and says so where no source speaks of another release", () => {
    const document = "How to upgrade to Exchange 2007 SP1";
    const fromDocument = ruleIds.filter((id) => wordsOf(id, sp1).source === document);
    assert.deepEqual(
      // Of coexistence, which does not hold for SP1, the document says nothing, either.
      fromDocument.filter((id) => id !== "R15"),
      ruleIds.filter((id) => !id.startsWith("R")),
    );
    const open = (name: string) =>
      fromDocument.filter(
        (id) => wordsOf(id, releaseNamed(name)).source === `unverified: no source is described for ${name}`,
      );
    const always = ["D1", "D2", "D6", "D7", "D8", "D10", "D11", "D12", "D13", "D15"];
    const inOrder = (...ids: readonly string[]) => ruleIds.filter((id) => ids.includes(id));
    assert.deepEqual(open("2007 SP2"), inOrder(...always, "D3", "D5", "D9", "P2", "P4", "P9", "R15"));
    assert.deepEqual(open("2010 SP3"), inOrder(...always, "D9", "D14", "P5", "P6", "P7", "P8", "P9", "P10"));
    for (const name of ["2013 CU23", "2019 CU15", "SE RTM"])
      assert.deepEqual(open(name), inOrder(...always, "P4"));
  });

  it("cites the document against going back to what it upgrades from, and later topics against going back later", () => {
    const sourceOf = (name: string) => wordsOf("D9", releaseNamed(name)).source;
    assert.equal(sourceOf("2003 SP2"), "How to upgrade to Exchange 2007 SP1");
    assert.equal(sourceOf("2007 RTM"), "How to upgrade to Exchange 2007 SP1");
    assert.equal(sourceOf("2007 SP2"), "unverified: no source is described for 2007 SP2");
    assert.equal(
      sourceOf("2019 CU14"),
      'Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"',
    );
  });

  it("cites of other releases whoever says what their permissions are", () => {
    assert.equal(
      wordsOf("P3", releaseNamed("2010 SP3")).source,
      "Microsoft TechNet bb629560 (upgrading Exchange 2010 to a service pack)",
    );
    assert.equal(
      wordsOf("P3", releaseNamed("2016 CU23")).source,
      'Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"; Setup logs among the tests of microsoft/CSS-Exchange (GlobalServerInstall)',
    );
  });

  it("cites Setup's own check by the logs of the product line", () => {
    assert.equal(wordsOf("R7", sp1).source, "Exchange analyzer, rule RebootPending");
    assert.match(wordsOf("R13", releaseNamed("2016 CU23")).source, /^Setup logs .*, rule InstallWatermark$/);
  });

  it("calls permissions and Windows what the target calls them", () => {
    const cu15 = releaseNamed("2019 CU15");
    assert.equal(
      wordsOf("P1", cu15).title,
      "the first server of a role needs Organization Management and local Administrators",
    );
    for (const id of ["D5", "P1", "P3"] as const)
      assert.doesNotMatch(wordsOf(id, cu15).title, /2008|Exchange (Organization|Server) Administrator/);
  });

  it("judges a security update by its own rules, and by those on the computer, the account, the order, the window and maintenance", () => {
    const held = (name: string) =>
      ruleIds.filter((id) => rules[id].appliesTo({ step: "securityUpdate", target: releaseNamed(name) }));
    assert.deepEqual(held("SE RTM"), ["D10", "R4", "R7", "R10", "R30", ...ofMaintenance, "R70", ...updates]);
  });

  it("judges a clustered mailbox server by its own rules, in 2007 alone", () => {
    const held = (name: string) =>
      ruleIds.filter((id) => rules[id].appliesTo({ step: "clusteredMailbox", target: releaseNamed(name) }));
    assert.deepEqual(held("2007 SP3"), clusters);
    assert.deepEqual(held("2010 SP3"), []);
  });

  it("asks for clustered mailbox servers only where there are some: 2007", () => {
    const held = (name: string) =>
      ruleIds.filter((id) => rules[id].appliesTo({ step: "server", target: releaseNamed(name) }));
    assert.deepEqual(
      held("2007 SP3").filter((id) => !held("2010 SP3").includes(id)),
      ["D7", "D15"],
    );
    assert.deepEqual(
      held("SE RTM").filter((id) => !held("2010 SP3").includes(id)),
      [
        ...["R14", "R16", "R18", "R19", "R20", "R21", "R22", "R23", "R37", "R41", "R42"],
        ...["R43", "R44"],
        ...["R50", "R51", "R52", "R53", "R54", "R55", "R56", "R57", "R58"],
        ...["R59", "R64", "R65", "R69"],
      ],
    );
    assert.deepEqual(
      held("2010 SP3").filter((id) => !held("SE RTM").includes(id)),
      ["D6"],
    );
  });

  it("judges from facts whatever facts can show", () => {
    assert.deepEqual(kept("judge"), [
      ...["D1", "D3", "D4", "D5", "D6", "D7", "D9", "D10", "D15"],
      ...["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"],
      ...["R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R12", "R13", "R14"],
      ...["R15", "R16", "R17", "R18", "R19", "R20", "R21", "R22", "R23", "R30"],
      ...["R31", "R32", "R33", "R34", "R35", "R36", "R37", "R38", "R39", "R40", "R41", "R42"],
      ...["R43", "R44", "R45", "R46", "R47", "R48"],
      ...["R50", "R51", "R52", "R53", "R54", "R55", "R56", "R57", "R58", "R70"],
    ]);
  });

  it("says of the rest how it holds", () => {
    assert.deepEqual(kept("construction"), ["D2", "D8", "D11", "D12", "D14", "P10"]);
    assert.deepEqual(kept("handler"), ["D13", "R1", "R10", "R11", ...ofMaintenance, ...clusters, ...updates]);
  });

  it("has an answer to every rule, in one group", () => {
    const answers = [...kept("judge"), ...kept("construction"), ...kept("handler")];
    assert.equal(answers.length, ruleIds.length);
    const groups = {
      account: accountRules,
      computer: computerRules,
      organization: { ...organizationRules, ...healthRules },
      program: programRules,
    };
    const entries = Object.entries(groups).flatMap(([judges, group]) =>
      Object.entries(group).map(([id, rule]) => [id, rule.judges === judges]),
    );
    // Those of maintenance, and those of clusters, stand together, whatever each of them judges.
    for (const [id, rule] of Object.entries({ ...maintenanceRules, ...clusterRules }))
      entries.push([id, rule.judges in groups]);
    assert.deepEqual(entries.map(([id]) => id).sort(), ruleIds.toSorted());
    assert.ok(entries.every(([, own]) => own));
  });

  it("holds two rules against a step with nothing left to do: never back, and the right computer", () => {
    assert.deepEqual(
      ruleIds.filter((id) => rules[id].whenDone === true),
      ["D9", "D10"],
    );
  });

  it("recommends only what the document recommends, to close what may hold files, and what support has not seen alone stop Setup", () => {
    assert.deepEqual(
      ruleIds.filter((id) => rules[id].level === "should"),
      [
        "D6",
        "R23",
        "R34",
        "R36",
        "R37",
        "R38",
        "R42",
        "R46",
        "R47",
        "R53",
        "R56",
        "R57",
        "R58",
        "R59",
        "R65",
        "R68",
        "R69",
        "R84",
      ],
    );
  });
});

function kept(by: Enforcement["by"]): readonly RuleId[] {
  return ruleIds.filter((id) => rules[id].enforced.by === by);
}
