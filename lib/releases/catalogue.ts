/**
 * The releases of this package together with those that a program has defined, and what is known of each. A catalogue
 * is a value, made from the definitions alone: two programs in one process share no registry.
 */
import type { Build } from "../facts";
import { listed } from "../text";
import { inSameLine } from "./bands";
import { formatBuild } from "./build";
import { compareBuilds, publishedBuild } from "./buildOrder";
import { type Coexistence, coexistenceOf } from "./coexistence";
import {
  type Definition,
  definitionError,
  type ReleaseDefinition,
  type UpdateDefinition,
} from "./definition";
import type { Described } from "./described";
import { type ForestSupport, forestSupportOf } from "./domainControllers";
import type { Evidenced } from "./evidence";
import { type FrameworkSupport, frameworkOf } from "./framework";
import { keptFor } from "./keep";
import { products } from "./products";
import { type Alternative, compareReleases, type Release, withSuccessors } from "./table";
import { builtIn, type Catalogue, releaseNamed, type Transition } from "./transitions";
import {
  type SupportedWindows,
  type WindowsServerName,
  type WindowsSupport,
  windowsServers,
  windowsSupportOf,
} from "./windowsServer";

/** A release that a program has defined. */
export interface DefinedRelease extends Release {
  readonly definition: ReleaseDefinition;
}

/** Whether a release is one that a program has defined. */
export function isDefined(release: Release): release is DefinedRelease {
  return "definition" in release;
}

/** What a release requires of the computers, the forest and the other servers. */
export interface ReleaseDescription {
  readonly framework: Described<FrameworkSupport>;
  readonly windows: Described<WindowsSupport>;
  readonly forest: Described<ForestSupport>;
  readonly coexistence: Described<readonly Coexistence[]>;
}

/** What a release requires; read from its definition if a program has defined it. */
export const descriptionOf = keptFor((release: Release): ReleaseDescription => {
  if (isDefined(release)) return descriptionIn(release.definition);
  return {
    framework: frameworkOf(release),
    windows: windowsSupportOf(release),
    forest: forestSupportOf(release),
    coexistence: coexistenceOf(release),
  };
});

/**
 * The releases of this package and those of the definitions. If this version of the package has come to know a defined
 * release, and both agree, the definition is left out.
 * @throws DefinitionError if definitions contradict the table or each other.
 */
export function catalogueOf(definitions: readonly Definition[]): Catalogue {
  if (definitions.length === 0) return builtIn;
  const key = JSON.stringify(definitions);
  const known = catalogues.get(key) ?? makeCatalogue(definitions);
  catalogues.set(key, known);
  return known;
}

/**
 * Each step of an organization passes the same definitions. Sharing one catalogue lets all steps use what is cached for
 * a release.
 */
const catalogues = new Map<string, Catalogue>();

function makeCatalogue(definitions: readonly Definition[]): Catalogue {
  const ordered = definitions
    .flatMap((each) => ("name" in each ? [toRelease(each)] : []))
    .sort(compareReleases);
  let catalogue: Catalogue = builtIn;
  for (const release of ordered) {
    const known = releaseNamed(release.name, catalogue);
    if (known === undefined) catalogue = withRelease(catalogue, release);
    else checkAgreement(known, release);
  }
  return definitions.flatMap((each) => ("name" in each ? [] : [each])).reduce(withUpdate, catalogue);
}

/** Ignores an update that this version already knows, and an update of a release whose successor is known. */
function withUpdate(catalogue: Catalogue, { release, newestUpdate }: UpdateDefinition): Catalogue {
  const known = releaseNamed(release, catalogue);
  const build = publishedBuild(newestUpdate);
  if (known === undefined || !inSameNumber(known.build, build))
    throw definitionError({
      summary: `Build ${newestUpdate} is no update of release "${release}"`,
      found:
        known === undefined ? "no release of that name" : `${release} has build ${formatBuild(known.build)}`,
      needed: "a release that is known, and a build that differs from its own in the last number alone",
      where: "defineUpdate",
      fix: "use the build that is published for the update; define a later release with defineRelease",
    });
  if (known.newestUpdate === null || compareBuilds(build, known.newestUpdate) <= 0) return catalogue;
  const updated: Release = { ...known, newestUpdate: build };
  return {
    ...catalogue,
    releases: catalogue.releases.map((each) => (each === known ? updated : each)),
  };
}

function inSameNumber(a: Build, b: Build): boolean {
  return a.major === b.major && a.minor === b.minor && a.build === b.build;
}

function withRelease({ releases, transitions }: Catalogue, release: DefinedRelease): Catalogue {
  checkPlace(release, releases);
  const { upgradesFrom, source } = release.definition;
  const starts = releases.filter(({ name }) => upgradesFrom.includes(name));
  checkStarts(release, starts, releases);
  const added = starts.map(
    ({ name }): Transition => ({
      from: name,
      to: release.name,
      evidence: "unverified",
      source: cited(source),
    }),
  );
  return {
    releases: withSuccessors([...releases, release].sort(compareReleases)),
    transitions: [...transitions, ...added],
  };
}

/** A later version of this package may describe a release that programs once had to define. */
function checkAgreement(known: Release, release: DefinedRelease): void {
  const levels = ["schema", "organization", "domain"] as const;
  const differ = levels
    .filter((each) => known[each] !== release[each])
    .map((each) => `${each} ${release[each]}`);
  if (compareBuilds(known.build, release.build) !== 0) differ.push(`build ${release.definition.build}`);
  if (differ.length === 0) return;
  throw definitionError({
    summary: `Release "${release.name}" is defined otherwise than this package describes it`,
    found: differ,
    needed: `build ${formatBuild(known.build)}, ${levels.map((each) => `${each} ${known[each]}`).join(", ")}`,
    where: "defineRelease",
    fix: isDefined(known) ? "define it once" : "leave the definition out: this version knows the release",
  });
}

