/**
 * The .NET Framework (R18) and the level of the forest (D4) against a model of their own: numbers as Microsoft's pages have
 * them, written without the tables of the package. And the words of every finding about a release that is not 2007's.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ComputerFacts, known, unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import type { Case } from "../../lib/rules/case";
import { evaluate } from "../../lib/rules/evaluate";
import { type Finding, ok, renderFinding, type Verdict } from "../../lib/rules/finding";
import { type RuleId, ruleIds } from "../../lib/rules/ids";
import { rules } from "../../lib/rules/table";
import { aCase, frameworkIs, identityIs, plannedUpTo, releaseNamed, rolesAre, silent } from "./builder";
import { everythingWrong } from "./everythingWrong";

/** Releases that share a row of the supportability matrix: from Release, up to and without Release. */
const frameworks: readonly (readonly [releases: readonly string[], from: number, below: number])[] = [
  [["2013 CU1", "2013 CU3"], 378389, 378675],
  [["2013 CU4 (SP1)", "2013 CU12"], 378389, 393295],
  [["2013 CU13", "2013 CU14"], 378389, 394802],
  [["2013 CU15"], 378675, 460798],
  [["2013 CU16", "2013 CU18"], 394802, 460798],
  [["2013 CU19", "2013 CU20"], 394802, 461808],
  [["2013 CU21", "2013 CU22"], 461308, 528040],
  [["2013 CU23"], 461808, 533320],
  [["2016 CU1"], 379893, 393295],
  [["2016 CU2"], 379893, 394802],
  [["2016 CU3", "2016 CU4"], 379893, 460798],
  [["2016 CU5", "2016 CU7"], 394802, 460798],
  [["2016 CU8", "2016 CU9"], 394802, 461808],
  [["2016 CU10"], 461308, 461808],
  [["2016 CU11", "2016 CU12"], 461308, 528040],
  [["2016 CU13", "2016 CU14"], 461808, 533320],
  [["2016 CU15", "2016 CU23"], 528040, 533320],
  [["2019 CU1"], 461808, 528040],
  [["2019 CU2", "2019 CU3"], 461808, 533320],
  [["2019 CU4", "2019 CU13"], 528040, 533320],
  [["2019 CU14", "2019 CU15", "SE RTM"], 528040, 533320],
];

/** 4.6 and 4.7, which no release supports. */
const nowhere = [
  [393295, 394254],
  [460798, 461308],
] as const;

const with481 = ["2019 CU14", "2019 CU15", "SE RTM"];
const windows2022 = 20348;

interface Computer {
  readonly target: string;
  readonly from: number;
  readonly below: number;
  readonly number: number | null;
  readonly windows: number | null;
  readonly step: Case["step"];
}

function expected({ target, from, below, number, windows, step }: Computer): string {
  if (number === null || number < from) return "fails, must";
  const beyond = step === "server" ? "fails, must, waivable" : "fails, should";
  if (nowhere.some(([first, next]) => number >= first && number < next)) return beyond;
  if (number < below) return "ok";
  if (!with481.includes(target)) return beyond;
  if (windows === null) return "unknown, must";
  return windows >= windows2022 ? "ok" : beyond;
}

const edges = [...frameworks.flatMap(([, from, below]) => [from, below]), ...nowhere.flat(), 528049, 533325];
const aNumber = fc.oneof(
  fc.constantFrom(...edges.flatMap((edge) => [edge - 1, edge, edge + 1])),
  fc.integer({ min: 378000, max: 540000 }),
  fc.integer({ min: 533300, max: 533400 }),
  fc.constant(null),
);

const aComputer: fc.Arbitrary<Computer> = fc
  .record({
    row: fc.constantFrom(...frameworks),
    pick: fc.nat(),
    number: aNumber,
    windows: fc.constantFrom(14393, 17763, 20348, 26100, null),
    step: fc.constantFrom("schema", "organization", "domain", "server" as const),
  })
  .map(({ row: [releases, from, below], pick, ...rest }) => ({
    target: releases[pick % releases.length] ?? "",
    from,
    below,
    ...rest,
  }));

type Judge = (c: Case) => Verdict;
/** A mistake: the rule becomes another one. */
type Mistake = (judge: Judge) => Judge;

function judgeOf(id: RuleId): Judge {
  const { enforced } = rules[id];
  assert.ok(enforced.by === "judge");
  return enforced.judge;
}

