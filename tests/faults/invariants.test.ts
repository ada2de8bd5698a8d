/** The checker of the invariants, on histories with planted violations: one that finds nothing must not pass for one that looked. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Event, History } from "./history";
import { type Invariant, violations } from "./invariants";

const computer = "mbx-lon.contoso.com";
const before = { schema: "10637", [`${computer} Mailbox`]: "8.0.685.25" };
const after = { schema: "10637", [`${computer} Mailbox`]: "8.1.240.6" };
const command = "/mode:upgrade";

const lock = (at: number, name: string | null): Event => ({ kind: "lock", at, computer, name });
const launch = (at: number, owner: string): Event => ({ kind: "launch", at, computer, owner });
const began = (at: number, run: number, foreign = false): Event => ({
  kind: "began",
  at,
  computer,
  run,
  command,
  foreign,
});
const ended = (at: number, run: number, result: "completed" | "refused" | "failed" | "killed"): Event => ({
  kind: "ended",
  at,
  computer,
  run,
  result,
});
const restart = (at: number, pending: boolean): Event => ({ kind: "restart", at, computer, pending });
const reported = (at: number, done: boolean): Event => ({
  kind: "reported",
  at,
  stack: "first",
  step: "server",
  done,
});

/** A run that fails, and one that succeeds after the first owner has died. */
const events: readonly Event[] = [
  { kind: "world", at: 0, levels: before },
  lock(10, "owner-aa.0"),
  { kind: "looked", at: 15, computer },
  lock(20, "owner-aa.1"),
  launch(20, "aa"),
  began(25, 1),
  lock(30, "owner-aa.2"),
  ended(40, 1, "failed"),
  reported(50, false),
  lock(1_600, "owner-bb.0"),
  { kind: "looked", at: 1_605, computer },
  lock(1_610, "owner-bb.1"),
  launch(1_610, "bb"),
  began(1_615, 2),
  {
    kind: "world",
    at: 1_620,
    levels: { schema: "10637", [`${computer} Mailbox`]: "8.0.685.25, unfinished" },
  },
  { kind: "world", at: 1_630, levels: after },
  ended(1_640, 2, "completed"),
  reported(1_650, true),
  lock(1_660, "free"),
  lock(1_670, "owner-cc.0"),
  lock(1_680, null),
];

const sound: History = {
  events,
  goals: [{ step: "server", levels: { [`${computer} Mailbox`]: "8.1.240.6" } }],
  lockTtlMs: 1_500,
  end: {
    converged: true,
    failures: [],
    recorded: [{ stack: "first", step: "server", levels: { [`${computer} Mailbox`]: "8.1.240.6" } }],
    world: after,
    untold: [],
    left: [],
    refused: [],
    secrets: [],
  },
};

/** The history with events put in, in order of time. */
const plus = (...more: readonly Event[]): History => ({
  ...sound,
  events: [...events, ...more].sort((a, b) => a.at - b.at),
});
const without = (...gone: readonly Event["kind"][]): History => ({
  ...sound,
  events: events.filter(({ kind }) => !gone.includes(kind)),
});
const ending = (changes: Partial<History["end"]>): History => ({
  ...sound,
  end: { ...sound.end, ...changes },
});
const untold = { end: { ...sound.end, untold: ["first"] } };
const found = (history: History) => violations(history).map(({ invariant, what }) => `${invariant}: ${what}`);

