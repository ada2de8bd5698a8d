/** What a release asks of the forest and of Windows, as far as it can be read. */
import { type Described, rowOf, type Spanning } from "./described";
import { citations, type Evidenced } from "./evidence";
import type { Release } from "./table";

/** Requirements of a release. */
export interface Requirements extends Evidenced {
  /** Lowest functional level of the forest (msDS-Behavior-Version). */
  readonly forestLevel: number;
  /** Lowest functional level of a domain with Exchange servers; with 0 it must at least be native. */
  readonly domainLevel: number;
  /** Lowest Windows of the schema master, and of a global catalog in each site with Exchange. */
  readonly domainControllers: { readonly build: number; readonly servicePack: number; readonly name: string };
  /**
   * Windows build from which on the operating system must have been installed before Exchange (D5): a computer does not
   * cross it with Exchange on it.
   */
  readonly windowsBoundary: Described<{ readonly build: number; readonly name: string }>;
}

/** A source speaks of 2007 SP1 only. */
const rows: readonly (Spanning & Requirements)[] = [
  {
    from: "2007 SP1",
    to: "2007 SP1",
    forestLevel: 0,
    domainLevel: 0,
    domainControllers: { build: 3790, servicePack: 1, name: "Windows Server 2003 SP1" },
    windowsBoundary: { build: 6000, name: "Windows Server 2008" },
    evidence: "documented",
    source: `${citations.sp1Topic}; TechNet bb125224, How to Prepare Active Directory and Domains; analyzer rules SchemaFSMONotWin2003SPn and PrepareDomainModeMixed`,
  },
];

/** Requirements of a release of the table; "not described" for a release that a program has defined, too. */
export function requirementsOf(release: Release): Described<Requirements> {
  return rowOf(rows, release) ?? "not described";
}

/** From which Windows on the operating system is not upgraded under a release. */
export function windowsBoundaryOf(release: Release): Requirements["windowsBoundary"] {
  const required = requirementsOf(release);
  return typeof required === "string" ? required : required.windowsBoundary;
}
