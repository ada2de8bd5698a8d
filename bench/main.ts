/**
 * `npm run bench`: what a preview of 1, 10, 100 and 1,000 servers costs, against as many trivial dynamic resources. Writes
 * bench/RESULTS.md, and fails when a bound is broken. `npm run bench -- 100` stops at 100 servers, and writes nothing;
 * `npm run bench -- rules` measures rules and plan alone, and `npm run bench -- up` the provider's part of `up`: each writes its
 * section. `npm run bench -- up 40` stops at 40 servers, and writes nothing. `npm run bench -- plugin` measures previews from YAML
 * over the resource plugin, and writes its section.
 * `npm run bench -- modern` measures previews of Subscription Edition against 2007, with nothing to do, and writes its section;
 * `npm run bench -- modern 100` does so for 100 servers, and writes and judges nothing.
 * `npm run bench -- winrm` compares a preview over WinRM with one over SSH, and writes its section.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokenBounds, judgingBounds, modernBounds, modernRatio } from "./bounds";
import { measureGates } from "./gates";
import { machine } from "./machine";
import { type Measurement, measure, type Progress } from "./measure";
import type { BenchProduct } from "./organization";
import { measurePlugin, type PluginMeasurement, pluginBounds } from "./plugin";
import { interruptRuns } from "./project";
import { measureReach, type Reach, reachBounds, reachedServers } from "./reach";
import { resultsPage, withJudging, withModern, withPlugin, withReach, withUpgrades } from "./results";
import { type Judging, judgeAll, judgedServers } from "./rules";
import {
  measureUpgrade,
  parallelCreates,
  type UpgradeMeasurement,
  type UpgradeWork,
  upgradeBounds,
  upgradeSizes,
} from "./upgrades";

const page = join(__dirname, "RESULTS.md");

/** Previews that are timed, by the number of servers. */
const previews: readonly { readonly servers: number; readonly done: number; readonly pending: number }[] = [
  { servers: 1, done: 7, pending: 5 },
  { servers: 10, done: 7, pending: 5 },
  { servers: 100, done: 7, pending: 3 },
  { servers: 1_000, done: 7, pending: 3 },
];

const largestPreview = Math.max(...previews.map(({ servers }) => servers));

async function main(): Promise<void> {
  if (process.argv[2] === "rules") return measureRules();
  if (process.argv[2] === "up") return measureUp();
  if (process.argv[2] === "plugin") return measureYaml();
  if (process.argv[2] === "modern") return measureModern(numberOfServers(process.argv[3]));
  if (process.argv[2] === "winrm") return measureWinRm();
  const limit = numberOfServers(process.argv[2]);
  const where = machine();
  const sizes = previews.filter(({ servers }) => servers <= limit);
  const folder = temporaryFolder();
  const measureAll = async (progress: Progress): Promise<readonly Measurement[]> => {
    const measured: Measurement[] = [];
    for (const size of sizes) measured.push(await measureOne(folder, size.servers, progress, size[progress]));
    return measured;
  };
  const judging = measureJudging();
  const done = await measureAll("done");
  const pending = await measureAll("pending");
  const modern: Measurement[] = [];
  for (const { servers, done: runs } of sizes.slice(-1))
    modern.push(await measureOne(folder, servers, "done", runs, "SE"));

  console.log("one component of 200 pending servers, with reading and without …");
  const gates = await measureGates(folder, 3);
  console.log(`  ${gates.live.toFixed(2)} s, without reading ${gates.snapshot.toFixed(2)} s`);

  const upgrades = await measureUpgrades(folder, limit);
  const plugin = sizes.length === previews.length ? await measurePlugins(folder) : [];
  const reach = await measureBothWays(folder);
  const measured = { done, pending, modern, judging, gates, upgrades, plugin, reach };
  const results = resultsPage(where, measured);
  console.log(`\n${results}`);
  if (sizes.length === previews.length) writeFileSync(page, results);
  tellBroken(brokenBounds(measured));
}

function numberOfServers(argument = "1000"): number {
  const servers = Number(argument);
  if (!(servers >= 1)) throw new Error(`"${argument}" is no number of servers`);
  return servers;
}

/** Measures previews of Subscription Edition against 2007, and writes the page's section on them where it is of 1,000 servers. */
async function measureModern(servers: number): Promise<void> {
  const where = machine();
  const folder = temporaryFolder();
  const runs = 7;
  const classic = await measureOne(folder, servers, "done", runs);
  const modern = await measureOne(folder, servers, "done", runs, "SE");
  const measured = { done: [classic], modern: [modern] };
  console.log(`${modernRatio(modern, classic).toFixed(2)} times the ratio of 2007`);
  // Of fewer, the engine's start is most of it: nothing is written or judged.
  if (servers < largestPreview) return;
  writeFileSync(page, withModern(readFileSync(page, "utf8"), measured, where));
  tellBroken(modernBounds(modern, measured.done));
}

