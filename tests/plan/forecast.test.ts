/** The forecast against a naive one: the longest path, and places that are taken one minute after the other. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ForecastStep, forecastOf, type Slot } from "../../lib/plan/forecast";

/** A graph without circles: each step waits for some of those before it in the list, which is then shuffled. */
const graphs: fc.Arbitrary<readonly ForecastStep[]> = fc
  .array(
    fc.record({
      minutes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 })),
      after: fc.array(fc.nat(30), { maxLength: 4 }),
    }),
    { maxLength: 24 },
  )
  .map((nodes) =>
    nodes.map(({ minutes, after }, at) => ({
      key: `s${at}`,
      minutes,
      // Some that are no step of this run, too.
      after: [...after.filter((other) => other < at).map((other) => `s${other}`), "elsewhere"],
    })),
  )
  .chain((steps) => fc.shuffledSubarray([...steps], { minLength: steps.length, maxLength: steps.length }));

/** By the definition, without memory: what a step waits for, and what that waits for. */
function longestPath(steps: readonly ForecastStep[], key: string): number {
  const step = steps.find((each) => each.key === key);
  if (step === undefined) return 0;
  return step.minutes + Math.max(0, ...step.after.map((other) => longestPath(steps, other)));
}

/** How many steps run in the minute that begins then. */
function running(slots: ReadonlyMap<string, Slot>, minute: number): number {
  return [...slots.values()].filter(({ starts, ends }) => starts <= minute && minute < ends).length;
}

const lastEnd = (slots: ReadonlyMap<string, Slot>) => Math.max(0, ...[...slots.values()].map((s) => s.ends));

describe("forecast", () => {
  it("is the longest path, where all that may start does", () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const slots = forecastOf(steps);
        assert.equal(slots.size, steps.length);
        for (const { key, minutes } of steps) {
          const ends = longestPath(steps, key);
          assert.deepEqual(slots.get(key), { starts: ends - minutes, ends }, key);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps to the order and to how many may run at once, and leaves no place empty for which somebody waits", () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), (steps, parallel) => {
        const slots = forecastOf(steps, parallel);
        for (const { key, minutes, after } of steps) {
          const slot = slots.get(key);
          assert.ok(slot);
          assert.equal(slot.ends - slot.starts, minutes);
          const free = Math.max(0, ...after.map((other) => slots.get(other)?.ends ?? 0));
          assert.ok(slot.starts >= free, `${key} starts before it may`);
          for (let minute = free; minutes > 0 && minute < slot.starts; minute++)
            assert.equal(running(slots, minute), parallel, `${key} waits, and a place is free`);
          assert.ok(running(slots, slot.starts) <= parallel, `too many at minute ${slot.starts}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is the same whatever order the steps are given in, and does not get shorter with fewer at once", () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), (steps, parallel) => {
        const sorted = [...steps].sort((a, b) => (a.key < b.key ? -1 : 1));
        assert.deepEqual(
          new Map([...forecastOf(steps, parallel)].sort()),
          new Map([...forecastOf(sorted, parallel)].sort()),
        );
        const work = steps.reduce((sum, { minutes }) => sum + minutes, 0);
        const end = lastEnd(forecastOf(steps, parallel));
        assert.ok(end >= lastEnd(forecastOf(steps)));
        assert.ok(end >= work / parallel);
        assert.equal(lastEnd(forecastOf(steps, 1)), work);
      }),
    );
  });

  it("ends also where steps wait for each other in a circle, or for themselves", () => {
    const circle = [
      { key: "a", minutes: 10, after: ["c"] },
      { key: "b", minutes: 20, after: ["a"] },
      { key: "c", minutes: 30, after: ["b"] },
      { key: "d", minutes: 40, after: ["d"] },
    ];
    assert.deepEqual(Object.fromEntries(forecastOf(circle)), {
      a: { starts: 0, ends: 10 },
      b: { starts: 10, ends: 30 },
      c: { starts: 30, ends: 60 },
      d: { starts: 60, ends: 100 },
    });
  });

  it("counts mbx2 before mbx10 where they share one place", () => {
    const steps = ["mbx10", "mbx2"].map((key) => ({ key, minutes: 60, after: [] }));
    assert.deepEqual(forecastOf(steps, 1).get("mbx10"), { starts: 60, ends: 120 });
  });
});
