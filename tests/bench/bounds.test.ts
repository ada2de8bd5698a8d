import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brokenBounds, largestRatio, largestState, type Measured } from "../../bench/bounds";
import type { Cost, Measurement } from "../../bench/measure";
import { largestPlugin, type PluginMeasurement, type PluginWork } from "../../bench/plugin";
import { largestRatio as largestReach } from "../../bench/reach";
import {
  resultsPage,
  withJudging,
  withModern,
  withPlugin,
  withReach,
  withUpgrades,
} from "../../bench/results";
import { type Judging, largestJudging } from "../../bench/rules";
import { median } from "../../bench/statistics";
import { largestProvider, largestUpgrade, type UpgradeMeasurement } from "../../bench/upgrades";

const cost: Cost = { seconds: 10, cpuSeconds: 15, providerPeak: 150 * 2 ** 20, stateBytes: 10_000 };

/** Previews of as many servers, with nothing to do, in which every bound holds. */
function previewsOf(servers: number, more: Partial<Measurement> = {}): Measurement {
  return { servers, previews: 5, ours: cost, trivial: cost, ssh: 0, searches: 20, ...more };
}

function judging(classic: number, modern = classic): Judging {
  return { "2007 RTM to SP1": classic, "2019 CU14 to SE": modern };
}

/** What was measured, with other previews of 1,000 servers. */
function measured(more: {
  readonly done?: Partial<Measurement>;
  readonly pending?: Partial<Measurement>;
  readonly modern?: Partial<Measurement>;
}): Measured {
  return {
    done: [previewsOf(1, { searches: 19 }), previewsOf(1_000, more.done)],
    pending: [previewsOf(1, { ssh: 1 }), previewsOf(1_000, { ssh: 1_000, ...more.pending })],
    modern: [previewsOf(1_000, { searches: 23, ...more.modern })],
    judging: judging(largestJudging),
    gates: { live: 12, snapshot: 10, previews: 3 },
    upgrades: [upgradeOf({})],
    plugin: [fromYaml("pending", 10 * largestPlugin.pending), fromYaml("done", 10 * largestPlugin.done)],
    reach: { ssh: 1, winrm: largestReach, rounds: 5 },
  };
}

/** Previews from YAML, compared to ones that take ten seconds of processor. */
function fromYaml(work: PluginWork, cpuSeconds: number): PluginMeasurement {
  const other = { seconds: 6, cpuSeconds: 10 };
  return { work, resources: 1_001, previews: 5, plugin: { seconds: 3, cpuSeconds }, other };
}

/** `up` of 100 servers, in which every bound holds to its very value. */
function upgradeOf(more: Partial<UpgradeMeasurement>): UpgradeMeasurement {
  const { ssh, commands, directoryBytes } = largestUpgrade.upgrade;
  return {
    work: "upgrade",
    servers: 100,
    parallel: 16,
    ssh: 100 * ssh,
    commands: 100 * commands,
    searches: 1_200,
    directoryBytes: 100 * directoryBytes,
    seconds: 20,
    cpuSeconds: 8,
    peak: largestProvider,
    errors: [],
    ...more,
  };
}

