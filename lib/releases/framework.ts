/**
 * Which .NET Framework each release supports. Setup enforces the lowest version: it refuses to run on less. It does not
 * check the highest, which Microsoft's support policy sets.
 */
import { type Described, rowOf, type Spanning } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { Release } from "./table";
import { either } from "./wording";

/** Where Windows says which .NET Framework 4.x is installed: a number, called Release here as there. */
export const frameworkValue = {
  key: "HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full",
  value: "Release",
} as const;

/**
 * Versions of the .NET Framework with the lowest Release that counts as each, oldest first. The number differs between
 * versions of Windows, so a version is installed when Release is at least its own and below the next one's.
 */
export const frameworkVersions = [
  { name: "4.5", release: 378389 },
  { name: "4.5.1", release: 378675 },
  { name: "4.5.2", release: 379893 },
  { name: "4.6", release: 393295 },
  { name: "4.6.1", release: 394254 },
  { name: "4.6.2", release: 394802 },
  { name: "4.7", release: 460798 },
  { name: "4.7.1", release: 461308 },
  { name: "4.7.2", release: 461808 },
  { name: "4.8", release: 528040 },
  { name: "4.8.1", release: 533320 },
] as const;

/** Name of a version of the .NET Framework, e.g. `4.7.2`. */
export type FrameworkName = (typeof frameworkVersions)[number]["name"];

/** Every name, oldest first. */
export const frameworkNames: readonly FrameworkName[] = frameworkVersions.map(({ name }) => name);

/** The version with this Release number; undefined below 4.5. */
export function frameworkOfRelease(value: number): FrameworkName | undefined {
  return frameworkVersions.findLast(({ release }) => release <= value)?.name;
}

/** Negative when `a` is the older version, zero when equal, positive when `a` is the newer one. */
export function compareFrameworks(a: FrameworkName, b: FrameworkName): number {
  return frameworkNames.indexOf(a) - frameworkNames.indexOf(b);
}

/** The .NET Framework versions that one release supports. */
export interface FrameworkSupport extends Evidenced {
  /**
   * Oldest first. The release supports them on every Windows on which it runs, but not necessarily the versions between
   * them.
   */
  readonly versions: readonly FrameworkName[];
  /** A version that is supported only from this build of Windows on. */
  readonly onLaterWindows: {
    readonly version: FrameworkName;
    readonly build: number;
    readonly name: string;
  } | null;
}

interface Row extends Spanning {
  readonly versions: readonly FrameworkName[];
}

/** No release supports 4.6 or 4.7. */
const rows: readonly Row[] = [
  { from: "2013 RTM", to: "2013 CU3", versions: ["4.5"] },
  { from: "2013 CU4 (SP1)", to: "2013 CU12", versions: ["4.5", "4.5.1", "4.5.2"] },
  { from: "2013 CU13", to: "2013 CU14", versions: ["4.5", "4.5.1", "4.5.2", "4.6.1"] },
  { from: "2013 CU15", to: "2013 CU15", versions: ["4.5.1", "4.5.2", "4.6.1", "4.6.2"] },
  { from: "2013 CU16", to: "2013 CU18", versions: ["4.6.2"] },
  { from: "2013 CU19", to: "2013 CU20", versions: ["4.6.2", "4.7.1"] },
  { from: "2013 CU21", to: "2013 CU22", versions: ["4.7.1", "4.7.2"] },
  { from: "2013 CU23", to: "2013 CU23", versions: ["4.7.2", "4.8"] },
  { from: "2016 RTM", to: "2016 CU1", versions: ["4.5.2"] },
  { from: "2016 CU2", to: "2016 CU2", versions: ["4.5.2", "4.6.1"] },
  { from: "2016 CU3", to: "2016 CU4", versions: ["4.5.2", "4.6.1", "4.6.2"] },
  { from: "2016 CU5", to: "2016 CU7", versions: ["4.6.2"] },
  { from: "2016 CU8", to: "2016 CU9", versions: ["4.6.2", "4.7.1"] },
  { from: "2016 CU10", to: "2016 CU10", versions: ["4.7.1"] },
  { from: "2016 CU11", to: "2016 CU12", versions: ["4.7.1", "4.7.2"] },
  { from: "2016 CU13", to: "2016 CU14", versions: ["4.7.2", "4.8"] },
  { from: "2016 CU15", to: "2016 CU23", versions: ["4.8"] },
  { from: "2019 RTM", to: "2019 CU1", versions: ["4.7.2"] },
  { from: "2019 CU2", to: "2019 CU3", versions: ["4.7.2", "4.8"] },
  { from: "2019 CU4", to: "2019 CU13", versions: ["4.8"] },
  { from: "2019 CU14", to: "SE RTM", versions: ["4.8"] },
];

const onLaterWindows = { version: "4.8.1", build: 20348, name: "Windows Server 2022" } as const;

/** What a release of the table supports; "not described" before 2013 and of previews. */
export function frameworkOf(release: Release): Described<FrameworkSupport> {
  const row = rowOf(rows, release);
  if (row === undefined) return "not described";
  return {
    versions: row.versions,
    onLaterWindows: row.to === "SE RTM" ? onLaterWindows : null,
    evidence: "documented",
    source: `${citations.supportabilityMatrix}; ${citations.documentation}`,
  };
}

/**
 * - `supported`: one of the release's own versions.
 * - `too low`: Setup refuses (its rule MinimumFrameworkNotInstalled).
 * - `not supported`: newer than the lowest, but not one of the release's versions; Setup runs all the same.
 * - `unknown`: it depends on Windows, whose build is not known.
 */
export type FrameworkVerdict = "supported" | "too low" | "not supported" | "unknown";

/**
 * Judges an installed .NET Framework.
 * @param value Release of the registry ({@link frameworkValue})
 * @param windowsBuild build of the computer's Windows, e.g. 17763; null where it is not known
 */
export function judgeFramework(
  { versions, onLaterWindows }: FrameworkSupport,
  value: number,
  windowsBuild: number | null,
): FrameworkVerdict {
  const installed = frameworkOfRelease(value);
  const [lowest] = versions;
  if (installed === undefined) return "too low";
  if (versions.includes(installed)) return "supported";
  if (lowest !== undefined && compareFrameworks(installed, lowest) < 0) return "too low";
  if (onLaterWindows?.version !== installed) return "not supported";
  if (windowsBuild === null) return "unknown";
  return windowsBuild >= onLaterWindows.build ? "supported" : "not supported";
}

/** Every version that a release supports on a Windows, oldest first. @param windowsBuild null where it is not known */
export function frameworksOn(
  { versions, onLaterWindows }: FrameworkSupport,
  windowsBuild: number | null,
): readonly FrameworkName[] {
  const isLater = onLaterWindows !== null && windowsBuild !== null && windowsBuild >= onLaterWindows.build;
  return isLater ? [...versions, onLaterWindows.version] : versions;
}

/** The versions for messages: "4.7.2 or 4.8", "4.8, or 4.8.1 on Windows Server 2022 and later". */
export function describeFrameworks({ versions, onLaterWindows }: FrameworkSupport): string {
  const anywhere = either(versions);
  return onLaterWindows === null
    ? anywhere
    : `${anywhere}, or ${onLaterWindows.version} on ${onLaterWindows.name} and later`;
}
