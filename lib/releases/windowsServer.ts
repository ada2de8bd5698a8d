/** Versions of Windows Server, and the versions that a release supports on its servers. */
import { type Described, rowOf, type Spanning } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { ReleaseName } from "./rows";
import { compareReleases, findRelease, type Release } from "./table";
import { either } from "./wording";

/** Versions of Windows Server by build and, if a version needs one, the service pack. Oldest first. */
export const windowsServers = [
  { name: "Windows Server 2003", build: 3790 },
  { name: "Windows Server 2008", build: 6001 },
  { name: "Windows Server 2008 R2", build: 7600 },
  { name: "Windows Server 2012", build: 9200 },
  { name: "Windows Server 2012 R2", build: 9600 },
  { name: "Windows Server 2016", build: 14393 },
  { name: "Windows Server 2019", build: 17763 },
  { name: "Windows Server 2022", build: 20348 },
  { name: "Windows Server 2025", build: 26100 },
] as const;

/** Name of a version of Windows Server, e.g. `Windows Server 2012 R2`. */
export type WindowsServerName = (typeof windowsServers)[number]["name"];

/** Every name, oldest first. */
export const windowsServerNames: readonly WindowsServerName[] = windowsServers.map(({ name }) => name);

/**
 * Builds with a service pack: its number, and the build by which the version is known. The other versions of the table
 * have none.
 */
const servicePacks: { readonly [build: number]: { readonly of: number; readonly number: number } } = {
  6001: { of: 6001, number: 1 },
  6002: { of: 6001, number: 2 },
  6003: { of: 6001, number: 2 },
  7601: { of: 7600, number: 1 },
};

/**
 * The version that a build belongs to; undefined for a build that no described version has, such as one of an annual
 * channel.
 */
export function windowsServerOfBuild(build: number): WindowsServerName | undefined {
  const first = servicePacks[build]?.of ?? build;
  return windowsServers.find((version) => version.build === first)?.name;
}

/** A version of Windows with the least service pack. */
export interface SupportedWindows {
  readonly name: WindowsServerName;
  /** Number of the least service pack; 0 if none is required. */
  readonly servicePack: number;
  /**
   * True if sources disagree, or only general knowledge supports it: configuration decides, and the default is a
   * warning.
   */
  readonly unsettled: boolean;
}

/** The Windows that servers of a release run on. */
export interface WindowsSupport extends Evidenced {
  readonly versions: readonly SupportedWindows[];
  /** Whether a Server Core installation is supported; null if no source tells. */
  readonly core: boolean | null;
}

interface Row extends Spanning, WindowsSupport {
  /** Versions that are supported only from a later release of the row on. */
  readonly since?: readonly (SupportedWindows & { readonly release: ReleaseName })[];
}

function windows(
  name: WindowsServerName,
  { servicePack = 0, unsettled = false }: { servicePack?: number; unsettled?: boolean } = {},
): SupportedWindows {
  return { name, servicePack, unsettled };
}

