/**
 * The releases that the lab can play, with their levels in the directory and their builds. The lab says them for itself, so that
 * lib's table is held against something else than itself. Builds: Microsoft, Exchange Server build numbers and release dates.
 * Levels: Microsoft, Prepare Active Directory and domains (2013 and later); TechNet wiki 2772, Exchange schema versions (before).
 */
import type { Build } from "../lib/facts";
import type { Product } from "../lib/releases";

/** A release as the lab's Setup, directory and registry have it. */
export interface LabRelease {
  /** Product and label, e.g. `2007 SP1`. */
  readonly name: string;
  readonly product: Product;
  readonly label: string;
  /** rangeUpper of CN=ms-Exch-Schema-Version-Pt. */
  readonly schema: number | null;
  /** objectVersion of the organization. */
  readonly organization: number | null;
  /** objectVersion of CN=Microsoft Exchange System Objects. */
  readonly domain: number | null;
  readonly build: Build;
}

type Row = readonly [
  label: string,
  schema: number | null,
  organization: number | null,
  domain: number | null,
  build: string,
];

const rows: { readonly [P in Product]: readonly Row[] } = {
  "2000": [
    ["RTM", 4397, null, 4406, "6.0.4417"],
    ["SP1 / SP2", null, null, null, "6.0.4712"],
    ["SP3", 4406, null, 4406, "6.0.6249"],
  ],
  "2003": [
    ["RTM", 6870, 6903, 6936, "6.5.6944"],
    ["SP1", 6870, 6903, 6936, "6.5.7226"],
    ["SP2", 6870, 6903, 6936, "6.5.7683"],
  ],
  "2007": [
    ["RTM", 10637, 10666, 10628, "8.0.685.25"],
    ["SP1", 11116, 11221, 11221, "8.1.240.6"],
    ["SP2", 14622, 11222, 11221, "8.2.176.2"],
    ["SP3", 14625, 11222, 11221, "8.3.83.6"],
  ],
  "2010": [
    ["RTM", 14622, 12640, 12639, "14.0.639.21"],
    ["SP1", 14726, 13214, 13040, "14.1.218.15"],
    ["SP2", 14732, 14247, 13040, "14.2.247.5"],
    ["SP3", 14734, 14322, 13040, "14.3.123.4"],
  ],
  "2013": [
    ["RTM", 15137, 15449, 13236, "15.0.516.32"],
    ["CU1", 15254, 15614, 13236, "15.0.620.29"],
    ["CU2", 15281, 15688, 13236, "15.0.712.24"],
    ["CU3", 15283, 15763, 13236, "15.0.775.38"],
    ["CU4 (SP1)", 15292, 15844, 13236, "15.0.847.32"],
    ["CU5", 15300, 15870, 13236, "15.0.913.22"],
    ["CU6", 15303, 15965, 13236, "15.0.995.29"],
    ["CU7", 15312, 15965, 13236, "15.0.1044.25"],
    ["CU8", 15312, 15965, 13236, "15.0.1076.9"],
    ["CU9", 15312, 15965, 13236, "15.0.1104.5"],
    ["CU10", 15312, 16130, 13236, "15.0.1130.7"],
    ["CU11", 15312, 16130, 13236, "15.0.1156.6"],
    ["CU12", 15312, 16130, 13236, "15.0.1178.4"],
    ["CU13", 15312, 16130, 13236, "15.0.1210.3"],
    ["CU14", 15312, 16130, 13236, "15.0.1236.3"],
    ["CU15", 15312, 16130, 13236, "15.0.1263.5"],
    ["CU16", 15312, 16130, 13236, "15.0.1293.2"],
    ["CU17", 15312, 16130, 13236, "15.0.1320.4"],
    ["CU18", 15312, 16130, 13236, "15.0.1347.2"],
    ["CU19", 15312, 16130, 13236, "15.0.1365.1"],
    ["CU20", 15312, 16130, 13236, "15.0.1367.3"],
    ["CU21", 15312, 16130, 13236, "15.0.1395.4"],
    ["CU22", 15312, 16131, 13236, "15.0.1473.3"],
    ["CU23", 15312, 16133, 13237, "15.0.1497.2"],
  ],
  "2016": [
    ["Preview", 15317, 16041, 13236, "15.1.225.16"],
    ["RTM", 15317, 16210, 13236, "15.1.225.42"],
    ["CU1", 15323, 16211, 13236, "15.1.396.30"],
    ["CU2", 15325, 16212, 13236, "15.1.466.34"],
    ["CU3", 15326, 16212, 13236, "15.1.544.27"],
    ["CU4", 15326, 16213, 13236, "15.1.669.32"],
    ["CU5", 15326, 16213, 13236, "15.1.845.34"],
    ["CU6", 15330, 16213, 13236, "15.1.1034.26"],
    ["CU7", 15332, 16213, 13236, "15.1.1261.35"],
    ["CU8", 15332, 16213, 13236, "15.1.1415.2"],
    ["CU9", 15332, 16213, 13236, "15.1.1466.3"],
    ["CU10", 15332, 16213, 13236, "15.1.1531.3"],
    ["CU11", 15332, 16214, 13236, "15.1.1591.10"],
    ["CU12", 15332, 16215, 13236, "15.1.1713.5"],
    ["CU13", 15332, 16217, 13237, "15.1.1779.2"],
    ["CU14", 15332, 16217, 13237, "15.1.1847.3"],
    ["CU15", 15332, 16217, 13237, "15.1.1913.5"],
    ["CU16", 15332, 16217, 13237, "15.1.1979.3"],
    ["CU17", 15332, 16217, 13237, "15.1.2044.4"],
    ["CU18", 15332, 16218, 13238, "15.1.2106.2"],
    ["CU19", 15333, 16219, 13239, "15.1.2176.2"],
    ["CU20", 15333, 16220, 13240, "15.1.2242.4"],
    ["CU21", 15334, 16221, 13241, "15.1.2308.8"],
    ["CU22", 15334, 16222, 13242, "15.1.2375.7"],
    ["CU23", 15334, 16223, 13243, "15.1.2507.6"],
  ],
  "2019": [
    ["Preview", 15332, 16213, 13236, "15.2.196.0"],
    ["RTM", 17000, 16751, 13236, "15.2.221.12"],
    ["CU1", 17000, 16752, 13236, "15.2.330.5"],
    ["CU2", 17001, 16754, 13237, "15.2.397.3"],
    ["CU3", 17001, 16754, 13237, "15.2.464.5"],
    ["CU4", 17001, 16754, 13237, "15.2.529.5"],
    ["CU5", 17001, 16754, 13237, "15.2.595.3"],
    ["CU6", 17001, 16754, 13237, "15.2.659.4"],
    ["CU7", 17001, 16755, 13238, "15.2.721.2"],
    ["CU8", 17002, 16756, 13239, "15.2.792.3"],
    ["CU9", 17002, 16757, 13240, "15.2.858.5"],
    ["CU10", 17003, 16758, 13241, "15.2.922.7"],
    ["CU11", 17003, 16759, 13242, "15.2.986.5"],
    ["CU12", 17003, 16760, 13243, "15.2.1118.7"],
    ["CU13", 17003, 16761, 13243, "15.2.1258.12"],
    ["CU14", 17003, 16762, 13243, "15.2.1544.4"],
    ["CU15", 17003, 16763, 13243, "15.2.1748.10"],
  ],
  SE: [["RTM", 17003, 16763, 13243, "15.2.2562.17"]],
};

