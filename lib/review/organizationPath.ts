/**
 * The way of a whole organization to a release. Servers that are alike share one way, and each stop is compared with
 * what the directory shows of the forest. Pure.
 */
import type { Build, ComputerFacts, ExchangeServerFacts, Fact, ForestFacts } from "../facts";
import {
  type Catalogue,
  compareReleases,
  describeWindows,
  descriptionOf,
  formatBuild,
  frameworkOfRelease,
  judgeWindows,
  type Release,
  releaseOfBuild,
  servicePackOfBuild,
  windowsServerOfBuild,
} from "../releases";
import { type PathAnswer, pathBetween, type Stop } from "../releases/path";
import type { Preparation } from "../releases/preparation";
import { dnsSuffix, netbiosName } from "../rules/netbiosName";
import { type DirectoryServer, doublesText, nameOf, serversIn } from "../rules/organization/serverObjects";
import { type ServerOnTheWay, tasksBefore } from "./organizationTasks";
import { preparationsOnTheWay } from "./preparationsOnTheWay";

/** What was read of an organization. */
export interface LiveOrganization {
  readonly forest: ForestFacts;
  /**
   * objectVersion of Microsoft Exchange System Objects by DNS name of the domain; a domain that was not read is
   * missing.
   */
  readonly domainLevels: { readonly [domain: string]: Fact<number | null> };
  /** Computers that were contacted, by FQDN in lower case; empty if only the directory was read. */
  readonly computers: ReadonlyMap<string, ComputerFacts>;
}

/** Servers that share one way: they have the same release, Windows and .NET Framework. */
export interface ServerGroup {
  /** By name. `build` is null if the directory does not show it. */
  readonly servers: readonly { readonly name: string; readonly build: Build | null }[];
  /** Null if it is not known; `problems` tells why. */
  readonly release: Release | null;
  /** True for Edge Transport, whose data in the directory are as old as its subscription. */
  readonly edge: boolean;
  /** True for clustered mailbox servers: Windows and .NET Framework are those of their nodes. */
  readonly clustered: boolean;
  /** `Windows Server 2019`; null if it was not read. */
  readonly windows: string | null;
  /** `4.8`, or `none from 4.5 on`; null if it was not read. */
  readonly framework: string | null;
  /** Null if the release is not known. */
  readonly answer: PathAnswer | null;
  /** `blocked`: no way exists, or none with this Windows. `unknown`: the release could not be read. */
  readonly verdict: "there" | "way" | "blocked" | "unknown";
  /** Why it is blocked or unknown, unless `answer` tells. */
  readonly problems: readonly string[];
}

/** A release whose media are used in the organization. */
export interface ReleaseOnTheWay {
  readonly stop: Stop;
  readonly isLast: boolean;
  /** What its media prepare here after the preparations of earlier stops. */
  readonly preparations: readonly Preparation[];
  /** What has to be done before its Setup is run, or could not be read. */
  readonly first: readonly string[];
}

export interface OrganizationPath {
  readonly to: Release;
  /** DNS name of the forest root domain; null if it could not be read. */
  readonly forest: string | null;
  /** Name of the Exchange organization; null if it could not be read. */
  readonly organization: string | null;
  /** Oldest release first. */
  readonly groups: readonly ServerGroup[];
  /** Oldest first. */
  readonly releases: readonly ReleaseOnTheWay[];
  /** True if only the directory was read, which shows neither Windows nor the .NET Framework of servers. */
  readonly ofDirectory: boolean;
  /** What could not be read, in sentences. */
  readonly notRead: readonly string[];
}

/** The ways of all servers of an organization to a release of the catalogue. */
export function organizationPath(
  live: LiveOrganization,
  to: Release,
  catalogue: Catalogue,
): OrganizationPath {
  const { root, organization, servers } = live.forest;
  const seen = servers.known ? serversIn(servers.value).all.map((each) => seenOf(each, live, catalogue)) : [];
  const groups = groupsOf(seen, to, catalogue);
  const stops = stopsOnTheWay(groups);
  const onTheWay = groups.flatMap(afterItsStops);
  const preparations = preparationsOnTheWay(
    live,
    stops.map(({ release }) => release),
  );
  return {
    to,
    forest: root.known ? root.value : null,
    organization: organization.known ? (organization.value?.name ?? null) : null,
    groups,
    releases: stops.map((stop, at) => ({
      stop,
      isLast: stop.release.name === to.name,
      preparations: preparations.of[at] ?? [],
      first: tasksBefore(stop.release, live.forest, {
        servers: onTheWay,
        prepares: (preparations.of[at] ?? []).length > 0,
      }),
    })),
    ofDirectory: live.computers.size === 0,
    notRead: [
      ...(servers.known ? [] : [`the servers of the organization: ${servers.why}`]),
      ...preparations.notRead,
      ...unreadComputers(seen, live),
    ],
  };
}

