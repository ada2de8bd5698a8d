/**
 * What Setup on the media of one release of 2013 and later asks for. The lab's own table, from what pages and logs say that Setup does:
 * what Microsoft only does not support is nothing that Setup refuses, and is not here.
 */

import { type ModernLine, modernLineOf } from "../../product-lines";
import type { LabRelease } from "../../release-table";

/** A .NET Framework version, as Setup's refusal names it. */
interface Framework {
  readonly release: number;
  readonly name: string;
  readonly article: string;
}

/** Requirements and dialect of one release's Setup. */
export interface Media {
  readonly line: ModernLine;
  /** `Microsoft Exchange Server 2019`, as the log begins with it. */
  readonly product: string;
  /** The product in the texts of rules: `Exchange Server 2019`. */
  readonly shortProduct: string;
  /** `Microsoft Exchange Server 2019 Cumulative Update 15`, as the console begins with it. */
  readonly title: string;
  /** Whether accepting the licence also answers whether diagnostic data is sent. */
  readonly asksForDiagnosticData: boolean;
  /** Whether Setup switches Extended Protection on, and can be told not to. */
  readonly setsExtendedProtection: boolean;
  readonly framework: Framework;
  /** Lowest functional level of the forest. */
  readonly forestLevel: 2 | 6;
  /** Whether Setup refuses to run beside 2013. */
  readonly refuses2013: boolean;
  /** Whether Setup needs URL Rewrite on a Mailbox server. */
  readonly needsUrlRewrite: boolean;
}

/** KB articles in the refusals: 4.6.2 and 4.8 from transcripts (rmilne.ca on 2013 CU16; public notes on 2016), the others: memory. */
const frameworks = {
  "4.5": { release: 378389, name: "4.5", article: "2737083" },
  "4.5.2": { release: 379893, name: "4.5.2", article: "2901954" },
  "4.6.2": { release: 394802, name: "4.6.2", article: "3151802" },
  "4.7.1": { release: 461308, name: "4.7.1", article: "4033342" },
  "4.7.2": { release: 461808, name: "4.7.2", article: "4054530" },
  "4.8": { release: 528040, name: "4.8", article: "4503548" },
} as const satisfies { readonly [name: string]: Framework };

type FrameworkName = keyof typeof frameworks;

/** From which cumulative update on each version is the least (Microsoft's supportability matrix, lower bounds), newest first. */
const leastFrameworks: { readonly [L in ModernLine]: readonly (readonly [from: number, FrameworkName])[] } = {
  "2013": [
    [23, "4.7.2"],
    [21, "4.7.1"],
    [16, "4.6.2"],
    [0, "4.5"],
  ],
  "2016": [
    [15, "4.8"],
    [13, "4.7.2"],
    [10, "4.7.1"],
    [5, "4.6.2"],
    [0, "4.5.2"],
  ],
  "2019": [
    [4, "4.8"],
    [0, "4.7.2"],
  ],
  SE: [[0, "4.8"]],
};

/** `CU12` as 12; RTM as 0. */
function updateNumber({ label }: LabRelease): number {
  return Number(/^CU(\d+)/.exec(label)?.[1] ?? 0);
}

/**
 * The update from which on the licence switch has two forms, and URL Rewrite is needed. Since the updates of September
 * 2021 the plain switch is gone (Microsoft, Diagnostic data collected for Exchange Server; Exchange Server
 * prerequisites).
 */
const september2021: { readonly [L in ModernLine]: number } = { "2013": 99, "2016": 22, "2019": 11, SE: 0 };

/** Media of a release; null for a product before 2013. */
export function mediaOf(release: LabRelease): Media | null {
  const line = modernLineOf(release);
  if (line === null) return null;
  const update = updateNumber(release);
  const shortProduct = `Exchange Server ${line === "SE" ? "Subscription Edition" : line}`;
  const product = `Microsoft ${shortProduct}`;
  const isLate2019 = line === "SE" || (line === "2019" && update >= 14);
  const [, framework = "4.8"] = leastFrameworks[line].find(([from]) => update >= from) ?? [];
  return {
    line,
    product,
    shortProduct,
    title: `${product} ${release.label.replace(/^CU(\d+).*$/, "Cumulative Update $1")}`,
    asksForDiagnosticData: update >= september2021[line],
    // Microsoft, Configure Windows Extended Protection in Exchange Server: with 2019 CU14 and later.
    setsExtendedProtection: isLate2019,
    framework: frameworks[framework],
    // Rules ForestLevelNotWin2003Native and ForestLevelNotWin2012R2, in logs of 2016 CU18 and of 2019 CU8.
    forestLevel: line === "2013" || line === "2016" ? 2 : 6,
    // Microsoft, the page of rule E19E15CoexistenceRequirement: 2019 CU15 and later.
    refuses2013: line === "SE" || (line === "2019" && update >= 15),
    needsUrlRewrite: update >= september2021[line],
  };
}
