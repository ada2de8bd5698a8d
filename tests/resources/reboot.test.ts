/** A restart that Setup leaves pending, on the lab, whose Windows is simulated: told, or made and verified again. */

import assert from "node:assert/strict";
import { OperationAborted, openSession, runSetup } from "../../lib/host";
import { Logons } from "../../lib/logons";
import { useClock } from "../../lib/provider/memory/clock";
import { connectionOptions } from "../../lib/provider/step/connectionOptions";
import { parseInputs } from "../../lib/provider/step/inputs";
import { operationOf, setupCommand, stepOf } from "../../lib/provider/step/step";
import { setupOf } from "../../lib/releases";
import type { Props } from "../../lib/wire/values";
import { beginRun, create } from "../frontDoor";
import { inputsOf } from "./builder";
import { LabSteps } from "./lab-steps";

const name = "cas-lon.contoso.com";
const key = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
const value = "PendingFileRenameOperations";
const sign = `${key}\\${value}: C:\\WINDOWS\\Temp\\exsetup.tmp (to be deleted)`;
const warning = (why: string) =>
  [
    `warning server upgrade on ${name}: Windows waits for a restart. The server is not restarted: ${why}`,
    `  Found:  ${sign}`,
    "  Needed: a restart, before the server is used as upgraded and before Setup runs there again (R7)",
    `  Where:  on ${name}`,
    '  Fix:    restart it; with `reboot: "ifRequired"` a step does so itself, right after its Setup and inside its change window',
    "  Code:   XU-RESTART-DUE",
  ].join("\n");

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(holds());
}

