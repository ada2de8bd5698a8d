/**
 * What a release requires of the forest: its functional level, and Windows on its domain controllers and its schema
 * master.
 */
import { type Described, rowOf, type Spanning } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { Release } from "./table";
import {
  describeWindows,
  type SupportedWindows,
  type WindowsServerName,
  windowsServerNames,
  windowsServerOfBuild,
  windowsServers,
} from "./windowsServer";

/** Functional levels of forests and domains by their number, msDS-Behavior-Version; there are no levels 8 and 9. */
export const functionalLevels: Readonly<Record<number, string>> = {
  0: "Windows 2000",
  1: "Windows Server 2003 interim",
  2: "Windows Server 2003",
  3: "Windows Server 2008",
  4: "Windows Server 2008 R2",
  5: "Windows Server 2012",
  6: "Windows Server 2012 R2",
  7: "Windows Server 2016",
  10: "Windows Server 2025",
};

/** What a release requires of the forest. */
export interface ForestSupport extends Evidenced {
  /** Windows on domain controllers, oldest first. */
  readonly versions: readonly SupportedWindows[];
  /**
   * True if Setup only checks that Windows is not older than the first version. False if exactly these versions are
   * supported, and Setup checks none of them.
   */
  readonly minimum: boolean;
  /**
   * Lowest functional level of a domain with Exchange servers, which must also be in native mode; null if none is
   * required.
   */
  readonly domainLevel: number | null;
  readonly level: {
    /** Setup refuses below this functional level of the forest. */
    readonly refusedBelow: number;
    /** Setup's rule that refuses; null if every level is allowed. */
    readonly rule: string | null;
    /** The lowest level that is supported. */
    readonly least: number;
    /** The highest level that the documentation lists; null where it lists "and higher". */
    readonly most: number | null;
  };
}

interface Row extends Spanning, Omit<ForestSupport, "minimum" | "domainLevel"> {
  readonly minimum?: boolean;
  readonly domainLevel?: number;
}

/** All versions from one to another; the first may need a service pack. */
function range(
  first: WindowsServerName,
  last: WindowsServerName,
  servicePack = 0,
): readonly SupportedWindows[] {
  const names = windowsServerNames.slice(
    windowsServerNames.indexOf(first),
    windowsServerNames.indexOf(last) + 1,
  );
  return names.map((name) => ({
    name,
    servicePack: name === first ? servicePack : 0,
    unsettled: false,
  }));
}

/** Setup of 2010 to 2016 refuses nothing above this level, whatever the documentation requires. */
const native2003 = { refusedBelow: 2, rule: "ForestLevelNotWin2003Native" } as const;
const level2012R2 = { refusedBelow: 6, rule: "ForestLevelNotWin2012R2", least: 6, most: 7 } as const;

const documentation: Evidenced = { evidence: "documented", source: citations.documentation };
const requirements: Evidenced = {
  evidence: "documented",
  source: `${citations.requirementsTopic}; ${citations.documentation}`,
};

/** For Exchange 2007 the oldest Windows is a minimum, and a domain may have any level if it is in native mode. */
const of2007 = {
  versions: [{ name: "Windows Server 2003", servicePack: 1, unsettled: false }],
  minimum: true,
  domainLevel: 0,
  level: { refusedBelow: 0, rule: null, least: 0, most: null },
} as const;
const topics2007 =
  "TechNet bb125224, How to Prepare Active Directory and Domains; analyzer rules SchemaFSMONotWin2003SPn and PrepareDomainModeMixed";

