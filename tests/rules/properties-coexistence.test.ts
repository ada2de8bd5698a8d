/** R15 on random organizations, against Microsoft's statements written down once more here: builds by hand, no table of lib's. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Build, type ExchangeServerFacts, known } from "../../lib/facts";
import type { Case } from "../../lib/rules/case";
import type { Verdict } from "../../lib/rules/finding";
import { besideOthers } from "../../lib/rules/organization/otherProducts";
import { aCase, releaseNamed, serverObject, serversAre } from "./builder";

type Numbers = readonly [number, number, number, number];

/** Servers on both sides of every limit. */
const builds: readonly Numbers[] = [
  [8, 2, 176, 2],
  [8, 3, 298, 2],
  [8, 3, 298, 3],
  [14, 2, 247, 5],
  [14, 3, 123, 4],
  [14, 3, 266, 0],
  [14, 3, 266, 1],
  [15, 0, 1104, 5],
  [15, 0, 1130, 7],
  [15, 0, 1395, 3],
  [15, 0, 1395, 4],
  [15, 0, 1497, 2],
  [15, 1, 1531, 3],
  [15, 1, 1591, 10],
  [15, 1, 2507, 5],
  [15, 1, 2507, 6],
  [15, 2, 1544, 4],
  [15, 2, 1748, 10],
];

const isBelow = (build: Numbers, limit: Numbers): boolean => {
  const at = build.findIndex((part, i) => part !== limit[i]);
  return at >= 0 && (build[at] ?? 0) < (limit[at] ?? 0);
};
const is2007 = ([major]: Numbers): boolean => major === 8;
const is2010 = ([major]: Numbers): boolean => major === 14;
const is2013 = ([major, minor]: Numbers): boolean => major === 15 && minor === 0;
const is2016 = ([major, minor]: Numbers): boolean => major === 15 && minor === 1;

type Said = "refused" | "not supported" | "ok";

/** System requirements of 2013; Setup's rules E16E12…, E16E14…, E16E15…, E19E14…, E19E15…; the supportability pages of 2019 and SE. */
const targets: { readonly [target: string]: (build: Numbers) => Said } = {
  "2013 CU23": (build) =>
    (is2007(build) && isBelow(build, [8, 3, 298, 3])) || (is2010(build) && isBelow(build, [14, 3, 123, 4]))
      ? "refused"
      : "ok",
  "2016 CU23": (build) =>
    is2007(build) ||
    (is2010(build) && isBelow(build, [14, 3, 266, 1])) ||
    (is2013(build) && isBelow(build, [15, 0, 1130, 7]))
      ? "refused"
      : "ok",
  "2019 CU14": (build) =>
    is2010(build)
      ? "refused"
      : (is2013(build) && isBelow(build, [15, 0, 1395, 4])) ||
          (is2016(build) && isBelow(build, [15, 1, 1591, 10]))
        ? "not supported"
        : "ok",
  "2019 CU15": (build) =>
    is2013(build) ? "refused" : is2016(build) && isBelow(build, [15, 1, 2507, 6]) ? "not supported" : "ok",
  "SE RTM": (build) =>
    is2013(build) ? "refused" : is2016(build) && isBelow(build, [15, 1, 2507, 6]) ? "not supported" : "ok",
};

/** Products of which no source says it of these targets: they are not verified, which the tables of cases have. */
const isSourced = (target: string, build: Numbers): boolean =>
  target === "2019 CU14" ? !is2007(build) : !/^(2019|SE)/.test(target) || !(is2007(build) || is2010(build));

interface Server {
  readonly build: Numbers;
  readonly isEdge: boolean;
}

interface Neighbours {
  readonly target: string;
  readonly servers: readonly Server[];
}

/** The first numbers of every product, with the minor version of 2007 and 2010 for their service packs, and the least build of each. */
const lines: readonly (readonly [major: number, minor: number, least: number])[] = [
  [8, 0, 686],
  [8, 1, 240],
  [8, 2, 176],
  [8, 3, 83],
  [14, 0, 640],
  [14, 1, 218],
  [14, 2, 247],
  [14, 3, 123],
  [15, 0, 517],
  [15, 1, 226],
  [15, 2, 222],
];

/** Any build, and often one beside a limit: one that nobody has released is judged by its numbers, too. */
const aBuild: fc.Arbitrary<Numbers> = fc.oneof(
  fc.constantFrom(...builds),
  fc
    .record({
      line: fc.constantFrom(...lines),
      build: fc.nat({ max: 2_600 }),
      revision: fc.integer({ min: 0, max: 60 }),
    })
    .map(
      ({ line: [major, minor, least], build, revision }): Numbers => [major, minor, least + build, revision],
    ),
);

