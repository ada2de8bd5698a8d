/**
 * Security and hotfix updates of 2013 and later: their builds, and what some of them require in the directory. An
 * update belongs to one cumulative update. It only changes the last part of the build, and contains all earlier ones.
 */
import type { Build } from "../facts";
import { formatBuild } from "./build";
import { compareBuilds } from "./buildOrder";
import { citations, type Evidenced } from "./evidence";
import { keptFor } from "./keep";
import type { ReleaseName } from "./rows";
import { knownUpdateRows } from "./securityUpdateRows";
import type { Release } from "./table";

/** An update that a public list names. */
export interface KnownUpdate extends Evidenced {
  readonly build: Build;
  /** Number of its article: `KB5074993`. */
  readonly kb: string;
  /** As the list calls it: `Feb26SU` is the security update of February 2026, `May26HU` the hotfix update of May. */
  readonly name: string;
}

/** Updates that Microsoft's list did not contain yet when it was read. */
const laterUpdates: { readonly [name in ReleaseName]?: readonly KnownUpdate[] } = {
  "SE RTM": [
    {
      build: { major: 15, minor: 2, build: 2562, revision: 53 },
      kb: "KB5129955",
      name: "Sep26SUv2",
      evidence: "practice",
      source: "rafaelpfister.ch, 2026-10-07",
    },
  ],
};

const list: Evidenced = { evidence: "documented", source: `${citations.buildNumbers}, as of 2026-08-19` };

/** The known updates of a release, oldest first; empty if the lists name none. */
export const knownUpdates = keptFor((release: Release): readonly KnownUpdate[] => {
  const name = release.name as ReleaseName;
  const rows = knownUpdateRows[name] ?? [];
  const listed = rows.map(
    ([revision, kb, label]): KnownUpdate => ({
      build: { ...release.build, revision },
      kb: `KB${kb}`,
      name: label,
      ...list,
    }),
  );
  return [...listed, ...(laterUpdates[name] ?? [])];
});

/** The newest known update of a release. A newer one may exist: the lists end on a day. */
export function newestKnownUpdate(release: Release): KnownUpdate | undefined {
  return knownUpdates(release).at(-1);
}

/** `Feb26SU (KB5074993, 15.2.1748.43)`. */
export function describeUpdate({ name, kb, build }: KnownUpdate): string {
  return `${name} (${kb}, ${formatBuild(build)})`;
}

/** Whether two builds belong to one cumulative update: they differ at most in their last part. */
export function isSameCumulativeUpdate(a: Build, b: Build): boolean {
  return a.major === b.major && a.minor === b.minor && a.build === b.build;
}

/** The release that an update's build belongs to; undefined if no known update has these first three numbers. */
export function releaseOfUpdate(build: Build, among: readonly Release[]): Release | undefined {
  return among.findLast(
    (release) =>
      !release.preview &&
      isSameCumulativeUpdate(release.build, build) &&
      compareBuilds(release.build, build) < 0,
  );
}

/** Work in the directory that has to be done once before an update protects. */
export interface DirectoryWork extends Evidenced {
  /** The update that introduced it, for messages. */
  readonly update: string;
  /** The switch with which Setup does the work. */
  readonly command: "/PrepareSchema" | "/PrepareAllDomains";
  /** objectVersion of each domain when the work is done; null if no number shows it. */
  readonly domainLevel: number | null;
}

interface DirectoryWorkRow extends DirectoryWork {
  /** The first update that needs it, by release. */
  readonly since: { readonly [name in ReleaseName]?: number };
}

const directoryWork: readonly DirectoryWorkRow[] = [
  {
    update: "the security update of July 2021",
    command: "/PrepareSchema",
    domainLevel: null,
    since: { "2013 CU23": 23, "2016 CU20": 12, "2019 CU9": 15 },
    evidence: "documented",
    source: `${citations.documentation}; ${citations.cssExchange} (CVE-2021-34470)`,
  },
  {
    update: "the security update of May 2022",
    command: "/PrepareAllDomains",
    domainLevel: 13243,
    since: { "2016 CU22": 28, "2016 CU23": 9, "2019 CU11": 26, "2019 CU12": 9 },
    evidence: "documented",
    source: `${citations.prepareTopic}; ${citations.cssExchange} (CVE-2022-21978)`,
  },
  {
    update: "the security update of May 2022",
    command: "/PrepareAllDomains",
    domainLevel: 13238,
    since: { "2013 CU23": 36 },
    evidence: "documented",
    source: `${citations.cssExchange} (CVE-2022-21978)`,
  },
];

/** The directory work that an update of a release needs, or an earlier update that it contains. */
export function directoryWorkOf({ name }: Release, { revision }: Build): readonly DirectoryWork[] {
  return directoryWork.filter(({ since }) => {
    const first = since[name as ReleaseName];
    return first !== undefined && revision >= first;
  });
}
