/** What a change window has to hold, and what R10 says of one that will not. */
import assert from "node:assert/strict";
import type { ChangeWindow } from "../../lib/plan/changeWindow";
import type { ForecastStep } from "../../lib/plan/forecast";
import { type OutlookOptions, outlookOf, type WindowStep, windowFindings } from "../../lib/plan/outlook";
import { renderFinding } from "../../lib/rules/finding";

const night: ChangeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T01:00", timeZone: "Europe/Berlin" };
const next: ChangeWindow = { ...night, start: "2026-12-06T22:00", end: "2026-12-07T01:00" };
const at = (utc: string): OutlookOptions => ({ now: Date.parse(utc) });
const before = at("2026-12-01T08:00Z");

function server(name: string, after: readonly string[], more: Partial<WindowStep> = {}): WindowStep {
  const computer = `${name}.contoso.com`;
  return { key: name, kind: "server", computer, minutes: 60, after, window: night, ...more };
}

const chain = (...names: readonly string[]) =>
  names.map((name, i) => server(name, names.slice(Math.max(0, i - 1), i)));
const texts = (steps: readonly (WindowStep | ForecastStep)[], options: OutlookOptions) =>
  [...windowFindings(steps, options)].map(([key, finding]) => [key, renderFinding(finding)]);

describe("outlook of a change window", () => {
  it("is that of steps which share time with it: those of another night take none, those without a window may", () => {
    const steps = [
      server("first", [], { window: null, minutes: 15 }),
      server("cas", ["first"]),
      server("later", ["cas"], { window: next }),
      server("overlapping", ["cas"], { window: { ...night, end: "2026-12-06T02:00" } }),
      { key: "wave", minutes: 0, after: ["later", "overlapping"] },
      server("mbx", ["wave"]),
    ];
    const ends = (window: ChangeWindow) =>
      Object.fromEntries([...outlookOf(window, steps, before).slots].map(([key, slot]) => [key, slot.ends]));
    assert.deepEqual(ends(night), { first: 15, cas: 75, later: 75, overlapping: 135, wave: 135, mbx: 195 });
    assert.deepEqual(ends(next), { first: 15, cas: 15, later: 75, overlapping: 15, wave: 75, mbx: 75 });
  });

  it("has the room of the whole window before it, and what is left in it", () => {
    const of = (utc: string) => {
      const { standing, room } = outlookOf(night, [], at(utc));
      return [standing, room];
    };
    assert.deepEqual(of("2026-12-05T20:59Z"), ["before", 180]);
    assert.deepEqual(of("2026-12-05T21:00Z"), ["open", 180]);
    assert.deepEqual(of("2026-12-05T23:30:30Z"), ["open", 29]);
    assert.equal(of("2026-12-06T00:00Z")[0], "over");
  });

  it("is no finding where the steps are expected to fit, in a window that has not begun", () => {
    assert.deepEqual(texts(chain("cas", "hub", "mbx"), before), []);
    assert.deepEqual(texts(chain("cas", "hub"), at("2026-12-05T22:00Z")), []);
    const done = chain("cas", "hub", "mbx").map((step) => ({ ...step, minutes: 0 }));
    assert.deepEqual(texts(done, at("2027-12-05T22:00Z")), []);
  });

  it("names the window where the program of a component has it", () => {
    const place = { at: 'servers["mbx"]', elsewhere: { changeWindow: "defaults.changeWindow" } };
    const said = texts([server("mbx", [], { place, minutes: 5_000 })], before).join("\n");
    assert.match(said, /\n {2}Where: {2}in the program: `defaults\.changeWindow`\n/);
    assert.match(said, /say so in `servers\["mbx"\]\.timeouts\.expected`/);
    const over = texts([server("mbx", [], { place })], at("2027-12-05T22:00Z")).join("\n");
    assert.match(over, /\n {2}Where: {2}in the program: `defaults\.changeWindow`\n/);
  });

  it("is one finding for a window that is too short, at the first step that ends too late", () => {
    const rest = [
      "  Where:  in the program: `changeWindow`",
      "  Fix:    make the window longer, or give the later steps another one; where steps take less time, say so in " +
        "`timeouts.expected`; pulumi up starts what fits, and refuses the rest",
      "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
    ];
    const steps = chain("cas", "hub", "um", "mbx", "edge");
    assert.deepEqual(texts(steps, before), [
      [
        "mbx",
        [
          "R10 (must), server upgrade on mbx.contoso.com: not verified: the change window is too short: this step is expected " +
            "to end 240 min after the first one starts, and it has 180 min",
          "  Found:  2026-12-05 22:00 to 2026-12-06 01:00 (Europe/Berlin); 2 of its 5 steps are expected to end too late, " +
            "the last one 300 min after the first starts",
          "  Needed: a window of 300 min or more",
          ...rest,
        ].join("\n"),
      ],
    ]);
    assert.deepEqual(texts(steps.slice(0, 3), at("2026-12-05T21:29:30Z")), [
      [
        "um",
        [
          "R10 (must), server upgrade on um.contoso.com: not verified: the change window is too short: this step is expected " +
            "to end 180 min after the first one starts, and 150 min of it are left",
          "  Found:  2026-12-05 22:00 to 2026-12-06 01:00 (Europe/Berlin); 1 of its 3 steps is expected to end too late, " +
            "the last one 180 min after the first starts",
          "  Needed: a window of 180 min or more",
          ...rest,
        ].join("\n"),
      ],
    ]);
  });

  it("is one finding for each window that is over, and asks nothing of one whose steps are done", () => {
    const steps = [
      ...chain("cas", "hub"),
      server("mbx", ["hub"], { window: next }),
      server("edge", ["mbx"], { window: { ...night, timeZone: "UTC" }, minutes: 0 }),
    ];
    assert.deepEqual(texts(steps, at("2026-12-06T09:00Z")), [
      [
        "cas",
        [
          "R10 (must), server upgrade on cas.contoso.com: the change window is over",
          "  Found:  2026-12-06 10:00 (Europe/Berlin), by the clock of the machine that runs Pulumi",
          "  Needed: a start from 2026-12-05 22:00 to 2026-12-06 01:00 (Europe/Berlin), 60 min or more before its end",
          "  Where:  in the program: `changeWindow`",
          "  Fix:    start it inside a window that holds it: run pulumi up again then, or change `changeWindow`",
          "  Rule:   R10, a step is started inside its change window, and fits into what is left of it (how Setup is run)",
        ].join("\n"),
      ],
    ]);
  });

  it("counts with how many steps may run at once", () => {
    const wide = ["a", "b", "c", "d"].map((name) => server(name, []));
    assert.deepEqual(texts(wide, before), []);
    const [found] = windowFindings(wide, { ...before, parallel: 1 });
    assert.equal(found?.[0], "d");
  });
});
