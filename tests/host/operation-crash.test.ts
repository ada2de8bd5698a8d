import assert from "node:assert/strict";
import type { HostSession, SetupOptions } from "../../lib/host";
import { type Bench, password, startBench, timing } from "./operation-support";
import { registerTask, registrationFor } from "./task-support";

/** More commands than one run sends; a sweep ends when a run comes through without reaching its number. */
const manyCommands = 60;
/** A process that sleeps gives no signs of life. */
const silent = { ...timing, beatMs: 60_000 };

const modes = [
  { windows: "2003", how: { mode: "direct" } },
  { windows: "2003", how: { mode: "task", account: { name: "setup" } } },
  { windows: "2008 R2", how: { mode: "scheduled", account: { name: "setup", password } } },
] as const satisfies readonly {
  windows: Parameters<typeof startBench>[0];
  how: Partial<SetupOptions>;
}[];

for (const { windows, how } of modes)
  describe(`Setup operation (${how.mode}) when a run sleeps or loses its connection, at each of its commands`, function () {
    this.timeout(180_000);
    let bench: Bench;

    before(async () => {
      bench = await startBench(windows);
      if (how.mode !== "task") return;
      const administrator = { user: "Administrator", password };
      await registerTask(bench.host, registrationFor(windows, "setup"), administrator, password);
    });

    after(async () => {
      await bench.host.stop();
    });

    it("should run Setup once when the first run sleeps while a second one takes over, and wakes after it", async () => {
      await sweep(async (number) => {
        const sleeping = new Gate();
        const asleep = new Gate();
        const sent = { count: 0 };
        const first = bench.run({ ...how, timing: silent }, async () =>
          onEachCommand(await bench.open(), sent, (count) => {
            if (count !== number) return undefined;
            asleep.open();
            return sleeping.opened;
          }),
        );
        await Promise.race([asleep.opened, first]);
        const second = await bench.run(how);
        assert.equal(second.done, true, `the second run, beside a first one asleep before command ${number}`);
        assert.equal(bench.setup.runs, 1, `Setup's runs, first run asleep before command ${number}`);
        sleeping.open();
        assert.equal((await first).done, true, `the first run, awake again before command ${number}`);
        return sent.count;
      });
    });

    it("should come through when the connection is cut and comes back", async () => {
      await sweep(async (number) => {
        const sent = { count: 0 };
        const outcome = await bench.run(how, async () =>
          onEachCommand(await bench.open(), sent, (count) => {
            if (count === number) bench.host.transport.cutAtCommand = 1;
          }),
        );
        assert.equal(outcome.done, true, `cut at command ${number}`);
        return sent.count;
      });
    });

    it("should remove everything, or leave what harms nothing, when the connection is cut while it does", async () => {
      const kept = how.mode === "task" ? ["run-next.cmd"] : [];
      for (let number = 1; number <= manyCommands; number++) {
        bench.reset();
        await bench.run(how);
        const sent = { count: 0 };
        const open = async () =>
          onEachCommand(await bench.open(), sent, (count) => {
            // The process dies: nothing is sent any more.
            if (count >= number) throw new Error("gone");
          });
        await bench.discard({}, open);
        // Whoever comes next finds nothing to follow, starts nothing, and removes the rest.
        const next = await bench.run(how);
        assert.deepEqual([next.alreadyDone, bench.setup.runs], [true, 1], `cut at command ${number}`);
        // The lock of a process that died is taken over after its time.
        await new Promise((resolve) => setTimeout(resolve, timing.lockTtlMs));
        assert.equal(await bench.discard(), null, `cut at command ${number}`);
        const { files } = bench.host;
        const names = files.kind(bench.base) === null ? [] : files.list(bench.base).map(({ name }) => name);
        assert.deepEqual(names, kept, `cut at command ${number}`);
        if (sent.count < number) {
          assert.ok(number > 8, `only ${sent.count} commands were sent`);
          return;
        }
      }
      assert.fail(`a removal sends more than ${manyCommands} commands`);
    });

    /** Does a scenario at command 1, 2, 3 … until it answers that fewer were sent; each time on a computer as new. */
    async function sweep(scenario: (number: number) => Promise<number>): Promise<void> {
      for (let number = 1; number <= manyCommands; number++) {
        bench.reset();
        const sent = await scenario(number);
        assert.equal(bench.setup.runs, 1, `Setup's runs, command ${number}`);
        assert.equal(bench.lock(), "free", `the lock, command ${number}`);
        if (sent < number) {
          assert.ok(number > 15, `only ${sent} commands were sent`);
          return;
        }
      }
      assert.fail(`a run sends more than ${manyCommands} commands`);
    }
  });

/** Something that is waited for until it is opened. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

function onEachCommand(
  session: HostSession,
  sent: { count: number },
  before: (count: number) => void | Promise<void>,
): HostSession {
  const exec = session.exec.bind(session);
  session.exec = async (command, options) => {
    sent.count += 1;
    await before(sent.count);
    return exec(command, options);
  };
  return session;
}
