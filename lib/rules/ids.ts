/**
 * The ids of the rules. D1 to D15 and P1 to P10 number the source document, Microsoft's topic "How to upgrade to
 * Exchange 2007 SP1" (2008-03-11). The R rules are this package's own, from the release graph and from how Setup is
 * run.
 */

/** All rule ids, in the order of the document, then this package's own. */
export const ruleIds = [
  ...([
    "D1",
    "D2",
    "D3",
    "D4",
    "D5",
    "D6",
    "D7",
    "D8",
    "D9",
    "D10",
    "D11",
    "D12",
    "D13",
    "D14",
    "D15",
  ] as const),
  ...(["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10"] as const),
  ...([
    "R1",
    "R2",
    "R3",
    "R4",
    "R5",
    "R6",
    "R7",
    "R8",
    "R9",
    "R10",
    "R11",
    "R12",
    "R13",
    "R14",
    "R15",
    "R16",
    "R17",
    "R18",
    "R19",
    "R20",
    "R21",
    "R22",
    "R23",
    "R30",
    "R31",
    "R32",
    "R33",
    "R34",
    "R35",
    "R36",
    "R37",
    "R38",
    "R39",
    "R40",
    "R41",
    "R42",
    "R50",
    "R51",
    "R52",
    "R53",
    "R54",
    "R55",
    "R56",
    "R57",
    "R58",
    "R59",
    "R60",
    "R61",
    "R62",
    "R63",
    "R64",
    "R65",
    "R66",
    "R67",
    "R68",
    "R69",
    "R80",
    "R81",
    "R82",
    "R83",
    "R84",
  ] as const),
] as const;

/** One of {@link ruleIds}. */
export type RuleId = (typeof ruleIds)[number];

/** Whether a text is the id of a rule. */
export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text);
}
