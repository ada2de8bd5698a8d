/** R15 on random organizations, against Microsoft's statements written down once more here: builds by hand, no table of lib's. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { besideOthers } from "../../lib/rules/organization/otherProducts";
import { aCase, serverObject, serversAre } from "./builder";

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

describe("servers beside a target", () => {
  it("may stay as Microsoft says, whatever the others are and whether they are Edge Transport", () => {
    const organization = fc.constantFrom(...Object.keys(targets)).chain((target) =>
      fc.record({
        target: fc.constant(target),
        servers: fc.array(
          fc.record({
            build: fc.constantFrom(...builds.filter((build) => isSourced(target, build))),
            isEdge: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
      }),
    );
    fc.assert(
      fc.property(organization, ({ target, servers }) => {
        const objects = servers.map(({ build, isEdge }, i) =>
          serverObject(`ex${i}`, [isEdge ? "Edge Transport" : "Mailbox"], build.join(".")),
        );
        const said = servers.map(({ build }) => targets[target]?.(build));
        const expected = said.includes("refused")
          ? ["fails", "must"]
          : said.includes("not supported")
            ? ["fails", "should"]
            : ["ok", "must"];
        const verdict = besideOthers(aCase({ target, forest: serversAre(...objects) }));
        const level = "level" in verdict && verdict.level === "should" ? "should" : "must";
        assert.deepEqual([verdict.verdict, level], expected);
      }),
      { numRuns: 400 },
    );
  });
});
