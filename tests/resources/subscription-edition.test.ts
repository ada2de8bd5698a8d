/** Exchange 2019 CU14 to Subscription Edition, through the provider's handlers, on the simulated organization. */
import assert from "node:assert/strict";
import { fabrikam } from "../../lab/fabrikam";
import type { Props } from "../../lib/wire/values";
import { create } from "../frontDoor";
import { LabSteps } from "./lab-steps";
import { answers, planned, seInputs } from "./se-steps";

const ex1 = "ex1.fabrikam.com";

describe("2019 CU14 to SE RTM", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  beforeEach(() => steps.start({}, fabrikam));
  afterEach(() => steps.stop());

  const inputs = (name: string, account: string, changes: Props) => seInputs(steps, name, account, changes);

  it("prepares Active Directory and upgrades a Mailbox server", async () => {
    const ad = inputs("prep1.fabrikam.com", "FABRIKAM\\prep", { setup: answers, prepared: planned });
    const { outs } = await create("organization", ad, log);
    assert.deepEqual(
      [outs.adopted, outs.levels],
      [false, { organization: "16763", "domain fabrikam.com": "13243" }],
    );
    const server = inputs("ex1.fabrikam.com", "FABRIKAM\\exadmin", {
      setup: { ...answers, extendedProtection: "on" },
      prepared: { ...planned, organization: true, domains: ["fabrikam.com"] },
    });
    const upgraded = await create("server", server, log);
    assert.equal(upgraded.outs.adopted, false);
    assert.deepEqual(steps.runsOn("ex1.fabrikam.com"), ["completed"]);
  });

  /** Prepares Active Directory, and says what a server's step is given. */
  const preparedServer = async (name: string, changes: Props = {}): Promise<Props> => {
    const ad = inputs("prep1.fabrikam.com", "FABRIKAM\\prep", { setup: answers, prepared: planned });
    await create("organization", ad, log);
    said.splice(0);
    return inputs(name, "FABRIKAM\\exadmin", {
      setup: { ...answers, extendedProtection: "on" },
      maintenance: "none",
      prepared: { ...planned, organization: true, domains: ["fabrikam.com"] },
      ...changes,
    });
  };
  const warnings = () =>
    said.filter(
      (line) => line.startsWith("warning") && !line.includes("D3 (should)") && !line.includes("D5 (should)"),
    );
  const restarts = (name: string) => steps.lab.computer(name).computer.restarts;
  const restartWarning = (found: string, why: string) =>
    [
      `warning server upgrade on ${ex1}: SE RTM asks for a restart after its Setup. The server is not restarted: ${why}`,
      `  Found:  ${found}`,
      "  Needed: a restart, before the server is used as upgraded",
      `  Where:  on ${ex1}`,
      '  Fix:    restart it; with `reboot: "ifRequired"` a step does so itself, right after its Setup and inside its change window',
      "  Code:   XU-RESTART-DUE",
    ].join("\n");
  const untouched = "Windows has not been shut down since Setup began";

  it("asks for a restart after Setup, though Windows shows no sign of one", async () => {
    await create("server", await preparedServer(ex1), log);
    assert.deepEqual(warnings(), [restartWarning(untouched, '`reboot` is "never"')]);
    assert.equal(restarts(ex1), 0);
  });

  it("is restarted where the program allows it, verified again, and not restarted when it is adopted", async () => {
    const server = await preparedServer(ex1, { reboot: "ifRequired" });
    const { outs } = await create("server", server, log);
    assert.equal((outs.levels as Props).Mailbox, "15.2.2562.17");
    assert.equal(restarts(ex1), 1);
    assert.ok(said.includes(`info ${ex1}: restarted, and verified again`), said.join("\n"));
    const again = await create("server", server, log);
    assert.equal(again.outs.adopted, true);
    assert.equal(restarts(ex1), 1);
    assert.deepEqual(warnings(), []);
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
  });

  it("is restarted by the next pulumi up where the restart did not come about", async () => {
    const { restartBehaviour } = steps.lab.computer(ex1).computer;
    restartBehaviour.ignored = true;
    const server = await preparedServer(ex1, { reboot: "ifRequired" });
    await assert.rejects(
      create("server", { ...server, timeouts: { reboot: 0.01 } }, log),
      /SE RTM is installed, and the restart that it requires failed/,
    );
    delete restartBehaviour.ignored;
    await create("server", server, log);
    assert.equal(restarts(ex1), 1);
    assert.deepEqual(warnings(), []);
    assert.deepEqual(steps.runsOn(ex1), ["completed"]);
  });

  it("is restarted once for two stacks that follow one Setup", async () => {
    const server = await preparedServer(ex1, { reboot: "ifRequired" });
    await Promise.all([create("server", server, log), create("server", server, log)]);
    assert.equal(restarts(ex1), 1);
    assert.deepEqual(warnings(), []);
  });

  it("is not restarted where nobody can tell whether that was done", async () => {
    const server = await preparedServer(ex1, { reboot: "ifRequired" });
    steps.lab.computer(ex1).registry.refuse("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows");
    await create("server", server, log);
    assert.deepEqual(warnings(), [
      restartWarning(
        "not known: when Windows was last shut down before Setup was not written down",
        "it may have been restarted since",
      ),
    ]);
    assert.equal(restarts(ex1), 0);
  });

  it("is not restarted for the management tools alone", async () => {
    const tools = "tools1.fabrikam.com";
    await create("server", await preparedServer(tools, { reboot: "ifRequired" }), log);
    assert.equal(restarts(tools), 0);
    assert.deepEqual(warnings(), []);
  });

  it("is told of required services that Setup has left disabled, and of those that do not run", async () => {
    const host = steps.lab.computer(ex1);
    const key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeTransport";
    host.faults.leavesStopped = ["MSExchangeIS"];
    host.faults.atPhase = (phase, when) => {
      if (phase === "Finalizing Setup" && when === "after") host.registry.set(key, "Start", 4);
    };
    await create("server", await preparedServer(ex1), log);
    assert.deepEqual(warnings().slice(1), [
      [
        `warning server upgrade on ${ex1}: not every service of its roles runs after the upgrade`,
        "  Found:  MSExchangeIS stopped, MSExchangeTransport disabled",
        "  Needed: required services that are not disabled, and services that start automatically run",
        `  Where:  on ${ex1}`,
        "  Fix:    Setup disables services while it works, and enables them at its end: set those that are disabled to the start type that they had (ServiceStartupMode.xml beside Setup's log may have it), then start them, or look in the event log why they stopped; a restart that is pending may do it. The upgrade stands: it is proven in the directory and the registry (D13)",
        "  Code:   XU-SERVICES",
      ].join("\n"),
    ]);
  });

  it("waits for services that come up after the restart", async () => {
    const host = steps.lab.computer(ex1);
    const server = await preparedServer(ex1, { reboot: "ifRequired" });
    let looks = 0;
    host.transport.atPoint = (point) => {
      // What is read of services with the other facts is one loop, and no look after the restart.
      if (point.at === "command" && /^(?!.*\bfor %s\b).*sc query/.test(point.command)) {
        looks += 1;
        if (looks === 1) host.computer.runningServices.delete("msexchangeis");
        else host.computer.runningServices.add("msexchangeis");
      }
      return undefined;
    };
    await create("server", server, log);
    assert.ok(
      said.includes(`progress ${ex1}: restarted, and not yet running: MSExchangeIS stopped`),
      said.join("\n"),
    );
    assert.deepEqual(warnings(), []);
  });

  it("is refused without an answer to what Setup asks", async () => {
    const server = inputs("ex1.fabrikam.com", "FABRIKAM\\exadmin", {
      prepared: { ...planned, organization: true, domains: ["fabrikam.com"], verify: true },
    });
    await assert.rejects(
      create("server", server, log),
      /R14 \(must\), server upgrade on ex1\.fabrikam\.com: Setup of SE RTM asks for `setup\.acceptLicenseTerms`, `setup\.diagnosticData` and `setup\.extendedProtection`, and the program does not answer\n/,
    );
    assert.deepEqual(steps.runsOn("ex1.fabrikam.com"), []);
  });
});
