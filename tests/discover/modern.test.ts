/** Discovery of an organization of today: groups, mixed products, what is out of reach and why, and the target that is proposed. */
import assert from "node:assert/strict";
import { discover, isPrepared, organizationSource, proposedTarget } from "../../lib/discover";
import { type AvailabilityGroupFacts, type ExchangeServerFacts, known } from "../../lib/facts";
import { describeUpdate, formatBuild, newestKnownUpdate } from "../../lib/releases";
import { dnOf, releaseNamed } from "../rules/builder";
import { facts, server, version } from "./facts";

const both = ["Client Access", "Mailbox"] as const;
const on = (name: string, build: string, other: Partial<ExchangeServerFacts> = {}) =>
  server(name, { roles: both, ...version(build), ...other });
const cu14 = "15.2.1544.4";
const group = (
  name: string,
  members: readonly string[],
  unseen: string | null = null,
): AvailabilityGroupFacts => ({
  dn: `CN=${name},CN=Database Availability Groups,CN=Contoso`,
  name,
  members: members.map((each) => dnOf(each)),
  unseen,
});
const source = "servers on dc1.contoso.com";

/** Levels of 2019 CU14, whose organization alone is below Subscription Edition. */
const levels = {
  schema: known(17003, source),
  organization: known({ name: "Contoso", level: 16762 }, source),
};
const domainLevels = {
  "contoso.com": known(13243, source),
  "emea.contoso.com": known(13243, source),
};