function releaseOf(product: Product, [label, schema, organization, domain, build]: Row): LabRelease {
  const [major = 0, minor = 0, number = 0, revision = 0] = build.split(".").map(Number);
  const own = { major, minor, build: number, revision };
  return { name: `${product} ${label}`, product, label, schema, organization, domain, build: own };
}

/** Every release, oldest first within a product. */
export const labReleases: readonly LabRelease[] = (Object.keys(rows) as Product[]).flatMap((product) =>
  rows[product].map((row) => releaseOf(product, row)),
);

const byName = new Map(labReleases.map((release) => [release.name, release]));

/** The release with this name; undefined for a name that the lab does not know. */
export function labRelease(name: string): LabRelease | undefined {
  return byName.get(name);
}

const numbers = ({ major, minor, build, revision }: Build) => [major, minor, build, revision];

/** Whether a build is at or above another, number by number. */
function reaches(build: Build, other: Build): boolean {
  const [mine, its] = [numbers(build), numbers(other)];
  const at = mine.findIndex((number, index) => number !== its[index]);
  return at < 0 || (mine[at] ?? 0) > (its[at] ?? 0);
}

/** The newest release of a build's own version that the build reaches: an update counts as what it updates. */
export function labReleaseOfBuild(build: Build): LabRelease | undefined {
  return labReleases
    .filter((each) => each.build.major === build.major && each.build.minor === build.minor)
    .filter((each) => reaches(build, each.build))
    .at(-1);
}
