/** What the bench promises, judged on what it measured. */
import { type GateMeasurement, gateServers, longestReading } from "./gates";
import type { Measurement } from "./measure";
import { type PluginMeasurement, pluginBounds } from "./plugin";
import { type Reach, reachBounds } from "./reach";
import { type Judging, judgedServers, largestJudging } from "./rules";
import { type UpgradeMeasurement, upgradeBounds } from "./upgrades";

/** Our time over that of trivial resources, for the largest number of servers. */
export const largestRatio = 1.15;

/** The processor's ratio for servers of Subscription Edition, over that for as many of 2007: what later releases may cost more. */
export const largestModern = 1.05;

/** Number of servers from which on the ratio is judged: fewer take less time than starting the engine. */
const judgedFrom = 1_000;

/** Bytes of the state for one resource. */
export const largestState = 12 * 1024;

/** Domains of the lab's forest: the level of each is read, once, when there is a server in it. */
const domains = 2;

/** All that was measured. */
export interface Measured {
  /** Previews with nothing to do, and with everything pending, by the number of servers. */
  readonly done: readonly Measurement[];
  readonly pending: readonly Measurement[];
  /** Previews with nothing to do of servers of Subscription Edition. */
  readonly modern: readonly Measurement[];
  /** Seconds of processor for rules and plan alone. */
  readonly judging: Judging;
  /** The component's preview, with reading and without. */
  readonly gates: GateMeasurement;
  /** The provider's part of `up`. */
  readonly upgrades: readonly UpgradeMeasurement[];
  /** Previews from YAML over the resource plugin. */
  readonly plugin: readonly PluginMeasurement[];
  /** A preview over WinRM, and over SSH. */
  readonly reach: Reach;
}

/** Every bound that does not hold, as a sentence. */
export function brokenBounds({
  done,
  pending,
  modern,
  judging,
  gates,
  upgrades,
  plugin,
  reach,
}: Measured): readonly string[] {
  return [
    ...judgingBounds(judging),
    ...[...done, ...modern].flatMap(costBounds),
    ...modern.flatMap((each) => modernBounds(each, done)),
    ...searchBounds(done),
    ...searchBounds(pending),
    ...sshBounds(done, pending),
    ...gateBounds(gates),
    ...upgrades.flatMap(upgradeBounds),
    ...plugin.flatMap(pluginBounds),
    ...reachBounds(reach),
  ];
}

/** The bounds of rules and plan alone. */
export function judgingBounds(judging: Judging): readonly string[] {
  return Object.entries(judging)
    .filter(([, seconds]) => seconds > largestJudging)
    .map(
      ([upgrade, seconds]) =>
        `rules and plan of ${judgedServers} servers, ${upgrade}, take ${seconds.toFixed(2)} s, and may take ${largestJudging}`,
    );
}

function gateBounds({ live, snapshot }: GateMeasurement): readonly string[] {
  const more = live - snapshot;
  if (more <= longestReading) return [];
  return [
    `reading ${gateServers} pending servers lengthens a preview by ${more.toFixed(1)} s, and may by ${longestReading} s`,
  ];
}

function costBounds({ servers, ours, trivial }: Measurement): readonly string[] {
  const broken: string[] = [];
  const ratio = ours.seconds / trivial.seconds;
  if (servers >= judgedFrom && ratio > largestRatio) {
    broken.push(
      `${servers} servers: a preview takes ${ratio.toFixed(2)} times as long as that of trivial resources, and may take ${largestRatio}`,
    );
  }
  if (ours.stateBytes > largestState) {
    broken.push(
      `${servers} servers: a resource takes ${ours.stateBytes} bytes of the state, and may take ${largestState}`,
    );
  }
  return broken;
}

/** How much more of the processor a preview of Subscription Edition takes than one of as many servers of 2007, each over its trivial resources. */
export function modernRatio({ ours, trivial }: Measurement, classic: Measurement): number {
  return ours.cpuSeconds / trivial.cpuSeconds / (classic.ours.cpuSeconds / classic.trivial.cpuSeconds);
}

/** The bound of Subscription Edition. @param done the previews of 2007; without one of as many servers nothing is judged */
export function modernBounds(modern: Measurement, done: readonly Measurement[]): readonly string[] {
  const { servers } = modern;
  const classic = done.find((each) => each.servers === servers);
  if (classic === undefined) return [];
  const more = modernRatio(modern, classic);
  if (more <= largestModern) return [];
  return [
    `${servers} servers of Subscription Edition: a preview takes ${more.toFixed(2)} times the processor of one of as many of 2007, each over its trivial resources, and may take ${largestModern}`,
  ];
}

function searchBounds(measurements: readonly Measurement[]): readonly string[] {
  const [fewest] = measurements;
  if (fewest === undefined) return [];
  const most = fewest.searches + domains - 1;
  return measurements
    .filter(({ searches }) => searches > most)
    .map(
      (m) =>
        `${m.servers} servers: ${m.searches} LDAP searches, and ${fewest.searches} for ${fewest.servers}: they grow with the servers`,
    );
}

function sshBounds(done: readonly Measurement[], pending: readonly Measurement[]): readonly string[] {
  const wrong = (m: Measurement, may: number, what: string) =>
    m.ssh === may ? [] : [`${m.servers} servers, ${what}: ${m.ssh} SSH connections, not ${may}`];
  return [
    ...done.flatMap((m) => wrong(m, 0, "nothing to do")),
    ...pending.flatMap((m) => wrong(m, m.servers, "everything pending")),
  ];
}
