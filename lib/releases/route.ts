/**
 * Routes of several upgrades in place. One upgrade is not enough if Setup of the target accepts only some releases, or
 * if no .NET Framework is supported by both ends. Between two upgrades, the .NET Framework is raised to a version that
 * the installed release and the next one both support.
 */
import type { Described } from "./described";
import {
  compareFrameworks,
  type FrameworkName,
  type FrameworkSupport,
  frameworkNames,
  frameworkOf,
  frameworksOn,
} from "./framework";
import type { Release } from "./table";
import { builtIn, type Catalogue, releaseNamed, successors } from "./transitions";
import { either } from "./wording";

/** The releases, and the upgrades in place between them, in which routes are searched. */
export interface UpgradeGraph {
  /** The releases that a release can be upgraded to in place, oldest first. */
  readonly successors: (release: Release) => readonly Release[];
  readonly framework: (release: Release) => Described<FrameworkSupport>;
}

/** The graph of a catalogue. @param framework what each of its releases supports */
export function graphOf(catalogue: Catalogue, framework: UpgradeGraph["framework"]): UpgradeGraph {
  return {
    successors: ({ name }) =>
      successors(name, catalogue).flatMap(({ to }) => releaseNamed(to, catalogue) ?? []),
    framework,
  };
}

/** The graph of the releases that this package describes. */
export const builtInGraph: UpgradeGraph = graphOf(builtIn, frameworkOf);

/** One upgrade in place of a route. */
export interface Hop {
  readonly from: Release;
  readonly to: Release;
  /**
   * Versions on which Setup of `to` may run, lowest first. Both ends support them, and none is below what the earlier
   * hops have installed. Null if an end's .NET Framework is not described.
   */
  readonly frameworks: readonly FrameworkName[] | null;
}

export type Route =
  | { readonly kind: "route"; readonly hops: readonly Hop[] }
  /** No chain of upgrades in place exists, whatever .NET Framework is installed. */
  | { readonly kind: "no way" }
  /** A chain exists, but on at least one hop no .NET Framework is supported by both ends. */
  | { readonly kind: "no framework" };

/** What is known of the server that is upgraded. */
export interface RouteStart {
  /** The installed .NET Framework, which cannot be lowered; undefined if it is not known. */
  readonly installed?: FrameworkName | undefined;
  /** Build of its Windows; undefined if it is not known, so that only versions supported on every Windows count. */
  readonly windowsBuild?: number | undefined;
}

/** A release, with the lowest .NET version that the way to it needs. */
interface Place {
  readonly release: Release;
  readonly lowest: FrameworkName | undefined;
  readonly before: Place | null;
  readonly frameworks: readonly FrameworkName[] | null;
}

/**
 * The fewest upgrades in place from one release to another; of several such ways, the one whose hops each go furthest.
 * An installed .NET Framework that is not supported still counts for the first upgrade, which may make it supported
 * again.
 */
export function route(
  from: Release,
  to: Release,
  start: RouteStart = {},
  graph: UpgradeGraph = builtInGraph,
): Route {
  const found = search(from, to, start, graph);
  if (found !== undefined) return { kind: "route", hops: hopsTo(found) };
  const undescribed: UpgradeGraph = { ...graph, framework: () => "not described" };
  return search(from, to, start, undescribed) === undefined ? { kind: "no way" } : { kind: "no framework" };
}

/** Breadth first, newest release first: the first way that is found has the fewest hops. */
function search(from: Release, to: Release, start: RouteStart, graph: UpgradeGraph): Place | undefined {
  const queue: Place[] = [{ release: from, lowest: start.installed, before: null, frameworks: null }];
  const seen = new Set<string>();
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
    for (const release of [...graph.successors(place.release)].reverse()) {
      const frameworks = frameworksBetween(place, release, start, graph);
      if (frameworks?.length === 0) continue;
      const next = { release, lowest: frameworks?.[0] ?? place.lowest, before: place, frameworks };
      if (release.name === to.name) return next;
      const key = `${release.name} ${next.lowest}`;
      if (!seen.has(key)) queue.push(next);
      seen.add(key);
    }
  }
  return undefined;
}

function frameworksBetween(
  { release, lowest, before }: Place,
  to: Release,
  { installed, windowsBuild }: RouteStart,
  graph: UpgradeGraph,
): readonly FrameworkName[] | null {
  const here = versionsOf(graph.framework(release), windowsBuild);
  const there = versionsOf(graph.framework(to), windowsBuild);
  if (there === null || here === null) return null;
  const usable = before === null && installed !== undefined ? [...here, installed] : here;
  return frameworkNames.filter(
    (name) =>
      usable.includes(name) &&
      there.includes(name) &&
      (lowest === undefined || compareFrameworks(name, lowest) >= 0),
  );
}

function versionsOf(
  support: Described<FrameworkSupport>,
  windowsBuild: number | undefined,
): readonly FrameworkName[] | null {
  return typeof support === "string" ? null : frameworksOn(support, windowsBuild ?? null);
}

function hopsTo(last: Place): readonly Hop[] {
  const hops: Hop[] = [];
  for (let place = last; place.before !== null; place = place.before) {
    // An installed version cannot be lowered: one that the next hop does not accept would end the route.
    const highest = hops[0]?.frameworks?.at(-1);
    const frameworks =
      place.frameworks?.filter((name) => highest === undefined || compareFrameworks(name, highest) <= 0) ??
      null;
    hops.unshift({ from: place.before.release, to: place.release, frameworks });
  }
  return hops;
}

/**
 * The route in words: "to 2016 CU12 on .NET Framework 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8".
 * Each .NET Framework must be installed before the upgrade that names it.
 */
export function describeRoute(hops: readonly Hop[]): string {
  return hops
    .map(({ to, frameworks }, index) => {
      if (frameworks === null) return `to ${to.name}`;
      return `to ${to.name} on ${index === 0 ? ".NET Framework " : ""}${either(frameworks)}`;
    })
    .join(", then ");
}