/** Every invariant, with the ways to break it and nothing else. */
const planted: readonly (readonly [Invariant, string, History, string])[] = [
  [
    "no step's Setup succeeds twice",
    "a second success",
    plus(lock(1_651, "owner-bb.2"), launch(1_651, "bb"), began(1_652, 3), ended(1_653, 3, "completed")),
    `/mode:upgrade on ${computer} succeeded again (run 3)`,
  ],
  [
    "no step's Setup succeeds twice",
    "a success after somebody else's",
    plus(began(1, 7, true), ended(5, 7, "completed")),
    `/mode:upgrade on ${computer} succeeded again (run 2)`,
  ],
  [
    "no two Setups at once on a computer",
    "a start beside one of our own",
    plus(launch(31, "aa"), began(32, 3), ended(33, 3, "failed")),
    `/mode:upgrade began on ${computer} while /mode:upgrade ran (runs 1, 3)`,
  ],
  [
    "no two Setups at once on a computer",
    "a start that Setup itself refused beside one of our own",
    plus(launch(31, "aa"), began(32, 3), ended(33, 3, "refused")),
    `/mode:upgrade began on ${computer} while /mode:upgrade ran (runs 1, 3)`,
  ],
  [
    "no two Setups at once on a computer",
    "a start beside somebody else's that was there at the last look",
    plus(began(1_601, 3, true), ended(1_641, 3, "killed")),
    `/mode:upgrade began on ${computer} while /mode:upgrade ran (runs 3, 2)`,
  ],
  [
    "no two Setups at once on a computer",
    "a run that worked beside somebody else's that nobody could see",
    plus(began(1_612, 3, true), ended(1_641, 3, "killed")),
    `/mode:upgrade began on ${computer} while /mode:upgrade ran (runs 3, 2)`,
  ],
  [
    "only the holder of the lock starts Setup",
    "a start without a lock",
    plus(launch(1_690, "cc"), began(1_691, 3), ended(1_692, 3, "failed")),
    `/mode:upgrade began on ${computer} (run 3) while the lock was absent, started by aa, bb, cc`,
  ],
  [
    "only the holder of the lock starts Setup",
    "a start by one whose lock another one has",
    plus(lock(1_685, "owner-dd.0"), launch(1_686, "ee"), began(1_687, 3), ended(1_688, 3, "failed")),
    `/mode:upgrade began on ${computer} (run 3) while the lock was owner-dd.0, started by aa, bb, ee`,
  ],
  [
    "only the holder of the lock starts Setup",
    "starts that nobody has sent",
    without("launch"),
    `/mode:upgrade began on ${computer} (run 1) while the lock was owner-aa.1, started by nobody`,
  ],
  [
    "no living holder loses the lock",
    "a lock that was taken too early",
    { ...sound, lockTtlMs: 1_571 },
    `bb took the lock of ${computer} from aa 1570 ms after its last beat`,
  ],
  [
    "a restart is made where one is required, and never while Setup runs",
    "one that nothing waited for",
    plus(restart(1_662, false)),
    `${computer} was restarted, and nothing waited for it`,
  ],
  [
    "a restart is made where one is required, and never while Setup runs",
    "one of a computer on which Setup runs",
    plus(restart(1_630, true)),
    `${computer} was restarted while ${command} ran (run 2)`,
  ],
  [
    "a restart is made where one is required, and never while Setup runs",
    "one while somebody else's Setup runs that was there at the last look",
    plus(began(1_661, 3, true), { kind: "looked", at: 1_662, computer }, restart(1_663, true)),
    `${computer} was restarted while ${command} ran (run 3)`,
  ],
  [
    "a restart that is required is made or told",
    "a stack that heard nothing of it",
    ending({ untold: ["first"] }),
    "first was not told",
  ],
  [
    "a restart that is required is made or told",
    "a stack that was still at work when somebody's later upgrade had ended",
    { ...plus(began(1_655, 3, true), ended(1_665, 3, "completed"), reported(1_690, true)), ...untold },
    "first was not told",
  ],
  [
    "no rollback",
    "a level that falls",
    plus({ kind: "world", at: 1_655, levels: { ...after, schema: "10628" } }),
    "schema went from 10637 to 10628",
  ],
  [
    "no rollback",
    "a build that falls",
    ending({ world: { ...after, [`${computer} Mailbox`]: "8.0.999.1" }, recorded: [] }),
    `${computer} Mailbox went from 8.1.240.6 to 8.0.999.1`,
  ],
  [
    "no rollback",
    "a level that vanishes",
    plus({ kind: "world", at: 5, levels: { [`${computer} Mailbox`]: "8.0.685.25" } }),
    "schema went from 10637 to none",
  ],
  [
    "nothing is reported done that is not",
    "a success before the world has it",
    plus(reported(45, true)),
    `first: server was reported done with ${computer} Mailbox at 8.0.685.25, not 8.1.240.6`,
  ],
  [
    "nothing is reported done that is not",
    "a success with a watermark",
    plus(reported(1_625, true)),
    `first: server was reported done with ${computer} Mailbox at 8.0.685.25, unfinished, not 8.1.240.6`,
  ],
  [
    "the state equals the world",
    "a level that is not there",
    ending({
      recorded: [{ stack: "first", step: "server", levels: { [`${computer} Mailbox`]: "8.1.240.7" } }],
    }),
    `first: server has ${computer} Mailbox at 8.1.240.7, and the world has 8.1.240.6`,
  ],
  [
    "the state equals the world",
    "a record of nothing",
    ending({ recorded: [{ stack: "first", step: "server", levels: {} }] }),
    "first: server has no levels",
  ],
  [
    "the state equals the world",
    "a step that one stack does not have",
    {
      ...sound,
      goals: [...sound.goals, { step: "schema", levels: {} }],
    },
    "first: schema is not in the state",
  ],
  [
    "it converges",
    "a stack that never has everything",
    ending({ converged: false, failures: ["the lock cannot be taken"] }),
    "the lock cannot be taken",
  ],
  ["nothing is left", "a lock", ending({ left: ["a lock"] }), "a lock"],
  [
    "nothing is left",
    "a file on another computer than the one that was told of",
    ending({ left: [`${computer}: C:\\x`, "dc1: C:\\x"], refused: ["dc1"] }),
    `${computer}: C:\\x`,
  ],
  [
    "nothing is left",
    "a task, whatever was told",
    ending({ left: [`${computer}: task x`], refused: [computer] }),
    `${computer}: task x`,
  ],
  ["no secret is seen", "a password in a file", ending({ secrets: ["a file"] }), "a file"],
];

