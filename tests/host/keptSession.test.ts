/** A session that several pieces of work use: when it is used again, and when it is trusted no more. */
import assert from "node:assert/strict";
import { type HostSession, KeptSession, type RunResult } from "../../lib/host";
import { Logons } from "../../lib/logons";

const done: RunResult = { stdout: "", stderr: "", stdoutBytes: Buffer.alloc(0), exitCode: 0 };

/** A session whose commands do what a test says. */
class Told implements HostSession {
  readonly traits = {
    way: "SSH",
    networkCredentials: true,
    outlivesLossMs: Number.POSITIVE_INFINITY,
    server: "host key",
  } as const;
  readonly logonPlaces = [];
  readonly logons = new Logons();
  alive = true;
  answer: () => Promise<RunResult> = async () => done;

  constructor(readonly name: string) {}

  run(): Promise<RunResult> {
    return this.answer();
  }

  exec(): Promise<RunResult> {
    return this.answer();
  }

  close(): void {
    this.alive = false;
  }
}

describe("a kept session", () => {
  let opened: Told[];
  let kept: KeptSession;
  beforeEach(() => {
    opened = [];
    kept = new KeptSession(async () => {
      const session = new Told(`session ${opened.length + 1}`);
      opened.push(session);
      return session;
    });
  });

  const alive = () => opened.map((session) => session.alive);

  it("serves one user after the other, and several at once", async () => {
    const first = await kept.open();
    const second = await kept.open();
    assert.deepEqual([first.name, second.name], ["session 1", "session 1"]);
    await first.run("ver");
    first.close();
    assert.deepEqual([first.alive, second.alive], [false, true]);
    second.close();
    assert.equal((await kept.open()).name, "session 1");
    assert.deepEqual(alive(), [true]);
  });

  it("is made anew when it was lost", async () => {
    (await kept.open()).close();
    opened[0]?.close();
    assert.equal((await kept.open()).name, "session 2");
  });

  it("is made anew for whoever needs a new logon, and serves the others from then on", async () => {
    (await kept.open()).close();
    const renewed = await kept.renew();
    assert.deepEqual([renewed.name, ...alive()], ["session 2", false, true]);
    assert.equal((await kept.open()).name, "session 2");
  });

  it("is closed by the user whose command has failed", async () => {
    const [first, second] = [await kept.open(), await kept.open()];
    (opened[0] ?? assert.fail()).answer = () => Promise.reject(new Error("too late"));
    await assert.rejects(first.exec("ver"), /too late/);
    second.close();
    assert.deepEqual(alive(), [true]);
    first.close();
    assert.deepEqual(alive(), [false]);
    assert.equal((await kept.open()).name, "session 2");
  });

  it("is closed by the user whose command still runs, so that nothing waits for its end", async () => {
    const user = await kept.open();
    (opened[0] ?? assert.fail()).answer = () => new Promise(() => undefined);
    void user.run("Setup.com");
    user.close();
    assert.deepEqual(alive(), [false]);
  });

  it("is closed when it is dropped or ended, and whoever comes late has a session alone", async () => {
    (await kept.open()).close();
    kept.drop();
    assert.deepEqual(alive(), [false]);
    (await kept.open()).close();
    kept.end();
    const late = await kept.open();
    assert.deepEqual([late.name, ...alive()], ["session 3", false, false, true]);
    late.close();
    assert.deepEqual(alive(), [false, false, false]);
  });

  it("gives two users that open at once a session each, of which one is kept", async () => {
    const both = await Promise.all([kept.open(), kept.open()]);
    assert.deepEqual(both.map(({ name }) => name).sort(), ["session 1", "session 2"]);
    for (const each of both) each.close();
    assert.equal(alive().filter((is) => is).length, 1);
    kept.end();
    assert.deepEqual(alive(), [false, false]);
  });
});