/**
 * A defined release must be above all known releases of its product. In between, it would take builds from their bands.
 */
function checkPlace(release: DefinedRelease, releases: readonly Release[]): void {
  const last = releases.findLast(({ product }) => product === release.product);
  if (last === undefined || compareBuilds(release.build, last.build) > 0) return;
  throw definitionError({
    summary: `Release "${release.name}" cannot be defined with build ${release.definition.build}`,
    found: `${last.name} has build ${formatBuild(last.build)}`,
    needed: "a build above those of all releases of the product that are known",
    where: "defineRelease, build",
    fix: "use the build that is published for the release",
  });
}

function checkStarts(
  release: DefinedRelease,
  starts: readonly Release[],
  releases: readonly Release[],
): void {
  const { upgradesFrom } = release.definition;
  const unknown = upgradesFrom.filter((name) => !releases.some((each) => each.name === name));
  if (unknown.length > 0)
    throw definitionError({
      summary: `Release "${release.name}" cannot be upgraded to from ${unknown.map((name) => `"${name}"`).join(", ")}`,
      found: "no older release of that name, in the table or defined",
      needed: "names such as 2019 CU15 or SE RTM",
      where: "defineRelease, upgradesFrom",
      fix: "correct the names, or define these releases as well",
    });
  const others = starts.filter(({ build }) => !inSameLine(build, release.build));
  if (others.length > 0)
    throw definitionError({
      summary: `Release "${release.name}" cannot be upgraded to in place from ${listed(others.map(({ name }) => name))}`,
      found: others.map(({ name, build }) => `${name} has build ${formatBuild(build)}, of another product`),
      needed: `releases of the same product, as build ${release.definition.build} is; Exchange 2019 goes on as SE`,
      where: "defineRelease, upgradesFrom",
      fix: "take them out: from another product there are only new servers",
    });
  for (const start of starts) {
    const lower = (["schema", "organization", "domain"] as const).filter(
      (each) => (release[each] ?? 0) < (start[each] ?? 0),
    );
    if (lower.length > 0)
      throw definitionError({
        summary: `Release "${release.name}" cannot be upgraded to from ${start.name}, whose levels are higher`,
        found: lower.map((each) => `${each} ${release[each]}; ${start.name} has ${start[each]}`),
        needed: "levels that are not below those of the releases that it is upgraded from",
        where: "defineRelease, levels",
        fix: "use the levels that are published for the release",
      });
  }
}

function toRelease(definition: ReleaseDefinition): DefinedRelease {
  const { name, levels, source, otherBuilds = [] } = definition;
  const product = products.find((each) => name.startsWith(`${each} `)) ?? "SE";
  return {
    name,
    product,
    label: name.slice(product.length + 1),
    preview: false,
    ...levels,
    build: publishedBuild(definition.build),
    successor: null,
    newestUpdate: publishedBuild(definition.newestUpdate ?? definition.build),
    alternatives: otherBuilds.map(
      (text): Alternative => ({
        attribute: "build",
        value: publishedBuild(text),
        why: "given by the program",
        source: cited(source),
      }),
    ),
    notes: ["Defined by the program."],
    sources: [cited(source)],
    definition,
  };
}

function descriptionIn({
  framework,
  windows,
  forest,
  coexistence,
  source,
}: ReleaseDefinition): ReleaseDescription {
  const evidenced: Evidenced = { evidence: "unverified", source: cited(source) };
  return {
    framework: framework === "not described" ? framework : { ...frameworkIn(framework), ...evidenced },
    windows:
      windows === "not described"
        ? windows
        : { versions: windows.versions.map(versionIn), core: windows.core ?? null, ...evidenced },
    forest:
      forest === "not described"
        ? forest
        : {
            versions: forest.domainControllers.map(versionIn),
            minimum: false,
            domainLevel: null,
            level: {
              ...forest.level,
              most: forest.level.most ?? null,
              rule: ruleOfLevel,
            },
            ...evidenced,
          },
    coexistence:
      typeof coexistence === "string"
        ? coexistence
        : coexistence.map(({ product, by, atLeast }) => ({
            product,
            by,
            atLeast:
              atLeast === undefined ? null : { name: atLeast.name, build: publishedBuild(atLeast.build) },
            ...evidenced,
          })),
  };
}

const ruleOfLevel = "a rule on the level of the forest";

type FrameworkIn = Exclude<ReleaseDefinition["framework"], string>;

function frameworkIn({ versions, onLaterWindows }: FrameworkIn): Omit<FrameworkSupport, keyof Evidenced> {
  return {
    versions,
    onLaterWindows:
      onLaterWindows === undefined
        ? null
        : {
            version: onLaterWindows.version,
            build: buildOfWindows(onLaterWindows.windows),
            name: onLaterWindows.windows,
          },
  };
}

function versionIn(version: {
  readonly name: WindowsServerName;
  readonly servicePack?: number | undefined;
  readonly unsettled?: boolean | undefined;
}): SupportedWindows {
  return {
    name: version.name,
    servicePack: version.servicePack ?? 0,
    unsettled: version.unsettled ?? false,
  };
}

function buildOfWindows(name: WindowsServerName): number {
  return windowsServers.find((version) => version.name === name)?.build ?? Number.POSITIVE_INFINITY;
}

function cited(source: string): string {
  return `defined by the program: ${source}`;
}