function organization(
  servers: readonly ExchangeServerFacts[],
  groups: readonly AvailabilityGroupFacts[] = [],
  target = "SE RTM",
) {
  const given = facts({
    servers,
    domainLevels,
    forest: { ...levels, availabilityGroups: known(groups, source) },
  });
  const found = discover(given, { target: releaseNamed(target) });
  const directory = { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", passwordEnv: "READER" };
  return { found, text: organizationSource(found, { directory }) };
}

const whyNot = (build: string, target = "SE RTM") =>
  organization([on("EX1", cu14), on("OLD1", build)], [], target).found.unreachable.map(({ why }) => why);

describe("discovery from 2010 on", () => {
  it("names the database availability group of each member, and none of the others", () => {
    const { found, text } = organization(
      [on("EX1", cu14), on("EX2", cu14), on("EX3", cu14)],
      [group("DAG1", ["EX1", "EX2"])],
    );
    assert.ok(found.servers.known);
    assert.deepEqual(
      found.servers.value.map(({ key, dag }) => [key, dag?.known === true ? dag.value : dag]),
      [
        ["ex1", "DAG1"],
        ["ex2", "DAG1"],
        ["ex3", undefined],
      ],
    );
    assert.equal(text.match(/^ {4}dag: "DAG1",$/gm)?.length, 2);
  });

  it("asks for the group of a server where one hides who is in it, and of no server without the Mailbox role", () => {
    const hidden = "it hides its members";
    const { found, text } = organization(
      [on("EX1", cu14), on("EX2", cu14), server("EDGE1", { ...version(cu14), roles: ["Edge Transport"] })],
      [group("DAG1", ["EX1"]), group("DAG2", [], hidden)],
    );
    assert.deepEqual(
      found.notRead.filter(({ what }) => what.includes("availability")).map(({ of, why }) => [of, why]),
      [[["EX2"], hidden]],
    );
    assert.match(
      text,
      /dag: fill\(\s*"servers: EX2: its database availability group; take the line out if it is in none",?\s*\),/,
    );
  });

  const lines = (text: string, word: string) => text.match(new RegExp(`^ {4}(// )?${word}.*$`, "gm")) ?? [];

  it("proposes maintenance and the restart for every server but Edge Transport, and never that there is none", () => {
    const { text } = organization(
      [
        ...[on("EX1", cu14), on("EX2", cu14), on("EX3", cu14, { roles: null })],
        server("EDGE1", { ...version(cu14), roles: ["Edge Transport"] }),
      ],
      [group("DAG1", ["EX1"])],
    );
    assert.deepEqual(lines(text, "maintenance"), [
      "    maintenance: {},",
      "    maintenance: {},",
      "    // maintenance: {} if it is no Edge Transport server, of which no way is described.",
    ]);
    assert.equal(text.match(/^ {4}reboot: "ifRequired",$/gm)?.length, 2);
    assert.doesNotMatch(text, /maintenance: "none"/);
  });

  it("proposes it of 2010 for members of groups alone, without a restart", () => {
    const rtm = "14.0.639.21";
    const { text } = organization([on("MBX1", rtm), on("MBX2", rtm)], [group("DAG1", ["MBX1"])], "2010 SP3");
    assert.deepEqual(lines(text, "maintenance"), ["    maintenance: {},"]);
    assert.doesNotMatch(text, /reboot|securityUpdate/);
    const hidden = organization([on("MBX1", rtm)], [group("DAG1", [], "it hides its members")], "2010 SP3");
    assert.deepEqual(lines(hidden.text, "maintenance"), [
      "    // maintenance: {} if it is in a database availability group.",
    ]);
  });

  it("tells the newest known security update of the target, to be filled in", () => {
    const { text } = organization([on("EX1", cu14)]);
    const newest = newestKnownUpdate(releaseNamed("SE RTM")) ?? assert.fail();
    assert.ok(
      text.includes(
        `\n//   securityUpdate: { file: "<path of the .msp on every server>", kb: "${newest.kb}", build: "${formatBuild(newest.build)}" }\n`,
      ),
      text,
    );
    assert.ok(
      text.replace(/\n\/\/ /g, " ").includes(`the newest that is known here is ${describeUpdate(newest)};`),
    );
    assert.doesNotMatch(
      organization([on("MBX1", "8.0.685.24")], [], "2007 SP1").text,
      /securityUpdate|maintenance/,
    );
  });

  it("says of 2007 nothing of groups", () => {
    const { found } = organization([server("MBX1")], [group("DAG2", [], "hidden")], "2007 SP1");
    assert.ok(found.servers.known && found.servers.value.every(({ dag }) => dag === undefined));
  });

  it("is the same in whichever order the directory answers", () => {
    const servers = [on("EX1", cu14), on("EX2", cu14), on("OLD1", "15.0.1497.2"), on("OLD2", "15.1.1713.5")];
    const groups = [group("DAG1", ["EX1"]), group("DAG2", ["EX2"])];
    assert.deepEqual(
      organization([...servers].reverse(), [...groups].reverse()).text,
      organization(servers, groups).text,
    );
  });

  it("says of servers of other products why they are out of reach, what they reach, and whether they keep the others", () => {
    assert.deepEqual(whyNot("15.0.1473.3"), [
      "Exchange 2013 CU22 cannot be upgraded in place to SE RTM: Setup of Exchange Server Subscription Edition refuses an organization that has Exchange 2013; it needs every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers. In place it can go to 2013 CU23. As long as it is there, Setup of SE RTM refuses the others, too (R15).",
    ]);
    assert.deepEqual(whyNot("15.1.1713.5"), [
      "Exchange 2016 CU12 cannot be upgraded in place to SE RTM: install Exchange Server Subscription Edition on a new server and move mailboxes and services to it; it needs Exchange 2016 CU23 on every Exchange 2016 server including Edge. In place it can go to 2016 CU23. The others are not supported at SE RTM beside it (R15).",
    ]);
    assert.deepEqual(whyNot("15.1.2507.6"), [
      "Exchange 2016 CU23 cannot be upgraded in place to SE RTM: install Exchange Server Subscription Edition on a new server and move mailboxes and services to it; it needs Exchange 2016 CU23 on every Exchange 2016 server including Edge.",
    ]);
    assert.deepEqual(whyNot("15.2.1258.12"), [
      "No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first.",
    ]);
    assert.deepEqual(whyNot("15.0.1497.2", "2019 CU15"), [
      "Exchange 2013 CU23 cannot be upgraded in place to 2019 CU15, and new servers are no way either: Setup refuses while an Exchange 2013 server is in the organization. New servers of Exchange 2019 need Exchange 2013 CU21 on every Exchange 2013 server including Edge, and media below 2019 CU15, whose Setup refuses an organization that still has Exchange 2013. As long as it is there, Setup of 2019 CU15 refuses the others, too (R15).",
    ]);
  });

  it("prepares what is below the target alone", () => {
    const { found, text } = organization([on("EX1", cu14)]);
    assert.equal(isPrepared(found), false);
    assert.match(text, /schema: \{/);
    assert.match(
      text,
      /\/\/ Domain emea\.contoso\.com, left out: EMEA: no Exchange servers\. Level: 13243 \([^)]*\), prepared\./,
    );
    assert.doesNotMatch(text, /computer\("dc\d\.emea\.contoso\.com"/);
  });

  it("asks what Setup of the target asks, and of 2007 nothing", () => {
    const { text } = organization([on("EX1", cu14)]);
    assert.match(
      text,
      /new ExchangeUpgrade\("exchange", \{ target, directory, preparation, servers, defaults: \{ setup \} \}\);/,
    );
    for (const name of ["acceptLicenseTerms", "diagnosticData", "extendedProtection"])
      assert.match(
        text,
        new RegExp(`^ {2}${name}: fill\\($|^ {2}${name}: fill\\(["']setup\\.${name}: `, "m"),
      );
    const old = organization([server("MBX1")], [], "2007 SP1").text;
    assert.doesNotMatch(old, /setup/);
  });

  it("prepares nothing from 2019 CU15 to Subscription Edition", () => {
    const given = facts({
      servers: [on("EX1", "15.2.1748.10")],
      domainLevels,
      forest: { ...levels, organization: known({ name: "Contoso", level: 16763 }, source) },
    });
    assert.equal(isPrepared(discover(given, { target: releaseNamed("SE RTM") })), true);
  });

  const proposals: readonly (readonly [string, readonly string[], string])[] = [
    ["2019 CU14 and CU13", [cu14, "15.2.1258.12"], "SE RTM"],
    ["2019 CU13 alone, which CU15 brings nearer", ["15.2.1258.12"], "2019 CU15"],
    ["2016 and 2013", ["15.1.1713.5", "15.0.1473.3"], "2016 CU23"],
    ["2013 beside 2019", ["15.0.1497.2", cu14], "SE RTM"],
    ["2010 RTM", ["14.0.639.21"], "2010 SP3"],
    ["what has the newest release", ["15.2.2562.17"], "SE RTM"],
    ["2007 RTM, as its document has it", ["8.0.685.24"], "2007 SP1"],
    ["2007 beside 2003", ["6.5.7638.2", "8.0.685.24"], "2007 SP1"],
    ["no server at all", [], "2007 SP1"],
  ];
  for (const [name, builds, expected] of proposals)
    it(`proposes ${expected} for ${name}`, () => {
      const servers = builds.map((build, i) => on(`EX${i}`, build));
      for (const order of [servers, [...servers].reverse()])
        assert.equal(
          proposedTarget(facts({ servers: order }).forest, releaseNamed("2007 SP1")).name,
          expected,
        );
    });
});