/** A server, with what was read of it. */
interface Seen {
  readonly name: string;
  readonly object: ExchangeServerFacts;
  readonly release: Release | null;
  readonly why: string | null;
  readonly edge: boolean;
  readonly clustered: boolean;
  readonly windowsBuild: number | null;
  /** Release of the .NET Framework in the registry; undefined if it was not read. */
  readonly framework: number | null | undefined;
  readonly unread: string | null;
}

/** The computers that a server runs on: its own, or the nodes of a clustered mailbox server. */
function computersOf(
  { fqdn, clustered }: ExchangeServerFacts,
  computers: LiveOrganization["computers"],
): readonly { readonly name: string; readonly facts: ComputerFacts | undefined }[] {
  if (fqdn === null) return [];
  if (clustered === undefined) return [{ name: fqdn, facts: computers.get(fqdn) }];
  return clustered.nodes.map((name) => {
    // The directory has host names, and the nodes are in the domain of the clustered mailbox server.
    const [, facts] =
      [...computers].find(
        ([each]) => netbiosName(each) === netbiosName(name) && dnsSuffix(each) === dnsSuffix(fqdn),
      ) ?? [];
    return { name, facts };
  });
}

/** What all of them have; undefined where one was not read, or has another. */
function sharedBy<T>(values: readonly (T | undefined)[]): T | undefined {
  const [first, ...others] = values;
  return others.every((each) => each === first) ? first : undefined;
}

/** Why Windows or .NET Framework were not read, or are no single ones; null where nothing is missing. */
function unreadOf(all: ReturnType<typeof computersOf>, isClustered: boolean): string | null {
  const reasons = all.flatMap(({ name, facts }) => {
    const why = facts === undefined ? noStep : facts.identity.known ? null : facts.identity.why;
    return why === null ? [] : [isClustered ? `${name}: ${why}` : why];
  });
  if (reasons.length > 0) return reasons.join("; ");
  const builds = all.flatMap(({ facts }) =>
    facts?.identity.known ? [facts.identity.value.windowsBuild] : [],
  );
  if (all.length === 0) return isClustered ? "the directory names no node" : noStep;
  return new Set(builds).size > 1 ? "its nodes do not have the same Windows" : null;
}

const noStep = "the program has no step on them";

function seenOf(server: DirectoryServer, { computers }: LiveOrganization, catalogue: Catalogue): Seen {
  const [object, ...others] = server.objects;
  const { build, serialNumber } = object;
  const release = build === null ? undefined : releaseOfBuild(build, catalogue.releases);
  const isOne = others.every((other) => JSON.stringify(other.build) === JSON.stringify(build));
  const isClustered = object.clustered !== undefined;
  const all = computersOf(object, computers);
  const why = !isOne
    ? doublesText(server)
    : build === null
      ? serialNumber === null
        ? "the directory does not show the version"
        : `serialNumber ${JSON.stringify(serialNumber)} has no known form`
      : `build ${formatBuild(build)} belongs to no release that is known here`;
  const isKnown = isOne && release !== undefined;
  return {
    name: nameOf(object),
    object,
    release: isKnown ? release : null,
    why: isKnown ? null : why,
    edge: server.objects.some((each) => each.roles?.includes("Edge Transport") ?? false),
    clustered: isClustered,
    windowsBuild:
      sharedBy(
        all.map(({ facts }) => (facts?.identity.known ? facts.identity.value.windowsBuild : undefined)),
      ) ?? null,
    framework: sharedBy(all.map(({ facts }) => (facts?.framework.known ? facts.framework.value : undefined))),
    unread: unreadOf(all, isClustered),
  };
}

