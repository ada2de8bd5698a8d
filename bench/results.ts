/** The results as a page of Markdown. */
import { largestModern, largestRatio, largestState, type Measured, modernRatio } from "./bounds";
import { gateServers, longestReading } from "./gates";
import type { Machine } from "./machine";
import type { Measurement } from "./measure";
import { largestPlugin, type PluginMeasurement, pluginServers, pluginWork } from "./plugin";
import { largestRatio as largestReach, type Reach, reachedServers } from "./reach";
import { type Judging, judgedServers, largestJudging } from "./rules";
import { largestProvider, largestUpgrade, parallelCreates, type UpgradeMeasurement } from "./upgrades";

const method = `
Each row is a lab of its own: Contoso's forest or, for Subscription Edition, Fabrikam's, prepared, with that many simulated Windows servers behind LDAPS and SSH on
loopback, in the process that measures. Two Pulumi projects look at it: one \`ExchangeRoleUpgrade\` for each server
(\`programs/exchange.js\`), and as many trivial dynamic resources (\`programs/trivial.js\`), which have the same inputs and
outputs by name and size, none of them a secret, and a provider whose six methods answer at once. After one preview of each
that is not timed, in which the provider's memory, the searches and the connections are read, the two are previewed in turn;
a time is the median, from the start of the CLI to its end. CPU is what the CLI, the program and the provider used together,
without the lab, and says more than time where other programs run. With nothing to do, the state comes from a \`pulumi up\`
that adopted every server, and the CLI is told to expect no changes; the provider still reads the directory and judges every
server on it. Engine, backend and parallelism are at their defaults: a \`file://\` backend, passphrase secrets, checks one after
the other. Both programs are plain JavaScript. Ours gains in one place what it pays in others: its constructor keeps the SDK from
taking a stack trace for every promise of every property, which the trivial one lets it do. With
\`PULUMI_DEBUG_PROMISE_LEAKS=true\` ours takes them too.
`;

/** The page. */
export function resultsPage(
  { hardware, versions, date, load }: Machine,
  { done, pending, modern, judging, gates, upgrades, plugin, reach }: Measured,
): string {
  return `# What a preview costs

Written by \`npm run bench\` on ${date}. ${hardware}. ${versions}. Load when it began: ${load}.

## Nothing to do

State and directory both show every server at the target. Bounds: ratio at most ${largestRatio} from 1,000 servers on, as many
searches for 1,000 servers as for 1 (and one for a further domain), no SSH, ${largestState} bytes of state for a resource.

${table(done)}

State of the largest resource: ${largest([...done, ...modern], "ours")} bytes; of a trivial one: ${largest(done, "trivial")} bytes.

The text of its provider is 2,120 bytes of it, and stands in inputs and outputs. A shorter text would change an input of each resource, and the
engine compares every input with a saved plan (\`checkGoal\` in its source; not tried): plans that were saved before could not be run.

${modernSection({ done, modern }, `Measured on ${date}.`)}
${pendingTitle}

Nothing is in the state, and every server is at 2007 RTM: each is asked over SSH, in one connection. The engine checks one resource
after the other, and only a check tells the provider of a computer. The program knows every computer before the first check, but it
is another process: only inputs, which the state keeps, and files lead from it to the provider. So separate resources are asked one
after the other. The first gate of an \`ExchangeUpgrade\` has them all in its inputs, and asks them at once.

${table(pending)}

## A whole organization

One \`ExchangeUpgrade\` of ${gateServers} servers, all pending: its preview takes ${gates.live.toFixed(1)} s, and the same preview from a facts
snapshot, which reads nothing, ${gates.snapshot.toFixed(1)} s (medians of ${gates.previews}). Bound: ${longestReading} s more.

${pluginSection(plugin, `Measured on ${date}.`)}
${reachSection(reach, `Measured on ${date}.`)}
${upgradesSection(upgrades, `Measured on ${date}.`)}
${judgingSection(judging, `Measured on ${date}.`)}
${methodTitle}
${method}`;
}

const modernTitle = "## Subscription Edition";

/** Previews with nothing to do of servers of Subscription Edition, and of as many of 2007. */
export type ModernMeasurement = Pick<Measured, "done" | "modern">;

