import type { Build } from "../facts";
import { compareBuilds, lowestBuild, publishedBuild } from "./buildOrder";
import { citations } from "./evidence";
import { compareProducts, type Product, products } from "./products";
import { type ReleaseName, rows } from "./rows";
import { newestUpdates } from "./updates";

/** The three numbers by which Active Directory shows how far it has been prepared. */
export type LevelAttribute = "schema" | "organization" | "domain";

/** Another value that a source gives for a release, or that a real installation of it has. */
export type Alternative = {
  /** Where the value occurs, or which source gives it; and why the table accepts it. */
  readonly why: string;
  readonly source: string;
} & (
  | { readonly attribute: LevelAttribute; readonly value: number }
  | { readonly attribute: "build"; readonly value: Build }
);

/** One Exchange release with its levels in Active Directory and its build. */
export interface Release {
  /** Unique name: product and label, e.g. `2007 SP1`; a {@link ReleaseName}, or one that a program has defined. */
  readonly name: string;
  readonly product: Product;
  /** The release within its product, e.g. `SP1`, `CU23`, `RTM`. */
  readonly label: string;
  /** True for a public preview: it has a band and levels, and no supported upgrade. */
  readonly preview: boolean;
  /** rangeUpper of CN=ms-Exch-Schema-Version-Pt; null when none was published. */
  readonly schema: number | null;
  /** objectVersion of the organization container; null when the release has none or none was published. */
  readonly organization: number | null;
  /** objectVersion of CN=Microsoft Exchange System Objects; null when none was published. */
  readonly domain: number | null;
  /** The published build; a part that was not published is 0. */
  readonly build: Build;
  /** Other values that also count as this release. */
  readonly alternatives: readonly Alternative[];
  /**
   * The first build that counts as the next release. That release may belong to the product that continues in the same
   * major.minor version: 2019 CU15 ends where SE RTM begins. Null if none is known.
   */
  readonly successor: Build | null;
  /**
   * The newest known update of a release without a known successor; null if every build up to the next major.minor
   * version counts as the release.
   */
  readonly newestUpdate: Build | null;
  /** What a reader of the row should know, one sentence each. */
  readonly notes: readonly string[];
  /** Where the row's values are published. */
  readonly sources: readonly string[];
}

const productSources: Readonly<Record<Product, readonly string[]>> = {
  "2000": [citations.builds, citations.technetWiki, citations.granikos],
  "2003": [citations.builds, citations.technetWiki, citations.granikos],
  "2007": [citations.builds, citations.technetWiki, citations.granikos],
  "2010": [citations.builds, citations.technetWiki, citations.granikos],
  "2013": [citations.builds, citations.documentation, citations.cssExchange, citations.eightwone],
  "2016": [citations.builds, citations.documentation, citations.cssExchange, citations.eightwone],
  "2019": [citations.builds, citations.documentation, citations.cssExchange, citations.alitajran],
  SE: [citations.cssExchange, citations.seUpgrade, citations.questions],
};

/**
 * The update requires another run of the media's /PrepareAllDomains, which then writes a higher level than the
 * release's own.
 */
const preparedAfterMay2022 = "what /PrepareAllDomains leaves behind with the May 2022 security update";

const alternatives: { readonly [name in ReleaseName]?: readonly Alternative[] } = {
  "2003 SP2": [
    {
      attribute: "build",
      value: { major: 6, minor: 5, build: 7638, revision: 2 },
      why: "server objects of SP2 say 7638.2, and the hotfixes after it 7653 and 7654, all below the published 7683",
      source: `public transcript of a server object; ${citations.builds}`,
    },
  ],
  "2007 RTM": [
    {
      attribute: "build",
      value: { major: 8, minor: 0, build: 685, revision: 24 },
      why: "what the shell, the console and Outlook Web Access show, while the registry and Edge servers have 685.25",
      source: "Microsoft KB947168; johanveldhuis.nl, Exchange 2007 version numbers, 2008-09-22",
    },
  ],
  "2013 CU23": [
    {
      attribute: "schema",
      value: 15313,
      why: "given for CU23 with the July 2021 security update (KB5004778); other sources keep 15312 there",
      source: citations.documentation,
    },
    {
      attribute: "domain",
      value: 13238,
      why: preparedAfterMay2022,
      source: citations.cssExchange,
    },
  ],
  "2016 CU22": [
    {
      attribute: "domain",
      value: 13243,
      why: preparedAfterMay2022,
      source: `${citations.cssExchange}; ${citations.prepareTopic}`,
    },
  ],
  "2019 CU11": [
    {
      attribute: "domain",
      value: 13243,
      why: preparedAfterMay2022,
      source: `${citations.cssExchange}; ${citations.prepareTopic}`,
    },
  ],
  "2019 CU15": [
    {
      attribute: "build",
      value: { major: 15, minor: 2, build: 1748, revision: 8 },
      why: "the version of Setup's program on the media; servers have 15.2.1748.10",
      source: citations.installExchange,
    },
  ],
};