function groupsOf(seen: readonly Seen[], to: Release, catalogue: Catalogue): readonly ServerGroup[] {
  const groups = new Map<string, [Seen, ...Seen[]]>();
  for (const each of [...seen].sort((a, b) => order(a.name, b.name))) {
    const { release, why, edge, clustered, windowsBuild, framework } = each;
    const key = JSON.stringify([
      release?.name ?? null,
      why,
      edge,
      clustered,
      windowsBuild,
      framework ?? "not read",
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()]
    .sort(([a], [b]) => compareOldest(a.release, b.release))
    .map((group) => groupOf(group, to, catalogue));
}

function compareOldest(a: Release | null, b: Release | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareReleases(a, b);
}

function groupOf(group: readonly [Seen, ...Seen[]], to: Release, catalogue: Catalogue): ServerGroup {
  const [{ release, why, edge, clustered, windowsBuild, framework }] = group;
  const installed = framework === undefined || framework === null ? undefined : frameworkOfRelease(framework);
  const start = { installed, windowsBuild: windowsBuild ?? undefined };
  const answer = release === null ? null : pathBetween(release, to, catalogue, start);
  const windows = answer?.kind === "path" ? windowsProblems(answer.path.stops, windowsBuild) : [];
  return {
    servers: group.map(({ name, object: { build } }) => ({
      name,
      build,
    })),
    release,
    edge,
    clustered,
    windows:
      windowsBuild === null ? null : (windowsServerOfBuild(windowsBuild) ?? `Windows build ${windowsBuild}`),
    framework: framework === undefined ? null : (installed ?? "none from 4.5 on"),
    answer,
    verdict:
      answer === null
        ? "unknown"
        : answer.kind === "already there"
          ? "there"
          : answer.kind === "refused" || windows.length > 0
            ? "blocked"
            : "way",
    problems: why === null ? windows : [why],
  };
}

/** The releases on the way that do not run on the servers' Windows, which stays as it is in an upgrade in place. */
function windowsProblems(stops: readonly Stop[], build: number | null): readonly string[] {
  if (build === null) return [];
  const name = windowsServerOfBuild(build) ?? `Windows build ${build}`;
  return stops.flatMap(({ how, release }) => {
    const { windows } = descriptionOf(release);
    if (how !== "in place" || typeof windows === "string") return [];
    // The build of Windows Server 2003 does not tell the service pack, so the highest one is assumed.
    if (judgeWindows(windows, build, servicePackOfBuild(build) ?? 9) !== "not supported") return [];
    return [
      `${release.name} does not run on ${name}, and Windows is not upgraded with Exchange on it: install Exchange on new servers with ${describeWindows(windows.versions)}, and move what is on these`,
    ];
  });
}

/**
 * The releases whose media are used, each once. If one is used both in place and for new servers, the stop in place is
 * kept: it requires more.
 */
function stopsOnTheWay(groups: readonly ServerGroup[]): readonly Stop[] {
  const stops = new Map<string, Stop>();
  for (const { answer } of groups) {
    if (answer?.kind !== "path") continue;
    for (const stop of answer.path.stops) {
      if (stop.how === "update only") continue;
      const kept = stops.get(stop.release.name);
      const wins = kept === undefined || (kept.how !== "in place" && stop.how === "in place");
      stops.set(stop.release.name, {
        ...(wins ? stop : kept),
        update: kept?.update ?? stop.update,
      });
    }
  }
  return [...stops.values()].sort((a, b) => compareReleases(a.release, b.release));
}

/** The servers of a group as they are when media of a later product are used: after their own stops. */
function afterItsStops({ servers, release, answer }: ServerGroup): readonly ServerOnTheWay[] {
  const own = answer?.kind === "path" ? answer.path.stops.filter(({ how }) => how !== "new servers") : [];
  const last = own.at(-1);
  return servers.map(({ name, build }) => ({
    name: release === null ? name : `${name} (${release.name})`,
    build: last?.release.build ?? build,
    isUpdated: last !== undefined && last.update !== null,
  }));
}

/** Computers that were contacted and did not answer, by reason. */
function unreadComputers(seen: readonly Seen[], { computers }: LiveOrganization): readonly string[] {
  if (computers.size === 0) return [];
  const reasons = new Map<string, string[]>();
  for (const { name, unread: why } of seen)
    if (why !== null) reasons.set(why, [...(reasons.get(why) ?? []), name]);
  return [...reasons].map(([why, names]) => `Windows and .NET Framework of ${names.join(", ")}: ${why}`);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
