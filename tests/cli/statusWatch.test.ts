/** `exchange-upgrade status --watch`: the screen of who stands by, at a real terminal and elsewhere. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { fabrikam, type Lab, startLab } from "../../lab";
import { type AtTerminal, type Stage, useStage } from "./fake-pulumi";
import { stackOf } from "./stack";

const servers = ["ex1.fabrikam.com", "ex2.fabrikam.com"];

describe("cli: status --watch", function () {
  this.timeout(300_000);
  let lab: Lab;
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });
  before(async () => {
    lab = await startLab(fabrikam);
  });
  after(() => lab.stop());

  /** The state of a night: to which target, and at which steps the engine is at work. */
  const night = (target: string, pending: readonly string[] = []) => ({
    state: stackOf(lab, {
      ...{ target, servers, pending },
      ...{ reader: "FABRIKAM\\reader", account: "FABRIKAM\\exadmin" },
    }),
  });
  const args = ["status", "--watch", "--interval", "1"];
  const shows = async (at: AtTerminal, text: RegExp) => {
    for (let tries = 0; tries < 1_200; tries++) {
      if (text.test(at.screen().join("\n"))) return;
      await sleep(50);
    }
    assert.fail(`not on the screen: ${text}\n${at.screen().join("\n")}`);
  };

  it("draws the table anew in 80 columns, tells a look that failed, and ends when all is done", async () => {
    const at = stage.atTerminal(args, night("2019 CU15", ["ex2"]), { columns: 80, rows: 24 });
    await shows(at, /2 steps: 1 running, 1 waiting/);
    assert.deepEqual(at.screen().slice(1), [
      "",
      "step  phase    min  end  window",
      "ex2   begins   -    -    -",
      "ex1   waiting  -    -    -",
      "",
      "Ctrl-C ends this view; pulumi up goes on.",
      "",
    ]);
    at.play(night("2019 CU15"));
    await shows(at, /2 steps: 2 waiting/);
    const words = `error: could not read the state: ${"the backend does not answer, ".repeat(5)}`;
    at.play({ exit: 255, stderr: `${words}\n` });
    await shows(
      at,
      /2 steps: 2 waiting[\s\S]*NOT READ since then: error: could not read the state: the backend/,
    );
    for (const line of at.screen()) assert.ok(line.length <= 80, line);
    at.play(night("2019 CU14"));
    assert.equal(await at.ended, 0);
    const [headline, ...rest] = at.screen();
    assert.match(headline ?? "", / {2}2 steps: 2 done$/);
    assert.deepEqual(rest, [
      "",
      "step  phase  min  end  window",
      "ex1   done   -    -    -",
      "ex2   done   -    -    -",
      "",
    ]);
  });

  it("is ended by Ctrl-C, as in a shell, and leaves the screen as it is", async () => {
    const at = stage.atTerminal(args, night("2019 CU15"), { columns: 100, rows: 24 });
    await shows(at, /2 waiting/);
    at.play({ exit: 255, stderr: `error: ${"the backend does not answer, ".repeat(5)}\n` });
    await shows(at, /NOT READ since then: error/);
    for (const line of at.screen()) assert.ok(line.length <= 100, line);
    at.type("\u0003");
    assert.equal(await at.ended, 130);
    assert.match(at.screen().join("\n"), /^\S+ \S+ UTC {2}2 steps: 2 waiting\n/);
  });

  it("keeps the headline on a screen that is lower than the table", async () => {
    const at = stage.atTerminal(args, night("2019 CU15"), { columns: 80, rows: 5 });
    await shows(at, /2 waiting/);
    assert.deepEqual(at.screen().slice(2), [
      "step  phase    min  end  window",
      "and 4 more lines: a higher window shows them",
      "",
    ]);
    at.type("\u0003");
    await at.ended;
  });

  it("prints changes with their time where there is no terminal, and ends when all is done", async () => {
    const { code, stdout, stderr } = await stage.run(args, night("2019 CU14", ["ex2"]));
    assert.equal(stderr, "");
    assert.match(stdout, /^\S+Z ex1: done\n\S+Z ex2: done\n\S+ \S+ UTC {2}2 steps: 2 done\n/);
    assert.equal(code, 0);
  });

  it("says of a stack that is not there what Pulumi says, and ends with 1", async () => {
    const missing = { exit: 255, stderr: "error: no stack named 'prod' found\n" };
    const { code, stdout, stderr } = await stage.run([...args, "--stack", "prod"], missing);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^error: no stack named 'prod' found\nexchange-upgrade: the state of the stack could not be read by/,
    );
  });
});
