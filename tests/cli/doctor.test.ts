/** `exchange-upgrade doctor`, on a fake `pulumi` that leaves what a preview would: findings with causes, and facts. */
import assert from "node:assert/strict";
import type { Cause, CauseCode } from "../../lib/cause";
import { causeCodes } from "../../lib/cause";
import { doctorText } from "../../lib/cli/doctor";
import { type ComputerReport, doctorReport } from "../../lib/cli/doctorReport";
import { type ComputerFacts, known, unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import { parseFactsFile } from "../../lib/provider/facts/factsFile";
import type { ReviewFinding, ReviewStep } from "../../lib/review/review";
import { cluster, lineOf } from "../review/clusterFixture";
import { finding, reportOf, review, step } from "../review/fixtures";
import { type Stage, useStage } from "./fake-pulumi";

const url = "ldaps://dc1.contoso.com";

const causeOf = (code: CauseCode): Cause => ({
  code,
  problem: `the problem of ${code}`,
  found: null,
  needed: "what is needed",
  arguments: ["computer.connection"],
  fix: `the fix of ${code}`,
});

/** The finding of a cause, as a review has it. */
const findingOf = (code: CauseCode, computer: string): ReviewFinding => {
  const { code: rule, ...rest } = causeOf(code);
  const summary = `${rule} (must), ${computer}: not verified: ${rest.problem}`;
  return {
    rule,
    level: "must",
    verdict: "unknown",
    summary,
    text: `${summary}\n  Fix:    ${rest.fix}`,
    cause: { ...rest, rules: ["P3", "R8"] },
  };
};

const readComputer: ComputerFacts = {
  ...unreadComputer("it was not asked", "registry"),
  identity: known({ fqdn: "x", site: null, windowsBuild: 3790, productType: null }, "registry"),
  media: known({ major: 8, minor: 1, build: 240, revision: 6 }, "D:\\SP1\\setup.com"),
};

interface Computer {
  readonly name: string;
  readonly facts?: ComputerFacts;
  readonly findings?: readonly ReviewFinding[];
}

function serverOf({ name, findings = [] }: Computer): ReviewStep {
  return { ...step({ name: name.split(".")[0] ?? "", kind: "server", computer: name }), findings };
}

function snapshotOf(computers: readonly Computer[], forest = unreadForest("no answer", url)): string {
  const not = unknown("it was not asked", "registry");
  const lines = computers.map(({ name, facts = readComputer }) => ({
    stepOf: JSON.stringify(["server", "2007 SP1", name, null, [], null]),
    step: {
      ...{ computer: facts, account: not, serverAccess: not, administrators: not },
      ...{ domainLevels: {}, directory: url, health: unreadHealth(not) },
    },
  }));
  return [{ facts: 5, readAt: "2008-03-14T09:30:00.000Z" }, { forestOf: url, forest }, ...lines]
    .map((line) => JSON.stringify(line))
    .join("\n");
}

const readForest = {
  ...unreadForest("it was not asked", url),
  root: known("contoso.com", url),
  schema: known(10637, url),
};

const stopped = (name: string, code: CauseCode): Computer => ({
  name,
  facts: unreadComputer("no answer", name, causeOf(code)),
  findings: [findingOf(code, name)],
});

const reportFor = (computers: readonly Computer[]) =>
  doctorReport(review(computers.map(serverOf)), parseFactsFile(snapshotOf(computers, readForest)));

/** The cells of a row, in the order of the table. */
const cells = ({ name, port, key, logon, shell, media, rights }: ComputerReport) =>
  [name, port, key, logon, shell, media, rights].join(" ");

describe("cli: doctor", function () {
  this.timeout(60_000);
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });

  it("says for each cause how far the way to a computer is open", () => {
    const rows = causeCodes
      .filter((code) => !code.startsWith("XU-DIRECTORY") && code !== "XU-MEDIA")
      .map((code) => [
        code,
        cells(reportFor([stopped("a.contoso.com", code)]).computers[0] as ComputerReport),
      ]);
    assert.deepEqual(Object.fromEntries(rows), {
      "XU-HOST-NAME": "no - - - - - -",
      "XU-HOST-UNREACHABLE": "yes no - - - - -",
      "XU-HOST-KEY-MISSING": "yes yes no - - - -",
      "XU-HOST-KEY-WRONG": "yes yes no - - - -",
      "XU-LOGON": "yes yes yes no - - -",
      "XU-CREDENTIAL": "- - - no - - -",
      "XU-VARIABLE": "- - - no - - -",
      "XU-SSH-ALGORITHMS": "yes yes no - - - -",
      "XU-SSH-SHELL": "yes yes yes yes no - -",
      "XU-KERBEROS": "yes yes yes no - - -",
      "XU-KDC": "yes yes yes no - - -",
      "XU-CERTIFICATE-MISSING": "yes yes no - - - -",
      "XU-CERTIFICATE-WRONG": "yes yes no - - - -",
      "XU-CLOCK": "yes yes yes no - - -",
      "XU-SERVER-PROOF": "yes yes no - - - -",
      "XU-TIMEOUT": "? ? ? ? ? - -",
    });
  });

  it("judges media and rights as the rules have, where the computer was read", () => {
    const name = "a.contoso.com";
    const row = (more: Partial<Computer>) =>
      cells(reportFor([{ name, ...more }]).computers[0] as ComputerReport);
    assert.equal(row({}), "yes yes yes yes yes 8.1.240.6 yes");
    const none = { ...readComputer, media: known(null, "D:\\SP1") };
    assert.match(
      row({ facts: none, findings: [finding("R8", "server", name, "fails", "no Setup")] }),
      / no yes$/,
    );
    const unreadable = { ...readComputer, media: unknown("no wmic", "D:\\SP1") };
    assert.match(row({ facts: unreadable, findings: [findingOf("XU-MEDIA", name)] }), / \? \?$/);
    assert.match(row({ findings: [finding("P3", "server", name, "fails", "no group")] }), / no$/);
    assert.match(row({ findings: [finding("P3", "server", name, "unknown", "not read")] }), / \?$/);
    // An order of servers is plan's matter.
    const { problems } = reportFor([
      { name, findings: [finding("D3", "server", name, "fails", "the order")] },
    ]);
    assert.deepEqual(problems, []);
  });

  it("has a row for each node of a clustered mailbox server, with what is wrong on it", async () => {
    const [cms, node1, node2] = ["mbx1.adatum.com", "node1.adatum.com", "node2.adatum.com"] as const;
    const noMedia = { ...readComputer, media: known(null, "D:\\SP1") };
    const nodes = [{ name: node1, facts: noMedia }, stopped(node2, "XU-LOGON")];
    const guided = cluster({
      overWinRm: [node2],
      findings: [
        { ...finding("R8", "server", node1, "fails", "there is no Setup in D:\\SP1"), on: [node1] },
        { ...finding("P3", "server", node1, "fails", "not in local Administrators"), on: [node1] },
        { ...findingOf("XU-LOGON", node2), on: [node2] },
        finding("P1", "server", cms, "unknown", "no source says whether that suffices"),
        finding("R79", "server", cms, "fails", "every node is upgraded, and it is not"),
      ],
    });
    const report = doctorReport(
      review([], { clusters: [guided] }),
      parseFactsFile(snapshotOf(nodes, readForest)),
    );
    assert.deepEqual(
      report.computers.map((row) => [row.computer, row.way, cells(row)]),
      [
        [node1, undefined, "yes yes yes yes yes no no"],
        [node2, "WinRM", "yes yes yes no - - -"],
      ],
    );
    assert.deepEqual(
      report.problems.map(({ computers, finding: { rule } }) => [rule, ...computers]),
      [
        ["R8", node1],
        ["P3", node1],
        ["P1", cms],
        ["XU-LOGON", node2],
      ],
    );
    const lines = [lineOf(guided)].map((line) => JSON.stringify(line));
    const { code } = await stage.run(["doctor"], { lines, snapshot: snapshotOf(nodes, readForest) });
    assert.equal(code, 3);
    const fine = [lineOf(cluster())].map((line) => JSON.stringify(line));
    const both = [node1, node2].map((name) => ({ name, facts: readComputer }));
    const healthy = await stage.run(["doctor"], { lines: fine, snapshot: snapshotOf(both, readForest) });
    assert.deepEqual([healthy.code, healthy.stdout.includes("Everything is within reach.")], [0, true]);
  });

  it("shows each cause once, in 80 columns, and ends with 3", async () => {
    const computers = [
      { name: "cas1.contoso.com" },
      ...["mbx1", "mbx2", "mbx3"].map((name) => stopped(`${name}.contoso.com`, "XU-LOGON")),
      {
        name: "done1.contoso.com",
        facts: unreadComputer("it was not asked: the step is at its target already", "x"),
      },
    ];
    const report = reportFor(computers);
    assert.equal(
      doctorText(report, ["um1"], 80),
      `directory                answers  logon  reads
ldaps://dc1.contoso.com  yes      yes    yes

computer           name  port  key  logon  shell  media      rights
cas1.contoso.com   yes   yes   yes  yes    yes    8.1.240.6  yes
done1.contoso.com  -     -     -    -      -      -          done
mbx1.contoso.com   yes   yes   yes  no     -      -          -
mbx2.contoso.com   yes   yes   yes  no     -      -          -
mbx3.contoso.com   yes   yes   yes  no     -      -          -

XU-LOGON, 3 computers: the problem of XU-LOGON
  On:  mbx1.contoso.com, mbx2.contoso.com and mbx3.contoso.com
  Fix: the fix of XU-LOGON

Not checked: um1
`,
    );
    const play = {
      lines: reportOf(review(computers.map(serverOf))),
      snapshot: snapshotOf(computers, readForest),
      exit: 1,
    };
    const { code, stdout } = await stage.run(["doctor", "--json"], play);
    assert.equal(code, 3);
    assert.equal(JSON.parse(stdout).computers.length, 5);
  });

  it("tells which way each computer is reached, where one is reached over WinRM", () => {
    const [one, other] = [{ name: "cas1.contoso.com" }, { name: "mbx1.contoso.com" }];
    const steps = [serverOf(one), { ...serverOf(other), way: "WinRM" as const }];
    const report = doctorReport(review(steps), parseFactsFile(snapshotOf([one, other], readForest)));
    assert.deepEqual(
      report.computers.map(({ way }) => way),
      [undefined, "WinRM"],
    );
    assert.match(
      doctorText(report, [], 90),
      new RegExp(
        [
          "^computer          way    name  port  key  logon  shell  media      rights",
          "cas1\\.contoso\\.com  SSH    yes   yes   yes  yes    yes    8\\.1\\.240\\.6  yes",
          "mbx1\\.contoso\\.com  WinRM  yes   yes   yes  yes    yes    8\\.1\\.240\\.6  yes$",
        ].join("\n"),
        "m",
      ),
    );
  });

  it("ends with 0 where all works, 4 where something is not known, 1 where nothing was checked", async () => {
    const healthy = [{ name: "cas1.contoso.com" }];
    const lines = reportOf(review(healthy.map(serverOf)));
    const fine = await stage.run(["doctor"], { lines, snapshot: snapshotOf(healthy, readForest) });
    assert.equal(fine.code, 0);
    assert.match(fine.stdout, /\n\nEverything is within reach\.\n$/);
    const late = [stopped("cas1.contoso.com", "XU-TIMEOUT")];
    const open = await stage.run(["doctor"], {
      lines: reportOf(review(late.map(serverOf))),
      snapshot: snapshotOf(late, readForest),
    });
    assert.equal(open.code, 4);
    const none = await stage.run(["doctor"], { exit: 255, stderr: "error: no stack\n" });
    assert.equal(none.code, 1);
    assert.match(none.stderr, /^error: no stack$/m);
  });

  it("claims to have reached nobody where every step is done", () => {
    const done = { name: "cas1.contoso.com", facts: unreadComputer("it was not asked", "registry") };
    const file = (computers: readonly Computer[]) => parseFactsFile(snapshotOf(computers, readForest));
    const textOf = (computers: readonly Computer[]) =>
      doctorText(doctorReport(review(computers.map(serverOf)), file(computers)), [], 80)
        .split("\n")
        .at(-2);
    assert.equal(textOf([done]), "Every step is at its target: no computer was asked.");
    assert.equal(textOf([done, { name: "mbx1.contoso.com" }]), "Everything is within reach.");
  });

  it("says of a directory what of it works", () => {
    const rows = (
      ["XU-DIRECTORY-LOGON", "XU-DIRECTORY-UNREACHABLE", "XU-VARIABLE", "XU-TIMEOUT"] as const
    ).map((code) => {
      const computer = { name: "a.contoso.com", findings: [findingOf(code, "a.contoso.com")] };
      const file = parseFactsFile(snapshotOf([computer], unreadForest("no", url, causeOf(code))));
      const [row] = doctorReport(review([serverOf(computer)]), file).directories;
      return `${row?.answers} ${row?.logon} ${row?.reads}`;
    });
    assert.deepEqual(rows, ["yes no -", "no - -", "- no -", "? ? ?"]);
  });
});