function caseOf({ step, target, number, windows }: Computer): Case {
  return aCase({
    step,
    target,
    machine: {
      ...frameworkIs(number),
      ...rolesAre(),
      ...identityIs("mbx-lon.contoso.com", "London", { windowsBuild: windows }),
    },
  });
}

/** What a verdict says in the model's words. */
function saidIn(verdict: Verdict): string {
  if (verdict.verdict === "ok") return "ok";
  const waivable = verdict.verdict === "fails" && verdict.waivable === true ? ", waivable" : "";
  return `${verdict.verdict}, ${verdict.level ?? "must"}${waivable}`;
}

const frameworkProperty = (judge: Judge) =>
  fc.property(aComputer, (computer) => {
    assert.equal(saidIn(judge(caseOf(computer))), expected(computer), JSON.stringify(computer));
  });

describe("the .NET Framework, against a model", () => {
  it("is supported, refused, or not supported, as the matrix has it", () => {
    fc.assert(frameworkProperty(judgeOf("R18")), { numRuns: 3_000 });
  });

  it("is told in each word of the model", () => {
    const words = new Set(fc.sample(aComputer, { numRuns: 3_000, seed: 7 }).map(expected));
    assert.deepEqual(
      [...words].sort(),
      ["fails, must", "fails, must, waivable", "fails, should", "ok", "unknown, must"],
      "each answer was given",
    );
  });
});

/** The rule on another computer than the one that is there. */
const onComputer =
  (change: (computer: ComputerFacts, c: Case) => Partial<ComputerFacts>): Mistake =>
  (judge) =>
  (c) => {
    const { computer } = c.facts;
    return judge({ ...c, facts: { ...c.facts, computer: { ...computer, ...change(computer, c) } } });
  };
const withNumber = (change: (number: number, c: Case) => number | null): Mistake =>
  onComputer(({ framework }, c) =>
    framework.known && framework.value !== null
      ? { framework: known(change(framework.value, c), framework.source) }
      : {},
  );
const withWindows = (change: (build: number | null) => number | null): Mistake =>
  onComputer(({ identity }) =>
    identity.known
      ? {
          identity: known(
            { ...identity.value, windowsBuild: change(identity.value.windowsBuild) },
            identity.source,
          ),
        }
      : {},
  );
const saying =
  (change: (said: Verdict) => Verdict): Mistake =>
  (judge) =>
  (c) =>
    change(judge(c));
const asFor =
  (targetOf: (name: string) => string): Mistake =>
  (judge) =>
  (c) =>
    judge({ ...c, target: releaseNamed(targetOf(c.target.name)) });

const frameworkMistakes: readonly (readonly [what: string, mistake: Mistake])[] = [
  ["a limit is one higher", withNumber((number) => number - 1)],
  ["a limit is one lower", withNumber((number) => number + 1)],
  ["4.6 counts as 4.6.1", withNumber((number) => (number >= 393295 && number < 394254 ? 394254 : number))],
  ["4.7 counts as 4.6.2", withNumber((number) => (number >= 460798 && number < 461308 ? 460797 : number))],
  ["4.8.1 counts as 4.8", withNumber((number) => (number >= 533320 ? 528040 : number))],
  ["a computer without it is not asked", saying((said) => (saidIn(said) === "fails, must" ? ok : said))],
  ["a Windows that is not known is Windows Server 2022", withWindows((build) => build ?? windows2022)],
  ["a Windows that is not known is Windows Server 2019", withWindows((build) => build ?? 17763)],
  ["every Windows is Windows Server 2022", withWindows(() => windows2022)],
  ["Windows Server 2025 is none from Windows Server 2022 on", withWindows((b) => (b === 26100 ? 17763 : b))],
  [
    "what Setup does not check cannot be waived",
    saying((said) => {
      if (said.verdict !== "fails") return said;
      const { waivable: _, ...kept } = said;
      return kept;
    }),
  ],
  ["a preparation is judged as a server", (judge) => (c) => judge({ ...c, step: "server" })],
  ["a server is judged as a preparation", (judge) => (c) => judge({ ...c, step: "schema" })],
  ["2016 CU12 is judged as CU13", asFor((name) => name.replace("2016 CU12", "2016 CU13"))],
  ["2013 CU15 is judged as CU16", asFor((name) => name.replace("2013 CU15", "2013 CU16"))],
  ["2019 CU14 is judged as CU13", asFor((name) => name.replace("2019 CU14", "2019 CU13"))],
];

