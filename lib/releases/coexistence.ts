/**
 * Which servers of earlier products may stay in an organization when media of a release enter it. Setup itself refuses
 * some; Microsoft does not support others, although Setup runs. Both kinds apply to the whole forest. For an Edge
 * Transport server, the build that its last subscription wrote to the directory counts.
 */

import type { Build } from "../facts";
import { majorsWithServicePacks } from "./bands";
import { compareBuilds, publishedBuild } from "./buildOrder";
import { type Described, rowOf, type Spanning } from "./described";
import { citations, type Evidenced } from "./evidence";
import { type Product, productNames } from "./products";
import { firstBuildOf, type Release, releases } from "./table";
import { either } from "./wording";

/** What an earlier product's servers must have, or that they must be gone. */
export interface Coexistence extends Evidenced {
  readonly product: Product;
  /**
   * - `Setup`: Setup refuses to prepare the organization and to install or upgrade servers.
   * - `support`: Setup runs; servers below the minimum are not supported beside it.
   */
  readonly by: "Setup" | "support";
  /** What each server of the product must have; null if no such server may exist. */
  readonly atLeast: { readonly build: Build; readonly name: string } | null;
}

/** A release with the update that is required on top of it. */
function minimum(name: string, text: string): Coexistence["atLeast"] {
  return { name, build: publishedBuild(text) };
}

const minimums = {
  "2003 SP2": minimum("2003 SP2", "6.5.7638.0"),
  "2007 SP2": minimum("2007 SP2", "8.2.176.2"),
  "2007 SP3 RU10": minimum("2007 SP3 Update Rollup 10", "8.3.298.3"),
  "2010 SP3": minimum("2010 SP3", "14.3.123.4"),
  "2010 SP3 RU11": minimum("2010 SP3 Update Rollup 11", "14.3.266.1"),
  "2013 CU10": minimum("2013 CU10", "15.0.1130.7"),
  "2013 CU21": minimum("2013 CU21", "15.0.1395.4"),
  "2016 CU11": minimum("2016 CU11", "15.1.1591.10"),
  "2016 CU23": minimum("2016 CU23", "15.1.2507.6"),
} as const;

interface Row extends Spanning {
  readonly rules: Described<readonly Coexistence[]>;
}

const requirements2013 = `${citations.documentation}, Exchange 2013 system requirements`;
const ruleNames = (...names: readonly string[]) =>
  `${citations.documentation}; ${citations.setupLogs} (${names.join(", ")})`;

/** The evidence that older products must be gone, if no source says it of this release. */
const derived = (what: string): Evidenced => ({
  evidence: "unverified",
  source: `no statement found for this release; ${what}`,
});

const refuses = (product: Product, evidenced: Evidenced): Coexistence => ({
  product,
  by: "Setup",
  atLeast: null,
  ...evidenced,
});

const rows: readonly Row[] = [
  // Its service packs require nothing of 2007. The requirements of RTM were met when RTM was installed (moves.ts).
  { from: "2007 RTM", to: "2007 SP3", rules: "none needed" },
  {
    from: "2010 RTM",
    to: "2010 SP3",
    rules: [
      refuses("2000", { evidence: "unverified", source: "no statement found; general knowledge" }),
      {
        product: "2003",
        by: "Setup",
        atLeast: minimums["2003 SP2"],
        evidence: "unverified",
        source: `${citations.sp2Announcement}, and general knowledge`,
      },
      {
        product: "2007",
        by: "Setup",
        atLeast: minimums["2007 SP2"],
        evidence: "documented",
        source: citations.sp2Announcement,
      },
    ],
  },
  // Media before CU2 refuse an organization with 2007 or 2010. No source mentions CU1.
  { from: "2013 RTM", to: "2013 CU1", rules: "not described" },
  {
    from: "2013 CU2",
    to: "2013 CU23",
    rules: [
      ...(["2000", "2003"] as const).map((product) =>
        refuses(product, {
          evidence: "documented",
          source: ruleNames("Exchange2000or2003PresentInOrg"),
        }),
      ),
      {
        product: "2007",
        by: "Setup",
        atLeast: minimums["2007 SP3 RU10"],
        evidence: "documented",
        source: requirements2013,
      },
      {
        product: "2010",
        by: "Setup",
        atLeast: minimums["2010 SP3"],
        evidence: "documented",
        source: requirements2013,
      },
    ],
  },
  {
    from: "2016 RTM",
    to: "2016 CU23",
    rules: [
      ...(["2000", "2003"] as const).map((product) =>
        refuses(product, { evidence: "documented", source: ruleNames("Exchange2000or2003PresentInOrg") }),
      ),
      refuses("2007", {
        evidence: "documented",
        source: ruleNames("E16E12CoexistenceMinVersionRequirement"),
      }),
      {
        product: "2010",
        by: "Setup",
        atLeast: minimums["2010 SP3 RU11"],
        evidence: "documented",
        source: ruleNames("E16E14CoexistenceMinVersionRequirement"),
      },
      {
        product: "2013",
        by: "Setup",
        atLeast: minimums["2013 CU10"],
        evidence: "documented",
        source: ruleNames("E16E15CoexistenceMinVersionRequirement"),
      },
    ],
  },
  {
    from: "2019 RTM",
    to: "2019 CU14",
    rules: [
      ...(["2000", "2003", "2007"] as const).map((product) =>
        refuses(product, derived("2016 already refuses it")),
      ),
      refuses("2010", { evidence: "documented", source: ruleNames("E19E14CoexistenceRequirement") }),
      {
        product: "2013",
        by: "support",
        atLeast: minimums["2013 CU21"],
        evidence: "documented",
        source: citations.requirementsTopic,
      },
      {
        product: "2016",
        by: "support",
        atLeast: minimums["2016 CU11"],
        evidence: "documented",
        source: `${citations.requirementsTopic}; today's page asks for 2016 CU23`,
      },
    ],
  },
  {
    from: "2019 CU15",
    to: "SE RTM",
    rules: [
      ...(["2000", "2003", "2007", "2010"] as const).map((product) =>
        refuses(product, derived("2019 before CU15 already refuses it")),
      ),
      refuses("2013", {
        evidence: "documented",
        source: `${citations.seUpgrade}; ${citations.japaneseSupport}`,
      }),
      {
        product: "2016",
        by: "support",
        atLeast: minimums["2016 CU23"],
        evidence: "documented",
        source: `${citations.seUpgrade}; ${citations.japaneseSupport}`,
      },
    ],
  },
];

