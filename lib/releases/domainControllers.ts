/** What a release asks of the forest: its functional level, Windows of its domain controllers, and of the schema master. */
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

/** What a release asks of the forest. */
export interface ForestSupport extends Evidenced {
  /** Windows on domain controllers, oldest first. */
  readonly versions: readonly SupportedWindows[];
  /**
   * True where the oldest version is a minimum that Setup checks, and every later version will do; false where the versions
   * are what is supported, and Setup checks none.
   */
  readonly minimum: boolean;
  /** Lowest functional level of a domain with Exchange servers, which must be native, too; null where none is asked for. */
  readonly domainLevel: number | null;
  readonly level: {
    /** Setup refuses below this functional level of the forest. */
    readonly refusedBelow: number;
    /** Setup's rule that refuses; null where every level will do. */
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

/** Setup of 2010 to 2016 checks no higher level than this, whatever the documentation asks for. */
const native2003 = { refusedBelow: 2, rule: "ForestLevelNotWin2003Native" } as const;
const level2012R2 = { refusedBelow: 6, rule: "ForestLevelNotWin2012R2", least: 6, most: 7 } as const;

const documentation: Evidenced = { evidence: "documented", source: citations.documentation };
const requirements: Evidenced = {
  evidence: "documented",
  source: `${citations.requirementsTopic}; ${citations.documentation}`,
};

/** Of Exchange 2007: the oldest Windows is a minimum, and domains of any level will do when they are native. */
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

/** What a release asks of the forest; "not described" of releases before 2007 SP1, and of previews. */
export function forestSupportOf(release: Release): Described<ForestSupport> {
  const row = rowOf(rows, release);
  if (row === undefined) return "not described";
  const { versions, minimum = false, domainLevel = null, level, evidence, source } = row;
  return { versions, minimum, domainLevel, level, evidence, source };
}

/**
 * - `supported`: one of the versions, or above a minimum.
 * - `unsettled`: no source settles it.
 * - `too old`: below the oldest version, or its service pack.
 * - `not listed`: another version than those that are supported.
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

/** What domain controllers have to run, for messages: "Windows Server 2003 SP1 or later", "Windows Server 2019, 2022 or 2025". */
export function describeControllers({ versions, minimum }: ForestSupport): string {
  return minimum ? `${describeWindows(versions)} or later` : describeWindows(versions);
}

/**
 * - `supported`: a level that the documentation lists.
 * - `refused`: Setup refuses.
 * - `not supported`: Setup runs; the documentation asks for a higher level.
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
 * The first build of Windows Server 2025 on which a schema master imports Exchange's schema without fault. Before it, values
 * are written twice, replication fails (8418, event 1203), and no update repairs that afterwards. Only the holder of the
 * role matters, and only before /PrepareSchema and /PrepareAD.
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
 * @param revision the number after it (UBR in the registry), which the directory does not hold; null where it is not known
 */
export function judgeSchemaMaster(build: number, revision: number | null): "ok" | "too old" | "unknown" {
  if (build < schemaMasterFix.build) return "ok";
  if (build > schemaMasterFix.build || revision === null) return "unknown";
  return revision >= schemaMasterFix.revision ? "ok" : "too old";
}