/** The section on Subscription Edition. @param when a sentence that says when it was measured */
function modernSection({ done, modern }: ModernMeasurement, when: string): string {
  const head = ["servers", "release", "preview", "trivial", "CPU", "trivial", "ratio", "to 2007", "previews"];
  const rows = modern.flatMap((each) => {
    const classic = done.find(({ servers }) => servers === each.servers);
    const row = (release: string, m: Measurement, more: string) => [
      m.servers.toLocaleString("en"),
      release,
      seconds(m.ours.seconds),
      seconds(m.trivial.seconds),
      seconds(m.ours.cpuSeconds),
      seconds(m.trivial.cpuSeconds),
      (m.ours.cpuSeconds / m.trivial.cpuSeconds).toFixed(2),
      more,
      String(m.previews),
    ];
    if (classic === undefined) return [row("SE RTM", each, "")];
    return [row("2007 SP1", classic, "1.00"), row("SE RTM", each, modernRatio(each, classic).toFixed(2))];
  });
  return `${modernTitle}

Previews with nothing to do of servers of Subscription Edition, against as many of 2007 in the same run. Bound at 1,000 servers: ${largestModern} times the
ratio of the processor's time for 2007, each over its trivial resources.
${when}

${markdownRows([head, ["---:", "---", ...head.slice(2).map(() => "---:")], ...rows])}
`;
}

/** The page with another section on Subscription Edition. @throws Error where the page has none */
export function withModern(page: string, measured: ModernMeasurement, machine: Machine): string {
  return withSection(page, [modernTitle, pendingTitle], modernSection(measured, aloneOn(machine)));
}

const pendingTitle = "## Everything pending";

const pluginTitle = "## From YAML, over the resource plugin";

/** The section on previews from YAML. @param when a sentence that says when they were measured */
function pluginSection(plugin: readonly PluginMeasurement[], when: string): string {
  const head = [
    "preview",
    "compared to",
    "resources",
    "YAML",
    "other",
    "CPU",
    "other",
    "ratio",
    "bound",
    "previews",
  ];
  const rows = plugin.map((m) => [
    pluginWork[m.work].state,
    pluginWork[m.work].comparedTo,
    m.resources.toLocaleString("en"),
    seconds(m.plugin.seconds),
    seconds(m.other.seconds),
    seconds(m.plugin.cpuSeconds),
    seconds(m.other.cpuSeconds),
    (m.plugin.cpuSeconds / m.other.cpuSeconds).toFixed(2),
    largestPlugin[m.work].toFixed(2),
    String(m.previews),
  ]);
  return `${pluginTitle}

A program in YAML over the bundled plugin. With everything pending: \`examples/organization\` as one component, against the same in
TypeScript, compiled in each run as users have it. With nothing to do: ${pluginServers.toLocaleString("en")} servers, against as many trivial dynamic resources.
The two are previewed in turn, and the bound is on the ratio of the processor's time, which other programs disturb less.
${when}

${markdownRows([head, ["---", "---", ...head.slice(2).map(() => "---:")], ...rows])}
`;
}

/** The page with another section on previews from YAML. @throws Error where the page has none */
export function withPlugin(page: string, plugin: readonly PluginMeasurement[], machine: Machine): string {
  return withSection(page, [pluginTitle, reachTitle], pluginSection(plugin, aloneOn(machine)));
}

const reachTitle = "## Over WinRM";

/** Where the time is that WinRM takes more. */
const reachProfile = `
A profile of both on 2026-11-29, load 28, without garbage collection and loading (1,000 ms, against 817 over SSH) has above SSH:

| where | ms |
| --- | ---: |
| libgssapi_krb5 and libkrb5, called through koffi: sealing, opening, logons, tickets | 82 |
| Node.js' HTTP client, its streams and sockets | 84 |
| reading XML, and writing it | 34 |

Kerberos and sealing are the libraries', and six messages are the fewest that the cmd shell of WinRM has for one command: without the Send that ends standard
input a program that reads would wait, and without the Delete a shell would stay that counts.
`;

/** The section on previews over WinRM. @param when a sentence that says when they were measured */
function reachSection({ ssh, winrm, rounds }: Reach, when: string): string {
  return `${reachTitle}

${reachedServers} pending servers, each read over WinRM with sealed Kerberos messages, and over SSH: the least processor time of the provider alone, of
${rounds} previews each, by turns. ${when} Bound: ratio at most ${largestReach}.

${markdownRows([
  ["SSH", "WinRM", "ratio"],
  ["---:", "---:", "---:"],
  [`${ssh.toFixed(2)} s`, `${winrm.toFixed(2)} s`, (winrm / ssh).toFixed(2)],
])}

For each server WinRM makes one ticket, one logon, one shell and its end, and for the one command of a preview three messages (Command, Send, Receive).
${reachProfile}
`;
}

/** The page with another section on previews over WinRM, measured alone. */
export function withReach(page: string, reach: Reach, machine: Machine): string {
  return withSection(page, [reachTitle, upgradesTitle], reachSection(reach, aloneOn(machine)));
}

const upgradesTitle = "## Up";

