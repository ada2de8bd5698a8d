/**
 * The upgrades in place from one release to another where one is not enough: since Setup of the target takes only some
 * releases, or since no .NET Framework is supported by both ends. Between two upgrades the .NET Framework is raised,
 * to a version that the release on the server supports as well as the one to come.
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

/** What routes are found in: releases with the upgrades in place between them. */
export interface UpgradeGraph {
  /** What a release can be upgraded to in place, oldest first. */
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
   * Versions on which Setup of `to` may run, lowest first: both ends support them, and none is below what the hops before
   * have installed. Null where an end's .NET Framework is not described.
   */
  readonly frameworks: readonly FrameworkName[] | null;
}

export type Route =
  | { readonly kind: "route"; readonly hops: readonly Hop[] }
  /** No upgrades in place lead there, whatever .NET Framework is installed. */
  | { readonly kind: "no way" }
  /** Upgrades in place lead there, and no .NET Framework is supported by both ends of each. */
  | { readonly kind: "no framework" };

/** What is known of the server that takes the route. */
export interface RouteStart {
  /** The .NET Framework that is installed, which cannot be lowered; undefined where it is not known. */
  readonly installed?: FrameworkName | undefined;
  /** Build of its Windows; undefined where it is not known, so that only versions count that are supported on each. */
  readonly windowsBuild?: number | undefined;
}

/** A release with the lowest version that the way to it needs. */
interface Place {
  readonly release: Release;
  readonly lowest: FrameworkName | undefined;
  readonly before: Place | null;
  readonly frameworks: readonly FrameworkName[] | null;
}

/**
 * The fewest upgrades in place from a release to another, and of several such ways the one that goes furthest with each.
 * A .NET Framework that is installed and not supported counts for the first upgrade, which may bring it back into support.
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
    // A version that is installed stays: what is above all that the next hop takes would end the route.
    const highest = hops[0]?.frameworks?.at(-1);
    const frameworks =
      place.frameworks?.filter((name) => highest === undefined || compareFrameworks(name, highest) <= 0) ??
      null;
    hops.unshift({ from: place.before.release, to: place.release, frameworks });
  }
  return hops;
}

/**
 * The route in words: "to 2016 CU12 on .NET Framework 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8". The
 * .NET Framework that an upgrade is named with is installed before it.
 */
export function describeRoute(hops: readonly Hop[]): string {
  return hops
    .map(({ to, frameworks }, index) => {
      if (frameworks === null) return `to ${to.name}`;
      return `to ${to.name} on ${index === 0 ? ".NET Framework " : ""}${either(frameworks)}`;
    })
    .join(", then ");
}
