import assert from "node:assert/strict";
import fc from "fast-check";
import { type Release, releases } from "../../lib/releases";
import {
  compareFrameworks,
  type FrameworkName,
  type FrameworkSupport,
  frameworkNames,
} from "../../lib/releases/framework";
import {
  builtInGraph,
  describeRoute,
  type Hop,
  type RouteStart,
  route,
  type UpgradeGraph,
} from "../../lib/releases/route";
import { named } from "./named";

function hops(from: string, to: string, start?: RouteStart): readonly Hop[] {
  const found = route(named(from), named(to), start);
  assert.ok(found.kind === "route", `${from} > ${to}: ${found.kind}`);
  return found.hops;
}

function text(from: string, to: string, start?: RouteStart): string {
  return describeRoute(hops(from, to, start));
}

describe("a route of upgrades in place", () => {
  const chains: readonly (readonly [from: string, to: string, text: string])[] = [
    [
      "2013 RTM",
      "2013 CU23",
      "to 2013 CU14 on .NET Framework 4.5, then to 2013 CU15 on 4.5.1, 4.5.2 or 4.6.1, then to 2013 CU20 on 4.6.2, then to 2013 CU22 on 4.7.1, then to 2013 CU23 on 4.7.2",
    ],
    [
      "2013 CU3",
      "2013 CU23",
      "to 2013 CU14 on .NET Framework 4.5, then to 2013 CU15 on 4.5.1, 4.5.2 or 4.6.1, then to 2013 CU20 on 4.6.2, then to 2013 CU22 on 4.7.1, then to 2013 CU23 on 4.7.2",
    ],
    [
      "2013 CU4 (SP1)",
      "2013 CU23",
      "to 2013 CU15 on .NET Framework 4.5.1 or 4.5.2, then to 2013 CU20 on 4.6.2, then to 2013 CU22 on 4.7.1, then to 2013 CU23 on 4.7.2",
    ],
    ["2013 CU21", "2013 CU23", "to 2013 CU23 on .NET Framework 4.7.2"],
    [
      "2016 RTM",
      "2016 CU23",
      "to 2016 CU4 on .NET Framework 4.5.2, then to 2016 CU9 on 4.6.2, then to 2016 CU12 on 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8",
    ],
    [
      "2016 CU2",
      "2016 CU23",
      "to 2016 CU4 on .NET Framework 4.5.2 or 4.6.1, then to 2016 CU9 on 4.6.2, then to 2016 CU12 on 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8",
    ],
    [
      "2016 CU10",
      "2016 CU23",
      "to 2016 CU12 on .NET Framework 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8",
    ],
    ["2016 CU12", "2016 CU23", "to 2016 CU14 on .NET Framework 4.7.2, then to 2016 CU23 on 4.8"],
    ["2016 CU22", "2016 CU23", "to 2016 CU23 on .NET Framework 4.8"],
    ["2019 RTM", "2019 CU15", "to 2019 CU3 on .NET Framework 4.7.2, then to 2019 CU15 on 4.8"],
    ["2019 CU1", "2019 CU15", "to 2019 CU3 on .NET Framework 4.7.2, then to 2019 CU15 on 4.8"],
    [
      "2019 RTM",
      "SE RTM",
      "to 2019 CU3 on .NET Framework 4.7.2, then to 2019 CU15 on 4.8, then to SE RTM on 4.8",
    ],
    ["2019 CU13", "SE RTM", "to 2019 CU15 on .NET Framework 4.8, then to SE RTM on 4.8"],
    ["2019 CU14", "SE RTM", "to SE RTM on .NET Framework 4.8"],
    ["2007 RTM", "2007 SP3", "to 2007 SP3"],
    ["2010 RTM", "2010 SP3", "to 2010 SP3"],
  ];
  for (const [from, to, expected] of chains)
    it(`leads from ${from} to ${to}`, () => {
      assert.equal(text(from, to), expected);
    });

  it("begins with the .NET Framework that is installed, which is never lowered", () => {
    assert.equal(
      text("2016 CU4", "2016 CU23", { installed: "4.6.1" }),
      "to 2016 CU9 on .NET Framework 4.6.2, then to 2016 CU12 on 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8",
    );
    assert.equal(
      text("2016 CU14", "2016 CU23", { installed: "4.7.2" }),
      "to 2016 CU23 on .NET Framework 4.8",
    );
  });

  it("leads a server straight back into support whose .NET Framework is above its release's", () => {
    assert.equal(text("2016 CU10", "2016 CU23", { installed: "4.8" }), "to 2016 CU23 on .NET Framework 4.8");
  });

  it("counts 4.8.1 where Windows is known to be one on which both ends support it", () => {
    assert.equal(text("2019 CU14", "SE RTM", { windowsBuild: 17763 }), "to SE RTM on .NET Framework 4.8");
    assert.equal(
      text("2019 CU14", "SE RTM", { windowsBuild: 20348 }),
      "to SE RTM on .NET Framework 4.8 or 4.8.1",
    );
    assert.equal(
      text("2019 CU14", "SE RTM", { windowsBuild: 20348, installed: "4.8.1" }),
      "to SE RTM on .NET Framework 4.8.1",
    );
  });

  it("says whether it is the releases or the .NET Framework that nothing leads between", () => {
    assert.deepEqual(route(named("2016 CU23"), named("SE RTM")), { kind: "no way" });
    assert.deepEqual(route(named("SE RTM"), named("2019 CU15")), { kind: "no way" });
    assert.deepEqual(route(named("SE RTM"), named("SE RTM")), { kind: "no way" });
    assert.deepEqual(route(named("2019 CU13"), named("SE RTM"), { installed: "4.8.1" }), {
      kind: "no framework",
    });
  });

  it("leads between every two releases that a chain of upgrades in place connects", () => {
    for (const from of releases)
      for (const to of reached(from))
        assert.equal(route(from, named(to)).kind, "route", `${from.name} > ${to}`);
  });

  /** Every release that upgrades in place lead to, .NET Framework aside. */
  function reached(from: Release, seen = new Set<string>()): ReadonlySet<string> {
    for (const next of builtInGraph.successors(from)) {
      if (seen.has(next.name)) continue;
      seen.add(next.name);
      reached(next, seen);
    }
    return seen;
  }

  /** Random graphs over a few releases: which is upgraded to which later one, and what each supports. */
  const aGraph = fc.record({
    supports: fc.array(fc.uniqueArray(fc.constantFrom(...frameworkNames.slice(0, 5)), { maxLength: 3 }), {
      minLength: 6,
      maxLength: 6,
    }),
    edges: fc.array(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { minLength: 6, maxLength: 6 }),
    installed: fc.option(fc.constantFrom(...frameworkNames.slice(0, 5)), { nil: undefined }),
  });
  const nodes = ["2016 CU1", "2016 CU2", "2016 CU3", "2016 CU4", "2016 CU5", "2016 CU6"].map(named);

  it("is as short as trying every sequence of upgrades and installations, and each of its hops may be run", () => {
    fc.assert(
      fc.property(aGraph, ({ supports, edges, installed }) => {
        const at = (release: Release) => nodes.findIndex(({ name }) => name === release.name);
        const supportOf = (index: number): readonly FrameworkName[] =>
          [...(supports[index] ?? [])].sort(compareFrameworks);
        const leads = (from: number, to: number) => from < to && edges[from]?.[to] === true;
        const graph: UpgradeGraph = {
          successors: (release) => nodes.filter((_, to) => leads(at(release), to)),
          framework: (release): FrameworkSupport => ({
            versions: supportOf(at(release)),
            onLaterWindows: null,
            evidence: "unverified",
            source: "made up",
          }),
        };

        /** The fewest upgrades, by trying all: install any version that is not lower, and upgrade wherever that may be. */
        const naive = (from: number, current: FrameworkName | undefined, first: boolean): number => {
          if (from === nodes.length - 1) return 0;
          let fewest = Number.POSITIVE_INFINITY;
          for (const version of frameworkNames) {
            if (current !== undefined && compareFrameworks(version, current) < 0) continue;
            if (!supportOf(from).includes(version) && !(first && version === installed)) continue;
            for (let to = from + 1; to < nodes.length; to++)
              if (leads(from, to) && supportOf(to).includes(version))
                fewest = Math.min(fewest, 1 + naive(to, version, false));
          }
          return fewest;
        };

        const [start] = nodes;
        const target = nodes.at(-1);
        assert.ok(start && target);
        const expected = naive(0, installed, true);
        const found = route(start, target, { installed }, graph);
        if (found.kind !== "route") return assert.equal(expected, Number.POSITIVE_INFINITY);
        assert.equal(found.hops.length, expected);
        let least = installed;
        for (const [index, hop] of found.hops.entries()) {
          assert.ok(leads(at(hop.from), at(hop.to)));
          assert.equal(hop.from.name, index === 0 ? start.name : found.hops[index - 1]?.to.name);
          assert.ok(hop.frameworks !== null && hop.frameworks.length > 0);
          for (const version of hop.frameworks) {
            assert.ok(supportOf(at(hop.to)).includes(version));
            assert.ok(supportOf(at(hop.from)).includes(version) || (index === 0 && version === installed));
            assert.ok(least === undefined || compareFrameworks(version, least) >= 0);
            // Whichever is installed, the next upgrade can still be run.
            const next = found.hops[index + 1]?.frameworks;
            assert.ok(!next || next.some((later) => compareFrameworks(later, version) >= 0));
          }
          least = hop.frameworks[0];
        }
        return assert.equal(found.hops.at(-1)?.to.name, target.name);
      }),
      { numRuns: 2000 },
    );
  });
});