const rows: readonly Row[] = [
  {
    from: "2007 SP1",
    to: "2007 SP1",
    ...of2007,
    evidence: "documented",
    source: `${citations.sp1Topic}; ${topics2007}`,
  },
  {
    from: "2007 SP2",
    to: "2007 SP3",
    ...of2007,
    evidence: "unverified",
    source: `no statement found for this service pack; of Exchange 2007: ${topics2007}`,
  },
  {
    from: "2010 RTM",
    to: "2010 SP2",
    versions: range("Windows Server 2003", "Windows Server 2008 R2", 2).map((version) => ({
      ...version,
      unsettled: true,
    })),
    level: { ...native2003, least: 2, most: null },
    evidence: "documented",
    source: `${citations.documentation} (the level of the forest); of Windows on domain controllers no statement was found before 2010 SP3`,
  },
  {
    from: "2010 SP3",
    to: "2010 SP3",
    versions: [
      ...range("Windows Server 2003", "Windows Server 2012 R2", 2),
      { name: "Windows Server 2016", servicePack: 0, unsettled: true },
    ],
    level: { ...native2003, least: 2, most: null },
    evidence: "documented",
    source: `${citations.documentation}; Windows Server 2016 from Update Rollup 22 on`,
  },
  {
    from: "2013 RTM",
    to: "2013 CU23",
    versions: range("Windows Server 2003", "Windows Server 2016", 2),
    level: { ...native2003, least: 2, most: null },
    ...documentation,
  },
  {
    from: "2016 RTM",
    to: "2016 CU2",
    versions: range("Windows Server 2003", "Windows Server 2016", 2),
    level: { ...native2003, least: 2, most: null },
    ...documentation,
  },
  {
    from: "2016 CU3",
    to: "2016 CU6",
    versions: range("Windows Server 2008", "Windows Server 2016", 2),
    level: { ...native2003, least: 3, most: null },
    ...documentation,
  },
  {
    from: "2016 CU7",
    to: "2016 CU11",
    versions: range("Windows Server 2008 R2", "Windows Server 2016"),
    level: { ...native2003, least: 4, most: null },
    ...documentation,
  },
  {
    from: "2016 CU12",
    to: "2016 CU22",
    versions: range("Windows Server 2008 R2", "Windows Server 2019"),
    level: { ...native2003, least: 4, most: null },
    ...documentation,
  },
  {
    from: "2016 CU23",
    to: "2016 CU23",
    versions: range("Windows Server 2012", "Windows Server 2022"),
    level: { ...native2003, least: 5, most: null },
    evidence: "documented",
    source: `${citations.requirementsTopic}; ${citations.installExchange}`,
  },
  {
    from: "2019 RTM",
    to: "2019 CU11",
    versions: range("Windows Server 2012 R2", "Windows Server 2019"),
    level: level2012R2,
    ...requirements,
  },
  {
    from: "2019 CU12",
    to: "2019 CU13",
    versions: range("Windows Server 2012 R2", "Windows Server 2022"),
    level: level2012R2,
    ...requirements,
  },
  {
    from: "2019 CU14",
    to: "SE RTM",
    versions: range("Windows Server 2012 R2", "Windows Server 2025"),
    level: level2012R2,
    ...requirements,
  },
];

/** What a release requires of the forest; "not described" of releases before 2007 SP1, and of previews. */
export function forestSupportOf(release: Release): Described<ForestSupport> {
  const row = rowOf(rows, release);
  if (row === undefined) return "not described";
  const { versions, minimum = false, domainLevel = null, level, evidence, source } = row;
  return { versions, minimum, domainLevel, level, evidence, source };
}

/**
 * - `supported`: one of the versions, or above a minimum.
 * - `unsettled`: sources disagree, or none says anything.
 * - `too old`: below the oldest version, or its service pack.
 * - `not listed`: none of the supported versions, but not older than them.
 */
export type ControllerVerdict = "supported" | "unsettled" | "too old" | "not listed";

/** Judges the Windows of a domain controller. @param servicePack its number; 0 where it has none */
export function judgeController(
  { versions, minimum }: ForestSupport,
  build: number,
  servicePack: number,
): ControllerVerdict {
  const [oldest] = versions;
  const first = windowsServers.find(({ name }) => name === oldest?.name);
  const name = windowsServerOfBuild(build);
  if (oldest !== undefined && first !== undefined) {
    if (build < first.build || (name === first.name && servicePack < oldest.servicePack)) return "too old";
    if (minimum) return "supported";
  }
  const found = versions.find((version) => version.name === name);
  if (found === undefined) return "not listed";
  return found.unsettled ? "unsettled" : "supported";
}

/**
 * The Windows that domain controllers must run, for messages: "Windows Server 2003 SP1 or later", "Windows Server 2019,
 * 2022 or 2025".
 */
export function describeControllers({ versions, minimum }: ForestSupport): string {
  return minimum ? `${describeWindows(versions)} or later` : describeWindows(versions);
}

/**
 * - `supported`: a level that the documentation lists.
 * - `refused`: Setup refuses.
 * - `not supported`: Setup runs, but the documentation requires a higher level.
 * - `not listed`: above the highest level that the documentation lists.
 */
export type ForestLevelVerdict = "supported" | "refused" | "not supported" | "not listed";

/** Judges the functional level of the forest (msDS-Behavior-Version). */
export function judgeForestLevel({ level }: ForestSupport, value: number): ForestLevelVerdict {
  if (value < level.refusedBelow) return "refused";
  if (value < level.least) return "not supported";
  return level.most !== null && value > level.most ? "not listed" : "supported";
}

/**
 * The first build of Windows Server 2025 on which a schema master imports Exchange's schema correctly. An earlier build
 * writes values twice, so that replication fails (8418, event 1203), and no update repairs that afterwards. Only the
 * schema master matters, and only before /PrepareSchema and /PrepareAD.
 */
export const schemaMasterFix = {
  build: 26100,
  revision: 7171,
  update: "KB5068861 (November 2025)",
  evidence: "documented",
  source: `${citations.requirementsTopic}; ${citations.japaneseSupport}`,
} as const satisfies Evidenced & { build: number; revision: number; update: string };

/**
 * Judges the schema master's Windows before a preparation.
 * @param build e.g. 26100
 * @param revision UBR of the registry, which the directory does not contain; null if it is not known
 */
export function judgeSchemaMaster(build: number, revision: number | null): "ok" | "too old" | "unknown" {
  if (build < schemaMasterFix.build) return "ok";
  if (build > schemaMasterFix.build || revision === null) return "unknown";
  return revision >= schemaMasterFix.revision ? "ok" : "too old";
}
