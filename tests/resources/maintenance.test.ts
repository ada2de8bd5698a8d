/** Servers that are taken out of service around their Setup, on the lab, whose management shell is simulated. */
import assert from "node:assert/strict";
import { fabrikam } from "../../lab/fabrikam";
import { modernServices } from "../../lab/product-lines";
import { handlers } from "../../lib/provider/handlers";
import type { Props } from "../../lib/wire/values";
import { beginRun, callOf, check, create } from "../frontDoor";
import { LabSteps } from "./lab-steps";
import { answers, planned, seInputs, settingsOf, whyInService } from "./se-steps";

const ex1 = "ex1.fabrikam.com";
const ex5 = "ex5.europe.fabrikam.com";

describe("maintenance around Setup", function () {
  this.timeout(120_000);
  const steps = new LabSteps();
  const { log, said } = steps;

  const inputs = (name: string, account: string, changes: Props) => seInputs(steps, name, account, changes);
  const server = (name = ex1, changes: Props = {}): Props =>
    inputs(name, "FABRIKAM\\exadmin", {
      setup: { ...answers, extendedProtection: "on" },
      prepared: { ...planned, organization: true, domains: ["*"] },
      reboot: "ifRequired",
      maintenance: {},
      ...changes,
    });

  const host = (name = ex1) => steps.lab.computer(name);
  const managed = (name = ex1) => steps.lab.management.server(name);

  const settings = (name = ex1) => settingsOf(steps, name);

  const inService = (name: string) => whyInService(steps, name);
  let violations: string[];

  beforeEach(async () => {
    violations = [];
    await steps.start({}, fabrikam);
    for (const [name, account] of [["prep1.fabrikam.com", "FABRIKAM\\prep"]] as const)
      await create("organization", inputs(name, account, { setup: answers, prepared: planned }), log);
    said.splice(0);
    for (const name of [ex1, ex5])
      host(name).faults.atPhase = (phase) => {
        const why = inService(name);
        if (why !== null) violations.push(`${phase}: ${why}`);
      };
  });
  afterEach(async () => {
    await steps.stop();
    assert.deepEqual(violations, []);
  });

  const runs = (name = ex1) => steps.runsOn(name);
  const restarts = (name = ex1) => host(name).computer.restarts;
  const warnings = () =>
    said
      .filter((line) => line.startsWith("warning") && !/[DR]\d+ \(should\)/.test(line.split("\n")[0] ?? ""))
      .map((line) => line.split("\n")[0]);

  it("takes a member of a group out of service, and puts it back as it was found", async () => {
    managed().policy = "IntrasiteOnly";
    steps.lab.management.databases[1]?.suspended.add(ex1);
    const before = settings();
    const { outs } = await create("server", server(), log);
    assert.equal((outs.levels as Props).Mailbox, "15.2.2562.17");
    assert.deepEqual(runs(), ["completed"]);
    assert.equal(restarts(), 1);
    assert.deepEqual(settings(), before);
    assert.deepEqual(warnings(), []);
    assert.ok(
      said.includes(
        `info ${ex1}: out of service: components inactive, queues empty, no active copy, node paused, activation blocked`,
      ),
      said.join("\n"),
    );
    assert.ok(
      said.includes(
        `info ${ex1}: in service again: component states as they were found, 3 database copies healthy, cluster node Up, queues empty`,
      ),
      said.join("\n"),
    );
    assert.ok(
      said.some((line) => line.includes("waiting until it is out of service: ")),
      said.join("\n"),
    );
  });

  it("takes a server outside of any group out of service", async () => {
    const before = settings(ex5);
    await create("server", server(ex5), log);
    assert.deepEqual(runs(ex5), ["completed"]);
    assert.equal(restarts(ex5), 1);
    assert.deepEqual(settings(ex5), before);
  });

  it("leaves nothing behind, and an adopted server alone", async () => {
    await create("server", server(), log);
    const events = steps.lab.management.events.length;
    const { outs } = await create("server", server(), log);
    assert.equal(outs.adopted, true);
    assert.equal(steps.lab.management.events.length, events);
  });

  /** An up that ends as soon as something has happened; nobody hears of it any more. */
  const killedAt = async (happens: (kill: () => void) => void, changes: Props = {}) => {
    const gone = new AbortController();
    happens(() => gone.abort());
    const props = server(ex1, changes);
    await assert.rejects(handlers.server.create({ ...callOf(props, log), signal: gone.signal }, props));
    assert.ok(gone.signal.aborted, said.join("\n"));
    await beginRun();
  };

  it("goes on where one up after another was killed around a measure", async () => {
    managed().policy = "IntrasiteOnly";
    const before = settings();
    for (const [script, when] of [
      ["setComponentState", "after"],
      ["restartTransport", "after"],
      ["startDagMaintenance", "after"],
      ["redirectMessages", "after"],
      ["stopDagMaintenance", "after"],
      ["setActivationPolicy", "after"],
    ] as const)
      await killedAt((kill) => {
        host().managementFaults.atScript = (name, moment) => {
          if (name === script && moment === when) kill();
        };
      });
    host().managementFaults.atScript = () => undefined;
    await create("server", server(), log);
    assert.deepEqual(runs(), ["completed"]);
    assert.equal(restarts(), 1);
    assert.deepEqual(settings(), before);
  });

  it("goes on where an up was killed while Setup ran, and where it was killed before the restart", async () => {
    const before = settings();
    const watch = host().faults.atPhase;
    await killedAt((kill) => {
      host().faults.atPhase = (phase, when) => {
        watch?.(phase, when);
        if (phase === "Copying Exchange Files") kill();
      };
    });
    if (watch !== undefined) host().faults.atPhase = watch;
    for (let tries = 0; tries < 2_000 && runs()[0] !== "completed"; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await create("server", server(), log);
    assert.deepEqual(runs(), ["completed"]);
    assert.equal(restarts(), 1);
    assert.deepEqual(settings(), before);
  });

  it("follows a Setup that still runs, though it has disabled services meanwhile", async () => {
    const watch = host().faults.atPhase;
    await killedAt((kill) => {
      host().faults.hangAt = "Restoring Services";
      host().faults.atPhase = (phase, when) => {
        watch?.(phase, when);
        if (phase === "Copying Exchange Files" && when === "after") kill();
      };
    });
    const props = server();
    const { failures } = await handlers.server.check(callOf(props, log), {}, props);
    assert.deepEqual(failures, []);
    assert.deepEqual(runs(), ["running"]);
    const again = create("server", server(), log);
    delete host().faults.hangAt;
    await again;
    assert.deepEqual(runs(), ["completed"]);
  });

  it("lets databases without another copy go down by cmdlets, where the program says so", async () => {
    Object.assign(steps.lab.management.databases[0] ?? {}, { copies: [ex1] });
    managed().policy = "IntrasiteOnly";
    const before = settings();
    const refused = server();
    const { failures } = await handlers.server.check(callOf(refused, log), {}, refused);
    assert.deepEqual(
      failures.map(({ reason }) => reason.split("\n").slice(0, 5).join("\n")),
      [
        [
          `R63 (must), server upgrade on ${ex1}: databases have their only copy on this server: their users lose them while it is out of service`,
          "  Found:  Seattle 1",
          "  Needed: another copy of each, or a word that they may go down",
          `  Where:  on ${ex1}`,
          "  Fix:    add copies, or move their mailboxes; or say `maintenance.allowSingleCopies: true`",
        ].join("\n"),
      ],
    );
    await create("server", server(ex1, { maintenance: { allowSingleCopies: true } }), log);
    assert.deepEqual(runs(), ["completed"]);
    assert.deepEqual(settings(), before);
  });

  it("is put back where it cannot be taken out of service, and Setup is not started", async () => {
    managed().policy = "IntrasiteOnly";
    const before = settings();
    host().managementFaults.stuckDatabases = ["Seattle 1"];
    const text = await create("server", server(), log).then(
      () => "",
      (error: Error) => error.message,
    );
    assert.equal(
      text,
      [
        `server upgrade on ${ex1}: the server could not be taken out of service (R66). Setup was not started, and the server is back in service as it was found; databases that were moved stay where they are`,
        "  Found:  StartDagServerMaintenance.ps1: There are still critical resources on the server: (Database='Seattle 1', Reason='Copy is active') (Microsoft.PowerShell.Commands.WriteErrorException,StartDagServerMaintenance.ps1)",
        "  Needed: every component Inactive but Monitoring and RecoveryActionsEnabled, queues empty but for shadow copies, and of a member of a group no active copy, its node paused, and its activation blocked",
        `  Where:  on ${ex1}`,
        "  Fix:    remove what is waited for, or give it more time (`maintenance.patience`); then run pulumi up again",
        `  Rule:   R66, Setup, or an update, starts only when the server is seen to be out of service (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update"; Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange, managing database availability groups; dsccommunity/ExchangeDsc)`,
      ].join("\n"),
    );
    assert.deepEqual(runs(), []);
    assert.deepEqual(settings(), before);
    host().managementFaults.stuckDatabases = [];
    await create("server", server(), log);
    assert.deepEqual(settings(), before);
  });

  it("says what it waits for where a queue does not drain, and puts the server back", async () => {
    const before = settings();
    host().managementFaults.stuckQueues = ["4"];
    await assert.rejects(
      create("server", server(ex1, { maintenance: { patience: 0.1 } }), log),
      /\(R66\)\. Setup was not started, and the server is back[\s\S]*Found: {2}6 messages in EX1\\4/,
    );
    assert.deepEqual(settings(), before);
    assert.deepEqual(runs(), []);
  });

  it("stays out of service after a Setup that failed, and says so; the next up goes on", async () => {
    managed().policy = "IntrasiteOnly";
    const before = settings();
    host().faults.failures = [{ phase: "Mailbox role: Mailbox service" }];
    const text = await create("server", server(), log).then(
      () => "",
      (error: Error) => error.message,
    );
    const component = (name: string, who: string) =>
      `Set-ServerComponentState ${ex1} -Component ${name} -State Active -Requester ${who}`;
    assert.deepEqual(text.split("\n").slice(-2), [
      `  And:    ${ex1} stays out of service. It was taken out of service for Setup of SE RTM, and what was found before is kept on it`,
      `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${ex1} back at the end. If it has to serve before that, type in the Exchange Management Shell on ${ex1}: ${[
        component("Monitoring", "Functional"),
        component("RecoveryActionsEnabled", "Functional"),
        component("ServerWideOffline", "Functional"),
        component("ServerWideOffline", "Maintenance"),
        `& "$exscripts\\StopDagServerMaintenance.ps1" -ServerName ${ex1}`,
        `Set-MailboxServer ${ex1} -DatabaseCopyAutoActivationPolicy IntrasiteOnly`,
        component("HubTransport", "Maintenance"),
        "Restart-Service MSExchangeTransport",
        "Start-Service MSExchangeImap4",
      ].join("; ")}`,
    ]);
    assert.equal(inService(ex1), null);
    host().faults.failures = [];
    // Setup has left services disabled and stopped (R50, R51): a person puts them in order.
    for (const name of modernServices("2019", ["Mailbox"])) {
      host().registry.set(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, "Start", 2);
      host().computer.runningServices.add(name.toLowerCase());
    }
    await create("server", server(), log);
    assert.deepEqual(settings(), before);
  });

  it("does not start Setup on a server that is out of service, and that the program no longer takes care of", async () => {
    const before = settings();
    host().faults.failures = [{ phase: "Copying Exchange Files" }];
    await assert.rejects(create("server", server(), log));
    assert.equal(inService(ex1), null);
    for (const name of modernServices("2019", ["Mailbox"])) {
      host().registry.set(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, "Start", 2);
      host().computer.runningServices.add(name.toLowerCase());
    }
    const component = (name: string, who: string) =>
      `Set-ServerComponentState ${ex1} -Component ${name} -State Active -Requester ${who}`;
    const folder = "C:\\Windows\\ExchangeUpgrade\\maintenance";
    const text = [
      `server upgrade on ${ex1}: the server was taken out of service by an earlier pulumi up, and nothing would put it back (R67)`,
      `  Found:  ${folder}\\found.json, and a program that says no \`maintenance\` of this server`,
      "  Needed: the step with its `maintenance`, or a server that somebody has put back",
      `  Where:  on ${ex1}, and in the program`,
      `  Fix:    say \`maintenance\` again and run pulumi up: it goes on from there, and puts the server back at the end. Or type in the Exchange Management Shell on ${ex1}: ${[
        component("Monitoring", "Functional"),
        component("RecoveryActionsEnabled", "Functional"),
        component("ServerWideOffline", "Functional"),
        component("ServerWideOffline", "Maintenance"),
        `& "$exscripts\\StopDagServerMaintenance.ps1" -ServerName ${ex1}`,
        `Set-MailboxServer ${ex1} -DatabaseCopyAutoActivationPolicy Unrestricted`,
        component("HubTransport", "Maintenance"),
        "Restart-Service MSExchangeTransport",
        "Start-Service MSExchangeImap4",
      ].join("; ")}; then delete ${folder}`,
      "  Rule:   R67, a server is put back into service as it was found (what was found before is kept on the computer)",
    ].join("\n");
    for (const maintenance of [undefined, "none"]) {
      const { maintenance: _, ...props } = server();
      const given = maintenance === undefined ? props : { ...props, maintenance };
      await assert.rejects(create("server", given, log), { message: text });
    }
    assert.deepEqual(runs(), ["failed"]);
    await create("server", server(), log);
    assert.deepEqual(settings(), before);
  });

  /** What a step says of a server that it has not taken out of service, and that is out. */
  const leftOut = `server upgrade on ${ex1}: the server was taken out of service by an earlier pulumi up, and nothing would put it back (R67)`;
  /** The server's upgrade in a program that says nothing of maintenance any more. */
  const withoutMaintenance = (): Props => {
    const { maintenance: _, ...props } = server();
    return props;
  };

  it("does not hide that a server is out of service behind a Setup that an earlier up has brought to its end", async () => {
    const before = settings();
    await assert.rejects(
      create("server", server(ex1, { maintenance: { patience: 0.2 } }), {
        ...log,
        info: async (line) => {
          await log.info(line);
          if (line.endsWith("restarted, and verified again"))
            host().managementFaults.failing = { "Set-MailboxServer": "Access is denied." };
        },
      }),
      { message: /the server is not back in service as it was found \(R67\)/ },
    );
    host().managementFaults.failing = {};
    await assert.rejects(create("server", withoutMaintenance(), log), (error: Error) => {
      assert.equal(error.message.split("\n")[0], leftOut);
      return true;
    });
    const { outs } = await create("server", server(), log);
    assert.equal((outs.levels as Props).Mailbox, "15.2.2562.17");
    assert.deepEqual(runs(), ["completed"]);
    assert.deepEqual(settings(), before);
  });

  for (const fails of [false, true])
    it(`does not hide it behind a Setup that it follows, which ${fails ? "fails" : "succeeds"}`, async () => {
      const before = settings();
      const watch = host().faults.atPhase;
      await killedAt((kill) => {
        host().faults.hangAt = "Restoring Services";
        host().faults.failures = fails ? [{ phase: "Restoring Services" }] : [];
        host().faults.atPhase = (phase, when) => {
          watch?.(phase, when);
          if (phase === "Copying Exchange Files" && when === "after") kill();
        };
      });
      const again = create("server", withoutMaintenance(), {
        ...log,
        progress: async (line) => {
          if (line.includes("following Setup")) delete host().faults.hangAt;
        },
      });
      await assert.rejects(again, (error: Error) => {
        const lines = error.message.split("\n");
        assert.equal(lines.includes(leftOut), true, error.message);
        assert.equal(/^Setup failed on ex1/.test(lines[0] ?? ""), fails, error.message);
        return true;
      });
      assert.deepEqual(runs(), [fails ? "failed" : "completed"]);
      if (fails) return;
      await create("server", server(), log);
      assert.deepEqual(runs(), ["completed"]);
      assert.deepEqual(settings(), before);
    });

  it("says what is not back where it cannot be put back; the next up goes on without Setup", async () => {
    managed().policy = "IntrasiteOnly";
    const before = settings();
    const text = await create("server", server(ex1, { maintenance: { patience: 0.2 } }), {
      ...log,
      info: async (line) => {
        await log.info(line);
        if (line.endsWith("restarted, and verified again"))
          host().managementFaults.failing = { "Set-MailboxServer": "Access is denied." };
      },
    }).then(
      () => "",
      (error: Error) => error.message,
    );
    assert.deepEqual(text.split("\n").slice(0, 2), [
      `server upgrade on ${ex1}: SE RTM is installed, and the server is not back in service as it was found (R67)`,
      "  Found:  HighAvailability Inactive for Maintenance, found Active and activation policy Blocked, found IntrasiteOnly",
    ]);
    host().managementFaults.failing = {};
    const { outs } = await create("server", server(), log);
    assert.equal((outs.levels as Props).Mailbox, "15.2.2562.17");
    assert.deepEqual(runs(), ["completed"]);
    assert.deepEqual(settings(), before);
  });

  /** What an administrator does after a Setup that left services disabled and stopped (R50, R51). */
  const repairServices = () => {
    for (const name of modernServices("2019", ["Mailbox"])) {
      host().registry.set(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, "Start", 2);
      host().computer.runningServices.add(name.toLowerCase());
    }
  };
  const record = "C:\\Windows\\ExchangeUpgrade\\maintenance\\found.json";

  for (const first of [false, true])
    it(`puts back what was entered ${first ? "without" : "with"} the group's script, and left the other way`, async () => {
      const before = settings();
      const effective = () => steps.lab.management.effective(ex1, "HighAvailability");
      host().faults.failures = [{ phase: "Copying Exchange Files" }];
      await assert.rejects(create("server", server(ex1, { maintenance: { allowSingleCopies: first } }), log));
      host().faults.failures = [];
      repairServices();
      await create("server", server(ex1, { maintenance: { allowSingleCopies: !first } }), log);
      assert.deepEqual(settings(), before);
      assert.equal(effective(), "Active");
    });

  it("puts back what it has found itself where the record is spoilt while Setup runs", async () => {
    managed().policy = "IntrasiteOnly";
    const before = settings();
    const watch = host().faults.atPhase;
    host().faults.atPhase = (phase, when) => {
      watch?.(phase, when);
      host().files.write(record, Buffer.from("spoilt"));
    };
    await create("server", server(), log);
    assert.deepEqual(settings(), before);
    assert.deepEqual(warnings(), []);
  });

  it("says that the release is installed where a later run finds the record spoilt", async () => {
    const watch = host().faults.atPhase;
    await killedAt((kill) => {
      host().faults.hangAt = "Restoring Services";
      host().faults.atPhase = (phase, when) => {
        watch?.(phase, when);
        if (phase === "Copying Exchange Files" && when === "after") kill();
      };
    });
    const again = create("server", server(), {
      ...log,
      progress: async (line) => {
        if (!line.includes("following Setup")) return;
        host().files.write(record, Buffer.from("spoilt"));
        delete host().faults.hangAt;
      },
    });
    const folder = "C:\\Windows\\ExchangeUpgrade\\maintenance";
    await assert.rejects(again, {
      message: [
        `server upgrade on ${ex1}: SE RTM is installed, and what was found before the server was taken out of service cannot be read (R67)`,
        `  Found:  ${folder}\\found.json is no record of this program`,
        "  Needed: the record that an earlier pulumi up has written there",
        `  Where:  on ${ex1}`,
        `  Fix:    look whether the server is in service as it should be, with its activation policy; then delete ${folder} and run pulumi up again`,
        "  Rule:   R67, a server is put back into service as it was found (what was found before is kept on the computer)",
      ].join("\n"),
    });
  });

  it("does not say that a server is in service again where the record was lost while it was out", async () => {
    host().faults.failures = [{ phase: "Copying Exchange Files" }];
    await assert.rejects(create("server", server(), log));
    host().faults.failures = [];
    repairServices();
    host().files.remove(record);
    said.splice(0);
    await create("server", server(), log);
    assert.notEqual(steps.lab.management.effective(ex1, "ServerWideOffline"), "Active");
    assert.ok(
      said.some((line) => line.startsWith(`info ${ex1}: out of service, as it was found`)),
      said.join("\n"),
    );
    assert.deepEqual(
      said.filter((line) => line.includes("in service again")),
      [],
    );
  });

  it("says that the server may be out of service where the work breaks off while it is taken out, or put back", async () => {
    const before = settings();
    for (const [step, upgrade] of [
      ["taking it out of service: go offline", "Setup was not started"],
      ["putting it back into service: Set-ServerComponentState HubTransport", "SE RTM is installed"],
    ] as const) {
      const text = await create("server", server(), {
        ...log,
        progress: async (line) => {
          if (line.includes(step)) throw new Error("the connection is gone");
        },
      }).then(
        () => "",
        (error: Error) => error.message,
      );
      assert.deepEqual(text.split("\n").slice(0, 2), [
        "the connection is gone",
        `  And:    ${ex1} may be out of service, wholly or in part (R67). ${upgrade}, and what was found before is kept on it`,
      ]);
      assert.match(
        text.split("\n")[2] ?? "",
        /^ {2}Then: {3}remove the reason and run pulumi up again: it goes on from there\. To put the server back before that, type in /,
      );
    }
    await create("server", server(), log);
    assert.deepEqual(settings(), before);
    assert.deepEqual(runs(), ["completed"]);
  });

  it("leaves the states of others, and tells them", async () => {
    steps.lab.management.request(ex1, "HubTransport", "HealthAPI", "Inactive");
    const before = settings();
    await create("server", server(), log);
    assert.deepEqual(settings(), before);
    assert.ok(
      warnings().includes(
        `warning ${ex1}: states that others have set are left: HubTransport Inactive (HealthAPI)`,
      ),
      said.join("\n"),
    );
  });

  it("is refused before the window for what the shell shows", async () => {
    const refusals = async (changes: Props) =>
      (await check("server", {}, server(ex1, changes), log)).failures.map(
        ({ reason }) => reason.split("\n")[0],
      );
    const about = `server upgrade on ${ex1}:`;
    assert.deepEqual(await refusals({}), []);
    assert.deepEqual(await refusals({ maintenance: { redirectTo: "ex9.fabrikam.com" } }), [
      `R64 (must), ${about} ex9.fabrikam.com does not take the messages that wait in its queues`,
    ]);
    assert.deepEqual(await refusals({ run: "manual" }), [
      `R60 (must), ${about} run: "manual" starts nothing, and takes nothing out of service`,
    ]);
    for (const name of ["ex2", "ex3", "ex4"]) managed(`${name}.fabrikam.com`).policy = "Blocked";
    assert.deepEqual(await refusals({}), [
      `R64 (must), ${about} no other server takes the messages that wait in its queues`,
    ]);
  });
});
