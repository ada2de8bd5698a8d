/**
 * The way from one release to another, stop by stop: upgrades in place, and new servers where no upgrade in place
 * exists. Each stop lists what it requires.
 */

import { releaseOfBuild } from "./bands";
import { formatBuild } from "./build";
import { compareBuilds } from "./buildOrder";
import { descriptionOf, type ReleaseDescription } from "./catalogue";
import type { Coexistence } from "./coexistence";
import { type Component, componentsOf } from "./components";
import type { Described } from "./described";
import type { Evidenced } from "./evidence";
import type { FrameworkName } from "./framework";
import type { Move } from "./moves";
import { type Preparation, preparationsBetween } from "./preparation";
import { graphOf, type Hop, type RouteStart, route } from "./route";
import type { Release } from "./table";
import { builtIn, type Catalogue, transition } from "./transitions";
import { describeUnreachable, explainUnreachable } from "./unreachable";

/** One stop of a way. */
export interface Stop extends ReleaseDescription {
  readonly release: Release;
  readonly how: "in place" | "update only" | "new servers";
  /**
   * Versions of the .NET Framework on which Setup may run, and which the release before supports too. For new servers,
   * the versions of the release. Null if they are not described.
   */
  readonly frameworks: readonly FrameworkName[] | null;
  /** The update that servers need on top of the release before the next stop; null if none. */
  readonly update: string | null;
  /** What Setup's media still prepare, in a directory that is at the stop before. */
  readonly preparations: readonly Preparation[];
  /** What a Mailbox server needs. */
  readonly components: readonly Component[];
  /** The evidence that this stop follows the one before. */
  readonly known: Evidenced;
}

/** A way from one release to another. */
export interface Path {
  readonly from: Release;
  readonly to: Release;
  readonly stops: readonly Stop[];
  /** What new servers require of the old ones; null if the whole way is in place. */
  readonly move: Move | null;
}

export type PathAnswer =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "already there"; readonly text: string }
  /** No way exists; the text tells why, and which releases can be reached. */
  | { readonly kind: "refused"; readonly text: string };

/** The way between two releases of a catalogue. @param start what is known of the servers */
export function pathBetween(
  from: Release,
  to: Release,
  catalogue: Catalogue = builtIn,
  start: RouteStart = {},
): PathAnswer {
  const unreachable = explainUnreachable(from.name, to.name, catalogue);
  if (unreachable?.reason === "same release")
    return { kind: "already there", text: describeUnreachable(unreachable) };
  const inPlace = hopsBetween(from, to, catalogue, start);
  if (inPlace !== null)
    return { kind: "path", path: { from, to, stops: stopsOf(inPlace, catalogue), move: null } };
  const text = unreachable === undefined ? noFramework(from, to, start) : describeUnreachable(unreachable);
  if (unreachable?.reason !== "not in place") return { kind: "refused", text };
  if (unreachable.move.verdict === "refused" || unreachable.refusal !== null)
    return { kind: "refused", text };
  return withNewServers(from, to, unreachable.move, { catalogue, start });
}

interface Within {
  readonly catalogue: Catalogue;
  readonly start: RouteStart;
}

function withNewServers(from: Release, to: Release, way: Move, within: Within): PathAnswer {
  const { coexistence } = descriptionOf(to);
  const asked = ruleFor(from, coexistence);
  const old = oldServers(from, asked, within);
  if (old === null)
    return {
      kind: "refused",
      text: `Exchange ${to.name} on new servers asks for ${asked?.atLeast?.name} on the old ones, and no upgrade in place leads there from ${from.name}.`,
    };
  const last = old.at(-1)?.release ?? from;
  const description = descriptionOf(to);
  const stop: Stop = {
    ...description,
    release: to,
    how: "new servers",
    frameworks: ownFrameworks(description),
    update: null,
    preparations: preparationsBetween(last, to),
    components: componentsOf(to, ["Mailbox"]),
    known: { evidence: way.evidence, source: way.source },
  };
  return { kind: "path", path: { from, to, stops: [...old, stop], move: way } };
}

function ruleFor(from: Release, rules: Described<readonly Coexistence[]>): Coexistence | undefined {
  return typeof rules === "string" ? undefined : rules.find(({ product }) => product === from.product);
}

/**
 * The stops of the old servers, until they meet the requirements of the new product; null if no upgrade in place gets
 * them there.
 */
function oldServers(
  from: Release,
  asked: Coexistence | undefined,
  { catalogue, start }: Within,
): readonly Stop[] | null {
  const least = asked?.atLeast ?? null;
  if (least === null || compareBuilds(from.build, least.build) >= 0) return [];
  const release = releaseOfBuild(least.build, catalogue.releases);
  if (release === undefined) return null;
  const needsUpdate = compareBuilds(release.build, least.build) < 0;
  const hops = release.name === from.name ? [] : hopsBetween(from, release, catalogue, start);
  if (hops === null) return null;
  const stops = stopsOf(hops, catalogue);
  if (!needsUpdate) return stops;
  const update = `${least.name} (${formatBuild(least.build)})`;
  const before = stops.at(-1);
  if (before !== undefined) return [...stops.slice(0, -1), { ...before, update }];
  return [stayingAt(from, update, asked)];
}

function ownFrameworks({ framework }: ReleaseDescription): Stop["frameworks"] {
  return typeof framework === "string" ? null : framework.versions;
}

/** A stop at the release that is already installed, if only an update is missing. */
function stayingAt(release: Release, update: string, asked: Coexistence | undefined): Stop {
  const description = descriptionOf(release);
  return {
    ...description,
    release,
    how: "update only",
    frameworks: ownFrameworks(description),
    update,
    preparations: [],
    components: [],
    known: { evidence: asked?.evidence ?? "unverified", source: asked?.source ?? "no statement found" },
  };
}

function hopsBetween(
  from: Release,
  to: Release,
  catalogue: Catalogue,
  start: RouteStart,
): readonly Hop[] | null {
  const graph = graphOf(catalogue, (release) => descriptionOf(release).framework);
  // If Windows is not known, a way that needs a later Windows is better than no way.
  const starts =
    start.windowsBuild === undefined
      ? [start, { ...start, windowsBuild: Number.POSITIVE_INFINITY }]
      : [start];
  for (const each of starts) {
    const found = route(from, to, each, graph);
    if (found.kind === "route") return found.hops;
  }
  return null;
}

function stopsOf(hops: readonly Hop[], catalogue: Catalogue): readonly Stop[] {
  return hops.map(({ from: before, to, frameworks }) => {
    const edge = transition(before.name, to.name, catalogue);
    return {
      ...descriptionOf(to),
      release: to,
      how: "in place",
      frameworks,
      update: null,
      preparations: preparationsBetween(before, to),
      components: componentsOf(to, ["Mailbox"]),
      known: {
        evidence: edge?.evidence ?? "unverified",
        source: edge?.source ?? "no statement found",
      },
    };
  });
}

function noFramework(from: Release, to: Release, { installed }: RouteStart): string {
  const there = installed === undefined ? "" : ` from ${installed} on, which is installed,`;
  return `Upgrades in place lead from Exchange ${from.name} to ${to.name}, and no .NET Framework${there} is supported by both ends of each.`;
}