/** The section on the provider's part of `up`. @param when a sentence that says when it was measured */
function upgradesSection(upgrades: readonly UpgradeMeasurement[], when: string): string {
  const { upgrade, adopt } = largestUpgrade;
  const head = [
    "work",
    "servers",
    "SSH",
    "commands",
    "LDAP searches",
    "LDAP",
    "CPU",
    "provider's peak",
    "all servers",
    "errors",
  ];
  const rows = upgrades.map((m) => {
    const each = (count: number) => (count / m.servers).toFixed(1);
    return [
      m.work,
      String(m.servers),
      each(m.ssh),
      each(m.commands),
      each(m.searches),
      `${each(m.directoryBytes / 1_000)} kB`,
      `${((m.cpuSeconds / m.servers) * 1_000).toFixed(0)} ms`,
      mebibytes(m.peak),
      seconds(m.seconds),
      String(m.errors.length),
    ];
  });
  return `${upgradesTitle}

The provider's part of \`pulumi up\`, in a process of its own, without engine and program: each server is checked and then upgraded by a
Setup of a tenth of a second, or found upgraded and adopted, ${parallelCreates} at once. Counts, octets and processor are those of one server. Bounds at any
number of servers: ${upgrade.ssh} connections and ${upgrade.commands} commands (${adopt.ssh} and ${adopt.commands} to adopt), ${upgrade.directoryBytes / 1_000} kB from the directory, ${mebibytes(largestProvider)} of memory.
The aim of 20 commands for an upgrade is not reached. A command needs the answer of the one before it in the lock, the upload of the
script, the looks before and after Setup, and the removal of the files, which takes the lock once more.
${when}

${markdownRows([head, ["---", ...head.slice(1).map(() => "---:")], ...rows])}
`;
}

/** The page with another section on `up`. @throws Error where the page has none */
export function withUpgrades(
  page: string,
  upgrades: readonly UpgradeMeasurement[],
  machine: Machine,
): string {
  return withSection(page, [upgradesTitle, judgingTitle], upgradesSection(upgrades, aloneOn(machine)));
}

const judgingTitle = "## Rules and plan alone";

/** The section on rules and plan alone. @param when a sentence that says when they were measured */
function judgingSection(judging: Judging, when: string): string {
  const times = Object.entries(judging);
  const [[, first = 0] = []] = times;
  const rows = times.map(([upgrade, seconds]) => [
    upgrade,
    `${seconds.toFixed(2)} s`,
    (seconds / first).toFixed(2),
  ]);
  return `${judgingTitle}

${judgedServers.toLocaleString("en")} servers, every rule judged and every step planned, on facts that are there already, in seconds of
processor. Servers of 2019 have three findings each; ratios are to the first row. Bound: ${largestJudging} s for each.
${when}

${markdownRows([["upgrade", "processor", "ratio"], ["---", "---:", "---:"], ...rows])}
`;
}

/** The page with another section on rules and plan alone. @throws Error where the page has none */
export function withJudging(page: string, judging: Judging, machine: Machine): string {
  return withSection(page, [judgingTitle, methodTitle], judgingSection(judging, aloneOn(machine)));
}

const methodTitle = "## How it was measured";

function aloneOn({ date, load }: Machine): string {
  return `Measured alone on ${date}, load ${load} when it began.`;
}

/** The page with another text from one title to the next. @throws Error where the page has them not */
function withSection(page: string, [title, next]: readonly [string, string], section: string): string {
  const start = page.indexOf(`${title}\n`);
  const end = page.indexOf(`${next}\n`);
  if (start < 0 || end < start) throw new Error(`the page has no section "${title}"`);
  return `${page.slice(0, start)}${section}\n${page.slice(end)}`;
}

function table(measurements: readonly Measurement[]): string {
  const head = [
    "servers",
    "preview",
    "trivial",
    "ratio",
    "CPU",
    "trivial",
    "ratio",
    "provider's peak",
    "trivial",
    "LDAP searches",
    "SSH",
    "previews",
  ];
  const rows = measurements.map(({ servers, previews, ours, trivial, ssh, searches }) => [
    servers.toLocaleString("en"),
    seconds(ours.seconds),
    seconds(trivial.seconds),
    (ours.seconds / trivial.seconds).toFixed(2),
    seconds(ours.cpuSeconds),
    seconds(trivial.cpuSeconds),
    (ours.cpuSeconds / trivial.cpuSeconds).toFixed(2),
    mebibytes(ours.providerPeak),
    mebibytes(trivial.providerPeak),
    String(searches),
    ssh.toLocaleString("en"),
    String(previews),
  ]);
  return markdownRows([head, head.map(() => "---:"), ...rows]);
}

function markdownRows(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function largest(measurements: readonly Measurement[], kind: "ours" | "trivial"): string {
  return Math.max(0, ...measurements.map((m) => m[kind].stateBytes)).toLocaleString("en");
}
