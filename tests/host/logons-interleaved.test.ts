/**
 * Many logons at once, in random order, judged by directories that count refusals as Active Directory does; what is allowed of
 * one account is said here once more, in terms of what the servers have seen.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Leave, type LogonAnswer, Logons, type PasswordLogon, type Spared } from "../../lib/logons";

interface Door {
  mayLogOn(logon: PasswordLogon): Promise<Leave | Spared>;
}

const places = ["a", "b", "c"];
const users = ["CONTOSO\\admin", "admin@contoso.com", "contoso.com\\ADMIN", "admin", "admin@mail.example"];

/** One logon: where, under which name, after how many turns, and how long the server takes. */
const logonsOf = fc.array(
  fc.record({
    place: fc.constantFrom(...places),
    user: fc.constantFrom(...users),
    starts: fc.nat(20),
    takes: fc.nat(6),
  }),
  { minLength: 1, maxLength: 24 },
);
/** From which turn on the password is wrong; a place that refuses it always; one that never answers. */
const worldOf = fc.record({
  changed: fc.oneof(fc.constant(0), fc.nat(20), fc.constant(1_000)),
  refusing: fc.option(fc.constantFrom(...places)),
  silent: fc.option(fc.constantFrom(...places)),
});
type World = typeof worldOf extends fc.Arbitrary<infer W> ? W : never;
type Wish = typeof logonsOf extends fc.Arbitrary<(infer L)[]> ? L : never;

/** Lets everything that can go on go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @returns what the servers saw that they must not see; empty where all was right */
async function seen(door: Door, wishes: readonly Wish[], world: World): Promise<readonly string[]> {
  const faults: string[] = [];
  const flying = new Map<string, number>();
  const refusedAt = new Set<string>();
  let accepted = 0;
  let refused = 0;
  let inARow = 0;
  let ended = 0;
  let time = 0;
  const wait = async (turns: number) => {
    for (const until = time + turns; time < until; ) await turn();
  };
  const work = wishes.map(async ({ place, user, starts, takes }) => {
    await wait(starts);
    const leave = await door.mayLogOn({ user, password: "Secret-1", place });
    if (typeof leave !== "function") {
      ended++;
      return;
    }
    const atPlace = flying.get(place) ?? 0;
    if (atPlace > 0) faults.push(`two at once on ${place}`);
    if (refusedAt.has(place)) faults.push(`again on ${place}`);
    if (accepted === 0 && refused > 0) faults.push("sent, though it was refused and never accepted");
    if (inARow >= 2) faults.push("sent after two refusals in a row");
    if (accepted === 0 && [...flying.values()].some((count) => count > 0))
      faults.push("two at once, none accepted");
    flying.set(place, atPlace + 1);
    await wait(takes);
    flying.set(place, (flying.get(place) ?? 0) - 1);
    const answer: LogonAnswer =
      place === world.silent
        ? "unanswered"
        : place === world.refusing || time >= world.changed
          ? "refused"
          : "accepted";
    if (answer === "accepted") {
      accepted++;
      inARow = 0;
    }
    if (answer === "refused") {
      refused++;
      inARow++;
      refusedAt.add(place);
    }
    leave(answer);
    ended++;
  });
  for (; ended < wishes.length && time < 2_000; time++) await turn();
  if (ended < wishes.length) faults.push(`${wishes.length - ended} never heard anything`);
  else await Promise.all(work);
  return faults;
}

/** Sends whatever it is asked for. */
const careless: Door = { mayLogOn: async () => () => undefined };

describe("logons in any order", function () {
  this.timeout(60_000);

  it("should show no server what may lock the account, and leave nobody waiting", async () => {
    await fc.assert(
      fc.asyncProperty(logonsOf, worldOf, async (wishes, world) => {
        assert.deepEqual(await seen(new Logons(), wishes, world), []);
      }),
      { numRuns: 400 },
    );
  });

  it("should find each fault in who sends everything", async () => {
    const found = new Set<string>();
    await fc.assert(
      fc.asyncProperty(logonsOf, worldOf, async (wishes, world) => {
        for (const fault of await seen(careless, wishes, world)) found.add(fault.replace(/ on \w$/, ""));
      }),
      { numRuns: 400, seed: 1 },
    );
    assert.deepEqual([...found].sort(), [
      "again",
      "sent after two refusals in a row",
      "sent, though it was refused and never accepted",
      "two at once",
      "two at once, none accepted",
    ]);
  });
});