describe("the bounds of the bench", () => {
  it("hold up to their very values, and with one search more for a second domain", () => {
    const ours = { ...cost, seconds: cost.seconds * largestRatio, stateBytes: largestState };
    assert.deepEqual(brokenBounds(measured({ done: { ours } })), []);
  });

  it("name a preview that takes too long", () => {
    assert.deepEqual(brokenBounds(measured({ done: { ours: { ...cost, seconds: 11.6 } } })), [
      "1000 servers: a preview takes 1.16 times as long as that of trivial resources, and may take 1.15",
    ]);
  });

  it("name servers of Subscription Edition that take more than as many of 2007", () => {
    const dearer = (cpuSeconds: number) => ({ ours: { ...cost, cpuSeconds } });
    const classic = dearer(16.5);
    assert.deepEqual(brokenBounds(measured({ done: classic, modern: dearer(17.3) })), []);
    assert.deepEqual(brokenBounds(measured({ done: classic, modern: dearer(17.6) })), [
      "1000 servers of Subscription Edition: a preview takes 1.07 times the processor of one of as many of 2007, each over its trivial resources, and may take 1.05",
    ]);
    assert.match(
      brokenBounds(measured({ modern: { ours: { ...cost, seconds: 11.6 } } })).join(),
      /1\.16 times/,
    );
  });

  it("name an up that asks too much, takes too much, or fails", () => {
    const upgrades = [
      upgradeOf({ ssh: 310, commands: 3_610 }),
      upgradeOf({ directoryBytes: 4_000_100, peak: 221 * 2 ** 20 }),
      upgradeOf({ errors: ["srv0193: no answer", "another"] }),
    ];
    assert.deepEqual(brokenBounds({ ...measured({}), upgrades }), [
      "upgrade of 100 servers: 3.1 SSH connections a server, and may be 3",
      "upgrade of 100 servers: 36.1 commands a server, and may be 36",
      "upgrade of 100 servers: 40001.0 octets from the directory a server, and may be 40000",
      "upgrade of 100 servers: the provider takes 221 MiB, and may take 220",
      "upgrade of 100 servers: 2 errors: srv0193: no answer",
    ]);
  });

  it("name a preview from YAML that takes too much of the processor", () => {
    const plugin = [fromYaml("pending", 3.6), fromYaml("done", 7.7)];
    assert.deepEqual(brokenBounds({ ...measured({}), plugin }), [
      "1001 resources from YAML, everything pending: a preview takes 0.36 times the processor of the program in TypeScript, and may take 0.35",
      "1001 resources from YAML, nothing to do: a preview takes 0.77 times the processor of trivial dynamic resources, and may take 0.75",
    ]);
  });

  it("name WinRM that takes too much of the processor", () => {
    const reach = { ssh: 1, winrm: 1.21, rounds: 5 };
    assert.deepEqual(brokenBounds({ ...measured({}), reach }), [
      "a preview of 100 pending servers over WinRM takes 1.21 times the processor of SSH, and may take 1.2",
    ]);
  });

  it("name reading that takes too long", () => {
    const gates = { live: 12.1, snapshot: 10, previews: 3 };
    assert.deepEqual(brokenBounds({ ...measured({}), gates }), [
      "reading 200 pending servers lengthens a preview by 2.1 s, and may by 2 s",
    ]);
  });

  it("leave the time of few servers alone, which is that of starting the engine", () => {
    const done = [previewsOf(100, { ours: { ...cost, seconds: 20 } })];
    assert.deepEqual(brokenBounds({ ...measured({}), done, pending: [], judging: judging(0) }), []);
  });

  it("name a resource that takes too much of the state", () => {
    assert.deepEqual(brokenBounds(measured({ done: { ours: { ...cost, stateBytes: 12_289 } } })), [
      "1000 servers: a resource takes 12289 bytes of the state, and may take 12288",
    ]);
  });

  it("name searches that grow with the servers", () => {
    assert.deepEqual(brokenBounds(measured({ done: { searches: 21 } })), [
      "1000 servers: 21 LDAP searches, and 19 for 1: they grow with the servers",
    ]);
  });

  it("name a connection to a server that is at the target, and a second one to a pending server", () => {
    assert.deepEqual(brokenBounds(measured({ done: { ssh: 1 }, pending: { ssh: 1_001 } })), [
      "1000 servers, nothing to do: 1 SSH connections, not 0",
      "1000 servers, everything pending: 1001 SSH connections, not 1000",
    ]);
  });

  it("name rules that take too long", () => {
    assert.deepEqual(brokenBounds({ ...measured({}), judging: judging(0.5, 1.5) }), [
      "rules and plan of 10000 servers, 2019 CU14 to SE, take 1.50 s, and may take 1",
    ]);
  });
});

