/** The tables of run modes: what the one says of a mode the other does not contradict. */
import assert from "node:assert/strict";
import { launchModes } from "../../lib/host/launch/modes";
import { runModes, runModesWith, runModeTraits } from "../../lib/runModes";

describe("run modes", () => {
  it("are started from here unless an operator starts Setup", () => {
    for (const mode of runModes)
      assert.equal(launchModes[mode] === "operator", runModeTraits[mode].runsAs === "operator", mode);
  });

  it("judge the session of the connection only where Setup runs as its account", () => {
    for (const mode of runModes)
      assert.ok(!runModeTraits[mode].inSession || runModeTraits[mode].runsAs === "connection", mode);
  });

  it("need an account where Setup runs as one, and where Windows is given its password", () => {
    for (const mode of runModes) {
      const { runsAs, needs } = runModeTraits[mode];
      assert.equal(needs.account, runsAs === "account", mode);
      assert.ok(needs.account || !needs.password, mode);
    }
  });

  it("are listed as a program writes them", () => {
    assert.equal(
      runModesWith(({ inSession }) => !inSession),
      '"task", "scheduled" or "manual"',
    );
    assert.equal(
      runModesWith(({ runsAs }) => runsAs === "account"),
      '"task" or "scheduled"',
    );
    assert.equal(
      runModesWith(({ takesTaskName }) => takesTaskName),
      '"task"',
    );
    assert.equal(
      runModesWith(() => false),
      "",
    );
  });
});