describe("a restart after Setup", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;
  const computer = () => steps.lab.computer(name).computer;
  const server = (changes: Props = {}) => steps.server(name, changes);
  const warnings = () => said.filter((text) => text.startsWith("warning"));

  beforeEach(async () => {
    await steps.start();
    // The servers before it, and what it rests on, are somebody else's: the directory has them at the target.
    steps.prepareForest();
    steps.lab.computer(name).faults.leavesRestartPending = true;
  });
  afterEach(async () => {
    useClock();
    await steps.stop();
  });

  it("is told where the program does not allow one, and the upgrade stands", async () => {
    const { outs } = await create("server", server(), log);
    assert.equal((outs.levels as Props)["Client Access"], "8.1.240.6");
    assert.deepEqual(warnings(), [warning('`reboot` is "never"')]);
    assert.equal(computer().restarts, 0);
  });

  it("is made where the program allows it, and the server verified again", async () => {
    const { outs } = await create("server", server({ reboot: "ifRequired" }), log);
    assert.equal((outs.levels as Props)["Client Access"], "8.1.240.6");
    assert.equal(computer().restarts, 1);
    assert.deepEqual(warnings(), []);
    assert.ok(said.includes(`progress ${name}: restarting; waiting until it has come back`), said.join("\n"));
    assert.ok(said.includes(`info ${name}: restarted, and verified again`), said.join("\n"));
    assert.deepEqual(steps.runsOn(name), ["completed"]);
  });

  it("is not made where none is required", async () => {
    delete steps.lab.computer(name).faults.leavesRestartPending;
    await create("server", server({ reboot: "ifRequired" }), log);
    assert.equal(computer().restarts, 0);
    assert.deepEqual(warnings(), []);
  });

  it("is not made where nobody can read whether one is required, and the warning says that one may be", async () => {
    computer().registry.refuse("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager");
    await create(
      "server",
      server({ reboot: "ifRequired", waive: { R7: "CHG1: restarted an hour ago" } }),
      log,
    );
    assert.equal(computer().restarts, 0);
    const [first, found] = (warnings()[0] ?? "").split("\n");
    assert.equal(
      first,
      `warning server upgrade on ${name}: a restart may be pending. The server is not restarted: the signs of one could not be read`,
    );
    assert.match(found ?? "", /^ {2}Found: {2}not known: \S/);
  });

  it("is not made for a server that is adopted, which is at work", async () => {
    await create("server", server(), log);
    said.splice(0);
    const { outs } = await create("server", server({ reboot: "ifRequired" }), log);
    assert.equal(outs.adopted, true);
    assert.deepEqual(warnings(), [warning("Setup was not run now")]);
    assert.equal(computer().restarts, 0);
  });

  it("is made for a Setup that an earlier pulumi up has started and did not see the end of", async () => {
    const { faults, setupRuns } = steps.lab.computer(name);
    faults.hangAt = "Copying Exchange files";
    const inputs = server({ reboot: "ifRequired" });
    const step = stepOf("server", parseInputs("server", inputs));
    assert.ok(step !== null);
    const gone = new AbortController();
    const { program, switches } = setupCommand(step);
    const killed = runSetup(() => openSession(connectionOptions(step), new Logons()), {
      operation: operationOf(step),
      command: { program, args: [...switches] },
      mode: "direct",
      ...setupOf(step.target),
      isDone: async () => false,
      signal: gone.signal,
    });
    await until(() => setupRuns.length === 1);
    gone.abort();
    await assert.rejects(killed, OperationAborted);
    delete faults.hangAt;
    await until(() => setupRuns[0]?.result === "completed");
    said.splice(0);
    await create("server", inputs, log);
    assert.equal(computer().restarts, 1);
    assert.deepEqual(warnings(), []);
    assert.deepEqual(steps.runsOn(name), ["completed"]);
  });

  it("is made by the next pulumi up where the one that had proven the upgrade ended before it", async () => {
    const gone = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.endsWith("restarting; waiting until it has come back")) throw new Error("killed");
      },
    };
    computer().restartBehaviour.ignored = true;
    const inputs = server({ reboot: "ifRequired", timeouts: { reboot: 0.01 } });
    await assert.rejects(create("server", inputs, gone), /the restart that it requires failed/);
    assert.equal(computer().restarts, 0);
    delete computer().restartBehaviour.ignored;
    said.splice(0);
    await create("server", server({ reboot: "ifRequired" }), log);
    assert.equal(computer().restarts, 1);
    assert.deepEqual(warnings(), []);
    assert.deepEqual(steps.runsOn(name), ["completed"]);
    assert.equal(steps.lab.computer(name).files.kind("C:\\WINDOWS\\ExchangeUpgrade"), null);
  });

  it("is made once for two stacks that follow one Setup", async () => {
    const inputs = server({ reboot: "ifRequired" });
    await Promise.all([create("server", inputs, log), create("server", inputs, log)]);
    assert.equal(computer().restarts, 1);
    assert.deepEqual(steps.runsOn(name), ["completed"]);
    assert.deepEqual(warnings(), []);
  });

  it("is not made where somebody else has made it while the computer was waited for", async () => {
    const host = steps.lab.computer(name);
    let asked = false;
    host.transport.atPoint = (point) => {
      // The owner of the lock says what it takes it for.
      if (point.at === "command" && point.command.includes(", restarting")) {
        asked = true;
        host.computer.registry.remove(key, value);
      }
      return undefined;
    };
    await create("server", server({ reboot: "ifRequired" }), log);
    delete host.transport.atPoint;
    assert.equal(asked, true);
    assert.equal(computer().restarts, 0);
    assert.deepEqual(warnings(), []);
    const found = `info ${name}: another run of this program has restarted it; verified again`;
    assert.ok(said.includes(found), said.join("\n"));
  });

  it("is not made once the change window is over", async () => {
    const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };
    useClock(() => Date.parse("2026-12-05T22:00Z"));
    const overslept = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.includes("Copying")) useClock(() => Date.parse("2026-12-06T06:00Z"));
      },
    };
    await create("server", server({ reboot: "ifRequired", changeWindow }), overslept);
    assert.deepEqual(warnings(), [warning("the change window is over")]);
    assert.equal(computer().restarts, 0);
  });

  it("is told when it changed nothing in five minutes, and not made again and again", async () => {
    computer().restartBehaviour.keepsPending = true;
    let clock = Date.parse("2026-12-05T22:00Z");
    useClock(() => clock);
    const passing = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.includes("looked at again")) clock += 3 * 60_000;
      },
    };
    await create("server", server({ reboot: "ifRequired" }), passing);
    assert.deepEqual(warnings(), [warning("it has been restarted once already")]);
    const again = `progress ${name}: restarted, and looked at again: Windows waits for a restart (${sign})`;
    assert.deepEqual(
      said.filter((text) => text.includes("looked at again")),
      [again, again],
    );
    assert.equal(computer().restarts, 1);
  });

  it("is waited for where Windows goes down once more, as it does for updates", async () => {
    const { restartBehaviour } = computer();
    restartBehaviour.keepsPending = true;
    const configuring = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (!text.includes("looked at again: Windows waits") || computer().restarts > 1) return;
        // Longer than the time to the next look.
        restartBehaviour.bootMs = 3_000;
        delete restartBehaviour.keepsPending;
        computer().restart();
      },
    };
    const { outs } = await create("server", server({ reboot: "ifRequired" }), configuring);
    assert.equal((outs.levels as Props)["Client Access"], "8.1.240.6");
    assert.equal(computer().restarts, 2);
    assert.deepEqual(warnings(), []);
    assert.ok(said.includes(`info ${name}: restarted, and verified again`), said.join("\n"));
  });

  it("logs off whoever is logged on", async () => {
    computer().loggedOn.push("CONTOSO\\helpdesk");
    await create("server", server({ reboot: "ifRequired" }), log);
    assert.equal(computer().restarts, 1);
    assert.deepEqual(warnings(), []);
  });

  it("fails the step when Windows does not come back; what is installed is adopted later", async () => {
    computer().restartBehaviour.staysDown = true;
    const inputs = server({ reboot: "ifRequired", timeouts: { reboot: 0.1 } });
    await assert.rejects(create("server", inputs, log), {
      message: [
        `server upgrade on ${name}: 2007 SP1 is installed, and the restart that it requires failed`,
        "  Found:  it was told to restart and has not come back after 6 s: it does not answer",
        "  Needed: a restart, before the server is used as upgraded and before Setup runs there again (R7)",
        `  Where:  on ${name}`,
        "  Fix:    restart it, or look why it does not come back; then run pulumi up again: it adopts what is installed",
        "  Code:   XU-RESTART-FAILED",
      ].join("\n"),
    });
    computer().restartBehaviour.staysDown = false;
    computer().restart();
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The lock could not be given back while Windows was down; it would be taken over after 30 s.
    steps.lab.computer(name).files.removeFolder("C:\\WINDOWS\\ExchangeUpgrade\\lock", true);
    const { outs } = await create("server", inputs, log);
    assert.equal(outs.adopted, true);
    assert.deepEqual(steps.runsOn(name), ["completed"]);
  });

  it("fails the step at once where the logon is refused while Windows starts; its password is sent once", async () => {
    const { transport, counts } = steps.lab.computer(name);
    const refusing = {
      ...log,
      progress: async (text: string) => {
        await log.progress(text);
        if (text.endsWith("restarting; waiting until it has come back")) transport.refuseLogons = true;
      },
    };
    await assert.rejects(create("server", server({ reboot: "ifRequired" }), refusing), {
      message: [
        `server upgrade on ${name}: 2007 SP1 is installed, and the restart that it requires failed`,
        `  Found:  ${refusal()}`,
        "  Needed: a restart, before the server is used as upgraded and before Setup runs there again (R7)",
        `  Where:  on ${name}`,
        fix,
      ].join("\n"),
    });
    assert.equal(counts.refusals, 1);
    // The lock could not be given back; it would be taken over after 30 s.
    steps.lab.computer(name).files.removeFolder("C:\\WINDOWS\\ExchangeUpgrade\\lock", true);
    await adopted();
  });

  it("fails the step at once where it came back and the logon is refused then, too", async () => {
    const { transport, counts } = steps.lab.computer(name);
    // Once the time of shutdown was read again, the restart is proven.
    transport.atPoint = (point) => {
      if (computer().restarts === 1 && point.at === "ended" && point.command.includes("ShutdownTime"))
        transport.refuseLogons = true;
      return undefined;
    };
    await assert.rejects(create("server", server({ reboot: "ifRequired" }), log), {
      message: [
        `server upgrade on ${name}: 2007 SP1 is installed, and could not be verified after the restart`,
        `  Found:  ${refusal()}`,
        "  Needed: a logon that is taken, to read directory and registry again",
        `  Where:  on ${name}`,
        fix,
      ].join("\n"),
    });
    delete transport.atPoint;
    assert.equal(counts.refusals, 1);
    await adopted();
  });

  const fix =
    "  Fix:    let Windows start to its end: until then it may refuse accounts of a domain. If it still refuses the logon then, " +
    "see that the account is not locked and that its credential is right. Then run pulumi up again: it adopts what is installed\n" +
    "  Code:   XU-RESTART-FAILED";
  const refusal = () =>
    `127.0.0.1:${steps.lab.computer(name).port} refused the logon of CONTOSO\\exadmin: tried password; the server offers ` +
    "publickey, password. Check user, password and key of the connection, and that the account may log on over SSH (on " +
    'Windows: "Access this computer from the network").';
  /** The next run, once Windows has started, has nothing to run and nothing to restart. */
  const adopted = async () => {
    steps.lab.computer(name).transport.refuseLogons = false;
    await beginRun();
    const { outs } = await create("server", server({ reboot: "ifRequired" }), log);
    assert.equal(outs.adopted, true);
    assert.equal(computer().restarts, 1);
    assert.deepEqual(steps.runsOn(name), ["completed"]);
  };

  it("is an argument of servers only", () => {
    assert.deepEqual(parseInputs("schema", inputsOf("schema", { reboot: "ifRequired" })).problems, [
      "reboot: only a server's upgrade has it",
    ]);
    assert.deepEqual(parseInputs("server", inputsOf("server", { reboot: "always" })).problems, [
      'reboot: invalid option: expected one of "never"|"ifRequired"',
    ]);
  });
});