/** What media of a release require of servers of earlier products; "not described" before 2007 and of previews. */
export function coexistenceOf(release: Release): Described<readonly Coexistence[]> {
  return rowOf(rows, release)?.rules ?? "not described";
}

/**
 * The product that a build belongs to. A version number may span products (2019 and SE): then the newest whose first
 * build is not above this one. For 2007 and 2010 the major version decides. Undefined for a version that no product
 * has.
 */
export function productOfBuild(build: Build): Product | undefined {
  return releases.findLast(
    (release) =>
      release.build.major === build.major &&
      (release.build.minor === build.minor || majorsWithServicePacks.includes(build.major)) &&
      compareBuilds(firstBuildOf(release), build) <= 0,
  )?.product;
}

/** A server that media of a release find in the organization. */
export interface OtherServer {
  readonly name: string;
  /** Null if the product is not known, either. */
  readonly product: Product | null;
  /** Build in the directory; null if it does not show one. */
  readonly build: Build | null;
}

/**
 * - `ok`: nothing is required of this product, or the server meets it.
 * - `refused`: Setup refuses while the server is as it is.
 * - `not supported`: Setup runs, but this server is not supported beside the release.
 * - `unknown`: the directory does not show the server's product or build, so Setup may refuse.
 */
export interface CoexistenceVerdict {
  readonly server: OtherServer;
  readonly verdict: "ok" | "refused" | "not supported" | "unknown";
  /** The rule that decides; null if the product is not known, or nothing is required of it. */
  readonly rule: Coexistence | null;
}

/** Judges one server against the requirements of a release's media. */
export function judgeCoexistence(rules: readonly Coexistence[], server: OtherServer): CoexistenceVerdict {
  if (server.product === null) return { server, verdict: rules.length === 0 ? "ok" : "unknown", rule: null };
  const rule = rules.find(({ product }) => product === server.product);
  if (rule === undefined) return { server, verdict: "ok", rule: null };
  const bad = rule.by === "Setup" ? "refused" : "not supported";
  if (rule.atLeast === null) return { server, verdict: bad, rule };
  if (server.build === null) return { server, verdict: "unknown", rule };
  return { server, verdict: compareBuilds(server.build, rule.atLeast.build) >= 0 ? "ok" : bad, rule };
}

/** All rules as sentences. Products that must be gone share one sentence for each level of evidence. */
export function describeCoexistences(rules: readonly Coexistence[]): readonly string[] {
  const mustBeGone = rules.filter(({ by, atLeast }) => by === "Setup" && atLeast === null);
  const sentences = (["documented", "practice", "unverified"] as const).flatMap((evidence) => {
    const names = mustBeGone.filter((rule) => rule.evidence === evidence).map(({ product }) => product);
    if (names.length === 0) return [];
    const doubt = evidence === "documented" ? "" : ` (${evidence})`;
    return [`Setup refuses while an Exchange ${either(names)} server is in the organization${doubt}`];
  });
  const others = rules
    .filter((rule) => !mustBeGone.includes(rule))
    .map(
      (rule) => `${describeCoexistence(rule)}${rule.evidence === "documented" ? "" : ` (${rule.evidence})`}`,
    );
  return [...sentences, ...others];
}

/** A rule as a sentence: "Setup refuses while an Exchange 2013 server is in the organization". */
export function describeCoexistence({ product, by, atLeast }: Coexistence): string {
  const servers = `${productNames[product]} servers, Edge Transport included,`;
  if (atLeast === null)
    return by === "Setup"
      ? `Setup refuses while an ${productNames[product]} server is in the organization`
      : `${servers} are not supported beside it`;
  return by === "Setup"
    ? `Setup refuses while ${servers} are below ${atLeast.name}`
    : `${servers} are supported beside it from ${atLeast.name} on`;
}