const rows: readonly Row[] = [
  {
    from: "2007 SP2",
    to: "2007 SP3",
    versions: [
      windows("Windows Server 2003", { servicePack: 2 }),
      windows("Windows Server 2008", { servicePack: 2 }),
    ],
    since: [{ release: "2007 SP3", ...windows("Windows Server 2008 R2", { unsettled: true }) }],
    core: null,
    evidence: "documented",
    source: `${citations.sp2Announcement}; TechNet ee694713; that SP3 runs on 2008 R2 is general knowledge`,
  },
  {
    from: "2010 SP3",
    to: "2010 SP3",
    versions: [
      windows("Windows Server 2008", { servicePack: 2 }),
      windows("Windows Server 2008 R2", { servicePack: 1 }),
      windows("Windows Server 2012"),
      windows("Windows Server 2012 R2"),
    ],
    core: null,
    evidence: "documented",
    source: citations.documentation,
  },
  {
    from: "2013 CU4 (SP1)",
    to: "2013 CU23",
    versions: [
      windows("Windows Server 2008 R2", { servicePack: 1 }),
      windows("Windows Server 2012"),
      windows("Windows Server 2012 R2"),
    ],
    core: null,
    evidence: "documented",
    source: citations.documentation,
  },
  {
    from: "2016 RTM",
    to: "2016 CU23",
    versions: [windows("Windows Server 2012"), windows("Windows Server 2012 R2")],
    since: [{ release: "2016 CU3", ...windows("Windows Server 2016") }],
    core: false,
    evidence: "documented",
    source: `${citations.documentation}; ${citations.requirementsTopic}`,
  },
  {
    from: "2019 RTM",
    to: "2019 CU14",
    versions: [windows("Windows Server 2019")],
    since: [
      { release: "2019 CU12", ...windows("Windows Server 2022") },
      { release: "2019 CU14", ...windows("Windows Server 2025", { unsettled: true }) },
    ],
    core: null,
    evidence: "documented",
    source: `${citations.requirementsTopic}; ${citations.japaneseSupport} has CU14 on Windows Server 2025, ${citations.installExchange} refuses it below CU15`,
  },
  {
    from: "2019 CU15",
    to: "2019 CU15",
    versions: [
      windows("Windows Server 2019"),
      windows("Windows Server 2022"),
      windows("Windows Server 2025"),
    ],
    core: null,
    evidence: "documented",
    source: `${citations.requirementsTopic}; ${citations.installExchange}`,
  },
  {
    from: "SE RTM",
    to: "SE RTM",
    versions: [
      windows("Windows Server 2019"),
      windows("Windows Server 2022"),
      windows("Windows Server 2025"),
    ],
    core: true,
    evidence: "documented",
    source: `${citations.requirementsTopic}; ${citations.installExchange}`,
  },
];

/**
 * The Windows that servers of a release run on; "not described" for early releases of 2007, 2010 and 2013, and for
 * previews.
 */
export function windowsSupportOf(release: Release): Described<WindowsSupport> {
  const row = rowOf(rows, release);
  if (row === undefined) return "not described";
  const later = (row.since ?? []).filter((since) => {
    const first = findRelease(since.release);
    return first !== undefined && compareReleases(first, release) <= 0;
  });
  const { core, evidence, source } = row;
  const versions = [
    ...row.versions,
    ...later.map(({ name, servicePack, unsettled }) => ({ name, servicePack, unsettled })),
  ];
  return { versions, core, evidence, source };
}

/**
 * - `supported`: a supported version, with its service pack.
 * - `unsettled`: sources disagree; configuration decides.
 * - `not supported`: another version.
 * - `unknown`: no version that is described here has this build.
 */
export type WindowsVerdict = "supported" | "unsettled" | "not supported" | "unknown";

/** Judges the Windows of a computer. @param servicePack its number; 0 where it has none */
export function judgeWindows(support: WindowsSupport, build: number, servicePack: number): WindowsVerdict {
  const name = windowsServerOfBuild(build);
  if (name === undefined) return "unknown";
  const found = support.versions.find((version) => version.name === name);
  if (found === undefined || servicePack < found.servicePack) return "not supported";
  return found.unsettled ? "unsettled" : "supported";
}

/**
 * The first Windows to which a server of a release may have been upgraded in place: the successor of the oldest Windows
 * that a release of the product runs on. Exchange cannot have been installed before an older one.
 */
export function windowsBoundaryOf({ product }: Release): { readonly build: number; readonly name: string } {
  const [oldest] = rows
    .filter(({ from }) => findRelease(from)?.product === product)
    .flatMap(({ versions }) => versions.map(({ name }) => windowsServerNames.indexOf(name)))
    .sort((a, b) => a - b);
  return windowsServers[(oldest ?? 0) + 1] ?? windowsServers[0];
}

/**
 * Number of the service pack that a build implies; null for Windows Server 2003, whose build does not change with a
 * service pack.
 */
export function servicePackOfBuild(build: number): number | null {
  if (build === 3790) return null;
  return servicePacks[build]?.number ?? 0;
}

/** The versions for messages: "Windows Server 2019, 2022 or 2025". */
export function describeWindows(versions: readonly SupportedWindows[]): string {
  const names = versions.map(({ name, servicePack, unsettled }, index) => {
    const short = index === 0 ? name : name.replace("Windows Server ", "");
    return `${short}${servicePack === 0 ? "" : ` SP${servicePack}`}${unsettled ? " (not settled)" : ""}`;
  });
  return either(names);
}