describe("the results of the bench", () => {
  it("show each number of servers in a row, ours beside the trivial ones", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-01-31", load: "0.1" };
    const page = resultsPage(where, measured({ done: { ours: { ...cost, seconds: 11 } } }));
    assert.match(page, /on 2026-01-31\. two cores\. Node\. Load when it began: 0\.1\./);
    const row =
      "| 1,000 | 11.0 s | 10.0 s | 1.10 | 15.0 s | 15.0 s | 1.00 | 150 MiB | 150 MiB | 20 | 0 | 5 |";
    assert.ok(page.includes(row), page);
  });

  it("take another section on rules and plan alone, with the ratio to the first row", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-02-01", load: "0.2" };
    const before = resultsPage({ ...where, date: "2026-01-31" }, measured({}));
    const page = withJudging(before, judging(0.4, 0.6), where);
    assert.ok(
      page.includes("| 2007 RTM to SP1 | 0.40 s | 1.00 |\n| 2019 CU14 to SE | 0.60 s | 1.50 |"),
      page,
    );
    assert.match(page, /Measured alone on 2026-02-01, load 0\.2 when it began\./);
    const others = (text: string) => text.replace(/## Rules and plan alone[\s\S]*?(?=## How)/, "");
    assert.equal(others(page), others(before));
    assert.throws(() => withJudging("", judging(1), where), /no section/);
  });

  it("take another section on up, with what one server costs", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-02-01", load: "0.2" };
    const before = resultsPage({ ...where, date: "2026-01-31" }, measured({}));
    const page = withUpgrades(before, [upgradeOf({ work: "adopt", servers: 40, peak: 2 ** 27 })], where);
    const row = "| adopt | 40 | 7.5 | 90.0 | 30.0 | 100.0 kB | 200 ms | 128 MiB | 20.0 s | 0 |";
    assert.ok(page.includes(row), page);
    assert.match(page, /Measured alone on 2026-02-01, load 0\.2 when it began\./);
    const others = (text: string) => text.replace(/## Up\n[\s\S]*?(?=## Rules)/, "");
    assert.equal(others(page), others(before));
    assert.throws(() => withUpgrades("", [], where), /no section/);
  });

  it("take another section on Subscription Edition, with the ratio to 2007", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-02-01", load: "0.2" };
    const before = resultsPage({ ...where, date: "2026-01-31" }, measured({}));
    const done = [previewsOf(10), previewsOf(1_000, { ours: { ...cost, cpuSeconds: 16.5 } })];
    const modern = [previewsOf(1_000, { ours: { ...cost, cpuSeconds: 18.15 } })];
    const page = withModern(before, { done, modern }, where);
    const rows = [
      "| 1,000 | 2007 SP1 | 10.0 s | 10.0 s | 16.5 s | 15.0 s | 1.10 | 1.00 | 5 |",
      "| 1,000 | SE RTM | 10.0 s | 10.0 s | 18.1 s | 15.0 s | 1.21 | 1.10 | 5 |",
    ].join("\n");
    assert.ok(page.includes(rows), page);
    assert.match(page, /Measured alone on 2026-02-01, load 0\.2 when it began\./);
    const others = (text: string) => text.replace(/## Subscription Edition[\s\S]*?(?=## Everything)/, "");
    assert.equal(others(page), others(before));
    assert.throws(() => withModern("", { done, modern }, where), /no section/);
  });

  it("stand on a page whose sections can be measured alone", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-02-01", load: "0.2" };
    const page = readFileSync(join(__dirname, "..", "..", "bench", "RESULTS.md"), "utf8");
    const { modern, done, judging: seconds, upgrades, plugin } = measured({});
    for (const other of [
      withModern(page, { done, modern }, where),
      withJudging(page, seconds, where),
      withUpgrades(page, upgrades, where),
      withPlugin(page, plugin, where),
    ])
      assert.notEqual(other, page);
  });

  it("take another section on previews from YAML, with the ratio of the processor", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-02-01", load: "0.2" };
    const before = resultsPage({ ...where, date: "2026-01-31" }, measured({}));
    const page = withPlugin(before, [fromYaml("done", 6)], where);
    const row =
      "| nothing to do | trivial dynamic resources | 1,001 | 3.0 s | 6.0 s | 6.0 s | 10.0 s | 0.60 | 0.75 | 5 |";
    assert.ok(page.includes(row), page);
    assert.match(page, /Measured alone on 2026-02-01, load 0\.2 when it began\./);
    const others = (text: string) => text.replace(/## From YAML[\s\S]*?(?=## Over WinRM\n)/, "");
    assert.equal(others(page), others(before));
    assert.throws(() => withPlugin("", [], where), /no section/);
  });

  it("take another section on WinRM, with the ratio of the processor", () => {
    const where = { hardware: "two cores", versions: "Node", date: "2026-02-01", load: "0.2" };
    const before = resultsPage({ ...where, date: "2026-01-31" }, measured({}));
    const page = withReach(before, { ssh: 1.04, winrm: 1.3, rounds: 5 }, where);
    assert.ok(page.includes("| 1.04 s | 1.30 s | 1.25 |"), page);
    assert.match(page, /Measured alone on 2026-02-01, load 0\.2 when it began\./);
    const others = (text: string) => text.replace(/## Over WinRM[\s\S]*?(?=## Up\n)/, "");
    assert.equal(others(page), others(before));
    assert.throws(() => withReach("", { ssh: 1, winrm: 1, rounds: 1 }, where), /no section/);
  });

  it("take the middle of the times, or the mean of the two in the middle", () => {
    assert.equal(median([3, 1, 10]), 3);
    assert.equal(median([4, 1, 10, 2]), 3);
    assert.throws(() => median([]), /no values have no median/);
  });
});
