/** What a release asks of the forest and of Windows, as far as it can be read. */
import { citations, type Evidenced } from "./evidence";
import type { Product } from "./products";

/** Requirements of a product; what is null is not described, and not judged. */
export interface Requirements extends Evidenced {
  /** Lowest functional level of the forest (msDS-Behavior-Version). */
  readonly forestLevel: number;
  /** Lowest functional level of a domain with Exchange servers; with 0 it must at least be native. */
  readonly domainLevel: number;
  /** Lowest Windows of the schema master, and of a global catalog in each site with Exchange. */
  readonly domainControllers: { readonly build: number; readonly servicePack: number; readonly name: string };
  /**
   * Windows build from which on the operating system must have been installed before Exchange (D5): a computer does not
   * cross it with Exchange on it. null when there is no such limit.
   */
  readonly windowsBoundary: { readonly build: number; readonly name: string } | null;
}

/** null: system requirements of these products are not described yet. */
const requirements: Readonly<Record<Product, Requirements | null>> = {
  "2000": null,
  "2003": null,
  "2007": {
    forestLevel: 0,
    domainLevel: 0,
    domainControllers: { build: 3790, servicePack: 1, name: "Windows Server 2003 SP1" },
    windowsBoundary: { build: 6000, name: "Windows Server 2008" },
    evidence: "documented",
    source: `${citations.sp1Topic}; TechNet bb125224, How to Prepare Active Directory and Domains; analyzer rules SchemaFSMONotWin2003SPn and PrepareDomainModeMixed`,
  },
  "2010": null,
  "2013": null,
  "2016": null,
  "2019": null,
  SE: null,
};

/** Requirements of a product; null when they are not described. */
export function requirementsOf(product: Product): Requirements | null {
  return requirements[product];
}