describe("these properties of the .NET Framework", () => {
  for (const [what, mistake] of frameworkMistakes)
    it(`find the mistake: ${what}`, () => {
      // The same computers each time: whether a mistake is found is no matter of luck.
      const found = fc.check(frameworkProperty(mistake(judgeOf("R18"))), { numRuns: 3_000, seed: 7 });
      assert.equal(found.failed, true);
    });
});

/** What Microsoft's pages ask of msDS-Behavior-Version: from which level on, and up to which. */
const forests: readonly (readonly [target: string, least: number, most: number])[] = [
  ["2010 SP3", 2, 99],
  ["2013 CU23", 2, 99],
  ["2016 CU2", 2, 99],
  ["2016 CU3", 3, 99],
  ["2016 CU6", 3, 99],
  ["2016 CU7", 4, 99],
  ["2016 CU22", 4, 99],
  ["2016 CU23", 5, 99],
  ["2019 CU1", 6, 7],
  ["2019 CU14", 6, 7],
  ["SE RTM", 6, 7],
];

/** What Setup itself refuses below: its rules ForestLevelNotWin2003Native and, from 2019 on, ForestLevelNotWin2012R2. */
const refusedBelow = (target: string): number => (/^(2019|SE)/.test(target) ? 6 : 2);

interface Forest {
  readonly requirement: (typeof forests)[number];
  /** Null where it could not be read. */
  readonly level: number | null;
  readonly step: Case["step"];
}

const aForest: fc.Arbitrary<Forest> = fc.record({
  requirement: fc.constantFrom(...forests),
  level: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 10, null),
  step: fc.constantFrom("schema", "organization", "domain", "server" as const),
});

type LevelSaid = "not asked" | "fits" | "refused" | "not supported" | "not known";

function expectedLevel({ requirement: [target, least, most], level, step }: Forest): LevelSaid {
  // Domains and servers come after the forest has been prepared.
  if (step === "domain" || step === "server") return "not asked";
  if (level === null) return "not known";
  if (level < refusedBelow(target)) return "refused";
  return level < least || level > most ? "not supported" : "fits";
}

const unreadLevel = "the level of the forest was not shown";

/** Of what D4 says of a forest, the part about its level. */
function levelSaidIn(verdict: Verdict, { level, step }: Forest): LevelSaid {
  const text = textOf(verdict);
  if (text.includes(unreadLevel)) return "not known";
  // Setup's own rule is named where it refuses.
  if (text.includes(`the forest has functional level ${level}`))
    return /Setup refuses/.test(text) ? "refused" : "not supported";
  return step === "domain" || step === "server" ? "not asked" : "fits";
}

function textOf(verdict: Verdict): string {
  const { needed: _, ...told } = { needed: "", ...verdict };
  return JSON.stringify(told);
}

function forestCase({ requirement: [target], level, step }: Forest): Case {
  const functionalLevel =
    level === null ? unknown(unreadLevel, "CN=Partitions") : known(level, "CN=Partitions");
  return aCase({ step, target, forest: { functionalLevel } });
}

const levelProperty = (judge: Judge) =>
  fc.property(aForest, (forest) => {
    assert.equal(levelSaidIn(judge(forestCase(forest)), forest), expectedLevel(forest));
  });

const onLevel =
  (change: (level: number) => number): Mistake =>
  (judge) =>
  (c) => {
    const { forest } = c.facts;
    const { functionalLevel: level } = forest;
    const functionalLevel = level.known ? known(change(level.value), level.source) : level;
    return judge({ ...c, facts: { ...c.facts, forest: { ...forest, functionalLevel } } });
  };

