/**
 * The transition graph: which releases a computer can be upgraded to without a new installation. A few rules, each with
 * its evidence, expand to pairs of releases. A pair that no rule names is not in the graph.
 */
import { citations, type Evidence, type Evidenced } from "./evidence";
import { keptFor } from "./keep";
import type { Product } from "./products";
import type { ReleaseName } from "./rows";
import { compareReleases, findRelease, type Release, releases } from "./table";

/** An upgrade in place: Setup of `to` is run on a computer that has `from`. */
export interface Transition extends Evidenced {
  /** Name of the release that the computer has. */
  readonly from: string;
  /** Name of the release whose Setup is run. */
  readonly to: string;
}

interface Rule extends Evidenced {
  readonly from: (release: Release) => boolean;
  readonly to: (release: Release) => boolean;
}

function named(...names: readonly ReleaseName[]): (release: Release) => boolean {
  return ({ name }) => names.some((each) => each === name);
}

function finalReleaseOf(product: Product): (release: Release) => boolean {
  return (release) => release.product === product && !release.preview;
}

function anyToLater(product: Product, evidence: Evidence, source: string): Rule {
  return { from: finalReleaseOf(product), to: finalReleaseOf(product), evidence, source };
}

const fullInstallation = `${citations.documentation}, installing cumulative updates: each one is a full installation; the .NET Framework that both ends support can force a stop`;

/** Rules in the order of their evidence, best first: if two name the same pair, the first one counts. */
const rules: readonly Rule[] = [
  {
    from: named("2007 RTM"),
    to: named("2007 SP1"),
    evidence: "documented",
    source: `${citations.sp1Topic}; ${citations.setupRun}`,
  },
  {
    from: named("2007 SP1"),
    to: named("2007 SP2"),
    evidence: "documented",
    source: citations.sp2Announcement,
  },
  {
    from: named("2007 SP1"),
    to: named("2007 SP3"),
    evidence: "practice",
    source: 'null.53bits.co.uk, "upgrading from Exchange 2007 SP1 to SP3"',
  },
  {
    from: named("2007 RTM"),
    to: named("2007 SP2"),
    evidence: "documented",
    source: "Microsoft TechNet bb676559 and bb691226 (upgrading clustered mailbox servers to SP1 or SP2)",
  },
  {
    from: named("2007 RTM", "2007 SP2"),
    to: named("2007 SP3"),
    evidence: "unverified",
    source:
      "no statement found; each service pack of Exchange 2007 is the full product (techcommunity 599231)",
  },
  {
    from: named("2010 RTM"),
    to: named("2010 SP1", "2010 SP2", "2010 SP3"),
    evidence: "documented",
    source: citations.sp2010Topic,
  },
  {
    from: named("2010 SP1", "2010 SP2"),
    to: named("2010 SP3"),
    evidence: "documented",
    source: citations.sp2010Topic,
  },
  {
    from: named("2010 SP1"),
    to: named("2010 SP2"),
    evidence: "practice",
    source:
      'Microsoft consultants\' blog (MEA Center of Expertise), "Exchange 2010 SP2 - Installation", 2012-01-17',
  },
  anyToLater(
    "2013",
    "documented",
    `${citations.documentation}, updates for Exchange 2013: no earlier cumulative update or service pack is needed first`,
  ),
  anyToLater("2016", "documented", fullInstallation),
  anyToLater("2019", "documented", fullInstallation),
  {
    from: named("2019 CU14", "2019 CU15"),
    to: named("SE RTM"),
    evidence: "documented",
    source: citations.seUpgrade,
  },
];

function expand(): readonly Transition[] {
  return releases.flatMap((to) =>
    releases
      .filter((from) => compareReleases(from, to) < 0)
      .flatMap((from) => {
        const rule = rules.find((candidate) => candidate.from(from) && candidate.to(to));
        if (rule === undefined) return [];
        return [{ from: from.name, to: to.name, evidence: rule.evidence, source: rule.source }];
      }),
  );
}

/** Every known upgrade in place, ordered by target and then by start. None leads to an older release. */
export const transitions: readonly Transition[] = expand();

/**
 * Releases, and the upgrades in place between them: those of this package, with or without those that a program has
 * defined.
 */
export interface Catalogue {
  /** Oldest first ({@link compareReleases}). */
  readonly releases: readonly Release[];
  readonly transitions: readonly Transition[];
}

/** The releases that this package describes. */
export const builtIn: Catalogue = { releases, transitions };

/** The release of a catalogue with exactly this name. */
export function releaseNamed(name: string, catalogue: Catalogue): Release | undefined {
  return catalogue === builtIn ? findRelease(name) : catalogue.releases.find((each) => each.name === name);
}

/** The upgrade in place between two releases by name; undefined when the catalogue has none. */
export function transition(from: string, to: string, catalogue: Catalogue = builtIn): Transition | undefined {
  return predecessors(to, catalogue).find((edge) => edge.from === from);
}

/** The upgrades in place that lead to a release, oldest start first. */
export function predecessors(to: string, catalogue: Catalogue = builtIn): readonly Transition[] {
  return byTarget(catalogue).get(to) ?? [];
}

const byTarget = keptFor(({ transitions }: Catalogue): ReadonlyMap<string, readonly Transition[]> => {
  const targets = new Map<string, Transition[]>();
  for (const edge of transitions) targets.set(edge.to, [...(targets.get(edge.to) ?? []), edge]);
  return targets;
});

/** The releases from which a target is reached in place, oldest first. */
export function startsFrom(target: Release, catalogue: Catalogue = builtIn): readonly Release[] {
  const ofCatalogue = starts(catalogue);
  const known = ofCatalogue.get(target.name);
  if (known !== undefined) return known;
  const found = predecessors(target.name, catalogue).flatMap(
    ({ from }) => releaseNamed(from, catalogue) ?? [],
  );
  ofCatalogue.set(target.name, found);
  return found;
}

const starts = keptFor((_: Catalogue) => new Map<string, readonly Release[]>());

/** The upgrades in place that a release can start, oldest target first. */
export function successors(from: string, catalogue: Catalogue = builtIn): readonly Transition[] {
  return catalogue.transitions.filter((edge) => edge.from === from);
}

/**
 * The releases through which upgrades in place lead from one to another, newest first; empty if one stop is not enough.
 */
export function stopsBetween(from: string, to: string, catalogue: Catalogue = builtIn): readonly Release[] {
  const leadOn = new Set<string>(predecessors(to, catalogue).map((edge) => edge.from));
  return successors(from, catalogue)
    .filter((edge) => leadOn.has(edge.to))
    .flatMap((edge) => releaseNamed(edge.to, catalogue) ?? [])
    .reverse();
}