const organization: fc.Arbitrary<Neighbours> = fc.constantFrom(...Object.keys(targets)).chain((target) =>
  fc.record({
    target: fc.constant(target),
    servers: fc.array(
      fc.record({
        build: aBuild.filter((build) => isSourced(target, build)),
        isEdge: fc.boolean(),
      }),
      { maxLength: 8 },
    ),
  }),
);

function caseOf({ target, servers }: Neighbours): Case {
  const objects = servers.map(({ build, isEdge }, i) =>
    serverObject(`ex${i}`, [isEdge ? "Edge Transport" : "Mailbox"], build.join(".")),
  );
  return aCase({ target, forest: serversAre(...objects) });
}

function expected({ target, servers }: Neighbours): Said {
  const said = servers.map(({ build }) => targets[target]?.(build));
  return said.includes("refused") ? "refused" : said.includes("not supported") ? "not supported" : "ok";
}

/** What a verdict says in the model's words. */
function saidIn(verdict: Verdict): string {
  if (verdict.verdict !== "fails") return verdict.verdict;
  return verdict.level === "should" ? "not supported" : "refused";
}

type Judge = (c: Case) => Verdict;

const property = (judge: Judge) =>
  fc.property(organization, (neighbours) => {
    assert.equal(saidIn(judge(caseOf(neighbours))), expected(neighbours));
  });

describe("servers beside a target", () => {
  it("may stay as Microsoft says, whatever the others are and whether they are Edge Transport", () => {
    fc.assert(property(besideOthers), { numRuns: 2_000 });
  });

  it("are told in each word of the model", () => {
    const words = new Set(fc.sample(organization, { numRuns: 400, seed: 7 }).map(expected));
    assert.deepEqual([...words].sort(), ["not supported", "ok", "refused"]);
  });
});

/** The rule on other servers than those that are there. */
const seeing =
  (change: (servers: readonly ExchangeServerFacts[]) => readonly ExchangeServerFacts[]) =>
  (judge: Judge): Judge =>
  (c) => {
    const { servers } = c.facts.forest;
    if (!servers.known) return judge(c);
    const forest = { ...c.facts.forest, servers: known(change(servers.value), servers.source) };
    return judge({ ...c, facts: { ...c.facts, forest } });
  };
const withBuilds = (change: (build: Build) => Build) =>
  seeing((servers) =>
    servers.map((server) => ({ ...server, build: server.build === null ? null : change(server.build) })),
  );
const aimingAt =
  (targetOf: (name: string) => string) =>
  (judge: Judge): Judge =>
  (c) =>
    judge({ ...c, target: releaseNamed(targetOf(c.target.name)) });

const mistakes: readonly (readonly [what: string, mistake: (judge: Judge) => Judge])[] = [
  ["Edge Transport does not count", seeing((all) => all.filter((s) => !s.roles?.includes("Edge Transport")))],
  ["the first server speaks for all", seeing((all) => all.slice(0, 1))],
  ["the last number of a build does not count", withBuilds((build) => ({ ...build, revision: 9999 }))],
  ["a limit is one update higher", withBuilds((build) => ({ ...build, revision: build.revision - 1 }))],
  [
    "2013 is one product with 2016",
    withBuilds((build) => (build.major === 15 && build.minor === 0 ? { ...build, minor: 1 } : build)),
  ],
  [
    "SE is judged as 2019 CU14, which takes 2013",
    aimingAt((name) => (name === "SE RTM" ? "2019 CU14" : name)),
  ],
  ["2019 CU14 refuses 2013 as CU15 does", aimingAt((name) => name.replace("CU14", "CU15"))],
  [
    "what is not supported is refused",
    (judge) => (c) => {
      const said = judge(c);
      if (said.verdict !== "fails") return said;
      const { level: _, ...must } = said;
      return must;
    },
  ],
  [
    "what Setup refuses is not supported",
    (judge) => (c) => {
      const said = judge(c);
      return said.verdict === "fails" ? { ...said, level: "should" } : said;
    },
  ],
];

describe("these properties of servers beside a target", () => {
  for (const [what, mistake] of mistakes)
    it(`find the mistake: ${what}`, () => {
      // The same organizations each time: whether a mistake is found is no matter of luck.
      assert.equal(fc.check(property(mistake(besideOthers)), { numRuns: 1000, seed: 7 }).failed, true);
    });
});