const levelMistakes: readonly (readonly [what: string, mistake: Mistake])[] = [
  ["a level is taken for the one above it", onLevel((level) => level + 1)],
  ["a level is taken for the one below it", onLevel((level) => Math.max(0, level - 1))],
  ["10 is listed", onLevel((level) => Math.min(level, 7))],
  ["2016 CU23 is judged as CU22", asFor((name) => name.replace("2016 CU23", "2016 CU22"))],
  ["2016 CU6 is judged as CU7", asFor((name) => name.replace("2016 CU6", "2016 CU7"))],
  ["2019 is judged as 2016", asFor((name) => name.replace(/2019 CU\d+/, "2016 CU23"))],
  [
    "a level that could not be read fits",
    saying((said) => (JSON.stringify(said).includes(unreadLevel) ? ok : said)),
  ],
  ["the level is asked before a domain, too", (judge) => (c) => judge({ ...c, step: "schema" })],
  ["the level is asked before the schema alone", (judge) => (c) => (c.step === "schema" ? judge(c) : ok)],
];

describe("the level of the forest, against a model", () => {
  it("is refused, told or taken as the pages have it, before the steps that prepare the forest", () => {
    fc.assert(levelProperty(judgeOf("D4")), { numRuns: 1_000 });
    const words = new Set(fc.sample(aForest, { numRuns: 1_000, seed: 7 }).map(expectedLevel));
    assert.deepEqual([...words].sort(), ["fits", "not asked", "not known", "not supported", "refused"]);
  });

  for (const [what, mistake] of levelMistakes)
    it(`finds the mistake: ${what}`, () => {
      const found = fc.check(levelProperty(mistake(judgeOf("D4"))), { numRuns: 1_000, seed: 7 });
      assert.equal(found.failed, true);
    });
});

/** What only 2007 and its time have: no text about a later release speaks of it. */
const oldWords =
  /2007|2008\b(?! R2)|Exchange Organization Administrators|Exchange Server Administrator|cluster|\bCCR\b|\bSCC\b|Setup\.com\b/i;

const steps = ["schema", "organization", "domain", "server"] as const;
const modes = ["direct", "task", "scheduled", "manual"] as const;

/** The text without what has to be named: products that may not stay (R15), and for 2013 an old Windows that it lists. */
function ownWords(finding: Finding, target: string): string {
  const text = renderFinding(finding)
    .replace(/(no )?Exchange 2007 servers?[^;]*; /, "")
    // R15 names every product whose servers must be gone.
    .replace(/no Exchange [\d, ]+ or \d{4} server; /, "")
    // The name of a container among the facts of the tests.
    .replaceAll("CN=Servers 2007,", "");
  return target.startsWith("2013") ? text.replaceAll("Windows Server 2003 SP2, 2008, ", "") : text;
}

describe("texts about a release that is not 2007's", () => {
  const later = ["2013 CU23", "2016 CU23", "2019 CU14", "2019 CU15", "SE RTM"];
  for (const name of later) {
    const target = releaseNamed(name);

    it(`have no word of 2007 in titles for ${name}`, () => {
      for (const [id, rule] of Object.entries(rules))
        if (steps.some((step) => rule.appliesTo({ step, target })))
          assert.doesNotMatch(rule.title(target), oldWords, id);
    });

    it(`have none in findings for ${name}, whether facts are wrong or could not be read`, () => {
      const told = new Set<RuleId>();
      for (const step of steps)
        for (const run of modes)
          for (const [apply, logon] of [
            [false, "key"],
            [true, "key"],
            [true, "winrm"],
          ] as const) {
            const planned = plannedUpTo({ target: name, from: "2019 CU14" });
            const media = "D:\\SE";
            const c = aCase({ step, target: name, run, apply, media, planned, logon, answers: {} });
            const unread = {
              forest: unreadForest("no answer", "dc1.contoso.com"),
              computer: unreadComputer("no answer", c.computer),
              account: silent,
              domainLevels: {},
              serverAccess: silent,
              health: unreadHealth(silent),
              administrators: silent,
            };
            for (const facts of [everythingWrong(c), unread])
              for (const finding of evaluate({ ...c, recordedWindows: 17763, facts })) {
                told.add(finding.rule);
                assert.doesNotMatch(ownWords(finding, name), oldWords);
              }
          }
      const judged = ruleIds.filter(
        (id) =>
          rules[id].enforced.by === "judge" && steps.some((step) => rules[id].appliesTo({ step, target })),
      );
      // Of a server with the role Mailbox these say nothing, and the facts hold neither copies nor groups of servers.
      const quiet: readonly RuleId[] = ["P2", "P4", "R9", "R12", "R30"];
      assert.deepEqual(
        judged.filter((id) => !told.has(id) && !quiet.includes(id)),
        [],
        "each rule has said something",
      );
    });
  }
});