describe("the invariants of a campaign", () => {
  it("hold for a history in which they do", () => {
    assert.deepEqual(found(sound), []);
  });

  it("let somebody else start what he wants, and forgive what nobody could see", () => {
    const history = plus(
      began(1_655, 8, true),
      ended(1_656, 8, "completed"),
      began(1_612, 9, true),
      ended(1_613, 9, "refused"),
    );
    assert.deepEqual(found(history), []);
    // Setup itself refused the second start beside somebody's that began after the last look.
    const refused = events.map((event) =>
      event.kind === "ended" && event.run === 2 ? { ...event, result: "refused" as const } : event,
    );
    const unseen = [...refused, began(1_612, 3, true), ended(1_645, 3, "completed")].sort(
      (a, b) => a.at - b.at,
    );
    assert.deepEqual(found({ ...sound, events: unseen }), []);
    assert.deepEqual(
      found(plus({ kind: "looked", at: 1_661, computer }, began(1_662, 3, true), restart(1_663, true))),
      [],
    );
  });

  it("ask of no stack that it be told what somebody's later upgrade leaves", () => {
    const later = plus(began(1_700, 3, true), ended(1_710, 3, "completed"));
    assert.deepEqual(found({ ...later, ...untold }), []);
    const reportedLater = plus(began(1_675, 3, true), ended(1_690, 3, "completed"), reported(1_700, true));
    assert.deepEqual(found({ ...reportedLater, ...untold }), []);
  });

  it("let files stay where it was told that the logon of their removal was refused", () => {
    assert.deepEqual(found(ending({ left: [`${computer}: C:\\x`], refused: [computer] })), []);
  });

  for (const [invariant, what, history, expected] of planted)
    it(`${invariant}: finds ${what}`, () => {
      const [first, ...others] = violations(history);
      assert.deepEqual(first, { invariant, what: expected });
      for (const other of others) assert.equal(other.invariant, invariant);
    });

  it("are each planted", () => {
    const names = new Set(planted.map(([invariant]) => invariant));
    const all: readonly Invariant[] = [
      "no step's Setup succeeds twice",
      "no two Setups at once on a computer",
      "only the holder of the lock starts Setup",
      "no living holder loses the lock",
      "a restart is made where one is required, and never while Setup runs",
      "a restart that is required is made or told",
      "no rollback",
      "nothing is reported done that is not",
      "the state equals the world",
      "it converges",
      "nothing is left",
      "no secret is seen",
    ];
    assert.deepEqual([...names], all);
  });

  it("are found broken wherever in a long sound history the breach stands", () => {
    const breaches: readonly (readonly [Invariant, (at: number, length: number) => History])[] = [
      [
        "no rollback",
        (at, length) => long(length, at, [{ kind: "world", at: 0, levels: { ...after, schema: "1" } }]),
      ],
      ["no step's Setup succeeds twice", (at, length) => long(length, at, runOf(1_000, "completed"))],
      [
        "no two Setups at once on a computer",
        (at, length) =>
          long(length, at, [
            lock(0, "owner-aa.7"),
            launch(0, "aa"),
            began(0, 1_000),
            ...runOf(1_001, "failed"),
            ended(0, 1_000, "failed"),
          ]),
      ],
      [
        "only the holder of the lock starts Setup",
        (at, length) => long(length, at, [began(0, 1_000), ended(0, 1_000, "failed")]),
      ],
      [
        "no living holder loses the lock",
        (at, length) => long(length, at, [lock(0, "owner-aa.1"), lock(1, "owner-bb.0")]),
      ],
      [
        "nothing is reported done that is not",
        (at, length) => long(length, at, [{ ...reported(0, true), step: "elsewhere" } as Event]),
      ],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...breaches),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ([invariant, plant], length, where) => {
          const names = violations(plant(Math.min(Math.floor(where * length), length - 1), length)).map(
            (each) => each.invariant,
          );
          assert.ok(names.includes(invariant), `${invariant} was not found`);
        },
      ),
    );
    assert.deepEqual(found(long(40, 0, [])), []);
  });
});

function runOf(run: number, result: "completed" | "failed"): readonly Event[] {
  return [lock(0, `owner-aa.${run}`), launch(0, "aa"), began(0, run), ended(0, run, result), lock(0, "free")];
}

/** Runs one after the other, which all fail but the last, with `more` before the one of this number; times are made up in order. */
function long(length: number, at: number, more: readonly Event[]): History {
  const runs = Array.from({ length }, (_, i) => [
    ...(i === 0 ? [{ kind: "world" as const, at: 0, levels: before }] : []),
    ...(i === at ? more : []),
    ...(i === length - 1 ? [{ kind: "world" as const, at: 0, levels: after }] : []),
    ...runOf(i + 1, i === length - 1 ? "completed" : "failed"),
  ]).flat();
  const tail: readonly Event[] = [reported(0, true)];
  return { ...sound, events: [...runs, ...tail].map((event, i) => ({ ...event, at: i }) as Event) };
}