const notes: { readonly [name in ReleaseName]?: readonly string[] } = {
  "2000 SP1 / SP2": ["One row for two service packs, without levels: SP1 is 6.0.4712, SP2 6.0.5762."],
  "2007 RTM": ["8.0.685.24 and 8.0.685.25 are the same installation, read in different places."],
  "2007 SP2": ["Carries the schema level of 2010 RTM on purpose (techcommunity 599231)."],
  "2007 SP3": ["Its schema level is above that of 2010 RTM, whose Setup then refuses to prepare the schema."],
  "2010 SP2": [
    "Microsoft's table once gives Update Rollup 5 for SP2 as 14.3.328.5; its second version is 14.2.328.10, so the first is a misprint of 14.2.328.5.",
  ],
  "2019 CU15": [`15.2.1748.10: microsoft/CSS-Exchange and ${citations.questions}.`],
  "SE RTM": ["Shares all three levels with 2019 CU15: only a server's own version tells them apart."],
};

function releasesOf<P extends Product>(product: P): readonly Release[] {
  return rows[product].map(([label, schema, organization, domain, build]) => {
    const name = `${product} ${label}` as ReleaseName;
    return {
      name,
      product,
      label,
      preview: label === "Preview",
      schema,
      organization,
      domain,
      build: publishedBuild(build),
      successor: null,
      newestUpdate: newestUpdates[name]?.build ?? null,
      alternatives: alternatives[name] ?? [],
      notes: notes[name] ?? [],
      sources: productSources[product],
    };
  });
}

/** The lowest build that counts as the release: the published one, or an alternative below it. */
export function firstBuildOf({ build, alternatives }: Release): Build {
  const others = alternatives.flatMap((other) => (other.attribute === "build" ? [other.value] : []));
  return lowestBuild(build, ...others);
}

/** Releases with their successors. @param list oldest first */
export function withSuccessors(list: readonly Release[]): readonly Release[] {
  return list.map((release, index) => {
    const next = list[index + 1];
    if (next === undefined) return release;
    const { major, minor } = release.build;
    const continues = next.build.major === major && next.build.minor === minor;
    if (next.product !== release.product && !continues) return release;
    return { ...release, successor: firstBuildOf(next), newestUpdate: null };
  });
}

/** Every release of the table: products from oldest to newest, and oldest first within a product. */
export const releases: readonly Release[] = withSuccessors(products.flatMap(releasesOf));

const places: ReadonlyMap<string, number> = new Map(releases.map(({ name }, place) => [name, place]));

/** The release with exactly this name, or undefined when the table has none. */
export function findRelease(name: string): Release | undefined {
  return releases[places.get(name) ?? -1];
}

/**
 * Negative when `a` is the older release, zero when equal, positive when `a` is the newer one. Older means an older
 * product first: 2013 CU23 counts as older than 2016 RTM, though it was published later.
 */
export function compareReleases(a: Release, b: Release): number {
  return compareProducts(a.product, b.product) || compareBuilds(a.build, b.build);
}

/** Whether a release of the table is the direct successor of another. */
export function follows(release: Release, other: Release): boolean {
  const place = places.get(other.name);
  return place !== undefined && places.get(release.name) === place + 1;
}
