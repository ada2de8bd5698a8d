/** The change window: local times on the time line, and what may be started when. */
import assert from "node:assert/strict";
import {
  type ChangeWindow,
  expectedMinutes,
  mayStartIn,
  minutesOf,
  spanOf,
  windowProblems,
  windowStateAt,
  windowText,
} from "../../lib/plan/changeWindow";

const night: ChangeWindow = {
  start: "2026-12-05T22:00",
  end: "2026-12-06T06:00",
  timeZone: "Europe/Berlin",
};
const at = (utc: string) => Date.parse(utc);

describe("a change window", () => {
  const spans: readonly (readonly [
    what: string,
    window: ChangeWindow,
    from: string,
    until: string,
    minutes: number,
  ])[] = [
    ["in winter", night, "2026-12-05T21:00Z", "2026-12-06T05:00Z", 480],
    [
      "in UTC where no zone is given",
      { start: "2026-12-05T22:00", end: "2026-12-06T06:00:30" },
      "2026-12-05T22:00Z",
      "2026-12-06T06:00:30Z",
      480,
    ],
    [
      "over the night that loses an hour",
      { start: "2026-03-28T22:00", end: "2026-03-29T06:00", timeZone: "Europe/Berlin" },
      "2026-03-28T21:00Z",
      "2026-03-29T04:00Z",
      420,
    ],
    [
      "over the night that gains an hour",
      { start: "2026-10-24T22:00", end: "2026-10-25T06:00", timeZone: "Europe/Berlin" },
      "2026-10-24T20:00Z",
      "2026-10-25T05:00Z",
      540,
    ],
    [
      "where an hour has 30 minutes of summer time",
      { start: "2026-10-03T22:00", end: "2026-10-04T06:00", timeZone: "Australia/Lord_Howe" },
      "2026-10-03T11:30Z",
      "2026-10-03T19:00Z",
      450,
    ],
  ];
  for (const [what, window, from, until, minutes] of spans) {
    it(`stands on the time line ${what}`, () => {
      assert.deepEqual(windowProblems(window), []);
      assert.deepEqual(spanOf(window), { from: at(from), until: at(until) });
      assert.equal(minutesOf(window), minutes);
    });
  }

  const problems: readonly (readonly [what: string, changes: Partial<ChangeWindow>, problem: string])[] = [
    [
      "a time that the clocks skip",
      { start: "2026-03-29T02:30", end: "2026-03-29T06:00" },
      "changeWindow.start: 2026-03-29T02:30 does not exist in Europe/Berlin, where the clocks skip it; give another time",
    ],
    [
      "a time that comes twice",
      { start: "2026-10-24T22:00", end: "2026-10-25T02:30" },
      "changeWindow.end: 2026-10-25T02:30 comes twice in Europe/Berlin, at 2026-10-25T00:30Z and 2026-10-25T01:30Z; give the window in UTC, or another time",
    ],
    ["an end before its start", { end: "2026-12-05T21:00" }, "changeWindow.end: is not after its start"],
    ["an end at its start", { end: night.start }, "changeWindow.end: is not after its start"],
    [
      "no time zone",
      { timeZone: "Europe/Nowhere" },
      'changeWindow.timeZone: "Europe/Nowhere" is no time zone; give an IANA name such as "Europe/Berlin"',
    ],
    [
      "an offset, which knows no summer time",
      { timeZone: "+01:00" },
      'changeWindow.timeZone: "+01:00" is no time zone; give an IANA name such as "Europe/Berlin"',
    ],
    ...[
      "2026-12-05",
      "2026-12-05T22:00Z",
      "2026-12-05T22:00+01:00",
      "2026-02-30T22:00",
      "5.12.2026 22:00",
      "",
    ].map(
      (start) =>
        [
          JSON.stringify(start),
          { start },
          'changeWindow.start: is not a local date and time such as "2026-12-05T22:00"',
        ] as const,
    ),
  ];
  for (const [what, changes, problem] of problems) {
    it(`cannot be used: ${what}`, () => {
      assert.deepEqual(
        windowProblems({ ...night, ...changes }).map(([part, text]) => `changeWindow.${part}: ${text}`),
        [problem],
      );
    });
  }

  it("says both of its ends where both are wrong", () => {
    assert.equal(windowProblems({ start: "x", end: "y" }).length, 2);
  });

  it("begins with its first minute and ends before its last", () => {
    const kinds = ["20:59:59Z", "21:00Z"].map(
      (time) => windowStateAt(night, at(`2026-12-05T${time}`), 0).kind,
    );
    assert.deepEqual(kinds, ["before", "open"]);
    const ends = ["04:59:59Z", "05:00Z"].map(
      (time) => windowStateAt(night, at(`2026-12-06T${time}`), 0).kind,
    );
    assert.deepEqual(ends, ["open", "over"]);
  });

  it("holds a step that ends with it, and none that ends later", () => {
    assert.deepEqual(windowStateAt(night, at("2026-12-06T04:00Z"), 60), {
      kind: "open",
      left: 60,
      fits: true,
    });
    assert.deepEqual(windowStateAt(night, at("2026-12-06T04:00:01Z"), 60), {
      kind: "open",
      left: 59,
      fits: false,
    });
    assert.deepEqual(mayStartIn(night, at("2026-12-06T04:00Z"), 60), { verdict: "ok" });
  });

  const needed =
    "a start from 2026-12-05 22:00 to 2026-12-06 06:00 (Europe/Berlin), 60 min or more before its end";
  const where = "in the program: `changeWindow`";
  const fix = "start it inside a window that holds it: run pulumi up again then, or change `changeWindow`";
  const clock = "by the clock of the machine that runs Pulumi";
  const refusals = [
    ["2026-12-05T20:15Z", "the change window has not begun", "2026-12-05 21:15", fix],
    ["2026-12-06T05:00Z", "the change window is over", "2026-12-06 06:00", fix],
    [
      "2026-12-06T04:40:30Z",
      "60 min are expected, and 19 min of the change window are left",
      "2026-12-06 05:40",
      `${fix}; where the step takes less time, say so in \`timeouts.expected\``,
    ],
  ] as const;
  for (const [time, problem, local, how] of refusals) {
    it(`refuses: ${problem}`, () => {
      const found = `${local} (Europe/Berlin), ${clock}`;
      const verdict = mayStartIn(night, at(time), 60);
      assert.deepEqual(verdict, { verdict: "fails", problem, found, needed, where, fix: how });
    });
  }

  it("is told with its zone, UTC where none is given", () => {
    assert.equal(windowText(night), "2026-12-05 22:00 to 2026-12-06 06:00 (Europe/Berlin)");
    assert.match(windowText({ start: night.start, end: night.end }), / \(UTC\)$/);
  });
});

describe("how long a step is expected to take", () => {
  it("is the vendor's estimate of its kind", () => {
    assert.equal(expectedMinutes("schema", {}), 15);
    assert.equal(expectedMinutes("organization", {}), 15);
    assert.equal(expectedMinutes("domain", {}), 15);
    assert.equal(expectedMinutes("server", {}), 60);
    assert.equal(expectedMinutes("server", { edge: true }), 40);
    assert.equal(expectedMinutes("server", { byFirstServer: true }), 75);
  });

  it("is what the program says, where it says something", () => {
    assert.equal(expectedMinutes("server", { edge: true, given: 25 }), 25);
  });
});
