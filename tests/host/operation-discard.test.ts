import assert from "node:assert/strict";
import { FileError } from "../../lab/windows/files";
import { AuthenticationFailed, type HostSession, Unreachable } from "../../lib/host";
import { type Bench, base, operation, startBench, timing, until } from "./operation-support";

describe("removal of what a Setup operation has left", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => {
    await bench.host.stop();
  });

  const left = () =>
    bench.host.files.kind(base) === null ? [] : bench.host.files.list(base).map(({ name }) => name);

  it("should leave nothing", async () => {
    await bench.run();
    assert.equal(await bench.discard(), null);
    assert.deepEqual([bench.host.files.kind(base), left()], [null, []]);
  });

  it("should have nothing to do where there is nothing", async () => {
    assert.equal(await bench.discard(), null);
    assert.equal(bench.host.files.kind(base), null);
  });

  it("should keep other operations and the lock of who is at work", async () => {
    await bench.run();
    bench.setup.hold = true;
    bench.setup.done = false;
    const other = bench.run({ operation: "schema-2007-SP1" });
    await until(() => bench.setup.runs === 2, "the other operation runs");
    assert.equal(await bench.discard(), null);
    assert.deepEqual(left(), ["lock", "owner.txt", "schema-2007-SP1"]);
    bench.setup.hold = false;
    assert.equal((await other).done, true);
  });

  it("should leave an operation whose Setup runs, and one in which a file is open", async () => {
    bench.setup.hold = true;
    const running = bench.run();
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    const path = `C:\\WINDOWS\\ExchangeUpgrade\\${operation}`;
    assert.equal(await bench.discard(), `${path} was left: Setup still runs there`);
    bench.setup.hold = false;
    await running;
    const reader = bench.host.files.open(`${base}\\${operation}\\1\\out.txt`, "read");
    assert.equal(await bench.discard(), `${path} was left: a file in it is open, or access is denied`);
    reader.release();
    assert.equal(await bench.discard(), null);
  });

  it("should take along what an earlier removal has left", async () => {
    await bench.run();
    const { files } = bench.host;
    const remove = files.removeFolder.bind(files);
    files.removeFolder = (path) => {
      throw new FileError("accessDenied", path);
    };
    assert.equal(await bench.discard(), null);
    assert.ok(left().some((name) => /^removed\.[0-9a-f]{12}$/.test(name)));
    assert.ok(left().some((name) => /^lock\.[0-9a-f]{16}$/.test(name)));
    files.removeFolder = remove;
    assert.equal((await bench.run()).alreadyDone, true);
    assert.equal(await bench.discard(), null);
    assert.deepEqual(
      left().filter((name) => !name.startsWith("lock.")),
      [],
    );
  });

  it("should not make a run that follows start Setup again, also where its directory is behind", async () => {
    bench.setup.hold = true;
    const first = bench.run();
    await until(() => bench.journal().includes("attempt 1 started"), "Setup runs");
    // The second run hears nothing until the first one has removed everything.
    let open: () => void = () => undefined;
    const removed = new Promise<void>((resolve) => {
      open = resolve;
    });
    let silent = false;
    let waiting = false;
    const second = bench.run({ isDone: async () => false }, async () =>
      onEachCommand(await bench.open(), () => {
        waiting = silent;
        return silent ? removed : undefined;
      }),
    );
    await until(() => bench.journal().includes("attempt 1 attached"), "the second run follows");
    silent = true;
    // A command that is under way may still see how Setup ends.
    await until(() => waiting, "the second run hears nothing any more");
    bench.setup.hold = false;
    await first;
    assert.equal(await bench.discard(), null);
    open();
    assert.deepEqual(await second, {
      done: false,
      alreadyDone: false,
      attached: true,
      attempt: 1,
      exitCode: null,
      reason: "another run of this program has seen the result, and has removed its files",
      endedWell: true,
      shutdownBefore: null,
    });
    assert.equal(bench.setup.runs, 1);
  });

  /** Something that happens at the n-th command; true when there was one. */
  const atCommand = (nth: number, happens: () => "cut" | undefined) => {
    const { transport } = bench.host;
    let count = 0;
    transport.atPoint = ({ at }) => (at === "started" && ++count === nth ? happens() : undefined);
    return () => {
      delete transport.atPoint;
      return count >= nth;
    };
  };
  const mishaps: readonly (readonly [string, () => "cut" | undefined])[] = [
    ["the connection is cut", () => "cut"],
    [
      "its cmd.exe is ended",
      () => {
        bench.host.kill("cmd.exe");
        return undefined;
      },
    ],
  ];
  for (const [name, happens] of mishaps)
    it(`should leave nothing, whichever of its commands ${name} at`, async function () {
      this.timeout(60_000);
      let nth = 0;
      for (let there = true; there; ) {
        await bench.run();
        const struck = atCommand(++nth, happens);
        assert.deepEqual(
          [await bench.discard(), bench.host.files.kind(base)],
          [null, null],
          `at command ${nth}`,
        );
        there = struck();
        bench.reset();
      }
      assert.ok(nth > 6, `${nth} commands`);
    });

  it("should say so when its commands are ended whenever they are run", async () => {
    await bench.run();
    bench.host.transport.atPoint = ({ at }) => {
      if (at === "started") bench.host.kill("cmd.exe");
      return undefined;
    };
    assert.match(
      (await bench.discard()) ?? "",
      /^what the operation left on the computer was not removed: the output of a command on 127\.0\.0\.1:\d+ is incomplete: part \w+ has no end$/,
    );
  });

  it("should try again while the computer, which was there a moment ago, is out of reach", async () => {
    await bench.run();
    let dials = 0;
    const open = () => (++dials < 3 ? Promise.reject(new Unreachable("no answer")) : bench.open());
    assert.equal(await bench.discard({}, open), null);
    assert.deepEqual([bench.host.files.kind(base), dials], [null, 3]);
  });

  it("should not try again for ever, and not at all after a refused logon", async () => {
    await bench.run();
    let dials = 0;
    const failing = (error: Error) => () => {
      dials++;
      return Promise.reject(error);
    };
    const left = "what the operation left on the computer was not removed";
    const brief = { timing: { ...timing, discardMs: 100 } };
    assert.equal(await bench.discard(brief, failing(new Unreachable("no answer"))), `${left}: no answer`);
    assert.ok(dials > 1, `${dials} dials`);
    dials = 0;
    const refused = new AuthenticationFailed("refused");
    assert.equal(await bench.discard({}, failing(refused)), `${left}: refused`);
    assert.equal(dials, 1);
  });

  it("should tell, and not throw, when the computer is out of reach", async () => {
    const left = await bench.discard({}, () => Promise.reject(new Error("no connection")));
    assert.equal(left, "what the operation left on the computer was not removed: no connection");
  });
});

/** Waits for `before` in front of each command. */
function onEachCommand(session: HostSession, before: () => Promise<void> | undefined): HostSession {
  const exec = session.exec.bind(session);
  session.exec = async (command, options) => {
    await before();
    return exec(command, options);
  };
  return session;
}
