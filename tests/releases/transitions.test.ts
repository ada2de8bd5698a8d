import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareReleases,
  type Evidence,
  findRelease,
  offered,
  type Product,
  predecessors,
  type Release,
  releases,
  stopsBetween,
  successors,
  transition,
  transitions,
} from "../../lib/releases";

function named(name: string): Release {
  const release = findRelease(name);
  assert.ok(release, name);
  return release;
}

/** Edges whose target is of the product, as `from > to: evidence`. */
function edgesTo(product: Product): readonly string[] {
  return transitions
    .filter(({ to }) => named(to).product === product)
    .map(({ from, to, evidence }) => `${from} > ${to}: ${evidence}`);
}

describe("transitions", () => {
  it("should know the upgrades in place of 2007, each with its evidence", () => {
    assert.deepEqual(edgesTo("2007"), [
      "2007 RTM > 2007 SP1: documented",
      "2007 RTM > 2007 SP2: documented",
      "2007 SP1 > 2007 SP2: documented",
      "2007 RTM > 2007 SP3: unverified",
      "2007 SP1 > 2007 SP3: practice",
      "2007 SP2 > 2007 SP3: unverified",
    ]);
  });

  it("should know the upgrades in place of 2010, each with its evidence", () => {
    assert.deepEqual(edgesTo("2010"), [
      "2010 RTM > 2010 SP1: documented",
      "2010 RTM > 2010 SP2: documented",
      "2010 SP1 > 2010 SP2: practice",
      "2010 RTM > 2010 SP3: documented",
      "2010 SP1 > 2010 SP3: documented",
      "2010 SP2 > 2010 SP3: documented",
    ]);
  });

  it("should lead to SE from 2019 CU14 and CU15 only", () => {
    assert.deepEqual(edgesTo("SE"), ["2019 CU14 > SE RTM: documented", "2019 CU15 > SE RTM: documented"]);
  });

  it("should know no upgrade in place of 2000 and 2003", () => {
    assert.deepEqual(edgesTo("2000"), []);
    assert.deepEqual(edgesTo("2003"), []);
  });

  for (const product of ["2013", "2016", "2019"] as const) {
    it(`should lead from every supported release of ${product} to every later one`, () => {
      const supported = releases.filter((release) => release.product === product && !release.preview);
      const expected = supported.flatMap((to, index) =>
        supported.slice(0, index).map((from) => `${from.name} > ${to.name}: documented`),
      );
      assert.deepEqual(edgesTo(product), expected);
    });
  }

  it("should not lead from or to a preview", () => {
    for (const { from, to } of transitions) {
      assert.ok(!named(from).preview && !named(to).preview, `${from} > ${to}`);
    }
  });

  it("should never lead backwards, nor from a release to itself", () => {
    fc.assert(
      fc.property(fc.constantFrom(...releases), fc.constantFrom(...releases), (from, to) => {
        if (compareReleases(from, to) >= 0) assert.equal(transition(from.name, to.name), undefined);
      }),
      { numRuns: 2000 },
    );
    for (const { from, to } of transitions)
      assert.ok(compareReleases(named(from), named(to)) < 0, `${from} > ${to}`);
  });

  it("should leave a product only from 2019 to SE", () => {
    const crossings = transitions.filter(({ from, to }) => named(from).product !== named(to).product);
    assert.deepEqual(
      crossings.map(({ from, to }) => [from, to]),
      [
        ["2019 CU14", "SE RTM"],
        ["2019 CU15", "SE RTM"],
      ],
    );
  });

  it("should name each pair once, with evidence and a source", () => {
    const kinds: readonly Evidence[] = ["documented", "practice", "unverified"];
    assert.equal(new Set(transitions.map(({ from, to }) => `${from} > ${to}`)).size, transitions.length);
    for (const { from, to, evidence, source } of transitions) {
      assert.ok(kinds.includes(evidence), `${from} > ${to}`);
      assert.notEqual(source.trim(), "", `${from} > ${to}`);
    }
  });

  it("should answer the same from both ends", () => {
    for (const release of releases) {
      for (const edge of successors(release.name)) assert.ok(predecessors(edge.to).includes(edge));
      for (const edge of predecessors(release.name)) assert.ok(successors(edge.from).includes(edge));
    }
    assert.deepEqual(
      successors("2007 SP1").map((edge) => edge.to),
      ["2007 SP2", "2007 SP3"],
    );
    assert.deepEqual(
      predecessors("2007 SP1").map((edge) => edge.from),
      ["2007 RTM"],
    );
    assert.deepEqual(successors("2007 SP9"), []);
  });

  it("should need one stop at most, newest choice first, wherever a chain of upgrades leads", () => {
    const reached = (from: string, seen: Set<string>): Set<string> => {
      for (const { to } of successors(from)) {
        if (!seen.has(to)) reached(to, seen.add(to));
      }
      return seen;
    };
    for (const from of releases) {
      for (const to of reached(from.name, new Set())) {
        const direct = transition(from.name, to) !== undefined;
        assert.ok(direct || stopsBetween(from.name, to).length > 0, `${from.name} > ${to}`);
      }
    }
    assert.deepEqual(
      stopsBetween("2019 CU10", "SE RTM").map((release) => release.name),
      ["2019 CU15", "2019 CU14"],
    );
    assert.deepEqual(stopsBetween("2016 CU23", "SE RTM"), []);
  });

  it("should offer every release of 2007 to SE that an upgrade in place reaches", () => {
    const numbered = (product: string, last: number) =>
      Array.from({ length: last }, (_, i) => `${product} CU${i + 1}`);
    assert.deepEqual(
      offered.map((name) => name.replace(" (SP1)", "")),
      [
        ...["2007 SP1", "2007 SP2", "2007 SP3", "2010 SP1", "2010 SP2", "2010 SP3"],
        ...[...numbered("2013", 23), ...numbered("2016", 23), ...numbered("2019", 15), "SE RTM"],
      ],
    );
    for (const name of offered) assert.ok(predecessors(name).length > 0, name);
  });
});