/** Measures rules and plan alone, and writes the page's section on them. */
function measureRules(): void {
  const where = machine();
  const judging = measureJudging();
  writeFileSync(page, withJudging(readFileSync(page, "utf8"), judging, where));
  tellBroken(judgingBounds(judging));
}

/** Measures the provider's part of `up` alone, and writes the page's section on it. */
async function measureUp(limit = Number(process.argv[3] ?? Number.POSITIVE_INFINITY)): Promise<void> {
  if (!(limit >= 8)) throw new Error(`"${process.argv[3]}" is no number of servers from 8 on`);
  const where = machine();
  const upgrades = await measureUpgrades(temporaryFolder(), limit);
  if (limit === Number.POSITIVE_INFINITY)
    writeFileSync(page, withUpgrades(readFileSync(page, "utf8"), upgrades, where));
  tellBroken(upgrades.flatMap(upgradeBounds));
}

/** Measures previews over the resource plugin alone, and writes the page's section on them. */
async function measureYaml(): Promise<void> {
  const where = machine();
  const plugin = await measurePlugins(temporaryFolder());
  writeFileSync(page, withPlugin(readFileSync(page, "utf8"), plugin, where));
  tellBroken(plugin.flatMap(pluginBounds));
}

async function measurePlugins(folder: string): Promise<readonly PluginMeasurement[]> {
  const measured: PluginMeasurement[] = [];
  for (const [work, runs] of [
    ["pending", 5],
    ["done", 3],
  ] as const) {
    console.log(`previews from YAML over the plugin, ${work}: ${runs} of each …`);
    const m = await measurePlugin(folder, work, runs);
    const { plugin, other } = m;
    console.log(
      `  ${plugin.cpuSeconds.toFixed(2)} s of processor, the other ${other.cpuSeconds.toFixed(2)} s`,
    );
    measured.push(m);
  }
  return measured;
}

/** Measures a preview over both ways, and writes the page's section on it. */
async function measureWinRm(): Promise<void> {
  const where = machine();
  const reach = await measureBothWays(temporaryFolder());
  writeFileSync(page, withReach(readFileSync(page, "utf8"), reach, where));
  tellBroken(reachBounds(reach));
}

async function measureBothWays(folder: string): Promise<Reach> {
  console.log(`preview of ${reachedServers} pending servers over SSH and over WinRM …`);
  const reach = await measureReach(folder, 5);
  const { ssh, winrm } = reach;
  console.log(`  ${ssh.toFixed(2)} s of processor over SSH, ${winrm.toFixed(2)} s over WinRM`);
  return reach;
}

async function measureUpgrades(folder: string, limit: number): Promise<readonly UpgradeMeasurement[]> {
  const measured: UpgradeMeasurement[] = [];
  for (const work of ["upgrade", "adopt"] satisfies UpgradeWork[])
    for (const servers of upgradeSizes.filter((size) => size <= limit)) {
      console.log(`the provider's part of up, ${work} of ${servers} servers …`);
      const m = await measureUpgrade(folder, work, servers, parallelCreates);
      console.log(
        `  ${m.seconds.toFixed(1)} s, ${((m.cpuSeconds / servers) * 1_000).toFixed(0)} ms of processor a server`,
      );
      measured.push(m);
    }
  return measured;
}

function measureJudging(): Judging {
  const judging = judgeAll();
  for (const [upgrade, seconds] of Object.entries(judging))
    console.log(
      `rules and plan of ${judgedServers.toLocaleString("en")} servers, ${upgrade}: ${seconds.toFixed(2)} s`,
    );
  return judging;
}

function tellBroken(broken: readonly string[]): void {
  for (const bound of broken) console.error(`bench: BROKEN: ${bound}`);
  if (broken.length > 0) process.exitCode = 1;
}

async function measureOne(
  folder: string,
  servers: number,
  progress: Progress,
  runs: number,
  product: BenchProduct = "2007",
): Promise<Measurement> {
  const what = progress === "done" ? "nothing to do" : "everything pending";
  console.log(`${servers} servers of ${product}, ${what}: ${runs} previews of each …`);
  const m = await measure(folder, { servers, progress, product, previews: runs });
  console.log(`  ${m.ours.seconds.toFixed(2)} s, trivial ${m.trivial.seconds.toFixed(2)} s`);
  return m;
}

/** A folder that is gone when this process ends, also by Ctrl-C: what runs then is ended first, or it would write again. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!interruptRuns()) process.exit(1);
    });
  }
  return folder;
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
