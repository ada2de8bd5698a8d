/** Ways from one product to another that are not upgrades in place. */
import { citations, type Evidenced } from "./evidence";
import { type Product, products } from "./products";

/**
 * - `new server and move`: install the new product on another server and move mailboxes and services to it.
 * - `refused`: Setup of the new product refuses the organization while the old one is in it.
 */
export type MoveVerdict = "new server and move" | "refused";

/** How one product succeeds another without an upgrade in place. */
export interface Move extends Evidenced {
  readonly from: Product;
  readonly to: Product;
  readonly verdict: MoveVerdict;
  /**
   * What the old servers need before servers of the new product may be installed, as a clause; null if no such need is
   * known.
   */
  readonly needs: string | null;
}

const requirements2007 = "books on Exchange 2007 (system requirements of the organization)";
const requirements2013 = `${citations.documentation}, Exchange 2013 system requirements`;

/** Pairs that a source describes. 2019 to SE is missing: that is an upgrade in place, from CU14 or CU15. */
const known: readonly Move[] = [
  {
    from: "2000",
    to: "2007",
    verdict: "new server and move",
    needs: "Exchange 2000 SP3 on every Exchange 2000 server",
    evidence: "practice",
    source: requirements2007,
  },
  {
    from: "2003",
    to: "2007",
    verdict: "new server and move",
    needs: "Exchange 2003 SP2 on every Exchange 2003 server",
    evidence: "practice",
    source: requirements2007,
  },
  {
    from: "2007",
    to: "2010",
    verdict: "new server and move",
    needs: "Exchange 2007 SP2 on the Exchange 2007 servers",
    evidence: "documented",
    source: citations.sp2Announcement,
  },
  {
    from: "2007",
    to: "2013",
    verdict: "new server and move",
    needs:
      "Exchange 2007 SP3 RU10 on every Exchange 2007 server including Edge, and media of 2013 CU2 or later",
    evidence: "documented",
    source: requirements2013,
  },
  {
    from: "2010",
    to: "2013",
    verdict: "new server and move",
    needs: "Exchange 2010 SP3 on every Exchange 2010 server including Edge, and media of 2013 CU2 or later",
    evidence: "documented",
    source: requirements2013,
  },
  {
    from: "2007",
    to: "2016",
    verdict: "refused",
    needs: "every Exchange 2007 server removed first, by way of new Exchange 2010 or 2013 servers",
    evidence: "documented",
    source: `${citations.documentation}; ${citations.setupLogs} (E16E12CoexistenceMinVersionRequirement)`,
  },
  {
    from: "2010",
    to: "2016",
    verdict: "new server and move",
    needs: "Exchange 2010 SP3 with Update Rollup 11 on every Exchange 2010 server including Edge",
    evidence: "documented",
    source: `${citations.documentation}; ${citations.setupLogs} (E16E14CoexistenceMinVersionRequirement)`,
  },
  {
    from: "2010",
    to: "2019",
    verdict: "refused",
    needs: "every Exchange 2010 server removed first, by way of new Exchange 2013 or 2016 servers",
    evidence: "documented",
    source: `${citations.documentation}; ${citations.setupLogs} (E19E14CoexistenceRequirement)`,
  },
  {
    from: "2013",
    to: "2016",
    verdict: "new server and move",
    needs: "Exchange 2013 CU10 on every Exchange 2013 server including Edge",
    evidence: "documented",
    source: `${citations.seUpgrade}; ${citations.setupLogs} (E16E15CoexistenceMinVersionRequirement)`,
  },
  {
    from: "2013",
    to: "2019",
    verdict: "new server and move",
    needs:
      "Exchange 2013 CU21 on every Exchange 2013 server including Edge, and media below 2019 CU15, whose Setup refuses an organization that still has Exchange 2013",
    evidence: "documented",
    source: `${citations.seUpgrade}; ${citations.installExchange}`,
  },
  {
    from: "2013",
    to: "SE",
    verdict: "refused",
    needs: "every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers",
    evidence: "documented",
    source: `${citations.seUpgrade}; ${citations.installExchange}`,
  },
  {
    from: "2016",
    to: "2019",
    verdict: "new server and move",
    needs: "Exchange 2016 CU11 on every Exchange 2016 server including Edge, and CU23 beside 2019 CU15",
    evidence: "documented",
    source: `${citations.seUpgrade}; ${citations.requirementsTopic}`,
  },
  {
    from: "2016",
    to: "SE",
    verdict: "new server and move",
    needs: "Exchange 2016 CU23 on every Exchange 2016 server including Edge",
    evidence: "documented",
    source: `${citations.seUpgrade}; ${citations.japaneseSupport}`,
  },
];

/** Moves between products, in the order of the products. */
export const moves: readonly Move[] = products.flatMap((from) => known.filter((move) => move.from === from));

/** How `to` succeeds `from` without an upgrade in place; undefined if nothing is known of this pair. */
export function move(from: Product, to: Product): Move | undefined {
  return moves.find((candidate) => candidate.from === from && candidate.to === to);
}
